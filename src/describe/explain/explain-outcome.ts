import {
  type Explanation,
  factNode,
  groupNode,
  optionalFact,
  quantityNode,
} from "./explanation.js";
import type { ExplainedOutcome } from "./schemas.js";

/** An outcome: where it stands, since when, and why. */
export function explainOutcome(outcome: ExplainedOutcome, eventIds: boolean): Explanation {
  const at = (name: string, label: string, date: string | null) =>
    optionalFact(name, label, date, { form: "date" });
  const ended = outcome.state === "blocked" ? "Blocked" : "Reversed";
  const reasons = outcome.reasons.map(({ text, eventIds: ids }, index) =>
    factNode("reason", `${index + 1}`, text, {
      children: (eventIds ? ids : []).map((id) => factNode("event", "Event", id)),
    }),
  );
  return factNode("outcome", `Outcome ${outcome.id}`, outcome.state, {
    children: [
      factNode("customer", "Customer", outcome.customerId),
      ...optionalFact("subject", "Subject", outcome.subject),
      ...optionalFact("kind", "Kind", outcome.name),
      ...at("occurred", "Occurred", outcome.occurredAt),
      ...at("confirmed", "Confirmed", outcome.confirmedAt),
      ...at("settles", "Can be reversed until", outcome.settlesAt),
      ...at("ended", ended, outcome.endedAt),
      ...at("billable", "Billed as of", outcome.billableAt),
      quantityNode("quantity", "Quantity left", outcome.quantity),
      ...optionalFact("value", "Value left", outcome.value, { form: "number" }),
      ...groupNode("reasons", "Why", reasons),
    ],
  });
}

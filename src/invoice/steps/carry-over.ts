import { formatAmount } from "../../money/amount-rounding.js";
import { isNegative, negate, sum, ZERO } from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import { formatDate } from "../../time/date.js";
import { amountLine, type PricedLine } from "../document/priced-line.js";
import type { DocumentLines, DocumentPricing } from "./document-step.js";

/** Where the policy says so, a document that comes to less than nothing comes to nothing, and the rest is a grant for later. */
export function carryOver(pricing: DocumentPricing, lines: readonly PricedLine[]): DocumentLines {
  const { policy, period, currency, documentKey, moment, rounding, timeline } = pricing;
  const total = sum(lines.map(({ amount }) => amount));
  if (policy.negativeTotal !== "carry" || !isNegative(total)) return { lines: [] };
  const rest = negate(total);
  const grant = {
    id: `carried:${documentKey}`,
    unit: currency,
    amount: formatAmount(rest, rounding),
    grantedAt: formatDate(moment, timeline.zone),
    // It holds taxes.
    applied: "after-tax",
  } as const;
  const posting = {
    kind: "grant",
    grantId: grant.id,
    unit: currency,
    amount: rest,
    before: ZERO,
    after: rest,
    grant,
  } as const;
  const line = amountLine({
    key: { kind: "carried", chargeId: null, sourceId: grant.id, start: period.start, group: null },
    description: "Carried over as credit",
    period,
    exactAmount: rest,
    amount: rest,
    steps: [amountStep("credit", rest, "what the document comes to below nothing")],
  });
  return { lines: [line], postings: [posting] };
}

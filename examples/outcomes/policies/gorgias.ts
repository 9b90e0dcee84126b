/**
 * Gorgias: an automated interaction counts when nobody had to join for 72 hours, and every ticket that was answered costs
 * a fee besides. Run it with `npx tsx examples/outcomes/policies/gorgias.ts`.
 */
import { invoice, type UsageChargeInput } from "rateplan";
import {
  catalogOf,
  introduce,
  june,
  outcome,
  signal,
  storyPaper,
  subscription,
} from "../../support/gallery.js";
import { invoicePaper, leftOut } from "../../support/paper.js";

const automated = {
  id: "automated",
  name: "Automated interactions",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "0.90" },
  outcome: {
    uniqueBy: { key: "subject", per: "lifetime" },
    // The agent's answer is the first event of its ticket here: a "thank you" after it does not start the time anew.
    confirm: { assumedAfter: "PT72H", silenceFrom: "first-event" },
    reverse: { signals: ["agent-joined", "follow-up"], within: "PT1S" },
  },
} satisfies UsageChargeInput;

const tickets = {
  id: "tickets",
  name: "Helpdesk tickets",
  chargeType: "usage",
  unitOfMeasure: "reply",
  aggregation: { type: "unique-count", by: "properties.ticket" },
  pricing: { model: "per-unit", unitPrice: "0.36" },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Gorgias",
    asOf: undefined,
    sources: [
      "https://docs.gorgias.com/en-US/billable-tickets-automated-interactions-convert-campaigns-199385",
    ],
    say: [
      "an automated interaction is a request that no human had to join within the following 72 hours",
      "72 hours of consolidation: a follow-up question cancels it, a mere thank-you does not",
      "a ticket is billable once it has a reply, by whomever, and once only: the fee is on top",
    ],
    assumed: ["$0.90 and $0.36: prices depend on the plan"],
  },
  [automated, tickets],
);

/** A reply counts for its ticket's fee; the ticket is no subject here, so a reply is no event of the interaction. */
function reply(id: string, ticket: string, at: string) {
  const { timestamp } = outcome(id, ticket, at);
  return { id, customerId: "shop", unitOfMeasure: "reply", properties: { ticket }, timestamp };
}

const story = [
  outcome("a1", "ticket-1", "02T10:00"),
  reply("r1", "ticket-1", "02T10:00"),
  signal("s1", "thanked", "ticket-1", "02T10:30"),
  outcome("a2", "ticket-2", "03T10:00"),
  reply("r2", "ticket-2", "03T10:00"),
  signal("s2", "agent-joined", "ticket-2", "04T09:00"),
  reply("r3", "ticket-2", "04T09:00"),
  reply("r4", "ticket-3", "05T09:00"),
  outcome("a3", "ticket-4", "29T10:00"),
  reply("r5", "ticket-4", "29T10:00"),
];
const bill = invoice({
  catalog: catalogOf([automated, tickets]),
  subscription,
  period: june,
  usage: story,
});
console.log(storyPaper(story));
console.log(`\n${invoicePaper(bill)}\n\n${leftOut(bill)}\n`);

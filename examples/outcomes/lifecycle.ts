/**
 * The life of an outcome, from conversation to credit: a support agent is paid for every conversation that it resolves
 * and that stays resolved. Outcomes wait for their confirmation, are billed, some are taken back when the customer
 * returns in a later month, and the next invoice, or a credit note, gives the money back and says which events were the
 * reason. Run it with `npx tsx examples/outcomes/lifecycle.ts`.
 */
import {
  creditNote,
  invoice,
  type Outcome,
  parseProduct,
  type SignalInput,
  settleOutcomes,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { invoicePaper, leftOut, outcomePaper } from "../support/paper.js";
import { table } from "../support/table.js";

// 1. The price, and the rules under which a conversation counts as resolved. They are data, so both sides can read them.

const resolved = {
  id: "resolved",
  name: "Resolved conversations",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "1.50" },
  outcome: {
    // A conversation is paid for once, however often it is resolved.
    uniqueBy: { key: "subject", per: "lifetime" },
    // It counts when the customer says so, or has been silent for three days.
    confirm: { signals: ["customer-confirmed"], assumedAfter: "PT72H" },
    // A customer who comes back within thirty days of that takes it back.
    reverse: { signals: ["reopened"], within: "P30D" },
  },
} satisfies UsageChargeInput;

const catalog = parseProduct({
  id: "support-agent",
  name: "Support agent",
  agentType: "support-agent",
  effectiveDate: "2026-01-01",
  ratePlans: [
    {
      id: "pay-per-resolution",
      name: "Pay per resolution",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [resolved],
    },
  ],
});

const subscription = {
  id: "sub-1",
  customerId: "acme",
  ratePlanId: "pay-per-resolution",
  startDate: "2026-01-01",
};
const january = { start: "2026-01-01", end: "2026-02-01" };
const february = { start: "2026-02-01", end: "2026-03-01" };
const march = { start: "2026-03-01", end: "2026-04-01" };

// 2. What happened: the agent's outcomes, and what customers did afterwards.

function resolution(id: string, subject: string, timestamp: string): UsageEventInput {
  return { id, customerId: "acme", unitOfMeasure: "@outcome", subject, timestamp };
}

function signal(id: string, name: string, subject: string, timestamp: string) {
  return { id, customerId: "acme", name, subject, timestamp } satisfies SignalInput;
}

const happened = [
  resolution("r1", "order status", "2026-01-05T10:00:00Z"),
  resolution("r2", "refund", "2026-01-12T09:00:00Z"),
  signal("s1", "customer-confirmed", "refund", "2026-01-12T15:00:00Z"),
  // Resolved twice, paid once.
  resolution("r3", "address change", "2026-01-08T08:00:00Z"),
  resolution("r4", "address change", "2026-01-15T08:00:00Z"),
  // The customer came back on the next day, so the first answer is never paid; the second one held.
  resolution("r5", "broken zip", "2026-01-20T09:00:00Z"),
  signal("s2", "reopened", "broken zip", "2026-01-21T18:00:00Z"),
  resolution("r6", "broken zip", "2026-01-22T09:00:00Z"),
  resolution("r7", "wrong size", "2026-01-24T11:00:00Z"),
  // On 1 February its three days of silence are not over.
  resolution("r8", "gift card", "2026-01-30T16:00:00Z"),
  // Reopened in January, but the help desk told us in February, when January was billed.
  {
    ...signal("s3", "reopened", "wrong size", "2026-01-29T12:00:00Z"),
    receivedAt: "2026-02-04T07:00:00Z",
  },
  // Comes back in another month than it was billed in, within thirty days.
  signal("s4", "reopened", "refund", "2026-02-03T09:30:00Z"),
  resolution("r9", "login", "2026-02-10T10:00:00Z"),
  resolution("r10", "warranty", "2026-02-17T10:00:00Z"),
  // Too late: more than thirty days after the confirmation.
  signal("s5", "reopened", "order status", "2026-02-20T10:00:00Z"),
  resolution("r11", "invoice copy", "2026-03-02T10:00:00Z"),
];

// 3. Where each outcome stands, asked on four days.

const days = ["2026-01-22", "2026-02-01", "2026-02-05", "2026-03-01"];
const asked = days.map((asOf) => settleOutcomes(happened, resolved.outcome, { asOf }));
const last = settleOutcomes(happened, resolved.outcome, { asOf: "2026-04-01" });

function stateOf({ id }: Outcome, day: number): string {
  const then = asked[day]?.outcomes.find((outcome) => outcome.id === id);
  return then?.state ?? "-";
}

console.log("Where each outcome stands\n");
console.log(
  table(
    ["  outcome", "conversation", ...days],
    last.outcomes.map((outcome) => [
      `  ${outcome.id}`,
      outcome.subject ?? "",
      ...days.map((_, day) => stateOf(outcome, day)),
    ]),
    6,
  ),
);
console.log("\nAnd why, as known on 1 April\n");
console.log(outcomePaper(last));

// 4. January's invoice. What is not confirmed by its end waits for February; what is billed may still be taken back.

const first = invoice({ catalog, subscription, period: january, usage: happened });
console.log(`\n\nJanuary\n\n${invoicePaper(first)}\n`);
console.log(leftOut(first));

// 5. February's invoice looks at January again: two customers came back, so two outcomes are given back.

const second = invoice({
  catalog,
  subscription,
  period: february,
  usage: happened,
  previous: [first],
  rerate: [{ period: january, usage: happened }],
});
console.log(`\n\nFebruary, with what became of January\n\n${invoicePaper(second)}`);

// 6. The same correction as a document of its own, as soon as it is known. The next invoice then has nothing to correct.

const note = creditNote({
  catalog,
  subscription,
  previous: [first],
  rerate: [{ period: january, usage: happened }],
  asOf: "2026-02-05",
});
const afterNote = invoice({
  catalog,
  subscription,
  period: february,
  usage: happened,
  previous: [first, note],
  rerate: [{ period: january, usage: happened }],
});
console.log(`\n\nOr at once, as a credit note\n\n${invoicePaper(note)}`);
console.log(`\nand February after it\n\n${invoicePaper(afterNote)}`);

// 7. March looks at both months again: nothing is corrected twice, and the reopening of 20 February came too late.

const third = invoice({
  catalog,
  subscription,
  period: march,
  usage: happened,
  previous: [first, second],
  rerate: [
    { period: january, usage: happened },
    { period: february, usage: happened },
  ],
});
console.log(`\n\nMarch, with January and February billed again\n\n${invoicePaper(third)}`);

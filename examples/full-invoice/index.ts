/**
 * The complete invoice: fees in advance and in arrears, tiered outcomes with a guarantee, actions priced in credits, a minimum, a
 * discount, a coupon, two credit grants, two taxes, and when it is to be paid, with how each cent came about. Before it, the
 * opening with a one-time fee; after it, the next month, which gives back what was corrected and ends at the plan's maximum,
 * and an interim document when a threshold is reached. Then a quarter of a plan that is paid in advance, with what goes beyond it and a
 * minimum for the quarter, and a credit note of an amount. Run it with `npx tsx examples/full-invoice/index.ts`; README.md beside it recomputes each number by hand.
 */
import {
  applyPostings,
  type CouponInput,
  type CreditGrant,
  type CreditGrantInput,
  creditNote,
  crossedThreshold,
  type EventInput,
  explain,
  type Invoice,
  invoice,
  parseCreditGrant,
  parseProduct,
  type TaxRateInput,
  verify,
} from "rateplan";
import { invoicePaper } from "../support/paper.js";
import { money, table } from "../support/table.js";

// 1. What is agreed: a plan with every kind of price, and what the customer holds.

const catalog = parseProduct({
  id: "support-agent",
  name: "Support agent",
  agentType: "support-agent",
  effectiveDate: "2026-01-01",
  ratePlans: [
    {
      id: "team",
      name: "Team",
      currency: "CAD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      // Prices may be in credits: one is 0.01 CAD.
      pricingUnits: [{ code: "credit", rate: "0.01" }],
      maximumSpend: 250,
      charges: [
        {
          id: "training",
          name: "Training",
          chargeType: "one-time",
          taxCodes: ["education"],
          pricing: { model: "flat", amount: 60 },
        },
        {
          id: "platform",
          name: "Platform",
          chargeType: "recurring",
          billingTiming: "in-advance",
          pricing: { model: "flat", amount: 99 },
        },
        {
          id: "hosting",
          name: "Hosting",
          chargeType: "recurring",
          pricing: { model: "flat", amount: 20 },
        },
        {
          id: "resolved",
          name: "Resolved conversations",
          chargeType: "usage",
          unitOfMeasure: "@outcome",
          pricing: { model: "tiered", tiers: [{ upTo: 5, unitPrice: 4 }, { unitPrice: 3 }] },
          outcome: {
            qualifies: { field: "properties.resolved", equals: true },
            reverse: { signals: ["reopened"], within: "P30D" },
          },
          // Of ten attempts nine are promised; below that, 10 % of the charge is given back.
          guarantee: { successRate: 90, remedy: { percent: 10 } },
        },
        {
          id: "actions",
          name: "Actions",
          chargeType: "usage",
          unitOfMeasure: "@action",
          pricingUnit: "credit",
          pricing: { model: "per-unit", unitPrice: 20 },
        },
        {
          id: "messages",
          name: "Messages",
          chargeType: "usage",
          unitOfMeasure: "message",
          pricing: { model: "package", size: 100, price: "2.50" },
          minimum: 10,
        },
        {
          id: "launch",
          name: "Launch discount",
          chargeType: "usage",
          pricing: { model: "discount", percent: 10, appliesTo: { charges: ["resolved"] } },
        },
      ],
    },
    {
      id: "reserve",
      name: "Reserve",
      currency: "CAD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      minimumCommitment: { amount: 900, term: "quarterly" },
      charges: [
        {
          id: "reserve",
          name: "Reserve",
          chargeType: "recurring",
          billingTiming: "in-advance",
          pricing: { model: "flat", amount: 100 },
          drawdown: { overageFactor: "1.5" },
        },
        {
          id: "calls",
          name: "Calls",
          chargeType: "usage",
          unitOfMeasure: "call",
          pricing: { model: "per-unit", unitPrice: "0.50" },
        },
      ],
    },
  ],
});

const subscription = {
  id: "sub-1",
  customerId: "acme",
  ratePlanId: "team",
  startDate: "2026-01-01",
};

/** A quarter off hosting, for one month. */
const coupons: readonly CouponInput[] = [
  {
    id: "welcome",
    name: "Welcome coupon",
    percent: 25,
    from: "2026-01-01",
    periods: 1,
    appliesTo: { charges: ["hosting"] },
  },
];

const grants: readonly CreditGrantInput[] = [
  { id: "pack", name: "Credit pack", unit: "credit", amount: 500, grantedAt: "2026-01-01" },
  {
    id: "goodwill",
    name: "Goodwill credit",
    unit: "CAD",
    amount: 30,
    category: "promotional",
    grantedAt: "2026-01-10",
    expiresAt: "2026-07-01",
  },
];

/** Two taxes, the second on top of the first; education is exempt from both. */
const taxes: readonly TaxRateInput[] = [
  { id: "gst", name: "GST", percent: 5 },
  { id: "pst", name: "PST", percent: 10, compound: true },
  { id: "education", name: "Education", marker: "exempt", appliesTo: { taxCodes: ["education"] } },
];

// 2. What happened in three months.

const event = (id: string, unitOfMeasure: string, timestamp: string, quantity = 1) => ({
  id,
  customerId: "acme",
  unitOfMeasure,
  timestamp,
  quantity,
});

const conversation = (month: string, day: number, resolved: boolean) => {
  const date = `${month}-${String(day).padStart(2, "0")}`;
  const subject = `conversation of ${date}`;
  return { ...event(date, "@outcome", `${date}T10:00:00Z`), subject, properties: { resolved } };
};

const conversations = (month: string, count: number, failed: readonly number[] = []) =>
  Array.from({ length: count }, (_, index) =>
    conversation(month, index + 1, !failed.includes(index + 1)),
  );

const january: readonly EventInput[] = [
  ...conversations("2026-01", 10, [4, 8]),
  event("actions-1", "@action", "2026-01-20T09:00:00Z", 20),
  event("messages-1", "message", "2026-01-25T09:00:00Z", 240),
];

const february: readonly EventInput[] = [
  // What became known of January when it was billed: a customer came back, and two actions had failed.
  {
    id: "back",
    customerId: "acme",
    name: "reopened",
    subject: "conversation of 2026-01-10",
    timestamp: "2026-02-03T12:00:00Z",
  },
  {
    ...event("actions-1-failed", "@action", "2026-01-20T10:00:00Z", -2),
    receivedAt: "2026-02-05T08:00:00Z",
  },
  ...conversations("2026-02", 28),
  event("actions-2", "@action", "2026-02-14T09:00:00Z", 30),
  event("messages-2", "message", "2026-02-20T09:00:00Z", 2350),
];

const march: readonly EventInput[] = [
  ...conversations("2026-03", 12),
  event("actions-3", "@action", "2026-03-11T09:00:00Z", 100),
];

// 3. The documents, and the ledger of the grants.

/** The ledger: the grants, each with what is left of it. */
let ledger: readonly CreditGrant[] = grants.map(parseCreditGrant);
const documents: Invoice[] = [];
const agreed = { catalog, subscription, coupons, taxes };

function grantsPaper(): string {
  const rows = ledger.map(({ name = "", unit, amount, balance = amount }) => [
    `  ${name}`,
    unit,
    amount,
    balance,
  ]);
  return table(["  grant", "unit", "granted", "left"], rows, 2);
}

function postingsPaper({ postings }: Invoice): string {
  const rows = postings.map(({ grantId, kind, unit, amount, balanceBefore, balanceAfter }) => [
    `  ${grantId}`,
    kind,
    unit,
    balanceBefore ?? "",
    amount,
    balanceAfter ?? "",
  ]);
  return table(["  grant", "posting", "unit", "before", "amount", "after"], rows, 3);
}

/** Keeps a document, and carries out in the ledger what it does to grants. */
function store(document: Invoice): void {
  documents.push(document);
  ledger = applyPostings(ledger, document.postings);
}

// The opening bills the fee in advance. No grant pays for it: one begins later, the other is in credits.

const opening = invoice({
  ...agreed,
  period: { start: "2026-01-01", end: "2026-01-01" },
  usage: [],
  credits: ledger,
});
store(opening);
console.log(`The opening\n\n${invoicePaper(opening)}`);

// January, with everything on it.

const request = {
  ...agreed,
  period: { start: "2026-01-01", end: "2026-02-01" },
  usage: january,
  previous: [opening],
  credits: ledger,
  issueDate: "2026-02-01",
  paymentTerms: { days: 30, from: "end-of-month" },
} as const;
const first = invoice(request);
store(first);
console.log(`\n\nJanuary\n\n${explain(first, { format: "text", number: "2" })}`);
console.log(`\nWhat it does to the grants\n\n${postingsPaper(first)}`);
console.log(`\nWhat is left of them\n\n${grantsPaper()}`);
const { ok, differences } = verify(first, request);
console.log(`\nWritten again from its request: ${ok ? "the same" : JSON.stringify(differences)}`);

// February: an outcome and two actions of January are taken back, and the plan's maximum is reached.

const second = invoice({
  ...agreed,
  period: { start: "2026-02-01", end: "2026-03-01" },
  usage: [...january, ...february],
  previous: documents,
  rerate: { from: "2026-01-01" },
  credits: ledger,
  issueDate: "2026-03-01",
  paymentTerms: { days: 30, from: "end-of-month" },
});
store(second);
console.log(
  `\n\nFebruary, with what became of January\n\n${explain(second, { format: "text", number: "3", eventIds: true })}`,
);
console.log(`\nWhat it does to the grants\n\n${postingsPaper(second)}`);
console.log(`\nWhat is left of them\n\n${grantsPaper()}`);

// March: on the 12th its usage has reached 50 CAD, and an interim document bills it; the month's own document bills the rest.

const running = {
  ...agreed,
  period: { start: "2026-03-01", end: "2026-04-01" },
  usage: march,
  previous: documents,
  credits: ledger,
};
const crossed = crossedThreshold(
  { ...running, asOf: "2026-03-13" },
  { amounts: [25, 50], every: 50 },
);
if (crossed !== null) {
  const { threshold, reached, document } = crossed;
  store(document);
  console.log(
    `\n\nMarch: the usage is ${money(reached)} CAD, above the threshold of ${threshold}\n`,
  );
  console.log(invoicePaper(document));
}
console.log(`\n\nMarch, the rest\n\n${invoicePaper(invoice({ ...running, previous: documents }))}`);

// Another customer pays in advance, and has promised 900 CAD a quarter: what goes beyond the reserve of a month costs half as much again.

const reserve = {
  catalog,
  subscription: {
    id: "sub-2",
    customerId: "birch",
    ratePlanId: "reserve",
    startDate: "2026-01-01",
  },
};
const months = [
  { period: { start: "2026-01-01", end: "2026-01-01" }, usage: [] },
  { period: { start: "2026-01-01", end: "2026-02-01" }, usage: { calls: 260 } },
  { period: { start: "2026-02-01", end: "2026-03-01" }, usage: { calls: 100 } },
  { period: { start: "2026-03-01", end: "2026-04-01" }, usage: { calls: 240 } },
] as const;
const quarter: Invoice[] = [];
for (const month of months) quarter.push(invoice({ ...reserve, ...month, previous: quarter }));
for (const document of quarter) {
  console.log(`\n\nReserve, ${document.period.end}\n\n${invoicePaper(document)}`);
}

// Of the last of them, a tenth is given back as a gesture.

const [, , , last] = quarter;
if (last !== undefined) {
  const note = creditNote({
    ...reserve,
    previous: quarter,
    credit: { invoice: last.idempotencyKey, amount: "65.50", reason: "outage in March" },
    asOf: "2026-04-10",
  });
  console.log(`\n\nA gesture\n\n${invoicePaper(note)}`);
}

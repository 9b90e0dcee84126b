/**
 * Riskified: a fee on the value of every approved order, given back with a refund, in full or in proportion; and the
 * guarantee behind it, which pays for fraud. Run it with `npx tsx examples/outcomes/policies/riskified.ts`.
 */
import { invoice, type UsageChargeInput } from "rateplan";
import {
  catalogOf,
  introduce,
  july,
  june,
  outcome,
  signal,
  storyPaper,
  subscription,
} from "../../support/gallery.js";
import { invoicePaper } from "../../support/paper.js";

const approvals = {
  id: "approvals",
  name: "Approved orders",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "percentage", percent: "0.5" },
  outcome: {
    qualifies: { field: "properties.decision", equals: "approved" },
    uniqueBy: { key: "subject", per: "lifetime" },
    reverse: { signals: ["cancelled", "refunded", "fraud-chargeback"], within: "P60D" },
  },
} satisfies UsageChargeInput;

/** What the guarantee pays for fraud: the order and its shipping, as negative values at their own price. */
const guarantee = {
  id: "guarantee",
  name: "Chargeback guarantee",
  chargeType: "usage",
  unitOfMeasure: "covered-chargeback",
  pricing: { model: "pre-rated" },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Riskified",
    asOf: undefined,
    sources: ["https://support.riskified.com/hc/en-us/articles/360011863673-Approved-Orders"],
    say: [
      "a fee for approved orders only",
      "within a limited time the whole fee is given back for an order that is not fulfilled, a part for a partial refund",
      "a fraud chargeback is covered: order, shipping and fee are credited; once the fee is refunded, no longer",
      "a month that comes out negative is a credit note",
    ],
    assumed: ["0.5 % of the order's value and 60 days: both depend on the contract"],
  },
  [approvals, guarantee],
);

const approved = { properties: { decision: "approved" }, currency: "USD" };
const story = [
  outcome("o1", "order-1", "02T10:00", { value: "200.00", ...approved }),
  outcome("o2", "order-2", "05T10:00", { value: "80.00", properties: { decision: "declined" } }),
  outcome("o3", "order-3", "10T10:00", { value: "120.00", ...approved }),
  signal("s3", "cancelled", "order-3", "11T10:00"),
  outcome("o4", "order-4", "12T10:00", { value: "400.00", ...approved }),
  outcome("o5", "order-5", "20T10:00", { value: "90.00", ...approved }),
  // A quarter of order-4 is refunded in July, and order-5 was fraud.
  signal("s4", "refunded", "order-4", "07-03T10:00", { value: "100.00" }),
  signal("s5", "fraud-chargeback", "order-5", "07-10T10:00"),
  {
    id: "c5",
    customerId: "shop",
    unitOfMeasure: "covered-chargeback",
    subject: "order-5",
    timestamp: "2026-07-10T10:00:00Z",
    value: "-97.50",
    currency: "USD",
  },
  outcome("o6", "order-6", "07-15T10:00", { value: "300.00", ...approved }),
];
const catalog = catalogOf([approvals, guarantee]);
const policy = { negativeUsage: "allow" } as const;
const first = invoice({ catalog, subscription, period: june, usage: story, policy });
const second = invoice({
  catalog,
  subscription,
  period: july,
  usage: story,
  policy,
  previous: [first],
  rerate: [{ period: june, usage: story }],
});
console.log(storyPaper(story));
console.log(`\n${invoicePaper(first)}\n\n${invoicePaper(second)}\n`);

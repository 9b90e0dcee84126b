/**
 * Sierra: several kinds of outcomes in one contract, each with rules of its own. Run it with
 * `npx tsx examples/outcomes/policies/sierra.ts`.
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
import { invoicePaper, leftOut } from "../../support/paper.js";

const saved = {
  id: "saved",
  name: "Saved cancellations",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  filter: { names: ["cancellation-saved"] },
  pricing: { model: "per-unit", unitPrice: "15.00" },
  outcome: {
    uniqueBy: { key: "subject", per: "lifetime" },
    // The customer has to stay for two weeks.
    confirm: { assumedAfter: "P14D", silenceFrom: "first-event" },
    reverse: { signals: ["cancelled"], within: "P30D" },
  },
} satisfies UsageChargeInput;

const upsells = {
  id: "upsells",
  name: "Commission on upsells",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  filter: { names: ["upsell"] },
  pricing: { model: "percentage", percent: "10", maxPerEvent: "50.00" },
  outcome: { reverse: { signals: ["refunded"], within: "P30D" } },
} satisfies UsageChargeInput;

const resolved = {
  id: "resolved",
  name: "Resolved conversations",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  filter: { names: ["resolved"] },
  pricing: { model: "per-unit", unitPrice: "1.20" },
  outcome: {
    qualifies: { not: { field: "properties.escalated", equals: true } },
    uniqueBy: { key: "subject", per: "lifetime" },
    confirm: { assumedAfter: "PT48H" },
    reverse: { signals: ["reopened"], within: "P7D" },
  },
} satisfies UsageChargeInput;

const charges = [saved, upsells, resolved];

introduce(
  {
    vendor: "Sierra",
    asOf: undefined,
    sources: ["https://sierra.ai/blog/outcome-based-pricing-for-ai-agents (as quoted by others)"],
    say: [],
    secondHand: [
      "outcomes are agreed up front: a resolved conversation, a saved cancellation, an upsell, a cross-sell",
      "what is unresolved or escalated is not charged in most cases; commission on sales",
    ],
    assumed: ["every figure, time and rule below: contracts are not public"],
  },
  charges,
);

const story = [
  outcome("r1", "conv-1", "02T10:00", { name: "resolved" }),
  outcome("r2", "conv-2", "02T11:00", { name: "resolved", properties: { escalated: true } }),
  outcome("r3", "conv-3", "03T10:00", { name: "resolved" }),
  signal("s3", "reopened", "conv-3", "04T10:00"),
  outcome("c1", "member-1", "05T10:00", { name: "cancellation-saved" }),
  outcome("c2", "member-2", "06T10:00", { name: "cancellation-saved" }),
  signal("s4", "cancelled", "member-2", "12T10:00"),
  outcome("u1", "order-1", "08T10:00", { name: "upsell", value: "240.00" }),
  outcome("u2", "order-2", "09T10:00", { name: "upsell", value: "900.00" }),
  signal("s5", "refunded", "order-1", "07-02T10:00"),
  signal("s6", "cancelled", "member-1", "07-05T10:00"),
];
const catalog = catalogOf(charges);
const first = invoice({ catalog, subscription, period: june, usage: story });
const second = invoice({
  catalog,
  subscription,
  period: july,
  usage: story,
  previous: [first],
  rerate: [{ period: june, usage: story }],
});
console.log(storyPaper(story));
console.log(`\n${invoicePaper(first)}\n\n${leftOut(first)}\n\n${invoicePaper(second)}\n`);

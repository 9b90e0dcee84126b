/**
 * Chargeflow: a quarter of what is recovered in won disputes, nothing for lost ones. Run it with
 * `npx tsx examples/outcomes/policies/chargeflow.ts`.
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

const recovered = {
  id: "recovered",
  name: "Recovered chargebacks",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "percentage", percent: "25" },
  outcome: {
    uniqueBy: { key: "subject", per: "lifetime" },
    // No silence confirms it: only the network's decision does, whenever it comes.
    confirm: { signals: ["dispute-won"] },
    reverse: { signals: ["dispute-lost", "lost-in-part"] },
  },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Chargeflow",
    asOf: undefined,
    sources: [
      "https://help.chargeflow.io/en/articles/9810357-the-chargeflow-billing-page-explained",
    ],
    say: ["success-based: paid only when a dispute is recovered"],
    secondHand: ["25 % of the recovered amount"],
    assumed: [
      "of a dispute that is won in part, the part is billed",
      "it is billed in the month of the decision",
    ],
  },
  [recovered],
);

const story = [
  outcome("d1", "dispute-1", "02T10:00", { value: "120.00" }),
  signal("w1", "dispute-won", "dispute-1", "20T10:00"),
  outcome("d2", "dispute-2", "03T10:00", { value: "75.00" }),
  signal("l2", "dispute-lost", "dispute-2", "21T10:00"),
  // The bank gives back 60 of 100.
  outcome("d3", "dispute-3", "04T10:00", { value: "100.00" }),
  signal("p3", "lost-in-part", "dispute-3", "22T10:00", { value: "40.00" }),
  signal("w3", "dispute-won", "dispute-3", "22T10:01"),
  outcome("d4", "dispute-4", "25T10:00", { value: "310.00" }),
];
const bill = invoice({ catalog: catalogOf([recovered]), subscription, period: june, usage: story });
console.log(storyPaper(story));
console.log(`\n${invoicePaper(bill)}\n\n${leftOut(bill)}\n`);

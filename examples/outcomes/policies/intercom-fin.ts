/**
 * Intercom Fin: one outcome for each conversation, $0.99; a customer who returns to the conversation takes it back, even
 * in a later month. Run it with `npx tsx examples/outcomes/policies/intercom-fin.ts`.
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

const outcomes = {
  id: "outcomes",
  name: "Fin outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: {
    model: "matrix",
    dimensions: ["name"],
    prices: [
      { when: { name: "resolution" }, unitPrice: "0.99" },
      { when: { name: "procedure-handoff" }, unitPrice: "0.99" },
      { when: { name: "disqualification" }, unitPrice: "0.99" },
      { when: { name: "qualification" }, unitPrice: "9.99" },
    ],
  },
  outcome: {
    uniqueBy: { key: "subject", per: "lifetime" },
    confirm: { signals: ["confirmed"], assumedAfter: "PT24H" },
    reverse: { signals: ["returned"], within: "unlimited" },
  },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Intercom Fin",
    asOf: "2026-03-12",
    sources: [
      "https://www.intercom.com/help/en/articles/8205718-fin-ai-agent-outcomes",
      "https://www.intercom.com/help/en/articles/10772642-fin-ai-agent-resolutions",
    ],
    say: [
      "$0.99 for a resolution, a handoff that a procedure ends in, or a disqualification; $9.99 for a qualification",
      "one outcome per conversation, whatever Fin does in it",
      "a resolution is confirmed by the customer, or assumed when the customer asks for nothing more",
      "when the customer returns to the conversation, even in a later billing period, it is deducted",
    ],
    assumed: ["24 hours until it is assumed, as an older version of the page says"],
  },
  [outcomes],
);

const story = [
  outcome("o1", "conv-1", "03T10:00", { name: "resolution" }),
  outcome("o2", "conv-1", "03T10:20", { name: "resolution" }),
  outcome("o3", "conv-2", "10T09:00", { name: "resolution" }),
  signal("s1", "returned", "conv-2", "10T11:00"),
  outcome("o4", "conv-2", "10T11:05", { name: "resolution" }),
  signal("s2", "confirmed", "conv-2", "10T11:10"),
  outcome("o5", "conv-3", "15T09:00", { name: "procedure-handoff" }),
  outcome("o6", "conv-4", "16T09:00", { name: "qualification" }),
  outcome("o7", "conv-5", "28T09:00", { name: "resolution" }),
  signal("s3", "returned", "conv-5", "07-04T08:00"),
  outcome("o8", "conv-6", "07-06T09:00", { name: "resolution" }),
];
const catalog = catalogOf([outcomes]);
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

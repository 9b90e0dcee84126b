/**
 * Redo: the more conversations the agent resolves, the less each costs; a bad rating or a human makes it free. Run it with
 * `npx tsx examples/outcomes/policies/redo.ts`.
 */
import { invoice, isPricingError, rateAmount, type UsageChargeInput } from "rateplan";
import {
  catalogOf,
  introduce,
  june,
  outcome,
  signal,
  subscription,
} from "../../support/gallery.js";
import { invoicePaper, leftOut } from "../../support/paper.js";
import { money, table } from "../../support/table.js";

const resolutions = {
  id: "resolutions",
  name: "AI resolutions",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: {
    model: "tiered",
    tiers: [
      { upTo: 50, unitPrice: "0.95" },
      { upTo: 100, unitPrice: "0.90" },
      { upTo: 300, unitPrice: "0.85" },
    ],
    // The published table ends at 300. What more would cost is not guessed.
    overflow: "error",
  },
  outcome: {
    // Without a rating this holds: a field that is not there compares with nothing.
    qualifies: { not: { field: "properties.csat", atMost: 3 } },
    uniqueBy: { key: "subject", per: "lifetime" },
    reverse: { signals: ["human-stepped-in"], within: "unlimited" },
  },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Redo",
    asOf: undefined,
    sources: ["http://help.getredo.com/en/articles/11673216-ai-resolution-pricing"],
    say: [
      "the first 50 resolutions at $0.95, the next 50 at $0.90, the next 200 at $0.85; 253 cost $222.55",
      "a resolution is a conversation that the AI handles fully",
      "no charge when a human steps in at any point, or for a CSAT score of 1 to 3",
    ],
    assumed: ["above 300 there is no price: the library refuses instead of guessing"],
  },
  [resolutions],
);

/** 258 conversations; three are rated 1 to 3, and a human steps into two. */
const ratings: Readonly<Record<number, number>> = { 10: 1, 20: 2, 30: 3, 40: 4, 50: 5 };
const conversations = Array.from({ length: 258 }, (_, index) => {
  const day = String(1 + (index % 28)).padStart(2, "0");
  const csat = ratings[index];
  return outcome(`c${index}`, `conv-${index}`, `${day}T12:00`, {
    properties: csat === undefined ? {} : { csat },
  });
});
const story = [
  ...conversations,
  signal("h1", "human-stepped-in", "conv-60", "29T08:00"),
  signal("h2", "human-stepped-in", "conv-61", "29T09:00"),
];
const bill = invoice({
  catalog: catalogOf([resolutions]),
  subscription,
  period: june,
  usage: story,
});
console.log(
  `\nWhat happens: ${conversations.length} conversations; three are rated 1 to 3, a human steps into two.`,
);
console.log(`\n${invoicePaper(bill)}\n`);
const tiers = bill.lines.flatMap((line) => line.tiers);
console.log(
  table(
    ["  resolutions", "quantity", "unit price", "amount"],
    tiers.map(({ from, upTo, quantity, unitPrice, amount }) => [
      `  over ${from} to ${upTo}`,
      quantity,
      unitPrice ?? "",
      money(amount),
    ]),
  ),
);
console.log(`\n${leftOut(bill)}\n`);
try {
  rateAmount({ ...resolutions, currency: "USD" }, 301);
} catch (error) {
  if (!isPricingError(error)) throw error;
  console.log(`301 resolutions: ${error.issues.map(({ message }) => message).join("; ")}\n`);
}

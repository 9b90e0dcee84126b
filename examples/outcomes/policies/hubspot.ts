/**
 * HubSpot's customer agent: $0.50 per resolved conversation, after those that the plan's credits cover. Run it with
 * `npx tsx examples/outcomes/policies/hubspot.ts`.
 */
import { invoice, type UsageChargeInput } from "rateplan";
import { catalogOf, introduce, june, outcome, subscription } from "../../support/gallery.js";
import { invoicePaper, leftOut } from "../../support/paper.js";

const resolved = {
  id: "resolved",
  name: "Resolved conversations",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "0.50" },
  includedUnits: "60",
  outcome: {
    qualifies: { field: "properties.resolution", equals: "agent" },
    uniqueBy: { key: "subject", per: "lifetime" },
  },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "HubSpot customer agent",
    asOf: "2026-04-14",
    sources: [
      "https://resolve247.ai/blog/hubspot-breeze-pricing-change/",
      "https://nerova.ai/costs-roi/hubspot-breeze-customer-agent-pricing-explained-2026",
    ],
    say: ["credits are used only when the agent delivers a resolution (knowledge.hubspot.com)"],
    secondHand: [
      "a resolved conversation takes 50 credits of $0.01",
      "a Professional plan includes 3,000 credits a month, which cover 60 resolutions, and nothing is carried over",
    ],
    assumed: [
      "the credits are used for nothing else",
      "no time for confirmation or reversal: none is published",
    ],
  },
  [resolved],
);

/** 70 conversations on 10 June, one every ten minutes; every tenth ends with a human. */
const story = Array.from({ length: 70 }, (_, index) => {
  const hour = String(Math.floor(index / 6)).padStart(2, "0");
  const resolution = index % 10 === 9 ? "human" : "agent";
  return outcome(`c${index + 1}`, `conv-${index + 1}`, `10T${hour}:${index % 6}0`, {
    properties: { resolution },
  });
});
const bill = invoice({ catalog: catalogOf([resolved]), subscription, period: june, usage: story });
console.log(`\nWhat happens: ${story.length} conversations, every tenth ends with a human.`);
console.log(`\n${invoicePaper(bill)}`);
for (const { of, value, text } of bill.lines.flatMap(({ steps }) => steps)) {
  console.log(`  ${of} ${value}: ${text}`);
}
console.log(`\n${leftOut(bill)}\n`);

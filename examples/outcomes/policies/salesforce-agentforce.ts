/**
 * Salesforce Agentforce: every conversation costs, resolved or not; what happens within 24 hours is one conversation. Run
 * it with `npx tsx examples/outcomes/policies/salesforce-agentforce.ts`.
 */
import { invoice, type UsageChargeInput } from "rateplan";
import {
  catalogOf,
  introduce,
  june,
  outcome,
  storyPaper,
  subscription,
} from "../../support/gallery.js";
import { invoicePaper, leftOut } from "../../support/paper.js";

const conversations = {
  id: "conversations",
  name: "Conversations",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "2.00" },
  outcome: { uniqueBy: { key: "subject", per: "window", window: "PT24H" } },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Salesforce Agentforce",
    asOf: undefined,
    sources: [
      "https://help.salesforce.com/s/articleView?id=ai.generative_ai_usage_conversations.htm&language=en_US&type=5",
    ],
    say: [
      "usage is counted in conversation windows, whatever comes out of them",
      "for authenticated users a window ends 24 hours after it has begun",
    ],
    secondHand: [
      "$2 per conversation",
      "others write that a conversation ends when it is closed, escalated, or idle for 24 hours",
    ],
    assumed: ["no reversal: none is documented"],
  },
  [conversations],
);

const story = [
  outcome("m1", "user-1", "01T10:00"),
  outcome("m2", "user-1", "01T10:05"),
  outcome("m3", "user-1", "02T09:59"),
  // The window of user-1 is over: a conversation of its own.
  outcome("m4", "user-1", "02T10:00"),
  outcome("m5", "user-2", "02T10:00", { properties: { escalated: true } }),
];
const bill = invoice({
  catalog: catalogOf([conversations]),
  subscription,
  period: june,
  usage: story,
});
console.log(storyPaper(story));
console.log(`\n${invoicePaper(bill)}\n\n${leftOut(bill)}\n`);

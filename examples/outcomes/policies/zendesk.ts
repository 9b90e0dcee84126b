/**
 * Zendesk: a ticket is judged 72 hours after its first message, and only what passes verification is billed. Run it with
 * `npx tsx examples/outcomes/policies/zendesk.ts`.
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

const resolutions = {
  id: "resolutions",
  name: "Verified resolutions",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "2.00" },
  outcome: {
    qualifies: { field: "properties.verified", equals: true },
    uniqueBy: { key: "subject", per: "lifetime" },
    confirm: { assumedAfter: "PT72H", silenceFrom: "first-event" },
    // Only before the evaluation: one second is the shortest time after it.
    reverse: { signals: ["escalated", "followed-up"], within: "PT1S" },
  },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Zendesk",
    asOf: "2026-05-18",
    sources: [
      "https://support.zendesk.com/hc/en-us/articles/9570369117338",
      "https://support.zendesk.com/hc/en-us/articles/8357756668186",
    ],
    say: [
      "three tiers: assisted escalations and contained resolutions are free, verified resolutions are not",
      "a ticket is evaluated 72 hours after its first message; a language model verifies the resolution",
      "a follow-up or an escalation before the evaluation prevents it",
      "counted per conversation; each channel is a conversation of its own",
    ],
    secondHand: ["$2.00 as you go, about $1.50 with a commitment"],
    assumed: ["nothing is credited after the evaluation: the terms do not say"],
  },
  [resolutions],
);

const story = [
  signal("m1", "message", "ticket-1", "01T08:00"),
  outcome("a1", "ticket-1", "01T08:05", { properties: { verified: true } }),
  // Contained, not verified: free.
  outcome("a2", "ticket-2", "02T08:00", { properties: { verified: false } }),
  // Escalated before it is evaluated, and one after.
  outcome("a3", "ticket-3", "03T08:00", { properties: { verified: true } }),
  signal("s3", "escalated", "ticket-3", "05T08:00"),
  outcome("a4", "ticket-4", "04T08:00", { properties: { verified: true } }),
  signal("s4", "escalated", "ticket-4", "09T08:00"),
  // Its first message is 72 hours old in June, its answer in July.
  signal("m5", "message", "ticket-5", "28T20:00"),
  outcome("a5", "ticket-5", "28T23:00", { properties: { verified: true } }),
  signal("m6", "message", "ticket-6", "27T20:00"),
  outcome("a6", "ticket-6", "29T23:00", { properties: { verified: true } }),
];
const bill = invoice({
  catalog: catalogOf([resolutions]),
  subscription,
  period: june,
  usage: story,
});
console.log(storyPaper(story));
console.log(`\n${invoicePaper(bill)}\n\n${leftOut(bill)}\n`);

import type { LeftUnread } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "next-billing-date": {
    "input.billingAnchor": "any",
  },
  "period-containing-event": {
    "input.currentPeriodStart": "any",
    "input.currentPeriodEnd": "any",
  },
  "next-usage-reset": {
    "input.billingAnchor": "any",
  },
  "date-util:FindPeriodForDate_Timezone": {
    "input.knownEnd": "any",
  },
  "proration-plan-change": {
    "input.action": [
      "ProrationActionUpgrade",
      "ProrationActionDowngrade",
      "ProrationActionQuantityChange",
      "ProrationActionAddItem",
      "ProrationActionRemoveItem",
      "ProrationActionCancellation",
    ],
    // Says only what the lines are called.
    "input.terminationReason": "any",
    "input.previousCreditsIssued": ["0"],
    "input.planPayInAdvance": [true],
    "expected.credits[].quantity": "any",
    "expected.charges[].quantity": "any",
  },
  "per-unit": {
    "expected.effectiveUnitCost": "any",
  },
  package: {
    "expected.effectiveUnitCost": "any",
  },
  volume: {
    "expected.effectiveUnitCost": "any",
  },
  graduated: {
    "expected.effectiveUnitCost": "any",
  },
  "included allowance": {
    "input.tiers": "any",
  },
  "cumulative commitment across periods": {
    "input.commitmentDuration": "any",
  },
};

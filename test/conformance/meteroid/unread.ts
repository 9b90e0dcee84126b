import type { LeftUnread } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "advance-billing-period": {
    "input.firstPeriod": [false, true],
  },
  "first-cycle-proration": {
    "input.cycleIndex": "any",
  },
  "plan-change-proration": {
    "input.matched[].name": "any",
  },
};

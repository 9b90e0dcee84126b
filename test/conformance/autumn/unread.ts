import type { LeftUnread } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  graduated: {
    "input.quantity": "any",
    "input.billingUnits": "any",
    "input.allowNegative": [false],
  },
};

import type { LeftUnread } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "*": {
    "input.model": ["flat-fee", "per-unit", "tiered", "volume", "overage-pricing", "discount"],
  },
  "flat-fee": {
    "input.billingCycle": ["monthly", "annual"],
  },
  "overage-pricing": {
    "input.chargeType": ["recurring"],
    "input.billingCycle": ["monthly"],
  },
  derived: {
    "input.billingCycle": ["monthly"],
    "input.rate_plan_id": "any",
    "input.charge.name": "any",
    "input.charge.charge_type_code": ["usage"],
    "input.measure": ["unit"],
  },
  documented: {
    "input.costs[].cost_type": ["llm"],
    "input.costs[].period": "any",
    "input.actions": "any",
    "input.outcomes": "any",
    "input.users": "any",
    "input.subscriptions": "any",
  },
};

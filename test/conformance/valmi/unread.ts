import type { LeftUnread } from "../adapter.js";

/** A fee for a whole period is the same however long that is, and so is a part of one whose days are stated. */
const CYCLES = ["weekly", "monthly", "quarterly", "semi-annual", "annual"] as const;

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "*": {
    "input.model": ["flat-fee", "per-unit", "tiered", "volume", "overage-pricing", "discount"],
  },
  "flat-fee": {
    "input.billingCycle": CYCLES,
  },
  "overage-pricing": {
    "input.chargeType": ["recurring"],
    "input.billingCycle": CYCLES,
  },
  derived: {
    "input.billingCycle": CYCLES,
    "input.rate_plan_id": "any",
    "input.charge.name": "any",
    "input.charge.charge_type_code": ["usage"],
    "input.measure": ["unit"],
  },
  documented: {
    "input.costs[].cost_type": "any",
    "input.costs[].period": "any",
    "input.actions": "any",
    "input.outcomes": "any",
    "input.users": "any",
    "input.subscriptions": "any",
  },
};

import { type LeftUnread, TWO_DECIMALS } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "*": {
    "input.currency": TWO_DECIMALS,
  },
  graduated: {
    "expected.netCents": "any",
    "expected.taxCents": "any",
    "expected.tiers[].netCents": "any",
    "expected.tiers[].taxCents": "any",
    "expected.netText": "any",
    "expected.averageText": "any",
    "expected.breakdown[].unitAmountText": "any",
    "expected.grossText": "any",
    "expected.breakdown[].amountText": "any",
  },
  volume: {
    "expected.netCents": "any",
    "expected.taxCents": "any",
    "expected.tiers[].netCents": "any",
    "expected.tiers[].taxCents": "any",
  },
  stairstep: {
    "expected.netCents": "any",
    "expected.taxCents": "any",
    "expected.tiers[].netCents": "any",
    "expected.tiers[].taxCents": "any",
  },
  discount: {
    "expected.unitNetScaled12": "any",
    "expected.taxScaled12": "any",
  },
};

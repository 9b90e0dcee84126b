import { type LeftUnread, TWO_DECIMALS } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "*": {
    "input.currency": TWO_DECIMALS,
  },
  graduated: {
    "expected.netText": "any",
    "expected.averageText": "any",
    "expected.breakdown[].unitAmountText": "any",
    "expected.grossText": "any",
    "expected.breakdown[].amountText": "any",
  },
  // Binary floating point has left other digits in them.
  discount: {
    "expected.unitNetScaled12": "any",
    "expected.taxScaled12": "any",
  },
};

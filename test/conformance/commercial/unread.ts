import { type LeftUnread, TWO_DECIMALS } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  rounding: {
    "input.currency": TWO_DECIMALS,
  },
  "discount:stack_on_original": {
    "input.discounts[].type": ["percent"],
  },
  "discount:compound": {
    "input.discounts[].type": ["percent"],
    "input.roundEach": [true],
  },
  "discount:percent": {
    "input.discount.type": ["percent"],
  },
  "discount:fixed": {
    "input.discount.type": ["fixed"],
  },
  "proration:quantity_delta": {
    "expected.charge.quantity": "any",
    "expected.charge.unitPrice": "any",
  },
  "discount:reversal_on_credit": {
    "input.discount.type": ["percent"],
  },
  tiered_with_overage: {
    "expected.formula": "any",
    "expected.calculation": "any",
  },
  "aggregation:max_daily_sum": {
    "input.otherDays": "any",
    "expected.day": "any",
  },
  "proration:by_month_then_day": {
    "expected.fullMonths": "any",
    "expected.proratedDays": "any",
    "expected.denominator": "any",
  },
  "proration:credit_remaining": {
    "input.period": ["quarter"],
    "input.usedDays": "any",
  },
  "discount:fixed_waterfall": {
    "input.lines[].name": "any",
    "input.lines[].segment": "any",
    "input.lines[].start": "any",
  },
  "per_unit:min_max": {
    "input.attributes": "any",
  },
  "tiered:formula_min_max": {
    "input.tiers[].min": "any",
    "input.tiers[].max": "any",
  },
  "proration:usage_time_based": {
    "input.daysInMonth": "any",
  },
  volume: {
    "input.zeroQuantity": ["bill_first_tier_flat"],
  },
  tiered: {
    "input.zeroQuantity": ["bill_first_tier_flat"],
  },
  "per_unit:minimum": {
    "input.through": "any",
  },
  "per_unit:minimum:periodic": {
    "input.unitPrice": "any",
  },
  "outcome:tiered": {
    "input.unitOfMeasure": ["resolution"],
    "expected.averageUnit": "any",
  },
  "rounding:allocate_largest_remainder": {
    "input.lines": "any",
    "input.sumOfRoundedLines": "any",
    "expected.brokenCreditLine": "any",
  },
  "calendar:anchor": {
    "expected.drifted": "any",
  },
};

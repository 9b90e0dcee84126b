import { type LeftUnread, TWO_DECIMALS } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "*": {
    "input.currency": TWO_DECIMALS,
    "expected.unitAmount": "any",
    "expected.unitAmountRounded": "any",
    "input.eventsCount": "any",
    "input.groups[].eventsCount": "any",
  },
  graduated: {
    "expected.perTier[].fromValue": "any",
    // Without units, Lago shows a price of 0.
    "expected.perTier[].perUnitAmount": ["0", "0.0"],
    "input.taxRate": "any",
  },
  graduated_range: {
    "expected.perUnitAmount": "any",
  },
  graduated_percentage: {
    "expected.perTier[].fromValue": "any",
    "input.properties.graduatedPercentageRanges[].fromValue": "any",
  },
  volume: {
    "expected.details.perUnitAmount": "any",
  },
  package: {
    "expected.details.freeUnits": "any",
    // The terms once more.
    "expected.details.perPackageSize": "any",
    "expected.details.perPackageUnitAmount": "any",
  },
  percentage: {
    "expected.details.freeUnits": "any",
    "expected.details.freeEvents": "any",
    "input.runningTotal": [[]],
    "input.taxRate": "any",
  },
  dynamic: {
    "input.aggregation": ["sum"],
  },
  custom: {
    "input.units": "any",
    "input.fullUnitsNumber": "any",
    "input.customAggregation.units": "any",
  },
  graduated_prorated: {
    "input.units": "any",
    "input.fullUnitsNumber": "any",
    "expected.amountRounded.digits": "any",
    "expected.amountRounded.mode": "any",
  },
  percentage_single_event: {
    "expected.units": "any",
  },
  charge_minimum_true_up: {
    "input.usedPreciseAmountCents": "any",
  },
  charge_minimum_true_up_invoice: {
    "input.periodTo": "any",
  },
  plan_change: {
    "input.billedDays": "any",
    "input.periodDays": "any",
  },
  minimum_commitment: {
    "input.activeDays": "any",
    "input.periodDays": "any",
  },
  termination_credit_note: {
    "input.unusedDays": "any",
    "input.usedDays": "any",
    "input.periodDays": "any",
    // What was paid decides between refund and credit.
    "input.invoiceTotalCents": "any",
    "input.feeShareOfInvoice": "any",
    "input.paidAmountCents": "any",
    "input.onTermination": ["refund", "credit", "offset"],
  },
  wallet_rounding: {
    "expected.creditAmount": "any",
    "expected.balanceCents": "any",
  },
  pay_in_advance_standard: {
    "input.events[].value": "any",
    "expected.fees[].units": "any",
  },
  pay_in_advance_graduated: {
    "input.events[].value": "any",
    "expected.fees[].units": "any",
  },
  pay_in_advance_percentage: {
    "expected.fees[].units": "any",
    "input.events[].value": "any",
  },
  pay_in_advance_package: {
    "expected.fees[].units": "any",
    "input.events[].value": "any",
  },
  pay_in_advance_dynamic: {
    "input.aggregation": ["sum"],
    "expected.fees[].units": "any",
  },
  pay_in_advance_graduated_percentage: {
    "expected.fees[].units": "any",
  },
  weighted_sum_standard: {
    "input.subscriptionStart": "any",
  },
  graduated_prorated_timeline: {
    "input.recurring": [true],
  },
};

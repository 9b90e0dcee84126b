import { type LeftUnread, TWO_DECIMALS } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "*": {
    "input.servicePeriod": "any",
    "expected.lines[].name": "any",
    "expected.lines[].paymentTerm": "any",
    "expected.lines[].period": "any",
    // A minimum is compared as a total, and is billed at the end only.
    "input.price.minimumAmount": "any",
    "input.phases[].period.from": "any",
    "input.engine": ["delta", "period-preserving"],
    "input.fullServicePeriod.from": "any",
    "expected.phases[].lines[].servicePeriod": "any",
    "expected.phases[].lines[].correctsRunID": "any",
    "input.phases[].cumulativeQuantityAtEndOfEachPhase[]": "any",
  },
  flat: {
    "input.price.paymentTerm": ["in_advance", "in_arrears"],
  },
  unit: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
    "input.unitConfigEnabled": [false],
  },
  tiered_volume: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  tiered_graduated: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  package: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  dynamic: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  incremental_unit: {
    "expected.phases[].lines[].reference": "any",
    "expected.phases[].lines[].perUnitAmount": "any",
    "expected.phases[].lines[].quantity": "any",
  },
  incremental_dynamic: {
    "expected.phases[].lines[].reference": "any",
    "expected.phases[].lines[].perUnitAmount": "any",
    "expected.phases[].lines[].quantity": "any",
  },
  incremental_package: {
    "expected.phases[].lines[].reference": "any",
    "expected.phases[].lines[].perUnitAmount": "any",
    "expected.phases[].lines[].quantity": "any",
  },
  incremental_tiered_volume: {
    "expected.phases[].lines[].reference": "any",
    "expected.phases[].lines[].perUnitAmount": "any",
    "expected.phases[].lines[].quantity": "any",
  },
  incremental_tiered_graduated: {
    "expected.phases[].lines[].reference": "any",
    "expected.phases[].lines[].perUnitAmount": "any",
    "expected.phases[].lines[].quantity": "any",
  },
  delta_unit: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  delta_dynamic: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  delta_package: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  delta_tiered_volume: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  delta_tiered_graduated: {
    "expected.lines[].reference": "any",
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
  usage_discount: {
    "expected.appliedPreLinePeriodQuantity": "any",
  },
  usage_discount_progressive: {
    "input.price": "any",
    "input.currency": TWO_DECIMALS,
    "expected.splits[].discountPreLinePeriodQuantity": "any",
  },
  volume_tier_lookup: {
    "input.price.type": ["tiered"],
    "input.price.mode": ["volume"],
    "input.price.tiers[].flatPrice": "any",
    "input.price.tiers[].unitPrice": "any",
  },
  recurrence_prev_before: {
    "input.boundary": ["exclusive"],
  },
  invoice_progressive: {
    "input.lines.flat.paymentTerm": ["in_arrears"],
    "expected.invoices[].lines[].quantity": "any",
    "expected.invoices[].lines[].detailed": "any",
  },
  invoice: {
    "input.lines.flat.paymentTerm": ["in_arrears", "in_advance"],
  },
  flat_fee_line: {
    "expected.roundingAmount": "any",
  },
  subtract_lines: {
    "expected.lines[].perUnitAmount": "any",
    "expected.lines[].quantity": "any",
  },
};

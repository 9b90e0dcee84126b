import { type Adapter, type Area, type SkipReason, skip, type Translation } from "../adapter.js";
import { chargeMinimum, chargeMinimumOnInvoice, planFee, planMinimum } from "./lago-commitments.js";
import { filteredGroups, filteredUnits } from "./lago-filters.js";
import { groupedCharge } from "./lago-groups.js";
import {
  adjustedFee,
  creditPurchase,
  quantityOverTime,
  unitRounding,
  weightedSum,
  weightedSumPriced,
} from "./lago-metering.js";
import { proratedGraduated, quantityCharge, singleEventCharge } from "./lago-quantity.js";
import { rangeOf } from "./lago-tiers.js";
import { custom, dynamic, percentage, percentageOfOneEvent } from "./lago-values.js";

/** Lago: getlago/lago-api, its specs of charge models, fees and invoices. */
export const lago: Adapter = {
  standard: quantityCharge("standard"),
  graduated: quantityCharge("graduated"),
  volume: quantityCharge("volume"),
  package: quantityCharge("package"),
  graduated_percentage: quantityCharge("graduated_percentage"),
  graduated_range: rangeOf("graduated"),
  graduated_percentage_range: rangeOf("graduated_percentage"),
  percentage,
  dynamic,
  custom,
  standard_single_event: singleEventCharge("standard"),
  percentage_single_event: percentageOfOneEvent,
  adjusted_fee: adjustedFee,

  standard_grouped: groupedCharge("standard"),
  dynamic_grouped: groupedCharge("dynamic"),
  graduated_grouped: groupedCharge("graduated"),
  volume_grouped: groupedCharge("volume"),
  package_grouped: groupedCharge("package"),
  standard_filters: filteredUnits,
  standard_filters_grouped: filteredGroups,

  unit_rounding: unitRounding,
  wallet_rounding: creditPurchase,
  weighted_sum_aggregation: weightedSum,
  weighted_sum_standard: weightedSumPriced,
  prorated_quantity: quantityOverTime,

  charge_minimum_true_up: chargeMinimum,
  charge_minimum_true_up_invoice: chargeMinimumOnInvoice,
  minimum_commitment: planMinimum,

  subscription_proration: planFee,
  graduated_prorated: proratedGraduated,
  graduated_prorated_timeline: later("proration", "not yet: proration"),
  prorated_sum_aggregation: later("proration", "not yet: proration"),
  prorated_sum_in_advance_state: later("proration", "not yet: proration"),
  prorated_unique_count_aggregation: later("proration", "not yet: proration"),
  trial_proration: later("proration", "not yet: subscription changes"),
  plan_change: later("changes", "not yet: subscription changes"),
  days_in_period: later("calendar", "not yet: calendar"),

  pay_in_advance_standard: later("in-advance", "not yet: billing in advance"),
  pay_in_advance_graduated: later("in-advance", "not yet: billing in advance"),
  pay_in_advance_graduated_percentage: later("in-advance", "not yet: billing in advance"),
  pay_in_advance_package: later("in-advance", "not yet: billing in advance"),
  pay_in_advance_percentage: later("in-advance", "not yet: billing in advance"),
  pay_in_advance_dynamic: later("in-advance", "not yet: billing in advance"),
  progressive_billing: later("in-advance", "not yet: billing in advance"),
  usage_thresholds: later("in-advance", "not yet: billing in advance"),

  coupon: later("discounts", "not yet: coupons"),
  coupon_allocation: later("discounts", "not yet: coupons"),
  invoice_taxes: later("tax", "not yet: tax"),
  prepaid_credits: later("credits", "not yet: credits"),
  termination_credit_note: later("corrections", "not yet: corrections"),
  // A fee rated in a unit of the seller's, and converted into money afterwards.
  pricing_unit: later("pricing", "engine convention"),
};

/** An area that the library does not carry out yet. */
function later(area: Area, reason: SkipReason): Translation {
  return { area, run: () => skip(reason) };
}

import {
  type Adapter,
  type Area,
  type SkipReason,
  skip,
  type Translation,
  type Translations,
} from "../adapter.js";
import { chargeMinimum, chargeMinimumOnInvoice, planMinimum } from "./commitments.js";
import { progressiveBilling, terminationCredit } from "./corrections.js";
import { filteredGroups, filteredUnits } from "./filters.js";
import { groupedCharge } from "./groups.js";
import { feeByEvent } from "./in-advance.js";
import {
  adjustedFee,
  creditPurchase,
  quantityOverTime,
  unitRounding,
  weightedSum,
  weightedSumPriced,
} from "./metering.js";
import {
  proratedGraduated,
  proratedSum,
  proratedTimeline,
  proratedUniqueCount,
} from "./prorated.js";
import { daysInPeriod, planChange, planFee, trialFee } from "./proration.js";
import { quantityCharge, singleEventCharge } from "./quantity.js";
import { passedThresholds } from "./thresholds.js";
import { rangeOf } from "./tiers.js";
import { coupon, invoiceTotals } from "./totals.js";
import { unread } from "./unread.js";
import { custom, dynamic, percentage, percentageOfOneEvent } from "./values.js";

const translations: Translations = {
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
  trial_proration: trialFee,
  graduated_prorated: proratedGraduated,
  graduated_prorated_timeline: proratedTimeline,
  prorated_sum_aggregation: proratedSum,
  prorated_unique_count_aggregation: proratedUniqueCount,
  // What a store of running totals holds; the library has none.
  prorated_sum_in_advance_state: notCompared("proration", "no pricing"),
  plan_change: planChange,
  days_in_period: daysInPeriod,

  pay_in_advance_standard: feeByEvent("standard"),
  pay_in_advance_graduated: feeByEvent("graduated"),
  pay_in_advance_graduated_percentage: feeByEvent("graduated_percentage"),
  pay_in_advance_package: feeByEvent("package"),
  pay_in_advance_percentage: feeByEvent("percentage"),
  pay_in_advance_dynamic: feeByEvent("dynamic"),
  progressive_billing: progressiveBilling,
  usage_thresholds: passedThresholds,

  coupon,
  coupon_allocation: { area: "discounts", run: invoiceTotals },
  invoice_taxes: { area: "tax", run: invoiceTotals },
  prepaid_credits: { area: "credits", run: invoiceTotals },
  termination_credit_note: terminationCredit,
  // A fee rated in a unit of the seller's, and converted into money afterwards.
  pricing_unit: notCompared("pricing", "engine convention"),
};

/** Lago: getlago/lago-api, its specs of charge models, fees and invoices. */
export const lago: Adapter = { translations, unread };

/** Cases that are not compared, whatever they hold. */
function notCompared(area: Area, reason: SkipReason): Translation {
  return { area, run: () => skip(reason) };
}

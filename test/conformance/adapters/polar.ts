import { type Adapter, type Area, type SkipReason, skip, type Translation } from "../adapter.js";
import { fixedDiscount, percentageDiscount, preview } from "./polar-discounts.js";
import { metered, perUnit, roundedValue, tierRules, tiers, twoPrices } from "./polar-prices.js";

function later(area: Area, reason: SkipReason): Translation {
  return { area, run: () => skip(reason) };
}

const change = later("changes", "not yet: subscription changes");
const calendar = later("calendar", "not yet: calendar");

/** Polar: amounts in whole cents, unit prices to twelve decimals of a cent. */
export const polar: Adapter = {
  "per-unit with cap": perUnit,
  "per-unit": metered,
  volume: tiers,
  graduated: tiers,
  "tier validation": tierRules,
  "round half away from zero": roundedValue,
  "usage across two prices (sum meter)": twoPrices,
  "discount allocation (largest remainder)": fixedDiscount,
  "percentage discount per line": percentageDiscount,
  "invoice preview": preview,
  "plan-change-proration (seconds)": change,
  "plan-change-proration chain": change,
  "plan change, reset cycle, no proration": change,
  "proration with discounts": change,
  "proration with fixed discount over two charges": change,
  "seat change proration": change,
  "seat change with fixed discount": change,
  "billing period boundaries": calendar,
  "billing period boundaries after trial": calendar,
};

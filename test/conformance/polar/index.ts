import type { Adapter, Translations } from "../adapter.js";
import { changeChain, planChange, resetCycle } from "./changes.js";
import { fixedDiscount, percentageDiscount } from "./discounts.js";
import { afterTrial, boundaries } from "./periods.js";
import { preview } from "./preview.js";
import { metered, perUnit, roundedValue, tierRules, tiers, twoPrices } from "./prices.js";
import { discountedChange, discountedSeats, discountOverTwo, seatChange } from "./seats.js";
import { unread } from "./unread.js";

const translations: Translations = {
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
  "plan-change-proration (seconds)": planChange,
  "plan-change-proration chain": changeChain,
  "plan change, reset cycle, no proration": resetCycle,
  "proration with discounts": discountedChange,
  "proration with fixed discount over two charges": discountOverTwo,
  "seat change proration": seatChange,
  "seat change with fixed discount": discountedSeats,
  "billing period boundaries": boundaries,
  "billing period boundaries after trial": afterTrial,
};

/** Polar: amounts in whole cents, unit prices to twelve decimals of a cent. */
export const polar: Adapter = { translations, unread };

import type { Adapter, Translations } from "../adapter.js";
import { allocationByAmount, allocationByWeight } from "./allocation.js";
import { anchoredPeriods, boundaryAfter, boundaryBefore, periodAt } from "./calendar.js";
import { subtractLines } from "./corrections.js";
import { creditCorrection } from "./credits.js";
import { usageDiscount, usageDiscountByParts } from "./discounts.js";
import { preview, realtimeUsage, wholeInvoice } from "./invoice.js";
import { lineRun, manualLine } from "./lines.js";
import { currencyRounding, customCurrency, unitConversion } from "./money.js";
import { delta, phases } from "./progressive.js";
import { flatFee } from "./proration.js";
import { severalInvoices } from "./several.js";
import { graduatedRange, graduatedTotal, tierLookup } from "./tiers.js";
import { unread } from "./unread.js";

const translations: Translations = {
  unit: lineRun,
  dynamic: lineRun,
  flat: lineRun,
  package: lineRun,
  tiered_volume: lineRun,
  tiered_graduated: lineRun,
  flat_fee_line: manualLine,
  graduated_total: graduatedTotal,
  graduated_range: graduatedRange,
  volume_tier_lookup: tierLookup,
  usage_discount: usageDiscount,
  usage_discount_progressive: usageDiscountByParts,
  incremental_unit: phases,
  incremental_dynamic: phases,
  incremental_package: phases,
  incremental_tiered_volume: phases,
  incremental_tiered_graduated: phases,
  delta_unit: delta,
  delta_dynamic: delta,
  delta_package: delta,
  delta_tiered_volume: delta,
  delta_tiered_graduated: delta,
  unit_config: unitConversion,
  currency_rounding: currencyRounding,
  custom_currency_overage: customCurrency,
  allocate_by_weight: allocationByWeight,
  allocate_by_amount: allocationByAmount,
  invoice: wholeInvoice,
  gathering_preview: preview,
  realtime_usage: realtimeUsage,
  invoice_progressive: severalInvoices,
  subtract_lines: subtractLines,
  credit_correction: creditCorrection,
  flat_proration: flatFee,
  billing_anchor_periods: anchoredPeriods,
  recurrence_period_at: periodAt,
  recurrence_prev_before: boundaryBefore,
  recurrence_next_after: boundaryAfter,
};

/** OpenMeter: unit, tiered, package, dynamic and flat prices, rated line by line and in runs over a growing meter. */
export const openmeter: Adapter = { translations, unread };

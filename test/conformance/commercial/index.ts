import {
  type Adapter,
  type Area,
  type SkipReason,
  skip,
  type Translation,
  type Translations,
} from "../adapter.js";
import { isStated } from "../vector.js";
import {
  creditPurchase,
  driftOfLines,
  formulaWithLimits,
  limitedTiers,
  monthsOfFee,
  proportional,
  quantityRounding,
  rounding,
  surcharge,
  trueUp,
} from "./amounts.js";
import { anchored, anotherCycleDay, splitPrice } from "./calendar.js";
import { priced } from "./charges.js";
import { reversedDiscount, shortenedTerm } from "./corrections.js";
import { discountedMonths } from "./coupons.js";
import { drawdown, drawnUnits, orderOfBlocks, rolledOver } from "./credits.js";
import { discounted } from "./discounts.js";
import { dayCount, monthsThenDays, weeksThenDays } from "./months.js";
import {
  outcomeLifecycle,
  outcomesAndActivities,
  outcomesInCredits,
  outcomeTiers,
} from "./outcomes.js";
import { periodicMinimum, usedUpDiscount } from "./progressive.js";
import {
  creditAndDebit,
  creditRemaining,
  partOfUsage,
  priceDelta,
  quantityDelta,
  remainingDays,
} from "./proration.js";
import { taxed } from "./taxes.js";
import { unread } from "./unread.js";
import { byRatingGroup, highWaterMark, percentTiers, progressive } from "./usage.js";

/** Some sources state a plan and no number, and some of their numbers do not add up: those are not to be matched. */
function translation(area: Area, run: Translation["run"]): Translation {
  return {
    area,
    run: (vector) => (vector["conformance"] === false ? skip("engine quirk") : run(vector)),
  };
}

function pricing(run: Translation["run"]): Translation {
  return translation("pricing", run);
}

function discounts(run: Translation["run"]): Translation {
  return translation("discounts", run);
}

function notCompared(area: Area, reason: SkipReason): Translation {
  return translation(area, () => skip(reason));
}

function proration(run: Translation["run"]): Translation {
  return translation("proration", run);
}

function corrections(run: Translation["run"]): Translation {
  return translation("corrections", run);
}

function credits(run: Translation["run"]): Translation {
  return translation("credits", run);
}

function tax(run: Translation["run"]): Translation {
  return translation("tax", run);
}

const commitments = notCompared("commitments", "engine convention");

const translations: Translations = {
  flat: pricing(priced("flat")),
  clamp: pricing(priced("flat")),
  per_unit: pricing(priced("per_unit")),
  "per_unit:min_max": pricing(priced("per_unit")),
  "per_unit:minimum": pricing((vector) =>
    !isStated(vector.input, "usageAmount") ? priced("per_unit")(vector) : trueUp(vector),
  ),
  "per_unit:minimum:periodic": translation("in-advance", periodicMinimum),
  tiered: pricing(priced("tiered")),
  "tiered:min_max": pricing(limitedTiers),
  "tiered:formula_min_max": pricing(formulaWithLimits),
  "tiered:percentage": pricing(percentTiers),
  "tiered:progressive": pricing(progressive("tiered")),
  "tiered:rating_group": pricing(byRatingGroup("tiered")),
  tiered_with_overage: pricing(priced("tiered")),
  volume: pricing(priced("volume")),
  "volume:package": pricing(priced("package")),
  "volume:progressive": pricing(progressive("volume")),
  "volume:rating_group": pricing(byRatingGroup("volume")),
  stairstep: pricing(priced("stairstep")),
  package: pricing(priced("package")),
  overage: pricing(priced("overage")),
  "overage:surcharge_percent": pricing(surcharge),
  percent: pricing(priced("percent")),
  "bundle:remaining_term": pricing(monthsOfFee),
  "aggregation:max_daily_sum": translation("aggregation", highWaterMark),
  quantity_rounding: translation("rounding", quantityRounding),
  rounding: translation("rounding", rounding),
  "rounding:allocate_largest_remainder": translation("allocation", driftOfLines),
  "allocation:proportional": translation("allocation", proportional),

  "discount:percent": discounts(discounted({})),
  "discount:fixed": discounts(discounted({ fixed: "line-order" })),
  "discount:fixed_waterfall": discounts(discounted({ fixed: "line-order" })),
  "discount:stack_on_original": discounts(discounted({ percentages: "original" })),
  "discount:compound": discounts(discounted({ percentages: "compound" })),
  "discount:percent_periods": discounts(discountedMonths),
  "discount:fixed_periods": discounts(discountedMonths),
  "discount:fixed_on_shorten": corrections(shortenedTerm),
  "discount:reversal_on_credit": corrections(reversedDiscount),
  // Of a fixed discount, only as much as must be is taken back; with us it stays as long as the charge is large enough.
  "discount:reversal_customer_favored": corrections(() => skip("engine convention")),
  "discount:usage_progressive": translation("in-advance", usedUpDiscount),

  "outcome:tiered": translation("outcomes", outcomeTiers),
  "outcome:per_unit": pricing(priced("per_unit")),
  "outcome:mixed": translation("outcomes", outcomesAndActivities),
  "outcome:credits": translation("outcomes", outcomesInCredits),
  "outcome:lifecycle": translation("outcomes", outcomeLifecycle),

  "credits:purchase": credits(creditPurchase),
  "credits:drawdown": credits(drawdown),
  "credits:order": credits(orderOfBlocks),
  "prepaid_drawdown:rollover": credits(rolledOver),
  "prepaid_drawdown:units": credits(drawnUnits),
  "prepaid_drawdown:uom_rate": credits(drawnUnits),
  // Included units that are pooled over several periods, and a minimum that is paid before and refunded.
  "overage_smoothing:rolling_window_end": commitments,
  "overage_smoothing:rollover": commitments,
  "minimum:in_advance": commitments,

  "calendar:anchor": translation("calendar", anchored),
  "calendar:bcd_change": translation("calendar", anotherCycleDay),
  "effective_dating:mid_period_price": translation("changes", splitPrice),
  "proration:by_month_then_day": proration(monthsThenDays),
  // A credit is matched with single purchases; with us it refers to the invoice of the line that is due no longer.
  "proration:credit_allocation_lifo": proration(() => skip("engine convention")),
  "proration:credit_remaining": proration(creditRemaining),
  "proration:day_count": proration(dayCount),
  "proration:days": proration(remainingDays),
  "proration:price_delta": proration(priceDelta),
  "proration:quantity_delta": proration(quantityDelta),
  "proration:second": proration(creditAndDebit),
  "proration:usage_time_based": proration(partOfUsage),
  "proration:week": proration(weeksThenDays),
  "tax:inclusive": tax(taxed({}, { inclusive: true })),
  "tax:inclusive_redistribute": tax(taxed({}, { inclusive: true })),
  "tax:line_half_up": tax(taxed({ taxes: { rounding: "line" } })),
  "tax:line_round_up": tax(taxed({ taxes: { rounding: "line" }, rounding: { mode: "up" } })),
  "tax:multi": tax(taxed({})),
};

/** Documentation of commercial systems: Stripe, Zuora, Recurly, Chargebee, Orb, m3ter, Maxio, vendors of outcomes. */
export const commercial: Adapter = { translations, unread };

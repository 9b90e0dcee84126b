import { type Adapter, type Area, type SkipReason, skip, type Translation } from "../adapter.js";
import { field } from "../vector.js";
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
} from "./commercial-amounts.js";
import { priced } from "./commercial-charges.js";
import { discounted } from "./commercial-discounts.js";
import {
  byRatingGroup,
  highWaterMark,
  itemised,
  outcomeInCredits,
  percentTiers,
  progressive,
} from "./commercial-usage.js";

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

function later(area: Area, reason: SkipReason): Translation {
  return translation(area, () => skip(reason));
}

const calendar = later("calendar", "not yet: calendar");
const proration = later("proration", "not yet: proration");
const changes = later("changes", "not yet: subscription changes");
const corrections = later("corrections", "not yet: corrections");
const credits = later("credits", "not yet: credits");
const tax = later("tax", "not yet: tax");
const coupons = later("discounts", "not yet: coupons");
const commitments = later("commitments", "not yet: commitments");
const outcomes = later("outcomes", "not yet: outcomes");
const inAdvance = later("in-advance", "not yet: billing in advance");

/** Documentation of commercial systems: Stripe, Zuora, Recurly, Chargebee, Orb, m3ter, Maxio, vendors of outcomes. */
export const commercial: Adapter = {
  flat: pricing(priced("flat")),
  clamp: pricing(priced("flat")),
  per_unit: pricing(priced("per_unit")),
  "per_unit:min_max": pricing(priced("per_unit")),
  "per_unit:minimum": pricing((vector) =>
    field(vector.input, "usageAmount") === undefined ? priced("per_unit")(vector) : trueUp(vector),
  ),
  "per_unit:minimum:periodic": inAdvance,
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
  "discount:percent_periods": coupons,
  "discount:fixed_periods": coupons,
  "discount:fixed_on_shorten": corrections,
  "discount:reversal_on_credit": corrections,
  "discount:reversal_customer_favored": corrections,
  "discount:usage_progressive": inAdvance,

  "outcome:tiered": pricing(priced("tiered")),
  "outcome:per_unit": pricing(priced("per_unit")),
  "outcome:mixed": pricing(itemised),
  "outcome:credits": pricing(outcomeInCredits),
  "outcome:lifecycle": outcomes,

  "credits:purchase": translation("credits", creditPurchase),
  "credits:drawdown": credits,
  "credits:order": credits,
  "prepaid_drawdown:rollover": credits,
  "prepaid_drawdown:units": credits,
  "prepaid_drawdown:uom_rate": credits,
  // Included units that are pooled over several periods.
  "overage_smoothing:rolling_window_end": commitments,
  "overage_smoothing:rollover": commitments,
  "minimum:in_advance": commitments,

  "calendar:anchor": calendar,
  "calendar:bcd_change": calendar,
  "effective_dating:mid_period_price": changes,
  "proration:by_month_then_day": proration,
  "proration:credit_allocation_lifo": proration,
  "proration:credit_remaining": proration,
  "proration:day_count": proration,
  "proration:days": proration,
  "proration:price_delta": proration,
  "proration:quantity_delta": proration,
  "proration:second": proration,
  "proration:usage_time_based": proration,
  "proration:week": proration,
  "tax:inclusive": tax,
  "tax:inclusive_redistribute": tax,
  "tax:line_half_up": tax,
  "tax:line_round_up": tax,
  "tax:multi": tax,
};

import { type Adapter, type Check, type Skip, skip, type Translations } from "../adapter.js";
import { field, isStated, list, type Vector } from "../vector.js";
import { equalParts, largestRemainder, remainderToLargestRatio } from "./allocation.js";
import { epilotDiscount, epilotTiers } from "./epilot.js";
import { periodConversion } from "./periods.js";
import { cashRounding, rounding } from "./rounding.js";
import {
  crystallizeGraduated,
  crystallizeVolume,
  moireiTiers,
  packages,
  perUnit,
} from "./tiers.js";
import { unread } from "./unread.js";

const translations: Translations = {
  graduated: { area: "pricing", run: (vector) => tiers("tiered", vector) },
  volume: { area: "pricing", run: (vector) => tiers("volume", vector) },
  stairstep: { area: "pricing", run: (vector) => epilotTiers("stairstep", vector) },
  "volume-minus-free-tiers": { area: "pricing", run: crystallizeVolume },
  package: { area: "pricing", run: packages },
  per_unit: { area: "pricing", run: perUnit },
  discount: { area: "discounts", run: epilotDiscount },
  rounding: { area: "rounding", run: rounding },
  "cash-rounding": { area: "rounding", run: cashRounding },
  "allocate-equal": { area: "allocation", run: equalParts },
  "allocate-largest-remainder": { area: "allocation", run: largestRemainder },
  "allocate-remainder-to-largest-ratio": { area: "allocation", run: remainderToLargestRatio },
  "period-conversion": { area: "proration", run: periodConversion },
};

/** Libraries on npm: @epilot/pricing, Crystallize, dinero.js, currency.js, moirei, Vendure. */
export const npmLibs: Adapter = { translations, unread };

/** The libraries write tiers differently, and that tells them apart. */
function tiers(model: "tiered" | "volume", vector: Vector): readonly Check[] | Skip {
  const { input } = vector;
  if (list(input, "tiers").some((tier) => field(tier, "threshold") !== undefined)) {
    return model === "tiered" ? crystallizeGraduated(vector) : skip("input shape");
  }
  return !isStated(input, "taxInclusive") ? moireiTiers(model, vector) : epilotTiers(model, vector);
}

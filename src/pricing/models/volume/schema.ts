import * as z from "zod";
import type { Tier, TierInput, TierList } from "../../tiers.js";
import { tierFields, tierRule, UNIT_PRICES } from "../../tiers-schema.js";

/** All units at the price of the tier that the whole quantity reaches, plus that tier's flat fee. */
export interface VolumePricing<T = Tier> extends TierList<T> {
  /** The charge model. */
  readonly model: "volume";
}

export const volumeSchema: z.ZodObject & z.ZodType<VolumePricing, VolumePricing<TierInput>> = z
  .strictObject({ model: z.literal("volume"), ...tierFields(UNIT_PRICES) })
  .check(tierRule(UNIT_PRICES));

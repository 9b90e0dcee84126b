import * as z from "zod";
import type { Tier, TierInput, TierList } from "../../tiers.js";
import { tierFields, tierRule, UNIT_PRICES } from "../../tiers-schema.js";

/** Each unit at the price of its own tier ("graduated" elsewhere), plus the flat fee of every tier that holds units. */
export interface TieredPricing<T = Tier> extends TierList<T> {
  /** The charge model. */
  readonly model: "tiered";
}

export const tieredSchema: z.ZodObject & z.ZodType<TieredPricing, TieredPricing<TierInput>> = z
  .strictObject({ model: z.literal("tiered"), ...tierFields(UNIT_PRICES) })
  .check(tierRule(UNIT_PRICES));

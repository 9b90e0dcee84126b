import * as z from "zod";
import type { DecimalInput } from "../../../money/decimal.js";
import { price } from "../../fields-schema.js";
import type { Tier, TierList, TierRow } from "../../tiers.js";
import { tierFields, tierRule } from "../../tiers-schema.js";

/** A step: everything up to its bound costs its fee. */
export type Stair<D = string> = Omit<Tier<D>, "unitPrice" | "flatFee"> &
  Required<Pick<Tier<D>, "flatFee">>;

/** A step as it may be written. */
export type StairInput =
  | Stair<DecimalInput>
  | (Omit<TierRow, "unitPrice" | "flatFee"> & Required<Pick<TierRow, "flatFee">>);

/** One fee for the whole quantity: that of the step it reaches ("tiered flat", "staircase" elsewhere). */
export interface StairstepPricing<T = Stair> extends TierList<T> {
  /** The charge model. */
  readonly model: "stairstep";
}

const FEE = { flatFee: price };

export const stairstepSchema: z.ZodObject &
  z.ZodType<StairstepPricing, StairstepPricing<StairInput>> = z
  .strictObject({ model: z.literal("stairstep"), ...tierFields(FEE) })
  .check(tierRule());

import * as z from "zod";
import type { DecimalInput } from "../../../money/decimal.js";
import { nonNegativeDecimal } from "../../fields-schema.js";

/** Events that carry their own price in `value`: they are added up, and marked up. */
export interface PreRatedPricing<D = string> {
  /** The charge model. */
  readonly model: "pre-rated";
  /** Percent added to the events' values, 0 or more; default 0. */
  readonly markup?: D;
}

export const preRatedSchema = z.strictObject({
  model: z.literal("pre-rated"),
  markup: z.exactOptional(nonNegativeDecimal),
}) satisfies z.ZodType<PreRatedPricing, PreRatedPricing<DecimalInput>>;

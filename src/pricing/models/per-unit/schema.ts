import * as z from "zod";
import type { DecimalInput } from "../../../money/decimal.js";
import { price } from "../../fields-schema.js";

/** Every unit at one price. */
export interface PerUnitPricing<D = string> {
  /** The charge model. */
  readonly model: "per-unit";
  /** Price of one unit, 0 or more, any number of decimals: it is never rounded. */
  readonly unitPrice: D;
}

export const perUnitSchema = z.strictObject({
  model: z.literal("per-unit"),
  unitPrice: price,
}) satisfies z.ZodType<PerUnitPricing, PerUnitPricing<DecimalInput>>;

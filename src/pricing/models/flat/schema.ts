import * as z from "zod";
import type { DecimalInput } from "../../../money/decimal.js";
import { price } from "../../fields-schema.js";

/** A fixed amount, billed once per billing cycle (or once), whatever the usage. */
export interface FlatPricing<D = string> {
  /** The charge model. */
  readonly model: "flat";
  /** The fee, 0 or more. */
  readonly amount: D;
}

export const flatSchema = z.strictObject({
  model: z.literal("flat"),
  amount: price,
}) satisfies z.ZodType<FlatPricing, FlatPricing<DecimalInput>>;

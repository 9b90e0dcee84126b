import * as z from "zod";
import type { DecimalInput } from "../../../money/decimal.js";
import { nonNegativeDecimal, price } from "../../fields-schema.js";

/** A base fee with units in it, and a price for each unit beyond them. */
export interface OveragePricing<D = string> {
  /** The charge model. */
  readonly model: "overage";
  /** Fee of each billing cycle, whatever the usage; default 0. */
  readonly baseFee?: D;
  /** Units that the base fee pays for, 0 or more. */
  readonly includedUnits: D;
  /** Price of each unit beyond them. */
  readonly unitPrice: D;
}

export const overageSchema = z.strictObject({
  model: z.literal("overage"),
  baseFee: z.exactOptional(price),
  includedUnits: nonNegativeDecimal,
  unitPrice: price,
}) satisfies z.ZodType<OveragePricing, OveragePricing<DecimalInput>>;

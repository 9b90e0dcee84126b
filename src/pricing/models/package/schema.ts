import * as z from "zod";
import type { DecimalInput } from "../../../money/decimal.js";
import { positiveDecimal, price } from "../../fields-schema.js";

/** Units in packages of a fixed size, each package at one price. */
export interface PackagePricing<D = string> {
  /** The charge model. */
  readonly model: "package";
  /** Units in a package, more than 0. */
  readonly size: D;
  /** Price of a package, 0 or more. */
  readonly price: D;
  /** What a started package costs: all of it (`"up"`, default), nothing (`"down"`), or its exact part (`"exact"`). */
  readonly rounding?: "up" | "down" | "exact";
}

export const packageSchema = z.strictObject({
  model: z.literal("package"),
  size: positiveDecimal,
  price,
  rounding: z.exactOptional(z.enum(["up", "down", "exact"])),
}) satisfies z.ZodType<PackagePricing, PackagePricing<DecimalInput>>;

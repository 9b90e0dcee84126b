import type * as z from "zod";
import type { DecimalInput } from "../money/decimal.js";
import { ROUNDING_MODES } from "../money/rounding.js";
import type { SchemaKit } from "../schema/kit.js";
import type { IncludedUnits, PricingUnit, QuantityRounding, Rollover } from "./terms.js";

const MOST_PERIODS = 1_000;

/** The schema of how a quantity is rounded. */
export function quantityRoundingSchema(
  kit: SchemaKit,
): z.ZodType<QuantityRounding, QuantityRounding<DecimalInput>> {
  return kit.object({
    mode: kit.oneOf(ROUNDING_MODES),
    increment: kit.optional(kit.positiveDecimal),
  });
}

/** The schema of how long something can be used. */
export function rolloverSchema(kit: SchemaKit) {
  return kit.object({
    periods: kit.whole(1, MOST_PERIODS),
    max: kit.optional(kit.nonNegativeDecimal),
  }) satisfies z.ZodType<Rollover, Rollover<DecimalInput>>;
}

/** The schema of units that cost nothing, where they are more than a number. */
export function includedUnitsSchema(kit: SchemaKit) {
  return kit.object({
    units: kit.nonNegativeDecimal,
    per: kit.optional(kit.id),
    rollover: kit.optional(rolloverSchema(kit)),
  }) satisfies z.ZodType<IncludedUnits, IncludedUnits<DecimalInput>>;
}

/** The schema of a pricing unit. */
export function pricingUnitSchema(kit: SchemaKit) {
  return kit.object({ code: kit.id, rate: kit.positiveDecimal }) satisfies z.ZodType<
    PricingUnit,
    PricingUnit<DecimalInput>
  >;
}

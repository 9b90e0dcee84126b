import type { RatedCharge } from "../catalog/charge-kinds.js";
import { type AmountRounding, roundAmount } from "../money/amount-rounding.js";
import type { Fraction } from "../money/fraction.js";
import { amountAt, curveOf } from "../pricing/curve.js";
import { limitBreach } from "../pricing/limits.js";

/** What a charge by itself bills for a quantity, rounded and between its limits; nothing for what its price list refuses. */
export type CurvePrice = (quantity: Fraction) => Fraction | undefined;

/** The price of a charge by its curve; nothing where no one quantity decides it. */
export function curvePrice(charge: RatedCharge, rounding: AmountRounding): CurvePrice | undefined {
  const curve = curveOf(charge);
  if (curve === undefined) return undefined;
  const onGrid = (limit: Fraction) => roundAmount(limit, rounding);
  return (quantity) => {
    const exactly = amountAt(curve, quantity);
    if (exactly === undefined) return undefined;
    const amount = onGrid(exactly);
    return limitBreach(charge, { minimum: amount, maximum: amount }, onGrid)?.bound ?? amount;
  };
}

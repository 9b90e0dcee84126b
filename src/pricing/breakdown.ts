import { type Fraction, formatExact, multiply, negate } from "../money/fraction.js";
import { type ExactStep, type ExactTierUse, isNonZero } from "./step.js";

/** How a model arrived at an amount. */
export interface Breakdown {
  /** The price of every unit where there is exactly one, so that quantity × unitPrice is the amount; else `null`. */
  readonly unitPrice: Fraction | null;
  /** The tiers that took part, lowest first; empty for models without tiers. */
  readonly tiers: readonly ExactTierUse[];
  /** Steps `of: "amount"` that add up to the exact amount. */
  readonly steps: readonly ExactStep[];
}

/** The breakdown of an amount that has no tiers. */
export function bySteps(steps: readonly ExactStep[], unitPrice: Fraction | null = null): Breakdown {
  return { unitPrice, tiers: [], steps };
}

/**
 * The breakdown of a negative quantity: that of the positive one, mirrored at what a quantity of 0 bills. What is
 * billed whatever the quantity (a base fee) is not taken back by negative usage.
 */
export function mirror(positive: Breakdown, atZero: Breakdown): Breakdown {
  const fixed = atZero.steps.filter(isNonZero);
  return {
    unitPrice: fixed.length === 0 ? positive.unitPrice : null,
    tiers: [
      ...atZero.tiers,
      ...atZero.tiers,
      ...positive.tiers.map((use) => ({
        ...use,
        quantity: negate(use.quantity),
        flatFee: use.flatFee && negate(use.flatFee),
        amount: negate(use.amount),
      })),
    ],
    steps: [
      ...fixed,
      ...fixed,
      ...positive.steps.map((step) => ({
        ...step,
        value: negate(step.value),
        text: `−(${step.text})`,
      })),
    ],
  };
}

/** The same with prices in another unit, of which one costs `rate`: amounts change, quantities do not. */
export function convertBreakdown(
  { unitPrice, tiers, steps }: Breakdown,
  { rate, code }: { readonly rate: Fraction; readonly code: string },
): Breakdown {
  const convert = (price: Fraction | null) => price && multiply(price, rate);
  return {
    unitPrice: convert(unitPrice),
    tiers: tiers.map((use) => ({
      ...use,
      unitPrice: convert(use.unitPrice),
      flatFee: convert(use.flatFee),
      amount: multiply(use.amount, rate),
    })),
    steps: steps.map((step) =>
      step.of === "quantity"
        ? step
        : {
            ...step,
            value: multiply(step.value, rate),
            text: `${step.text} ${code}, each at ${formatExact(rate)}`,
          },
    ),
  };
}

/** The breakdown of a share of an amount, all tiers scaled with it. */
export function scaleBreakdown({ unitPrice, tiers, steps }: Breakdown, share: Fraction): Breakdown {
  return {
    unitPrice,
    tiers: tiers.map((use) => ({
      ...use,
      from: multiply(use.from, share),
      upTo: use.upTo && multiply(use.upTo, share),
      quantity: multiply(use.quantity, share),
      flatFee: use.flatFee && multiply(use.flatFee, share),
      amount: multiply(use.amount, share),
    })),
    steps: steps.map((step) => ({
      ...step,
      value: multiply(step.value, share),
      text: `${formatExact(share)} of (${step.text})`,
    })),
  };
}

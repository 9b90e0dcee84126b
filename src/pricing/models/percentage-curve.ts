import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact, fraction, multiply, ZERO } from "../../money/fraction.js";
import { type Knot, type ModelCurve, shifted, straight } from "../knot.js";
import { clampWalk } from "../walk.js";

/** Percent as a factor. */
export function asFactor(percent: string): Fraction {
  return multiply(exact(percent), fraction(1n, 100n));
}

/** A percent tier as a tier of a unit of value. */
export function asUnitTier<T extends { readonly percent: string }>({ percent, ...tier }: T) {
  return { ...tier, unitPrice: formatExact(asFactor(percent)) };
}

/** What decides what one event pays. */
interface EventPrices {
  /** Percent as a factor; nothing where tiers price the value. */
  readonly factor: Fraction | undefined;
  /** The knots of the tiers. */
  readonly tiers: readonly Knot[] | undefined;
  readonly fixed: Fraction;
  readonly least: Fraction | undefined;
  readonly most: Fraction | undefined;
  readonly freeEvents: Fraction | undefined;
  readonly freeAmount: Fraction | undefined;
}

/** What one event pays, as a function of its value. */
export function eventCurve(prices: EventPrices): ModelCurve {
  const paid = paidKnots(prices);
  const { freeEvents, freeAmount, tiers } = prices;
  const isUsedUp = (free: Fraction | undefined) => free?.numerator === 0n;
  const isFree = freeEvents !== undefined || freeAmount !== undefined;
  if (!isFree || isUsedUp(freeEvents) || isUsedUp(freeAmount)) return { knots: paid };
  const nothing = tiers?.[0]?.value ?? ZERO;
  const free = { at: ZERO, value: nothing, onward: { value: nothing, slope: ZERO } };
  if (freeAmount === undefined) return { knots: [free] };
  // What is free to the end pays nothing, not even what each event pays.
  const knots = paid.map((knot, index) => (index === 0 ? { ...knot, value: nothing } : knot));
  return { knots: shifted(knots, freeAmount) };
}

function paidKnots({ factor, tiers, fixed, least, most }: EventPrices): readonly Knot[] {
  if (factor === undefined) {
    return (tiers ?? []).map(({ at, value, onward }) => ({
      at,
      value: add(value, fixed),
      onward: onward && { ...onward, value: add(onward.value, fixed) },
    }));
  }
  const { knots } = straight(fixed, factor);
  const limits = { ...(least && { least }), ...(most && { most }) };
  return [...clampWalk(() => knots, limits)(ZERO)];
}

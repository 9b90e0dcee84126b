import { add, type Fraction, multiply, subtract, ZERO } from "../money/fraction.js";
import type { RoundingMode } from "../money/rounding.js";

/** A straight stretch of an amount as a function of a quantity. */
export interface Line {
  /** The amount just above where the stretch begins. */
  readonly value: Fraction;
  /** What each further unit costs. */
  readonly slope: Fraction;
}

/** A quantity at which an amount changes its course: jumps, bends, or ends. */
export interface Knot {
  /** The quantity. */
  readonly at: Fraction;
  /** The amount of this very quantity. */
  readonly value: Fraction;
  /** The amounts of all quantities above it, up to the next knot; nothing where the price list refuses more. */
  readonly onward: Line | undefined;
}

/** A grid to which a quantity is rounded. */
export interface QuantityGrid {
  readonly increment: Fraction;
  readonly mode: RoundingMode;
}

/** What a model costs, as a function of one quantity (or of the value of one event) from 0 on. */
export interface ModelCurve {
  /** The grid to which the model rounds first: packages. */
  readonly grid?: QuantityGrid;
  /** Finitely many knots, the first at 0. */
  readonly knots: readonly Knot[];
}

/** A curve that is the same for every quantity. */
export function constant(value: Fraction): ModelCurve {
  return { knots: [{ at: ZERO, value, onward: { value, slope: ZERO } }] };
}

/** A curve that begins at an amount and rises by so much with every unit. */
export function straight(value: Fraction, slope: Fraction): ModelCurve {
  return { knots: [{ at: ZERO, value, onward: { value, slope } }] };
}

/** The amount at a quantity on the line from a knot on. */
export function onLine({ value, slope }: Line, from: Fraction, at: Fraction): Fraction {
  return add(value, multiply(slope, subtract(at, from)));
}

/** Knots that begin so much further up; below, what a quantity of 0 costs. */
export function shifted(knots: readonly Knot[], by: Fraction): readonly Knot[] {
  const [first] = knots;
  if (first === undefined || by.numerator === 0n) return knots;
  const flat = { value: first.value, slope: ZERO };
  return [
    { at: ZERO, value: first.value, onward: flat },
    ...knots.map((knot) => ({ ...knot, at: add(knot.at, by) })),
  ];
}

/** Knots of amounts in another unit, of which one costs `rate`. */
export function scaledKnot({ at, value, onward }: Knot, rate: Fraction): Knot {
  return {
    at,
    value: multiply(value, rate),
    onward: onward && {
      value: multiply(onward.value, rate),
      slope: multiply(onward.slope, rate),
    },
  };
}

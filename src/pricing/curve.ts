import { exact } from "../money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  isNegative,
  multiply,
  ONE,
  subtract,
  ZERO,
} from "../money/fraction.js";
import { type RoundingMode, roundQuotient, roundToIncrement } from "../money/rounding.js";
import { type Knot, onLine, type QuantityGrid, scaledKnot } from "./knot.js";
import { modelOf } from "./models/index.js";
import { includedUnitsOf } from "./rate-exactly.js";
import type { PricedTerms } from "./terms.js";

/** What is done to a quantity before prices see it: units taken off, or rounding. */
export type Stage = { readonly included: Fraction } | { readonly grid: QuantityGrid };

/**
 * The exact amount of a charge as a function of the quantity, from 0 on: the quantity goes through the stages, in order, and
 * what comes out is priced between finitely many knots.
 */
export interface Curve {
  readonly stages: readonly Stage[];
  readonly knots: readonly Knot[];
}

const curves = new WeakMap<PricedTerms, Curve>();

/** The curve of parsed terms, before limits and rounding; nothing where no one quantity decides the amount. */
export function curveOf(terms: PricedTerms): Curve | undefined {
  const known = curves.get(terms);
  if (known !== undefined) return known;
  const own = modelOf(terms.pricing).curve(terms.pricing);
  if (own === undefined) return undefined;
  const { pricingUnit, quantityRounding: rounding } = terms;
  const included = includedUnitsOf(terms);
  const rate = pricingUnit === undefined ? undefined : exact(pricingUnit.rate);
  const grid = rounding && { mode: rounding.mode, increment: exact(rounding.increment ?? "1") };
  const curve: Curve = {
    stages: [
      ...(grid === undefined ? [] : [{ grid }]),
      ...(included === undefined ? [] : [{ included }]),
      ...(own.grid === undefined ? [] : [{ grid: own.grid }]),
    ],
    knots: rate === undefined ? own.knots : own.knots.map((knot) => scaledKnot(knot, rate)),
  };
  curves.set(terms, curve);
  return curve;
}

/** The amount of a quantity of 0 or more; nothing where the price list refuses it. */
export function amountAt({ stages, knots }: Curve, quantity: Fraction): Fraction | undefined {
  const billed = stages.reduce(passStage, quantity);
  const knot = knots[lastAtOrBelow(knots, billed)];
  if (knot === undefined) return undefined;
  if (compare(knot.at, billed) === 0) return knot.value;
  return knot.onward && onLine(knot.onward, knot.at, billed);
}

/** What comes out of a stage. */
export function passStage(quantity: Fraction, stage: Stage): Fraction {
  if ("grid" in stage) return roundToIncrement(quantity, stage.grid.increment, stage.grid.mode);
  const beyond = subtract(quantity, stage.included);
  return isNegative(beyond) ? ZERO : beyond;
}

function lastAtOrBelow(knots: readonly Knot[], quantity: Fraction): number {
  let low = 0;
  let high = knots.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const knot = knots[middle];
    if (knot !== undefined && compare(knot.at, quantity) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The knots of a curve from a quantity on: see `Walk`. */
export function* knotsFrom(curve: Curve, from: Fraction): Generator<Knot> {
  const [stage, ...stages] = curve.stages;
  if (stage === undefined) yield* plainKnots(curve.knots, from);
  else if ("grid" in stage) yield* gridKnots({ ...curve, stages }, from, stage.grid);
  else yield* includedKnots({ ...curve, stages }, from, stage.included);
}

function* plainKnots(knots: readonly Knot[], from: Fraction): Generator<Knot> {
  const index = lastAtOrBelow(knots, from);
  const first = knots[index];
  if (first === undefined) return;
  if (compare(first.at, from) === 0) {
    yield first;
  } else {
    if (first.onward === undefined) return;
    const value = onLine(first.onward, first.at, from);
    yield { at: from, value, onward: { value, slope: first.onward.slope } };
  }
  yield* knots.slice(index + 1);
}

function* includedKnots(inner: Curve, from: Fraction, included: Fraction): Generator<Knot> {
  const beyond = subtract(from, included);
  if (isNegative(beyond)) {
    const value = amountAt(inner, ZERO);
    if (value === undefined) return;
    yield { at: from, value, onward: { value, slope: ZERO } };
  }
  for (const knot of knotsFrom(inner, isNegative(beyond) ? ZERO : beyond)) {
    yield { ...knot, at: add(knot.at, included) };
  }
}

/** One step for each mark of the grid; between two steps, all quantities cost the same. */
function* gridKnots(inner: Curve, from: Fraction, grid: QuantityGrid): Generator<Knot> {
  const { increment, mode } = grid;
  const amountOf = (at: Fraction) => amountAt(inner, passStage(at, { grid }));
  const step = divide(from, increment);
  let mark = markAbove(step, mode);
  for (let at = from; ; ) {
    const value = amountOf(at);
    if (value === undefined) return;
    const above = amountAt(inner, multiply(increment, { numerator: mark, denominator: 1n }));
    yield { at, value, onward: above && { value: above, slope: ZERO } };
    if (above === undefined) return;
    at = multiply(increment, add({ numerator: mark, denominator: 1n }, reachOf(mode)));
    mark += 1n;
  }
}

/** How far above a mark the quantities go that are rounded to it, in steps. */
export function reachOf(mode: RoundingMode): Fraction {
  if (mode === "up" || mode === "ceiling") return ZERO;
  return mode === "down" || mode === "floor" ? ONE : HALF;
}

const HALF: Fraction = Object.freeze({ numerator: 1n, denominator: 2n });

/** The mark to which the quantities just above one are rounded. */
function markAbove(step: Fraction, mode: RoundingMode): bigint {
  const { numerator, denominator } = subtract(step, reachOf(mode));
  return roundQuotient(numerator, denominator, "floor") + 1n;
}

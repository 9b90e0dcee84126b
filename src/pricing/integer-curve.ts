import type { AmountRounding } from "../money/amount-rounding.js";
import { divide, type Fraction, fraction, multiply, reduce } from "../money/fraction.js";
import { type RoundingMode, roundQuotient } from "../money/rounding.js";
import type { Curve, Stage } from "./curve.js";
import { type Knot, onLine } from "./knot.js";

/**
 * A curve in integers that fit into numbers: for many quantities, in no time. Quantities are multiplied by `scale`, amounts come as
 * steps of the currency's grid, rounded as the currency says.
 */
export interface IntegerCurve {
  readonly scale: number;
  /** What each of the scaled quantities costs; nothing where one of them has no price. */
  amountsOf(scaled: Float64Array): Float64Array | undefined;
}

/** Where all quantities of a row lie: none above `most`, none with more decimals. */
export interface QuantityBounds {
  readonly decimals: number;
  readonly most: number;
}

/** The largest number of which twice is still an integer without a gap. */
const MOST = 2 ** 52;

/** The curve in integers; nothing where they do not fit. */
export function integerCurve(
  curve: Curve,
  rounding: AmountRounding,
  { decimals, most }: QuantityBounds,
): IntegerCurve | undefined {
  const numbers = [...curve.knots.map(({ at }) => at), ...curve.stages.map(sizeOf)];
  const scale = numbers.reduce(
    (all, number) => leastCommonMultiple(all, reduce(number).denominator),
    10n ** BigInt(decimals),
  );
  const factor = Number(scale);
  const highestScaled = Math.ceil(most) * factor;
  if (!(highestScaled <= MOST)) return undefined;
  const stages = curve.stages.map((stage) => integerStage(stage, scale));
  const highest = stages.reduce((at, { pass }) => pass(at), highestScaled);
  const table = integerTable(curve.knots, rounding, { scale, highest });
  if (table === undefined || !(highest <= MOST)) return undefined;
  return {
    scale: factor,
    amountsOf: (scaled) =>
      amountsIn(
        table,
        stages.reduce((all, { pass }) => all.map(pass), scaled),
      ),
  };
}

function sizeOf(stage: Stage): Fraction {
  return "grid" in stage ? stage.grid.increment : stage.included;
}

/** A stage of scaled quantities, which are whole. */
function integerStage(stage: Stage, scale: bigint): { readonly pass: (x: number) => number } {
  const size = Number(scaledBy(sizeOf(stage), scale));
  if (!("grid" in stage)) return { pass: (x) => (x > size ? x - size : 0) };
  const isBeyond = roundsUp[stage.grid.mode];
  return {
    pass(x) {
      const rest = x % size;
      if (rest === 0) return x;
      const below = x - rest;
      return isBeyond(rest, size, below / size) ? below + size : below;
    },
  };
}

/** Whether what lies `rest` of `size` above a mark goes on to the next one. Nothing here is negative. */
type RoundsUp = (rest: number, size: number, mark: number) => boolean;
const nearest: RoundsUp = (rest, size) => rest + rest >= size;
const nearestBelow: RoundsUp = (rest, size) => rest + rest > size;

const roundsUp: { readonly [mode in RoundingMode]: RoundsUp } = {
  "half-away-from-zero": nearest,
  "half-ceiling": nearest,
  "half-toward-zero": nearestBelow,
  "half-floor": nearestBelow,
  "half-even": (rest, size, mark) => rest + rest > size || (rest + rest === size && mark % 2 === 1),
  "half-odd": (rest, size, mark) => rest + rest > size || (rest + rest === size && mark % 2 === 0),
  up: () => true,
  ceiling: () => true,
  down: () => false,
  floor: () => false,
};

/** Straight stretches of whole numbers: from `first` to `last`, ⌊(value + slope × (x − first)) / divisor⌋. */
interface IntegerTable {
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** With what rounds the quotient as the currency says, instead of down. */
  readonly value: Float64Array;
  readonly slope: Float64Array;
  readonly divisor: number;
  /** Whether what lies in the middle goes to the even neighbour, or to the odd one. */
  readonly middle: "up" | "even" | "odd";
}

/** What is added to a dividend, so that rounding its quotient down rounds it in another mode. Nothing here is negative. */
const toRoundDown: { readonly [mode in RoundingMode]: (divisor: number) => number } = {
  "half-away-from-zero": (divisor) => Math.floor(divisor / 2),
  "half-ceiling": (divisor) => Math.floor(divisor / 2),
  "half-toward-zero": (divisor) => Math.ceil(divisor / 2) - 1,
  "half-floor": (divisor) => Math.ceil(divisor / 2) - 1,
  "half-even": (divisor) => Math.floor(divisor / 2),
  "half-odd": (divisor) => Math.floor(divisor / 2),
  up: (divisor) => divisor - 1,
  ceiling: (divisor) => divisor - 1,
  down: () => 0,
  floor: () => 0,
};

interface Stretch {
  readonly first: bigint;
  readonly last: bigint | undefined;
  readonly value: Fraction;
  readonly slope: Fraction;
}

function integerTable(
  knots: readonly Knot[],
  { increment, mode }: AmountRounding,
  { scale, highest }: { readonly scale: bigint; readonly highest: number },
): IntegerTable | undefined {
  const stretches = stretchesOf(knots, scale).map(({ value, slope, ...rest }) => ({
    ...rest,
    value: reduce(divide(value, increment)),
    slope: reduce(divide(slope, multiply(increment, fraction(scale)))),
  }));
  const divisor = stretches.reduce(
    (all, { value, slope }) =>
      leastCommonMultiple(leastCommonMultiple(all, value.denominator), slope.denominator),
    1n,
  );
  const added = toRoundDown[mode](Number(divisor));
  const table: IntegerTable = {
    first: Float64Array.from(stretches, ({ first }) => Number(first)),
    last: Float64Array.from(stretches, ({ last }) => Number(last ?? MOST)),
    value: Float64Array.from(stretches, ({ value }) => Number(scaledBy(value, divisor)) + added),
    slope: Float64Array.from(stretches, ({ slope }) => Number(scaledBy(slope, divisor))),
    divisor: Number(divisor),
    middle: mode === "half-even" ? "even" : mode === "half-odd" ? "odd" : "up",
  };
  const isSmall = stretches.every((_, index) => {
    const [first = 0, last = 0] = [table.first[index], table.last[index]];
    if (first > highest) return true;
    const [value = 0, slope = 0] = [table.value[index], table.slope[index]];
    return value + slope * (Math.min(last, highest) - first) + table.divisor <= MOST;
  });
  return isSmall && table.divisor <= MOST ? table : undefined;
}

/** The knots as stretches of scaled quantities, those of one point joined to a neighbour that goes through it. */
function stretchesOf(knots: readonly Knot[], scale: bigint): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, { at, value, onward }] of knots.entries()) {
    const place = scaledBy(at, scale);
    const before = knots[index - 1];
    const last = stretches.at(-1);
    const goesOn =
      before?.onward !== undefined &&
      last !== undefined &&
      isEqual(onLine(before.onward, before.at, at), value);
    if (goesOn) stretches[stretches.length - 1] = { ...last, last: place };
    else stretches.push({ first: place, last: place, value, slope: fraction(0n) });
    if (onward === undefined) continue;
    const next = knots[index + 1];
    const end = next && scaledBy(next.at, scale) - 1n;
    // Where nothing lies between the two, it is empty, unless the line goes through the next.
    stretches.push({ first: place + 1n, last: end, ...lineFrom(onward, at, scale) });
  }
  return stretches.filter(({ first, last }) => last === undefined || first <= last);
}

/** A line by what it comes to one step of the scale beyond where it begins. */
function lineFrom(
  { value, slope }: NonNullable<Knot["onward"]>,
  at: Fraction,
  scale: bigint,
): Pick<Stretch, "value" | "slope"> {
  const step = fraction(scaledBy(at, scale) + 1n, scale);
  return { value: onLine({ value, slope }, at, step), slope };
}

function amountsIn(table: IntegerTable, quantities: Float64Array): Float64Array | undefined {
  const { first, last, value, slope, divisor, middle } = table;
  const amounts = new Float64Array(quantities.length);
  let index = 0;
  let from = first[0] ?? 0;
  let to = last[0] ?? -1;
  let start = value[0] ?? 0;
  let rise = slope[0] ?? 0;
  for (let i = 0; i < quantities.length; i += 1) {
    const x = quantities[i] ?? 0;
    if (x > to || x < from) {
      index = stretchAt(first, x);
      from = first[index] ?? 0;
      to = last[index] ?? -1;
      if (x > to) return undefined;
      start = value[index] ?? 0;
      rise = slope[index] ?? 0;
    }
    const dividend = start + rise * (x - from);
    // Exact: both are integers below 2^53, so the quotient is never rounded up to a whole number.
    const steps = Math.floor(dividend / divisor);
    amounts[i] = middle === "up" ? steps : fromMiddle(steps, dividend, table);
  }
  return amounts;
}

/** What lay in the middle was rounded up: back to the other neighbour where that is the one. */
function fromMiddle(steps: number, dividend: number, { divisor, middle }: IntegerTable): number {
  const wasMiddle = divisor % 2 === 0 && dividend === steps * divisor;
  const isOdd = steps % 2 === 1;
  return wasMiddle && isOdd === (middle === "even") ? steps - 1 : steps;
}

/** The last stretch that begins at or below a quantity. */
function stretchAt(first: Float64Array, x: number): number {
  let low = 0;
  let high = first.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((first[middle] ?? 0) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

function scaledBy({ numerator, denominator }: Fraction, scale: bigint): bigint {
  return roundQuotient(numerator * scale, denominator, "floor");
}

function isEqual(a: Fraction, b: Fraction): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return a * reduce(fraction(b, a)).numerator;
}

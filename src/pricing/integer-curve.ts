import { type AmountRounding, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { type Fraction, powerOfTen, reduce } from "../money/fraction.js";
import type { RoundingMode } from "../money/rounding.js";
import { type Curve, curveOf, type Stage } from "./curve.js";
import {
  type IntegerTable,
  integerTable,
  leastCommonMultiple,
  MOST,
  rowAt,
  scaledBy,
  stepsIn,
} from "./integer-table.js";
import type { LimitedTerms } from "./limits.js";

/**
 * What a charge bills for a quantity, in integers that fit into numbers: quantities are multiplied by `scale`, amounts come in minor
 * units, rounded as the currency says and between the charge's limits.
 */
export interface IntegerCurve {
  readonly scale: number;
  /** The largest scaled quantity that it prices. */
  readonly most: number;
  readonly stages: readonly IntegerStage[];
  readonly table: IntegerTable;
  /** Minor units of a step of the currency's grid. */
  readonly perStep: number;
  /** The charge's limits, in minor units. */
  readonly least: number;
  readonly highest: number;
}

/** Quantities with so many decimals have a curve of their own; with more, fractions of bigints price them. */
export const FINE = 6;
export const FINE_FACTOR = 10 ** FINE;

/** A stage of scaled quantities, which are whole. */
interface IntegerStage {
  readonly size: number;
  pass(x: number): number;
}

/** The terms in integers, for quantities of so many decimals; nothing where no one quantity decides, or nothing fits. */
export function integerCurve(
  terms: LimitedTerms,
  rounding: AmountRounding,
  decimals: number,
): IntegerCurve | undefined {
  const curve = curveOf(terms);
  if (curve === undefined) return undefined;
  const scale = scaleOf(curve, decimals);
  const perStep = rounding.increment.numerator;
  const least = limitIn(terms.minimum, rounding, 0);
  const isSmall = scale <= BigInt(MOST) && perStep <= BigInt(MOST) && least <= MOST;
  const table = isSmall ? integerTable(curve.knots, rounding, scale) : undefined;
  if (table === undefined) return undefined;
  const stages = curve.stages.map((stage) => integerStage(stage, scale));
  const most = stages.reduceRight((beyond, { reach }) => Math.min(reach(beyond), MOST), table.most);
  return {
    scale: Number(scale),
    most,
    stages,
    table,
    perStep: Number(perStep),
    least,
    highest: limitIn(terms.maximum, rounding, Number.POSITIVE_INFINITY),
  };
}

/** A power of ten, or a multiple of it, by which all numbers of a curve become whole, and quantities of so many decimals. */
function scaleOf({ knots, stages }: Curve, decimals: number): bigint {
  return [...knots.map(({ at }) => at), ...stages.map(sizeOf)].reduce(
    (all, number) => leastCommonMultiple(all, reduce(number).denominator),
    powerOfTen(decimals),
  );
}

/** A limit in minor units. One that is no exact number is beyond all amounts that are. */
function limitIn(limit: string | undefined, rounding: AmountRounding, none: number): number {
  if (limit === undefined) return none;
  return Number(scaledBy(roundAmount(exact(limit), rounding), powerOfTen(rounding.decimals)));
}

/** What a scaled quantity of 0 to `most` bills, in minor units. */
export function unitsAt(curve: IntegerCurve, scaled: number): number {
  const { stages, table, perStep, least, highest } = curve;
  let x = scaled;
  for (let index = 0; index < stages.length; index += 1) x = stages[index]?.pass(x) ?? x;
  const units = stepsIn(table, rowAt(table.rows, x), x) * perStep;
  return Math.min(Math.max(units, least), highest);
}

/**
 * Prices a column into another, or into itself: `times` is what brings its quantities to the curve's scale. Of those that are not whole
 * then, or beyond what the curve prices, the amount is asked for.
 */
export function priceColumn(
  curve: IntegerCurve,
  [from, into]: readonly [from: Float64Array, into: Float64Array],
  times: number,
  otherwise: (quantity: number, index: number) => number,
): void {
  const { most, perStep, least, highest, table } = curve;
  const { rows, divisor } = table;
  const stages = curve.stages.length > 0 ? curve.stages : undefined;
  const isUp = table.middle === "up";
  let row = 0;
  let [last = -1, first = 0, value = 0, slope = 0] = rows;
  for (let index = 0; index < from.length; index += 1) {
    const quantity = from[index] ?? 0;
    let x = quantity * times;
    if (!(x >= 0 && x <= most && Math.floor(quantity) === quantity)) {
      into[index] = otherwise(quantity, index);
      continue;
    }
    if (stages !== undefined) for (const stage of stages) x = stage.pass(x);
    // Quantities that follow each other are often of one stretch.
    if (x > last || x < first) {
      row = rowAt(rows, x);
      last = rows[row] ?? 0;
      first = rows[row + 1] ?? 0;
      value = rows[row + 2] ?? 0;
      slope = rows[row + 3] ?? 0;
    }
    const steps = isUp
      ? Math.floor((value + slope * (x - first)) / divisor)
      : stepsIn(table, row, x);
    const units = steps * perStep;
    into[index] = Math.min(Math.max(units, least), highest);
  }
}

function sizeOf(stage: Stage): Fraction {
  return "grid" in stage ? stage.grid.increment : stage.included;
}

function integerStage(
  stage: Stage,
  scale: bigint,
): IntegerStage & {
  /** The largest quantity that does not come out above another. */
  reach(most: number): number;
} {
  const size = Number(scaledBy(sizeOf(stage), scale));
  if (!("grid" in stage)) {
    return { size, pass: (x) => (x > size ? x - size : 0), reach: (most) => most + size };
  }
  const isBeyond = roundsUp[stage.grid.mode];
  return {
    size,
    pass(x) {
      const rest = x % size;
      if (rest === 0) return x;
      const below = x - rest;
      return isBeyond(rest, size, below / size) ? below + size : below;
    },
    reach: (most) => most - (most % size),
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

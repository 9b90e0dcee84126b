import { isList, ownFields } from "../../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { exact, isProblem, readExact } from "../../money/decimal.js";
import { compare, divide, type Fraction, formatExact } from "../../money/fraction.js";
import { isWhole } from "../../schema/fields.js";
import { isRecord } from "../../schema/unknown-record.js";
import type { SweepKnot } from "../../simulate/sweep-knots.js";

/** One quantity of a sweep, as it is drawn. */
export interface SweepPoint {
  readonly quantity: Fraction;
  readonly amount: string;
  readonly average: string | null;
}

/** What is drawn of a sweep. */
export interface SweepData {
  readonly currency: string;
  readonly decimals: number;
  readonly unitOfMeasure: string | null;
  /** In order of their quantities. */
  readonly points: readonly SweepPoint[];
  readonly knots: readonly SweepKnot[];
}

/** The most quantities that are drawn; more would not be seen. */
const MOST_POINTS = 400;
/** The most knots that are drawn. */
const MOST_KNOTS = 200;

/** Reads a sweep as `sweep` returned it: of very many quantities some, from the first to the last. */
export function readSweep(input: unknown, issues: PricingIssue[]): SweepData | undefined {
  const fields = isRecord(input) ? ownFields(input) : undefined;
  const { currency, decimals, length, quantityAt, amountAt, averageAt } = fields ?? {};
  const before = issues.length;
  const refuse = (name: string, expected: string, received: unknown) =>
    issues.push(issueAt("invalid_type", [name], { expected, received }));
  if (typeof currency !== "string") refuse("currency", "a currency code", currency);
  if (!isWhole(decimals, 0, MOST_DECIMALS)) refuse("decimals", "a whole number", decimals);
  if (!isWhole(length, 1, Number.MAX_SAFE_INTEGER)) refuse("length", "how many there are", length);
  const functions = { quantityAt, amountAt, averageAt };
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value !== "function") refuse(name, "the function of a sweep", value);
  }
  const knots = readKnots(fields?.["knots"], issues);
  const unit = fields?.["unitOfMeasure"] ?? null;
  if (unit !== null && typeof unit !== "string") refuse("unitOfMeasure", "a text or null", unit);
  if (issues.length > before) return undefined;
  const count = Number(length);
  const points = new Map<string, SweepPoint>();
  for (const index of indices(count)) {
    const [quantity, amount, average] = Object.entries(functions).map(([name, read]) =>
      readAt(read, index, [name], issues),
    );
    if (typeof quantity !== "string" || typeof amount !== "string") continue;
    points.set(quantity, { quantity: exact(quantity), amount, average: average ?? null });
  }
  if (issues.length > before) return undefined;
  // The amounts on both sides of a knot stand on either side of the point that is drawn for it.
  const own = knots.flatMap((knot) => pointsOf(knot));
  for (const { quantity } of own) points.delete(formatExact(quantity));
  return {
    currency: String(currency),
    decimals: Number(decimals),
    unitOfMeasure: typeof unit === "string" ? unit : null,
    points: [...points.values(), ...own].sort((a, b) => compare(a.quantity, b.quantity)),
    knots,
  };
}

const MOST_DECIMALS = 100;

/** Which quantities are drawn: all of few, of many every so manyth and the last. */
function indices(length: number): readonly number[] {
  const step = Math.max(1, Math.ceil((length - 1) / MOST_POINTS));
  const every = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
  return every.at(-1) === length - 1 ? every : [...every, length - 1];
}

/** What a function of a sweep says of a quantity. */
function readAt(
  read: unknown,
  index: number,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): string | null | undefined {
  let received: unknown;
  try {
    received = typeof read === "function" ? Reflect.apply(read, undefined, [index]) : undefined;
  } catch {
    received = undefined;
  }
  if (received === null && path[0] === "averageAt") return null;
  if (typeof received === "string" && !isProblem(readExact(received))) return received;
  const expected = `an exact number for ${index}, as a sweep gives it`;
  issues.push(issueAt("invalid_value", path, { expected, received }));
  return undefined;
}

function pointsOf({ quantity, amount, above }: SweepKnot): readonly SweepPoint[] {
  const at = exact(quantity);
  const averageOf = (total: string) =>
    at.numerator === 0n ? null : formatExact(divide(exact(total), at));
  const point = (total: string) => ({ quantity: at, amount: total, average: averageOf(total) });
  return above === null || above === amount ? [point(amount)] : [point(amount), point(above)];
}

const KINDS: readonly unknown[] = ["bend", "jump", "cliff"] satisfies SweepKnot["kind"][];

/** The knots; none where they are too many to be seen. */
function readKnots(input: unknown, issues: PricingIssue[]): readonly SweepKnot[] {
  if (input === null || input === undefined) return [];
  const isExact = (value: unknown) => typeof value === "string" && !isProblem(readExact(value));
  const isKnot = (value: unknown): value is SweepKnot => {
    const fields = isRecord(value) ? ownFields(value) : undefined;
    if (fields === undefined || !KINDS.includes(fields["kind"])) return false;
    const { quantity, amount, above, cheaperFrom } = fields;
    const optional = [above, cheaperFrom].every((each) => each === null || isExact(each));
    return isExact(quantity) && isExact(amount) && optional;
  };
  const list = isList(input) ? [...input] : undefined;
  if (list?.every(isKnot) === true) return list.length > MOST_KNOTS ? [] : list;
  const expected = "knots, as a sweep has them, or null";
  issues.push(issueAt("invalid_value", ["knots"], { expected, received: input }));
  return [];
}

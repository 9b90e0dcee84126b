import {
  isPricingError,
  issueAt,
  issuesUnder,
  PricingError,
  type PricingIssue,
} from "../errors.js";
import { type AmountRounding, roundAmount } from "../money/amount-rounding.js";
import { decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import { type Fraction, formatScaled, powerOfTen } from "../money/fraction.js";
import { bareQuantity } from "../pricing/bare-quantity.js";
import {
  FINE,
  FINE_FACTOR,
  type IntegerCurve,
  integerCurve,
  priceColumn,
  unitsAt,
} from "../pricing/integer-curve.js";
import { type LimitedTerms, limitBreach } from "../pricing/limits.js";
import { amountOf, compileTerms, type NegativeUsage } from "../pricing/rate-exactly.js";
import { unitsWriter } from "./units-text.js";

/** A charge whose amount follows from one quantity, with the currency that it is billed in. */
export interface RateableTerms {
  readonly charge: LimitedTerms & { readonly id: string };
  readonly currency: string;
  readonly rounding: AmountRounding;
  readonly negativeUsage: NegativeUsage;
}

/** A charge prepared for very many quantities: what does not depend on them is worked out already. */
export interface PreparedRater {
  /** What a quantity costs, as `rateAmount` gives it: text with the decimals of the currency. */
  (quantity: DecimalInput): string;
  /** The currency of the amounts. */
  readonly currency: string;
  /** Decimals of its minor unit: 2 of USD, so that 1250 minor units are 12.50. */
  readonly decimals: number;
  /**
   * What each of many quantities costs, in minor units, exactly: the amounts of `rateAmount`, rounded where it rounds. The numbers are read by
   * their shortest decimal form, and the amounts are safe integers.
   *
   * @throws {PricingError} with every issue: those of `rateAmount` under `["quantities", index]`, and `out_of_range` for an amount beyond
   * ±(2⁵³ − 1) minor units, for which bigints have room; `invalid_type` for another kind of list.
   */
  many(quantities: Float64Array): Float64Array;
  /** The same of whole quantities, for amounts of up to 64 bits. */
  many(quantities: BigInt64Array): BigInt64Array;
}

/** Up to so much, a number has no neighbour that is written with as few digits. */
const MOST_TOLD = 1e15;
/** So many characters hold no more digits than a number tells apart, and a point. */
const LONGEST = 16;

/** Prepares a charge. Quantities for which safe integers are proved exact take those, all others the exact way. */
export function prepareRater(terms: RateableTerms): PreparedRater {
  const { charge, currency, rounding } = terms;
  const { decimals } = rounding;
  const exactly = exactPricer(terms);
  const write = unitsWriter(decimals);
  const whole = integerCurve(charge, rounding, 0) ?? NOTHING_FITS;
  let made: IntegerCurve | undefined;
  /** Prices a number of millionths. */
  const fineAt = (millionths: number): number => {
    made ??= integerCurve(charge, rounding, FINE) ?? NOTHING_FITS;
    const x = millionths * (made.scale / FINE_FACTOR);
    return x <= made.most ? unitsAt(made, x) : Number.NaN;
  };
  const unitsOfNumber = (quantity: number): number => {
    const x = quantity * whole.scale;
    if (x >= 0 && x <= whole.most && Math.floor(quantity) === quantity) return unitsAt(whole, x);
    const millionths = Math.round(quantity * FINE_FACTOR);
    const isTold = millionths >= 0 && millionths <= MOST_TOLD;
    return isTold && millionths / FINE_FACTOR === quantity ? fineAt(millionths) : Number.NaN;
  };
  const unitsOfText = (text: string): number => {
    const { length } = text;
    if (length > LONGEST) return Number.NaN;
    let digits = 0;
    let point = length;
    for (let index = 0; index < length; index += 1) {
      const digit = text.charCodeAt(index) - ZERO_CODE;
      if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
      else if (digit === POINT && point === length) point = index;
      else return Number.NaN;
    }
    if (point === length) {
      const x = digits * whole.scale;
      return length > 0 && digits <= MOST_TOLD && x <= whole.most ? unitsAt(whole, x) : Number.NaN;
    }
    const after = length - point - 1;
    const isPlain = point > 0 && after > 0 && after <= FINE;
    return isPlain ? fineAt(digits * 10 ** (FINE - after)) : Number.NaN;
  };
  const textOf = (quantity: DecimalInput): string => {
    const units =
      typeof quantity === "number"
        ? unitsOfNumber(quantity)
        : typeof quantity === "string"
          ? unitsOfText(quantity)
          : Number.NaN;
    return units >= 0 ? write(units) : formatScaled(exactly(quantity, ["usage"]), decimals);
  };
  return Object.freeze(
    Object.assign(textOf, {
      currency,
      decimals,
      many: manyRater({ whole, unitsOfNumber, exactly }),
    }),
  );
}

const ZERO_CODE = 48;
const POINT = -2;

/** Prices nothing: for charges of which nothing is proved to fit. */
const NOTHING_FITS: IntegerCurve = Object.freeze({
  scale: 1,
  most: -1,
  stages: [],
  table: { rows: new Float64Array(0), divisor: 1, middle: "up", most: -1 } as const,
  perStep: 1,
  least: 0,
  highest: 0,
});

/** What rates quantities, for a column of them. */
interface ColumnPricer {
  readonly whole: IntegerCurve;
  readonly unitsOfNumber: (quantity: number) => number;
  readonly exactly: ExactPricer;
}

function manyRater(pricer: ColumnPricer): PreparedRater["many"] {
  function many(quantities: Float64Array): Float64Array;
  function many(quantities: BigInt64Array): BigInt64Array;
  function many(quantities: unknown): Float64Array | BigInt64Array {
    const issues: PricingIssue[] = [];
    const units = unitsOf(quantities, pricer, issues);
    if (units === undefined || issues.length > 0) throw new PricingError(issues);
    return units;
  }
  return many;
}

function unitsOf(
  quantities: unknown,
  pricer: ColumnPricer,
  issues: PricingIssue[],
): Float64Array | BigInt64Array | undefined {
  // A proxy of such a column is none.
  if (ArrayBuffer.isView(quantities)) {
    if (quantities instanceof Float64Array) return pricedNumbers(quantities, pricer, issues);
    if (quantities instanceof BigInt64Array) return pricedBigInts(quantities, pricer, issues);
  }
  const expected = "a Float64Array, or a BigInt64Array of whole quantities";
  issues.push(issueAt("invalid_type", ["quantities"], { expected, received: quantities }));
  return undefined;
}

function pricedNumbers(
  quantities: Float64Array,
  { whole, unitsOfNumber, exactly }: ColumnPricer,
  issues: PricingIssue[],
): Float64Array {
  // A copy of what was passed, however it may behave: each quantity is replaced by what it costs.
  const column = new Float64Array(quantities);
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  priceColumn(whole, [column, column], whole.scale, (quantity, index) => {
    const units = unitsOfNumber(quantity);
    return units >= 0 ? units : Number(exactUnits(exactly, { quantity, index, most }, issues));
  });
  return column;
}

function pricedBigInts(
  quantities: BigInt64Array,
  { whole, exactly }: ColumnPricer,
  issues: PricingIssue[],
): BigInt64Array {
  const column = new BigInt64Array(quantities);
  // A bigint for each would take longer than the price: numbers are read and written by their halves.
  const halves = new Uint32Array(column.buffer);
  const units = new Float64Array(column.length);
  for (let index = 0; index < units.length; index += 1) {
    const high = halves[2 * index + HIGH] ?? 0;
    units[index] = high < HIGH_OF_SAFE ? high * HALF + (halves[2 * index + LOW] ?? 0) : -1;
  }
  const most = 2n ** 63n - 1n;
  priceColumn(whole, [units, units], whole.scale, (_, index) => {
    const quantity = column[index] ?? 0n;
    column[index] = exactUnits(exactly, { quantity, index, most }, issues);
    return -1;
  });
  for (let index = 0; index < units.length; index += 1) {
    const each = units[index] ?? -1;
    if (each < 0) continue;
    const high = Math.floor(each / HALF);
    halves[2 * index + HIGH] = high;
    halves[2 * index + LOW] = each - high * HALF;
  }
  return column;
}

const HALF = 2 ** 32;
/** Integers whose higher half is below it are safe. */
const HIGH_OF_SAFE = 2 ** 21;
/** Where the halves of a 64-bit integer stand, by the order of bytes of the machine. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** What one quantity of a column costs; reports what is refused, or does not fit. */
function exactUnits(
  exactly: ExactPricer,
  {
    quantity,
    index,
    most,
  }: { readonly quantity: DecimalInput; readonly index: number; readonly most: bigint },
  issues: PricingIssue[],
): bigint {
  const path = ["quantities", index];
  try {
    const units = exactly(quantity, path);
    if (units <= most && units >= -most) return units;
    const expected = `a quantity that costs at most ${most} minor units`;
    issues.push(issueAt("out_of_range", path, { expected, received: quantity }));
  } catch (error) {
    if (!isPricingError(error)) throw error;
    for (const issue of error.issues) issues.push(issue);
  }
  return 0n;
}

/** The amount of any quantity, in minor units; what is wrong with the quantity is reported at the path. */
type ExactPricer = (quantity: DecimalInput, path: readonly (string | number)[]) => bigint;

function exactPricer({ charge, rounding, negativeUsage }: RateableTerms): ExactPricer {
  const onGrid = (limit: Fraction) => roundAmount(limit, rounding);
  const priceOf = (quantity: DecimalInput): Fraction => {
    const compiled = compileTerms(charge);
    if (quantity === undefined || quantity === null) {
      const expected = "a decimal number";
      throw new PricingError([issueAt("missing", [], { expected, received: undefined })]);
    }
    const read = readDecimal(quantity);
    if (isProblem(read)) throw new PricingError([decimalIssue(read, [], quantity)]);
    const { needs, rater } = compiled;
    if (needs === "nothing") return rater.amount(undefined);
    const given = bareQuantity(needs, charge.id, read, []);
    if ("code" in given) throw new PricingError([given]);
    return amountOf(compiled, given, negativeUsage);
  };
  const scale = powerOfTen(rounding.decimals);
  return (quantity, path) => {
    const amount = onGrid(issuesUnder(path, () => priceOf(quantity)));
    const net = { minimum: amount, maximum: amount };
    const { numerator, denominator } = limitBreach(charge, net, onGrid)?.bound ?? amount;
    return (numerator * scale) / denominator;
  };
}

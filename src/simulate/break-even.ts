import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicy, DEFAULT_POLICY } from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, PricingError, type PricingIssue, throwIssues } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import {
  compare,
  divide,
  type Fraction,
  formatExact,
  isNegative,
  negate,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import { amountAt } from "../pricing/curve.js";
import { addWalks, scaleWalk, type Walk } from "../pricing/walk.js";
import { readOptions, readText } from "../schema/options.js";
import {
  type BreakEvenPoint,
  type BreakEvenStretch,
  type Ends,
  piecesOf,
  pointsOf,
  stretchesOf,
} from "./cheaper.js";
import { type NamedTarget, sharedKeys, usageOfTargets } from "./named-targets.js";
import {
  ONE_QUANTITY_OPTIONS,
  type OneQuantity,
  type OneQuantityOptions,
  readOthers,
  varyQuantity,
} from "./one-quantity.js";
import { planWalk, variedCurves } from "./plan-walk.js";
import { readRounding, readTarget, type SimulationTarget } from "./target.js";

/** The quantities that {@link breakEven} looks at, both ends included. */
export interface QuantityRange {
  /** The least; 0 or more, default 0. */
  readonly from?: DecimalInput | null | undefined;
  /** The most. */
  readonly to: DecimalInput;
}

/** Where the cheaper of two targets changes. Plain JSON data. */
export interface BreakEven {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** Currency of both. */
  readonly currency: string;
  /** All quantities of the range, each in exactly one stretch, in order. */
  readonly stretches: readonly BreakEvenStretch[];
  /** The quantities at which the cheaper changes, in order. */
  readonly points: readonly BreakEvenPoint[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

/**
 * The exact quantities at which the cheaper of two targets changes: charges of any model that a quantity prices, or plans with
 * them. Nothing is sampled: amounts are straight between the quantities at which tiers end, packages begin, grids are rounded or
 * limits are reached, so every crossing is found, fractions of units included.
 *
 * Amounts are compared exactly, before they are rounded to the currency: within half a minor unit of each other, the rounded
 * amounts of both may be equal, or differ the other way. Minimums, maximums and commitments count as they are billed.
 *
 * The options say which quantity is varied where there are several, and what stands still: a key of `usage` or `quantities` must be
 * priced by one of the two.
 *
 * @throws {PricingError} with every issue of both (paths `a …`, `b …`), the range and the options: `out_of_range` for an empty range;
 * `too_large` where prices take more than 100,000 steps in it (packages, quantities that are rounded), with their number;
 * `quantity_above_last_tier`; `currency_mismatch`; `not_supported` for a fixed discount shared by several charges of which one has limits.
 *
 * @example
 * ```ts
 * import { breakEven } from "rateplan";
 *
 * const charge = { id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD" } as const;
 * const payAsYouGo = { ...charge, pricing: { model: "per-unit", unitPrice: "0.90" } } as const;
 * const bundle = { ...charge, pricing: { model: "overage", baseFee: 99, includedUnits: 100, unitPrice: "0.60" } } as const;
 * const { points, stretches } = breakEven(payAsYouGo, bundle, { to: 1000 });
 * points.map(({ quantity, kind, after }) => [quantity, kind, after]); // => [["130", "crossing", "b"]]
 * stretches.map(({ from, to, cheaper }) => [from, to, cheaper]); // => [["0", "130", "a"], ["130", "130", "same"], ["130", "1000", "b"]]
 * ```
 */
export function breakEven(
  a: SimulationTarget,
  b: SimulationTarget,
  range: QuantityRange,
  options: OneQuantityOptions = {},
): BreakEven {
  const issues: PricingIssue[] = [];
  const ends = readEnds(range, issues);
  const both = readBoth(a, b, options, issues);
  if (issues.length > 0 || ends === undefined || both === undefined) throw new PricingError(issues);
  const targets = [both.a, both.b];
  for (const one of targets) checkRange(one, ends, issues);
  const [walkA, walkB] = [planWalk(both.a, ["a"], issues), planWalk(both.b, ["b"], issues)];
  throwIssues(issues);
  const pieces = [...piecesOf(addWalks([walkA, scaleWalk(walkB, negate(ONE))]), ends)];
  const amountAtQuantity = (walk: Walk, quantity: Fraction) => {
    for (const knot of walk(quantity)) return formatExact(knot.value);
    throw new Error("unreachable: a quantity that was in the range");
  };
  return deepFreeze({
    schemaVersion: 1,
    currency: both.a.plan.currency,
    stretches: stretchesOf(pieces),
    points: pointsOf(pieces).map(({ quantity, ...point }) => ({
      quantity: formatExact(quantity),
      ...point,
      amounts: { a: amountAtQuantity(walkA, quantity), b: amountAtQuantity(walkB, quantity) },
    })),
    policy: both.a.policy,
  });
}

function readEnds(range: unknown, issues: PricingIssue[]): Ends | undefined {
  const before = issues.length;
  const given = readOptions(range, ["from", "to"], issues, { path: ["range"], required: ["to"] });
  const read = (name: "from" | "to") => {
    if (given[name] === undefined) return ZERO;
    const quantity = readDecimal(given[name]);
    const path = ["range", name];
    if (isProblem(quantity)) issues.push(decimalIssue(quantity, path, given[name]));
    else if (!isNegative(quantity)) return quantity;
    else
      issues.push(issueAt("out_of_range", path, { expected: "0 or more", received: given[name] }));
    return ZERO;
  };
  const [from, to] = [read("from"), read("to")];
  if (issues.length > before) return undefined;
  if (compare(from, to) >= 0) {
    const expected = `more than from (${formatExact(from)})`;
    issues.push(issueAt("out_of_range", ["range", "to"], { expected, received: given.to }));
    return undefined;
  }
  return { from, to };
}

/** Reads both targets; of what stands still, each has what it prices. */
function readBoth(
  a: unknown,
  b: unknown,
  options: unknown,
  issues: PricingIssue[],
): { readonly a: OneQuantity; readonly b: OneQuantity } | undefined {
  const given = readOptions(options, ONE_QUANTITY_OPTIONS, issues);
  const policy = readPolicy(given.policy, issues);
  const of = readText(given.of, ["of"], issues);
  const others = readOthers(given.usage, of, issues);
  const targets = Object.entries({ a, b }).flatMap(([name, input]): NamedTarget[] => {
    const plan = readTarget(input, given.ratePlanId, policy ?? DEFAULT_POLICY, issues, [name]);
    const rounding = policy && plan && readRounding(plan, policy, issues, [name]);
    return plan && rounding ? [{ name, plan, rounding }] : [];
  });
  const [first, second] = targets;
  if (first && second && first.plan.currency !== second.plan.currency) {
    const expected = `${first.plan.currency}, the currency of a`;
    const received = second.plan.currency;
    issues.push(issueAt("currency_mismatch", ["b", "currency"], { expected, received }));
  }
  if (issues.length > 0 || policy === undefined) return undefined;
  const keys = sharedKeys(targets);
  const usageOf = usageOfTargets(others, ["usage"], targets, keys.usage, issues);
  const seats = given.quantities ?? {};
  const seatsOf = usageOfTargets(seats, ["quantities"], targets, keys.quantities, issues);
  const [readA, readB] = targets.map((target) => {
    const usage = { ...(usageOf(target).usage as object) };
    const quantities = seatsOf(target).usage;
    return varyQuantity({ ...target, policy }, { of, usage, quantities }, issues);
  });
  return readA && readB && { a: readA, b: readB };
}

/** The most steps that prices may take within a range. */
const MOST_STEPS = 100_000;

function checkRange(one: OneQuantity, { from, to }: Ends, issues: PricingIssue[]): void {
  for (const curve of variedCurves(one)) {
    if (amountAt(curve, to) === undefined) {
      const expected = "a quantity that both price lists have a price for";
      const facts = { expected, found: formatExact(to) };
      issues.push(issueAt("quantity_above_last_tier", ["range", "to"], facts));
    }
    const steps = curve.stages.map((stage) =>
      "grid" in stage ? divide(subtract(to, from), stage.grid.increment) : ZERO,
    );
    const { numerator, denominator } = sum(steps);
    const count = numerator / denominator;
    if (count <= BigInt(MOST_STEPS)) continue;
    const expected = `quantities over which prices take at most ${MOST_STEPS} steps`;
    issues.push(issueAt("too_large", ["range"], { expected, found: `${count} steps` }));
  }
}

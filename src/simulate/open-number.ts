import type { BillingPolicy } from "../catalog/policy.js";
import {
  isPricingError,
  issueAt,
  PricingError,
  type PricingIssue,
  throwIssues,
} from "../errors.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  fraction,
  multiply,
  powerOfTen,
  subtract,
  sum,
} from "../money/fraction.js";
import { roundToIncrement } from "../money/rounding.js";
import { absolute, findRoot, type Root, type Sample, sample, signOf } from "./find-root.js";
import { countUsage, priceSegments } from "./price-usage.js";
import { readQuantities } from "./quantities.js";
import { readTarget } from "./target.js";
import { type Variable, withValue } from "./variable.js";

/** A target with one number open. */
export interface Design {
  readonly parsed: object;
  readonly variable: Variable;
  readonly usage: unknown;
  readonly ratePlanId?: unknown;
  readonly quantities?: unknown;
  readonly policy: BillingPolicy;
}

/** What the target comes to with a number in it, and what from. */
export function priced(design: Design, value: Fraction, rounding: AmountRounding) {
  const { parsed, variable, usage, policy } = design;
  const issues: PricingIssue[] = [];
  const target = withValue(parsed, variable.path, formatExact(value));
  const plan = readTarget(target, design.ratePlanId, policy, issues, ["target"]);
  if (plan === undefined) throw new PricingError(issues);
  const quantities = readQuantities(design.quantities, plan.charges, ["quantities"], issues);
  const task = { plan, usage, path: ["usage"], quantities, policy };
  const { segments } = countUsage(task, issues);
  throwIssues(issues);
  const lines = priceSegments(plan, segments, { policy, rounding });
  return { segments, amount: sum(lines.map(({ amount }) => amount)) };
}

/** A grid so fine that no amount of a catalog's numbers is rounded to it. */
export const EXACTLY: AmountRounding = Object.freeze({
  decimals: 100,
  increment: Object.freeze({ numerator: 1n, denominator: powerOfTen(100) }),
  mode: "half-even",
});

/** Up to where a number without a most is looked for: so many times what it is now. */
const STEPS_UP = [2, 10, 1_000, 1_000_000, 1e9, 1e15].map((factor) => fraction(BigInt(factor)));

/** The number at which the amount is what is wanted, the nearest to what it is now that is found. */
export function rootOf(
  over: (value: Fraction) => Fraction,
  { value, least, most, name }: Variable,
): Root | undefined {
  const now = sample(over, value);
  if (signOf(now) === 0) return { at: value, isExact: true, near: now, far: now };
  const above = placesAbove({ value, most });
  // An amount may go one way below a bound and the other way above it, but not below a price.
  const below = name === "upTo" ? [sum([value, least]), least] : [least];
  const sides = [below, above].flatMap((places) => {
    let near = now;
    for (const at of places.map((place) => within(place, least, most))) {
      const far = tried(over, at);
      if (far === undefined) break;
      if (signOf(far) !== signOf(now)) return [{ near, far }];
      near = far;
    }
    return [];
  });
  const [first, second] = sides
    .map(({ near, far }) => findRoot(over, near, far))
    .toSorted((a, b) => compare(distance(a, value), distance(b, value)));
  return first?.isExact === false && second?.isExact === true ? second : first;
}

/** Where a larger number is looked for. */
function placesAbove({ value, most }: Pick<Variable, "value" | "most">): readonly Fraction[] {
  const base = value.numerator === 0n ? fraction(1n) : value;
  return most === undefined ? STEPS_UP.map((step) => multiply(base, step)) : [most];
}

/** The end of what a number can be, where rounding brings its amount to what is wanted; else the issue that says what it can bring. */
export function endOf(
  over: (value: Fraction) => Fraction,
  variable: Variable,
  {
    exactly,
    bills,
    rounding,
  }: {
    readonly exactly: Fraction;
    readonly bills: (value: Fraction) => boolean;
    readonly rounding: AmountRounding;
  },
): Root {
  const { value, least, most } = variable;
  const highest = within(placesAbove(variable).at(-1) ?? value, least, most);
  const ends = [least, value, highest].flatMap((at) => tried(over, at) ?? []);
  const end = ends.find(({ at }) => bills(at));
  if (end !== undefined) return { at: end.at, isExact: false, near: end, far: end };
  const [lowest, ...others] = ends
    .map((each) => roundAmount(add(each.value, exactly), rounding))
    .sort(compare)
    .map((amount) => formatAmount(amount, rounding));
  const expected = `an amount from ${lowest} to ${others.at(-1) ?? lowest}`;
  const found = formatAmount(roundAmount(exactly, rounding), rounding);
  throw new PricingError([issueAt("out_of_reach", ["for"], { expected, found })]);
}

function distance({ at }: Root, from: Fraction): Fraction {
  return absolute(subtract(at, from));
}

function within(place: Fraction, least: Fraction, most: Fraction | undefined): Fraction {
  const raised = compare(place, least) < 0 ? least : place;
  return most !== undefined && compare(raised, most) > 0 ? most : raised;
}

/** What the function comes to; nothing where the catalog would refuse the number. */
function tried(over: (value: Fraction) => Fraction, at: Fraction): Sample | undefined {
  try {
    return sample(over, at);
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return undefined;
  }
}

const MOST_DECIMALS = 40;

/** A decimal of as few digits as bill what is wanted; of those that do not, the one that comes nearest. */
export function billable(design: Design, root: Root, wanted: Fraction, rounding: AmountRounding) {
  const { least, most } = design.variable;
  let best: { readonly value: Fraction; readonly amount: Fraction } | undefined;
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals += 1) {
    const increment = fraction(1n, powerOfTen(decimals));
    const value = within(roundToIncrement(root.at, increment, "half-even"), least, most);
    const amount = priced(design, value, rounding).amount;
    const away = absolute(subtract(amount, wanted));
    const isBetter =
      best === undefined || compare(away, absolute(subtract(best.amount, wanted))) < 0;
    if (isBetter) best = { value, amount };
    if (away.numerator === 0n || compare(value, root.at) === 0) break;
  }
  if (best === undefined) throw new Error("unreachable: no number was tried");
  return best;
}

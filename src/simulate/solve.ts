import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicy, type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import {
  issueAt,
  type PathSegment,
  PricingError,
  type PricingIssue,
  throwIssues,
} from "../errors.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import type { DecimalInput } from "../money/decimal.js";
import { add, compare, type Fraction, formatExact, subtract } from "../money/fraction.js";
import { roundToIncrement } from "../money/rounding.js";
import { readOptions } from "../schema/options.js";
import { elementsOf, isSource } from "../usage/events/source.js";
import type { UsageInput } from "../usage/read-usage.js";
import { absolute, type Sample, TOLERANCE } from "./find-root.js";
import { billable, type Design, EXACTLY, endOf, priced, rootOf } from "./open-number.js";
import { readGoal, type SolveGoal, wantedRevenue } from "./solve-goal.js";
import { readParsed, readRounding, readTarget, type SimulationTarget } from "./target.js";
import { readVariable, TINY, type Variable, withValue } from "./variable.js";

/** What {@link solve} is asked. */
export interface SolveRequest {
  /** The charge, rate plan or product of which one number is looked for. */
  readonly target: SimulationTarget;
  /** The usage for which it is to come out: anything that `simulate` takes. */
  readonly usage: UsageInput;
  /**
   * Where the number stands in the target, as the path of an issue: `["pricing", "tiers", 0, "unitPrice"]`. A unit price, a fee, a
   * bound, a percentage, a limit, a package: any decimal of the catalog that decides an amount.
   */
  readonly vary: readonly PathSegment[];
  /** What is to come out. */
  readonly for: SolveGoal;
  /** What a unit costs you, by unit of measure or charge id: for a margin. */
  readonly costs?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** Which rate plan of a product; needed when it has several. */
  readonly ratePlanId?: string | null | undefined;
  /** Quantities of recurring charges (seats) by charge id. */
  readonly quantities?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** The options in force; default `BillingPolicy`'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** The number that was looked for. Plain JSON data. */
export interface Solution {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** Currency of all amounts. */
  readonly currency: string;
  /** Where the number stands. */
  readonly path: readonly PathSegment[];
  /** The number to write there: of the decimals that bill what is wanted (or else come nearest), one with the fewest digits. */
  readonly value: string;
  /** The number at which the amount before rounding is what is wanted, a fraction where no decimal is; `null` where it was only closed in on. */
  readonly exact: string | null;
  /** How near `value` was closed in on, where it is not exact; else `null`. */
  readonly tolerance: string | null;
  /** What stood there. */
  readonly before: string;
  /** What is wanted, as revenue: on the currency's grid. */
  readonly wanted: string;
  /** What the target bills with `value`. */
  readonly amount: string;
  /** `amount` less `wanted`: 0 unless rounding lets no value bill exactly that. */
  readonly difference: string;
  /** The target with `value` in it, parsed. */
  readonly target: SimulationTarget;
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

const REQUEST = [
  "target",
  "usage",
  "vary",
  "for",
  "costs",
  "ratePlanId",
  "quantities",
  "policy",
] as const satisfies readonly (keyof SolveRequest)[];

/**
 * Which number in a price brings so much revenue, margin or average price, for a given usage: a price, a fee, a bound, a percentage.
 *
 * Amounts are straight functions of most numbers, between the limits that hold them: there the answer is exact (`exact`). Where an
 * amount is none (the size of a package), it is closed in on by halving, to 10⁻¹⁵ (`tolerance`). `value` is a decimal that can stand
 * in a catalog, and `amount` what `simulate` bills with it: what is wanted, or `difference` away, where several lines are rounded so
 * that no value comes to it. Of several answers it is the one nearest to what stands there now.
 *
 * @throws {PricingError} with every issue. `out_of_reach` says between which amounts the number can bring the target; an amount may also
 * jump over what is wanted (a bound), and then it says from where to where.
 *
 * @example
 * ```ts
 * import { solve } from "rateplan";
 *
 * const target = {
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: 50 }, { unitPrice: 40 }] },
 * } as const;
 * const vary = ["pricing", "tiers", 1, "unitPrice"] as const;
 * const { value, exact, amount } = solve({ target, usage: 700, vary, for: { revenue: 25000 } });
 * [value, exact, amount]; // => ["33.33333", "100/3", "25000.00"]
 * solve({ target, usage: 700, vary, for: { margin: "8000" }, costs: { "@outcome": 20 } }).value; // => "28.33333"
 * ```
 */
export function solve(request: SolveRequest): Solution {
  const issues: PricingIssue[] = [];
  const given = readOptions(request, REQUEST, issues, {
    required: ["target", "usage", "vary", "for"],
  });
  throwIssues(issues);
  const policy = readPolicy(given.policy, issues);
  const parsed = readParsed(given.target, policy ?? DEFAULT_POLICY, issues, ["target"]);
  const goal = readGoal(given.for, issues);
  const variable = parsed && readVariable(given.vary, parsed, issues);
  const plan = parsed && policy && readTarget(parsed, given.ratePlanId, policy, issues, ["target"]);
  const rounding = plan && policy && readRounding(plan, policy, issues, ["target"]);
  if (!policy || !parsed || !goal || !variable || !plan || !rounding || issues.length > 0) {
    throw new PricingError(issues);
  }
  const usage = isSource(given.usage)
    ? [...elementsOf(given.usage, ["usage"], issues)]
    : given.usage;
  const design: Design = { ...given, usage, parsed, variable, policy };
  const now = priced(design, variable.value, rounding);
  const wanted = wantedRevenue(goal, { plan, costs: given.costs, ...now, variable }, issues);
  throwIssues(issues);
  if (wanted === undefined) throw new PricingError(issues);
  return answer(design, rounding, wanted, plan.currency);
}

function answer(
  design: Design,
  rounding: AmountRounding,
  exactly: Fraction,
  currency: string,
): Solution {
  const { variable, policy, parsed } = design;
  const over = (value: Fraction) => subtract(priced(design, value, EXACTLY).amount, exactly);
  const wanted = roundAmount(exactly, rounding);
  const bills = (value: Fraction) => compare(priced(design, value, rounding).amount, wanted) === 0;
  const root = rootOf(over, variable) ?? endOf(over, variable, { exactly, bills, rounding });
  const { value, amount } = billable(design, root, wanted, rounding);
  const difference = subtract(amount, wanted);
  const isJump =
    !root.isExact &&
    difference.numerator !== 0n &&
    compare(absolute(root.far.value), rounding.increment) > 0;
  if (isJump) {
    const side = ({ value: at }: Sample) =>
      formatAmount(roundAmount(add(at, exactly), rounding), rounding);
    const expected = `an amount that the number can bring: it jumps from ${side(root.near)} to ${side(root.far)} at ${formatExact(roundToIncrement(root.at, TINY, "half-even"))}`;
    const found = formatAmount(wanted, rounding);
    throw new PricingError([issueAt("out_of_reach", ["for"], { expected, found })]);
  }
  const text = formatExact(value);
  return deepFreeze({
    schemaVersion: 1,
    currency,
    path: variable.path,
    value: text,
    exact: root.isExact ? formatExact(root.at) : null,
    tolerance: root.isExact ? null : formatExact(TOLERANCE),
    before: formatExact(variable.value),
    wanted: formatAmount(wanted, rounding),
    amount: formatAmount(amount, rounding),
    difference: formatAmount(difference, rounding),
    target: parsedWith(parsed, variable, text, policy),
    policy,
  });
}

function parsedWith(
  parsed: object,
  { path }: Variable,
  value: string,
  policy: BillingPolicy,
): SimulationTarget {
  const target = readParsed(withValue(parsed, path, value), policy, [], []);
  if (target === undefined) throw new Error("unreachable: a target that was priced");
  return target;
}

import type { RatedCharge } from "../catalog/charge-kinds.js";
import { readUnitCosts } from "../catalog/unit-costs.js";
import { issueAt, type PricingIssue } from "../errors.js";
import type { MeteredSegment } from "../invoice/rating/metered-segment.js";
import { decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import { add, type Fraction, multiply, sum, ZERO } from "../money/fraction.js";
import { readOptions, readText } from "../schema/options.js";
import type { PricedPlan } from "./target.js";
import type { Variable } from "./variable.js";

/** What `solve` is to bring about: exactly one of revenue, margin and average price. */
export interface SolveGoal {
  /** What the target bills, all its charges together. */
  readonly revenue?: DecimalInput | null | undefined;
  /** What it bills less what it costs, as an amount: needs `costs`. */
  readonly margin?: DecimalInput | null | undefined;
  /** What it bills, divided by the quantity of the charge that is varied, or of `per`. */
  readonly averagePrice?: DecimalInput | null | undefined;
  /** The unit of measure or the charge id by which the average price is taken. */
  readonly per?: string | null | undefined;
}

const GOALS = ["revenue", "margin", "averagePrice"] as const;

/** What is to come out, as it was given. */
export interface Goal {
  readonly of: (typeof GOALS)[number];
  readonly amount: Fraction;
  readonly per: string | undefined;
}

export function readGoal(input: unknown, issues: PricingIssue[]): Goal | undefined {
  const given = readOptions(input, [...GOALS, "per"], issues, { path: ["for"] });
  const per = readText(given.per, ["for", "per"], issues);
  const [of, ...others] = GOALS.filter((name) => given[name] !== undefined);
  if (of === undefined || others.length > 0) {
    const found = of === undefined ? "none" : [of, ...others].join(" and ");
    issues.push(
      issueAt("invalid_value", ["for"], { expected: `one of ${GOALS.join(", ")}`, found }),
    );
    return undefined;
  }
  if (per !== undefined && of !== "averagePrice") {
    const expected = "only beside averagePrice";
    issues.push(issueAt("field_not_allowed", ["for", "per"], { expected, received: per }));
  }
  const amount = readDecimal(given[of]);
  if (!isProblem(amount)) return { of, amount, per };
  issues.push(decimalIssue(amount, ["for", of], given[of]));
  return undefined;
}

/** What the target must bill for the goal, before rounding. */
export function wantedRevenue(
  { of, amount, per }: Goal,
  {
    plan,
    costs,
    segments,
    variable,
  }: {
    readonly plan: PricedPlan;
    readonly costs: unknown;
    readonly segments: readonly MeteredSegment[];
    readonly variable: Variable;
  },
  issues: PricingIssue[],
): Fraction | undefined {
  const costOf = readUnitCosts(costs, plan.charges, ["costs"], issues);
  if (of === "revenue") return amount;
  if (of === "margin") {
    if (costs === undefined) {
      const expected = "what a unit costs, for a margin";
      issues.push(issueAt("missing", ["costs"], { expected, received: undefined }));
    }
    const spent = segments.map((each) => multiply(unitsOf(each), costOf(each.charge) ?? ZERO));
    return add(amount, sum(spent));
  }
  const counted = segments.filter(({ charge }) =>
    per === undefined
      ? isVaried(charge, plan, variable)
      : [charge.id, charge.unitOfMeasure].includes(per),
  );
  const quantity = sum(counted.map(unitsOf));
  if (counted.length > 0 && quantity.numerator !== 0n) return multiply(amount, quantity);
  const expected =
    counted.length > 0
      ? "the unit or id of a charge that has a quantity"
      : "the unit or id of a charge of the target";
  issues.push(issueAt("invalid_value", ["for", "per"], { expected, received: per }));
  return undefined;
}

/** What was metered: units, or events where values are priced. */
function unitsOf({ metered }: MeteredSegment): Fraction {
  return sum(metered.map(({ quantity }) => quantity));
}

/** Whether the number that is looked for stands in a charge. */
function isVaried(charge: RatedCharge, { charges }: PricedPlan, { path }: Variable): boolean {
  const place = path.indexOf("charges");
  return place === -1 ? charges.length === 1 : charges[Number(path[place + 1])]?.id === charge.id;
}

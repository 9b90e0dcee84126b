import type { PathSegment } from "../../errors.js";
import { exact } from "../../money/decimal.js";
import {
  compare,
  type Fraction,
  formatExact,
  fraction,
  multiply,
  sum,
} from "../../money/fraction.js";
import { curveOf } from "../../pricing/curve.js";
import { onLine } from "../../pricing/knot.js";
import { cycleLength, cyclesIn } from "../../time/billing-cycle.js";
import { readDate } from "../../time/date.js";
import { readDuration } from "../../time/duration.js";
import { isDateProblem } from "../../time/instant.js";
import { UTC } from "../../time/zone.js";
import type { Charge, UsageCharge } from "../charge.js";
import { isDiscount, isRated, isUsageCharge, pricesUsage } from "../charge-kinds.js";
import type { Predicate, UsageFilter } from "../filter.js";
import type { Product } from "../product.js";
import type { RatePlan } from "../rate-plan.js";
import type { Found, LintCode, LintRule } from "./finding.js";
import { feeFinding } from "./price-rules.js";

/** A plan of a product. */
export interface PlanSubject {
  readonly product: Product;
  readonly plan: RatePlan;
  readonly path: readonly PathSegment[];
  /** Decimals of the currency's minor unit. */
  readonly decimals: number | undefined;
}

type PlanCode = Extract<
  LintCode,
  | "fee_not_billable"
  | "overlapping_charges"
  | "unreachable_minimum"
  | "maximum_below_fees"
  | "dates_never_meet"
  | "reversal_after_guarantee"
>;

/** What is looked for in every plan. */
export const planRules: { readonly [code in PlanCode]: LintRule<PlanSubject> } = {
  fee_not_billable: { severity: "warning", find: limits },
  overlapping_charges: { severity: "info", find: overlaps },
  unreachable_minimum: { severity: "warning", find: unreachable },
  maximum_below_fees: { severity: "warning", find: belowFees },
  dates_never_meet: { severity: "warning", find: neverMeet },
  reversal_after_guarantee: { severity: "info", find: lateReversals },
};

function limits({ plan, path, decimals }: PlanSubject): readonly Found[] {
  if (decimals === undefined) return [];
  const own = (["minimumCommitment", "maximumSpend"] as const).flatMap((name) =>
    feeFinding(plan[name], [...path, name], decimals),
  );
  const ofCharges = plan.charges.flatMap((charge, index) =>
    (["minimum", "maximum"] as const).flatMap((name) =>
      feeFinding(charge[name], [...path, "charges", index, name], decimals),
    ),
  );
  return [...own, ...ofCharges];
}

function overlaps({ plan, path }: PlanSubject): readonly Found[] {
  const counting = plan.charges.flatMap((charge, index) =>
    isUsageCharge(charge) && pricesUsage(charge) ? [{ charge, index }] : [],
  );
  return counting.flatMap(({ charge, index }, position) => {
    const other = counting.slice(0, position).find((each) => areShared(each.charge, charge));
    if (other === undefined) return [];
    const message = `counts events of ${charge.unitOfMeasure ?? "its unit"} that charge ${other.charge.id} may count, too`;
    const at = [...path, "charges", index];
    return [{ path: at, message, numbers: { other: other.charge.id } }];
  });
}

/** Whether an event may count for both charges, as far as their filters tell. */
function areShared(a: UsageCharge, b: UsageCharge): boolean {
  return (
    a.unitOfMeasure === b.unitOfMeasure &&
    !areApart(a.filter?.names, b.filter?.names) &&
    !areApart(a.filter?.agents, b.filter?.agents) &&
    !excludeEachOther(a.filter, b.filter) &&
    instantOf(a.effectiveDate, -1) < instantOf(b.endDate, 1) &&
    instantOf(b.effectiveDate, -1) < instantOf(a.endDate, 1)
  );
}

function areApart<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): boolean {
  return a !== undefined && b !== undefined && !a.some((each) => b.includes(each));
}

/** Whether both ask for values of one field that have none in common, or one for the opposite of the other. */
function excludeEachOther(a: UsageFilter | undefined, b: UsageFilter | undefined): boolean {
  const [left, right] = [allOf(a?.where), allOf(b?.where)];
  return (
    left.some((one) =>
      right.some(
        (other) => areApart(valuesOf(one), valuesOf(other)) && fieldOf(one) === fieldOf(other),
      ),
    ) || left.some((one) => right.some((other) => isOpposite(one, other) || isOpposite(other, one)))
  );
}

function allOf(predicate: Predicate | undefined): readonly Predicate[] {
  if (predicate === undefined) return [];
  return "all" in predicate ? predicate.all.flatMap(allOf) : [predicate];
}

function fieldOf(test: Predicate): string | undefined {
  return "field" in test ? test.field : undefined;
}

function valuesOf(test: Predicate): readonly unknown[] | undefined {
  if (!("field" in test)) return undefined;
  return test.equals === undefined ? test.in : [test.equals];
}

function isOpposite(one: Predicate, other: Predicate): boolean {
  return "not" in one && JSON.stringify(one.not) === JSON.stringify(other);
}

/** The most that a charge bills; nothing where there is no most. */
function mostOf(charge: Charge): Fraction | undefined {
  const { minimum, maximum } = charge;
  if (maximum !== undefined) return exact(maximum);
  const most = mostOfPrices(charge);
  return most && minimum !== undefined ? largerOf(most, exact(minimum)) : most;
}

function largerOf(a: Fraction, b: Fraction): Fraction {
  return compare(a, b) >= 0 ? a : b;
}

/** The most that its prices come to. */
function mostOfPrices(charge: Charge): Fraction | undefined {
  const knots = isRated(charge) ? curveOf(charge)?.knots : undefined;
  const last = knots?.at(-1);
  if (knots === undefined || last === undefined) return undefined;
  if (last.onward !== undefined && last.onward.slope.numerator !== 0n) return undefined;
  const amounts = knots.flatMap(({ at, value, onward }, index) => {
    const end = knots[index + 1]?.at;
    return onward === undefined
      ? [value]
      : [value, onward.value, ...(end ? [onLine(onward, at, end)] : [])];
  });
  return amounts.reduce(largerOf);
}

function unreachable({ plan, path }: PlanSubject): readonly Found[] {
  const rated = plan.charges.filter((charge) => !isDiscount(charge));
  const own = rated.flatMap((charge): Found[] => {
    const most = mostOfPrices(charge);
    const index = plan.charges.indexOf(charge);
    return minimumFinding(charge.minimum, most, [...path, "charges", index, "minimum"]);
  });
  const most = rated.map(mostOf);
  const all = most.some((each) => each === undefined)
    ? undefined
    : sum(most.flatMap((each) => each ?? []));
  const { minimumCommitment: least } = plan;
  if (typeof least === "object") {
    const cycles = fraction(BigInt(cyclesIn(least.term, plan.billingCycle)));
    const over = all && multiply(all, cycles);
    const at = [...path, "minimumCommitment", "amount"];
    return [...own, ...minimumFinding(least.amount, over, at)];
  }
  return [...own, ...minimumFinding(least, all, [...path, "minimumCommitment"])];
}

function minimumFinding(
  limit: string | undefined,
  most: Fraction | undefined,
  path: readonly PathSegment[],
): Found[] {
  if (limit === undefined || most === undefined || compare(exact(limit), most) <= 0) return [];
  const numbers = { limit, most: formatExact(most) };
  const message = `at most ${numbers.most} can be billed, so that everybody always pays ${limit}`;
  return [{ path, message, numbers }];
}

function atZero(charge: Charge): Fraction | undefined {
  return isRated(charge) ? curveOf(charge)?.knots[0]?.value : undefined;
}

function belowFees({ plan, path }: PlanSubject): readonly Found[] {
  const { maximumSpend, charges } = plan;
  if (maximumSpend === undefined || charges.some(isDiscount)) return [];
  const recurring = charges.filter(({ chargeType }) => chargeType !== "one-time");
  // What everybody pays, whatever the usage.
  const fees = sum(recurring.flatMap((charge) => atZero(charge) ?? []));
  if (!recurring.some(pricesUsage) || compare(fees, exact(maximumSpend)) < 0) return [];
  const numbers = { limit: maximumSpend, fees: formatExact(fees) };
  const message = `fees of ${numbers.fees} reach the maximum of ${maximumSpend}, so that usage is never billed`;
  return [{ path: [...path, "maximumSpend"], message, numbers }];
}

function instantOf(date: string | undefined, otherwise: -1 | 1): number {
  const instant = readDate(date, UTC);
  return isDateProblem(instant) ? otherwise * Number.POSITIVE_INFINITY : instant;
}

function neverMeet({ product, plan, path }: PlanSubject): readonly Found[] {
  const found = (at: readonly PathSegment[], message: string): Found => ({
    path: [...path, ...at],
    message,
    numbers: {},
  });
  const meets =
    instantOf(plan.effectiveDate, -1) < instantOf(product.endDate, 1) &&
    instantOf(product.effectiveDate, -1) < instantOf(plan.endDate, 1);
  return [
    ...(meets
      ? []
      : [found(["effectiveDate"], "the plan is on sale only while its product is not")]),
    ...plan.charges.flatMap((charge, index) =>
      (charge.revisions ?? []).flatMap(({ effectiveDate }, position) =>
        instantOf(effectiveDate, -1) < instantOf(charge.endDate, 1)
          ? []
          : [
              found(
                ["charges", index, "revisions", position, "effectiveDate"],
                "the price holds only after its charge has ended",
              ),
            ],
      ),
    ),
  ];
}

const DAY = 86_400_000;
const SHORTEST_MONTH = 28;

function lateReversals({ plan, path }: PlanSubject): readonly Found[] {
  const { months, days } = cycleLength(plan.billingCycle);
  const cycleDays = months === undefined ? days : months * SHORTEST_MONTH;
  return plan.charges.flatMap((charge, index): Found[] => {
    if (!isUsageCharge(charge) || charge.guarantee === undefined) return [];
    const { reverse, billOn } = charge.outcome ?? {};
    const within = reverse?.within ?? "unlimited";
    if (reverse === undefined || billOn === "settled" || within === "confirmation") return [];
    if ((readDuration(within) ?? Number.POSITIVE_INFINITY) <= cycleDays * DAY) return [];
    const message = `outcomes can be reversed ${within === "unlimited" ? "at any time" : `within ${within}`}, after the guarantee of their period of ${cycleDays} days has been judged`;
    const numbers = { within, cycleDays: `${cycleDays}` };
    return [{ path: [...path, "charges", index, "outcome", "reverse"], message, numbers }];
  });
}

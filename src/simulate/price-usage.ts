import {
  billsSubscriptionQuantity,
  includedBy,
  isDiscount,
  isRated,
  isUsageCharge,
} from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { isPricingError, issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import type { PricedLine } from "../invoice/document/priced-line.js";
import { meterSegments } from "../invoice/rating/meter-segments.js";
import type { MeterTask } from "../invoice/rating/meter-task.js";
import type { MeteredSegment } from "../invoice/rating/metered-segment.js";
import { pricePart } from "../invoice/steps/index.js";
import { discountReduction } from "../invoice/steps/reduction.js";
import { type AmountRounding, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { type Fraction, formatExact, multiply, sum, ZERO } from "../money/fraction.js";
import { isInAdvance } from "../subscription/segment.js";
import { drawdownSegments } from "../subscription/term.js";
import { UTC } from "../time/zone.js";
import { ONE_CYCLE, oneCycle } from "./one-cycle.js";
import type { PricedPlan } from "./target.js";

/** Usage of one cycle of a target, counted: what each of its charges is priced from. */
export interface CountedUsage
  extends Pick<ReturnType<typeof meterSegments>, "report" | "summarized"> {
  readonly segments: readonly MeteredSegment[];
}

/** What usage is counted for: a target, with the quantities that its subscription holds. */
export interface CountingTask {
  readonly plan: PricedPlan;
  readonly usage: unknown;
  readonly path: readonly PathSegment[];
  readonly quantities: ReadonlyMap<string, Fraction>;
  readonly policy: BillingPolicy;
}

/** Counts the usage of one whole cycle. What is wrong with it is added to the issues. */
export function countUsage(
  { plan, usage, path, quantities, policy }: CountingTask,
  issues: PricingIssue[],
): CountedUsage {
  const given = { usage, path };
  const tasks = tasksOf(plan, quantities, given);
  const { metered, report, summarized } = meterSegments(
    tasks,
    [given],
    { policy, scope: {} },
    issues,
  );
  const held = heldQuantities(tasks, metered, quantities);
  const segments = tasks.flatMap((task) => {
    const segment = metered.get(task);
    return segment === undefined ? [] : [withIncluded(segment, held, issues)];
  });
  return { segments, report, summarized };
}

/** What is held of each recurring charge, wherever it was given. */
function heldQuantities(
  tasks: readonly MeterTask[],
  metered: ReadonlyMap<MeterTask, MeteredSegment>,
  quantities: ReadonlyMap<string, Fraction>,
): ReadonlyMap<string, Fraction> {
  const held = new Map(quantities);
  for (const task of tasks) {
    const { charge } = task.segment;
    const own = metered.get(task);
    if (own === undefined || !billsSubscriptionQuantity(charge)) continue;
    held.set(charge.id, sum(own.metered.map(({ quantity }) => quantity)));
  }
  return held;
}

/** A segment of a charge with the units that it includes, where these are so many for each of something that is held. */
function withIncluded(
  segment: MeteredSegment,
  held: ReadonlyMap<string, Fraction>,
  issues: PricingIssue[],
): MeteredSegment {
  const { charge } = segment;
  if (!isUsageCharge(charge)) return segment;
  const { units, per } = includedBy(charge);
  if (per === undefined) return segment;
  const quantity = held.get(per);
  if (quantity === undefined) {
    const expected = `a quantity of charge ${per}, for each of which ${charge.id} includes units`;
    issues.push(
      issueAt("missing_quantity", ["quantities", per], { expected, received: undefined }),
    );
  }
  const includedUnits = formatExact(multiply(exact(units), quantity ?? ZERO));
  return { ...segment, charge: { ...charge, includedUnits } };
}

/**
 * The lines of one whole cycle, by the steps of a billing period: what is billed before it begins, and then what is when it is over, as on
 * documents. Limits are amounts of money, whatever the other amounts are rounded to.
 */
export function priceSegments(
  { charges, limits }: PricedPlan,
  segments: readonly MeteredSegment[],
  { policy, rounding }: { readonly policy: BillingPolicy; readonly rounding: AmountRounding },
): readonly PricedLine[] {
  const limit = (amount: string | undefined) =>
    amount === undefined ? undefined : roundAmount(exact(amount), rounding);
  const shared = {
    period: ONE_CYCLE,
    elsewhere: [],
    earlier: [],
    discounts: charges.filter(isDiscount).map((charge) => {
      const { amount } = charge.pricing;
      const exactly = amount === undefined ? undefined : exact(amount);
      return discountReduction(charge, ONE_CYCLE, exactly);
    }),
    coupons: [],
    // What a term lacks is billed with its last billing period, and a first one is none.
    terms: [],
    isInterim: false,
    policy,
    rounding,
    zone: UTC,
  };
  // One-time charges open a plan together with its fees in advance.
  const isAhead = (each: MeteredSegment) =>
    isInAdvance(each) || (each.charge.chargeType === "one-time" && segments.some(isInAdvance));
  const ahead = segments.filter(isAhead);
  const before =
    ahead.length === 0
      ? []
      : pricePart({
          ...shared,
          segments: ahead,
          before: [],
          commitment: undefined,
          maximumSpend: undefined,
          drawdowns: [],
          isAhead: true,
        });
  const lines = pricePart({
    ...shared,
    segments: segments.filter((each) => !isAhead(each)),
    before,
    commitment: limit(limits.minimumCommitment),
    maximumSpend: limit(limits.maximumSpend),
    drawdowns: drawdownSegments(segments, ONE_CYCLE).map((each) => ({
      ...each,
      paid: ZERO,
      used: ZERO,
    })),
    isAhead: false,
  });
  return [...before, ...lines];
}

/** What a target bills for usage of one whole cycle; nothing where something is wrong with it. */
export function billedForUsage(
  task: CountingTask,
  rounding: AmountRounding,
  report: (issue: PricingIssue) => void,
): Fraction | undefined {
  const found: PricingIssue[] = [];
  const { segments } = countUsage(task, found);
  found.forEach(report);
  if (found.length > 0) return undefined;
  try {
    const lines = priceSegments(task.plan, segments, { policy: task.policy, rounding });
    return sum(lines.map(({ amount }) => amount));
  } catch (error) {
    if (!isPricingError(error)) throw error;
    error.issues.forEach(report);
    return undefined;
  }
}

/** One whole cycle of every charge that a model prices. */
function tasksOf(
  { charges, agentType, ratePlanId }: PricedPlan,
  quantities: ReadonlyMap<string, Fraction>,
  given: MeterTask["given"],
): readonly MeterTask[] {
  return charges.filter(isRated).map((charge): MeterTask => {
    const quantity = quantities.get(charge.id);
    return {
      segment: oneCycle(charge, {
        ratePlanId,
        agentType,
        quantity: quantity && formatExact(quantity),
      }),
      isTimeless: true,
      given,
      billed: undefined,
      billedAsOf: undefined,
      quantityPath: ["quantities", charge.id],
      usageSaysQuantity: true,
    };
  });
}

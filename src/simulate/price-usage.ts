import { isDiscount, isRated } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import type { PathSegment, PricingIssue } from "../errors.js";
import type { PricedLine } from "../invoice/priced-line.js";
import { type MeterTask, meterSegments } from "../invoice/rating/meter-segments.js";
import type { MeteredSegment } from "../invoice/rating/metered-segment.js";
import { pricePart } from "../invoice/steps/index.js";
import { discountReduction } from "../invoice/steps/reduction.js";
import { type AmountRounding, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { type Fraction, formatExact } from "../money/fraction.js";
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
  return { segments: tasks.flatMap((task) => metered.get(task) ?? []), report, summarized };
}

/** The lines of one whole cycle, by the steps of a billing period. Limits are amounts of money, whatever the other amounts are rounded to. */
export function priceSegments(
  { charges, limits }: PricedPlan,
  segments: readonly MeteredSegment[],
  { policy, rounding }: { readonly policy: BillingPolicy; readonly rounding: AmountRounding },
): readonly PricedLine[] {
  const limit = (amount: string | undefined) =>
    amount === undefined ? undefined : roundAmount(exact(amount), rounding);
  return pricePart({
    period: ONE_CYCLE,
    segments,
    elsewhere: [],
    before: [],
    earlier: [],
    discounts: charges.filter(isDiscount).map((charge) => {
      const { amount } = charge.pricing;
      const exactly = amount === undefined ? undefined : exact(amount);
      return discountReduction(charge, ONE_CYCLE, exactly);
    }),
    coupons: [],
    commitment: limit(limits.minimumCommitment),
    maximumSpend: limit(limits.maximumSpend),
    isAhead: false,
    isInterim: false,
    policy,
    rounding,
    zone: UTC,
  });
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

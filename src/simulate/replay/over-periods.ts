import { billsSubscriptionQuantity } from "../../catalog/charge-kinds.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import type { RatePlan } from "../../catalog/rate-plan.js";
import { firstIndex } from "../../data/first-index.js";
import { isPricingError, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { type Fraction, formatExact, sum } from "../../money/fraction.js";
import { scheduledAt } from "../../subscription/cadence.js";
import type { Timeline } from "../../subscription/timeline.js";
import { formatDate, instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { UTC } from "../../time/zone.js";
import { NOTHING_RESOLVED } from "../../usage/collect.js";
import type { Metered } from "../../usage/meter/metered.js";
import type { UsageSegment } from "../../usage/meter/scope.js";
import type { NamedTarget } from "../named-targets.js";
import { countUsage } from "../price-usage.js";
import { billLife } from "../series/bill-life.js";
import { lifeOf, onSaleAlways } from "../series/life.js";

/** The usage of a billing period, as a candidate takes it. */
export interface PeriodUsage {
  readonly usage: unknown;
  readonly path: readonly PathSegment[];
}

/** A customer's billing periods, one after the other, under a candidate of which charges or commitments go on from period to period. */
export interface OverPeriodsTask {
  readonly target: NamedTarget;
  readonly rows: readonly PeriodUsage[];
  /** What is held, unless the usage of a period says otherwise. */
  readonly quantities: ReadonlyMap<string, Fraction>;
  readonly policy: BillingPolicy;
  readonly path: readonly PathSegment[];
}

/** When the first period begins: any first of a year that is no leap year. */
const START = "2001-01-01";

/** What a period counts: what each of its charges is priced from, by their ids. */
type Counted = ReadonlyMap<string, readonly Metered[]>;

/**
 * What all of the periods bill together, as the documents of a subscription do that begins with the first of them: tiers and included units
 * go on over their cycles, what is carried forward is used, and a term that ends with one of the periods is trued up.
 */
export function billedOverPeriods(
  { target: { plan, rounding }, rows, quantities, policy, path }: OverPeriodsTask,
  report: (issue: PricingIssue) => void,
): Fraction | undefined {
  const { parsed } = plan;
  if (parsed === undefined) throw new Error("unreachable: a charge by itself goes on over nothing");
  const issues: PricingIssue[] = [];
  const stop = () => {
    issues.forEach(report);
    return undefined;
  };
  const counted = rows.map((row): Counted => {
    const { segments } = countUsage({ plan, quantities, policy, ...row }, issues);
    return new Map(segments.map(({ charge, metered }) => [charge.id, metered]));
  });
  if (issues.length > 0) return stop();
  const product = onSaleAlways(parsed);
  const sold = { ...plan, product, plan: parsed, rounding };
  const lifeWith = (changes: readonly HeldFrom[]) => {
    const [first, ...later] = changes;
    return lifeOf(
      sold,
      {
        id: "replay",
        customerId: "replay",
        ratePlanId: parsed.id,
        startDate: START,
        quantities: first?.quantities ?? {},
        changes: later,
      },
      Number.POSITIVE_INFINITY,
      policy,
      issues,
    );
  };
  const unchanged = lifeWith([]);
  const starts = unchanged && periodStarts(unchanged.timeline, rows.length);
  if (starts === undefined) {
    const expected = "billing periods up to the year 9999";
    issues.push(issueAt("too_large", [...path, "usage"], { expected, found: `${rows.length}` }));
    return stop();
  }
  const life = lifeWith(heldIn(parsed, counted, starts));
  if (life === undefined || issues.length > 0) return stop();
  const given = {
    usage: {},
    path: [...path, "usage"],
    resolve: ({ segments }: { readonly segments: readonly UsageSegment[] }) => ({
      ...NOTHING_RESOLVED,
      metered: new Map(segments.flatMap((segment) => meteredIn(segment, counted, starts))),
    }),
  };
  try {
    const bill = billLife(life, starts.at(-1) ?? 0, given, policy, issues);
    if (bill === undefined || issues.length > 0) return stop();
    return sum(bill.parts.flatMap(({ lines }) => lines.map(({ amount }) => amount)));
  } catch (error) {
    if (!isPricingError(error)) throw error;
    error.issues.forEach(report);
    return undefined;
  }
}

/** When each period begins, and the last ends. */
function periodStarts({ schedule }: Timeline, count: number): readonly Instant[] | undefined {
  const starts = [instantOf(START, UTC)];
  for (let index = 0; index < count; index += 1) {
    const period = scheduledAt(schedule, starts.at(-1) ?? 0)?.period;
    if (period === undefined || period.end > LAST) return undefined;
    starts.push(period.end);
  }
  return starts;
}

const LAST = instantOf("9999-12-31", UTC);

interface HeldFrom {
  readonly effectiveDate: string;
  readonly quantities: Readonly<Record<string, string>>;
}

/** What is held of recurring charges from the beginning of a period on, wherever that is another than before. */
function heldIn(
  { charges }: RatePlan,
  counted: readonly Counted[],
  starts: readonly Instant[],
): readonly HeldFrom[] {
  const ids = charges.filter(billsSubscriptionQuantity).map(({ id }) => id);
  const all = counted.map((own) =>
    Object.fromEntries(
      ids.map((id) => [id, formatExact(sum((own.get(id) ?? []).map(({ quantity }) => quantity)))]),
    ),
  );
  return all.flatMap((quantities, index): readonly HeldFrom[] => {
    const before = all[index - 1];
    const isSame = before !== undefined && ids.every((id) => before[id] === quantities[id]);
    return isSame ? [] : [{ effectiveDate: formatDate(starts[index] ?? 0, UTC), quantities }];
  });
}

/** What a segment meters: what was counted for its period. */
function meteredIn(
  segment: UsageSegment,
  counted: readonly Counted[],
  starts: readonly Instant[],
): readonly (readonly [UsageSegment, readonly Metered[]])[] {
  const { charge, period, isRunOff } = segment;
  if (isRunOff === true || period === undefined) return [];
  const index = firstIndex(starts, (start) => start > period.start) - 1;
  const metered = counted[index]?.get(charge.id);
  return metered === undefined ? [] : [[segment, metered]];
}

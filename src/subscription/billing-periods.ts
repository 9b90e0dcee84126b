import { catalogReader } from "../catalog/catalog.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { readDateAt } from "../schema/dates.js";
import { billingCycle } from "../schema/entity-fields.js";
import { readOptions, readWholeNumber, type Unread } from "../schema/options.js";
import { valueOrReport } from "../schema/parse.js";
import { plainCopy } from "../schema/plain-data.js";
import { isRecord } from "../schema/unknown-record.js";
import type { BillingCycle } from "../time/billing-cycle.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import { type DateInput, instantOf } from "../time/date.js";
import { type Instant, LATEST_INSTANT } from "../time/instant.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { type Schedule, type ScheduledPeriod, scheduledAt, scheduledPeriod } from "./cadence.js";
import { readCatalog } from "./find-plan.js";
import { layOut } from "./lay-out.js";
import { type Subscription, type SubscriptionInput, subscriptionAt } from "./subscription.js";
import { unchangedSchedule } from "./unchanged-schedule.js";

/** A billing period of a subscription. */
export interface BillingPeriod extends Period {
  /** Counted from the start of the subscription; 0 is the first. */
  readonly index: number;
  /** The whole cycle that the period is, or, at a start, an end or a change of cycle, a part of. */
  readonly cycle: Period;
}

/** Where the billing cycle of {@link billingPeriods} comes from, and which periods are listed. */
export interface BillingPeriodOptions {
  /** The catalog that holds the subscription's rate plans; changes of plan then count. Either this or `billingCycle`. */
  readonly catalog?:
    | ProductInput
    | Product
    | readonly (ProductInput | Product)[]
    | null
    | undefined;
  /** The billing cycle, where there is no catalog at hand; changes of the subscription are then not looked at. */
  readonly billingCycle?: BillingCycle | null | undefined;
  /** The first period listed is the one that contains this date; default the first of all. */
  readonly from?: DateInput | null | undefined;
  /** Only periods that begin before this date; default no end. */
  readonly until?: DateInput | null | undefined;
  /** At most so many, 1 to 10,000; default 12. */
  readonly limit?: number | null | undefined;
  /** The billing policy, for custom currencies of the catalog. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

const OPTIONS = ["catalog", "billingCycle", "from", "until", "limit", "policy"] as const;
const DEFAULT_LIMIT = 12;
const MOST = 10_000;
/** More than there are days from the year 1000 to 9999. */
const MOST_INDICES = 4_000_000;

/**
 * The billing periods of a subscription, half-open, without gap or overlap: each boundary is anchor + n × cycle in the
 * subscription's time zone, counted from the anchor, so that none drifts. The first and the last may be parts of a cycle.
 *
 * @throws {PricingError} with every issue of the subscription, the catalog and the options.
 *
 * @example
 * ```ts
 * import { billingPeriods } from "rateplan";
 *
 * const subscription = { id: "s1", customerId: "acme", ratePlanId: "starter", startDate: "2026-01-31" };
 * const periods = billingPeriods(subscription, { billingCycle: "monthly", limit: 3 });
 * periods.map(({ start, end }) => `${start} ${end}`); // => ["2026-01-31 2026-02-28", "2026-02-28 2026-03-31", "2026-03-31 2026-04-30"]
 * ```
 */
export function billingPeriods(
  subscription: SubscriptionInput | Subscription,
  options: BillingPeriodOptions,
): readonly BillingPeriod[] {
  const read = readRequest(subscription, options);
  const periods: BillingPeriod[] = [];
  for (const period of walk(read)) {
    if (periods.length === read.limit) break;
    periods.push(period);
  }
  return deepFreeze(periods);
}

/**
 * The same periods one by one, as an iterator: `limit` does not apply.
 *
 * @throws {PricingError} as {@link billingPeriods}.
 *
 * @example
 * ```ts
 * import { eachBillingPeriod } from "rateplan";
 *
 * const subscription = { id: "s1", customerId: "acme", ratePlanId: "starter", startDate: "2026-01-01", endDate: "2026-02-15" };
 * const ends: string[] = [];
 * for (const { end } of eachBillingPeriod(subscription, { billingCycle: "monthly" })) ends.push(end);
 * ends; // => ["2026-02-01", "2026-02-15"]
 * ```
 */
export function eachBillingPeriod(
  subscription: SubscriptionInput | Subscription,
  options: Omit<BillingPeriodOptions, "limit">,
): Iterable<BillingPeriod> {
  const read = readRequest(subscription, options);
  return { [Symbol.iterator]: () => walk(read) };
}

/**
 * The billing period that contains a date, or the one with an index; nothing before the start and after the end. Takes
 * the same time however far from the anchor.
 *
 * @throws {PricingError} as {@link billingPeriods}; `invalid_date` for what is neither a date nor an index.
 *
 * @example
 * ```ts
 * import { billingPeriodAt } from "rateplan";
 *
 * const subscription = {
 *   id: "s1", customerId: "acme", ratePlanId: "starter", startDate: "2006-01-31", timeZone: "America/New_York",
 * };
 * const period = billingPeriodAt(subscription, "2026-03-01T04:30:00Z", { billingCycle: "monthly" });
 * period?.start; // => "2026-02-28"
 * period?.index; // => 241
 * ```
 */
export function billingPeriodAt(
  subscription: SubscriptionInput | Subscription,
  at: DateInput | number,
  options: Omit<BillingPeriodOptions, "from" | "until" | "limit">,
): BillingPeriod | undefined {
  const { schedule, zone } = readRequest(subscription, options);
  const issues: PricingIssue[] = [];
  if (typeof at === "number" && Number.isInteger(at)) {
    const isOne = at >= 0 && at < MOST_INDICES;
    return isOne ? toBillingPeriod(scheduledPeriod(schedule, at), zone) : undefined;
  }
  const instant = readDateAt(at, ["at"], zone, issues);
  if (instant === undefined) throw new PricingError(issues);
  return toBillingPeriod(scheduledAt(schedule, instant), zone);
}

interface PeriodRequest {
  readonly schedule: Schedule;
  readonly zone: TimeZone;
  readonly from: Instant;
  readonly until: Instant;
  readonly limit: number;
}

function* walk({ schedule, zone, from, until }: PeriodRequest): Generator<BillingPeriod> {
  let next = scheduledAt(schedule, from);
  while (next !== undefined && next.period.start < until) {
    const period = toBillingPeriod(next, zone);
    if (period === undefined) return;
    yield period;
    next = scheduledAt(schedule, next.period.end);
  }
}

function toBillingPeriod(
  scheduled: ScheduledPeriod | undefined,
  zone: TimeZone,
): BillingPeriod | undefined {
  if (scheduled === undefined || scheduled.cycle.end > LATEST_INSTANT) return undefined;
  const { index, period, cycle } = scheduled;
  return deepFreeze({ index, ...formatPeriod(period, zone), cycle: formatPeriod(cycle, zone) });
}

function readRequest(input: unknown, given: unknown): PeriodRequest {
  const issues: PricingIssue[] = [];
  const options = readOptions(given, OPTIONS, issues);
  const subscription = valueOrReport(subscriptionAt(input, ["subscription"]), issues);
  const zone = subscription?.timeZone ?? UTC;
  const limit = readWholeNumber(options.limit, ["limit"], [1, MOST], issues) ?? DEFAULT_LIMIT;
  const dateOr = (name: "from" | "until", otherwise: Instant) =>
    options[name] === undefined
      ? otherwise
      : (readDateAt(options[name], [name], zone, issues) ?? otherwise);
  const until = dateOr("until", Number.POSITIVE_INFINITY);
  const start = subscription === undefined ? 0 : instantOf(subscription.startDate, zone);
  const from = Math.max(dateOr("from", start), start);
  const schedule =
    subscription && isRecord(given) ? scheduleOf(subscription, options, issues) : undefined;
  if (schedule === undefined || issues.length > 0) throw new PricingError(issues);
  return { schedule, zone, from, until, limit };
}

function scheduleOf(
  subscription: Subscription,
  { catalog, billingCycle: cycle, policy: policyInput }: Unread<keyof BillingPeriodOptions>,
  issues: PricingIssue[],
): Schedule | undefined {
  if ((catalog === undefined) === (cycle === undefined)) {
    const [expected, found] =
      catalog === undefined
        ? ["a catalog, or else a billingCycle", "nothing"]
        : ["no billingCycle beside it", "both"];
    issues.push(issueAt("missing", ["catalog"], { expected, found }));
    return undefined;
  }
  if (catalog !== undefined) {
    const reader = catalogReader(readPolicy(policyInput, issues) ?? DEFAULT_POLICY);
    const products = readCatalog(catalog, reader, issues);
    return products && layOut(subscription, products, reader, issues)?.schedule;
  }
  const parsed = billingCycle().safeParse(plainCopy(cycle).copy);
  if (!parsed.success) {
    const expected = 'a billing cycle such as "monthly" or { every: 2, unit: "week" }';
    issues.push(issueAt("invalid_value", ["billingCycle"], { expected, received: cycle }));
    return undefined;
  }
  return unchangedSchedule(subscription, parsed.data);
}

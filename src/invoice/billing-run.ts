import type { CatalogReader } from "../catalog/catalog.js";
import { isRated, type RatedCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { dayCountOf } from "../catalog/proration.js";
import type { PricingIssue } from "../errors.js";
import { type AmountRounding, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { add, type Fraction, multiply, subtract, sum, ZERO } from "../money/fraction.js";
import type { DiscountService, PeriodServices } from "../subscription/due.js";
import { scheduledAt } from "../subscription/schedule.js";
import type { Service } from "../subscription/service.js";
import type { Timeline } from "../subscription/timeline.js";
import { formatPeriod } from "../time/billing-period.js";
import { sameInterval } from "../time/cycle-grid.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { type DayCount, shareOf } from "../time/proration.js";
import type { UsageScope } from "../usage/match.js";
import type { UsageReport } from "../usage/report.js";
import { isDropped, isOfUsage, keptLines, wasSold } from "./billed-period.js";
import { meterServices, type ServiceFacts } from "./job.js";
import { lineKey, type PricingWarning } from "./line.js";
import {
  type PricedDiscount,
  type PricingJob,
  priceJob,
  type TimedLine,
  warningsOf,
} from "./pipeline.js";
import { type Billed, type BilledLine, recordedCharge, wasInvoiced } from "./previous.js";
import type { PricedService } from "./priced-service.js";

/** What all billing periods of one invoice are priced under. */
export interface BillingContext {
  readonly timeline: Timeline;
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  readonly reader: CatalogReader;
  readonly billed: Billed;
  readonly asOf: Instant;
}

/** The usage of one billing period, and where the caller gave it. */
export interface PeriodUsage {
  readonly usage: unknown;
  readonly path: readonly (string | number)[];
}

/** One billing period, ready to be priced. */
export interface PeriodJob {
  readonly services: PeriodServices;
  readonly inAdvance: readonly PricedService[];
  readonly inArrears: readonly PricedService[];
  /** What shares its limits with some of these, and is billed with other periods. */
  readonly siblings: readonly PricedService[];
  /** Lines that stay as they were billed, as their usage is not given again. */
  readonly kept: readonly TimedLine[];
  readonly report: UsageReport | undefined;
}

/** What a billing period comes to: what is billed before it begins, and what when it is over. */
export interface PricedPeriod {
  readonly inAdvance: readonly TimedLine[];
  readonly inArrears: readonly TimedLine[];
  readonly warnings: readonly PricingWarning[];
}

/**
 * Finds what a billing period is priced from. Where it was invoiced before, lines of charges that the catalog lists no
 * longer stay as they were billed, and so do those of usage where none is given again.
 */
export function preparePeriod(
  services: PeriodServices,
  given: PeriodUsage | "as billed",
  context: BillingContext,
  issues: PricingIssue[],
): PeriodJob {
  const { timeline, policy, asOf, billed } = context;
  const factsOf = (service: Service) => serviceFacts(service, context, issues);
  const { customerId, id: subscriptionId } = timeline.subscription;
  const { period } = services.scheduled;
  const scope: UsageScope = {
    customerId,
    subscriptionId,
    asOf,
    period,
    billingPeriodOf: (instant) => scheduledAt(timeline.schedule, instant)?.index ?? -1,
    billedAsOf: billedAsOf(services, context),
  };
  const meter = (list: readonly Service[], usage: PeriodUsage) =>
    meterServices(
      list.flatMap(factsOf),
      { ...usage, scope, saysQuantities: false },
      policy,
      issues,
    );
  const none: PeriodUsage = { usage: [], path: ["usage"] };
  const sold = (each: Service) => wasSold(each, billed, timeline);
  const [inAdvance, inArrears] = [services.inAdvance.filter(sold), services.inArrears.filter(sold)];
  const own = [...inAdvance, ...inArrears];
  const others = own.flatMap((each) => each.siblings).filter((each) => !isAmong(each, own));
  const shared = {
    services,
    inAdvance: meter(inAdvance, none).services,
    siblings: meter(others, none).services,
  };
  const keeps = given === "as billed";
  const fees = keeps ? inArrears.filter(({ charge }) => charge.chargeType !== "usage") : inArrears;
  const metered = meter(fees, keeps ? none : given);
  const stays = (original: BilledLine) =>
    isDropped(original, timeline) || (keeps && isOfUsage(original, billed));
  return {
    ...shared,
    inArrears: metered.services,
    kept: wasInvoiced(billed, period) ? keptLines(billed, period, stays) : [],
    report: keeps ? undefined : metered.report,
  };
}

function isAmong({ charge, period }: Service, services: readonly Service[]): boolean {
  return services.some(
    (each) => each.charge.id === charge.id && each.period.start === period.start,
  );
}

/** When what was billed of a period was known: the moments of knowledge of the invoices that have billed its usage. */
function billedAsOf(
  { scheduled: { period } }: PeriodServices,
  { billed, timeline: { zone } }: BillingContext,
): readonly Instant[] {
  const isOf = ({ line, period: own }: BilledLine) =>
    line.key.startsWith("usage:") && period.start < own.end && own.end <= period.end;
  const lines = [...billed.lines.values()].flat().filter(isOf);
  const own = billed.invoices.filter((each) => sameInterval(each.period, period));
  const moments = [...lines, ...own].map(({ invoice }) => instantOf(invoice.asOf, zone));
  return [...new Set(moments)].sort((a, b) => a - b);
}

/** Prices a billing period. */
export function pricePeriod(job: PeriodJob, context: BillingContext): PricedPeriod {
  const { timeline, policy, rounding } = context;
  const { scheduled } = job.services;
  const shared = {
    discounts: job.services.discounts.map((each) => pricedDiscount(each, job.services, timeline)),
    policy,
    rounding,
    period: scheduled.period,
    servicePeriod: formatPeriod(scheduled.period, timeline.zone),
  };
  const advance: PricingJob = {
    ...shared,
    services: job.inAdvance,
    siblings: job.siblings,
    kept: [],
    before: [],
    commitment: undefined,
  };
  const inAdvance = priceJob(advance);
  const arrears: PricingJob = {
    ...shared,
    services: job.inArrears,
    siblings: job.siblings,
    kept: job.kept,
    before: inAdvance,
    commitment: commitmentOf(job.services, context),
  };
  return {
    inAdvance,
    inArrears: priceJob(arrears),
    warnings: [...warningsOf(advance), ...warningsOf(arrears)],
  };
}

/** A service as it is priced: on the terms on which it was billed before, if it was. */
function serviceFacts(
  service: Service,
  context: BillingContext,
  issues: PricingIssue[],
): readonly ServiceFacts[] {
  const { timeline } = context;
  const { period, full, pricesHold, billedFrom, billedBefore } = service;
  const { ratePlanId, overridden, quantity } = service;
  const charge = termsOf(service, context, issues);
  if (charge === undefined) return [];
  return [
    {
      charge,
      agentType: service.agentType,
      time: { zone: timeline.zone, period, full, pricesHold, billedFrom, billedBefore },
      origin: { ratePlanId, overridden },
      quantity: quantity === undefined ? undefined : exact(quantity),
      quantityPath: ["subscription", "quantities", charge.id],
    },
  ];
}

/**
 * The charge with the terms that its line recorded when it was billed, so that no later edit of the catalog changes
 * what was sold; today's where it was not billed, or where plan or override are others now.
 */
function termsOf(
  { charge, period, ratePlanId, overridden }: Service,
  { billed, timeline, reader }: BillingContext,
  issues: PricingIssue[],
): RatedCharge | undefined {
  const today = isRated(charge) ? charge : undefined;
  const key = lineKey(charge.chargeType, charge.id, formatPeriod(period, timeline.zone));
  const recorded = billed.terms.get(key);
  const terms = recorded?.line.terms;
  if (recorded === undefined || terms == null || overridden || terms.overridden === true)
    return today;
  if (terms.ratePlanId !== ratePlanId) return today;
  return recordedCharge(charge, { ...recorded, line: { ...recorded.line, terms } }, reader, issues);
}

/** A fixed discount takes its share for a part of the period where it is prorated like a fee; percentages need none. */
function pricedDiscount(
  { charge, period }: DiscountService,
  { scheduled }: PeriodServices,
  { zone }: Timeline,
): PricedDiscount {
  const { amount } = charge.pricing;
  const servicePeriod = formatPeriod(period, zone);
  if (amount === undefined) return { charge, period, servicePeriod, amount: undefined };
  const count = discountDayCount(charge);
  const whole = exact(amount);
  const share = count && shareOf(count, scheduled.full, period, zone);
  return { charge, period, servicePeriod, amount: share ? multiply(whole, share) : whole };
}

function discountDayCount(charge: DiscountService["charge"]): DayCount | undefined {
  if (charge.chargeType === "one-time") return undefined;
  if (charge.chargeType === "usage" && charge.proration === undefined) return undefined;
  const count = dayCountOf(charge.proration);
  return count.method === "none" ? undefined : count;
}

/** The minimum commitments of the period's plans, each for the days on which its plan was billed. */
function commitmentOf(
  { commitments, scheduled }: PeriodServices,
  { rounding, timeline: { zone } }: BillingContext,
): Fraction | undefined {
  if (commitments.length === 0) return undefined;
  let passed = ZERO;
  return sum(
    commitments.map(({ amount, period }) => {
      const before = multiply(exact(amount), passed);
      passed = add(passed, shareOf(dayCountOf(), scheduled.full, period, zone));
      const after = multiply(exact(amount), passed);
      return subtract(roundAmount(after, rounding), roundAmount(before, rounding));
    }),
  );
}

import type { CatalogReader } from "../catalog/catalog.js";
import { isRated, type RatedCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import type { PricingIssue } from "../errors.js";
import { type AmountRounding, roundAmount } from "../money/amount-rounding.js";
import { sumAmounts } from "../money/amounts.js";
import { exact } from "../money/decimal.js";
import { type Fraction, multiply, subtract, sum } from "../money/fraction.js";
import { sameInterval } from "../subscription/billing-target.js";
import type { DiscountService, PeriodServices } from "../subscription/due.js";
import { scheduledAt } from "../subscription/schedule.js";
import type { Service } from "../subscription/service.js";
import type { Timeline } from "../subscription/timeline.js";
import { formatPeriod } from "../time/billing-period.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { type DayCount, shareAt, shareOf } from "../time/proration.js";
import type { UsageScope } from "../usage/match.js";
import type { UsageReport } from "../usage/report.js";
import { meterServices, type ServiceFacts } from "./job.js";
import { lineKey, type PricingWarning } from "./line.js";
import {
  type PricedDiscount,
  type PricingJob,
  priceJob,
  type TimedLine,
  warningsOf,
} from "./pipeline.js";
import { type Billed, type BilledLine, recordedCharge } from "./previous.js";
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

/** Finds what a billing period is priced from. Without usage, the usage lines that it was billed with are kept. */
export function preparePeriod(
  services: PeriodServices,
  given: PeriodUsage | undefined,
  context: BillingContext,
  issues: PricingIssue[],
): PeriodJob {
  const { timeline, policy, asOf } = context;
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
  const inAdvance = meter(services.inAdvance, none).services;
  if (given !== undefined) {
    const { services: inArrears, report } = meter(services.inArrears, given);
    return { services, inAdvance, inArrears, kept: [], report };
  }
  const fees = services.inArrears.filter(({ charge }) => charge.chargeType !== "usage");
  const kept = keptUsage(services, context.billed);
  return { services, inAdvance, inArrears: meter(fees, none).services, kept, report: undefined };
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
    kept: [],
    before: [],
    commitment: undefined,
  };
  const inAdvance = priceJob(advance);
  const arrears: PricingJob = {
    ...shared,
    services: job.inArrears,
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
  const { period, full, pricesHold, billedFrom, ratePlanId, overridden, quantity } = service;
  const charge = termsOf(service, context, issues);
  if (charge === undefined) return [];
  return [
    {
      charge,
      agentType: service.agentType,
      time: { zone: timeline.zone, period, full, pricesHold, billedFrom },
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

/** The usage lines of a period as all invoices together have billed them, with the limits of their charges. */
function keptUsage({ scheduled }: PeriodServices, { lines }: Billed): readonly TimedLine[] {
  const within = ({ period }: BilledLine) =>
    scheduled.period.start < period.end && period.end <= scheduled.period.end;
  const usageCharges = new Set(
    [...lines.values()]
      .flat()
      .flatMap(({ line }) => (line.kind === "usage" ? [line.chargeId] : [])),
  );
  return [...lines].flatMap(([key, billed]) => {
    const original = billed.find(({ line }) => line.kind !== "adjustment") ?? billed[0];
    if (original === undefined || !within(original)) return [];
    const [kind] = key.split(":");
    const isLimit = kind === "minimum" || kind === "maximum";
    if (kind !== "usage" && !(isLimit && usageCharges.has(original.line.chargeId))) return [];
    const amount = keptAmount(billed);
    const { servicePeriod, ...line } = original.line;
    return [{ line: { ...line, amount }, period: original.period, servicePeriod }];
  });
}

function keptAmount(billed: readonly BilledLine[]): string {
  const [first, ...rest] = billed.map(({ line }) => line.amount);
  return rest.length === 0 ? (first ?? "0") : sumAmounts([first ?? "0", ...rest]);
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
  const { method = "days", daysPerMonth = 30 } = charge.proration ?? {};
  return method === "none" ? undefined : { method, daysPerMonth };
}

const WHOLE_DAYS: DayCount = { method: "days", daysPerMonth: 30 };

/** The minimum commitments of the period's plans, each for the days on which its plan was billed. */
function commitmentOf(
  { commitments, scheduled }: PeriodServices,
  { rounding, timeline: { zone } }: BillingContext,
): Fraction | undefined {
  if (commitments.length === 0) return undefined;
  const upTo = (amount: string, at: Instant) =>
    roundAmount(multiply(exact(amount), shareAt(WHOLE_DAYS, scheduled.full, at, zone)), rounding);
  return sum(
    commitments.map(({ amount, period }) =>
      subtract(upTo(amount, period.end), upTo(amount, period.start)),
    ),
  );
}

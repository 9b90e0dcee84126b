import type { DiscountCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { canonicalJson } from "../content/canonical-json.js";
import { isPricingError, issueUnder, type PricingIssue, throwIssues } from "../errors.js";
import { roundTogether } from "../money/allocation.js";
import { type AmountRounding, formatAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  isNegative,
  sum,
  ZERO,
} from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import { totalOf } from "../pricing/rate.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import { contains, type Interval } from "../time/cycle-grid.js";
import {
  applyDiscount,
  type DiscountableLine,
  type DueDiscount,
  discountable,
  inDiscountOrder,
} from "./discounts/apply-discount.js";
import { guaranteeLine } from "./guarantee-line.js";
import { decidesLimits, feeOf, sharesLimits, stretchesOf } from "./limit-stretches.js";
import { differenceLine, limitBeyond, limitGrid } from "./limits.js";
import { type Line, lineKey, type PricingWarning } from "./line.js";
import { billsNothing, type PricedService, servicePeriodOf } from "./priced-service.js";
import { billedPart, type GroupRating, ratedLine, rateService } from "./rate-charge.js";

/** A line, and the time that it bills for; a simulation has none. */
export interface TimedLine {
  readonly line: Line;
  readonly period: Interval | undefined;
  /** The same as the line writes it. */
  readonly servicePeriod: Period | undefined;
  /** What was rated; nothing on lines of other steps, and on those kept as they were billed. */
  readonly service?: PricedService;
}

/** A discount over a stretch of the billing period. */
export interface PricedDiscount {
  readonly charge: DiscountCharge;
  readonly period: Interval | undefined;
  readonly servicePeriod: Period | undefined;
  /** What a fixed discount takes off in the stretch, exactly. */
  readonly amount: Fraction | undefined;
}

/** What is to be priced: services with what each is priced from, under one policy and currency. */
export interface PricingJob {
  readonly services: readonly PricedService[];
  /** Services of other billing periods that share their limits with some of these: rated, and not billed here. */
  readonly siblings: readonly PricedService[];
  /** Lines that stay as they were billed; they are discounted and counted like those that are rated. */
  readonly kept: readonly TimedLine[];
  /** Lines of the same billing period that were priced before: they count, and nothing is added for them. */
  readonly before: readonly TimedLine[];
  readonly discounts: readonly PricedDiscount[];
  /** What all lines together must come to, on the currency's grid. */
  readonly commitment: Fraction | undefined;
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  /** The billing period; a simulation has none. */
  readonly period: Interval | undefined;
  readonly servicePeriod: Period | undefined;
}

/** A job without a calendar, such as a simulation: nothing was billed before, and nothing is prorated. */
export function timelessJob(
  facts: Pick<PricingJob, "services" | "discounts" | "policy" | "rounding"> &
    Partial<Pick<PricingJob, "commitment">>,
): PricingJob {
  return {
    siblings: [],
    kept: [],
    before: [],
    commitment: undefined,
    period: undefined,
    servicePeriod: undefined,
    ...facts,
  };
}

/** One step: sees all lines so far and adds its own. It never changes a line. */
type PipelineStep = (job: PricingJob, lines: readonly TimedLine[]) => readonly TimedLine[];

/**
 * From services to lines, in this order. Each step reads rounded amounts and emits signed lines, so that the lines
 * always add up to the total. `simulate` and `invoice` both run exactly this; coupons, credits and taxes follow it.
 */
const pipeline: readonly PipelineStep[] = [
  rateServices,
  discountLines,
  limitCharges,
  commitToMinimum,
  honourGuarantees,
];

/** Runs the pipeline. */
export function priceJob(job: PricingJob): readonly TimedLine[] {
  const lines: TimedLine[] = [];
  for (const step of pipeline) lines.push(...step(job, lines));
  return lines;
}

/** Rates every service, and rounds: the one place where an exact amount becomes money. */
function rateServices({ services, kept, policy, rounding }: PricingJob): readonly TimedLine[] {
  const issues: PricingIssue[] = [];
  const rated = services.flatMap((service) =>
    ratingsOf(service, policy, issues).map((rating) => {
      const part = billedPart(service, rating.rating.amount, rounding);
      return { service, rating, part };
    }),
  );
  throwIssues(issues);
  const amounts =
    policy.rounding.scope === "invoice"
      ? roundTogether(
          rated.map(({ part }) => part.exact),
          rounding.increment,
          rounding.mode,
        )
      : rated.map(({ part }) => part.rounded);
  const lines = rated.map(({ service, rating, part }, index) => ({
    line: ratedLine(service, rating, { ...part, rounded: amounts[index] ?? ZERO }, rounding),
    period: service.time?.period,
    servicePeriod: servicePeriodOf(service.time),
    service,
  }));
  return [...lines.filter((each) => policy.zeroLines || !isEmpty(each)), ...kept];
}

function isEmpty({ line, service }: Required<Pick<TimedLine, "line" | "service">>): boolean {
  return line.exactAmount === "0" && (line.quantity === "0" || billsNothing(service));
}

/** Rates one service. What a charge refuses (a quantity above its last tier) is collected, so that all of it is said. */
function ratingsOf(
  service: PricedService,
  { negativeUsage }: BillingPolicy,
  issues: PricingIssue[],
): readonly GroupRating[] {
  try {
    return rateService(service, negativeUsage);
  } catch (error) {
    if (!isPricingError(error)) throw error;
    for (const issue of error.issues) issues.push(issueUnder(service.path, issue));
    return [];
  }
}

/** Takes the catalog's discounts off the rated lines: percentages, then fixed amounts. */
function discountLines(job: PricingJob, lines: readonly TimedLine[]): readonly TimedLine[] {
  const times = new Map(lines.map(({ line, period }) => [line.key, period]));
  let left: readonly DiscountableLine[] = lines.map(({ line }) => discountable(line));
  const emitted: TimedLine[] = [];
  for (const discount of inDiscountOrder(job.discounts)) {
    const due = dueDiscount(discount, job, (line) => times.get(line.key));
    const applied = applyDiscount(due, left, job.policy.discounts, job.rounding);
    left = applied.lines;
    const { period, servicePeriod } = discount;
    if (applied.line !== undefined) emitted.push({ line: applied.line, period, servicePeriod });
  }
  return emitted;
}

function dueDiscount(
  { charge, period, servicePeriod, amount }: PricedDiscount,
  job: PricingJob,
  timeOf: (line: Line) => Interval | undefined,
): DueDiscount {
  const key = lineKey("discount", charge.id, servicePeriod);
  const given = sum(
    job.before.filter(({ line }) => line.key === key).map(({ line }) => exact(line.amount)),
  );
  return {
    charge,
    servicePeriod,
    // What an earlier run of the period has taken off already is not taken off again.
    amount: amount && add(amount, given),
    holdsFor(line) {
      const time = timeOf(line);
      if (period === undefined || time === undefined) return true;
      // A service that began before the billing period is discounted as the period begins.
      return contains(period, Math.max(time.start, job.period?.start ?? time.start));
    },
  };
}

/**
 * Brings each charge, net of its discounts, to its minimum or maximum, once for each stretch in which its prices hold:
 * in advance when the stretch begins, in arrears when it ends, with what it bills in other billing periods.
 */
function limitCharges(job: PricingJob, lines: readonly TimedLine[]): readonly TimedLine[] {
  const { services, siblings, rounding } = job;
  const shares = lines.flatMap(({ line }) => line.appliedTo);
  return stretchesOf(services).flatMap((stretch) => {
    const service = stretch.find(decidesLimits);
    if (service === undefined) return [];
    const { charge, time } = service;
    const own = lines.filter(
      (each) => each.service !== undefined && stretch.includes(each.service),
    );
    const keys = new Set(own.map(({ line }) => line.key));
    const taken = shares.filter((share) => keys.has(share.key));
    const elsewhere = siblings.filter((each) => sharesLimits(each, service));
    const net = sum([
      ...[...own.map(({ line }) => line), ...taken].map(({ amount }) => exact(amount)),
      ...elsewhere.map((each) => feeOf(each, job.policy.negativeUsage, rounding)),
    ]);
    const beyond = limitBeyond(charge, net, limitGrid(service, rounding));
    if (beyond === undefined) return [];
    const period = time?.pricesHold;
    const servicePeriod = period && formatPeriod(period, time.zone);
    const line = differenceLine({
      ...beyond,
      key: lineKey(beyond.kind, charge.id, servicePeriod),
      chargeId: charge.id,
      description: `${charge.name}: ${beyond.kind} of ${formatAmount(beyond.bound, rounding)}`,
      net,
      rounding,
    });
    return [{ line, period, servicePeriod }];
  });
}

/** Brings the plan as a whole to its minimum commitment. */
function commitToMinimum(job: PricingJob, lines: readonly TimedLine[]): readonly TimedLine[] {
  const { before, commitment: bound, rounding, period, servicePeriod } = job;
  if (bound === undefined) return [];
  const net = sum([...before, ...lines].map(({ line }) => exact(line.amount)));
  if (compare(net, bound) >= 0) return [];
  const kind = "minimum-commitment";
  const description = `Minimum commitment of ${formatAmount(bound, rounding)}`;
  const key = lineKey(kind, null, servicePeriod);
  const line = differenceLine({ key, kind, chargeId: null, description, net, bound, rounding });
  return [{ line, period, servicePeriod }];
}

/** Gives back what a missed guarantee promises of what a charge bills, net of its discounts and limits. */
function honourGuarantees(job: PricingJob, lines: readonly TimedLine[]): readonly TimedLine[] {
  return job.services.flatMap((service) => {
    const { charge, time } = service;
    const own = lines.filter((each) => each.service === service);
    const keys = new Set(own.map(({ line }) => line.key));
    const others = lines.filter(
      ({ line, period }) =>
        isLimit(line) && line.chargeId === charge.id && period?.start === time?.pricesHold.start,
    );
    const shares = lines.flatMap(({ line }) => line.appliedTo);
    const net = sum([
      ...[...own, ...others].map(({ line }) => exact(line.amount)),
      ...shares.filter(({ key }) => keys.has(key)).map(({ amount }) => exact(amount)),
    ]);
    const line = guaranteeLine(service, net, job.rounding);
    if (line === undefined) return [];
    return [{ line, period: time?.period, servicePeriod: servicePeriodOf(time) }];
  });
}

function isLimit({ kind }: Line): boolean {
  return kind === "minimum" || kind === "maximum";
}

/** What was billed otherwise than it was given. */
export function warningsOf({ services, policy }: PricingJob): readonly PricingWarning[] {
  if (policy.negativeUsage === "allow") return [];
  return services.flatMap(({ charge: { id: chargeId, pricing }, metered }) =>
    metered.flatMap((each) => {
      const total = totalOf(modelOf(pricing).needs, each);
      if (!isNegative(total)) return [];
      const where = each.group === null ? "" : ` in group ${canonicalJson(each.group)}`;
      const message = `The usage of charge ${chargeId}${where} is ${formatExact(total)} in total and billed as 0`;
      return { code: "negative_usage", chargeId, message };
    }),
  );
}

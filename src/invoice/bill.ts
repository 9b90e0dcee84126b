import { policyRounding } from "../catalog/policy.js";
import { issueAt, type PricingIssue } from "../errors.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { cutShortIn, firstBilled, openingOf, type Rest, servicesIn } from "../subscription/due.js";
import { type ScheduledPeriod, scheduledAt } from "../subscription/schedule.js";
import type { Service } from "../subscription/service.js";
import type { Timeline } from "../subscription/timeline.js";
import { formatPeriod } from "../time/billing-period.js";
import { contains, type Interval } from "../time/cycle-grid.js";
import { mergeReports, NO_EVENTS, type UsageReport } from "../usage/report.js";
import { dueMinusBilled, withServicePeriod } from "./adjustments.js";
import { arrivalsIn, presumed, provisionalIn } from "./bill-notes.js";
import { billedFor, isDropped } from "./billed-period.js";
import { type BillingContext, type PeriodJob, preparePeriod, pricePeriod } from "./billing-run.js";
import type { ProvisionalUsage } from "./invoice.js";
import type { InvoiceLine, PricingWarning } from "./line.js";
import type { TimedLine } from "./pipeline.js";
import { type Billed, wasInvoiced } from "./previous.js";
import type { ReadRequest } from "./request.js";
import type { ReratedPeriod } from "./rerate.js";

/** Everything that one invoice prices: its billing period, what is due in advance of the next, and earlier periods. */
export interface PreparedBill {
  readonly context: BillingContext;
  readonly current: PeriodJob;
  /** Whether `previous` holds the invoice that billed the period's fees in advance, or this one is to bill them. */
  readonly advanceIsKnown: boolean;
  readonly next: PeriodJob | undefined;
  readonly earlier: readonly PeriodJob[];
}

/** Earlier periods that a document corrects. */
export type PreparedCorrection = Pick<PreparedBill, "context" | "earlier">;

/** The lines of an invoice, and what else it says. */
export interface PricedBill {
  readonly lines: readonly InvoiceLine[];
  readonly rounding: AmountRounding;
  readonly report: UsageReport;
  readonly rests: readonly Rest[];
  readonly provisional: readonly ProvisionalUsage[];
  readonly warnings: readonly PricingWarning[];
}

/** Finds everything that the invoice prices, and reports what is missing or cannot be. */
export function prepareBill(read: ReadRequest, issues: PricingIssue[]): PreparedBill | undefined {
  const { timeline, billed, target } = read;
  const context = contextOf(read, issues);
  if (context === undefined) return undefined;
  const { scheduled, moment } = target;
  checkNotInvoiced(read, issues);
  const services = servicesIn(timeline, scheduled);
  const part = moment === undefined ? services : { ...services, inArrears: [], commitments: [] };
  const given = { usage: read.usage === undefined ? [] : read.usage, path: ["usage"] };
  const current = preparePeriod(part, given, context, issues);
  const known = advanceIsBilled(timeline, billed, scheduled.period);
  if (!known && moment !== openingOf(timeline)) {
    const isCut = services.inAdvance.some((each) => isCutShort(each, scheduled, timeline));
    const isDue = moment !== undefined && services.inAdvance.length > 0;
    if (isCut || isDue) reportMissing(scheduled.period, timeline, issues);
  }
  const next =
    moment === undefined ? scheduledAt(timeline.schedule, scheduled.period.end) : undefined;
  const advance = next && { ...servicesIn(timeline, next), inArrears: [] };
  return {
    context,
    current,
    advanceIsKnown: known || moment !== undefined,
    next: advance && preparePeriod(advance, "as billed", context, issues),
    earlier: prepareEarlier([...read.rerate, ...impliedPeriods(read, issues)], context, issues),
  };
}

function contextOf(
  {
    timeline,
    policy,
    reader,
    billed,
    asOf,
  }: Pick<ReadRequest, "timeline" | "policy" | "reader" | "billed" | "asOf">,
  issues: PricingIssue[],
): BillingContext | undefined {
  const rounding = policyRounding(policy, timeline.states[0]?.plan.plan.currency ?? "");
  if (!("code" in rounding)) return { timeline, policy, rounding, reader, billed, asOf };
  issues.push(rounding);
  return undefined;
}

/** Finds what earlier periods come to now, for a document that corrects them and bills nothing else. */
export function prepareCorrection(
  read: Pick<ReadRequest, "timeline" | "policy" | "reader" | "billed" | "asOf" | "rerate">,
  issues: PricingIssue[],
): PreparedCorrection | undefined {
  const context = contextOf(read, issues);
  if (context === undefined) return undefined;
  return { context, earlier: prepareEarlier(read.rerate, context, issues) };
}

function prepareEarlier(
  periods: readonly ReratedPeriod[],
  context: BillingContext,
  issues: PricingIssue[],
): readonly PeriodJob[] {
  return periods.map(({ scheduled, usage }) =>
    preparePeriod(servicesIn(context.timeline, scheduled), usage, context, issues),
  );
}

/** Prices a correction. */
export function priceCorrection({ context, earlier }: PreparedCorrection): PricedBill {
  const corrections = earlier.map((job) => correct(job, context));
  return {
    rounding: context.rounding,
    lines: corrections.flatMap(({ lines }) => lines),
    report: reportOf(earlier),
    rests: [],
    provisional: [],
    warnings: corrections.flatMap(({ warnings }) => warnings),
  };
}

interface Correction {
  readonly lines: readonly InvoiceLine[];
  readonly warnings: readonly PricingWarning[];
}

/** What an earlier period comes to now, less what was billed for it. */
function correct(job: PeriodJob, context: BillingContext): Correction {
  const { timeline, billed, rounding } = context;
  const priced = pricePeriod(job, context);
  const { period } = job.services.scheduled;
  const isKnown = advanceIsBilled(timeline, billed, period);
  const due = [...(isKnown ? priced.inAdvance : []), ...priced.inArrears];
  const keys = keysOf(billed, period, timeline);
  const arrivals = arrivalsIn(job);
  const lines = dueMinusBilled({ due, keys, billed, timeline, rounding, arrivals });
  return { lines, warnings: priced.warnings };
}

function reportOf(jobs: readonly PeriodJob[]): UsageReport {
  return jobs.reduce((report, job) => mergeReports(report, job.report ?? NO_EVENTS), NO_EVENTS);
}

/** Prices everything. */
export function priceBill({ context, current, ...bill }: PreparedBill): PricedBill {
  const { timeline, rounding, billed } = context;
  const { period } = current.services.scheduled;
  const now = pricePeriod(current, context);
  const compare = (due: readonly TimedLine[], keys: readonly string[]) =>
    dueMinusBilled({ due, keys, billed, timeline, rounding, arrivals: new Map() });
  const next = bill.next && pricePeriod(bill.next, context);
  const earlier = bill.earlier.map((job) => correct(job, context));
  const differences = bill.advanceIsKnown
    ? compare(now.inAdvance, keysOf(billed, period, timeline))
    : [];
  return {
    rounding,
    lines: [
      ...now.inArrears.flatMap(withServicePeriod),
      ...differences,
      ...compare(next?.inAdvance ?? [], []),
      ...earlier.flatMap(({ lines }) => lines),
    ],
    report: reportOf([current, ...bill.earlier]),
    rests: current.services.rests,
    provisional: provisionalIn(current),
    warnings: [
      ...(bill.advanceIsKnown ? [] : presumed(current, timeline)),
      ...now.warnings,
      ...earlier.flatMap(({ warnings }) => warnings),
    ],
  };
}

/** Nothing is invoiced twice. */
function checkNotInvoiced({ timeline, billed, target }: ReadRequest, issues: PricingIssue[]): void {
  const { scheduled, moment } = target;
  const period = moment === undefined ? scheduled.period : { start: moment, end: moment };
  if (!wasInvoiced(billed, period)) return;
  const expected = "without the invoice of the period that is billed";
  const { start, end } = formatPeriod(period, timeline.zone);
  issues.push(
    issueAt("already_invoiced", ["previous"], `must be ${expected}`, {
      expected,
      found: `an invoice of ${start} to ${end}`,
    }),
  );
}

/**
 * Whether it is known what was billed in advance for a period: an earlier invoice has billed it, that of the period
 * before or the opening one, or there can be none, as the first period has no opening.
 */
function advanceIsBilled(timeline: Timeline, { invoices }: Billed, period: Interval): boolean {
  const opening = openingOf(timeline);
  if (opening === undefined && period.start === timeline.span.start) return true;
  return invoices.some(
    (each) =>
      (each.period.end === period.start && each.invoice.kind !== "credit-note") ||
      (opening !== undefined &&
        each.period.end === opening &&
        each.period.start === opening &&
        contains(period, opening)),
  );
}

/** Whether what was billed in advance cannot have been what is due: something changes inside the period. */
function isCutShort(
  { charge, period, full }: Service,
  { period: within }: ScheduledPeriod,
  timeline: Timeline,
): boolean {
  if (charge.chargeType === "one-time") return false;
  const begin = Math.max(within.start, firstBilled(timeline)?.span.start ?? within.start);
  const endsEarly = period.end < full.end && period.end < within.end;
  const begunLate = full.start <= begin && period.start > begin;
  return endsEarly || begunLate;
}

function reportMissing(period: Interval, { zone }: Timeline, issues: PricingIssue[]): void {
  const { start, end } = formatPeriod(period, zone);
  const expected = `the invoice that billed the fees in advance of ${start} to ${end}`;
  issues.push(
    issueAt("missing_previous", ["previous"], `must hold ${expected}`, {
      expected,
      received: undefined,
    }),
  );
}

/** Earlier periods that are rated again though nobody asked: fees in advance that began in them are cut short now. */
function impliedPeriods(
  { timeline, target, billed, rerate }: ReadRequest,
  issues: PricingIssue[],
): readonly ReratedPeriod[] {
  const found = new Map<number, ReratedPeriod>();
  for (const { period } of cutShortIn(timeline, target.scheduled)) {
    const scheduled = scheduledAt(timeline.schedule, period.start);
    const asked = rerate.some((each) => each.scheduled.index === scheduled?.index);
    if (scheduled === undefined || asked || found.has(scheduled.index)) continue;
    found.set(scheduled.index, { scheduled, usage: "as billed" });
    if (
      !wasInvoiced(billed, scheduled.period) ||
      !advanceIsBilled(timeline, billed, scheduled.period)
    ) {
      reportMissing(scheduled.period, timeline, issues);
    }
  }
  return [...found.values()];
}

/** The keys that were billed for a period, and may be due no longer. */
function keysOf(billed: Billed, period: Interval, timeline: Timeline): readonly string[] {
  return billedFor(billed, period)
    .filter(({ original }) => !isDropped(original, timeline))
    .map(({ key }) => key);
}

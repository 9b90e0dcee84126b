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
import { type BillingContext, type PeriodJob, preparePeriod, pricePeriod } from "./billing-run.js";
import type { InvoiceLine, PricingWarning } from "./line.js";
import type { Billed, BilledLine } from "./previous.js";
import type { ReadRequest } from "./request.js";
import { isInvoiced, type ReratedPeriod } from "./rerate.js";

/** Everything that one invoice prices: its billing period, what is due in advance of the next, and earlier periods. */
export interface PreparedBill {
  readonly context: BillingContext;
  readonly current: PeriodJob;
  /** Whether `previous` holds the invoice that billed the period's fees in advance, or this one is to bill them. */
  readonly advanceIsKnown: boolean;
  readonly next: PeriodJob | undefined;
  readonly earlier: readonly PeriodJob[];
}

/** The lines of an invoice, and what else it says. */
export interface PricedBill {
  readonly lines: readonly InvoiceLine[];
  readonly rounding: AmountRounding;
  readonly report: UsageReport;
  readonly rests: readonly Rest[];
  readonly warnings: readonly PricingWarning[];
}

/** Finds everything that the invoice prices, and reports what is missing or cannot be. */
export function prepareBill(read: ReadRequest, issues: PricingIssue[]): PreparedBill | undefined {
  const { timeline, policy, reader, billed, asOf, target } = read;
  const rounding = policyRounding(policy, timeline.states[0]?.plan.plan.currency ?? "");
  if ("code" in rounding) {
    issues.push(rounding);
    return undefined;
  }
  const context: BillingContext = { timeline, policy, rounding, reader, billed, asOf };
  const { scheduled, moment } = target;
  checkNotInvoiced(read, issues);
  const services = servicesIn(timeline, scheduled);
  const inArrears = moment === undefined ? services.inArrears : [];
  const given = { usage: read.usage, path: ["usage"] };
  const current = preparePeriod({ ...services, inArrears }, given, context, issues);
  const known = advanceIsBilled(timeline, billed, scheduled.period);
  if (!known && moment !== openingOf(timeline)) {
    const isCut = services.inAdvance.some((each) => isCutShort(each, scheduled, timeline));
    if (isCut || moment !== undefined) reportMissing(scheduled.period, timeline, issues);
  }
  const next =
    moment === undefined ? scheduledAt(timeline.schedule, scheduled.period.end) : undefined;
  const advance = next && { ...servicesIn(timeline, next), inArrears: [] };
  return {
    context,
    current,
    advanceIsKnown: known || moment !== undefined,
    next: advance && preparePeriod(advance, undefined, context, issues),
    earlier: [...read.rerate, ...impliedPeriods(read, issues)].map((each) =>
      preparePeriod(servicesIn(timeline, each.scheduled), each.usage, context, issues),
    ),
  };
}

/** Prices everything. */
export function priceBill({ context, current, ...bill }: PreparedBill): PricedBill {
  const { timeline, rounding, billed } = context;
  const { period } = current.services.scheduled;
  const now = pricePeriod(current, context);
  const compare = (due: Parameters<typeof dueMinusBilled>[0]["due"], keys: readonly string[]) =>
    dueMinusBilled({ due, keys, billed, timeline, rounding });
  const next = bill.next && pricePeriod(bill.next, context);
  const earlier = bill.earlier.map((job) => {
    const priced = pricePeriod(job, context);
    const { scheduled } = job.services;
    const isKnown = advanceIsBilled(timeline, billed, scheduled.period);
    const due = [...(isKnown ? priced.inAdvance : []), ...priced.inArrears];
    return {
      lines: compare(due, keysOf(billed, scheduled.period, timeline)),
      warnings: priced.warnings,
    };
  });
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
    report: [current, ...bill.earlier].reduce(
      (report, job) => mergeReports(report, job.report ?? NO_EVENTS),
      NO_EVENTS,
    ),
    rests: current.services.rests,
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
  if (!isInvoiced(billed, period)) return;
  const expected = "without the invoice of the period that is billed";
  const { start, end } = formatPeriod(period, timeline.zone);
  issues.push(
    issueAt("already_invoiced", ["previous"], `must be ${expected}`, {
      expected,
      found: `an invoice of ${start} to ${end}`,
    }),
  );
}

/** Whether an earlier invoice has billed a period's fees in advance: that of the period before, or the opening one. */
function advanceIsBilled(timeline: Timeline, { invoices }: Billed, period: Interval): boolean {
  const opening = openingOf(timeline);
  return invoices.some(
    (each) =>
      each.period.end === period.start ||
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
    found.set(scheduled.index, { scheduled, usage: undefined, path: ["previous"] });
    if (
      !isInvoiced(billed, scheduled.period) ||
      !advanceIsBilled(timeline, billed, scheduled.period)
    ) {
      reportMissing(scheduled.period, timeline, issues);
    }
  }
  return [...found.values()];
}

/** The keys that were billed for a period: for what began in it, and on its own invoice for what ended with it. */
function keysOf({ lines }: Billed, period: Interval, { zone }: Timeline): readonly string[] {
  const own = formatPeriod(period, zone);
  const isOf = ({ period: { start, end }, invoice }: BilledLine) =>
    contains(period, start) ||
    (invoice.period.start === own.start && invoice.period.end === own.end && end <= period.end);
  return [...lines].flatMap(([key, billed]) => {
    const original = billed.find(({ line }) => line.kind !== "adjustment") ?? billed[0];
    return original !== undefined && isOf(original) ? [key] : [];
  });
}

function presumed({ inAdvance }: PeriodJob, { zone }: Timeline): readonly PricingWarning[] {
  return inAdvance.map(({ charge: { id: chargeId }, time }): PricingWarning => {
    const { start, end } = formatPeriod(time?.period ?? { start: 0, end: 0 }, zone);
    const message = `Charge ${chargeId} is billed in advance for ${start} to ${end}, presumably on an earlier invoice: previous does not hold it`;
    return { code: "presumed_billed", chargeId, message };
  });
}

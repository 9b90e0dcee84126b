import { issueAt, type PricingIssue } from "../../errors.js";
import { asksForNothing, isRecord } from "../../schema/unknown-record.js";
import { type ScheduledPeriod, scheduledAt } from "../../subscription/cadence.js";
import { itemsOf, openingOf, segmentsWithin } from "../../subscription/due.js";
import { type ChargeSegment, isInAdvance } from "../../subscription/segment.js";
import { knownAhead, type Timeline } from "../../subscription/timeline.js";
import { formatPeriod } from "../../time/billing-period.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval, overlap, sameInterval } from "../../time/interval.js";
import type { ClosedPart, PeriodPart } from "../history/closed-part.js";
import { closedTerms } from "../history/closed-terms.js";
import { advanceKey, reportMissing } from "../history/document-keys.js";
import { billedUntil, closedWithin, partText } from "../history/history.js";
import { isSame } from "../history/kept-lines.js";
import { settledUntil } from "../history/life.js";
import { addCountingOn } from "./allowance-needs.js";
import { changedCycles, endOf, isChanged, isEmpty, movedEnd } from "./changed-parts.js";
import { advanceIsKnown, checkCorrections, checkLast, isCutShort } from "./needed-documents.js";
import type { PartTask } from "./part-task.js";
import { type PartsBuilder, type PartsRequest, partsBuilder } from "./parts-builder.js";
import { addRunning } from "./running-parts.js";

/** What a document bills, before anything is priced. */
export interface DocumentParts {
  /** The parts of billing periods that are compared with what was billed. */
  readonly tasks: readonly PartTask[];
  /** Parts that are priced beside them: they count where discounts and commitments are shared, and are not billed. */
  readonly beside: readonly PartTask[];
  /** Closed parts that are no part of the life any more. */
  readonly retired: readonly ClosedPart[];
  /** Keys that were billed and may be due no longer. */
  readonly mayBeOver: ReadonlySet<string>;
  /** Fees in advance that are taken to stand on an earlier document. */
  readonly presumed: readonly ChargeSegment[];
}

/**
 * Finds what a document touches: the period that it is for, the fees in advance of the next one, the periods that are
 * rated again, and closed periods that are not as they were recorded, because a change was dated back, moved or
 * withdrawn, or runs over their boundary.
 */
export function findParts(request: PartsRequest, issues: PricingIssue[]): DocumentParts {
  const { target, history } = request;
  const builder = partsBuilder(request);
  const { scope, scheduled, known, moment } = target;
  const presumed: ChargeSegment[] = [];
  const beside: PartTask[] = [];
  checkLast(request, issues);
  if (scheduled !== undefined && scope === "period") {
    builder.add("in-arrears", scheduled, known, request.given);
    if (advanceIsKnown(known, scheduled.period, history)) {
      builder.add("in-advance", scheduled, known, undefined);
    } else {
      const task = builder.make("in-advance", scheduled, known, undefined);
      beside.push(task);
      presumed.push(...task.items.inAdvance);
      if (task.items.inAdvance.some((each) => isCutShort(each, scheduled, known))) {
        reportMissing(advanceKey(scheduled.period.start, known), issues);
      }
    }
    const next = nextPeriod(request.timeline, known, scheduled.period.end);
    if (next !== undefined) addAhead(next, request, builder);
  } else if (scheduled !== undefined && (scope === "opening" || scope === "change")) {
    const until = Math.max(scheduled.period.end, moment + 1);
    const timeline = knownAhead(request.timeline, moment, until);
    const own = scheduledAt(timeline.schedule, moment) ?? scheduled;
    if (scope === "change" && !advanceIsKnown(timeline, own.period, history)) {
      const task = builder.make("in-advance", own, timeline, undefined);
      if (task.items.inAdvance.length > 0)
        reportMissing(advanceKey(own.period.start, known), issues);
    }
    builder.add("in-advance", own, timeline, undefined);
  } else if (scheduled !== undefined && scope === "interim") {
    builder.addInterim(scheduled, known, request.given, moment);
    if (!advanceIsKnown(known, scheduled.period, history)) {
      beside.push(builder.make("in-advance", scheduled, known, undefined));
    }
  } else if (scope === "run-off" && !builder.addRunOff(target.period, known, request.given)) {
    const { start, end } = formatPeriod(target.period, known.zone);
    const expected = "before the end of the subscription: no charge waits for its outcomes";
    issues.push(
      issueAt("not_a_billing_period", ["period"], { expected, found: `${start} to ${end}` }),
    );
  }
  for (const { scheduled: again, usage } of request.rerate) {
    if (again.period.start >= known.span.end) {
      builder.addRunOff(again.period, known, usage);
      continue;
    }
    builder.add("in-arrears", again, known, usage);
    const name = partText("in-advance", again.period);
    if (history.parts.has(name)) addAdvanceAgain(again, request, builder);
  }
  // An interim document bills usage so far, and leaves all else to those that follow.
  if (scope !== "correction" && scope !== "interim") addChanged(request, builder, issues);
  addCountingOn(request, builder, issues);
  addRunning(request, builder, isChanged, issues);
  const tasks = builder.tasks();
  const retired = builder.retired();
  checkCorrections(request, [...tasks.flatMap(({ closed }) => closed ?? []), ...retired], issues);
  return { tasks, retired, mayBeOver: builder.mayBeOver(), beside, presumed };
}

/**
 * Adds the fees in advance of the next period; and those before it whose cycles they go on with, as what is known of the
 * period cuts them short.
 */
function addAhead(
  next: { readonly scheduled: ScheduledPeriod; readonly timeline: Timeline },
  { history, target }: PartsRequest,
  builder: PartsBuilder,
): void {
  const { scheduled, timeline } = next;
  const { start } = scheduled.period;
  const task = builder.add("in-advance", scheduled, timeline, undefined);
  const begun = task.items.inAdvance.filter(({ cycle }) => cycle.start < start);
  const from = Math.min(start, ...begun.map(({ cycle }) => cycle.start));
  if (from === start) return;
  const before = closedWithin(history, "in-advance", { start: from, end: start });
  const own = target.scheduled?.period;
  const isBilled = own !== undefined && builder.has("in-advance", own);
  for (const period of [...before.map((closed) => closed.period), ...(isBilled ? [own] : [])]) {
    const home = scheduledAt(timeline.schedule, period.start);
    if (home !== undefined && sameInterval(home.period, period)) {
      builder.add("in-advance", home, timeline, undefined);
    }
  }
}

/**
 * Adds fees in advance that are rated again. A correction knows what the documents knew that it corrects, of the periods ahead whose fees they
 * have billed: what cuts a fee there has cut it already.
 */
function addAdvanceAgain(
  again: ScheduledPeriod,
  { target: { scope, known, moment }, timeline, history }: PartsRequest,
  builder: PartsBuilder,
): void {
  const ends = [...history.parts.values()].flatMap(({ part, period }) =>
    part === "in-advance" ? period.end : [],
  );
  const ahead =
    scope === "correction" ? knownAhead(timeline, moment, Math.max(moment, ...ends)) : known;
  const home = scheduledAt(ahead.schedule, again.period.start);
  const isHome = home !== undefined && sameInterval(home.period, again.period);
  if (isHome) builder.add("in-advance", home, ahead, undefined);
  else builder.add("in-advance", again, known, undefined);
}

/** The billing period after an instant, with the changes in it known; nothing where its fees are not billed yet. */
function nextPeriod(
  full: Timeline,
  known: Timeline,
  at: Instant,
): { readonly scheduled: ScheduledPeriod; readonly timeline: Timeline } | undefined {
  const first = scheduledAt(known.schedule, at);
  if (first === undefined) return undefined;
  const timeline = knownAhead(full, at, first.period.end);
  const scheduled = scheduledAt(timeline.schedule, at);
  const opening = openingOf(timeline);
  // What opens after a trial is billed when the trial ends.
  const waits = opening !== undefined && opening > at;
  return scheduled === undefined || waits ? undefined : { scheduled, timeline };
}

/** Adds the closed parts that are not as they were recorded. */
function addChanged(request: PartsRequest, builder: PartsBuilder, issues: PricingIssue[]): void {
  const { target, history } = request;
  const { known } = target;
  if (history.documents.length === 0) {
    reportCut(request, issues);
    return;
  }
  const settled = settledUntil(history, known, (key) => reportMissing(key, issues));
  // What ends in arrears was compared with the life up to there alone, not with what was known ahead of it.
  const settledOf = {
    "in-advance": settled,
    "in-arrears": Math.min(settled, billedUntil(history)),
  };
  const changed: Interval[] = [];
  for (const closed of history.parts.values()) {
    if (builder.has(closed.part, closed.period) || endOf(closed) <= settledOf[closed.part])
      continue;
    const scheduled = scheduledAt(known.schedule, closed.period.start);
    if (scheduled === undefined || !sameInterval(scheduled.period, closed.period)) {
      if (isEmpty(closed)) {
        // Time that was taken back is billed again where it comes back, though its period may end otherwise now.
        const isBack =
          scheduled !== undefined &&
          closedWithin(history, closed.part, scheduled.period).length === 0;
        if (isBack) changed.push(closed.period);
        continue;
      }
      builder.retire(closed);
      changed.push({ start: closed.period.start, end: endOf(closed) });
      continue;
    }
    const context = { timeline: known, closed: closedTerms(history, closed) };
    const items = itemsOf(context, scheduled);
    changed.push(...changedCycles(items, closed), ...movedEnd(items, closed, known, history));
  }
  for (const range of changed) addOverlapping(range, request, builder);
  addUnbilled(request, builder, settled, issues);
  reportCut(request, issues);
}

/** Whether usage was given as none at all. */
function isNothing(usage: unknown): boolean {
  return Array.isArray(usage) || isRecord(usage) ? asksForNothing(usage) : false;
}

/** Adds all parts that have been billed and have a part in a stretch of time. */
function addOverlapping(
  range: Interval,
  { target: { known, moment, scope, period: own }, history, given }: PartsRequest,
  builder: PartsBuilder,
): void {
  // What a change makes due at once may be of usage that was billed already: then it is given for it.
  const isGiven = scope === "change" && !isNothing(given.usage);
  // Where boundaries have moved, a closed period has a part in that of the document, with usage of both.
  const isShared = (period: Interval) =>
    scope === "period" &&
    closedWithin(history, "in-arrears", period).some(
      (each) => !sameInterval(each.period, period) && overlap(each.period, own) !== undefined,
    );
  // A document of a moment has the fees ahead of its period by what lies ahead in that, which may end it earlier.
  const isOwn = (period: Interval) =>
    (scope === "change" || scope === "opening") && contains(period, moment);
  let at = Math.max(range.start, known.span.start);
  while (at < range.end) {
    const scheduled = scheduledAt(known.schedule, at);
    if (scheduled === undefined || scheduled.period.start >= moment) return;
    const { period } = scheduled;
    const wasBilled = (part: PeriodPart) => history.byTime[part].overlapping(period).length > 0;
    if (period.end <= moment && wasBilled("in-arrears") && !builder.has("in-arrears", period)) {
      builder.add("in-arrears", scheduled, known, isGiven || isShared(period) ? given : undefined);
    }
    if (wasBilled("in-advance") && !isOwn(period) && !builder.has("in-advance", period)) {
      builder.add("in-advance", scheduled, known, undefined);
    }
    at = period.end;
  }
}

/**
 * Adds closed parts of which something was never billed: a segment of a cycle that reaches into the period of the
 * document, and was cut off only after its own part was closed.
 */
function addUnbilled(
  { target: { known, scheduled }, history }: PartsRequest,
  builder: PartsBuilder,
  settled: Instant,
  issues: PricingIssue[],
): void {
  if (scheduled === undefined) return;
  const context = { timeline: known, closed: closedTerms(history, undefined) };
  for (const segment of segmentsWithin(context, scheduled.period)) {
    const { period } = segment;
    const part: PeriodPart = isInAdvance(segment) ? "in-advance" : "in-arrears";
    const at = part === "in-advance" ? period.start : period.end - 1;
    if (at >= scheduled.period.start) continue;
    const home = scheduledAt(known.schedule, at);
    if (home === undefined || builder.has(part, home.period)) continue;
    const closed = history.parts.get(partText(part, home.period));
    if (closed?.segments.some((each) => isSame(segment, each)) === true) continue;
    if (closed !== undefined) builder.add(part, home, known, undefined);
    else if (part === "in-advance" && period.end > settled && period.end < segment.cycle.end) {
      reportMissing(advanceKey(period.start, known), issues);
    }
  }
}

/** Fees in advance that are cut short in the period need the document that billed them. */
function reportCut(
  { target: { known, scheduled, moment }, history }: PartsRequest,
  issues: PricingIssue[],
): void {
  if (scheduled === undefined) return;
  const context = { timeline: known, closed: closedTerms(history, undefined) };
  for (const segment of segmentsWithin(context, scheduled.period)) {
    const { period, cycle } = segment;
    if (!isInAdvance(segment) || period.start >= scheduled.period.start) continue;
    const isCut =
      period.end > scheduled.period.start && period.end <= moment && period.end < cycle.end;
    if (!isCut) continue;
    const isKnown = history.byTime["in-advance"].at(period.start).length > 0;
    if (!isKnown) reportMissing(advanceKey(period.start, known), issues);
  }
}

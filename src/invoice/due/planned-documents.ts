import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { afterEnd, scheduledAt } from "../../subscription/cadence.js";
import { openingOf } from "../../subscription/due.js";
import { plansBefore } from "../../subscription/held-plans.js";
import { billsWholeFees, knownBefore, type Timeline } from "../../subscription/timeline.js";
import { instantOf } from "../../time/date.js";
import { EARLIEST_INSTANT, type Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import type { DocumentScope } from "../document/document.js";
import { lateChange, lifeDigest } from "../history/life.js";
import type { EarlierDocument } from "../history/read-previous.js";
import { opensWithLevel } from "../price/carried-levels.js";
import {
  type DocumentNeeds,
  needsOf,
  type RecordedStretches,
  sharedWith,
  usageOfChanged,
} from "./document-needs.js";

/** Which changes of a subscription have documents of their own. */
export type ChangeDocuments = "due-at-once" | "at-moment" | "next-document";

/** What decides which documents of a subscription are due. */
export interface DueRequest {
  readonly timeline: Timeline;
  readonly until: Instant;
  readonly last: EarlierDocument | undefined;
  /** What the last document has recorded. */
  readonly recorded: RecordedStretches;
  readonly changes: ChangeDocuments;
}

/** A document before its number and key are known. */
export interface Planned extends DocumentNeeds {
  readonly scope: DocumentScope;
  readonly period: Interval;
  readonly known: Timeline;
}

/** The documents that can be written and have not been, in order. */
export function* listPlanned(request: DueRequest): Generator<Planned> {
  const { timeline, until, last, recorded, changes } = request;
  const { span } = timeline;
  if (changes !== "next-document") yield* lateChanges(request);
  // Interim documents stand for no other: where there are these alone, nothing was written.
  const isWritten = last !== undefined && last.document.basis.life.length > 0;
  const written = isWritten ? last.period.end : Number.NEGATIVE_INFINITY;
  const opening = openingOf(knownBefore(timeline, openingHorizon(timeline)));
  let isOpened = opening === undefined || written >= opening;
  let at = firstOpenPeriod(request);
  while (at !== undefined && at <= until) {
    const known = knownAtEnd(timeline, at);
    const scheduled = known && scheduledAt(known.schedule, at);
    if (known === undefined || scheduled === undefined) break;
    const { period } = scheduled;
    if (!isOpened && opening !== undefined && opening < period.end && opening <= until) {
      isOpened = true;
      yield moment("opening", opening, known);
    }
    if (changes !== "next-document") {
      for (const date of changesIn(known, period)) {
        if (changes === "due-at-once" && !billsWholeFees(known, date)) continue;
        if (date <= until && date > written && date !== opening)
          yield moment("change", date, known);
      }
    }
    if (period.end > until) break;
    yield { scope: "period", period, known, ...needsOf(known, scheduled, last, recorded) };
    at = period.end < span.end ? period.end : undefined;
  }
  yield* afterTheEnd(request);
}

/** What became known of invoiced time since the last document: the difference, at the moment of that. */
function* lateChanges({ timeline, until, last }: DueRequest): Generator<Planned> {
  const late = last && lateChange(timeline, last);
  if (late === undefined || late.at > until) return;
  const { at, isOfBoundary } = late;
  const used = plansBefore(timeline, at).flatMap(({ charges }) => charges.filter(isUsageCharge));
  const start = used.some((charge) => opensWithLevel({ charge }))
    ? EARLIEST_INSTANT
    : timeline.span.start;
  // Which periods it touches is known with the earlier documents; of a boundary, nothing used before it.
  const usageFrom = used.length > 0 && !isOfBoundary ? start : undefined;
  yield { ...moment("change", at, knownBefore(timeline, at + 1)), usageFrom };
}

/** How far ahead the opening document looks: to the end of the period that it opens. */
function openingHorizon(timeline: Timeline): Instant {
  const first = openingOf(timeline) ?? timeline.span.start;
  return scheduledAt(timeline.schedule, first)?.period.end ?? timeline.span.end;
}

/** Where the first billing period begins that has no document yet; nothing when there is none left. */
function firstOpenPeriod({ timeline: { span, zone }, last }: DueRequest): Instant | undefined {
  const until = last?.document.basis.billedUntil ?? null;
  if (until === null) return span.start;
  const at = instantOf(until, zone);
  return at < span.end ? at : undefined;
}

const NOTHING_MORE = { cutFrom: [], sharedWith: [] };

function moment(scope: "opening" | "change", at: Instant, known: Timeline): Planned {
  return { scope, period: { start: at, end: at }, known, usageFrom: undefined, ...NOTHING_MORE };
}

/** The life as the document of the period that begins at an instant will know it. */
export function knownAtEnd(timeline: Timeline, at: Instant): Timeline | undefined {
  let known = knownBefore(timeline, at + 1);
  // A change in the period may end it earlier; none makes it longer.
  for (let tries = 0; tries < 2; tries += 1) {
    const scheduled = scheduledAt(known.schedule, at);
    if (scheduled === undefined) return undefined;
    const next = knownBefore(timeline, scheduled.period.end + 1);
    if (next === known) return known;
    known = next;
  }
  return known;
}

function changesIn(known: Timeline, { start, end }: Interval): readonly Instant[] {
  return known.drafts
    .slice(1)
    .map(({ since }) => since)
    .filter((since) => start < since && since < end);
}

/** What is left when the subscription is over: what a late change leaves open, and outcomes that are pending. */
function* afterTheEnd({ timeline, until, last }: DueRequest): Generator<Planned> {
  const { span, zone, schedule } = timeline;
  if (last === undefined || span.end > until) return;
  const written = last.document.basis.billedUntil;
  const billedUntil = written === null ? span.start : instantOf(written, zone);
  if (billedUntil < span.end) return;
  const isKnown = last.document.basis.life.every(
    (each) => lifeDigest(timeline, instantOf(each.until, zone)) === each.digest,
  );
  if (!isKnown) {
    // A billing period that ended just then was billed as it is.
    const isBilled = last.document.scope === "period" && last.period.end === span.end;
    const usageFrom = isBilled ? undefined : usageOfChanged(last, timeline);
    yield { ...moment("change", span.end, timeline), usageFrom };
  }
  const waits = last.document.provisional.some(({ pending }) => pending !== "0");
  // What was billed beyond an end that was recorded late is taken back by the document of the end.
  const isAtEnd = last.document.scope === "change" && last.period.end === span.end;
  const period = afterEnd(schedule, isAtEnd ? span.end : billedUntil);
  if (!waits || period === undefined || period.end > until) return;
  const open = last.document.provisional.map(({ since }) => instantOf(since, zone));
  const usageFrom = Math.min(span.end, ...open);
  const shared = sharedWith(timeline, period, last);
  yield { scope: "run-off", period, known: timeline, usageFrom, cutFrom: [], sharedWith: shared };
}

import { lasting } from "../../data/canonical-bytes.js";
import { digestOf } from "../../data/digest.js";
import { once, recent } from "../../data/recent.js";
import { scheduledAt } from "../../subscription/cadence.js";
import type { DatedValues } from "../../subscription/own-terms.js";
import { knownBefore, knownUntil, type Timeline } from "../../subscription/timeline.js";
import { formatDate, instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import type { RecordedLife } from "../document/document.js";
import type { History } from "./history.js";
import type { EarlierDocument } from "./read-previous.js";

const MARK = 16;

const SOME_DIGESTS = 16;
const digestsOf = once((_timeline: Timeline) => recent<Instant, RecordedLife>(SOME_DIGESTS));

/** A digest of the subscription's life before an instant: equal digests, equal lives. */
export function lifeDigest(timeline: Timeline, until: Instant): string {
  return lifeBefore(timeline, until).digest;
}

function lifeBefore(timeline: Timeline, until: Instant): RecordedLife {
  return digestsOf(timeline).get(until, () =>
    lasting({ until: formatDate(until, timeline.zone), digest: digestBefore(timeline, until) }),
  );
}

function digestBefore(timeline: Timeline, until: Instant): string {
  const { states, zone, own, drafts, span: life } = timeline;
  const before = states.filter(({ span }) => span.start < until);
  const facts = before.map(({ span, plan, unbilledReason }) => [
    formatDate(span.start, zone),
    span.end <= until ? formatDate(span.end, zone) : null,
    plan.plan.id,
    unbilledReason ?? null,
  ]);
  const end = Math.min(until, knownUntil(timeline) + 1);
  const valuesOf = (values: DatedValues<unknown>) =>
    Object.fromEntries(
      [...values].flatMap(([chargeId, dated]) => {
        const known = dated.filter(({ at }) => at < end);
        return known.length === 0
          ? []
          : [[chargeId, known.map(({ at, value }) => [formatDate(at, zone), value])]];
      }),
    );
  // That it ends just then is more than that something changes then.
  const over = life.end <= until ? ["over"] : [];
  const whole = drafts.flatMap(({ since, wholeFees }) =>
    wholeFees && since < end ? [formatDate(since, zone)] : [],
  );
  const terms = [facts, valuesOf(own.quantities), valuesOf(own.overrides), ...over];
  return digestOf(whole.length === 0 ? terms : [...terms, whole]).slice(0, MARK);
}

/** The life as a document records it, at each of several instants. */
export function recordLife(
  timelines: readonly { readonly timeline: Timeline; readonly until: Instant }[],
): readonly RecordedLife[] {
  return timelines.map(({ timeline, until }) => lifeBefore(timeline, until));
}

/**
 * Up to when everything is as the life is known now. Goes back from the last document; what a document has priced for
 * another life is not. Where one is not given that must be looked at, its key is asked for.
 */
export function settledUntil(
  { documents, zone }: History,
  timeline: Timeline,
  ask: (key: string) => void,
): Instant {
  let unsettledFrom = Number.POSITIVE_INFINITY;
  for (let index = documents.length - 1; index >= 0; index -= 1) {
    const document = documents[index]?.document;
    if (document === undefined) break;
    const known = document.basis.life
      .map(({ until, digest: mark }) => ({ until: instantOf(until, zone), mark }))
      .sort((a, b) => b.until - a.until)
      .find(({ until, mark }) => lifeDigest(timeline, until) === mark);
    if (known !== undefined) return Math.min(known.until, unsettledFrom);
    for (const { period } of document.basis.parts) {
      unsettledFrom = Math.min(unsettledFrom, instantOf(period.start, zone));
    }
    const { previous } = document.basis;
    if (previous !== null && documents[index - 1]?.document.sequence !== previous.sequence) {
      ask(previous.idempotencyKey);
      break;
    }
  }
  return timeline.span.start;
}

/** What became known of invoiced time since the last document. */
export interface LateChange {
  /** Up to when time is invoiced: the moment at which the difference can be billed. */
  readonly at: Instant;
  /** Whether it is of that moment alone, where a billing period begins that is billed in advance. */
  readonly isOfBoundary: boolean;
}

/**
 * Whether the subscription is not what the last document knew of invoiced time, the moment included up to which that is:
 * nothing where it is, and where it is over by then.
 */
export function lateChange(
  timeline: Timeline,
  { document: { basis } }: EarlierDocument,
): LateChange | undefined {
  const { zone } = timeline;
  const { billedUntil } = basis;
  const life = basis.life.map((each) => ({ ...each, until: instantOf(each.until, zone) }));
  // Where there are interim documents alone, nothing but usage was looked at.
  if (life.length === 0) return undefined;
  const looked = Math.min(...life.map(({ until }) => until));
  const at = billedUntil === null ? looked : Math.max(looked, instantOf(billedUntil, zone));
  const known = knownBefore(timeline, at + 1);
  if (scheduledAt(known.schedule, at) === undefined) return undefined;
  // What changes at the end of a stretch shows in it, and is no matter of the time before.
  const before = knownBefore(timeline, at);
  const isKnown = (until: Instant, mark: string) =>
    lifeDigest(known, until) === mark || (until === at && lifeDigest(before, until) === mark);
  const late = life.filter((each) => each.until <= at + 1 && !isKnown(each.until, each.digest));
  // A document of an earlier moment has not looked at what was invoiced after it.
  if (late.length === 0 && looked === at) return undefined;
  return { at, isOfBoundary: looked === at && late.every(({ until }) => until > at) };
}

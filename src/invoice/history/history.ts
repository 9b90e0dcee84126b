import type { CatalogReader } from "../../catalog/catalog.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { groupBy } from "../../data/group-by.js";
import { once } from "../../data/recent.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, ZERO } from "../../money/fraction.js";
import type { Timeline } from "../../subscription/timeline.js";
import { instantOf, readDate } from "../../time/date.js";
import { type Instant, isDateProblem } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import { type IntervalIndex, intervalIndex } from "../../time/interval-index.js";
import type { TimeZone } from "../../time/zone.js";
import type { Invoice } from "../document/document.js";
import type { InvoiceLine, LineKind } from "../document/line.js";
import { AHEAD, type AppliedShare, keyText, type LineKey } from "../document/priced-line.js";
import { type ClosedPart, closedPart, isRetired, type PeriodPart } from "./closed-part.js";
import { type EarlierDocument, intervalOf, readPrevious } from "./read-previous.js";

/** A line of an earlier document. */
export interface BilledLine {
  readonly line: InvoiceLine;
  readonly key: LineKey;
  readonly amount: Fraction;
  readonly period: Interval;
  /** What it took off which line, if it is a discount. */
  readonly shares: readonly AppliedShare[];
  readonly document: Invoice;
}

/** Everything that was billed under a key, the line that billed it first leading. */
export interface BilledKey {
  readonly key: LineKey;
  readonly lines: readonly BilledLine[];
  readonly amount: Fraction;
}

/** What earlier documents of a subscription say. */
export interface History {
  readonly zone: TimeZone;
  /** In the order of their numbers. */
  readonly documents: readonly EarlierDocument[];
  /** Whether documents were given that could not be read: then nobody can say which are missing. */
  readonly isBroken: boolean;
  /** What was billed, by the text of its key. */
  readonly billed: ReadonlyMap<string, BilledKey>;
  /** The lines that were worked out for a document as a whole: taxes and credits. */
  readonly settled: readonly BilledLine[];
  /** The same by charge and start, whatever the kind and group. */
  readonly bySegment: ReadonlyMap<string, readonly BilledKey[]>;
  /** Which keys were billed for each part of a billing period, by {@link partText}. */
  readonly keysOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** The closed parts, by {@link partText}. */
  readonly parts: ReadonlyMap<string, ClosedPart>;
  /** The periods of which interim documents have billed usage, by the same. */
  readonly interims: ReadonlyMap<string, Interval>;
  /** The closed parts by time. */
  readonly byTime: { readonly [part in PeriodPart]: IntervalIndex<ClosedPart> };
}

/** A part of a billing period as one text. */
export function partText(part: PeriodPart, { start, end }: Interval): string {
  return `${part} ${start} ${end}`;
}

/** A charge and a start as one text. */
export function segmentName(chargeId: string | null, start: Instant): string {
  return `${start} ${chargeId ?? ""}`;
}

/** What there is to know before the first document: the same for every request of a life. */
export const noHistory = once(({ zone }: Timeline) => {
  const byTime = intervalIndex<ClosedPart>([], ({ period }) => period);
  return {
    zone,
    documents: [],
    isBroken: false,
    billed: new Map(),
    settled: [],
    bySegment: new Map(),
    keysOf: new Map(),
    parts: new Map(),
    interims: new Map(),
    byTime: { "in-advance": byTime, "in-arrears": byTime },
  } satisfies History;
});

/** Reads earlier documents and puts together what they say. */
export function readHistory(
  previous: unknown,
  timeline: Timeline,
  reader: CatalogReader,
  issues: PricingIssue[],
): History {
  const { zone } = timeline;
  const before = issues.length;
  const documents = readPrevious(previous, timeline, issues);
  if (documents.length === 0 && issues.length === before) return noHistory(timeline);
  const lines: BilledLine[] = [];
  const settled: BilledLine[] = [];
  const written = new Map<string, LineKey>();
  const keysOf = new Map<string, Set<string>>();
  const parts = new Map<string, ClosedPart>();
  const interims = new Map<string, Interval>();
  for (const earlier of documents) {
    const { document } = earlier;
    const names = document.basis.parts.map((recorded, index) => {
      const name = partText(recorded.part, intervalOf(recorded.period, zone));
      // What an interim document has billed of a period does not close it.
      if (recorded.until !== undefined) {
        interims.set(name, intervalOf(recorded.period, zone));
        return name;
      }
      const known = parts.get(name);
      parts.set(
        name,
        closedPart(
          recorded,
          earlier,
          known?.first ?? earlier,
          [...earlier.path, "basis", "parts", index],
          { reader, zone, issues },
        ),
      );
      return name;
    });
    for (const [index, line] of document.lines.entries()) {
      if (line.part === null) {
        const start = earlier.period.start;
        const key = { kind: line.kind, chargeId: null, start, group: null };
        settled.push(billedLine(line, key, document, { zone, written }));
        continue;
      }
      const key = readKey(line, zone);
      if (key === undefined) {
        const expected = "a key of the line's charge and group, with the dates of its service";
        const path = [...earlier.path, "lines", index, "key"];
        issues.push(issueAt("invalid_value", path, { expected, received: line.key }));
        continue;
      }
      written.set(line.key, key);
      lines.push(billedLine(line, key, document, { zone, written }));
      const name = names[line.part] ?? "";
      const keys = keysOf.get(name) ?? new Set<string>();
      keysOf.set(name, keys.add(keyText(key)));
    }
  }
  const billed = new Map(
    [...groupBy(lines, ({ key }) => keyText(key))].map(([name, own]) => [name, billedKey(own)]),
  );
  homeRetired(parts, keysOf, billed);
  const bySegment = groupBy(billed.values(), ({ key }) => segmentName(key.chargeId, key.start));
  const isBroken = issues.length > before;
  const byTime = {
    "in-advance": indexOf(parts, "in-advance"),
    "in-arrears": indexOf(parts, "in-arrears"),
  };
  return { zone, documents, isBroken, billed, settled, bySegment, keysOf, parts, interims, byTime };
}

/**
 * What was billed ahead for a part that is no more, and is due as before in one that took its place, has no line there: it
 * belongs to that part all the same, so that it is found when it is due no longer.
 */
function homeRetired(
  parts: ReadonlyMap<string, ClosedPart>,
  keysOf: Map<string, Set<string>>,
  billed: ReadonlyMap<string, BilledKey>,
): void {
  const ahead = [...parts].filter(([, { part }]) => part === "in-advance");
  for (const [name] of ahead.filter(([, part]) => isRetired(part))) {
    for (const text of keysOf.get(name) ?? []) {
      const start = billed.get(text)?.key.start ?? Number.NaN;
      for (const [other] of ahead.filter(([, { period }]) => contains(period, start))) {
        keysOf.set(other, (keysOf.get(other) ?? new Set()).add(text));
      }
    }
  }
}

function indexOf(
  parts: ReadonlyMap<string, ClosedPart>,
  part: PeriodPart,
): IntervalIndex<ClosedPart> {
  const own = [...parts.values()].filter((each) => each.part === part);
  return intervalIndex(own, ({ period }) => period);
}

function billedKey(lines: readonly BilledLine[]): BilledKey {
  const [first] = lines;
  if (first === undefined) throw new Error("unreachable: a key without lines");
  return {
    key: first.key,
    lines,
    amount: lines.reduce((total, { amount }) => add(total, amount), ZERO),
  };
}

function billedLine(
  line: InvoiceLine,
  key: LineKey,
  document: Invoice,
  { zone, written }: { readonly zone: TimeZone; readonly written: ReadonlyMap<string, LineKey> },
): BilledLine {
  return {
    line,
    key,
    amount: exact(line.amount),
    period: intervalOf(line.servicePeriod, zone),
    // What a discount took off stands before it, on the same document or an earlier one.
    shares: line.appliedTo.flatMap((share) => {
      const discounted = written.get(share.key);
      if (discounted === undefined) return [];
      const { amount, quantity } = share;
      return [
        {
          key: discounted,
          amount: exact(amount),
          ...(quantity === undefined ? {} : { quantity: exact(quantity) }),
        },
      ];
    }),
    document,
  };
}

/** The key that a line was written under; charge and group stand beside it, so that it reads only one way, if at all. */
export function readKey(line: InvoiceLine, zone: TimeZone): LineKey | undefined {
  const { key, chargeId, group } = line;
  const sourceId = "couponId" in line ? line.couponId : undefined;
  const kind = key.slice(0, key.indexOf(":")) as LineKind;
  const tail = group === null ? 0 : `#${canonicalJson(group)}`.length;
  const dates = key.slice(`${kind}:${chargeId ?? sourceId ?? ""}@`.length, key.length - tail);
  const ahead = dates.includes(AHEAD);
  const [start, mark] = dates.split(ahead ? AHEAD : "/").map((date) => readDate(date, zone));
  if (start === undefined || isDateProblem(start)) return undefined;
  const own = {
    kind,
    chargeId,
    start,
    group,
    ...(sourceId === undefined ? {} : { sourceId }),
  };
  if (mark === undefined) return own;
  return isDateProblem(mark) ? undefined : { ...own, mark, ...(ahead ? { ahead } : {}) };
}

/**
 * Which keys were billed for a part of a billing period: under its name, and under those of parts with other boundaries,
 * whether or not these are closed, of what begins in its time.
 */
export function keysOfTime(
  { keysOf, byTime, billed, interims }: History,
  part: PeriodPart,
  period: Interval,
): ReadonlySet<string> {
  const name = partText(part, period);
  const running = part === "in-advance" ? [] : [...interims.keys()];
  const closed = byTime[part].overlapping(period).map((each) => partText(part, each.period));
  const others = [...closed, ...running]
    .flatMap((other) => [...(keysOf.get(other) ?? [])])
    .filter((key) => contains(period, billed.get(key)?.key.start ?? Number.NaN));
  return new Set([...(keysOf.get(name) ?? []), ...others]);
}

/** Whether documents say what was billed of a time, or that nothing was. */
export function isOnRecord(history: History, part: PeriodPart, period: Interval): boolean {
  return (
    history.parts.has(partText(part, period)) || closedWithin(history, part, period).length > 0
  );
}

/** The document that was written last. */
export function lastOf({ documents }: History): EarlierDocument | undefined {
  return documents.at(-1);
}

/** Up to when usage has been billed, by all documents that there are. */
export function billedUntil(history: History): Instant {
  const until = lastOf(history)?.document.basis.billedUntil;
  return until == null ? Number.NEGATIVE_INFINITY : instantOf(until, history.zone);
}

/** The number of the next document. */
export function nextSequence(history: History): number {
  return (lastOf(history)?.document.sequence ?? 0) + 1;
}

/** The closed parts of a kind that have a part in a stretch of time; what was retired has none. */
export function closedWithin(
  { byTime }: History,
  part: PeriodPart,
  within: Interval,
): readonly ClosedPart[] {
  return byTime[part].overlapping(within).filter((each) => !isRetired(each));
}

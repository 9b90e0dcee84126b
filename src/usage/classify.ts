import type { UsageCharge } from "../catalog/charge.js";
import { canonicalJson } from "../data/canonical-json.js";
import { groupBy } from "../data/group-by.js";
import { isRatedPricing, modelOf } from "../pricing/models/index.js";
import { formatInstant, type Instant } from "../time/instant.js";
import { contains, type Interval } from "../time/interval.js";
import { type IntervalIndex, intervalIndex } from "../time/interval-index.js";
import { carriesOver } from "./aggregations/index.js";
import type { ReadEvent } from "./events/event.js";
import { whyOutside } from "./events/read-events.js";
import type { ClassifiedBucket } from "./events/report.js";
import { type CountedEvent, countEvent, type MeterTerms } from "./meter/count-event.js";
import { countingFinder } from "./meter/event-finder.js";
import { movesOpening, type RecordedLevels } from "./meter/levels.js";
import { type UsageScope, type UsageSegment, whyOutOfScope } from "./meter/scope.js";
import type { JudgedEra } from "./outcomes/judge-outcomes.js";
import type { JudgedEvent } from "./outcomes/outcome-usage.js";

/** What meters usage: the charge, how it counts, and whose usage of which time. */
export interface ChargeMeter {
  readonly segment: UsageSegment;
  readonly charge: UsageCharge;
  readonly terms: MeterTerms;
  readonly scope: UsageScope;
  /** The outcomes of its time, where the charge judges them. */
  readonly outcomes: JudgedEra | undefined;
}

/** Meters that count the same events of the same time alike: they share what is counted. */
export interface MeterGroup {
  readonly meters: readonly ChargeMeter[];
  readonly first: ChargeMeter;
}

/** What an event is to some charges. */
export interface EventClass {
  readonly bucket: ClassifiedBucket;
  readonly reason: string | undefined;
  /** Who counts it, and how. */
  readonly counted: readonly Counting[];
}

/** An event as some meters count it. */
export interface Counting {
  readonly groups: readonly MeterGroup[];
  readonly event: CountedEvent;
}

/** Says what events are to charges, and who counts them. */
export interface Classifier {
  readonly groups: readonly MeterGroup[];
  readonly classify: (event: ReadEvent) => EventClass;
}

/** Meters that count the same events alike, each of its own time. */
interface MeterFamily {
  readonly first: ChargeMeter;
  readonly last: ChargeMeter;
  /** The place of the last among all meters: of several reasons, that of the last meter is told. */
  readonly place: number;
  readonly groups: readonly MeterGroup[];
  /** Whether events of the time before a group's move the level that it opens with. */
  readonly movesLevels: boolean;
  readonly recordedOf: RecordedOf;
  /** Those that count a stretch of time, by time; the others count whenever. */
  readonly byTime: IntervalIndex<MeterGroup>;
  readonly timeless: readonly MeterGroup[];
}

/** The levels on record with which the time of a meter opens. */
export type RecordedOf = (meter: ChargeMeter) => RecordedLevels | undefined;

/** Says what an event is to charges: counted by every one that prices it, else in the bucket that says why none does. */
export function classifier(
  meters: readonly ChargeMeter[],
  recordedOf: RecordedOf = ({ segment }) => segment.recorded,
): Classifier {
  const placed = meters.map((meter, place) => ({ meter, place }));
  const families = [...groupBy(placed, ({ meter }) => familyName(meter)).values()]
    .map((members) => familyOf(members, recordedOf))
    .sort((a, b) => a.place - b.place);
  const lastOf = new Map(families.map((each) => [each.first.terms.unitOfMeasure, each]));
  const counting = families.filter(({ first }) => first.outcomes === undefined);
  const find = countingFinder(counting, ({ first }) => first.terms);
  const judging = judgingFamilies(families);
  return {
    groups: families.flatMap(({ groups }) => groups),
    classify(event) {
      const found = find(event);
      const judged = judging.get(event);
      const all =
        judged === undefined ? found : [...found, ...judged].sort((a, b) => a.place - b.place);
      return classify(event, all, lastOf);
    },
  };
}

/** The families whose outcomes an event is among. */
function judgingFamilies(
  families: readonly MeterFamily[],
): ReadonlyMap<ReadEvent, readonly MeterFamily[]> {
  const judging = new Map<ReadEvent, MeterFamily[]>();
  for (const family of families) {
    for (const event of family.first.outcomes?.byEvent.keys() ?? []) {
      const known = judging.get(event);
      if (known === undefined) judging.set(event, [family]);
      else known.push(family);
    }
  }
  return judging;
}

function familyOf(
  members: readonly { readonly meter: ChargeMeter; readonly place: number }[],
  recordedOf: RecordedOf,
): MeterFamily {
  const meters = members.map(({ meter }) => meter);
  const [first, last] = [meters[0], members.at(-1)];
  if (first === undefined || last === undefined) throw new Error("unreachable: an empty family");
  const groups = [...groupBy(meters, timeName).values()].flatMap((own): readonly MeterGroup[] =>
    own[0] === undefined ? [] : [{ meters: own, first: own[0] }],
  );
  const never = { start: 0, end: 0 };
  return {
    first,
    last: last.meter,
    place: last.place,
    groups,
    movesLevels: carriesOver(first.terms.aggregation),
    recordedOf,
    byTime: intervalIndex(groups, (each) => each.first.scope.period ?? never),
    timeless: groups.filter((each) => each.first.scope.period === undefined),
  };
}

const namesOf = new WeakMap<UsageCharge, string>();

/** Everything but time that decides whether and how a meter counts an event. */
function familyName({ charge, terms, scope, outcomes }: ChargeMeter): unknown {
  if (outcomes !== undefined) return outcomes;
  const known = namesOf.get(charge);
  const { pricing } = charge;
  const cells =
    isRatedPricing(pricing) && modelOf(pricing).pricesGroup !== undefined ? pricing : null;
  const name = known ?? canonicalJson([terms, cells]);
  namesOf.set(charge, name);
  return `${JSON.stringify(scope.agentType ?? null)} ${name}`;
}

/** When a meter counts, what of it is late, and what it opens with. */
function timeName({
  scope: { period, pauses = [] },
  segment: { billedAsOf, recorded },
}: ChargeMeter): string {
  const spans = [period, ...pauses].map((each) => [each?.start, each?.end]);
  return JSON.stringify([billedAsOf, spans, recorded]);
}

function classify(
  event: ReadEvent,
  families: readonly MeterFamily[],
  lastOf: ReadonlyMap<string | undefined, MeterFamily>,
): EventClass {
  const counted: Counting[] = [];
  let judged: string | undefined;
  let outside: string | undefined;
  for (const family of families) {
    const found = countFor(event, family);
    if (found.bucket === undefined) {
      counted.push({ groups: found.groups, event: found.counted });
    } else if (found.bucket === "outside-period") outside = found.reason;
    else if (family.first.outcomes !== undefined) judged = found.reason;
  }
  if (counted.length > 0) return { bucket: "matched", reason: undefined, counted };
  if (outside !== undefined) return { bucket: "outside-period", reason: outside, counted };
  const last = lastOf.get(event.unitOfMeasure);
  // What a charge says of an outcome of its own tells more than that another charge does not price it.
  const reason =
    judged ??
    (last === undefined ? `no charge prices ${event.unitOfMeasure}` : whyNotCounted(event, last));
  return { bucket: "unmatched", reason, counted };
}

/** Why no meter of a family counts an event, whenever it occurred. */
function whyNotCounted(
  event: ReadEvent,
  { last: { charge, terms, scope, segment } }: MeterFamily,
): string {
  const outOfScope = whyOutOfScope(event, scope);
  if (outOfScope !== undefined) return outOfScope;
  const counted = isElsewhere(event, segment)
    ? undefined
    : countEvent(charge, terms, event, scope.zone);
  return typeof counted === "string"
    ? counted
    : "occurred when the charge was not billed at these prices";
}

/** Whether an outcome occurred at another time than the one whose prices a segment has. */
function isElsewhere({ timestamp }: ReadEvent, { occurredIn }: UsageSegment): boolean {
  return occurredIn?.every((each) => !contains(each, timestamp)) === true;
}

type FamilyClass =
  | {
      readonly bucket: undefined;
      readonly groups: readonly MeterGroup[];
      readonly counted: CountedEvent;
    }
  | { readonly bucket: "unmatched" | "outside-period"; readonly reason: string };

function countFor(event: ReadEvent, family: MeterFamily): FamilyClass {
  const { charge, terms, scope, outcomes } = family.last;
  const judged = outcomes?.byEvent.get(event);
  if (judged !== undefined) return judgedFor(judged, family);
  const outOfScope = whyOutOfScope(event, scope);
  if (outOfScope !== undefined) return { bucket: "unmatched", reason: outOfScope };
  const counted = countEvent(charge, terms, event, scope.zone);
  if (typeof counted === "string") return { bucket: "unmatched", reason: counted };
  const groups = groupsCounting(family, event);
  if (groups.length > 0) return { bucket: undefined, groups, counted };
  return { bucket: "outside-period", reason: whyOutside(event, scope) ?? "" };
}

/** Those of the event's time, or whose level it moves. */
function groupsCounting(family: MeterFamily, event: ReadEvent): readonly MeterGroup[] {
  const { groups } = family;
  if (family.movesLevels) return groupsMoved(family, event);
  const [only] = groups;
  if (groups.length === 1 && only !== undefined) {
    return whyOutside(event, only.first.scope) === undefined ? groups : [];
  }
  return groupsAt(family, event.timestamp).filter(
    ({ first }) => whyOutside(event, first.scope) === undefined,
  );
}

/** Where an event goes by what became of its outcome. */
function judgedFor({ outcome, counted }: JudgedEvent, family: MeterFamily): FamilyClass {
  const { state, billableAt, quantity, value, reasons } = outcome;
  const last = reasons.at(-1)?.text ?? state;
  // "reversed by s1" says it all; "occurred at …" of what is pending does not.
  const reason = last.startsWith(state) ? last : `${state}: ${last}`;
  if (billableAt === undefined) {
    const waits = state === "pending" || state === "confirmed";
    return { bucket: waits ? "outside-period" : "unmatched", reason };
  }
  const groups = groupsAt(family, billableAt);
  if (groups.length === 0) {
    return { bucket: "outside-period", reason: `billable at ${formatInstant(billableAt)}` };
  }
  const left = counted.value === undefined ? {} : { value };
  return { bucket: undefined, groups, counted: { ...counted, ...left, quantity } };
}

/** Those whose level an event moves: in the period, also in a pause of it, or before. */
function groupsMoved({ groups, recordedOf }: MeterFamily, event: ReadEvent): readonly MeterGroup[] {
  return groups.filter(({ first }) => {
    const { start, end } = first.scope.period ?? ALWAYS;
    if (event.timestamp >= end) return false;
    return event.timestamp >= start || movesOpening(event, recordedOf(first));
  });
}

const ALWAYS: Interval = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

function groupsAt({ byTime, timeless }: MeterFamily, instant: Instant): readonly MeterGroup[] {
  return [...timeless, ...byTime.at(instant)];
}

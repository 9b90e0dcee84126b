import type { UsageCharge } from "../catalog/charge.js";
import { canonicalJson } from "../data/canonical-json.js";
import { groupBy } from "../data/group-by.js";
import { isRatedPricing, modelOf } from "../pricing/models/index.js";
import { contains } from "../time/interval.js";
import { type IntervalIndex, intervalIndex } from "../time/interval-index.js";
import type { ReadEvent } from "./events/event.js";
import { whyOutside } from "./events/read-events.js";
import type { ClassifiedBucket } from "./events/report.js";
import { type CountedEvent, countEvent, type MeterTerms } from "./meter/count-event.js";
import { type UsageScope, type UsageSegment, whyOutOfScope } from "./meter/scope.js";
import type { JudgedOutcomes } from "./outcomes/outcome-usage.js";

/** What meters usage: the charge, how it counts, and whose usage of which time. */
export interface ChargeMeter {
  readonly segment: UsageSegment;
  readonly charge: UsageCharge;
  readonly terms: MeterTerms;
  readonly scope: UsageScope;
  /** Its outcomes, where the charge judges them. */
  readonly outcomes: JudgedOutcomes | undefined;
}

/** What an event is to some charges. */
export interface EventClass {
  readonly bucket: ClassifiedBucket;
  readonly reason: string | undefined;
  /** The segments that count it, and how. */
  readonly counted: ReadonlyMap<UsageSegment, CountedEvent>;
}

/** Meters that count the same events alike, each of its own time; or one that judges outcomes. */
interface MeterFamily {
  readonly meters: readonly ChargeMeter[];
  readonly first: ChargeMeter;
  readonly last: ChargeMeter;
  /** The place of the last among all meters: of several reasons, that of the last meter is told. */
  readonly place: number;
  /** Those that count a stretch of time, by time; the others count whenever. */
  readonly byTime: IntervalIndex<ChargeMeter>;
  readonly timeless: readonly ChargeMeter[];
}

/** Says what an event is to charges: counted by every one that prices it, else in the bucket that says why none does. */
export function classifier(meters: readonly ChargeMeter[]): (event: ReadEvent) => EventClass {
  const placed = meters.map((meter, place) => ({ meter, place }));
  const families = [
    ...groupBy(placed, ({ meter, place }) => familyName(meter, place)).values(),
  ].map((members) => familyOf(members));
  const byUnit = groupBy(
    families.flatMap((each) => each ?? []).sort((a, b) => a.place - b.place),
    ({ first }) => first.terms.unitOfMeasure,
  );
  return (event) => classify(event, byUnit.get(event.unitOfMeasure) ?? []);
}

function familyOf(
  members: readonly { readonly meter: ChargeMeter; readonly place: number }[],
): MeterFamily | undefined {
  const meters = members.map(({ meter }) => meter);
  const [first, last] = [meters[0], members.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const never = { start: 0, end: 0 };
  return {
    meters,
    first,
    last: last.meter,
    place: last.place,
    byTime: intervalIndex(meters, ({ scope }) => scope.period ?? never),
    timeless: meters.filter(({ scope }) => scope.period === undefined),
  };
}

const namesOf = new WeakMap<UsageCharge, string>();

/** Everything but time that decides whether and how a meter counts an event; outcomes are judged segment by segment. */
function familyName({ charge, terms, scope, outcomes }: ChargeMeter, place: number): string {
  if (outcomes !== undefined) return `${place}`;
  const known = namesOf.get(charge);
  const { pricing } = charge;
  const cells =
    isRatedPricing(pricing) && modelOf(pricing).pricesGroup !== undefined ? pricing : null;
  const name = known ?? canonicalJson([charge.id, terms, cells]);
  namesOf.set(charge, name);
  return `${JSON.stringify(scope.agentType ?? null)} ${name}`;
}

function classify(event: ReadEvent, families: readonly MeterFamily[]): EventClass {
  const counted = new Map<UsageSegment, CountedEvent>();
  let unmatched = `no charge prices ${event.unitOfMeasure}`;
  let judged: string | undefined;
  let outside: string | undefined;
  for (const family of families) {
    const found = countFor(event, family);
    if (found.bucket === undefined) {
      for (const { segment } of found.meters) counted.set(segment, found.counted);
    } else if (found.bucket === "outside-period") outside = found.reason;
    else if (family.last.outcomes?.byId.has(event.id) === true) judged = found.reason;
    else unmatched = found.reason;
  }
  if (counted.size > 0) return { bucket: "matched", reason: undefined, counted };
  if (outside !== undefined) return { bucket: "outside-period", reason: outside, counted };
  // What a charge says of an outcome of its own tells more than that another charge does not price it.
  return { bucket: "unmatched", reason: judged ?? unmatched, counted };
}

/** Whether an outcome occurred at another time than the one whose prices a segment has. */
function isElsewhere({ timestamp }: ReadEvent, { occurredIn }: UsageSegment): boolean {
  return occurredIn?.every((each) => !contains(each, timestamp)) === true;
}

type FamilyClass =
  | {
      readonly bucket: undefined;
      readonly meters: readonly ChargeMeter[];
      readonly counted: CountedEvent;
    }
  | { readonly bucket: "unmatched" | "outside-period"; readonly reason: string };

function countFor(event: ReadEvent, family: MeterFamily): FamilyClass {
  const { segment, charge, terms, scope, outcomes } = family.first;
  const outOfScope = whyOutOfScope(event, scope);
  if (outOfScope !== undefined) return { bucket: "unmatched", reason: outOfScope };
  const judged = outcomes?.byId.get(event.id);
  if (judged !== undefined) {
    return "counted" in judged
      ? { bucket: undefined, meters: family.meters, counted: judged.counted }
      : judged;
  }
  if (outcomes !== undefined && isElsewhere(event, segment)) {
    return {
      bucket: "unmatched",
      reason: "occurred when the charge was not billed at these prices",
    };
  }
  const counted = countEvent(charge, terms, event);
  if (typeof counted === "string") return { bucket: "unmatched", reason: counted };
  const inTime = [...family.timeless, ...family.byTime.at(event.timestamp)].filter(
    (each) => whyOutside(event, each.scope) === undefined,
  );
  if (inTime.length > 0) return { bucket: undefined, meters: inTime, counted };
  const reason = whyOutside(event, family.last.scope) ?? "";
  return { bucket: "outside-period", reason };
}

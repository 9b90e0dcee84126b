import type { UsageCharge } from "../../catalog/charge.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { isRatedPricing, modelOf } from "../../pricing/models/index.js";
import type { Instant } from "../../time/instant.js";
import type { Aggregation, StoredLevel } from "../aggregations/aggregation.js";
import { carryingOf } from "../aggregations/index.js";
import type { AggregateState, AggregateStates } from "./aggregate.js";
import { type CountedEvent, type GroupKey, meterTerms } from "./count-event.js";

/** How the level of a group of events stands. */
export interface GroupLevel {
  /** The values of the fields that the charge, and then its model, group by; empty where nothing is grouped. */
  readonly group: GroupKey;
  /** The level. */
  readonly level: StoredLevel;
}

/** The levels that a document has recorded at a moment, by what it knew. */
export interface RecordedLevels {
  /** What happened from then on is not in them. */
  readonly at: Instant;
  /** What became known after this, of the time before, is not in it. */
  readonly knownAt: Instant;
  readonly levels: readonly GroupLevel[];
}

/** How the levels of a charge stand at the end of a period, in the order of their groups; nothing where none persists. */
export function closingLevels(
  { aggregation }: UsageCharge,
  states: AggregateStates,
): readonly GroupLevel[] | undefined {
  const carrying = carryingOf(aggregation);
  if (carrying === undefined) return undefined;
  return [...states]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([, { key, state }]) => ({ group: key, level: carrying.closing(state) }));
}

/** A period that recorded levels open: by themselves, or where nothing in the states does. */
export function openedBy(
  levels: readonly GroupLevel[],
  aggregation: Aggregation,
  states: AggregateStates = new Map(),
): AggregateStates {
  const carrying = carryingOf(aggregation);
  if (carrying === undefined) return new Map();
  const opened = new Map<string, AggregateState>();
  for (const { group: key, level } of levels) {
    const name = canonicalJson(key);
    const known = states.get(name);
    if (known !== undefined && carrying.isOpened(known.state)) continue;
    const state = carrying.openWith(level);
    opened.set(name, { key, count: 0, state, values: [], totals: undefined });
  }
  return opened;
}

/** Recorded levels without events that they counted, and that do not count any more. */
export function levelsWithout(
  recorded: RecordedLevels,
  events: readonly CountedEvent[],
  aggregation: Aggregation,
): RecordedLevels {
  const carrying = carryingOf(aggregation);
  if (carrying === undefined) return recorded;
  let isHidden = false;
  const levels = recorded.levels.flatMap(({ group, level }): readonly GroupLevel[] => {
    const name = canonicalJson(group);
    let left: StoredLevel | undefined = level;
    for (const event of events) {
      if (left === undefined || canonicalJson(event.group) !== name) continue;
      const next = carrying.without(left, event);
      if (carrying.hidesEarlier && canonicalJson(next) !== canonicalJson(left)) isHidden = true;
      left = next;
    }
    return left === undefined ? [] : [{ group, level: left }];
  });
  // What came before such an event is with the events themselves: the last of them counts, however often it is looked at.
  return { ...recorded, levels, at: isHidden ? Number.NEGATIVE_INFINITY : recorded.at };
}

/** Whether a level of one charge is a level of the other: both persist, and are moved by the same events alike. */
export function keepSameLevel(a: UsageCharge, b: UsageCharge): boolean {
  const [one, other] = [carryingOf(a.aggregation), carryingOf(b.aggregation)];
  if (one === undefined || other === undefined) return false;
  // What is made of a level over its period may differ, such as its highest and its average.
  return one.storedLevel === other.storedLevel && movedBy(a) === movedBy(b);
}

/** What moves the level of a charge, and how. */
function movedBy(charge: UsageCharge): string {
  const { pricing } = charge;
  const { unitOfMeasure, filter, eventQuantity, aggregation, needs, currency, ...groups } =
    meterTerms(charge);
  const { names, agents, where } = filter;
  return canonicalJson([
    unitOfMeasure,
    names?.toSorted(compareTexts),
    agents?.toSorted(compareTexts),
    where,
    eventQuantity,
    typeof aggregation === "object" && "by" in aggregation ? aggregation.by : null,
    needs === "values" ? [currency] : null,
    groups,
    isRatedPricing(pricing) ? modelOf(pricing).pricedGroups?.(pricing) : null,
  ]);
}

/** Whether levels are of the kind that an aggregation carries over. */
export function fitsLevels(
  levels: readonly GroupLevel[],
  aggregation: Aggregation | undefined,
): boolean {
  const carrying = carryingOf(aggregation);
  return (
    carrying !== undefined &&
    levels.every(({ level }) => carrying.storedLevel().safeParse(level).success)
  );
}

/** Whether an event of the time before a period moves the level with which the period opens. */
export function movesOpening(
  { timestamp, receivedAt }: { readonly timestamp: Instant; readonly receivedAt: Instant },
  recorded: RecordedLevels | undefined,
): boolean {
  return recorded === undefined || timestamp >= recorded.at || receivedAt > recorded.knownAt;
}

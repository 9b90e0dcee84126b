/** Zones, moments, cycles and grids for the laws of src/time: anywhere, and wherever calendars and clocks are odd. */
import fc from "fast-check";
import {
  type BillingCycle,
  CYCLE_UNITS,
  cycleLength,
  NAMED_CYCLES,
} from "../../src/time/billing-cycle.js";
import type { EndOfMonth, LocalTime } from "../../src/time/civil.js";
import type { CycleGrid } from "../../src/time/cycle-grid.js";
import type { Instant } from "../../src/time/instant.js";
import { changesOf, DAY, FROM, HOUR, MINUTE, shown, TO, ZONES } from "./clocks.js";

/** Where a moment lies, before there is a zone: anywhere, or so far from the zone's nth change of clocks. */
type Place = { readonly at: number } | { readonly change: number; readonly distance: number };

const places: fc.Arbitrary<Place> = fc.oneof(
  fc.record({ at: fc.integer({ min: FROM, max: TO }) }),
  fc.record({
    change: fc.nat(),
    distance: fc.oneof(
      fc.constantFrom(-HOUR, -30 * MINUTE, -1, 0, 1, 30 * MINUTE, HOUR - 1, HOUR),
      fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
      fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    ),
  }),
);

function instantAt(zone: string, place: Place): Instant {
  if ("at" in place) return place.at;
  const changes = changesOf(zone);
  const change = changes[place.change % changes.length];
  // A zone that never changed its clocks has no such place.
  return change === undefined ? FROM + (place.change % (TO - FROM)) : change + place.distance;
}

function localAt(zone: string, place: Place): LocalTime {
  if ("at" in place) return place.at;
  const changes = changesOf(zone);
  const change = changes[place.change % changes.length];
  if (change === undefined) return FROM + (place.change % (TO - FROM));
  // Around the change as clocks show it before, so that what they skip and repeat is among it.
  return shown(zone, change - 1) + 1 + place.distance;
}

const zones = fc.constantFrom<string>(...ZONES);

/** A zone and moments from 1970 to 2100, in no order. */
export function zonedInstants(count: number): fc.Arbitrary<{
  readonly zone: string;
  readonly instants: readonly Instant[];
}> {
  return fc
    .record({ zone: zones, at: fc.array(places, { minLength: count, maxLength: count }) })
    .map(({ zone, at }) => ({ zone, instants: at.map((place) => instantAt(zone, place)) }));
}

/** A zone and a moment from 1970 to 2100. */
export const zonedInstant = zonedInstants(1).map(({ zone, instants }) => ({
  zone,
  instant: instants[0] ?? FROM,
}));

/** A zone and what its clocks may show, or skip. */
export const zonedLocal = fc
  .record({ zone: zones, at: places })
  .map(({ zone, at }) => ({ zone, local: localAt(zone, at) }));

/** The days that months and years may lack, at midnight, just before the next, and at any time of day. */
const lastDays: fc.Arbitrary<LocalTime> = fc
  .record({
    year: fc.integer({ min: 1970, max: 2099 }),
    month: fc.integer({ min: 0, max: 11 }),
    fromEnd: fc.integer({ min: 0, max: 3 }),
    time: fc.oneof(fc.constant(0), fc.constant(DAY - 1), fc.nat({ max: DAY - 1 })),
  })
  .map(({ year, month, fromEnd, time }) => Date.UTC(year, month + 1, -fromEnd) + time);

export const cycles: fc.Arbitrary<BillingCycle> = fc.oneof(
  fc.constantFrom(...NAMED_CYCLES),
  fc.record({ every: fc.integer({ min: 1, max: 24 }), unit: fc.constantFrom(...CYCLE_UNITS) }),
);

/** A grid, what it was made of, and an index of one of its periods between 1970 and 2100. */
export interface GridCase {
  readonly grid: CycleGrid;
  readonly cycle: BillingCycle;
  readonly index: number;
}

interface GridSeed {
  readonly zone: string;
  readonly anchor: Place | LocalTime;
  readonly cycle: BillingCycle;
  readonly endOfMonth: EndOfMonth;
  readonly near: Place;
}

function gridCase({ zone, anchor: at, cycle, endOfMonth, near }: GridSeed): GridCase {
  const anchor = typeof at === "number" ? at : localAt(zone, at);
  const length = cycleLength(cycle);
  const days = length.days ?? length.months * 30.436875;
  const index = Math.round((instantAt(zone, near) - anchor) / DAY / days);
  return { grid: { zone, anchor, length, endOfMonth }, cycle, index: index === 0 ? 0 : index };
}

function gridsOf(
  cycle: fc.Arbitrary<BillingCycle>,
  anchor: fc.Arbitrary<Place | LocalTime>,
): fc.Arbitrary<GridCase> {
  return fc
    .record({
      zone: zones,
      anchor,
      cycle,
      endOfMonth: fc.constantFrom<EndOfMonth>("clamp", "sticky"),
      near: places,
    })
    .map(gridCase);
}

const anchors = fc.oneof<fc.Arbitrary<Place | LocalTime>[]>(places, lastDays);

export const grids = gridsOf(cycles, anchors);

/** Grids whose periods have months, anchored at days that months lack. */
export const monthGrids = gridsOf(
  cycles.filter((cycle) => cycleLength(cycle).months !== undefined),
  anchors,
);

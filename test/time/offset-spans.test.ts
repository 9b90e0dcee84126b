import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { offsetSpans } from "../../src/time/offset-spans.js";
import { shownTime, toLocal } from "../../src/time/zone.js";

const DAY = 86_400_000;
/** Summers that begin and end, also at midnight; a day that was skipped; half hours; none. */
const zones = fc.constantFrom(
  ...["UTC", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Pacific/Apia"],
  ...["Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"],
);
const instant = fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2030, 0, 1) });

describe("offsetSpans", () => {
  it("says what clocks show and have reached at every instant of an interval, each in one span", () => {
    fc.assert(
      fc.property(
        zones,
        instant,
        fc.integer({ min: 1, max: 400 * DAY }),
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 5 }),
        (zone, start, length, places) => {
          const spans = offsetSpans(zone, { start, end: start + length });
          const edges = spans.flatMap((each) => [each.start, each.end - 1]);
          const inside = places.map((place) => start + Math.floor(place * length));
          for (const at of [...inside, ...edges, ...edges.map((each) => each + 1_800_000)]) {
            if (at < start || at >= start + length) continue;
            const found = spans.filter((each) => each.start <= at && at < each.end);
            expect(found).toHaveLength(1);
            const [{ offset, reached = Number.NEGATIVE_INFINITY } = { offset: Number.NaN }] = found;
            expect(at + offset).toBe(shownTime(zone, at));
            expect(Math.max(at + offset, reached)).toBe(toLocal(zone, at));
          }
        },
      ),
    );
  });

  it("begins a span where clocks are put back, and says what they had reached", () => {
    // In 2026, Berlin's clocks go from 3:00 to 2:00 on 25 October at 1:00 UTC.
    const month = { start: Date.UTC(2026, 9, 1), end: Date.UTC(2026, 10, 1) };
    const change = Date.UTC(2026, 9, 25, 1);
    expect(offsetSpans("Europe/Berlin", month)).toEqual([
      { start: month.start, end: change, offset: 7_200_000, reached: undefined },
      { start: change, end: month.end, offset: 3_600_000, reached: change + 7_199_999 },
    ]);
  });

  const [start, end] = [Date.UTC(2026, 9, 1), Date.UTC(2026, 10, 1)];
  const change = Date.UTC(2026, 9, 25, 1);
  const after = { offset: 3_600_000, reached: change + 7_199_999 };

  it("knows a change on the last day, and the one after the end not yet", () => {
    const noon = Date.UTC(2026, 9, 25, 12);
    expect(offsetSpans("Europe/Berlin", { start, end: noon })).toEqual([
      { start, end: change, offset: 7_200_000, reached: undefined },
      { start: change, end: noon, ...after },
    ]);
    expect(offsetSpans("Europe/Berlin", { start, end: change })).toEqual([
      { start, end: change, offset: 7_200_000, reached: undefined },
    ]);
  });

  it("leaves out what is over before the interval, but not what clocks had reached by then", () => {
    for (const from of [change, Date.UTC(2026, 9, 26)]) {
      expect(offsetSpans("Europe/Berlin", { start: from, end })).toEqual([
        { start: from, end, ...after },
      ]);
    }
  });

  it("is one span of all time in UTC", () => {
    expect(offsetSpans("UTC", { start, end })).toEqual([
      {
        start: Date.UTC(1000, 0, 1),
        end: Date.UTC(10_000, 0, 1),
        offset: 0,
        reached: undefined,
      },
    ]);
  });
});

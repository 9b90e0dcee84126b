/** The schedule itself: cadences that tile whatever is rescheduled, and never make a billed period longer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cadence,
  gridOf,
  type Rescheduling,
  reschedule,
  type Schedule,
  scheduledAt,
  scheduledBefore,
  scheduledPeriod,
} from "../../src/subscription/cadence.js";
import type { BillingCycle } from "../../src/time/billing-cycle.js";
import { tries } from "../support/tries.js";

const at = (text: string) => Date.parse(text);

function cadenceOf({
  span = { start: at("2026-01-01"), end: Number.POSITIVE_INFINITY },
  ...more
}: Partial<Cadence> = {}): Cadence {
  return {
    span,
    charges: span,
    anchor: "anniversary",
    anniversary: at("2026-01-01"),
    cycle: "monthly",
    zone: "UTC",
    endOfMonth: "clamp",
    ...more,
  };
}

function rescheduled(schedule: Schedule, change: Rescheduling): Schedule {
  const copy = [...schedule];
  reschedule(copy, change);
  return copy;
}

const text = (instant: number) =>
  instant === Number.POSITIVE_INFINITY ? "∞" : new Date(instant).toISOString().slice(0, 10);
const spans = (schedule: Schedule) =>
  schedule.map(({ span }) => `${text(span.start)} ${text(span.end)}`);

describe("rescheduling", () => {
  it("begins a cadence at the change, for an anniversary", () => {
    const from = at("2026-02-11");
    const next = rescheduled([cadenceOf()], {
      from,
      anchor: "anniversary",
      anniversary: from,
      cycle: "annual",
    });
    expect(spans(next)).toEqual(["2026-01-01 2026-02-11", "2026-02-11 ∞"]);
    expect(scheduledAt(next, from)).toMatchObject({
      index: 2,
      period: { start: from, end: at("2027-02-11") },
    });
    expect(scheduledBefore(next, from)).toMatchObject({
      index: 1,
      period: { start: at("2026-02-01"), end: from },
      cycle: { start: at("2026-02-01"), end: at("2026-03-01") },
    });
  });

  it("replaces the cadence that begins at the very change", () => {
    const next = rescheduled([cadenceOf()], {
      from: at("2026-01-01"),
      anchor: "calendar",
      anniversary: at("2026-01-01"),
      cycle: "annual",
    });
    expect(spans(next)).toEqual(["2026-01-01 ∞"]);
    expect(next[0]?.cycle).toBe("annual");
  });

  it("outside of the schedule changes nothing", () => {
    const schedule = [cadenceOf({ span: { start: at("2026-01-01"), end: at("2026-02-01") } })];
    for (const date of ["2025-12-31", "2026-02-01"]) {
      const next = {
        anchor: "anniversary" as const,
        anniversary: at(date),
        cycle: "weekly" as const,
      };
      expect(rescheduled(schedule, { from: at(date), ...next })).toEqual(schedule);
    }
  });

  it("tiles, keeps what is over, and never makes the running period longer, however often", () => {
    const DAY = 86_400_000;
    const cycles: readonly BillingCycle[] = [
      "monthly",
      "weekly",
      "annual",
      { every: 10, unit: "day" },
    ];
    const change = fc.record({
      after: fc.integer({ min: 0, max: 40 }),
      anchor: fc.constantFrom("anniversary", "calendar", "2026-01-15", "2026-02-07", "2025-11-30"),
      cycle: fc.constantFrom(...cycles),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...cycles),
        fc.constantFrom("anniversary", "calendar", "2026-01-20"),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        (cycle, anchor, changes) => {
          let schedule: Schedule = [cadenceOf({ cycle, anchor })];
          let from = at("2026-01-01");
          for (const { after, ...next } of changes) {
            from += after * DAY;
            const running = scheduledAt(schedule, from);
            const before = schedule;
            schedule = rescheduled(schedule, { from, ...next, anniversary: from });
            if (running === undefined) throw new Error("a gap");
            const { start, end } = running.period;
            if (start < from) {
              // What runs goes on to the change at least, and no further than it would have.
              const now = scheduledBefore(schedule, from);
              expect(now).toMatchObject({ index: running.index, period: { start } });
              expect(now?.period.end).toBeLessThanOrEqual(end);
            }
            expect(scheduledAt(schedule, from)?.period.end).toBeGreaterThan(from);
            expect(scheduledBefore(schedule, start)).toEqual(scheduledBefore(before, start));
            // A cadence may be that of charges alone, without a billing period of its own.
            for (const stretches of [
              schedule.map(({ span }) => span),
              schedule.map(({ charges }) => charges),
            ]) {
              const own = stretches.filter((each) => each.start < each.end);
              expect(own[0]?.start).toBe(at("2026-01-01"));
              for (const [index, { end }] of own.entries()) {
                expect(end).toBe(own[index + 1]?.start ?? Number.POSITIVE_INFINITY);
              }
            }
          }
        },
      ),
      tries(75),
    );
  });
});

describe("the end of a schedule", () => {
  it("cuts the cadence that it is in, and drops those after it", () => {
    const from = at("2026-02-11");
    const schedule = rescheduled([cadenceOf()], {
      from,
      anchor: "anniversary",
      anniversary: from,
      cycle: "annual",
    });
    expect(spans(rescheduled(schedule, { endsAt: at("2026-05-01") }))).toEqual([
      "2026-01-01 2026-02-11",
      "2026-02-11 2026-05-01",
    ]);
    expect(spans(rescheduled(schedule, { endsAt: from }))).toEqual(["2026-01-01 2026-02-11"]);
    expect(spans(rescheduled(schedule, { endsAt: at("2026-01-20") }))).toEqual([
      "2026-01-01 2026-01-20",
    ]);
    expect(rescheduled(schedule, { endsAt: at("2026-01-01") })).toEqual([]);
  });

  it("is the end of the last period, whose cycle is whole", () => {
    const schedule = rescheduled([cadenceOf()], { endsAt: at("2026-02-11") });
    expect(scheduledPeriod(schedule, 1)).toEqual({
      index: 1,
      period: { start: at("2026-02-01"), end: at("2026-02-11") },
      cycle: { start: at("2026-02-01"), end: at("2026-03-01") },
    });
    expect(scheduledPeriod(schedule, 2)).toBeUndefined();
    expect(scheduledAt(schedule, at("2026-02-11"))).toBeUndefined();
  });

  it("on a boundary leaves no empty period", () => {
    const schedule = rescheduled([cadenceOf()], { endsAt: at("2026-02-01") });
    expect(scheduledPeriod(schedule, 0)?.period.end).toBe(at("2026-02-01"));
    expect(scheduledPeriod(schedule, 1)).toBeUndefined();
  });
});

describe("the grid of a cadence", () => {
  it("has the anchor of the cadence for any cycle of a charge", () => {
    const cadence = cadenceOf({ anchor: "calendar", anniversary: at("2026-05-20") });
    const year = gridOf(cadence, "annual");
    expect(text(year.anchor)).toBe("2026-01-01");
    const weeks = cadenceOf({ anchor: "calendar", anniversary: at("2026-05-20"), cycle: "weekly" });
    // 20 May 2026 is a Wednesday.
    expect(text(gridOf(weeks, "daily").anchor)).toBe("2026-05-18");
    expect(gridOf(cadence).origin).toBeUndefined();
    expect(gridOf(cadenceOf()).origin).toBe(at("2026-01-01"));
  });

  it("counts anniversaries of a time that clocks show twice from the second, if that is when it was", () => {
    // New York, 1 November 2026: 01:30 is shown at 05:30 and at 06:30 UTC.
    const second = at("2026-11-01T06:30:00Z");
    const cadence = cadenceOf({
      zone: "America/New_York",
      anniversary: second,
      span: { start: second, end: Number.POSITIVE_INFINITY },
    });
    expect(scheduledAt([cadence], second)).toMatchObject({
      index: 0,
      period: { start: second, end: at("2026-12-01T06:30:00Z") },
    });
  });
});

/** Segments: one charge over one stretch of time in which neither its prices nor its quantity change. */
import fc from "fast-check";
import type { ChargeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { cyclesWithin } from "../../src/subscription/cadence.js";
import { NOTHING_CLOSED } from "../../src/subscription/closed-terms.js";
import { type ChargeSegment, segmentsOf } from "../../src/subscription/segment.js";
import type { Timeline } from "../../src/subscription/timeline.js";
import type { BillingCycle } from "../../src/time/billing-cycle.js";
import { formatPeriod } from "../../src/time/billing-period.js";
import { fee, planOf } from "../support/plans.js";
import { timelineOf } from "../support/timelines.js";
import { tries } from "../support/tries.js";

const seats: ChargeInput = {
  id: "seats",
  name: "seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "30" },
};

const at = (text: string) => Date.parse(text);
const JUNE = { start: at("2026-06-01"), end: at("2026-07-01") };

function segments(
  timeline: Timeline,
  chargeId: string,
  cycle: BillingCycle = "monthly",
  within = JUNE,
): readonly ChargeSegment[] {
  const context = { timeline, closed: NOTHING_CLOSED };
  return timeline.schedule.flatMap((cadence) =>
    cyclesWithin(cadence, cycle, within).flatMap((each) =>
      segmentsOf(context, cadence, chargeId, cycle, each),
    ),
  );
}

function written(list: readonly ChargeSegment[]): readonly string[] {
  return list.map(({ period, priceInterval, quantity, ratePlanId }) => {
    const [own, held] = [period, priceInterval].map((each) => {
      const { start, end } = formatPeriod(each, "UTC");
      return `${start.slice(5)}/${end.slice(5)}`;
    });
    return `${own} of ${held} ${quantity ?? "-"} ${ratePlanId}`;
  });
}

describe("the segments of a cycle", () => {
  const plans = [
    planOf([fee("fee", "100"), seats]),
    planOf([fee("fee", "200"), seats], { id: "pro" }),
    planOf([fee("other", "1"), seats], { id: "lite" }),
  ];

  it("are one where nothing changes", () => {
    const timeline = timelineOf(plans, { quantities: { seats: 2 } });
    expect(written(segments(timeline, "fee"))).toEqual(["06-01/07-01 of 06-01/07-01 - starter"]);
    expect(written(segments(timeline, "seats"))).toEqual(["06-01/07-01 of 06-01/07-01 2 starter"]);
  });

  it("are cut by another quantity, under which the same prices hold on", () => {
    const timeline = timelineOf(plans, {
      quantities: { seats: 2 },
      changes: [
        { effectiveDate: "2026-06-11", quantities: { seats: 5 } },
        { effectiveDate: "2026-06-21", quantities: { seats: 2 } },
      ],
    });
    expect(written(segments(timeline, "seats"))).toEqual([
      "06-01/06-11 of 06-01/07-01 2 starter",
      "06-11/06-21 of 06-01/07-01 5 starter",
      "06-21/07-01 of 06-01/07-01 2 starter",
    ]);
    expect(written(segments(timeline, "fee"))).toEqual(["06-01/07-01 of 06-01/07-01 - starter"]);
  });

  it("are cut by other prices, and not by another plan with the same", () => {
    const timeline = timelineOf(plans, {
      quantities: { seats: 2 },
      changes: [
        { effectiveDate: "2026-06-11", ratePlanId: "pro" },
        { effectiveDate: "2026-06-21", ratePlanId: "lite" },
      ],
    });
    expect(written(segments(timeline, "fee"))).toEqual([
      "06-01/06-11 of 06-01/06-11 - starter",
      "06-11/06-21 of 06-11/06-21 - pro",
    ]);
    expect(written(segments(timeline, "other"))).toEqual(["06-21/07-01 of 06-21/07-01 - lite"]);
    expect(written(segments(timeline, "seats"))).toEqual(["06-01/07-01 of 06-01/07-01 2 starter"]);
    const fees = segments(timeline, "fee");
    expect(fees.map(({ position }) => position)).toEqual([0, 1]);
    for (const { parts } of fees) expect(parts).toEqual(fees.map(({ period }) => period));
    // Other prices have limits of their own; another quantity shares them.
    expect(fees.map(({ sharedLimits }) => sharedLimits())).toEqual(fees.map((each) => [each]));
  });

  it("are not there in a pause, a trial, and outside of the subscription", () => {
    const timeline = timelineOf(plans, {
      quantities: { seats: 2 },
      trialDays: 4,
      billingAnchor: "calendar",
      endDate: "2026-06-26",
      changes: [
        { effectiveDate: "2026-06-11", status: "paused" },
        { effectiveDate: "2026-06-21", status: "active" },
      ],
    });
    // The same prices go on after a pause.
    expect(written(segments(timeline, "fee"))).toEqual([
      "06-05/06-11 of 06-05/06-26 - starter",
      "06-21/06-26 of 06-05/06-26 - starter",
    ]);
    const [first] = segments(timeline, "fee");
    expect(first?.cycle).toEqual(JUNE);
    expect(segments(timeline, "unknown")).toEqual([]);
  });

  it("are those of the charge's own cycle", () => {
    const weekly = [
      planOf([fee("fee", "7", { billingCycle: "daily" } as Partial<ChargeInput>)], {
        billingCycle: "weekly",
      }),
    ];
    const timeline = timelineOf(weekly);
    const week = { start: at("2026-06-01"), end: at("2026-06-08") };
    expect(segments(timeline, "fee", "daily", week)).toHaveLength(7);
    // Under another cycle the charge has none.
    expect(segments(timeline, "fee", "weekly", week)).toEqual([]);
  });

  it("tile what is billed, whatever changes", () => {
    const DAY = 86_400_000;
    const kinds = fc.constantFrom<object[]>(
      { ratePlanId: "starter" },
      { ratePlanId: "pro" },
      { ratePlanId: "lite" },
      { quantities: { seats: 1 } },
      { quantities: { seats: 2 } },
      { status: "paused" },
      { status: "active" },
      { overrides: { seats: { model: "per-unit", unitPrice: "5" } } },
      { overrides: { seats: null } },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ day: fc.nat({ max: 80 }), kind: kinds }), {
          maxLength: 6,
          selector: ({ day }) => day,
        }),
        (list) => {
          const timeline = timelineOf(plans, {
            quantities: { seats: 1 },
            changes: list.map(({ day, kind }) => ({
              effectiveDate: new Date(JUNE.start + day * DAY).toISOString().slice(0, 10),
              ...kind,
            })),
          });
          const summer = { start: JUNE.start, end: at("2026-09-01") };
          const own = segments(timeline, "seats", "monthly", summer);
          const unbilled = timeline.states.filter(
            ({ unbilledReason }) => unbilledReason !== undefined,
          );
          const length = (spans: readonly { start: number; end: number }[]) =>
            spans.reduce((sum, { start, end }) => sum + Math.min(end, summer.end) - start, 0);
          expect(
            length(own.map(({ period }) => period)) + length(unbilled.map(({ span }) => span)),
          ).toBe(length([summer]));
          for (const [index, one] of own.entries()) {
            const next = own[index + 1];
            expect(one.cycle.start <= one.period.start && one.period.end <= one.cycle.end).toBe(
              true,
            );
            expect(
              one.priceInterval.start <= one.period.start &&
                one.period.end <= one.priceInterval.end,
            ).toBe(true);
            if (next === undefined || next.cycle.start !== one.cycle.start) continue;
            expect(next.period.start).toBeGreaterThanOrEqual(one.period.end);
            // No cut for nothing.
            if (next.period.start === one.period.end) {
              expect([one.quantity, one.charge.pricing]).not.toEqual([
                next.quantity,
                next.charge.pricing,
              ]);
            }
          }
        },
      ),
      tries(50),
    );
  });
});

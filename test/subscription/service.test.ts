/** Services: one charge over one stretch of time in which neither its prices nor its quantity change. */
import fc from "fast-check";
import {
  type ChargeInput,
  type PricingIssue,
  parseProduct,
  parseSubscription,
  type RatePlanInput,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { catalogReader } from "../../src/catalog/catalog.js";
import { DEFAULT_POLICY } from "../../src/catalog/policy.js";
import { cyclesWithin, type Service, servicesOf } from "../../src/subscription/service.js";
import { layOut, type Timeline } from "../../src/subscription/timeline.js";
import type { BillingCycle } from "../../src/time/billing-cycle.js";
import { formatPeriod } from "../../src/time/billing-period.js";
import { fee, planOf, productOf } from "../support/plans.js";

const seats: ChargeInput = {
  id: "seats",
  name: "seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "30" },
};

function timelineOf(
  plans: readonly RatePlanInput[],
  more: Partial<SubscriptionInput> = {},
): Timeline {
  const issues: PricingIssue[] = [];
  const timeline = layOut(
    parseSubscription({
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...more,
    }),
    [parseProduct(productOf(...plans))],
    catalogReader(DEFAULT_POLICY),
    issues,
  );
  if (timeline === undefined || issues.length > 0) throw new Error(JSON.stringify(issues));
  return timeline;
}

const at = (text: string) => Date.parse(text);
const JUNE = { start: at("2026-06-01"), end: at("2026-07-01") };

function services(
  timeline: Timeline,
  chargeId: string,
  cycle: BillingCycle = "monthly",
  within = JUNE,
): readonly Service[] {
  return timeline.schedule.flatMap((phase) =>
    cyclesWithin(phase, cycle, within).flatMap((full) =>
      servicesOf(timeline, phase, chargeId, cycle, full),
    ),
  );
}

function written(list: readonly Service[]): readonly string[] {
  return list.map(({ period, pricesHold, quantity, ratePlanId }) => {
    const [own, held] = [period, pricesHold].map((each) => {
      const { start, end } = formatPeriod(each, "UTC");
      return `${start.slice(5)}/${end.slice(5)}`;
    });
    return `${own} of ${held} ${quantity ?? "-"} ${ratePlanId}`;
  });
}

describe("the services of a cycle", () => {
  const plans = [
    planOf([fee("fee", "100"), seats]),
    planOf([fee("fee", "200"), seats], { id: "pro" }),
    planOf([fee("other", "1"), seats], { id: "lite" }),
  ];

  it("are one where nothing changes", () => {
    const timeline = timelineOf(plans, { quantities: { seats: 2 } });
    expect(written(services(timeline, "fee"))).toEqual(["06-01/07-01 of 06-01/07-01 - starter"]);
    expect(written(services(timeline, "seats"))).toEqual(["06-01/07-01 of 06-01/07-01 2 starter"]);
  });

  it("are cut by another quantity, under which the same prices hold on", () => {
    const timeline = timelineOf(plans, {
      quantities: { seats: 2 },
      changes: [
        { effectiveDate: "2026-06-11", quantities: { seats: 5 } },
        { effectiveDate: "2026-06-21", quantities: { seats: 2 } },
      ],
    });
    expect(written(services(timeline, "seats"))).toEqual([
      "06-01/06-11 of 06-01/07-01 2 starter",
      "06-11/06-21 of 06-01/07-01 5 starter",
      "06-21/07-01 of 06-01/07-01 2 starter",
    ]);
    expect(written(services(timeline, "fee"))).toEqual(["06-01/07-01 of 06-01/07-01 - starter"]);
  });

  it("are cut by other prices, and not by another plan with the same", () => {
    const timeline = timelineOf(plans, {
      quantities: { seats: 2 },
      changes: [
        { effectiveDate: "2026-06-11", ratePlanId: "pro" },
        { effectiveDate: "2026-06-21", ratePlanId: "lite" },
      ],
    });
    expect(written(services(timeline, "fee"))).toEqual([
      "06-01/06-11 of 06-01/06-11 - starter",
      "06-11/06-21 of 06-11/06-21 - pro",
    ]);
    expect(written(services(timeline, "other"))).toEqual(["06-21/07-01 of 06-21/07-01 - lite"]);
    expect(written(services(timeline, "seats"))).toEqual(["06-01/07-01 of 06-01/07-01 2 starter"]);
    expect(services(timeline, "other").map(({ billedFrom }) => billedFrom)).toEqual([
      at("2026-06-21"),
    ]);
    expect(services(timeline, "fee").map(({ billedFrom }) => billedFrom)).toEqual([
      JUNE.start,
      JUNE.start,
    ]);
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
    expect(written(services(timeline, "fee"))).toEqual([
      "06-05/06-11 of 06-05/06-11 - starter",
      "06-21/06-26 of 06-21/06-26 - starter",
    ]);
    const [first] = services(timeline, "fee");
    expect(first?.full).toEqual(JUNE);
    expect(services(timeline, "unknown")).toEqual([]);
  });

  it("are those of the charge's own cycle", () => {
    const weekly = [
      planOf([fee("fee", "7", { billingCycle: "daily" } as Partial<ChargeInput>)], {
        billingCycle: "weekly",
      }),
    ];
    const timeline = timelineOf(weekly);
    const week = { start: at("2026-06-01"), end: at("2026-06-08") };
    expect(services(timeline, "fee", "daily", week)).toHaveLength(7);
    // Under another cycle the charge has none.
    expect(services(timeline, "fee", "weekly", week)).toEqual([]);
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
          const own = services(timeline, "seats", "monthly", summer);
          const rests = timeline.states.filter(({ resting }) => resting !== undefined);
          const length = (spans: readonly { start: number; end: number }[]) =>
            spans.reduce((sum, { start, end }) => sum + Math.min(end, summer.end) - start, 0);
          expect(
            length(own.map(({ period }) => period)) + length(rests.map(({ span }) => span)),
          ).toBe(length([summer]));
          for (const [index, one] of own.entries()) {
            const next = own[index + 1];
            expect(one.full.start <= one.period.start && one.period.end <= one.full.end).toBe(true);
            expect(
              one.pricesHold.start <= one.period.start && one.period.end <= one.pricesHold.end,
            ).toBe(true);
            if (next === undefined || next.full.start !== one.full.start) continue;
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
      { numRuns: 100 },
    );
  });
});

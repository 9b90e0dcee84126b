/** What is known of a life before its later changes: the life that there is without them. */
import fc from "fast-check";
import type { RatePlanInput, SubscriptionChangeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { overrideOf, quantityOf } from "../../src/subscription/effective-charge.js";
import { knownBefore, type Timeline } from "../../src/subscription/timeline.js";
import { fee, planOf } from "../support/plans.js";
import { timelineOf } from "../support/timelines.js";
import { tries } from "../support/tries.js";

const seats = {
  id: "seats",
  name: "seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "30" },
} as const;
const charges = [fee("fee", "100"), seats];
const plans: readonly RatePlanInput[] = [
  planOf(charges),
  planOf(charges, { id: "weekly", billingCycle: "weekly" }),
  planOf(charges, { id: "other" }),
];

type Change = Omit<SubscriptionChangeInput, "effectiveDate">;
const change = fc.oneof<fc.Arbitrary<Change>[]>(
  fc.record({ quantities: fc.record({ seats: fc.nat(9) }) }),
  fc.record({
    overrides: fc.record({
      fee: fc.constantFrom({ model: "flat", amount: "7" } as const, null),
    }),
  }),
  fc.record({ ratePlanId: fc.constantFrom("starter", "weekly", "other") }),
  fc.record({ status: fc.constantFrom("paused" as const, "active" as const) }),
  fc.record({ billingAnchor: fc.constantFrom("calendar", "2026-06-20") }),
);
/** Changes on different days of June and July 2026, in order; the last may end the subscription. */
const changes = fc
  .record({
    dated: fc.uniqueArray(fc.tuple(fc.integer({ min: 2, max: 60 }), change), {
      selector: ([day]) => day,
      maxLength: 7,
    }),
    canceled: fc.boolean(),
  })
  .map(({ dated, canceled }) =>
    dated
      .sort(([a], [b]) => a - b)
      .map(([day, each], index): SubscriptionChangeInput => {
        const effectiveDate = new Date(Date.UTC(2026, 5, day)).toISOString().slice(0, 10);
        const isEnd = canceled && index === dated.length - 1;
        return { effectiveDate, ...(isEnd ? { status: "canceled" } : each) };
      }),
  );

/** All that a timeline says, without later values that it happens to hold. */
function factsOf(timeline: Timeline) {
  const { span, states, schedule } = timeline;
  return {
    span,
    schedule,
    states: states.map((state) => ({
      span: state.span,
      plan: state.plan.plan.id,
      planSince: state.planSince,
      planUntil: state.planUntil,
      unbilled: state.unbilledReason,
      seats: quantityOf(state, "seats"),
      fee: overrideOf(state, "fee"),
    })),
  };
}

describe("a life that is known before an instant", () => {
  it("is the life without the changes from then on", () => {
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 62 }), fc.nat(20), (all, day, trialDays) => {
        const at = Date.UTC(2026, 5, day);
        const facts = { quantities: { seats: 1 }, trialDays };
        const known = knownBefore(timelineOf(plans, { ...facts, changes: all }), at);
        const earlier = all.filter(({ effectiveDate }) => Date.parse(`${effectiveDate}`) < at);
        expect(factsOf(known)).toEqual(factsOf(timelineOf(plans, { ...facts, changes: earlier })));
      }),
      tries(150),
    );
  });
});

/** What is billed for a billing period, and with which document. */
import type { ChargeInput, RatePlanInput, SubscriptionInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { scheduledAt } from "../../src/subscription/cadence.js";
import { NOTHING_CLOSED } from "../../src/subscription/closed-terms.js";
import { firstBilled, itemsOf, openingOf, type PeriodItems } from "../../src/subscription/due.js";
import type { ChargeSegment } from "../../src/subscription/segment.js";
import type { Timeline } from "../../src/subscription/timeline.js";
import { formatPeriod } from "../../src/time/billing-period.js";
import type { Interval } from "../../src/time/interval.js";
import { fee, perUnit, planOf } from "../support/plans.js";
import { timelineOf } from "../support/timelines.js";

const at = (text: string) => Date.parse(text);

function due(timeline: Timeline, date: string): PeriodItems {
  const scheduled = scheduledAt(timeline.schedule, at(date));
  if (scheduled === undefined) throw new Error("no period");
  return itemsOf({ timeline, closed: NOTHING_CLOSED }, scheduled);
}

function short(period: Interval): string {
  const { start, end } = formatPeriod(period, "UTC");
  return `${start.slice(5)}/${end.slice(5)}`;
}

function written(segments: readonly ChargeSegment[]): readonly string[] {
  return segments.map(({ charge, period }) => `${charge.id} ${short(period)}`);
}

const advance = (id: string, more: Partial<ChargeInput> = {}): ChargeInput =>
  fee(id, "100", { billingTiming: "in-advance", ...more } as Partial<ChargeInput>);
const setup: ChargeInput = {
  id: "setup",
  name: "setup",
  chargeType: "one-time",
  pricing: { model: "flat", amount: "5" },
};

describe("what is due for a period", () => {
  it("stands in the order of the catalog, then of time", () => {
    const plans = [
      planOf([perUnit("outcome", "1"), fee("z", "1"), fee("a", "1"), setup]),
      planOf([fee("a", "1"), fee("z", "2"), fee("new", "1")], { id: "pro" }),
    ];
    const changes = [{ effectiveDate: "2026-06-16", ratePlanId: "pro" }];
    expect(written(due(timelineOf(plans, { changes }), "2026-06-01").inArrears)).toEqual([
      "outcome 06-01/06-16",
      "z 06-01/06-16",
      "z 06-16/07-01",
      "a 06-01/07-01",
      "setup 06-01/07-01",
      "new 06-16/07-01",
    ]);
  });

  it("is in arrears with the period in which a cycle ends, in advance with that in which it begins", () => {
    const quarter = { billingCycle: "quarterly" } as Partial<ChargeInput>;
    const timeline = timelineOf([planOf([fee("late", "1", quarter), advance("early", quarter)])]);
    const list = ["2026-06-01", "2026-07-01", "2026-08-01", "2026-09-01"].map((date) => {
      const { inAdvance, inArrears } = due(timeline, date);
      return [written(inAdvance), written(inArrears)];
    });
    expect(list).toEqual([
      [["early 06-01/09-01"], []],
      [[], []],
      [[], ["late 06-01/09-01"]],
      [["early 09-01/12-01"], []],
    ]);
  });

  it("has weeks with the month in which they end", () => {
    const weekly = fee("week", "1", { billingCycle: { every: 1, unit: "week" } } as object);
    const timeline = timelineOf([planOf([weekly], { billingCycle: { every: 2, unit: "week" } })], {
      billingAnchor: "2026-06-04",
    });
    // A part of a cycle first: [1, 4) June.
    expect(written(due(timeline, "2026-06-01").inArrears)).toEqual(["week 06-01/06-04"]);
    expect(written(due(timeline, "2026-06-04").inArrears)).toEqual([
      "week 06-04/06-11",
      "week 06-11/06-18",
    ]);
  });

  it("says where nothing is billed, and why", () => {
    const timeline = timelineOf([planOf([fee("fee", "1")])], {
      trialDays: 10,
      billingAnchor: "calendar",
      changes: [{ effectiveDate: "2026-06-21", status: "paused" }],
    });
    expect(
      due(timeline, "2026-06-01").unbilled.map(({ reason, period }) => [reason, short(period)]),
    ).toEqual([
      ["trial", "06-01/06-11"],
      ["paused", "06-21/07-01"],
    ]);
  });

  it("has discounts over the time in which they hold, a one-time discount once", () => {
    const off = (id: string, percent: string, chargeType = "recurring") =>
      ({ id, name: id, chargeType, pricing: { model: "discount", percent } }) as ChargeInput;
    const plans = [
      planOf([fee("fee", "1"), off("same", "10"), off("more", "10"), off("once", "5", "one-time")]),
      planOf(
        [fee("fee", "1"), off("same", "10"), off("more", "20"), off("once", "5", "one-time")],
        {
          id: "pro",
        },
      ),
    ];
    const timeline = timelineOf(plans, {
      changes: [{ effectiveDate: "2026-06-16", ratePlanId: "pro" }],
    });
    const discounts = (date: string) =>
      due(timeline, date)
        .discounts.map(({ charge, period }) => `${charge.id} ${short(period)}`)
        .sort();
    expect(discounts("2026-06-01")).toEqual([
      "more 06-01/06-16",
      "more 06-16/07-01",
      "once 06-01/07-01",
      "same 06-01/07-01",
    ]);
    expect(discounts("2026-07-01")).toEqual(["more 07-01/08-01", "same 07-01/08-01"]);
  });

  it("has the commitments of the plans for the time in which they are billed", () => {
    const plans = [
      planOf([], { minimumCommitment: "10" }),
      planOf([], { id: "pro" }),
      planOf([], { id: "max", minimumCommitment: "20" }),
    ];
    const timeline = timelineOf(plans, {
      changes: [
        { effectiveDate: "2026-06-06", status: "paused" },
        { effectiveDate: "2026-06-11", status: "active", ratePlanId: "pro" },
        { effectiveDate: "2026-06-21", ratePlanId: "max" },
      ],
    });
    expect(
      due(timeline, "2026-06-01").commitments.map(({ limits, period }) => [
        limits.minimumCommitment,
        short(period),
      ]),
    ).toEqual([
      ["10", "06-01/06-06"],
      ["20", "06-21/07-01"],
    ]);
  });
});

describe("the opening", () => {
  const opening = (plans: readonly RatePlanInput[], more: Partial<SubscriptionInput> = {}) => {
    const instant = openingOf(timelineOf(plans, more));
    return instant === undefined ? undefined : new Date(instant).toISOString().slice(0, 10);
  };

  it.each<{
    title: string;
    charges: ChargeInput[];
    more?: Partial<SubscriptionInput>;
    on: string | undefined;
  }>([
    { title: "is the start, with fees in advance", charges: [advance("fee")], on: "2026-06-01" },
    { title: "is not there without them", charges: [fee("fee", "1"), setup], on: undefined },
    {
      title: "is the end of a trial inside of a period",
      charges: [advance("fee")],
      more: { trialDays: 10, billingAnchor: "calendar" },
      on: "2026-06-11",
    },
    {
      title: "is not there where a trial ends with a period",
      charges: [advance("fee")],
      more: { trialDays: 10 },
      on: undefined,
    },
    {
      title: "is the end of a pause from the start",
      charges: [advance("fee")],
      more: {
        changes: [
          { effectiveDate: "2026-06-01", status: "paused" },
          { effectiveDate: "2026-06-06", status: "active" },
        ],
      },
      on: "2026-06-06",
    },
    {
      title: "is not there where nothing is ever billed",
      charges: [advance("fee")],
      more: { trialDays: 10, endDate: "2026-06-05" },
      on: undefined,
    },
  ])("$title", ({ charges, more, on }) => {
    expect(opening([planOf(charges)], more)).toBe(on);
  });

  it("carries one-time charges with fees in advance; else they are in arrears", () => {
    const both = due(timelineOf([planOf([setup, advance("fee")])]), "2026-06-01");
    expect(written(both.inAdvance)).toEqual(["setup 06-01/07-01", "fee 06-01/07-01"]);
    const later = due(timelineOf([planOf([setup, fee("fee", "1")])]), "2026-06-01");
    expect(written(later.inArrears)).toEqual(["setup 06-01/07-01", "fee 06-01/07-01"]);
    expect(written(later.inAdvance)).toEqual([]);
  });

  it("is of the plan that is first billed", () => {
    const plans = [planOf([fee("fee", "1")]), planOf([advance("fee")], { id: "pro" })];
    const changes = [{ effectiveDate: "2026-06-06", ratePlanId: "pro" }];
    const more = { trialDays: 10, billingAnchor: "calendar" as const, changes };
    expect(opening(plans, more)).toBe("2026-06-11");
    expect(firstBilled(timelineOf(plans, more))?.plan.plan.id).toBe("pro");
    expect(opening(plans, { changes })).toBeUndefined();
  });
});

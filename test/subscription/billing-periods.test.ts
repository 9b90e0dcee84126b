/** Billing periods: anchors, stubs, cycles, changes of them, and any of them found without counting. */
import fc from "fast-check";
import {
  type BillingPeriod,
  type BillingPeriodOptions,
  billingPeriodAt,
  billingPeriods,
  eachBillingPeriod,
  parseProduct,
  parseSubscription,
  type RatePlanInput,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { fee, issuesOf, planOf, productOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

type Cycle = RatePlanInput["billingCycle"];

const base: SubscriptionInput = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "starter",
  startDate: "2026-01-31",
};

/** Plans of every cycle, each under the name of its cycle; the first is `starter`. */
function catalogOf(...cycles: readonly Cycle[]) {
  const plans = cycles.map((billingCycle, index) =>
    planOf([fee("fee", "1")], {
      id: index === 0 ? "starter" : `p${index}`,
      billingCycle,
      effectiveDate: "2000-01-01",
    }),
  );
  return { ...productOf(...plans), effectiveDate: "2000-01-01" };
}

function written(periods: Iterable<BillingPeriod>): readonly string[] {
  return [...periods].map(({ start, end }) => `${start} ${end}`);
}

function listed(
  subscription: Partial<SubscriptionInput>,
  options: BillingPeriodOptions,
): readonly string[] {
  return written(billingPeriods({ ...base, ...subscription }, options));
}

const monthly = { billingCycle: "monthly" } as const;

describe("periods of one cycle", () => {
  it.each<{
    title: string;
    subscription: Partial<SubscriptionInput>;
    cycle: Cycle;
    ends: string[];
  }>([
    {
      title: "months from the 31st are clamped and recover",
      subscription: {},
      cycle: "monthly",
      ends: ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    },
    {
      title: "months from a leap day's month",
      subscription: { startDate: "2028-01-31" },
      cycle: "monthly",
      ends: ["2028-02-29", "2028-03-31"],
    },
    {
      title: "months from 28 February keep their day",
      subscription: { startDate: "2026-02-28" },
      cycle: "monthly",
      ends: ["2026-03-28", "2026-04-28"],
    },
    {
      title: "months from 28 February that stick to the end",
      subscription: { startDate: "2026-02-28", endOfMonth: "sticky" },
      cycle: "monthly",
      ends: ["2026-03-31", "2026-04-30", "2026-05-31"],
    },
    {
      title: "months from 30 April that stick to the end",
      subscription: { startDate: "2026-04-30", endOfMonth: "sticky" },
      cycle: "monthly",
      ends: ["2026-05-31", "2026-06-30"],
    },
    {
      title: "months from 28 February of a leap year, no last day to stick to",
      subscription: { startDate: "2028-02-28", endOfMonth: "sticky" },
      cycle: "monthly",
      ends: ["2028-03-28"],
    },
    {
      title: "quarters",
      subscription: { startDate: "2025-11-30" },
      cycle: "quarterly",
      ends: ["2026-02-28", "2026-05-30", "2026-08-30"],
    },
    {
      title: "half years",
      subscription: { startDate: "2025-08-31" },
      cycle: "semi-annual",
      ends: ["2026-02-28", "2026-08-31"],
    },
    {
      title: "years from a leap day",
      subscription: { startDate: "2024-02-29" },
      cycle: "annual",
      ends: ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
    },
    {
      title: "weeks",
      subscription: { startDate: "2026-12-28" },
      cycle: "weekly",
      ends: ["2027-01-04", "2027-01-11"],
    },
    {
      title: "days",
      subscription: { startDate: "2028-02-28" },
      cycle: "daily",
      ends: ["2028-02-29", "2028-03-01"],
    },
    {
      title: "two weeks",
      subscription: { startDate: "2026-02-20" },
      cycle: { every: 2, unit: "week" },
      ends: ["2026-03-06", "2026-03-20"],
    },
    {
      title: "two years",
      subscription: { startDate: "2026-02-20" },
      cycle: { every: 2, unit: "year" },
      ends: ["2028-02-20", "2030-02-20"],
    },
  ])("$title", ({ subscription, cycle, ends }) => {
    const periods = billingPeriods(
      { ...base, ...subscription },
      { billingCycle: cycle, limit: ends.length },
    );
    expect(periods.map(({ end }) => end)).toEqual(ends);
    expect(periods[0]?.start).toBe(subscription.startDate ?? base.startDate);
    expect(periods.map(({ index }) => index)).toEqual(ends.map((_, index) => index));
    expect(periods.map(({ cycle: { start, end } }) => [start, end])).toEqual(
      periods.map(({ start, end }) => [start, end]),
    );
  });

  it("are twelve where nothing is said", () => {
    expect(billingPeriods(base, monthly)).toHaveLength(12);
  });

  it("begin and end at the instant of a subscription that starts inside a day", () => {
    expect(listed({ startDate: "2026-01-31T09:30:00Z" }, { ...monthly, limit: 2 })).toEqual([
      "2026-01-31T09:30:00.000Z 2026-02-28T09:30:00.000Z",
      "2026-02-28T09:30:00.000Z 2026-03-31T09:30:00.000Z",
    ]);
  });

  it("end with the subscription, also inside of a cycle", () => {
    const ending = { ...base, startDate: "2026-01-01", endDate: "2026-03-11" };
    const periods = billingPeriods(ending, monthly);
    expect(written(periods)).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-03-01",
      "2026-03-01 2026-03-11",
    ]);
    expect(periods[2]?.cycle).toEqual({ start: "2026-03-01", end: "2026-04-01" });
    expect(billingPeriodAt(ending, "2026-03-11", monthly)).toBeUndefined();
    expect(billingPeriodAt(ending, 3, monthly)).toBeUndefined();
  });
});

describe("anchors", () => {
  it.each<{
    title: string;
    anchor: string;
    cycle: Cycle;
    start: string;
    ends: string[];
    from: string;
  }>([
    // `from` is where the cycle begins that the first period is a part of.
    {
      title: "calendar months",
      anchor: "calendar",
      cycle: "monthly",
      start: "2026-01-20",
      ends: ["2026-02-01", "2026-03-01"],
      from: "2026-01-01",
    },
    {
      title: "calendar quarters",
      anchor: "calendar",
      cycle: "quarterly",
      start: "2026-02-20",
      ends: ["2026-04-01", "2026-07-01"],
      from: "2026-01-01",
    },
    {
      title: "calendar half years",
      anchor: "calendar",
      cycle: "semi-annual",
      start: "2026-08-20",
      ends: ["2027-01-01", "2027-07-01"],
      from: "2026-07-01",
    },
    {
      title: "calendar years",
      anchor: "calendar",
      cycle: "annual",
      start: "2026-08-20",
      ends: ["2027-01-01", "2028-01-01"],
      from: "2026-01-01",
    },
    // 2026-01-20 is a Tuesday.
    {
      title: "calendar weeks",
      anchor: "calendar",
      cycle: "weekly",
      start: "2026-01-20",
      ends: ["2026-01-26", "2026-02-02"],
      from: "2026-01-19",
    },
    {
      title: "calendar weeks from a Monday",
      anchor: "calendar",
      cycle: "weekly",
      start: "2026-01-19",
      ends: ["2026-01-26"],
      from: "2026-01-19",
    },
    {
      title: "calendar weeks from a Sunday",
      anchor: "calendar",
      cycle: "weekly",
      start: "2026-01-25",
      ends: ["2026-01-26"],
      from: "2026-01-19",
    },
    {
      title: "calendar days",
      anchor: "calendar",
      cycle: "daily",
      start: "2026-01-20T18:00:00Z",
      ends: ["2026-01-21", "2026-01-22"],
      from: "2026-01-20",
    },
    {
      title: "a date before the start",
      anchor: "2025-12-15",
      cycle: "monthly",
      start: "2026-01-20",
      ends: ["2026-02-15", "2026-03-15"],
      from: "2026-01-15",
    },
    {
      title: "a date long before the start",
      anchor: "2001-01-31",
      cycle: "monthly",
      start: "2026-01-20",
      ends: ["2026-01-31", "2026-02-28", "2026-03-31"],
      from: "2025-12-31",
    },
    {
      title: "a date after the start",
      anchor: "2026-02-15",
      cycle: "monthly",
      start: "2026-01-20",
      ends: ["2026-02-15", "2026-03-15"],
      from: "2026-01-15",
    },
    {
      title: "a date more than a cycle after the start",
      anchor: "2026-05-25",
      cycle: "monthly",
      start: "2026-01-20",
      ends: ["2026-01-25", "2026-02-25"],
      from: "2025-12-25",
    },
    {
      title: "the start itself as a date",
      anchor: "2026-01-20",
      cycle: "monthly",
      start: "2026-01-20",
      ends: ["2026-02-20"],
      from: "2026-01-20",
    },
    {
      title: "a date of quarters",
      anchor: "2026-03-31",
      cycle: "quarterly",
      start: "2026-01-20",
      ends: ["2026-03-31", "2026-06-30"],
      from: "2025-12-31",
    },
  ])("$title", ({ anchor, cycle, start, ends, from }) => {
    const periods = billingPeriods(
      { ...base, startDate: start, billingAnchor: anchor },
      { billingCycle: cycle, limit: ends.length },
    );
    expect(periods.map(({ end }) => end)).toEqual(ends);
    expect(periods[0]?.cycle).toEqual({ start: from, end: ends[0] });
  });

  it("anniversary is that of the trial's end", () => {
    const trial = { startDate: "2026-01-01", trialDays: 14 };
    expect(listed(trial, { ...monthly, limit: 2 })).toEqual([
      "2026-01-01 2026-01-15",
      "2026-01-15 2026-02-15",
    ]);
    // Longer than a cycle: periods are counted back from its end, 15 February.
    expect(listed({ ...trial, trialDays: 45 }, { ...monthly, limit: 3 })).toEqual([
      "2026-01-01 2026-01-15",
      "2026-01-15 2026-02-15",
      "2026-02-15 2026-03-15",
    ]);
    expect(listed({ ...trial, billingAnchor: "calendar" }, { ...monthly, limit: 1 })).toEqual([
      "2026-01-01 2026-02-01",
    ]);
  });
});

describe("time zones", () => {
  it("keep midnight where clocks change (New York)", () => {
    const zone = { startDate: "2026-02-08", timeZone: "America/New_York" };
    expect(listed(zone, { ...monthly, limit: 2 })).toEqual([
      "2026-02-08 2026-03-08",
      "2026-03-08 2026-04-08",
    ]);
    // 05:00 UTC is midnight in winter, 04:00 in summer.
    const at = (instant: string) => billingPeriodAt({ ...base, ...zone }, instant, monthly)?.start;
    expect(at("2026-03-08T04:59:59.999Z")).toBe("2026-02-08");
    expect(at("2026-03-08T05:00:00Z")).toBe("2026-03-08");
    expect(at("2026-04-08T03:59:59.999Z")).toBe("2026-03-08");
    expect(at("2026-04-08T04:00:00Z")).toBe("2026-04-08");
  });

  it("begin a day with its first moment where midnight is skipped (Sao Paulo, 4 November 2018)", () => {
    const zone = { startDate: "2018-10-04", timeZone: "America/Sao_Paulo" };
    expect(listed(zone, { ...monthly, limit: 2 })).toEqual([
      "2018-10-04 2018-11-04",
      "2018-11-04 2018-12-04",
    ]);
    const at = (instant: string) => billingPeriodAt({ ...base, ...zone }, instant, monthly)?.index;
    expect([at("2018-11-04T02:59:59.999Z"), at("2018-11-04T03:00:00Z")]).toEqual([0, 1]);
  });

  it("have no period for a day that never was (Apia, 30 December 2011)", () => {
    const zone = { startDate: "2011-12-28", timeZone: "Pacific/Apia" };
    const daily = { billingCycle: "daily" } as const;
    expect(listed(zone, { ...daily, limit: 3 })).toEqual([
      "2011-12-28 2011-12-29",
      "2011-12-29 2011-12-31",
      "2011-12-31 2012-01-01",
    ]);
    expect(listed({ ...zone, startDate: "2011-11-30" }, { ...monthly, limit: 2 })).toEqual([
      "2011-11-30 2011-12-31",
      "2011-12-31 2012-01-30",
    ]);
  });

  it("count an index for every period and for none that is skipped", () => {
    const subscription = { ...base, startDate: "2011-12-28", timeZone: "Pacific/Apia" };
    const daily = { billingCycle: "daily" } as const;
    for (const period of billingPeriods(subscription, { ...daily, limit: 5 })) {
      expect(billingPeriodAt(subscription, period.index, daily)).toEqual(period);
    }
  });
});

describe("changes of a subscription", () => {
  const start = { ...base, startDate: "2026-01-01" };
  const changed = (subscription: Partial<SubscriptionInput>, cycles: readonly Cycle[], limit = 4) =>
    listed({ ...start, ...subscription }, { catalog: catalogOf(...cycles), limit });

  it("to a plan with the same cycle change nothing", () => {
    const changes = [{ effectiveDate: "2026-01-15", ratePlanId: "p1" }];
    expect(changed({ changes }, ["quarterly", { every: 3, unit: "month" }], 2)).toEqual([
      "2026-01-01 2026-04-01",
      "2026-04-01 2026-07-01",
    ]);
  });

  it("to another cycle move an anniversary to the change", () => {
    const changes = [{ effectiveDate: "2026-02-11", ratePlanId: "p1" }];
    expect(changed({ changes }, ["monthly", "annual"])).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-02-11",
      "2026-02-11 2027-02-11",
      "2027-02-11 2028-02-11",
    ]);
    expect(changed({ changes }, ["annual", "monthly"], 3)).toEqual([
      "2026-01-01 2026-02-11",
      "2026-02-11 2026-03-11",
      "2026-03-11 2026-04-11",
    ]);
  });

  it("to another cycle keep a calendar anchor: the running period ends where it would", () => {
    const changes = [{ effectiveDate: "2026-02-11", ratePlanId: "p1" }];
    expect(changed({ changes, billingAnchor: "calendar" }, ["monthly", "annual"])).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-03-01",
      "2026-03-01 2027-01-01",
      "2027-01-01 2028-01-01",
    ]);
  });

  it("to another cycle keep a dated anchor: or at the first boundary of the new one", () => {
    const changes = [{ effectiveDate: "2026-02-11", ratePlanId: "p1" }];
    expect(changed({ changes, billingAnchor: "2026-01-15" }, ["annual", "monthly"])).toEqual([
      "2026-01-01 2026-01-15",
      "2026-01-15 2026-02-15",
      "2026-02-15 2026-03-15",
      "2026-03-15 2026-04-15",
    ]);
  });

  it("on a boundary leave no stub", () => {
    const changes = [{ effectiveDate: "2026-02-01", ratePlanId: "p1" }];
    expect(changed({ changes }, ["monthly", "weekly"], 3)).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-02-08",
      "2026-02-08 2026-02-15",
    ]);
  });

  it("at the period's end wait for it", () => {
    const changes = [
      {
        effectiveDate: "2026-01-20",
        ratePlanId: "p1",
        takesEffect: "at-period-end" as const,
      },
    ];
    expect(changed({ changes }, ["monthly", "weekly"], 3)).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-02-08",
      "2026-02-08 2026-02-15",
    ]);
  });

  it("may move the anchor", () => {
    const to = (billingAnchor: string) => [{ effectiveDate: "2026-02-11", billingAnchor }];
    expect(changed({ changes: to("2026-02-20") }, ["monthly"])).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-02-20",
      "2026-02-20 2026-03-20",
      "2026-03-20 2026-04-20",
    ]);
    // On a day that is no later than the change in any month: the running period ends as it would.
    expect(changed({ changes: to("2026-02-05") }, ["monthly"])).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-03-01",
      "2026-03-01 2026-03-05",
      "2026-03-05 2026-04-05",
    ]);
    expect(changed({ changes: to("anniversary") }, ["monthly"], 3)).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-02-11",
      "2026-02-11 2026-03-11",
    ]);
  });

  it("may come twice inside of one period: the running period never ends later than a boundary that is asked for", () => {
    const changes = [
      { effectiveDate: "2026-01-10", billingAnchor: "2026-01-20" },
      { effectiveDate: "2026-01-12", billingAnchor: "2026-01-15" },
    ];
    expect(changed({ changes }, ["monthly"], 3)).toEqual([
      "2026-01-01 2026-01-15",
      "2026-01-15 2026-02-15",
      "2026-02-15 2026-03-15",
    ]);
    const plans = [
      { effectiveDate: "2026-03-11", ratePlanId: "p1" },
      { effectiveDate: "2026-03-18", ratePlanId: "p2" },
    ];
    // The year would begin on 1 April; the first Monday from 18 March on is the 23rd.
    const calendar = { changes: plans, billingAnchor: "calendar" as const };
    expect(changed(calendar, ["monthly", "annual", "weekly"], 5)).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-03-01",
      "2026-03-01 2026-03-23",
      "2026-03-23 2026-03-30",
      "2026-03-30 2026-04-06",
    ]);
  });

  it("may end it: on a date, or at the end of a period", () => {
    const on = { effectiveDate: "2026-02-11", status: "canceled" as const };
    expect(changed({ changes: [on] }, ["monthly"])).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-02-11",
    ]);
    expect(changed({ changes: [{ ...on, takesEffect: "at-period-end" }] }, ["monthly"])).toEqual([
      "2026-01-01 2026-02-01",
      "2026-02-01 2026-03-01",
    ]);
    expect(
      changed({ changes: [{ ...on, takesEffect: "at-period-end" }], endDate: "2026-02-21" }, [
        "monthly",
      ]),
    ).toEqual(["2026-01-01 2026-02-01", "2026-02-01 2026-02-21"]);
    expect(changed({ changes: [{ ...on, effectiveDate: "2026-01-01" }] }, ["monthly"])).toEqual([]);
  });

  it("are not looked at without a catalog", () => {
    const changes = [{ effectiveDate: "2026-02-11", status: "canceled" as const }];
    expect(listed({ ...start, changes }, { ...monthly, limit: 3 })).toHaveLength(3);
  });
});

describe("which periods are listed", () => {
  const start = { startDate: "2026-01-01" };

  it.each<{ title: string; options: Partial<BillingPeriodOptions>; starts: string[] }>([
    {
      title: "from a date inside one",
      options: { from: "2026-03-15", limit: 2 },
      starts: ["2026-03-01", "2026-04-01"],
    },
    { title: "from a boundary", options: { from: "2026-03-01", limit: 1 }, starts: ["2026-03-01"] },
    {
      title: "from before the start",
      options: { from: "2020-01-01", limit: 1 },
      starts: ["2026-01-01"],
    },
    {
      title: "until a date inside one",
      options: { until: "2026-02-02" },
      starts: ["2026-01-01", "2026-02-01"],
    },
    { title: "until a boundary", options: { until: "2026-02-01" }, starts: ["2026-01-01"] },
    { title: "until the start", options: { until: "2026-01-01" }, starts: [] },
    {
      title: "until before they begin",
      options: { from: "2026-05-15", until: "2026-02-01" },
      starts: [],
    },
  ])("$title", ({ options, starts }) => {
    const periods = billingPeriods({ ...base, ...start }, { ...monthly, ...options });
    expect(periods.map((period) => period.start)).toEqual(starts);
  });

  it("none where the first is after the end", () => {
    expect(listed({ ...start, endDate: "2026-02-01" }, { ...monthly, from: "2026-02-01" })).toEqual(
      [],
    );
  });

  it("one by one, as often as one likes, without limit", () => {
    const all = eachBillingPeriod({ ...base, ...start, endDate: "2028-03-01" }, monthly);
    expect(written(all)).toHaveLength(26);
    expect(written(all)).toEqual(written(all));
    const years = eachBillingPeriod({ ...base, ...start }, { billingCycle: "annual" });
    const last = [...years].at(-1);
    expect(last).toMatchObject({ start: "9998-01-01", end: "9999-01-01" });
  });
});

describe("a period that is looked for", () => {
  it("is nothing before the start, after the end and beyond the years that we write", () => {
    const subscription = { ...base, timeZone: "America/New_York" };
    const ending = { ...subscription, endDate: "2026-03-01" };
    expect(billingPeriodAt(subscription, "2026-01-30", monthly)).toBeUndefined();
    expect(billingPeriodAt(subscription, -1, monthly)).toBeUndefined();
    expect(billingPeriodAt(ending, "2026-03-01", monthly)).toBeUndefined();
    expect(billingPeriodAt(ending, 2, monthly)).toBeUndefined();
    for (const index of [100_000, 1e9, Number.MAX_SAFE_INTEGER]) {
      expect(billingPeriodAt(ending, index, monthly)).toBeUndefined();
      expect(billingPeriodAt(subscription, index, monthly)).toBeUndefined();
    }
  });

  it("is none that ends after the years that we write, by date as by iteration", () => {
    const old = { ...base, startDate: "9999-10-31" };
    expect(listed({ startDate: old.startDate }, monthly)).toEqual([
      "9999-10-31 9999-11-30",
      "9999-11-30 9999-12-31",
    ]);
    expect(billingPeriodAt(old, "9999-12-30", monthly)?.index).toBe(1);
    expect(billingPeriodAt(old, "9999-12-31", monthly)).toBeUndefined();
  });

  it("takes no longer far from the anchor", () => {
    const old = { ...base, startDate: "1000-01-01" };
    const period = billingPeriodAt(old, "9000-06-15", { billingCycle: "daily" });
    expect(period).toMatchObject({ start: "9000-06-15", end: "9000-06-16" });
    expect(billingPeriodAt(old, period?.index ?? 0, { billingCycle: "daily" })).toEqual(period);
  });

  it("is the same by date, by index and by iteration; periods tile; each lies in its cycle", () => {
    const cycles: readonly Cycle[] = [
      "monthly",
      "weekly",
      "daily",
      "quarterly",
      "annual",
      { every: 10, unit: "day" },
      { every: 5, unit: "month" },
    ];
    const catalog = parseProduct(catalogOf(...cycles));
    const FIRST = Date.UTC(2011, 10, 1);
    const DAY = 86_400_000;
    const date = (min: number, max: number) =>
      fc
        .tuple(fc.integer({ min, max }), fc.boolean())
        .map(([at, civil]) =>
          civil ? new Date(at).toISOString().slice(0, 10) : new Date(at).toISOString(),
        );
    const anchors = fc.oneof(
      fc.constantFrom("anniversary", "calendar"),
      date(FIRST - 400 * DAY, FIRST + 400 * DAY),
    );
    const change = fc.record(
      {
        effectiveDate: date(FIRST + 4 * DAY, FIRST + 200 * DAY),
        ratePlanId: fc.constantFrom(
          "starter",
          ...cycles.slice(1).map((_, index) => `p${index + 1}`),
        ),
        billingAnchor: anchors,
        takesEffect: fc.constantFrom("on-date" as const, "at-period-end" as const),
      },
      { requiredKeys: ["effectiveDate", "ratePlanId"] },
    );
    fc.assert(
      fc.property(
        fc.record(
          {
            startDate: date(FIRST, FIRST + 3 * DAY),
            timeZone: fc.constantFrom(
              "UTC",
              "America/New_York",
              "America/Sao_Paulo",
              "Pacific/Apia",
            ),
            billingAnchor: anchors,
            endOfMonth: fc.constantFrom("clamp" as const, "sticky" as const),
            trialDays: fc.integer({ min: 0, max: 50 }),
            changes: fc.uniqueArray(change, {
              maxLength: 4,
              selector: ({ effectiveDate }) => effectiveDate.slice(0, 10),
            }),
          },
          { requiredKeys: ["startDate", "timeZone"] },
        ),
        (more) => {
          const subscription = parseSubscription({ ...base, ...more });
          const periods = billingPeriods(subscription, { catalog, limit: 15 });
          expect(periods.length).toBe(15);
          const at = (text: string) => billingPeriodAt(subscription, text, { catalog })?.index;
          for (const [position, period] of periods.entries()) {
            const next = periods[position + 1];
            if (next !== undefined) expect(next.start).toBe(period.end);
            expect(billingPeriodAt(subscription, period.index, { catalog })).toEqual(period);
            expect(billingPeriodAt(subscription, period.start, { catalog })).toEqual(period);
            expect(at(period.end)).not.toBe(period.index);
            expect(period.index).toBeGreaterThan(periods[position - 1]?.index ?? -1);
          }
        },
      ),
      tries(25),
    );
  });
});

describe("bad options", () => {
  const bad = (options: unknown, subscription: unknown = base) =>
    issuesOf(() => billingPeriods(unchecked(subscription), unchecked(options)));

  it.each<{ title: string; options: unknown; issues: string[] }>([
    { title: "neither catalog nor cycle", options: {}, issues: ["missing catalog"] },
    {
      title: "both",
      options: { ...monthly, catalog: catalogOf("monthly") },
      issues: ["missing catalog"],
    },
    { title: "nothing at all", options: undefined, issues: ["invalid_type "] },
    { title: "an unknown key", options: { ...monthly, count: 3 }, issues: ["unknown_key count"] },
    {
      title: "an unknown cycle",
      options: { billingCycle: "yearly" },
      issues: ["invalid_value billingCycle"],
    },
    {
      title: "a cycle of no length",
      options: { billingCycle: { every: 0, unit: "day" } },
      issues: ["invalid_value billingCycle"],
    },
    { title: "a limit of none", options: { ...monthly, limit: 0 }, issues: ["out_of_range limit"] },
    {
      title: "a limit beyond the most",
      options: { ...monthly, limit: 10_001 },
      issues: ["out_of_range limit"],
    },
    {
      title: "a limit in words",
      options: { ...monthly, limit: "12" },
      issues: ["out_of_range limit"],
    },
    {
      title: "dates that are none",
      options: { ...monthly, from: "2026-02-30", until: 5 },
      issues: ["invalid_date until", "invalid_date from"],
    },
    {
      title: "a catalog without the plan",
      options: { catalog: productOf(planOf([], { id: "other" })) },
      issues: ["unknown_rate_plan subscription.ratePlanId"],
    },
  ])("are refused: $title", ({ options, issues }) => {
    expect([...bad(options)].sort()).toEqual([...issues].sort());
  });

  it("are reported together with the subscription's own issues", () => {
    expect(bad({ ...monthly, limit: 0 }, { ...base, timeZone: "Mars/Olympus" })).toEqual([
      "unknown_time_zone subscription.timeZone",
      "out_of_range limit",
    ]);
  });

  it("of a lookup are neither date nor index", () => {
    for (const at of [1.5, Number.NaN, "soon", undefined, null]) {
      expect(issuesOf(() => billingPeriodAt(base, unchecked(at), monthly))).toEqual([
        "invalid_date at",
      ]);
    }
  });
});

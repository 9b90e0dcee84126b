/** Simulations over time by hand: when things earn, what they cost, and what is refused. */
import {
  type ChargeInput,
  isPricingError,
  type SeriesOptions,
  type SeriesUsage,
  simulate,
  simulateAsync,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  eventOf,
  fee,
  issuesOf,
  perUnit,
  planOf,
  productOf,
  stored,
  unchecked,
} from "../support/plans.js";

const DAYS = { from: "2026-01-01", through: "2026-01-04" };
const outcome = perUnit("outcome", "10", { currency: "USD" });
const tiers = [{ upTo: 3, unitPrice: "10" }, { unitPrice: "4" }];

function revenues(
  charges: readonly ChargeInput[],
  usage: SeriesUsage,
  options: SeriesOptions,
  plan: Parameters<typeof planOf>[1] = {},
): readonly string[] {
  return simulate(planOf(charges, plan), usage, options).buckets.map(({ revenue }) => revenue);
}

describe("what a bucket earns", () => {
  const daily = { outcome: { "2026-01-01": 2, "2026-01-02": 2, "2026-01-04": 6 } };

  it("is what the bill grows by: tiers go on within the period", () => {
    const charge = perUnit("outcome", "1", { pricing: { model: "tiered", tiers } });
    // 2 × 10; 1 × 10 + 1 × 4; nothing; 6 × 4.
    expect(revenues([charge], daily, { range: DAYS })).toEqual(["20.00", "14.00", "0.00", "24.00"]);
  });

  it("may be less than nothing where volume prices pass a bound", () => {
    const charge = perUnit("outcome", "1", { pricing: { model: "volume", tiers } });
    // 2 × 10 = 20; 4 × 4 = 16; 16; 10 × 4 = 40.
    expect(revenues([charge], daily, { range: DAYS })).toEqual(["20.00", "-4.00", "0.00", "24.00"]);
  });

  it("begins again in the lowest tier when the period does", () => {
    const charge = perUnit("outcome", "1", { pricing: { model: "tiered", tiers } });
    const usage = { outcome: { profile: "constant", perDay: 3 } } as const;
    const range = { from: "2026-01-30", through: "2026-02-02" };
    const subscription = { startDate: "2026-01-01" };
    // The tiers of January are filled by its last two days alone: 30, 12; those of February anew: 30, 12.
    expect(revenues([charge], usage, { range, subscription })).toEqual([
      "30.00",
      "12.00",
      "30.00",
      "12.00",
    ]);
  });

  it("is nothing more when a maximum is reached, and the rest of a minimum at the end of the period", () => {
    const most = perUnit("outcome", "10", { maximum: "35" });
    // 20, 40 → 35.
    expect(revenues([most], daily, { range: DAYS })).toEqual(["20.00", "15.00", "0.00", "0.00"]);
    const least = perUnit("outcome", "10", { minimum: "130" });
    const range = { from: "2026-01-01", through: "2026-01-31" };
    const all = revenues([least], daily, { range });
    // 2, 2 and 6 at 10; 130 − 100 on the 31st.
    expect([all[0], all[1], all[3], all[30]]).toEqual(["20.00", "20.00", "60.00", "30.00"]);
  });

  it("has discounts taken off as they come, charge by charge", () => {
    const off = {
      id: "off",
      name: "Off",
      chargeType: "usage",
      pricing: { model: "discount", amount: "25", appliesTo: "all" },
    } as const;
    const { plans } = simulate(planOf([outcome, off]), daily, { range: DAYS });
    const rows = plans[0]?.charges.map(({ chargeId, buckets }) => [chargeId, ...buckets.revenue]);
    expect(rows).toEqual([
      ["outcome", "20.00", "20.00", "0.00", "60.00"],
      // A fixed amount comes off what there is first: 20, then 5 more.
      ["off", "-20.00", "-5.00", "0.00", "0.00"],
    ]);
  });

  it("has a plan's commitment as a row of its own, and its charges' quantities", () => {
    const range = { from: "2026-01-01", through: "2026-01-31" };
    const plan = planOf([outcome], { minimumCommitment: "150" });
    const [one] = simulate(plan, daily, { range, bucket: "month" }).plans;
    expect(
      one?.charges.map(({ chargeId, total }) => [chargeId, total.quantity, total.revenue]),
    ).toEqual([
      ["outcome", "10", "100.00"],
      [null, null, "50.00"],
    ]);
  });
});

describe("when fees earn", () => {
  const charges = [
    fee("setup", "100", { chargeType: "one-time" }),
    fee("ahead", "31", { billingTiming: "in-advance" }),
    fee("after", "62"),
  ];
  const range = { from: "2026-01-01", through: "2026-01-31" };

  it("on their billing date: one-time and in advance on the first day, in arrears on the last", () => {
    const all = revenues(charges, {}, { range });
    expect(all[0]).toBe("131.00");
    expect(all[30]).toBe("62.00");
    expect(all.slice(1, 30).every((each) => each === "0.00")).toBe(true);
  });

  it("or day by day over their service", () => {
    const all = revenues(charges, {}, { range, flatFees: "spread" });
    // 31 ÷ 31 + 62 ÷ 31 a day, and what is billed once.
    expect(all[0]).toBe("103.00");
    expect(all.slice(1).every((each) => each === "3.00")).toBe(true);
  });

  it("spread over what they are for, also beyond the billing period that bills them", () => {
    const yearly = fee("yearly", "365", { billingTiming: "in-advance", billingCycle: "annual" });
    const year = { from: "2026-01-01", through: "2026-12-31" };
    const options = { range: year, bucket: "quarter" } as const;
    // 31 + 28 + 31, 30 + 31 + 30, 31 + 31 + 30, 31 + 30 + 31 days at 1.
    expect(revenues([yearly], {}, { ...options, flatFees: "spread" })).toEqual([
      "90.00",
      "91.00",
      "92.00",
      "92.00",
    ]);
    expect(revenues([yearly], {}, options)).toEqual(["365.00", "0.00", "0.00", "0.00"]);
  });

  it("spreads what a usage charge bills without usage, too", () => {
    const base = perUnit("outcome", "1", {
      pricing: { model: "overage", baseFee: 31, includedUnits: 1, unitPrice: 5 },
    });
    const usage = { outcome: { "2026-01-02": 2 } };
    expect(revenues([base], usage, { range, flatFees: "spread" }).slice(0, 3)).toEqual([
      "1.00",
      "6.00",
      "1.00",
    ]);
    expect(revenues([base], usage, { range }).slice(0, 3)).toEqual(["31.00", "5.00", "0.00"]);
  });

  it("holds seats from usage or the subscription, with their quantity on the billing date", () => {
    const seats = fee("seats", "0", {
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 10 },
    } as Partial<ChargeInput>);
    const held = simulate(planOf([seats]), { seats: 5 }, { range, costs: { "@seat": 3 } });
    const said = simulate(
      planOf([seats]),
      {},
      { range, costs: { "@seat": 3 }, subscription: { quantities: { seats: 5 } } },
    );
    expect(held).toEqual(said);
    expect(held.plans[0]?.charges[0]?.total).toEqual({
      quantity: "5",
      revenue: "50.00",
      cost: "15.00",
      margin: "35.00",
      marginRate: "0.700000",
    });
    expect(held.buckets[30]).toEqual({
      start: "2026-01-31",
      end: "2026-02-01",
      revenue: "50.00",
      cost: "15.00",
      margin: "35.00",
      marginRate: "0.700000",
    });
  });
});

describe("buckets", () => {
  it("are the calendar's, cut off by the range, both ends of which count", () => {
    const range = { from: "2026-01-29", through: "2026-04-02" };
    const edges = (bucket: NonNullable<SeriesOptions["bucket"]>) =>
      simulate(outcome, 0, { range, bucket }).buckets.map(({ start, end }) => `${start} ${end}`);
    expect(edges("month")).toEqual([
      "2026-01-29 2026-02-01",
      "2026-02-01 2026-03-01",
      "2026-03-01 2026-04-01",
      "2026-04-01 2026-04-03",
    ]);
    expect(edges("quarter")).toEqual(["2026-01-29 2026-04-01", "2026-04-01 2026-04-03"]);
    // 2 February 2026 is a Monday.
    expect(edges("week").slice(0, 2)).toEqual(["2026-01-29 2026-02-02", "2026-02-02 2026-02-09"]);
    // 29 January + 1 month is clamped to 28 February.
    expect(edges("billing-period")).toEqual([
      "2026-01-29 2026-02-28",
      "2026-02-28 2026-03-29",
      "2026-03-29 2026-04-03",
    ]);
    expect(edges("day").length).toBe(64);
  });

  it("begin at midnight of the subscription's zone, and a skipped day is none", () => {
    const timeZone = "America/New_York";
    // 04:59:59Z is still the day before in New York, 05:00 is the next.
    const events = ["2026-01-02T04:59:59Z", "2026-01-02T05:00:00Z", "2026-01-02T06:00:00Z"].map(
      (timestamp, index) => eventOf({ id: `e${index}`, timestamp }),
    );
    const series = simulate(outcome, events, {
      range: { from: "2026-01-01", through: "2026-01-02" },
      subscription: { timeZone },
    });
    expect(series.buckets.map(({ start, revenue }) => [start, revenue])).toEqual([
      ["2026-01-01", "10.00"],
      ["2026-01-02", "20.00"],
    ]);
    const samoa = simulate(outcome, 4, {
      range: { from: "2011-12-29", through: "2012-01-01" },
      subscription: { timeZone: "Pacific/Apia" },
    });
    // Samoa had no 30 December 2011; what a total gives it counts with the 31st.
    expect(samoa.buckets.map(({ start, revenue }) => [start, revenue])).toEqual([
      ["2011-12-29", "10.00"],
      ["2011-12-31", "20.00"],
      ["2012-01-01", "10.00"],
    ]);
  });

  it("earn nothing before the subscription begins and after it ends", () => {
    const range = { from: "2026-01-01", through: "2026-01-05" };
    const subscription = { startDate: "2026-01-02", endDate: "2026-01-04" };
    // 2 units on the two days of the subscription.
    expect(revenues([outcome], 2, { range, subscription })).toEqual([
      "0.00",
      "10.00",
      "10.00",
      "0.00",
      "0.00",
    ]);
  });
});

describe("usage", () => {
  const quantities = (usage: SeriesUsage, through = "2026-01-04", charge = outcome) =>
    simulate(charge, usage, { range: { from: "2026-01-01", through } }).plans[0]?.charges[0]
      ?.buckets.quantity;

  it("as a total is spread evenly, in steps of its last decimal", () => {
    // 10 ÷ 4 = 2.5: of 2.5, 5, 7.5 and 10, whole ones.
    expect(quantities(10)).toEqual(["2", "3", "2", "3"]);
    expect(quantities("1.0")).toEqual(["0", "0", "0", "1"]);
    expect(quantities("0.5")).toEqual(["0.1", "0.1", "0.1", "0.2"]);
  });

  it("follows a profile", () => {
    const of = (profile: object, through?: string) =>
      quantities(unchecked<SeriesUsage>({ outcome: profile }), through);
    expect(of({ profile: "constant", perDay: "1.5" })).toEqual(["1.5", "1.5", "1.5", "1.5"]);
    expect(of({ profile: "constant", total: 6 })).toEqual(["1", "2", "1", "2"]);
    expect(of({ profile: "ramp", from: 2, to: 8 })).toEqual(["2", "4", "6", "8"]);
    // 0, 1/3, 2/3, 1: in all 0, 0.33, 1, 2.
    expect(of({ profile: "ramp", from: 0, to: 1 })).toEqual(["0", "0", "1", "1"]);
    expect(of({ profile: "ramp", from: 7, to: 9 }, "2026-01-01")).toEqual(["7"]);
    // 1 January 2026 is a Thursday.
    const weekdays = [1, 1, 1, 1, 1, "0.5", 0];
    expect(of({ profile: "seasonal", perDay: 8, weekdays })).toEqual(["8", "8", "4", "0"]);
    // 10 by 1, 1, 0.5 and 0: 4, 4, 2, 0.
    expect(of({ profile: "seasonal", total: 10, weekdays })).toEqual(["4", "4", "2", "0"]);
    const months = [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    const season = of({ profile: "seasonal", perDay: 3, months }, "2026-02-02");
    expect(season?.slice(29)).toEqual(["6", "6", "3", "3"]);
    const points = [
      { date: "2026-01-04", perDay: 10 },
      { date: "2026-01-02", perDay: 4 },
    ];
    expect(of({ profile: "points", points })).toEqual(["4", "4", "7", "10"]);
  });

  it("is a level where a charge counts one", () => {
    const peak = perUnit("outcome", "10", { currency: "USD", aggregation: "max" });
    const daily = { outcome: { "2026-01-01": 2, "2026-01-02": 5, "2026-01-03": 1 } };
    // The largest so far: 2, 5, 5, 5.
    expect(quantities(daily, "2026-01-04", peak)).toEqual(["2", "3", "0", "0"]);
    // 7 on every day.
    expect(quantities(7, "2026-01-04", peak)).toEqual(["7", "0", "0", "0"]);
    const average = perUnit("outcome", "10", { currency: "USD", aggregation: "average" });
    // 2, then (2 + 5) ÷ 2 = 3.5, then 8 ÷ 3.
    expect(quantities(daily, "2026-01-03", average)).toEqual(["2", "1.5", "-5/6"]);
  });

  it("as events weighs levels by the time that they have lasted", () => {
    const weighed = perUnit("outcome", "31", { currency: "USD", aggregation: "time-average" });
    const series = simulate(
      weighed,
      [eventOf({ timestamp: "2026-01-01T00:00:00Z", quantity: 3 })],
      { range: { from: "2026-01-01", through: "2026-01-31" } },
    );
    // 3 for a day are 3 ÷ 31 of the month's average.
    expect(series.buckets.map(({ revenue }) => revenue).every((each) => each === "3.00")).toBe(
      true,
    );
  });
});

describe("costs and margins", () => {
  const events = [
    eventOf({ id: "a", name: "lead", properties: { tokens: 1_000, spent: "0.75" } }),
    eventOf({ id: "b", name: "lead", properties: { tokens: 500 } }),
    eventOf({ id: "b", name: "lead", properties: { tokens: 500 } }),
    eventOf({ id: "c", name: "draft", unitOfMeasure: "@call", properties: { tokens: 200 } }),
  ];
  const range = { from: "2026-01-15", through: "2026-01-15" };

  it("are counted by unit, per cent of revenue, event, property, or carried by events", () => {
    const cost = (costs: SeriesOptions["costs"]) =>
      simulate(outcome, events, { range, costs: costs ?? {} }).total.cost;
    expect(cost({ "@outcome": "2.5" })).toBe("5.00");
    expect(cost({ outcome: { perUnit: 1 }, "@outcome": "2.5" })).toBe("2.00");
    expect(cost({ outcome: { percentOfRevenue: 3 } })).toBe("0.60");
    // Each event once, billed or not.
    expect(cost({ calls: { event: "draft", perUnit: "0.3" } })).toBe("0.30");
    expect(cost({ "@outcome": { of: "properties.tokens", perUnit: "0.001" } })).toBe("1.50");
    expect(cost({ tokens: { event: "lead", of: "properties.tokens", perUnit: "0.01" } })).toBe(
      "15.00",
    );
    expect(cost({ "@outcome": { amount: "properties.spent" } })).toBe("0.75");
  });

  it("of events lower the margin of their charge, else of the only target, else of all", () => {
    const costs = {
      "@outcome": { of: "properties.tokens", perUnit: "0.001" },
      draft: { event: "draft", perUnit: 1 },
    };
    const series = simulate(outcome, events, { range, costs });
    expect(series.plans[0]?.charges[0]?.total.cost).toBe("1.50");
    expect(series.plans[0]?.total).toEqual(series.total);
    expect(series.total).toEqual({
      revenue: "20.00",
      cost: "2.50",
      margin: "17.50",
      marginRate: "0.875000",
    });
    expect(series.costs).toEqual([
      { name: "@outcome", buckets: ["1.50"], total: "1.50" },
      { name: "draft", buckets: ["1.00"], total: "1.00" },
    ]);
    const both = simulate([outcome, outcome], events, { range, costs });
    expect(both.plans.map(({ total }) => total.cost)).toEqual(["1.50", "0.00"]);
    expect(both.total.cost).toBe("2.50");
  });

  it("have a currency, and a rate that is given", () => {
    const euros = { "@outcome": { perUnit: 2, currency: "EUR" } };
    const options = { range, costs: euros, exchangeRates: { EUR: "1.25" } };
    expect(simulate(outcome, events, options).total.cost).toBe("5.00");
    const yen = perUnit("outcome", "150", { currency: "JPY" });
    const { total, plans } = simulate([outcome, yen], events, {
      range,
      currency: "USD",
      exchangeRates: { JPY: "0.0065" },
    });
    // 2 × 10; 300 yen × 0.0065 = 1.95.
    expect(plans.map((plan) => [plan.currency, plan.total.revenue])).toEqual([
      ["USD", "20.00"],
      ["JPY", "1.95"],
    ]);
    expect(total.revenue).toBe("21.95");
  });

  it("are rounded as they add up", () => {
    const costs = { "@outcome": "0.004" };
    const series = simulate(
      outcome,
      { outcome: { profile: "constant", perDay: 1 } },
      { range: DAYS, costs },
    );
    // 0.004, 0.008, 0.012, 0.016.
    expect(series.buckets.map(({ cost }) => cost)).toEqual(["0.00", "0.01", "0.00", "0.01"]);
    expect(series.total.cost).toBe("0.02");
  });

  it("have no rate without revenue", () => {
    const { total } = simulate(perUnit("outcome", "0", { currency: "USD" }), 3, {
      range,
      costs: { "@outcome": 1 },
    });
    expect(total).toEqual({ revenue: "0.00", cost: "3.00", margin: "-3.00", marginRate: null });
  });
});

describe("several targets", () => {
  it("stand side by side, on sale whatever their dates", () => {
    const later = productOf(
      planOf([outcome], { effectiveDate: "2030-01-01", endDate: "2031-01-01" }),
    );
    const seats = fee("seats", "1", {
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 7 },
    } as Partial<ChargeInput>);
    const series = simulate(
      [later, planOf([seats])],
      { "@outcome": 4 },
      {
        range: DAYS,
        bucket: "month",
        subscription: { quantities: { seats: 2 }, endDate: "2026-01-05" },
      },
    );
    // 4 × 10; 2 × 7 × 4 of 31 days = 1.81.
    expect(series.plans.map(({ ratePlanId, total }) => [ratePlanId, total.revenue])).toEqual([
      ["starter", "40.00"],
      ["starter", "1.81"],
    ]);
  });
});

describe("the asynchronous form", () => {
  const year = { range: { from: "2026-01-01", through: "2026-12-31" } };

  it("comes to the same, tells how far it is, and takes streams", async () => {
    const progress: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => {
      progress.push(done / total);
    };
    const events = [eventOf(), eventOf({ id: "e2", timestamp: "2026-05-01T00:00:00Z" })];
    async function* stream() {
      for (const event of events) yield await Promise.resolve(event);
    }
    const series = await simulateAsync(outcome, stream(), { ...year, onProgress });
    expect(series).toEqual(simulate(outcome, events, year));
    expect(progress.at(-1)).toBe(1);
    expect(progress.length).toBe(13);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it("stops when its signal is aborted, with an issue", async () => {
    const stop = new AbortController();
    const steps: number[] = [];
    const run = simulateAsync(outcome, 5, {
      ...year,
      signal: stop.signal,
      onProgress: ({ done }) => {
        steps.push(done);
        if (steps.length === 3) stop.abort();
      },
    });
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(isPricingError(error) && error.issues.map(({ code, path }) => [code, path])).toEqual([
      ["aborted", ["signal"]],
    ]);
    expect(steps.length).toBe(3);
  });

  it("rejects what is wrong, and options of the wrong kind", async () => {
    const wrong = unchecked<Parameters<typeof simulateAsync>>([outcome, 5, { range: {} }]);
    await expect(simulateAsync(...wrong)).rejects.toThrow("range.from is required");
    const signal = unchecked<AbortSignal>({});
    await expect(simulateAsync(outcome, 5, { ...year, signal })).rejects.toThrow("AbortSignal");
    const onProgress = unchecked<() => void>("no");
    await expect(simulateAsync(outcome, 5, { ...year, onProgress })).rejects.toThrow("a function");
  });
});

describe("what is refused", () => {
  const at = (usage: unknown, options: unknown, target: unknown = outcome) =>
    issuesOf(() =>
      simulate(...unchecked<[ChargeInput, SeriesUsage, SeriesOptions]>([target, usage, options])),
    );

  it("ranges that are empty, too long or cut too fine", () => {
    expect(at(1, { range: { from: "2026-02-01", through: "2026-01-31" } })).toEqual([
      "end_before_start range.through",
    ]);
    const long = () =>
      simulate(outcome, 1, { range: { from: "2000-01-01", through: "2027-12-31" } });
    // 28 years with 7 leap days.
    expect(long).toThrow("range must have at most 10000 buckets, got 10227");
    expect(
      at(1, { range: { from: "1000-01-01", through: "2026-12-31" }, bucket: "quarter" }),
    ).toEqual(["too_large range"]);
    expect(at(1, { range: { from: "2026-01-01" }, bucket: "hour" })).toEqual([
      "missing range.through",
      "invalid_value bucket",
    ]);
  });

  it("usage for no charge, below zero, outside of the range, or that only events can say", () => {
    const plan = planOf([
      outcome,
      perUnit("users", "1", { unitOfMeasure: "@user", aggregation: "unique-count" }),
    ]);
    const usage = {
      other: 1,
      outcome: { "2026-01-02": -1, "2026-03-01": 1, soon: 2 },
      users: 3,
    };
    expect(at(usage, { range: DAYS }, plan)).toEqual([
      "unknown_charge usage.other",
      "out_of_range usage.outcome.2026-01-02",
      "out_of_range usage.outcome.2026-03-01",
      "invalid_date usage.outcome.soon",
      "usage_mismatch usage.users",
    ]);
    expect(at(1, { range: DAYS }, plan)).toEqual(["ambiguous_usage usage"]);
    const allowed = { range: DAYS, policy: { negativeUsage: "allow" } };
    const back = simulate(
      outcome,
      { outcome: { "2026-01-01": 2, "2026-01-02": -1 } },
      unchecked(allowed),
    );
    expect(back.buckets.map(({ revenue }) => revenue)).toEqual(["20.00", "-10.00", "0.00", "0.00"]);
  });

  it("impossible profiles", () => {
    const of = (profile: object) => at({ outcome: profile }, { range: DAYS });
    expect(of({ profile: "wave" })).toEqual(["invalid_value usage.outcome.profile"]);
    expect(of({ profile: "constant" })).toEqual(["missing usage.outcome.perDay"]);
    expect(of({ profile: "ramp", from: -1 })).toEqual([
      "out_of_range usage.outcome.from",
      "missing usage.outcome.to",
    ]);
    expect(of({ profile: "seasonal", total: 1, weekdays: [0, 0, 0, 0, 0, 0, 0] })).toEqual([
      "out_of_range usage.outcome",
    ]);
    expect(of({ profile: "seasonal", perDay: 1, weekdays: [1], months: [1] })).toEqual([
      "invalid_value usage.outcome.weekdays",
      "invalid_value usage.outcome.months",
    ]);
    expect(of({ profile: "points", points: [] })).toEqual(["missing usage.outcome.points"]);
    const twice = { date: "2026-01-01", perDay: 1 };
    expect(of({ profile: "points", points: [twice, twice] })).toEqual([
      "duplicate_id usage.outcome.points.1.date",
    ]);
  });

  it("costs of nothing, in a currency without a rate, or of events that are not there", () => {
    expect(
      at(1, {
        range: DAYS,
        costs: {
          "@other": 1,
          "@outcome": { perUnit: 1, currency: "EUR" },
          outcome: { perUnit: -1, percentOfRevenue: 1 },
          tokens: { event: "call", perUnit: 1 },
        },
      }),
    ).toEqual([
      "unknown_unit costs.@other",
      "currency_mismatch costs.@outcome.currency",
      "missing costs.outcome.perUnit",
      "usage_mismatch costs.tokens",
    ]);
  });

  it("a subscription of its own, or one that does not run in the range", () => {
    expect(
      at(1, { range: DAYS, subscription: { id: "s1", startDate: "2026-01-02", seats: 3 } }),
    ).toEqual(["unknown_key subscription.id", "unknown_key subscription.seats"]);
    expect(at(1, { range: DAYS, subscription: { startDate: "2027-01-01" } })).toEqual([
      "out_of_range subscription",
    ]);
  });

  it("seats of which nobody says how many, where they may be said", () => {
    const seats = fee("seats", "0", {
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 10 },
    } as Partial<ChargeInput>);
    const plan = planOf([seats]);
    expect(at({}, { range: DAYS }, plan)).toEqual(["missing_quantity usage.seats"]);
    expect(at([], { range: DAYS }, plan)).toEqual(["missing_quantity subscription"]);
    expect(at([], { range: DAYS, subscription: {} }, plan)).toEqual([
      "missing_quantity subscription.quantities.seats",
    ]);
    expect(at({ seats: { "2026-01-01": 3 } }, { range: DAYS }, plan)[0]).toBe(
      "usage_mismatch usage.seats",
    );
  });

  it("targets in several currencies without one for the result, and none at all", () => {
    const yen = perUnit("outcome", "1", { currency: "JPY" });
    expect(at(1, { range: DAYS }, [outcome, yen])).toEqual(["missing_currency currency"]);
    expect(at(1, { range: DAYS, currency: "USD" }, [outcome, yen])).toEqual([
      "currency_mismatch currency",
    ]);
    expect(at(1, { range: DAYS }, [])).toEqual(["missing target"]);
    expect(at(1, { range: DAYS }, [{ ...outcome, pricing: {} }])).toEqual([
      "missing target.0.pricing.model",
    ]);
  });

  it("summaries, streams and texts", () => {
    expect(at(stored([{ schemaVersion: 1, groups: [] }]), { range: DAYS })).toEqual([
      "usage_mismatch usage",
    ]);
    expect(at(Promise.resolve([]), { range: DAYS })).toEqual(["invalid_type usage"]);
    expect(at("[1]", { range: DAYS })).toEqual(["invalid_type usage"]);
    expect(at(null, { range: DAYS })).toEqual(["missing usage"]);
  });
});

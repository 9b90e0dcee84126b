/** Where each event pays for itself, totals of events are as good as the events. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import { compare, type Fraction, formatExact, fraction } from "../../src/money/fraction.js";
import { addTotals, NO_VALUES, totalsOfEvent } from "../../src/pricing/model.js";
import { type PercentagePricing, percentage } from "../../src/pricing/models/percentage.js";
import { preRated } from "../../src/pricing/models/pre-rated.js";

type Prices = Omit<PercentagePricing, "model">;

function perEvent(prices: Prices) {
  return percentage.perEvent?.({ model: "percentage", ...prices });
}

/** Values in cents. */
const values = fc
  .array(fc.integer({ min: -50_000, max: 50_000 }), { maxLength: 8 })
  .map((cents) => cents.map((value): Fraction => fraction(BigInt(value), 100n)));

describe("the totals of events", () => {
  it.each<readonly [string, Prices]>([
    ["a percentage", { percent: "2.9" }],
    ["a percentage and a fixed part", { percent: "2.9", fixedPerEvent: "0.30" }],
    ["a minimum", { percent: "1", minPerEvent: "0.50" }],
    ["a maximum", { percent: "1", maxPerEvent: "2" }],
    ["all of them", { percent: "1", fixedPerEvent: "0.1", minPerEvent: "0.50", maxPerEvent: "2" }],
    ["tiers", { tiers: [{ upTo: "500", percent: "3" }, { percent: "1" }], fixedPerEvent: "0.1" }],
  ])("cost what the events cost, one by one, under %s", (_title, prices) => {
    const rule = perEvent(prices);
    if (rule === undefined) throw new Error("no rule");
    const rater = percentage.compile({ model: "percentage", ...prices });
    fc.assert(
      fc.property(values, (given) => {
        const totals = given
          .map((value) => totalsOfEvent(value, rule))
          .reduce(addTotals, NO_VALUES);
        expect(totals.events).toBe(given.length);
        expect(totals.charged).toBe(given.filter(({ numerator }) => numerator >= 0n).length);
        expect(compare(rater.amount(totals), rater.amount(given))).toBe(0);
        expect(rater.explain(totals).steps.map(({ text }) => text)).toEqual(
          rater.explain(given).steps.map(({ text }) => text),
        );
      }),
    );
  });

  it("cost what the events cost where they say so themselves", () => {
    const rule = preRated.perEvent?.({ model: "pre-rated" });
    if (rule === undefined) throw new Error("no rule");
    expect(rule.terms).toEqual({});
    const rater = preRated.compile({ model: "pre-rated", markup: "10" });
    const given = ["3", "-1", "0.5"].map(exact);
    const totals = given.map((value) => totalsOfEvent(value, rule)).reduce(addTotals, NO_VALUES);
    // 2.5, and a tenth of it
    expect(formatExact(rater.amount(totals))).toBe("2.75");
    expect(rater.explain(totals)).toEqual(rater.explain(given));
    expect(rater.explain(totals).steps.map(({ text }) => text)).toEqual([
      "value of 3 events",
      "markup of 10 %",
    ]);
    const free = preRated.compile({ model: "pre-rated" });
    expect(free.explain([exact("2")]).steps).toHaveLength(1);
    expect(free.explain([]).steps).toEqual([]);
  });

  it("add what limits add to one event: up to the minimum, down to the maximum", () => {
    const rule = perEvent({
      percent: "1",
      fixedPerEvent: "0.10",
      minPerEvent: "0.50",
      maxPerEvent: "2",
    });
    const limited = (value: string) => rule && formatExact(rule.limitedOf(exact(value)));
    // 1 % and 0.10: 0.11, 0.60 and 3.10
    expect([limited("1"), limited("50"), limited("300")]).toEqual(["0.39", "0", "-1.1"]);
    // What takes back pays neither; what is about nothing pays the minimum.
    expect([limited("-300"), limited("0")]).toEqual(["0", "0.4"]);
  });

  it("depend on the prices of which an event's limits are made, and on nothing without limits", () => {
    expect(perEvent({ percent: "1", fixedPerEvent: "0.10" })?.terms).toEqual({});
    expect(perEvent({ percent: "1", minPerEvent: "0.50" })?.terms).toEqual({
      percent: "1",
      minPerEvent: "0.50",
    });
    expect(perEvent({ percent: "1", fixedPerEvent: "0.1", maxPerEvent: "2" })?.terms).toEqual({
      percent: "1",
      fixedPerEvent: "0.1",
      maxPerEvent: "2",
    });
  });

  it("are none where it depends on the events before whether one is free", () => {
    expect(perEvent({ percent: "1", freeEvents: "2" })).toBeUndefined();
    expect(perEvent({ percent: "1", freeAmount: "2" })).toBeUndefined();
    expect(perEvent({ percent: "1", freeEvents: "2", freeAmount: "2" })).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import { type PercentagePricing, percentage } from "../../../src/pricing/models/percentage.js";
import {
  chargeModelLaws,
  decimals,
  prices,
  tierListsOf,
  valueLists,
  written,
} from "../../laws/charge-models.js";
import { percentagePrice, total, write } from "../../support/oracle.js";

const free = {
  freeEvents: fc.nat({ max: 5 }).map(String),
  freeAmount: decimals(3, 1),
};
const percents = decimals(2, 6);
const byPercent = fc
  .record(
    {
      percent: percents,
      fixedPerEvent: decimals(1, 2),
      minPerEvent: decimals(1, 2),
      aboveMinimum: decimals(3, 2),
      ...free,
    },
    { requiredKeys: ["percent"] },
  )
  .map(({ aboveMinimum, ...fields }): PercentagePricing => {
    if (aboveMinimum === undefined) return { model: "percentage", ...fields };
    const maxPerEvent = write(total([aboveMinimum, fields.minPerEvent ?? "0"]));
    return { model: "percentage", ...fields, maxPerEvent };
  });
const byTiers = fc
  .record({
    list: tierListsOf(
      fc.record({ percent: percents, flatFee: prices }, { requiredKeys: ["percent"] }),
    ),
    fields: fc.record({ fixedPerEvent: decimals(1, 2), ...free }, { requiredKeys: [] }),
  })
  .map(({ list, fields }): PercentagePricing => ({ model: "percentage", ...list, ...fields }));

chargeModelLaws("percentage", {
  pricing: fc.oneof(byPercent, byTiers),
  usage: () => valueLists,
  price: percentagePrice,
});

describe("percentage", () => {
  function amountOf(pricing: Omit<PercentagePricing, "model">, values: readonly string[]): string {
    const rater = percentage.compile({ model: "percentage", ...pricing });
    return formatExact(rater.amount(values.map(exact)));
  }

  it.each<{
    readonly name: string;
    readonly pricing: Omit<PercentagePricing, "model">;
    readonly values: readonly string[];
    readonly amount: string;
  }>([
    {
      name: "a share of each value",
      pricing: { percent: "2.9" },
      values: ["100", "50"],
      amount: "4.35",
    },
    {
      name: "nothing of nothing",
      pricing: { percent: "2.9", fixedPerEvent: "0.3" },
      values: [],
      amount: "0",
    },
    {
      name: "a fixed part of each",
      pricing: { percent: "2.9", fixedPerEvent: "0.30" },
      values: ["100", "0"],
      amount: "3.5",
    },
    {
      name: "at least the minimum",
      pricing: { percent: "1", minPerEvent: "0.5" },
      values: ["10", "100"],
      amount: "1.5",
    },
    {
      name: "at most the maximum, fixed part included",
      pricing: { percent: "1", fixedPerEvent: "0.5", maxPerEvent: "2" },
      values: ["100", "1000"],
      amount: "3.5",
    },
    // The first two are free; the third is not.
    {
      name: "free events first",
      pricing: { percent: "10", freeEvents: "2" },
      values: ["5", "6", "7"],
      amount: "0.7",
    },
    // 10 + 20 free, of 30 the first 20 are free: 10 pay, with the whole fixed part.
    {
      name: "a free amount, in part of an event",
      pricing: { percent: "10", freeAmount: "50", fixedPerEvent: "1" },
      values: ["10", "20", "30", "40"],
      amount: "7",
    },
    // Two events would be free, but the amount is used up with the first.
    {
      name: "what is exhausted first: the amount",
      pricing: { percent: "10", freeEvents: "2", freeAmount: "10" },
      values: ["10", "30"],
      amount: "3",
    },
    // 100 would be free, but the second event comes after the one free event.
    {
      name: "what is exhausted first: the events",
      pricing: { percent: "10", freeEvents: "1", freeAmount: "100" },
      values: ["10", "30"],
      amount: "3",
    },
    {
      name: "back its percentage and nothing else",
      pricing: { percent: "10", fixedPerEvent: "1", minPerEvent: "3" },
      values: ["50", "-50"],
      amount: "1",
    },
    // 1,000 at 3 % and 500 at 2 %, and 0.10 twice.
    {
      name: "tiers of the total",
      pricing: { tiers: [{ upTo: "1000", percent: "3" }, { percent: "2" }], fixedPerEvent: "0.1" },
      values: ["700", "800"],
      amount: "40.2",
    },
    {
      name: "tiers of what is not free",
      pricing: { tiers: [{ upTo: "100", percent: "10" }, { percent: "1" }], freeAmount: "200" },
      values: ["250", "150"],
      amount: "11",
    },
  ])("takes $name", ({ pricing, values, amount }) => {
    expect(amountOf(pricing, values)).toBe(amount);
  });

  it("charges an event about nothing once the free amount is used up", () => {
    const pricing = { percent: "10", freeAmount: "10", fixedPerEvent: "1" };
    expect(amountOf(pricing, ["10", "0"])).toBe("1");
    expect(amountOf({ ...pricing, freeAmount: "0" }, ["0"])).toBe("1");
  });

  it("says what each part of it is for", () => {
    const rater = percentage.compile({
      model: "percentage",
      percent: "10",
      fixedPerEvent: "1",
      maxPerEvent: "5",
    });
    expect(written(rater.explain(["30", "90"].map(exact)))).toEqual({
      unitPrice: null,
      tiers: [],
      steps: [
        { of: "amount", kind: "percentage", value: "12", text: "10 % of 120" },
        { of: "amount", kind: "per-event", value: "2", text: "2 × 1 per event" },
        { of: "amount", kind: "per-event", value: "-5", text: "minimum and maximum per event" },
      ],
    });
  });
});

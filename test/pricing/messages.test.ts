/** What a reader of a refused price list is told: the place, the rule, and what was found. */
import { type ChargeInput, isPricingError, parseCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import { unchecked } from "../support/plans.js";

function messagesOf(pricing: object): readonly string[] {
  const charge = unchecked<ChargeInput>({
    id: "c",
    name: "c",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    currency: "USD",
    pricing,
  });
  try {
    parseCharge(charge);
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues.map(({ message }) => message);
  }
  throw new Error("the price list was accepted");
}

const tiered = (...tiers: readonly object[]) => ({ model: "tiered", tiers });
const matrix = (...prices: readonly object[]) => ({
  model: "matrix",
  dimensions: ["name", "subject"],
  prices,
});

describe("the message about a price list", () => {
  it.each<readonly [string, object, string]>([
    ["without tiers", tiered(), "pricing.tiers must have at least one tier, got an array of 0"],
    [
      "with a tier that has no price",
      tiered({ upTo: 10 }, { unitPrice: 1 }),
      "pricing.tiers[0] must have unitPrice or flatFee, got an object",
    ],
    [
      "with an open tier before the last",
      tiered({ unitPrice: 1 }, { unitPrice: 2 }),
      "pricing.tiers[0].upTo must be given on every tier but the last, got nothing",
    ],
    [
      "with a bound in a row of a form",
      tiered({ start: 0, end: 10, unitPrice: 1 }, { start: 10, upTo: "20", unitPrice: 2 }),
      'pricing.tiers[1].upTo must be absent beside start and end, in all tiers, got "20"',
    ],
    [
      "with a row that does not say where it starts",
      tiered({ start: 0, end: 10, unitPrice: 1 }, { end: 20, unitPrice: 2 }),
      "pricing.tiers[1].start is required: a decimal number, where the tier begins, got nothing",
    ],
    [
      "with a row that ends before it starts",
      tiered({ start: 0, end: 10, unitPrice: 1 }, { start: 20, end: 15, unitPrice: 2 }),
      "pricing.tiers[1].end must be at least 20 (tiers[1].start), got 15",
    ],
    [
      "with a first row that starts below 0",
      tiered({ start: 5, end: 10, unitPrice: 1 }, { start: 10, unitPrice: 2 }),
      "pricing.tiers[0].start must be 0 or one more, got 5",
    ],
    [
      "with rows that step first and touch then",
      tiered(
        { start: 0, end: 10, unitPrice: 1 },
        { start: 11, end: 20, unitPrice: 2 },
        { start: 20, unitPrice: 3 },
      ),
      "pricing.tiers[2].start must be one more than the end before, as in the other tiers, got 20",
    ],
    [
      "with rows that touch first and step then",
      tiered(
        { start: 0, end: 10, unitPrice: 1 },
        { start: 10, end: 20, unitPrice: 2 },
        { start: 21, unitPrice: 3 },
      ),
      "pricing.tiers[2].start must be the end before, as in the other tiers, got 21",
    ],
    [
      "with a percentage and percentages in tiers",
      { model: "percentage", percent: 1, tiers: [{ percent: 2 }] },
      "pricing must have either percent or tiers, got both",
    ],
    [
      "with neither",
      { model: "percentage" },
      "pricing must have either percent or tiers, got neither",
    ],
    [
      "with limits per event beside tiers",
      { model: "percentage", tiers: [{ percent: 2 }], minPerEvent: "1" },
      'pricing.minPerEvent is allowed only without tiers, got "1"',
    ],
    [
      "with options of tiers beside a percentage",
      { model: "percentage", percent: 2, overflow: "error" },
      'pricing.overflow is allowed only beside tiers, got "error"',
    ],
    [
      "with a minimum per event above its maximum",
      { model: "percentage", percent: 2, minPerEvent: "1.50", maxPerEvent: 1 },
      "pricing.minPerEvent must be at most maxPerEvent (1), got 1.5",
    ],
    [
      "with two prices for one cell",
      matrix(
        { when: { name: "a", subject: "b" }, unitPrice: 1 },
        { when: { name: "a", subject: "b" }, unitPrice: 2 },
      ),
      "pricing.prices[1].when must be other than prices[0].when, got an object",
    ],
    [
      "with a dimension that is none",
      matrix({ when: { name: "a", subject: "b", colour: "c" }, unitPrice: 1 }),
      'pricing.prices[0].when.colour must be one of the dimensions (name, subject), got "colour"',
    ],
    [
      "with a cell that lacks a dimension",
      matrix({ when: { name: "a" }, unitPrice: 1 }),
      "pricing.prices[0].when.subject is required: a value for every dimension, got nothing",
    ],
  ])("%s says so", (_title, pricing, message) => {
    expect(messagesOf(pricing)).toContain(message);
  });
});

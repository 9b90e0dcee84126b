/** A discount that is taken once has nothing to do with the periods after the one in which it is. */
import { type ChargeInput, creditNote, type Invoice, invoice } from "rateplan";
import { describe, expect, it } from "vitest";
import { eventOf, planOf, productOf, unchecked } from "../support/plans.js";

const tiers = [{ upTo: 4, unitPrice: 10 }, { unitPrice: 1 }];

/** Once, off the usage of the first period. */
const once = unchecked<ChargeInput>({
  id: "once",
  name: "Welcome",
  chargeType: "one-time",
  pricing: { model: "discount", percent: 50, appliesTo: { chargeTypes: ["usage"] } },
  endDate: "2026-02-20",
});

function usageCharge(more: Partial<ChargeInput>): ChargeInput {
  return unchecked<ChargeInput>({
    id: "calls",
    name: "Calls",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    ...more,
  });
}

/** Three units before the discount's end, three after it. */
const usage = ["2026-02-05", "2026-02-25"].map((day) =>
  eventOf({ id: day, timestamp: `${day}T12:00:00Z`, quantity: 3 }),
);

describe("a discount that is taken once and ends in the second period", () => {
  it.each([
    // 4 × 10 + 2 × 1
    ["tiers", { pricing: { model: "tiered", tiers } }, "42.00"],
    // 6 × 3, and no more than 12
    ["maximum", { pricing: { model: "per-unit", unitPrice: 3 }, maximum: 12 }, "12.00"],
    // (6 − 4) × 3
    ["included units", { pricing: { model: "per-unit", unitPrice: 3 }, includedUnits: 4 }, "6.00"],
    // 100 + (6 − 5) × 1
    [
      "base fee",
      { pricing: { model: "overage", baseFee: 100, includedUnits: 5, unitPrice: 1 } },
      "101.00",
    ],
  ])("cuts no %s there, when the period is billed and when it is rated again", (_, more, total) => {
    const life = {
      catalog: productOf(planOf([usageCharge(unchecked<Partial<ChargeInput>>(more)), once])),
      subscription: {
        id: "s1",
        customerId: "acme",
        ratePlanId: "starter",
        startDate: "2026-01-01",
      },
      usage,
    };
    const january = invoice({ ...life, period: { start: "2026-01-01", end: "2026-02-01" } });
    const february = invoice({
      ...life,
      period: { start: "2026-02-01", end: "2026-03-01" },
      previous: [january],
    });
    expect(february.total).toBe(total);
    const previous: readonly Invoice[] = [january, february];
    const again = creditNote({
      ...life,
      previous,
      rerate: { from: "2026-01-01" },
      asOf: "2026-03-01",
    });
    expect([again.total, again.lines]).toEqual(["0.00", []]);
  });

  it("is taken in the first period up to its end", () => {
    const { lines } = invoice({
      catalog: productOf(
        planOf([
          usageCharge(
            unchecked<Partial<ChargeInput>>({ pricing: { model: "per-unit", unitPrice: 2 } }),
          ),
          { ...once, endDate: "2026-01-20" },
        ]),
      ),
      subscription: {
        id: "s1",
        customerId: "acme",
        ratePlanId: "starter",
        startDate: "2026-01-01",
      },
      period: { start: "2026-01-01", end: "2026-02-01" },
      usage: ["2026-01-05", "2026-01-25"].map((day) =>
        eventOf({ id: day, timestamp: `${day}T12:00:00Z`, quantity: 3 }),
      ),
    });
    // 3 × 2 twice, and half of the first.
    expect(lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["usage", "6.00"],
      ["usage", "6.00"],
      ["discount", "-3.00"],
    ]);
  });
});

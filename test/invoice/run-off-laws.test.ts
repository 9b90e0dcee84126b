/** However much of a month is billed after it, all its documents together bill what a simulation of it says. */
import fc from "fast-check";
import { type ChargeInput, creditNote, simulate } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, centsOf, type Deal, subscriptionOf } from "../support/chain.js";
import { perUnit, planOf, productOf } from "../support/plans.js";

type StoryOf<T> = T extends fc.Arbitrary<infer Story> ? Story : never;

describe("all documents of a month", () => {
  // Prices and percentages of which no part has to be rounded: each document rounds for itself.
  const discount = fc.oneof(
    fc.record({ percent: fc.constantFrom(10, 20, 100) }),
    fc.record({ amount: fc.constantFrom(10, 70, 400) }),
  );
  const prices = fc.constantFrom(
    { model: "per-unit", unitPrice: 10 },
    { model: "tiered", tiers: [{ upTo: 10, unitPrice: 20 }, { unitPrice: 5 }] },
    { model: "package", size: 5, price: 40 },
  );
  const stories = fc.record({
    pricing: prices,
    days: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 25 }),
    wait: fc.constantFrom("PT1H", "P3D", "P20D", "P45D", "P100D"),
    minimum: fc.option(fc.constantFrom(10, 50, 120), { nil: undefined }),
    maximum: fc.option(fc.constantFrom(120, 150, 300), { nil: undefined }),
    discounts: fc.array(discount, { maxLength: 2 }),
    next: fc.constantFrom("end", "plan", "price"),
  });

  function outcomes(price: string, wait: string): ChargeInput {
    return perUnit("c", price, {
      unitOfMeasure: "@outcome",
      outcome: { confirm: { assumedAfter: wait } },
    });
  }

  function storyOf({
    pricing,
    days,
    wait,
    minimum,
    maximum,
    discounts,
    next,
  }: StoryOf<typeof stories>) {
    const charge = {
      ...outcomes("1", wait),
      pricing,
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    } as ChargeInput;
    const others = discounts.map(
      (each, index): ChargeInput => ({
        id: `off${index}`,
        name: "off",
        chargeType: "usage",
        pricing: { model: "discount", ...each },
      }),
    );
    const plan = planOf([charge, ...others], { id: "p" });
    // Free from February on, so that only January's is billed; the charge, its limits or its price are others then.
    const free = outcomes("0", wait);
    const later = planOf(next === "price" ? [free, ...others] : [], { id: "q" });
    const deal: Deal = {
      plans: [plan, later],
      subscription:
        next === "end"
          ? { endDate: "2026-02-01" }
          : { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "q" }] },
      usage: days.map((day, index) => ({
        id: `e${index}`,
        customerId: "acme",
        unitOfMeasure: "@outcome",
        subject: `day ${day}`,
        timestamp: new Date(Date.UTC(2026, 0, 1 + day, 12)).toISOString(),
      })),
    };
    return { plan, deal };
  }

  it("bill what a simulation says of it, whatever is certain when", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { plan, deal } = storyOf(story);
        const { amount } = simulate(plan, deal.usage ?? []);
        expect(centsOf(billUntil("2026-08-01", deal))).toBe(BigInt(amount.replace(".", "")));
      }),
    );
  });

  it("change nothing when they are billed again without news", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { deal } = storyOf(story);
        const documents = billUntil("2026-08-01", deal);
        const again = creditNote({
          catalog: productOf(...deal.plans),
          subscription: subscriptionOf(deal),
          previous: documents,
          rerate: { from: "2026-01-01" },
          usage: deal.usage ?? [],
          asOf: "2026-08-02",
        });
        expect(again.lines).toEqual([]);
      }),
    );
  });
});

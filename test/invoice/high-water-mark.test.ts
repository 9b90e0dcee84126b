/** Seats that are billed at the highest number that was held in the cycle. */
import fc from "fast-check";
import { type ChargeInput, parseCharge, type RecurringChargeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { bill, cents } from "../support/biller.js";
import { billUntil, centsOf, type Deal } from "../support/chain.js";
import { billedByLife } from "../support/life-oracle.js";
import { lives, WIDE } from "../support/lives.js";
import { fee, issuesOf, perUnit, planOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

function seats(more: Partial<RecurringChargeInput> = {}): ChargeInput {
  return {
    ...fee("seats", "0"),
    unitOfMeasure: "@seat",
    quantityBilling: "high-water-mark",
    pricing: { model: "per-unit", unitPrice: "31" },
    ...more,
  } as ChargeInput;
}

/** Five seats from 1 January, with these numbers from these days on. */
function story(charge: ChargeInput, ...numbers: readonly (readonly [string, number])[]): Deal {
  const changes = numbers.map(([effectiveDate, number]) => ({
    effectiveDate,
    quantities: { seats: number },
  }));
  return { plans: [planOf([charge])], subscription: { quantities: { seats: 5 }, changes } };
}

function totals(deal: Deal, until: string) {
  return billUntil(until, deal).map(
    ({ scope, period, total }) => `${scope} ${period.end} ${total}`,
  );
}

const UP_AND_DOWN = [
  ["2026-01-11", 8],
  ["2026-01-21", 2],
  ["2026-01-26", 9],
] as const;

describe("seats billed at their high-water mark", () => {
  it("are more for the rest of the cycle, and fewer with the next", () => {
    // 10 days of 5, 15 of 8, 6 of 9, of 31 days at 31: 50 + 120 + 54. February: 9 at 31.
    expect(totals(story(seats(), ...UP_AND_DOWN), "2026-03-01")).toEqual([
      "period 2026-02-01 224.00",
      "period 2026-03-01 279.00",
    ]);
    // As held: 50 + 80 + 5 × 2 + 54.
    const held = story(seats({ quantityBilling: "as-held" }), ...UP_AND_DOWN);
    expect(totals(held, "2026-02-01")).toEqual(["period 2026-02-01 194.00"]);
    // Down alone: nothing is taken off January.
    expect(totals(story(seats(), ["2026-01-11", 1]), "2026-03-01")).toEqual([
      "period 2026-02-01 155.00",
      "period 2026-03-01 31.00",
    ]);
  });

  it("are all for the whole cycle where the fee is not divided", () => {
    const whole = seats({ proration: "none" });
    expect(totals(story(whole, ...UP_AND_DOWN), "2026-02-01")).toEqual([
      "period 2026-02-01 279.00",
    ]);
  });

  it("in advance, bill what is more when it is recorded, and take nothing back", () => {
    const ahead = seats({ proration: "none", billingTiming: "in-advance" });
    const opening = billUntil("2026-01-01", story(ahead));
    expect(opening[0]?.total).toBe("155.00");
    const more = story(ahead, ["2026-01-11", 8]);
    const fewer = story(ahead, ["2026-01-11", 8], ["2026-01-21", 2]);
    for (const [deal, february] of [
      [more, 248n],
      [fewer, 62n],
    ] as const) {
      // January: 8 in all; then February.
      expect(centsOf(billUntil("2026-02-01", deal, opening))).toBe(24800n + february * 100n);
    }
  });

  it("are those of the charge's own cycle", () => {
    const quarterly = seats({
      billingCycle: "quarterly",
      pricing: { model: "per-unit", unitPrice: 90 },
    });
    // 8 from 1 February on, though 2 are held in March: 5 × 31/90 + 8 × 59/90 of 90 each.
    const deal = story(quarterly, ["2026-02-01", 8], ["2026-03-01", 2]);
    expect(centsOf(billUntil("2026-04-01", deal))).toBe(15500n + 47200n);
  });

  it("begin anew with another plan, and go on over a pause and a new price", () => {
    const plans = [planOf([seats()], { id: "a" }), planOf([seats()], { id: "b", name: "b" })];
    const changes = [
      { effectiveDate: "2026-01-11", quantities: { seats: 8 } },
      { effectiveDate: "2026-01-21", ratePlanId: "b", quantities: { seats: 2 } },
    ];
    const moved: Deal = { plans, subscription: { quantities: { seats: 5 }, changes } };
    // 10 days of 5, 10 of 8, 11 of 2.
    expect(centsOf(billUntil("2026-02-01", moved))).toBe(5000n + 8000n + 2200n);
    const rest = {
      plans: [planOf([seats()])],
      subscription: {
        quantities: { seats: 5 },
        changes: [
          { effectiveDate: "2026-01-11", status: "paused", quantities: { seats: 9 } },
          { effectiveDate: "2026-01-16", status: "active", quantities: { seats: 2 } },
          {
            effectiveDate: "2026-01-21",
            overrides: { seats: { model: "per-unit", unitPrice: 62 } },
          },
        ],
      },
    } satisfies Deal;
    // 10 days of 5, none for 5 days, 5 days of 5, 11 of 5 at twice the price: nothing was billed of the nine.
    expect(centsOf(billUntil("2026-02-01", rest))).toBe(5000n + 2500n + 11000n);
  });

  it("are refused where nothing is counted, or it is usage", () => {
    for (const charge of [
      { ...fee("fee", "1"), quantityBilling: "high-water-mark" },
      { ...perUnit("calls", "1"), quantityBilling: "high-water-mark" },
      { ...fee("once", "1"), chargeType: "one-time", quantityBilling: "as-held" },
    ]) {
      const refused = ["field_not_allowed quantityBilling"];
      expect(issuesOf(() => parseCharge(charge as ChargeInput))).toEqual(refused);
    }
  });
});

describe("law: on any life", () => {
  it("the highest numbers are billed, whatever is recorded when", () => {
    const breadth = {
      ...WIDE,
      kinds: ["quantity", "quantity", "plan", "pause", "override"] as const,
    };
    fc.assert(
      fc.property(lives(breadth), (life) => {
        const documents = bill(life, { rerate: "needed" });
        const due = [...billedByLife(life).values()].reduce((all, one) => all + one, 0n);
        expect(documents.reduce((all, { total }) => all + cents(total), 0n)).toBe(due);
      }),
      tries(20),
    );
  });
});

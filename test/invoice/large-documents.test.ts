/**
 * Documents of large plans and lives. Each of these sizes took minutes, or forever, when some step looked at everything
 * for everything; the amounts are counted by hand.
 */
import {
  type BillingCycle,
  billingPeriods,
  type ChargeInput,
  type Invoice,
  type Period,
  type SubscriptionChangeInput,
  simulate,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { documentOf } from "../support/chain.js";
import { eventOf, fee, perUnit, planOf, productOf } from "../support/plans.js";

const YEAR: Period = { start: "2026-01-01", end: "2027-01-01" };
const MINUTE = 60_000;

/** The nth minute of 2026. */
const minute = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * MINUTE).toISOString();
/** The nth day of 2026, and so on. */
const day = (index: number) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** What a document bills for 2026. */
function yearOf(
  charges: readonly ChargeInput[],
  more: Omit<Parameters<typeof documentOf>[0], "plans"> = {},
  options: Parameters<typeof documentOf>[3] = {},
): Invoice {
  const plans = [planOf(charges, { billingCycle: "annual" })];
  return documentOf({ plans, ...more }, YEAR, [], options);
}

describe("a plan of thousands of charges", () => {
  const fees = times(3_000, (index) => fee(`fee${index}`, "1"));

  it("bills each of them", () => {
    const { total, lines } = yearOf(fees);
    expect(total).toBe("3000.00");
    expect(lines.map(({ chargeId }) => chargeId)).toEqual(fees.map(({ id }) => id));
  });

  it("is simulated with a quantity for each", () => {
    const charges = times(3_000, (index) => perUnit(`use${index}`, "2", { unitOfMeasure: "task" }));
    const usage = Object.fromEntries(charges.map(({ id }) => [id, 3]));
    // 3,000 × 3 × 2.
    expect(simulate(planOf(charges), usage).amount).toBe("18000.00");
  });

  it("takes the discount of each off the one that it names", () => {
    const discounts = times(1_000, (index): ChargeInput => {
      const appliesTo = { charges: [`fee${index}`] };
      return {
        id: `off${index}`,
        name: "off",
        chargeType: "recurring",
        pricing: { model: "discount", percent: "50", appliesTo },
      };
    });
    // 3,000 fees of 1, less half of 1,000 of them.
    expect(yearOf([...fees, ...discounts]).total).toBe("2500.00");
  });
});

describe("a price of the customer's own for each of many charges, each from another moment on", () => {
  it("holds for its charge from then on, and splits no other", () => {
    const charges = times(1_000, (index) =>
      perUnit(`use${index}`, "1", { unitOfMeasure: `unit${index}` }),
    );
    const changes = charges.map(({ id }, index): SubscriptionChangeInput => {
      return {
        effectiveDate: minute(10 * index + 10),
        overrides: { [id]: { model: "per-unit", unitPrice: "5" } },
      };
    });
    // One unit before the change and one at it.
    const usage = times(2_000, (index) =>
      eventOf({
        id: `e${index}`,
        unitOfMeasure: `unit${index >> 1}`,
        timestamp: minute(10 * (index >> 1) + (index % 2 === 0 ? 1 : 10)),
      }),
    );
    const document = yearOf(charges, { subscription: { changes }, usage });
    // 1 + 5 for each.
    expect(document.total).toBe("6000.00");
    expect(document.lines).toHaveLength(2_000);
  });
});

describe("a price that changes a thousand times in a period, with tiers that go on", () => {
  it("bills each unit in the tier that all before it have filled", () => {
    const tiers = (last: string) =>
      ({ model: "tiered", tiers: [{ upTo: 500, unitPrice: "1" }, { unitPrice: last }] }) as const;
    const use = { ...perUnit("use", "1", { unitOfMeasure: "task" }), pricing: tiers("2") };
    const changes = times(1_000, (index): SubscriptionChangeInput => {
      const effectiveDate = minute(10 * index + 10);
      return { effectiveDate, overrides: { use: tiers(index % 2 === 0 ? "2" : "3") } };
    });
    const usage = times(1_000, (index) =>
      eventOf({ id: `e${index}`, unitOfMeasure: "task", timestamp: minute(10 * index + 15) }),
    );
    const policy = { tiersAtChange: "continue" } as const;
    const { total } = yearOf([use], { subscription: { changes }, usage }, { policy });
    // 500 units at 1, then 250 at 2 and 250 at 3.
    expect(total).toBe("1750.00");
  });
});

describe("a subscription that goes back and forth between plans", () => {
  const everyDays = (every: number): BillingCycle => ({ every, unit: "day" });
  const alternating = (count: number, dateOf: (index: number) => string) =>
    times(count, (index) => ({
      effectiveDate: dateOf(index),
      ratePlanId: index % 2 === 0 ? "other" : "starter",
    }));

  it("bills the first day of thousands, each on a plan with another cycle", () => {
    const plans = [
      planOf([fee("fee", "31")]),
      planOf([fee("fee", "70")], { id: "other", billingCycle: "weekly" }),
    ];
    const subscription = { changes: alternating(8_000, (index) => day(index + 1)) };
    const period = { start: day(0), end: day(1) };
    // A day of January.
    expect(documentOf({ plans, subscription }, period).total).toBe("1.00");
  });

  it("bills a charge whose one cycle runs through all of them", () => {
    const charge = fee("fee", "1000", { billingCycle: everyDays(1_000) });
    const plans = [
      planOf([charge], { billingCycle: everyDays(1) }),
      planOf([charge], { id: "other", billingCycle: everyDays(2) }),
    ];
    const changes = alternating(400, (index) => day(2 * index + 2));
    const subscription = {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: day(0),
      billingAnchor: day(0),
      changes,
    };
    const until = day(800);
    const catalog = productOf(...plans);
    const last = billingPeriods(subscription, { catalog, until, limit: 10_000 }).at(-1);
    const { start, end } = last ?? { start: until, end: until };
    // The 399th change, on day 798, goes to the plan of two days; the fee is 1 a day on either plan.
    expect({ start, end }).toEqual({ start: day(798), end: day(800) });
    const document = documentOf({ plans, subscription }, { start, end });
    expect(document.total).toBe("2.00");
  });
});

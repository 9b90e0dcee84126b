/** What an adjustment says besides its amount: its terms, its causes, and what it moved of a discount. */
import type { AdjustmentCause, ChargeInput, Invoice, RatePlanInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf } from "../support/chain.js";
import { termsOf } from "../support/documents.js";
import { amountsOf, eventOf, fee, JANUARY, perUnit, planOf } from "../support/plans.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const MARCH = { start: "2026-03-01", end: "2026-04-01" };

const allOff: ChargeInput = {
  id: "off",
  name: "off",
  chargeType: "usage",
  pricing: { model: "discount", amount: "10", appliesTo: "all" },
};

/** So many units in January. */
function used(id: string, quantity: number, unit = "@outcome") {
  return eventOf({ id, quantity, unitOfMeasure: unit });
}

/** January, and February with the usage of January given anew. */
function rerated(deal: Deal, usage: NonNullable<Deal["usage"]>): readonly [Invoice, Invoice] {
  const january = documentOf(deal, JANUARY);
  const rerate = [{ period: JANUARY, usage }];
  return [january, documentOf({ ...deal, usage: [] }, FEBRUARY, [january], { rerate })];
}

function causesOf({ lines }: Invoice, key: string): readonly AdjustmentCause[] | undefined {
  return lines.find((line) => line.key === key)?.adjustment?.causes;
}

describe("an adjustment of a discount", () => {
  const plans = [planOf([perUnit("outcome", "1"), perUnit("action", "1"), allOff])];
  const deal: Deal = { plans, usage: [used("a", 50), used("b", 50, "@action")] };
  const later = [used("a", 20), used("b", 80, "@action")];

  it("says which lines it takes its amount off now, also where that is the same in all", () => {
    const [january, february] = rerated(deal, later);
    // 10 in proportion to 50 and 50 is 5 and 5; to 20 and 80 it is 2 and 8.
    expect(january.lines[2]?.appliedTo.map(({ amount }) => amount)).toEqual(["-5.00", "-5.00"]);
    expect(amountsOf(february)).toEqual([
      ["outcome: adjustment", "-30.00"],
      ["action: adjustment", "30.00"],
      ["off: adjustment", "0.00"],
    ]);
    expect(february.lines[2]).toMatchObject({
      key: january.lines[2]?.key,
      kind: "adjustment",
      appliedTo: [
        { key: "usage:outcome@2026-01-01", amount: "3.00" },
        { key: "usage:action@2026-01-01", amount: "-3.00" },
      ],
      adjustment: { billed: "-10.00", due: "-10.00" },
    });
  });

  it("is not made again once it has moved", () => {
    const [january, february] = rerated(deal, later);
    const rerate = [{ period: JANUARY, usage: later }];
    const march = documentOf({ ...deal, usage: [] }, MARCH, [january, february], { rerate });
    expect(march.lines).toEqual([]);
  });
});

describe("the terms of an adjustment", () => {
  it("are those on which its line is due", () => {
    const deal: Deal = { plans: [planOf([perUnit("outcome", "2")])], usage: [used("a", 5)] };
    const [january, february] = rerated(deal, [used("a", 7)]);
    expect(amountsOf(february)).toEqual([["outcome: adjustment", "4.00"]]);
    const [line] = february.lines;
    expect(line && termsOf(february, line)?.pricing).toEqual({
      model: "per-unit",
      unitPrice: "2",
    });
    expect(line?.terms).toBe(january.lines[0]?.terms);
  });
});

describe("the causes of an adjustment", () => {
  const starter = planOf([fee("fee", "31"), perUnit("outcome", "1")]);
  const pro = planOf([fee("fee", "62"), perUnit("outcome", "2")], { id: "pro" });
  const plans: readonly RatePlanInput[] = [starter, pro];
  const changed = (...changes: readonly (readonly [day: number, ratePlanId: string])[]): Deal => ({
    plans,
    subscription: {
      changes: changes.map(([day, ratePlanId]) => ({
        effectiveDate: `2026-01-${day}`,
        ratePlanId,
      })),
    },
  });

  it("are no change at which its own line begins", () => {
    // The fee of pro begins on the 11th, and a change that was recorded later ends it on the 21st.
    const january = documentOf(changed([11, "pro"]), JANUARY);
    const late = changed([11, "pro"], [21, "starter"]);
    const rerate = [{ period: JANUARY, usage: [] }];
    const february = documentOf(late, FEBRUARY, [january], { rerate });
    // 11 days of 2 each are given back; the fee of starter is 1 a day.
    const key = "recurring:fee@2026-01-11";
    expect(february.lines.find((line) => line.key === key)?.amount).toBe("-22.00");
    expect(causesOf(february, key)).toEqual([{ kind: "change", date: "2026-01-21", eventIds: [] }]);
  });

  it("are the usage, not the change at which it begins to count", () => {
    const deal = { ...changed([11, "pro"]), usage: [used("a", 3)] };
    const [, february] = rerated(deal, [used("a", 4)]);
    expect(february.lines.map(({ key, amount }) => [key, amount])).toContainEqual([
      "usage:outcome@2026-01-11",
      "2.00",
    ]);
    expect(causesOf(february, "usage:outcome@2026-01-11")).toEqual([
      { kind: "usage", date: null, eventIds: [] },
    ]);
  });

  it("are the usage, over the stretch that is left where a change is recorded late", () => {
    const usage = [
      { ...used("a", 3), timestamp: "2026-01-05T00:00:00Z" },
      { ...used("b", 5), timestamp: "2026-01-20T00:00:00Z" },
    ];
    const january = documentOf({ plans, usage }, JANUARY);
    const rerate = [{ period: JANUARY, usage }];
    const { lines } = documentOf(changed([16, "pro"]), FEBRUARY, [january], { rerate });
    // Five of eight units are of pro now, at 2 each; of the fee, 15 of 31 days at 1 are left, and 16 at 2 are pro's.
    const own = lines
      .filter(({ servicePeriod }) => servicePeriod.start < "2026-02")
      .map(({ key, amount, servicePeriod: { start, end } }) => [key, amount, start, end]);
    expect(own.toSorted()).toEqual([
      ["recurring:fee@2026-01-01", "-16.00", "2026-01-16", "2026-02-01"],
      ["recurring:fee@2026-01-16", "32.00", "2026-01-16", "2026-02-01"],
      ["usage:outcome@2026-01-01", "-5.00", "2026-01-01", "2026-01-16"],
      ["usage:outcome@2026-01-16", "10.00", "2026-01-16", "2026-02-01"],
    ]);
  });

  it("are the end that came before what was billed ahead", () => {
    const ahead = fee("fee", "31", { billingTiming: "in-advance" } as Partial<ChargeInput>);
    const deal: Deal = { plans: [planOf([ahead])] };
    const opening = documentOf(deal, { start: "2026-01-01", end: "2026-01-01" });
    const january = documentOf(deal, JANUARY, [opening]);
    const ended: Deal = { ...deal, subscription: { endDate: "2026-01-21" } };
    const [last] = billUntil("2026-03-01", ended, [opening, january]).slice(2);
    // 11 of January's days, and all of February.
    expect(last?.lines.map(({ key, amount }) => [key, amount])).toEqual([
      ["recurring:fee@2026-01-01", "-11.00"],
      ["recurring:fee@2026-02-01", "-31.00"],
    ]);
    for (const line of last?.lines ?? []) {
      expect(line.adjustment?.causes).toEqual([
        { kind: "change", date: "2026-01-21", eventIds: [] },
      ]);
    }
  });

  it("are the last change before a fee that was billed ahead", () => {
    const ahead = (id: string, amount: string) =>
      planOf([fee("fee", amount, { billingTiming: "in-advance" } as Partial<ChargeInput>)], { id });
    const plans = [ahead("starter", "31"), ahead("pro", "62"), ahead("max", "93")];
    const opening = documentOf({ plans }, { start: "2026-01-01", end: "2026-01-01" });
    const january = documentOf({ plans }, JANUARY, [opening]);
    const changes = [
      { effectiveDate: "2026-01-11", ratePlanId: "max" },
      { effectiveDate: "2026-01-21", ratePlanId: "pro" },
      // A change that lies ahead is no cause of what came before it.
      { effectiveDate: "2026-03-15", ratePlanId: "max" },
    ];
    const late: Deal = { plans, subscription: { changes } };
    const next = documentOf(late, FEBRUARY, [opening, january]);
    // Of February 31 was billed, and 62 are due.
    const key = "recurring:fee@2026-02-01";
    expect(next.lines.find((line) => line.key === key)?.amount).toBe("31.00");
    expect(causesOf(next, key)).toEqual([{ kind: "change", date: "2026-01-21", eventIds: [] }]);
    expect(causesOf(next, "recurring:fee@2026-01-01")).toEqual([
      { kind: "change", date: "2026-01-11", eventIds: [] },
      { kind: "change", date: "2026-01-21", eventIds: [] },
    ]);
    const boundary: Deal = {
      plans,
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "pro" }] },
    };
    expect(causesOf(documentOf(boundary, FEBRUARY, [opening, january]), key)).toEqual([
      { kind: "change", date: "2026-02-01", eventIds: [] },
    ]);
  });

  it("are no change at the very start of the subscription", () => {
    const january = documentOf({ plans: [starter, planOf([], { id: "pro" })] }, JANUARY);
    const late: Deal = {
      plans: [starter, planOf([], { id: "pro" })],
      subscription: { changes: [{ effectiveDate: "2026-01-01", ratePlanId: "pro" }] },
    };
    const rerate = [{ period: JANUARY, usage: [] }];
    const february = documentOf(late, FEBRUARY, [january], { rerate });
    expect(amountsOf(february)).toEqual([["fee: adjustment", "-31.00"]]);
    expect(causesOf(february, "recurring:fee@2026-01-01")).toEqual([
      { kind: "re-rating", date: null, eventIds: [] },
    ]);
  });

  it("of usage are the change that has moved it elsewhere", () => {
    const january = documentOf({ plans, usage: [used("a", 3)] }, JANUARY);
    const rerate = [{ period: JANUARY, usage: [used("a", 3)] }];
    const february = documentOf(changed([11, "pro"]), FEBRUARY, [january], { rerate });
    // The three of the 15th are pro's now.
    const key = "usage:outcome@2026-01-01";
    expect(february.lines.find((line) => line.key === key)?.amount).toBe("-3.00");
    expect(causesOf(february, key)).toEqual([{ kind: "change", date: "2026-01-11", eventIds: [] }]);
  });

  it("of a minimum are no change of an earlier period", () => {
    const limited = (id: string) => planOf([perUnit("outcome", "1", { minimum: "20" })], { id });
    const deal: Deal = { ...changed([11, "pro"]), plans: [limited("starter"), limited("pro")] };
    const of = (quantity: number) => [
      eventOf({ id: "f", quantity, timestamp: "2026-02-10T00:00:00Z" }),
    ];
    const january = documentOf(deal, JANUARY);
    const february = documentOf({ ...deal, usage: of(5) }, FEBRUARY, [january]);
    const rerate = [{ period: FEBRUARY, usage: of(8) }];
    const march = documentOf(deal, MARCH, [january, february], { rerate });
    const key = "minimum:outcome@2026-02-01";
    // 15 were added to 5; 12 are added to 8.
    expect(march.lines.find((line) => line.key === key)?.amount).toBe("-3.00");
    expect(causesOf(march, key)).toEqual([{ kind: "re-rating", date: null, eventIds: [] }]);
  });

  it("name no events where the stretch of the usage is gone", () => {
    const january = documentOf({ ...changed([11, "pro"]), usage: [used("a", 3)] }, JANUARY);
    // Without the change all of January is one stretch, at 1 each.
    const rerate = [{ period: JANUARY, usage: [used("a", 3)] }];
    const february = documentOf({ plans }, FEBRUARY, [january], { rerate });
    const key = "usage:outcome@2026-01-11";
    expect(february.lines.find((line) => line.key === key)?.amount).toBe("-6.00");
    expect(causesOf(february, key)).toEqual([{ kind: "usage", date: null, eventIds: [] }]);
  });

  it("name the events that became known since, and no others", () => {
    const limited = perUnit("outcome", "1", { minimum: "20" });
    const deal: Deal = { plans: [planOf([limited])], usage: [used("a", 5), used("b", 3)] };
    const key = "usage:outcome@2026-01-01";
    const withdrawn = rerated(deal, [used("a", 5)])[1];
    expect(causesOf(withdrawn, key)).toEqual([{ kind: "usage", date: null, eventIds: [] }]);
    // The minimum follows: nothing has arrived for it.
    expect(causesOf(withdrawn, "minimum:outcome@2026-01-01")).toEqual([
      { kind: "re-rating", date: null, eventIds: [] },
    ]);
    const late = { ...used("late", 1), receivedAt: "2026-02-10T00:00:00Z" };
    const arrived = rerated(deal, [used("a", 5), used("b", 3), late])[1];
    expect(causesOf(arrived, key)).toEqual([{ kind: "usage", date: null, eventIds: ["late"] }]);
    expect(causesOf(arrived, "minimum:outcome@2026-01-01")).toEqual([
      { kind: "re-rating", date: null, eventIds: [] },
    ]);
  });
});

describe("a closed period with usage that stays as it was billed", () => {
  it("has its discounts taken off in the order of the catalog still", () => {
    // Fixed amounts go to the first line first: to the fee, which a change dated back has made less.
    const charges = (price: string, unit: string): readonly ChargeInput[] => [
      fee("fee", price),
      perUnit("outcome", unit),
      allOff,
    ];
    const plans = [planOf(charges("31", "1")), planOf(charges("62", "2"), { id: "pro" })];
    const policy = { discounts: { fixed: "line-order" as const } };
    const january = documentOf({ plans, usage: [used("a", 50)] }, JANUARY, [], { policy });
    expect(january.lines[2]?.appliedTo).toEqual([
      { key: "recurring:fee@2026-01-01", amount: "-10.00" },
    ]);
    const subscription = { changes: [{ effectiveDate: "2026-01-16", ratePlanId: "pro" }] };
    const february = documentOf({ plans, subscription }, FEBRUARY, [january], { policy });
    // 15 days of 1 each are left of the first fee: room for the 10, which nothing moves.
    expect(amountsOf(february)).toEqual([
      ["fee", "62.00"],
      ["off", "-10.00"],
      ["fee: adjustment", "-16.00"],
      ["fee", "32.00"],
    ]);
    expect(february.lines[1]?.servicePeriod).toEqual(FEBRUARY);
    expect(february.warnings.map(({ code }) => code)).toContain("usage_not_given");
  });
});

describe("a service that began before the billing period", () => {
  it("is discounted in the period that bills it", () => {
    const quarterly = fee("support", "300", { billingCycle: "quarterly" } as Partial<ChargeInput>);
    const tenth: ChargeInput = {
      id: "tenth",
      name: "tenth",
      chargeType: "recurring",
      pricing: { model: "discount", percent: "10" },
    };
    const deal: Deal = { plans: [planOf([quarterly, tenth])] };
    const march = billUntil("2026-04-01", deal).at(-1);
    // 10 % of 300, for the whole quarter.
    expect(march && amountsOf(march)).toEqual([
      ["support", "300.00"],
      ["tenth", "-30.00"],
    ]);
    expect(march?.lines[1]?.servicePeriod).toEqual({ start: "2026-01-01", end: "2026-04-01" });
  });
});

/** What an invoice says about outcomes that are not final: what it bills and may be reversed, and what waits. */
import type { OutcomePolicyInput, UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  FAR,
  type Happening,
  judging,
  MONTHS,
  on,
  outcome,
  seller,
  signal,
} from "../support/outcomes.js";
import { perUnit, unchecked } from "../support/plans.js";

const [JANUARY, FEBRUARY] = MONTHS;

function provisional(policy: OutcomePolicyInput, events: readonly Happening[], asOf?: string) {
  const { bill } = seller([judging(policy)]);
  const entries = bill(JANUARY, events, asOf === undefined ? {} : { asOf }).provisional;
  return entries.map(({ reversible, pending }) => ({ reversible, pending }));
}

describe("what is provisional", () => {
  const events = [outcome("e1", 5, { quantity: "2.5" }), outcome("e2", 25)];

  it("is nothing where nothing can change", () => {
    expect(provisional({}, events)).toEqual([]);
    expect(provisional({ reverse: {} }, [])).toEqual([]);
    expect(
      provisional({ confirm: {} }, [outcome("e1", 5), signal("s1", 6, { confirms: "e1" })]),
    ).toEqual([]);
  });

  it("is nothing on charges that judge no outcomes, and where usage is a quantity", () => {
    expect(seller([perUnit("outcome", "1")]).bill(JANUARY, events).provisional).toEqual([]);
    expect(seller([judging({ reverse: {} })]).bill(JANUARY, { outcome: 3 }).provisional).toEqual(
      [],
    );
  });

  it("is what is billed and may still be reversed", () => {
    expect(provisional({ reverse: {} }, events)).toEqual([{ reversible: "3.5", pending: "0" }]);
    // e1 settles on day 15.
    const policy: OutcomePolicyInput = { reverse: { within: "P10D" } };
    expect(provisional(policy, events)).toEqual([{ reversible: "1", pending: "0" }]);
    expect(provisional(policy, events, on(35))).toEqual([]);
  });

  it("names the charge and its service period", () => {
    const { bill } = seller([judging({ reverse: {} })]);
    expect(bill(JANUARY, events).provisional).toEqual([
      {
        chargeId: "outcome",
        servicePeriod: JANUARY,
        reversible: "3.5",
        pending: "0",
        since: events[0]?.timestamp,
      },
    ]);
  });

  it("leaves out what was taken back, wholly or in part", () => {
    const taken = [
      ...events,
      signal("s1", 26, { reverses: "e2" }),
      signal("s2", 26, { reverses: "e1", quantity: 1 }),
    ];
    expect(provisional({ reverse: {} }, taken)).toEqual([{ reversible: "1.5", pending: "0" }]);
  });

  it("is what waits for its confirmation, unless it occurred before the subscription", () => {
    const policy: OutcomePolicyInput = { confirm: {} };
    const early = {
      ...unchecked<UsageEventInput>(events[1]),
      id: "e0",
      timestamp: "2025-12-30T00:00:00Z",
    };
    const { bill } = seller([judging(policy)]);
    expect(bill(JANUARY, [...events, early]).provisional).toMatchObject([
      { reversible: "0", pending: "3.5" },
    ]);
    expect(bill(FEBRUARY, events).provisional).toMatchObject([{ reversible: "0", pending: "3.5" }]);
  });

  it("tells what waits from what is billed", () => {
    const policy: OutcomePolicyInput = { confirm: { assumedAfter: "P10D" }, reverse: {} };
    expect(provisional(policy, events)).toEqual([{ reversible: "2.5", pending: "1" }]);
    // e2 is certain since day 35, which is February's.
    expect(provisional(policy, events, on(40))).toEqual([{ reversible: "2.5", pending: "1" }]);
  });

  it("is what is confirmed and waits until it is settled", () => {
    const policy: OutcomePolicyInput = { reverse: { within: "P10D" }, billOn: "settled" };
    const { bill } = seller([judging(policy)]);
    const january = bill(JANUARY, events);
    expect(january.total).toBe("2.50");
    // e1 settled on day 15; e2 settles in February.
    expect(january.provisional).toMatchObject([{ reversible: "0", pending: "1" }]);
  });

  it("ends when nothing more can happen", () => {
    const policy: OutcomePolicyInput = {
      confirm: { assumedAfter: "P3D" },
      reverse: { within: "P30D" },
    };
    expect(provisional(policy, events, FAR)).toEqual([]);
  });

  it("does not look at what another charge, customer or name is about", () => {
    const { bill } = seller([judging({ reverse: {} }, { filter: { names: ["resolved"] } })]);
    const others = [
      ...events,
      { ...outcome("e3", 5, { name: "resolved" }), customerId: "globex" },
      outcome("e4", 5, { name: "resolved", unitOfMeasure: "@action" }),
    ];
    expect(bill(JANUARY, others).provisional).toEqual([]);
    expect(
      bill(JANUARY, [...others, outcome("e5", 6, { name: "resolved" })]).provisional,
    ).toMatchObject([{ reversible: "1" }]);
  });

  it("says what waits once, also where the price changes inside the period", () => {
    const { bill, subscription } = seller([judging({ confirm: {} })]);
    const overrides = { outcome: { model: "per-unit" as const, unitPrice: "2" } };
    const changes = [{ effectiveDate: "2026-01-16", overrides }];
    const { provisional: entries } = bill(JANUARY, events, {
      subscription: { ...subscription, changes },
    });
    const waiting = entries.map(({ pending }) => Number(pending));
    expect(waiting.reduce((sum, each) => sum + each, 0)).toBe(3.5);
  });
});

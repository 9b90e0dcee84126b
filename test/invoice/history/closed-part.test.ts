/** What a document recorded of a part of a billing period, as it is read from a store. */
import { parsePolicy } from "rateplan";
import { describe, expect, it } from "vitest";
import { catalogReader } from "../../../src/catalog/catalog.js";
import type { PricingIssue } from "../../../src/errors.js";
import {
  type ClosedPart,
  closedPart,
  isOfCycle,
  isRetired,
  wasBilledOn,
  wasHeldOn,
} from "../../../src/invoice/history/closed-part.js";
import type { EarlierDocument } from "../../../src/invoice/history/read-previous.js";
import { exact } from "../../../src/money/decimal.js";
import { unchecked } from "../../support/plans.js";

const day = (text: string): number => Date.parse(text);
const between = (start: string, end: string) => ({ start: day(start), end: day(end) });
const JANUARY = { start: "2026-01-01", end: "2026-02-01" };

const TERMS = {
  fee: {
    ratePlanId: "basic",
    chargeType: "recurring",
    pricing: { model: "flat", amount: "10" },
  },
  own: {
    ratePlanId: "basic",
    overridden: true,
    chargeType: "recurring",
    pricing: { model: "flat", amount: "7" },
  },
};
const document = unchecked<EarlierDocument>({
  document: { basis: { terms: TERMS }, currency: "USD", scope: "period" },
  period: between("2026-01-01", "2026-02-01"),
  path: ["previous", 0],
});

function read(more: object, issues: PricingIssue[] = []): ClosedPart {
  const nothing = { period: JANUARY, part: "in-arrears", states: [], segments: [] };
  const recorded = unchecked<ClosedPart["recorded"]>({
    ...nothing,
    discounts: [],
    commitments: [],
    ...more,
  });
  const reader = catalogReader(parsePolicy({}));
  return closedPart(recorded, document, document, ["at"], { reader, zone: "UTC", issues });
}

describe("the states of a closed part", () => {
  const readStates = () =>
    read({
      states: [
        { from: "2026-01-01", ratePlanId: "basic", billingCycle: "monthly", unbilled: "trial" },
        { from: "2026-01-10", ratePlanId: "basic", billingCycle: "monthly" },
        { from: "2026-01-20", ratePlanId: "pro", billingCycle: "monthly" },
      ],
    }).states;

  it("last up to the next, and the last one to the end; a plan is left where another follows", () => {
    expect(readStates()).toEqual([
      {
        span: between("2026-01-01", "2026-01-10"),
        ratePlanId: "basic",
        isBilled: false,
        isLast: false,
      },
      {
        span: between("2026-01-10", "2026-01-20"),
        ratePlanId: "basic",
        isBilled: true,
        isLast: true,
      },
      {
        span: between("2026-01-20", "2026-02-01"),
        ratePlanId: "pro",
        isBilled: true,
        isLast: false,
      },
    ]);
    const last = { from: "2026-01-01", ratePlanId: "basic", billingCycle: "monthly", isLast: true };
    expect(read({ states: [last] }).states[0]?.isLast).toBe(true);
  });

  it("say which plan was held at an instant, and whether it was billed", () => {
    const part = { ...read({}), states: readStates() };
    const at = (text: string, plan: string) => [
      wasHeldOn(part, plan, day(text)),
      wasBilledOn(part, plan, day(text)),
    ];
    expect(at("2026-01-05", "basic")).toEqual([true, false]);
    expect(at("2026-01-15", "basic")).toEqual([true, true]);
    expect(at("2026-01-20", "basic")).toEqual([false, false]);
    expect(at("2026-01-20", "pro")).toEqual([true, true]);
    expect(at("2026-02-01", "pro")).toEqual([false, false]);
  });
});

describe("a part without states", () => {
  it("is retired, unless it was billed by the run-off document of just that time", () => {
    const state = { from: "2026-01-01", ratePlanId: "basic", billingCycle: "monthly" };
    expect(isRetired(read({}))).toBe(true);
    expect(isRetired(read({ states: [state] }))).toBe(false);
    const runOff = (period: EarlierDocument["period"]) => ({
      ...read({}),
      first: unchecked<EarlierDocument>({ document: { scope: "run-off" }, period }),
    });
    expect(isRetired(runOff(between("2026-01-01", "2026-02-01")))).toBe(false);
    expect(isRetired(runOff(between("2026-01-01", "2026-03-01")))).toBe(true);
  });
});

describe("the segments of a closed part", () => {
  it("have the time of the part where they say no other", () => {
    const [segment] = read({ segments: [{ chargeId: "a", name: "A", terms: "fee" }] }).segments;
    const january = between("2026-01-01", "2026-02-01");
    expect(segment).toMatchObject({
      charge: { id: "a", name: "A", currency: "USD", chargeType: "recurring" },
      ratePlanId: "basic",
      overridden: false,
      period: january,
      cycle: january,
      feeSpan: undefined,
      quantity: undefined,
      allowance: undefined,
    });
  });

  it("have their own time, cycle, fee and quantity where they say so", () => {
    const period = { start: "2026-01-10", end: "2026-01-20" };
    const written = { chargeId: "a", name: "A", terms: "own", period, quantity: "3" };
    const own = between("2026-01-10", "2026-01-20");
    expect(read({ segments: [written] }).segments).toMatchObject([
      { overridden: true, period: own, cycle: own, quantity: "3" },
    ]);
    const cycle = { start: "2026-01-01", end: "2026-04-01" };
    const fee = { start: "2026-01-15", end: "2026-02-15" };
    expect(read({ segments: [{ ...written, cycle, fee }] }).segments).toMatchObject([
      {
        period: own,
        cycle: between("2026-01-01", "2026-04-01"),
        feeSpan: between("2026-01-15", "2026-02-15"),
      },
    ]);
  });

  it("say how far included units had come", () => {
    const allowanceOf = (more: object) => {
      const allowance = { used: "30", included: "100", carried: [], ...more };
      const written = { chargeId: "a", name: "A", terms: "fee", allowance };
      return read({ segments: [written] }).segments[0]?.allowance;
    };
    const january = between("2026-01-01", "2026-02-01");
    expect(allowanceOf({})).toStrictEqual({
      span: january,
      cycle: january,
      used: exact("30"),
      included: exact("100"),
      carried: [],
    });
    expect(
      allowanceOf({
        since: "2025-07-01",
        cycle: { start: "2025-07-01", end: "2026-07-01" },
        held: "5",
        carried: [{ units: "20", until: "2026-03-01" }],
      }),
    ).toEqual({
      span: between("2025-07-01", "2026-02-01"),
      cycle: between("2025-07-01", "2026-07-01"),
      used: exact("30"),
      included: exact("100"),
      held: "5",
      carried: [{ units: exact("20"), until: day("2026-03-01") }],
    });
  });

  it("are reported where their terms are missing or none", () => {
    const issues: PricingIssue[] = [];
    const part = read({ segments: [{ chargeId: "a", name: "A", terms: "gone" }] }, issues);
    expect(part.segments).toEqual([]);
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ["missing", ["previous", 0, "basis", "terms", "gone"]],
    ]);
  });
});

describe("what plans bill at least and at most, terms, fees and coupons of a closed part", () => {
  it("are read with their times", () => {
    const cycle = { start: "2026-01-01", end: "2027-01-01" };
    const year = between("2026-01-01", "2027-01-01");
    const january = between("2026-01-01", "2026-02-01");
    const period = { start: "2026-01-05", end: "2026-01-20" };
    const part = read({
      commitments: [
        { ratePlanId: "basic", amount: "100" },
        { ratePlanId: "pro", maximumSpend: "500", period },
        { ratePlanId: "max", amount: "1", maximumSpend: "2", period, cycle },
      ],
      terms: [
        {
          ratePlanId: "basic",
          amount: "900",
          term: "annual",
          cycle,
          from: "2026-01-01",
          billed: "75.5",
        },
        {
          ...{ ratePlanId: "pro", amount: "1", term: "annual", cycle, from: "2026-01-05" },
          ...{ since: "2026-01-06", until: "2026-01-07", billed: "0" },
        },
      ],
      drawdowns: [{ chargeId: "reserve", cycle, paid: "100", used: "45.5" }],
      coupons: [{ id: "c1", percent: "10", from: "2026-01-01" }],
    });
    const held = between("2026-01-05", "2026-01-20");
    expect(part.commitments).toStrictEqual([
      {
        ratePlanId: "basic",
        limits: { minimumCommitment: "100" },
        period: january,
        cycle: january,
      },
      { ratePlanId: "pro", limits: { maximumSpend: "500" }, period: held, cycle: held },
      {
        ratePlanId: "max",
        limits: { minimumCommitment: "1", maximumSpend: "2" },
        period: held,
        cycle: year,
      },
    ]);
    const none = { since: undefined, until: undefined };
    expect(part.terms).toEqual([
      {
        ratePlanId: "basic",
        commitment: { amount: "900", term: "annual" },
        ...{ cycle: year, from: day("2026-01-01"), ...none, billed: exact("75.5") },
      },
      {
        ratePlanId: "pro",
        commitment: { amount: "1", term: "annual" },
        ...{ cycle: year, from: day("2026-01-05"), billed: exact("0") },
        ...{ since: day("2026-01-06"), until: day("2026-01-07") },
      },
    ]);
    expect(part.drawdowns).toEqual([
      { chargeId: "reserve", cycle: year, paid: exact("100"), used: exact("45.5") },
    ]);
    expect(part.coupons).toMatchObject([{ id: "c1", percent: "10" }]);
  });

  it("are reported where a coupon is none", () => {
    const issues: PricingIssue[] = [];
    expect(
      read({ coupons: [{ id: "c1" }, { id: "c2", percent: "10", from: "2026-01-01" }] }, issues)
        .coupons,
    ).toHaveLength(1);
    expect(issues[0]?.path.slice(0, 3)).toEqual(["at", "coupons", 0]);
  });

  it("are of a cycle of a fee where charge and cycle are the same", () => {
    const cycle = between("2026-01-01", "2026-02-01");
    const drawdown = unchecked<Parameters<typeof isOfCycle>[1]>({ charge: { id: "a" }, cycle });
    expect(isOfCycle({ chargeId: "a", cycle }, drawdown)).toBe(true);
    expect(isOfCycle({ chargeId: "b", cycle }, drawdown)).toBe(false);
    expect(isOfCycle({ chargeId: "a", cycle: between("2026-01-01", "2026-03-01") }, drawdown)).toBe(
      false,
    );
  });
});

/** How charges are brought to their minimum or maximum, by hand. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { MeteredSegment } from "../../../src/invoice/rating/metered-segment.js";
import { limitAmounts as amounts, limited } from "../../support/limited.js";
import { fee, perUnit } from "../../support/plans.js";
import { between, JUNE, keyOf, lineOf, segmentOf } from "../../support/step-input.js";

const calls = keyOf("usage", "calls");
const charge = perUnit("calls", "1", { minimum: "50", maximum: "100" });
const used = (quantity: string, more: Partial<MeteredSegment> = {}) =>
  segmentOf(charge, quantity, more);
const [FIRST, SECOND] = [
  between("2026-06-01", "2026-06-16"),
  between("2026-06-16", "2026-07-01"),
] as const;

describe("the limits of a charge", () => {
  it("add what is missing of its minimum", () => {
    expect(limited([used("30.5")])).toMatchObject([
      {
        key: "minimum:calls@2026-06-01",
        chargeId: "calls",
        group: null,
        period: JUNE,
        description: "calls: minimum of 50.00",
        amount: "19.50",
        exactAmount: "19.5",
        steps: [{ kind: "minimum", value: "19.5", text: "minimum 50.00 − 30.50 billed" }],
      },
    ]);
  });

  it("take off what is beyond its maximum", () => {
    expect(limited([used("130")])).toMatchObject([
      {
        key: "maximum:calls@2026-06-01",
        description: "calls: maximum of 100.00",
        amount: "-30.00",
        steps: [{ kind: "maximum", value: "-30", text: "maximum 100.00 − 130.00 billed" }],
      },
    ]);
  });

  it("do nothing between them", () => {
    expect(limited([used("50")])).toEqual([]);
    expect(limited([used("100")])).toEqual([]);
    expect(limited([segmentOf(perUnit("calls", "1"), "1000")])).toEqual([]);
  });

  it("are each charge's own", () => {
    const other = segmentOf(perUnit("other", "1", { maximum: "5" }), "7");
    expect(amounts([used("30"), other, segmentOf(perUnit("free", "1"), "1")])).toEqual([
      "minimum:calls@2026-06-01 20.00",
      "maximum:other@2026-06-01 -2.00",
    ]);
  });

  it("are a minimum only when the period is over, and a maximum always", () => {
    expect(limited([used("30")], { isInterim: true })).toEqual([]);
    expect(amounts([used("130")], { isInterim: true })).toEqual([
      "maximum:calls@2026-06-01 -30.00",
    ]);
  });

  it("are measured after discounts; minimums before them where the policy says so", () => {
    const off = lineOf(keyOf("discount", "off"), "-25", { shares: [[calls, "-25"]] });
    const before = { minimums: "before-discounts" } as const;
    const lines = [off];
    expect(amounts([used("60")], { lines })).toEqual(["minimum:calls@2026-06-01 15.00"]);
    expect(amounts([used("60")], { lines }, before)).toEqual([]);
    expect(amounts([used("130")], { lines }, before)).toEqual(["maximum:calls@2026-06-01 -5.00"]);
    const both = [off, lineOf(keyOf("coupon", null), "-7", { shares: [[calls, "-7"]] })];
    expect(amounts([used("60")], { lines: both })).toEqual(["minimum:calls@2026-06-01 22.00"]);
  });

  it("are scaled to the part of the cycle in which its prices hold, where it says so", () => {
    const scaled = perUnit("calls", "1", {
      minimum: "50",
      proration: { method: "days", of: ["limits"] },
    });
    // 15 of 30 days.
    const half = segmentOf(scaled, "10", { period: FIRST, cycle: JUNE, priceInterval: FIRST });
    expect(amounts([half])).toEqual(["minimum:calls@2026-06-01 15.00"]);
    const whole = perUnit("calls", "1", { minimum: "50" });
    const unscaled = segmentOf(whole, "10", { period: FIRST, cycle: JUNE, priceInterval: FIRST });
    expect(amounts([unscaled])).toEqual(["minimum:calls@2026-06-01 40.00"]);
  });
});

describe("a stretch of several segments", () => {
  const part = (period: MeteredSegment["period"], quantity: string) =>
    used(quantity, { period, cycle: JUNE, priceInterval: JUNE });

  it("is held to its limits once, with the segment that ends it", () => {
    const [first, second] = [part(FIRST, "20"), part(SECOND, "10")];
    expect(amounts([first, second])).toEqual(["minimum:calls@2026-06-01 20.00"]);
    expect(limited([first])).toEqual([]);
    // What is billed of it in other billing periods counts; of other time it does not.
    const elsewhere = [first, used("30", { period: between("2026-05-01", "2026-06-01") })];
    expect(amounts([second], { elsewhere })).toEqual(["minimum:calls@2026-06-01 20.00"]);
  });

  it("counts what was billed of it before net of discounts and coupons, and not of what follows limits", () => {
    const elsewhere = [part(FIRST, "40")];
    const off = (kind: "discount" | "coupon" | "drawdown", key = calls) =>
      lineOf(keyOf(kind, kind === "discount" ? "off" : null), "-15", { shares: [[key, "-15"]] });
    const of = (...earlier: readonly PricedLine[]) =>
      amounts([part(SECOND, "10")], { elsewhere, earlier });
    expect(of()).toEqual([]);
    expect(of(off("discount"))).toEqual(["minimum:calls@2026-06-01 15.00"]);
    expect(of(off("coupon"))).toEqual(["minimum:calls@2026-06-01 15.00"]);
    expect(of(off("drawdown"))).toEqual([]);
    // Of others: another charge, other time, what its own minimum had filled.
    expect(of(off("discount", keyOf("usage", "other")))).toEqual([]);
    expect(of(off("discount", keyOf("usage", "calls", { start: SECOND.start })))).toEqual([]);
    expect(of(off("discount", keyOf("minimum", "calls")))).toEqual([]);
    const earlier = [off("discount")];
    expect(
      amounts([part(SECOND, "10")], { elsewhere, earlier }, { minimums: "before-discounts" }),
    ).toEqual([]);
    expect(amounts([part(SECOND, "80")], { elsewhere, earlier })).toEqual([
      "maximum:calls@2026-06-01 -5.00",
    ]);
  });

  it("is held to them with the fee that begins it, where that is billed in advance", () => {
    const seats = (period: MeteredSegment["period"], billingTiming: "in-advance" | "in-arrears") =>
      segmentOf(fee("seats", "30", { minimum: "50", billingTiming }), undefined, {
        period,
        cycle: JUNE,
        priceInterval: JUNE,
      });
    // 15 of 30 days of 30 are 15.
    expect(amounts([seats(FIRST, "in-advance")])).toEqual(["minimum:seats@2026-06-01 35.00"]);
    expect(limited([seats(SECOND, "in-advance")])).toEqual([]);
    expect(limited([seats(FIRST, "in-arrears")])).toEqual([]);
    expect(limited([seats(SECOND, "in-arrears")])).toHaveLength(1);
  });

  it("is no other where its prices begin at another time", () => {
    const own = (period: MeteredSegment["period"], quantity: string) =>
      used(quantity, { period, cycle: JUNE, priceInterval: period });
    expect(amounts([own(FIRST, "20"), own(SECOND, "130")])).toEqual([
      "minimum:calls@2026-06-01 30.00",
      "maximum:calls@2026-06-16 -30.00",
    ]);
  });
});

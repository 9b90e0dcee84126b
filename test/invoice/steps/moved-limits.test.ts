/** How the limits of a stretch move with what is billed of it later: outcomes that became certain, bills of a longer cycle. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { MeteredSegment } from "../../../src/invoice/rating/metered-segment.js";
import { ZERO } from "../../../src/money/fraction.js";
import { limitAmounts as amounts, limited } from "../../support/limited.js";
import { perUnit } from "../../support/plans.js";
import { between, day, JUNE, keyOf, lineOf, segmentOf } from "../../support/step-input.js";

const calls = keyOf("usage", "calls");
const charge = perUnit("calls", "1", { minimum: "50", maximum: "100" });
const used = (quantity: string, more: Partial<MeteredSegment> = {}) =>
  segmentOf(charge, quantity, more);

const MAY = between("2026-05-01", "2026-06-01");
const inMay = { start: MAY.start };
const mayCalls = keyOf("usage", "calls", inMay);

describe("outcomes of May that are billed with June", () => {
  const home = {
    period: MAY,
    cycle: MAY,
    priceInterval: MAY,
    parts: [MAY],
    position: 0,
    heldAt: MAY.start,
  };
  const late = (quantity: string, more: Partial<MeteredSegment> = {}) =>
    used(quantity, { occurredFrom: MAY.start, home, ...more });
  const minimum = (amount: string) => lineOf(keyOf("minimum", "calls", inMay), amount);
  const maximum = (amount: string) => lineOf(keyOf("maximum", "calls", inMay), amount);

  it("take back what filled their minimum, as far as they fill it", () => {
    // 30 and 20 to the minimum; 15 more leave 5 of them.
    const earlier = [lineOf(mayCalls, "30"), minimum("20")];
    expect(limited([late("15")], { earlier })).toMatchObject([
      {
        key: "minimum:calls@2026-06-01/2026-05-01",
        chargeId: "calls",
        group: null,
        period: JUNE,
        description: "calls: minimum",
        amount: "-15.00",
        exactAmount: "-15",
        steps: [
          {
            kind: "minimum",
            value: "-15",
            text: "minimum: 5.00 with what is billed now, 20.00 before",
          },
        ],
      },
    ]);
    expect(amounts([late("25")], { earlier })).toEqual([
      "minimum:calls@2026-06-01/2026-05-01 -20.00",
    ]);
    // May is over, also while June runs.
    expect(amounts([late("15")], { earlier, isInterim: true })).toEqual([
      "minimum:calls@2026-06-01/2026-05-01 -15.00",
    ]);
  });

  it("have their maximum together with those that were billed in May", () => {
    expect(amounts([late("15")], { earlier: [lineOf(mayCalls, "95")] })).toEqual([
      "maximum:calls@2026-06-01/2026-05-01 -10.00",
    ]);
    const over = [lineOf(mayCalls, "120"), maximum("-20")];
    expect(amounts([late("15")], { earlier: over })).toEqual([
      "maximum:calls@2026-06-01/2026-05-01 -15.00",
    ]);
    expect(limited([late("5")], { earlier: [lineOf(mayCalls, "95")] })).toEqual([]);
  });

  it("move both, where they come from below the one to beyond the other", () => {
    const earlier = [lineOf(mayCalls, "30"), minimum("20")];
    expect(amounts([late("80")], { earlier })).toEqual([
      "minimum:calls@2026-06-01/2026-05-01 -20.00",
      "maximum:calls@2026-06-01/2026-05-01 -10.00",
    ]);
  });

  it("move nothing where there are none, whatever was added in May", () => {
    expect(limited([late("0")], { earlier: [lineOf(mayCalls, "30")] })).toEqual([]);
    // 10, of which a coupon leaves nothing: before discounts they fill 10 of the minimum all the same.
    const key = keyOf("usage", "calls", { mark: MAY.start });
    const lines = [lineOf(keyOf("coupon", null), "-10", { shares: [[key, "-10"]] })];
    const earlier = [lineOf(mayCalls, "30"), minimum("20")];
    expect(amounts([late("10")], { earlier, lines }, { minimums: "before-discounts" })).toEqual([
      "minimum:calls@2026-06-01/2026-05-01 -10.00",
    ]);
  });

  it("count beside what discounts and coupons took off them in May", () => {
    const off = (key: PricedLine["key"]) => [
      lineOf(keyOf("discount", "off", inMay), "-10", { shares: [[key, "-10"]] }),
    ];
    // 105 less 10 and 15 are 110.
    const earlier = [lineOf(mayCalls, "105"), ...off(mayCalls)];
    expect(amounts([late("15")], { earlier })).toEqual([
      "maximum:calls@2026-06-01/2026-05-01 -10.00",
    ]);
    // What it took off others is nothing here.
    const others = [lineOf(mayCalls, "95"), ...off(keyOf("usage", "other", inMay))];
    expect(amounts([late("15")], { earlier: others })).toEqual([
      "maximum:calls@2026-06-01/2026-05-01 -10.00",
    ]);
    // 45 less 10 had 15 to its minimum; before discounts 45 had 5.
    const low = (topUp: string) => [lineOf(mayCalls, "45"), ...off(mayCalls), minimum(topUp)];
    expect(amounts([late("5")], { earlier: low("15") })).toEqual([
      "minimum:calls@2026-06-01/2026-05-01 -5.00",
    ]);
    expect(amounts([late("5")], { earlier: low("5") }, { minimums: "before-discounts" })).toEqual([
      "minimum:calls@2026-06-01/2026-05-01 -5.00",
    ]);
  });

  it("do not count what a guarantee gave back, and what fees, or the plan's maximum, took off after the limits", () => {
    const earlier = [
      lineOf(mayCalls, "80"),
      lineOf(keyOf("guarantee", "calls", inMay), "-40"),
      lineOf(keyOf("drawdown", "reserve", inMay), "-60", { shares: [[mayCalls, "-60"]] }),
      lineOf(keyOf("maximum-spend", null, inMay), "-20", { shares: [[mayCalls, "-20"]] }),
    ];
    expect(amounts([late("30")], { earlier })).toEqual([
      "maximum:calls@2026-06-01/2026-05-01 -10.00",
    ]);
  });

  it("count nothing of other charges, other time and of June itself", () => {
    const earlier = [
      lineOf(mayCalls, "90"),
      lineOf(keyOf("usage", "other", inMay), "40"),
      lineOf(keyOf("usage", "calls", { start: day("2026-04-01") }), "40"),
      lineOf(keyOf("usage", "calls"), "40"),
      // A discount of the same id, in a plan that was held before.
      lineOf(keyOf("discount", "calls", inMay), "40"),
      // What filled the minimum of another charge, and of another month, stays.
      lineOf(keyOf("minimum", "other", inMay), "40"),
      lineOf(keyOf("minimum", "calls", { start: day("2026-04-01") }), "40"),
    ];
    expect(limited([late("10")], { earlier })).toEqual([]);
    expect(amounts([late("11")], { earlier })).toEqual([
      "maximum:calls@2026-06-01/2026-05-01 -1.00",
    ]);
  });

  it("count others of May that were billed between, and no others", () => {
    const JULY = between("2026-07-01", "2026-08-01");
    const again = late("10", { period: JULY, cycle: JULY });
    const marked = (start: string, mark: string, amount: string) =>
      lineOf(keyOf("usage", "calls", { start: day(start), mark: day(mark) }), amount);
    const june = [lineOf(mayCalls, "80"), marked("2026-06-01", "2026-05-01", "15")];
    expect(amounts([again], { earlier: june, period: JULY })).toEqual([
      "maximum:calls@2026-07-01/2026-05-01 -5.00",
    ]);
    const others = [
      lineOf(mayCalls, "80"),
      // Of April's outcomes; of the day in July itself; and before May had ended.
      marked("2026-06-01", "2026-04-01", "15"),
      marked("2026-07-01", "2026-05-01", "15"),
      marked("2026-05-16", "2026-05-01", "15"),
    ];
    expect(limited([again], { earlier: others, period: JULY })).toEqual([]);
  });

  it("have the share of limits that their prices had", () => {
    const half = between("2026-05-01", "2026-05-11");
    const scaled = perUnit("calls", "1", {
      maximum: "31",
      proration: { method: "days", of: ["limits"] },
    });
    const segment = segmentOf(scaled, "8", {
      occurredFrom: MAY.start,
      home: { ...home, priceInterval: half },
    });
    // 10 of 31 days of 31 are 10; 8 and 5 are 13.
    expect(amounts([segment], { earlier: [lineOf(mayCalls, "5")] })).toEqual([
      "maximum:calls@2026-06-01/2026-05-01 -3.00",
    ]);
  });

  it("are held to the limits of May, and those of June to June's", () => {
    const earlier = [lineOf(mayCalls, "95")];
    expect(amounts([used("30"), late("15")], { earlier })).toEqual([
      "minimum:calls@2026-06-01 20.00",
      "maximum:calls@2026-06-01/2026-05-01 -10.00",
    ]);
  });
});

describe("a quarter that is billed month by month", () => {
  const quarter = between("2026-04-01", "2026-07-01");
  const quarterly = (more: object) => perUnit("calls", "1", { resetCycle: "quarterly", ...more });
  const month = (limits: object, quantity: string, period: MeteredSegment["period"] = JUNE) =>
    segmentOf(quarterly(limits), quantity, {
      period,
      allowance: { span: quarter, cycle: quarter, used: ZERO, included: ZERO, carried: [] },
    });
  const aprilCalls = keyOf("usage", "calls", { start: day("2026-04-01") });
  const earlier = [lineOf(aprilCalls, "30"), lineOf(mayCalls, "30")];

  it("is brought to its minimum by the last bill, when that is over", () => {
    expect(limited([month({ minimum: "100" }, "20")], { earlier })).toMatchObject([
      { key: "minimum:calls@2026-06-01", amount: "20.00", period: JUNE },
    ]);
    expect(limited([month({ minimum: "100" }, "20")], { earlier, isInterim: true })).toEqual([]);
    const may = { period: MAY, earlier: [lineOf(aprilCalls, "30")] };
    expect(limited([month({ minimum: "100" }, "30", MAY)], may)).toEqual([]);
    // Also where nothing is used in its last month.
    expect(amounts([month({ minimum: "100" }, "0")], { earlier })).toEqual([
      "minimum:calls@2026-06-01 40.00",
    ]);
  });

  it("is held to its maximum by each bill, less what was taken off before", () => {
    const may = { period: MAY, earlier: [lineOf(aprilCalls, "30")], isInterim: true };
    expect(amounts([month({ maximum: "50" }, "30", MAY)], may)).toEqual([
      "maximum:calls@2026-05-01 -10.00",
    ]);
    const off = lineOf(keyOf("maximum", "calls", inMay), "-10");
    expect(amounts([month({ maximum: "50" }, "20")], { earlier: [...earlier, off] })).toEqual([
      "maximum:calls@2026-06-01 -20.00",
    ]);
    // Nothing more of what was billed before it, or with it, nor of late outcomes of the quarter before.
    const others = [
      lineOf(keyOf("usage", "calls", { start: day("2026-03-01") }), "40"),
      lineOf(keyOf("usage", "calls", { start: MAY.start, mark: day("2026-01-01") }), "40"),
    ];
    const own = [lineOf(calls, "40")];
    const all = [...others, ...earlier, ...own];
    expect(limited([month({ maximum: "80" }, "20")], { earlier: all })).toEqual([]);
  });
});

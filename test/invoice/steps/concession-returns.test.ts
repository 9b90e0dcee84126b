/** What of a credit by choice a later correction would give back once more. */
import { describe, expect, it } from "vitest";
import type { LineKey, PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { BilledLine } from "../../../src/invoice/history/history.js";
import { concessionReturns } from "../../../src/invoice/steps/concession-returns.js";
import type { DocumentPricing } from "../../../src/invoice/steps/document-step.js";
import { formatExact } from "../../../src/money/fraction.js";
import {
  billedLine,
  day,
  days,
  documentPricing,
  historyOf,
  JANUARY,
  keyOf,
  lineOf,
  NICKELS,
  shareOf,
  stepsOf,
  written,
} from "../../support/step-lines.js";

const FEBRUARY = days(32, 60);
const a = keyOf("usage", "a");

/** What was credited by choice under a key, or taken back of that. */
function credited(
  key: LineKey,
  amount: string,
  kind: "concession" | "coupon-return" | "concession-return" | "tax" = "concession",
): BilledLine {
  return billedLine(keyOf(kind, null), amount, { shares: [shareOf(key, amount)] });
}

function corrected(key: LineKey, amount: string): PricedLine {
  return lineOf(key, amount, { kind: "adjustment" });
}

function returns(
  billed: readonly BilledLine[],
  settled: readonly BilledLine[],
  lines: readonly PricedLine[],
  more: Partial<DocumentPricing> = {},
): readonly PricedLine[] {
  const history = historyOf(billed, settled);
  return concessionReturns(documentPricing({ period: FEBRUARY, history, ...more }), lines).lines;
}

/** What is taken back, charge by charge. */
function amounts(...asked: Parameters<typeof returns>) {
  return returns(...asked).map(({ key, amount }) => [key.chargeId, formatExact(amount)]);
}

describe("a correction of what was credited by choice", () => {
  const [billed, thirty] = [billedLine(a, "100"), credited(a, "-30")];

  it("takes off what it would give back once more", () => {
    // 20 are due, of which 30 were given: 10 too much.
    const [line, ...others] = returns([billed], [thirty], [corrected(a, "-80")]);
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      key: { kind: "concession-return", chargeId: "a", start: day(1), group: null },
      description: "Credited before",
      period: JANUARY,
    });
    expect(line && [line.exactAmount, line.amount].map(formatExact)).toEqual(["10", "10"]);
    expect(written(line?.appliedTo ?? [])).toEqual([["a", "10"]]);
    expect(line && stepsOf(line)).toEqual([
      ["concession", "10", "what the correction takes back was credited before"],
    ]);
  });

  it("gives back all of it where less is due than nothing, and none where as much is due", () => {
    expect(amounts([billed], [thirty], [corrected(a, "-110")])).toEqual([["a", "30"]]);
    expect(amounts([billed], [thirty], [corrected(a, "-70")])).toEqual([]);
    expect(amounts([billed], [thirty], [corrected(a, "-60")])).toEqual([]);
    expect(amounts([billed], [], [corrected(a, "-80")])).toEqual([]);
  });

  it("counts what was credited net of coupons, and what was taken back before", () => {
    const lines = [corrected(a, "-80")];
    // 27 − 20.
    const coupon = credited(a, "3", "coupon-return");
    expect(amounts([billed], [thirty, coupon], lines)).toEqual([["a", "7"]]);
    const before = credited(a, "10", "concession-return");
    expect(amounts([billed], [thirty, before], lines)).toEqual([]);
    // 25 are due: 5 of the 10 are given again.
    expect(amounts([billed], [thirty, before], [corrected(a, "-75")])).toEqual([["a", "-5"]]);
    expect(amounts([billed], [thirty, credited(a, "19", "tax")], lines)).toEqual([["a", "10"]]);
  });

  it("is of the charges that it touches, each for itself", () => {
    const b = keyOf("usage", "b");
    const both = [billedLine(a, "20"), billedLine(b, "100")];
    const given = [credited(a, "-30"), credited(b, "-50")];
    expect(amounts(both, given, [corrected(b, "-60")])).toEqual([["b", "10"]]);
    expect(amounts(both, given, [corrected(keyOf("usage", "c"), "-60")])).toEqual([]);
    expect(amounts(both, given, [corrected(b, "-60"), corrected(a, "0")])).toEqual([
      ["a", "10"],
      ["b", "10"],
    ]);
  });

  it("is of a charge from one start on", () => {
    const later = keyOf("usage", "a", { start: day(15) });
    const both = [
      billedLine(a, "100", { period: days(1, 15) }),
      billedLine(later, "100", { period: days(15, 32) }),
    ];
    const given = [thirty, credited(later, "-90")];
    // 20 and 100 are due.
    const found = returns(both, given, [corrected(a, "-80")]);
    expect(found.map(({ period, amount }) => [period, formatExact(amount)])).toEqual([
      [days(1, 15), "10"],
    ]);
  });

  it("is of the document's time where nothing says when that was billed", () => {
    expect(returns([], [thirty], [corrected(a, "5")])).toMatchObject([{ period: FEBRUARY }]);
  });
});

describe("what is due of a charge that was credited", () => {
  const thirty = credited(a, "-30");
  const lines = [corrected(a, "-80")];

  it("is net of discounts and coupons, by all documents", () => {
    const discount = keyOf("discount", "d");
    const off = billedLine(discount, "-10", { shares: [shareOf(a, "-10")] });
    // 100 − 10 − 80: 10 are due.
    expect(amounts([billedLine(a, "100"), off], [thirty], lines)).toEqual([["a", "20"]]);
    const back = lineOf(discount, "5", { appliedTo: [shareOf(a, "5")] });
    expect(amounts([billedLine(a, "100"), off], [thirty], [...lines, back])).toEqual([["a", "15"]]);
  });

  it("is that of its limits as well, where they are of its time", () => {
    const limitAt = (kind: "minimum" | "overage", period = JANUARY) => [
      billedLine(a, "100"),
      billedLine(keyOf(kind, "a", { start: period.start }), "10", { period }),
    ];
    expect(amounts(limitAt("minimum", days(15, 32)), [thirty], lines)).toEqual([]);
    expect(amounts(limitAt("overage", days(15, 32)), [thirty], lines)).toEqual([["a", "10"]]);
    expect(amounts(limitAt("minimum", FEBRUARY), [thirty], lines)).toEqual([["a", "10"]]);
    const now = (period: PricedLine["period"]) =>
      lineOf(keyOf("minimum", "a", { start: period.start }), "10", { period });
    const billed = [billedLine(a, "100")];
    expect(amounts(billed, [thirty], [...lines, now(days(15, 32))])).toEqual([]);
    expect(amounts(billed, [thirty], [...lines, now(FEBRUARY)])).toEqual([["a", "10"]]);
  });

  it("is of the time for which a limit was billed first", () => {
    const minimum = keyOf("minimum", "a", { start: day(15) });
    const billed = [
      billedLine(a, "100"),
      billedLine(minimum, "6", { period: days(15, 32) }),
      billedLine(minimum, "3", { period: FEBRUARY }),
    ];
    const now = lineOf(minimum, "1", { period: FEBRUARY });
    expect(amounts(billed, [thirty], [...lines, now])).toEqual([]);
  });

  it("knows nothing of a limit that was billed by a document which is not given", () => {
    const minimum = keyOf("minimum", "a", { start: day(15) });
    const coupon = billedLine(keyOf("coupon", null), "-5", { shares: [shareOf(minimum, "-5")] });
    expect(amounts([billedLine(a, "100"), coupon], [thirty], lines)).toEqual([["a", "10"]]);
  });
});

describe("groups that were credited", () => {
  const [east, west, north] = ["east", "west", "north"].map((region) =>
    keyOf("usage", "a", { group: { region } }),
  ) as [LineKey, LineKey, LineKey];
  const billed = [billedLine(east, "50"), billedLine(west, "50"), billedLine(north, "50")];

  it("take back in proportion to what is left of their credit", () => {
    const given = [
      credited(east, "-20"),
      credited(west, "-20"),
      credited(north, "-30"),
      credited(west, "10", "concession-return"),
      credited(north, "30", "concession-return"),
    ];
    // 70 were given, of which 40 were taken back; 24 are due: 6 more, of 20 and of 10.
    const [line] = returns(billed, given, [corrected(east, "-50"), corrected(north, "-76")]);
    expect(line?.appliedTo).toMatchObject([{ key: east }, { key: west }]);
    expect(written(line?.appliedTo ?? [])).toEqual([
      ["a", "4"],
      ["a", "2"],
    ]);
  });

  it("are given again in proportion to what was taken back", () => {
    const given = [
      credited(east, "-20"),
      credited(west, "-20"),
      credited(east, "8", "concession-return"),
      credited(west, "4", "concession-return"),
    ];
    // 40 were given, of which 12 were taken back; 34 are due: 6 of that are given again.
    const [line] = returns(billed, given, [corrected(east, "-66"), corrected(north, "-50")]);
    expect(written(line?.appliedTo ?? [])).toEqual([
      ["a", "-4"],
      ["a", "-2"],
    ]);
  });

  it("are credited to the cent, also where today's steps are coarser", () => {
    const given = [credited(east, "-20.02")];
    const [line] = returns([billedLine(east, "100")], given, [corrected(east, "-90")], {
      rounding: NICKELS,
    });
    expect(written(line?.appliedTo ?? [])).toEqual([["a", "10.02"]]);
  });
});

/** What a document bills under each key, as far as grants may pay it, and the usage that it is for. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { DocumentPricing } from "../../../src/invoice/steps/document-step.js";
import { type OwedAmount, owedAmounts } from "../../../src/invoice/steps/owed-amounts.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import { creditOf, grantOf, paidBy, rows, usageOf } from "../../support/credit-lines.js";
import {
  billedLine,
  day,
  days,
  documentPricing,
  historyOf,
  JANUARY,
  keyOf,
  lineOf,
  shareOf,
} from "../../support/step-lines.js";

const a = keyOf("usage", "a");
const UNITS = grantOf("u", "5", { unit: "@a" });

function owed(
  lines: readonly PricedLine[],
  more: Partial<DocumentPricing> = {},
  timing: "before-tax" | "after-tax" = "before-tax",
): readonly OwedAmount[] {
  return owedAmounts(timing, lines, documentPricing(more));
}

/** What is owed for usage, how many units of it are free, what grants have paid for them, and how many are free elsewhere. */
function usageIn(amounts: readonly OwedAmount[], chargeId = "a") {
  const { usage } = amounts.find(({ key }) => key.chargeId === chargeId) ?? {};
  if (usage === undefined) return undefined;
  return [usage.owed, usage.units, usage.paid, usage.freeElsewhere].map(formatExact);
}

describe("what is owed under a key", () => {
  it("is net of discounts, and of what lowers its charge", () => {
    const lines = [
      lineOf(a, "10"),
      lineOf(keyOf("discount", "d"), "-3", { appliedTo: [shareOf(a, "-3")] }),
      lineOf(keyOf("maximum", "a"), "-2"),
      lineOf(keyOf("recurring", "fee"), "4"),
    ];
    const found = owed(lines);
    expect(found.map(({ key, left }) => [key.kind, key.chargeId, formatExact(left)])).toEqual([
      ["usage", "a", "5"],
      ["maximum", "a", "0"],
      ["recurring", "fee", "4"],
    ]);
    expect(found.map(({ line }) => line)).toEqual([lines[0], lines[2], lines[3]]);
    expect(found.map(({ usage }) => usage)).toEqual([undefined, undefined, undefined]);
  });

  it("is of the time of its line, else of when it was billed, else of the document", () => {
    const [b, c] = [keyOf("usage", "b"), keyOf("usage", "c")];
    const history = historyOf([a, b].map((key) => billedLine(key, "9", { period: days(1, 9) })));
    const tax = lineOf(keyOf("tax", null), "3", {
      appliedTo: [shareOf(b, "1"), shareOf(c, "2")],
    });
    const found = owed([lineOf(a, "1", { period: days(5, 9) }), tax], { history });
    expect(found.map(({ key, period, line }) => [key.chargeId, period, line?.key])).toEqual([
      ["a", days(5, 9), a],
      ["b", days(1, 9), undefined],
      ["c", JANUARY, undefined],
    ]);
  });

  it("is less what is paid of it", () => {
    const line = usageOf("a", "10", "2");
    const [amount] = owed([line], { due: [line], credits: [UNITS] });
    amount?.pay("USD", { amount: exact("3"), quantity: exact("3") });
    expect(amount && formatExact(amount.left)).toBe("17");
    expect(usageIn(amount ? [amount] : [])).toEqual(["20", "0", "0", "0"]);
    amount?.pay("@a", { amount: exact("4"), quantity: exact("2") });
    expect(amount && formatExact(amount.left)).toBe("13");
    expect(usageIn(amount ? [amount] : [])).toEqual(["20", "2", "4", "0"]);
  });
});

describe("the usage that is owed", () => {
  const line = usageOf("a", "10", "2");

  it("is looked at where grants are in units, or have been", () => {
    const all = ["20", "0", "0", "0"];
    expect(usageIn(owed([line], { due: [line] }))).toBeUndefined();
    expect(usageIn(owed([line], { due: [line], credits: [grantOf("g", "5")] }))).toBeUndefined();
    expect(usageIn(owed([line], { due: [line], credits: [UNITS] }))).toEqual(all);
    const both = [grantOf("g", "5"), UNITS];
    expect(usageIn(owed([line], { due: [line], credits: both }))).toEqual(all);
    const other = [shareOf(keyOf("usage", "x"), "-1", "-1")];
    const used = (timing: "before-tax" | "after-tax") =>
      historyOf([], [paidBy("x", "-1", other, { unit: "@x", timing })]);
    expect(usageIn(owed([line], { due: [line], history: used("before-tax") }))).toEqual(all);
    // What is paid before tax has nothing to do with what was paid after it.
    expect(usageIn(owed([line], { due: [line], history: used("after-tax") }))).toBeUndefined();
  });

  it("is that which is due, and no fee", () => {
    const fee = lineOf(keyOf("recurring", "fee"), "4");
    const more = { due: [line, fee], credits: [UNITS] };
    const found = owed([line, fee], more);
    expect(found.map(({ usage }) => usage?.line)).toEqual([line, undefined]);
    expect(usageIn(owed([usageOf("b", "10", "2")], more), "b")).toBeUndefined();
  });

  it("is by all documents, less what lowers it", () => {
    const history = historyOf([
      billedLine(a, "20"),
      billedLine(keyOf("maximum", "a"), "-4"),
      billedLine(keyOf("usage", "b"), "50"),
    ]);
    const more = { due: [usageOf("a", "13", "2")], credits: [UNITS], history };
    // 20 + 6 − 4, of which this document bills 6.
    const [amount] = owed([lineOf(a, "6", { kind: "adjustment" })], more);
    expect(amount && formatExact(amount.left)).toBe("6");
    expect(usageIn(amount ? [amount] : [])).toEqual(["22", "0", "0", "0"]);
  });

  it("is less what has lowered the charge before, also of a group that is billed for the first time", () => {
    const [east, west] = ["east", "west"].map((region) => ({ ...a, group: { region } }));
    if (east === undefined || west === undefined) throw new Error("two of them");
    const history = historyOf([billedLine(east, "70"), billedLine(keyOf("guarantee", "a"), "-30")]);
    const line = usageOf("a", "2", "10", { key: west });
    // 20 less its part of the 30, 20 of 90: 6.67.
    expect(usageIn(owed([line], { due: [line], credits: [UNITS], history }))?.[0]).toBe("13.33");
  });

  it("is before what grants of the same time pay of it on this document", () => {
    const history = historyOf([billedLine(a, "20")]);
    const lines = [
      lineOf(a, "-2", { kind: "adjustment" }),
      creditOf("g", "3", [shareOf(a, "3")], { kind: "credit-return" }),
      creditOf("t", "1", [shareOf(a, "1")], { kind: "credit-return", timing: "after-tax" }),
    ];
    const more = { due: [usageOf("a", "9", "2")], credits: [UNITS], history };
    expect(usageIn(owed(lines, more))).toEqual(["19", "0", "0", "0"]);
    expect(usageIn(owed(lines, more, "after-tax"))).toEqual(["21", "0", "0", "0"]);
  });
});

describe("units that are free by earlier documents", () => {
  const due = [usageOf("a", "10", "2"), usageOf("b", "10", "2")];
  const share = (amount: string, quantity: string) => [shareOf(a, amount, quantity)];
  const paid = [
    paidBy("u", "-6", share("-6", "-3"), { unit: "@a", quantity: "-3" }),
    paidBy("v", "-2", share("-2", "-1"), { unit: "@a", quantity: "-1" }),
    paidBy("w", "-4", share("-4", "-2"), { unit: "@a", quantity: "-2", timing: "after-tax" }),
    paidBy("m", "-5", [shareOf(a, "-5")]),
    paidBy("x", "-1", share("-1", "-1"), { unit: "@x", quantity: "-1" }),
  ];
  const history = historyOf([billedLine(a, "20")], paid);

  it("are those of its unit, in the order of use; those before tax are counted apart for those after it", () => {
    const lines = [lineOf(a, "1")];
    const found = owed(lines, { due, history });
    expect(usageIn(found)).toEqual(["21", "4", "8", "0"]);
    expect(rows(found[0]?.usage?.uses ?? [])).toEqual([
      ["u", "a", "6", "3"],
      ["v", "a", "2", "1"],
    ]);
    // 21, less the 14 that were paid before tax.
    expect(usageIn(owed(lines, { due, history }, "after-tax"))).toEqual(["7", "2", "4", "4"]);
  });

  it("are looked at where nothing else of the document is under their key", () => {
    const found = owed([lineOf(keyOf("usage", "b"), "1")], { due, history });
    expect(found.map(({ key, left, period }) => [key.chargeId, formatExact(left), period])).toEqual(
      [
        ["b", "1", JANUARY],
        ["a", "0", JANUARY],
      ],
    );
    expect(usageIn(found)).toEqual(["20", "4", "8", "0"]);
    expect(owed([lineOf(a, "1")], { due, history })).toHaveLength(1);
  });

  it("are none where the usage is due no longer, or elsewhere", () => {
    const later = usageOf("a", "10", "2", { key: keyOf("usage", "a", { start: day(9) }) });
    expect(usageIn(owed([later], { due: [later], history }))).toEqual(["20", "0", "0", "0"]);
    expect(owed([lineOf(a, "-20")], { due: [], history, credits: [UNITS] })).toHaveLength(1);
  });
});

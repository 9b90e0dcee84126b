/** What of credit goes back to grants, as what it has paid for is due no longer. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { BilledLine } from "../../../src/invoice/history/history.js";
import { overpaid, returnLines } from "../../../src/invoice/steps/credit-returns.js";
import { creditOf, paidBy, rows, use } from "../../support/credit-lines.js";
import {
  billedLine,
  days,
  documentPricing,
  historyOf,
  JANUARY,
  keyOf,
  lineOf,
  shareOf,
  shown,
  stepsOf,
  written,
} from "../../support/step-lines.js";

const [a, b] = [keyOf("usage", "a"), keyOf("usage", "b")];

/** What goes back, where grants have paid for what was billed. */
function back(
  billed: readonly BilledLine[],
  paid: readonly BilledLine[],
  lines: readonly PricedLine[],
  anyway: readonly PricedLine[] = [],
) {
  const pricing = documentPricing({ history: historyOf(billed, paid) });
  return rows(overpaid("before-tax", pricing, lines, anyway));
}

describe("what grants have paid beyond what is due", () => {
  const billed = [billedLine(a, "10"), billedLine(b, "10")];
  const paid = [
    paidBy("g", "-10", [shareOf(a, "-6"), shareOf(b, "-4")]),
    paidBy("h", "-4", [shareOf(a, "-4")]),
  ];

  it("goes back, the last used first", () => {
    expect(back(billed, paid, [lineOf(a, "-3")])).toEqual([["h", "a", "3", "3"]]);
    expect(back(billed, paid, [lineOf(a, "-5")])).toEqual([
      ["h", "a", "4", "4"],
      ["g", "a", "1", "1"],
    ]);
    expect(back(billed, paid, [lineOf(a, "-15")])).toEqual([
      ["h", "a", "4", "4"],
      ["g", "a", "6", "6"],
    ]);
  });

  it("is nothing where as much is due still", () => {
    // Of b, 6 were not paid by grants.
    expect(back(billed, paid, [lineOf(b, "-6")])).toEqual([]);
    expect(back(billed, paid, [lineOf(b, "-7")])).toEqual([["g", "b", "1", "1"]]);
    expect(back(billed, paid, [lineOf(a, "2")])).toEqual([]);
    expect(back(billed, [], [lineOf(a, "-5")])).toEqual([]);
  });

  it("stays where the document does not touch it", () => {
    const over = [billedLine(a, "10"), billedLine(a, "-5"), billedLine(b, "10")];
    expect(back(over, paid, [lineOf(b, "-1")])).toEqual([]);
    expect(back(over, paid, [lineOf(b, "-1"), lineOf(a, "0")])).toEqual([
      ["h", "a", "4", "4"],
      ["g", "a", "1", "1"],
    ]);
  });

  it("is less what goes back anyway", () => {
    const anyway = [creditOf("h", "3", [shareOf(a, "3")], { kind: "credit-return" })];
    expect(back(billed, paid, [lineOf(a, "-5")], anyway)).toEqual([
      ["h", "a", "1", "1"],
      ["g", "a", "1", "1"],
    ]);
  });

  it("is in units as they were used", () => {
    const units = [paidBy("u", "-10", [shareOf(a, "-10", "-4")], { unit: "@a", quantity: "-4" })];
    expect(back(billed, units, [lineOf(a, "-5")])).toEqual([["u", "a", "5", "2"]]);
  });
});

describe("what lowers a charge by an amount of its own", () => {
  const maximum = keyOf("maximum", "a");
  const paid = (amount: string) => [paidBy("g", `-${amount}`, [shareOf(a, `-${amount}`)])];

  it("gives back what grants have paid beyond the rest of the charge", () => {
    const billed = [billedLine(a, "10")];
    expect(back(billed, paid("10"), [lineOf(maximum, "-3")])).toEqual([["g", "a", "3", "3"]]);
    // Of 10, 2 are paid by the customer.
    expect(back(billed, paid("8"), [lineOf(maximum, "-3")])).toEqual([["g", "a", "1", "1"]]);
    expect(back(billed, paid("7"), [lineOf(maximum, "-3")])).toEqual([]);
    expect(back(billed, paid("6"), [lineOf(maximum, "-3")])).toEqual([]);
  });

  it("does so where the document touches the charge at that time, and leaves others alone", () => {
    const billed = [billedLine(a, "10"), billedLine(maximum, "-3"), billedLine(b, "10")];
    const all = [...paid("10"), paidBy("g", "-10", [shareOf(b, "-10")])];
    expect(back(billed, all, [lineOf(b, "0")])).toEqual([]);
    expect(back(billed, all, [lineOf(a, "0")])).toEqual([["g", "a", "3", "3"]]);
    expect(back(billed, all, [lineOf(maximum, "-1")])).toEqual([["g", "a", "4", "4"]]);
  });

  it("does so once, where two amounts lower it at different times", () => {
    const [guarantee, half] = [keyOf("guarantee", "a"), days(1, 15)];
    const billed = [billedLine(a, "10")];
    const both = [lineOf(maximum, "-3"), lineOf(guarantee, "-2", { period: half })];
    // 4 of 10 are not paid by grants: 3 of them cover the first, 1 of them the second.
    expect(back(billed, paid("6"), both)).toEqual([["g", "a", "1", "1"]]);
    expect(back(billed, paid("10"), both)).toEqual([["g", "a", "5", "5"]]);
    expect(back(billed, paid("4"), [...both, lineOf(a, "-3")])).toEqual([["g", "a", "2", "2"]]);
  });

  it("comes after what is due no longer under a key", () => {
    // 8 of 10 are due, and 3 of those are taken off: 2 and 3.
    const lines = [lineOf(a, "-2"), lineOf(maximum, "-3")];
    expect(back([billedLine(a, "10")], paid("10"), lines)).toEqual([["g", "a", "5", "5"]]);
  });
});

describe("the line of what goes back", () => {
  it("is one for each grant", () => {
    const uses = [use("g", a, "3"), use("h", a, "2"), use("g", b, "1")];
    const lines = returnLines(uses, "after-tax", documentPricing());
    expect(shown(lines)).toMatchObject([
      {
        key: { kind: "credit-return", chargeId: null, sourceId: "g", start: JANUARY.start },
        description: "g: returned",
        period: JANUARY,
        exactAmount: "4",
        amount: "4",
        credit: { unit: "USD", quantity: "4", timing: "after-tax" },
      },
      { key: { sourceId: "h" }, amount: "2" },
    ]);
    expect(lines.map(({ appliedTo }) => written(appliedTo))).toEqual([
      [
        ["a", "3"],
        ["b", "1"],
      ],
      [["a", "2"]],
    ]);
    expect(lines.map(stepsOf)).toEqual([
      [["credit", "4", "what it paid for is due no longer"]],
      [["credit", "2", "what it paid for is due no longer"]],
    ]);
  });

  it("says how many units, where the grant is no money", () => {
    const units = { ...use("u", a, "3", "12"), unit: "@a" };
    const [line] = returnLines([units], "before-tax", documentPricing());
    expect(written(line?.appliedTo ?? [])).toEqual([["a", "3", "12"]]);
    expect(shown(line?.credit)).toEqual({ unit: "@a", quantity: "12", timing: "before-tax" });
  });
});

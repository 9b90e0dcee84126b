/** The taxes of what is credited by choice. */
import { describe, expect, it } from "vitest";
import { formatExact } from "../../../src/money/fraction.js";
import { concession, grant, others, part, price, tax } from "../../support/concessions.js";
import { JANUARY, shown, stepsOf, written } from "../../support/step-lines.js";

describe("the taxes of what is credited", () => {
  const rateOf = (more: object) => others([concession("a", [price("10"), tax("1", more)])])[0]?.tax;

  it("are given back with it, on what they were charged on", () => {
    const lines = others([
      concession("a", [price("100"), tax("19")]),
      concession("b", [price("50"), tax("9.5"), tax("1", { percent: "2" }, "city")]),
    ]);
    expect(shown(lines)).toMatchObject([
      {
        key: { kind: "tax", chargeId: null, start: JANUARY.start },
        description: "the vat",
        period: JANUARY,
        exactAmount: "-28.5",
        amount: "-28.5",
        tax: { rate: { id: "vat", name: "VAT", percent: "19" }, taxable: "-150" },
      },
      { description: "the city", amount: "-1", tax: { taxable: "-50" } },
    ]);
    expect(lines.map(({ appliedTo }) => written(appliedTo))).toEqual([
      [
        ["a", "-19"],
        ["b", "-9.5"],
      ],
      [["b", "-1"]],
    ]);
    expect(lines.map(stepsOf)[0]).toEqual([
      ["tax", "-28.5", "its part of -150.00 that is credited"],
    ]);
    expect(lines[0]?.key.sourceId).not.toBe(lines[1]?.key.sourceId);
  });

  it("are what they were when they were charged", () => {
    const rate = { id: "vat", name: "VAT", percent: "19" };
    expect(rateOf({})?.rate).toEqual(rate);
    expect(rateOf({ inclusive: true })?.rate).toEqual({ ...rate, inclusive: true });
    expect(rateOf({ compound: true })?.rate).toEqual({ ...rate, compound: true });
    expect(rateOf({ marker: "exempt" })?.rate).toEqual({ ...rate, marker: "exempt" });
  });

  it("were charged on simple taxes, too, where they are compound", () => {
    const lines = others([
      concession("a", [
        price("100"),
        tax("10", {}, "simple"),
        tax("5", { compound: true }, "first"),
        tax("6", { compound: true }, "second"),
      ]),
    ]);
    expect(lines.map((line) => line.tax && formatExact(line.tax.taxable))).toEqual([
      "-100",
      "-110",
      "-110",
    ]);
  });

  it("were charged net of what grants had paid before them, and with what they have paid after", () => {
    const after = grant("-20", "t", { timing: "after-tax" });
    const parts = [price("100"), tax("19"), grant("-30"), after];
    const [line] = others([concession("a", parts)]);
    expect(shown(line?.tax?.taxable)).toEqual("-70");
  });

  it("are taken out of prices that hold them", () => {
    const held = (amount: string) => part("included-tax ", "included-tax", amount);
    const lines = others([
      concession("a", [price("119"), held("-19"), tax("19", { inclusive: true })]),
      concession("b", [price("11.9"), held("-1.9")]),
    ]);
    expect(shown(lines[0])).toMatchObject({
      key: { kind: "included-tax", chargeId: null, start: JANUARY.start, group: null },
      description: "Taxes included in the prices",
      period: JANUARY,
      exactAmount: "20.9",
      amount: "20.9",
    });
    expect(written(lines[0]?.appliedTo ?? [])).toEqual([
      ["a", "19"],
      ["b", "1.9"],
    ]);
    expect(lines[0] && stepsOf(lines[0])).toEqual([
      ["tax", "20.9", "what the prices that are credited hold of them"],
    ]);
    expect(shown(lines[1]?.tax?.taxable)).toEqual("-100");
  });
});

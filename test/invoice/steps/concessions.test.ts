/** What is credited by choice, with what coupons had taken off and grants had paid of it. */
import { describe, expect, it } from "vitest";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import {
  concedeOf,
  concession,
  grant,
  others,
  part,
  price,
  SERVICE,
} from "../../support/concessions.js";
import { grantOf, paidBy } from "../../support/credit-lines.js";
import { JANUARY, keyOf, shareOf, shown, stepsOf, written } from "../../support/step-lines.js";

describe("what is credited of a line", () => {
  it("is its price, as a line of its own that says of what, how many and why", () => {
    const { lines, postings } = concedeOf([
      concession("a", [price("10")], { quantity: exact("2.5"), reason: "slow" }),
      concession("b", [price("3"), price("4")]),
    ]);
    expect(shown(lines)).toMatchObject([
      {
        key: {
          kind: "concession",
          chargeId: "a",
          sourceId: "usage:a@2026-01-01",
          start: JANUARY.start,
        },
        description: "usage of a: credited",
        period: SERVICE,
        exactAmount: "-10",
        amount: "-10",
        appliedTo: [{ key: keyOf("usage", "a"), amount: "-10" }],
        concession: {
          invoice: "january",
          line: "usage:a@2026-01-01",
          quantity: "2.5",
          reason: "slow",
        },
      },
      { amount: "-4", concession: { quantity: null, reason: null } },
    ]);
    expect(lines.map(stepsOf)).toEqual([
      [["concession", "-10", "2.5 of 12.5 of usage of a"]],
      [["concession", "-4", "of usage of b"]],
    ]);
    expect(postings).toEqual([]);
  });
});

describe("what a coupon has taken off what is credited", () => {
  const coupon = (amount: string, couponId = "c") =>
    part(`coupon ${couponId}`, "coupon", amount, { description: `the ${couponId}`, couponId });

  it("is given back with it, one line for each coupon", () => {
    const lines = others([
      concession("a", [price("10"), coupon("-2")]),
      concession("b", [coupon("-1"), price("10"), coupon("-3", "d")]),
      concession("c", [price("10"), coupon("0")]),
    ]);
    expect(shown(lines)).toMatchObject([
      {
        key: { kind: "coupon-return", chargeId: null, sourceId: "c", start: JANUARY.start },
        description: "the c: on what is credited",
        period: JANUARY,
        exactAmount: "3",
        amount: "3",
      },
      { key: { sourceId: "d" }, description: "the d: on what is credited", amount: "3" },
    ]);
    expect(lines.map(({ appliedTo }) => written(appliedTo))).toEqual([
      [
        ["a", "2"],
        ["b", "1"],
      ],
      [["b", "3"]],
    ]);
    expect(lines.map(stepsOf)[0]).toEqual([
      ["coupon", "3", "what it has taken off what is credited"],
    ]);
  });

  it("is no line where that is nothing", () => {
    expect(others([concession("a", [price("10"), coupon("0")])])).toEqual([]);
  });
});

describe("what grants have paid of what is credited", () => {
  const [a, b] = [keyOf("usage", "a"), keyOf("usage", "b")];

  it("goes back to them, line by line and in their own units", () => {
    const shares = [shareOf(a, "-10", "-4"), shareOf(b, "-6", "-3")];
    const paid = [
      paidBy("u", "-16", shares, { unit: "@a", quantity: "-7" }),
      paidBy("v", "-8", [shareOf(a, "-8")], { timing: "after-tax" }),
    ];
    const units = { unit: "@a" };
    const credits = [
      grantOf("u", "10", { unit: "@a", balance: "1" }),
      grantOf("v", "8", { balance: "0" }),
    ];
    const concessions = [
      // Half of the 10 that were paid, and all of the 6 and the 8.
      concession("a", [
        price("5"),
        grant("-5", "u", units),
        grant("-8", "v", { timing: "after-tax" }),
      ]),
      concession("b", [price("6"), grant("-6", "u", units)]),
    ];
    const { lines, postings = [] } = concedeOf(concessions, { credits, paid });
    expect(shown(lines.slice(2))).toMatchObject([
      {
        key: { kind: "credit-return", sourceId: "u" },
        description: "grant u: returned",
        amount: "11",
        credit: { unit: "@a", quantity: "5", timing: "before-tax" },
      },
      { key: { sourceId: "v" }, credit: { unit: "USD", timing: "after-tax" } },
    ]);
    expect(lines.slice(2).map(({ appliedTo }) => written(appliedTo))).toEqual([
      [
        ["a", "5", "2"],
        ["b", "6", "3"],
      ],
      [["a", "8"]],
    ]);
    expect(lines[2] && stepsOf(lines[2])).toEqual([
      ["credit", "11", "its part of what is credited"],
    ]);
    expect(
      postings.map(({ kind, grantId, unit, amount, after }) => [
        kind,
        grantId,
        unit,
        formatExact(amount),
        after && formatExact(after),
      ]),
    ).toEqual([
      ["return", "u", "@a", "5", "6"],
      ["return", "v", "USD", "8", "8"],
    ]);
  });

  it("is no unit where no document says how many it was", () => {
    const units = { unit: "@a" };
    const [line] = others([concession("a", [price("5"), grant("-5", "u", units)])]);
    expect(shown(line?.credit?.quantity)).toEqual("0");
  });

  it("expires at once, where the grant has", () => {
    const credits = [
      grantOf("g", "10", { balance: "0", expiresAt: "2026-01-20" }),
      grantOf("h", "3", { expiresAt: "2026-01-20" }),
    ];
    const paid = [paidBy("g", "-10", [shareOf(a, "-10")])];
    const { postings = [] } = concedeOf([concession("a", [price("4"), grant("-4")])], {
      credits,
      paid,
    });
    expect(
      postings.map(({ kind, grantId, amount }) => [kind, grantId, formatExact(amount)]),
    ).toEqual([
      ["return", "g", "4"],
      ["expiry", "g", "-4"],
      ["expiry", "h", "-3"],
    ]);
  });
});

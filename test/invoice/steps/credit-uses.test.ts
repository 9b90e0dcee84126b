/** What grants have paid for, by all documents, and what they may pay for. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import {
  dueBy,
  earlierUses,
  takeBack,
  usesSoFar,
} from "../../../src/invoice/steps/credit-returns.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
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
} from "../../support/step-lines.js";

const [a, b] = [keyOf("usage", "a"), keyOf("usage", "b")];

describe("what goes back to a grant", () => {
  const taken = (money: string, units?: string) => {
    const uses = [use("g", a, "10", "100"), use("g", a, "5", "20")];
    const amount = exact(money);
    const back = takeBack(
      uses,
      units === undefined ? { amount } : { amount, quantity: exact(units) },
    );
    return [...rows(uses).map(([, , ...own]) => own), formatExact(back)];
  };

  it("is taken off its latest uses, at what each was worth", () => {
    expect(taken("5")).toEqual([["10", "100"], ["0", "0"], "20"]);
    // A fifth of the 20; 20 and a tenth of the 100.
    expect(taken("1")).toEqual([["10", "100"], ["4", "16"], "4"]);
    expect(taken("6")).toEqual([["9", "90"], ["0", "0"], "30"]);
    expect(taken("20")).toEqual([["0", "0"], ["0", "0"], "120"]);
    expect(taken("0")).toEqual([["10", "100"], ["5", "20"], "0"]);
  });

  it("is as many units as it says, where it says how many", () => {
    expect(taken("6", "25")).toEqual([["9", "95"], ["0", "0"], "25"]);
    expect(taken("0", "30")).toEqual([["10", "90"], ["5", "0"], "30"]);
  });
});

describe("what grants have paid for", () => {
  const credit = paidBy("g", "-30", [shareOf(a, "-10"), shareOf(b, "-20")]);

  it("is known by what earlier documents say, in that order", () => {
    const history = historyOf([], [credit, paidBy("h", "-4", [shareOf(a, "-4")])]);
    expect(rows(earlierUses("before-tax", documentPricing({ history })))).toEqual([
      ["g", "a", "10", "10"],
      ["g", "b", "20", "20"],
      ["h", "a", "4", "4"],
    ]);
    expect(earlierUses("before-tax", documentPricing({ history }))[0]).toMatchObject({
      unit: "USD",
      name: "grant g",
      key: a,
    });
    expect(earlierUses("after-tax", documentPricing({ history }))).toEqual([]);
  });

  it("is less what has gone back of it", () => {
    const others = [
      paidBy("h", "-9", [shareOf(a, "-9")]),
      paidBy("g", "4", [shareOf(a, "4")], { kind: "credit-return" }),
      billedLine(keyOf("tax", null), "7", { shares: [shareOf(a, "7")] }),
    ];
    const history = historyOf([], [credit, ...others]);
    expect(rows(earlierUses("before-tax", documentPricing({ history })))).toEqual([
      ["g", "a", "6", "6"],
      ["g", "b", "20", "20"],
      ["h", "a", "9", "9"],
    ]);
  });

  it("is so many units of a grant that is no money, by each share", () => {
    const shares = [shareOf(a, "-10", "-6"), shareOf(b, "-20", "-3")];
    const history = historyOf([], [paidBy("u", "-30", shares, { unit: "@a", quantity: "-9" })]);
    expect(rows(earlierUses("before-tax", documentPricing({ history })))).toEqual([
      ["u", "a", "10", "6"],
      ["u", "b", "20", "3"],
    ]);
  });

  it("is in proportion where shares do not say how many, the last with the rest", () => {
    const shares = [shareOf(a, "-10"), shareOf(b, "-20")];
    const history = historyOf([], [paidBy("u", "-30", shares, { unit: "@a", quantity: "-10" })]);
    // A third of 10 down to the sixth decimal.
    expect(rows(earlierUses("before-tax", documentPricing({ history })))).toEqual([
      ["u", "a", "10", "3.333333"],
      ["u", "b", "20", "6.666667"],
    ]);
  });

  it("is what the document itself says of it, too", () => {
    const history = historyOf([], [credit]);
    const lines = [
      lineOf(a, "100"),
      creditOf("g", "3", [shareOf(a, "3")], { kind: "credit-return" }),
      creditOf("h", "-5", [shareOf(b, "-5")]),
      creditOf("t", "-5", [shareOf(b, "-5")], { timing: "after-tax" }),
    ];
    expect(rows(usesSoFar("before-tax", documentPricing({ history }), lines))).toEqual([
      ["g", "a", "7", "7"],
      ["g", "b", "20", "20"],
      ["h", "b", "5", "5"],
    ]);
  });
});

describe("what grants may pay for", () => {
  const billed = [
    billedLine(a, "100", { period: days(1, 10) }),
    billedLine(keyOf("discount", "d"), "-10", { shares: [shareOf(a, "-10")] }),
  ];
  const share = (amount: string) => ({ shares: [shareOf(a, amount)] });
  const settled = [
    billedLine(keyOf("concession", null), "-5", share("-5")),
    billedLine(keyOf("coupon-return", null), "2", share("2")),
    billedLine(keyOf("concession-return", null), "1", share("1")),
    billedLine(keyOf("tax", null), "20", share("20")),
    paidBy("g", "-40", [shareOf(a, "-40")]),
    paidBy("g", "3", [shareOf(a, "3")], { kind: "credit-return" }),
    paidBy("t", "-7", [shareOf(a, "-7")], { timing: "after-tax" }),
  ];
  const due = (timing: "before-tax" | "after-tax", lines: readonly PricedLine[] = []) => {
    const history = historyOf(billed, settled);
    const found = dueBy(timing, documentPricing({ history, period: days(32, 60) }), lines);
    return [...found.values()].map(({ key, amount, period }) => [
      key.chargeId,
      formatExact(amount),
      period,
    ]);
  };

  it("is net of what was credited by choice, before tax", () => {
    // 100 − 10 − 5 + 2 + 1.
    expect(due("before-tax")).toEqual([["a", "88", days(1, 10)]]);
  });

  it("is with taxes and what grants have paid before them, after tax", () => {
    // 88 + 20 − 40 + 3.
    expect(due("after-tax")).toEqual([["a", "71", days(1, 10)]]);
  });

  it("is what this document bills, too, over its own time where nothing was billed before", () => {
    const other = lineOf(b, "7", { period: days(5, 9) });
    const more = lineOf(a, "12", { period: JANUARY, kind: "adjustment" });
    const tax = lineOf(keyOf("tax", null), "3", { appliedTo: [shareOf(keyOf("usage", "c"), "3")] });
    expect(due("before-tax", [more, other, tax])).toEqual([
      ["a", "100", days(1, 10)],
      ["b", "7", days(5, 9)],
      ["c", "3", days(32, 60)],
    ]);
  });
});

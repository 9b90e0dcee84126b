/** What credit grants in units pay on a document: so many units of usage are free. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import { appliedCredits, grantOf, ledgerOf, paidBy, usageOf } from "../../support/credit-lines.js";
import {
  billedLine,
  historyOf,
  keyOf,
  lineOf,
  shareOf,
  shown,
  stepsOf,
  written,
} from "../../support/step-lines.js";

const a = keyOf("usage", "a");
const free = (amount: string, more = {}) => grantOf("u", amount, { unit: "@a", ...more });

/** The credit lines: the grant, what they take off, and the words of their step. */
function credits(lines: readonly PricedLine[]) {
  return lines.map((line) => [line.key.sourceId, written(line.appliedTo), stepsOf(line)[0]?.[2]]);
}

describe("units that are free", () => {
  const line = usageOf("a", "10", "2");

  it("are paid before grants in money are", () => {
    const grants = [grantOf("g", "5", { priority: 1 }), free("4")];
    const { lines, postings } = appliedCredits([line], { due: [line], credits: grants });
    expect(credits(lines)).toEqual([
      ["u", [["a", "-8", "-4"]], "4 @a free"],
      ["g", [["a", "-5"]], "credit"],
    ]);
    expect(shown(lines.map(({ credit }) => credit))).toEqual([
      { unit: "@a", quantity: "-4", timing: "before-tax" },
      { unit: "USD", quantity: "-5", timing: "before-tax" },
    ]);
    expect(ledgerOf(postings)).toEqual(["u drawdown -4 @a: 4 to 0", "g drawdown -5 USD: 5 to 0"]);
  });

  it("are none where the document comes to nothing or less", () => {
    for (const less of ["-20", "-25"]) {
      const lines = [line, lineOf(keyOf("recurring", "b"), less)];
      expect(appliedCredits(lines, { due: [line], credits: [free("4")] }).lines).toEqual([]);
    }
  });

  it("are used up to the sixth decimal", () => {
    const keys = ["east", "west"].map((region) => ({ ...a, group: { region } }));
    const due = keys.map((key) => usageOf("a", "1", "3", { key }));
    const history = historyOf(keys.map((key) => billedLine(key, "2")));
    // Of the 3 of each unit this document bills 1: a third of it, and a part of one decimal less is worth less than 1.
    const lines = keys.map((key) => lineOf(key, "1", { kind: "adjustment" }));
    const paid = appliedCredits(lines, { due, history, credits: [free("2")] });
    expect(credits(paid.lines)).toEqual([
      [
        "u",
        [
          ["a", "-1", "-0.333334"],
          ["a", "-1", "-0.333334"],
        ],
        "0.666668 @a free",
      ],
    ]);
    expect(ledgerOf(paid.postings)).toEqual(["u drawdown -0.666668 @a: 2 to 1.333332"]);
  });

  it("are no more than there are", () => {
    const dear = usageOf("a", "10", "100000");
    const grant = free("1", { balance: "0.0000004" });
    const { postings } = appliedCredits([dear], { due: [dear], credits: [grant] });
    expect(ledgerOf(postings)).toEqual(["u drawdown -0.0000004 @a: 0.0000004 to 0"]);
  });
});

describe("units that are free by an earlier document", () => {
  const shares = [shareOf(a, "-8", "-4")];
  const history = historyOf(
    [billedLine(a, "20")],
    [paidBy("u", "-8", shares, { unit: "@a", quantity: "-4" })],
  );

  it("are paid what they are worth more since, and nothing is posted for that", () => {
    // 10 at 3 in place of 2: 4 of them are worth 12.
    const more = { due: [usageOf("a", "10", "3")], history };
    const { lines, postings } = appliedCredits([lineOf(a, "10")], more);
    expect(credits(lines)).toEqual([["u", [["a", "-4", "0"]], "free units are worth more"]]);
    expect(shown(lines)).toMatchObject([
      {
        description: "grant u",
        amount: "-4",
        credit: { unit: "@a", quantity: "0", timing: "before-tax" },
      },
    ]);
    expect(postings).toEqual([]);
  });

  it("share a line with what more of them are worth", () => {
    const more = {
      due: [usageOf("a", "10", "3")],
      history,
      credits: [free("5", { balance: "1" })],
    };
    const { lines, postings } = appliedCredits([lineOf(a, "10")], more);
    expect(credits(lines)).toEqual([
      [
        "u",
        [
          ["a", "-4", "0"],
          ["a", "-3", "-1"],
        ],
        "1 @a free",
      ],
    ]);
    expect(ledgerOf(postings)).toEqual(["u drawdown -1 @a: 1 to 0"]);
  });

  it("leave less for grants in money", () => {
    const more = { due: [usageOf("a", "10", "3")], history, credits: [grantOf("g", "50")] };
    const { lines } = appliedCredits([lineOf(a, "10")], more);
    expect(credits(lines).map(([id, paid]) => [id, paid])).toEqual([
      ["u", [["a", "-4", "0"]]],
      ["g", [["a", "-6"]]],
    ]);
  });

  it("give back what they are worth less, and the units that are used no longer", () => {
    // 10 at 1: 4 are worth 4.
    const cheaper = appliedCredits([lineOf(a, "-10")], { due: [usageOf("a", "10", "1")], history });
    expect(credits(cheaper.lines)).toEqual([
      ["u", [["a", "4", "0"]], "what it paid for is due no longer"],
    ]);
    expect(cheaper.postings).toEqual([]);
    // 3 of 10 at 2 are left, all of them free.
    const fewer = appliedCredits([lineOf(a, "-14")], { due: [usageOf("a", "3", "2")], history });
    expect(credits(fewer.lines)).toEqual([
      ["u", [["a", "2", "1"]], "what it paid for is due no longer"],
    ]);
    expect(ledgerOf(fewer.postings)).toEqual(["u return 1 @a: undefined to undefined"]);
  });
});

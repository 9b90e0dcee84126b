/** What credit grants in money pay on a document. */
import { describe, expect, it } from "vitest";
import type { CreditGrant } from "../../../src/account/credit-grant.js";
import { DEFAULT_POLICY } from "../../../src/catalog/policy.js";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { DocumentPricing } from "../../../src/invoice/steps/document-step.js";
import { exact } from "../../../src/money/decimal.js";
import { appliedCredits, grantOf, ledgerOf, paidBy } from "../../support/credit-lines.js";
import {
  billedLine,
  day,
  days,
  historyOf,
  JANUARY,
  keyOf,
  lineOf,
  NICKELS,
  shareOf,
  shown,
  stepsOf,
  written,
} from "../../support/step-lines.js";

const [a, b] = [keyOf("recurring", "a"), keyOf("recurring", "b")];
const [ten, five] = [lineOf(a, "10"), lineOf(b, "5")];

/** What each grant pays, line by line. */
function paid(
  lines: readonly PricedLine[],
  credits: readonly CreditGrant[],
  more: Partial<DocumentPricing> = {},
) {
  return appliedCredits(lines, { credits, ...more }).lines.map(({ key, appliedTo }) => [
    key.sourceId,
    written(appliedTo),
  ]);
}

describe("a grant in money", () => {
  it("pays for what is owed, in proportion, by a line of its own", () => {
    const { lines, postings } = appliedCredits([ten, five], { credits: [grantOf("g", "12")] });
    expect(shown(lines)).toMatchObject([
      {
        key: { kind: "credit", chargeId: null, sourceId: "g", start: JANUARY.start, group: null },
        description: "g",
        period: JANUARY,
        exactAmount: "-12",
        amount: "-12",
        credit: { unit: "USD", quantity: "-12", timing: "before-tax" },
      },
    ]);
    // 12 × 10 ÷ 15.
    expect(lines.map(({ appliedTo }) => written(appliedTo))).toEqual([
      [
        ["a", "-8"],
        ["b", "-4"],
      ],
    ]);
    expect(lines.map(stepsOf)).toEqual([[["credit", "-12", "credit"]]]);
    expect(ledgerOf(postings)).toEqual(["g drawdown -12 USD: 12 to 0"]);
  });

  it("has its name, else its id", () => {
    const { name: _name, ...nameless } = grantOf("g", "1");
    const { lines } = appliedCredits([ten], {
      credits: [nameless, grantOf("h", "1", { name: "Gift" })],
    });
    expect(lines.map(({ description }) => description)).toEqual(["g", "Gift"]);
  });

  it("pays no more than the document comes to, nor than it has", () => {
    const less = lineOf(keyOf("recurring", "c"), "-4");
    expect(paid([ten, less], [grantOf("g", "50")])).toEqual([["g", [["a", "-6"]]]]);
    expect(paid([ten, lineOf(keyOf("recurring", "c"), "-10")], [grantOf("g", "50")])).toEqual([]);
    expect(paid([ten, lineOf(keyOf("recurring", "c"), "-12")], [grantOf("g", "50")])).toEqual([]);
    expect(paid([ten], [grantOf("g", "50", { balance: "0" })])).toEqual([]);
    const { lines, postings } = appliedCredits([lineOf(a, "0")], { credits: [grantOf("g", "5")] });
    expect([lines, postings]).toEqual([[], []]);
  });

  it("pays whole cents of what it has", () => {
    const { lines, postings } = appliedCredits([ten], { credits: [grantOf("g", "3.019")] });
    expect(shown(lines)).toMatchObject([{ amount: "-3.01" }]);
    expect(ledgerOf(postings)).toEqual(["g drawdown -3.01 USD: 3.019 to 0.009"]);
    expect(paid([ten], [grantOf("g", "0.009")])).toEqual([]);
    // The cent is not to be halved.
    expect(paid([ten, lineOf(b, "10")], [grantOf("g", "0.01")])).toEqual([["g", [["a", "-0.01"]]]]);
  });

  it("pays cents where amounts were billed in finer steps than today's", () => {
    const lines = [lineOf(a, "5.02"), lineOf(b, "5.03")];
    const cash = { rounding: NICKELS };
    expect(paid(lines, [grantOf("g", "50")], cash)).toEqual([
      [
        "g",
        [
          ["a", "-5.02"],
          ["b", "-5.03"],
        ],
      ],
    ]);
  });

  it("pays after those before it, in the order of the policy", () => {
    const grants = [
      grantOf("late", "8", { expiresAt: "2026-06-01" }),
      grantOf("soon", "4", { expiresAt: "2026-03-01" }),
      grantOf("first", "3", { priority: 1 }),
      grantOf("empty", "3", { balance: "0", priority: 2 }),
    ];
    expect(paid([ten], grants)).toEqual([
      ["first", [["a", "-3"]]],
      ["soon", [["a", "-4"]]],
      ["late", [["a", "-3"]]],
    ]);
    const policy = {
      ...DEFAULT_POLICY,
      credits: { ...DEFAULT_POLICY.credits, order: "orb" },
    } as const;
    expect(paid([ten], grants, { policy }).map(([id]) => id)).toEqual(["soon", "late"]);
  });
});

describe("which grants pay", () => {
  it("is said by the grant, else by the policy: before tax, or after it", () => {
    const credits = [grantOf("p", "1"), grantOf("t", "2", { applied: "after-tax" })];
    const idsOf = (timing: "before-tax" | "after-tax", applied = timing) => {
      const policy = { ...DEFAULT_POLICY, credits: { ...DEFAULT_POLICY.credits, applied } };
      return appliedCredits([ten], { credits, policy }, timing).lines.map(({ key, credit }) => [
        key.sourceId,
        credit?.timing,
      ]);
    };
    expect(idsOf("before-tax")).toEqual([["p", "before-tax"]]);
    expect(idsOf("after-tax", "before-tax")).toEqual([["t", "after-tax"]]);
    expect(idsOf("after-tax").map(([id]) => id)).toEqual(["p", "t"]);
    expect(idsOf("before-tax", "after-tax")).toEqual([]);
  });

  it("is said by what they apply to", () => {
    const chargeOf: DocumentPricing["chargeOf"] = ({ chargeId }) =>
      chargeId === null ? undefined : { id: chargeId, chargeType: "recurring" };
    const onlyB = grantOf("g", "50", { appliesTo: { charges: ["b"] } });
    const plan = lineOf(keyOf("minimum-commitment", null), "7");
    expect(paid([ten, five, plan], [onlyB], { chargeOf })).toEqual([["g", [["b", "-5"]]]]);
    const all = grantOf("g", "50", { appliesTo: "all" });
    expect(paid([plan], [all], { chargeOf })).toEqual([["g", [["minimum-commitment", "-7"]]]]);
  });

  it("is said by when they can be used: for time in which they hold, once they do", () => {
    const during = (from: string, until: string, more: Partial<DocumentPricing> = {}) => {
      const line = lineOf(a, "10", { period: days(5, 20) });
      const grant = grantOf("g", "50", { effectiveDate: from, expiresAt: until });
      return paid([line], [grant], more).length;
    };
    expect(during("2026-01-19", "2026-03-01")).toBe(1);
    expect(during("2026-01-20", "2026-03-01")).toBe(0);
    expect(during("2026-01-01", "2026-01-06")).toBe(1);
    expect(during("2026-01-01", "2026-01-05")).toBe(0);
    // An opening document bills it before the grant can be used, or when it can.
    expect(during("2026-01-10", "2026-03-01", { moment: day(9) })).toBe(0);
    expect(during("2026-01-10", "2026-03-01", { moment: day(10) })).toBe(1);
  });

  it("is none where there are none", () => {
    expect(appliedCredits([ten], {})).toEqual({ lines: [] });
  });
});

describe("what grants have paid for and is due no longer", () => {
  const history = historyOf([billedLine(a, "10")], [paidBy("g", "-10", [shareOf(a, "-10")])]);

  it("goes back to them first, and may pay for the rest", () => {
    const credits = [grantOf("g", "10", { balance: "0" })];
    const { lines, postings } = appliedCredits([lineOf(a, "-4"), lineOf(b, "9")], {
      history,
      credits,
    });
    expect(lines.map(({ kind, appliedTo }) => [kind, written(appliedTo)])).toEqual([
      ["credit-return", [["a", "4"]]],
      ["credit", [["b", "-4"]]],
    ]);
    expect(ledgerOf(postings)).toEqual(["g return 4 USD: 0 to 4", "g drawdown -4 USD: 4 to 0"]);
  });

  it("goes back also where the grant is not given", () => {
    const { lines, postings } = appliedCredits([lineOf(a, "-4")], { history });
    expect(lines.map(({ kind, description }) => [kind, description])).toEqual([
      ["credit-return", "grant g: returned"],
    ]);
    expect(ledgerOf(postings)).toEqual(["g return 4 USD: undefined to undefined"]);
    expect(appliedCredits([lineOf(a, "4")], { history })).toEqual({ lines: [], postings: [] });
  });
});

describe("what is left of grants", () => {
  it("is written off where they have expired, or where not all is taken over", () => {
    const credits = [
      grantOf("old", "30", { expiresAt: "2026-01-31" }),
      grantOf("plan:1", "20"),
      grantOf("other", "5"),
    ];
    const rollovers = [{ isOf: (id: string) => id.startsWith("plan"), max: exact("6") }];
    const { postings } = appliedCredits([ten], { credits, rollovers });
    expect(ledgerOf(postings)).toEqual([
      "old drawdown -10 USD: 30 to 20",
      "old expiry -20 USD: 20 to 0",
      "plan:1 expiry -14 USD: 20 to 6",
    ]);
  });
});

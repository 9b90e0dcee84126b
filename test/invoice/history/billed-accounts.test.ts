/** What earlier documents have billed, line by line: with all that others take off it or add to it, and what was credited of it. */
import type { LineKind } from "rateplan";
import { describe, expect, it } from "vitest";
import type { LineKey } from "../../../src/invoice/document/priced-line.js";
import type { Parts } from "../../../src/invoice/history/account-parts.js";
import { type LineAccount, lineAccounts } from "../../../src/invoice/history/line-accounts.js";
import type { AmountRounding } from "../../../src/money/amount-rounding.js";
import { formatExact, fraction } from "../../../src/money/fraction.js";
import type { Interval } from "../../../src/time/interval.js";
import { type Entry, ledgerOf } from "../../support/ledger.js";

const CENTS: AmountRounding = { decimals: 2, increment: fraction(1n, 100n), mode: "half-even" };
const [january, february] = [
  { start: 1, end: 32 },
  { start: 32, end: 60 },
];

function keyOf(kind: LineKind, chargeId: string | null, start = january.start): LineKey {
  return { kind, chargeId, start, group: null };
}
const fee = keyOf("recurring", "fee");
const calls = keyOf("usage", "calls");
const pages = keyOf("usage", "pages");

function billed(key: LineKey, amount: string, period: Interval = january): Entry {
  return { key, amount, period };
}
function adjusted(key: LineKey, amount: string): Entry {
  return { ...billed(key, amount), kind: "adjustment" };
}
/** What others take off a line, or add to it. */
function on(key: LineKey, kind: LineKind, amount: string): Entry {
  const more = { tax: { taxId: "vat", tax: { percent: "19" } }, credit: { grantId: "g1" } };
  const own = kind === "tax" || kind === "credit" ? more[kind] : {};
  return { key: keyOf(kind, null), amount, shares: [[key, amount]], more: own };
}
const maximum = (amount: string, chargeId = "calls") => billed(keyOf("maximum", chargeId), amount);

function amountsOf(parts: Parts) {
  return Object.fromEntries(
    [...parts.values()].map((each) => [each.kind, formatExact(each.amount)]),
  );
}

/** Each account: which document opened it, of which charge it is, what was billed, and what was credited of it. */
function accountsOf(...documents: readonly (readonly Entry[])[]) {
  const written = ({ document, key, billed: all, given }: LineAccount) => [
    `${document.idempotencyKey} ${key.chargeId}`,
    amountsOf(all),
    ...(given.size === 0 ? [] : [amountsOf(given)]),
  ];
  return lineAccounts(ledgerOf(...documents), CENTS).map(written);
}

describe("the account of a line", () => {
  it("holds what discounts, coupons, taxes and grants are of it; what is carried over is of no line", () => {
    const discount = on(fee, "discount", "-10");
    const other = keyOf("recurring", "other");
    const accounts = accountsOf([
      billed(fee, "100"),
      billed(other, "5"),
      discount,
      on(fee, "coupon", "-9"),
      on(fee, "tax", "15.39"),
      on(other, "tax", "0.95"),
      on(fee, "credit", "-50"),
      billed(keyOf("carried", null), "-3"),
    ]);
    expect(accounts).toEqual([
      ["d0 fee", { price: "90", coupon: "-9", tax: "15.39", credit: "-50" }],
      ["d0 other", { price: "5", tax: "0.95" }],
    ]);
  });

  it("has the line and the time of what was billed", () => {
    const history = ledgerOf([billed(fee, "100", february), on(fee, "discount", "-10")]);
    expect(lineAccounts(history, CENTS)).toMatchObject([
      { key: fee, line: { kind: "recurring", amount: "100" }, period: february },
    ]);
  });

  it("is there also where nothing is left of it, and not where it is less", () => {
    expect(accountsOf([billed(fee, "10"), on(fee, "discount", "-10")])).toEqual([
      ["d0 fee", { price: "0" }],
    ]);
    expect(accountsOf([billed(calls, "-10")])).toEqual([]);
  });
});

describe("an adjustment", () => {
  it("is taken off the latest line under its key, or opens an account of its own", () => {
    const documents = [[billed(fee, "100"), billed(calls, "7")], [adjusted(fee, "-30")]];
    expect(accountsOf(...documents)).toEqual([
      ["d0 fee", { price: "70" }],
      ["d0 calls", { price: "7" }],
    ]);
    const more = [...documents, [adjusted(fee, "20")]];
    expect(accountsOf(...more)).toEqual([
      ["d0 fee", { price: "70" }],
      ["d0 calls", { price: "7" }],
      ["d2 fee", { price: "20" }],
    ]);
    expect(accountsOf(...more, [adjusted(fee, "-15")]).at(-1)).toEqual(["d2 fee", { price: "5" }]);
  });

  it("that comes to nothing opens none", () => {
    const none = [adjusted(fee, "10"), on(fee, "coupon", "-10")];
    expect(accountsOf([billed(fee, "100")], none)).toEqual([
      ["d0 fee", { price: "110", coupon: "-10" }],
    ]);
  });

  it("of more than is left of the latest line is of that and of the one before it", () => {
    const upTo = [[billed(fee, "100")], [billed(calls, "7")], [adjusted(fee, "20")]];
    expect(accountsOf(...upTo, [adjusted(fee, "-20")])).toEqual([
      ["d0 fee", { price: "100" }],
      ["d1 calls", { price: "7" }],
      ["d2 fee", { price: "0" }],
    ]);
    expect(accountsOf(...upTo, [adjusted(fee, "-50")])).toEqual([
      ["d0 fee", { price: "70" }],
      ["d1 calls", { price: "7" }],
    ]);
    // Of the first there is none before it.
    expect(accountsOf([billed(calls, "7")], [billed(fee, "10")], [adjusted(fee, "-15")])).toEqual([
      ["d0 calls", { price: "7" }],
      ["d1 fee", { price: "-5" }],
    ]);
  });

  it("of a tax alone is of the line that it is charged on", () => {
    const documents = [[billed(fee, "100"), on(fee, "tax", "7")]];
    expect(accountsOf(...documents, [on(fee, "tax", "12")])).toEqual([
      ["d0 fee", { price: "100", tax: "7" }],
      ["d1 fee", { tax: "12" }],
    ]);
    expect(
      lineAccounts(ledgerOf(...documents, [on(fee, "tax", "12")]), CENTS)[1]?.line,
    ).toMatchObject({ kind: "recurring", amount: "100" });
    expect(accountsOf(...documents, [on(fee, "tax", "-7")])).toEqual([
      ["d0 fee", { price: "100", tax: "0" }],
    ]);
  });

  it("of a line that is not given takes nothing off others", () => {
    expect(accountsOf([billed(calls, "7"), adjusted(fee, "-30")])).toEqual([
      ["d0 calls", { price: "7" }],
    ]);
    expect(accountsOf([billed(calls, "7")], [adjusted(fee, "30")])).toEqual([
      ["d0 calls", { price: "7" }],
      ["d1 fee", { price: "30" }],
    ]);
  });
});

describe("a maximum, as a line of its own", () => {
  const more = keyOf("overage", "calls");

  it("is taken off the lines of its charge and document, in proportion to them", () => {
    const lines = [billed(calls, "80"), billed(more, "20"), billed(pages, "50")];
    expect(accountsOf([...lines, maximum("-10")])).toEqual([
      ["d0 calls", { price: "72" }],
      ["d0 calls", { price: "18" }],
      ["d0 pages", { price: "50" }],
    ]);
    // Whatever other documents have of the charge.
    expect(accountsOf([billed(more, "20")], [billed(calls, "80"), maximum("-10")])).toEqual([
      ["d0 calls", { price: "20" }],
      ["d1 calls", { price: "70" }],
    ]);
    // Lines of other times are others'.
    const later = keyOf("usage", "calls", february.start);
    expect(
      accountsOf([billed(calls, "80"), billed(later, "20", february), maximum("-10")]),
    ).toEqual([
      ["d0 calls", { price: "70" }],
      ["d0 calls", { price: "20" }],
    ]);
  });

  it("is taken off what other documents have of its charge, else off all lines of its own", () => {
    expect(accountsOf([billed(calls, "80")], [billed(pages, "50"), maximum("-10")])).toEqual([
      ["d0 calls", { price: "70" }],
      ["d1 pages", { price: "50" }],
    ]);
    const lines = [billed(pages, "30"), billed(fee, "10")];
    expect(accountsOf([billed(fee, "5")], [...lines, maximum("-8")])).toEqual([
      ["d0 fee", { price: "5" }],
      ["d1 pages", { price: "24" }],
      ["d1 fee", { price: "8" }],
    ]);
    expect(accountsOf([billed(pages, "30")], [maximum("-8")])).toEqual([
      ["d0 pages", { price: "30" }],
    ]);
  });

  it("that is lifted again gives back in the same proportion; of one that is not given nothing is known", () => {
    const lines = [billed(calls, "80"), billed(more, "20")];
    const key = keyOf("maximum", "calls");
    expect(accountsOf([...lines, maximum("-10")], [adjusted(key, "5")])).toEqual([
      ["d0 calls", { price: "76" }],
      ["d0 calls", { price: "19" }],
    ]);
    expect(accountsOf([...lines, adjusted(key, "-5")])).toEqual([
      ["d0 calls", { price: "80" }],
      ["d0 calls", { price: "20" }],
    ]);
  });

  it("leaves what grants have paid of a line, where there is as much", () => {
    const lines = [billed(calls, "80"), billed(more, "20"), on(calls, "credit", "-70")];
    // 16 and 4 in proportion, but of the first 10 are left that no grant has paid.
    expect(accountsOf([...lines, maximum("-20")])).toEqual([
      ["d0 calls", { price: "70", credit: "-70" }],
      ["d0 calls", { price: "10" }],
    ]);
    // More than the 30 that are left of both.
    expect(accountsOf([...lines, maximum("-40")])).toEqual([
      ["d0 calls", { price: "48", credit: "-70" }],
      ["d0 calls", { price: "12" }],
    ]);
  });

  it("takes its taxes, and what grants get back of it, with it", () => {
    const lines = [billed(calls, "80"), on(calls, "tax", "15.2"), billed(more, "20")];
    const limit = maximum("-10");
    // Of 95.20 + 23.80, a tenth of 100 + 19.
    expect(
      accountsOf([...lines, on(more, "tax", "3.8"), limit, on(limit.key, "tax", "-1.9")]),
    ).toEqual([
      ["d0 calls", { price: "72", tax: "13.68" }],
      ["d0 calls", { price: "18", tax: "3.42" }],
    ]);
    const paid = [billed(calls, "80"), billed(more, "20")];
    expect(accountsOf([...paid, limit, on(limit.key, "credit", "5")])).toEqual([
      ["d0 calls", { price: "72", credit: "4" }],
      ["d0 calls", { price: "18", credit: "1" }],
    ]);
  });
});

describe("what is credited by choice", () => {
  /** A credit of a line on a document, with its tax. */
  function credited(invoice: string, amount: string, tax: string, quantity: string | null = null) {
    const concession = { invoice, line: "fee", quantity };
    return [
      { ...on(fee, "concession", amount), more: { concession } },
      ...(tax === "0" ? [] : [on(fee, "tax", tax)]),
    ];
  }
  const first = [billed(fee, "100"), on(fee, "tax", "19"), billed(calls, "7")];

  it("is of the line of its document, with the signs of what was billed", () => {
    const later = [first, [adjusted(fee, "40")]];
    const accounts = [
      ["d0 fee", { price: "100", tax: "19" }],
      ["d0 calls", { price: "7" }],
      ["d1 fee", { price: "40" }],
    ];
    expect(accountsOf(...later, credited("d0", "-20", "-3.8"))).toEqual([
      ["d0 fee", { price: "100", tax: "19" }, { price: "20", tax: "3.8" }],
      ...accounts.slice(1),
    ]);
    expect(accountsOf(...later, credited("d1", "-20", "0"))).toEqual([
      ...accounts.slice(0, 2),
      ["d1 fee", { price: "40" }, { price: "20" }],
    ]);
    expect(accountsOf(...later, credited("d9", "-20", "0"))).toEqual(accounts);
  });

  it("adds up, in units too where units are credited", () => {
    const documents = [
      first,
      credited("d0", "-20", "-3.8", "2"),
      credited("d0", "-5", "-0.95"),
      credited("d0", "-15", "-2.85", "1.5"),
    ];
    const [account] = lineAccounts(ledgerOf(...documents), CENTS);
    expect(account && amountsOf(account.given)).toEqual({ price: "40", tax: "7.6" });
    expect(account && formatExact(account.givenUnits)).toBe("3.5");
  });

  it("goes with its line to the one before it, where more than is left is taken back", () => {
    const documents = [first, [adjusted(fee, "40")], credited("d1", "-30", "0", "3")];
    // 10 are left of the 40; then of 100 less 60 and of 30 that were credited.
    expect(accountsOf(...documents, [adjusted(fee, "-10")]).at(-1)).toEqual([
      ...["d1 fee", { price: "30" }, { price: "30" }],
    ]);
    const both = [...documents, credited("d0", "-5", "0", "1"), [adjusted(fee, "-60")]];
    expect(accountsOf(...both)).toEqual([
      ["d0 fee", { price: "80", tax: "19" }, { price: "35" }],
      ["d0 calls", { price: "7" }],
    ]);
    const [account] = lineAccounts(ledgerOf(...both), CENTS);
    expect(account && formatExact(account.givenUnits)).toBe("4");
  });
});

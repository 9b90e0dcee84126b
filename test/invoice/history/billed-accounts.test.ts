/** What earlier documents have billed, line by line: with all that others take off it or add to it, and what was credited of it. */
import { describe, expect, it } from "vitest";
import { lineAccounts } from "../../../src/invoice/history/line-accounts.js";
import { formatExact } from "../../../src/money/fraction.js";
import { days } from "../../support/closed-parts.js";
import {
  accountsOf,
  adjusted,
  amountsOf,
  billed,
  CENTS,
  type Entry,
  keyOf,
  ledgerOf,
  on,
} from "../../support/ledger.js";

const february = days("02-01", "03-01");
const fee = keyOf("recurring", "fee");
const calls = keyOf("usage", "calls");

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

  it("is less by what others of its charge come to below nothing, and by what is of those", () => {
    const documents = [[billed(keyOf("overage", "calls"), "20"), billed(calls, "-10")]];
    expect(accountsOf(...documents)).toEqual([["d0 calls", { price: "10" }]]);
    expect(accountsOf(...documents, [on(calls, "tax", "1")])).toEqual([
      ["d0 calls", { price: "10", tax: "1" }],
    ]);
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
    // With its taxes: of 23.80, 30 are taken back.
    const taxed = [[billed(fee, "100")], [adjusted(fee, "20"), on(fee, "tax", "3.8")]];
    expect(accountsOf(...taxed, [adjusted(fee, "-20"), on(fee, "tax", "-10")])).toEqual([
      ["d0 fee", { price: "100", tax: "-6.2" }],
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
    const lineOf = (...more: readonly Entry[]) =>
      lineAccounts(ledgerOf(...documents, more), CENTS)[1]?.line.kind;
    expect(lineOf(on(fee, "tax", "12"))).toBe("recurring");
    expect(lineOf(on(fee, "tax", "12"), adjusted(fee, "5"))).toBe("adjustment");
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

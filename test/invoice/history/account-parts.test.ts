/** What of an amount that is given back falls to price, coupons, taxes and grants, by hand. */
import type { InvoiceLine } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  type AmountBasis,
  addParts,
  amountOf,
  gridOf,
  negateParts,
  type PartKind,
  type Parts,
  partOfLine,
  partsOfAmount,
} from "../../../src/invoice/history/account-parts.js";
import type { AmountRounding } from "../../../src/money/amount-rounding.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact, fraction } from "../../../src/money/fraction.js";
import { unchecked } from "../../support/plans.js";

const CENTS: AmountRounding = { decimals: 2, increment: fraction(1n, 100n), mode: "half-even" };
const line = unchecked<InvoiceLine>({ kind: "recurring" });

type Amounts = { readonly [kind in PartKind]?: string };

function parts(amounts: Amounts): Parts {
  return new Map(
    Object.entries(amounts).map(([kind, amount]) => [
      kind,
      { kind: unchecked<PartKind>(kind), line, amount: exact(amount) },
    ]),
  );
}

function written(all: Parts): Amounts {
  return Object.fromEntries([...all].map(([name, { amount }]) => [name, formatExact(amount)]));
}

/** The parts of an amount that is given back, where some was given before. */
function give(
  billed: Amounts,
  amount: string,
  {
    given = {},
    basis = "gross",
    unpaid = "0",
  }: { readonly given?: Amounts; readonly basis?: AmountBasis; readonly unpaid?: string } = {},
): Amounts {
  const before = { billed: parts(billed), given: parts(given) };
  return written(partsOfAmount(before, exact(amount), basis, CENTS, exact(unpaid)));
}

describe("an amount that is given back of a line", () => {
  // 80 after the coupon, and 19 % of it.
  const taxed: Amounts = { price: "100", coupon: "-20", tax: "15.2" };

  it("has its share of what coupons took off and of the taxes, whether it is meant with them or not", () => {
    const half = { price: "50", coupon: "-10", tax: "7.6" };
    expect(give(taxed, "47.6")).toEqual(half);
    expect(give(taxed, "40", { basis: "net" })).toEqual(half);
    // A fourth.
    expect(give(taxed, "23.8")).toEqual({ price: "25", coupon: "-5", tax: "3.8" });
    expect(give(taxed, "20", { basis: "net" })).toEqual({ price: "25", coupon: "-5", tax: "3.8" });
  });

  it("takes all that is left where it is as much", () => {
    const given = { price: "50", coupon: "-10", tax: "7.61" };
    expect(give(taxed, "47.59", { given })).toEqual({ price: "50", coupon: "-10", tax: "7.59" });
    expect(give(taxed, "40", { given, basis: "net" })).toEqual({
      price: "50",
      coupon: "-10",
      tax: "7.59",
    });
  });

  it("adds up with those before it to its share, to a cent", () => {
    const billed = { price: "10", tax: "1.9" };
    // A third of 11.90: 3.3361… and 0.6338…, of which the greater rest is rounded up.
    expect(give(billed, "3.97")).toEqual({ price: "3.34", tax: "0.63" });
    // Two thirds are 6.6722… and 1.2677…, less what was given.
    const first = { price: "3.34", tax: "0.63" };
    expect(give(billed, "3.97", { given: first })).toEqual({ price: "3.33", tax: "0.64" });
    const both = { price: "6.67", tax: "1.27" };
    expect(give(billed, "3.96", { given: both })).toEqual({ price: "3.33", tax: "0.63" });
    // Without taxes: 3.33 of 10 is 0.6327 of 1.90; 6.66 is 1.2654.
    expect(give(billed, "3.33", { basis: "net" })).toEqual({ price: "3.33", tax: "0.63" });
    const net = { price: "3.33", tax: "0.63" };
    expect(give(billed, "3.33", { given: net, basis: "net" })).toEqual({
      price: "3.33",
      tax: "0.64",
    });
  });

  it("takes out of the price what it holds of taxes", () => {
    const held = { price: "119", "included-tax": "-19", tax: "19" };
    expect(give(held, "59.5")).toEqual({ price: "59.5", "included-tax": "-9.5", tax: "9.5" });
  });

  it("goes back to grants and customer in proportion to what they have paid", () => {
    // Of 120, grants have paid 60.
    const billed = { price: "100", tax: "20", credit: "-60" };
    expect(give(billed, "60")).toEqual({ price: "50", tax: "10", credit: "-30" });
    expect(give(billed, "50", { basis: "net" })).toEqual({ price: "50", tax: "10", credit: "-30" });
    // Of 100, grants have paid 40, the customer 40, and what other lines have come to less 20.
    const some = { price: "100", credit: "-40" };
    expect(give(some, "50", { unpaid: "20" })).toEqual({ price: "50", credit: "-25" });
    expect(give(some, "50")).toEqual({ price: "50", credit: "-20" });
    // Of 95, grants have 38 of their 40, of which they have 35.
    const given = { price: "90", credit: "-35" };
    expect(give(some, "5", { given })).toEqual({ price: "5", credit: "-3" });
  });

  it("gives grants back no more than it is, where they have paid more than the line came to", () => {
    expect(give({ price: "50", credit: "-80" }, "50")).toEqual({ price: "50", credit: "-50" });
  });
});

describe("the grid of amounts", () => {
  const steps: AmountRounding = { ...CENTS, increment: fraction(5n, 100n) };
  const grid = (...amounts: readonly string[]) =>
    formatExact(gridOf(amounts.map(exact), steps).increment);

  it("is that of today, unless some of them were rounded to finer steps: then it is the minor unit", () => {
    expect(grid("1", "-2.05", "0")).toBe("0.05");
    expect(grid("1", "-2.03")).toBe("0.01");
    expect(grid("0.01")).toBe("0.01");
    expect(grid()).toBe("0.05");
  });
});

describe("the parts of what was billed", () => {
  const nameOf = (kind: string, more: object) =>
    partOfLine(unchecked({ line: { kind, ...more }, key: { kind } }), exact("1"))?.[0];

  it("are told apart by coupon, grant and tax with its rate", () => {
    expect(nameOf("recurring", {})).toBe("price ");
    expect(nameOf("coupon", { couponId: "c1" })).toBe("coupon c1");
    expect(nameOf("coupon-return", { couponId: "c1" })).toBe("coupon c1");
    expect(nameOf("credit", { grantId: "g1" })).toBe("credit g1");
    expect(nameOf("carried", {})).toBeUndefined();
    expect(nameOf("adjustment", {})).toBeUndefined();
    const rate = { name: "VAT", percent: "19" };
    const tax = (taxable: string, percent: string) =>
      nameOf("tax", { taxId: "vat", tax: { ...rate, percent, taxable } });
    expect(tax("10.00", "19")).toBe(tax("20.00", "19"));
    expect(tax("10.00", "19")).not.toBe(tax("10.00", "7"));
  });

  it("add up by name, and what grants have paid is in what they come to", () => {
    const [one, other] = [
      parts({ price: "100", tax: "19", credit: "-30" }),
      parts({ price: "-40", coupon: "-5" }),
    ];
    const sum = addParts(one, other);
    expect(written(sum)).toEqual({ price: "60", tax: "19", credit: "-30", coupon: "-5" });
    expect(formatExact(amountOf(sum, "gross"))).toBe("74");
    expect(formatExact(amountOf(sum, "net"))).toBe("55");
    expect(written(negateParts(one))).toEqual({ price: "-100", tax: "-19", credit: "30" });
  });
});

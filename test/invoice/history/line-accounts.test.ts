/** How much may still be credited of each line that was billed. */
import type { Invoice, InvoiceLine } from "rateplan";
import { describe, expect, it } from "vitest";
import type { AmountBasis, Parts } from "../../../src/invoice/history/account-parts.js";
import {
  creditable,
  isExhausted,
  type LineAccount,
} from "../../../src/invoice/history/line-accounts.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact, ZERO } from "../../../src/money/fraction.js";
import { unchecked } from "../../support/plans.js";

type Amounts = { readonly [kind in "price" | "tax" | "credit"]?: string };

function parts(amounts: Amounts): Parts {
  const line = unchecked<InvoiceLine>({});
  return new Map(
    Object.entries(amounts).map(([kind, amount]) => [
      kind,
      { kind: unchecked<"price">(kind), line, amount: exact(amount) },
    ]),
  );
}

/** A line of a charge from an instant on: what was billed, and what of it was credited by choice. */
function account(
  chargeId: string | null,
  start: number,
  billed: Amounts,
  given: Amounts = {},
): LineAccount {
  return {
    document: unchecked<Invoice>({}),
    name: `${chargeId}@${start}`,
    key: { kind: "usage", chargeId, start, group: null },
    line: unchecked<InvoiceLine>({}),
    period: { start, end: start + 1 },
    billed: parts(billed),
    given: parts(given),
    givenUnits: ZERO,
  };
}

function left(accounts: readonly LineAccount[], basis: AmountBasis = "gross") {
  const limits = creditable(accounts, basis);
  return accounts.map((each) => formatExact(limits.get(each) ?? exact("-1")));
}

describe("what may be credited of a line", () => {
  it("is what is left of it, with its taxes or without", () => {
    const taxed = account("a", 1, { price: "100", tax: "19" }, { price: "20", tax: "3.8" });
    expect(left([taxed])).toEqual(["95.2"]);
    expect(left([taxed], "net")).toEqual(["80"]);
    // What a grant has paid of it goes back to that.
    expect(left([account("a", 1, { price: "100", credit: "-100" })])).toEqual(["100"]);
  });

  it("is less where other lines of its charge and time have come to less than was credited of them", () => {
    const [first, second] = [account("a", 1, { price: "80" }), account("a", 1, { price: "15" })];
    const over = account("a", 1, { price: "10" }, { price: "30" });
    const others = [
      account("a", 2, { price: "50" }),
      account("b", 1, { price: "50" }),
      account(null, 1, { price: "50" }),
    ];
    // 20 too much: 15 of the last line, 5 of the one before it.
    expect(left([first, second, over, ...others])).toEqual(["75", "0", "0", "50", "50", "50"]);
    expect(left([over, first, second])).toEqual(["0", "75", "0"]);
    expect(left([second, over, first])).toEqual(["15", "0", "60"]);
  });

  it("is nothing where they have come to much less", () => {
    const over = account("a", 1, { price: "10" }, { price: "300" });
    expect(left([account("a", 1, { price: "80" }), over])).toEqual(["0", "0"]);
    expect(left([over])).toEqual(["0"]);
  });

  it("counts what two of them are over together", () => {
    const over = () => account("a", 1, { price: "10" }, { price: "20" });
    expect(left([over(), account("a", 1, { price: "80" }), over()])).toEqual(["0", "60", "0"]);
  });
});

describe("a line of which nothing is left", () => {
  it("has no part of which something is, where they come to nothing together", () => {
    const all = account("a", 1, { price: "100", tax: "19" }, { price: "100", tax: "19" });
    expect(isExhausted(all, ZERO)).toBe(true);
    const some = account("a", 1, { price: "10", tax: "-10" });
    expect(isExhausted(some, ZERO)).toBe(false);
    const one = account("a", 1, { price: "10", tax: "-10", credit: "0" });
    expect(isExhausted(one, ZERO)).toBe(false);
  });

  it("may have more than that, where others have used it up", () => {
    expect(isExhausted(account("a", 1, { price: "5" }), ZERO)).toBe(true);
    expect(isExhausted(account("a", 1, { price: "5" }), exact("5"))).toBe(false);
  });
});

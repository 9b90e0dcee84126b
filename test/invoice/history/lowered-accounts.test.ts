/** What lowers a charge by a line of its own, a maximum or a guarantee, is taken off the lines of the charge. */
import { describe, expect, it } from "vitest";
import { days } from "../../support/closed-parts.js";
import { accountsOf, adjusted, billed, keyOf, on } from "../../support/ledger.js";

const february = days("02-01", "03-01");
const fee = keyOf("recurring", "fee");
const calls = keyOf("usage", "calls");
const pages = keyOf("usage", "pages");
const maximum = (amount: string) => billed(keyOf("maximum", "calls"), amount);

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
    // Of 95.20 and 20, 82.64 % and 17.36 %.
    expect(accountsOf([...lines, limit])).toEqual([
      ["d0 calls", { price: "71.74", tax: "15.2" }],
      ["d0 calls", { price: "18.26" }],
    ]);
    const paid = [billed(calls, "80"), billed(more, "20")];
    expect(accountsOf([...paid, limit, on(limit.key, "credit", "5")])).toEqual([
      ["d0 calls", { price: "72", credit: "4" }],
      ["d0 calls", { price: "18", credit: "1" }],
    ]);
  });
});

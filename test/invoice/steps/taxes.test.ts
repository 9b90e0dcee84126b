/** What taxes come to on the lines of a document, by hand. */
import type { TaxDetail } from "rateplan";
import { describe, expect, it } from "vitest";
import type { TaxRate } from "../../../src/account/tax-rate.js";
import {
  keyText,
  type LineKey,
  type PricedLine,
} from "../../../src/invoice/document/priced-line.js";
import { rateText } from "../../../src/invoice/steps/billed-taxes.js";
import { taxLines } from "../../../src/invoice/steps/taxes.js";
import { unchecked } from "../../support/plans.js";
import { documentPricing, keyOf, lineOf, shown } from "../../support/step-input.js";

const [a, b, free] = [keyOf("recurring", "a"), keyOf("usage", "b"), keyOf("usage", "free")];
const coupon = keyOf("coupon", null, { sourceId: "c" });

/** The lines that these rates of some keys add. */
function taxed(
  lines: readonly PricedLine[],
  rates: readonly (readonly [key: LineKey, ...rates: readonly TaxRate[]])[],
  rounding: "total" | "line" = "total",
) {
  const byKey = new Map(rates.map(([key, ...own]) => [keyText(key), own]));
  const taxRatesOf = (key: LineKey) => byKey.get(keyText(key)) ?? [];
  const pricing = documentPricing({ taxRatesOf }, { taxes: { rounding } });
  return shown(taxLines(pricing, lines).lines);
}

/** What each tax says that it is charged on, its amount and what of it falls to which line. */
function brief(lines: ReturnType<typeof taxed>) {
  return lines.map(({ kind, amount, appliedTo, ...line }) => {
    const on = unchecked<{ readonly tax?: TaxDetail }>(line).tax?.taxable;
    const shares = appliedTo.map((share) => `${share.amount} of ${share.key.split(/[:@]/)[1]}`);
    return [kind, ...(on === undefined ? [] : [on]), amount, ...shares].join(", ");
  });
}

const vat: TaxRate = { id: "vat", name: "VAT", percent: "19" };
const [five, ten] = [
  { id: "five", percent: "5" },
  { id: "ten", percent: "10" },
];

describe("a tax", () => {
  it("says on how much and how many amounts it is charged, and what it was rounded by", () => {
    const lines = [
      lineOf(a, "100"),
      lineOf(b, "0.35"),
      lineOf(free, "7"),
      lineOf(coupon, "-10", { shares: [[a, "-10"]] }),
    ];
    // Of 90 it is 17.10 and of 0.35 it is 0.0665: 17.1665 together, so 17.17; 0.35 has lost most.
    expect(
      taxed(lines, [
        [a, vat],
        [b, vat],
      ]),
    ).toMatchObject([
      {
        key: "tax:vat 19%@2026-06-01",
        chargeId: null,
        taxId: "vat",
        group: null,
        description: "VAT",
        amount: "17.17",
        exactAmount: "17.1665",
        tax: { name: "VAT", percent: "19", inclusive: false, compound: false, taxable: "90.35" },
        appliedTo: [
          { key: "recurring:a@2026-06-01", amount: "17.10" },
          { key: "usage:b@2026-06-01", amount: "0.07" },
        ],
        steps: [
          { of: "amount", kind: "tax", value: "17.1665", text: "19 % of 2 amounts" },
          { kind: "rounding", value: "0.0035", text: "rounding to 2 decimals, half-even" },
        ],
      },
    ]);
  });

  it("is rounded on each line where the policy says so", () => {
    const lines = [lineOf(a, "0.35"), lineOf(b, "0.35")];
    const both = [
      [a, { id: "seven", percent: "7" }],
      [b, { id: "seven", percent: "7" }],
    ] as const;
    // 0.0245 each: 0.049 together.
    expect(brief(taxed(lines, both))).toEqual(["tax, 0.70, 0.05, 0.03 of a, 0.02 of b"]);
    expect(brief(taxed(lines, both, "line"))).toEqual(["tax, 0.70, 0.04, 0.02 of a, 0.02 of b"]);
  });

  it("is none on nothing", () => {
    const lines = [
      lineOf(a, "10"),
      lineOf(coupon, "-10", { shares: [[a, "-10"]] }),
      lineOf(b, "1"),
    ];
    expect(taxed(lines, [[a, vat]])).toEqual([]);
    expect(
      brief(
        taxed(lines, [
          [a, vat],
          [b, vat],
        ]),
      ),
    ).toEqual(["tax, 1.00, 0.19, 0.19 of b"]);
  });

  it("has the name of its id where it has no other", () => {
    expect(taxed([lineOf(a, "1")], [[a, five]])[0]?.description).toBe("five");
  });

  it("at two rates on one document is two lines, each on what it was charged on", () => {
    const old = { ...vat, percent: "16" };
    expect(
      brief(
        taxed(
          [lineOf(a, "100"), lineOf(b, "50")],
          [
            [a, vat],
            [b, old],
          ],
        ),
      ),
    ).toEqual(["tax, 50.00, 8.00, 8.00 of b", "tax, 100.00, 19.00, 19.00 of a"]);
  });
});

describe("a tax on taxes", () => {
  const levy: TaxRate = { id: "a-levy", percent: "10", compound: true };

  it("follows all others whatever its id, and is charged on those of its own line alone", () => {
    const lines = [lineOf(a, "100"), lineOf(b, "200")];
    // a: 5 and 10 are charged before it. b: nothing is.
    expect(
      brief(
        taxed(lines, [
          [a, levy, five, ten],
          [b, levy],
        ]),
      ),
    ).toEqual([
      "tax, 100.00, 5.00, 5.00 of a",
      "tax, 100.00, 10.00, 10.00 of a",
      "tax, 315.00, 31.50, 11.50 of a, 20.00 of b",
    ]);
  });

  it("is charged on another one of an id before its own, and not on one after it", () => {
    const other: TaxRate = { id: "b-levy", percent: "20", compound: true };
    // 100 and 10 of the first, at 20 %.
    expect(brief(taxed([lineOf(a, "100")], [[a, other, levy]]))).toEqual([
      "tax, 100.00, 10.00, 10.00 of a",
      "tax, 110.00, 22.00, 22.00 of a",
    ]);
  });
});

describe("a marker", () => {
  it("says on a line of nothing why nothing is charged, whatever the rate's percent", () => {
    const reverse: TaxRate = { ...vat, marker: "reverse-charge" };
    expect(taxed([lineOf(a, "100")], [[a, reverse]])).toMatchObject([
      {
        key: "tax:vat 19% reverse-charge@2026-06-01",
        description: "VAT (reverse-charge)",
        amount: "0.00",
        tax: { marker: "reverse-charge", percent: "19", taxable: "100.00" },
        appliedTo: [{ amount: "0.00" }],
        steps: [{ kind: "tax", value: "0", text: "reverse-charge" }],
      },
    ]);
    const exempt: TaxRate = { id: "x", marker: "exempt" };
    expect(taxed([lineOf(a, "1")], [[a, exempt]])).toMatchObject([
      { key: "tax:x 0% exempt@2026-06-01", tax: { percent: "0" }, steps: [{ text: "exempt" }] },
    ]);
  });
});

describe("taxes that prices hold", () => {
  const held = (id: string, percent: string, compound = false): TaxRate => ({
    ...{ id, percent, inclusive: true },
    ...(compound ? { compound } : {}),
  });

  it("are taken out of each line by one line, which says each of them", () => {
    // 117.50 = 100 × (1 + 0.05 + 0.125); 1 holds 0.05 / 1.05 = 0.0476….
    const [gst, pst] = [{ ...held("gst", "5"), name: "GST" }, held("pst", "12.5")];
    const lines = taxed(
      [lineOf(a, "117.5"), lineOf(b, "1")],
      [
        [a, gst, pst],
        [b, gst],
      ],
    );
    expect(brief(lines)).toEqual([
      "included-tax, -17.55, -17.50 of a, -0.05 of b",
      "tax, 100.95, 5.05, 5.00 of a, 0.05 of b",
      "tax, 100.00, 12.50, 12.50 of a",
    ]);
    expect(lines[0]).toMatchObject({
      key: "included-tax:@2026-06-01",
      description: "Taxes included in the prices",
      exactAmount: "-737/42",
      steps: [
        { of: "amount", kind: "tax", value: "-106/21", text: "GST out of the prices" },
        { kind: "tax", value: "-12.5", text: "pst out of the prices" },
        { kind: "rounding", value: "-1/420", text: "rounding to 2 decimals, half-even" },
      ],
    });
    expect(lines[1]).toMatchObject({ key: "tax:gst 5% inclusive@2026-06-01" });
  });

  it("may be charged on each other, in the order of their ids, after those that are not", () => {
    // 127.05 = 100 × 1.1 × 1.05 × 1.1: 10, 5 % of 110 are 5.50, 10 % of 115.50 are 11.55.
    const rates = [held("z", "10"), held("q", "10", true), held("p", "5", true)];
    expect(brief(taxed([lineOf(a, "127.05")], [[a, ...rates]]))).toEqual([
      "included-tax, -27.05, -27.05 of a",
      "tax, 100.00, 10.00, 10.00 of a",
      "tax, 110.00, 5.50, 5.50 of a",
      "tax, 115.50, 11.55, 11.55 of a",
    ]);
  });

  it("are told from others on the same document, and are not on what they are charged on", () => {
    expect(
      brief(
        taxed(
          [lineOf(a, "12"), lineOf(b, "100")],
          [
            [a, held("h", "20")],
            [b, ten],
          ],
        ),
      ),
    ).toEqual([
      "included-tax, -2.00, -2.00 of a",
      "tax, 10.00, 2.00, 2.00 of a",
      "tax, 100.00, 10.00, 10.00 of b",
    ]);
  });
});

describe("rates of a tax", () => {
  it("are told apart by percent, marker and what they are charged on", () => {
    const texts = [
      rateText({ id: "vat", percent: "19" }),
      rateText({ id: "vat" }),
      rateText({ id: "vat", percent: "19", inclusive: true }),
      rateText({ id: "vat", percent: "19", compound: true }),
      rateText({ id: "vat", percent: "19", marker: "exempt" }),
      rateText({ id: "vat", percent: "19", inclusive: false, compound: false }),
    ];
    expect(texts).toEqual([
      "vat 19%",
      "vat 0%",
      "vat 19% inclusive",
      "vat 19% compound",
      "vat 19% exempt",
      "vat 19%",
    ]);
  });
});

/** Tier lists: upper bounds and the rows of a form, and every way in which they do not fit together. */
import fc from "fast-check";
import {
  type PricingIssueCode,
  parseCharge,
  safeParseCharge,
  type Tier,
  type TierInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { canonicalText, tierBounds, tierPrice, writeTiers } from "../support/arbitraries.js";

type Options = { readonly overflow?: "last-tier" | "error" };

function withTiers(tiers: unknown, options: object = {}, model = "tiered") {
  return {
    id: "outcome",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: { model, tiers, ...options },
  };
}

function tiersOf(tiers: readonly TierInput[], options: Options = {}): readonly Tier[] {
  const { pricing } = parseCharge({
    id: "outcome",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: { model: "tiered", tiers, ...options },
  });
  if (pricing.model !== "tiered") throw new Error(`tiers became ${pricing.model}`);
  return pricing.tiers;
}

/** What is expected of bad tiers: codes and paths below `pricing`. */
interface BadTiers {
  readonly title: string;
  readonly tiers: unknown;
  readonly options?: object;
  readonly issues: readonly (readonly [PricingIssueCode, ...(string | number)[]])[];
}

function refuses(rows: readonly BadTiers[]) {
  it.each(rows)("refuses $title", ({ tiers, options, issues }) => {
    expect(safeParseCharge(withTiers(tiers, options))).toMatchObject({
      ok: false,
      issues: issues.map(([code, ...path]) => ({ code, path: ["pricing", ...path] })),
    });
  });
}

function messagesOf(tiers: unknown, options: object = {}): readonly string[] {
  const parsed = safeParseCharge(withTiers(tiers, options));
  return parsed.ok ? [] : parsed.issues.map(({ message }) => message);
}

describe("tiers by upper bound", () => {
  it.each([
    {
      title: "one open tier",
      tiers: [{ unitPrice: "50.00" }],
      parsed: [{ unitPrice: "50" }],
    },
    {
      title: "the seed system's three tiers",
      tiers: [{ upTo: 100, unitPrice: 50 }, { upTo: "500.0", unitPrice: "40" }, { unitPrice: 30n }],
      parsed: [
        { upTo: "100", unitPrice: "50" },
        { upTo: "500", unitPrice: "40" },
        { unitPrice: "30" },
      ],
    },
    {
      title: "decimal bounds",
      tiers: [{ upTo: 0.01, unitPrice: 1 }, { upTo: "10.5", flatFee: 2 }, { unitPrice: 0 }],
      parsed: [
        { upTo: "0.01", unitPrice: "1" },
        { upTo: "10.5", flatFee: "2" },
        { unitPrice: "0" },
      ],
    },
    {
      title: "a flat fee beside a unit price",
      tiers: [{ unitPrice: 1, flatFee: "9.90" }],
      parsed: [{ unitPrice: "1", flatFee: "9.9" }],
    },
  ])("reads $title", ({ tiers, parsed }) => {
    expect(tiersOf(tiers)).toStrictEqual(parsed);
  });

  it.each(["last-tier", "error"] as const)(
    "allows a bounded last tier with overflow: %s",
    (overflow) => {
      const tiers = [{ upTo: 100, unitPrice: 50 }];
      expect(tiersOf(tiers, { overflow })).toStrictEqual([{ upTo: "100", unitPrice: "50" }]);
    },
  );

  it("allows overflow on an open last tier, which never overflows", () => {
    expect(tiersOf([{ unitPrice: 1 }], { overflow: "error" })).toStrictEqual([{ unitPrice: "1" }]);
  });

  refuses([
    {
      title: "bounds that do not rise",
      tiers: [{ upTo: 100, unitPrice: 1 }, { upTo: 100, unitPrice: 1 }, { unitPrice: 1 }],
      issues: [["tier_not_increasing", "tiers", 1, "upTo"]],
    },
    {
      title: "bounds that fall",
      tiers: [{ upTo: 100, unitPrice: 1 }, { upTo: "99.9", unitPrice: 1 }, { unitPrice: 1 }],
      issues: [["tier_not_increasing", "tiers", 1, "upTo"]],
    },
    {
      title: "a first bound of 0",
      tiers: [{ upTo: 0, unitPrice: 1 }, { unitPrice: 1 }],
      issues: [["tier_not_increasing", "tiers", 0, "upTo"]],
    },
    {
      title: "a negative bound",
      tiers: [{ upTo: -1, unitPrice: 1 }, { unitPrice: 1 }],
      issues: [
        ["out_of_range", "tiers", 0, "upTo"],
        ["tier_not_increasing", "tiers", 0, "upTo"],
      ],
    },
    {
      title: "each bound that is not above the one before",
      tiers: [
        { upTo: 5, flatFee: 1 },
        { upTo: 4, flatFee: 1 },
        { upTo: 3, flatFee: 1 },
        { flatFee: 1 },
      ],
      issues: [
        ["tier_not_increasing", "tiers", 1, "upTo"],
        ["tier_not_increasing", "tiers", 2, "upTo"],
      ],
    },
    {
      title: "a bounded last tier",
      tiers: [{ upTo: 100, unitPrice: 1 }],
      issues: [["bounded_last_tier", "tiers", 0, "upTo"]],
    },
    {
      title: "a bounded last tier of several",
      tiers: [
        { upTo: 100, unitPrice: 1 },
        { upTo: 500, unitPrice: 1 },
      ],
      issues: [["bounded_last_tier", "tiers", 1, "upTo"]],
    },
    {
      title: "an open tier that is not the last",
      tiers: [{ unitPrice: 1 }, { upTo: 500, unitPrice: 1 }, { unitPrice: 1 }],
      issues: [["open_tier_not_last", "tiers", 0, "upTo"]],
    },
    {
      title: "two open tiers",
      tiers: [{ upTo: 5, unitPrice: 1 }, { unitPrice: 1 }, { unitPrice: 1 }],
      issues: [["open_tier_not_last", "tiers", 1, "upTo"]],
    },
    {
      title: "an open tier that is not the last also under an overflow rule",
      tiers: [{ unitPrice: 1 }, { upTo: 500, unitPrice: 1 }],
      options: { overflow: "error" },
      issues: [["open_tier_not_last", "tiers", 0, "upTo"]],
    },
    {
      title: "a tier without a price",
      tiers: [{ upTo: 100 }, { unitPrice: 1 }],
      issues: [["missing_price", "tiers", 0]],
    },
    {
      title: "an empty last tier",
      tiers: [{ upTo: 100, unitPrice: 1 }, {}],
      issues: [["missing_price", "tiers", 1]],
    },
    {
      title: "a negative unit price",
      tiers: [{ unitPrice: "-0.5" }],
      issues: [["negative_price", "tiers", 0, "unitPrice"]],
    },
    {
      title: "a negative flat fee",
      tiers: [{ unitPrice: 1, flatFee: -1 }],
      issues: [["negative_price", "tiers", 0, "flatFee"]],
    },
    {
      title: "an unknown key in a tier",
      tiers: [{ unitPrice: 1, price: 1 }],
      issues: [["unknown_key", "tiers", 0, "price"]],
    },
    { title: "no tiers", tiers: [], issues: [["missing", "tiers"]] },
    { title: "tiers that are missing", tiers: undefined, issues: [["missing", "tiers"]] },
    { title: "null as tiers", tiers: null, issues: [["missing", "tiers"]] },
    {
      title: "a tier instead of a list",
      tiers: { unitPrice: 1 },
      issues: [["invalid_type", "tiers"]],
    },
    {
      title: "an overflow rule that does not exist",
      tiers: [{ upTo: 1, unitPrice: 1 }],
      options: { overflow: "ignore" },
      issues: [["invalid_value", "overflow"]],
    },
    {
      title: "a text as flatFeeAtZero",
      tiers: [{ flatFee: 1 }],
      options: { flatFeeAtZero: "yes" },
      issues: [["invalid_type", "flatFeeAtZero"]],
    },
    {
      title: "everything that is wrong with a list at once",
      tiers: [{ upTo: 9, unitPrice: -1 }, { upTo: "many", flatFee: 1 }, { upTo: 9 }],
      issues: [
        ["negative_price", "tiers", 0, "unitPrice"],
        ["not_a_decimal", "tiers", 1, "upTo"],
        ["missing_price", "tiers", 2],
        ["bounded_last_tier", "tiers", 2, "upTo"],
        ["tier_not_increasing", "tiers", 2, "upTo"],
      ],
    },
  ]);

  it("refuses the same on volume prices", () => {
    const charge = withTiers([{ upTo: 5, unitPrice: 1 }], {}, "volume");
    expect(safeParseCharge(charge)).toMatchObject({
      issues: [{ code: "bounded_last_tier", path: ["pricing", "tiers", 0, "upTo"] }],
    });
  });

  it("names the bound that a bound must be above", () => {
    const falling = [{ upTo: 100, unitPrice: 50 }, { upTo: 50, unitPrice: 40 }, { unitPrice: 30 }];
    expect(messagesOf(falling)).toEqual([
      "pricing.tiers[1].upTo must be more than 100 (tiers[0].upTo), got 50",
    ]);
    expect(messagesOf([{ upTo: 0, unitPrice: 1 }, { unitPrice: 1 }])).toEqual([
      "pricing.tiers[0].upTo must be more than 0, got 0",
    ]);
  });

  it("says how a bounded last tier could be allowed", () => {
    expect(messagesOf([{ upTo: 100, unitPrice: 50 }])).toEqual([
      'pricing.tiers[0].upTo must be absent on the last tier, unless overflow is "last-tier" or "error", got "100"',
    ]);
  });

  it("says once of a tier that is no object that it is none", () => {
    expect(messagesOf([null, { unitPrice: 1 }])).toEqual([
      "pricing.tiers[0] must be an object, got null",
    ]);
  });
});

describe("tiers as the rows of a form", () => {
  it.each([
    {
      title: "the integer step from 1",
      tiers: [
        { start: 1, end: 100, unitPrice: 50 },
        { start: 101, end: 500, unitPrice: 40 },
        { start: 501, unitPrice: 30 },
      ],
      parsed: [
        { upTo: "100", unitPrice: "50" },
        { upTo: "500", unitPrice: "40" },
        { unitPrice: "30" },
      ],
    },
    {
      title: "the integer step from 0",
      tiers: [
        { start: 0, end: 100, unitPrice: 50 },
        { start: 101, unitPrice: 40 },
      ],
      parsed: [{ upTo: "100", unitPrice: "50" }, { unitPrice: "40" }],
    },
    {
      title: "rows that touch",
      tiers: [
        { start: 0, end: 100, unitPrice: 50 },
        { start: 100, end: 500, unitPrice: 40 },
        { start: "500.0", unitPrice: 30 },
      ],
      parsed: [
        { upTo: "100", unitPrice: "50" },
        { upTo: "500", unitPrice: "40" },
        { unitPrice: "30" },
      ],
    },
    {
      title: "rows that touch at decimals",
      tiers: [
        { start: 0, end: "0.01", unitPrice: 1 },
        { start: 0.01, end: "10.5", flatFee: 2 },
        { start: "10.50", unitPrice: 3 },
      ],
      parsed: [
        { upTo: "0.01", unitPrice: "1" },
        { upTo: "10.5", flatFee: "2" },
        { unitPrice: "3" },
      ],
    },
    {
      title: "rows of one unit",
      tiers: [
        { start: 1, end: 1, unitPrice: 3 },
        { start: 2, end: 2, unitPrice: 2 },
        { start: 3, unitPrice: 1 },
      ],
      parsed: [{ upTo: "1", unitPrice: "3" }, { upTo: "2", unitPrice: "2" }, { unitPrice: "1" }],
    },
    {
      title: "one row from 0",
      tiers: [{ start: 0, unitPrice: 1 }],
      parsed: [{ unitPrice: "1" }],
    },
    {
      title: "one row from 1",
      tiers: [{ start: 1, flatFee: 1 }],
      parsed: [{ flatFee: "1" }],
    },
  ])("normalises $title to upper bounds", ({ tiers, parsed }) => {
    expect(tiersOf(tiers)).toStrictEqual(parsed);
  });

  it("allows a bounded last row with an overflow rule", () => {
    const rows = [
      { start: 1, end: 10, unitPrice: 2 },
      { start: 11, end: 20, unitPrice: 1 },
    ];
    expect(tiersOf(rows, { overflow: "last-tier" })).toStrictEqual([
      { upTo: "10", unitPrice: "2" },
      { upTo: "20", unitPrice: "1" },
    ]);
  });

  refuses([
    {
      title: "a gap between rows",
      tiers: [
        { start: 1, end: 100, unitPrice: 1 },
        { start: 102, unitPrice: 1 },
      ],
      issues: [["tier_gap", "tiers", 1, "start"]],
    },
    {
      title: "a gap before the first row",
      tiers: [{ start: 2, unitPrice: 1 }],
      issues: [["tier_gap", "tiers", 0, "start"]],
    },
    {
      title: "a gap smaller than a unit",
      tiers: [
        { start: 0, end: "0.5", unitPrice: 1 },
        { start: "0.6", unitPrice: 1 },
      ],
      issues: [["tier_gap", "tiers", 1, "start"]],
    },
    {
      title: "a step of one between decimals, into which 10.7 would fall",
      tiers: [
        { start: 0, end: "10.5", unitPrice: 1 },
        { start: "11.5", unitPrice: 1 },
      ],
      issues: [["tier_gap", "tiers", 1, "start"]],
    },
    {
      title: "a first row that starts within the first unit",
      tiers: [{ start: "0.5", unitPrice: 1 }],
      issues: [["tier_gap", "tiers", 0, "start"]],
    },
    {
      title: "an overlap",
      tiers: [
        { start: 1, end: 100, unitPrice: 1 },
        { start: 99, unitPrice: 1 },
      ],
      issues: [["tier_overlap", "tiers", 1, "start"]],
    },
    {
      title: "an overlap smaller than a unit",
      tiers: [
        { start: 0, end: 100, unitPrice: 1 },
        { start: "99.99", unitPrice: 1 },
      ],
      issues: [["tier_overlap", "tiers", 1, "start"]],
    },
    {
      title: "a negative start",
      tiers: [
        { start: -1, end: 100, unitPrice: 1 },
        { start: 100, unitPrice: 1 },
      ],
      issues: [
        ["out_of_range", "tiers", 0, "start"],
        ["tier_overlap", "tiers", 0, "start"],
      ],
    },
    {
      title: "rows that touch and then step",
      tiers: [
        { start: 0, end: 100, unitPrice: 1 },
        { start: 100, end: 500, unitPrice: 1 },
        { start: 501, unitPrice: 1 },
      ],
      issues: [["mixed_tier_styles", "tiers", 2, "start"]],
    },
    {
      title: "rows that step and then touch",
      tiers: [
        { start: 1, end: 100, unitPrice: 1 },
        { start: 101, end: 500, unitPrice: 1 },
        { start: 500, unitPrice: 1 },
      ],
      issues: [["mixed_tier_styles", "tiers", 2, "start"]],
    },
    {
      title: "a first row from 1 and then rows that touch",
      tiers: [
        { start: 1, end: 100, unitPrice: 1 },
        { start: 100, unitPrice: 1 },
      ],
      issues: [["mixed_tier_styles", "tiers", 1, "start"]],
    },
    {
      title: "0–0.01, 0.01–10, 11–∞: 10.5 would fall between",
      tiers: [
        { start: 0, end: "0.01", unitPrice: 1 },
        { start: "0.01", end: 10, unitPrice: 1 },
        { start: 11, unitPrice: 1 },
      ],
      issues: [["mixed_tier_styles", "tiers", 2, "start"]],
    },
    {
      title: "upTo beside start and end in one row",
      tiers: [
        { start: 0, end: 5, upTo: 5, unitPrice: 1 },
        { start: 5, unitPrice: 1 },
      ],
      issues: [["mixed_tier_styles", "tiers", 0, "upTo"]],
    },
    {
      title: "a row by upTo among rows by start and end",
      tiers: [
        { start: 0, end: 5, unitPrice: 1 },
        { upTo: 10, unitPrice: 1 },
        { start: 10, unitPrice: 1 },
      ],
      issues: [
        ["mixed_tier_styles", "tiers", 1, "upTo"],
        ["missing", "tiers", 1, "start"],
      ],
    },
    {
      title: "an end without a start",
      tiers: [
        { end: 100, unitPrice: 1 },
        { start: 101, unitPrice: 1 },
      ],
      issues: [["missing", "tiers", 0, "start"]],
    },
    {
      title: "an end below the end before",
      tiers: [
        { start: 0, end: 100, unitPrice: 1 },
        { start: 100, end: 50, unitPrice: 1 },
        { start: 50, unitPrice: 1 },
      ],
      issues: [["tier_not_increasing", "tiers", 1, "end"]],
    },
    {
      title: "a row that holds nothing",
      tiers: [
        { start: 0, end: 100, unitPrice: 1 },
        { start: 100, end: 100, unitPrice: 1 },
        { start: 100, unitPrice: 1 },
      ],
      issues: [["tier_not_increasing", "tiers", 1, "end"]],
    },
    {
      title: "a row that ends before it starts",
      tiers: [
        { start: 1, end: 100, unitPrice: 1 },
        { start: 101, end: "100.5", unitPrice: 1 },
      ],
      options: { overflow: "error" },
      issues: [["tier_not_increasing", "tiers", 1, "end"]],
    },
    {
      title: "a first row that ends before it starts",
      tiers: [{ start: 1, end: "0.5", unitPrice: 1 }],
      options: { overflow: "last-tier" },
      issues: [["tier_not_increasing", "tiers", 0, "end"]],
    },
    {
      title: "a bounded last row",
      tiers: [{ start: 1, end: 100, unitPrice: 1 }],
      issues: [["bounded_last_tier", "tiers", 0, "end"]],
    },
    {
      title: "an open row that is not the last",
      tiers: [
        { start: 1, unitPrice: 1 },
        { start: 101, unitPrice: 1 },
      ],
      issues: [["open_tier_not_last", "tiers", 0, "end"]],
    },
    {
      title: "a row without a price",
      tiers: [
        { start: 1, end: 100 },
        { start: 101, unitPrice: 1 },
      ],
      issues: [["missing_price", "tiers", 0]],
    },
    {
      title: "a start that is no number, without guessing at its neighbours",
      tiers: [
        { start: 1, end: "many", unitPrice: 1 },
        { start: "more", unitPrice: 1 },
      ],
      issues: [
        ["not_a_decimal", "tiers", 0, "end"],
        ["not_a_decimal", "tiers", 1, "start"],
      ],
    },
  ]);

  it("names both rows and both ways to write a start", () => {
    const rows = (start: number) => [
      { start: 1, end: 100, unitPrice: 1 },
      { start, unitPrice: 1 },
    ];
    expect([...messagesOf(rows(105)), ...messagesOf(rows(50)), ...messagesOf(rows(100))]).toEqual([
      "pricing.tiers[1].start must be 100 (tiers[0].end) or one more, got 105",
      "pricing.tiers[1].start must be 100 (tiers[0].end) or one more, got 50",
      "pricing.tiers[1].start must be one more than the end before, as in the other tiers, got 100",
    ]);
  });
});

describe("laws of tier lists", () => {
  const prices = fc.array(tierPrice, { minLength: 6, maxLength: 6 });

  it("reads the three ways to write a list as the same tiers", () => {
    fc.assert(
      fc.property(tierBounds(true), prices, (bounds, all) => {
        const own = all.slice(0, bounds.length + 1);
        const upTo = tiersOf(writeTiers("upTo", bounds, own));
        expect(tiersOf(writeTiers("touching", bounds, own))).toStrictEqual(upTo);
        expect(tiersOf(writeTiers("step", bounds, own))).toStrictEqual(upTo);
        expect(upTo.map((tier) => tier.upTo)).toStrictEqual([
          ...bounds.map(canonicalText),
          undefined,
        ]);
      }),
    );
  });

  it("reads decimal bounds that touch as the same bounds by upTo", () => {
    fc.assert(
      fc.property(tierBounds(false), prices, (bounds, all) => {
        const own = all.slice(0, bounds.length + 1);
        const upTo = tiersOf(writeTiers("upTo", bounds, own));
        expect(tiersOf(writeTiers("touching", bounds, own))).toStrictEqual(upTo);
        expect(upTo.map((tier) => tier.upTo)).toStrictEqual([
          ...bounds.map(canonicalText),
          undefined,
        ]);
      }),
    );
  });

  it("refuses a row that is moved away from its neighbour: a gap above it, an overlap below", () => {
    const someBounds = tierBounds(true).filter((bounds) => bounds.length > 0);
    const style = fc.constantFrom("touching" as const, "step" as const);
    fc.assert(
      fc.property(someBounds, style, fc.nat(), fc.bigInt(-9n, 9n), (bounds, how, at, shift) => {
        const index = 1 + (at % bounds.length);
        const below = (bounds[index - 1]?.units ?? 0n) + (how === "step" ? 1n : 0n);
        const start = below + shift;
        fc.pre(start >= 0n);
        const price = bounds.map(() => ({ unitPrice: 1 }));
        const rows = writeTiers(how, bounds, [...price, { unitPrice: 1 }]);
        const moved = rows.map((row, i) => (i === index ? { ...row, start } : row));
        const parsed = safeParseCharge(withTiers(moved));
        if (shift === 0n) return parsed.ok;
        // One more than touching is the other style, one less than a step is too.
        const isOtherStyle = shift === (how === "step" ? -1n : 1n);
        const code = isOtherStyle ? "mixed_tier_styles" : shift > 0n ? "tier_gap" : "tier_overlap";
        const path = ["pricing", "tiers", index, "start"];
        // A list of two rows from 0 has no style before its second row.
        if (isOtherStyle && how === "touching" && index === 1) return true;
        // A row that is moved beyond its own end has that said of it, too.
        expect(parsed.ok || parsed.issues).toContainEqual(expect.objectContaining({ code, path }));
        return true;
      }),
    );
  });

  it("asks for a rise between any two neighbours", () => {
    const bounds = fc.array(fc.bigInt(1n, 20n), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(bounds, (values) => {
        const tiers = [...values.map((upTo) => ({ upTo, unitPrice: 1 })), { unitPrice: 1 }];
        const rising = values.every(
          (value, index) => index === 0 || value > (values[index - 1] ?? 0n),
        );
        const parsed = safeParseCharge(withTiers(tiers));
        expect(parsed.ok).toBe(rising);
        if (!parsed.ok) {
          expect(new Set(parsed.issues.map(({ code }) => code))).toEqual(
            new Set(["tier_not_increasing"]),
          );
        }
      }),
    );
  });
});

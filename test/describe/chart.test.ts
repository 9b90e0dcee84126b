/** Charts: each is valid under Vega-Lite's own schema, compiles and draws without a warning, and shows what it must show. */
import fc from "fast-check";
import { breakEven, compare, sweep } from "rateplan";
import { type ChartOptions, chart, type VegaLiteSpec } from "rateplan/chart";
import { beforeAll, describe, expect, it } from "vitest";
import { anyDesign } from "../support/designs.js";
import { issuesOf, unchecked } from "../support/plans.js";
import { draw, schemaErrors, vegaLiteSchema } from "../support/vega.js";

const outcome = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
} as const;
const each = { ...outcome, pricing: { model: "per-unit", unitPrice: "0.90" } } as const;
const bundle = {
  ...outcome,
  pricing: { model: "overage", baseFee: 99, includedUnits: 100, unitPrice: "0.60" },
} as const;
const volume = {
  ...outcome,
  pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: "0.80" }, { unitPrice: "0.60" }] },
} as const;

const LOOKS: readonly ChartOptions[] = [
  {},
  { theme: "dark", width: 300, height: 120, title: 'Prices, "new" & <old>' },
];

beforeAll(() => {
  vegaLiteSchema();
}, 120_000);

/** The texts that a picture shows, in the order in which they are drawn. */
async function textsOf(spec: VegaLiteSpec): Promise<readonly string[]> {
  expect(schemaErrors(spec)).toEqual([]);
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  const { svg, warnings } = await draw(spec);
  expect(warnings).toEqual([]);
  const unescaped = (text: string) =>
    text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => unescaped(text));
}

describe("LAW: every chart is a valid specification that draws itself", () => {
  it("of a sweep of any price that one number has", async () => {
    await fc.assert(
      fc.asyncProperty(anyDesign, fc.constantFrom(...LOOKS), async (charge, look) => {
        const texts = await textsOf(chart(sweep(charge, { to: 60, step: "2.5" }), look));
        expect(texts).toContain(look.title ?? "What each quantity costs");
      }),
      { numRuns: 25 },
    );
  });

  it("of comparisons with their break-even points", async () => {
    await fc.assert(
      fc.asyncProperty(anyDesign, anyDesign, fc.constantFrom(...LOOKS), async (a, b, look) => {
        const comparison = compare({ a, b }, [0, 10, 20, "30.5"]);
        const points = breakEven(a, b, { to: 30 });
        await textsOf(chart(comparison, { ...look, breakEven: points }));
      }),
      { numRuns: 15 },
    );
  });
});

describe("a sweep as a chart", () => {
  it("marks the bound of a tier below which it is cheaper to use more", async () => {
    const texts = await textsOf(chart(sweep(volume, { to: 1000 })));
    // At 500 it is 400.00, just above 300.00.
    expect(texts).toContain("−100.00 USD beyond 500");
    expect(texts).toContain("Shaded: it is cheaper to use more, beyond the drop");
    expect(texts).toEqual(
      expect.arrayContaining(["Amount (USD)", "Average price (USD)", "Quantity (outcomes)"]),
    );
  });

  it("names the quantities at which a price list bends", async () => {
    const texts = await textsOf(chart(sweep(bundle, { to: 400 }), { unit: "tickets" }));
    expect(texts).toEqual(
      expect.arrayContaining(["Dashed lines: where the price list changes", "Quantity (tickets)"]),
    );
    // 0, 100, 200, 300, 400 at the axes of both plots, and the included units.
    expect(texts.filter((text) => text === "100").length).toBeGreaterThan(2);
  });

  it("draws few of a million quantities, each knot among them", async () => {
    const spec = chart(sweep(volume, { to: 1_000_000 }));
    expect(JSON.stringify(spec).length).toBeLessThan(200_000);
    const texts = await textsOf(spec);
    // The amount is 600,000 at the most; the quantities go up to a million.
    expect(texts).toEqual(expect.arrayContaining(["Amount (USD)", "Quantity (million outcomes)"]));
    expect(texts).toContain("−100.00 USD beyond 500");
  });

  it("refuses what only looks like a sweep, with every issue", () => {
    const prices = sweep(volume, [1, 2]);
    expect(issuesOf(() => chart({ ...prices, length: 3, amountAt: () => "much" }))).toEqual([
      "invalid_value amountAt",
      "invalid_value amountAt",
      "invalid_value quantityAt",
      "invalid_value amountAt",
      "invalid_value averageAt",
    ]);
    expect(issuesOf(() => chart(unchecked({ quantityAt: 5, knots: [{}] })))).toEqual([
      "invalid_type currency",
      "invalid_type decimals",
      "invalid_type length",
      "invalid_type quantityAt",
      "invalid_type amountAt",
      "invalid_type averageAt",
      "invalid_value knots",
    ]);
  });
});

describe("a comparison as a chart", () => {
  const quantities = Array.from({ length: 41 }, (_, index) => index * 25);

  it("names the plans and the quantities at which the cheaper one changes", async () => {
    const points = [breakEven(each, bundle, { to: 1000 }), breakEven(bundle, volume, { to: 1000 })];
    const spec = chart(compare({ each, bundle, volume }, quantities), { breakEven: points });
    const texts = await textsOf(spec);
    expect(texts).toEqual(expect.arrayContaining(["each", "bundle", "volume"]));
    // 0.90 q = 99 + 0.60 (q − 100) at 130; 0.80 q = 99 + 0.60 (q − 100) at 195; volume jumps below at 500.
    expect(texts).toEqual(expect.arrayContaining(["130", "195", "500"]));
  });

  it("leaves out break-even points beyond what is compared", async () => {
    const points = breakEven(each, bundle, { to: 1000 });
    const texts = await textsOf(
      chart(compare({ each, bundle }, [0, 40, 80]), { breakEven: points }),
    );
    expect(texts).not.toContain("130");
  });

  it("draws bars where rows are no quantities, or have names", async () => {
    const rows = compare({ each, bundle }, [{ "@outcome": 50 }, { "@outcome": 300 }]);
    expect(await textsOf(chart(rows))).toEqual(expect.arrayContaining(["1", "2", "Usage"]));
    const named = await textsOf(chart(rows, { labels: ["small", "large"] }));
    expect(named).toEqual(expect.arrayContaining(["small", "large"]));
  });
});

describe("options of charts", () => {
  it("are refused all at once", () => {
    const options = { theme: "drak", width: 5, heigth: 3, unit: "", labels: [1], breakEven: {} };
    expect(issuesOf(() => chart(sweep(each, [1]), unchecked(options)))).toEqual([
      "unknown_key options.heigth",
      "invalid_value options.theme",
      "out_of_range options.width",
      "invalid_type options.unit",
      "missing options.breakEven.currency",
      "missing options.breakEven.points",
      "invalid_type options.labels.0",
      "field_not_allowed options.breakEven",
      "field_not_allowed options.labels",
    ]);
  });

  it("cannot make a chart of anything else", () => {
    for (const other of [null, undefined, 5, "sweep", [], {}, () => 1]) {
      expect(issuesOf(() => chart(unchecked(other)))).toEqual(["invalid_type "]);
    }
  });
});

/** Charts: each is valid under Vega-Lite's own schema, compiles and draws without a warning, and shows what it must show. */
import { randomLcg } from "d3-random";
import fc from "fast-check";
import { breakEven, compare, forecast, replay, settleOutcomes, simulate, sweep } from "rateplan";
import { type ChartOptions, chart, type VegaLiteSpec } from "rateplan/chart";
import { beforeAll, describe, expect, it } from "vitest";
import { anyDesign } from "../support/designs.js";
import { fee, issuesOf, perUnit, planOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";
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
      tries(13),
    );
  });

  it("of comparisons with their break-even points", async () => {
    await fc.assert(
      fc.asyncProperty(anyDesign, anyDesign, fc.constantFrom(...LOOKS), async (a, b, look) => {
        const comparison = compare({ a, b }, [0, 10, 20, "30.5"]);
        const points = breakEven(a, b, { to: 30 });
        await textsOf(chart(comparison, { ...look, breakEven: points }));
      }),
      tries(8),
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

describe("a simulation over time as a chart", () => {
  const plan = {
    ...planOf([fee("platform", "300"), perUnit("calls", "0.50")], { name: "Team" }),
    currency: "USD",
  };
  const usage = { calls: { profile: "constant", perDay: 10 } } as const;
  const range = { from: "2026-01-01", through: "2026-03-31" } as const;

  it("names what comes in and goes out, and the margin", async () => {
    const costs = { "@calls": "0.20" };
    const series = simulate(plan, usage, { range, bucket: "month", costs });
    const texts = await textsOf(chart(series));
    expect(texts).toEqual(expect.arrayContaining(["platform", "calls", "Cost: @calls", "Margin"]));
    // 3 × 300 + 90 × 10 × 0.50 = 1,350; 900 × 0.20 = 180; 1,170 ÷ 1,350 = 86.67 %.
    expect(texts.join(" ")).toContain(
      "revenue 1,350.00 USD, margin 1,170.00 USD, 86.7 % of the revenue",
    );
  });

  it("draws buckets of any size, plans side by side, and what was billed less", async () => {
    for (const bucket of ["day", "week", "quarter", "billing-period"] as const) {
      const twice = simulate([plan, { ...plan, id: "other" }], usage, { range, bucket });
      const texts = await textsOf(chart(twice, { theme: "dark" }));
      expect(texts).toEqual(expect.arrayContaining(["calls (starter)", "calls (other)"]));
    }
    const volumes = { outcome: { profile: "constant", perDay: 100 } } as const;
    // Beyond 500, a bucket earns less than nothing.
    await textsOf(chart(simulate(volume, volumes, { range, bucket: "day" })));
  });
});

describe("a replay as a chart", () => {
  const customers = Array.from({ length: 30 }, (_, index) => ({
    id: `c${index}`,
    usage: [index * 20],
  }));

  it("names the candidates, the sides and the biggest movers", async () => {
    const result = replay(customers, { each, bundle }, { movers: 2 });
    const texts = await textsOf(chart(result));
    // 0.90 q against 99 + 0.60 (q − 100): less from 130 on, most for 580 and 560; more for 0 and 20.
    expect(texts).toEqual(
      expect.arrayContaining([
        "pay less",
        "pay the same",
        "pay more",
        "Biggest movers: bundle",
        "c29",
        "c28",
        "c0",
        "c1",
      ]),
    );
    expect(texts).not.toContain("Biggest movers: each");
  });

  it("draws a portfolio of nobody", async () => {
    await textsOf(chart(replay([], { each, bundle }), { theme: "dark" }));
  });
});

describe("a forecast as a chart", () => {
  const usage = { distribution: "poisson", mean: 30 } as const;
  const random = (run: number) => randomLcg((run + 1) / 100);

  it("shows revenue, and where there are costs, cost and margin", async () => {
    const options = { periods: 6, runs: 20, random };
    const texts = await textsOf(chart(forecast(each, usage, options)));
    expect(texts).toContain("Revenue (USD)");
    expect(texts).not.toContain("Margin (USD)");
    const costly = forecast(each, usage, { ...options, costs: { "@outcome": "0.1" } });
    expect(await textsOf(chart(costly))).toEqual(
      expect.arrayContaining(["Cost (USD)", "Margin (USD)"]),
    );
  });

  it("draws a single period, and any percentiles", async () => {
    for (const percentiles of [[], [50], [10, 90], [90, 10, 50]]) {
      await textsOf(chart(forecast(each, usage, { periods: 1, runs: 5, random, percentiles })));
      await textsOf(chart(forecast(each, usage, { periods: 3, runs: 5, random, percentiles })));
    }
  });
});

describe("outcomes as a chart", () => {
  const attempt = (id: string, day: string, good = true) => ({
    id,
    customerId: "acme",
    unitOfMeasure: "@outcome",
    subject: `about ${id}`,
    timestamp: `2026-01-${day}T10:00:00Z`,
    properties: { good },
  });
  const policy = {
    qualifies: { field: "properties.good", equals: true },
    confirm: { assumedAfter: "PT72H" },
    reverse: { signals: ["reopened"], within: "P10D" },
  } as const;

  it("counts how far they come", async () => {
    const events = [
      attempt("a", "01"),
      attempt("b", "02", false),
      attempt("c", "03"),
      attempt("d", "25"),
      attempt("e", "30"),
      {
        id: "s",
        customerId: "acme",
        subject: "about c",
        name: "reopened",
        timestamp: "2026-01-08T09:00:00Z",
      },
    ];
    const texts = await textsOf(chart(settleOutcomes(events, policy, { asOf: "2026-01-31" })));
    // Of five, four qualify; e is pending; a is settled, c reversed, and d may still be.
    expect(texts).toEqual(
      expect.arrayContaining([
        "5 (100 %)",
        "4 (80 %)",
        "3 (60 %)",
        "1 (20 %)",
        "confirmed, may be reversed",
      ]),
    );
    expect(texts.filter((text) => text === "1 (20 %)")).toHaveLength(2);
  });

  it("draws none", async () => {
    const texts = await textsOf(chart(settleOutcomes([], policy, { asOf: "2026-01-31" })));
    expect(texts).toContain("0 (0 %)");
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

/**
 * The pricing lab: takes a catalog and a usage file, and answers which plan to offer. Compares the plans, looks for what seems a mistake, finds
 * where the cheaper changes, replays the portfolio, draws possible futures, and writes the charts as SVG. README.md beside it tells the decision.
 *
 *     npx tsx examples/pricing-lab/index.ts [catalog.json usage.csv] [--charts directory]
 *
 * A usage file has a line for each customer and month: `customer,segment,month,outcomes`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { randomLcg } from "d3-random";
import {
  breakEven,
  compare,
  forecast,
  lintProduct,
  parseProduct,
  type RatePlan,
  type ReplayCustomer,
  replay,
  sumAmounts,
  sweep,
} from "rateplan";
import { chart, type VegaLiteSpec } from "rateplan/chart";
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { money, table } from "../support/table.js";

/** What a resolved conversation costs us, in the currency of the plans. */
const COST = "0.22";
const UNIT = "@outcome";

const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const isProgram = argv[1] !== undefined && existsSync(argv[1]) && argv[1].includes("pricing-lab");
const { values, positionals } = parseArgs({
  args: isProgram ? argv.slice(2) : [],
  allowPositionals: true,
  options: { charts: { type: "string" } },
});
const [catalogFile = own("catalog.json"), usageFile = own("usage.csv")] = positionals;

// 1. What is sold, or might be, and what was used.

const product = parseProduct(JSON.parse(readFileSync(catalogFile, "utf8")));
const customers = readCustomers(readFileSync(usageFile, "utf8"));
const months = customers.flatMap(({ usage }) => usage).map((usage) => Number(usage));
const plans = Object.fromEntries(product.ratePlans.map((plan) => [plan.id, plan]));
const [present, ...candidates] = product.ratePlans;
if (present === undefined) throw new Error("a catalog with at least one plan");

heading(`${product.name}: ${customers.length} customers, ${months.length} months of usage`);
console.log(`plans: ${product.ratePlans.map(({ id, name }) => `${id} (${name})`).join(", ")}`);

// 2. What each plan bills small, middle and large customers.

const sorted = months.toSorted((a, b) => a - b);
const typical = [10, 50, 90, 99].map(
  (rank) => sorted[Math.ceil((rank * sorted.length) / 100) - 1] ?? 0,
);
heading("What a month bills");
console.log(
  table(
    ["outcomes", ...Object.keys(plans), "cheapest"],
    compare(plans, typical).rows.map(({ quantity, amounts, cheapest }) => [
      quantity ?? "",
      ...Object.values(amounts).map(money),
      cheapest.join(", "),
    ]),
  ),
);

// 3. What looks like a mistake.

heading("What looks like a mistake");
const findings = lintProduct(product, { costs: { [UNIT]: COST } });
for (const { severity, code, path, message } of findings) {
  const plan = product.ratePlans[Number(path[1])]?.id ?? "";
  console.log(`${severity} ${code} (${plan}): ${message}`);
}
if (findings.length === 0) console.log("nothing");

// 4. Where the cheaper of two plans changes.

const most = sorted.at(-1) ?? 1;
const points = candidates.map((plan) => breakEven(present, plan, { to: most }));
heading("Where the cheaper plan changes");
console.log(
  table(
    ["against", "outcomes", "cheaper before", "after"],
    points.flatMap((result, index) => {
      const plan = candidates[index]?.id ?? "";
      const named = (side: string) => ({ a: present.id, b: plan })[side] ?? "the same";
      return result.points.map(({ quantity, before, after }) => [
        plan,
        quantity,
        named(before),
        named(after),
      ]);
    }),
  ),
);

// 5. What the portfolio would have come to.

const portfolio = replay(customers, plans, { by: "segment", percentiles: [5, 50, 95] });
heading(`What ${customers.length} customers would have paid (today ${money(portfolio.present)})`);
console.log(
  table(
    ["plan", "in all", "difference", "pay less", "pay more", "5 %", "median", "95 %"],
    portfolio.candidates.map(({ name, amount, difference, winners, losers, percentiles }) => [
      name,
      money(amount),
      money(difference),
      `${winners.customers}`,
      `${losers.customers}`,
      ...percentiles.map((each) => money(each.difference)),
    ]),
  ),
);
console.log(
  `\n${table(
    ["segment", "customers", ...Object.keys(plans)],
    portfolio.groups.map(({ value, customers: count, candidates: own }) => [
      String(value),
      `${count}`,
      ...Object.values(own).map(({ difference }) => money(difference)),
    ]),
  )}`,
);

console.log("");
for (const { name, winners } of portfolio.candidates.slice(1)) {
  const amount = money(sumAmounts([portfolio.present, winners.difference]));
  console.log(`if everybody took the cheaper of ${present.id} and ${name}: ${amount}`);
}

// 6. What may come in, with usage as it was: months drawn at random, with growth, new customers and churn.

const futures = product.ratePlans.map((plan) => [plan, futureOf(plan)] as const);
heading("What the next year may bring");
console.log(
  table(
    ["plan", "revenue 5 %", "median", "95 %", "margin 5 %", "median", "95 %"],
    futures.map(([plan, { total }]) => [
      plan.id,
      ...total.revenue.percentiles.map(({ value }) => money(value)),
      ...total.margin.percentiles.map(({ value }) => money(value)),
    ]),
  ),
);

// 7. The charts.

const steps = Array.from({ length: 61 }, (_, index) => Math.round((most * index) / 60));
const cliff = plans["volume"] ?? present;
const chosen = futures.at(-1)?.[1];
const charts: Readonly<Record<string, VegaLiteSpec>> = {
  prices: chart(sweep(cliff, { to: most, step: Math.max(1, Math.floor(most / 400)) }), {
    title: `What ${cliff.name} costs`,
  }),
  plans: chart(compare(plans, steps), { breakEven: points, unit: "outcomes" }),
  portfolio: chart(replay(customers, plans, { movers: 5 })),
  ...(chosen && { future: chart(chosen, { title: "What the bundle may bring" }) }),
};
heading("Charts");
const directory = values.charts;
if (directory !== undefined) mkdirSync(directory, { recursive: true });
for (const [name, spec] of Object.entries(charts)) {
  const svg = `${await drawn(spec)}\n`;
  const known = own(`${name}.svg`);
  if (directory !== undefined) writeFileSync(join(directory, `${name}.svg`), svg);
  const isKnown = existsSync(known) && readFileSync(known, "utf8") === svg;
  console.log(`${name}.svg ${isKnown ? "as in the guide" : "not as in the guide"}`);
}

/** The customers of a usage file, each with the outcomes of every month. */
function readCustomers(text: string): readonly ReplayCustomer[] {
  const [, ...rows] = text.trim().split("\n");
  const byId = new Map<string, { readonly segment: string; readonly usage: string[] }>();
  for (const row of rows) {
    const [id = "", segment = "", , outcomes = ""] = row.split(",");
    const customer = byId.get(id) ?? { segment, usage: [] };
    customer.usage.push(outcomes);
    byId.set(id, customer);
  }
  return [...byId].map(([id, { segment, usage }]) => ({ id, usage, properties: { segment } }));
}

/** A year of as many customers as there are. */
function futureOf(plan: RatePlan) {
  const usage = { distribution: "empirical", values: months, growth: "0.01" } as const;
  return forecast(plan, usage, {
    periods: 12,
    runs: 400,
    // The same generators for each plan: they see the same usage.
    random: (run) => randomLcg((run + 1) / 401),
    customers: {
      start: customers.length,
      joining: { distribution: "poisson", mean: 2 },
      churn: "0.03",
    },
    costs: { [UNIT]: COST },
    percentiles: [5, 50, 95],
  });
}

/** A specification as a picture. */
async function drawn(spec: VegaLiteSpec): Promise<string> {
  // Vega-Lite has its own type of a specification, and writes into what it is given.
  const input: TopLevelSpec = JSON.parse(JSON.stringify(spec));
  const view = new View(parse(compile(input).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

function heading(text: string): void {
  console.log(`\n${text}\n`);
}

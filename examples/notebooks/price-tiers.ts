// The twin of price-tiers.ipynb: its cells, between lines that begin with "// %%". `npm run notebook` executes them and writes the notebook.

// %% [markdown]
// # Price tiers
//
// An agent sells outcomes: the first 100 of a month at 50 dollars each, the next 400 at 40, and every further one at 30. Is that a good price? This notebook
// tries it before anybody buys it: what it bills, what other readings of the same rows would bill, from where on it is cheaper than a flat rate, which
// price brings a margin, what today's customers would have paid, and what the next year may bring.
//
// Every number comes from [rateplan](https://www.npmjs.com/package/rateplan), which computes them exactly; nothing is fetched, and nothing is left to chance.

// %%
import {
  breakEven,
  compare,
  forecast,
  lintProduct,
  replay,
  simulate,
  solve,
  sweep,
  type UsageChargeInput,
} from "rateplan";
import { chart } from "rateplan/chart";
import { money, picture, table } from "./display.ts";

const tiers = [
  { upTo: 100, unitPrice: "50" },
  { upTo: 500, unitPrice: "40" },
  { unitPrice: "30" },
] as const;

function outcomes(pricing: UsageChargeInput["pricing"]): UsageChargeInput {
  return {
    id: "outcomes",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    currency: "USD",
    pricing,
  };
}

const tiered = outcomes({ model: "tiered", tiers });

// %% [markdown]
// ## What 650 outcomes come to
//
// 100 × 50 + 400 × 40 + 150 × 30 = 25,500. `simulate` shows what each tier contributes.

// %%
const month = simulate(tiered, 650);
const [line] = month.lines;

table(
  ["tier", "outcomes", "unit price", "amount"],
  [
    ...(line?.tiers ?? []).map(({ from, upTo, quantity, unitPrice, amount }) => [
      `above ${from}${upTo === null ? "" : ` up to ${upTo}`}`,
      quantity,
      unitPrice,
      money(amount),
    ]),
    ["in all", line?.quantity, "", money(month.amount)],
  ],
);

// %% [markdown]
// ## The same rows, read otherwise
//
// Read as **volume**, all outcomes are billed at the price of the tier that their number reaches. Read as **stairstep**, a month costs the fee of its
// step. Here the fees are what the tiers come to at their upper bounds.

// %%
const volume = outcomes({ model: "volume", tiers });
const stairstep = outcomes({
  model: "stairstep",
  tiers: [{ upTo: 100, flatFee: 5_000 }, { upTo: 500, flatFee: 21_000 }, { flatFee: 36_000 }],
});
const designs = { tiered, volume, stairstep };
const comparison = compare(designs, [50, 100, 101, 300, 500, 501, 650, 1_000]);

table(
  ["outcomes", ...Object.keys(designs), "cheapest"],
  comparison.rows.map(({ quantity, amounts, cheapest }) => [
    quantity,
    ...Object.values(amounts).map(money),
    cheapest.join(", "),
  ]),
);

// %%
const upToAThousand = Array.from({ length: 101 }, (_, index) => index * 10);

await picture(
  chart(compare(designs, upToAThousand), {
    title: "Three readings of the same tiers",
    unit: "outcomes",
  }),
);

// %% [markdown]
// ## The cliff
//
// The volume price drops at each bound: one more outcome makes the whole month cheaper. `lintProduct` finds such places and says from which quantity on it
// pays to make up the missing ones.

// %%
const plan = {
  id: "volume",
  name: "Volume",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  charges: [volume],
} as const;
const product = {
  id: "ocr",
  name: "OCR",
  agentType: "ocr-agent",
  effectiveDate: "2026-01-01",
  ratePlans: [plan],
};

table(
  ["what", "at", "drops by", "cheaper to go over from"],
  lintProduct(product).map(({ code, numbers }) => [
    code,
    numbers["at"],
    numbers["drop"],
    numbers["cheaperFrom"],
  ]),
);

// %%
await picture(
  chart(sweep(volume, { to: 800, step: 5 }), {
    title: "The volume price drops at 100 and 500",
    unit: "outcomes",
  }),
);

// %% [markdown]
// ## Where a flat rate breaks even
//
// A competitor bills 42 dollars for every outcome. `breakEven` finds the exact quantity from which on the tiers are cheaper: 50 × 100 + 40 × (q − 100) =
// 42 × q at q = 500.

// %%
const flatRate = outcomes({ model: "per-unit", unitPrice: "42" });
const crossing = breakEven(tiered, flatRate, { to: 1_000 });

table(
  ["outcomes", "cheaper before", "cheaper after"],
  crossing.points.map(({ quantity, before, after }) => {
    const named = { a: "tiers", b: "flat rate", same: "the same" };
    return [quantity, named[before], named[after]];
  }),
);

// %%
await picture(
  chart(compare({ tiers: tiered, "flat rate": flatRate }, upToAThousand), {
    title: "Tiers against 42 dollars each",
    breakEven: crossing,
    unit: "outcomes",
  }),
);

// %% [markdown]
// ## Which price brings a margin
//
// An outcome costs 21 dollars to make: 13,650 for a customer of 650. Which price of the last tier leaves a margin of 11,000? With 21,000 from the first two
// tiers, the 150 outcomes above 500 have to bring 3,650. `solve` tells the exact number, and one to write that bills what is wanted.

// %%
const solution = solve({
  target: tiered,
  usage: 650,
  vary: ["pricing", "tiers", 2, "unitPrice"],
  for: { margin: 11_000 },
  costs: { "@outcome": "21" },
});

table(
  ["price of the last tier", "value"],
  [
    ["today", solution.before],
    ["exact", solution.exact],
    ["to write", solution.value],
    ["bills for 650", money(solution.amount)],
  ],
);

// %% [markdown]
// ## What today's customers would have paid
//
// Eight customers with three months each, all on the flat rate today. `replay` prices their past under each candidate.

// %%
const portfolio = [
  { id: "acorn", usage: [12, 18, 15] },
  { id: "birch", usage: [40, 35, 52] },
  { id: "cedar", usage: [95, 110, 120] },
  { id: "elder", usage: [180, 210, 190] },
  { id: "hazel", usage: [300, 280, 340] },
  { id: "larch", usage: [480, 520, 505] },
  { id: "maple", usage: [640, 700, 655] },
  { id: "rowan", usage: [900, 980, 1_040] },
];
const past = replay(portfolio, { "flat rate": flatRate, tiers: tiered, volume });

table(
  ["design", "in all", "difference", "pay less", "pay more"],
  past.candidates.map(({ name, amount, difference, winners, losers }) => [
    name,
    money(amount),
    money(difference),
    winners.customers,
    losers.customers,
  ]),
);

// %%
await picture(chart(past, { title: "Who would have paid more, and who less" }));

// %% [markdown]
// ## What the next year may bring
//
// 500 possible years: each customer draws its outcomes of a month from a negative binomial distribution about 300, one in fifty leaves after each month, and one
// joins in most of them. The generator has a seed, so the forecast is the same each time.

// %%
/** Park and Miller's generator; a library's does as well. */
function generatorOf(run: number): () => number {
  let state = run + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
const year = forecast(
  tiered,
  { distribution: "negative-binomial", mean: 300, dispersion: 4 },
  {
    periods: 12,
    runs: 500,
    random: generatorOf,
    customers: { start: 8, joining: { distribution: "poisson", mean: "0.8" }, churn: "0.02" },
    costs: { "@outcome": "21" },
    percentiles: [5, 50, 95],
  },
);

table(
  ["of the year", "5 %", "median", "95 %"],
  (["revenue", "cost", "margin"] as const).map((name) => [
    name,
    ...year.total[name].percentiles.map(({ value }) => money(value)),
  ]),
);

// %%
await picture(chart(year, { title: "Revenue and margin, month by month" }));

import { Decimal } from "decimal.js";
import { parseCharge, ratePrepared, sweep } from "rateplan";
import type { Benchmark } from "./benchmark.js";
import { duckDb } from "./duckdb.js";

const COUNT = 1_000_000;
const charge = parseCharge({
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
  pricing: {
    model: "tiered",
    tiers: [
      { upTo: 100, unitPrice: "50" },
      { upTo: 500, unitPrice: "40.125" },
      { unitPrice: "30.25" },
    ],
  },
});

const prepared = ratePrepared(charge);

/** Upper bounds, and prices in thousandths. */
const BOUNDS = [100, 500, Number.POSITIVE_INFINITY];
const PRICES = [50_000, 40_125, 30_250];

/** The loop that one writes by hand for these very tiers, with amounts in thousandths that fit into numbers. */
function typedArrayLoop(quantities: Float64Array): Float64Array {
  const cents = new Float64Array(quantities.length);
  for (let i = 0; i < quantities.length; i += 1) {
    const units = quantities[i] ?? 0;
    let amount = 0;
    let from = 0;
    for (let tier = 0; tier < BOUNDS.length && units > from; tier += 1) {
      const upTo = BOUNDS[tier] ?? 0;
      amount += (Math.min(units, upTo) - from) * (PRICES[tier] ?? 0);
      from = upTo;
    }
    cents[i] = Math.floor((amount + 5) / 10);
  }
  return cents;
}

const TIERS = BOUNDS.map((upTo, index) => ({
  upTo: new Decimal(upTo),
  unitPrice: new Decimal(PRICES[index] ?? 0).div(1_000),
}));

/** The loop over decimal.js, with its decimals made beforehand. */
function decimalLoop(quantities: Float64Array): Float64Array {
  return quantities.map((quantity) => {
    const units = new Decimal(quantity);
    let amount = new Decimal(0);
    let from = new Decimal(0);
    for (const tier of TIERS) {
      if (units.lte(from)) break;
      amount = amount.plus(Decimal.min(units, tier.upTo).minus(from).times(tier.unitPrice));
      from = tier.upTo;
    }
    return amount.times(100).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber();
  });
}

/** The same in SQL over a table of the quantities, read back as a typed array. */
async function inSql(quantities: string): Promise<() => Promise<Float64Array>> {
  const database = await duckDb();
  await database.run(
    `CREATE TABLE quantities AS SELECT (${quantities})::DOUBLE AS units FROM range(${COUNT})`,
  );
  const amount = BOUNDS.map((upTo, tier) => {
    const from = BOUNDS[tier - 1] ?? 0;
    const until = Number.isFinite(upTo) ? `least(units, ${upTo})` : "units";
    return `greatest(${until} - ${from}, 0) * ${PRICES[tier]}`;
  });
  const cents = `SELECT floor((${amount.join(" + ")} + 5) / 10) FROM quantities`;
  return () => database.doubles(cents);
}

function benchmark(
  order: string,
  quantityAt: (index: number) => number,
  inDuckDb: string,
): Benchmark {
  // What compares equal must be small: some of the amounts stand for all of them.
  const some = (cents: Float64Array | null) =>
    Array.from({ length: 100 }, (_, index) => cents?.[index * 9_973]);
  return {
    name: `A million quantities through three tiers, ${order}`,
    input:
      "whole quantities in a typed array, prices in tenths of cents, result cents in a typed array",
    isLong: true,
    async ways() {
      const quantities = Float64Array.from({ length: COUNT }, (_, index) => quantityAt(index));
      const wholes = BigInt64Array.from(quantities, BigInt);
      const sql = await inSql(inDuckDb);
      return {
        "ratePrepared, many": () => some(prepared.many(quantities)),
        "ratePrepared, many bigints": () => some(Float64Array.from(prepared.many(wholes), Number)),
        "sweep, parsed charge": () => some(sweep(charge, quantities).minorUnits),
        "typed-array loop for these tiers alone": () => some(typedArrayLoop(quantities)),
        "DuckDB, one thread, a table in memory": async () => some(await sql()),
        "decimal.js loop, decimals prebuilt": () => some(decimalLoop(quantities)),
      };
    },
  };
}

/** Pricing very many quantities. */
export const sweeping: readonly Benchmark[] = [
  benchmark("ascending", (index) => index, "range"),
  // In an order of no pattern that a processor learns.
  benchmark("scattered", (index) => (index * 7_919 + 13) % 1_999, "(range * 7919 + 13) % 1999"),
];

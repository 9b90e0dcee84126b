import { Decimal } from "decimal.js";
import { parseCharge, rate, rateAmount, type UsageChargeInput } from "rateplan";
import type { Benchmark } from "./index.js";

interface Row {
  readonly upTo?: string;
  readonly unitPrice: string;
}

const three: readonly Row[] = [
  { upTo: "100", unitPrice: "50" },
  { upTo: "500", unitPrice: "40" },
  { unitPrice: "30" },
];

const twenty: readonly Row[] = Array.from({ length: 20 }, (_, index) => {
  const unitPrice = `${50 - index}.125`;
  return index === 19 ? { unitPrice } : { upTo: `${100 * (index + 1)}`, unitPrice };
});

function charge(tiers: readonly Row[]): UsageChargeInput {
  return {
    id: "outcome",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    currency: "USD",
    pricing: { model: "tiered", tiers },
  };
}

/** The loop over the tiers that one writes without a library, with its decimals made beforehand. */
function decimalLoop(rows: readonly Row[]): (quantity: number) => string {
  const tiers = rows.map(({ upTo, unitPrice }) => ({
    upTo: new Decimal(upTo ?? Number.POSITIVE_INFINITY),
    unitPrice: new Decimal(unitPrice),
  }));
  return (quantity) => {
    const units = new Decimal(quantity);
    let amount = new Decimal(0);
    let from = new Decimal(0);
    for (const tier of tiers) {
      if (units.lte(from)) break;
      amount = amount.plus(Decimal.min(units, tier.upTo).minus(from).times(tier.unitPrice));
      from = tier.upTo;
    }
    return amount.toFixed(2);
  };
}

/** The same loop over rows as they are stored. */
function decimalLoopFromStrings(rows: readonly Row[]): (quantity: number) => string {
  return (quantity) => decimalLoop(rows)(quantity);
}

const QUANTITIES = Array.from({ length: 64 }, (_, index) => (index * 37) % 1_999);

/** Prices the quantities in turn, so that no engine learns one answer by heart. */
function inTurn(price: (quantity: number) => string): () => string {
  let index = 0;
  return () => {
    index = (index + 1) % QUANTITIES.length;
    return price(QUANTITIES[index] ?? 0);
  };
}

function benchmark(name: string, rows: readonly Row[]): Benchmark {
  const parsed = parseCharge(charge(rows));
  return {
    name,
    input: `${rows.length} tiers, whole quantities from 0 to 1,998 in turn, result a string in cents`,
    ways: {
      "rateAmount, parsed charge": inTurn((quantity) => rateAmount(parsed, quantity)),
      "decimal.js loop, decimals prebuilt": inTurn(decimalLoop(rows)),
      "decimal.js loop, from strings": inTurn(decimalLoopFromStrings(rows)),
      "rate, with its whole explanation": inTurn((quantity) => rate(parsed, quantity).amount),
    },
  };
}

/** Rating one quantity. */
export const rating: readonly Benchmark[] = [
  benchmark("One quantity through three tiers", three),
  benchmark("One quantity through twenty tiers", twenty),
];

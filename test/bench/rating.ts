import Big from "big.js";
import { BigNumber } from "bignumber.js";
import { Decimal } from "decimal.js";
import { add, dinero, multiply, toSnapshot } from "dinero.js";
import { USD } from "dinero.js/currencies";
import {
  parseCharge,
  rate,
  rateAmount,
  ratePrepared,
  simulate,
  type UsageChargeInput,
} from "rateplan";
import type { Benchmark } from "./benchmark.js";

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

type Price = (quantity: number) => string;

/** The loop over integers that one writes by hand for these very tiers, with the same text: prices in thousandths. */
function integerLoop(rows: readonly Row[]): Price {
  const bounds = rows.map(({ upTo }) => Number(upTo ?? Number.POSITIVE_INFINITY));
  const prices = rows.map(({ unitPrice }) => Math.round(Number(unitPrice) * 1_000));
  return (quantity) => {
    let amount = 0;
    let from = 0;
    for (let tier = 0; tier < bounds.length && quantity > from; tier += 1) {
      const upTo = bounds[tier] ?? 0;
      amount += (Math.min(quantity, upTo) - from) * (prices[tier] ?? 0);
      from = upTo;
    }
    const cents = Math.floor((amount + 5) / 10);
    const whole = Math.floor(cents / 100);
    const rest = cents - whole * 100;
    return `${whole}.${rest < 10 ? "0" : ""}${rest}`;
  };
}

/** What the loop over the tiers asks of a library of decimals. */
interface Decimals<D> {
  readonly of: (text: string | number) => D;
  readonly plus: (a: D, b: D) => D;
  readonly minus: (a: D, b: D) => D;
  readonly times: (a: D, b: D) => D;
  readonly isBelow: (a: D, b: D) => boolean;
  readonly text: (amount: D) => string;
}

/** The loop over the tiers that one writes without a library of prices, with its decimals made beforehand. */
function decimalLoop<D>(rows: readonly Row[], { of, ...d }: Decimals<D>): Price {
  const tiers = rows.map(({ upTo, unitPrice }) => ({
    upTo: of(upTo ?? "1e15"),
    unitPrice: of(unitPrice),
  }));
  const zero = of(0);
  return (quantity) => {
    const units = of(quantity);
    let amount = zero;
    let from = zero;
    for (const { upTo, unitPrice } of tiers) {
      if (!d.isBelow(from, units)) break;
      const end = d.isBelow(units, upTo) ? units : upTo;
      amount = d.plus(amount, d.times(d.minus(end, from), unitPrice));
      from = upTo;
    }
    return d.text(amount);
  };
}

const decimalJs: Decimals<Decimal> = {
  of: (text) => new Decimal(text),
  plus: (a, b) => a.plus(b),
  minus: (a, b) => a.minus(b),
  times: (a, b) => a.times(b),
  isBelow: (a, b) => a.lt(b),
  text: (amount) => amount.toFixed(2),
};
const bigJs: Decimals<Big> = {
  of: (text) => new Big(text),
  plus: (a, b) => a.plus(b),
  minus: (a, b) => a.minus(b),
  times: (a, b) => a.times(b),
  isBelow: (a, b) => a.lt(b),
  text: (amount) => amount.toFixed(2),
};
const bigNumberJs: Decimals<BigNumber> = {
  of: (text) => new BigNumber(text),
  plus: (a, b) => a.plus(b),
  minus: (a, b) => a.minus(b),
  times: (a, b) => a.times(b),
  isBelow: (a, b) => a.lt(b),
  text: (amount) => amount.toFixed(2),
};

/** Units stay numbers, as dinero.js multiplies an amount by them; its amounts are in thousandths. */
function dineroLoop(rows: readonly Row[]): Price {
  const money = (thousandths: number) => dinero({ amount: thousandths, currency: USD, scale: 3 });
  const tiers = rows.map(({ upTo, unitPrice }) => ({
    upTo: Number(upTo ?? Number.POSITIVE_INFINITY),
    unitPrice: money(Math.round(Number(unitPrice) * 1_000)),
  }));
  const zero = money(0);
  return (quantity) => {
    let amount = zero;
    let from = 0;
    for (const { upTo, unitPrice } of tiers) {
      if (quantity <= from) break;
      amount = add(amount, multiply(unitPrice, Math.min(quantity, upTo) - from));
      from = upTo;
    }
    // Its own rounding of halves differs, so cents are made here.
    return (Math.floor((toSnapshot(amount).amount + 5) / 10) / 100).toFixed(2);
  };
}

const QUANTITIES = Array.from({ length: 1_024 }, (_, index) => (index * 37) % 1_999);

/** Prices the quantities in turn, so that no engine learns one answer by heart. */
function inTurn(price: Price): () => string {
  let index = 0;
  return () => {
    index = (index + 1) % QUANTITIES.length;
    return price(QUANTITIES[index] ?? 0);
  };
}

function inputOf(rows: readonly Row[]): string {
  return `${rows.length} tiers, whole quantities from 0 to 1,998 in turn, result a text in cents`;
}

function amounts(name: string, rows: readonly Row[]): Benchmark {
  const parsed = parseCharge(charge(rows));
  return {
    name,
    input: inputOf(rows),
    ways: () => ({
      ratePrepared: inTurn(ratePrepared(parsed)),
      "rateAmount, parsed charge": inTurn((quantity) => rateAmount(parsed, quantity)),
      "integer loop for these tiers alone": inTurn(integerLoop(rows)),
      "decimal.js loop, decimals prebuilt": inTurn(decimalLoop(rows, decimalJs)),
      "decimal.js loop, from strings": inTurn((quantity) => decimalLoop(rows, decimalJs)(quantity)),
      "big.js loop, prebuilt": inTurn(decimalLoop(rows, bigJs)),
      "bignumber.js loop, prebuilt": inTurn(decimalLoop(rows, bigNumberJs)),
      "dinero.js loop, prebuilt": inTurn(dineroLoop(rows)),
    }),
  };
}

function explained(name: string, rows: readonly Row[]): Benchmark {
  const parsed = parseCharge(charge(rows));
  return {
    name,
    input: inputOf(rows),
    ways: () => ({
      "rate, with its whole explanation": inTurn((quantity) => rate(parsed, quantity).amount),
      "simulate, the same as lines": inTurn((quantity) => simulate(parsed, quantity).amount),
      "decimal.js loop for the amount alone, from strings": inTurn((quantity) =>
        decimalLoop(rows, decimalJs)(quantity),
      ),
    }),
  };
}

/** Rating one quantity. */
export const rating: readonly Benchmark[] = [
  amounts("One quantity through three tiers", three),
  amounts("One quantity through twenty tiers", twenty),
  explained("One quantity through three tiers, explained", three),
  explained("One quantity through twenty tiers, explained", twenty),
];

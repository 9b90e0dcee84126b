/**
 * What a charge costs, worked out the slow way: a second writing of the rules, in exact fractions and naive loops, that
 * shares no code with the library. Where the two disagree, one of them is wrong.
 */

/** An exact number, reduced; `bottom` is positive. */
export interface Ratio {
  readonly top: bigint;
  readonly bottom: bigint;
}

interface PricedTier {
  readonly upTo?: string;
  readonly unitPrice?: string;
  readonly flatFee?: string;
}

interface PricedTiers {
  readonly tiers: readonly PricedTier[];
  readonly overflow?: "last-tier" | "error";
  readonly flatFeeAtZero?: boolean;
}

export function ratio(top: bigint, bottom = 1n): Ratio {
  let [a, b] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = bottom < 0n ? -a : a;
  return { top: top / divisor, bottom: bottom / divisor };
}

/** Reads `"-12.50"`, or a fraction such as `"1000/31"`. */
export function read(text: string): Ratio {
  const [over = "", under = "1"] = text.split("/");
  const [whole = "", decimals = ""] = over.split(".");
  return ratio(BigInt(whole + decimals), BigInt(under) * 10n ** BigInt(decimals.length));
}

/** Writes a number as the library promises to: a plain decimal where it ends, else a reduced fraction. */
export function write({ top, bottom }: Ratio): string {
  const magnitude = top < 0n ? -top : top;
  let digits = "";
  let rest = magnitude % bottom;
  // A decimal that ends has fewer digits than its denominator has bits.
  for (let left = bottom.toString(2).length; rest !== 0n && left > 0; left -= 1) {
    digits += (rest * 10n) / bottom;
    rest = (rest * 10n) % bottom;
  }
  if (rest !== 0n) return `${top}/${bottom}`;
  return `${top < 0n ? "-" : ""}${magnitude / bottom}${digits === "" ? "" : `.${digits}`}`;
}

export function plus(a: Ratio, b: Ratio): Ratio {
  return ratio(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

export function minus(a: Ratio, b: Ratio): Ratio {
  return plus(a, ratio(-b.top, b.bottom));
}

export function times(a: Ratio, b: Ratio): Ratio {
  return ratio(a.top * b.top, a.bottom * b.bottom);
}

export function isLess(a: Ratio, b: Ratio): boolean {
  return a.top * b.bottom < b.top * a.bottom;
}

/** Adds what the library has written. */
export function total(texts: readonly string[]): Ratio {
  return texts.map(read).reduce(plus, NONE);
}

/** Money: so many decimals, half a unit away from zero. */
export function round({ top, bottom }: Ratio, decimals: number): string {
  const magnitude = (top < 0n ? -top : top) * 10n ** BigInt(decimals);
  const units = (magnitude * 2n + bottom) / (bottom * 2n);
  const digits = units.toString().padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`;
  return top < 0n && units !== 0n ? `-${text}` : text;
}

const NONE = ratio(0n);

/** A flat charge: its fee, whatever the usage. */
export function flatPrice(pricing: { readonly amount: string }): Ratio {
  return read(pricing.amount);
}

/** A per-unit charge: every unit at the one price. */
export function perUnitPrice(pricing: { readonly unitPrice: string }, quantity: Ratio): Ratio {
  return times(quantity, read(pricing.unitPrice));
}

/**
 * A tiered charge: each unit at the price of its own tier, and the flat fee of each tier that holds units. Nothing
 * where the last tier is bounded and refuses what is above it.
 */
export function tieredPrice(pricing: PricedTiers, quantity: Ratio): Ratio | undefined {
  if (quantity.top === 0n) return priceOfNothing(pricing);
  let amount = NONE;
  let filled = NONE;
  for (const tier of pricing.tiers) {
    if (!isLess(filled, quantity)) break;
    const upTo = upperBound(tier, pricing);
    const reached = upTo === undefined || isLess(quantity, upTo) ? quantity : upTo;
    amount = plus(amount, tierPrice(tier, minus(reached, filled)));
    filled = reached;
  }
  return isLess(filled, quantity) ? undefined : amount;
}

/**
 * A volume charge: all units at the price of the tier that the quantity reaches, and that tier's flat fee. Nothing
 * where the last tier is bounded and refuses what is above it.
 */
export function volumePrice(pricing: PricedTiers, quantity: Ratio): Ratio | undefined {
  if (quantity.top === 0n) return priceOfNothing(pricing);
  for (const tier of pricing.tiers) {
    const upTo = upperBound(tier, pricing);
    if (upTo === undefined || !isLess(upTo, quantity)) return tierPrice(tier, quantity);
  }
  return undefined;
}

/** Packages: started ones count in full, not at all, or in part. */
export function packagePrice(
  pricing: {
    readonly size: string;
    readonly price: string;
    readonly rounding?: "up" | "down" | "exact";
  },
  quantity: Ratio,
): Ratio {
  const size = read(pricing.size);
  const packages = ratio(quantity.top * size.bottom, quantity.bottom * size.top);
  const whole = packages.top / packages.bottom;
  const isStarted = packages.bottom !== 1n;
  const billed = {
    up: ratio(isStarted ? whole + 1n : whole),
    down: ratio(whole),
    exact: packages,
  }[pricing.rounding ?? "up"];
  return times(billed, read(pricing.price));
}

/** Overage: the base fee, and the units that go beyond the included ones. */
export function overagePrice(
  pricing: {
    readonly baseFee?: string;
    readonly includedUnits: string;
    readonly unitPrice: string;
  },
  quantity: Ratio,
): Ratio {
  const included = read(pricing.includedUnits);
  const beyond = isLess(included, quantity) ? minus(quantity, included) : NONE;
  return plus(read(pricing.baseFee ?? "0"), times(beyond, read(pricing.unitPrice)));
}

interface Percentages extends Partial<Omit<PricedTiers, "tiers">> {
  readonly percent?: string;
  readonly tiers?: readonly {
    readonly upTo?: string;
    readonly percent: string;
    readonly flatFee?: string;
  }[];
  readonly fixedPerEvent?: string;
  readonly minPerEvent?: string;
  readonly maxPerEvent?: string;
  readonly freeEvents?: string;
  readonly freeAmount?: string;
}

/**
 * A percentage of the value of each event. The free part ends with the free events or with the free amount, whichever
 * is exhausted first; an event that is free in part pays on the rest. What takes back takes back its percentage alone.
 */
export function percentagePrice(pricing: Percentages, values: readonly Ratio[]): Ratio | undefined {
  const { freeEvents, freeAmount, percent } = pricing;
  const hasFree = freeEvents !== undefined || freeAmount !== undefined;
  let [freeCount, freeValue] = [NONE, NONE];
  let [fees, value] = [NONE, NONE];
  for (const each of values) {
    let paying = each;
    const isCharge = each.top >= 0n;
    const countLeft = freeEvents === undefined || isLess(freeCount, read(freeEvents));
    const valueLeft = freeAmount === undefined || isLess(freeValue, read(freeAmount));
    if (isCharge && hasFree && countLeft && valueLeft) {
      const room = freeAmount === undefined ? each : minus(read(freeAmount), freeValue);
      const free = isLess(room, each) ? room : each;
      paying = minus(each, free);
      freeCount = plus(freeCount, ratio(1n));
      freeValue = plus(freeValue, free);
      if (paying.top === 0n) continue;
    }
    value = plus(value, paying);
    if (percent !== undefined) fees = plus(fees, eventPrice(pricing, percent, paying, isCharge));
    else if (isCharge) fees = plus(fees, read(pricing.fixedPerEvent ?? "0"));
  }
  if (pricing.tiers === undefined) return fees;
  const { tiers, ...rest } = pricing;
  const priced = tiers.map(({ percent: each, ...tier }) => ({
    ...tier,
    unitPrice: write(asFactor(each)),
  }));
  const amount = tieredPrice({ ...rest, tiers: priced }, value.top < 0n ? NONE : value);
  return amount && plus(amount, fees);
}

function eventPrice(pricing: Percentages, percent: string, value: Ratio, isCharge: boolean): Ratio {
  const share = times(value, asFactor(percent));
  if (!isCharge) return share;
  const fee = plus(share, read(pricing.fixedPerEvent ?? "0"));
  if (pricing.minPerEvent !== undefined && isLess(fee, read(pricing.minPerEvent)))
    return read(pricing.minPerEvent);
  if (pricing.maxPerEvent !== undefined && isLess(read(pricing.maxPerEvent), fee))
    return read(pricing.maxPerEvent);
  return fee;
}

function asFactor(percent: string): Ratio {
  return times(read(percent), ratio(1n, 100n));
}

/** Pre-rated events: what they say that they cost, and a markup. */
export function preRatedPrice(
  pricing: { readonly markup?: string },
  values: readonly Ratio[],
): Ratio {
  const value = values.reduce(plus, NONE);
  return plus(value, times(value, asFactor(pricing.markup ?? "0")));
}

/** A quantity of events that have the same values in the fields that a matrix looks at. */
export interface Group {
  readonly key: readonly (string | null)[];
  readonly quantity: Ratio;
}

/** A matrix: the units of each cell at the cell's price, all others at the default. */
export function matrixPrice(
  pricing: {
    readonly dimensions: readonly string[];
    readonly prices: readonly {
      readonly when: Readonly<Record<string, string | null>>;
      readonly unitPrice: string;
    }[];
    readonly default?: string;
  },
  groups: readonly Group[],
): Ratio {
  return groups
    .map(({ key, quantity }) => {
      const cell = pricing.prices.find(({ when }) =>
        pricing.dimensions.every((name, index) => when[name] === key[index]),
      );
      return times(quantity, read(cell?.unitPrice ?? pricing.default ?? "0"));
    })
    .reduce(plus, NONE);
}

/** The bound above which another tier begins; a bounded last tier may price what is above it. */
function upperBound(tier: PricedTier, pricing: PricedTiers): Ratio | undefined {
  const isLast = tier === pricing.tiers.at(-1);
  if (tier.upTo === undefined || (isLast && pricing.overflow === "last-tier")) return undefined;
  return read(tier.upTo);
}

function tierPrice(tier: PricedTier, quantity: Ratio): Ratio {
  return plus(times(quantity, read(tier.unitPrice ?? "0")), read(tier.flatFee ?? "0"));
}

function priceOfNothing({ tiers, flatFeeAtZero = false }: PricedTiers): Ratio {
  return flatFeeAtZero ? read(tiers[0]?.flatFee ?? "0") : NONE;
}

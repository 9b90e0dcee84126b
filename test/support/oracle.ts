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

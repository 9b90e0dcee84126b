import type { PathSegment } from "../../errors.js";
import { decimalsIn, exact } from "../../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  multiply,
  subtract,
  ZERO,
} from "../../money/fraction.js";
import { roundToIncrement } from "../../money/rounding.js";
import { curveOf } from "../../pricing/curve.js";
import { type Knot, onLine } from "../../pricing/knot.js";
import { modelOf, type Pricing } from "../../pricing/models/index.js";
import type { Tier } from "../../pricing/tiers.js";
import { dearerFrom } from "../../pricing/walk.js";
import type { RatedCharge } from "../charge-kinds.js";
import type { Found, LintCode, LintRule } from "./finding.js";

/** One price list of a charge: its own, or that of a revision. */
export interface PriceSubject {
  /** The charge, with this price list. */
  readonly charge: RatedCharge;
  readonly pricing: Pricing;
  /** Where the price list stands. */
  readonly path: readonly PathSegment[];
  /** Decimals of the currency's minor unit. */
  readonly decimals: number | undefined;
  /** What a unit costs the seller. */
  readonly cost: Fraction | undefined;
}

type PriceCode = Extract<
  LintCode,
  | "volume_cliff"
  | "tier_not_monotone"
  | "identical_tiers"
  | "unreachable_tier"
  | "dead_tier"
  | "price_below_cost"
  | "suspicious_free_tier"
  | "fee_not_billable"
>;

/** What is looked for in every price list. */
export const priceRules: { readonly [code in PriceCode]: LintRule<PriceSubject> } = {
  volume_cliff: { severity: "warning", find: cliffs },
  tier_not_monotone: { severity: "warning", find: turns },
  identical_tiers: { severity: "info", find: repeats },
  unreachable_tier: { severity: "warning", find: unreachable },
  dead_tier: { severity: "warning", find: dead },
  price_below_cost: { severity: "warning", find: belowCost },
  suspicious_free_tier: { severity: "warning", find: free },
  fee_not_billable: { severity: "warning", find: fees },
};

/** Tiers of units; those of a percentage are none. */
function tiersOf({ pricing }: PriceSubject): readonly Tier[] {
  const tiers = "tiers" in pricing ? pricing.tiers : undefined;
  return (tiers ?? []).flatMap((tier) => ("percent" in tier ? [] : [tier]));
}

function knotsOf({ charge }: PriceSubject): readonly Knot[] {
  return curveOf(charge)?.knots ?? [];
}

function tierPath({ path }: PriceSubject, index: number, ...field: string[]) {
  return [...path, "tiers", index, ...field];
}

function cliffs(subject: PriceSubject): readonly Found[] {
  const knots = knotsOf(subject);
  return knots.flatMap(({ at, value, onward }, index): Found[] => {
    if (onward === undefined || compare(onward.value, value) >= 0) return [];
    const from = dearerFrom(knots.slice(0, index), at, onward.value);
    const drop = formatExact(subtract(value, onward.value));
    const numbers = { at: formatExact(at), drop, cheaperFrom: formatExact(from) };
    const message = `beyond ${numbers.at} the amount drops by ${drop}: from ${numbers.cheaperFrom} on it is cheaper to go over ${numbers.at}`;
    return [{ path: tierPath(subject, index), message, numbers }];
  });
}

function turns(subject: PriceSubject): readonly Found[] {
  const prices = tiersOf(subject).map(({ unitPrice, flatFee }) => unitPrice ?? flatFee ?? "0");
  let direction = 0;
  return prices.flatMap((price, index): Found[] => {
    const before = prices[index - 1];
    if (before === undefined) return [];
    const step = compare(exact(price), exact(before));
    const turns = direction !== 0 && step !== 0 && step !== direction;
    if (step !== 0) direction = step;
    if (!turns) return [];
    const message = `the price goes from ${before} to ${price}, after it went the other way`;
    return [{ path: tierPath(subject, index), message, numbers: { before, price } }];
  });
}

function repeats(subject: PriceSubject): readonly Found[] {
  const knots = knotsOf(subject);
  return tiersOf(subject).flatMap(({ unitPrice = "0", flatFee = "0" }, index): Found[] => {
    const [before, own] = [knots[index - 1], knots[index]];
    if (before?.onward === undefined || own?.onward === undefined) return [];
    const { slope, value } = own.onward;
    const goesOn =
      compare(before.onward.slope, slope) === 0 &&
      compare(onLine(before.onward, before.at, own.at), value) === 0;
    if (!goesOn) return [];
    const message = "goes on with the prices of the tier before it";
    return [{ path: tierPath(subject, index), message, numbers: { unitPrice, flatFee } }];
  });
}

function unreachable(subject: PriceSubject): readonly Found[] {
  const { quantityRounding, includedUnits = "0" } = subject.charge as {
    readonly quantityRounding?: { readonly increment?: string };
    readonly includedUnits?: string;
  };
  if (quantityRounding === undefined) return [];
  const increment = exact(quantityRounding.increment ?? "1");
  const tiers = tiersOf(subject);
  return tiers.flatMap(({ upTo }, index): Found[] => {
    if (upTo === undefined) return [];
    const from = tiers[index - 1]?.upTo ?? "0";
    // The last mark at or below the bound, in metered units.
    const end = add(exact(upTo), exact(includedUnits));
    const mark = roundToIncrement(end, increment, "floor");
    if (compare(mark, add(exact(from), exact(includedUnits))) > 0) return [];
    const message = `quantities are rounded to ${formatExact(increment)}: none lies above ${from} and up to ${upTo}`;
    const numbers = { from, upTo, increment: formatExact(increment) };
    return [{ path: tierPath(subject, index), message, numbers }];
  });
}

function dead(subject: PriceSubject): readonly Found[] {
  const { minimum, maximum } = subject.charge;
  const tiers = tiersOf(subject);
  const knots = knotsOf(subject);
  return tiers.flatMap((_, index): Found[] => {
    const { at, onward } = knots[index] ?? {};
    const end = knots[index + 1]?.at;
    if (at === undefined || onward === undefined) return [];
    const [lowest, highest] = [onward.value, end && onLine(onward, at, end)];
    const found = (amount: Fraction, limit: string, message: string): Found[] => [
      {
        path: tierPath(subject, index),
        message,
        numbers: { amount: formatExact(amount), limit },
      },
    ];
    if (maximum !== undefined && compare(lowest, exact(maximum)) >= 0) {
      return found(lowest, maximum, `the maximum of ${maximum} is reached all over it`);
    }
    if (minimum !== undefined && highest !== undefined && compare(highest, exact(minimum)) <= 0) {
      return found(highest, minimum, `the minimum of ${minimum} is billed all over it`);
    }
    return [];
  });
}

function belowCost(subject: PriceSubject): readonly Found[] {
  const { cost } = subject;
  if (cost === undefined) return [];
  const { charge, pricing, path } = subject;
  const rate = exact(charge.pricingUnit?.rate ?? "1");
  return modelOf(pricing)
    .unitPrices(pricing)
    .flatMap((each): Found[] => {
      const price = multiply(each.price, rate);
      // What is free is meant to be, or found by another rule.
      if (price.numerator === 0n || compare(price, cost) >= 0) return [];
      const numbers = { price: formatExact(price), cost: formatExact(cost) };
      const message = `a unit is sold at ${numbers.price} and costs ${numbers.cost}`;
      return [{ path: [...path, ...each.path], message, numbers }];
    });
}

function free(subject: PriceSubject): readonly Found[] {
  const tiers = tiersOf(subject);
  const isFree = ({ unitPrice = "0", flatFee = "0" }: Tier) => unitPrice === "0" && flatFee === "0";
  if (tiers.every(isFree)) return [];
  return tiers.flatMap((tier, index): Found[] => {
    if (!isFree(tier)) return [];
    const path = tierPath(subject, index);
    const upTo = tier.upTo ?? "";
    if (index > 0) {
      const message = "costs nothing, although quantities below it cost something";
      return [{ path, message, numbers: upTo === "" ? {} : { upTo } }];
    }
    const next = knotsOf(subject)[1]?.onward?.value ?? ZERO;
    // Where more never costs less, only what is beyond the bound is paid.
    if (modelOf(subject.pricing).facts.monotone || next.numerator === 0n) return [];
    const jump = formatExact(next);
    const message = `up to ${upTo} nothing is billed, and beyond it all units are: ${jump} at once`;
    return [{ path, message, numbers: { upTo, jump } }];
  });
}

function fees(subject: PriceSubject): readonly Found[] {
  const { charge, pricing, path, decimals } = subject;
  if (decimals === undefined || charge.pricingUnit !== undefined) return [];
  const named = { ...pricing } as Readonly<Record<string, unknown>>;
  const own = ["amount", "baseFee", "fixedPerEvent"].map((name) => [named[name], [...path, name]]);
  const ofTiers = ("tiers" in pricing ? (pricing.tiers ?? []) : []).map(({ flatFee }, index) => [
    flatFee,
    [...path, "tiers", index, "flatFee"],
  ]);
  return [...own, ...ofTiers].flatMap(([fee, at]) =>
    feeFinding(fee, at as PathSegment[], decimals),
  );
}

/** A fee that its currency cannot bill as it is written. */
export function feeFinding(
  fee: unknown,
  path: readonly PathSegment[],
  most: number,
): readonly Found[] {
  if (typeof fee !== "string" || decimalsIn(fee) <= most) return [];
  const numbers = { decimals: `${decimalsIn(fee)}`, most: `${most}` };
  const message = `${fee} has ${numbers.decimals} decimals, of which the currency bills ${numbers.most}`;
  return [{ path, message, numbers }];
}

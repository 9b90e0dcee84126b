import { isUsageCharge, pricesUsage, type RatedCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import type { PricingIssue } from "../errors.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { add, type Fraction, subtract, sum } from "../money/fraction.js";
import { type CurvePrice, curvePrice } from "./curve-price.js";
import { isSumOfCharges } from "./one-quantity.js";
import { countUsage, priceSegments } from "./price-usage.js";
import type { PricedPlan } from "./target.js";

/** A plan of which each charge bills by itself: what it comes to without usage, and what each quantity adds to that. */
export interface SeparablePrices {
  /** What a cycle bills without usage. */
  readonly base: Fraction;
  /** The part of it that is billed once. */
  readonly once: Fraction;
  /** What quantities add, by the names under which they may be given. */
  readonly byKey: ReadonlyMap<string, PricedKey>;
  /** The charge that a bare quantity is for, where it is one. */
  readonly only: PricedKey | undefined;
}

/** A usage charge that a quantity is priced by. */
export interface PricedKey {
  readonly charge: RatedCharge;
  /** What it bills without usage. */
  readonly base: Fraction;
  /** What it bills; nothing for what its price list refuses. */
  readonly price: CurvePrice;
}

/** A plan as such a sum; nothing where its charges depend on each other, or something is wrong with what is held of it. */
export function separablePrices(
  plan: PricedPlan,
  quantities: ReadonlyMap<string, Fraction>,
  { policy, rounding }: { readonly policy: BillingPolicy; readonly rounding: AmountRounding },
): SeparablePrices | undefined {
  const issues: PricingIssue[] = [];
  const { segments } = countUsage({ plan, usage: {}, path: [], quantities, policy }, issues);
  if (issues.length > 0 || !isSumOfCharges({ plan, segments, policy })) return undefined;
  const parts = segments.map((segment) => {
    const lines = priceSegments(plan, [segment], { policy, rounding });
    return { charge: segment.charge, base: sum(lines.map(({ amount }) => amount)) };
  });
  const used = parts.flatMap(({ charge, base }): readonly PricedKey[] => {
    if (!isUsageCharge(charge) || !pricesUsage(charge)) return [];
    const price = curvePrice(charge, rounding);
    return price === undefined ? [] : [{ charge, base, price }];
  });
  const counted = parts.filter(({ charge }) => isUsageCharge(charge) && pricesUsage(charge));
  const [only, ...others] = used;
  return {
    base: sum(parts.map(({ base }) => base)),
    once: sum(
      parts.flatMap(({ charge, base }) => (charge.chargeType === "one-time" ? [base] : [])),
    ),
    byKey: namesOf(used, plan),
    only: others.length === 0 && counted.length === 1 ? only : undefined,
  };
}

/** The names under which quantities may be given: ids, and units that one charge alone counts. */
function namesOf(used: readonly PricedKey[], plan: PricedPlan): ReadonlyMap<string, PricedKey> {
  const ids = new Set(plan.charges.map(({ id }) => id));
  const byUnit = used.flatMap((key): readonly (readonly [string, PricedKey])[] => {
    const unit = key.charge.unitOfMeasure;
    const rivals = plan.charges.filter(
      (charge) => charge.unitOfMeasure === unit && isUsageCharge(charge) && pricesUsage(charge),
    );
    return unit === undefined || ids.has(unit) || rivals.length > 1 ? [] : [[unit, key]];
  });
  return new Map([...byUnit, ...used.map((key) => [key.charge.id, key] as const)]);
}

/** One quantity for the charge that it can only be meant for, or quantities by name. */
export type PlainUsage = Fraction | readonly (readonly [key: string, quantity: Fraction])[];

/** What a plan bills for quantities; nothing where they are better priced by all its steps. */
export function billedSeparately(
  { base, once, byKey, only }: SeparablePrices,
  usage: PlainUsage,
  isFirst: boolean,
): Fraction | undefined {
  const quantities =
    "numerator" in usage
      ? ([[only, usage]] as const)
      : usage.map(([key, quantity]) => [byKey.get(key), quantity] as const);
  let total = isFirst ? base : subtract(base, once);
  const seen = new Set<PricedKey>();
  for (const [priced, quantity] of quantities) {
    const amount = priced?.price(quantity);
    // Two quantities of one charge are refused by the reader of usage, in its words.
    if (priced === undefined || amount === undefined || seen.has(priced)) return undefined;
    seen.add(priced);
    total = add(total, subtract(amount, priced.base));
  }
  return total;
}

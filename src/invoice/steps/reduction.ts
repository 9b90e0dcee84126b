import type { Coupon } from "../../account/coupon.js";
import type { DiscountCharge } from "../../catalog/charge-kinds.js";
import { type DiscountTarget, targetOf } from "../../catalog/discount.js";
import { exact } from "../../money/decimal.js";
import type { Fraction } from "../../money/fraction.js";
import type { Interval } from "../../time/interval.js";
import type { LineKey } from "../document/priced-line.js";

/** What takes a percentage or a fixed amount off the lines of a stretch of the billing period. */
export interface Reduction {
  readonly source: Pick<LineKey, "chargeId" | "sourceId"> & {
    readonly kind: "discount" | "coupon";
  };
  readonly name: string;
  readonly target: "all" | DiscountTarget;
  readonly period: Interval;
  /** Of 100; nothing for a fixed amount. */
  readonly percent: string | undefined;
  /** The fixed amount as it was written, for people. */
  readonly written: string | undefined;
  /** What a fixed amount comes to in the stretch, exactly; nothing for a percentage. */
  readonly amount: Fraction | undefined;
}

/** A discount of the catalog over a stretch in which it holds; `amount` is what of a fixed one falls to it. */
export function discountReduction(
  charge: DiscountCharge,
  period: Interval,
  amount: Fraction | undefined,
): Reduction {
  return {
    source: { kind: "discount", chargeId: charge.id },
    name: charge.name,
    target: targetOf(charge),
    period,
    percent: charge.pricing.percent,
    written: charge.pricing.amount,
    amount,
  };
}

/** A coupon over a billing period, which it covers whole. */
export function couponReduction(
  { id, name = id, appliesTo = "all", percent, amount }: Coupon,
  period: Interval,
): Reduction {
  return {
    source: { kind: "coupon", chargeId: null, sourceId: id },
    name,
    target: appliesTo,
    period,
    percent,
    written: amount,
    amount: amount === undefined ? undefined : exact(amount),
  };
}

/** What names the source of a reduction, and of the lines that it left. */
export function sourceText({
  kind,
  chargeId,
  sourceId,
}: Pick<LineKey, "kind" | "chargeId" | "sourceId">): string {
  return `${kind} ${chargeId ?? sourceId ?? ""}`;
}

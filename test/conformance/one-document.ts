import {
  type BillingPolicyInput,
  type ChargeInput,
  type CouponInput,
  type CreditGrantInput,
  type Invoice,
  type InvoiceLine,
  invoice,
  type LineKind,
  type RecurringChargeInput,
  sumAmounts,
  type TaxRateInput,
  type UsageInput,
} from "rateplan";
import { planOf, productOf, subscriptionOf } from "./billed-in-advance.js";

/** The month that a case is about which says no dates. */
export const MONTH = { start: "2026-01-01", end: "2026-02-01" } as const;

/** What one document bills, and what comes off and on it. */
export interface OneDocument {
  readonly currency: string;
  readonly charges: readonly ChargeInput[];
  readonly usage?: UsageInput;
  readonly coupons?: readonly CouponInput[];
  readonly credits?: readonly CreditGrantInput[];
  readonly taxes?: readonly TaxRateInput[];
  readonly policy?: BillingPolicyInput;
}

/** The document of one month of a subscription that began with it. */
export function documentOf({ currency, charges, usage = {}, ...more }: OneDocument): Invoice {
  return invoice({
    catalog: productOf(planOf("plan", currency, "monthly", charges)),
    subscription: subscriptionOf(MONTH.start),
    period: MONTH,
    usage,
    ...more,
  });
}

/** A fee of a month. */
export function flatFee(
  id: string,
  amount: string,
  more: Pick<RecurringChargeInput, "billingTiming"> = {},
): RecurringChargeInput {
  return { id, name: id, chargeType: "recurring", pricing: { model: "flat", amount }, ...more };
}

/** A coupon on the month. */
export function couponOf(id: string, more: Partial<CouponInput>): CouponInput {
  return { id, from: MONTH.start, ...more };
}

/** A grant that can be used in the month. */
export function grantOf(
  id: string,
  unit: string,
  amount: string,
  more: Partial<CreditGrantInput> = {},
): CreditGrantInput {
  return { id, unit, amount, grantedAt: MONTH.start, ...more };
}

/** A share of one as a percentage: another notation, no calculation. */
export function percentOf(share: string): string {
  return `${share}e2`;
}

/** What lines of a kind take from, or add to, what is billed of a charge. */
export function shareOf(
  { lines }: Pick<Invoice, "lines">,
  kind: LineKind,
  chargeId: string,
): string {
  const keys = lines.filter((line) => line.chargeId === chargeId).map(({ key }) => key);
  const shares = lines.filter((line) => line.kind === kind).flatMap(({ appliedTo }) => appliedTo);
  return sumAmounts(["0", ...shares.filter(({ key }) => keys.includes(key)).map(amountIn)]);
}

/** The sum of the lines of a kind. */
export function amountOf(kind: LineKind, lines: readonly InvoiceLine[]): string {
  return sumAmounts(["0", ...lines.filter((line) => line.kind === kind).map(amountIn)]);
}

function amountIn({ amount }: { readonly amount: string }): string {
  return amount;
}

/** The other sign: engines state what is taken off, or given back, without one. */
export function negative(amount: string): string {
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

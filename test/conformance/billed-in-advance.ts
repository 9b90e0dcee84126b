import {
  type BillingCycle,
  type BillingPolicyInput,
  billingPeriodAt,
  type ChargeInput,
  type CouponInput,
  type Invoice,
  type InvoiceLine,
  invoice,
  type NamedCycle,
  type ProductInput,
  type RatePlanInput,
  type SubscriptionInput,
  type TaxRateInput,
  type UsageInput,
} from "rateplan";

/** A subscription whose start is written as a text. */
export type TextualSubscription = SubscriptionInput & { readonly startDate: string };

/** What the adapters share that bill subscriptions in advance: plain data, and the invoices of its changes. */
export interface Billing {
  readonly catalog: ProductInput;
  readonly subscription: TextualSubscription;
  readonly policy: BillingPolicyInput;
  readonly coupons?: readonly CouponInput[];
  readonly taxes?: readonly TaxRateInput[];
}

/** A rate plan that was always on sale. */
export function planOf(
  id: string,
  currency: string,
  billingCycle: BillingCycle,
  charges: readonly ChargeInput[],
): RatePlanInput {
  return { id, name: id, currency, billingCycle, effectiveDate: "1990-01-01", charges };
}

/** A product of some plans. */
export function productOf(...ratePlans: readonly RatePlanInput[]): ProductInput {
  return {
    id: "product",
    name: "product",
    agentType: "agent",
    effectiveDate: "1990-01-01",
    ratePlans,
  };
}

/** A subscription from a date on. */
export function subscriptionOf(
  startDate: string,
  more: Omit<Partial<SubscriptionInput>, "startDate"> = {},
): TextualSubscription {
  return { id: "subscription", customerId: "customer", ratePlanId: "plan", startDate, ...more };
}

const NAMED: readonly NamedCycle[] = ["weekly", "monthly", "quarterly", "semi-annual", "annual"];

/** The billing cycle of which a stretch of time is one; where none has a name, one of days. Nothing for no time. */
export function cycleBetween(start: string, end: string): BillingCycle | undefined {
  const subscription = subscriptionOf(start);
  const named = NAMED.find((billingCycle) => {
    const first = billingPeriodAt(subscription, 0, { billingCycle });
    return first !== undefined && sameDate(first.end, end);
  });
  const days = billingPeriodAt(subscription, end, { billingCycle: "daily" })?.index ?? 0;
  return named ?? (days > 0 ? { every: days, unit: "day" } : undefined);
}

/** The last day of a trial: the opening is what comes next. Nothing without a trial. */
export function lastTrialDay(subscription: SubscriptionInput): string | undefined {
  const trialDays = subscription.trialDays ?? 0;
  if (trialDays === 0) return undefined;
  return billingPeriodAt(subscription, trialDays - 1, { billingCycle: "daily" })?.start;
}

/** The opening invoice: the fees in advance of the first period. */
export function openingOf(billing: Billing): Invoice {
  const { startDate: start } = billing.subscription;
  return invoice({ ...billing, period: { start, end: start }, usage: [] });
}

/**
 * The invoice that carries what a change makes due. Inside of a billing period it is one at that moment; where a
 * period ends then, that period's, and at the start that of the first period.
 */
export function invoiceAt(
  billing: Billing,
  at: string,
  previous: readonly Invoice[],
  usage: UsageInput = [],
): Invoice {
  const { catalog, subscription, policy } = billing;
  const find = (date: string | number) => billingPeriodAt(subscription, date, { catalog, policy });
  const next = find(at);
  const boundary = next === undefined || sameDate(next.start, at);
  const ended = boundary ? find(Math.max((next?.index ?? 0) - 1, 0)) : undefined;
  const { start, end } = ended ?? { start: at, end: at };
  return invoice({ ...billing, period: { start, end }, previous, usage });
}

/** The lines of an invoice for what begins before a date. */
export function linesBefore({ lines }: Invoice, date: string): readonly InvoiceLine[] {
  return lines.filter(({ servicePeriod }) => isBefore(servicePeriod.start, date));
}

/** Dates, however each is written. */
export function sameDate(a: string, b: string): boolean {
  return instantText(a) === instantText(b);
}

export function isBefore(a: string, b: string): boolean {
  return instantText(a) < instantText(b);
}

/** A date in one form. */
export function instantText(date: string): string {
  return new Date(date).toISOString();
}

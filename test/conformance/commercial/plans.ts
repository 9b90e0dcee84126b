import {
  type BillingCycle,
  type BillingPolicyInput,
  billingPeriodAt,
  type ChargeInput,
  eachBillingPeriod,
  type Invoice,
  type InvoiceLine,
  invoice,
  type LineKind,
  type Period,
  type SubscriptionInput,
  sumAmounts,
  type UsageInput,
} from "rateplan";
import { type Billing, planOf, productOf, subscriptionOf } from "../billed-in-advance.js";

const CYCLES: Readonly<Record<string, BillingCycle>> = {
  day: "daily",
  week: "weekly",
  month: "monthly",
  quarter: "quarterly",
  semi_annual: "semi-annual",
  annual: "annual",
  year: "annual",
};

/** A billing period as the sources name it. */
export function cycleOf(name: string): BillingCycle {
  const cycle = CYCLES[name.replace("-", "_")];
  if (cycle === undefined) throw new Error(`a period that the adapter does not know: ${name}`);
  return cycle;
}

const CURRENCY = "USD";
export const CHARGE = "charge";

/** A subscription to one plan of some charges. */
export function billingOf(
  cycle: BillingCycle,
  charges: readonly ChargeInput[],
  subscription: Omit<Partial<SubscriptionInput>, "startDate"> & { readonly startDate: string },
  policy: BillingPolicyInput & { readonly currency?: string } = {},
): Billing {
  const { currency = CURRENCY, ...rest } = policy;
  const { startDate, ...more } = subscription;
  return {
    catalog: productOf(planOf("plan", currency, cycle, charges)),
    subscription: subscriptionOf(startDate, more),
    policy: rest,
  };
}

/** The same subscription with more said about it. */
export function changed(
  billing: Billing,
  more: Omit<Partial<SubscriptionInput>, "startDate">,
): Billing {
  return { ...billing, subscription: { ...billing.subscription, ...more } };
}

/** The invoice of the billing period that contains a date. */
export function billAt(
  billing: Billing,
  at: string,
  previous: readonly Invoice[] = [],
  usage: UsageInput = {},
): Invoice {
  const { catalog, subscription, policy } = billing;
  const period = billingPeriodAt(subscription, at, { catalog, policy });
  if (period === undefined) throw new Error(`no billing period at ${at}`);
  const { start, end } = period;
  return invoice({ ...billing, period: { start, end }, previous, usage });
}

/** What all billing periods of a subscription come to that ends. */
export function billAll(billing: Billing): string {
  const { catalog, subscription, policy } = billing;
  const periods: readonly Period[] = [...eachBillingPeriod(subscription, { catalog, policy })];
  return sumAmounts(periods.map(({ start }) => billAt(billing, start).total));
}

export function amountOf(kind: LineKind, lines: readonly InvoiceLine[]): string {
  return sumAmounts(lines.filter((line) => line.kind === kind).map(({ amount }) => amount));
}

/** The date that lies so many days, or other cycles, after another one. */
export function after(start: string, count: number, billingCycle: BillingCycle = "daily"): string {
  const period = billingPeriodAt(subscriptionOf(start), count, { billingCycle });
  if (period === undefined) throw new Error(`no date: ${count} after ${start}`);
  return period.start;
}

/** How many days there are between two dates. */
export function daysBetween(start: string, end: string): number {
  return billingPeriodAt(subscriptionOf(start), end, { billingCycle: "daily" })?.index ?? 0;
}

/** A plan that is billed monthly from 1 January 2026 on, by the calls of each month. */
import { type Invoice, invoice, type ProductInput, type SubscriptionInput } from "rateplan";
import { stored, totalOf } from "./plans.js";

/** The subscription, unless another is given. */
export const MONTHLY: SubscriptionInput = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "basic",
  startDate: "2026-01-01",
};

/** The month with a number; 0 is January 2026. */
export function monthAt(index: number): { readonly start: string; readonly end: string } {
  const date = (month: number) =>
    `${2026 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01`;
  return { start: date(index), end: date(index + 1) };
}

/** The documents of the months, as a store gives them back, each written with those of the earlier ones that are kept. */
export function billMonths(
  catalog: ProductInput,
  quantities: readonly (number | string)[],
  {
    subscription = MONTHLY,
    keep = (documents) => documents,
  }: {
    readonly subscription?: SubscriptionInput;
    readonly keep?: (documents: readonly Invoice[]) => readonly Invoice[];
  } = {},
): readonly Invoice[] {
  const documents: Invoice[] = [];
  for (const [index, calls] of quantities.entries()) {
    const request = { catalog, subscription, period: monthAt(index), usage: { calls } };
    documents.push(stored(invoice({ ...request, previous: keep(documents) })));
  }
  return documents;
}

export function totals(documents: readonly Invoice[]): readonly string[] {
  return documents.map(({ total }) => total);
}

/** What documents come to together, in minor units. */
export function sumOf(documents: readonly Invoice[]): bigint {
  return totalOf(totals(documents));
}

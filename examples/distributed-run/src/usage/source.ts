import { isPricingError, type PathSegment, type PricingIssue, type UsageSummary } from "rateplan";
import type { Customer } from "../customers.js";

type Path = readonly PathSegment[];

/** Where the usage of customers comes from. */
export interface UsageSource {
  /** Summaries by customer; throws a PricingError with what is wrong with any of them. */
  summaries(customers: readonly Customer[]): Promise<ReadonlyMap<string, readonly UsageSummary[]>>;
  /** The place in the list of the customer that an issue is about, and the rest of its path. */
  locate(path: Path): { readonly place: number; readonly path: Path };
}

/** What is wrong with a customer. */
export interface Unsummed {
  readonly customer: Customer;
  readonly issues: readonly PricingIssue[];
}

/** The usage of customers; those with something wrong are set aside, and the others go on. */
export async function usageOf(source: UsageSource, customers: readonly Customer[]) {
  try {
    return { usage: await source.summaries(customers), failed: [] };
  } catch (error) {
    if (!isPricingError(error)) throw error;
    const byCustomer = new Map<Customer, PricingIssue[]>();
    for (const issue of error.issues) {
      const { place, path } = source.locate(issue.path);
      const customer = customers[place];
      // What is wrong with all of them is nobody's fault: the catalog, say.
      if (customer === undefined) throw error;
      byCustomer.set(customer, [...(byCustomer.get(customer) ?? []), { ...issue, path }]);
    }
    const failed = [...byCustomer].map(([customer, issues]): Unsummed => ({ customer, issues }));
    const others = customers.filter((customer) => !byCustomer.has(customer));
    return { usage: await source.summaries(others), failed };
  }
}

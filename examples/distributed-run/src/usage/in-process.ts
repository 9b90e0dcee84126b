/** Usage from events, of a batch of customers in one pass. */
import { isPricingError, type PricingIssue, summarizeRun } from "rateplan";
import { catalog, period } from "../catalog.js";
import { type Customer, eventsOf } from "../customers.js";
import { failureOf } from "../ledger.js";
import type { SummedUsage } from "./source.js";

export function usageInProcess(customers: readonly Customer[]): Promise<SummedUsage> {
  try {
    return Promise.resolve({ usage: summed(customers), failed: [] });
  } catch (error) {
    if (!isPricingError(error)) throw error;
    const issuesOf = new Map<Customer, PricingIssue[]>();
    for (const issue of error.issues) {
      // subscriptions, 17, startDate
      const [list, place, ...path] = issue.path;
      const customer = list === "subscriptions" ? customers[Number(place)] : undefined;
      // The catalog, say: that is wrong with all of them.
      if (customer === undefined) throw error;
      const own = { ...issue, path: ["subscription", ...path] };
      issuesOf.set(customer, [...(issuesOf.get(customer) ?? []), own]);
    }
    const failed = [...issuesOf].map(([{ id }, issues]) => failureOf(id, issues));
    const usage = summed(customers.filter((customer) => !issuesOf.has(customer)));
    return Promise.resolve({ usage, failed });
  }
}

function summed(customers: readonly Customer[]): SummedUsage["usage"] {
  const { subscriptions } = summarizeRun(customers.flatMap(eventsOf), {
    catalog,
    period,
    subscriptions: customers.map(({ subscription }) => subscription),
    // Ids are told apart here, once; a job carries sums, and no ids.
    keepIds: false,
  });
  return new Map(subscriptions.map(({ customerId, summaries }) => [customerId, summaries]));
}

/** Usage from events, in one pass. */
import { summarizeRun } from "rateplan";
import { catalog, period } from "../catalog.js";
import { eventsOf } from "../customers.js";
import type { UsageSource } from "./source.js";

export const usageInProcess: UsageSource = {
  // subscriptions, 17, startDate
  locate: ([, place, ...rest]) => ({ place: Number(place), path: ["subscription", ...rest] }),
  summaries(customers) {
    const { subscriptions } = summarizeRun(customers.flatMap(eventsOf), {
      catalog,
      period,
      subscriptions: customers.map(({ subscription }) => subscription),
      // Ids are told apart here, once; a job carries sums, and no ids.
      keepIds: false,
    });
    const byCustomer = subscriptions.map(
      ({ customerId, summaries }) => [customerId, summaries] as const,
    );
    return Promise.resolve(new Map(byCustomer));
  },
};

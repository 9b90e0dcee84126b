/** Lago: our events into its billable metrics, and its events into our documents. */
import type { EventInputObject, EventObject } from "lago-javascript-client";
import { parseEvents, type Signal, type UsageEvent } from "rateplan";

/** A billable metric of Lago: its code, and the property that it adds up; `null` where it counts events. */
export interface LagoMetric {
  readonly code: string;
  readonly field: string | null;
}

/** Lago knows events by subscription: `subscriptionId` is what was sent as `external_id` when it was made. */
export function toLago(
  event: UsageEvent,
  subscriptionId: string,
  metric: LagoMetric,
): EventInputObject {
  const { id, customerId, timestamp, quantity, properties = {} } = event;
  const counted = metric.field === null ? {} : { [metric.field]: quantity };
  return {
    // Unique in all of Lago; ours is unique for its customer.
    transaction_id: `${customerId}/${id}`,
    external_subscription_id: subscriptionId,
    code: metric.code,
    // Seconds, with milliseconds as decimals.
    timestamp: (Date.parse(timestamp) / 1_000).toFixed(3),
    properties: { ...properties, ...counted },
  };
}

/** What Lago lists, as usage of a customer: `invoice({ …, usage })`. Throws a PricingError with every event that is none. */
export function fromLago(
  listed: readonly EventObject[],
  customerId: string,
  metrics: ReadonlyMap<string, LagoMetric & { readonly unitOfMeasure: string }>,
): readonly (UsageEvent | Signal)[] {
  return parseEvents(
    listed.flatMap((event) => {
      const metric = metrics.get(event.code);
      if (metric === undefined) return [];
      const { [metric.field ?? ""]: quantity, ...properties } = event.properties ?? {};
      const known = event.created_at;
      return {
        id: event.transaction_id.replace(`${customerId}/`, ""),
        customerId,
        subscriptionId: event.external_subscription_id,
        unitOfMeasure: metric.unitOfMeasure,
        timestamp: event.timestamp,
        ...(known ? { receivedAt: known } : {}),
        ...(metric.field === null ? {} : { quantity }),
        properties,
      };
    }),
  );
}

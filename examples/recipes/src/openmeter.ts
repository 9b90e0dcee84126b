/** OpenMeter: our events into its meters, and its events into our documents. */
import type { Event, IngestedEvent } from "@openmeter/sdk";
import { parseEvents, type Signal, type UsageEvent } from "rateplan";

/** A CloudEvent as OpenMeter's meters read it: `type` is the unit of measure, `subject` the customer, `data` all else. */
export function toOpenMeter(event: UsageEvent): Event {
  const { id, source, customerId, unitOfMeasure, timestamp, ...data } = event;
  return {
    specversion: "1.0",
    id,
    source: source ?? "rateplan",
    type: unitOfMeasure,
    subject: customerId,
    time: new Date(timestamp),
    data,
  };
}

/**
 * What OpenMeter lists, as usage: `invoice({ …, usage })`. Throws a PricingError with every event that is none.
 *
 * Its subject is the customer; ours is what an event is about, which stands in `data`. When it was ingested is when it became known.
 */
export function fromOpenMeter(listed: readonly IngestedEvent[]): readonly (UsageEvent | Signal)[] {
  return parseEvents(
    listed
      .filter(({ validationError }) => validationError === undefined)
      .map(({ event, ingestedAt }) => ({
        ...event.data,
        id: event.id ?? "",
        ...(event.source === undefined ? {} : { source: event.source }),
        customerId: event.subject,
        unitOfMeasure: event.type,
        timestamp: event.time ?? ingestedAt,
        receivedAt: ingestedAt,
      })),
  );
}

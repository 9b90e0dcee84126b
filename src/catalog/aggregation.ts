import * as z from "zod";
import { eventField } from "../pricing/event-field-schema.js";

/** The ways to make one quantity of a period's events that need no more than the events' quantities. */
export type SimpleAggregation =
  | "sum"
  | "count"
  | "min"
  | "max"
  | "last"
  | "average"
  | "weighted-sum";

/** Counts the distinct values of one field of the events. */
export interface UniqueCount {
  /** The aggregation. */
  readonly type: "unique-count";
  /** The field: `"subject"` (default), `"name"`, `"agentId"`, or a property as `"properties.userId"`. */
  readonly by: string;
}

/**
 * How a usage charge makes one quantity of its events: `sum` of their quantities (default), their `count`, the
 * largest (`max`), smallest (`min`) or latest (`last`) quantity, the `average` (exact, as a fraction), the number of
 * distinct values of a field, or a `weighted-sum`: each quantity is a change of level and counts for the part of the
 * period that is left after it (1,000 from the middle on are 500). Without events every one of them is 0.
 */
export type Aggregation = SimpleAggregation | UniqueCount;

/** An aggregation as it may be written: `"unique-count"` alone counts distinct subjects. */
export type AggregationInput = Aggregation | "unique-count";

export const SIMPLE_AGGREGATIONS = [
  "sum",
  "count",
  "min",
  "max",
  "last",
  "average",
  "weighted-sum",
] as const satisfies readonly SimpleAggregation[];

export const aggregationSchema: z.ZodType<Aggregation, AggregationInput> = z.union([
  z.enum(SIMPLE_AGGREGATIONS),
  z.literal("unique-count").transform((type): UniqueCount => ({ type, by: "subject" })),
  z.strictObject({ type: z.literal("unique-count"), by: eventField }),
]);

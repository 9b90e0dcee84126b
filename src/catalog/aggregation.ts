import * as z from "zod";
import { issueAt } from "../errors.js";
import { field } from "../pricing/fields-schema.js";

/** The ways to make one quantity of a period's events that need no more than the events' quantities. */
export type SimpleAggregation = "sum" | "count" | "min" | "max" | "last" | "average";

/** Counts the distinct values of one field of the events. */
export interface UniqueCount {
  /** The aggregation. */
  readonly type: "unique-count";
  /** The field: `"subject"` (default), `"name"`, `"agentId"`, or a property as `"properties.userId"`. */
  readonly by: string;
}

/**
 * How a usage charge makes one quantity of its events: `sum` of their quantities (default), their `count`, the
 * largest (`max`), smallest (`min`) or latest (`last`) quantity, the `average` (exact, as a fraction), or the number of
 * distinct values of a field. Without events every one of them is 0.
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
] as const satisfies readonly SimpleAggregation[];

const UNIQUE_FIELD = /^(?:subject|name|agentId|properties\..+)$/;

const uniqueField = field<string, string>((input, report) => {
  if (typeof input === "string" && UNIQUE_FIELD.test(input)) return input;
  const expected = '"subject", "name", "agentId" or "properties.<name>"';
  report(issueAt("invalid_value", [], `must be ${expected}`, { expected, received: input }));
  return "";
});

export const aggregationSchema: z.ZodType<Aggregation, AggregationInput> = z.union([
  z.enum(SIMPLE_AGGREGATIONS),
  z.literal("unique-count").transform((type): UniqueCount => ({ type, by: "subject" })),
  z.strictObject({ type: z.literal("unique-count"), by: uniqueField }),
]);

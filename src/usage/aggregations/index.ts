import * as z from "zod";
import { recordIn } from "../../schema/fields.js";
import type {
  Aggregation,
  AggregationDefinition,
  AggregationInput,
  AggregationName,
  SimpleAggregation,
} from "./aggregation.js";
import { average } from "./average.js";
import { count } from "./count.js";
import { last } from "./last.js";
import { max } from "./max.js";
import { min } from "./min.js";
import { percentile } from "./percentile.js";
import { sum } from "./sum.js";
import { timeAverage } from "./time-average.js";
import { uniqueCount } from "./unique-count.js";
import { weightedSum } from "./weighted-sum.js";

/** What shared code may know of an aggregation: the table's entry, whatever its state is. */
export type AnyAggregation = AggregationDefinition<AggregationName, unknown>;

/** Every aggregation: the one place where they are listed. */
const AGGREGATIONS: {
  readonly [N in AggregationName]: AnyAggregation & { readonly name: N };
} = {
  sum,
  count,
  min,
  max,
  last,
  average,
  "weighted-sum": weightedSum,
  "time-average": timeAverage,
  percentile,
  "unique-count": uniqueCount,
};

const ALL: readonly AnyAggregation[] = Object.values(AGGREGATIONS);

/** The names of the aggregations whose quantities of the parts of a period add up. */
export const ADDITIVE: readonly string[] = ALL.filter((each) => each.additive).map(nameOf);

/** The names of the aggregations that look at no event's quantity. */
export const IGNORING_QUANTITIES: readonly string[] = ALL.filter(
  (each) => each.ignoresQuantities === true,
).map(nameOf);

const simple = ALL.filter(({ form }) => form === undefined).map(nameOf) as SimpleAggregation[];
const [firstForm, ...otherForms] = ALL.flatMap(({ form }) => form ?? []);

export const aggregationSchema: z.ZodType<Aggregation, AggregationInput> = z.union([
  z.enum(simple),
  ...ALL.flatMap(({ shorthand }) => shorthand ?? []),
  ...(firstForm === undefined ? [] : [z.discriminatedUnion("type", [firstForm, ...otherForms])]),
]);

/** What a summary may store of a group, by any aggregation. */
export const storedStateSchema = z.union(ALL.map(({ stored }) => stored));

/** The aggregation that a charge names; by default the sum. */
export function aggregationOf(aggregation: Aggregation = "sum"): AnyAggregation {
  return AGGREGATIONS[typeof aggregation === "string" ? aggregation : aggregation.type];
}

/** Whether a charge's usage may be priced in parts of a period; its aggregation need not be proved yet. */
export function isAdditive(aggregation: unknown = "sum"): boolean {
  return ADDITIVE.some((name) => name === aggregation);
}

/** Whether a charge's usage is made of other than the events' quantities; its aggregation need not be proved yet. */
export function ignoresQuantities(aggregation: unknown): boolean {
  const name = typeof aggregation === "string" ? aggregation : recordIn(aggregation)["type"];
  return IGNORING_QUANTITIES.some((each) => each === name);
}

/** Whether a charge's usage is weighed over a period; its aggregation need not be proved yet. */
export function needsPeriod(aggregation: unknown = "sum"): boolean {
  return ALL.some((each) => each.needsPeriod === true && each.name === aggregation);
}

function nameOf({ name }: AnyAggregation): AggregationName {
  return name;
}

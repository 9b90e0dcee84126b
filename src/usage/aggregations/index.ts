import * as z from "zod";
import { recordIn } from "../../schema/fields.js";
import type {
  Aggregation,
  AggregationDefinition,
  AggregationForm,
  AggregationInput,
  AggregationName,
  CarriedLevel,
  CarryingName,
  SimpleAggregation,
  StoredState,
} from "./aggregation.js";
import { average } from "./average.js";
import type { CarryingDefinition } from "./carry-over.js";
import { count } from "./count.js";
import { carriedLast, last } from "./last.js";
import { carriedMax, max } from "./max.js";
import { carriedMin, min } from "./min.js";
import { percentile } from "./percentile.js";
import { carriedSum, sum } from "./sum.js";
import { carriedTimeAverage, timeAverage } from "./time-average.js";
import { carriedUniqueCount, uniqueCount } from "./unique-count.js";
import { carriedWeightedSum, weightedSum } from "./weighted-sum.js";

/** What shared code may know of an aggregation: the table's entry, whatever its state is. */
export type AnyAggregation = AggregationDefinition<AggregationName, unknown, StoredState>;
type AnyCarrying = CarryingDefinition<CarryingName, unknown>;

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

/** Those whose level may be carried over from period to period. */
const CARRYING: { readonly [N in CarryingName]: AnyCarrying & { readonly name: N } } = {
  sum: carriedSum,
  last: carriedLast,
  max: carriedMax,
  min: carriedMin,
  "weighted-sum": carriedWeightedSum,
  "time-average": carriedTimeAverage,
  "unique-count": carriedUniqueCount,
};

const ALL_CARRYING: readonly AnyCarrying[] = Object.values(CARRYING);

const simple = ALL.filter(({ form }) => form === undefined).map(nameOf) as SimpleAggregation[];
const forms = [
  ...ALL.flatMap(({ form }) => form ?? []),
  ...simple
    .filter(mayCarry)
    .map(
      (name): AggregationForm =>
        z.strictObject({ type: z.literal(name), carryOver: z.literal(true) }),
    ),
];
const [firstForm, ...otherForms] = forms;

export const aggregationSchema: z.ZodType<Aggregation, AggregationInput> = z.union([
  z.enum(simple),
  ...ALL.flatMap(({ shorthand }) => shorthand ?? []),
  ...(firstForm === undefined ? [] : [z.discriminatedUnion("type", [firstForm, ...otherForms])]),
]);

function mayCarry(name: AggregationName): name is CarriedLevel["type"] {
  return Object.hasOwn(CARRYING, name);
}

/** What a summary may store of a group, by any aggregation. */
export const storedStateSchema = z.union([...ALL, ...ALL_CARRYING].map(({ stored }) => stored));

/** A level as it is kept from period to period, of any aggregation. */
export const storedLevelSchema = z.union(ALL_CARRYING.map(({ storedLevel }) => storedLevel));

/** The aggregation that a charge names; by default the sum. */
export function aggregationOf(aggregation: Aggregation = "sum"): AnyAggregation {
  return (
    carryingOf(aggregation) ??
    AGGREGATIONS[typeof aggregation === "string" ? aggregation : aggregation.type]
  );
}

/** The same, where its level is carried over; else nothing. */
export function carryingOf(aggregation: Aggregation = "sum"): AnyCarrying | undefined {
  if (typeof aggregation === "string" || !("carryOver" in aggregation)) return undefined;
  return CARRYING[aggregation.type];
}

/** Whether a charge's usage may be priced in parts of a period; its aggregation need not be proved yet. */
export function isAdditive(aggregation: unknown = "sum"): boolean {
  return ADDITIVE.some((name) => name === aggregation);
}

/** Whether a charge's usage is made of other than the events' quantities; its aggregation need not be proved yet. */
export function ignoresQuantities(aggregation: unknown): boolean {
  const name = writtenName(aggregation);
  return IGNORING_QUANTITIES.some((each) => each === name);
}

/** Whether a charge's usage is weighed over a period; its aggregation need not be proved yet. */
export function needsPeriod(aggregation: unknown = "sum"): boolean {
  const name = writtenName(aggregation);
  return ALL.some((each) => each.needsPeriod === true && each.name === name);
}

/** Whether a charge's level persists; its aggregation need not be proved yet. */
export function carriesOver(aggregation: unknown): boolean {
  return recordIn(aggregation)["carryOver"] === true;
}

function writtenName(aggregation: unknown): unknown {
  return typeof aggregation === "string" ? aggregation : recordIn(aggregation)["type"];
}

function nameOf({ name }: AnyAggregation): AggregationName {
  return name;
}

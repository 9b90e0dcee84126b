import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { issueAt } from "../../errors.js";
import { type Report, recordIn, rule, type UnknownRecord } from "../../schema/fields.js";
import { forbidden, given } from "../../schema/json-rules.js";
import type {
  Aggregation,
  AggregationDefinition,
  AggregationForm,
  AggregationInput,
  AggregationName,
  CarriedDailyName,
  CarriedLevel,
  CarryingName,
  DailyAggregation,
  SimpleAggregation,
  StoredState,
} from "./aggregation.js";
import { average } from "./average.js";
import type { CarryingDefinition } from "./carry-over.js";
import { count } from "./count.js";
import { carriedLast, last } from "./last.js";
import { carriedMax, max } from "./max.js";
import { carriedMin, min } from "./min.js";
import { highestLevelPerDay, perDay } from "./per-day.js";
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

/** What may be made of days by themselves, and of a level that persists from day to day. */
const DAILY = {
  max: perDays("max"),
  sum: perDays("sum"),
} as const satisfies { readonly [N in DailyAggregation["type"]]: unknown };

const DAILY_LEVELS: { readonly [N in CarriedDailyName]: AnyCarrying } = {
  sum: highestLevelPerDay(carriedSum),
  last: highestLevelPerDay(carriedLast),
  max: highestLevelPerDay(carriedMax),
  min: highestLevelPerDay(carriedMin),
};

function perDays(name: DailyAggregation["type"]): {
  readonly [N in DailyAggregation["of"]]: AnyAggregation;
} {
  return {
    sum: perDay(name, sum),
    count: perDay(name, count),
    max: perDay(name, max),
    min: perDay(name, min),
    last: perDay(name, last),
    average: perDay(name, average),
  };
}

const ALL_DAILY: readonly AnyAggregation[] = [
  ...Object.values(DAILY).flatMap((each) => Object.values(each)),
  ...Object.values(DAILY_LEVELS),
];

const simple = ALL.filter(({ form }) => form === undefined).map(nameOf) as SimpleAggregation[];

export const aggregationSchema = onFirstUse((): z.ZodType<Aggregation, AggregationInput> => {
  const [first, ...others] = [
    ...ALL.flatMap(({ form }) => form?.() ?? []),
    ...simple
      .filter(mayCarry)
      .map(
        (name): AggregationForm =>
          mayBeOfDays(name)
            ? dailyForm(name)
            : z.strictObject({ type: z.literal(name), carryOver: z.literal(true) }),
      ),
  ];
  return z.union([
    z.enum(simple),
    ...ALL.flatMap(({ shorthand }) => shorthand?.() ?? []),
    ...(first === undefined ? [] : [z.discriminatedUnion("type", [first, ...others])]),
  ]);
});

function mayCarry(name: AggregationName): name is CarriedLevel["type"] {
  return Object.hasOwn(CARRYING, name);
}

function mayBeOfDays(name: AggregationName): name is DailyAggregation["type"] {
  return Object.hasOwn(DAILY, name);
}

/** A level that persists, or an aggregation of days: the form has one type for both. */
function dailyForm(name: DailyAggregation["type"]): AggregationForm {
  const form = z
    .strictObject({
      type: z.literal(name),
      of: z.exactOptional(z.enum(keysOf(DAILY[name]))),
      per: z.exactOptional(z.literal("day")),
      carryOver: z.exactOptional(z.literal(true)),
    })
    .check(rule((value, report) => checkDaily(value, report)))
    .meta({ anyOf: dailyRules(name) });
  // What the rule leaves has one of the forms.
  return form as unknown as AggregationForm;
}

function checkDaily(value: UnknownRecord, report: Report): void {
  const missing = (field: string, expected: string) =>
    report(issueAt("missing", [field], { expected, received: undefined }));
  const { type, of } = value;
  if (!("of" in value) && !("per" in value)) {
    if (!("carryOver" in value)) missing("carryOver", `true, or of and per, beside ${type}`);
    return;
  }
  if (!("of" in value)) missing("of", "how the events of a day become one quantity");
  if (!("per" in value)) missing("per", "day");
  if (!("carryOver" in value)) return;
  if (type !== "max") {
    const expected = "only on the max of days";
    report(issueAt("field_not_allowed", ["carryOver"], { expected, received: true }));
  } else if (typeof of === "string" && !Object.hasOwn(DAILY_LEVELS, of)) {
    const expected = `one of ${keysOf(DAILY_LEVELS).join(", ")}, where the level goes on`;
    report(issueAt("invalid_value", ["of"], { expected, received: of }));
  }
}

/** The same for JSON Schema. */
function dailyRules(name: DailyAggregation["type"]): readonly UnknownRecord[] {
  const all = [given("of"), given("per")];
  return [
    { allOf: [given("carryOver"), { properties: forbidden(["of", "per"]) }] },
    { allOf: all, properties: forbidden(["carryOver"]) },
    ...(name === "max" ? [{ allOf: all, properties: { of: { enum: keysOf(DAILY_LEVELS) } } }] : []),
  ];
}

function keysOf<K extends string>(record: { readonly [key in K]: unknown }): readonly K[] {
  return Object.keys(record) as K[];
}

/** What a summary may store of a group, by any aggregation. */
export const storedStateSchema = onFirstUse(() =>
  z.union([...ALL, ...ALL_CARRYING, ...ALL_DAILY].map(({ stored }) => stored())),
);

/** A level as it is kept from period to period, of any aggregation. */
export const storedLevelSchema = onFirstUse(() =>
  z.union(ALL_CARRYING.map(({ storedLevel }) => storedLevel())),
);

/** The aggregation that a charge names; by default the sum. */
export function aggregationOf(aggregation: Aggregation = "sum"): AnyAggregation {
  if (typeof aggregation === "object" && "per" in aggregation && !("carryOver" in aggregation)) {
    return DAILY[aggregation.type][aggregation.of];
  }
  return (
    carryingOf(aggregation) ??
    AGGREGATIONS[typeof aggregation === "string" ? aggregation : aggregation.type]
  );
}

/** The same, where its level is carried over; else nothing. */
export function carryingOf(aggregation: Aggregation = "sum"): AnyCarrying | undefined {
  if (typeof aggregation === "string" || !("carryOver" in aggregation)) return undefined;
  return "per" in aggregation ? DAILY_LEVELS[aggregation.of] : CARRYING[aggregation.type];
}

/** Whether a charge's usage may be priced in parts of a period; its aggregation need not be proved yet. */
export function isAdditive(aggregation: unknown = "sum"): boolean {
  return ADDITIVE.some((name) => name === aggregation);
}

/** Whether a charge's usage is made of other than the events' quantities; its aggregation need not be proved yet. */
export function ignoresQuantities(aggregation: unknown): boolean {
  const { of } = recordIn(aggregation);
  const name = of ?? writtenName(aggregation);
  return IGNORING_QUANTITIES.some((each) => each === name);
}

/** Whether a charge's usage is weighed over a period; its aggregation need not be proved yet. */
export function needsPeriod(aggregation: unknown = "sum"): boolean {
  const name = writtenName(aggregation);
  return ALL.some((each) => each.needsPeriod === true && each.name === name);
}

/** Whether days count by themselves; its aggregation need not be proved yet. */
export function countsDays(aggregation: unknown): boolean {
  return recordIn(aggregation)["per"] === "day";
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

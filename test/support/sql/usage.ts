/** Usage charges of every kind, segments and events that are hard to agree about, and what counting them in process gives. */
import fc from "fast-check";
import {
  type AggregationInput,
  type DailyAggregation,
  type EventInput,
  type Predicate,
  type PricingInput,
  type RoundingMode,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
  type UsageSummary,
} from "rateplan";
import type { UsageSegmentInput } from "rateplan/sql";

const UNITS = ["@outcome", "GB's"];
const NAMES = ["a", 'q"', "back\\slash", "日本", "\u{1f600}", "\uffee", "$1", "é\n\t"];
const CUSTOMERS = ["acme", "o'neil"];
const SUBSCRIPTIONS = ["s1", "s2"];
const AGENTS = ["bot", 'ai"'];
/** Keys that must be escaped somewhere. */
const KEYS = ["k", 'a"b', "a/b~c", "*", "$.k", "0", "é'", "{p1}"];
const FIELDS = [
  "name",
  "subject",
  "agentId",
  "agentType",
  ...KEYS.map((key) => `properties.${key}`),
];

/** Moments at which many events happen: together, within a millisecond, at the ends of periods, of days, of summer. */
const MOMENTS = [
  "2026-02-28T23:59:59.999Z",
  "2026-03-01T00:00:00Z",
  "2026-03-10T12:00:00.123999Z",
  "2026-03-10T12:00:00.123001Z",
  "2026-03-10T12:00:00.124Z",
  "2026-03-28T23:30:00-01:00",
  "2026-03-29T00:59:59.999Z",
  "2026-03-29T01:00:00Z",
  "2026-03-31T22:00:00Z",
  "2026-04-01T00:00:00Z",
  "2026-10-25T00:30:00Z",
  "2026-10-25T01:30:00Z",
  "2026-11-01T03:59:59Z",
  "2026-11-01T04:30:00Z",
  "2026-11-01T05:00:00Z",
  "1969-12-31T23:59:59.9999Z",
];

const moment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...MOMENTS) },
  {
    weight: 2,
    arbitrary: fc
      .date({ min: new Date("2026-02-20"), max: new Date("2026-04-10"), noInvalidDate: true })
      .map((date) => date.toISOString()),
  },
);

const digits = (least: number, most: number) =>
  fc.stringMatching(new RegExp(`^[1-9][0-9]{${least - 1},${most - 1}}$`));

/** Decimals of few digits, of thirty, and of more than some databases have. */
const decimal = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("0", "1", "2", "2.50", "0.5", "10", "100.000") },
      {
        weight: 2,
        arbitrary: fc.tuple(digits(12, 12), digits(18, 18)).map((parts) => parts.join(".")),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(digits(30, 30), digits(25, 25)).map((parts) => parts.join(".")),
      },
      { weight: 1, arbitrary: fc.constantFrom("1e3", "5e-20", "0.0000000000000000001", "+7") },
    ),
  )
  .map(([sign, number]) => (number.startsWith("+") ? number : sign + number));

const jsonValue = fc.oneof(
  fc.constantFrom<unknown>(
    "x",
    "1",
    "1.0",
    "01",
    "1e2",
    "abc",
    "",
    "true",
    "null",
    "-2.5",
    "q\"'\\",
  ),
  fc.constantFrom<unknown>(0, 1, 1.5, -3, 1e21, 1e-7, 0.1, 123456789.1234568, 2 ** 53, -0, 5e-324),
  fc.constantFrom<unknown>(true, false, null),
  fc.constantFrom<unknown>([], [1], {}, { k: 1 }),
  fc.constantFrom(...NAMES),
);

const few = (values: readonly string[]) => fc.constantFrom(undefined, "", ...values);

const anyEvent = fc.record(
  {
    id: fc.constantFrom("e1", "e2", "e3", "\u{1f600}", "\uffee", 'e"', "z", ""),
    source: few(["crm", 'q"\\']),
    customerId: fc.constantFrom(...CUSTOMERS),
    subscriptionId: few(SUBSCRIPTIONS),
    unitOfMeasure: fc.constantFrom(...UNITS, ...UNITS, ""),
    name: few(NAMES),
    subject: few(NAMES),
    agentType: few(AGENTS),
    agentId: few(AGENTS),
    timestamp: moment,
    receivedAt: fc.oneof(fc.constant(undefined), moment),
    quantity: fc.oneof(decimal, decimal, fc.constantFrom(undefined, "", "many")),
    value: fc.oneof(decimal, fc.constantFrom(undefined, "cheap")),
    currency: few(["EUR", "USD"]),
    properties: fc.oneof(
      { weight: 5, arbitrary: fc.dictionary(fc.constantFrom(...KEYS), jsonValue, { maxKeys: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, [], "none") },
    ),
  },
  { requiredKeys: ["id", "customerId", "unitOfMeasure", "timestamp"] },
);

/** Events, of which many have the id of another, and some say the same again. */
export const events: fc.Arbitrary<readonly EventInput[]> = fc
  .array(anyEvent, { minLength: 1, maxLength: 14 })
  .chain((list) =>
    fc
      .array(fc.tuple(fc.nat({ max: list.length - 1 }), moment, fc.nat({ max: 2 })), {
        maxLength: 6,
      })
      .map((again) => {
        const copies = again.map(([index, receivedAt, kind]) => {
          const { ...event } = list[index];
          if (kind === 0) return { ...event, receivedAt };
          return kind === 1
            ? { ...event, quantity: "2.5" }
            : { ...event, quantity: "2.50", receivedAt };
        });
        return [...list, ...copies] as unknown as EventInput[];
      }),
  );

const field = fc.constantFrom(...FIELDS);
const bound = fc.constantFrom(
  "0",
  "1",
  "1.5",
  "-2.5",
  "100",
  "0.1",
  "1e-19",
  "123456789012345678901234567890",
);
const fieldValue = fc.constantFrom("x", "1", 1, 1.5, 0, 1e21, 0.1, true, false, null, ...NAMES);
const fieldTest = fc
  .record(
    {
      field,
      equals: fieldValue,
      in: fc.array(fieldValue, { maxLength: 3 }),
      greaterThan: bound,
      atLeast: bound,
      lessThan: bound,
      atMost: bound,
      exists: fc.boolean(),
    },
    { requiredKeys: ["field"] },
  )
  .filter((test) => Object.keys(test).length > 1);

const localTest = fc.oneof(
  fc.record({
    localWeekday: fc.uniqueArray(fc.constantFrom("sunday", "saturday", "monday", "tuesday"), {
      minLength: 1,
    }),
  }),
  fc.record({
    localTime: fc.constantFrom(
      { from: "22:00", until: "02:30" },
      { from: "00:00", until: "24:00" },
      { from: "01:30:15", until: "12:00" },
    ),
  }),
);

const predicate: fc.Arbitrary<Predicate> = fc.letrec<{ one: Predicate }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3 },
    fieldTest as fc.Arbitrary<Predicate>,
    localTest as fc.Arbitrary<Predicate>,
    fc.record({ all: fc.array(tie("one"), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("one"), { maxLength: 3 }) }),
    fc.record({ not: tie("one") }),
  ),
})).one;

const daily: readonly DailyAggregation[] = [
  ...(["max", "sum"] as const).flatMap((type) =>
    (["sum", "count", "max", "min", "last", "average"] as const).map(
      (of) => ({ type, of, per: "day" }) as const,
    ),
  ),
  ...(["sum", "max", "min", "last"] as const).map(
    (of) => ({ type: "max", of, per: "day", carryOver: true }) as const,
  ),
];

const carried = (["sum", "last", "max", "min", "weighted-sum", "time-average"] as const).map(
  (type) => ({ type, carryOver: true }) as const,
);

const aggregation: fc.Arbitrary<AggregationInput> = fc.oneof(
  fc.constantFrom<AggregationInput>(
    ...([
      "sum",
      "count",
      "min",
      "max",
      "last",
      "average",
      "weighted-sum",
      "time-average",
      "unique-count",
    ] as const),
  ),
  fc.constantFrom<AggregationInput>(...carried),
  fc.constantFrom<AggregationInput>(...daily),
  fc
    .constantFrom("1", "50", "95", "100")
    .map((percentile) => ({ type: "percentile", percentile }) as const),
  fc.tuple(field, fc.boolean()).map(
    ([by, carryOver]): AggregationInput => ({
      type: "unique-count",
      by,
      ...(carryOver ? { carryOver } : {}),
    }),
  ),
);

const MODES: readonly RoundingMode[] = ["up", "down", "half-even", "half-floor"];
const eventQuantity = fc.record(
  {
    rounding: fc.record({
      mode: fc.constantFrom(...MODES),
      increment: fc.constantFrom("1", "0.3"),
    }),
    minimum: fc.constantFrom("0", "1.5"),
    maximum: fc.constantFrom("2", "1000"),
  },
  { requiredKeys: [] },
);

/** How usage is priced: by quantity, by cells, by values. */
const pricing: fc.Arbitrary<PricingInput> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<PricingInput>({ model: "per-unit", unitPrice: "0.5" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<PricingInput>(
      {
        model: "matrix",
        dimensions: ["name"],
        prices: [
          { when: { name: "a" }, unitPrice: 1 },
          { when: { name: null }, unitPrice: 2 },
        ],
      },
      {
        model: "matrix",
        dimensions: ["properties.k", "agentId"],
        prices: [{ when: { "properties.k": "1", agentId: null }, unitPrice: 1 }],
        defaultPrice: 3,
      } as unknown as PricingInput,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<PricingInput>(
      { model: "percentage", percent: 2 },
      { model: "percentage", percent: 2, minPerEvent: "0.3", maxPerEvent: 5 } as PricingInput,
      { model: "percentage", percent: 2, freeEvents: 1 } as PricingInput,
    ),
  },
);

export const charge: fc.Arbitrary<UsageChargeInput> = fc
  .record(
    {
      unitOfMeasure: fc.constantFrom(...UNITS),
      pricing,
      aggregation,
      filter: fc.record(
        {
          names: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 5 }),
          agents: fc.constantFrom([...AGENTS], ["bot"]),
          where: predicate,
        },
        { requiredKeys: [] },
      ),
      groupBy: fc.uniqueArray(field, { minLength: 1, maxLength: 2 }).map((fields) => ({ fields })),
      eventQuantity,
    },
    { requiredKeys: ["unitOfMeasure", "pricing"] },
  )
  .map(
    (fields) =>
      ({
        id: "charge",
        name: "Charge",
        chargeType: "usage",
        currency: "EUR",
        ...fields,
      }) as UsageChargeInput,
  );

/** Whose usage of when. */
export const segment: fc.Arbitrary<Omit<UsageSegmentInput, "charge">> = fc.record(
  {
    customerId: fc.constantFrom(...CUSTOMERS),
    subscriptionId: fc.constantFrom(...SUBSCRIPTIONS),
    agentType: fc.constantFrom(...AGENTS),
    period: fc.constantFrom(
      { start: "2026-03-01", end: "2026-04-01" },
      { start: "2026-03-10T12:00:00.124Z", end: "2026-04-01" },
      { start: "2026-10-20", end: "2026-11-02" },
      { start: "2026-01-01", end: "2027-01-01" },
    ),
    asOf: fc.constantFrom("2026-03-15", "2026-05-01", "2027-02-01", "2026-03-10T12:00:00.123Z"),
    timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/Havana", "Asia/Kolkata"),
    pauses: fc.constantFrom(
      [{ start: "2026-03-05", end: "2026-03-11" }],
      [
        { start: "2026-03-20", end: "2026-03-29" },
        { start: "2026-03-29T00:59:59.999Z", end: "2026-03-30" },
      ],
    ),
  },
  { requiredKeys: ["customerId", "period"] },
);

/** What of a summary the database can know: of its report, how many events it counts. */
export function comparable({ report, ...summary }: UsageSummary) {
  return { ...summary, matched: report.counts.matched };
}

/** What counting the events in process gives, each id once. */
export function summaryInProcess(
  list: readonly EventInput[],
  charge: UsageChargeInput,
  { pauses, ...segment }: Omit<UsageSegmentInput, "charge">,
): UsageSummary {
  const options = { charge, ...segment };
  const known = summarizeUsage(list, { ...options, policy: { deduplicate: true } });
  const winners = (known.deduplication?.events ?? []).map(
    ({ payload }): UsageEventInput => ({
      ...JSON.parse(payload),
      receivedAt: "1960-01-01T00:00:00Z",
    }),
  );
  const aggregation = charge.aggregation ?? "sum";
  const goesOn = typeof aggregation === "object" && "carryOver" in aggregation;
  const counted = goesOn
    ? winners
    : winners.filter(({ timestamp }) => !isPaused(timestamp, pauses, segment));
  return summarizeUsage(counted, { ...options, policy: { deduplicate: false } });
}

function isPaused(
  timestamp: string | Date,
  pauses: UsageSegmentInput["pauses"],
  { timeZone }: Pick<UsageSegmentInput, "timeZone">,
): boolean {
  return (pauses ?? []).some(({ start, end }) => {
    const options = {
      charge: COUNTING,
      period: { start, end },
      timeZone,
      asOf: "2100-01-01",
      policy: { deduplicate: false },
    };
    const event = { id: "e", customerId: "c", unitOfMeasure: "u", timestamp };
    return summarizeUsage([event], options).quantity === "1";
  });
}

const COUNTING: UsageChargeInput = {
  id: "count",
  name: "Count",
  chargeType: "usage",
  unitOfMeasure: "u",
  pricing: { model: "per-unit", unitPrice: 1 },
};

import fc from "fast-check";
import {
  type EventColumns,
  type EventInput,
  summarizeRun,
  summarizeRunAsync,
  summarizeUsage,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { issuesOf, JANUARY, perUnit, planOf, productOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

type Row = Readonly<Record<string, unknown>>;

const charge = perUnit("outcome", "1");
const catalog = productOf(planOf([charge]));
const subscriptions = ["acme", "bolt"].map((customerId, n) => ({
  id: `s${n}`,
  customerId,
  ratePlanId: planOf([charge]).id,
  startDate: "2026-01-01",
}));

const instants = fc
  .integer({ min: Date.UTC(2025, 11, 30), max: Date.UTC(2026, 1, 3) })
  .map((at) => at - (at % 7_200_000));
const columnsOf = {
  id: fc.constantFrom<unknown>("1", "2", "3", "é", "", undefined, 5, "x".repeat(10_001)),
  customerId: fc.constantFrom<unknown>("acme", "acme", "bolt", "nobody", undefined),
  unitOfMeasure: fc.constantFrom<unknown>("@outcome", "@outcome", "@action", undefined),
  subscriptionId: fc.constantFrom<unknown>(undefined, "s0", "s1", "s9"),
  agentType: fc.constantFrom<unknown>(undefined, undefined, "other", 7),
  name: fc.constantFrom<unknown>("a", undefined, {}),
  source: fc.constantFrom<unknown>(undefined, undefined, "/crm"),
  value: fc.constantFrom<unknown>(undefined, undefined, "2.5", "x"),
};
const quantities = fc.constantFrom<unknown>(1, 2.25, "0.5", "1e30", -3, 1e-7, null, "x", 10n, "");
const rows = fc.array(
  fc.record(
    { ...columnsOf, timestamp: instants, receivedAt: instants, quantity: quantities },
    { requiredKeys: ["id", "customerId", "unitOfMeasure", "timestamp"] },
  ),
  { maxLength: 30 },
);

/** The same data as columns: lists, typed arrays or dictionaries. */
function asColumns(given: readonly Row[], typed: boolean): EventColumns {
  const names = [...new Set(given.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): [string, unknown] => {
    const list = given.map((row) => row[name]);
    const isWhole = (each: unknown) => typeof each === "number";
    if (name === "timestamp" && typed) return [name, new Float64Array(list as number[])];
    if (name === "receivedAt" && typed && list.every(isWhole)) {
      return [name, BigInt64Array.from(list as number[], (each) => BigInt(each))];
    }
    if (name === "timestamp" || name === "receivedAt") {
      return [name, list.map((each) => (typeof each === "number" ? new Date(each) : each))];
    }
    if (name === "quantity" && typed && list.every(isWhole)) {
      return [name, new Float64Array(list as number[])];
    }
    if (name === "quantity" || name === "value" || !typed) return [name, list];
    const values: unknown[] = [...new Set(list)].filter((each) => each !== undefined);
    return [name, { values, codes: Int32Array.from(list, (each) => values.indexOf(each)) }];
  });
  return unchecked<EventColumns>({
    id: [],
    customerId: [],
    timestamp: [],
    ...Object.fromEntries(columns),
  });
}

function asObjects(given: readonly Row[]): EventInput[] {
  return unchecked<EventInput[]>(
    given.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          name === "timestamp" || name === "receivedAt" ? new Date(value as number) : value,
        ]),
      ),
    ),
  );
}

const isText = (value: unknown) => typeof value === "string" && value !== "";

const policies = fc.constantFrom({ deduplicate: false }, { deduplicate: true });

describe("events as columns", () => {
  it("LAW: come to what the same events come to as objects", () => {
    fc.assert(
      fc.property(rows, fc.boolean(), policies, (given, typed, policy) => {
        const options = {
          charge,
          customerId: "acme",
          subscriptionId: "s0",
          period: JANUARY,
          policy,
        };
        expect(summarizeUsage(asColumns(given, typed), options)).toEqual(
          summarizeUsage(asObjects(given), options),
        );
      }),
      tries(200),
    );
  });

  it("LAW: come to the same in a run, with and without their ids", () => {
    fc.assert(
      fc.property(rows, fc.boolean(), policies, fc.boolean(), (given, typed, policy, keep) => {
        const keepIds = policy.deduplicate && keep;
        const options = { catalog, subscriptions, period: JANUARY, policy, keepIds };
        expect(summarizeRun(asColumns(given, typed), options)).toEqual(
          summarizeRun(asObjects(given), options),
        );
      }),
      tries(150),
    );
  });

  it("may come in batches of a stream", async () => {
    async function* batches() {
      const columns = { customerId: "acme", unitOfMeasure: "@outcome", timestamp: at };
      yield await Promise.resolve({ ...columns, id: ["1", "2"] });
      yield { ...columns, id: ["2", "3"], quantity: Int32Array.of(1, 5) };
    }
    const at = new Float64Array(2).fill(Date.UTC(2026, 0, 5));
    // "1", "2" and "2" again, and five of "3".
    const { quantity, report } = await summarizeUsage(batches(), { charge });
    expect([quantity, report.counts.duplicate]).toEqual(["7", 1]);
  });

  it("LAW: come to the same in batches of a stream, also of one event each", async () => {
    const sizes = fc.constantFrom(1, 1, 2, 5);
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), sizes, async (given, typed, size) => {
        // Fields of one kind, as in columns of one table.
        const told = given.filter(({ id, customerId }) => isText(id) && isText(customerId));
        async function* batches() {
          await Promise.resolve();
          for (let at = 0; at < told.length; at += size) {
            const columns = asColumns(told.slice(at, at + size), typed);
            const [only, ...others] = told.slice(at, at + size);
            const one = others.length === 0 && {
              id: only?.["id"],
              customerId: only?.["customerId"],
            };
            yield unchecked<EventColumns>({ ...columns, ...one });
          }
        }
        const options = { catalog, subscriptions, period: JANUARY };
        expect(await summarizeRunAsync(batches(), options)).toEqual(
          summarizeRun(asObjects(told), options),
        );
        expect(await summarizeUsage(batches(), { charge })).toEqual(
          summarizeUsage(asObjects(told), { charge }),
        );
      }),
      tries(50),
    );
  });

  it("are told from an event that has a list where an instant should be", async () => {
    const event = { id: "1", customerId: "acme", unitOfMeasure: "@outcome" };
    async function* stream() {
      yield await Promise.resolve({ ...event, timestamp: [], quantity: 1 });
      yield { ...event, timestamp: ["2026-01-05T09:00:00Z"], quantity: 1 };
      yield { ...event, timestamp: [] };
      yield { ...event, timestamp: Float64Array.of(Date.UTC(2026, 0, 5)) };
    }
    const { quantity, report } = await summarizeUsage(
      unchecked<AsyncIterable<EventInput>>(stream()),
      {
        charge,
      },
    );
    expect([quantity, report.counts.invalid]).toEqual(["1", 3]);
  });

  it("have properties by their names, and one text for all where it is one", () => {
    const columns = {
      id: ["1", "2", "3"],
      customerId: "acme",
      unitOfMeasure: "@outcome",
      timestamp: ["2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z", "2026-01-07T09:00:00Z"],
      properties: {
        channel: { values: ["chat", "mail"], codes: Uint8Array.of(0, 1, 0) },
        n: [1, 2, 3],
      },
    };
    const where = {
      all: [
        { field: "properties.channel", equals: "chat" },
        { field: "properties.n", atLeast: 2 },
      ],
    };
    const own = { ...charge, filter: { where } };
    expect(summarizeUsage(columns, { charge: own }).quantity).toBe("1");
  });

  const one = { id: ["1"], customerId: "acme", unitOfMeasure: "@outcome" };
  const T = "2026-01-05T00:00:00Z";
  const summary = (columns: Readonly<Record<string, unknown>>, more: Partial<typeof charge> = {}) =>
    summarizeUsage(unchecked<EventColumns>({ ...one, timestamp: [T], ...columns }), {
      charge: { ...charge, ...more },
      period: { start: "1969-01-01", end: "2027-01-01" },
    });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["a part of a millisecond before 1970", { timestamp: Float64Array.of(-0.5) }],
    ["one after it", { timestamp: Float64Array.of(0.5) }],
  ])("leave out %s as texts do", (_, { timestamp }) => {
    const text = {
      timestamp: [
        `19${(timestamp as Float64Array)[0] === 0.5 ? "70-01-01T00:00:00.0005" : "69-12-31T23:59:59.9995"}Z`,
      ],
    };
    for (const period of [
      { start: "1969-01-01", end: "1970-01-01" },
      { start: "1970-01-01", end: "1971-01-01" },
    ]) {
      for (const properties of [undefined, { n: [1] }]) {
        const quantities = [{ timestamp }, text].map(
          (each) =>
            summarizeUsage(unchecked<EventColumns>({ ...one, ...each, properties }), {
              charge,
              period,
            }).quantity,
        );
        expect(quantities[0]).toBe(quantities[1]);
      }
    }
  });

  it("take no number for an instant in a list, where an object may not have one either", () => {
    for (const timestamp of [Date.parse(T), BigInt(Date.parse(T))]) {
      const { quantity, report } = summary({ timestamp: [timestamp] });
      expect([quantity, report.counts.invalid]).toEqual(["0", 1]);
      expect(summary({ receivedAt: [timestamp] }).report.counts.invalid).toBe(1);
    }
  });

  it("say that milliseconds are expected where numbers are microseconds", () => {
    const timestamp = BigInt64Array.of(BigInt(Date.parse(T)) * 1_000n);
    expect(summary({ timestamp }).report.details.invalid?.[0]?.reason).toContain("milliseconds");
    expect(summary({ timestamp: Float64Array.of(Number.NaN) }).report.counts.invalid).toBe(1);
  });

  it.each([
    Float64Array,
    Int32Array,
    Uint32Array,
    Int16Array,
    Uint16Array,
    Int8Array,
    Uint8Array,
  ] as const)("have numbers in a %o, also as properties", (Numbers) => {
    const where = { field: "properties.n", equals: 7 };
    const columns = { quantity: Numbers.of(5), properties: { n: Numbers.of(7) } };
    expect(summary(columns, { filter: { where } }).quantity).toBe("5");
  });

  it.each([BigInt64Array, BigUint64Array] as const)("have numbers in a %o, too", (Numbers) => {
    const large = 2n ** 53n;
    for (const [value, equals] of [
      [7n, 7],
      [large - 1n, Number(large) - 1],
      [large + 1n, String(large + 1n)],
    ] as const) {
      const where = { field: "properties.n", equals };
      const columns = { quantity: Numbers.of(value), properties: { n: Numbers.of(value) } };
      expect(summary(columns, { filter: { where } }).quantity).toBe(String(value));
    }
  });

  it("are refused in single precision, which has no decimals, and say so", () => {
    const columns = { quantity: Float32Array.of(0.1) };
    expect(() => summary(columns)).toThrow("got Float32Array");
  });

  it("are refused where they do not fit together, with everything that is wrong", () => {
    const columns = unchecked<EventColumns>({
      id: ["1", "2"],
      customerId: { values: ["acme"], codes: Uint8Array.of(0, 0, 0) },
      timestamp: new Uint8Array(2),
      quantity: new Map(),
      quantiy: [1, 2],
      properties: { channel: ["chat"] },
    });
    expect(issuesOf(() => summarizeUsage(columns, { charge }))).toEqual([
      "unknown_key quantiy",
      "invalid_type timestamp",
      "invalid_type quantity",
      "invalid_value customerId",
      "invalid_value properties.channel",
    ]);
    const none = unchecked<EventColumns>({ id: ["1"] });
    expect(issuesOf(() => summarizeUsage(none, { charge }))).toEqual([
      "missing customerId",
      "missing timestamp",
    ]);
  });
});

/**
 * Runs of events that say nothing but whose they are, when, and how many: added up without being read one by one. Summed here
 * by hand, with the rules of the guide: whose, which unit, when, known in time, each id once.
 */
import fc from "fast-check";
import {
  type EventColumns,
  type ProductInput,
  type RunOptions,
  type RunSummary,
  type SubscriptionInput,
  summarizeRun,
  summarizeRunAsync,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { AGENT_TYPE, perUnit, planOf, productOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const charges = [
  perUnit("tokens", "1", { unitOfMeasure: "token" }),
  perUnit("calls", "1", { unitOfMeasure: "call", aggregation: "count" }),
];
const catalog: ProductInput = productOf(
  planOf(charges, { id: "one" }),
  // Tokens alone, at another price: a change takes calls away and begins another stretch of tokens.
  planOf([perUnit("tokens", "2", { unitOfMeasure: "token" })], { id: "two" }),
);
const period = { start: "2026-01-01", end: "2026-02-01" };
const CHANGE = "2026-01-11";

const subscription = (
  id: string,
  customerId: string,
  more: Partial<SubscriptionInput> = {},
): SubscriptionInput => ({
  id,
  customerId,
  ratePlanId: "one",
  startDate: "2025-12-01",
  ...more,
});

/** Of two customers, one subscription each; of one, two; and one that changes its plan. */
const SUBSCRIPTIONS = [
  subscription("s1", "acme"),
  subscription("s2", "bolt", { timeZone: "America/New_York" }),
  subscription("s3", "corp"),
  subscription("s4", "corp", { ratePlanId: "two" }),
  subscription("s5", "dune", { changes: [{ effectiveDate: CHANGE, ratePlanId: "two" }] }),
];

/** The stretches of a subscription in which it prices a unit. */
function stretchesOf({ id, ratePlanId, timeZone }: SubscriptionInput, unit: string) {
  const hours = timeZone === undefined ? "T00" : "T05";
  const at = (date: string) => Date.parse(`${date}${hours}:00:00Z`);
  const [start, change, end] = [at(period.start), at(CHANGE), at(period.end)];
  if (id === "s5") {
    const first = { start, end: change };
    return unit === "token" ? [first, { start: change, end }] : unit === "call" ? [first] : [];
  }
  return unit === "token" || (unit === "call" && ratePlanId === "one") ? [{ start, end }] : [];
}

type Row = UsageEventInput & { readonly timestamp: string; readonly quantity: number };

const LATE = "2026-03-01T00:00:00Z";
const EDGES = ["2026-01-01T00", "2026-01-01T05", `${CHANGE}T00`, "2026-02-01T00", "2026-02-01T05"];
const instants = fc
  .oneof(
    fc.constantFrom(...EDGES.map((hour) => Date.parse(`${hour}:00:00Z`))),
    fc.integer({ min: Date.UTC(2025, 11, 30), max: Date.UTC(2026, 1, 3) }),
  )
  .chain((at) => fc.constantFrom(at - 1, at, at + 1))
  .map((at) => new Date(at).toISOString());
const rows: fc.Arbitrary<Row[]> = fc
  .uniqueArray(
    fc.record(
      {
        id: fc.integer({ min: 1, max: 30 }),
        customerId: fc.constantFrom("acme", "bolt", "corp", "dune", "nobody"),
        unitOfMeasure: fc.constantFrom("token", "token", "call", "page"),
        timestamp: instants,
        quantity: fc.oneof(
          fc.integer({ min: -3, max: 50 }),
          fc.constantFrom(0.000001, 2.25, 999_999_999),
        ),
        subscriptionId: fc.constantFrom("s1", "s3", "s4", "s9"),
        agentType: fc.constantFrom(AGENT_TYPE, AGENT_TYPE, "other"),
        isLate: fc.boolean(),
      },
      { requiredKeys: ["id", "customerId", "unitOfMeasure", "timestamp", "quantity"] },
    ),
    {
      maxLength: 40,
      size: "max",
      // Of several events of one id and time it would be open which counts.
      selector: ({ id, customerId, timestamp }) => `${customerId} ${id} ${timestamp}`,
    },
  )
  .map((list) =>
    list.map(({ id, isLate, ...event }) => ({
      ...event,
      id: `e${id}`,
      ...(isLate === undefined ? {} : { receivedAt: isLate ? LATE : event.timestamp }),
    })),
  );

/** What each charge comes to, in millionths: by hand. */
function byHand(list: readonly Row[], isOnce: boolean): readonly string[] {
  return SUBSCRIPTIONS.flatMap((of) =>
    ["token", "call"].flatMap((unit) =>
      stretchesOf(of, unit).map(({ start, end }) => {
        // What is billed of January is known by its end.
        const asOf = Date.parse(`2026-02-01T0${of.timeZone === undefined ? 0 : 5}:00:00Z`);
        const known = list.filter(
          ({ receivedAt, timestamp }) => Date.parse(`${receivedAt ?? timestamp}`) <= asOf,
        );
        const own = (isOnce ? eachOnce(known) : known).filter(
          ({
            customerId,
            subscriptionId = of.id,
            agentType = AGENT_TYPE,
            unitOfMeasure,
            timestamp,
          }) =>
            customerId === of.customerId &&
            subscriptionId === of.id &&
            agentType === AGENT_TYPE &&
            unitOfMeasure === unit &&
            Date.parse(timestamp) >= start &&
            Date.parse(timestamp) < end,
        );
        const sum = own.reduce((all, { quantity }) => all + BigInt(Math.round(quantity * 1e6)), 0n);
        const counted = unit === "call" ? BigInt(own.length) * 1_000_000n : sum;
        return `${of.id} ${unit} ${start} ${counted}`;
      }),
    ),
  ).sort();
}

/** Of several events of a customer under one id, the earliest counts. */
function eachOnce(list: readonly Row[]): readonly Row[] {
  const byId = new Map<string, Row>();
  for (const row of list) {
    const name = `${row.customerId} ${row.id}`;
    const known = byId.get(name);
    if (known === undefined || row.timestamp < known.timestamp) byId.set(name, row);
  }
  return [...byId.values()];
}

function quantitiesOf(run: RunSummary): readonly string[] {
  return run.subscriptions
    .flatMap(({ subscriptionId, summaries }) =>
      summaries.map(({ chargeId, period: within, quantity }) => {
        const start = Date.parse(`${within?.start}`);
        return `${subscriptionId} ${chargeId.slice(0, -1)} ${start} ${millionthsIn(quantity)}`;
      }),
    )
    .sort();
}

function millionthsIn(text: string): bigint {
  const [whole = "0", part = ""] = text.split(".");
  const digits = BigInt(`${whole.replace("-", "")}${part.padEnd(6, "0")}`);
  return text.startsWith("-") ? -digits : digits;
}

function asColumns(list: readonly Row[]): EventColumns {
  const texts = (name: "subscriptionId" | "agentType" | "receivedAt") =>
    list.map((row) => row[name] as string | undefined);
  const customers = [...new Set(list.map(({ customerId }) => customerId))];
  return {
    id: list.map(({ id }) => id),
    customerId: {
      values: customers,
      codes: Uint16Array.from(list, ({ customerId }) => customers.indexOf(customerId)),
    },
    unitOfMeasure: list.map((row) => row.unitOfMeasure as string),
    subscriptionId: texts("subscriptionId"),
    agentType: texts("agentType"),
    timestamp: Float64Array.from(list, ({ timestamp }) => Date.parse(timestamp)),
    receivedAt: texts("receivedAt"),
    quantity: Float64Array.from(list, ({ quantity }) => quantity),
  };
}

describe("a run of plain events", () => {
  const options = (isOnce: boolean): RunOptions => ({
    catalog,
    subscriptions: SUBSCRIPTIONS,
    period,
    ...(isOnce ? { keepIds: false } : { policy: { deduplicate: false } }),
  });

  it.each([true, false])("LAW: comes to a sum by hand, with ids told apart: %s", async (isOnce) => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(40), async (list, cut) => {
        const run = summarizeRun(list, options(isOnce));
        expect(quantitiesOf(run)).toEqual(byHand(list, isOnce));
        expect(summarizeRun(asColumns(list), options(isOnce))).toEqual(run);
        async function* batches() {
          yield asColumns(list.slice(0, cut));
          yield* await Promise.resolve(list.slice(cut));
        }
        expect(await summarizeRunAsync(batches(), options(isOnce))).toEqual(run);
      }),
      tries(60),
    );
  });
});

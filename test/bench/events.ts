import { memoryUsage } from "node:process";
import { Decimal } from "decimal.js";
import {
  type EventColumns,
  type InvoiceLine,
  invoice,
  parseProduct,
  parseSubscription,
  type RunOptions,
  summarizeRun,
  summarizeUsage,
  type UsageChargeInput,
} from "rateplan";
import type { Benchmark } from "./benchmark.js";
import { duckDb } from "./duckdb.js";
import { type Growth, times } from "./growth/inputs.js";

interface Event {
  readonly id: string;
  readonly customerId: string;
  readonly unitOfMeasure: string;
  readonly timestamp: string;
  readonly quantity: number;
  readonly name: string;
  readonly subject: string;
}

const START = Date.UTC(2026, 0, 1);
const period = { start: "2026-01-01", end: "2026-02-01" };
const UNITS = ["token", "call", "page"] as const;

/** Events with texts of their own, as `JSON.parse` makes them, in no order of time; every hundredth comes twice. */
function eventsOf(count: number, customers: number): readonly Event[] {
  const events = times(count, (index): Event => {
    const n = index % 100 === 99 ? index - 1 : index;
    return {
      id: `evt_${((n * 2_654_435_761) >>> 0).toString(16)}_${n}`,
      customerId: `customer_${(n * 7_919) % customers}`,
      unitOfMeasure: UNITS[n % 3] ?? "token",
      timestamp: new Date(START + ((n * 7_919) % 2_592_000) * 1_000 + (n % 1_000)).toISOString(),
      quantity: n % 7 === 0 ? (n % 100) / 4 : 1 + (n % 3),
      name: "resolved",
      subject: `conversation_${n % 1_000}`,
    };
  });
  return JSON.parse(JSON.stringify(events));
}

const charges = UNITS.map((unit) => ({
  id: unit,
  name: unit,
  chargeType: "usage",
  unitOfMeasure: unit,
  pricing: { model: "per-unit", unitPrice: "0.5" },
})) satisfies UsageChargeInput[];

const plan = {
  id: "plan",
  name: "Plan",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2025-01-01",
  charges,
} as const;
const catalog = parseProduct({
  id: "agent",
  name: "Agent",
  agentType: "agent",
  effectiveDate: "2025-01-01",
  ratePlans: [plan],
});

function optionsFor(customers: number): RunOptions {
  const subscriptions = times(customers, (n) =>
    parseSubscription({
      id: `s${n}`,
      customerId: `customer_${n}`,
      ratePlanId: "plan",
      startDate: "2025-06-01",
    }),
  );
  return { catalog, subscriptions, period };
}

const RANGE = [new Date(START), new Date(Date.UTC(2026, 1, 1))] as const;

/** What one writes without a library: dates, decimals, a set of ids, and a map by customer and unit. */
function inHouse(events: readonly Event[], deduplicate: boolean): string {
  const [from, until] = RANGE;
  const seen = new Set<string>();
  const totals = new Map<string, Decimal>();
  for (const { id, customerId, unitOfMeasure, timestamp, quantity } of events) {
    const at = new Date(timestamp);
    if (at < from || at >= until) continue;
    if (deduplicate) {
      const key = `${customerId} ${id}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    const name = `${customerId} ${unitOfMeasure}`;
    totals.set(name, (totals.get(name) ?? new Decimal(0)).plus(quantity));
  }
  return [...totals.values()].reduce((a, b) => a.plus(b), new Decimal(0)).toString();
}

/** The loop that reads the same fields, adds up floats and checks nothing; quarters are exact in them. */
function bare(events: readonly Event[], deduplicate: boolean): string {
  const seen = new Set<string>();
  const totals = new Map<string, { [unit: string]: number }>();
  const [from, until] = [period.start, period.end];
  for (const { id, customerId, unitOfMeasure, timestamp, quantity } of events) {
    if (timestamp < from || timestamp >= until || id === "") continue;
    if (deduplicate) {
      if (seen.has(id)) continue;
      seen.add(id);
    }
    let own = totals.get(customerId);
    if (own === undefined) {
      own = { token: 0, call: 0, page: 0 };
      totals.set(customerId, own);
    }
    own[unitOfMeasure] = (own[unitOfMeasure] ?? 0) + quantity;
  }
  let sum = 0;
  for (const own of totals.values()) for (const each of Object.values(own)) sum += each;
  return String(sum);
}

function totalOf(run: ReturnType<typeof summarizeRun>): string {
  const summaries = run.subscriptions.flatMap((each) => each.summaries);
  return summaries.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0)).toString();
}

/** The same data as columns: instants as numbers, customers and units as dictionaries. */
function columnsOf(events: readonly Event[]): EventColumns {
  const dictionary = (texts: readonly string[]) => {
    const places = new Map([...new Set(texts)].map((text, place) => [text, place]));
    const codes = Uint32Array.from(texts, (text) => places.get(text) ?? 0);
    return { values: [...places.keys()], codes };
  };
  return {
    id: events.map(({ id }) => id),
    customerId: dictionary(events.map(({ customerId }) => customerId)),
    unitOfMeasure: dictionary(events.map(({ unitOfMeasure }) => unitOfMeasure)),
    timestamp: Float64Array.from(events, ({ timestamp }) => Date.parse(timestamp)),
    quantity: Float64Array.from(events, ({ quantity }) => quantity),
  };
}

/** Sums by customer and unit in SQL, over a table of the events. */
async function inSql(
  events: readonly Event[],
  deduplicate: boolean,
): Promise<() => Promise<string>> {
  const database = await duckDb();
  const columns = {
    id: "VARCHAR",
    customerId: "VARCHAR",
    unitOfMeasure: "VARCHAR",
    timestamp: "TIMESTAMPTZ",
    quantity: "DECIMAL(18, 6)",
  };
  const fields = Object.keys(columns).map((name) => `event.${name}`);
  await database.run(
    `CREATE TABLE events AS SELECT ${fields} FROM (SELECT unnest(from_json($1::JSON, $2)) AS event)`,
    JSON.stringify(events),
    JSON.stringify([columns]),
  );
  const counted = `SELECT ${deduplicate ? "DISTINCT ON (customerId, id)" : ""} * FROM events
    WHERE timestamp >= '${period.start}T00:00:00Z' AND timestamp < '${period.end}T00:00:00Z'`;
  const sums = `SELECT sum(quantity) AS units FROM (${counted}) GROUP BY customerId, unitOfMeasure`;
  return async () =>
    String((await database.doubles(`SELECT sum(units)::DOUBLE FROM (${sums})`))[0]);
}

/** Events of a run, as objects and as columns: by itself each, as a program has them. */
function runs(
  name: string,
  count: number,
  customers: number,
  deduplicate: boolean,
): readonly Benchmark[] {
  const input = `${count} events, ${customers} customers, 3 charges${deduplicate ? "; ids told apart" : ""}`;
  const options = () => ({
    ...optionsFor(customers),
    ...(deduplicate ? { keepIds: false } : { policy: { deduplicate: false } }),
  });
  const others = (events: readonly Event[]) => ({
    "in-house, Date, decimal.js, Set": () => inHouse(events, deduplicate),
    "bare loop": () => bare(events, deduplicate),
  });
  return [
    {
      name,
      input,
      isLong: true,
      async ways() {
        const [events, own] = [eventsOf(count, customers), options()];
        return {
          summarizeRun: () => totalOf(summarizeRun(events, own)),
          ...others(events),
          "DuckDB, one thread, a table in memory": await inSql(events, deduplicate),
        };
      },
    },
    {
      name: `${name}, columns`,
      input: `the same as typed arrays, dictionaries and a list of ids; the others have objects`,
      isLong: true,
      ways() {
        const [events, own] = [eventsOf(count, customers), options()];
        const columns = columnsOf(events);
        return {
          "summarizeRun, columns": () => totalOf(summarizeRun(columns, own)),
          ...others(events),
        };
      },
    },
  ];
}

const token = { charge: charges[0] as UsageChargeInput, period, customerId: "customer_0" };
const plainly = { ...token, policy: { deduplicate: false } };

function eventsOfOne(): readonly Event[] {
  return eventsOf(100_000, 1).map((event) => ({ ...event, unitOfMeasure: "token" }));
}

const plain = (events: readonly Event[]) => ({
  "in-house, Date, decimal.js": () => inHouse(events, false),
  "bare loop": () => bare(events, false),
});

/** Events by themselves, and of a run. */
export const events: readonly Benchmark[] = [
  {
    name: "events of one customer, one charge",
    input: "100,000 events; ids told apart by nobody",
    isLong: true,
    ways() {
      const own = eventsOfOne();
      return { summarizeUsage: () => summarizeUsage(own, plainly).quantity, ...plain(own) };
    },
  },
  {
    name: "events of one customer, one charge, columns",
    input: "the same as typed arrays, dictionaries and a list of ids; the others have objects",
    isLong: true,
    ways() {
      const own = eventsOfOne();
      const columns: EventColumns = { ...columnsOf(own), customerId: "customer_0" };
      return {
        "summarizeUsage, columns": () => summarizeUsage(columns, plainly).quantity,
        ...plain(own),
      };
    },
  },
  {
    name: "events of one customer, one charge, with deduplication",
    input: "100,000 events, each hundredth twice; the subscription is billed from them",
    isLong: true,
    ways() {
      const own = eventsOfOne();
      const [mine] = optionsFor(1).subscriptions;
      const request = { catalog, subscription: mine as never, period, usage: own };
      const isUsage = ({ kind }: InvoiceLine) => kind === "usage";
      return {
        "invoice from events": () => String(Number(invoice(request).lines.find(isUsage)?.quantity)),
        "in-house, Date, decimal.js, Set": () => inHouse(own, true),
        "bare loop with a Set": () => bare(own, true),
      };
    },
  },
  {
    name: "events of one customer, one charge, in a summary that keeps them",
    input: "the same; a summary with deduplication remembers all of its ids with their events",
    isLong: true,
    ways() {
      const own = eventsOfOne();
      return {
        "summarizeUsage, ids kept": () => summarizeUsage(own, token).quantity,
        "in-house, Date, decimal.js, Set": () => inHouse(own, true),
      };
    },
  },
  ...runs("all customers in one pass", 300_000, 1_000, false),
  ...runs("all customers in one pass, with deduplication", 300_000, 1_000, true),
  ...runs("many customers in one pass", 200_000, 20_000, false),
];

/** How a run grows with its events, of as many customers for a hundred of them each. */
export const runGrowth: readonly Growth[] = [false, true].map((deduplicate) => ({
  name: `a run of many customers${deduplicate ? ", with deduplication" : ""}`,
  input: "events, a hundred for each customer",
  size: 100_000,
  jobOf(size) {
    const options = {
      ...optionsFor(size / 100),
      ...(deduplicate ? { keepIds: false } : { policy: { deduplicate: false } }),
    };
    const own = eventsOf(size, size / 100);
    return () => summarizeRun(own, options);
  },
}));

/** Bytes that a run keeps for each id beyond the caller's list, while it tells events apart; needs `--expose-gc`. */
export function bytesPerId(count: number): number | undefined {
  const { gc } = globalThis;
  if (gc === undefined) return undefined;
  const options = { ...optionsFor(10), keepIds: false };
  const list = [...eventsOf(count, 10)];
  let last = 0;
  // Read after all the others: everything is kept by then.
  const end = Object.defineProperty({ ...list[0], id: "end" } as Event, "name", {
    enumerable: true,
    get: () => {
      last = used(gc);
      return "end";
    },
  });
  const before = used(gc);
  summarizeRun([...list, end], options);
  return (last - before) / count;
}

function used(gc: () => void): number {
  gc();
  const { heapUsed, arrayBuffers } = memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * What the page is: one piece of plain data. A catalog stands in it as it was typed, in the shape that the parser reads, with texts
 * where numbers will be. Everything else that is seen follows from it (results.ts).
 */
import { isList, isRecord, type Json, type JsonRecord, recordOf, textOf } from "./json.js";

export const CHARTS = ["quantity", "time", "outcomes"] as const;
export const BUCKETS = ["day", "week", "month", "quarter", "billing-period"] as const;
export const FLAT_FEES = ["billing-date", "spread"] as const;
export const SHAPES = ["constant", "ramp", "seasonal"] as const;
export const SOURCES = ["quantities", "events"] as const;

export interface State {
  /** One design of a product, or two that are compared. */
  readonly drafts: readonly Draft[];
  /** What is looked at. */
  readonly shown: Shown;
  readonly scenario: Scenario;
}

export interface Draft {
  /** As typed. */
  readonly product: JsonRecord;
  /** The prices that were typed under other charge models, by charge and model: who goes back finds them again. */
  readonly shelf: Readonly<Record<string, JsonRecord>>;
}

export interface Shown {
  readonly draft: number;
  readonly plan: number;
  readonly charge: number;
  readonly chart: (typeof CHARTS)[number];
  /** Of the documents that the events lead to. */
  readonly document: number;
}

/** What is tried with the drafts. */
export interface Scenario {
  readonly source: (typeof SOURCES)[number];
  /** By charge id. */
  readonly usage: Readonly<Record<string, UsageDraft>>;
  /** Both included. */
  readonly range: { readonly from: string; readonly through: string };
  readonly bucket: (typeof BUCKETS)[number];
  readonly flatFees: (typeof FLAT_FEES)[number];
  /** What a unit costs, by unit of measure. */
  readonly costs: Readonly<Record<string, string>>;
  /** Outcomes and signals, as typed. */
  readonly events: readonly JsonRecord[];
  /** The moment of knowledge. */
  readonly asOf: string;
}

/** The usage of a charge. */
export interface UsageDraft {
  /** In one billing period. */
  readonly quantity: string;
  /** How it runs over the dates. */
  readonly shape: (typeof SHAPES)[number];
  /** A day: of a ramp on the first one, of a season on a weekday. */
  readonly perDay: string;
  /** On the last day of a ramp. */
  readonly to: string;
  /** How much a day of a weekend counts, where a weekday counts 1. */
  readonly weekend: string;
}

export const NO_USAGE: UsageDraft = {
  quantity: "",
  shape: "constant",
  perDay: "",
  to: "",
  weekend: "0.4",
};

export const FIRST_SHOWN: Shown = { draft: 0, plan: 0, charge: 0, chart: "quantity", document: 0 };

export const FIRST_SCENARIO: Scenario = {
  source: "quantities",
  usage: {},
  range: { from: "2026-01-01", through: "2026-03-31" },
  bucket: "week",
  flatFees: "billing-date",
  costs: {},
  events: [],
  asOf: "2026-03-31T00:00:00Z",
};

export function draftOf(product: JsonRecord): Draft {
  return { product, shelf: {} };
}

/** Reads a state from whatever an address holds; `undefined` where it holds none. What is missing in it is as at first. */
export function readState(input: unknown): State | undefined {
  if (!isRecord(input) || !isList(input["drafts"])) return undefined;
  const drafts = input["drafts"].filter(isRecord).slice(0, 2).map(readDraft);
  if (drafts.length === 0) return undefined;
  const shown = recordOf(input["shown"]);
  const draft = index(shown["draft"]);
  return {
    drafts,
    shown: {
      draft: draft < drafts.length ? draft : 0,
      plan: index(shown["plan"]),
      charge: index(shown["charge"]),
      chart: oneOf(CHARTS, shown["chart"]),
      document: index(shown["document"]),
    },
    scenario: readScenario(recordOf(input["scenario"])),
  };
}

function readDraft(input: JsonRecord): Draft {
  const shelf = Object.entries(recordOf(input["shelf"])).filter(
    (entry): entry is [string, JsonRecord] => isRecord(entry[1]),
  );
  return { product: recordOf(input["product"]), shelf: Object.fromEntries(shelf) };
}

function readScenario(input: JsonRecord): Scenario {
  const { from, through } = recordOf(input["range"]);
  const { range, asOf } = FIRST_SCENARIO;
  const events = input["events"];
  return {
    source: oneOf(SOURCES, input["source"]),
    usage: mapRecord(recordOf(input["usage"]), readUsage),
    range: {
      from: textOf(from ?? range.from),
      through: textOf(through ?? range.through),
    },
    bucket: oneOf(BUCKETS, input["bucket"], FIRST_SCENARIO.bucket),
    flatFees: oneOf(FLAT_FEES, input["flatFees"]),
    costs: mapRecord(recordOf(input["costs"]), textOf),
    events: isList(events) ? events.filter(isRecord) : [],
    asOf: textOf(input["asOf"] ?? asOf),
  };
}

function readUsage(input: Json): UsageDraft {
  const given = recordOf(input);
  const text = (name: keyof UsageDraft) => textOf(given[name] ?? NO_USAGE[name]);
  return {
    quantity: text("quantity"),
    shape: oneOf(SHAPES, given["shape"]),
    perDay: text("perDay"),
    to: text("to"),
    weekend: text("weekend"),
  };
}

function mapRecord<T>(record: JsonRecord, read: (value: Json) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, read(value)]));
}

function oneOf<const T extends string>(
  values: readonly [T, ...T[]],
  given: unknown,
  otherwise: T = values[0],
): T {
  return values.find((value) => value === given) ?? otherwise;
}

function index(given: unknown): number {
  return typeof given === "number" && Number.isInteger(given) && given >= 0 ? given : 0;
}

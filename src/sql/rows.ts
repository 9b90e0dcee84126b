import { ownFields } from "../data/foreign.js";
import { elementsIn, issueAt, type PricingIssue } from "../errors.js";
import { isRecord } from "../schema/unknown-record.js";
import { ROW_COLUMNS, type UsageRow } from "./context.js";

/** A segment of a table, and which row says it. */
export interface SegmentRow {
  readonly key: Texts;
  readonly row: number;
}

/** Texts of a JSON array. */
export type Texts = readonly (string | null)[];

/** What rows say, told apart. Segments and scopes are known by the texts of their keys. */
export interface ReadRows {
  /** Segments of a table. */
  readonly segments: readonly SegmentRow[];
  /** What was gathered: of a charge, in a segment. */
  readonly states: ReadonlyMap<
    string,
    readonly { readonly keys: Texts; readonly data: readonly unknown[] }[]
  >;
  /** What was judged: of a charge, in a segment. */
  readonly outcomes: ReadonlyMap<
    string,
    readonly { readonly keys: Texts; readonly data: readonly unknown[] }[]
  >;
  /** Events as they are: of a charge in a segment, of a charge in a scope, or of a scope. */
  readonly events: ReadonlyMap<string, readonly Texts[]>;
}

/** What events and states are found by. */
export function rowKey(charge: number | undefined, segment: readonly unknown[] | string): string {
  return JSON.stringify([charge ?? null, segment]);
}

/** Reads rows, and reports those that are none. */
export function readRows(rows: unknown, issues: PricingIssue[]): ReadRows {
  const segments: SegmentRow[] = [];
  const states = new Map<string, { keys: Texts; data: readonly unknown[] }[]>();
  const outcomes = new Map<string, { keys: Texts; data: readonly unknown[] }[]>();
  const events = new Map<string, Texts[]>();
  for (const [index, input] of (elementsIn(rows, [], "a list of rows", issues) ?? []).entries()) {
    try {
      const { kind, charge, segment, keys, data } = rowIn(input);
      const key = JSON.parse(segment ?? "null") as unknown;
      const place = charge === null ? undefined : Number(charge);
      if (kind === "segment") segments.push({ key: textsIn(segment), row: index });
      else if (kind === "event") append(events, rowKey(place, keyIn(key)), textsIn(data));
      else if (kind === "state" || kind === "outcomes") {
        const told = { keys: textsIn(keys), data: listIn(data) };
        append(kind === "state" ? states : outcomes, rowKey(place, keyIn(key)), told);
      } else throw new Error("another kind");
    } catch {
      const expected = `a row of the query's result: an object of texts with ${ROW_COLUMNS.join(", ")}`;
      issues.push(issueAt("invalid_value", [index], { expected, received: input }));
    }
  }
  return { segments, states, outcomes, events };
}

function rowIn(input: unknown): UsageRow {
  const fields = isRecord(input) ? ownFields(input) : undefined;
  if (fields === undefined) throw new Error("no row");
  const text = (name: keyof UsageRow) => {
    const value = fields[name] ?? null;
    if (value !== null && typeof value !== "string") throw new Error("no text");
    return value;
  };
  return {
    kind: text("kind"),
    charge: text("charge"),
    segment: text("segment"),
    keys: text("keys"),
    data: text("data"),
  };
}

/** The key of a given segment, a number; or of a scope or a segment of a table, an array of texts. */
function keyIn(key: unknown): string | Texts {
  return typeof key === "number" ? String(key) : textsOf(key);
}

function textsIn(json: string | null): Texts {
  return textsOf(listIn(json));
}

function textsOf(list: unknown): Texts {
  if (!Array.isArray(list) || list.some((each) => each !== null && typeof each !== "string")) {
    throw new Error("no texts");
  }
  return list;
}

function listIn(json: string | null): readonly unknown[] {
  const list: unknown = JSON.parse(json ?? "null");
  if (!Array.isArray(list)) throw new Error("no list");
  return list;
}

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

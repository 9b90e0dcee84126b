import type { UsageCharge } from "../catalog/charge.js";
import type { Binder } from "./binder.js";
import type { Dialect } from "./dialects/dialect.js";
import type { EventsTable } from "./events-table.js";
import type { OutcomePlan } from "./outcomes/outcome-plan.js";
import type { ReadSegments } from "./segments.js";

/** What a statement is compiled from. */
export interface StatementTask {
  readonly events: EventsTable;
  readonly charges: readonly UsageCharge[];
  readonly segments: ReadSegments;
  /** How the outcomes of each charge are judged; nothing for one that judges none. */
  readonly plans: readonly (OutcomePlan | undefined)[];
  /** Whether events are told apart by their ids. */
  readonly deduplicate: boolean;
  /** How long before the segments events may have an id of one in them, in milliseconds; nothing where that may be ever so long. */
  readonly deduplicateWithin: number | undefined;
}

/** What parts of a statement are compiled in. */
export interface StatementContext extends StatementTask {
  readonly sql: Dialect;
  readonly binder: Binder;
}

/** A relation by its name. */
export interface Relation {
  readonly name: string;
  readonly select: string;
}

/** A part of a statement: relations, and rows of the result. */
export interface StatementPart {
  readonly relations: readonly Relation[];
  readonly rows: readonly string[];
}

/** A row of a query's result, as the database gives it: texts, or NULL. What they say is for `summariesFromRows`. */
export interface UsageRow {
  /** What it is: a segment, what was gathered of a group, or an event. */
  readonly kind: string | null;
  /** The place of the charge. */
  readonly charge: string | null;
  /** The segment, or the customer and the moment of knowledge. */
  readonly segment: string | null;
  /** What tells the group from others, as JSON. */
  readonly keys: string | null;
  /** What was gathered, or the event, as JSON. */
  readonly data: string | null;
}

export const ROW_COLUMNS = [
  "kind",
  "charge",
  "segment",
  "keys",
  "data",
] as const satisfies readonly (keyof UsageRow)[];

/** The columns of a row of the result; what is not said is NULL. */
export function rowOf(
  { text }: Dialect,
  row: Partial<Readonly<Record<keyof UsageRow, string>>>,
): string {
  return ROW_COLUMNS.map((name) => `${text(row[name] ?? "NULL")} AS ${name}`).join(", ");
}

/** What a customer's events as known at a moment are called in the result. */
export function scopeKey({ array, text }: Dialect, from: string): string {
  return array([text(`${from}.customer_id`), text(`${from}.known_ms`)]);
}

/** Whether a segment is one of the charges at some places: those given say it by its place, those of a table by its id. */
export function isOfCharges(
  places: readonly number[],
  { segments, charges, binder }: StatementContext,
): string {
  if (segments.given !== undefined) {
    return `s.charge IN (${places.map((place) => `'${place}'`).join(", ")})`;
  }
  const ids = places.map((place) => `s.charge = ${binder.bind(charges[place]?.id ?? "")}`);
  return `(s.charge IS NULL OR ${ids.join(" OR ")})`;
}

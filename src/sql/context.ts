import type { UsageCharge } from "../catalog/charge.js";
import type { Binder } from "./binder.js";
import type { Dialect } from "./dialects/dialect.js";
import type { EventsTable } from "./events-table.js";
import type { ReadSegments } from "./segments.js";

/** What a statement is compiled from. */
export interface StatementTask {
  readonly events: EventsTable;
  readonly charges: readonly UsageCharge[];
  readonly segments: ReadSegments;
  /** Whether events are told apart by their ids. */
  readonly deduplicate: boolean;
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

/** The columns of every row that a statement gives: each a text, or NULL. */
export const ROW_COLUMNS = ["kind", "charge", "segment", "keys", "data"] as const;

/** The columns of a row of the result; what is not said is NULL. */
export function rowOf(
  { text }: Dialect,
  row: { readonly [C in (typeof ROW_COLUMNS)[number]]?: string },
): string {
  return ROW_COLUMNS.map((name) => `${text(row[name] ?? "NULL")} AS ${name}`).join(", ");
}

/** What a customer's events as known at a moment are called in the result. */
export function scopeKey({ array, text }: Dialect, from: string): string {
  return array([text(`${from}.customer_id`), text(`${from}.known_ms`)]);
}

/** Whether a segment is one of the charge at a place: those given say it by its place, those of a table by its id. */
export function isOfCharge(place: number, { segments, charges, binder }: StatementContext): string {
  if (segments.given !== undefined) return `s.charge = '${place}'`;
  return `(s.charge IS NULL OR s.charge = ${binder.bind(charges[place]?.id ?? "")})`;
}

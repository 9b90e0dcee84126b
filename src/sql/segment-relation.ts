import type { UsageCharge } from "../catalog/charge.js";
import { EARLIEST_INSTANT, LATEST_INSTANT } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import { offsetSpans } from "../time/offset-spans.js";
import { type TimeZone, UTC } from "../time/zone.js";
import type { Binder } from "./binder.js";
import type { Dialect } from "./dialects/dialect.js";
import { activeStretches, type ReadSegments, type SegmentColumns } from "./segments.js";

/**
 * The columns of the relation of segments: what a segment is known by, its charge, whose usage it is of, its period, the
 * stretch of it in which events count, and the moment of knowledge. A segment has a row for each stretch between pauses.
 */
const SEGMENT = [
  "segment_key",
  "charge",
  "customer_id",
  "subscription_id",
  "agent_type",
  "zone",
] as const;
const MOMENTS = ["starts", "ends", "counts_from", "counts_until", "known_ms"] as const;

/** What a segment of a table is known by, in this order. */
export const TABLE_KEY = [
  "charge",
  "customer_id",
  "subscription_id",
  "agent_type",
  "zone",
  "starts",
  "ends",
  "known_ms",
] as const;

/** The relation of segments. */
export function segmentRelation(
  segments: ReadSegments,
  charges: readonly UsageCharge[],
  dialect: Dialect,
  { bind }: Binder,
): string {
  if (segments.given === undefined) return tableRelation(segments.source, dialect);
  const rows = segments.given.flatMap((segment, place) => {
    const charge = charges[segment.charge];
    if (charge === undefined) return [];
    const { customerId, subscriptionId = null, agentType = null, zone, period, asOf } = segment;
    return activeStretches(segment, charge).map(({ start, end }) => [
      ...[String(place), String(segment.charge), customerId, subscriptionId, agentType, zone],
      ...[period.start, period.end, start, end, asOf].map(String),
    ]);
  });
  const texts = SEGMENT.map((name, place) => `${dialect.cell(place)} AS ${name}`);
  const moments = MOMENTS.map(
    (name, place) => `${dialect.whole(dialect.cell(SEGMENT.length + place))} AS ${name}`,
  );
  const from = dialect.rows(bind(JSON.stringify(rows)));
  return `SELECT ${[...texts, ...moments].join(", ")}\n  FROM ${from}`;
}

function tableRelation(
  {
    table,
    columns,
  }: { readonly table: string | readonly string[]; readonly columns: SegmentColumns },
  dialect: Dialect,
): string {
  const { identifier, text, milliseconds } = dialect;
  const path = typeof table === "string" ? [table] : table;
  const column = (name: string | null | undefined) =>
    name === undefined || name === null ? "NULL" : `t.${identifier(name)}`;
  const start = milliseconds(column(columns.start));
  const end = milliseconds(column(columns.end));
  const known = columns.asOf ?? undefined;
  const readText = (name: string | null | undefined) => `NULLIF(${text(column(name))}, '')`;
  const selected = [
    `${readText(columns.charge)} AS charge`,
    `${readText(columns.customerId)} AS customer_id`,
    `${readText(columns.subscriptionId)} AS subscription_id`,
    `${readText(columns.agentType)} AS agent_type`,
    `COALESCE(${readText(columns.timeZone)}, '${UTC}') AS zone`,
    `${start} AS starts`,
    `${end} AS ends`,
    `${start} AS counts_from`,
    `${end} AS counts_until`,
    `${known === undefined ? end : `COALESCE(${milliseconds(column(known))}, ${end})`} AS known_ms`,
  ];
  const key = dialect.array(TABLE_KEY.map((name) => text(`d.${name}`)));
  const rows = `SELECT DISTINCT ${selected.join(", ")}\n    FROM ${path.map(identifier).join(".")} t`;
  return `SELECT d.*, ${key} AS segment_key\n  FROM (${rows}) d`;
}

/** What the clocks of zones are ahead by, and have reached, in stretches that are all of time: NULL where nobody asked. */
export function clockRelation(segments: ReadSegments, dialect: Dialect, { bind }: Binder): string {
  const spans = new Map<TimeZone, Interval>();
  if (segments.given === undefined) {
    for (const zone of segments.zones)
      if (segments.span !== undefined) spans.set(zone, segments.span);
  } else {
    for (const { zone, period } of segments.given) {
      const { start, end } = spans.get(zone) ?? period;
      spans.set(zone, { start: Math.min(start, period.start), end: Math.max(end, period.end) });
    }
  }
  const rows = [...spans].flatMap(([zone, span]) => {
    const known = offsetSpans(zone, span).map(({ start, end, offset, reached }) => [
      zone,
      String(start),
      String(end),
      String(offset),
      reached === undefined ? null : String(reached),
    ]);
    const first = Number(known[0]?.[1] ?? LATEST_INSTANT + 1);
    const last = Number(known.at(-1)?.[2] ?? LATEST_INSTANT + 1);
    return [
      ...known,
      [zone, String(EARLIEST_INSTANT), String(first), null, null],
      [zone, String(last), String(LATEST_INSTANT + 1), null, null],
    ];
  });
  const { cell, whole } = dialect;
  const columns = ["shown_from", "shown_until", "offset_ms", "reached"];
  const moments = columns.map((name, place) => `${whole(cell(place + 1))} AS ${name}`);
  const from = dialect.rows(bind(JSON.stringify(rows)));
  return `SELECT ${cell(0)} AS zone, ${moments.join(", ")}\n  FROM ${from}`;
}

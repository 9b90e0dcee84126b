import { DAY } from "../time/civil.js";
import { carriesOver } from "../usage/aggregations/index.js";
import type { ChargePlan, ValuesPlan } from "./charge-plan.js";
import { isOfCharges, rowOf, type StatementContext, type StatementPart } from "./context.js";
import type { Dialect } from "./dialects/dialect.js";
import { EVENT_COLUMN_NAMES, EVENT_COLUMNS } from "./event-columns.js";
import { eventColumns, eventTexts } from "./event-rows.js";
import { fieldSql } from "./field.js";
import { COLUMNS, type ColumnNames } from "./gather.js";
import { joined, predicateSql } from "./predicate.js";

/** How the events of a charge that judges outcomes are counted. */
export interface OutcomeCounting {
  /** The relation of events of which nothing else decides whether they are outcomes. */
  readonly from: string;
  /** Whether an event is an outcome, true, false or unknown. */
  readonly qualifies: string;
  /** Whether nothing is billed for it. */
  readonly isFree: string;
  readonly isReversible: string;
}

/**
 * The events that charges count, gathered in groups; and those of which the database is not sure, as they are. The charges count
 * alike: where segments say whose they are, events are counted once for all of them.
 */
export function countedEvents(
  plan: ChargePlan,
  places: readonly number[],
  context: StatementContext,
  outcomes?: OutcomeCounting,
): StatementPart {
  const { sql, segments } = context;
  const [place = 0] = places;
  const { gathering, isLocal } = plan;
  const name = `counted_${place}`;
  const keys = keysOf(plan, context);
  const told = keys.map((each, index) => (each === "NULL" ? sql.text(each) : `c.k${index}`));
  const named = keys.flatMap((each, index) =>
    each === "NULL" ? [] : [`${sql.text(each)} AS k${index}`],
  );
  const isSaid = segments.given !== undefined;
  const charge = isSaid ? "c.charge" : `'${place}'`;
  const by = [
    "c.segment_key",
    ...(isSaid ? [charge] : []),
    ...told.filter((each) => each.startsWith("c.")),
  ].join(", ");
  const events = eventColumns("w", mayBeUnsure(plan) ? EVENT_COLUMN_NAMES : LOOKED_AT);
  const counted = `SELECT s.segment_key AS segment_key, ${isSaid ? "s.charge AS charge, " : ""}s.ends AS ends, ${[...events, ...named].join(", ")},
    ${sql.decimal(QUANTITY)} AS quantity, ${sql.decimal("w.value_text")} AS amount,
    ${sureness(plan, context)} AS sure${outcomes === undefined ? "" : judgedColumns(outcomes)}
  FROM ${outcomes?.from ?? "winner"} w
  JOIN segment s ON s.customer_id = w.customer_id AND s.known_ms = w.known_ms${isLocal ? "\n  JOIN clock z ON z.zone = s.zone" : ""}
  WHERE ${[...conditions(plan, places, context), ...(outcomes === undefined ? [] : ["w.noisy = 0"])].join("\n    AND ")}`;
  const isCounted = outcomes === undefined ? "c.sure" : "c.sure AND c.qualifies AND c.is_free = 0";
  const isUnsure =
    outcomes === undefined
      ? "c.sure IS NULL"
      : "c.sure IS NULL OR (c.sure AND c.qualifies IS NULL)";
  const latest = `SELECT c.*, CASE WHEN c.at_ms = max(c.at_ms) OVER (PARTITION BY ${by}) THEN 1 ELSE 0 END AS latest
  FROM ${name} c
  WHERE ${isCounted}`;
  const needsLatest = gathering.needs.includes("latest");
  const row = { charge, segment: "c.segment_key" };
  const state = rowOf(sql, {
    ...row,
    kind: "'state'",
    keys: sql.array(told),
    data: sql.array(toldOf(plan, context)),
  });
  const judged = rowOf(sql, {
    ...row,
    kind: "'outcomes'",
    keys: sql.array(told),
    data: sql.array(JUDGED.map(sql.text)),
  });
  const event = rowOf(sql, { ...row, kind: "'event'", data: sql.array(eventTexts("c", sql)) });
  return {
    relations: [
      { name, select: counted },
      ...(needsLatest ? [{ name: `latest_${place}`, select: latest }] : []),
    ],
    rows: [
      `SELECT ${state}\nFROM ${needsLatest ? `latest_${place}` : name} c\nWHERE ${isCounted}\nGROUP BY ${by}`,
      ...(outcomes === undefined
        ? []
        : [
            `SELECT ${judged}\nFROM ${name} c\nWHERE c.sure AND c.qualifies IS NOT NULL\nGROUP BY ${by}`,
          ]),
      ...(mayBeUnsure(plan) ? [`SELECT ${event}\nFROM ${name} c\nWHERE ${isUnsure}`] : []),
    ],
  };
}

function judgedColumns({ qualifies, isFree, isReversible }: OutcomeCounting): string {
  return `, ${qualifies} AS qualifies,
    CASE WHEN ${isFree} THEN 1 ELSE 0 END AS is_free,
    CASE WHEN ${isReversible} THEN 1 ELSE 0 END AS is_reversible`;
}

/** What a row tells of outcomes: how many were tried, how many are, and what of them is billed and may be reversed. */
const REVERSIBLE = "c.qualifies AND c.is_free = 0 AND c.is_reversible = 1";
const JUDGED = [
  "count(*)",
  "sum(CASE WHEN c.qualifies THEN 1 ELSE 0 END)",
  `sum(CASE WHEN ${REVERSIBLE} THEN 1 ELSE 0 END)`,
  `sum(CASE WHEN ${REVERSIBLE} THEN c.quantity END)`,
  `min(CASE WHEN ${REVERSIBLE} THEN c.at_ms END)`,
] as const;

/** What rows tell of events that are surely counted. */
const LOOKED_AT = ["id", "source", "timestamp", "quantity", "value"] as const;

const QUANTITY = "COALESCE(w.quantity_text, '1')";

/** What rows are told apart by: see `KEYS`, then the groups. */
function keysOf({ gathering, values, field, groups }: ChargePlan, context: StatementContext) {
  const { sql, binder } = context;
  const raw = (name: string) => fieldSql(name, "w", sql, binder).raw;
  return [
    gathering.bySide ? "CASE WHEN w.at_ms < s.starts THEN '1' ELSE '0' END" : "NULL",
    gathering.byDay ? localDay(context) : "NULL",
    gathering.byQuantity ? QUANTITY : "NULL",
    values === "by-value" ? "w.value_text" : "NULL",
    gathering.byField && field !== undefined ? raw(field) : "NULL",
    ...groups.map(raw),
  ];
}

/** The civil day of an event in the period, counted from 1970 on; that of one before it does not matter. */
function localDay({ sql }: StatementContext): string {
  const shown = "w.at_ms + z.offset_ms";
  const reached = `CASE WHEN z.reached > ${shown} THEN z.reached ELSE ${shown} END`;
  return `CASE WHEN w.at_ms >= s.starts THEN ${sql.floorQuotient(`(${reached})`, String(DAY))} END`;
}

/** Which events may count: what the database knows for sure. */
function conditions(
  { charge, terms, isLocal, field }: ChargePlan,
  places: readonly number[],
  context: StatementContext,
): readonly string[] {
  const { sql, binder } = context;
  const { bind } = binder;
  const { unitOfMeasure, needs, currency, aggregation } = terms;
  const { names, agents } = charge.filter ?? {};
  const listed = (column: string, list: readonly string[] | undefined) =>
    list === undefined
      ? []
      : [
          joined(
            list.map((each) => `${column} = ${bind(each)}`),
            "OR",
            "FALSE",
          ),
        ];
  const isWithin = "w.at_ms >= s.counts_from AND w.at_ms < s.counts_until";
  return [
    isOfCharges(places, context),
    unitOfMeasure === undefined ? "FALSE" : `w.unit = ${bind(unitOfMeasure)}`,
    carriesOver(aggregation) ? "w.at_ms < s.ends" : isWithin,
    "(w.subscription_id IS NULL OR s.subscription_id IS NULL OR w.subscription_id = s.subscription_id)",
    "(w.agent_type IS NULL OR s.agent_type IS NULL OR w.agent_type = s.agent_type)",
    ...listed("w.event_name", names),
    ...listed("w.agent_id", agents),
    ...(needs === "values" ? ["w.value_text IS NOT NULL"] : []),
    ...(needs === "values" && currency !== undefined
      ? [`(w.currency IS NULL OR w.currency = ${bind(currency)})`]
      : []),
    ...(field === undefined ? [] : [`${fieldSql(field, "w", sql, binder).raw} IS NOT NULL`]),
    ...(isLocal ? ["w.at_ms >= z.shown_from AND w.at_ms < z.shown_until"] : []),
  ];
}

/** Whether an event passes the charge's condition; unknown where only we can tell, or on which day it was. */
function sureness({ charge, gathering }: ChargePlan, context: StatementContext): string {
  const { sql, binder } = context;
  const where = charge.filter?.where;
  const shown = "(w.at_ms + z.offset_ms)";
  const holds =
    where === undefined ? "TRUE" : predicateSql(where, { dialect: sql, binder, from: "w", shown });
  if (!gathering.byDay) return holds;
  return `CASE WHEN w.at_ms >= s.starts AND z.offset_ms IS NULL THEN ${sql.unknown} ELSE ${holds} END`;
}

function mayBeUnsure({ charge: { filter, outcome }, isLocal }: ChargePlan): boolean {
  return isLocal || filter?.where !== undefined || outcome?.qualifies !== undefined;
}

/** What a row tells: how many events there are, then the columns that the aggregation needs, then their values. */
function toldOf({ gathering, values }: ChargePlan, { sql }: StatementContext): readonly string[] {
  const reading = [EVENT_COLUMNS.source, EVENT_COLUMNS.id, EVENT_COLUMNS.timestamp].map((column) =>
    sql.text(`c.${column}`),
  );
  const names: ColumnNames = {
    quantity: "c.quantity",
    weighed: gathering.byQuantity ? sql.decimal("'1'") : "c.quantity",
    left: "(c.ends - c.at_ms)",
    latest: "c.latest",
    reading: [...reading, sql.text("COALESCE(c.quantity_text, '1')")],
  };
  return [
    sql.text("count(*)"),
    ...gathering.needs.flatMap((column) => COLUMNS[column](sql, names)),
    ...VALUES[values](sql, [...reading, sql.text("c.value_text")]),
  ];
}

/** What a row tells of the values of its events. */
const VALUES: {
  readonly [V in ValuesPlan]: (dialect: Dialect, texts: readonly string[]) => readonly string[];
} = {
  none: () => [],
  "by-value": () => [],
  totals: ({ text }) => [
    text("sum(CASE WHEN c.amount < 0 THEN 0 ELSE 1 END)"),
    text("sum(c.amount)"),
  ],
  each: ({ collect }, texts) => [collect(texts, "TRUE")],
};

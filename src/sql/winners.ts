import { carriesOver } from "../usage/aggregations/index.js";
import {
  type Relation,
  rowOf,
  type StatementContext,
  type StatementPart,
  scopeKey,
} from "./context.js";
import { EVENT_COLUMN_NAMES, EVENT_COLUMNS, TEXT_COLUMNS } from "./event-columns.js";
import { eventColumns, eventTexts } from "./event-rows.js";
import { decimalPattern } from "./predicate.js";

/**
 * The events that count under their ids (`winner`), and all of those ids of which the database cannot say which one does
 * (`undecided`), which become rows of the result.
 */
export function winners(context: StatementContext): StatementPart {
  const { sql, deduplicate } = context;
  const data = sql.array(eventTexts("u", sql));
  const row = rowOf(sql, { kind: "'event'", segment: scopeKey(sql, "u"), data });
  return {
    relations: [
      { name: "scope", select: SCOPE },
      { name: "known", select: knownEvents(context) },
      ...(deduplicate
        ? deduplicated({ known: "known", prefix: "", isBounded: !movesLevels(context) }, context)
        : asTheyAre(context)),
    ],
    rows: [`SELECT ${row}\nFROM undecided u`],
  };
}

/** A customer's events as known at a moment: ids are told apart once, whatever the number of charges. */
const SCOPE = `SELECT s.customer_id, s.known_ms, min(s.starts) AS starts, max(s.ends) AS ends
  FROM segment s
  GROUP BY s.customer_id, s.known_ms`;

/** Usage events that were known, and whether only we can read them. What is later than any segment wins over nothing in one. */
function knownEvents(context: StatementContext): string {
  const columns = eventColumns("e");
  const isUsage =
    "e.event_id IS NOT NULL AND e.unit IS NOT NULL AND e.confirms IS NULL AND e.reverses IS NULL";
  return `SELECT ${columns.join(", ")}, c.known_ms AS known_ms, c.starts AS starts,
    ${strangeness(context)} AS strange
  FROM event e
  JOIN scope c ON c.customer_id = e.customer_id
  WHERE e.received_ms <= c.known_ms AND e.at_ms < c.ends AND ${isUsage}${since(context)}`;
}

/** What happened before the segments matters where it moves a level, or may have taken an id. */
function since(context: StatementContext): string {
  const { deduplicate, deduplicateWithin } = context;
  const before = deduplicate ? deduplicateWithin : 0;
  return before === undefined || movesLevels(context) ? "" : ` AND e.at_ms >= c.starts - ${before}`;
}

/** Whether an event may be invalid, or has a number that the database would not count exactly. */
export function strangeness({ sql }: StatementContext): string {
  const pattern = decimalPattern(sql.digits);
  const noDecimal = (x: string) => `(${x} IS NOT NULL AND NOT ${sql.matches(x, pattern)})`;
  const lengths = TEXT_COLUMNS.map((field) => `COALESCE(length(e.${EVENT_COLUMNS[field]}), 0)`);
  const reasons = [
    noDecimal("e.quantity_text"),
    noDecimal("e.value_text"),
    `(e.properties IS NOT NULL AND NOT COALESCE(${sql.isObject("e.properties")}, FALSE))`,
    `(${lengths.join(" + ")} > ${LONGEST_TEXTS})`,
  ];
  return `CASE WHEN ${reasons.join(" OR ")} THEN 1 ELSE 0 END`;
}

/** Texts of more than 10,000 characters are refused, and a character may count as two. */
const LONGEST_TEXTS = 5_000;

/** Ids are unique: every event counts. */
function asTheyAre(context: StatementContext): readonly Relation[] {
  const matters = movesLevels(context) ? "" : " AND k.at_ms >= k.starts";
  return [
    { name: "winner", select: "SELECT k.*\n  FROM known k\n  WHERE k.strange = 0" },
    { name: "undecided", select: `SELECT k.*\n  FROM known k\n  WHERE k.strange = 1${matters}` },
  ];
}

const ID = "k.customer_id, k.known_ms, k.event_source, k.event_id";

/** What ids are told apart of, and what the relations are called that do it. */
interface Deduplicated {
  /** Usage events as they are known. */
  readonly known: string;
  readonly prefix: string;
  /** Whether an id of which only we can decide does not matter if its last event was before the segments. */
  readonly isBounded: boolean;
}

/**
 * An event alone under its id counts. Of several the earliest does. Where several are the earliest and say the same, any of them does, known
 * when the first of them was; where they do not, we decide, and also where one of the id is strange.
 */
export function deduplicated(
  { known, prefix, isBounded }: Deduplicated,
  { sql }: StatementContext,
): readonly Relation[] {
  const content = sql.array(
    eventTexts("k", sql).filter((_, place) => EVENT_COLUMN_NAMES[place] !== "receivedAt"),
  );
  const differs = "COALESCE(k.first_content <> k.last_content, FALSE)";
  const matters = (last: string) => (isBounded ? ` AND ${last} >= k.starts` : "");
  const scope = ["k.known_ms AS known_ms", "k.starts AS starts"];
  const columns = [...eventColumns("k"), ...scope].join(", ");
  const ofFirst = EVENT_COLUMN_NAMES.map((field) =>
    field === "receivedAt"
      ? `k.first_received AS ${EVENT_COLUMNS.receivedAt}`
      : `k.${EVENT_COLUMNS[field]} AS ${EVENT_COLUMNS[field]}`,
  );
  return [
    {
      name: `${prefix}copied`,
      select: `SELECT k.*, count(*) OVER (PARTITION BY ${ID}) AS copies
  FROM ${known} k`,
    },
    {
      name: `${prefix}ranked`,
      select: `SELECT k.*,
    rank() OVER (PARTITION BY ${ID} ORDER BY k.at_ms) AS place,
    row_number() OVER (PARTITION BY ${ID} ORDER BY k.at_ms) AS ordinal,
    count(*) OVER (PARTITION BY ${ID}, k.at_ms) AS tied,
    min(k.received_ms) OVER (PARTITION BY ${ID}, k.at_ms) AS first_received,
    max(k.strange) OVER (PARTITION BY ${ID}) AS any_strange,
    max(k.at_ms) OVER (PARTITION BY ${ID}) AS last_ms
  FROM ${prefix}copied k
  WHERE k.copies > 1`,
    },
    {
      name: `${prefix}told`,
      select: `SELECT k.*, CASE WHEN k.place = 1 AND k.tied > 1 THEN ${content} END AS content
  FROM ${prefix}ranked k`,
    },
    {
      name: `${prefix}compared`,
      select: `SELECT k.*,
    min(k.content) OVER (PARTITION BY ${ID}) AS first_content,
    max(k.content) OVER (PARTITION BY ${ID}) AS last_content
  FROM ${prefix}told k`,
    },
    {
      name: `${prefix}winner`,
      select: `SELECT ${columns}
  FROM ${prefix}copied k
  WHERE k.copies = 1 AND k.strange = 0
  UNION ALL
  SELECT ${[...ofFirst, ...scope].join(", ")}
  FROM ${prefix}compared k
  WHERE k.ordinal = 1 AND k.any_strange = 0 AND NOT ${differs}`,
    },
    {
      name: `${prefix}undecided`,
      select: `SELECT ${columns}
  FROM ${prefix}copied k
  WHERE k.copies = 1 AND k.strange = 1${matters("k.at_ms")}
  UNION ALL
  SELECT ${columns}
  FROM ${prefix}compared k
  WHERE (k.any_strange = 1 OR ${differs})${matters("k.last_ms")}`,
    },
  ];
}

/** Whether events of the time before a segment may count in it. */
function movesLevels({ charges }: StatementContext): boolean {
  return charges.some((each) => each.outcome === undefined && carriesOver(each.aggregation));
}

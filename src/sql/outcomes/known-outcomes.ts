import { isOfCharges, type Relation, type StatementContext } from "../context.js";
import { EVENT_COLUMNS } from "../event-columns.js";
import { eventColumns } from "../event-rows.js";
import { deduplicated, strangeness } from "../winners.js";

/** What relates a relation of events to what is known of them. */
export function sameScope(a: string, b: string): string {
  return `${a}.customer_id = ${b}.customer_id AND ${a}.known_ms = ${b}.known_ms`;
}

/**
 * Whether a signal may name an event: by its id, whatever the source. An id that begins with a quote may be read as a source, and
 * then an id: what it names only we can tell.
 */
export function namedIn(from: string) {
  return {
    joins: [
      `judged_named n ON ${sameScope("n", from)} AND n.target = ${from}.event_id`,
      `judged_quoted h ON ${sameScope("h", from)}`,
    ],
    isNamed: "(n.target IS NOT NULL OR h.customer_id IS NOT NULL)",
  };
}

/** The later of when something happened and when it became known. */
export function reach(from: string): string {
  return `CASE WHEN ${from}.at_ms > ${from}.received_ms THEN ${from}.at_ms ELSE ${from}.received_ms END`;
}

/**
 * Everything that was known of the customers whose outcomes are judged, of all times: the events that count under their ids
 * (`judged_winner`), those of which only we can say which does (`judged_undecided`), signals (`judged_signal`), and the ids
 * that they name (`judged_named`), of whatever source.
 */
export function knownOutcomes(context: StatementContext): readonly Relation[] {
  const { charges } = context;
  const ofJudging = charges.flatMap(({ outcome }, place) =>
    outcome === undefined ? [] : [isOfCharges([place], context)],
  );
  const columns = [...eventColumns("e"), "c.known_ms AS known_ms", "c.starts AS starts"].join(", ");
  const isSignal = "e.unit IS NULL OR e.confirms IS NOT NULL OR e.reverses IS NOT NULL";
  const named = [EVENT_COLUMNS.confirms, EVENT_COLUMNS.reverses].map(
    (column) => `SELECT g.customer_id, g.known_ms, g.${column} AS target, ${reach("g")} AS reach
    FROM judged_signal g
    WHERE g.${column} IS NOT NULL`,
  );
  return [
    {
      name: "judged_scope",
      select: `SELECT s.customer_id, s.known_ms, min(s.starts) AS starts
  FROM segment s
  WHERE ${ofJudging.join(" OR ")}
  GROUP BY s.customer_id, s.known_ms`,
    },
    {
      name: "judged_known",
      select: `SELECT ${columns},
    CASE WHEN ${isSignal} THEN 1 ELSE 0 END AS is_signal,
    ${strangeness(context)} AS strange
  FROM event e
  JOIN judged_scope c ON c.customer_id = e.customer_id
  WHERE e.received_ms <= c.known_ms AND e.event_id IS NOT NULL AND e.at_ms IS NOT NULL`,
    },
    {
      name: "judged_event",
      select: "SELECT k.*\n  FROM judged_known k\n  WHERE k.is_signal = 0",
    },
    {
      name: "judged_signal",
      select: "SELECT k.*\n  FROM judged_known k\n  WHERE k.is_signal = 1",
    },
    {
      name: "judged_named",
      select: `SELECT n.customer_id, n.known_ms, n.target, max(n.reach) AS reach
  FROM (
    ${named.join("\n    UNION ALL\n    ")}
  ) n
  GROUP BY n.customer_id, n.known_ms, n.target`,
    },
    {
      name: "judged_quoted",
      select: `SELECT DISTINCT q.customer_id, q.known_ms
  FROM (
    SELECT k.customer_id, k.known_ms, k.event_id AS name
    FROM judged_known k
    UNION ALL
    SELECT n.customer_id, n.known_ms, n.target AS name
    FROM judged_named n
  ) q
  WHERE substring(q.name, 1, 1) = '"'`,
    },
    ...deduplicated({ known: "judged_event", prefix: "judged_", isBounded: false }, context),
  ];
}

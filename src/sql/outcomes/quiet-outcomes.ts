import type { OutcomePolicy } from "../../catalog/outcome.js";
import type { Relation, StatementContext } from "../context.js";
import { eventColumns } from "../event-rows.js";
import { fieldSql } from "../field.js";
import { joined } from "../predicate.js";
import { namedIn, sameScope } from "./known-outcomes.js";

/** Where outcomes of a charge stand in a statement. */
export interface OutcomeTask {
  readonly place: number;
  readonly unitOfMeasure: string;
  readonly policy: OutcomePolicy;
  /** What may decide an outcome besides its own event. */
  readonly by: "event" | "key" | "subject";
}

/**
 * The events of a charge's unit, each with whether anything else may have to do with it (`noisy`): another event of its key, a
 * signal about its subject or one that names it, an event of which we must decide. All of a key, or of a subject, are
 * noisy if one is. What nothing else has to do with stands alone, whatever was in force when.
 */
export function quietOutcomes(task: OutcomeTask, context: StatementContext): readonly Relation[] {
  const { place, unitOfMeasure, policy, by } = task;
  const { binder } = context;
  // Each by its name: of a join, ClickHouse names columns otherwise.
  const columnsOf = (from: string, ...more: readonly string[]) =>
    [
      ...eventColumns(from),
      ...["known_ms", "starts", ...more].map((name) => `${from}.${name} AS ${name}`),
    ].join(", ");
  const columns = columnsOf("w");
  const unit = `w.unit = ${binder.bind(unitOfMeasure)}`;
  const { key, unsafe } = keyOf(task, context);
  const { joins, named, noise } = signalsOf(task, context);
  const base = ["x.decided = 0", "x.at_ms > x.known_ms", ...noise].join(" OR ");
  const group =
    "q.customer_id, q.known_ms, q.told, CASE WHEN q.told IS NULL THEN q.event_source END, CASE WHEN q.told IS NULL THEN q.event_id END";
  const among = `OVER (PARTITION BY ${group})`;
  const isUnique = policy.uniqueBy !== undefined;
  const reasons = [
    `max(q.noise) ${among} = 1`,
    // Numbers that may be written in several ways may be the same key as any.
    ...(unsafe === undefined
      ? []
      : ["max(q.unsafe) OVER (PARTITION BY q.customer_id, q.known_ms) = 1"]),
    ...(isUnique ? [`(q.told IS NOT NULL AND count(*) ${among} > 1)`] : []),
  ];
  return [
    {
      name: `seen_${place}`,
      select: `SELECT ${columns}, 1 AS decided
  FROM judged_winner w
  WHERE ${unit}
  UNION ALL
  SELECT ${columns}, 0 AS decided
  FROM judged_undecided w
  WHERE ${unit}`,
    },
    {
      name: `marked_${place}`,
      select: `SELECT ${columnsOf("x", "decided")}, ${key} AS told, ${unsafe ?? "0"} AS unsafe,
    CASE WHEN ${named} THEN 1 ELSE 0 END AS named,
    CASE WHEN ${base} THEN 1 ELSE 0 END AS noise
  FROM seen_${place} x${joins.map((each) => `\n  LEFT JOIN ${each}`).join("")}`,
    },
    {
      name: `outcome_${place}`,
      select:
        by === "event"
          ? `SELECT q.*, q.noise AS noisy, CASE WHEN q.at_ms >= q.starts THEN 1 ELSE 0 END AS matters
  FROM marked_${place} q`
          : `SELECT q.*, CASE WHEN ${reasons.join(" OR ")} THEN 1 ELSE 0 END AS noisy,
    max(CASE WHEN q.at_ms >= q.starts OR q.named = 1 THEN 1 ELSE 0 END) ${among} AS matters
  FROM marked_${place} q`,
    },
  ];
}

/** What tells outcomes apart, as `fieldText` would; and whether it is a number that may be written otherwise. */
function keyOf({ by, policy }: OutcomeTask, { sql, binder }: StatementContext) {
  if (by === "event") return { key: sql.text("NULL"), unsafe: undefined };
  const name = by === "subject" ? "subject" : (policy.uniqueBy?.key ?? "subject");
  const { isText, raw, text } = fieldSql(name, "x", sql, binder);
  if (isText) return { key: text, unsafe: undefined };
  const first = `substring(${raw}, 1, 1)`;
  const isOther = `${first} IN ('{', '[', 'n')`;
  const isNumber = `(${raw} IS NOT NULL AND ${first} NOT IN ('"', '{', '[', 'n', 't', 'f'))`;
  return {
    key: `CASE WHEN ${first} = '"' THEN ${text} WHEN ${isOther} THEN ${sql.text("NULL")} ELSE ${raw} END`,
    unsafe: `CASE WHEN ${isNumber} AND NOT ${sql.matches(raw, WRITTEN_ONCE)} THEN 1 ELSE 0 END`,
  };
}

/** Numbers that JSON writes in one way only. */
const WRITTEN_ONCE = "0|-?[1-9][0-9]{0,14}";

/** The signals that may reverse an event: of its subject, or that name it. */
function signalsOf({ by, policy: { reverse } }: OutcomeTask, { binder }: StatementContext) {
  if (by !== "subject") return { joins: [], named: "FALSE", noise: [] };
  const names = (reverse?.signals ?? []).map((each) => `g.event_name = ${binder.bind(each)}`);
  const about = `(SELECT DISTINCT g.customer_id, g.known_ms, g.subject
    FROM judged_signal g
    WHERE g.subject IS NOT NULL AND ${joined(names, "OR", "FALSE")}) a`;
  const named = namedIn("x");
  return {
    joins: [
      ...named.joins,
      ...(names.length === 0
        ? []
        : [`${about} ON ${sameScope("a", "x")} AND a.subject = x.subject`]),
    ],
    named: named.isNamed,
    noise: [named.isNamed, ...(names.length === 0 ? [] : ["a.subject IS NOT NULL"])],
  };
}

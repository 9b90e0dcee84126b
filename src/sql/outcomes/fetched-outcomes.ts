import type { OutcomePolicy } from "../../catalog/outcome.js";
import { readDuration } from "../../time/duration.js";
import { hearsSubjects } from "../../usage/outcomes/silence.js";
import {
  type Relation,
  rowOf,
  type StatementContext,
  type StatementPart,
  scopeKey,
} from "../context.js";
import { eventColumns, eventTexts } from "../event-rows.js";
import { namedIn, reach, sameScope } from "./known-outcomes.js";
import { isBySubject, reversibleFor } from "./outcome-plan.js";

/** Outcomes that are judged in process. */
export interface FetchedTask {
  readonly place: number;
  readonly unitOfMeasure: string;
  readonly policy: OutcomePolicy;
}

/**
 * What decides the outcomes of a charge, as it is: its events, what happened to their subjects if a silence matters, and the
 * signals. Of subjects whose outcomes were all decided before any of the segments, nothing.
 */
export function fetchedOutcomes(task: FetchedTask, context: StatementContext): StatementPart {
  const { place, unitOfMeasure, policy } = task;
  const { sql, binder } = context;
  const [wanted, subjects] = [`wanted_${place}`, `subject_${place}`];
  const ofUnit = `w.unit = ${binder.bind(unitOfMeasure)}`;
  const columns = [...eventColumns("w"), "w.known_ms AS known_ms"].join(", ");
  const { joins, isNamed } = namedIn("w");
  const left = joins.map((each) => `\n  LEFT JOIN ${each}`).join("");
  const row = (from: string) =>
    `SELECT ${rowOf(sql, {
      kind: "'event'",
      charge: `'${place}'`,
      segment: scopeKey(sql, from),
      data: sql.array(eventTexts(from, sql)),
    })}`;
  const horizon = decidedWithin(policy);
  const heard = `CASE WHEN n.reach > ${reach("w")} THEN n.reach ELSE ${reach("w")} END`;
  const first = "CASE WHEN w.starts < w.known_ms THEN w.starts ELSE w.known_ms END";
  const isOpen =
    horizon === undefined
      ? "TRUE"
      : `${isNamed} OR COALESCE(t.reach, ${heard}) + ${horizon} >= ${first}`;
  const touched =
    horizon === undefined
      ? ""
      : `\n  LEFT JOIN touched t ON ${sameScope("t", "w")} AND t.subject = w.subject`;
  const others = `judged_winner w${left}
  LEFT JOIN ${subjects} o ON ${sameScope("o", "w")} AND o.subject = w.subject
WHERE NOT (${ofUnit}) AND (${isNamed}${hearsSubjects(policy) ? " OR o.subject IS NOT NULL" : ""})`;
  return {
    relations: [
      {
        name: wanted,
        select: `SELECT ${columns}\n  FROM judged_winner w${left}${touched}\n  WHERE ${ofUnit} AND (${isOpen})`,
      },
      {
        name: subjects,
        select: `SELECT DISTINCT o.customer_id, o.known_ms, o.subject
  FROM (
    SELECT w.customer_id, w.known_ms, w.subject
    FROM ${wanted} w
    UNION ALL
    SELECT u.customer_id, u.known_ms, u.subject
    FROM judged_undecided u
  ) o
  WHERE o.subject IS NOT NULL`,
      },
    ],
    rows: [
      `${row("w")}\nFROM ${wanted} w`,
      `${row("w")}\nFROM judged_undecided w`,
      `${row("w")}\nFROM ${others}`,
      ...(hearsSignals(policy) ? [`${row("g")}\nFROM judged_signal g`] : []),
    ],
  };
}

function hearsSignals({ confirm, reverse }: OutcomePolicy): boolean {
  return confirm !== undefined || reverse !== undefined;
}

/**
 * For how long after the last that was heard of a subject its outcomes may be undecided, in milliseconds; nothing where that may be
 * forever, or where outcomes of several subjects have to do with one another.
 */
export function decidedWithin(policy: OutcomePolicy): number | undefined {
  const { confirm, billOn } = policy;
  if (!isBySubject(policy)) return undefined;
  const waits = confirm?.require === "all" && (confirm.signals ?? []).length > 0;
  const silence =
    confirm === undefined ? 0 : waits ? undefined : readDuration(confirm.assumedAfter);
  const span = billOn === "settled" ? reversibleFor(policy) : 0;
  return silence === undefined || span === "forever" ? undefined : silence + span;
}

/** When something was last heard of a subject: what happened to it, what became known, what names one of its events. */
export function touchedSubjects(): Relation {
  const own = reach("k");
  return {
    name: "touched",
    select: `SELECT k.customer_id, k.known_ms, k.subject,
    max(CASE WHEN n.reach > ${own} THEN n.reach ELSE ${own} END) AS reach
  FROM judged_known k
  LEFT JOIN judged_named n ON ${sameScope("n", "k")} AND n.target = k.event_id
  WHERE k.subject IS NOT NULL
  GROUP BY k.customer_id, k.known_ms, k.subject`,
  };
}

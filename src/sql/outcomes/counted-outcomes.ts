import { type ChargePlan, chargePlan } from "../charge-plan.js";
import { rowOf, type StatementContext, type StatementPart, scopeKey } from "../context.js";
import { countedEvents } from "../counted-events.js";
import { eventTexts } from "../event-rows.js";
import { predicateSql } from "../predicate.js";
import { namedIn } from "./known-outcomes.js";
import { reversibleFor } from "./outcome-plan.js";
import { type OutcomeTask, quietOutcomes } from "./quiet-outcomes.js";

/**
 * The outcomes of a charge, judged by the database where nothing else has to do with them: confirmed when they occur, and in
 * force since. The others, and all that decides them, as they are.
 */
export function countedOutcomes(
  charge: ChargePlan["charge"],
  task: OutcomeTask,
  context: StatementContext,
): StatementPart {
  const { policy, place } = task;
  const { sql, binder } = context;
  const name = `outcome_${place}`;
  const { uniqueBy, qualifies } = policy;
  const shown = "(w.at_ms + z.offset_ms)";
  const span = reversibleFor(policy);
  const isReversible = span === "forever" ? "TRUE" : `w.at_ms + ${span} > s.known_ms`;
  const isFree = (uniqueBy?.free ?? 0) > 0 ? "w.told IS NOT NULL" : "FALSE";
  const counted = countedEvents(chargePlan(charge), [place], context, {
    from: name,
    qualifies:
      qualifies === undefined
        ? "TRUE"
        : predicateSql(qualifies, { dialect: sql, binder, from: "w", shown }),
    isFree,
    isReversible: span === 0 ? "FALSE" : isReversible,
  });
  return {
    relations: [...quietOutcomes(task, context), ...counted.relations],
    rows: [...counted.rows, ...fetched(task, context)],
  };
}

/** What only we can judge: the noisy, and what they are judged by. */
function fetched(
  { place, by, unitOfMeasure }: OutcomeTask,
  { sql, binder }: StatementContext,
): readonly string[] {
  const events = (from: string) =>
    `SELECT ${rowOf(sql, {
      kind: "'event'",
      charge: `'${place}'`,
      segment: scopeKey(sql, from),
      data: sql.array(eventTexts(from, sql)),
    })}`;
  const noisy = `outcome_${place} w\nWHERE w.noisy = 1 AND w.decided = 1 AND w.matters = 1`;
  const undecided = `${events("w")}\nFROM judged_undecided w`;
  if (by !== "subject") return [`${events("w")}\nFROM ${noisy}`, undecided];
  const { joins, isNamed } = namedIn("w");
  // Whether an event of its source is known decides what a signal names, whatever the unit of that is.
  const named = `judged_winner w\nLEFT JOIN ${joins.join("\nLEFT JOIN ")}\nWHERE ${isNamed} AND w.unit <> ${binder.bind(unitOfMeasure)}`;
  return [
    `${events("w")}\nFROM ${noisy}`,
    undecided,
    `${events("g")}\nFROM judged_signal g`,
    `${events("w")}\nFROM ${named}`,
  ];
}

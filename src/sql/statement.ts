import type { UsageCharge } from "../catalog/charge.js";
import { binder } from "./binder.js";
import { type ChargePlan, chargePlan, clockMatters, countingOf } from "./charge-plan.js";
import { rowOf, type StatementContext, type StatementPart, type StatementTask } from "./context.js";
import { countedEvents } from "./counted-events.js";
import type { Dialect } from "./dialects/dialect.js";
import { selectEvents } from "./event-rows.js";
import { countedOutcomes } from "./outcomes/counted-outcomes.js";
import { decidedWithin, fetchedOutcomes, touchedSubjects } from "./outcomes/fetched-outcomes.js";
import { knownOutcomes } from "./outcomes/known-outcomes.js";
import { clockRelation, segmentRelation } from "./segment-relation.js";
import { winners } from "./winners.js";

/** A statement, and the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly string[];
}

/**
 * One statement for all charges. The events that are known are told apart by their ids; of each id the one that counts goes to
 * the charges that price it, which gather it in groups. What the database cannot decide as we would, it gives as events.
 */
export function compileStatement(task: StatementTask, sql: Dialect): Statement {
  const bound = binder(sql);
  const context: StatementContext = { ...task, sql, binder: bound };
  const { charges, plans } = task;
  const counting = charges.filter(({ outcome }) => outcome === undefined);
  const parts: readonly StatementPart[] = [
    segmentPart(context),
    ...(charges.some((each, place) => clockMatters(each) && plans[place]?.compiled !== false)
      ? [clockPart(context)]
      : []),
    { relations: [{ name: "event", select: selectEvents(task.events, sql) }], rows: [] },
    ...(counting.length === 0 ? [] : [winners(context)]),
    ...(counting.length === charges.length ? [] : [outcomePart(context)]),
    ...countedAlike(context).map(({ plan, places }) => countedEvents(plan, places, context)),
    ...charges.flatMap((charge, place) => judgedPart(charge, place, context) ?? []),
  ];
  const relations = parts.flatMap((part) => part.relations);
  const rows = parts.flatMap((part) => part.rows);
  const defined = relations.map(({ name, select }) => `${name} AS (\n  ${select}\n)`);
  const text = `WITH ${defined.join(",\n")}\n${rows.join("\nUNION ALL\n")}${sql.settings}`;
  return { text, parameters: bound.values() };
}

/** A charge that judges outcomes; nothing for any other. */
function judgedPart(
  charge: UsageCharge,
  place: number,
  context: StatementContext,
): StatementPart | undefined {
  const { outcome: policy, unitOfMeasure = "" } = charge;
  if (policy === undefined) return undefined;
  const plan = context.plans[place];
  return plan?.compiled === true
    ? countedOutcomes(charge, { place, unitOfMeasure, policy, by: plan.by }, context)
    : fetchedOutcomes({ place, unitOfMeasure, policy }, context);
}

/** What is known of the customers whose outcomes are judged. */
function outcomePart(context: StatementContext): StatementPart {
  const { charges, plans } = context;
  const isBounded = charges.some(
    ({ outcome }, place) =>
      outcome !== undefined &&
      plans[place]?.compiled === false &&
      decidedWithin(outcome) !== undefined,
  );
  return {
    relations: [...knownOutcomes(context), ...(isBounded ? [touchedSubjects()] : [])],
    rows: [],
  };
}

/**
 * The charges whose events are counted, together where they count alike: plans often have the same charges at other prices. A
 * segment of a table may be one of several charges, so these stay apart.
 */
function countedAlike({ charges, segments }: StatementContext) {
  const found = new Map<string, { readonly plan: ChargePlan; readonly places: number[] }>();
  for (const [place, charge] of charges.entries()) {
    if (charge.outcome !== undefined) continue;
    const plan = chargePlan(charge);
    const name = segments.given === undefined ? String(place) : countingOf(plan);
    const known = found.get(name);
    if (known === undefined) found.set(name, { plan, places: [place] });
    else known.places.push(place);
  }
  return [...found.values()];
}

function segmentPart({ segments, charges, sql, binder: bound }: StatementContext): StatementPart {
  return {
    relations: [{ name: "segment", select: segmentRelation(segments, charges, sql, bound) }],
    rows: segments.given === undefined ? [segmentRows(sql)] : [],
  };
}

function clockPart({ segments, sql, binder: bound }: StatementContext): StatementPart {
  return { relations: [{ name: "clock", select: clockRelation(segments, sql, bound) }], rows: [] };
}

/** The segments of a table: those without usage have a summary, too. */
function segmentRows(sql: Dialect): string {
  const row = rowOf(sql, { kind: "'segment'", segment: "s.segment_key" });
  return `SELECT ${row}\nFROM segment s`;
}

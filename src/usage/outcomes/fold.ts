import type { OutcomePolicy } from "../../catalog/outcome.js";
import { groupBy } from "../../data/group-by.js";
import type { Instant } from "../../time/instant.js";
import type { TimeZone } from "../../time/zone.js";
import type { ReadEvent } from "../events/event.js";
import { holds, missingFields } from "../meter/predicate.js";
import { type Life, liveThrough, outcomeAt } from "./apply-signals.js";
import { type Knowledge, type KnowledgeAt, looksAtFirst } from "./knowledge.js";
import type { FoldedOutcome } from "./outcome.js";
import { silentAt } from "./silence.js";
import { groupName, keepUnique } from "./uniqueness.js";

/** What a fold looks at: events of one customer that may be outcomes, and what else happened to their subjects. */
export interface FoldInput {
  readonly candidates: readonly ReadEvent[];
  readonly knowledgeAt: KnowledgeAt;
  /** In which billing period an instant lies; nothing where none is known. */
  readonly billingPeriodOf: (instant: Instant) => number | undefined;
  /** Where clocks and calendars are looked at. */
  readonly zone: TimeZone;
}

/** The policy that was in force when an event occurred. */
export type PolicyOf = (event: ReadEvent) => OutcomePolicy;

/** What becomes of events. */
export interface Fold {
  /** All that were known at a moment, as they stood then. */
  at(asOf: Instant): readonly FoldedOutcome[];
  /** Some of them, as they stood then. */
  of(events: Iterable<ReadEvent>, asOf: Instant): readonly FoldedOutcome[];
  /** What was known at a moment; the same for moments between which nothing was rewritten. */
  knowledgeAt(asOf: Instant): Knowledge;
  /** The way of an event that qualifies. */
  lifeOf(event: ReadEvent, knowledge: Knowledge): Life | undefined;
}

/**
 * From events to outcomes. Looks at sets, never at the order in which they come: each outcome follows its signals for
 * itself, by the policy of its time; then one of each key is kept.
 */
export function foldOutcomes(
  { candidates, knowledgeAt, billingPeriodOf, zone }: FoldInput,
  policyOf: PolicyOf,
): Fold {
  const firstMatters = candidates.some((event) => looksAtFirst(policyOf(event)));
  let rivals: ReadonlyMap<string | undefined, readonly ReadEvent[]> | undefined;
  const lives = new Map<Knowledge, Map<ReadEvent, Life>>();
  const lifeOf = (event: ReadEvent, knowledge: Knowledge) => {
    const policy = policyOf(event);
    if (!qualifies(event, policy, zone)) return undefined;
    const known = lives.get(knowledge) ?? new Map<ReadEvent, Life>();
    lives.set(knowledge, known);
    const before = known.get(event);
    if (before !== undefined) return before;
    const silent = silentAt(event, knowledge.activity, policy);
    const life = liveThrough(event, knowledge.effects(policy)(event), silent, policy);
    known.set(event, life);
    return life;
  };
  const fold = (events: readonly ReadEvent[], asOf: Instant) => {
    const [qualified, unqualified]: [FoldedOutcome[], FoldedOutcome[]] = [[], []];
    const knowledge = knowledgeAt(asOf, firstMatters);
    for (const event of events) {
      if (event.receivedAt > asOf) continue;
      const life = lifeOf(event, knowledge);
      if (life !== undefined) qualified.push(outcomeAt(life, asOf));
      else unqualified.push(unqualifiedOutcome(event, policyOf(event)));
    }
    return [...unqualified, ...keepUnique(qualified, policyOf, billingPeriodOf)];
  };
  return {
    lifeOf,
    knowledgeAt: (asOf) => knowledgeAt(asOf, firstMatters),
    at: (asOf) => fold(candidates, asOf),
    of(events, asOf) {
      const wanted = new Set(events);
      // Which of them are kept depends on the others of their key.
      const concerned = new Set<ReadEvent>(wanted);
      const names = new Set([...wanted].map((event) => groupName(event, policyOf(event))));
      names.delete(undefined);
      rivals ??= groupBy(candidates, (event) => groupName(event, policyOf(event)));
      for (const name of names) for (const event of rivals.get(name) ?? []) concerned.add(event);
      return fold([...concerned], asOf).filter(({ event }) => wanted.has(event));
    },
  };
}

function qualifies(event: ReadEvent, { qualifies: test }: OutcomePolicy, zone: TimeZone): boolean {
  return test === undefined || holds(test, event, zone);
}

function unqualifiedOutcome(event: ReadEvent, policy: OutcomePolicy): FoldedOutcome {
  const missing = policy.qualifies === undefined ? [] : missingFields(policy.qualifies, event);
  const lacks = missing.length === 0 ? "" : `: it lacks ${missing.join(", ")}`;
  return {
    event,
    state: "unqualified",
    confirmedAt: undefined,
    settlesAt: undefined,
    endedAt: undefined,
    billableAt: undefined,
    quantity: event.quantity,
    value: event.value,
    reasons: [{ text: `does not qualify${lacks}`, eventIds: [event.id] }],
  };
}

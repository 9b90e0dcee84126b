import type { Charge } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { compareTexts } from "../../data/compare-texts.js";
import { groupBy } from "../../data/group-by.js";
import { UTC } from "../../time/zone.js";
import { eventKey } from "../events/deduplicate.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { countedQuantity } from "../meter/event-quantity.js";
import { type UsageSegment, whyOutOfScope } from "../meter/scope.js";
import {
  type Candidate,
  candidatesIn,
  type Era,
  erasOf,
  type JudgingSegment,
} from "./candidates.js";
import { type Fold, foldOutcomes } from "./fold.js";
import { type KnowledgeAt, knowledgeOf } from "./knowledge.js";
import type { FoldedOutcome } from "./outcome.js";
import {
  type Arrival,
  factsOf,
  type JudgedEvent,
  type OutcomeUsage,
  usageOf,
} from "./outcome-usage.js";

/** Everything that is known, of every customer. */
export interface KnownEvents {
  readonly events: readonly ReadEvent[];
  readonly signals: readonly ReadSignal[];
}

/** The outcomes of one era, each once. */
export interface JudgedEra {
  readonly era: Era;
  readonly byEvent: ReadonlyMap<ReadEvent, JudgedEvent>;
  readonly usage: ReadonlyMap<UsageSegment, OutcomeUsage>;
}

/** Whether a charge judges outcomes. */
export function judgesOutcomes({ charge }: { readonly charge: Charge }): boolean {
  return isUsageCharge(charge) && charge.outcome !== undefined;
}

/**
 * Judges the outcomes of each charge for all of its segments together: each once, by the policy of the time in which it
 * occurred. A segment bills those of its prices' time that become billable in its period.
 */
export function judgeOutcomes(
  segments: readonly JudgingSegment[],
  known: KnownEvents,
): readonly JudgedEra[] {
  const eras = erasOf(segments);
  const candidates = candidatesIn(known.events, eras);
  const inScope = scopeReader(known);
  return [...groupBy(eras, ({ chargeId }) => chargeId)].flatMap(([chargeId, own]) =>
    judgeCharge(own, candidates.get(chargeId) ?? [], inScope(own)),
  );
}

const FOREVER = Number.POSITIVE_INFINITY;

/** What is known of a charge's customers. */
interface Surroundings {
  readonly knowledgeOf: (customerId: string) => KnowledgeAt;
  readonly arrivals: ReadonlyMap<string, readonly Arrival[]>;
}

/** What is known within the scopes of eras, once for all charges with the same. */
function scopeReader({ events, signals }: KnownEvents): (eras: readonly Era[]) => Surroundings {
  const known = new Map<string, Surroundings>();
  return (eras) => {
    const scopes = new Map(eras.map(({ first: { scope } }) => [scope.agentType, scope]));
    const name = [...scopes.keys()]
      .map((each) => JSON.stringify(each ?? null))
      .sort(compareTexts)
      .join();
    const before = known.get(name);
    if (before !== undefined) return before;
    const isOf = (each: ReadEvent | ReadSignal) =>
      [...scopes.values()].some((scope) => whyOutOfScope(each, scope) === undefined);
    const [happened, said] = [events.filter(isOf), signals.filter(isOf)];
    const eventsOf = groupBy(happened, ({ customerId }) => customerId);
    const signalsOf = groupBy(said, ({ customerId }) => customerId);
    const knowledge = new Map<string, KnowledgeAt>();
    const surroundings: Surroundings = {
      knowledgeOf(customerId) {
        const own =
          knowledge.get(customerId) ??
          knowledgeOf(eventsOf.get(customerId) ?? [], signalsOf.get(customerId) ?? []);
        knowledge.set(customerId, own);
        return own;
      },
      arrivals: groupBy([...happened, ...said], eventKey),
    };
    known.set(name, surroundings);
    return surroundings;
  };
}

function judgeCharge(
  eras: readonly Era[],
  candidates: readonly Candidate[],
  { knowledgeOf: knowledgeAbout, arrivals }: Surroundings,
): readonly JudgedEra[] {
  const [any] = eras;
  if (any === undefined) return [];
  const { billingPeriodOf = () => 0, zone = UTC, asOf: now = FOREVER } = any.first.scope;
  const byEvent = new Map(candidates.map((each) => [each.event, each]));
  const candidateOf = (event: ReadEvent) => {
    const candidate = byEvent.get(event);
    if (candidate === undefined) throw new Error("unreachable: an event that is no candidate");
    return candidate;
  };
  const eraOf = (event: ReadEvent) => candidateOf(event).era;
  const policyOf = (event: ReadEvent) => eraOf(event).policy;
  const folds = new Map<string, Fold>();
  for (const [customerId, own] of groupBy(candidates, ({ event }) => event.customerId)) {
    const input = {
      candidates: own.map(({ event }) => event),
      knowledgeAt: knowledgeAbout(customerId),
      billingPeriodOf,
      zone,
    };
    folds.set(customerId, countingFold(foldOutcomes(input, policyOf), eraOf));
  }
  const outcomes = [...folds.values()].flatMap((fold) => fold.at(now));
  const facts = { folds, arrivals, ...factsOf(eras, outcomes, policyOf) };
  const ofEra = new Map<Era, Map<ReadEvent, JudgedEvent>>(eras.map((era) => [era, new Map()]));
  for (const outcome of outcomes) {
    const { event } = outcome;
    const { counted, within } = candidateOf(event);
    for (const era of within) ofEra.get(era)?.set(event, { outcome, counted });
  }
  return eras.map((era) => {
    const own = ofEra.get(era) ?? new Map();
    return { era, byEvent: own, usage: usageOf(era, own, facts) };
  });
}

/** The same outcomes, each with the quantity that its charge counts of what is left of it. */
function countingFold(fold: Fold, eraOf: (event: ReadEvent) => Era): Fold {
  const count = (outcome: FoldedOutcome): FoldedOutcome => {
    const { eventQuantity } = eraOf(outcome.event).first.terms;
    return eventQuantity === undefined
      ? outcome
      : { ...outcome, quantity: countedQuantity(eventQuantity, outcome.quantity) };
  };
  return {
    ...fold,
    at: (asOf) => fold.at(asOf).map(count),
    of: (events, asOf) => fold.of(events, asOf).map(count),
  };
}

import type { OutcomePolicy } from "../../catalog/outcome.js";
import { firstIndex } from "../../data/first-index.js";
import { groupBy } from "../../data/group-by.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { type SignalEffects, signalEffects, uniqueSignals } from "./signal-effects.js";
import { type Activity, activityOf } from "./silence.js";

/** What is known of one customer's subjects. */
export interface Knowledge {
  readonly effects: SignalEffects;
  readonly activity: Activity;
}

/** What was known of one customer's subjects as of any moment; it may matter which of a subject's events is the first. */
export type KnowledgeAt = (asOf: Instant, firstMatters: boolean) => Knowledge;

/** Whether a policy counts silences from a subject's first event. */
export function looksAtFirst({ confirm }: OutcomePolicy): boolean {
  return confirm?.silenceFrom === "first-event";
}

/**
 * Signals take effect when they are known, and a silence is judged by what is known when it is over. So what is known
 * later tells the same of an earlier moment, but where it rewrites what was known: another signal under an id that is
 * taken, or an earlier first event of a subject. Between two such moments one knowledge serves.
 */
export function knowledgeOf(
  events: readonly ReadEvent[],
  signals: readonly ReadSignal[],
): KnowledgeAt {
  const all = [...events, ...signals];
  const ids = new Set(events.map(({ id }) => id));
  let rewritten: readonly Instant[] | undefined;
  let begunAnew: readonly Instant[] | undefined;
  const known = new Map<Instant, Knowledge>();
  return (asOf, firstMatters) => {
    rewritten ??= rewritesOf(signals);
    if (firstMatters) begunAnew ??= beginningsOf(all);
    const beginnings = firstMatters ? (begunAnew ?? []) : [];
    const until = Math.min(nextAfter(rewritten, asOf), nextAfter(beginnings, asOf));
    const before = known.get(until);
    if (before !== undefined) return before;
    const isKnown = ({ receivedAt }: ReadEvent | ReadSignal) => receivedAt < until;
    const knowledge = {
      effects: signalEffects(signals.filter(isKnown), ids),
      activity: activityOf(all.filter(isKnown)),
    };
    known.set(until, knowledge);
    return knowledge;
  };
}

function nextAfter(moments: readonly Instant[], asOf: Instant): Instant {
  return moments[firstIndex(moments, (each) => each > asOf)] ?? Number.POSITIVE_INFINITY;
}

/** When another signal took the place of one with its id. */
function rewritesOf(signals: readonly ReadSignal[]): readonly Instant[] {
  const several = [...groupBy(signals, ({ id }) => id).values()].filter(({ length }) => length > 1);
  return several.flatMap(whenReplaced).sort((a, b) => a - b);
}

function whenReplaced(alike: readonly ReadSignal[]): readonly Instant[] {
  const moments: Instant[] = [];
  let counts: ReadSignal | undefined;
  for (const signal of alike.toSorted((a, b) => a.receivedAt - b.receivedAt)) {
    const [winner] = uniqueSignals(counts === undefined ? [signal] : [counts, signal]);
    if (counts !== undefined && winner !== counts) moments.push(signal.receivedAt);
    counts = winner;
  }
  return moments;
}

/** When an event became known that happened before all that was known of its subject. */
function beginningsOf(all: readonly (ReadEvent | ReadSignal)[]): readonly Instant[] {
  const first = new Map<string | undefined, Instant>();
  const moments: Instant[] = [];
  for (const { fields, timestamp, receivedAt } of all.toSorted(
    (a, b) => a.receivedAt - b.receivedAt,
  )) {
    const earliest = first.get(fields.subject);
    if (earliest !== undefined && timestamp >= earliest) continue;
    if (earliest !== undefined) moments.push(receivedAt);
    first.set(fields.subject, timestamp);
  }
  return moments;
}

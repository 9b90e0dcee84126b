import type { OutcomePolicy } from "../../catalog/outcome.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { groupBy } from "../../data/group-by.js";
import { formatExact } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { holds, missingFields } from "../meter/predicate.js";
import { applySignals, type SignalEffect } from "./apply-signals.js";
import type { FoldedOutcome } from "./outcome.js";
import { type Activity, silentAt } from "./silence.js";
import { keepOne } from "./uniqueness.js";

/** What a fold looks at: events of one customer that may be outcomes, and what else happened to their subjects. */
export interface FoldInput {
  readonly candidates: readonly ReadEvent[];
  readonly signals: readonly ReadSignal[];
  readonly activity: Activity;
  /** The moment of knowledge; what is given is known by then. */
  readonly asOf: Instant;
  /** In which billing period an instant lies; nothing where none is known. */
  readonly billingPeriodOf: (instant: Instant) => number | undefined;
}

/** The policy that was in force when an event occurred. */
export type PolicyOf = (event: ReadEvent) => OutcomePolicy;

/**
 * From events to outcomes. Looks at sets, never at the order in which they come: each outcome follows its signals for
 * itself, by the policy of its time; then one of each key is kept.
 */
export function foldOutcomes(
  { candidates, signals, activity, asOf, billingPeriodOf }: FoldInput,
  policyOf: PolicyOf,
): readonly FoldedOutcome[] {
  const effects = new Map<OutcomePolicy, ReturnType<typeof signalEffects>>();
  const effectsOn = (event: ReadEvent, policy: OutcomePolicy) => {
    const known = effects.get(policy) ?? signalEffects(signals, policy);
    effects.set(policy, known);
    return known(event);
  };
  const [qualified, unqualified]: [FoldedOutcome[], FoldedOutcome[]] = [[], []];
  for (const event of candidates) {
    const policy = policyOf(event);
    const { qualifies } = policy;
    if (qualifies !== undefined && !holds(qualifies, event)) {
      unqualified.push(unqualifiedOutcome(event, policy));
      continue;
    }
    const silent = silentAt(event, activity, policy);
    qualified.push(applySignals(event, effectsOn(event, policy), silent, policy, asOf));
  }
  return [...unqualified, ...keepOne(qualified, policyOf, billingPeriodOf)];
}

/** What signals do to an event, by its id or by its subject. A signal has no effect on what happens after it. */
function signalEffects(
  signals: readonly ReadSignal[],
  { confirm, reverse }: OutcomePolicy,
): (event: ReadEvent) => readonly SignalEffect[] {
  const says = (name: string | undefined, names: readonly string[] | undefined) =>
    names?.some((each) => each === name) === true;
  const effects = [...uniqueSignals(signals)].flatMap((signal): SignalEffect | [] => {
    const { confirms, reverses, fields } = signal;
    if (confirms !== undefined) return confirm ? { signal, effect: "confirm", named: true } : [];
    if (reverses !== undefined) return reverse ? { signal, effect: "reverse", named: true } : [];
    if (fields.subject === undefined) return [];
    if (says(fields.name, confirm?.signals)) return { signal, effect: "confirm", named: false };
    return says(fields.name, reverse?.signals) ? { signal, effect: "reverse", named: false } : [];
  });
  const byId = groupBy(effects, ({ signal }) => signal.confirms ?? signal.reverses);
  const bySubject = groupBy(effects, ({ named, signal: { fields } }) =>
    named ? undefined : fields.subject,
  );
  return ({ id, fields: { subject }, timestamp }) =>
    [...(byId.get(id) ?? []), ...((subject && bySubject.get(subject)) || [])].filter(
      ({ signal }) => signal.timestamp >= timestamp && signal.id !== id,
    );
}

/** One signal of each id: the earliest, whatever the order in which they came. */
function uniqueSignals(signals: readonly ReadSignal[]): Iterable<ReadSignal> {
  const unique = new Map<string, ReadSignal>();
  for (const signal of signals) {
    const known = unique.get(signal.id);
    if (known === undefined || isEarlier(signal, known)) unique.set(signal.id, signal);
  }
  return unique.values();
}

function isEarlier(a: ReadSignal, b: ReadSignal): boolean {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp;
  const target = ({ confirms, reverses, fields, quantity, value }: ReadSignal) =>
    canonicalJson([
      confirms ?? null,
      reverses ?? null,
      fields,
      quantity === undefined ? null : formatExact(quantity),
      value === undefined ? null : formatExact(value),
    ]);
  const [first, second] = [target(a), target(b)];
  return first === second ? a.receivedAt < b.receivedAt : first < second;
}

function unqualifiedOutcome(event: ReadEvent, { qualifies }: OutcomePolicy): FoldedOutcome {
  const missing = qualifies === undefined ? [] : missingFields(qualifies, event);
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

import type { OutcomePolicy } from "../../catalog/outcome.js";
import { canonicalJson } from "../../content/canonical-json.js";
import { formatExact } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../event.js";
import { fieldOf } from "../event-fields.js";
import { missingFields } from "../missing-fields.js";
import { holds } from "../predicate.js";
import { type Bearing, lifeOf } from "./life.js";
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
  /** In which billing period an instant lies. */
  readonly billingPeriodOf: (instant: Instant) => number;
}

/**
 * From events to outcomes. Looks at sets, never at the order in which they come: each outcome follows its signals for
 * itself, then one of each key is kept.
 */
export function foldOutcomes(
  { candidates, signals, activity, asOf, billingPeriodOf }: FoldInput,
  policy: OutcomePolicy,
): readonly FoldedOutcome[] {
  const { qualifies } = policy;
  const qualified = candidates.filter((each) => qualifies === undefined || holds(qualifies, each));
  const chosen = new Set(qualified);
  const unqualified = candidates
    .filter((each) => !chosen.has(each))
    .map((event) => unqualifiedOutcome(event, policy));
  const bearings = bearingsOf(signals, policy);
  const lives = qualified.map((event) =>
    lifeOf(event, bearings(event), silentAt(event, activity, policy), policy, asOf),
  );
  return [...unqualified, ...keepOne(lives, policy, billingPeriodOf)];
}

/** Which signals bear on an event, by its id or by its subject. A signal never bears on what happens after it. */
function bearingsOf(
  signals: readonly ReadSignal[],
  { confirm, reverse }: OutcomePolicy,
): (event: ReadEvent) => readonly Bearing[] {
  const byId = new Map<string, Bearing[]>();
  const bySubject = new Map<string, Bearing[]>();
  const put = (map: Map<string, Bearing[]>, key: string, bearing: Bearing) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [bearing]);
    else list.push(bearing);
  };
  for (const signal of uniqueSignals(signals)) {
    const { confirms, reverses, fields } = signal;
    const { subject, name } = fields;
    const says = (names: readonly string[] | undefined) => names?.some((each) => each === name);
    if (confirms !== undefined) {
      if (confirm !== undefined) put(byId, confirms, { signal, effect: "confirm", named: true });
    } else if (reverses !== undefined) {
      if (reverse !== undefined) put(byId, reverses, { signal, effect: "reverse", named: true });
    } else if (subject !== undefined && says(confirm?.signals) === true) {
      put(bySubject, subject, { signal, effect: "confirm", named: false });
    } else if (subject !== undefined && says(reverse?.signals) === true) {
      put(bySubject, subject, { signal, effect: "reverse", named: false });
    }
  }
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
  const missing =
    qualifies === undefined ? [] : missingFields(qualifies, (name) => fieldOf(event, name));
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

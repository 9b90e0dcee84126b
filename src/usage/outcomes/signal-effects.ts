import type { OutcomePolicy } from "../../catalog/outcome.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { firstIndex } from "../../data/first-index.js";
import { groupBy } from "../../data/group-by.js";
import { type RangeFinder, rangeFinder } from "../../data/range-finder.js";
import { formatExact } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { givenId, siblingOf } from "../events/identity.js";

/** What a signal does to one outcome. */
export interface SignalEffect {
  readonly signal: ReadSignal;
  readonly effect: "confirm" | "reverse";
  /** Whether it names the outcome itself; a signal about its subject confirms what is pending, and restores nothing. */
  readonly named: boolean;
  /** What a signal says counts from when it was known: what was billed by then stays as it was. */
  readonly at: Instant;
}

/** A place in the order in which signals take effect; what is assumed has no signal, and comes first of its moment. */
export interface Place {
  readonly at: Instant;
  readonly signal?: Pick<ReadSignal, "id"> | undefined;
}

export function inOrder(a: Place, b: Place): number {
  return a.at - b.at || compareTexts(a.signal?.id ?? "", b.signal?.id ?? "");
}

/** Signals of one kind about one subject, in the order in which they take effect. */
export interface SubjectSignals {
  readonly effects: readonly SignalEffect[];
  /** Finds effects by when their signals happened. */
  readonly findHappened: RangeFinder;
}

/** What signals do to one event. A signal has no effect on what happens after it. */
export interface EffectsOn {
  /** By its id, in their order. */
  readonly named: readonly SignalEffect[];
  /** By its subject: each of these is needed, and any signal of it will do. */
  readonly confirms: readonly (SubjectSignals | undefined)[];
  readonly reverses: SubjectSignals | undefined;
}

/** What signals do to events under a policy. */
export type SignalEffects = (policy: OutcomePolicy) => (event: ReadEvent) => EffectsOn;

/** `ids` are those of all events. */
export function signalEffects(
  signals: readonly ReadSignal[],
  ids: ReadonlySet<string>,
): SignalEffects {
  const unique = [...uniqueSignals(signals)];
  const ofPolicy = new Map<OutcomePolicy, (event: ReadEvent) => EffectsOn>();
  const alike = new Map<string, (event: ReadEvent) => EffectsOn>();
  return (policy) => {
    const known = ofPolicy.get(policy);
    if (known !== undefined) return known;
    const { confirm, reverse } = policy;
    const what = canonicalJson([
      confirm && [confirm.signals, confirm.require],
      reverse && [reverse.signals],
    ]);
    const effectsOn = alike.get(what) ?? effectsUnder(unique, ids, policy);
    alike.set(what, effectsOn);
    ofPolicy.set(policy, effectsOn);
    return effectsOn;
  };
}

function effectsUnder(
  signals: readonly ReadSignal[],
  ids: ReadonlySet<string>,
  { confirm, reverse }: OutcomePolicy,
): (event: ReadEvent) => EffectsOn {
  const [confirming, reversing] = [new Set(confirm?.signals), new Set(reverse?.signals)];
  const named: SignalEffect[] = [];
  const about = { confirm: [] as SignalEffect[], reverse: [] as SignalEffect[] };
  for (const signal of signals) {
    const { confirms, reverses, fields } = signal;
    const at = Math.max(signal.timestamp, signal.receivedAt);
    if (confirms !== undefined) {
      if (confirm !== undefined) named.push({ signal, effect: "confirm", named: true, at });
    } else if (reverses !== undefined) {
      if (reverse !== undefined) named.push({ signal, effect: "reverse", named: true, at });
    } else if (fields.subject !== undefined && fields.name !== undefined) {
      const effect = confirming.has(fields.name) ? "confirm" : "reverse";
      const bears = effect === "confirm" || reversing.has(fields.name);
      if (bears) about[effect].push({ signal, effect, named: false, at });
    }
  }
  const byTarget = groupBy(named, ({ signal }) => targetOf(signal, ids));
  const needed = confirm?.require === "all" ? (confirm.signals ?? []) : [undefined];
  const confirms = needed.map((name) =>
    bySubject(
      about.confirm.filter(({ signal }) => name === undefined || signal.fields.name === name),
    ),
  );
  const reverses = bySubject(about.reverse);
  return ({ id, timestamp, fields: { subject } }) => ({
    named:
      byTarget.size === 0
        ? NONE
        : namesOf(id)
            .flatMap((name) => byTarget.get(name) ?? NONE)
            .filter(({ signal }) => signal.timestamp >= timestamp && signal.id !== id)
            .sort(inOrder),
    confirms: confirms.map((each) => each.get(subject)),
    reverses: reverses.get(subject),
  });
}

const NONE: readonly SignalEffect[] = [];

function bySubject(effects: SignalEffect[]): ReadonlyMap<string | undefined, SubjectSignals> {
  const groups = groupBy(effects.sort(inOrder), ({ signal }) => signal.fields.subject);
  return new Map(
    [...groups].map(([subject, own]) => [
      subject,
      { effects: own, findHappened: rangeFinder(own.map(({ signal }) => signal.timestamp)) },
    ]),
  );
}

/** The next effect on an event that comes after a place, of a signal that happened from an instant to another. */
export function nextEffect(
  { effects, findHappened }: SubjectSignals,
  { id }: ReadEvent,
  after: Place,
  from: Instant,
  to: Instant,
): SignalEffect | undefined {
  const next = firstIndex(effects, (each) => inOrder(each, after) > 0);
  for (let at = findHappened(next, from, to); at !== undefined; ) {
    const effect = effects[at];
    // An event is no signal about itself.
    if (effect?.signal.id !== id) return effect;
    at = findHappened(at + 1, from, to);
  }
  return undefined;
}

/** What a signal names: an event of its own source, where one of that id is known, else one of any source. */
function targetOf(signal: ReadSignal, known: ReadonlySet<string>): string {
  const id = signal.confirms ?? signal.reverses ?? "";
  const own = siblingOf(signal.id, id);
  return known.has(own) ? `own ${own}` : `any ${id}`;
}

function namesOf(id: string): readonly string[] {
  return [`own ${id}`, `any ${givenId(id)}`];
}

/** One signal of each id: the earliest, whatever the order in which they came. */
export function uniqueSignals(signals: readonly ReadSignal[]): Iterable<ReadSignal> {
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

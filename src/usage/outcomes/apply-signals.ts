import type { OutcomePolicy } from "../../catalog/outcome.js";
import { firstIndex } from "../../data/first-index.js";
import { type Fraction, isZero } from "../../money/fraction.js";
import { readDuration } from "../../time/duration.js";
import { formatInstant, type Instant, LATEST_INSTANT } from "../../time/instant.js";
import type { ReadEvent } from "../events/event.js";
import { type Confirming, whenConfirmed } from "./confirmation.js";
import { leftAfter } from "./left-after.js";
import type { FoldedOutcome, OutcomeReason, OutcomeState } from "./outcome.js";
import {
  type EffectsOn,
  inOrder,
  nextEffect,
  type Place,
  type SignalEffect,
} from "./signal-effects.js";

/** Where an outcome is on its way. */
interface Position {
  readonly state: Exclude<OutcomeState, "superseded" | "free" | "unqualified" | "settled">;
  readonly confirmedAt: Instant | undefined;
  /** When a signal that names the outcome has confirmed it last. */
  readonly reconfirmedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
  /** How many signals came after the time in which it could be reversed. */
  readonly tooLate: number;
}

/** What one outcome is judged by, and what is told of it on its way. */
interface Judgement {
  readonly event: ReadEvent;
  readonly effects: EffectsOn;
  readonly policy: OutcomePolicy;
  readonly confirmation: Confirming;
  /** How long after its confirmation a signal may reverse it. */
  readonly reversibleFor: number;
  because(text: string, eventIds: readonly string[]): void;
}

/** Of the signals that come too late, one outcome's reasons name so many. */
const MOST_TOO_LATE = 100;
const FOREVER = Number.POSITIVE_INFINITY;

/** The way of one outcome by all the signals about it: where it stood from when on. */
export interface Life {
  readonly event: ReadEvent;
  readonly policy: OutcomePolicy;
  readonly turns: readonly Turn[];
  readonly reasons: readonly OutcomeReason[];
}

interface Turn {
  readonly at: Instant;
  readonly position: Position;
  /** How many of the reasons were known by then. */
  readonly told: number;
}

/**
 * What becomes of one outcome by the signals about it. `silentAt` is when the silence of its subject is long enough,
 * where confirmation is assumed after one. A reversal that becomes known late takes effect when it is known: what was
 * confirmed by then may have been billed, so it is reversed, not blocked.
 */
export function liveThrough(
  event: ReadEvent,
  effects: EffectsOn,
  silentAt: Instant | undefined,
  policy: OutcomePolicy,
): Life {
  const occurred = { text: `occurred at ${formatInstant(event.timestamp)}`, eventIds: [event.id] };
  const reasons: OutcomeReason[] = [occurred];
  const judgement: Judgement = {
    event,
    effects,
    policy,
    confirmation: whenConfirmed(event, effects, silentAt, policy),
    reversibleFor:
      policy.reverse?.within === "confirmation" ? -FOREVER : (windowOf(policy) ?? FOREVER),
    because: (text, eventIds) => reasons.push({ text, eventIds }),
  };
  let position: Position = {
    state: "pending",
    confirmedAt: undefined,
    reconfirmedAt: undefined,
    endedAt: undefined,
    quantity: event.quantity,
    value: event.value,
    tooLate: 0,
  };
  const { assumed } = judgement.confirmation;
  let [passed, named]: [Place, number] = [{ at: -FOREVER }, 0];
  const turns: Turn[] = [{ at: -FOREVER, position, told: reasons.length }];
  for (;;) {
    const nextNamed = effects.named[named];
    const next = earlier(nextNamed, nextOfSubject(judgement, position, passed));
    // What is assumed comes before what a signal says at the same moment.
    const isAssumed =
      position.state === "pending" && assumed !== undefined && assumed <= (next?.at ?? assumed);
    if (isAssumed) {
      passed = { at: assumed };
      position = assume(position, assumed, judgement);
    } else if (next !== undefined) {
      passed = next;
      if (next === nextNamed) named += 1;
      position = (next.effect === "confirm" ? confirm : reverse)(position, next, judgement);
    } else {
      return { event, policy, turns, reasons };
    }
    turns.push({ at: passed.at, position, told: reasons.length });
  }
}

function earlier(
  a: SignalEffect | undefined,
  b: SignalEffect | undefined,
): SignalEffect | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return inOrder(a, b) <= 0 ? a : b;
}

/** The next signal about the subject that matters to the outcome where it is. */
function nextOfSubject(
  { event, effects, confirmation, reversibleFor }: Judgement,
  { state, confirmedAt, reconfirmedAt = event.timestamp, tooLate }: Position,
  passed: Place,
): SignalEffect | undefined {
  if (state === "blocked" || state === "reversed") return undefined;
  const isTold = confirmedAt === undefined || tooLate <= MOST_TOO_LATE;
  const until = isTold ? FOREVER : confirmedAt + reversibleFor;
  const { reverses } = effects;
  return earlier(
    state === "pending" ? confirmation.step : undefined,
    reverses && nextEffect(reverses, event, passed, reconfirmedAt, until),
  );
}

function assume(
  position: Position,
  at: Instant,
  { policy, confirmation: { by }, because }: Judgement,
): Position {
  if (policy.confirm !== undefined) {
    const signals = by.length === 0 ? "" : `by ${by.join(" and ")} and `;
    because(`confirmed ${signals}after a silence, at ${formatInstant(at)}`, by);
  }
  return { ...position, state: "confirmed", confirmedAt: at };
}

function confirm(
  position: Position,
  { signal, named, at }: SignalEffect,
  { confirmation, because }: Judgement,
): Position {
  const reconfirmedAt = named ? signal.timestamp : position.reconfirmedAt;
  if (position.state === "confirmed") return { ...position, reconfirmedAt };
  const by = named || confirmation.by.length === 0 ? [signal.id] : confirmation.by;
  because(`confirmed by ${by.join(" and ")}`, by);
  return { ...position, state: "confirmed", confirmedAt: at, reconfirmedAt, endedAt: undefined };
}

function reverse(
  position: Position,
  { signal }: SignalEffect,
  { reversibleFor, because }: Judgement,
): Position {
  const { state, confirmedAt, reconfirmedAt, tooLate } = position;
  if (state === "blocked" || state === "reversed") return position;
  // It was confirmed again after this reversal happened.
  if (reconfirmedAt !== undefined && reconfirmedAt > signal.timestamp) return position;
  if (confirmedAt !== undefined && signal.timestamp > confirmedAt + reversibleFor) {
    const which = tooLate < MOST_TOO_LATE ? signal.id : "others";
    const text = `${which} came after the time in which it could be reversed`;
    if (tooLate <= MOST_TOO_LATE) because(text, []);
    return { ...position, tooLate: tooLate + 1 };
  }
  const left = leftAfter(position, signal);
  if (left === undefined) {
    because(`${signal.id} takes back a value, of which there is none`, []);
    return position;
  }
  const { quantity, value } = left;
  if (!isZero(left.rest)) {
    because(`reversed in part by ${signal.id}`, [signal.id]);
    return { ...position, quantity, value };
  }
  const next = state === "pending" ? "blocked" : "reversed";
  because(`${next} by ${signal.id}`, [signal.id]);
  return { ...position, state: next, endedAt: signal.timestamp };
}

/** How long after its confirmation an outcome may be reversed; nothing where that is always possible. */
export function windowOf({ reverse }: OutcomePolicy): number | undefined {
  if (reverse === undefined || reverse.within === "confirmation") return 0;
  // "unlimited", as without a word, is no duration.
  return readDuration(reverse.within);
}

/** Where an outcome stood as of a moment. */
export function outcomeAt({ event, policy, turns, reasons }: Life, asOf: Instant): FoldedOutcome {
  const { position, told } = turnAt(turns, asOf);
  const { state, confirmedAt } = position;
  const settlesAt = settlementOf(position, policy);
  const isSettled = state === "confirmed" && settlesAt !== undefined && settlesAt <= asOf;
  const final: OutcomeState = isSettled ? "settled" : state;
  const bills = final === "settled" || (final === "confirmed" && policy.billOn !== "settled");
  return {
    event,
    state: final,
    confirmedAt,
    settlesAt,
    endedAt: position.endedAt,
    billableAt: bills ? billingMoment(event, position, policy) : undefined,
    quantity: position.quantity,
    value: position.value,
    reasons: told === reasons.length ? reasons : reasons.slice(0, told),
  };
}

/** Every moment at which an outcome may have been billed, by what was known at some time; each once. */
export function billingMoments({ event, policy, turns }: Life): ReadonlySet<Instant> {
  return new Set(turns.flatMap(({ position }) => billingMoment(event, position, policy) ?? []));
}

function turnAt(turns: readonly Turn[], asOf: Instant): Turn {
  const turn = turns[firstIndex(turns, ({ at }) => at > asOf) - 1];
  if (turn === undefined) throw new Error("unreachable: a life that has not begun");
  return turn;
}

function billingMoment(
  { timestamp }: ReadEvent,
  position: Position,
  policy: OutcomePolicy,
): Instant | undefined {
  const { billOn = "confirmed" } = policy;
  if (billOn === "occurred") return timestamp;
  return billOn === "confirmed" ? position.confirmedAt : settlementOf(position, policy);
}

function settlementOf({ confirmedAt }: Position, policy: OutcomePolicy): Instant | undefined {
  const reversibleFor = windowOf(policy);
  if (confirmedAt === undefined || reversibleFor === undefined) return undefined;
  // What settles after the years that we write settles never.
  return confirmedAt + reversibleFor > LATEST_INSTANT ? undefined : confirmedAt + reversibleFor;
}

import type { OutcomePolicy } from "../../catalog/outcome.js";
import { compareTexts } from "../../data/compare-texts.js";
import { compare, type Fraction, isZero, subtract, ZERO } from "../../money/fraction.js";
import { readDuration } from "../../time/duration.js";
import { formatInstant, type Instant, LATEST_INSTANT } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import type { FoldedOutcome, OutcomeReason, OutcomeState } from "./outcome.js";

/** What a signal does to one outcome. */
export interface SignalEffect {
  readonly signal: ReadSignal;
  readonly effect: "confirm" | "reverse";
  /** Whether it names the outcome itself; a signal about its subject confirms what is pending, and restores nothing. */
  readonly named: boolean;
}

/** Where an outcome is on its way. */
interface Position {
  readonly state: Exclude<OutcomeState, "superseded" | "unqualified" | "settled">;
  readonly confirmedAt: Instant | undefined;
  /** When a signal that names the outcome has confirmed it last. */
  readonly reconfirmedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
  readonly reasons: readonly OutcomeReason[];
}

/**
 * What becomes of one outcome by the signals about it. `silentAt` is when the silence of its subject is long enough,
 * where confirmation is assumed after one. A reversal that becomes known late takes effect when it is known: what was
 * confirmed by then may have been billed, so it is reversed, not blocked.
 */
export function applySignals(
  event: ReadEvent,
  effects: readonly SignalEffect[],
  silentAt: Instant | undefined,
  policy: OutcomePolicy,
  asOf: Instant,
): FoldedOutcome {
  let position: Position = {
    state: "pending",
    confirmedAt: undefined,
    reconfirmedAt: undefined,
    endedAt: undefined,
    quantity: event.quantity,
    value: event.value,
    reasons: [{ text: `occurred at ${formatInstant(event.timestamp)}`, eventIds: [event.id] }],
  };
  const assumed = policy.confirm === undefined ? event.timestamp : silentAt;
  const steps: readonly Step[] = [
    ...(assumed === undefined ? [] : [{ at: assumed, signalEffect: undefined }]),
    ...effects.map((signalEffect) => ({ at: takesEffectAt(signalEffect), signalEffect })),
  ];
  for (const { at, signalEffect } of steps.toSorted(inOrder)) {
    if (at > asOf) continue;
    if (signalEffect === undefined) position = assume(position, at, policy);
    else if (signalEffect.effect === "confirm") position = confirm(position, signalEffect);
    else position = reverse(position, signalEffect, policy);
  }
  return settled(event, position, policy, asOf);
}

interface Step {
  readonly at: Instant;
  /** Nothing for what is assumed. */
  readonly signalEffect: SignalEffect | undefined;
}

/** What a signal says counts from when it was known: what was billed by then stays as it was. */
function takesEffectAt({ signal }: SignalEffect): Instant {
  return Math.max(signal.timestamp, signal.receivedAt);
}

/** What is assumed comes before what a signal says at the same moment. */
function inOrder(a: Step, b: Step): number {
  const idOf = ({ signalEffect }: Step) => signalEffect?.signal.id ?? "";
  return a.at - b.at || compareTexts(idOf(a), idOf(b));
}

function assume(position: Position, at: Instant, { confirm: policy }: OutcomePolicy): Position {
  if (position.state !== "pending") return position;
  const reasons =
    policy === undefined
      ? position.reasons
      : because(position, `confirmed after a silence, at ${formatInstant(at)}`, []);
  return { ...position, state: "confirmed", confirmedAt: at, reasons };
}

function confirm(position: Position, signalEffect: SignalEffect): Position {
  const { state } = position;
  const { signal, named } = signalEffect;
  if (state === "confirmed")
    return named ? { ...position, reconfirmedAt: signal.timestamp } : position;
  if (state !== "pending" && !named) return position;
  const reasons = because(position, `confirmed by ${signal.id}`, [signal.id]);
  const confirmedAt = takesEffectAt(signalEffect);
  const reconfirmedAt = named ? signal.timestamp : position.reconfirmedAt;
  return {
    ...position,
    state: "confirmed",
    confirmedAt,
    reconfirmedAt,
    endedAt: undefined,
    reasons,
  };
}

function reverse(position: Position, { signal }: SignalEffect, policy: OutcomePolicy): Position {
  const { state, confirmedAt, reconfirmedAt } = position;
  if (state === "blocked" || state === "reversed") return position;
  // It was confirmed again after this reversal happened.
  if (reconfirmedAt !== undefined && reconfirmedAt > signal.timestamp) return position;
  if (confirmedAt !== undefined && isTooLate(signal, confirmedAt, policy)) {
    const text = `${signal.id} came after the time in which it could be reversed`;
    return { ...position, reasons: because(position, text, []) };
  }
  const left = leftAfter(position, signal);
  if (left === undefined) {
    const text = `${signal.id} takes back a value, of which there is none`;
    return { ...position, reasons: because(position, text, []) };
  }
  if (!isZero(left.rest)) {
    const { quantity, value } = left;
    const reasons = because(position, `reversed in part by ${signal.id}`, [signal.id]);
    return { ...position, quantity, value, reasons };
  }
  const next = state === "pending" ? "blocked" : "reversed";
  const reasons = because(position, `${next} by ${signal.id}`, [signal.id]);
  return { ...position, state: next, endedAt: signal.timestamp, reasons };
}

function isTooLate(
  { timestamp }: ReadSignal,
  confirmedAt: Instant,
  policy: OutcomePolicy,
): boolean {
  if (policy.reverse?.within === "confirmation") return true;
  const reversibleFor = windowOf(policy);
  return reversibleFor !== undefined && timestamp > confirmedAt + reversibleFor;
}

/** What a reversal leaves of an outcome: of its quantity, its value or both, as it says; nothing where it says neither. */
function leftAfter({ quantity, value }: Position, signal: ReadSignal): Left | undefined {
  const isWhole = signal.quantity === undefined && signal.value === undefined;
  if (isWhole) return { rest: ZERO, quantity, value };
  if (signal.quantity === undefined && value === undefined) return undefined;
  const left = {
    quantity: less(quantity, signal.quantity),
    value: value && less(value, signal.value),
  };
  return { ...left, rest: signal.quantity === undefined ? (left.value ?? ZERO) : left.quantity };
}

interface Left {
  /** Zero where the outcome as a whole is taken back. */
  readonly rest: Fraction;
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
}

function less(whole: Fraction, part: Fraction | undefined): Fraction {
  if (part === undefined) return whole;
  return compare(part, whole) >= 0 ? ZERO : subtract(whole, part);
}

function because(
  { reasons }: Position,
  text: string,
  eventIds: readonly string[],
): readonly OutcomeReason[] {
  return [...reasons, { text, eventIds }];
}

/** How long after its confirmation an outcome may be reversed; nothing where that is always possible. */
export function windowOf({ reverse: policy }: OutcomePolicy): number | undefined {
  if (policy === undefined) return 0;
  const { within = "unlimited" } = policy;
  if (within === "confirmation") return 0;
  return within === "unlimited" ? undefined : readDuration(within);
}

function settled(
  event: ReadEvent,
  position: Position,
  policy: OutcomePolicy,
  asOf: Instant,
): FoldedOutcome {
  const { state, confirmedAt } = position;
  const reversibleFor = windowOf(policy);
  const ends =
    confirmedAt === undefined || reversibleFor === undefined
      ? undefined
      : confirmedAt + reversibleFor;
  // What settles after the years that we write settles never.
  const settlesAt = ends === undefined || ends > LATEST_INSTANT ? undefined : ends;
  const isSettled = state === "confirmed" && settlesAt !== undefined && settlesAt <= asOf;
  const final: OutcomeState = isSettled ? "settled" : state;
  const { billOn = "confirmed" } = policy;
  const moments = { occurred: event.timestamp, confirmed: confirmedAt, settled: settlesAt };
  const bills = final === "settled" || (final === "confirmed" && billOn !== "settled");
  return {
    ...position,
    event,
    state: final,
    settlesAt,
    billableAt: bills ? moments[billOn] : undefined,
  };
}

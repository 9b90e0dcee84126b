import type { OutcomePolicy } from "../../catalog/outcome.js";
import { compare, type Fraction, isZero, subtract, ZERO } from "../../money/fraction.js";
import { readDuration } from "../../time/duration.js";
import { formatInstant, type Instant, LAST } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../event.js";
import { compareTexts } from "../report.js";
import type { FoldedOutcome, OutcomeReason, OutcomeState } from "./outcome.js";

/** A signal as it bears on one outcome. */
export interface Bearing {
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
  readonly saidAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
  readonly reasons: readonly OutcomeReason[];
}

/**
 * Follows one outcome through everything that bears on it. `silentAt` is when the silence of its subject is long enough,
 * where confirmation is assumed after one. A reversal that becomes known late takes effect when it is known: what was
 * confirmed by then may have been billed, so it is reversed, not blocked.
 */
export function lifeOf(
  event: ReadEvent,
  bearings: readonly Bearing[],
  silentAt: Instant | undefined,
  policy: OutcomePolicy,
  asOf: Instant,
): FoldedOutcome {
  let position: Position = {
    state: "pending",
    confirmedAt: undefined,
    saidAt: undefined,
    endedAt: undefined,
    quantity: event.quantity,
    value: event.value,
    reasons: [{ text: `occurred at ${formatInstant(event.timestamp)}`, eventIds: [event.id] }],
  };
  const assumed = policy.confirm === undefined ? event.timestamp : silentAt;
  const steps: readonly Step[] = [
    ...(assumed === undefined ? [] : [{ at: assumed, bearing: undefined }]),
    ...bearings.map((bearing) => ({ at: takesEffectAt(bearing), bearing })),
  ];
  for (const { at, bearing } of steps.toSorted(inOrder)) {
    if (at > asOf) continue;
    if (bearing === undefined) position = assume(position, at, policy);
    else if (bearing.effect === "confirm") position = confirm(position, bearing);
    else position = reverse(position, bearing, policy);
  }
  return settled(event, position, policy, asOf);
}

interface Step {
  readonly at: Instant;
  /** Nothing for what is assumed. */
  readonly bearing: Bearing | undefined;
}

function takesEffectAt({ signal, effect }: Bearing): Instant {
  return effect === "confirm" ? signal.timestamp : Math.max(signal.timestamp, signal.receivedAt);
}

function inOrder(a: Step, b: Step): number {
  return a.at - b.at || idOf(a.bearing, b.bearing);
}

/** What is assumed comes before what is said at the same moment. */
function idOf(a: Bearing | undefined, b: Bearing | undefined): number {
  return compareTexts(a?.signal.id ?? "", b?.signal.id ?? "");
}

function assume(position: Position, at: Instant, { confirm: policy }: OutcomePolicy): Position {
  if (position.state !== "pending") return position;
  const reasons =
    policy === undefined
      ? position.reasons
      : because(position, `confirmed after a silence, at ${formatInstant(at)}`, []);
  return { ...position, state: "confirmed", confirmedAt: at, reasons };
}

function confirm(position: Position, { signal, named }: Bearing): Position {
  const { state } = position;
  if (state === "confirmed") return named ? { ...position, saidAt: signal.timestamp } : position;
  if (state !== "pending" && !named) return position;
  const reasons = because(position, `confirmed by ${signal.id}`, [signal.id]);
  const confirmedAt = signal.timestamp;
  const saidAt = named ? confirmedAt : position.saidAt;
  return { ...position, state: "confirmed", confirmedAt, saidAt, endedAt: undefined, reasons };
}

function reverse(position: Position, { signal }: Bearing, policy: OutcomePolicy): Position {
  const { state, confirmedAt, saidAt } = position;
  if (state === "blocked" || state === "reversed") return position;
  // It was confirmed again after this reversal happened.
  if (saidAt !== undefined && saidAt > signal.timestamp) return position;
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
  const settlesAt = ends === undefined || ends > LAST ? undefined : ends;
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

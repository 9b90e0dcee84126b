import type { Fraction } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent } from "../events/event.js";

/**
 * Where an outcome stands: `pending` its confirmation; `confirmed`, but its reversal is still possible; `settled`;
 * `blocked`, taken back before it was confirmed, so never billed; `reversed`, taken back after; `superseded` by another
 * of the same key; `free`, one of the first of its key, for which nothing is billed; `unqualified`, an attempt that is no outcome.
 */
export type OutcomeState =
  | "pending"
  | "confirmed"
  | "settled"
  | "blocked"
  | "reversed"
  | "superseded"
  | "free"
  | "unqualified";

/** Something that put an outcome where it stands. */
export interface OutcomeReason {
  /** What happened, for people. */
  readonly text: string;
  /** The ids of the events and signals that it follows from. */
  readonly eventIds: readonly string[];
}

/** An outcome, exact: where it stands and what is left of it. */
export interface FoldedOutcome {
  readonly event: ReadEvent;
  readonly state: OutcomeState;
  readonly confirmedAt: Instant | undefined;
  /** When it can be reversed no longer; nothing while it is not confirmed, or where that is always possible. */
  readonly settlesAt: Instant | undefined;
  /** When it was blocked or reversed. */
  readonly endedAt: Instant | undefined;
  /** The moment that decides its billing period; nothing while it is not billable. */
  readonly billableAt: Instant | undefined;
  /** What is left of its quantity and value after partial reversals. */
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
  readonly reasons: readonly OutcomeReason[];
}

/** Whether an outcome is billed or may yet be: it was neither taken back nor superseded, nor is it free. */
export function isStanding({ state }: FoldedOutcome): boolean {
  return state === "confirmed" || state === "settled" || state === "pending";
}

import type { Charge, UsageCharge } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { type Fraction, isZero, sum } from "../../money/fraction.js";
import { contains } from "../../time/cycle-grid.js";
import { formatInstant, type Instant } from "../../time/instant.js";
import { type Counted, type CountingTerms, countEvent } from "../counting.js";
import type { ReadEvent, ReadSignal } from "../event.js";
import { type UsageScope, whyOutOfScope } from "../match.js";
import { foldOutcomes } from "./fold.js";
import { windowOf } from "./life.js";
import type { FoldedOutcome } from "./outcome.js";
import { activityOf } from "./silence.js";

/** Everything that is known, of every customer. */
export interface KnownEvents {
  readonly events: readonly ReadEvent[];
  readonly signals: readonly ReadSignal[];
}

/** What there is to say about a charge's outcomes beyond what it bills. */
export interface OutcomeUsage {
  /** Quantity of what is billed and may still be reversed. */
  readonly reversible: Fraction;
  /** Quantity of what waits for its confirmation, whenever it occurred. */
  readonly pending: Fraction;
  /** Attempts of the period, and those of them that are outcomes and were not taken back. */
  readonly attempts: number;
  readonly successes: number;
  /** What decided the outcomes of the period, and when it became known. */
  readonly arrivals: readonly Arrival[];
}

/** An event or signal, and when it became known. */
export interface Arrival {
  readonly id: string;
  readonly receivedAt: Instant;
}

/** Where each event of a charge goes by what became of its outcome. */
export interface JudgedOutcomes {
  readonly byId: ReadonlyMap<string, Judged>;
  readonly usage: OutcomeUsage;
}

type Judged =
  | { readonly counted: Counted }
  | { readonly bucket: "unmatched" | "outside-period"; readonly reason: string };

/** Whether a charge judges outcomes. */
export function judgesOutcomes({ charge }: { readonly charge: Charge }): boolean {
  return isUsageCharge(charge) && charge.outcome !== undefined;
}

/** Judges the outcomes of a charge; nothing where it counts every event. */
export function judgeOutcomes(
  charge: UsageCharge,
  terms: CountingTerms,
  scope: UsageScope,
  known: KnownEvents,
): JudgedOutcomes | undefined {
  const { outcome: policy } = charge;
  if (policy === undefined) return undefined;
  const inScope = (each: ReadEvent | ReadSignal) => whyOutOfScope(each, scope) === undefined;
  const events = known.events.filter(inScope);
  const signals = known.signals.filter(inScope);
  const countable = new Map<string, Counted>();
  for (const event of events) {
    if (event.unitOfMeasure !== terms.unitOfMeasure) continue;
    const counted = countEvent(charge, terms, event, scope.period);
    if (typeof counted !== "string") countable.set(event.id, counted);
  }
  const outcomes = foldOutcomes(
    {
      candidates: events.filter(({ id }) => countable.has(id)),
      signals,
      activity: activityOf([...events, ...signals]),
      asOf: scope.asOf ?? Number.POSITIVE_INFINITY,
      billingPeriodOf: scope.billingPeriodOf ?? (() => 0),
    },
    policy,
  );
  const byId = new Map<string, Judged>();
  for (const outcome of outcomes) {
    const counted = countable.get(outcome.event.id);
    if (counted !== undefined) byId.set(outcome.event.id, judge(outcome, counted, scope));
  }
  return { byId, usage: usageOf(outcomes, scope, windowOf(policy), [...events, ...signals]) };
}

function judge(outcome: FoldedOutcome, counted: Counted, { period }: UsageScope): Judged {
  const { state, billableAt, quantity, value, reasons } = outcome;
  const why = reasons.at(-1)?.text ?? state;
  if (state === "pending") return { bucket: "outside-period", reason: `pending: ${why}` };
  if (billableAt === undefined) {
    const bucket = state === "confirmed" ? "outside-period" : "unmatched";
    return { bucket, reason: `${state}: ${why}` };
  }
  if (period !== undefined && !contains(period, billableAt)) {
    return { bucket: "outside-period", reason: `billable at ${formatInstant(billableAt)}` };
  }
  const left = counted.value === undefined ? {} : { value };
  return { counted: { ...counted, ...left, quantity } };
}

function usageOf(
  outcomes: readonly FoldedOutcome[],
  { period }: UsageScope,
  window: number | undefined,
  known: readonly Arrival[],
): OutcomeUsage {
  const isIn = (instant: Instant | undefined) =>
    instant !== undefined && (period === undefined || contains(period, instant));
  const billed = outcomes.filter(({ billableAt }) => isIn(billableAt));
  const attempts = outcomes.filter(
    ({ state, event }) => state !== "superseded" && isIn(event.timestamp),
  );
  const failed = ["unqualified", "blocked", "reversed"];
  const quantityOf = (list: readonly FoldedOutcome[]) => sum(list.map(({ quantity }) => quantity));
  const concerned = new Set(
    outcomes.flatMap(({ reasons }) => reasons.flatMap((each) => each.eventIds)),
  );
  return {
    reversible: quantityOf(window === 0 ? [] : billed.filter(({ state }) => state === "confirmed")),
    pending: quantityOf(outcomes.filter(({ state }) => state === "pending")),
    attempts: attempts.length,
    successes: attempts.filter(({ state }) => !failed.includes(state)).length,
    arrivals: known.flatMap(({ id, receivedAt }) =>
      concerned.has(id) ? [{ id, receivedAt }] : [],
    ),
  };
}

/** Whether nothing is provisional. */
export function isFinal({ reversible, pending }: OutcomeUsage): boolean {
  return isZero(reversible) && isZero(pending);
}

import type { Charge, UsageCharge } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { divide, type Fraction, isZero, ONE, subtract, sum, ZERO } from "../../money/fraction.js";
import { contains } from "../../time/cycle-grid.js";
import { formatInstant, type Instant } from "../../time/instant.js";
import { type Counted, type CountingTerms, countEvent, type GroupKey } from "../counting.js";
import type { ReadEvent, ReadSignal } from "../event.js";
import { type UsageScope, whyOutOfScope } from "../match.js";
import { compareTexts } from "../report.js";
import { type FoldInput, foldOutcomes } from "./fold.js";
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
  readonly decidedBy: readonly Arrival[];
  /** What of it was billed before, in the order in which it became billable; empty when it is billed first. */
  readonly billedBefore: readonly BilledOutcome[];
}

/** An outcome that an earlier invoice has billed. */
export interface BilledOutcome {
  readonly id: string;
  readonly group: GroupKey;
  /** What was billed of it. */
  readonly quantity: Fraction;
  /** The share of it that was taken back since: 0 to 1. */
  readonly takenBack: Fraction;
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
  const foldAt = (asOf: Instant) => {
    const isKnown = ({ receivedAt }: Arrival) => receivedAt <= asOf;
    const [then, said] = [events.filter(isKnown), signals.filter(isKnown)];
    const input: FoldInput = {
      candidates: then.filter(({ id }) => countable.has(id)),
      signals: said,
      activity: activityOf([...then, ...said]),
      asOf,
      billingPeriodOf: scope.billingPeriodOf ?? (() => 0),
    };
    return foldOutcomes(input, policy);
  };
  const outcomes = foldAt(scope.asOf ?? Number.POSITIVE_INFINITY);
  const before = (scope.billedAsOf ?? []).flatMap(foldAt).filter((each) => isBilled(each, scope));
  const byId = new Map<string, Judged>();
  for (const outcome of outcomes) {
    const counted = countable.get(outcome.event.id);
    if (counted !== undefined) byId.set(outcome.event.id, judge(outcome, counted, scope));
  }
  const usage = usageOf(outcomes, before, scope, windowOf(policy), [...events, ...signals]);
  return { byId, usage: { ...usage, billedBefore: billedBefore(before, outcomes, countable) } };
}

/** Whether an outcome is billed in the scope's period. */
function isBilled({ billableAt }: FoldedOutcome, { period }: UsageScope): boolean {
  return billableAt !== undefined && (period === undefined || contains(period, billableAt));
}

function billedBefore(
  before: readonly FoldedOutcome[],
  now: readonly FoldedOutcome[],
  countable: ReadonlyMap<string, Counted>,
): readonly BilledOutcome[] {
  const today = new Map(now.map((outcome) => [outcome.event.id, outcome]));
  const first = new Map<string, FoldedOutcome>();
  for (const outcome of before) {
    if (!first.has(outcome.event.id)) first.set(outcome.event.id, outcome);
  }
  return [...first.values()]
    .sort(
      (a, b) => (a.billableAt ?? 0) - (b.billableAt ?? 0) || compareTexts(a.event.id, b.event.id),
    )
    .map(({ event: { id }, quantity }) => ({
      id,
      group: countable.get(id)?.group ?? [],
      quantity,
      takenBack: takenBack(quantity, today.get(id)),
    }));
}

/** Which share of what was billed has been reversed since. What another outcome supersedes is not taken back, but replaced. */
function takenBack(billed: Fraction, now: FoldedOutcome | undefined): Fraction {
  if (now === undefined || now.state === "superseded") return ZERO;
  if (now.state === "reversed") return ONE;
  return isZero(billed) ? ZERO : divide(subtract(billed, now.quantity), billed);
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
  before: readonly FoldedOutcome[],
  { period }: UsageScope,
  reversibleFor: number | undefined,
  known: readonly Arrival[],
): Omit<OutcomeUsage, "billedBefore"> {
  const isIn = (instant: Instant | undefined) =>
    instant !== undefined && (period === undefined || contains(period, instant));
  const billed = outcomes.filter(({ billableAt }) => isIn(billableAt));
  const attempts = outcomes.filter(
    ({ state, event }) => state !== "superseded" && isIn(event.timestamp),
  );
  const failed = ["unqualified", "blocked", "reversed"];
  const quantityOf = (list: readonly FoldedOutcome[]) => sum(list.map(({ quantity }) => quantity));
  const touched = new Set([...billed, ...before].map(({ event }) => event.id));
  const concerned = new Set(
    outcomes
      .filter(({ event }) => touched.has(event.id))
      .flatMap(({ reasons }) => reasons.flatMap((each) => each.eventIds)),
  );
  return {
    reversible: quantityOf(
      reversibleFor === 0 ? [] : billed.filter(({ state }) => state === "confirmed"),
    ),
    pending: quantityOf(outcomes.filter(({ state }) => state === "pending")),
    attempts: attempts.length,
    successes: attempts.filter(({ state }) => !failed.includes(state)).length,
    decidedBy: known.flatMap(({ id, receivedAt }) =>
      concerned.has(id) ? [{ id, receivedAt }] : [],
    ),
  };
}

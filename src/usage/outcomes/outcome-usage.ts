import type { Charge, UsageCharge } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import type { OutcomePolicy } from "../../catalog/outcome.js";
import { type Fraction, sum } from "../../money/fraction.js";
import { formatInstant, type Instant } from "../../time/instant.js";
import { contains } from "../../time/interval.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { type CountedEvent, countEvent, type MeterTerms } from "../meter/count-event.js";
import { type UsageScope, type UsageSegment, whyOutOfScope } from "../meter/scope.js";
import { windowOf } from "./apply-signals.js";
import { type BilledOutcome, billedOutcomes } from "./billed-outcomes.js";
import { foldOutcomes } from "./fold.js";
import type { FoldedOutcome } from "./outcome.js";
import { signalEffects } from "./signal-effects.js";
import { activityOf } from "./silence.js";

/** Everything that is known, of every customer. */
export interface KnownEvents {
  readonly events: readonly ReadEvent[];
  readonly signals: readonly ReadSignal[];
}

/** Outcomes that are not final. */
export interface OpenOutcomes {
  readonly quantity: Fraction;
  /** When the earliest of them occurred; nothing where there are none. */
  readonly since: Instant | undefined;
}

/** What there is to say about a charge's outcomes beyond what it bills. */
export interface OutcomeUsage {
  /** What is billed and may still be reversed. */
  readonly reversible: OpenOutcomes;
  /** What is not billed yet and may still be, or is certain and belongs to a later document, whenever it occurred. */
  readonly pending: OpenOutcomes;
  /** How many outcomes there are that occurred before the period and could not be billed before it. */
  readonly waited: number;
  /** Attempts of the period, and those of them that are outcomes and were not taken back. */
  readonly attempts: number;
  readonly successes: number;
  /** What decided the outcomes of the period, and when it became known. */
  readonly decidedBy: readonly Arrival[];
  /** What of it was billed before, in the order in which it became billable; empty when it is billed first. */
  readonly billedBefore: readonly BilledOutcome[];
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
  | { readonly counted: CountedEvent }
  | { readonly bucket: "unmatched" | "outside-period"; readonly reason: string };

/** Whether a charge judges outcomes. */
export function judgesOutcomes({ charge }: { readonly charge: Charge }): boolean {
  return isUsageCharge(charge) && charge.outcome !== undefined;
}

/** A segment that judges outcomes: how its charge counts, whose outcomes, and of which time. */
export interface JudgingSegment {
  readonly segment: UsageSegment;
  readonly charge: UsageCharge;
  readonly terms: MeterTerms;
  readonly scope: UsageScope;
}

/** The prices and the policy that were in force when an event occurred, by one of the segments that have them. */
interface Judge extends JudgingSegment {
  readonly policy: OutcomePolicy;
}

/**
 * Judges the outcomes of one charge for all of its segments together: each once, by the policy of the time in which it
 * occurred. A segment bills those of its prices' time that become billable in its period.
 */
export function judgeOutcomes(
  segments: readonly JudgingSegment[],
  known: KnownEvents,
): ReadonlyMap<UsageSegment, JudgedOutcomes> {
  const judges = segments.flatMap((each): readonly Judge[] => {
    const { outcome: policy } = each.charge;
    return policy === undefined ? [] : [{ ...each, policy }];
  });
  const [first] = judges;
  if (first === undefined) return new Map();
  const { scope } = first;
  const isOf = (each: ReadEvent | ReadSignal) =>
    judges.some((judge) => whyOutOfScope(each, judge.scope) === undefined);
  const events = known.events.filter(isOf);
  const signals = known.signals.filter(isOf);
  const candidates = candidatesIn(events, judges);
  const policyOf = (event: ReadEvent) => candidates.get(event.id)?.judge.policy ?? first.policy;
  const folds = new Map<Instant, readonly FoldedOutcome[]>();
  const foldAt = (asOf: Instant) => {
    const before = folds.get(asOf);
    if (before !== undefined) return before;
    const isKnown = ({ receivedAt }: Arrival) => receivedAt <= asOf;
    const [then, said] = [events.filter(isKnown), signals.filter(isKnown)];
    const outcomes = foldOutcomes(
      {
        candidates: then.filter(({ id }) => candidates.has(id)),
        effects: signalEffects(said),
        activity: activityOf([...then, ...said]),
        asOf,
        billingPeriodOf: scope.billingPeriodOf ?? (() => 0),
      },
      policyOf,
    );
    folds.set(asOf, outcomes);
    return outcomes;
  };
  const outcomes = foldAt(scope.asOf ?? Number.POSITIVE_INFINITY);
  const until = billedUntil(judges, first.charge.id);
  const all = [...events, ...signals];
  return new Map(
    judges.map((judge) => [
      judge.segment,
      judgedFor(judge, { outcomes, candidates, foldAt, policyOf, until, known: all }),
    ]),
  );
}

/** Up to when outcomes of a charge are billed, by its segments here and by earlier documents; nothing without periods. */
function billedUntil(judges: readonly Judge[], chargeId: string): Instant | undefined {
  const [first] = judges;
  const earlier = first?.scope.billedUntil?.(chargeId);
  const ends = judges.flatMap(({ scope: { period } }) => (period === undefined ? [] : period.end));
  const all = earlier === undefined ? ends : [...ends, earlier];
  return all.length === 0 ? undefined : all.reduce((a, b) => Math.max(a, b));
}

/** An event that may be an outcome: as it is counted, and by whose prices. */
interface Candidate {
  readonly judge: Judge;
  readonly counted: CountedEvent;
}

function candidatesIn(
  events: readonly ReadEvent[],
  judges: readonly Judge[],
): ReadonlyMap<string, Candidate> {
  const candidates = new Map<string, Candidate>();
  for (const event of events) {
    const judge = judges.find((each) => occursIn(event, each));
    if (judge === undefined || event.unitOfMeasure !== judge.terms.unitOfMeasure) continue;
    const counted = countEvent(judge.charge, judge.terms, event);
    if (typeof counted !== "string") candidates.set(event.id, { judge, counted });
  }
  return candidates;
}

/** Whether an event occurred while a segment's prices were in force. */
function occursIn(event: ReadEvent, { segment, scope }: JudgingSegment): boolean {
  const { occurredIn } = segment;
  return (
    whyOutOfScope(event, scope) === undefined &&
    (occurredIn === undefined || occurredIn.some((each) => contains(each, event.timestamp)))
  );
}

interface Judgement {
  readonly outcomes: readonly FoldedOutcome[];
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly foldAt: (asOf: Instant) => readonly FoldedOutcome[];
  readonly policyOf: (event: ReadEvent) => OutcomePolicy;
  readonly known: readonly Arrival[];
  /** What becomes billable from then on belongs to a later document. */
  readonly until: Instant | undefined;
}

function judgedFor(
  judge: Judge,
  { outcomes, candidates, foldAt, policyOf, known, until }: Judgement,
): JudgedOutcomes {
  const { segment, scope, policy } = judge;
  const isOwn = ({ event }: FoldedOutcome) => occursIn(event, judge);
  const own = outcomes.filter(isOwn);
  const { billedAsOf } = segment;
  const before =
    billedAsOf === undefined
      ? []
      : foldAt(billedAsOf).filter((each) => isOwn(each) && isBilled(each, scope));
  const byId = new Map<string, Judged>();
  for (const outcome of own) {
    const candidate = candidates.get(outcome.event.id);
    if (candidate !== undefined) {
      byId.set(outcome.event.id, judged(outcome, candidate.counted, scope));
    }
  }
  const usage = usageOf({ own, all: outcomes, before, known, until, policyOf }, judge);
  const billedBefore = billedOutcomes(before, {
    own,
    groupOf: (id) => candidates.get(id)?.counted.group ?? [],
    isCounted(id) {
      const here = byId.get(id);
      return here !== undefined && "counted" in here;
    },
    policy,
  });
  return { byId, usage: { ...usage, billedBefore } };
}

/** Whether an outcome is billed in the scope's period. */
function isBilled({ billableAt }: FoldedOutcome, { period }: UsageScope): boolean {
  return billableAt !== undefined && (period === undefined || contains(period, billableAt));
}

function judged(outcome: FoldedOutcome, counted: CountedEvent, { period }: UsageScope): Judged {
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
  {
    own,
    all,
    before,
    known,
    until = Number.POSITIVE_INFINITY,
    policyOf,
  }: Pick<Judgement, "known" | "until" | "policyOf"> & {
    readonly own: readonly FoldedOutcome[];
    readonly all: readonly FoldedOutcome[];
    readonly before: readonly FoldedOutcome[];
  },
  { scope: { period }, policy }: Judge,
): Omit<OutcomeUsage, "billedBefore"> {
  const isIn = (instant: Instant | undefined) =>
    instant !== undefined && (period === undefined || contains(period, instant));
  const billed = own.filter(({ billableAt }) => isIn(billableAt));
  const attempts = own.filter(
    ({ state, event }) => state !== "superseded" && isIn(event.timestamp),
  );
  const failed = ["unqualified", "blocked", "reversed"];
  const touched = new Set([...billed, ...before].map(({ event }) => event.id));
  const concerned = new Set(
    own
      .filter(({ event }) => touched.has(event.id))
      .flatMap(({ reasons }) => reasons.flatMap((each) => each.eventIds)),
  );
  const isFinal = windowOf(policy) === 0;
  const isWaiting = ({ state, billableAt, event }: FoldedOutcome) => {
    if (billableAt !== undefined) return billableAt >= until && event.timestamp < until;
    return state === "pending" || state === "confirmed";
  };
  const waited = (outcome: FoldedOutcome) =>
    period !== undefined &&
    outcome.event.timestamp < period.start &&
    couldNotBeBilled(outcome, period.start, policyOf(outcome.event));
  return {
    reversible: openOf(isFinal ? [] : billed.filter(({ state }) => state === "confirmed")),
    pending: openOf(all.filter(isWaiting)),
    waited: all.filter(waited).length,
    attempts: attempts.length,
    successes: attempts.filter(({ state }) => !failed.includes(state)).length,
    decidedBy: known.flatMap(({ id, receivedAt }) =>
      concerned.has(id) ? [{ id, receivedAt }] : [],
    ),
  };
}

function openOf(outcomes: readonly FoldedOutcome[]): OpenOutcomes {
  const times = outcomes.map(({ event }) => event.timestamp);
  return {
    quantity: sum(outcomes.map(({ quantity }) => quantity)),
    since: times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b)),
  };
}

/** Whether an outcome was not certain yet before an instant, whatever became of it since. */
function couldNotBeBilled(
  { state, confirmedAt, billableAt, endedAt }: FoldedOutcome,
  before: Instant,
  { billOn }: OutcomePolicy,
): boolean {
  if (state === "unqualified") return false;
  if (confirmedAt === undefined || confirmedAt >= before) return true;
  if (billOn !== "settled") return false;
  return (billableAt ?? endedAt ?? Number.POSITIVE_INFINITY) >= before;
}

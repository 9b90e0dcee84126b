import type { RecurringCharge } from "../catalog/charge.js";
import { isPrepaid } from "../catalog/charge-kinds.js";
import type { TermCommitment } from "../catalog/commitment.js";
import type { Drawdown } from "../catalog/drawdown.js";
import { type RatePlan, termOf } from "../catalog/rate-plan.js";
import { groupBy } from "../data/group-by.js";
import type { Instant } from "../time/instant.js";
import { type Interval, overlap, sameInterval } from "../time/interval.js";
import { cadencesWithin, cyclesWithin } from "./cadence.js";
import type { ChargeSegment } from "./segment.js";
import type { SegmentContext } from "./segment-context.js";
import { stretchesWithin, type Timeline } from "./timeline.js";

/** A term of a minimum commitment, as a billing period that has a part in it sees it. */
export interface TermSegment {
  readonly ratePlanId: string;
  readonly commitment: TermCommitment;
  /** The whole term. */
  readonly cycle: Interval;
  /** The stretch of it in which the plan is held. */
  readonly held: Interval;
  /** The parts of that stretch for which something is billed: no trial and no pause. */
  readonly billed: readonly Interval[];
  /** From when on it holds, where the catalog has it only since the term was running. */
  readonly since: Instant | undefined;
  /** Whether the stretch ends with the billing period, or in it: then it is trued up. */
  readonly isDue: boolean;
}

/** A cycle of a fee from which usage is drawn, as a billing period that has a part in it sees it. */
export interface DrawdownSegment {
  readonly charge: RecurringCharge & { readonly drawdown: Drawdown };
  readonly cycle: Interval;
  /** From the first to the last moment of the cycle that the fee is billed for. */
  readonly held: Interval;
  /** The stretches of it that the fee is billed for: usage of other time is drawn from nothing. */
  readonly stretches: readonly Interval[];
  /** Whether it ends with the billing period, or in it: then what is left of it expires. */
  readonly isOver: boolean;
}

/** The terms of minimum commitments in a billing period, one for each time that a plan with one is held. */
export function termSegments(context: SegmentContext, period: Interval): readonly TermSegment[] {
  const { timeline } = context;
  const found = new Map<Instant, TermSegment>();
  for (const { plan, planSince, planUntil } of stretchesWithin(timeline, period)) {
    const run = { start: planSince, end: planUntil };
    const range = overlap(run, period);
    if (range === undefined) continue;
    for (const { commitment, isOf, from } of offersOf(context, plan.plan, range.start)) {
      for (const cadence of cadencesWithin(timeline.schedule, range)) {
        for (const cycle of cyclesWithin(cadence, commitment.term, range)) {
          const counted = overlap(run, cadence.charges);
          const whole = counted && overlap(counted, cycle);
          if (whole === undefined || !isOf(cycle) || whole.end <= from) continue;
          const held = { ...whole, start: Math.max(whole.start, from) };
          if (overlap(held, period) === undefined) continue;
          found.set(held.start, {
            ratePlanId: plan.plan.id,
            commitment,
            cycle,
            held,
            billed: billedWithin(timeline, held),
            since: from > whole.start ? from : undefined,
            isDue: held.end <= period.end,
          });
        }
      }
    }
  }
  return [...found.values()];
}

/** A commitment, of which terms it is, and from when on it holds. */
interface Offer {
  readonly commitment: TermCommitment;
  readonly from: Instant;
  isOf(cycle: Interval): boolean;
}

/** A term that has begun goes on as it is on record; the catalog says what comes after it. */
function offersOf({ closed }: SegmentContext, plan: RatePlan, at: Instant): readonly Offer[] {
  const recorded = closed.termAt(at, plan.id);
  const { commitment, cycle, since = Number.NEGATIVE_INFINITY } = recorded ?? {};
  const listed = termOf(plan);
  const own: readonly Offer[] =
    commitment === undefined || cycle === undefined
      ? []
      : [{ commitment, from: since, isOf: (other) => sameInterval(other, cycle) }];
  if (listed === undefined) return own;
  const from = own.length === 0 ? since : (cycle?.end ?? since);
  return [...own, { commitment: listed, from, isOf: () => true }];
}

function billedWithin(timeline: Timeline, held: Interval): readonly Interval[] {
  return stretchesWithin(timeline, held).flatMap(({ span, unbilledReason }) => {
    const part = unbilledReason === undefined ? overlap(span, held) : undefined;
    return part === undefined ? [] : [part];
  });
}

/** The cycles of fees from which usage is drawn in a billing period, in the order of their charges. */
export function drawdownSegments(
  segments: readonly FeeSegment[],
  period: Interval,
): readonly DrawdownSegment[] {
  const fees = segments.filter(isDrawnFrom);
  const cycles = groupBy(fees, ({ charge, cycle }) => `${cycle.start} ${charge.id}`);
  return [...cycles.values()].flatMap((own): DrawdownSegment[] => {
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    const held = { start: first.period.start, end: last.period.end };
    if (overlap(held, period) === undefined) return [];
    const now = own.findLast((each) => each.period.start < period.end) ?? first;
    return [
      {
        charge: now.charge,
        cycle: first.cycle,
        held,
        stretches: own.map((each) => each.period),
        isOver: held.end <= period.end,
      },
    ];
  });
}

/** What of a segment of a charge says what may be drawn from it. */
type FeeSegment = Pick<ChargeSegment, "charge" | "period" | "cycle">;

function isDrawnFrom(segment: FeeSegment): segment is FeeSegment & Pick<DrawdownSegment, "charge"> {
  return isPrepaid(segment.charge);
}

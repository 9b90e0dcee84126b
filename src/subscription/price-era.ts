import type { Charge } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import { canonicalJson } from "../data/canonical-json.js";
import { cycleLength } from "../time/billing-cycle.js";
import type { Instant } from "../time/instant.js";
import { type Interval, overlap } from "../time/interval.js";
import { cyclesWithin } from "./cadence.js";
import type { ClosedTerms } from "./closed-terms.js";
import { termsText } from "./effective-charge.js";
import { cycleOf } from "./held.js";
import { plansWithin } from "./held-plans.js";
import { type ChargeSegment, segmentsOf } from "./segment.js";
import type { SegmentContext } from "./segment-context.js";
import type { Timeline } from "./timeline.js";

/**
 * A stretch of a subscription in which a charge has the same plan, prices and policy, over as many cycles as it may be.
 * An outcome belongs to the one that it occurred in.
 */
export interface PriceEra {
  /** Its segments, in order. */
  readonly segments: readonly ChargeSegment[];
  /** Its time, without pauses. */
  readonly intervals: readonly Interval[];
  readonly start: Instant;
  readonly end: Instant;
}

/** The eras of every charge while it judges outcomes, by charge id, up to an instant. */
export function outcomeEras(
  context: SegmentContext,
  until: Instant,
): ReadonlyMap<string, readonly PriceEra[]> {
  const eras = new Map<string, readonly PriceEra[]>();
  for (const [chargeId, steps] of eraSteps(context, until)) {
    const own = erasUpTo(steps, until);
    if (own.length > 0) eras.set(chargeId, own);
  }
  return eras;
}

interface GrowingEra extends PriceEra {
  readonly segments: ChargeSegment[];
  readonly intervals: Interval[];
  end: Instant;
}

/** How far the eras of a charge had come with one of its segments. */
interface EraStep {
  /** Where the cycle of the segment begins. */
  readonly from: Instant;
  /** How many eras there were, and how many segments and intervals the last of them had, up to its end. */
  readonly eras: number;
  readonly segments: number;
  readonly intervals: number;
  readonly end: Instant;
}

/** The eras of a charge, and how they came about. */
interface EraSteps {
  readonly eras: GrowingEra[];
  readonly steps: EraStep[];
}

interface KnownSteps {
  readonly until: Instant;
  readonly steps: ReadonlyMap<string, EraSteps>;
}

const known = new WeakMap<Timeline, WeakMap<ClosedTerms, KnownSteps>>();

/** The steps up to an instant or further, remembered for as long as the same life is looked at on the same terms. */
function eraSteps(context: SegmentContext, until: Instant): ReadonlyMap<string, EraSteps> {
  const { timeline, closed } = context;
  const own = known.get(timeline) ?? new WeakMap<ClosedTerms, KnownSteps>();
  known.set(timeline, own);
  const before = own.get(closed);
  if (before !== undefined && before.until >= until) return before.steps;
  // Twice as far the next time, so that one period after the other does not begin from the start each time.
  const { start, end } = timeline.span;
  const further = before === undefined ? until : Math.min(end, until + (until - start));
  const steps = stepsUpTo(context, Math.max(until, further));
  // A charge that has two cycles comes with one after the other: then the steps up to an earlier instant are others.
  if (![...steps.values()].every(isInOrder)) return stepsUpTo(context, until);
  own.set(closed, { until: Math.max(until, further), steps });
  return steps;
}

function isInOrder({ steps }: EraSteps): boolean {
  return steps.every(({ from }, index) => from >= (steps[index - 1]?.from ?? from));
}

function stepsUpTo(context: SegmentContext, until: Instant): ReadonlyMap<string, EraSteps> {
  const { timeline } = context;
  const life = { start: timeline.span.start, end: until };
  const found = new Map<string, EraSteps>();
  for (const cadence of timeline.schedule) {
    const range = overlap(cadence.charges, life);
    if (range === undefined) continue;
    for (const { charge, cycle } of judgingCharges(context, range)) {
      for (const each of cyclesWithin(cadence, cycle, range)) {
        for (const segment of segmentsOf(context, cadence, charge.id, cycle, each)) {
          const own = found.get(charge.id) ?? { eras: [], steps: [] };
          found.set(charge.id, own);
          addTo(own, segment, Math.max(each.start, cadence.charges.start));
        }
      }
    }
  }
  return found;
}

/** The eras as they are with the cycles that begin before an instant. */
function erasUpTo({ eras, steps }: EraSteps, until: Instant): readonly PriceEra[] {
  const step = steps.findLast(({ from }) => from < until);
  const last = step && eras[step.eras - 1];
  if (step === undefined || last === undefined) return [];
  const intervals = last.intervals.slice(0, step.intervals);
  const [{ start } = last] = intervals.splice(-1, 1);
  return [
    ...eras.slice(0, step.eras - 1),
    {
      segments: last.segments.slice(0, step.segments),
      intervals: [...intervals, { start, end: step.end }],
      start: last.start,
      end: step.end,
    },
  ];
}

/** The charges with an outcome policy that some state has or had, each with its cycle. */
function judgingCharges({ timeline, closed }: SegmentContext, range: Interval) {
  const found = new Map<string, { charge: Charge; cycle: ReturnType<typeof cycleOf> }>();
  const billed = closed.chargesIn(range).filter(judges);
  for (const plan of plansWithin(timeline, range)) {
    for (const charge of [...plan.charges.filter(judges), ...billed]) {
      const cycle = cycleOf(charge, plan);
      found.set(canonicalJson([charge.id, cycleLength(cycle)]), { charge, cycle });
    }
  }
  return found.values();
}

function judges(charge: Charge): boolean {
  return isUsageCharge(charge) && charge.outcome !== undefined;
}

function addTo({ eras, steps }: EraSteps, segment: ChargeSegment, from: Instant): void {
  const { charge, period, pauses, ratePlanId } = segment;
  // Under the same id, another plan may price usage that is certain when it happens: of that, nothing is billed later.
  if (!judges(charge)) return;
  const before = eras.at(-1);
  const [first] = before?.segments ?? [];
  const goesOn = first?.ratePlanId === ratePlanId && termsText(first.charge) === termsText(charge);
  const era: GrowingEra =
    before !== undefined && goesOn ? before : { segments: [], intervals: [], ...period };
  if (era !== before) eras.push(era);
  era.segments.push(segment);
  era.end = period.end;
  for (const each of without(period, pauses)) {
    const [{ start, end } = each] = era.intervals.slice(-1);
    if (end === each.start) era.intervals.splice(-1, 1, { start, end: each.end });
    else era.intervals.push(each);
  }
  const [segments, intervals] = [era.segments.length, era.intervals.length];
  steps.push({ from, eras: eras.length, segments, intervals, end: period.end });
}

function without(period: Interval, pauses: readonly Interval[]): readonly Interval[] {
  const parts: Interval[] = [];
  let start = period.start;
  for (const pause of pauses) {
    parts.push({ start, end: pause.start });
    start = pause.end;
  }
  return [...parts, { start, end: period.end }];
}

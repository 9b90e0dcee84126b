import { dayCountOf } from "../../catalog/proration.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import { type Fraction, subtract, sum, ZERO } from "../../money/fraction.js";
import { scheduledBefore } from "../../subscription/cadence.js";
import { type PeriodItems, runsOn } from "../../subscription/due.js";
import type { DrawdownSegment, TermSegment } from "../../subscription/term.js";
import type { Timeline } from "../../subscription/timeline.js";
import { shareOf } from "../../time/day-count.js";
import type { Instant } from "../../time/instant.js";
import { type Interval, sameInterval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { PricedLine } from "../document/priced-line.js";
import { type ClosedDrawdown, type ClosedTerm, isOfCycle } from "../history/closed-part.js";
import { type History, partText } from "../history/history.js";
import type { PartTask } from "../parts/part-task.js";
import { partOf } from "../rating/prorate.js";
import { drawnIn, drawnOf } from "../steps/drawdown.js";
import type {
  DrawdownBalance,
  DrawdownPricing,
  PeriodPricing,
  TermPricing,
} from "../steps/period-step.js";
import { billedOf } from "../steps/true-up.js";

/** A term with what has been billed of it by the end of a billing period. */
export interface TermTotal {
  readonly term: TermSegment;
  readonly billed: Fraction;
}

/** A fee with how it stands at the end of a billing period. */
export interface DrawdownTotal extends DrawdownBalance {
  readonly drawdown: DrawdownSegment;
}

/** What runs over several billing periods, as it stands at the end of one: the next one goes on from there. */
export interface RunningTotals {
  readonly terms: readonly TermTotal[];
  readonly drawdowns: readonly DrawdownTotal[];
}

/** What a period opens with, of what runs on: priced before it, or on record. */
interface OpeningTotals {
  readonly terms: readonly Pick<ClosedTerm, "ratePlanId" | "cycle" | "from" | "billed">[];
  readonly drawdowns: readonly ClosedDrawdown[];
}

const NOTHING_BEFORE: OpeningTotals = { terms: [], drawdowns: [] };

/** What a part is priced from of what runs over several billing periods. */
export function runningPricing(
  { part, items, scheduled: { period }, timeline }: PartTask,
  priced: (name: string) => RunningTotals | undefined,
  { history, rounding }: { readonly history: History; readonly rounding: AmountRounding },
): { readonly terms: readonly TermPricing[]; readonly drawdowns: readonly DrawdownPricing[] } {
  if (part === "in-advance" || !runsOn(items)) return { terms: [], drawdowns: [] };
  const totalsOn = (end: Instant): OpeningTotals => {
    const name = nameBefore(timeline, end);
    const own = name && priced(name.text);
    if (own !== undefined) return asRecorded(own);
    return (name && history.parts.get(name.text)) ?? NOTHING_BEFORE;
  };
  const opening = totalsOn(period.start);
  const lastOf = (drawdown: DrawdownSegment) => {
    // In a time under a plan without the fee, nothing is on record of it.
    for (let end = period.start; end > drawdown.held.start; ) {
      const found = totalsOn(end).drawdowns.find((each) => isOfCycle(each, drawdown));
      const before = nameBefore(timeline, end);
      if (found !== undefined || before === undefined) return found;
      end = before.start;
    }
    return undefined;
  };
  return {
    terms: items.terms.map((term) => ({
      ...term,
      billed: openingOf(term, period, opening),
      bound: term.isDue ? boundOf(term, rounding, timeline.zone) : undefined,
    })),
    drawdowns: items.drawdowns.map((each) => {
      const { paid, used } = lastOf(each) ?? carriedInto(each, period, opening);
      return { ...each, paid, used };
    }),
  };
}

function nameBefore({ schedule }: Timeline, end: Instant) {
  const before = scheduledBefore(schedule, end)?.period;
  return before && { start: before.start, text: partText("in-arrears", before) };
}

function asRecorded({ terms, drawdowns }: RunningTotals): OpeningTotals {
  return {
    terms: terms.map(({ term: { ratePlanId, cycle, held }, billed }) => ({
      ratePlanId,
      cycle,
      from: held.start,
      billed,
    })),
    drawdowns: drawdowns.map(({ drawdown: { charge, cycle }, paid, used }) => ({
      chargeId: charge.id,
      cycle,
      paid,
      used,
    })),
  };
}

function openingOf(
  { held, ratePlanId, cycle }: TermSegment,
  period: Interval,
  { terms }: OpeningTotals,
): Fraction {
  if (held.start >= period.start) return ZERO;
  const own = terms.find(
    (each) =>
      each.ratePlanId === ratePlanId && each.from === held.start && sameInterval(each.cycle, cycle),
  );
  return own?.billed ?? ZERO;
}

/** What a term comes to at least: the part of it in which the plan is billed. */
function boundOf(
  { commitment, cycle, billed }: TermSegment,
  rounding: AmountRounding,
  zone: TimeZone,
): Fraction {
  const to = sum(billed.map((part) => shareOf(dayCountOf(), cycle, part, zone)));
  return partOf(exact(commitment.amount), { from: ZERO, to }, rounding).rounded;
}

/** What a fee begins with: what is left of the cycle before, where that is carried over. */
function carriedInto(
  { charge, held }: DrawdownSegment,
  period: Interval,
  { drawdowns }: OpeningTotals,
): DrawdownBalance {
  const last = drawdowns.find(
    ({ chargeId, cycle }) => chargeId === charge.id && cycle.end === held.start,
  );
  const isCarried =
    charge.drawdown.rest === "carries-over" && last !== undefined && held.start >= period.start;
  return { paid: isCarried ? subtract(last.paid, drawnOf(last)) : ZERO, used: ZERO };
}

/** How what runs on stands when a part is priced. */
export function totalsOf(
  items: PeriodItems,
  pricing: PeriodPricing,
  lines: readonly PricedLine[],
): RunningTotals {
  return {
    terms: items.terms.flatMap((term, index) => {
      const own = pricing.terms[index];
      return own === undefined ? [] : [{ term, billed: billedOf(own, pricing, lines) }];
    }),
    drawdowns: items.drawdowns.flatMap((drawdown, index) => {
      const own = pricing.drawdowns[index];
      if (own === undefined) return [];
      const { paid, used } = drawnIn(own, pricing, lines);
      return [{ drawdown, paid, used }];
    }),
  };
}

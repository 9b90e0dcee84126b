import { issuesUnder } from "../../errors.js";
import type { PricedLine } from "../../invoice/document/priced-line.js";
import type { PricedPart } from "../../invoice/price/price-period.js";
import type { MeteredSegment } from "../../invoice/rating/metered-segment.js";
import type { GroupAmount } from "../../invoice/rating/rate-segment.js";
import { segmentRater } from "../../invoice/rating/segment-rater.js";
import { rulesOf } from "../../invoice/steps/period-step.js";
import { roundAmount } from "../../money/amount-rounding.js";
import { type Fraction, isZero, multiply, ONE, subtract, sum, ZERO } from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import { shareAt } from "../../time/day-count.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { nothingMetered } from "../../usage/meter/metered.js";
import type { UsageSoFar } from "./usage-so-far.js";

/** How a bill grows. */
export interface GrowthRules {
  /** The edges of the buckets: so many, and one more. */
  readonly edges: readonly Instant[];
  readonly usage: UsageSoFar;
  /** Whether fees earn day by day, instead of on their billing date. */
  readonly spread: boolean;
}

/** How far something has come. */
export interface SoFar {
  readonly amounts: readonly GroupAmount[];
  readonly quantity: Fraction;
}

/** What one segment bills, and when that comes about. */
export interface Source {
  readonly segment: MeteredSegment;
  readonly grows: Interval;
  /** How far it has come at an instant inside of that, asked in the order of time. */
  readonly at: (until: Instant) => SoFar;
  /** What it comes to. */
  readonly lines: readonly PricedLine[];
  readonly quantity: Fraction;
}

/** What a segment of a part bills, and how that comes about: usage by its own time, fees by theirs. */
export function sourceOf(
  segment: MeteredSegment,
  part: PricedPart,
  lines: readonly PricedLine[],
  { usage, spread }: GrowthRules,
): Source {
  const { charge, period, metered } = segment;
  const { zone, rounding } = part.pricing;
  const { needs } = modelOf(charge.pricing);
  const quantity = sum(metered.map((each) => each.quantity));
  const passed = (until: Instant) => shareAt(BY_DAYS, period, until, zone);
  if (charge.chargeType !== "usage" || needs === "nothing") {
    const counted = needs === "nothing" ? ZERO : quantity;
    const due = billingMoment(segment, part);
    if (!spread || charge.chargeType === "one-time") {
      const grows = { start: due - 1, end: due };
      return { segment, grows, lines, quantity: counted, at: () => NOTHING_YET };
    }
    const at = (until: Instant): SoFar => ({
      amounts: lines.map(({ key: { group }, amount }) => ({
        group,
        amount: roundAmount(multiply(amount, passed(until)), rounding),
      })),
      quantity: until >= due ? counted : ZERO,
    });
    return { segment, grows: period, lines, quantity: counted, at };
  }
  const rate = segmentRater(segment, rulesOf(part.pricing));
  const upTo = usage.upTo(segment);
  // What is billed without usage is billed once, and for each group anew where there are groups.
  const nothing = spread && charge.groupBy === undefined ? rate([nothingMetered(needs)]) : [];
  const base = sum(nothing.map(({ amount }) => amount));
  const at = (until: Instant): SoFar => {
    const own = upTo(until);
    const [only] = own;
    const amounts = issuesUnder(segment.path, () => rate(own));
    return {
      amounts: isZero(base) ? amounts : withoutRest(amounts, until),
      quantity: own.length === 1 && only ? only.quantity : sum(own.map((each) => each.quantity)),
    };
  };
  // What it bills at nothing is a fee, and comes day by day.
  const withoutRest = (amounts: readonly GroupAmount[], until: Instant) => {
    const rest = multiply(base, subtract(ONE, passed(until)));
    return amounts.map(({ group, amount }) => ({
      group,
      amount: roundAmount(subtract(amount, rest), rounding),
    }));
  };
  return { segment, grows: period, lines, quantity, at };
}

/** A source that is asked twice, and works out once. */
export function remembering(source: Source): Source {
  const known = new Map<Instant, SoFar>();
  return {
    ...source,
    at(until) {
      const soFar = known.get(until) ?? source.at(until);
      known.set(until, soFar);
      return soFar;
    },
  };
}

const NOTHING_YET: SoFar = { amounts: [], quantity: ZERO };
const BY_DAYS = { method: "days", daysPerMonth: 30 } as const;

/** The end of the millisecond in which a fee is billed: the first of its service, or, in arrears, the last. */
function billingMoment({ charge, period }: MeteredSegment, { part }: PricedPart): Instant {
  const isFirst = charge.chargeType === "one-time" || part === "in-advance";
  return isFirst ? period.start + 1 : period.end;
}

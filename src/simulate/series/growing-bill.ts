import { firstIndex } from "../../data/first-index.js";
import type { PricedPart } from "../../invoice/price-period.js";
import type { PricedLine } from "../../invoice/priced-line.js";
import type { MeteredSegment } from "../../invoice/rating/metered-segment.js";
import { bareLine, type GroupAmount } from "../../invoice/rating/rate-segment.js";
import { segmentRater } from "../../invoice/rating/segment-rater.js";
import { priceRated } from "../../invoice/steps/index.js";
import { rulesOf } from "../../invoice/steps/period-step.js";
import { roundAmount } from "../../money/amount-rounding.js";
import {
  add,
  type Fraction,
  isZero,
  multiply,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import { shareAt } from "../../time/day-count.js";
import type { Instant } from "../../time/instant.js";
import { type Interval, instantsWithin } from "../../time/interval.js";
import { nothingMetered } from "../../usage/meter/metered.js";
import type { UsageSoFar } from "./usage-so-far.js";

/** What amounts and quantities grow by in each bucket, by charge id; `null` for what concerns a plan as a whole. */
export interface Growth {
  readonly amounts: Map<string | null, Fraction[]>;
  readonly quantities: Map<string | null, Fraction[]>;
}

/** How a bill grows. */
export interface GrowthRules {
  /** The edges of the buckets: so many, and one more. */
  readonly edges: readonly Instant[];
  readonly usage: UsageSoFar;
  /** Whether fees earn day by day, instead of on their billing date. */
  readonly spread: boolean;
}

/** What one segment has billed so far, from when to when that grows. */
interface Source {
  readonly segment: MeteredSegment;
  readonly grows: Interval;
  /** At an instant inside of it. */
  readonly at: (until: Instant) => readonly GroupAmount[];
  readonly quantityAt: (until: Instant) => Fraction;
  /** In the end. */
  readonly lines: readonly PricedLine[];
  readonly quantity: Fraction;
}

/**
 * Adds what a part of a billing period bills to the buckets in which it comes about: in each, what it comes to up to the end of the
 * bucket less what it came to before. In the end it comes to the lines of its document, whatever the model, the steps and the
 * rounding; before, to what the same steps make of the usage so far, as on an interim document.
 */
export function addGrowth(part: PricedPart, rules: GrowthRules, growth: Growth): void {
  const { pricing, lines } = part;
  const linesOf = linesBySegment(lines);
  const sources = pricing.segments.map((segment) =>
    sourceOf(segment, part, linesOf(segment), rules),
  );
  for (const { segment, grows, quantityAt, quantity } of sources) {
    spreadOver(grows, rules.edges, quantityAt, quantity, (bucket, amount) =>
      addTo(growth.quantities, segment.charge.id, bucket, amount, rules),
    );
  }
  const own = (bucket: number, amounts: ReadonlyMap<string | null, Fraction>) => {
    for (const [id, amount] of amounts) addTo(growth.amounts, id, bucket, amount, rules);
  };
  if (!isAdjustedBefore(part)) {
    const rated = new Set(sources.flatMap((source) => source.lines));
    for (const { segment, grows, at, lines: final } of sources) {
      const amountAt = (until: Instant) => sum(at(until).map(({ amount }) => amount));
      const whole = sum(final.map(({ amount }) => amount));
      spreadOver(grows, rules.edges, amountAt, whole, (bucket, amount) =>
        addTo(growth.amounts, segment.charge.id, bucket, amount, rules),
      );
    }
    const others = lines.filter((line) => !rated.has(line));
    const grows = wholeOf(part, sources);
    const bucket = bucketAt(rules.edges, grows.end);
    if (bucket !== undefined && others.length > 0) own(bucket, byCharge(others));
    return;
  }
  growAdjusted(part, sources, rules, own);
}

/** Whether anything but rating makes the bill before the period is over: what is owed at least, or promised, waits for its end. */
function isAdjustedBefore({ pricing }: PricedPart): boolean {
  const { discounts, maximumSpend, segments } = pricing;
  return (
    discounts.length > 0 ||
    maximumSpend !== undefined ||
    segments.some(({ charge }) => charge.maximum !== undefined)
  );
}

/** Where discounts and limits see all of a part together, they are applied to what it comes to at each edge. */
function growAdjusted(
  part: PricedPart,
  sources: readonly Source[],
  { edges }: GrowthRules,
  add: (bucket: number, amounts: ReadonlyMap<string | null, Fraction>) => void,
): void {
  const { pricing, lines } = part;
  const grows = wholeOf(part, sources);
  let before: ReadonlyMap<string | null, Fraction> = new Map();
  const step = (until: Instant, now: ReadonlyMap<string | null, Fraction>) => {
    const bucket = bucketAt(edges, until);
    if (bucket !== undefined) add(bucket, difference(now, before));
    before = now;
  };
  for (const until of instantsWithin(edges, { start: grows.start + 1, end: grows.end })) {
    const rated = new Map(
      sources.flatMap(({ segment, grows: own, at, lines: final }) => {
        if (until <= own.start) return [];
        const amounts =
          until >= own.end
            ? final.map(({ key: { group }, amount }) => ({ group, amount }))
            : at(until);
        return amounts.map((each) => [bareLine(segment, each), segment] as const);
      }),
    );
    step(until, byCharge(priceRated({ ...pricing, isInterim: true }, rated)));
  }
  step(grows.end, byCharge(lines));
}

/** The time in which a part of a billing period comes about. */
function wholeOf(
  { part, scheduled: { period } }: PricedPart,
  sources: readonly Source[],
): Interval {
  const own = sources.map(({ grows }) => grows);
  const first = part === "in-advance" ? [] : [period];
  const all = [...first, ...own];
  if (all.length === 0) return period;
  return {
    start: all.reduce((at, { start }) => Math.min(at, start), all[0]?.start ?? period.start),
    end: all.reduce((at, { end }) => Math.max(at, end), all[0]?.end ?? period.end),
  };
}

function sourceOf(
  segment: MeteredSegment,
  part: PricedPart,
  lines: readonly PricedLine[],
  { usage, spread }: GrowthRules,
): Source {
  const { charge, period, metered } = segment;
  const { pricing } = part;
  const { zone, rounding } = pricing;
  const quantity = sum(metered.map((each) => each.quantity));
  const passed = (until: Instant) => shareAt(BY_DAYS, period, until, zone);
  if (charge.chargeType !== "usage" || modelOf(charge.pricing).needs === "nothing") {
    const counted = modelOf(charge.pricing).needs === "nothing" ? ZERO : quantity;
    const due = billingMoment(segment, part);
    if (!spread || charge.chargeType === "one-time") {
      const grows = { start: due - 1, end: due };
      return { segment, grows, lines, quantity: counted, at: () => [], quantityAt: () => ZERO };
    }
    const at = (until: Instant) =>
      lines.map(({ key: { group }, amount }) => ({
        group,
        amount: roundAmount(multiply(amount, passed(until)), rounding),
      }));
    const isDue = (until: Instant) => (until >= due ? counted : ZERO);
    return { segment, grows: period, lines, quantity: counted, at, quantityAt: isDue };
  }
  const rate = segmentRater(segment, rulesOf(pricing));
  const { needs } = modelOf(charge.pricing);
  // What is billed without usage is billed once, and for each group anew where there are groups.
  const nothing = spread && charge.groupBy === undefined ? rate([nothingMetered(needs)]) : [];
  const base = sum(nothing.map(({ amount }) => amount));
  return {
    segment,
    grows: period,
    lines,
    quantity,
    at: (until) => {
      const amounts = rate(usage.upTo(segment, until));
      if (isZero(base)) return amounts;
      // What it bills at nothing is a fee, and comes day by day.
      const rest = multiply(base, subtract(ONE, passed(until)));
      return amounts.map(({ group, amount }) => ({
        group,
        amount: roundAmount(subtract(amount, rest), rounding),
      }));
    },
    quantityAt: (until) => sum(usage.upTo(segment, until).map((each) => each.quantity)),
  };
}

const BY_DAYS = { method: "days", daysPerMonth: 30 } as const;

/** The end of the millisecond in which a fee is billed: the first of its service, or, in arrears, the last. */
function billingMoment({ charge, period }: MeteredSegment, { part }: PricedPart): Instant {
  const isFirst = charge.chargeType === "one-time" || part === "in-advance";
  return isFirst ? period.start + 1 : period.end;
}

/** The lines that segments were rated to. */
function linesBySegment(
  lines: readonly PricedLine[],
): (segment: MeteredSegment) => readonly PricedLine[] {
  const found = new Map<string, PricedLine[]>();
  for (const line of lines) {
    const { kind, chargeId, start, mark } = line.key;
    if (line.terms === null) continue;
    const name = JSON.stringify([kind, chargeId, start, mark]);
    const own = found.get(name);
    if (own === undefined) found.set(name, [line]);
    else own.push(line);
  }
  return ({ charge, period, occurredFrom }) =>
    found.get(JSON.stringify([charge.chargeType, charge.id, period.start, occurredFrom])) ?? [];
}

/** Gives each bucket what something grows by in it. */
function spreadOver(
  { start, end }: Interval,
  edges: readonly Instant[],
  at: (until: Instant) => Fraction,
  whole: Fraction,
  give: (bucket: number, amount: Fraction) => void,
): void {
  let before = ZERO;
  const step = (until: Instant, now: Fraction) => {
    const bucket = bucketAt(edges, until);
    if (bucket !== undefined) give(bucket, subtract(now, before));
    before = now;
  };
  for (const until of instantsWithin(edges, { start: start + 1, end })) step(until, at(until));
  step(end, whole);
}

/** The bucket in which the moment before an instant lies; nothing outside of all. */
function bucketAt(edges: readonly Instant[], until: Instant): number | undefined {
  const place = firstIndex(edges, (edge) => edge >= until) - 1;
  return place < 0 || place >= edges.length - 1 ? undefined : place;
}

function addTo(
  rows: Map<string | null, Fraction[]>,
  id: string | null,
  bucket: number,
  amount: Fraction,
  { edges }: GrowthRules,
): void {
  if (isZero(amount)) return;
  const row = rows.get(id) ?? edges.slice(1).map(() => ZERO);
  rows.set(id, row);
  row[bucket] = add(row[bucket] ?? ZERO, amount);
}

function byCharge(lines: readonly PricedLine[]): ReadonlyMap<string | null, Fraction> {
  const sums = new Map<string | null, Fraction>();
  for (const { key, amount } of lines) {
    sums.set(key.chargeId, add(sums.get(key.chargeId) ?? ZERO, amount));
  }
  return sums;
}

function difference(
  now: ReadonlyMap<string | null, Fraction>,
  before: ReadonlyMap<string | null, Fraction>,
): ReadonlyMap<string | null, Fraction> {
  const ids = new Set([...now.keys(), ...before.keys()]);
  return new Map(
    [...ids].map((id) => [id, subtract(now.get(id) ?? ZERO, before.get(id) ?? ZERO)] as const),
  );
}

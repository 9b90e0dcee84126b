import type { DiscountCharge } from "../../catalog/charge-kinds.js";
import { lasting } from "../../data/canonical-bytes.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { digestOf } from "../../data/digest.js";
import { groupBy } from "../../data/group-by.js";
import { once, recent } from "../../data/recent.js";
import { formatExact, sum } from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import { statesWithin, type Timeline } from "../../subscription/timeline.js";
import { formatPeriod, type Period } from "../../time/billing-period.js";
import { formatDate } from "../../time/date.js";
import { type Interval, sameInterval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { GroupLevel } from "../../usage/meter/levels.js";
import { lineTerms } from "../document/line-terms.js";
import type { PricedLine } from "../document/priced-line.js";
import type {
  RecordedAllowance,
  RecordedPart,
  RecordedSegment,
  RecordedState,
  RecordedTerm,
  RecordedTerms,
} from "../document/recorded.js";
import type { ClosedPart, ClosedSegment } from "../history/closed-part.js";
import { segmentName } from "../history/history.js";
import type { LineHomes } from "../price/line-homes.js";
import type { PricedPart } from "../price/price-period.js";
import type { TermTotal } from "../price/running-totals.js";
import type { MeteredSegment } from "../rating/metered-segment.js";

/** Terms, each once, by a digest of them. */
export interface TermsBook {
  keyOf(terms: RecordedTerms): string;
  all(): Readonly<Record<string, RecordedTerms>>;
}

const MARK = 16;
const digests = new WeakMap<RecordedTerms, string>();

/** An empty book. */
export function termsBook(): TermsBook {
  const all: Record<string, RecordedTerms> = {};
  return {
    keyOf(terms) {
      const key = digests.get(terms) ?? digestOf(lasting(terms)).slice(0, MARK);
      digests.set(terms, key);
      all[key] = terms;
      return key;
    },
    all: () => all,
  };
}

/** The recorded parts, and which of them a line belongs to. */
export interface RecordedParts {
  readonly all: readonly RecordedPart[];
  readonly placeOf: (line: PricedLine) => number;
}

/**
 * Everything that was priced, also what left no line, unless it was recorded just so before and nothing of it is among the
 * lines; and parts that are no more, as empty ones.
 */
export function recordParts(
  homes: LineHomes,
  lines: readonly PricedLine[],
  zone: TimeZone,
  terms: TermsBook,
): RecordedParts {
  const used = new Set(lines.map(({ key }) => homes.placeOf(key)));
  const places = new Map<number, number>();
  const all: RecordedPart[] = [];
  for (const [index, { priced, closed }] of homes.parts.entries()) {
    const record = (book: TermsBook): RecordedPart =>
      priced === undefined ? emptyPart(closed) : recordPart(priced, zone, book);
    const isKnown =
      closed !== undefined &&
      !used.has(index) &&
      canonicalJson(record(termsBook())) === canonicalJson(closed.recorded);
    if (isKnown) continue;
    places.set(index, all.length);
    all.push(record(terms));
  }
  return { all, placeOf: ({ key }) => places.get(homes.placeOf(key)) ?? 0 };
}

const EMPTY = { states: [], segments: [], discounts: [], commitments: [] };

/** A part of which nothing is due any more; its coupons stay, in case that it comes back. */
function emptyPart(closed: ClosedPart | undefined): RecordedPart {
  if (closed === undefined) throw new Error("unreachable: a part that nothing is known of");
  const { period, part, coupons } = closed.recorded;
  return { ...EMPTY, period, part, ...(coupons === undefined ? {} : { coupons }) };
}

function recordPart(
  { part, scheduled, timeline, items, segments, closed, couponUses, totals, until }: PricedPart,
  zone: TimeZone,
  terms: TermsBook,
): RecordedPart {
  const { period } = scheduled;
  const recorded = segments.filter((segment) => segment.occurredFrom === undefined);
  const closedBefore = groupBy(closed?.segments ?? [], (each) =>
    segmentName(each.charge.id, each.period.start),
  );
  return {
    period: formatPeriod(period, zone),
    part,
    ...(until === undefined ? {} : { until: formatDate(until, zone) }),
    states: recordStates(timeline, period, zone),
    segments: recorded.map((segment): RecordedSegment => {
      const quantity = quantityOf(segment);
      const levels = levelsOf(segment);
      return {
        chargeId: segment.charge.id,
        name: segment.charge.name,
        terms: terms.keyOf(lineTerms(segment.charge, segment.origin)),
        ...times(segment, period, zone),
        ...(segment.feeSpan === undefined ? {} : { fee: formatPeriod(segment.feeSpan, zone) }),
        ...(quantity === undefined ? {} : { quantity }),
        ...(levels === undefined ? {} : { levels }),
        ...(segment.allowance === undefined ? {} : { allowance: recordAllowance(segment, zone) }),
      };
    }),
    discounts: items.discounts.map((discount) => ({
      chargeId: discount.charge.id,
      name: discount.charge.name,
      terms: terms.keyOf(discountTerms(discount.charge, discount.ratePlanId)),
      ...times(discount, period, zone),
    })),
    commitments:
      part === "in-advance"
        ? []
        : items.commitments.map(({ ratePlanId, limits, ...rest }) => ({
            ratePlanId,
            ...(limits.minimumCommitment === undefined ? {} : { amount: limits.minimumCommitment }),
            ...(limits.maximumSpend === undefined ? {} : { maximumSpend: limits.maximumSpend }),
            ...times(rest, period, zone),
          })),
    ...(totals.terms.length === 0
      ? {}
      : { terms: totals.terms.map((each) => recordTerm(each, zone)) }),
    ...(totals.drawdowns.length === 0
      ? {}
      : {
          drawdowns: totals.drawdowns.map(({ drawdown, paid, used }) => ({
            chargeId: drawdown.charge.id,
            cycle: formatPeriod(drawdown.cycle, zone),
            paid: formatExact(paid),
            used: formatExact(used),
          })),
        }),
    ...(couponUses.length === 0 ? {} : { coupons: couponUses.map(({ coupon }) => coupon) }),
  };

  function quantityOf(segment: MeteredSegment): string | undefined {
    if (modelOf(segment.charge.pricing).needs === "nothing") return undefined;
    if (segment.billed === undefined) {
      return formatExact(sum(segment.metered.map(({ quantity }) => quantity)));
    }
    return recordOf(segment)?.quantity;
  }

  function levelsOf(segment: MeteredSegment): readonly GroupLevel[] | undefined {
    return segment.billed === undefined ? segment.levels : recordOf(segment)?.levels;
  }

  function recordOf({ charge, period: own }: MeteredSegment): ClosedSegment | undefined {
    const before = closedBefore.get(segmentName(charge.id, own.start)) ?? [];
    return before.find((each) => sameInterval(each.period, own));
  }
}

function recordAllowance(
  { allowance, period, cycle: own }: MeteredSegment,
  zone: TimeZone,
): RecordedAllowance {
  if (allowance === undefined) throw new Error("unreachable: a segment without an allowance");
  const { span, cycle, used, included, held, carried } = allowance;
  return {
    ...(span.start === period.start ? {} : { since: formatDate(span.start, zone) }),
    ...(sameInterval(cycle, own) ? {} : { cycle: formatPeriod(cycle, zone) }),
    used: formatExact(used),
    included: formatExact(included),
    ...(held === undefined ? {} : { held }),
    carried: carried.map(({ units, until }) => ({
      units: formatExact(units),
      until: formatDate(until, zone),
    })),
  };
}

function recordTerm(
  { term: { ratePlanId, commitment, cycle, held, since, isDue }, billed }: TermTotal,
  zone: TimeZone,
): RecordedTerm {
  return {
    ratePlanId,
    ...commitment,
    cycle: formatPeriod(cycle, zone),
    from: formatDate(held.start, zone),
    ...(since === undefined ? {} : { since: formatDate(since, zone) }),
    ...(isDue ? { until: formatDate(held.end, zone) } : {}),
    billed: formatExact(billed),
  };
}

/** A stretch and its cycle, as far as they do not go without saying: the one is the part's, the other the stretch. */
function times(
  { period, cycle }: { readonly period: Interval; readonly cycle: Interval },
  part: Interval,
  zone: TimeZone,
): { readonly period?: Period; readonly cycle?: Period } {
  return {
    ...(sameInterval(period, part) ? {} : { period: formatPeriod(period, zone) }),
    ...(sameInterval(period, cycle) ? {} : { cycle: formatPeriod(cycle, zone) }),
  };
}

const SOME_PERIODS = 8;
const statesOf = once((_timeline: Timeline) =>
  recent<string, readonly RecordedState[]>(SOME_PERIODS),
);

function recordStates(
  timeline: Timeline,
  period: Interval,
  zone: TimeZone,
): readonly RecordedState[] {
  return statesOf(timeline).get(`${period.start} ${period.end}`, () =>
    lasting(writeStates(timeline, period, zone)),
  );
}

function writeStates(
  timeline: Timeline,
  period: Interval,
  zone: TimeZone,
): readonly RecordedState[] {
  const states: RecordedState[] = [];
  for (const { span, plan, planUntil, unbilledReason } of statesWithin(timeline, period)) {
    const ratePlanId = plan.plan.id;
    const isLast = planUntil === period.end;
    const last = states.at(-1);
    const goesOn = last?.ratePlanId === ratePlanId && last.unbilled === unbilledReason;
    if (last !== undefined && goesOn && last.isLast === (isLast || undefined)) continue;
    const from = formatDate(Math.max(span.start, period.start), zone);
    states.push({
      from,
      ratePlanId,
      billingCycle: plan.plan.billingCycle,
      ...(unbilledReason === undefined ? {} : { unbilled: unbilledReason }),
      ...(isLast ? { isLast } : {}),
    });
  }
  return states;
}

const discountsWritten = new WeakMap<DiscountCharge, Map<string, RecordedTerms>>();

/** The terms of a discount as they are recorded: all of it but what is for people. */
function discountTerms(charge: DiscountCharge, ratePlanId: string): RecordedTerms {
  const known = discountsWritten.get(charge) ?? new Map<string, RecordedTerms>();
  discountsWritten.set(charge, known);
  const before = known.get(ratePlanId);
  if (before !== undefined) return before;
  const { chargeType, pricing, unitOfMeasure } = charge;
  const proration = charge.chargeType === "one-time" ? undefined : charge.proration;
  const terms: RecordedTerms = {
    chargeType,
    pricing,
    ...(unitOfMeasure === undefined ? {} : { unitOfMeasure }),
    ...(proration === undefined ? {} : { proration }),
    ratePlanId,
  };
  known.set(ratePlanId, terms);
  return terms;
}

import type { RatedCharge } from "../../catalog/charge-kinds.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { formatAmount, roundAmount } from "../../money/amount-rounding.js";
import { add, type Fraction, isZero, subtract, sum, ZERO } from "../../money/fraction.js";
import { type LimitBreach, type LimitNets, limitBreach } from "../../pricing/limits.js";
import { amountStep } from "../../pricing/step.js";
import { contains, type Interval } from "../../time/interval.js";
import type { LineKind } from "../document/line.js";
import { amountLine, keyText, type LineKey, type PricedLine } from "../document/priced-line.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import { allowanceSpan, limitShare, partOf, type SegmentSpan } from "../rating/prorate.js";
import { segmentAmount } from "../rating/rate-segment.js";
import {
  isMeasured,
  isReduction,
  type PeriodLines,
  type PeriodPricing,
  rulesOf,
  type StepLines,
} from "./period-step.js";

/** Whether a charge is held to limits at all. */
export function hasLimits({
  charge,
}: {
  readonly charge: Pick<RatedCharge, "minimum" | "maximum">;
}): boolean {
  return charge.minimum !== undefined || charge.maximum !== undefined;
}

/**
 * Brings each charge, net of its discounts, to its minimum or maximum, once for each stretch in which its prices hold:
 * in advance when the stretch begins, in arrears when it ends, with what it bills in other billing periods. What is
 * billed later of outcomes of the stretch counts towards the same limits.
 */
export function limitCharges(pricing: PeriodPricing, lines: PeriodLines): StepLines {
  const { segments, elsewhere, rounding, isInterim } = pricing;
  const limited = segments.filter(hasLimits);
  if (limited.length === 0) return { lines: [] };
  const others = byStretch(elsewhere);
  const own = measured(lines, pricing);
  const added = [...byStretch(limited)].flatMap(([name, stretch]) => {
    const decisive = stretch.find(
      (each) => each.home === undefined && !addsUp(each) && decidesLimits(each),
    );
    if (decisive === undefined) return movedLimits(stretch, own, pricing);
    const { charge, priceInterval: period } = decisive;
    const shared = others.get(name) ?? [];
    const starts = new Set(shared.map((each) => each.period.start));
    const isShared = ({ chargeId, kind, start }: LineKey) =>
      chargeId === charge.id && kind === charge.chargeType && starts.has(start);
    const nets = netsWith(
      (kind) => sum(stretch.map(own[kind])),
      shared.map((each) => segmentAmount(each, rulesOf(pricing))),
      takenOff(pricing, isShared),
      pricing,
    );
    const breach = limitBreach(charge, nets, limitRounding(decisive, pricing));
    if (breach === undefined || (isInterim && breach.kind === "minimum")) return [];
    const { kind, bound, net } = breach;
    const key = { kind, chargeId: charge.id, start: period.start, group: null };
    const description = `${charge.name}: ${kind} of ${formatAmount(bound, rounding)}`;
    return [differenceLine({ key, description, period, net, bound }, pricing)];
  });
  return { lines: added };
}

/** How a limit comes onto the currency's grid: as a whole, or the share of it that a stretch has. */
function limitRounding(
  span: SegmentSpan,
  { rounding, zone }: PeriodPricing,
): (limit: Fraction) => Fraction {
  const share = limitShare(span, zone);
  return (limit) =>
    share === undefined ? roundAmount(limit, rounding) : partOf(limit, share, rounding).rounded;
}

/** Whether a segment is held to the limits of a cycle of several bills. */
function addsUp(segment: MeteredSegment): boolean {
  return allowanceSpan(segment) !== segment;
}

/** The time whose limits a segment is held to: that of its outcomes, or of a cycle of several bills. */
function limitSpan(segment: MeteredSegment): SegmentSpan {
  const { charge, home } = segment;
  return home === undefined || addsUp(segment) ? allowanceSpan(segment) : { charge, ...home };
}

/**
 * What limits come to with what is billed after some of their stretch has been: outcomes that became certain after its end,
 * and the next bill of a longer cycle. Less what they came to before: the top-up to a minimum is taken back as far as they
 * fill it, and a maximum holds for all together.
 */
function movedLimits(
  stretch: readonly MeteredSegment[],
  own: ReturnType<typeof measured>,
  pricing: PeriodPricing,
): readonly PricedLine[] {
  // Where there are several, cut by what runs between them, the last is for all.
  const last = stretch.findLast((each) => each.home !== undefined || addsUp(each));
  if (last === undefined) return [];
  const { charge, home, occurredFrom, period } = last;
  const { rounding } = pricing;
  const now = { minimum: sum(stretch.map(own.minimum)), maximum: sum(stretch.map(own.maximum)) };
  const isFinal =
    home !== undefined || (period.end === allowanceSpan(last).period.end && !pricing.isInterim);
  if (home !== undefined && isZero(now.minimum) && isZero(now.maximum)) return [];
  const isOwn = (key: LineKey, kind: LineKind) => key.kind === kind && isOfStretch(key, last);
  const before = (kind: LineKind) =>
    pricing.earlier.filter(({ key }) => isOwn(key, kind)).map(({ amount }) => amount);
  const taken = takenOff(pricing, (key) => isOwn(key, charge.chargeType));
  const nets = netsWith((kind) => now[kind], before(charge.chargeType), taken, pricing);
  const breach = limitBreach(charge, nets, limitRounding(limitSpan(last), pricing));
  return (["minimum", "maximum"] as const).flatMap((kind) => {
    const isDecided = kind === "maximum" || isFinal;
    const due = breach?.kind === kind && isDecided ? subtract(breach.bound, breach.net) : ZERO;
    const had = sum(before(kind));
    const amount = subtract(due, had);
    if (isZero(amount)) return [];
    const text = `${kind}: ${formatAmount(due, rounding)} with what is billed now, ${formatAmount(had, rounding)} before`;
    return amountLine({
      key: {
        kind,
        chargeId: charge.id,
        start: period.start,
        ...(occurredFrom === undefined ? {} : { mark: occurredFrom }),
        group: null,
      },
      description: `${charge.name}: ${kind}`,
      period,
      exactAmount: amount,
      amount,
      steps: [amountStep(kind, amount, text)],
    });
  });
}

/**
 * What discounts and coupons took off what was billed before. What fees and the plan's maximum took off comes after limits, and
 * does not count.
 */
function takenOff(
  { earlier }: PeriodPricing,
  isCounted: (key: LineKey) => boolean,
): readonly Fraction[] {
  return earlier
    .filter(({ key }) => isReduction(key.kind))
    .flatMap(({ appliedTo }) => appliedTo)
    .filter(({ key }) => isCounted(key))
    .map(({ amount }) => amount);
}

/** What each limit is measured on, with what was billed elsewhere. */
function netsWith(
  now: (kind: LimitBreach["kind"]) => Fraction,
  elsewhere: readonly Fraction[],
  taken: readonly Fraction[],
  { policy }: PeriodPricing,
): LimitNets {
  const whole = sum(elsewhere);
  const net = add(whole, sum(taken));
  return {
    minimum: add(now("minimum"), isMeasured("discount", policy) ? net : whole),
    maximum: add(now("maximum"), net),
  };
}

/** Whether something was billed for the stretch whose limits a segment moves. */
function isOfStretch({ chargeId, start, mark }: LineKey, segment: MeteredSegment): boolean {
  const { charge, home, occurredFrom, period } = segment;
  if (chargeId !== charge.id) return false;
  if (mark !== undefined) {
    if (home === undefined) return false;
    return mark === occurredFrom && start >= home.period.end && start < period.start;
  }
  return contains(limitSpan(segment).priceInterval, start) && start < period.start;
}

/** What the segments of a charge come to, as each of its limits is measured. */
function measured(
  { all, segmentOf }: PeriodLines,
  { policy }: PeriodPricing,
): { readonly [kind in LimitBreach["kind"]]: (segment: MeteredSegment) => Fraction } {
  const maximum = netBySegment({ all, segmentOf });
  const own = all.filter(({ key }) => isMeasured(key.kind, policy));
  const minimum = own.length === all.length ? maximum : netBySegment({ all: own, segmentOf });
  return { minimum, maximum };
}

/** What the lines of each segment come to, net of what discounts took off them. */
export function netBySegment({
  all,
  segmentOf,
}: PeriodLines): (segment: MeteredSegment) => Fraction {
  const taken = new Map<string, Fraction[]>();
  for (const { key, amount } of all.flatMap(({ appliedTo }) => appliedTo)) {
    const name = keyText(key);
    taken.set(name, [...(taken.get(name) ?? []), amount]);
  }
  const nets = new Map<MeteredSegment, Fraction[]>();
  for (const [line, segment] of segmentOf) {
    const amounts = nets.get(segment) ?? [];
    nets.set(segment, amounts);
    amounts.push(line.amount, ...(taken.get(keyText(line.key)) ?? []));
  }
  return (segment) => sum(nets.get(segment) ?? []);
}

/** Segments by the stretch of a charge in which its prices hold: what is held to one minimum and maximum. */
function byStretch(segments: readonly MeteredSegment[]): Map<string, MeteredSegment[]> {
  const stretches = new Map<string, MeteredSegment[]>();
  for (const segment of segments) {
    const { charge, priceInterval } = limitSpan(segment);
    const name = canonicalJson([charge.id, priceInterval.start]);
    const stretch = stretches.get(name);
    if (stretch === undefined) stretches.set(name, [segment]);
    else stretch.push(segment);
  }
  return stretches;
}

/** Whether limits are judged with a segment: in advance where its stretch begins, in arrears where it ends. */
export function decidesLimits({ charge, period, priceInterval }: MeteredSegment): boolean {
  const inAdvance = charge.chargeType === "recurring" && charge.billingTiming === "in-advance";
  return inAdvance ? period.start === priceInterval.start : period.end === priceInterval.end;
}

type LimitKind = "minimum" | "maximum" | "minimum-commitment" | "maximum-spend" | "true-up";

/** A line over the difference between what was billed and what must be. */
export function differenceLine(
  facts: {
    readonly key: LineKey & { readonly kind: LimitKind };
    readonly description: string;
    readonly period: Interval;
    readonly net: Fraction;
    readonly bound: Fraction;
  },
  { rounding }: Pick<PeriodPricing, "rounding">,
): PricedLine {
  const { key, description, period, net, bound } = facts;
  const { kind } = key;
  const difference = subtract(bound, net);
  const text = `${kind} ${formatAmount(bound, rounding)} − ${formatAmount(net, rounding)} billed`;
  return amountLine({
    key,
    description,
    period,
    exactAmount: difference,
    amount: difference,
    steps: [amountStep(kind, difference, text)],
  });
}

import { targetedIndex } from "../../catalog/discount.js";
import type { DiscountPolicy } from "../../catalog/policy.js";
import { groupBy } from "../../data/group-by.js";
import { allocate } from "../../money/allocation.js";
import { roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  divide,
  type Fraction,
  fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { amountStep, type ExactStep } from "../../pricing/step.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import type { LineTerms } from "../document/line-terms.js";
import {
  amountLine,
  keyText,
  type LineKey,
  type PricedLine,
  roundingStep,
} from "../document/priced-line.js";
import { gridOf } from "../history/account-parts.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import type { PeriodLines, PeriodPricing } from "./period-step.js";
import { type Reduction, sourceText } from "./reduction.js";

/** What tells reductions of one start apart. */
type KeyMark = Pick<LineKey, "mark" | "ahead">;

/** A line that may be reduced: what it bills, and what is left of it. */
interface ReducibleLine {
  readonly line: PricedLine;
  readonly terms: LineTerms;
  /** When it is due, as far as reductions ask. */
  readonly heldAt: Instant;
  /** What tells a reduction of it from others of the same start. */
  readonly mark: KeyMark;
  /** What was left of it before this step. */
  readonly billed: Fraction;
  left: Fraction;
}

/**
 * Takes reductions off the rated lines, as far as earlier steps have left something of them: percentages, then fixed amounts,
 * unless the rules say otherwise, else in their order.
 */
export function takeOff(
  reductions: readonly Reduction[],
  pricing: PeriodPricing,
  lines: PeriodLines,
  rules: DiscountPolicy,
): readonly PricedLine[] {
  if (reductions.length === 0) return [];
  const leftOf = leftOfLines(lines);
  const linesOf = targetedIndex(
    // Only lines of rated charges have terms.
    lines.all.flatMap((line) =>
      line.terms === null ? [] : reducible(line, line.terms, leftOf(line), lines, pricing),
    ),
    ({ line: { key }, terms: { chargeType, unitOfMeasure = null } }) => ({
      id: key.chargeId,
      chargeType,
      unitOfMeasure,
    }),
  );
  const givenBy = givenBefore(pricing);
  const added: PricedLine[] = [];
  for (const reduction of inOrder(reductions, rules)) {
    const open = linesOf(reduction.target).filter(
      ({ left, heldAt }) => left.numerator > 0n && contains(reduction.period, heldAt),
    );
    const given = givenBy(reduction);
    for (const line of applyReduction(reduction, open, given, { pricing, rules })) added.push(line);
  }
  return added;
}

function inOrder(
  reductions: readonly Reduction[],
  { order }: DiscountPolicy,
): readonly Reduction[] {
  const isSecond = ({ percent }: Reduction) =>
    Number((percent === undefined) === (order === "percent-first"));
  return reductions.toSorted((a, b) => isSecond(a) - isSecond(b));
}

/** What the lines so far have left of a line. */
function leftOfLines({ all }: PeriodLines): (line: PricedLine) => Fraction {
  const taken = new Map<string, Fraction>();
  for (const { key, amount } of all.flatMap(({ appliedTo }) => appliedTo)) {
    const name = keyText(key);
    taken.set(name, add(taken.get(name) ?? ZERO, amount));
  }
  return ({ key, amount }) => add(amount, taken.get(keyText(key)) ?? ZERO);
}

/** A negative line is nothing to take something off. */
function reducible(
  line: PricedLine,
  terms: LineTerms,
  billed: Fraction,
  { segmentOf }: PeriodLines,
  pricing: PeriodPricing,
): ReducibleLine {
  const segment = segmentOf.get(line);
  const { home, occurredFrom } = segment ?? {};
  return {
    line,
    terms,
    // A service that began before the billing period is due as the period begins.
    heldAt: home?.heldAt ?? Math.max(line.period.start, pricing.period.start),
    mark: occurredFrom === undefined ? markOf(line, segment, pricing) : { mark: occurredFrom },
    billed,
    left: isNegative(billed) ? ZERO : billed,
  };
}

/**
 * Takes one reduction off the lines that it applies to. It is rounded once, as a whole; its shares are given out by largest
 * remainder, so they add up to it, and no line falls below zero. A line of its own stands for what it takes off all that begins
 * together.
 */
function applyReduction(
  reduction: Reduction,
  open: readonly ReducibleLine[],
  given: Fraction,
  { pricing, rules }: { readonly pricing: PeriodPricing; readonly rules: DiscountPolicy },
): readonly PricedLine[] {
  const { rounding } = pricing;
  const exactShares = sharesOf(reduction, open, given, rules);
  const exactTotal = sum(exactShares);
  const room = open.map(({ left }) => left);
  const total = minimumOf(roundAmount(exactTotal, rounding), sum(room));
  if (isZero(total)) return [];
  const shares = allocate(total, exactShares, gridOf(room, rounding).increment, room);
  const periods = new Map<string, ReducedPeriod>();
  for (const [index, entry] of open.entries()) {
    const { line, mark } = entry;
    const [exactShare, share] = [exactShares[index] ?? ZERO, shares[index] ?? ZERO];
    if (isZero(exactShare) && isZero(share)) continue;
    entry.left = subtract(entry.left, share);
    const { start, end } = line.period;
    const name = `${start} ${mark.mark} ${mark.ahead}`;
    const { period, entries } = periods.get(name) ?? { period: line.period, entries: [] };
    periods.set(name, {
      period: { start, end: Math.max(period.end, end) },
      mark,
      entries: [...entries, { line, exactShare, share }],
    });
  }
  return [...periods.values()].flatMap((each) => reductionLine(reduction, each, pricing) ?? []);
}

/** Tells apart what begins together and is billed by different documents: ahead, or when one period or another is over. */
function markOf(
  { period: service }: PricedLine,
  segment: MeteredSegment | undefined,
  { period, isAhead }: PeriodPricing,
): KeyMark {
  if (isAhead) return { mark: (segment?.cycle ?? service).end, ahead: true };
  return service.start < period.start ? { mark: period.start } : {};
}

/** The lines that begin together, up to the end of the last, and what is taken off each. */
interface ReducedPeriod {
  readonly period: Interval;
  readonly mark: KeyMark;
  readonly entries: readonly {
    readonly line: PricedLine;
    readonly exactShare: Fraction;
    readonly share: Fraction;
  }[];
}

function reductionLine(
  reduction: Reduction,
  { period, mark, entries }: ReducedPeriod,
  { rounding }: PeriodPricing,
): PricedLine | undefined {
  const total = sum(entries.map(({ share }) => share));
  const exactTotal = sum(entries.map(({ exactShare }) => exactShare));
  const shares = entries.filter(({ share }) => !isZero(share));
  if (shares.length === 0) return undefined;
  return amountLine({
    key: {
      ...reduction.source,
      start: period.start,
      ...mark,
      group: null,
    },
    description: reduction.name,
    period,
    exactAmount: negate(exactTotal),
    amount: negate(total),
    appliedTo: shares.map(({ line, share }) => ({ key: line.key, amount: negate(share) })),
    steps: [
      ...entries.flatMap(({ line, exactShare }) => shareStep(reduction, line, exactShare)),
      ...roundingStep(negate(exactTotal), negate(total), rounding),
    ],
  });
}

function shareStep(
  { source, percent, written }: Reduction,
  { description }: PricedLine,
  share: Fraction,
): readonly ExactStep[] {
  if (isZero(share)) return [];
  const text =
    percent === undefined
      ? `share of ${written} off ${description}`
      : `${percent} % off ${description}`;
  return [amountStep(source.kind, negate(share), text)];
}

/**
 * What reductions have taken off already, as amounts below zero: what the period's other part has had is not taken off
 * again, nor what an earlier document has.
 */
function givenBefore({
  before,
  earlier,
  segments,
}: PeriodPricing): (reduction: Reduction) => Fraction {
  const runOffs = segments.flatMap(({ home, occurredFrom }) =>
    home === undefined || occurredFrom === undefined ? [] : [{ home, occurredFrom }],
  );
  const given = groupBy([...before, ...earlier], ({ key }) => sourceText(key));
  return ({ source, period }) => {
    const lines = given.get(sourceText(source));
    if (lines === undefined) return ZERO;
    const marks = new Set(
      runOffs
        .filter(({ home }) => contains(period, home.heldAt))
        .map(({ occurredFrom }) => occurredFrom),
    );
    const ofPeriod = lines.filter(
      ({ key: { start, mark = Number.POSITIVE_INFINITY }, period: { end } }) => {
        // A mark before the start is that of outcomes of an earlier time.
        if (mark <= start) return marks.has(mark);
        // One inside of the service is the beginning of the period that billed it, a later one the end of what was billed ahead.
        return contains(period, mark < end ? mark : start);
      },
    );
    return sum(ofPeriod.map(({ amount }) => amount));
  };
}

/** What the reduction takes off each line, exactly, and never more than is left of it. */
function sharesOf(
  { percent, amount = ZERO }: Reduction,
  open: readonly ReducibleLine[],
  given: Fraction,
  rules: DiscountPolicy,
): readonly Fraction[] {
  if (percent !== undefined) {
    const rate = divide(exact(percent), fraction(100n));
    return open.map(({ billed, left }) =>
      minimumOf(multiply(rules.percentages === "original" ? billed : left, rate), left),
    );
  }
  const most = sum(open.map(({ left }) => left));
  const total = minimumOf(add(amount, given), most);
  if (isNegative(total)) return open.map(() => ZERO);
  if (rules.fixed === "proportional") {
    return open.map(({ left }) => divide(multiply(total, left), most));
  }
  let rest = total;
  return open.map(({ left }) => {
    const share = minimumOf(left, rest);
    rest = subtract(rest, share);
    return share;
  });
}

import type { DiscountCharge } from "../../catalog/charge-kinds.js";
import { targetedIndex, targetOf } from "../../catalog/discount.js";
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
import { amountLine, type PricedLine, roundingStep } from "../priced-line.js";
import type { PeriodLines, PeriodPricing, ScaledDiscount, StepLines } from "./period-step.js";

/** A line that discounts may reduce: what it billed, and what earlier discounts have left of it. */
interface DiscountableLine {
  readonly line: PricedLine;
  /** When it is due, as far as discounts ask. */
  readonly heldAt: Instant;
  /** What tells a discount on it from others of the same start. */
  readonly mark: Instant | undefined;
  readonly billed: Fraction;
  left: Fraction;
}

/** Takes the catalog's discounts off the rated lines: percentages, then fixed amounts, each in the catalog's order. */
export function discountLines(pricing: PeriodPricing, lines: PeriodLines): StepLines {
  const linesOf = targetedIndex(
    lines.all.map((line) => discountable(line, lines, pricing)),
    ({ line: { key, terms } }) => ({
      id: key.chargeId,
      chargeType: terms?.chargeType ?? "",
      unitOfMeasure: terms?.unitOfMeasure ?? null,
    }),
  );
  const givenBy = givenBefore(pricing);
  const added: PricedLine[] = [];
  for (const discount of inDiscountOrder(pricing.discounts)) {
    const open = linesOf(targetOf(discount.charge)).filter(
      ({ line, left, heldAt }) =>
        // Only lines of rated charges have terms.
        line.terms !== null &&
        line.key.chargeId !== discount.charge.id &&
        left.numerator > 0n &&
        contains(discount.period, heldAt),
    );
    for (const line of applyDiscount(discount, open, givenBy(discount), pricing)) added.push(line);
  }
  return { lines: added };
}

function inDiscountOrder(discounts: readonly ScaledDiscount[]): readonly ScaledDiscount[] {
  const isFixed = ({ charge }: ScaledDiscount) => (charge.pricing.percent === undefined ? 1 : 0);
  return discounts.toSorted((a, b) => isFixed(a) - isFixed(b));
}

/** A negative line is nothing to take a discount off. */
function discountable(
  line: PricedLine,
  { segmentOf }: PeriodLines,
  { period }: PeriodPricing,
): DiscountableLine {
  const { amount } = line;
  const { cycle = line.period, home, occurredFrom } = segmentOf.get(line) ?? {};
  return {
    line,
    // A service that began before the billing period is due as the period begins.
    heldAt: home?.heldAt ?? Math.max(line.period.start, period.start),
    mark: occurredFrom ?? markOf(line.period, cycle, period),
    billed: amount,
    left: isNegative(amount) ? ZERO : amount,
  };
}

/**
 * Takes one discount off the lines that it applies to. The discount as a whole is rounded once; its shares are given
 * out by largest remainder, so they add up to it, and no line falls below zero. A line of its own stands for what it
 * takes off each service period.
 */
function applyDiscount(
  discount: ScaledDiscount,
  open: readonly DiscountableLine[],
  given: Fraction,
  pricing: PeriodPricing,
): readonly PricedLine[] {
  const { rounding, policy } = pricing;
  const exactShares = sharesOf(discount, open, given, policy.discounts);
  const exactTotal = sum(exactShares);
  if (isZero(exactTotal)) return [];
  const room = open.map(({ left }) => left);
  const total = minimumOf(roundAmount(exactTotal, rounding), sum(room));
  if (isZero(total)) return [];
  const shares = allocate(total, exactShares, rounding.increment, room);
  const periods = new Map<string, DiscountedPeriod>();
  for (const [index, entry] of open.entries()) {
    const { line, mark } = entry;
    const [exactShare, share] = [exactShares[index] ?? ZERO, shares[index] ?? ZERO];
    if (isZero(exactShare) && isZero(share)) continue;
    entry.left = subtract(entry.left, share);
    const name = `${line.period.start} ${line.period.end} ${mark}`;
    const group = periods.get(name) ?? { period: line.period, mark, entries: [] };
    periods.set(name, group);
    group.entries.push({ line, exactShare, share });
  }
  return [...periods.values()].flatMap((each) => discountLine(discount, each, pricing) ?? []);
}

/** Tells apart what begins together and is billed with different periods: ahead for a longer cycle, or when one is over. */
function markOf(service: Interval, cycle: Interval, period: Interval): Instant | undefined {
  if (cycle.end > period.end) return cycle.end;
  return service.start < period.start ? period.start : undefined;
}

/** The lines of one service period, and what is taken off each. */
interface DiscountedPeriod {
  readonly period: Interval;
  readonly mark: Instant | undefined;
  readonly entries: {
    readonly line: PricedLine;
    readonly exactShare: Fraction;
    readonly share: Fraction;
  }[];
}

function discountLine(
  { charge }: ScaledDiscount,
  { period, mark, entries }: DiscountedPeriod,
  { rounding }: PeriodPricing,
): PricedLine | undefined {
  const total = sum(entries.map(({ share }) => share));
  const exactTotal = sum(entries.map(({ exactShare }) => exactShare));
  const shares = entries.filter(({ share }) => !isZero(share));
  if (shares.length === 0) return undefined;
  return amountLine({
    key: {
      kind: "discount",
      chargeId: charge.id,
      start: period.start,
      ...(mark === undefined ? {} : { mark }),
      group: null,
    },
    description: charge.name,
    period,
    exactAmount: negate(exactTotal),
    amount: negate(total),
    appliedTo: shares.map(({ line, share }) => ({ key: line.key, amount: negate(share) })),
    steps: [
      ...entries.flatMap(({ line, exactShare }) => shareStep(charge, line, exactShare)),
      ...roundingStep(negate(exactTotal), negate(total), rounding),
    ],
  });
}

function shareStep(
  { pricing: { percent, amount } }: DiscountCharge,
  { description }: PricedLine,
  share: Fraction,
): readonly ExactStep[] {
  if (isZero(share)) return [];
  const text =
    percent === undefined
      ? `share of ${amount} off ${description}`
      : `${percent} % off ${description}`;
  return [amountStep("discount", negate(share), text)];
}

/**
 * What discounts have taken off already, as amounts below zero: what the period's other part has had is not taken off
 * again, nor what an earlier document has.
 */
function givenBefore({
  before,
  earlier,
  segments,
}: PeriodPricing): (discount: ScaledDiscount) => Fraction {
  const runOffs = segments.filter(({ home }) => home !== undefined);
  const given = groupBy(
    [...before, ...earlier].filter(({ key }) => key.kind === "discount"),
    ({ key }) => key.chargeId,
  );
  return ({ charge, period }) => {
    const lines = given.get(charge.id) ?? [];
    if (lines.length === 0) return ZERO;
    const marks = new Set(
      runOffs.flatMap(({ home, occurredFrom }) =>
        home !== undefined && contains(period, home.heldAt) ? (occurredFrom ?? []) : [],
      ),
    );
    const ofPeriod = lines.filter(({ key: { start, mark } }) =>
      // A mark before the start is that of outcomes of an earlier time.
      mark !== undefined && mark <= start
        ? marks.has(mark)
        : contains(period, Math.max(start, period.start)),
    );
    return sum(ofPeriod.map(({ amount }) => amount));
  };
}

/** What the discount takes off each line, exactly, and never more than is left of it. */
function sharesOf(
  { charge: { pricing }, amount = ZERO }: ScaledDiscount,
  open: readonly DiscountableLine[],
  given: Fraction,
  policy: DiscountPolicy,
): readonly Fraction[] {
  if (pricing.percent !== undefined) {
    const rate = divide(exact(pricing.percent), fraction(100n));
    return open.map(({ billed, left }) =>
      minimumOf(multiply(policy.percentages === "original" ? billed : left, rate), left),
    );
  }
  const most = sum(open.map(({ left }) => left));
  const total = minimumOf(add(amount, given), most);
  if (total.numerator <= 0n) return open.map(() => ZERO);
  if (policy.fixed === "proportional") {
    return open.map(({ left }) => divide(multiply(total, left), most));
  }
  let rest = total;
  return open.map(({ left }) => {
    const share = minimumOf(left, rest);
    rest = subtract(rest, share);
    return share;
  });
}

import type { DiscountCharge } from "../../catalog/charge-kinds.js";
import { discountTargets } from "../../catalog/discount.js";
import type { DiscountPolicy } from "../../catalog/policy.js";
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
import { amountLine, type LineKey, type PricedLine, roundingStep } from "../priced-line.js";
import type { PeriodLines, PeriodPricing, ScaledDiscount, StepLines } from "./period-step.js";

/** A line that discounts may reduce: what it billed, and what earlier discounts have left of it. */
interface DiscountableLine {
  readonly line: PricedLine;
  /** When it is due, as far as discounts ask. */
  readonly heldAt: Instant;
  /** What tells a discount on it from others of the same start. */
  readonly mark: Instant | undefined;
  readonly billed: Fraction;
  readonly left: Fraction;
}

/** Takes the catalog's discounts off the rated lines: percentages, then fixed amounts, each in the catalog's order. */
export function discountLines(pricing: PeriodPricing, lines: PeriodLines): StepLines {
  let left = lines.all.map((line) => discountable(line, lines, pricing));
  const added: PricedLine[] = [];
  for (const discount of inDiscountOrder(pricing.discounts)) {
    const applied = applyDiscount(discount, left, pricing);
    left = applied.left;
    for (const line of applied.lines) added.push(line);
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

interface AppliedDiscount {
  readonly lines: readonly PricedLine[];
  readonly left: DiscountableLine[];
}

/**
 * Takes one discount off the lines that it applies to. The discount as a whole is rounded once; its shares are given
 * out by largest remainder, so they add up to it, and no line falls below zero. A line of its own stands for what it
 * takes off each service period.
 */
function applyDiscount(
  discount: ScaledDiscount,
  left: DiscountableLine[],
  pricing: PeriodPricing,
): AppliedDiscount {
  const { charge } = discount;
  const { rounding, policy } = pricing;
  const open = left.map((entry) =>
    entry.left.numerator > 0n &&
    isTarget(charge, entry.line) &&
    contains(discount.period, entry.heldAt)
      ? entry
      : undefined,
  );
  const exactShares = sharesOf(discount, open, amountLeft(discount, pricing), policy.discounts);
  const exactTotal = sum(exactShares);
  if (isZero(exactTotal)) return { lines: [], left };
  const room = open.map((entry) => entry?.left ?? ZERO);
  const total = minimumOf(roundAmount(exactTotal, rounding), sum(room));
  if (isZero(total)) return { lines: [], left };
  const shares = allocate(total, exactShares, rounding.increment, room);
  const periods = new Map<string, DiscountedPeriod>();
  for (const [index, { line, mark }] of left.entries()) {
    const [exactShare, share] = [exactShares[index] ?? ZERO, shares[index] ?? ZERO];
    if (isZero(exactShare) && isZero(share)) continue;
    const name = `${line.period.start} ${line.period.end} ${mark}`;
    const group = periods.get(name) ?? { period: line.period, mark, entries: [] };
    periods.set(name, group);
    group.entries.push({ line, exactShare, share });
  }
  return {
    lines: [...periods.values()].flatMap((each) => discountLine(discount, each, pricing) ?? []),
    left: left.map((entry, index) => ({
      ...entry,
      left: subtract(entry.left, shares[index] ?? ZERO),
    })),
  };
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
 * What a fixed discount has left: what the period's other part has taken off already is not taken off again, nor what an
 * earlier document has.
 */
function amountLeft(
  { charge, amount = ZERO, period }: ScaledDiscount,
  { before, earlier, segments }: PeriodPricing,
): Fraction {
  const runOffs = new Set(
    segments.flatMap(({ home, occurredFrom }) =>
      home !== undefined && contains(period, home.heldAt) ? (occurredFrom ?? []) : [],
    ),
  );
  const given = [...before, ...earlier].filter(({ key }) => {
    if (!isDiscountOf(key, charge)) return false;
    const { start, mark } = key;
    // A mark before the start is that of outcomes of an earlier time.
    if (mark !== undefined && mark <= start) return runOffs.has(mark);
    return contains(period, Math.max(start, period.start));
  });
  return add(amount, sum(given.map((line) => line.amount)));
}

function isDiscountOf({ kind, chargeId }: LineKey, charge: DiscountCharge): boolean {
  return kind === "discount" && chargeId === charge.id;
}

/** What the discount takes off each line, exactly, and never more than is left of it. */
function sharesOf(
  { charge: { pricing } }: ScaledDiscount,
  open: readonly (DiscountableLine | undefined)[],
  amount: Fraction,
  policy: DiscountPolicy,
): readonly Fraction[] {
  if (pricing.percent !== undefined) {
    const rate = divide(exact(pricing.percent), fraction(100n));
    return open.map((entry) => {
      if (entry === undefined) return ZERO;
      const { billed, left } = entry;
      return minimumOf(multiply(policy.percentages === "original" ? billed : left, rate), left);
    });
  }
  const eligible = open.map((entry) => entry?.left ?? ZERO);
  const most = sum(eligible);
  const total = minimumOf(amount, most);
  if (total.numerator <= 0n) return eligible.map(() => ZERO);
  if (policy.fixed === "proportional") {
    return eligible.map((left) => divide(multiply(total, left), most));
  }
  let rest = total;
  return eligible.map((left) => {
    const share = minimumOf(left, rest);
    rest = subtract(rest, share);
    return share;
  });
}

/** Whether a discount applies to a line: only lines of rated charges, and only those that it names. */
function isTarget(
  { id, chargeType, pricing }: DiscountCharge,
  { key, terms }: PricedLine,
): boolean {
  if (terms === null || id === key.chargeId) return false;
  return discountTargets(pricing.appliesTo ?? { chargeTypes: [chargeType] }, {
    id: key.chargeId,
    chargeType: terms.chargeType,
    unitOfMeasure: terms.unitOfMeasure ?? null,
  });
}

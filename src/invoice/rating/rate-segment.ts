import { isUsageCharge } from "../../catalog/charge-kinds.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { roundAmount } from "../../money/amount-rounding.js";
import {
  add,
  divide,
  type Fraction,
  formatExact,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import {
  type CompiledTerms,
  compileTerms,
  type ExactRating,
  exactAmount,
  type NegativeUsage,
  type RatingInput,
  rateExactly,
  rateIncrement,
  scaleIncludedUnits,
  scaleTiers,
} from "../../pricing/rate-exactly.js";
import { amountStep, quantityStep } from "../../pricing/step.js";
import type { TimeZone } from "../../time/zone.js";
import type { AggregateStates } from "../../usage/meter/aggregate.js";
import { meter, nothingMetered, type UsageGroup } from "../../usage/meter/metered.js";
import { lineTerms } from "../document/line-terms.js";
import { amountLine, type PricedLine, roundingStep } from "../document/priced-line.js";
import type { MeteredSegment } from "./metered-segment.js";
import { billedOutcomes, creditsOriginalPrice, rateAtOriginalPrice } from "./original-price.js";
import {
  allowanceSpan,
  describeShare,
  feeShare,
  partOf,
  prorates,
  type RoundedAmount,
  shareOfCycle,
} from "./prorate.js";

/** How amounts are computed and rounded. */
export interface RatingRules {
  readonly negativeUsage: NegativeUsage;
  readonly rounding: AmountRounding;
  readonly zone: TimeZone;
}

/** The rating of one line: of a group of events, or of all of them. */
export interface GroupRating {
  readonly group: UsageGroup | null;
  /** What a full cycle costs. */
  readonly rating: ExactRating;
  /** The part of it that the segment bills. */
  readonly part: RoundedAmount;
}

/** Everything that a segment bills: one rating for each group, in their order. */
export function rateSegment(segment: MeteredSegment, rules: RatingRules): readonly GroupRating[] {
  if (isIdleRunOff(segment)) return [];
  const billed = billedInCycle(segment, rules);
  return ratingsOf(segment, rules).map(({ group, rating }) => ({
    group,
    rating,
    part:
      billed === undefined
        ? feePart(segment, rating.amount, rules)
        : addedTo(billed, rating.amount, rules),
  }));
}

/** Whether no outcome is billed after its time, nor was: what a charge bills without usage, its own time has billed. */
function isIdleRunOff({ occurredFrom, metered, outcomes }: MeteredSegment): boolean {
  return (
    occurredFrom !== undefined &&
    metered.every(({ quantity }) => isZero(quantity)) &&
    (outcomes?.billedBefore ?? []).length === 0
  );
}

/** What the usage before a segment comes to, where it is billed bit by bit; nothing where it is not. */
export function billedInCycle(
  segment: MeteredSegment,
  { negativeUsage, zone }: RatingRules,
): Fraction | undefined {
  const { allowance, before } = segment;
  if (allowance === undefined || before === undefined) return undefined;
  return exactAmount(scaledTerms(segment, zone), before, negativeUsage);
}

/** What comes to an amount that was billed: the new whole less the old one, each rounded, so that all bills are the whole. */
export function addedTo(
  billed: Fraction,
  amount: Fraction,
  { rounding }: RatingRules,
): RoundedAmount {
  const whole = roundAmount(add(billed, amount), rounding);
  return { exact: amount, rounded: subtract(whole, roundAmount(billed, rounding)) };
}

function ratingsOf(
  segment: MeteredSegment,
  { negativeUsage, zone }: RatingRules,
): readonly Omit<GroupRating, "part">[] {
  const { charge, metered, before } = segment;
  const compiled = scaledTerms(segment, zone);
  const rateWhole = (each: RatingInput) =>
    before === undefined
      ? rateExactly(compiled, each, negativeUsage)
      : rateIncrement(compiled, before, each, negativeUsage);
  const asBilled = creditsOriginalPrice(segment);
  const rateOne = (each: RatingInput, group: UsageGroup | null) => {
    const billed = asBilled ? billedOutcomes(segment, group) : [];
    if (billed.length === 0) return rateWhole(each);
    return rateAtOriginalPrice(segment, billed, each.quantity, (quantity) =>
      rateWhole({ quantity, input: quantity }),
    );
  };
  const acrossGroups = isUsageCharge(charge) && charge.groupBy?.tiers === "across-groups";
  if (!acrossGroups) {
    return metered.map((each) => ({ group: each.group, rating: rateOne(each, each.group) }));
  }
  const total = sum(metered.map(({ quantity }) => quantity));
  const whole = rateOne({ quantity: total, input: total }, null);
  const isNothing = before === undefined && negativeUsage === "zero" && isNegative(total);
  return sharedOut(metered, whole, isNothing ? ZERO : total);
}

/**
 * The charge's terms, with what it scales to the part of the cycle that is billed, and what it includes as far as that is not
 * the same in each cycle.
 */
export function scaledTerms(segment: MeteredSegment, zone: TimeZone): CompiledTerms {
  const { charge, allowance } = segment;
  const compiled = compileTerms(charge);
  if (allowance !== undefined) {
    const { included, carried } = allowance;
    const share = shareOfCycle(allowanceSpan(segment), zone);
    const scaled =
      prorates(charge, "tiers") && !isZero(share) ? scaleTiers(compiled, share) : compiled;
    const left = sum(carried.map((each) => each.units));
    const units = { ...scaled, includedUnits: add(included, left) };
    if (isZero(left)) return units;
    return {
      ...units,
      includedText: `included units, ${formatExact(left)} of them carried forward`,
    };
  }
  const scale = prorates(charge, "tiers")
    ? scaleTiers
    : prorates(charge, "included-units")
      ? scaleIncludedUnits
      : undefined;
  if (scale === undefined) return compiled;
  const share = shareOfCycle(segment, zone);
  return isZero(share) ? compiled : scale(compiled, share);
}

/**
 * What all groups together cost, in proportion to their quantities. Where they come to nothing, what a quantity of 0 bills
 * is billed once, with the first group or without any.
 */
function sharedOut(
  metered: MeteredSegment["metered"],
  whole: ExactRating,
  total: Fraction,
): readonly Omit<GroupRating, "part">[] {
  if (metered.length === 0) return isZero(whole.amount) ? [] : [{ group: null, rating: whole }];
  return metered.map(({ group, quantity }, index) => {
    const amount = isZero(total)
      ? index === 0
        ? whole.amount
        : ZERO
      : divide(multiply(whole.amount, quantity), total);
    const text = isZero(total)
      ? `${formatExact(amount)} for all groups, which come to nothing together`
      : `${formatExact(quantity)} of ${formatExact(total)} × ${formatExact(whole.amount)} for all groups`;
    return {
      group,
      rating: {
        quantity,
        amount,
        unitPrice: null,
        tiers: [],
        steps: [
          quantityStep("metered", quantity, "metered"),
          amountStep("group-share", amount, text),
        ],
        ...priceOfGroup(whole, quantity),
      },
    };
  });
}

/** What fewer units of a group would come to, where its units are the last of all groups. */
function priceOfGroup(
  { quantity: all, priceOf }: ExactRating,
  quantity: Fraction,
): Pick<ExactRating, "priceOf"> {
  if (priceOf === undefined) return {};
  const without = (some: Fraction) => priceOf(subtract(all, minimumOf(some, all)));
  return { priceOf: (left) => subtract(without(subtract(quantity, left)), without(quantity)) };
}

/** The part of a cycle's fee that a segment bills. */
function feePart(
  segment: MeteredSegment,
  fee: Fraction,
  { rounding, zone }: RatingRules,
): RoundedAmount {
  const share = feeShare(segment, zone);
  return share === undefined
    ? { exact: fee, rounded: roundAmount(fee, rounding) }
    : partOf(fee, share, rounding);
}

/** What a segment bills, for limits that it shares with those of another billing period. */
export function segmentAmount(segment: MeteredSegment, rules: RatingRules): Fraction {
  return segment.billed === undefined
    ? sum(rateSegment(segment, rules).map(({ part }) => part.rounded))
    : sum(segment.billed.map(({ amount }) => amount));
}

/** The line of a segment, rounded to `rounded` (by itself, or together with the other lines). */
export function ratedLine(
  segment: MeteredSegment,
  { group, rating, part: { exact } }: GroupRating,
  rounded: Fraction,
  { rounding, zone }: RatingRules,
): PricedLine {
  const share = feeShare(segment, zone);
  const prorated = !isZero(subtract(rating.amount, exact));
  const { pricingUnit } = segment.charge;
  return {
    ...bareLine(segment, { group, amount: rounded }),
    quantity: rating.quantity,
    unitPrice: prorated ? null : rating.unitPrice,
    tiers: rating.tiers,
    exactAmount: exact,
    ...(rating.priceOf === undefined ? {} : { priceOf: rating.priceOf }),
    ...(pricingUnit === undefined ? {} : { pricingUnit }),
    steps: [
      ...rating.steps,
      ...(share === undefined
        ? []
        : [
            amountStep(
              "proration",
              subtract(exact, rating.amount),
              `${describeShare(share)}: ${formatExact(exact)} of ${formatExact(rating.amount)}`,
            ),
          ]),
      ...roundingStep(exact, rounded, rounding),
    ],
  };
}

/** The amount of one line, on the currency's grid. */
export interface GroupAmount {
  readonly group: UsageGroup | null;
  readonly amount: Fraction;
}

/** A line of a segment with nothing but its amount: all that the steps after rating look at. */
export function bareLine(
  { charge, period, origin, occurredFrom }: MeteredSegment,
  { group, amount }: GroupAmount,
): PricedLine {
  return amountLine({
    key: {
      kind: charge.chargeType,
      chargeId: charge.id,
      start: period.start,
      ...(occurredFrom === undefined ? {} : { mark: occurredFrom }),
      group,
    },
    description: charge.name,
    period,
    unitOfMeasure: charge.unitOfMeasure ?? null,
    exactAmount: amount,
    amount,
    terms: lineTerms(charge, origin),
    steps: [],
  });
}

/** What is metered where nothing was used: the same as of no events. */
export function nothingUsed({ charge }: Pick<MeteredSegment, "charge">): MeteredSegment["metered"] {
  if (isUsageCharge(charge)) return meter(charge, NOTHING_COUNTED);
  return [nothingMetered(compileTerms(charge).needs)];
}

const NOTHING_COUNTED: AggregateStates = new Map();

import { isUsageCharge, type RatedCharge } from "../../catalog/charge-kinds.js";
import { once } from "../../data/recent.js";
import { type AmountRounding, roundAmount } from "../../money/amount-rounding.js";
import { add, type Fraction, subtract } from "../../money/fraction.js";
import { integerRater } from "../../pricing/integer-rater.js";
import {
  amountOf,
  compileTerms,
  exactAmount,
  type RatingInput,
} from "../../pricing/rate-exactly.js";
import type { Metered } from "../../usage/meter/metered.js";
import type { MeteredSegment } from "./metered-segment.js";
import { feeShare, partOf } from "./prorate.js";
import {
  addedTo,
  billedInCycle,
  type GroupAmount,
  type RatingRules,
  rateSegment,
  scaledTerms,
} from "./rate-segment.js";

/**
 * What a segment bills for any usage of it: the amounts of {@link rateSegment} alone, prepared for many. What does not depend
 * on the usage is worked out once.
 */
export function segmentRater(
  segment: MeteredSegment,
  rules: RatingRules,
): (metered: readonly Metered[]) => readonly GroupAmount[] {
  const { charge, before, outcomes } = segment;
  const { negativeUsage, rounding, zone } = rules;
  const isShared = isUsageCharge(charge) && charge.groupBy?.tiers === "across-groups";
  if (isShared || (outcomes?.billedBefore ?? []).length > 0) {
    return (metered) =>
      rateSegment({ ...segment, metered }, rules).map(({ group, part: { rounded } }) => ({
        group,
        amount: rounded,
      }));
  }
  const compiled = scaledTerms(segment, zone);
  const share = feeShare(segment, zone);
  const billed = billedInCycle(segment, rules);
  const earlier = before && exactAmount(compiled, before, negativeUsage);
  const exactly = (each: RatingInput) =>
    before === undefined || earlier === undefined
      ? amountOf(compiled, each, negativeUsage)
      : subtract(exactAmount(compiled, add(before, each.quantity), negativeUsage), earlier);
  const isBare =
    compiled.needs === "quantity" &&
    compiled === compileTerms(charge) &&
    [billed, share, before].every((each) => each === undefined);
  const quickly = isBare ? quickRater(charge)(rounding) : undefined;
  const onGrid = (amount: Fraction) => {
    if (billed !== undefined) return addedTo(billed, amount, rules).rounded;
    return share === undefined
      ? roundAmount(amount, rounding)
      : partOf(amount, share, rounding).rounded;
  };
  return (metered) =>
    metered.map((each) => ({
      group: each.group,
      amount: quickly?.(each.quantity) ?? onGrid(exactly(each)),
    }));
}

/** The same by integers. */
const quickRater = once((charge: RatedCharge) =>
  once((rounding: AmountRounding) => integerRater(charge, rounding)),
);

import { isUsageCharge } from "../catalog/charge-kinds.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { formatAmount, roundAmount } from "../money/amount-rounding.js";
import {
  divide,
  type Fraction,
  formatExact,
  isZero,
  multiply,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import {
  type CompiledTerms,
  compileTerms,
  type ExactRating,
  type NegativeUsage,
  type RatingInput,
  rateBeyond,
  rateExactly,
} from "../pricing/rate.js";
import { scaleIncludedUnits, scaleTiers } from "../pricing/scaled-terms.js";
import type { Step } from "../pricing/step.js";
import type { UsageGroup } from "../usage/metered.js";
import { type Line, lineKey } from "./line.js";
import { lineTerms } from "./line-terms.js";
import { billedIn, creditsOriginalPrice, rateAtOriginalPrice } from "./original-price.js";
import {
  describeShare,
  feeShare,
  type PricedService,
  prorates,
  servicePeriodOf,
  shareOfCycle,
} from "./priced-service.js";

/** The rating of one line: of a group of events, or of all of them. */
export interface GroupRating {
  readonly group: UsageGroup | null;
  readonly rating: ExactRating;
}

/** Everything that a service bills for a full cycle, priced exactly: one rating for each group, in their order. */
export function rateService(
  service: PricedService,
  negativeUsage: NegativeUsage,
): readonly GroupRating[] {
  const { charge, metered, before } = service;
  const compiled = scaledTerms(service);
  const rateWhole = (each: RatingInput) =>
    before === undefined
      ? rateExactly(compiled, each, negativeUsage)
      : rateBeyond(compiled, before, each, negativeUsage);
  const asBilled = creditsOriginalPrice(service);
  const rateOne = (each: RatingInput, group: UsageGroup | null) => {
    const billed = asBilled ? billedIn(service, group) : [];
    if (billed.length === 0) return rateWhole(each);
    return rateAtOriginalPrice(service, billed, each.quantity, (quantity) =>
      rateWhole({ quantity, input: quantity }),
    );
  };
  const acrossGroups = isUsageCharge(charge) && charge.groupBy?.tiers === "across-groups";
  if (!acrossGroups) {
    return metered.map((each) => ({ group: each.group, rating: rateOne(each, each.group) }));
  }
  const total = sum(metered.map(({ quantity }) => quantity));
  const whole = rateOne({ quantity: total, input: total }, null);
  return metered.map(({ group, quantity }) => ({
    group,
    rating: shareOfGroup(whole, quantity, total),
  }));
}

/** The charge's terms, with what it scales to the part of the cycle that is billed. */
function scaledTerms({ charge, time }: PricedService): CompiledTerms {
  const compiled = compileTerms(charge);
  if (time === undefined || charge.chargeType === "one-time") return compiled;
  const scale = prorates(charge, "tiers")
    ? scaleTiers
    : prorates(charge, "included-units")
      ? scaleIncludedUnits
      : undefined;
  if (scale === undefined) return compiled;
  const share = shareOfCycle(charge, time, time.period);
  return isZero(share) ? compiled : scale(compiled, share);
}

/** A group's part of what all groups together cost, in proportion to its quantity. */
function shareOfGroup(whole: ExactRating, quantity: Fraction, total: Fraction): ExactRating {
  const amount = isZero(total) ? ZERO : divide(multiply(whole.amount, quantity), total);
  const [part, all] = [formatExact(quantity), formatExact(total)];
  return {
    quantity,
    amount,
    unitPrice: null,
    tiers: [],
    steps: [
      { of: "quantity", kind: "metered", value: part, text: "metered" },
      {
        of: "amount",
        kind: "group-share",
        value: formatExact(amount),
        text: `${part} of ${all} × ${formatExact(whole.amount)} for all groups`,
      },
    ],
  };
}

/** What a line bills: its part of the fee of a full cycle, exact and rounded. */
export interface BilledPart {
  readonly exact: Fraction;
  readonly rounded: Fraction;
}

/**
 * The part of a cycle's fee that falls on the service: what is due with it less what was due before it, each rounded. So
 * the parts of a cycle add up to what all of it costs, however it is cut, and a part by itself is rounded for itself.
 */
export function billedPart(
  service: PricedService,
  fee: Fraction,
  rounding: AmountRounding,
): BilledPart {
  const share = feeShare(service);
  if (share === undefined) return { exact: fee, rounded: roundAmount(fee, rounding) };
  const upTo = (part: Fraction) => roundAmount(multiply(fee, part), rounding);
  return {
    exact: multiply(fee, subtract(share.to, share.from)),
    rounded: subtract(upTo(share.to), upTo(share.from)),
  };
}

/** The line of a service, rounded to `part.rounded` (by itself, or together with the invoice's other lines). */
export function ratedLine(
  service: PricedService,
  { group, rating }: GroupRating,
  { exact, rounded }: BilledPart,
  rounding: AmountRounding,
): Line {
  const { charge, time, origin } = service;
  const prorated = !isZero(subtract(rating.amount, exact));
  return {
    key: lineKey(charge.chargeType, charge.id, servicePeriodOf(time), group),
    kind: charge.chargeType,
    chargeId: charge.id,
    description: charge.name,
    group,
    quantity: formatExact(rating.quantity),
    unitOfMeasure: charge.unitOfMeasure ?? null,
    unitPrice: prorated ? null : rating.unitPrice,
    tiers: rating.tiers,
    exactAmount: formatExact(exact),
    amount: formatAmount(rounded, rounding),
    terms: lineTerms(charge, origin),
    appliedTo: [],
    adjustment: null,
    steps: [
      ...rating.steps,
      ...prorationStep(service, rating.amount, exact),
      ...roundingStep(exact, rounded, rounding),
    ],
  };
}

function prorationStep(service: PricedService, fee: Fraction, part: Fraction): readonly Step[] {
  const share = feeShare(service);
  if (share === undefined) return [];
  const value = formatExact(subtract(part, fee));
  const text = `${describeShare(share)}: ${formatExact(part)} of ${formatExact(fee)}`;
  return [{ of: "amount", kind: "proration", value, text }];
}

/** The step for what rounding added or took away; none where it did nothing. */
export function roundingStep(
  exact: Fraction,
  rounded: Fraction,
  { decimals, mode }: AmountRounding,
): readonly Step[] {
  const difference = subtract(rounded, exact);
  if (isZero(difference)) return [];
  const text = `rounding to ${decimals} decimals, ${mode}`;
  return [{ of: "amount", kind: "rounding", value: formatExact(difference), text }];
}

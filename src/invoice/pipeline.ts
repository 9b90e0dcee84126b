import type { Charge } from "../catalog/charge.js";
import { isDiscount, isRated, type RatedCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { canonicalJson } from "../content/canonical-json.js";
import {
  isPricingError,
  issueUnder,
  type PathSegment,
  type PricingIssue,
  throwIssues,
} from "../errors.js";
import { roundTogether } from "../money/allocation.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { compare, formatExact, isNegative, sum, ZERO } from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import { totalOf } from "../pricing/rate.js";
import type { Period } from "../time/billing-period.js";
import { nothingMetered } from "../usage/metered.js";
import type { MeteredUsage } from "../usage/usage-input.js";
import {
  applyDiscount,
  type DiscountableLine,
  discountable,
  inDiscountOrder,
} from "./discounts/apply-discount.js";
import { differenceLine, limitLine } from "./limits.js";
import { type Line, lineKey, type PricingWarning } from "./line.js";
import { type GroupRating, rateCharge, ratedLine } from "./rate-charge.js";

/** What is to be priced: charges that are due, with the quantity of each, under one policy and currency. */
export interface PricingJob {
  readonly charges: readonly Charge[];
  /** What each charge is priced from, by charge id; a charge that is missing has no usage. */
  readonly metered: MeteredUsage;
  /** The plan's minimum commitment, where it has one. */
  readonly minimumCommitment: string | undefined;
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  /** The time that is billed; a simulation has none. */
  readonly servicePeriod: Period | undefined;
  /** Where the caller gave what a charge is priced from. */
  readonly pathOf: (chargeId: string) => readonly PathSegment[];
}

/** One step: sees all lines so far and adds its own. It never changes a line. */
type PipelineStep = (job: PricingJob, lines: readonly Line[]) => readonly Line[];

/**
 * From charges to lines, in this order. Each step reads rounded amounts and emits signed lines, so that the lines
 * always add up to the total. `simulate` and `invoice` both run exactly this; coupons, credits and taxes follow it.
 */
const pipeline: readonly PipelineStep[] = [
  rateCharges,
  discountCharges,
  limitCharges,
  commitToMinimum,
];

/** Runs the pipeline. */
export function priceJob(job: PricingJob): readonly Line[] {
  const lines: Line[] = [];
  for (const step of pipeline) lines.push(...step(job, lines));
  return lines;
}

/** Rates every charge that a model prices, and rounds: the one place where an exact amount becomes money. */
function rateCharges(job: PricingJob): readonly Line[] {
  const { policy, rounding, servicePeriod } = job;
  const issues: PricingIssue[] = [];
  const rated = ratedCharges(job).flatMap((charge) =>
    rateAt(charge, job, issues).map((part) => ({ charge, part })),
  );
  throwIssues(issues);
  const exactAmounts = rated.map(({ part }) => part.rating.amount);
  const amounts =
    policy.rounding.scope === "invoice"
      ? roundTogether(exactAmounts, rounding.increment, rounding.mode)
      : exactAmounts.map((amount) => roundAmount(amount, rounding));
  return rated
    .map(({ charge, part }, index) =>
      ratedLine(charge, part, amounts[index] ?? ZERO, rounding, servicePeriod),
    )
    .filter((line) => policy.zeroLines || line.quantity !== "0" || line.exactAmount !== "0");
}

/** Rates one charge. What a charge refuses (a quantity above its last tier) is collected, so that all of it is said. */
function rateAt(
  charge: RatedCharge,
  { metered, policy, pathOf }: PricingJob,
  issues: PricingIssue[],
): readonly GroupRating[] {
  const usage = metered.get(charge.id) ?? [nothingMetered(modelOf(charge.pricing).needs)];
  try {
    return rateCharge(charge, usage, policy.negativeUsage);
  } catch (error) {
    if (!isPricingError(error)) throw error;
    for (const issue of error.issues) issues.push(issueUnder(pathOf(charge.id), issue));
    return [];
  }
}

/** Takes the catalog's discounts off the rated lines: percentages, then fixed amounts. */
function discountCharges(job: PricingJob, lines: readonly Line[]): readonly Line[] {
  const { policy, rounding, servicePeriod } = job;
  const discounts = inDiscountOrder(job.charges.filter(isDiscount));
  let left: readonly DiscountableLine[] = lines.map(discountable);
  const emitted: Line[] = [];
  for (const discount of discounts) {
    const applied = applyDiscount(discount, left, policy.discounts, rounding, servicePeriod);
    left = applied.lines;
    if (applied.line !== undefined) emitted.push(applied.line);
  }
  return emitted;
}

/** Brings each charge, net of its discounts, to its minimum or maximum. */
function limitCharges(job: PricingJob, lines: readonly Line[]): readonly Line[] {
  return ratedCharges(job).flatMap((charge) => {
    const own = lines.filter((line) => line.chargeId === charge.id && line.terms !== null);
    const keys = new Set(own.map((line) => line.key));
    const shares = lines.flatMap((line) => line.appliedTo).filter((share) => keys.has(share.key));
    const net = sum([...own, ...shares].map(({ amount }) => exact(amount)));
    return limitLine(charge, net, job.rounding, job.servicePeriod) ?? [];
  });
}

/** Brings the plan as a whole to its minimum commitment. */
function commitToMinimum(
  { minimumCommitment, rounding, servicePeriod }: PricingJob,
  lines: readonly Line[],
): readonly Line[] {
  if (minimumCommitment === undefined) return [];
  const bound = roundAmount(exact(minimumCommitment), rounding);
  const net = sum(lines.map((line) => exact(line.amount)));
  if (compare(net, bound) >= 0) return [];
  const kind = "minimum-commitment";
  const description = `Minimum commitment of ${formatAmount(bound, rounding)}`;
  const key = lineKey(kind, null, servicePeriod);
  return [differenceLine({ key, kind, chargeId: null, description, net, bound, rounding })];
}

function ratedCharges({ charges }: PricingJob): readonly RatedCharge[] {
  return charges.filter(isRated);
}

/** What was billed otherwise than it was given. */
export function warningsOf(job: PricingJob): readonly PricingWarning[] {
  if (job.policy.negativeUsage === "allow") return [];
  return ratedCharges(job).flatMap(({ id: chargeId, pricing }) =>
    (job.metered.get(chargeId) ?? []).flatMap((metered) => {
      const total = totalOf(modelOf(pricing).needs, metered);
      if (!isNegative(total)) return [];
      const where = metered.group === null ? "" : ` in group ${canonicalJson(metered.group)}`;
      const message = `The usage of charge ${chargeId}${where} is ${formatExact(total)} in total and billed as 0`;
      return { code: "negative_usage", chargeId, message };
    }),
  );
}

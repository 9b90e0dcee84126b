import { isPricingError, issueUnder, type PricingIssue, throwIssues } from "../../errors.js";
import { roundTogether } from "../../money/allocation.js";
import { isZero, ZERO } from "../../money/fraction.js";
import type { PricedLine } from "../document/priced-line.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import { billsNoFee } from "../rating/prorate.js";
import {
  type GroupRating,
  type RatingRules,
  ratedLine,
  rateSegment,
} from "../rating/rate-segment.js";
import { type PeriodPricing, rulesOf, type StepLines } from "./period-step.js";

/** Rates every segment and rounds its lines; those that stay as they were billed are taken over. */
export function rateSegments(pricing: PeriodPricing): StepLines {
  const { segments, policy, rounding } = pricing;
  const rules = rulesOf(pricing);
  const issues: PricingIssue[] = [];
  const ratings = segments.map((segment) =>
    segment.billed === undefined ? ratingsOf(segment, rules, issues) : [],
  );
  throwIssues(issues);
  const parts = ratings.flat().map(({ part }) => part);
  const together =
    policy.rounding.scope === "invoice"
      ? roundTogether(
          parts.map((part) => part.exact),
          rounding.increment,
          rounding.mode,
        )
      : parts.map((part) => part.rounded);
  const rated = new Map<PricedLine, MeteredSegment>();
  let position = 0;
  for (const [index, segment] of segments.entries()) {
    for (const line of segment.billed ?? []) {
      if (line.key.kind !== "guarantee") rated.set(line, segment);
    }
    for (const rating of ratings[index] ?? []) {
      const line = ratedLine(segment, rating, together[position] ?? ZERO, rules);
      position += 1;
      const keepsEmpty = policy.zeroLines && segment.occurredFrom === undefined;
      if (keepsEmpty || !isEmpty(line, segment, rules)) rated.set(line, segment);
    }
  }
  return { lines: [...rated.keys()], rated };
}

function isEmpty(
  { exactAmount, quantity }: PricedLine,
  segment: MeteredSegment,
  { zone }: RatingRules,
): boolean {
  return isZero(exactAmount) && (isZero(quantity) || billsNoFee(segment, zone));
}

/** What a charge refuses (a quantity above its last tier) is collected, so that all of it is said. */
function ratingsOf(
  segment: MeteredSegment,
  rules: RatingRules,
  issues: PricingIssue[],
): readonly GroupRating[] {
  try {
    return rateSegment(segment, rules);
  } catch (error) {
    if (!isPricingError(error)) throw error;
    for (const issue of error.issues) issues.push(issueUnder(segment.path, issue));
    return [];
  }
}

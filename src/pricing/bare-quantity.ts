import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { type Fraction, ONE } from "../money/fraction.js";
import type { RatingInputKind } from "./model.js";
import type { RatingInput } from "./rate-exactly.js";

/** A bare number as a model takes it: a quantity, or the value of one event. Prices of groups take none. */
export function bareQuantity(
  needs: RatingInputKind,
  chargeId: string,
  quantity: Fraction,
  path: readonly PathSegment[],
): RatingInput | PricingIssue {
  if (needs === "quantity") return { quantity, input: quantity };
  if (needs === "values") return { quantity: ONE, input: [quantity] };
  const expected = `events or a summary, as charge ${chargeId} prices groups of events`;
  return issueAt("usage_mismatch", path, { expected, found: "a quantity" });
}

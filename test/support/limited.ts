/** What the limits of charges add to a period. */
import type { PricedLine } from "../../src/invoice/document/priced-line.js";
import type { MeteredSegment } from "../../src/invoice/rating/metered-segment.js";
import { limitCharges } from "../../src/invoice/steps/limits.js";
import type { PeriodPricing } from "../../src/invoice/steps/period-step.js";
import { rateSegments } from "../../src/invoice/steps/rate.js";
import { periodPricing, shown } from "./step-input.js";

/** What the limits of segments add to their lines, and to others. */
export function limited(
  segments: readonly MeteredSegment[],
  {
    lines: others = [],
    ...more
  }: Partial<PeriodPricing> & { readonly lines?: readonly PricedLine[] } = {},
  policy: Parameters<typeof periodPricing>[1] = {},
) {
  const pricing = periodPricing({ segments, ...more }, policy);
  const { lines, rated = new Map() } = rateSegments(pricing);
  return shown(limitCharges(pricing, { all: [...lines, ...others], segmentOf: rated }).lines);
}

/** The same as the key and amount of each line. */
export function limitAmounts(...args: Parameters<typeof limited>): readonly string[] {
  return limited(...args).map(({ key, amount }) => `${key} ${amount}`);
}

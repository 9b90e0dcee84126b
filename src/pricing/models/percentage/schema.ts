import * as z from "zod";
import { issueAt } from "../../../errors.js";
import type { DecimalInput } from "../../../money/decimal.js";
import { compare, formatExact } from "../../../money/fraction.js";
import {
  decimalIn,
  nonNegativeDecimal,
  price,
  type Report,
  rule,
  type Unproved,
} from "../../fields-schema.js";
import type { TierList } from "../../tiers.js";
import { tierFields, tierRule } from "../../tiers-schema.js";

/** A tier of the total value: each part of it at the percentage of its own tier. */
export interface PercentTier<D = string> {
  /** Upper bound of the total value, inclusive; absent on the last tier. */
  readonly upTo?: D;
  /** Percent of the value in this tier, 0 or more. */
  readonly percent: D;
  /** Fee for the tier as a whole, billed once the tier holds more than 0. */
  readonly flatFee?: D;
}

/** A percent tier as the rows of a form show it. */
export interface PercentTierRow<D = DecimalInput> {
  /** Value at which the tier starts. */
  readonly start: D;
  /** Value at which it ends; absent on the last row. */
  readonly end?: D;
  /** Percent of the value in this tier. */
  readonly percent: D;
  /** Fee for the tier as a whole. */
  readonly flatFee?: D;
}

/** A percent tier as it may be written. */
export type PercentTierInput = PercentTier<DecimalInput> | PercentTierRow;

/**
 * A percentage of the money that each event is about (its `value`), with what card fees and success fees have besides.
 *
 * Events are priced in the order of their timestamps. Free ones come first: `freeEvents` and `freeAmount` both count
 * down, and whichever is exhausted first ends the free part. An event that is free in part pays the percentage on the
 * rest, and the whole fixed part. A negative value takes back its percentage, and nothing else.
 */
export interface PercentagePricing<D = string, T = PercentTier> extends Partial<TierList<T>> {
  /** The charge model. */
  readonly model: "percentage";
  /** Percent of each event's value, 0 or more. Either this or `tiers`. */
  readonly percent?: D;
  /** Fixed amount for each event that is not free. */
  readonly fixedPerEvent?: D;
  /** The least that an event pays, its fixed part included; not beside tiers. */
  readonly minPerEvent?: D;
  /** The most that an event pays, its fixed part included; not beside tiers. */
  readonly maxPerEvent?: D;
  /** How many events of a billing cycle are free. */
  readonly freeEvents?: D;
  /** How much value of a billing cycle is free. */
  readonly freeAmount?: D;
}

const { tiers, overflow, flatFeeAtZero } = tierFields({
  percent: nonNegativeDecimal,
  flatFee: z.exactOptional(price),
});

export const percentageSchema: z.ZodObject &
  z.ZodType<PercentagePricing, PercentagePricing<DecimalInput, PercentTierInput>> = z
  .strictObject({
    model: z.literal("percentage"),
    percent: z.exactOptional(nonNegativeDecimal),
    tiers: z.exactOptional(tiers),
    overflow,
    flatFeeAtZero,
    fixedPerEvent: z.exactOptional(price),
    minPerEvent: z.exactOptional(price),
    maxPerEvent: z.exactOptional(price),
    freeEvents: z.exactOptional(nonNegativeDecimal),
    freeAmount: z.exactOptional(nonNegativeDecimal),
  })
  .check(tierRule(), rule(checkPercentage));

function checkPercentage(pricing: Unproved, report: Report): void {
  if ("percent" in pricing === "tiers" in pricing) {
    const expected = "either percent or tiers";
    const found = "percent" in pricing ? "both" : "neither";
    report(issueAt("missing_price", [], `must have ${expected}`, { expected, found }));
  }
  for (const name of "tiers" in pricing
    ? ["minPerEvent", "maxPerEvent"]
    : ["overflow", "flatFeeAtZero"]) {
    if (!(name in pricing)) continue;
    const expected = "tiers" in pricing ? "only without tiers" : "only beside tiers";
    report(
      issueAt("field_not_allowed", [name], `is allowed ${expected}`, {
        expected,
        received: pricing[name],
      }),
    );
  }
  const [least, most] = [decimalIn(pricing["minPerEvent"]), decimalIn(pricing["maxPerEvent"])];
  if (least === undefined || most === undefined || compare(least, most) <= 0) return;
  const expected = `at most maxPerEvent (${formatExact(most)})`;
  report(
    issueAt("minimum_above_maximum", ["minPerEvent"], `must be ${expected}`, {
      expected,
      found: formatExact(least),
    }),
  );
}

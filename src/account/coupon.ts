import * as z from "zod";
import { type DiscountTarget, discountTargetSchema } from "../catalog/discount.js";
import { onFirstUse } from "../data/recent.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { date, id, type Metadata, metadata, text, zoneOf } from "../schema/entity-fields.js";
import {
  exactlyOneOf,
  percentage,
  price,
  type Report,
  rule,
  type UnknownRecord,
} from "../schema/fields.js";
import { given, oneRequired } from "../schema/json-rules.js";
import { type ParseResult, parseWith, shownResult, valueOrThrow } from "../schema/parse.js";
import type { Written } from "../schema/written.js";
import { readDate } from "../time/date.js";
import { isDateProblem } from "../time/instant.js";
import { targetCheck } from "./check-targets.js";
import { readList } from "./read-list.js";

/** What a coupon is made of; `D` is how decimals stand in it. */
export interface CouponFields<D = string> {
  /** Identifies the coupon among those of a request; it stands on its lines. */
  readonly id: string;
  /** Name for people; default its id. */
  readonly name?: string;
  /** Percent off, 0 to 100. Either this or `amount`. */
  readonly percent?: D;
  /** Amount off each billing period that it covers, 0 or more, in the currency of the subscription. Either this or `percent`. */
  readonly amount?: D;
  /** Which charges it takes something off; default `"all"`. */
  readonly appliesTo?: "all" | DiscountTarget;
  /**
   * From when it holds. The billing period that this date falls in is the first that it covers, whole; before the start
   * of the subscription, the first period of all.
   */
  readonly from: string;
  /** How many billing periods it covers, 1 to 10,000. Without this and `until`, all from the first on. */
  readonly periods?: number;
  /** Until when it holds, exclusive: it covers no billing period that begins on this date or later. */
  readonly until?: string;
  /** Covers the first of its billing periods alone, however long it holds. */
  readonly oncePerSubscription?: boolean;
  /** Anything you want to keep with the coupon; never read. */
  readonly metadata?: Metadata;
}

/** A coupon, as parsed: a percentage or an amount off some billing periods of a customer. */
export type Coupon = CouponFields;

/** A coupon as it may be written. */
export type CouponInput = Written<CouponFields<DecimalInput>>;

const MOST_PERIODS = 10_000;

/** The schema of a coupon. */
export const couponSchema = onFirstUse(() =>
  z
    .strictObject({
      id: id(),
      name: z.exactOptional(text()),
      percent: z.exactOptional(percentage()),
      amount: z.exactOptional(price()),
      appliesTo: z.exactOptional(discountTargetSchema()),
      from: date(),
      periods: z.exactOptional(z.int().min(1).max(MOST_PERIODS)),
      until: z.exactOptional(date()),
      oncePerSubscription: z.exactOptional(z.boolean()),
      metadata: z.exactOptional(metadata()),
    })
    .check(exactlyOneOf("percent", "amount"), rule(checkDuration))
    .meta({
      ...oneRequired(["percent", "amount"]),
      not: { allOf: [given("periods"), given("until")] },
    }),
);

/** How long a coupon holds is said once, and is more than nothing. */
function checkDuration(coupon: UnknownRecord, report: Report): void {
  const { from, until, periods } = coupon;
  if (until === undefined) return;
  if (periods !== undefined) {
    const expected = "only where `until` does not say how long the coupon holds";
    report(issueAt("field_not_allowed", ["periods"], { expected, received: periods }));
  }
  const zone = zoneOf(coupon);
  const [start, end] = [readDate(from, zone), readDate(until, zone)];
  if (isDateProblem(start) || isDateProblem(end) || start < end) return;
  const expected = `after from (${String(from)})`;
  report(issueAt("end_before_start", ["until"], { expected, received: until }));
}

/** Reads the coupons of a request; `isCharge` says which charges they may name. */
export function readCoupons(
  input: unknown,
  path: readonly PathSegment[],
  isCharge: (id: string) => boolean,
  issues: PricingIssue[],
): readonly Coupon[] {
  const form = { kind: "coupon", plural: "coupons", schema: couponSchema, most: 100 };
  return readList<Coupon>(input, path, form, targetCheck(isCharge), issues);
}

/** Reads a coupon that stands somewhere in what the caller passed. */
export function couponAt(input: unknown, path: readonly PathSegment[]): ParseResult<Coupon> {
  return parseWith<Coupon>("coupon", couponSchema(), input, path);
}

/**
 * Reads a coupon, or returns every issue at once.
 *
 * @example
 * ```ts
 * import { safeParseCoupon } from "rateplan";
 *
 * const result = safeParseCoupon({ id: "spring", percent: 120, from: "2026-03-01" });
 * result.ok || result.issues[0]?.message; // => "percent must be 100 or less, got 120"
 * ```
 */
export function safeParseCoupon(input: unknown): ParseResult<Coupon> {
  return shownResult(couponAt(input, []));
}

/**
 * Reads a coupon: typed, normalised, deeply frozen.
 *
 * @throws {PricingError} with every issue.
 *
 * @example
 * ```ts
 * import { parseCoupon } from "rateplan";
 *
 * parseCoupon({ id: "spring", percent: 20, from: "2026-03-01", periods: 3 }).percent; // => "20"
 * ```
 */
export function parseCoupon(input: CouponInput): Coupon {
  return valueOrThrow(couponAt(input, []));
}

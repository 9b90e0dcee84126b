import * as z from "zod";
import { date, endAfter, id, type Metadata, metadata } from "../catalog/fields.js";
import { type ParseResult, parseWith, valueOrThrow } from "../catalog/parse.js";
import { issueAt, type PathSegment } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { field, nonNegativeDecimal, notSupported } from "../pricing/fields-schema.js";

/** What a subscription is made of; `D` is how quantities stand in it. */
export interface SubscriptionFields<D> {
  /** Identifies the subscription. */
  readonly id: string;
  /** Who is billed. */
  readonly customerId: string;
  /** The rate plan, found in the catalog by its id. */
  readonly ratePlanId: string;
  /** When it starts: the anchor of all its billing periods. */
  readonly startDate: string;
  /** When it ends, exclusive; absent while it runs on. So far it must be a boundary of a billing period. */
  readonly endDate?: string;
  /** IANA name of the time zone in which civil dates begin; so far only `"UTC"`, the default. */
  readonly timeZone?: "UTC";
  /** Quantities of recurring charges (seats), by charge id. */
  readonly quantities?: Readonly<Record<string, D>>;
  /** Anything you want to keep with the subscription; never read. */
  readonly metadata?: Metadata;
}

/** A customer on a rate plan, as parsed. */
export type Subscription = SubscriptionFields<string>;

/** A subscription as it may be written. */
export type SubscriptionInput = SubscriptionFields<DecimalInput>;

const utc = field<"UTC", "UTC">((input, report) => {
  if (input !== "UTC") {
    const expected = '"UTC"; other time zones are not supported yet';
    const code = typeof input === "string" ? "not_supported" : "invalid_type";
    report(issueAt(code, [], `must be ${expected}`, { expected, received: input }));
  }
  return "UTC";
});

/** The schema of a subscription. */
export const subscriptionSchema = z
  .strictObject({
    id,
    customerId: id,
    ratePlanId: id,
    startDate: date,
    endDate: z.exactOptional(date),
    timeZone: z.exactOptional(utc),
    quantities: z.exactOptional(z.record(id, nonNegativeDecimal)),
    metadata: z.exactOptional(metadata),
    billingAnchor: z.exactOptional(notSupported),
    endOfMonth: z.exactOptional(notSupported),
    trialDays: z.exactOptional(notSupported),
    overrides: z.exactOptional(notSupported),
    changes: z.exactOptional(notSupported),
  })
  .check(endAfter("startDate"));

/**
 * Reads a subscription, or returns every issue at once.
 *
 * @example
 * ```ts
 * import { safeParseSubscription } from "rateplan";
 *
 * const result = safeParseSubscription({ id: "s1", customerId: "acme", ratePlanId: "starter", startDate: "soon" });
 * result.ok || result.issues[0]?.code; // => "invalid_date"
 * ```
 */
export function safeParseSubscription(
  input: unknown,
  path: readonly PathSegment[] = [],
): ParseResult<Subscription> {
  return parseWith<Subscription>("subscription", subscriptionSchema, input, path);
}

/**
 * Reads a subscription: typed, normalised, deeply frozen.
 *
 * @throws {PricingError} with every issue.
 *
 * @example
 * ```ts
 * import { parseSubscription } from "rateplan";
 *
 * const subscription = parseSubscription({
 *   id: "s1", customerId: "acme", ratePlanId: "starter", startDate: "2026-01-31", quantities: { seats: 5 },
 * });
 * subscription.quantities; // => { seats: "5" }
 * ```
 */
export function parseSubscription(input: SubscriptionInput): Subscription {
  return valueOrThrow(safeParseSubscription(input));
}

import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import type { PathSegment } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { date, endAfter, id, type Metadata, metadata, timeZone } from "../schema/entity-fields.js";
import { rule } from "../schema/fields.js";
import { type ParseResult, parseWith, shownResult, valueOrThrow } from "../schema/parse.js";
import type { Written } from "../schema/written.js";
import type { EndOfMonth } from "../time/civil.js";
import type { TimeZone } from "../time/zone.js";
import { type BillingAnchor, billingAnchor } from "./anchor.js";
import {
  type ChangeFields,
  changeSchema,
  checkChanges,
  type Override,
  type OverrideInput,
  overridesSchema,
  quantitiesSchema,
} from "./change.js";

/** What a subscription is made of; `D` is how quantities stand in it, `P` how prices do. */
export interface SubscriptionFields<D, P> {
  /** Identifies the subscription. */
  readonly id: string;
  /** Who is billed. */
  readonly customerId: string;
  /** The rate plan that it starts on, found in the catalog by its id. */
  readonly ratePlanId: string;
  /** When it starts. */
  readonly startDate: string;
  /** When it ends, exclusive; absent while it runs on. */
  readonly endDate?: string;
  /** IANA name of the time zone in which civil dates begin; default `"UTC"`. */
  readonly timeZone?: TimeZone;
  /** What billing periods are counted from; default `"anniversary"`. */
  readonly billingAnchor?: BillingAnchor;
  /**
   * A billing anchor on the last day of a month: `"clamp"` (default) keeps its day where a month has it (28 February,
   * 28 March), `"sticky"` stays at the end (28 February, 31 March).
   */
  readonly endOfMonth?: EndOfMonth;
  /** Days from the start for which nothing is billed; default 0. */
  readonly trialDays?: number;
  /** Quantities of recurring charges (seats), by charge id. */
  readonly quantities?: Readonly<Record<string, D>>;
  /** Prices of this customer's own, by charge id, in place of the catalog's. */
  readonly overrides?: Readonly<Record<string, P>>;
  /** What is different from a date on, in any order. */
  readonly changes?: readonly ChangeFields<D, P>[];
  /** Anything you want to keep with the subscription; never read. */
  readonly metadata?: Metadata;
}

/** A customer on a rate plan, as parsed. */
export type Subscription = SubscriptionFields<string, Override>;

/** A subscription as it may be written. */
export type SubscriptionInput = Written<SubscriptionFields<DecimalInput, OverrideInput>>;

const LONGEST_TRIAL = 3_650;

/** The schema of a subscription. */
export const subscriptionSchema = onFirstUse(() =>
  z
    .strictObject({
      id: id(),
      customerId: id(),
      ratePlanId: id(),
      startDate: date(),
      endDate: z.exactOptional(date()),
      timeZone: z.exactOptional(timeZone()),
      billingAnchor: z.exactOptional(billingAnchor()),
      endOfMonth: z.exactOptional(z.enum(["clamp", "sticky"])),
      trialDays: z.exactOptional(z.int().min(0).max(LONGEST_TRIAL)),
      quantities: z.exactOptional(quantitiesSchema()),
      overrides: z.exactOptional(overridesSchema()),
      changes: z.exactOptional(z.array(changeSchema())),
      metadata: z.exactOptional(metadata()),
    })
    .check(endAfter("startDate"), rule(checkChanges)),
);

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
export function safeParseSubscription(input: unknown): ParseResult<Subscription> {
  return shownResult(subscriptionAt(input, []));
}

/** Reads a subscription that stands somewhere in what the caller passed. */
export function subscriptionAt(
  input: unknown,
  path: readonly PathSegment[],
): ParseResult<Subscription> {
  return parseWith<Subscription>("subscription", subscriptionSchema(), input, path);
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
  return valueOrThrow(subscriptionAt(input, []));
}

import * as z from "zod";
import { type DiscountTarget, discountTargetSchema } from "../catalog/discount.js";
import type { BurnOrder } from "../catalog/policy.js";
import { compareTexts } from "../data/compare-texts.js";
import { onFirstUse } from "../data/recent.js";
import { issueAt, type PathSegment, PricingError, type PricingIssue } from "../errors.js";
import { type DecimalInput, exact, isProblem, readDecimal } from "../money/decimal.js";
import { compare } from "../money/fraction.js";
import { date, id, type Metadata, metadata, text } from "../schema/entity-fields.js";
import { nonNegativeDecimal, type Report, rule, type UnknownRecord } from "../schema/fields.js";
import { type ParseResult, parseWith, shownResult, valueOrThrow } from "../schema/parse.js";
import type { Written } from "../schema/written.js";
import { instantOf, readDate } from "../time/date.js";
import { type Instant, isDateProblem } from "../time/instant.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { targetCheck } from "./check-targets.js";
import { readList } from "./read-list.js";

/** When credit is taken off: from what is taxed, or from what is to be paid. */
export type CreditTiming = "before-tax" | "after-tax";

/** What a credit grant is made of; `D` is how decimals stand in it. */
export interface CreditGrantFields<D = string> {
  /** Identifies the grant among those of a customer. */
  readonly id: string;
  /** Name for people; default its id. */
  readonly name?: string;
  /**
   * What it is counted in: the currency of the subscription; a pricing unit, in which it pays for charges that are priced in it; or the
   * unit of measure of a usage charge (`"@outcome"`), of which so many are free. Units are used up to the sixth decimal, once for each
   * document, and go back down to it, the last part with the rest: balances are decimals, and no part of a unit is lost.
   */
  readonly unit: string;
  /** How much was granted, 0 or more. */
  readonly amount: D;
  /** How much is left of it; default all. */
  readonly balance?: D;
  /** Whether the customer has paid for it; default `"paid"`. */
  readonly category?: "paid" | "promotional";
  /** Which grants are used first: those of the lowest number; a whole number from 0 to 1,000,000, default 50. */
  readonly priority?: number;
  /** When it was granted. */
  readonly grantedAt: string;
  /** From when it can be used; default `grantedAt`. */
  readonly effectiveDate?: string;
  /** Until when it can be used, exclusive; absent where it does not expire. */
  readonly expiresAt?: string;
  /** Which charges it pays for; default `"all"`. */
  readonly appliesTo?: "all" | DiscountTarget;
  /** When it is taken off; default as `policy.credits.applied` says. */
  readonly applied?: CreditTiming;
  /** Anything you want to keep with the grant; never read. */
  readonly metadata?: Metadata;
}

/** A credit grant, as parsed: what a customer has to their credit. */
export type CreditGrant = CreditGrantFields;

/** A credit grant as it may be written. */
export type CreditGrantInput = Written<CreditGrantFields<DecimalInput>>;

const LOWEST_PRIORITY = 1_000_000;
const USUAL_PRIORITY = 50;

/** The schema of a credit grant. */
export const creditGrantSchema = onFirstUse(() =>
  z
    .strictObject({
      id: id(),
      name: z.exactOptional(text()),
      unit: id(),
      amount: nonNegativeDecimal(),
      balance: z.exactOptional(nonNegativeDecimal()),
      category: z.exactOptional(z.enum(["paid", "promotional"])),
      priority: z.exactOptional(z.int().min(0).max(LOWEST_PRIORITY)),
      grantedAt: date(),
      effectiveDate: z.exactOptional(date()),
      expiresAt: z.exactOptional(date()),
      appliesTo: z.exactOptional(discountTargetSchema()),
      applied: z.exactOptional(z.enum(["before-tax", "after-tax"])),
      metadata: z.exactOptional(metadata()),
    })
    .check(rule(checkBalance), rule(checkExpiry)),
);

function checkBalance({ amount, balance }: UnknownRecord, report: Report): void {
  const [whole, left] = [readDecimal(amount), readDecimal(balance)];
  if (isProblem(whole) || isProblem(left) || compare(left, whole) <= 0) return;
  const expected = `at most the amount that was granted (${String(amount)})`;
  report(issueAt("out_of_range", ["balance"], { expected, received: balance }));
}

function checkExpiry(grant: UnknownRecord, report: Report): void {
  const start = grant["effectiveDate"] === undefined ? "grantedAt" : "effectiveDate";
  const [from, to] = [readDate(grant[start], UTC), readDate(grant["expiresAt"], UTC)];
  if (isDateProblem(from) || isDateProblem(to) || from < to) return;
  const expected = `after ${start} (${String(grant[start])})`;
  report(issueAt("end_before_start", ["expiresAt"], { expected, received: grant["expiresAt"] }));
}

/** A list of grants. */
export const GRANT_LIST = {
  kind: "credit-grant",
  plural: "credit grants",
  schema: creditGrantSchema,
  most: 1_000,
} as const;

/** What grants may name: charges, and units that something is billed in. */
export interface GrantContext {
  readonly isCharge: (id: string) => boolean;
  readonly isUnit: (unit: string) => boolean;
}

/** Reads the credit grants of a request. */
export function readGrants(
  input: unknown,
  path: readonly PathSegment[],
  { isCharge, isUnit }: GrantContext,
  issues: PricingIssue[],
): readonly CreditGrant[] {
  const checkTargets = targetCheck(isCharge);
  return readList<CreditGrant>(
    input,
    path,
    GRANT_LIST,
    (grant, at, found) => {
      checkTargets(grant, at, found);
      if (isUnit(grant.unit)) return;
      const expected =
        "the currency of the subscription, or a pricing unit or the unit of measure of a usage charge of the catalog";
      found.push(issueAt("unknown_unit", [...at, "unit"], { expected, received: grant.unit }));
    },
    issues,
  );
}

/** Reads a credit grant that stands somewhere in what the caller passed. */
export function creditGrantAt(
  input: unknown,
  path: readonly PathSegment[],
): ParseResult<CreditGrant> {
  return parseWith<CreditGrant>("credit-grant", creditGrantSchema(), input, path);
}

/**
 * Reads a credit grant, or returns every issue at once.
 *
 * @example
 * ```ts
 * import { safeParseCreditGrant } from "rateplan";
 *
 * const result = safeParseCreditGrant({ id: "g1", unit: "USD", amount: 10, balance: 12, grantedAt: "2026-01-01" });
 * result.ok || result.issues[0]?.message;
 * // => "balance must be at most the amount that was granted (10), got \"12\""
 * ```
 */
export function safeParseCreditGrant(input: unknown): ParseResult<CreditGrant> {
  return shownResult(creditGrantAt(input, []));
}

/**
 * Reads a credit grant: typed, normalised, deeply frozen.
 *
 * @throws {PricingError} with every issue.
 *
 * @example
 * ```ts
 * import { parseCreditGrant } from "rateplan";
 *
 * parseCreditGrant({ id: "g1", unit: "USD", amount: 10, grantedAt: "2026-01-01" }).amount; // => "10"
 * ```
 */
export function parseCreditGrant(input: CreditGrantInput): CreditGrant {
  return valueOrThrow(creditGrantAt(input, []));
}

/** When a grant can be used: `[start, end)`. */
export function usableFrom({ grantedAt, effectiveDate }: CreditGrant, zone: TimeZone): Instant {
  return instantOf(effectiveDate ?? grantedAt, zone);
}

/** When a grant expires; Infinity where it does not. */
export function expiryOf({ expiresAt }: CreditGrant, zone: TimeZone): Instant {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : instantOf(expiresAt, zone);
}

type Comparison = (a: CreditGrant, b: CreditGrant) => number;

const by =
  (rank: (grant: CreditGrant) => number): Comparison =>
  (a, b) => {
    const [first, second] = [rank(a), rank(b)];
    return first === second ? 0 : first < second ? -1 : 1;
  };
const priority = by((grant) => grant.priority ?? USUAL_PRIORITY);
const expiry = by((grant) => expiryOf(grant, UTC));
const promotionalFirst = by((grant) => Number(grant.category !== "promotional"));
const effective = by((grant) => usableFrom(grant, UTC));
const granted = by(({ grantedAt }) => instantOf(grantedAt, UTC));
const narrowFirst = by(({ appliesTo }) =>
  appliesTo === undefined || appliesTo === "all"
    ? Number.POSITIVE_INFINITY
    : (appliesTo.charges?.length ?? Number.MAX_SAFE_INTEGER),
);

/** What each order looks at, the first difference decides. */
const ORDERS: { readonly [order in BurnOrder]: readonly Comparison[] } = {
  stripe: [priority, expiry, promotionalFirst, effective, granted],
  orb: [expiry, promotionalFirst, effective, granted],
  metronome: [priority, promotionalFirst, narrowFirst, expiry, effective],
  openmeter: [priority, expiry, granted],
  lago: [priority, granted],
};

/**
 * Compares grants by the order in which they are used. Whatever it leaves open, the id decides, so that no order of a list
 * means anything.
 *
 * `"stripe"`: priority, earliest expiry, promotional before paid, earliest effective, earliest granted (Stripe, billing credits).
 * `"orb"`: earliest expiry, promotional first, earliest effective, earliest granted (Orb: the lower cost basis after promotional). `"metronome"`: priority, promotional first, those
 * that pay for the fewest charges, earliest expiry, earliest effective. `"openmeter"`: priority, earliest expiry, earliest granted.
 * `"lago"`: priority, earliest granted. Grants that do not expire come after those that do.
 *
 * @throws {PricingError} `invalid_value` for an order that is none of these.
 *
 * @example
 * ```ts
 * import { burnOrder, parseCreditGrant } from "rateplan";
 *
 * const grant = { unit: "USD", amount: 10, grantedAt: "2026-01-01" };
 * const grants = [{ ...grant, id: "a" }, { ...grant, id: "b", expiresAt: "2027-01-01" }].map(parseCreditGrant);
 * grants.sort(burnOrder("stripe")).map(({ id }) => id); // => ["b", "a"]
 * ```
 */
export function burnOrder(order: BurnOrder): (a: CreditGrant, b: CreditGrant) => number {
  const comparisons =
    typeof order === "string" && Object.hasOwn(ORDERS, order) ? ORDERS[order] : undefined;
  if (comparisons === undefined) {
    const expected = `one of ${Object.keys(ORDERS).join(", ")}`;
    throw new PricingError([issueAt("invalid_value", ["order"], { expected, received: order })]);
  }
  return (a, b) => {
    for (const comparison of comparisons) {
      const difference = comparison(a, b);
      if (difference !== 0) return difference;
    }
    return compareTexts(a.id, b.id);
  };
}

/** What is left of a grant. */
export function balanceOf({ amount, balance = amount }: CreditGrant) {
  return exact(balance);
}

import { type CatalogReader, catalogReader } from "../catalog/catalog.js";
import { readDateAt, readPeriod } from "../catalog/dates.js";
import { valueOrReport } from "../catalog/parse.js";
import { reportMissingKeys, reportUnknownKeys } from "../catalog/plain-data.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  safeParsePolicy,
} from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { asksForNothing } from "../pricing/fields-schema.js";
import { type BillingTarget, findTarget } from "../subscription/billing-target.js";
import { readCatalog } from "../subscription/read-catalog.js";
import {
  type Subscription,
  type SubscriptionInput,
  safeParseSubscription,
} from "../subscription/subscription.js";
import { layOut, type Timeline } from "../subscription/timeline.js";
import type { Period } from "../time/billing-period.js";
import { addLocalDays, type DateInput } from "../time/date.js";
import { type Instant, LAST } from "../time/instant.js";
import { type TimeZone, UTC } from "../time/zone.js";
import type { UsageInput } from "../usage/usage-input.js";
import type { Invoice } from "./invoice.js";
import { type Billed, readPrevious } from "./previous.js";
import { type ReratedPeriod, type RerateRequest, readRerate } from "./rerate.js";

/** Everything that the invoice of one subscription for one billing period follows from. */
export interface InvoiceRequest {
  /** The product, or products, that hold the subscription's rate plans. */
  readonly catalog: ProductInput | Product | readonly (ProductInput | Product)[];
  /** Who is billed for what. */
  readonly subscription: SubscriptionInput | Subscription;
  /**
   * The billing period, `[start, end)`: one of the subscription's own, as `billingPeriods` lists them. With `end` equal
   * to `start`: the opening invoice, or what a change on that date makes due at once of the fees in advance.
   */
  readonly period: Period;
  /** The usage of the period: events, summaries, or quantities by charge id. */
  readonly usage: UsageInput;
  /** The moment of knowledge: events received later do not count. Default: the end of the period. */
  readonly asOf?: DateInput;
  /**
   * The earlier invoices of the subscription, as far as this one depends on them: those that billed this period's fees
   * in advance, and those of the periods in `rerate`.
   */
  readonly previous?: readonly Invoice[];
  /** Earlier billing periods that are billed again, for what is due now less what was billed. */
  readonly rerate?: readonly RerateRequest[];
  /** The options in force; default {@link BillingPolicy}'s defaults. */
  readonly policy?: BillingPolicyInput;
  /** When the invoice is issued; stands on it as given. */
  readonly issueDate?: DateInput;
  /** Days from `issueDate` until payment is due, 0 to 3,650. Needs `issueDate`. */
  readonly paymentTermsDays?: number;
}

/** A request as read: everything found, checked and ready to be priced. */
export interface ReadRequest {
  readonly reader: CatalogReader;
  readonly timeline: Timeline;
  readonly policy: BillingPolicy;
  readonly target: BillingTarget;
  readonly usage: unknown;
  readonly asOf: Instant;
  readonly billed: Billed;
  readonly rerate: readonly ReratedPeriod[];
  readonly issueDate: Instant | undefined;
  readonly dueDate: Instant | undefined;
}

/** What the policy, the catalog and the subscription of a request come to. */
export interface Subject {
  readonly reader: CatalogReader;
  readonly policy: BillingPolicy;
  readonly timeline: Timeline | undefined;
  readonly zone: TimeZone;
}

const KNOWN = [
  "catalog",
  "subscription",
  "period",
  "usage",
  "asOf",
  "previous",
  "rerate",
  "policy",
  "issueDate",
  "paymentTermsDays",
];
const NOT_YET = ["coupons", "credits", "taxes"];
const LONGEST_TERMS = 3_650;

type Unread = { readonly [K in keyof InvoiceRequest]?: unknown };

/**
 * Reads a request and reports every issue. What could be read well enough to be priced is returned even so: usage is
 * read after it, and has issues of its own.
 */
export function readRequest(input: unknown, issues: PricingIssue[]): ReadRequest | undefined {
  const request: Unread | undefined = readObject(input, issues);
  if (request === undefined) return undefined;
  checkKeys(request, issues);
  const { reader, policy, timeline, zone } = readSubject(request, issues);
  const period =
    request.period === undefined ? undefined : readPeriod(request.period, ["period"], zone, issues);
  const asOf =
    request.asOf === undefined ? period?.end : readDateAt(request.asOf, ["asOf"], zone, issues);
  const dates = readDueDate(request, zone, issues);
  if (timeline === undefined) return undefined;
  const target = period && findTarget(timeline, period, issues);
  const billed = readPrevious(request.previous, timeline, issues);
  const rerate = readRerate(request.rerate, timeline, billed, target, issues);
  if (target === undefined || asOf === undefined) return undefined;
  const { usage } = request;
  return { reader, timeline, policy, target, usage, asOf, billed, rerate, ...dates };
}

function readObject(input: unknown, issues: PricingIssue[]): Unread | undefined {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  const expected = "an object";
  issues.push(issueAt("invalid_type", [], `must be ${expected}`, { expected, received: input }));
  return undefined;
}

/** Reads policy, catalog and subscription, and lays out the subscription's life. */
export function readSubject(
  request: Pick<Unread, "policy" | "catalog" | "subscription">,
  issues: PricingIssue[],
): Subject {
  const policy =
    valueOrReport(safeParsePolicy(request.policy ?? DEFAULT_POLICY, ["policy"]), issues) ??
    DEFAULT_POLICY;
  const reader = catalogReader(policy);
  const products = readCatalog(request.catalog, reader, issues);
  const subscription =
    request.subscription === undefined
      ? undefined
      : valueOrReport(safeParseSubscription(request.subscription, ["subscription"]), issues);
  const timeline = products && subscription && layOut(subscription, products, reader, issues);
  return { reader, policy, timeline, zone: subscription?.timeZone ?? UTC };
}

function checkKeys(request: Unread, issues: PricingIssue[]): void {
  for (const [key, value] of Object.entries(request)) {
    if (!NOT_YET.includes(key) || value === undefined || asksForNothing(value)) continue;
    issues.push(
      issueAt("not_supported", [key], "is not supported yet", {
        expected: "nothing here",
        received: value,
      }),
    );
  }
  reportUnknownKeys(request, [...KNOWN, ...NOT_YET], [], issues);
  reportMissingKeys(request, ["catalog", "subscription", "period", "usage"], issues);
}

function readDueDate(
  { issueDate, paymentTermsDays }: Unread,
  zone: TimeZone,
  issues: PricingIssue[],
): Pick<ReadRequest, "issueDate" | "dueDate"> {
  const issued =
    issueDate === undefined ? undefined : readDateAt(issueDate, ["issueDate"], zone, issues);
  if (paymentTermsDays === undefined) return { issueDate: issued, dueDate: undefined };
  const path = ["paymentTermsDays"];
  if (
    typeof paymentTermsDays !== "number" ||
    !Number.isInteger(paymentTermsDays) ||
    paymentTermsDays < 0 ||
    paymentTermsDays > LONGEST_TERMS
  ) {
    const expected = `a whole number of days from 0 to ${LONGEST_TERMS}`;
    issues.push(
      issueAt("out_of_range", path, `must be ${expected}`, {
        expected,
        received: paymentTermsDays,
      }),
    );
    return { issueDate: issued, dueDate: undefined };
  }
  if (issued === undefined && issueDate !== undefined) {
    return { issueDate: undefined, dueDate: undefined };
  }
  if (issued === undefined) {
    const expected = "an issue date from which payment terms are counted";
    issues.push(
      issueAt("missing", ["issueDate"], `is required: ${expected}`, {
        expected,
        received: undefined,
      }),
    );
    return { issueDate: undefined, dueDate: undefined };
  }
  const due = addLocalDays(issued, paymentTermsDays, zone);
  if (due > LAST) {
    const expected = "few enough that payment is due before the year 10000";
    issues.push(
      issueAt("out_of_range", path, `must be ${expected}`, {
        expected,
        received: paymentTermsDays,
      }),
    );
  }
  return { issueDate: issued, dueDate: due };
}

import { catalogReader } from "../catalog/catalog.js";
import { readDateAt, readPeriod } from "../catalog/dates.js";
import { valueOrReport } from "../catalog/parse.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  safeParsePolicy,
} from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import type { RatePlan } from "../catalog/rate-plan.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { asksForNothing } from "../pricing/fields-schema.js";
import { checkPeriod } from "../subscription/billed-period.js";
import { checkStart, findPlan } from "../subscription/rate-plan-of.js";
import {
  type Subscription,
  type SubscriptionInput,
  safeParseSubscription,
} from "../subscription/subscription.js";
import type { Interval, Period } from "../time/billing-period.js";
import { addDays, type DateInput, type Instant, LAST } from "../time/instant.js";
import type { UsageInput } from "../usage/usage-input.js";

/** Everything that the invoice of one subscription for one billing period follows from. */
export interface InvoiceRequest {
  /** The product, or products, that hold the subscription's rate plan. */
  readonly catalog: ProductInput | Product | readonly (ProductInput | Product)[];
  /** Who is billed for what. */
  readonly subscription: SubscriptionInput | Subscription;
  /** The billing period, `[start, end)`: one of the subscription's own, counted from its start. */
  readonly period: Period;
  /** The usage of the period: events, summaries, or quantities by charge id. */
  readonly usage: UsageInput;
  /** The moment of knowledge: events received later do not count. Default: the end of the period. */
  readonly asOf?: DateInput;
  /** The options in force; default {@link BillingPolicy}'s defaults. */
  readonly policy?: BillingPolicyInput;
  /** When the invoice is issued; stands on it as given. */
  readonly issueDate?: DateInput;
  /** Days from `issueDate` until payment is due, 0 to 3,650. Needs `issueDate`. */
  readonly paymentTermsDays?: number;
}

/** A request as read: everything found, checked and ready to be priced. */
export interface ReadRequest {
  readonly product: Product;
  readonly plan: RatePlan;
  readonly subscription: Subscription;
  readonly policy: BillingPolicy;
  readonly period: Interval;
  /** Which period of the subscription it is; 0 is the first. */
  readonly periodIndex: number;
  readonly usage: unknown;
  readonly asOf: Instant;
  readonly issueDate: Instant | undefined;
  readonly dueDate: Instant | undefined;
}

const KNOWN = [
  "catalog",
  "subscription",
  "period",
  "usage",
  "asOf",
  "policy",
  "issueDate",
  "paymentTermsDays",
];
const NOT_YET = ["previous", "rerate", "coupons", "credits", "taxes"];
const LONGEST_TERMS = 3_650;

type Unread = { readonly [K in keyof InvoiceRequest]?: unknown };

/**
 * Reads a request and reports every issue. What could be read well enough to be priced is returned even so: usage is
 * read after it, and has issues of its own.
 */
export function readRequest(input: unknown, issues: PricingIssue[]): ReadRequest | undefined {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    const expected = "an object";
    issues.push(issueAt("invalid_type", [], `must be ${expected}`, { expected, received: input }));
    return undefined;
  }
  const request: Unread = input;
  checkKeys(request, issues);
  const policy = valueOrReport(
    safeParsePolicy(request.policy ?? DEFAULT_POLICY, ["policy"]),
    issues,
  );
  const products = readCatalog(request.catalog, policy ?? DEFAULT_POLICY, issues);
  const subscription =
    request.subscription === undefined
      ? undefined
      : valueOrReport(safeParseSubscription(request.subscription, ["subscription"]), issues);
  const period =
    request.period === undefined ? undefined : readPeriod(request.period, ["period"], issues);
  const asOf =
    request.asOf === undefined ? period?.end : readDateAt(request.asOf, ["asOf"], issues);
  const dates = readDueDate(request, issues);
  const found = products && subscription && findPlan(products, subscription, issues);
  if (found && subscription) checkStart(found, subscription, issues);
  const index =
    found && subscription && period && checkPeriod(found.plan, subscription, period, issues);
  if (!policy || !subscription || !period || !found || index === undefined || asOf === undefined) {
    return undefined;
  }
  const { usage } = request;
  return { ...found, ...dates, policy, subscription, period, periodIndex: index, usage, asOf };
}

function checkKeys(request: Unread, issues: PricingIssue[]): void {
  for (const [key, value] of Object.entries(request)) {
    if (KNOWN.includes(key) || value === undefined) continue;
    if (!NOT_YET.includes(key)) {
      const expected = `one of ${KNOWN.join(", ")}`;
      issues.push(
        issueAt("unknown_key", [key], "is not a known key", { expected, received: value }),
      );
    } else if (!asksForNothing(value)) {
      issues.push(
        issueAt("not_supported", [key], "is not supported yet", {
          expected: "nothing here",
          received: value,
        }),
      );
    }
  }
  for (const key of ["catalog", "subscription", "period", "usage"] as const) {
    if (request[key] !== undefined) continue;
    issues.push(issueAt("missing", [key], "is required", { expected: key, received: undefined }));
  }
}

function readCatalog(
  catalog: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
): readonly Product[] | undefined {
  if (catalog === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(catalog) ? catalog : [catalog];
  const at = (index: number) => (Array.isArray(catalog) ? ["catalog", index] : ["catalog"]);
  const products = list.map((product, index) =>
    valueOrReport(catalogReader(policy).product(product, at(index)), issues),
  );
  return products.every((product) => product !== undefined) ? products : undefined;
}

function readDueDate(
  { issueDate, paymentTermsDays }: Unread,
  issues: PricingIssue[],
): Pick<ReadRequest, "issueDate" | "dueDate"> {
  const issued = issueDate === undefined ? undefined : readDateAt(issueDate, ["issueDate"], issues);
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
  const due = addDays(issued, paymentTermsDays);
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

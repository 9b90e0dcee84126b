import { type Coupon, type CouponInput, readCoupons } from "../../account/coupon.js";
import { type CreditGrant, type CreditGrantInput, readGrants } from "../../account/credit-grant.js";
import { readTaxRates, type TaxRate, type TaxRateInput } from "../../account/tax-rate.js";
import { type CatalogReader, catalogReader } from "../../catalog/catalog.js";
import { isRated, isUsageCharge } from "../../catalog/charge-kinds.js";
import { readPolicy } from "../../catalog/parse-policy.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  policyRounding,
} from "../../catalog/policy.js";
import type { Product, ProductInput } from "../../catalog/product.js";
import { isList } from "../../data/foreign.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { readDateAt, readPeriod } from "../../schema/dates.js";
import { readOptions, type Unread } from "../../schema/options.js";
import { valueOrReport } from "../../schema/parse.js";
import { readCatalog } from "../../subscription/find-plan.js";
import { currencyOf } from "../../subscription/held-plans.js";
import { layOut } from "../../subscription/lay-out.js";
import {
  type Subscription,
  type SubscriptionInput,
  subscriptionAt,
} from "../../subscription/subscription.js";
import type { Timeline } from "../../subscription/timeline.js";
import { formatPeriod, type PeriodInput } from "../../time/billing-period.js";
import { type DateInput, formatDate } from "../../time/date.js";
import { type Instant, LATEST_INSTANT } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { type TimeZone, UTC } from "../../time/zone.js";
import type { UsageInput } from "../../usage/read-usage.js";
import { documentKey, type Invoice } from "../document/document.js";
import { withBilledCycles } from "../history/billed-cycles.js";
import { type History, lastOf, nextSequence, readHistory } from "../history/history.js";
import { lateChange } from "../history/life.js";
import type { Concession } from "../history/line-accounts.js";
import { type GivenUsage, usageTaker } from "../rating/given-usage.js";
import { type PaymentTerms, readPaymentDates } from "./payment-terms.js";
import {
  type ReratedPeriod,
  type RerateRange,
  type RerateRequest,
  readRerate,
} from "./read-rerate.js";
import { type BillingTarget, findInterim, findTarget } from "./target.js";

/** Everything that a document of one subscription follows from. */
export interface InvoiceRequest {
  /** The product, or products, that hold the subscription's rate plans. */
  readonly catalog: ProductInput | Product | readonly (ProductInput | Product)[];
  /** Who is billed for what. */
  readonly subscription: SubscriptionInput | Subscription;
  /**
   * The billing period, `[start, end)`: one of the subscription's own, as `billingPeriods` lists them. With `end` equal
   * to `start`: the opening document, or what a change on that date, or the end, makes due at once. After the end of the
   * subscription, a period as `documentsDue` lists it, for outcomes that become certain only then.
   */
  readonly period: PeriodInput;
  /**
   * `"interim"` bills the usage of a running billing period up to `asOf`, less what interim documents have billed of it before:
   * when a threshold is reached. Fees, minimums and guarantees wait for the period's own document, which bills the rest.
   */
  readonly scope?: "interim" | null | undefined;
  /** The usage of the period: events, summaries, or quantities by charge id. */
  readonly usage: UsageInput;
  /**
   * The moment of knowledge: events received later do not count. Default: the end of the period, or the moment of
   * knowledge of the last document, if that is later.
   */
  readonly asOf?: DateInput | null | undefined;
  /**
   * The earlier documents of the subscription: the last one at least, and those that billed what this one may have to
   * correct, of which the first that is missing is named. All of them will always do. Each as it was written: a field more
   * is another document.
   */
  readonly previous?: readonly Invoice[] | null | undefined;
  /**
   * Earlier billing periods that are billed again, for what is due now less what was billed: each with its own usage, or
   * all of a range from the one list of events in `usage`.
   */
  readonly rerate?: readonly RerateRequest[] | RerateRange | null | undefined;
  /**
   * The customer's coupons. A closed period keeps those on record: what is given now covers only what is billed for the
   * first time.
   */
  readonly coupons?: readonly (CouponInput | Coupon)[] | null | undefined;
  /** What the customer has to their credit, with the balances of today. */
  readonly credits?: readonly (CreditGrantInput | CreditGrant)[] | null | undefined;
  /** The tax rates in force. What is corrected is taxed at the rates of the document that first billed it. */
  readonly taxes?: readonly (TaxRateInput | TaxRate)[] | null | undefined;
  /** The options in force; default {@link BillingPolicy}'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
  /** When the invoice is issued; stands on it as given. */
  readonly issueDate?: DateInput | null | undefined;
  /** When payment is due. Needs `issueDate`. */
  readonly paymentTerms?: PaymentTerms | null | undefined;
}

/** What the policy, the catalog and the subscription of a request come to. */
export interface RequestContext {
  readonly reader: CatalogReader;
  readonly policy: BillingPolicy;
  /** The subscription's life with everything that is dated, whether or not it has happened. */
  readonly timeline: Timeline | undefined;
  readonly zone: TimeZone;
  /** Whether a plan of the catalog has a charge of an id, other than a discount. */
  readonly isCharge: (id: string) => boolean;
  /** Whether something is billed in a unit: the subscription's currency, a pricing unit, or the unit of measure of a usage charge. */
  readonly isUnit: (unit: string) => boolean;
}

/** A request as read: everything found, checked and ready to be priced. */
export interface ReadRequest {
  readonly timeline: Timeline;
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  readonly target: BillingTarget;
  readonly given: GivenUsage;
  readonly asOf: Instant;
  readonly history: History;
  readonly rerate: readonly ReratedPeriod[];
  readonly coupons: readonly Coupon[];
  readonly credits: readonly CreditGrant[];
  readonly taxes: readonly TaxRate[];
  /** What is credited by choice; nothing else is billed then. */
  readonly concessions: readonly Concession[] | undefined;
  readonly issueDate: Instant | undefined;
  readonly dueDate: Instant | undefined;
}

const KEYS = [
  "catalog",
  "subscription",
  "period",
  "scope",
  "usage",
  "asOf",
  "previous",
  "rerate",
  "coupons",
  "credits",
  "taxes",
  "policy",
  "issueDate",
  "paymentTerms",
] as const satisfies readonly (keyof InvoiceRequest)[];

/**
 * Reads a request and reports every issue. What could be read well enough to be priced is returned even so: usage is
 * read after it, and has issues of its own.
 */
export function readRequest(input: unknown, issues: PricingIssue[]): ReadRequest | undefined {
  const request = readOptions(input, KEYS, issues, {
    required: ["catalog", "subscription", "period", "usage"],
  });
  const context = readContext(request, issues);
  const { timeline, zone, policy } = context;
  const period =
    request.period === undefined ? undefined : readPeriod(request.period, ["period"], zone, issues);
  const said =
    request.asOf === undefined ? undefined : readDateAt(request.asOf, ["asOf"], zone, issues);
  const dates = readPaymentDates(request, zone, issues);
  const coupons = readCoupons(request.coupons, ["coupons"], context.isCharge, issues);
  const credits = readGrants(request.credits, ["credits"], context, issues);
  const taxes = readTaxRates(request.taxes, ["taxes"], context.isCharge, issues);
  if (timeline === undefined) return undefined;
  const rounding = readRounding(timeline, policy, issues);
  const history = readHistory(request.previous, timeline, context.reader, issues);
  const target = period && readTarget(request, { period, moment: said, history }, timeline, issues);
  const asOf = said ?? (period && Math.max(period.end, lastOf(history)?.asOf ?? period.end));
  const take = usageTaker(isList(request.rerate), issues);
  // What is missing is reported already.
  const given = take(request.usage ?? [], ["usage"]);
  const known = target?.known ?? timeline;
  const before = target?.scheduled?.period.start ?? target?.period.start ?? LATEST_INSTANT;
  const rerate = readRerate(request.rerate, { known, history, before, given, take }, issues);
  if (target === undefined || asOf === undefined || rounding === undefined) return undefined;
  checkKnowledge({ history, asOf, zone }, issues);
  return {
    timeline,
    policy,
    rounding,
    target,
    given,
    asOf,
    history,
    rerate,
    coupons,
    credits,
    taxes,
    concessions: undefined,
    ...dates,
  };
}

function readTarget(
  { scope, asOf }: Unread<"scope" | "asOf">,
  {
    period,
    moment,
    history,
  }: Pick<ReadRequest, "history"> & {
    readonly period: Interval;
    readonly moment: Instant | undefined;
  },
  timeline: Timeline,
  issues: PricingIssue[],
): BillingTarget | undefined {
  if (scope === undefined) {
    const last = lastOf(history);
    return findTarget(timeline, period, issues, last && lateChange(timeline, last));
  }
  if (scope !== "interim") {
    const expected = '"interim", or absent: all other documents follow from the period';
    issues.push(issueAt("invalid_value", ["scope"], { expected, received: scope }));
  } else if (asOf === undefined) {
    const expected = "the moment up to which usage is billed";
    issues.push(issueAt("missing", ["asOf"], { expected, received: asOf }));
  } else if (moment !== undefined) return findInterim(timeline, period, moment, issues);
  return undefined;
}

/** Reads policy, catalog and subscription, and lays out the subscription's life. */
export function readContext(
  request: Unread<"policy" | "catalog" | "subscription" | "previous">,
  issues: PricingIssue[],
): RequestContext {
  const policy = readPolicy(request.policy, issues) ?? DEFAULT_POLICY;
  const reader = catalogReader(policy);
  const listed = readCatalog(request.catalog, reader, issues);
  const products = listed && withBilledCycles(listed, request.previous);
  const subscription =
    request.subscription === undefined
      ? undefined
      : valueOrReport(subscriptionAt(request.subscription, ["subscription"]), issues);
  const timeline = products && subscription && layOut(subscription, products, reader, issues);
  let ids: ReadonlySet<string> | undefined;
  const isCharge = (id: string) => {
    ids ??= new Set(listed?.flatMap(ratedChargeIds));
    return listed === undefined || ids.has(id);
  };
  const isUnit = (unit: string) =>
    timeline === undefined || unit === currencyOf(timeline) || creditUnits(listed ?? []).has(unit);
  return { reader, policy, timeline, zone: subscription?.timeZone ?? UTC, isCharge, isUnit };
}

function ratedChargeIds({ ratePlans }: Product): readonly string[] {
  return ratePlans.flatMap(({ charges }) => charges.filter(isRated).map(({ id }) => id));
}

function creditUnits(products: readonly Product[]): ReadonlySet<string> {
  const charges = products.flatMap(({ ratePlans }) => ratePlans.flatMap((plan) => plan.charges));
  return new Set([
    ...charges.filter(isUsageCharge).flatMap(({ unitOfMeasure = [] }) => unitOfMeasure),
    ...charges.flatMap(({ pricingUnit }) => pricingUnit?.code ?? []),
  ]);
}

/** The key of the document that a request asks for. */
export function keyOf({
  target,
  timeline: { subscription, zone },
  history,
}: Pick<ReadRequest, "target" | "timeline" | "history">): string {
  const period = formatPeriod(target.period, zone);
  return documentKey(target.scope, subscription.id, period, nextSequence(history));
}

/** How amounts of the subscription are rounded. */
export function readRounding(
  timeline: Timeline,
  policy: BillingPolicy,
  issues: PricingIssue[],
): AmountRounding | undefined {
  const rounding = policyRounding(policy, currencyOf(timeline));
  if (!("code" in rounding)) return rounding;
  issues.push(rounding);
  return undefined;
}

/** Nothing is billed with less knowledge than the document before it had. */
function checkKnowledge(
  { history, asOf, zone }: Pick<ReadRequest, "history" | "asOf"> & { readonly zone: TimeZone },
  issues: PricingIssue[],
): void {
  const last = lastOf(history);
  if (last === undefined || last.asOf <= asOf) return;
  const expected = `not before ${formatDate(last.asOf, zone)}, the moment of knowledge of ${last.document.idempotencyKey}`;
  issues.push(issueAt("out_of_range", ["asOf"], { expected, found: formatDate(asOf, zone) }));
}

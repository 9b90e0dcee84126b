import { parseCharge, parseProduct, parseRatePlan } from "../catalog/catalog.js";
import type {
  Charge,
  ChargeInput,
  OneTimeCharge,
  OneTimeChargeInput,
  RecurringCharge,
  RecurringChargeInput,
  UsageCharge,
  UsageChargeInput,
} from "../catalog/charge.js";
import type { Product, ProductInput } from "../catalog/product.js";
import type { RatePlan, RatePlanInput } from "../catalog/rate-plan.js";
import { isList } from "../data/foreign.js";
import { issueAt, PricingError } from "../errors.js";
import type { InvoiceRequest } from "../invoice/request/read-request.js";
import { eachBillingPeriod } from "../subscription/billing-periods.js";
import {
  parseSubscription,
  type Subscription,
  type SubscriptionInput,
} from "../subscription/subscription.js";
import { elementsOf, fieldIn, givenTo } from "./with-defaults.js";

/** Whom the builders bill, unless they are told otherwise. */
export const CUSTOMER = "customer";
/** What the builders count, unless they are told otherwise. */
export const UNIT = "@outcome";
const PLAN = "plan";
const PRODUCT = "product";
/** Before every date that tests are about. */
const ON_SALE = "2020-01-01";

/**
 * A usage charge: 1.00 USD per `@outcome`, with the id `"outcomes"`. What is given overrides; a name that is not given is the id.
 *
 * @throws {PricingError} with every issue, as `parseCharge`.
 *
 * @example
 * ```ts
 * import { simulate } from "rateplan";
 * import { aUsageCharge } from "rateplan/testing";
 *
 * simulate(aUsageCharge(), 650).amount; // => "650.00"
 * aUsageCharge({ id: "calls", unitOfMeasure: "call", pricing: { model: "per-unit", unitPrice: 0.5 } }).name; // => "calls"
 * ```
 */
export function aUsageCharge(
  more: Partial<Omit<UsageChargeInput, "chargeType">> = {},
): UsageCharge {
  return charge("usage", OUTCOMES, more);
}

const OUTCOMES = {
  id: "outcomes",
  unitOfMeasure: UNIT,
  pricing: { model: "per-unit", unitPrice: "1" },
} as const;

/**
 * A recurring charge: a flat fee of 100.00 USD for each billing cycle, in arrears, with the id `"platform"`. What is given overrides; a
 * name that is not given is the id. Prices of a quantity need a `unitOfMeasure`.
 *
 * @throws {PricingError} with every issue, as `parseCharge`.
 *
 * @example
 * ```ts
 * import { aRecurringCharge } from "rateplan/testing";
 *
 * const seats = aRecurringCharge({ id: "seats", unitOfMeasure: "@seat", pricing: { model: "per-unit", unitPrice: 29 } });
 * [seats.name, seats.currency]; // => ["seats", "USD"]
 * ```
 */
export function aRecurringCharge(
  more: Partial<Omit<RecurringChargeInput, "chargeType">> = {},
): RecurringCharge {
  return charge("recurring", { id: "platform", pricing: { model: "flat", amount: "100" } }, more);
}

/**
 * A one-time charge: a flat fee of 100.00 USD, with the id `"setup"`. What is given overrides; a name that is not given is the id.
 *
 * @throws {PricingError} with every issue, as `parseCharge`.
 *
 * @example
 * ```ts
 * import { aOneTimeCharge } from "rateplan/testing";
 *
 * aOneTimeCharge({ pricing: { model: "flat", amount: 500 } }).pricing; // => { model: "flat", amount: "500" }
 * ```
 */
export function aOneTimeCharge(
  more: Partial<Omit<OneTimeChargeInput, "chargeType">> = {},
): OneTimeCharge {
  return charge("one-time", { id: "setup", pricing: { model: "flat", amount: "100" } }, more);
}

function charge<T extends Charge["chargeType"]>(
  chargeType: T,
  defaults: { readonly id: string; readonly [name: string]: unknown },
  more: Partial<Omit<ChargeInput, "chargeType">>,
): Extract<Charge, { readonly chargeType: T }> {
  const given = givenTo<ChargeInput>(more);
  const { id = defaults.id, chargeType: type = chargeType } = given;
  if (type !== chargeType) {
    const expected = `"${chargeType}", which this builder makes`;
    throw new PricingError([
      issueAt("invalid_value", ["chargeType"], { expected, received: type }),
    ]);
  }
  const name = nameFor(id, defaults.id);
  const built = { name, currency: "USD", ...defaults, ...given, chargeType };
  return parseCharge(built as ChargeInput) as Extract<Charge, { readonly chargeType: T }>;
}

/** The name of what is given none: its id, unless that is wrong, which is said once. */
function nameFor(id: unknown, or: string): string {
  return typeof id === "string" ? id : or;
}

/**
 * A rate plan: monthly, on sale since 2020, with the id `"plan"` and the charge of {@link aUsageCharge} in its currency. What is given overrides;
 * a name that is not given is the id, a currency that of the first charge that has one, or else USD.
 *
 * @throws {PricingError} with every issue, as `parseRatePlan`.
 *
 * @example
 * ```ts
 * import { aRatePlan, aRecurringCharge, aUsageCharge } from "rateplan/testing";
 *
 * const plan = aRatePlan({ charges: [aRecurringCharge(), aUsageCharge()], minimumCommitment: 250 });
 * [plan.currency, plan.billingCycle, plan.charges.length]; // => ["USD", "monthly", 2]
 * ```
 */
export function aRatePlan(more: Partial<RatePlanInput> = {}): RatePlan {
  const given = givenTo<RatePlanInput>(more);
  // Of any currency: that of the plan.
  const outcomes = { name: OUTCOMES.id, chargeType: "usage", ...OUTCOMES } as const;
  const { id = PLAN, charges = [outcomes] } = given;
  const currencies = elementsOf(charges).map((each) => fieldIn(each, "currency"));
  const currency = currencies.find((each) => typeof each === "string") ?? "USD";
  const dates = { billingCycle: "monthly", effectiveDate: ON_SALE };
  const name = nameFor(id, PLAN);
  return parseRatePlan({ id, name, currency, charges, ...dates, ...given } as RatePlanInput);
}

/**
 * A product: on sale since 2020, for agents of the type `"agent"`, with the id `"product"` and the plan of {@link aRatePlan}. What is given
 * overrides; a name that is not given is the id.
 *
 * @throws {PricingError} with every issue, as `parseProduct`.
 *
 * @example
 * ```ts
 * import { aProduct, aRatePlan } from "rateplan/testing";
 *
 * const product = aProduct({ ratePlans: [aRatePlan({ id: "starter" }), aRatePlan({ id: "business" })] });
 * product.ratePlans.map(({ name }) => name); // => ["starter", "business"]
 * ```
 */
export function aProduct(more: Partial<ProductInput> = {}): Product {
  const given = givenTo<ProductInput>(more);
  const { id = PRODUCT, ratePlans = [aRatePlan()] } = given;
  const name = nameFor(id, PRODUCT);
  const defaults = { id, name, agentType: "agent", effectiveDate: ON_SALE, ratePlans };
  return parseProduct({ ...defaults, ...given } as ProductInput);
}

/**
 * A subscription with the id `"subscription"`, of the customer `"customer"`, to the plan `"plan"` from 1 January 2026 on, in UTC. What is
 * given overrides.
 *
 * @throws {PricingError} with every issue, as `parseSubscription`.
 *
 * @example
 * ```ts
 * import { aSubscription } from "rateplan/testing";
 *
 * aSubscription({ startDate: "2026-01-31", quantities: { seats: 5 } }).quantities; // => { seats: "5" }
 * ```
 */
export function aSubscription(more: Partial<SubscriptionInput> = {}): Subscription {
  const defaults = {
    id: "subscription",
    customerId: CUSTOMER,
    ratePlanId: PLAN,
    startDate: "2026-01-01",
  };
  return parseSubscription({
    ...defaults,
    ...givenTo<SubscriptionInput>(more),
  } as SubscriptionInput);
}

/**
 * What `invoice` bills: {@link aProduct} to {@link aSubscription}, in the subscription's first billing period, without any usage. What is given
 * overrides: the subscription, where none is given, is to the first plan of the catalog, and the period is the first of the subscription.
 *
 * @throws {PricingError} with every issue of what the period is worked out from, as `billingPeriods`.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 * import { anInvoiceRequest, aSubscription } from "rateplan/testing";
 *
 * const request = anInvoiceRequest({ subscription: aSubscription({ startDate: "2026-01-31" }), usage: { outcomes: 12 } });
 * request.period; // => { start: "2026-01-31", end: "2026-02-28" }
 * invoice(request).total; // => "12.00"
 * ```
 */
export function anInvoiceRequest(more: Partial<InvoiceRequest> = {}): InvoiceRequest {
  const given = givenTo<InvoiceRequest>(more);
  const { catalog = aProduct() } = given;
  const { subscription = aSubscription({ ratePlanId: firstPlanIn(catalog) }), policy } = given;
  const all = { usage: [], ...given, catalog, subscription } as Omit<InvoiceRequest, "period">;
  return { period: given.period ?? firstPeriod(all, policy), ...all } as InvoiceRequest;
}

/** The id of the first plan of a catalog, which need not have been read yet. */
function firstPlanIn(catalog: unknown): string {
  const products = isList(catalog) ? elementsOf(catalog) : [catalog];
  const [plan] = products.flatMap((product) => elementsOf(fieldIn(product, "ratePlans")));
  const id = fieldIn(plan, "id");
  return typeof id === "string" && id !== "" ? id : PLAN;
}

function firstPeriod(
  { catalog, subscription }: Pick<InvoiceRequest, "catalog" | "subscription">,
  policy: unknown,
) {
  const options = { catalog, policy: policy as InvoiceRequest["policy"] };
  for (const { start, end } of eachBillingPeriod(subscription, options)) return { start, end };
  throw new Error("unreachable: a subscription without a billing period");
}

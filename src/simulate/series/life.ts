import { catalogReader } from "../../catalog/catalog.js";
import type { Charge } from "../../catalog/charge.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import type { Product } from "../../catalog/product.js";
import type { RatePlan } from "../../catalog/rate-plan.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { ownFields } from "../../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { valueOrReport } from "../../schema/parse.js";
import { isRecord } from "../../schema/unknown-record.js";
import { plansBefore } from "../../subscription/held-plans.js";
import { layOut } from "../../subscription/lay-out.js";
import { type Subscription, subscriptionAt } from "../../subscription/subscription.js";
import type { Timeline } from "../../subscription/timeline.js";
import type { Instant } from "../../time/instant.js";
import { readParsed, readRounding, readTarget } from "../target.js";

/** A plan that somebody is taken to subscribe to. */
export interface SoldPlan {
  readonly product: Product;
  readonly plan: RatePlan;
  /** `null` for a charge by itself. */
  readonly ratePlanId: string | null;
  /** The agent type whose usage counts; nothing where any does. */
  readonly agentType: string | undefined;
  readonly rounding: AmountRounding;
}

/** The life of a subscription to a plan. */
export interface Life extends SoldPlan {
  readonly timeline: Timeline;
  /** The charges of all its plans, each once, in the catalog's order. */
  readonly charges: readonly Charge[];
}

/** When what is simulated is on sale: always, as a price that is not yet in force is what one wants to look at. */
const ALWAYS = "1000-01-01";

/** Reads a target as a plan that is on sale. */
export function readSoldPlan(
  target: unknown,
  ratePlanId: unknown,
  policy: BillingPolicy,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): SoldPlan | undefined {
  const parsed = readParsed(target, policy, issues, path);
  const read = parsed && readTarget(parsed, ratePlanId, policy, issues, path);
  const rounding = read && readRounding(read, policy, issues, path);
  if (parsed === undefined || read === undefined || rounding === undefined) return undefined;
  const product = onSaleAlways(parsed);
  const id = read.ratePlanId ?? product.ratePlans[0]?.id;
  const plan = product.ratePlans.find((each) => each.id === id);
  if (plan === undefined) throw new Error("unreachable: a target without its plan");
  const { agentType } = read;
  return { product, plan, ratePlanId: read.ratePlanId, agentType, rounding };
}

const sold = new WeakMap<object, Product>();

/** A target as a product that is always on sale; one for each that is parsed. */
export function onSaleAlways(value: Product | RatePlan | Charge): Product {
  const known = sold.get(value);
  if (known !== undefined) return known;
  const product =
    "ratePlans" in value ? value : productOf(["charges" in value ? value : planOf(value)]);
  const { endDate: _until, ...rest } = product;
  const always = { ...rest, effectiveDate: ALWAYS, ratePlans: rest.ratePlans.map(onSale) };
  sold.set(value, always);
  return always;
}

function onSale({ endDate: _until, ...plan }: RatePlan): RatePlan {
  return { ...plan, effectiveDate: ALWAYS };
}

function productOf(ratePlans: readonly RatePlan[]): Product {
  const id = ratePlans[0]?.id ?? "";
  return { id, name: id, agentType: "any", effectiveDate: ALWAYS, ratePlans };
}

function planOf(charge: Charge): RatePlan {
  const { id, name, currency = "" } = charge;
  const own = charge.chargeType === "one-time" ? undefined : charge.billingCycle;
  return {
    id,
    name,
    currency,
    billingCycle: own ?? "monthly",
    effectiveDate: ALWAYS,
    charges: [charge],
  };
}

/** Reads the subscription that is taken to be, from the first day on where nothing else is said. */
export function readSubscription(
  given: unknown,
  facts: Pick<Subscription, "ratePlanId" | "startDate">,
  quantities: Readonly<Record<string, string>>,
  issues: PricingIssue[],
): Subscription | undefined {
  const fields = given === undefined ? {} : isRecord(given) ? ownFields(given) : undefined;
  if (fields === undefined) {
    const expected = "an object with what is said of the subscription, such as { startDate }";
    issues.push(issueAt("invalid_type", ["subscription"], { expected, received: given }));
    return undefined;
  }
  const own = isRecord(fields["quantities"]) ? fields["quantities"] : {};
  const held = { ...own, ...quantities };
  for (const key of ["id", "customerId", "ratePlanId"]) {
    if (fields[key] == null) continue;
    const expected = "absent: the target says what is subscribed to";
    issues.push(issueAt("unknown_key", ["subscription", key], { expected, received: fields[key] }));
  }
  const all = {
    ...fields,
    id: "simulation",
    customerId: "simulation",
    ratePlanId: facts.ratePlanId,
    startDate: fields["startDate"] ?? facts.startDate,
    ...(fields["quantities"] != null && !isRecord(fields["quantities"])
      ? {}
      : { quantities: held }),
  };
  return valueOrReport(subscriptionAt(all, ["subscription"]), issues);
}

/** The last life of each plan that was laid out: who moves a slider asks for the same one again. */
const laidOut = new WeakMap<Product, { readonly asked: string; readonly timeline: Timeline }>();

/** Lays out the life of a subscription to a plan, up to an instant. */
export function lifeOf(
  plan: SoldPlan,
  subscription: Subscription,
  until: Instant,
  policy: BillingPolicy,
  issues: PricingIssue[],
): Life | undefined {
  const asked = canonicalJson([subscription, policy.currencies]);
  const known = laidOut.get(plan.product);
  const timeline =
    known?.asked === asked
      ? known.timeline
      : layOut(subscription, [plan.product], catalogReader(policy), issues);
  if (timeline === undefined) return undefined;
  if (issues.length === 0) laidOut.set(plan.product, { asked, timeline });
  const byId = new Map(
    plansBefore(timeline, until).flatMap(({ charges }) =>
      charges.map((charge) => [charge.id, charge] as const),
    ),
  );
  return { ...plan, timeline, charges: [...byId.values()] };
}

import type { UsageCharge } from "../catalog/charge.js";
import { isRated, isUsageCharge } from "../catalog/charge-kinds.js";
import { canonicalJson } from "../data/canonical-json.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { ownFields } from "../data/foreign.js";
import { elementsIn, issueUnder, type PricingIssue, throwIssues } from "../errors.js";
import { billDocument } from "../invoice/bill-document.js";
import { neededOf } from "../invoice/price/needed-usage.js";
import { type InvoiceRequest, readRequest } from "../invoice/request/read-request.js";
import { modelOf } from "../pricing/models/index.js";
import { valueOrReport } from "../schema/parse.js";
import { isRecord, type UnknownRecord } from "../schema/unknown-record.js";
import { subscriptionAt } from "../subscription/subscription.js";
import { formatPeriod } from "../time/billing-period.js";
import { formatDate } from "../time/date.js";
import { UTC } from "../time/zone.js";
import { NOTHING_RESOLVED, type UsageContext } from "../usage/collect.js";
import { nothingMetered } from "../usage/meter/metered.js";
import type { UsageSegment } from "../usage/meter/scope.js";
import type { UsageSegmentInput } from "./segments.js";

/** The usage that documents are priced from, as {@link usageQuery} is asked for it. */
export interface NeededSegments {
  /** The usage charges in force, each once. */
  readonly charges: readonly UsageCharge[];
  /** Whose usage of when each of them prices. */
  readonly segments: readonly UsageSegmentInput[];
}

/** What a document is asked for, before its usage is known. */
export type UnpricedRequest = Omit<InvoiceRequest, "usage">;

/**
 * The charges and the segments of the usage that documents will be priced from: of plan changes, overrides, revisions and
 * pauses, what was in force when. Spread it into {@link usageQuery}, and give each document the summaries of its
 * subscription. Of periods that are rated again, it says those, too; and for a charge of which only outcomes are left that are
 * billed after their time, a segment by which `invoice` finds them. Requests that differ in nothing but whose they are share the
 * work: subscriptions alike in all but `id`, `customerId` and `metadata`, beside the same objects as `catalog`, `period` and
 * whatever else is given.
 *
 * @throws {PricingError} with every issue that `invoice` would have with a request, whatever its usage; paths begin with the
 * request's index.
 *
 * @example
 * ```ts
 * import { usageQuery, usageSegments } from "rateplan/sql";
 *
 * const calls = (unitPrice: string) => ({
 *   id: "calls", name: "Calls", chargeType: "usage", unitOfMeasure: "call", pricing: { model: "per-unit", unitPrice },
 * } as const);
 * const plan = { name: "API", currency: "EUR", billingCycle: "monthly", effectiveDate: "2026-01-01" } as const;
 * const catalog = {
 *   id: "p", name: "API", agentType: "api", effectiveDate: "2026-01-01",
 *   ratePlans: [{ ...plan, id: "basic", charges: [calls("0.02")] }, { ...plan, id: "pro", charges: [calls("0.01")] }],
 * };
 * const subscription = {
 *   id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01",
 *   changes: [{ effectiveDate: "2026-01-15", ratePlanId: "pro" }],
 * } as const;
 * const { charges, segments } = usageSegments([{ catalog, subscription, period: { start: "2026-01-01", end: "2026-02-01" } }]);
 * segments.map(({ period }) => period); // => [{ start: "2026-01-01", end: "2026-01-15" }, { start: "2026-01-15", end: "2026-02-01" }]
 * const columns = { id: "id", customerId: "customer", unitOfMeasure: "unit", timestamp: "at" };
 * usageQuery({ dialect: "duckdb", events: { table: "events", columns }, charges, segments }).segments?.length; // => 2
 * ```
 */
export function usageSegments(requests: readonly UnpricedRequest[]): NeededSegments {
  const issues: PricingIssue[] = [];
  const charges = new Map<string, { readonly charge: UsageCharge; readonly place: number }>();
  const segments: UsageSegmentInput[] = [];
  const placeOf = (charge: UsageCharge) => {
    const name = canonicalJson(charge);
    const known = charges.get(name) ?? { charge, place: charges.size };
    charges.set(name, known);
    return known.place;
  };
  const alike = new Map<string, readonly UsageSegmentInput[]>();
  const likeness = likenesses();
  for (const [index, request] of (
    elementsIn(requests, [], "a list of requests", issues) ?? []
  ).entries()) {
    const fields = isRecord(request) ? ownFields(request) : undefined;
    const like = fields && likeness(fields);
    const known = like && alike.get(like.name);
    if (known !== undefined) {
      segments.push(...known.map((each) => ({ ...each, ...like?.owner })));
      continue;
    }
    const own: PricingIssue[] = [];
    const found = segmentsOf(
      fields === undefined ? request : { ...fields, usage: [] },
      placeOf,
      own,
    );
    segments.push(...found);
    if (like !== undefined && own.length === 0) alike.set(like.name, found);
    for (const issue of own) issues.push(issueUnder([index], issue));
  }
  throwIssues(issues);
  return deepFreeze({ charges: [...charges.values()].map(({ charge }) => charge), segments });
}

/** The segments that a document asks for are what it is priced from. */
function segmentsOf(
  request: unknown,
  placeOf: (charge: UsageCharge) => number,
  issues: PricingIssue[],
): readonly UsageSegmentInput[] {
  const segments: UsageSegmentInput[] = [];
  const read = readRequest(request, issues);
  const resolve = (context: UsageContext) => {
    for (const each of neededOf(context.segments)) {
      if (isUsageCharge(each.charge)) segments.push(segmentOf(each, context, placeOf(each.charge)));
    }
    return {
      ...NOTHING_RESOLVED,
      metered: new Map(context.segments.map((each) => [each, [nothingOf(each)]])),
    };
  };
  if (read === undefined) return [];
  // What the document asks for is what it is priced from, and what periods are that are rated again.
  const given = { ...read.given, resolve };
  const rerate = read.rerate.map((each) =>
    each.usage === undefined ? each : { ...each, usage: given },
  );
  billDocument({ ...read, given, rerate }, issues);
  return segments;
}

/** What requests that differ in nothing but whose they are have in common, and whose one is. */
interface Likeness {
  readonly name: string;
  readonly owner: Pick<UsageSegmentInput, "customerId" | "subscriptionId">;
}

/** Names likenesses: of a subscription by what it says, of anything else by which object it is. */
function likenesses(): (request: UnknownRecord) => Likeness | undefined {
  const numbers = new Map<unknown, number>();
  const numberOf = (value: unknown) => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
  return (request) => {
    const subscription = valueOrReport(subscriptionAt(request["subscription"], []), []);
    if (subscription === undefined) return undefined;
    const { id: subscriptionId, customerId, metadata: _, ...life } = subscription;
    const beside = Object.entries(request)
      .filter(([name]) => name !== "subscription")
      .map(([name, value]) => [name, numberOf(value)]);
    return {
      name: canonicalJson([life, Object.fromEntries(beside)]),
      owner: { customerId, subscriptionId },
    };
  };
}

function nothingOf({ charge }: UsageSegment) {
  return nothingMetered(isRated(charge) ? modelOf(charge.pricing).needs : "nothing");
}

function segmentOf(
  { agentType, period, pauses = [] }: UsageSegment,
  { scope: { customerId = "", subscriptionId, zone = UTC, asOf } }: UsageContext,
  charge: number,
): UsageSegmentInput {
  if (period === undefined) throw new Error("unreachable: usage of no time on a document");
  return {
    charge,
    customerId,
    subscriptionId,
    agentType,
    period: formatPeriod(period, zone),
    pauses: pauses.map((each) => formatPeriod(each, zone)),
    ...(asOf === undefined ? {} : { asOf: formatDate(asOf, zone) }),
    timeZone: zone,
  };
}

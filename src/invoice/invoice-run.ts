import { catalogReader } from "../catalog/catalog.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { isList, ownFields } from "../data/foreign.js";
import { isPricingError, issueAt, PricingError, type PricingIssue } from "../errors.js";
import { isRecord, type UnknownRecord } from "../schema/unknown-record.js";
import { readCatalog } from "../subscription/find-plan.js";
import { elementsOf, isSource } from "../usage/events/source.js";
import type { Invoice } from "./document/document.js";
import { invoice } from "./invoice.js";
import type { InvoiceRequest } from "./request/read-request.js";

/** A request of a run: what is not shared, and what may be different from that. */
export type RunRequest<S extends Partial<InvoiceRequest>> = Omit<InvoiceRequest, keyof S> &
  Partial<Pick<InvoiceRequest, keyof S & keyof InvoiceRequest>>;

/** What became of one request of a run. */
export type RunResult =
  | {
      /** The document is written. */
      readonly ok: true;
      /** The place of the request in the run, counted from 0. */
      readonly index: number;
      /** The document. */
      readonly document: Invoice;
    }
  | {
      /** Something is wrong with the request. */
      readonly ok: false;
      /** The place of the request in the run, counted from 0. */
      readonly index: number;
      /** Everything that is wrong with it, as {@link invoice} would throw it. */
      readonly issues: readonly PricingIssue[];
    };

/**
 * The documents of many subscriptions, one after the other, each when it is asked for: what {@link invoice} gives for each
 * request, in their order. A request with something wrong in it has its issues in place of a document, and the run goes on. What all
 * requests have in common may be given once, beside them; a field of a request's own counts before it.
 *
 * Nothing of a request or its document is kept once the next is asked for; what is remembered of catalogs, policies and
 * subscriptions is bounded. Requests of any iterable are taken one by one: where it throws, the run ends with an issue.
 *
 * @throws {PricingError} `invalid_type` for requests that are not iterable, and for what is shared and no object.
 *
 * @example
 * ```ts
 * import { invoiceRun } from "rateplan";
 *
 * const catalog = {
 *   id: "ocr", name: "ocr product", agentType: "ocr-agent", effectiveDate: "2026-01-01",
 *   ratePlans: [{
 *     id: "starter", name: "Starter plan", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *     charges: [{
 *       id: "pages", name: "Pages", chargeType: "usage", unitOfMeasure: "page",
 *       pricing: { model: "per-unit", unitPrice: "0.02" },
 *     }],
 *   }],
 * } as const;
 * const subscriptionOf = (id: string, ratePlanId: string) => ({ id, customerId: id, ratePlanId, startDate: "2026-01-01" });
 * const run = invoiceRun(
 *   [
 *     { subscription: subscriptionOf("acme", "starter"), usage: { pages: 650 } },
 *     { subscription: subscriptionOf("zeta", "startr"), usage: { pages: 10 } },
 *     { subscription: subscriptionOf("omni", "starter"), usage: { pages: 40 } },
 *   ],
 *   { catalog, period: { start: "2026-01-01", end: "2026-02-01" } },
 * );
 * const results = [...run].map((each) => (each.ok ? each.document.total : each.issues[0]?.code));
 * results; // => ["13.00", "unknown_rate_plan", "0.80"]
 * ```
 */
export function invoiceRun<S extends Partial<InvoiceRequest> = Record<never, never>>(
  requests: Iterable<RunRequest<S>>,
  shared?: S | null,
): Generator<RunResult, void, undefined> {
  const issues: PricingIssue[] = [];
  if (!isSource(requests)) {
    const expected = "a list, or another iterable, of requests";
    issues.push(issueAt("invalid_type", ["requests"], { expected, received: requests }));
  }
  const fields = isRecord(shared ?? {}) ? ownFields(shared ?? {}) : undefined;
  if (fields === undefined) {
    const expected = "an object with what the requests have in common";
    issues.push(issueAt("invalid_type", ["shared"], { expected, received: shared }));
  }
  if (!isSource(requests) || fields === undefined) throw new PricingError(issues);
  return results(requests, fields);
}

function* results(
  requests: Iterable<unknown>,
  shared: UnknownRecord,
): Generator<RunResult, void, undefined> {
  const parsed = withParsed(shared);
  const broken: PricingIssue[] = [];
  let index = 0;
  for (const request of elementsOf(requests, ["requests"], broken, "requests")) {
    yield resultOf(index, request, shared, parsed);
    index += 1;
  }
  if (broken.length > 0) yield { ok: false, index, issues: broken };
}

function resultOf(
  index: number,
  request: unknown,
  shared: UnknownRecord,
  parsed: UnknownRecord,
): RunResult {
  const own = isRecord(request) ? ownFields(request) : undefined;
  // Under a policy of its own, the catalog may be read otherwise.
  const common = own?.["policy"] === undefined || own["policy"] === null ? parsed : shared;
  const given = own && Object.entries(own).filter(([, value]) => value !== undefined);
  const whole = given === undefined ? request : { ...common, ...Object.fromEntries(given) };
  try {
    // The reader of the request trusts nothing of it.
    return { ok: true, index, document: invoice(whole as InvoiceRequest) };
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return { ok: false, index, issues: error.issues };
  }
}

/** What requests have in common, with its catalog and policy read once; as it is where something is wrong with them. */
function withParsed(shared: UnknownRecord): UnknownRecord {
  const issues: PricingIssue[] = [];
  const policy = readPolicy(shared["policy"], issues);
  const listed = shared["catalog"] ?? undefined;
  if (policy === undefined) return shared;
  const catalog = readCatalog(listed, catalogReader(policy), issues);
  if (catalog === undefined || issues.length > 0) return { ...shared, policy };
  return { ...shared, policy, catalog: isList(listed) ? catalog : catalog[0] };
}

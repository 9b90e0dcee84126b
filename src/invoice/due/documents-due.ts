import { type CatalogReader, catalogReader } from "../../catalog/catalog.js";
import { readPolicy } from "../../catalog/parse-policy.js";
import { type BillingPolicyInput, DEFAULT_POLICY } from "../../catalog/policy.js";
import type { Product, ProductInput } from "../../catalog/product.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { onFirstUse } from "../../data/recent.js";
import { issueAt, PricingError, type PricingIssue } from "../../errors.js";
import { readDateAt } from "../../schema/dates.js";
import { readOptions } from "../../schema/options.js";
import { valueOrReport } from "../../schema/parse.js";
import { readCatalog } from "../../subscription/find-plan.js";
import { layOut } from "../../subscription/lay-out.js";
import {
  type Subscription,
  type SubscriptionInput,
  subscriptionAt,
} from "../../subscription/subscription.js";
import { formatPeriod, type Period } from "../../time/billing-period.js";
import { type DateInput, formatDate } from "../../time/date.js";
import { type TimeZone, UTC } from "../../time/zone.js";
import { type DocumentScope, documentKey, type Invoice } from "../document/document.js";
import { withBilledCycles } from "../history/billed-cycles.js";
import { type ClosedSegment, closedPart } from "../history/closed-part.js";
import { type EarlierDocument, readDocument } from "../history/read-previous.js";
import { type ChangeDocuments, type DueRequest, listPlanned } from "./planned-documents.js";

/** What {@link documentsDue} looks at. */
export interface DocumentsDueOptions {
  /** The product, or products, that hold the subscription's rate plans. */
  readonly catalog: ProductInput | Product | readonly (ProductInput | Product)[];
  /** Documents that can be written by then; at most 10,000. */
  readonly until: DateInput;
  /** The last document that was written; absent, when there is none yet. */
  readonly last?: Invoice | null | undefined;
  /**
   * Which changes have a document of their own for what they make due, apart from the next billing period's, which bills it
   * else. `"due-at-once"` (default): those that were recorded, or withdrawn, after the time that they are of was invoiced,
   * all together at the moment of the last document; and those whose new fees are due as a whole (`fees: "whole"`), at
   * their date. `"at-moment"`: all of them. `"next-document"`: none.
   */
  readonly changes?: "due-at-once" | "at-moment" | "next-document" | null | undefined;
  /** The billing policy, for custom currencies of the catalog. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** The time of the events that a document needs. */
export interface NeededUsage {
  /** The earliest that can matter; `1000-01-01`, the first date there is, where all events may. */
  readonly from: string;
  /** Up to then, exclusively. */
  readonly to: string;
}

/** A document that is to be written. Pass `period` on in the request. */
export interface DocumentDue {
  /** What it is for. */
  readonly scope: DocumentScope;
  /** The period to ask {@link invoice} for. */
  readonly period: Period;
  /** From when it can be written: when all that it bills has happened. */
  readonly dueFrom: string;
  /** The number that it will have, if it is written next. */
  readonly sequence: number;
  /** The key that it will have. */
  readonly idempotencyKey: string;
  /**
   * The events that it needs, `[from, to)`: no event before `from` can matter to it, except what became known since the last
   * document, where a level is carried over: that moves the level, whenever it happened. `null` where it needs none. Where
   * outcomes are unique for life, all events since the start may matter; where a level is carried over that the last document has
   * not recorded, all events whatever.
   */
  readonly usage: NeededUsage | null;
  /**
   * The keys of the earlier documents that it needs at least: the last one, those that billed what it may cut short, and those that
   * had a part in its period where that was corrected or credited already.
   */
  readonly previous: readonly string[];
}

const OPTIONS = [
  "catalog",
  "until",
  "last",
  "changes",
  "policy",
] as const satisfies readonly (keyof DocumentsDueOptions)[];
const CHANGE_DOCUMENTS = [
  "due-at-once",
  "at-moment",
  "next-document",
] as const satisfies readonly ChangeDocuments[];
const MOST = 10_000;

/**
 * Every document of a subscription that can be written by a date and has not been written, in order: what a change dated back
 * into invoiced time makes due, the opening, billing periods, changes at their moment (when asked), what a late change leaves
 * open after the end, and run-off periods for outcomes that were pending at the last document. A billing backend is a loop over it: write the first, store it, ask
 * again with it as `last`.
 *
 * @throws {PricingError} with every issue of the subscription, the catalog and the options; `too_large` when more than
 * 10,000 documents are due.
 *
 * @example
 * ```ts
 * import { documentsDue, invoice } from "rateplan";
 *
 * const catalog = {
 *   id: "p", name: "Support agent", agentType: "support", effectiveDate: "2026-01-01",
 *   ratePlans: [{
 *     id: "basic", name: "Basic", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *     charges: [
 *       { id: "fee", name: "Fee", chargeType: "recurring", billingTiming: "in-advance", pricing: { model: "flat", amount: 99 } },
 *     ],
 *   }],
 * } as const;
 * const subscription = { id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-15" };
 * const due = documentsDue(subscription, { catalog, until: "2026-03-20" });
 * due.map(({ scope, period }) => `${scope} ${period.start} ${period.end}`);
 * // => ["opening 2026-01-15 2026-01-15", "period 2026-01-15 2026-02-15", "period 2026-02-15 2026-03-15"]
 * const opening = invoice({ catalog, subscription, period: { start: "2026-01-15", end: "2026-01-15" }, usage: [] });
 * documentsDue(subscription, { catalog, until: "2026-03-20", last: opening }).length; // => 2
 * ```
 */
export function documentsDue(
  subscription: SubscriptionInput | Subscription,
  options: DocumentsDueOptions,
): readonly DocumentDue[] {
  const issues: PricingIssue[] = [];
  const read = readDue(subscription, options, issues);
  if (read === undefined || issues.length > 0) throw new PricingError(issues);
  const due: DocumentDue[] = [];
  for (const each of listDue(read)) {
    if (due.length === MOST) {
      const expected = `at most ${MOST} documents: ask for an earlier date`;
      throw new PricingError([
        issueAt("too_large", ["until"], { expected, received: options.until }),
      ]);
    }
    due.push(each);
  }
  return deepFreeze(due);
}

function readDue(input: unknown, given: unknown, issues: PricingIssue[]): DueRequest | undefined {
  const options = readOptions(given, OPTIONS, issues, { required: ["catalog", "until"] });
  const policy = readPolicy(options.policy, issues) ?? DEFAULT_POLICY;
  const reader = catalogReader(policy);
  const listed = readCatalog(options.catalog, reader, issues);
  const products = listed && withBilledCycles(listed, [options.last]);
  const subscription = valueOrReport(subscriptionAt(input, ["subscription"]), issues);
  const zone = subscription?.timeZone ?? UTC;
  const until =
    options.until === undefined ? undefined : readDateAt(options.until, ["until"], zone, issues);
  const changes = CHANGE_DOCUMENTS.find((each) => each === (options.changes ?? "due-at-once"));
  if (changes === undefined) {
    const expected = `one of ${CHANGE_DOCUMENTS.map((each) => `"${each}"`).join(", ")}`;
    issues.push(issueAt("invalid_value", ["changes"], { expected, received: options.changes }));
  }
  const timeline = products && subscription && layOut(subscription, products, reader, issues);
  if (timeline === undefined || until === undefined || changes === undefined) return undefined;
  const last =
    options.last === undefined ? undefined : readDocument(options.last, ["last"], timeline, issues);
  const recorded = onFirstUse(() =>
    last === undefined ? [] : recordedIn(last, reader, timeline.zone),
  );
  return { timeline, until, last, recorded, changes };
}

/** What a document has recorded of its period; terms that cannot be read are reported by who writes the next one. */
function recordedIn(
  last: EarlierDocument,
  reader: CatalogReader,
  zone: TimeZone,
): readonly ClosedSegment[] {
  // What an interim document has billed of a period does not close it.
  const parts = last.document.basis.parts.filter(({ until }) => until === undefined);
  return parts.flatMap(
    (part) => closedPart(part, last, last, last.path, { reader, zone, issues: [] }).segments,
  );
}

function* listDue(request: DueRequest): Generator<DocumentDue> {
  const { timeline, last } = request;
  const { zone, subscription } = timeline;
  let sequence = last?.document.sequence ?? 0;
  let before = last?.document.idempotencyKey;
  for (const planned of listPlanned(request)) {
    sequence += 1;
    const { scope, usageFrom } = planned;
    const period = formatPeriod(planned.period, zone);
    const idempotencyKey = documentKey(scope, subscription.id, period, sequence);
    const needed = [
      ...(before === undefined ? [] : [before]),
      ...planned.cutFrom,
      ...planned.sharedWith,
    ];
    yield {
      scope,
      period,
      dueFrom: period.end,
      sequence,
      idempotencyKey,
      usage: usageFrom === undefined ? null : { from: formatDate(usageFrom, zone), to: period.end },
      previous: [...new Set(needed)],
    };
    before = idempotencyKey;
  }
}

import { catalogReader } from "../catalog/catalog.js";
import { type BillingPolicyInput, DEFAULT_POLICY, readPolicy } from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { readDateAt } from "../schema/dates.js";
import { readOptions } from "../schema/options.js";
import { valueOrReport } from "../schema/parse.js";
import { afterEnd, scheduledAt } from "../subscription/cadence.js";
import { openingOf } from "../subscription/due.js";
import { readCatalog } from "../subscription/find-plan.js";
import { layOut } from "../subscription/lay-out.js";
import {
  type Subscription,
  type SubscriptionInput,
  subscriptionAt,
} from "../subscription/subscription.js";
import { knownBefore, type Timeline } from "../subscription/timeline.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import { type DateInput, formatDate, instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import { UTC } from "../time/zone.js";
import { type DocumentScope, documentKey, type Invoice } from "./document.js";
import { type DocumentNeeds, needsOf, sharedWith, usageOfChanged } from "./document-needs.js";
import { withBilledCycles } from "./history/billed-cycles.js";
import { lifeDigest } from "./history/life.js";
import { type EarlierDocument, readDocument } from "./history/read-previous.js";

/** What {@link documentsDue} looks at. */
export interface DocumentsDueOptions {
  /** The product, or products, that hold the subscription's rate plans. */
  readonly catalog: ProductInput | Product | readonly (ProductInput | Product)[];
  /** Documents that can be written by then; at most 10,000. */
  readonly until: DateInput;
  /** The last document that was written; absent, when there is none yet. */
  readonly last?: Invoice | null | undefined;
  /** What a change makes due at once: a document of its own (`"at-moment"`), or on the next one (default). */
  readonly changes?: "next-document" | "at-moment" | null | undefined;
  /** The billing policy, for custom currencies of the catalog. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** The time of the events that a document needs. */
export interface NeededUsage {
  /** The earliest that can matter. */
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
   * The events that it needs, `[from, to)`: no event before `from` can matter to it. `null` where it needs none. Where
   * outcomes are unique for life, all events since the start may matter.
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
const MOST = 10_000;

/**
 * Every document of a subscription that can be written by a date and has not been written, in order: the opening, billing
 * periods, changes at their moment (when asked), what a late change leaves open after the end, and run-off periods for
 * outcomes that were pending at the last document. A billing backend is a loop over it: write the first, store it, ask
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

interface DueRequest {
  readonly timeline: Timeline;
  readonly until: Instant;
  readonly last: EarlierDocument | undefined;
  readonly atMoment: boolean;
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
  const { changes = "next-document" } = options;
  if (changes !== "next-document" && changes !== "at-moment") {
    const expected = 'one of "next-document", "at-moment"';
    issues.push(issueAt("invalid_value", ["changes"], { expected, received: changes }));
  }
  const timeline = products && subscription && layOut(subscription, products, reader, issues);
  if (timeline === undefined || until === undefined) return undefined;
  const last =
    options.last === undefined ? undefined : readDocument(options.last, ["last"], timeline, issues);
  return { timeline, until, last, atMoment: changes === "at-moment" };
}

/** A document before its number and key are known. */
interface Planned extends DocumentNeeds {
  readonly scope: DocumentScope;
  readonly period: Interval;
  readonly known: Timeline;
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

function* listPlanned(request: DueRequest): Generator<Planned> {
  const { timeline, until, last, atMoment } = request;
  const { span } = timeline;
  const written = last?.period.end ?? Number.NEGATIVE_INFINITY;
  const opening = openingOf(knownBefore(timeline, openingHorizon(timeline)));
  let isOpened = opening === undefined || written >= opening;
  let at = firstOpenPeriod(request);
  while (at !== undefined && at <= until) {
    const known = knownAtEnd(timeline, at);
    const scheduled = known && scheduledAt(known.schedule, at);
    if (known === undefined || scheduled === undefined) break;
    const { period } = scheduled;
    if (!isOpened && opening !== undefined && opening < period.end && opening <= until) {
      isOpened = true;
      yield moment("opening", opening, known);
    }
    if (atMoment) {
      for (const date of changesIn(known, period)) {
        if (date <= until && date > written && date !== opening)
          yield moment("change", date, known);
      }
    }
    if (period.end > until) break;
    yield { scope: "period", period, known, ...needsOf(known, scheduled, last) };
    at = period.end < span.end ? period.end : undefined;
  }
  yield* afterTheEnd(request);
}

/** How far ahead the opening document looks: to the end of the period that it opens. */
function openingHorizon(timeline: Timeline): Instant {
  const first = openingOf(timeline) ?? timeline.span.start;
  return scheduledAt(timeline.schedule, first)?.period.end ?? timeline.span.end;
}

/** Where the first billing period begins that has no document yet; nothing when there is none left. */
function firstOpenPeriod({ timeline: { span, zone }, last }: DueRequest): Instant | undefined {
  const until = last?.document.basis.billedUntil ?? null;
  if (until === null) return span.start;
  const at = instantOf(until, zone);
  return at < span.end ? at : undefined;
}

const NOTHING_MORE = { cutFrom: [], sharedWith: [] };

function moment(scope: "opening" | "change", at: Instant, known: Timeline): Planned {
  return { scope, period: { start: at, end: at }, known, usageFrom: undefined, ...NOTHING_MORE };
}

/** The life as the document of the period that begins at an instant will know it. */
function knownAtEnd(timeline: Timeline, at: Instant): Timeline | undefined {
  let known = knownBefore(timeline, at + 1);
  // A change in the period may end it earlier; none makes it longer.
  for (let tries = 0; tries < 2; tries += 1) {
    const scheduled = scheduledAt(known.schedule, at);
    if (scheduled === undefined) return undefined;
    const next = knownBefore(timeline, scheduled.period.end + 1);
    if (next === known) return known;
    known = next;
  }
  return known;
}

function changesIn(known: Timeline, { start, end }: Interval): readonly Instant[] {
  return known.drafts
    .slice(1)
    .map(({ since }) => since)
    .filter((since) => start < since && since < end);
}

/** What is left when the subscription is over: what a late change leaves open, and outcomes that are pending. */
function* afterTheEnd({ timeline, until, last }: DueRequest): Generator<Planned> {
  const { span, zone, schedule } = timeline;
  const written = last?.document.basis.billedUntil ?? null;
  if (last === undefined || written === null || span.end > until) return;
  const billedUntil = instantOf(written, zone);
  if (billedUntil < span.end) return;
  const isKnown = last.document.basis.life.every(
    (each) => lifeDigest(timeline, instantOf(each.until, zone)) === each.digest,
  );
  if (!isKnown) {
    // A billing period that ended just then was billed as it is.
    const isBilled = last.document.scope === "period" && last.period.end === span.end;
    const usageFrom = isBilled ? undefined : usageOfChanged(last, timeline);
    yield { ...moment("change", span.end, timeline), usageFrom };
  }
  const waits = last.document.provisional.some(({ pending }) => pending !== "0");
  // What was billed beyond an end that was recorded late is taken back by the document of the end.
  const isAtEnd = last.document.scope === "change" && last.period.end === span.end;
  const period = afterEnd(schedule, isAtEnd ? span.end : billedUntil);
  if (!waits || period === undefined || period.end > until) return;
  const open = last.document.provisional.map(({ since }) => instantOf(since, zone));
  const usageFrom = Math.min(span.end, ...open);
  const shared = sharedWith(timeline, period, last);
  yield { scope: "run-off", period, known: timeline, usageFrom, cutFrom: [], sharedWith: shared };
}

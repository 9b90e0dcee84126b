import type { BillingPolicyInput } from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import { hasMethod, isList, ownFields } from "../data/foreign.js";
import { type PricingIssue, throwIssues } from "../errors.js";
import { type AbortLike, readListener, readSignal } from "../schema/in-steps.js";
import { isRecord } from "../schema/unknown-record.js";
import type { Subscription, SubscriptionInput } from "../subscription/subscription.js";
import type { PeriodInput } from "../time/billing-period.js";
import type { DateInput } from "../time/date.js";
import { isColumnBatch, isColumns, readColumns } from "../usage/events/columns.js";
import type { EventInput } from "../usage/events/event.js";
import type { EventColumns } from "../usage/events/event-columns.js";
import { checkSource, forEachElement } from "../usage/events/source.js";
import { readRun } from "./read-run.js";
import { type RunUsage, runUsage } from "./run-usage.js";
import type { RunSummary } from "./subscription-usage.js";

/** Whose usage {@link summarizeRun} sums up, and of which time. */
export interface RunOptions {
  /** The product, or products, whose rate plans the subscriptions are on. */
  readonly catalog: ProductInput | Product | readonly (ProductInput | Product)[];
  /** The subscriptions, each id once. Those that differ in nothing but whose they are share the work. */
  readonly subscriptions: readonly (SubscriptionInput | Subscription)[];
  /**
   * The run's period, `[start, end)`, in each subscription's time zone: what the documents bill that end in it is summed up, from where it
   * began.
   */
  readonly period: PeriodInput;
  /** Only events received up to this moment; default the end of the document that bills a stretch. */
  readonly asOf?: DateInput | null | undefined;
  /** The billing policy, as documents will have it: `deduplicate`, `tiersAtChange` and custom currencies are read. */
  readonly policy?: BillingPolicyInput | null | undefined;
  /**
   * Whether summaries remember the ids of their events, so that they can be merged and priced under `policy.deduplicate`; default as
   * `policy.deduplicate`. With false, events are told apart in this run, and the summaries are of constant size and say
   * `deduplicate: false`: nobody needs to tell their events apart again.
   */
  readonly keepIds?: boolean | null | undefined;
}

/**
 * Sums up the events of a billing run, of all customers and charges, in one pass: for each subscription what `invoice` takes as `usage`
 * of the documents that end in the period: billing periods, and the cycles after the end of a subscription. That is a summary for every usage
 * charge and every stretch of time that they bill (a plan change makes two), and one for outcomes that are billed after their time, of a plan
 * that was left, in a pause or after the end. A billing period that begins before the run's is summed up as a whole, from its own start; where
 * several documents end in the period, the summaries of each have its end as `asOf`, unless one is given.
 *
 * Each summary is what `summarizeUsage` makes of the subscription's own events: those of its customer, of this subscription or none, and of
 * the charge's unit of measure. A charge whose outcomes a silence confirms hears of every other event that has a subject, too; that is in the
 * report of what prices it. An id is one event of its customer, whichever charges price it. What is of nobody's charge is in `report`, and
 * customers without a subscription are named. Memory grows with the subscriptions and their charges, and with the ids while they are told
 * apart; the summary of a charge that judges outcomes holds their events, and all events of its customer of which it hears. Amounts and dates are as in `summarizeUsage`. Events may come from any iterable, or as columns; `summarizeRunAsync` takes
 * asynchronous ones.
 *
 * @throws {PricingError} with every issue of the catalog, the subscriptions (`subscriptions 17 startDate`) and the options; `duplicate_id` for a
 * subscription that is given twice; `not_supported` for a charge that judges outcomes, or did when outcomes occurred that may still wait, where ids are not kept.
 *
 * @example
 * ```ts
 * import { summarizeRun } from "rateplan";
 *
 * const catalog = {
 *   id: "agent", name: "Agent", agentType: "agent", effectiveDate: "2026-01-01",
 *   ratePlans: [{
 *     id: "plan", name: "Plan", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *     charges: [{
 *       id: "tokens", name: "Tokens", chargeType: "usage", unitOfMeasure: "token",
 *       pricing: { model: "per-unit", unitPrice: "0.01" },
 *     }],
 *   }],
 * } as const;
 * const of = (customerId: string, id: string, quantity: number) =>
 *   ({ id, customerId, unitOfMeasure: "token", timestamp: "2026-01-05T09:00:00Z", quantity });
 * const run = summarizeRun([of("acme", "1", 40), of("acme", "2", 2), of("bolt", "1", 7), of("nobody", "1", 1)], {
 *   catalog,
 *   subscriptions: [
 *     { id: "s1", customerId: "acme", ratePlanId: "plan", startDate: "2026-01-01" },
 *     { id: "s2", customerId: "bolt", ratePlanId: "plan", startDate: "2026-01-01" },
 *   ],
 *   period: { start: "2026-01-01", end: "2026-02-01" },
 * });
 * run.subscriptions.map(({ subscriptionId, summaries }) => [subscriptionId, summaries[0]?.quantity]); // => [["s1", "42"], ["s2", "7"]]
 * run.unknownCustomers.customers; // => [{ customerId: "nobody", events: 1 }]
 * ```
 */
export function summarizeRun(
  events: Iterable<EventInput> | EventColumns,
  options: RunOptions,
): RunSummary {
  const issues: PricingIssue[] = [];
  if (isColumns(events)) {
    const columns = readColumns(events, [], issues);
    const usage = runUsage(readRun(options, issues), columns);
    if (columns !== undefined) eachRow(columns, (index) => usage.addAt(columns, index));
    return usage.build();
  }
  checkSource(events, issues);
  const usage = runUsage(readRun(options, issues));
  // Nothing of the caller's runs while a list is summed up.
  const isStable = isList(events);
  forEachElement(events, [], issues, (event) => usage.add(event, isStable));
  throwIssues(issues);
  return usage.build();
}

/** How far a run has come. */
export interface RunProgress {
  /** How many events have been read. */
  readonly events: number;
}

/** Options of {@link summarizeRunAsync}. */
export interface AsyncRunOptions extends RunOptions {
  /**
   * Told after every ten thousand events, and at the end, how far the run has come. A promise that it returns is waited for: one of a timer
   * lets others have their turn. What it throws ends the run.
   */
  readonly onProgress?: ((progress: RunProgress) => unknown) | null | undefined;
  /** Ends the run when it is aborted; looked at before each thousand events, and before each batch. */
  readonly signal?: AbortLike | null | undefined;
}

const BATCH = 10_000;
const LOOK = 1_000;

/**
 * `summarizeRun` over events that come one after the other, such as rows of a database: the same result. An element may be an event or a
 * batch: a list of them, or columns, which is a good deal faster.
 *
 * @throws {PricingError} (the promise rejects) with every issue, as `summarizeRun`; with `aborted` alone when the signal is aborted. What
 * `onProgress` or the iterable throws rejects the promise as it is.
 *
 * @example
 * ```ts
 * import { summarizeRunAsync } from "rateplan";
 *
 * async function* pages() {
 *   const event = { customerId: "acme", unitOfMeasure: "token", timestamp: "2026-01-05T09:00:00Z" };
 *   yield [{ ...event, id: "1", quantity: 40 }, { ...event, id: "2", quantity: 2 }];
 *   yield [{ ...event, id: "2", quantity: 2 }];
 * }
 * const catalog = {
 *   id: "agent", name: "Agent", agentType: "agent", effectiveDate: "2026-01-01",
 *   ratePlans: [{
 *     id: "plan", name: "Plan", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *     charges: [{
 *       id: "tokens", name: "Tokens", chargeType: "usage", unitOfMeasure: "token",
 *       pricing: { model: "per-unit", unitPrice: "0.01" },
 *     }],
 *   }],
 * } as const;
 * const { subscriptions } = await summarizeRunAsync(pages(), {
 *   catalog,
 *   subscriptions: [{ id: "s1", customerId: "acme", ratePlanId: "plan", startDate: "2026-01-01" }],
 *   period: { start: "2026-01-01", end: "2026-02-01" },
 * });
 * subscriptions[0]?.summaries[0]?.quantity; // => "42"
 * ```
 */
export async function summarizeRunAsync(
  events: AsyncIterable<EventInput | readonly EventInput[] | EventColumns> | Iterable<EventInput>,
  options: AsyncRunOptions,
): Promise<RunSummary> {
  const fields = isRecord(options) ? ownFields(options) : undefined;
  const { onProgress, signal, ...rest } = fields ?? {};
  const stop = readSignal(signal);
  const tell = readListener<RunProgress>(onProgress);
  const issues: PricingIssue[] = [];
  const isStream = hasMethod(events, Symbol.asyncIterator);
  if (!isStream) checkSource(events, issues);
  const usage = runUsage(readRun(fields === undefined ? options : rest, issues));
  let count = 0;
  for await (const element of events) {
    // A list in a stream is a batch; a list among events is no event.
    const batch = batchOf(usage, element, isStream);
    if (isStream) stop();
    count = await addBatch(batch, count, stop, tell);
  }
  stop();
  if (count % BATCH !== 0 || count === 0) await tell({ events: count });
  return usage.build();
}

/** Events that come together. */
interface Batch {
  readonly length: number;
  add(index: number): void;
}

function batchOf(usage: RunUsage, element: unknown, isStream: boolean): Batch {
  if (isStream && isColumnBatch(element)) {
    const issues: PricingIssue[] = [];
    const columns = readColumns(element, [], issues);
    throwIssues(issues);
    const length = columns?.length ?? 0;
    return { length, add: (index) => columns && usage.addAt(columns, index) };
  }
  const list: readonly unknown[] = isStream && isList(element) ? element : [element];
  return { length: list.length, add: (index) => usage.add(list[index], false) };
}

function eachRow({ length }: { readonly length: number }, act: (index: number) => void): void {
  for (let index = 0; index < length; index += 1) act(index);
}

async function addBatch(
  { length, add }: Batch,
  before: number,
  stop: () => void,
  tell: (progress: RunProgress) => unknown,
): Promise<number> {
  let count = before;
  for (let index = 0; index < length; index += 1) {
    if (count % LOOK === 0) stop();
    add(index);
    count += 1;
    if (count % BATCH === 0) await tell({ events: count });
  }
  return count;
}

import { catalogReader } from "../../catalog/catalog.js";
import type { UsageCharge, UsageChargeInput } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { readPolicy } from "../../catalog/parse-policy.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
} from "../../catalog/policy.js";
import { hasMethod, isList } from "../../data/foreign.js";
import { issueAt, PricingError, type PricingIssue, throwIssues } from "../../errors.js";
import { readDateAt, readPeriod, readTimeZone } from "../../schema/dates.js";
import { readOptions, readText, type Unread } from "../../schema/options.js";
import { valueOrReport } from "../../schema/parse.js";
import type { PeriodInput } from "../../time/billing-period.js";
import type { DateInput } from "../../time/date.js";
import type { TimeZone } from "../../time/zone.js";
import type { EventInput } from "../events/event.js";
import { checkSource, elementsOf } from "../events/source.js";
import { checkPeriods, type UsageScope } from "../meter/scope.js";
import { type SummaryTask, summaryBuilder } from "./builder.js";
import type { UsageSummary } from "./summary.js";

/** Which events {@link summarizeUsage} counts, and for which charge. */
export interface SummarizeOptions {
  /** The usage charge that the events are for. */
  readonly charge: UsageChargeInput | UsageCharge;
  /** Only this customer's events; default any. */
  readonly customerId?: string | null | undefined;
  /** Only events of this subscription, and those that name none; default any. */
  readonly subscriptionId?: string | null | undefined;
  /** Only events of this agent type, and those that name none; default any. */
  readonly agentType?: string | null | undefined;
  /** Only events of this period, `[start, end)`; default any. */
  readonly period?: PeriodInput | null | undefined;
  /** Only events received up to this moment; default the period's end, or any without a period. */
  readonly asOf?: DateInput | null | undefined;
  /** IANA name of the time zone in which civil dates begin, and filters look at the clock: that of the subscription. Default `"UTC"`. */
  readonly timeZone?: TimeZone | null | undefined;
  /** The billing policy; `deduplicate` is read. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/**
 * Sums up events for one charge: which quantity it prices, and what became of every event.
 *
 * Each event falls in exactly one bucket of the report; a bad event is reported, never thrown. Duplicates (one id,
 * same payload) count once; of conflicting payloads under one id the earliest counts, then the smallest canonical JSON.
 * Where the charge judges outcomes, they are judged by the events and signals of all times, as known at `asOf`, and
 * those count that are billable in the period. Of billing periods a summary knows only its own: `invoice` judges the
 * events in it anew.
 *
 * Events are read once and not kept, but for what {@link UsageSummary} says that a summary holds. An async iterable, of
 * events or of batches of them (arrays), gives a promise of the same summary.
 *
 * @throws {PricingError} when the options are wrong: an invalid charge, one that is not a usage charge, a bad date;
 * `deduplicate: false` for a charge that judges outcomes. For an async iterable, the promise is rejected with it.
 *
 * @example
 * ```ts
 * import { summarizeUsage } from "rateplan";
 *
 * const event = { id: "e1", customerId: "acme", unitOfMeasure: "@outcome", timestamp: "2026-01-05T09:00:00Z", quantity: 2 };
 * const summary = summarizeUsage([event, event, { ...event, id: "e2", quantity: "0.5" }], {
 *   charge: {
 *     id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome",
 *     pricing: { model: "per-unit", unitPrice: 50 },
 *   },
 * });
 * summary.quantity; // => "2.5"
 * summary.report.counts.duplicate; // => 1
 * ```
 */
export function summarizeUsage(
  events: Iterable<EventInput>,
  options: SummarizeOptions,
): UsageSummary;
/** The same for events that arrive over time, one by one or in batches (arrays): read once, into a promise. */
export function summarizeUsage(
  events: AsyncIterable<EventInput | readonly EventInput[]>,
  options: SummarizeOptions,
): Promise<UsageSummary>;
export function summarizeUsage(
  events: Iterable<unknown> | AsyncIterable<unknown>,
  options: SummarizeOptions,
): UsageSummary | Promise<UsageSummary> {
  if (isAsync(events)) return summarizeStream(events, options);
  const issues: PricingIssue[] = [];
  checkSource(events, issues);
  const builder = summaryBuilder(readTask(options, issues));
  for (const event of elementsOf(events, [], issues)) builder.add(event);
  throwIssues(issues);
  return builder.build();
}

async function summarizeStream(
  events: AsyncIterable<unknown>,
  options: SummarizeOptions,
): Promise<UsageSummary> {
  const builder = summaryBuilder(readTask(options, []));
  for await (const batch of events) {
    const list: readonly unknown[] = isList(batch) ? batch : [batch];
    for (const event of list) builder.add(event);
  }
  return builder.build();
}

function isAsync(events: unknown): events is AsyncIterable<unknown> {
  if (typeof events !== "object" || events === null) return false;
  return hasMethod(events, Symbol.asyncIterator) && !hasMethod(events, Symbol.iterator);
}

const OPTIONS = [
  "charge",
  "customerId",
  "subscriptionId",
  "agentType",
  "period",
  "asOf",
  "timeZone",
  "policy",
] as const satisfies (keyof SummarizeOptions)[];

function readTask(input: unknown, issues: PricingIssue[]): SummaryTask {
  const options = readOptions(input, OPTIONS, issues);
  const policy = readPolicy(options.policy, issues);
  const charge = readUsageCharge(options.charge, policy ?? DEFAULT_POLICY, issues);
  const scope = readScope(options, issues);
  if (charge !== undefined) {
    checkPeriods([{ charge, period: scope.period }], issues);
    if (policy !== undefined) checkDeduplication(charge, policy, issues);
  }
  if (charge === undefined || policy === undefined || issues.length > 0) {
    throw new PricingError(issues);
  }
  return { charge, scope, deduplicate: policy.deduplicate };
}

/** Outcomes are told apart by the ids of their events. */
function checkDeduplication(
  { id, outcome }: UsageCharge,
  { deduplicate }: BillingPolicy,
  issues: PricingIssue[],
): void {
  if (outcome === undefined || deduplicate) return;
  const expected = `true, as charge ${id} judges outcomes, which are told apart by the ids of events`;
  const facts = { expected, received: deduplicate };
  issues.push(issueAt("invalid_value", ["policy", "deduplicate"], facts));
}

function readUsageCharge(
  input: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
): UsageCharge | undefined {
  const charge = valueOrReport(catalogReader(policy).charge(input, ["charge"]), issues);
  if (charge === undefined) return undefined;
  const { chargeType, pricing } = charge;
  if (isUsageCharge(charge)) return charge;
  const expected = "a usage charge that is no discount";
  const [path, received] =
    chargeType === "usage"
      ? [["charge", "pricing", "model"], pricing.model]
      : [["charge", "chargeType"], chargeType];
  issues.push(issueAt("invalid_value", path, { expected, received }));
  return undefined;
}

function readScope(options: Unread<keyof SummarizeOptions>, issues: PricingIssue[]): UsageScope {
  const zone = readTimeZone(options.timeZone, ["timeZone"], issues);
  const period =
    options.period === undefined ? undefined : readPeriod(options.period, ["period"], zone, issues);
  const asOf =
    options.asOf === undefined ? period?.end : readDateAt(options.asOf, ["asOf"], zone, issues);
  return {
    customerId: readText(options.customerId, ["customerId"], issues),
    subscriptionId: readText(options.subscriptionId, ["subscriptionId"], issues),
    agentType: readText(options.agentType, ["agentType"], issues),
    zone,
    period,
    asOf,
  };
}

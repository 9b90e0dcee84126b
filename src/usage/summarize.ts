import { catalogReader } from "../catalog/catalog.js";
import type { UsageCharge, UsageChargeInput } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import { readDateAt, readPeriod, readTimeZone } from "../catalog/dates.js";
import { valueOrReport } from "../catalog/parse.js";
import { reportUnknownKeys } from "../catalog/plain-data.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  safeParsePolicy,
} from "../catalog/policy.js";
import { canonicalJson } from "../content/canonical-json.js";
import { sha256 } from "../content/sha256.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { recordIn } from "../pricing/fields-schema.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import { type DateInput, formatDate } from "../time/date.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { type Counter, counterOf, place, readEvents } from "./collect.js";
import { type Counted, countingTerms } from "./counting.js";
import { type EventGroup, groupById } from "./deduplicate.js";
import type { ReadEvent, UsageEventInput } from "./event.js";
import { payloadOf } from "./event-fields.js";
import { checkPeriods, type UsageScope } from "./match.js";
import { addPlacement, reportBuilder } from "./report.js";
import type { SummaryHeader, UsageSummary } from "./summary.js";
import { deduplicatedSummary, type PlacedEvent, plainSummary } from "./summary-form.js";
import { tallyGroups } from "./tally.js";

/** Which events {@link summarizeUsage} counts, and for which charge. */
export interface SummarizeOptions {
  /** The usage charge that the events are for. */
  readonly charge: UsageChargeInput | UsageCharge;
  /** Only this customer's events; default any. */
  readonly customerId?: string;
  /** Only events of this subscription, and those that name none; default any. */
  readonly subscriptionId?: string;
  /** Only events of this agent type, and those that name none; default any. */
  readonly agentType?: string;
  /** Only events of this period, `[start, end)`; default any. */
  readonly period?: Period;
  /** Only events received up to this moment; default the period's end, or any without a period. */
  readonly asOf?: DateInput;
  /** IANA name of the time zone in which civil dates begin: that of the subscription. Default `"UTC"`. */
  readonly timeZone?: TimeZone;
  /** The billing policy; `deduplicate` is read. */
  readonly policy?: BillingPolicyInput;
}

/**
 * Sums up events for one charge: which quantity it prices, and what became of every event.
 *
 * Each event falls in exactly one bucket of the report; a bad event is reported, never thrown. Duplicates (one id,
 * same payload) count once; of conflicting payloads under one id the earliest counts, then the smallest canonical JSON.
 *
 * @throws {PricingError} when the options are wrong: an invalid charge, one that is not a usage charge, a bad date.
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
  events: Iterable<UsageEventInput | Readonly<Record<string, unknown>>>,
  options: SummarizeOptions,
): UsageSummary {
  const { charge, scope, deduplicate } = readOptions(events, options);
  const counter = counterOf(
    { charge, agentType: scope.agentType, period: scope.period },
    scope,
    undefined,
  );
  if (counter === undefined) throw new Error("unreachable: only usage charges are read");
  const header = summaryHeader(charge, scope, deduplicate);
  const setAside = reportBuilder();
  const known = readEvents(events, scope, setAside, []);
  if (deduplicate) {
    const groups = new Map<string, EventGroup<PlacedEvent>>();
    for (const [id, group] of groupById(known)) {
      groups.set(id, { ...group, winner: placeEvent(group.winner, counter) });
    }
    return deduplicatedSummary(header, groups, setAside.build());
  }
  const counted: Counted[] = [];
  for (const event of known) {
    const placement = place(event, [counter]);
    addPlacement(setAside, event.id, placement);
    counted.push(...placement.counted.values());
  }
  return plainSummary(header, tallyGroups(counted), setAside.build());
}

function placeEvent(event: ReadEvent, counter: Counter): PlacedEvent {
  const { bucket, reason, counted } = place(event, [counter]);
  const { id, timestamp } = event;
  return {
    id,
    timestamp,
    payload: payloadOf(event),
    bucket,
    reason,
    counted: counted.get(counter.service),
  };
}

/** What a summary for this charge and scope is of; also what `invoice` expects of one that it is given. */
export function summaryHeader(
  charge: UsageCharge,
  scope: UsageScope,
  deduplicate: boolean,
): SummaryHeader {
  const { needs, aggregation, currency, ...terms } = countingTerms(charge);
  // Only where values are priced does it matter in which currency they are.
  const priced = needs === "values" ? { currency } : {};
  const { customerId = null, subscriptionId = null, agentType = null } = scope;
  return {
    schemaVersion: 1,
    chargeId: charge.id,
    customerId,
    subscriptionId,
    agentType,
    period: scope.period === undefined ? null : formatPeriod(scope.period, UTC),
    asOf: scope.asOf === undefined ? null : formatDate(scope.asOf, UTC),
    deduplicate,
    aggregation,
    priced: needs,
    fingerprint: sha256(canonicalJson({ ...terms, ...priced })),
  };
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
];

interface ReadOptions {
  readonly charge: UsageCharge;
  readonly scope: UsageScope;
  readonly deduplicate: boolean;
}

function readOptions(events: unknown, input: unknown): ReadOptions {
  const issues: PricingIssue[] = [];
  if (typeof events !== "object" || events === null || !(Symbol.iterator in events)) {
    const expected = "a list, or another iterable, of events";
    issues.push(issueAt("invalid_type", [], `must be ${expected}`, { expected, received: events }));
  }
  const options: { readonly [K in keyof SummarizeOptions]?: unknown } = recordIn(input);
  reportUnknownKeys(options, OPTIONS, [], issues);
  const policy = valueOrReport(
    safeParsePolicy(options.policy ?? DEFAULT_POLICY, ["policy"]),
    issues,
  );
  const charge = readUsageCharge(options.charge, policy ?? DEFAULT_POLICY, issues);
  const scope = readScope(options, issues);
  if (charge !== undefined) checkPeriods([{ charge, period: scope.period }], issues);
  if (charge === undefined || policy === undefined || issues.length > 0) {
    throw new PricingError(issues);
  }
  return { charge, scope, deduplicate: policy.deduplicate };
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
  issues.push(issueAt("invalid_value", path, `must be of ${expected}`, { expected, received }));
  return undefined;
}

function readScope(
  options: { readonly [K in keyof SummarizeOptions]?: unknown },
  issues: PricingIssue[],
): UsageScope {
  const zone = readTimeZone(options.timeZone, ["timeZone"], issues);
  const period =
    options.period === undefined ? undefined : readPeriod(options.period, ["period"], zone, issues);
  const asOf =
    options.asOf === undefined ? period?.end : readDateAt(options.asOf, ["asOf"], zone, issues);
  return {
    customerId: optionalText(options.customerId, "customerId", issues),
    subscriptionId: optionalText(options.subscriptionId, "subscriptionId", issues),
    agentType: optionalText(options.agentType, "agentType", issues),
    period,
    asOf,
  };
}

function optionalText(input: unknown, name: string, issues: PricingIssue[]): string | undefined {
  if (input === undefined || (typeof input === "string" && input !== "")) return input;
  const expected = "a text that is not empty";
  issues.push(
    issueAt("invalid_type", [name], `must be ${expected}`, { expected, received: input }),
  );
  return undefined;
}

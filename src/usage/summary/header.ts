import type { UsageCharge } from "../../catalog/charge.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { digest } from "../../data/digest.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import type { PerEvent } from "../../pricing/model.js";
import { isRatedPricing, modelOf } from "../../pricing/models/index.js";
import { formatPeriod } from "../../time/billing-period.js";
import { formatDate, instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import { UTC } from "../../time/zone.js";
import { countsDays } from "../aggregations/index.js";
import { meterTerms } from "../meter/count-event.js";
import { looksAtClock } from "../meter/predicate.js";
import type { UsageScope } from "../meter/scope.js";
import type { SummaryHeader, UsageSummary } from "./summary.js";

/** What a summary for this charge and scope is of; also what `invoice` expects of one that it is given. */
export function summaryHeader(
  charge: UsageCharge,
  scope: UsageScope,
  deduplicate: boolean,
): SummaryHeader {
  const { customerId = null, subscriptionId = null, agentType = null } = scope;
  return {
    schemaVersion: 2,
    chargeId: charge.id,
    customerId,
    subscriptionId,
    agentType,
    ...(looksAtClockOf(charge) ? { timeZone: scope.zone ?? UTC } : {}),
    period: scope.period === undefined ? null : formatPeriod(scope.period, UTC),
    asOf: scope.asOf === undefined ? null : formatDate(scope.asOf, UTC),
    deduplicate,
    ...meterHeader(charge, deduplicate),
  };
}

/** Whose usage a summary is of. */
export type Whose = Pick<SummaryHeader, "customerId" | "subscriptionId">;

/** A summary under a header, of this or somebody else. Field by field: to spread an object of so many takes thirty times as long. */
export function underHeader(
  header: SummaryHeader,
  { customerId, subscriptionId }: Whose,
  { quantity, groups, report }: Pick<UsageSummary, "quantity" | "groups" | "report">,
): UsageSummary {
  const { timeZone } = header;
  const summary = {
    schemaVersion: header.schemaVersion,
    chargeId: header.chargeId,
    customerId,
    subscriptionId,
    agentType: header.agentType,
    period: header.period,
    asOf: header.asOf,
    deduplicate: header.deduplicate,
    judgesOutcomes: header.judgesOutcomes,
    aggregation: header.aggregation,
    priced: header.priced,
    fingerprint: header.fingerprint,
    quantity,
    groups,
    report,
  };
  return timeZone === undefined ? summary : { ...summary, timeZone };
}

/** Whether it depends on the local time of events which of them count, or how. */
function looksAtClockOf({ filter, outcome, aggregation }: UsageCharge): boolean {
  if (countsDays(aggregation)) return true;
  return [filter?.where, outcome?.qualifies].some((each) => each && looksAtClock(each));
}

/** The part of a header that says how a charge meters. */
export function meterHeader(
  charge: UsageCharge,
  deduplicate: boolean,
): Pick<SummaryHeader, "judgesOutcomes" | "aggregation" | "priced" | "fingerprint"> {
  const { needs, aggregation, currency, ...terms } = meterTerms(charge);
  const { outcome } = charge;
  // Only where values are priced does it matter in which currency they are.
  const priced = needs === "values" ? { currency } : {};
  const perEvent = deduplicate ? undefined : perEventOf(charge)?.terms;
  return {
    judgesOutcomes: outcome !== undefined,
    aggregation,
    priced: needs,
    fingerprint: digest(canonicalJson({ ...terms, ...priced, perEvent, outcome })),
  };
}

/** How a charge's values are added up; nothing where each is kept, or none is priced. */
export function perEventOf({ pricing }: UsageCharge): PerEvent | undefined {
  return isRatedPricing(pricing) ? modelOf(pricing).perEvent?.(pricing) : undefined;
}

/** The scope that a summary says it is of. Of billing periods it knows its own, what came before, and what comes after. */
export function scopeOfHeader(header: SummaryHeader): UsageScope {
  const { customerId, subscriptionId, agentType, timeZone, period, asOf } = header;
  const interval = intervalOf(period);
  return {
    customerId: customerId ?? undefined,
    subscriptionId: subscriptionId ?? undefined,
    agentType: agentType ?? undefined,
    zone: timeZone,
    period: interval,
    asOf: asOf === null ? undefined : instantOf(asOf, UTC),
    billingPeriodOf: interval && ((instant) => sideOf(interval, instant)),
  };
}

/** The period of a header. */
export function intervalOf(period: SummaryHeader["period"]): Interval | undefined {
  return period === null
    ? undefined
    : { start: instantOf(period.start, UTC), end: instantOf(period.end, UTC) };
}

function sideOf(period: Interval, instant: Instant): number {
  if (contains(period, instant)) return 0;
  return instant < period.start ? -1 : 1;
}

const NAMES = [
  "chargeId",
  "customerId",
  "subscriptionId",
  "agentType",
  "timeZone",
  "period",
  "asOf",
  "deduplicate",
  "judgesOutcomes",
  "aggregation",
  "priced",
  "fingerprint",
] as const;

/** What of a summary's header differs from what was expected. */
export function headerMismatches(
  expected: SummaryHeader,
  summary: SummaryHeader,
): readonly PricingIssue[] {
  return NAMES.flatMap((name) => {
    const [wanted, found] = [canonicalJson(expected[name]), canonicalJson(summary[name])];
    return wanted === found ? [] : issueAt("usage_mismatch", [name], { expected: wanted, found });
  });
}

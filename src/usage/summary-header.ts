import type { UsageCharge } from "../catalog/charge.js";
import { canonicalJson } from "../content/canonical-json.js";
import { sha256 } from "../content/sha256.js";
import { issueAt, type PricingIssue } from "../errors.js";
import type { PerEvent } from "../pricing/model.js";
import { isRatedPricing, modelOf } from "../pricing/models/index.js";
import { formatPeriod } from "../time/billing-period.js";
import { contains, type Interval } from "../time/cycle-grid.js";
import { formatDate, instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { UTC } from "../time/zone.js";
import { countingTerms } from "./counting.js";
import type { UsageScope } from "./match.js";
import type { SummaryHeader } from "./summary.js";

/** What a summary for this charge and scope is of; also what `invoice` expects of one that it is given. */
export function summaryHeader(
  charge: UsageCharge,
  scope: UsageScope,
  deduplicate: boolean,
): SummaryHeader {
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
    ...countingHeader(charge, deduplicate),
  };
}

/** The part of a header that says how a charge counts. */
export function countingHeader(
  charge: UsageCharge,
  deduplicate: boolean,
): Pick<SummaryHeader, "judgesOutcomes" | "aggregation" | "priced" | "fingerprint"> {
  const { needs, aggregation, currency, ...terms } = countingTerms(charge);
  const { outcome } = charge;
  // Only where values are priced does it matter in which currency they are.
  const priced = needs === "values" ? { currency } : {};
  const perEvent = deduplicate ? undefined : perEventOf(charge)?.terms;
  return {
    judgesOutcomes: outcome !== undefined,
    aggregation,
    priced: needs,
    fingerprint: sha256(canonicalJson({ ...terms, ...priced, perEvent, outcome })),
  };
}

/** How a charge's values are added up; nothing where each is kept, or none is priced. */
export function perEventOf({ pricing }: UsageCharge): PerEvent | undefined {
  return isRatedPricing(pricing) ? modelOf(pricing).perEvent?.(pricing) : undefined;
}

/** The scope that a summary says it is of. Of billing periods it knows its own, what came before, and what comes after. */
export function scopeOfHeader(header: SummaryHeader): UsageScope {
  const { customerId, subscriptionId, agentType, period, asOf } = header;
  const interval = period === null ? undefined : intervalOf(period);
  return {
    customerId: customerId ?? undefined,
    subscriptionId: subscriptionId ?? undefined,
    agentType: agentType ?? undefined,
    period: interval,
    asOf: asOf === null ? undefined : instantOf(asOf, UTC),
    billingPeriodOf: interval && ((instant) => placeAround(interval, instant)),
  };
}

function intervalOf({ start, end }: NonNullable<SummaryHeader["period"]>): Interval {
  return { start: instantOf(start, UTC), end: instantOf(end, UTC) };
}

function placeAround(period: Interval, instant: Instant): number {
  if (contains(period, instant)) return 0;
  return instant < period.start ? -1 : 1;
}

const NAMES = [
  "chargeId",
  "customerId",
  "subscriptionId",
  "agentType",
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
  return NAMES.filter((name) => canonicalJson(expected[name]) !== canonicalJson(summary[name])).map(
    (name) => {
      const wanted = canonicalJson(expected[name]);
      return issueAt("usage_mismatch", [name], `must be ${wanted}`, {
        expected: wanted,
        found: canonicalJson(summary[name]),
      });
    },
  );
}

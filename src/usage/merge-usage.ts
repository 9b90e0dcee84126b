import { valueOrReport } from "../catalog/parse.js";
import { canonicalJson } from "../content/canonical-json.js";
import { issueAt, issueUnder, PricingError, type PricingIssue } from "../errors.js";
import { type EventGroup, mergeGroups } from "./deduplicate.js";
import { mergeReports } from "./report.js";
import type { SummaryHeader, UsageSummary } from "./summary.js";
import {
  deduplicatedSummary,
  type Groups,
  type PlacedEvent,
  plainSummary,
  readGroups,
  readTallies,
} from "./summary-form.js";
import { safeParseSummary } from "./summary-schema.js";
import { mergeGroupTallies } from "./tally.js";

/**
 * Adds two summaries of the same charge, customer and period, as if their events had been summed up together, in any
 * order and grouping. With deduplication, an event that is in both counts once.
 *
 * @throws {PricingError} `usage_mismatch` for each part of the headers that differs; shape issues for a summary that is
 * not one of ours.
 *
 * @example
 * ```ts
 * import { mergeUsage, summarizeUsage } from "rateplan";
 *
 * const charge = {
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome",
 *   pricing: { model: "per-unit", unitPrice: 50 },
 * } as const;
 * const event = { id: "e1", customerId: "acme", unitOfMeasure: "@outcome", timestamp: "2026-01-05T09:00:00Z" };
 * const morning = summarizeUsage([event], { charge });
 * const evening = summarizeUsage([event, { ...event, id: "e2" }], { charge });
 * mergeUsage(morning, evening).quantity; // => "2"
 * ```
 */
export function mergeUsage(a: UsageSummary, b: UsageSummary): UsageSummary {
  const issues: PricingIssue[] = [];
  const first = valueOrReport(safeParseSummary(a, [0]), issues);
  const second = valueOrReport(safeParseSummary(b, [1]), issues);
  if (first === undefined || second === undefined) throw new PricingError(issues);
  const header = headerOf(first);
  issues.push(...headerMismatches(header, second).map((issue) => issueUnder([1], issue)));
  if (issues.length > 0) throw new PricingError(issues);
  if (first.deduplication === undefined || second.deduplication === undefined) {
    const tally = mergeGroupTallies(readTallies(first.tallies), readTallies(second.tallies));
    return plainSummary(header, tally, mergeReports(first.report, second.report));
  }
  const groups = mergeAll(readGroups(first.deduplication), readGroups(second.deduplication));
  return deduplicatedSummary(
    header,
    groups,
    mergeReports(first.deduplication.setAside, second.deduplication.setAside),
  );
}

/** What of a summary's header differs from what was expected. */
export function headerMismatches(
  expected: SummaryHeader,
  summary: SummaryHeader,
): readonly PricingIssue[] {
  const names = [
    "chargeId",
    "customerId",
    "subscriptionId",
    "agentType",
    "period",
    "asOf",
    "deduplicate",
    "aggregation",
    "priced",
    "fingerprint",
  ] as const;
  return names
    .filter((name) => canonicalJson(expected[name]) !== canonicalJson(summary[name]))
    .map((name) => {
      const wanted = canonicalJson(expected[name]);
      return issueAt("usage_mismatch", [name], `must be ${wanted}`, {
        expected: wanted,
        found: canonicalJson(summary[name]),
      });
    });
}

function headerOf(summary: UsageSummary): SummaryHeader {
  const {
    quantity: _quantity,
    tallies: _tallies,
    report: _report,
    deduplication: _events,
    ...header
  } = summary;
  return header;
}

function mergeAll(a: Groups, b: Groups): Groups {
  const merged = new Map<string, EventGroup<PlacedEvent>>(a);
  for (const [id, group] of b) {
    const known = merged.get(id);
    merged.set(id, known === undefined ? group : mergeGroups(known, group, (event) => event));
  }
  return merged;
}

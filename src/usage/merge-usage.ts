import { valueOrReport } from "../catalog/parse.js";
import { issueUnder, PricingError, type PricingIssue } from "../errors.js";
import { mergeAllGroups } from "./deduplicate.js";
import { mergeReports } from "./report.js";
import type { SummaryHeader, UsageSummary } from "./summary.js";
import { deduplicatedSummary, plainSummary, readGroups, readTallies } from "./summary-form.js";
import { headerMismatches } from "./summary-header.js";
import { mergeJudged } from "./summary-outcomes.js";
import { safeParseSummary } from "./summary-schema.js";
import { mergeGroupTallies } from "./tally.js";

/**
 * Adds two summaries of the same charge, customer and period, as if their events had been summed up together, in any
 * order and grouping. With deduplication, an event that is in both counts once. Where the charge judges outcomes, they
 * are judged anew by the events and signals of both.
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
  const [one, other] = [first.deduplication, second.deduplication];
  if (one === undefined || other === undefined) {
    const tally = mergeGroupTallies(readTallies(first.tallies), readTallies(second.tallies));
    return plainSummary(header, tally, mergeReports(first.report, second.report));
  }
  if (one.outcomes !== undefined && other.outcomes !== undefined) {
    return mergeJudged(header, [one, one.outcomes], [other, other.outcomes]);
  }
  const groups = mergeAllGroups(readGroups(one), readGroups(other), (event) => event);
  return deduplicatedSummary(header, groups, mergeReports(one.setAside, other.setAside));
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

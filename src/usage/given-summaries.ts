import { isUsageCharge, pricesUsage } from "../catalog/charge-kinds.js";
import { valueOrReport } from "../catalog/parse.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { headerMismatches } from "./merge-usage.js";
import { type Metered, meter } from "./metered.js";
import { summaryHeader } from "./summarize.js";
import { readTallies } from "./summary-form.js";
import { safeParseSummary } from "./summary-schema.js";
import type { MeteredUsage, UsageContext } from "./usage-input.js";

/** A summary, and where it stands in what the caller passed. */
export interface GivenSummary {
  readonly input: unknown;
  readonly path: readonly PathSegment[];
}

/** Summaries, one for each usage charge that prices usage. */
export function summariesGiven(
  list: readonly GivenSummary[],
  { charges, scope, policy }: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): MeteredUsage {
  const usage = new Map<string, readonly Metered[]>();
  const usageCharges = charges.filter(isUsageCharge);
  for (const { input, path: at } of list) {
    const summary = valueOrReport(safeParseSummary(input, at), issues);
    if (summary === undefined) continue;
    const charge = usageCharges.find(({ id }) => id === summary.chargeId);
    if (charge === undefined) {
      const expected = `the id of a usage charge (${usageCharges.map(({ id }) => id).join(", ")})`;
      issues.push(
        issueAt("unknown_charge", [...at, "chargeId"], `must be ${expected}`, {
          expected,
          received: summary.chargeId,
        }),
      );
      continue;
    }
    if (usage.has(charge.id)) {
      const expected = "one summary for each charge; mergeUsage adds them";
      issues.push(
        issueAt("ambiguous_usage", at, `must be ${expected}`, { expected, received: charge.id }),
      );
    }
    // A simulation asks no one's usage of no time: it takes whatever the summary is of. Only agent types are a product's.
    const { customerId, subscriptionId, agentType, period, asOf } = summary;
    const header = summaryHeader(charge, scope, policy.deduplicate);
    const wanted =
      scope.period === undefined
        ? {
            ...header,
            customerId,
            subscriptionId,
            agentType: scope.agentType ?? agentType,
            period,
            asOf,
          }
        : header;
    for (const issue of headerMismatches(wanted, summary)) issues.push(issueUnder(at, issue));
    usage.set(charge.id, meter(charge, readTallies(summary.tallies)));
  }
  for (const charge of usageCharges.filter((each) => pricesUsage(each) && !usage.has(each.id))) {
    const expected = `a summary for charge ${charge.id}`;
    issues.push(
      issueAt("missing_quantity", path, `must hold ${expected}`, { expected, received: undefined }),
    );
  }
  return usage;
}

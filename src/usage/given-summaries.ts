import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge, pricesUsage } from "../catalog/charge-kinds.js";
import { valueOrReport } from "../catalog/parse.js";
import { canonicalJson } from "../content/canonical-json.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { formatPeriod } from "../time/billing-period.js";
import { UTC } from "../time/zone.js";
import { scopeOf, type UsageScope, type UsageService } from "./match.js";
import { type Metered, meter } from "./metered.js";
import type { OutcomeUsage } from "./outcomes/outcome-usage.js";
import type { SummaryHeader, UsageSummary } from "./summary.js";
import { readTallies } from "./summary-form.js";
import { headerMismatches, scopeOfHeader, summaryHeader } from "./summary-header.js";
import { collectJudged } from "./summary-outcomes.js";
import { safeParseSummary } from "./summary-schema.js";
import type { ResolvedUsage, UsageContext } from "./usage-input.js";

/** A summary, and where it stands in what the caller passed. */
export interface GivenSummary {
  readonly input: unknown;
  readonly path: readonly PathSegment[];
}

/** What summaries say about the services that they are for. */
export type SummarizedUsage = Omit<ResolvedUsage, "report">;

/** Summaries, one for each service that prices usage. */
export function summariesGiven(
  list: readonly GivenSummary[],
  { services, scope, policy }: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): SummarizedUsage {
  const usage = new Map<UsageService, readonly Metered[]>();
  const outcomes = new Map<UsageService, OutcomeUsage>();
  const arrivals = new Map<UsageService, readonly string[]>();
  const used = services.filter(({ charge }) => isUsageCharge(charge));
  for (const { input, path: at } of list) {
    const summary = valueOrReport(safeParseSummary(input, at), issues);
    if (summary === undefined) continue;
    const found = servicesFor(summary, used);
    if (found.length === 0) {
      const expected = `the id of a usage charge (${used.map(({ charge }) => charge.id).join(", ")})`;
      issues.push(
        issueAt("unknown_charge", [...at, "chargeId"], `must be ${expected}`, {
          expected,
          received: summary.chargeId,
        }),
      );
      continue;
    }
    if (found.some((service) => usage.has(service))) {
      const expected = "one summary for each charge; mergeUsage adds them";
      issues.push(
        issueAt("ambiguous_usage", at, `must be ${expected}`, {
          expected,
          received: summary.chargeId,
        }),
      );
    }
    for (const service of found) {
      if (!isUsageCharge(service.charge)) continue;
      const wanted = wantedHeader(summary, service.charge, service, scope, policy.deduplicate);
      const mismatches = headerMismatches(wanted, summary);
      for (const issue of mismatches) issues.push(issueUnder(at, issue));
      const judged = mismatches.length === 0 ? judgedFor(service, summary, scope) : undefined;
      const tallies = judged?.tallies ?? readTallies(summary.tallies);
      usage.set(service, meter(service.charge, tallies));
      if (judged?.outcomes !== undefined) outcomes.set(service, judged.outcomes);
      arrivals.set(service, judged?.arrivals ?? []);
    }
  }
  for (const service of used.filter((each) => pricesUsage(each.charge) && !usage.has(each))) {
    const expected = `a summary for charge ${service.charge.id}`;
    issues.push(
      issueAt("missing_quantity", path, `must hold ${expected}`, { expected, received: undefined }),
    );
  }
  return { metered: usage, outcomes, arrivals };
}

/** The outcomes in a summary as the service bills them; nothing where it judges none. */
function judgedFor(service: UsageService, summary: UsageSummary, scope: UsageScope) {
  const { deduplication } = summary;
  if (deduplication?.outcomes === undefined) return undefined;
  // A simulation asks for no one's usage of no time; the summary says whose and when it is.
  const inForce = service.period === undefined ? scopeOfHeader(summary) : scope;
  const { agentType, period } = service.period === undefined ? inForce : service;
  const own: UsageService = { charge: service.charge, agentType, period };
  const collected = collectJudged(deduplication, deduplication.outcomes, own, inForce);
  return {
    tallies: collected.tallies.get(own),
    outcomes: collected.outcomes.get(own),
    arrivals: collected.arrivals.get(own),
  };
}

/** What the header of a summary for a service must be. */
function wantedHeader(
  { customerId, subscriptionId, agentType, period, asOf }: UsageSummary,
  charge: UsageCharge,
  service: UsageService,
  scope: UsageScope,
  deduplicate: boolean,
): SummaryHeader {
  const header = summaryHeader(charge, scopeOf(service, scope), deduplicate);
  if (service.period !== undefined) return header;
  // A simulation asks no one's usage of no time: it takes whatever the summary is of. Only agent types are a product's.
  return {
    ...header,
    customerId,
    subscriptionId,
    agentType: service.agentType ?? agentType,
    period,
    asOf,
  };
}

/** The services of a summary: of its charge, and, where the charge is billed for several stretches, of its period. */
function servicesFor(
  { chargeId, period }: UsageSummary,
  services: readonly UsageService[],
): readonly UsageService[] {
  const own = services.filter(({ charge }) => charge.id === chargeId);
  const ofPeriod = own.filter(
    (each) =>
      each.period !== undefined &&
      period !== null &&
      canonicalJson(formatPeriod(each.period, UTC)) === canonicalJson(period),
  );
  return ofPeriod.length > 0 ? ofPeriod : own.slice(0, 1);
}

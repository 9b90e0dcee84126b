import type { CreditGrant } from "../../account/credit-grant.js";
import type { PlanGrant } from "../../catalog/plan-grant.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import { exact } from "../../money/decimal.js";
import { type Fraction, ZERO } from "../../money/fraction.js";
import { type ScheduledPeriod, scheduledPeriod } from "../../subscription/cadence.js";
import { stateAt, type Timeline } from "../../subscription/timeline.js";
import { formatDate } from "../../time/date.js";
import type { ReadRequest } from "../request/read-request.js";
import type { PricedPosting } from "../steps/document-step.js";

/** What is to a customer's credit while a document is priced. */
export interface AvailableCredits {
  /** The grants that are given, and those of the period's plan. */
  readonly credits: readonly CreditGrant[];
  /** Grants of the plan that the document makes. */
  readonly granted: readonly PricedPosting[];
  /** What at most of some grants is taken over into the next period. */
  readonly rollovers: readonly RolloverLimit[];
}

/** A limit to what grants of one kind have left together when a period is over. */
export interface RolloverLimit {
  readonly isOf: (grantId: string) => boolean;
  readonly max: Fraction;
}

/**
 * Adds what the plan grants in the billing period: made by the first document that bills usage of it, given back in the request
 * from then on.
 */
export function availableCredits(read: ReadRequest, issues: PricingIssue[]): AvailableCredits {
  const { target, credits, history } = read;
  const { scope, scheduled, known } = target;
  const grants = scheduled === undefined ? [] : grantsIn(known, scheduled);
  if (scheduled === undefined || (scope !== "period" && scope !== "interim")) {
    return { credits, granted: [], rollovers: [] };
  }
  const given = new Set(credits.map(({ id }) => id));
  const made = new Map(
    history.documents.flatMap(({ document }) =>
      document.postings
        .filter(({ kind }) => kind === "grant")
        .map(({ grantId }) => [grantId, document.idempotencyKey] as const),
    ),
  );
  const added: CreditGrant[] = [];
  for (const grant of grants.map((each) => grantOf(each, scheduled, known))) {
    if (given.has(grant.id)) continue;
    const maker = made.get(grant.id);
    if (maker === undefined) {
      added.push(grant);
      continue;
    }
    const expected = `grant ${grant.id} with its balance, as document ${maker} has made it`;
    issues.push(issueAt("missing", ["credits"], { expected, received: undefined }));
  }
  return {
    credits: [...credits, ...added],
    granted: added.map((grant) => {
      const amount = exact(grant.amount);
      const { id: grantId, unit } = grant;
      return { kind: "grant", grantId, unit, amount, before: ZERO, after: amount, grant };
    }),
    rollovers: scope === "period" ? grants.flatMap(rolloverLimit) : [],
  };
}

/** What the plan grants that is in force as a period begins; nothing where nothing is billed then. */
function grantsIn(known: Timeline, { period }: ScheduledPeriod): readonly PlanGrant[] {
  const state = stateAt(known, period.start);
  if (state === undefined || state.unbilledReason !== undefined) return [];
  return state.plan.plan.grants ?? [];
}

function rolloverLimit({ id, rollover }: PlanGrant): readonly RolloverLimit[] {
  if (rollover?.max === undefined) return [];
  return [{ isOf: (grantId) => grantId.startsWith(`${id}@`), max: exact(rollover.max) }];
}

/** The grant of one billing period. */
function grantOf(
  { id, name = id, rollover, ...terms }: PlanGrant,
  { index, period }: ScheduledPeriod,
  { schedule, span, zone }: Timeline,
): CreditGrant {
  const last = rollover && (scheduledPeriod(schedule, index + rollover.periods)?.period ?? span);
  const start = formatDate(period.start, zone);
  return {
    ...terms,
    id: `${id}@${start}`,
    name,
    grantedAt: start,
    expiresAt: formatDate(last?.end ?? period.end, zone),
  };
}

import type { Charge } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import { needsPeriod } from "../aggregations/index.js";
import type { ReadEvent } from "../events/event.js";
import type { EventTimes } from "../events/read-events.js";
import type { RecordedLevels } from "./levels.js";

/** Whose usage counts, and when. What is absent does not restrict. */
export interface UsageScope extends EventTimes {
  readonly customerId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly agentType?: string | undefined;
  /** Where clocks and calendars are looked at; UTC. */
  readonly zone?: TimeZone | undefined;
  /** In which billing period of the subscription an instant lies; without one, all are one. */
  readonly billingPeriodOf?: ((instant: Instant) => number) | undefined;
  /** The moment of knowledge of the document that billed the time of an instant; nothing while none has. */
  readonly billedAsOf?: ((instant: Instant) => Instant | undefined) | undefined;
  /** Whether an instant is of a time that is billed, not billed again, and of which nothing is asked. */
  readonly isClosed?: ((instant: Instant) => boolean) | undefined;
  /** Up to when earlier documents have billed a charge's usage; nothing where none has. */
  readonly billedUntil?: ((chargeId: string) => Instant | undefined) | undefined;
}

/** A charge in a segment of time: whose usage of when it prices. What is absent does not restrict. */
export interface UsageSegment {
  readonly charge: Charge;
  readonly agentType?: string | undefined;
  readonly period?: Interval | undefined;
  /** Pauses inside of the period, in which nothing counts. */
  readonly pauses?: readonly Interval[] | undefined;
  /** The moment of knowledge of the document that billed the usage; nothing when it is billed first. */
  readonly billedAsOf?: Instant | undefined;
  /** The levels that earlier documents have recorded of the charge; nothing while none has. */
  readonly recorded?: RecordedLevels | undefined;
  /** When the outcomes occurred that it prices; absent, whenever. */
  readonly occurredIn?: readonly Interval[] | undefined;
  /** Whether it prices outcomes that occurred before it, when the charge had other prices. */
  readonly isRunOff?: boolean | undefined;
}

/** The scope of one segment within that of everything that is priced. */
export function scopeOf(
  { agentType, period, pauses }: UsageSegment,
  outer: UsageScope,
): UsageScope {
  return { ...outer, agentType, period, pauses };
}

/** Why an event is not of the scope's customer, subscription or agent type; nothing when it is. */
export function whyOutOfScope(
  { customerId, fields }: Pick<ReadEvent, "customerId" | "fields">,
  scope: UsageScope,
): string | undefined {
  if (scope.customerId !== undefined && customerId !== scope.customerId)
    return `of customer ${customerId}`;
  const { subscriptionId, agentType } = fields;
  if (differs(subscriptionId, scope.subscriptionId)) return `of subscription ${subscriptionId}`;
  if (differs(agentType, scope.agentType)) return `of agent type ${agentType}`;
  return undefined;
}

/** An event that does not say fits everything. */
function differs(said: string | undefined, wanted: string | undefined): boolean {
  return said !== undefined && wanted !== undefined && said !== wanted;
}

/** Reports charges that weigh usage over a period and have none. */
export function checkPeriods(segments: readonly UsageSegment[], issues: PricingIssue[]): void {
  for (const { charge, period } of segments) {
    if (period !== undefined && period.end > period.start) continue;
    if (!isUsageCharge(charge) || !needsPeriod(charge.aggregation)) continue;
    const expected = `a period over which charge ${charge.id} sums up levels`;
    issues.push(issueAt("missing", ["period"], { expected, received: period }));
  }
}

import type { Charge } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import { issueAt, type PricingIssue } from "../errors.js";
import type { Interval } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import type { ReadEvent } from "./event.js";

/** Whose usage of what counts, and when. What is absent does not restrict. */
export interface UsageScope {
  readonly customerId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly agentType?: string | undefined;
  readonly period?: Interval | undefined;
  /** The moment of knowledge: an event received later does not count. */
  readonly asOf?: Instant | undefined;
  /** In which billing period of the subscription an instant lies; without one, all are one. */
  readonly billingPeriodOf?: ((instant: Instant) => number) | undefined;
  /** The moments of knowledge of the invoices that have billed the usage before; none when it is billed first. */
  readonly billedAsOf?: readonly Instant[] | undefined;
}

/** A charge, with whose usage of which time it prices; what is absent does not restrict. */
export interface UsageService {
  readonly charge: Charge;
  readonly agentType?: string | undefined;
  readonly period?: Interval | undefined;
}

/** The scope of one service within that of everything that is priced. */
export function scopeOf({ agentType, period }: UsageService, outer: UsageScope): UsageScope {
  return { ...outer, agentType, period };
}

/** Whether an event was known at a scope's `asOf`. */
export function isKnown(event: { readonly receivedAt: Instant }, { asOf }: UsageScope): boolean {
  return asOf === undefined || event.receivedAt <= asOf;
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

/** Why an event is not in the scope's period; nothing when it is. */
export function whyOutside({ timestamp }: ReadEvent, { period }: UsageScope): string | undefined {
  if (period === undefined) return undefined;
  if (timestamp < period.start) return "before the period";
  return timestamp < period.end ? undefined : "after the period";
}

/** A level is summed up over a period, so there must be one. */
export function checkPeriods(services: readonly UsageService[], issues: PricingIssue[]): void {
  for (const { charge, period } of services) {
    if (period !== undefined && period.end > period.start) continue;
    if (!isUsageCharge(charge) || charge.aggregation !== "weighted-sum") continue;
    const expected = `a period over which charge ${charge.id} sums up levels`;
    issues.push(
      issueAt("missing", ["period"], `is required: ${expected}`, { expected, received: period }),
    );
  }
}

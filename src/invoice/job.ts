import { isCounted, type RatedCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { isSplittable } from "../catalog/revision.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { type Fraction, sum } from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import type { UsageScope, UsageService } from "../usage/match.js";
import { meteredQuantity, nothingMetered } from "../usage/metered.js";
import type { UsageReport } from "../usage/report.js";
import { resolveUsage } from "../usage/usage-input.js";
import type { ChargeOrigin } from "./line-terms.js";
import type { PricedService, ServiceTime } from "./priced-service.js";

/** A charge that is to be billed, before anybody has looked at the usage. */
export interface ServiceFacts {
  readonly charge: RatedCharge;
  /** The agent type whose usage counts; absent where any does. */
  readonly agentType: string | undefined;
  readonly time: ServiceTime | undefined;
  readonly origin: ChargeOrigin | undefined;
  /** The quantity that is billed, where it does not follow from usage, and where the caller gave it. */
  readonly quantity: Fraction | undefined;
  readonly quantityPath: readonly PathSegment[];
}

/** Usage as it was given, and what it may speak of. */
export interface GivenUsage {
  readonly usage: unknown;
  readonly path: readonly PathSegment[];
  readonly scope: UsageScope;
  /** Whether usage may also say the quantities of recurring charges, as a simulation's may. */
  readonly saysQuantities: boolean;
}

/** What can be priced, and what became of the events. */
export interface MeteredServices {
  readonly services: readonly PricedService[];
  readonly report: UsageReport;
}

/** A service as usage is matched with it; `before` is the same charge earlier in its cycle. */
interface Matched {
  readonly facts: ServiceFacts;
  readonly usage: UsageService;
  readonly before: readonly UsageService[];
}

/** Finds what every service is priced from, and reports what is wrong with it. */
export function meterServices(
  all: readonly ServiceFacts[],
  given: GivenUsage,
  policy: BillingPolicy,
  issues: PricingIssue[],
): MeteredServices {
  const matched = all.map((facts) => matchedWith(facts, policy, issues));
  const used = matched
    .filter(({ facts }) => given.saysQuantities || facts.charge.chargeType === "usage")
    .flatMap(({ usage, before }) => [usage, ...before]);
  const { metered, outcomes, arrivals, report } = resolveUsage(
    given.usage,
    { services: used, scope: given.scope, policy },
    given.path,
    issues,
  );
  const services = matched.map(({ facts, usage, before }): PricedService => {
    const { charge, quantity, quantityPath, time, origin } = facts;
    const found = metered.get(usage);
    if (found !== undefined && quantity !== undefined) {
      const expected = "one quantity for each charge";
      const path = [...given.path, charge.id];
      issues.push(
        issueAt("ambiguous_usage", path, `must not repeat what quantities say: ${expected}`, {
          expected,
          received: charge.id,
        }),
      );
    }
    if (found === undefined && quantity === undefined && isCounted(charge)) {
      const expected = `a quantity of ${charge.unitOfMeasure ?? "units"} for charge ${charge.id}`;
      issues.push(
        issueAt("missing_quantity", quantityPath, `is required: ${expected}`, {
          expected,
          received: undefined,
        }),
      );
    }
    const nothing = [nothingMetered(modelOf(charge.pricing).needs)];
    const earlier = before.flatMap((each) => metered.get(each) ?? []);
    return {
      charge,
      metered: quantity === undefined ? (found ?? nothing) : [meteredQuantity(quantity)],
      before: before.length === 0 ? undefined : sum(earlier.map((each) => each.quantity)),
      outcomes: outcomes.get(usage),
      arrivals: arrivals.get(usage) ?? [],
      time,
      origin,
      path: quantity === undefined ? [...given.path, charge.id] : quantityPath,
    };
  });
  return { services, report };
}

function matchedWith(facts: ServiceFacts, policy: BillingPolicy, issues: PricingIssue[]): Matched {
  const { charge, agentType, time } = facts;
  const usage: UsageService = { charge, agentType, period: time?.period };
  const begins = time === undefined || time.billedBefore.length === 0;
  const restarts = policy.tiersAtChange === "restart" || begins || charge.chargeType !== "usage";
  const needs = modelOf(charge.pricing).needs;
  if (restarts || needs === "nothing") return { facts, usage, before: [] };
  if (needs === "quantity" && isSplittable(charge.aggregation) && charge.groupBy === undefined) {
    const before = time.billedBefore.map((period) => ({ charge, agentType, period }));
    return { facts, usage, before };
  }
  const expected = `"restart", as the usage of charge ${charge.id} cannot be added up across a change`;
  issues.push(
    issueAt("not_splittable", ["policy", "tiersAtChange"], `must be ${expected}`, {
      expected,
      received: policy.tiersAtChange,
    }),
  );
  return { facts, usage, before: [] };
}

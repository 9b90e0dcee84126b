import type { Aggregation } from "../catalog/aggregation.js";
import type { BillingTiming } from "../catalog/charge.js";
import type { RatedCharge } from "../catalog/charge-kinds.js";
import type { UsageFilter } from "../catalog/filter.js";
import type { GroupBy } from "../catalog/group-by.js";
import type { Guarantee } from "../catalog/guarantee.js";
import type { OutcomePolicy } from "../catalog/outcome.js";
import type { Proration } from "../catalog/proration.js";
import type { PricedTerms } from "../pricing/terms.js";
import type { BillingCycle } from "../time/billing-cycle.js";

/** Everything about a charge that decided its line: enough to rate the line again without today's catalog. */
export interface LineTerms extends PricedTerms {
  /** The least that the charge bills in a cycle. */
  readonly minimum?: string;
  /** The most that the charge bills in a cycle. */
  readonly maximum?: string;
  /** How usage becomes a quantity. */
  readonly aggregation?: Aggregation;
  /** Which events count. */
  readonly filter?: UsageFilter<string>;
  /** By which fields of the events lines are told apart. */
  readonly groupBy?: GroupBy;
  /** The cycle that is billed for, when it is not the plan's. */
  readonly billingCycle?: BillingCycle;
  /** When a fee is billed. */
  readonly billingTiming?: BillingTiming;
  /** How a part of a cycle is billed. */
  readonly proration?: Proration;
  /** How events become billable outcomes. */
  readonly outcome?: OutcomePolicy;
  /** A promised rate of success. */
  readonly guarantee?: Guarantee;
  /** The rate plan that the charge stands in; absent where it was rated by itself. */
  readonly ratePlanId?: string;
  /** True where the prices are the customer's own, by the subscription's overrides. */
  readonly overridden?: true;
}

/** Where a charge comes from. */
export interface ChargeOrigin {
  readonly ratePlanId: string;
  readonly overridden: boolean;
}

/** The terms of a charge, as its lines record them: all of it but what is for people. */
export function lineTerms(charge: RatedCharge, origin: ChargeOrigin | undefined): LineTerms {
  const {
    id: _id,
    name: _name,
    description: _description,
    currency: _currency,
    metadata: _metadata,
    revisions: _revisions,
    ...terms
  } = charge;
  return {
    ...terms,
    ...(origin === undefined ? {} : { ratePlanId: origin.ratePlanId }),
    ...(origin?.overridden === true ? { overridden: true } : {}),
  };
}

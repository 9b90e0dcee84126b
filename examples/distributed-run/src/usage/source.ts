import type { UsageSummary } from "rateplan";
import type { Customer } from "../customers.js";
import type { FailedCustomer } from "../ledger.js";

/** Usage of customers, as summaries by customer, and those with something wrong, who do not hold up the others. */
export interface SummedUsage {
  readonly usage: ReadonlyMap<string, readonly UsageSummary[]>;
  readonly failed: readonly FailedCustomer[];
}

/** Where the usage of customers comes from. */
export type UsageSource = (customers: readonly Customer[]) => Promise<SummedUsage>;

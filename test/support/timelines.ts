/** Lives of subscriptions, laid out. */
import {
  type PricingIssue,
  parseProduct,
  parseSubscription,
  type RatePlanInput,
  type SubscriptionInput,
} from "rateplan";
import { catalogReader } from "../../src/catalog/catalog.js";
import { DEFAULT_POLICY } from "../../src/catalog/policy.js";
import { layOut } from "../../src/subscription/lay-out.js";
import type { Timeline } from "../../src/subscription/timeline.js";
import { productOf } from "./plans.js";

/** The life of a subscription to the plan `starter` from June 2026 on, unless said otherwise. */
export function timelineOf(
  plans: readonly RatePlanInput[],
  more: Partial<SubscriptionInput> = {},
): Timeline {
  const issues: PricingIssue[] = [];
  const timeline = layOut(
    parseSubscription({
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...more,
    }),
    [parseProduct(productOf(...plans))],
    catalogReader(DEFAULT_POLICY),
    issues,
  );
  if (timeline === undefined || issues.length > 0) throw new Error(JSON.stringify(issues));
  return timeline;
}

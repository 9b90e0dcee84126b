import type { BillingCycle } from "../time/billing-cycle.js";
import { addLocalDays, instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { type TimeZone, UTC } from "../time/zone.js";
import type { Cadence } from "./cadence.js";
import type { Subscription } from "./subscription.js";

/** When the trial ends; the start where there is none. */
export function trialEndOf({ startDate, trialDays = 0 }: Subscription, zone: TimeZone): Instant {
  const start = instantOf(startDate, zone);
  return trialDays === 0 ? start : addLocalDays(start, trialDays, zone);
}

/** The billing periods of a subscription whose cycle never changes. */
export function unchangedSchedule(subscription: Subscription, cycle: BillingCycle): Cadence[] {
  const { startDate, endDate, timeZone: zone = UTC } = subscription;
  const start = instantOf(startDate, zone);
  const end = endDate === undefined ? Number.POSITIVE_INFINITY : instantOf(endDate, zone);
  return [
    {
      span: { start, end },
      charges: { start, end },
      anchor: subscription.billingAnchor ?? "anniversary",
      anniversary: trialEndOf(subscription, zone),
      cycle,
      zone,
      endOfMonth: subscription.endOfMonth ?? "clamp",
    },
  ];
}

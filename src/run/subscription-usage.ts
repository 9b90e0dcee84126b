import { deepFreeze } from "../data/deep-freeze.js";
import { NO_EVENTS, type UsageReport } from "../usage/events/report.js";
import type { LaneSums } from "../usage/lanes/lane.js";
import { plainSummary } from "../usage/summary/form.js";
import type { UsageSummary } from "../usage/summary/summary.js";
import { type ChargeTally, chargeTally } from "./charge-tally.js";
import type { RunSubscription } from "./read-run.js";
import type { UnknownCustomers } from "./unknown-customers.js";

/** The usage of one subscription. */
export interface SubscriptionUsage {
  /** The subscription. */
  readonly subscriptionId: string;
  /** Its customer. */
  readonly customerId: string;
  /** A summary for each usage charge and stretch of time of the documents that end in the period: what `invoice` takes as `usage`. */
  readonly summaries: readonly UsageSummary[];
}

/** The usage of all subscriptions of a run. */
export interface RunSummary {
  /** The usage of each subscription, in the order in which they were given. */
  readonly subscriptions: readonly SubscriptionUsage[];
  /** What became of the events that are in no summary: an event is either in this report or in that of a summary. */
  readonly report: UsageReport;
  /** Whose events they are, where a customer has no subscription in the run. */
  readonly unknownCustomers: UnknownCustomers;
}

/** A subscription with what is added up of it; each tally begins with its first event. */
export interface OpenSubscription extends RunSubscription {
  readonly tallies: (ChargeTally | undefined)[];
  /** The number of the slot of its first charge. */
  readonly firstSlot: number;
}

/** The tally of a charge of a subscription, begun where it is the first time. */
export function tallyAt({ tallies, life }: OpenSubscription, place: number): ChargeTally {
  const begun = tallies[place];
  if (begun !== undefined) return begun;
  const kind = life.kinds[place];
  if (kind === undefined) throw new Error("unreachable: a charge that is not of the subscription");
  const tally = chargeTally(kind);
  tallies[place] = tally;
  return tally;
}

/** The usage of a subscription, as far as it has been added up. */
export function usageOf(
  subscription: OpenSubscription,
  sums: LaneSums,
  matched: (count: number) => UsageReport,
): SubscriptionUsage {
  const { id: subscriptionId, customerId, life, tallies, firstSlot } = subscription;
  const whose = { customerId, subscriptionId };
  return {
    subscriptionId,
    customerId,
    summaries: life.kinds.map((kind, place) => {
      const count = sums.count(firstSlot + place);
      const states = sums.states(firstSlot + place, kind.meter);
      const tally = tallies[place];
      if (tally === undefined && !kind.deduplicate)
        return plainSummary(kind.header, states, matched(count), whose);
      const whole = tally ?? tallyAt(subscription, place);
      if (count > 0) whole.merge(count, states);
      return whole.build({ ...kind.header, ...whose });
    }),
  };
}

/** The reports of so many events that all match, each made once: most subscriptions of a run have as many as another. */
export function matchedReports(): (count: number) => UsageReport {
  const known = new Map([[0, NO_EVENTS]]);
  return (count) => {
    const made = known.get(count);
    if (made !== undefined) return made;
    const counts = { ...NO_EVENTS.counts, matched: count };
    const report = deepFreeze({ ...NO_EVENTS, counts });
    known.set(count, report);
    return report;
  };
}

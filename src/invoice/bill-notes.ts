import { formatExact, isZero, ZERO } from "../money/fraction.js";
import type { Timeline } from "../subscription/timeline.js";
import { formatPeriod } from "../time/billing-period.js";
import type { PeriodJob } from "./billing-run.js";
import type { ProvisionalUsage } from "./invoice.js";
import { lineKey, type PricingWarning } from "./line.js";
import { servicePeriodOf } from "./priced-service.js";

/** What of the period's outcomes may still change. */
export function provisionalIn({ inArrears }: PeriodJob): readonly ProvisionalUsage[] {
  return inArrears.flatMap(({ charge, outcomes, time }, index) => {
    const servicePeriod = servicePeriodOf(time);
    if (outcomes === undefined || servicePeriod === undefined) return [];
    // What waits is the charge's, not that of one of its stretches: the last one says it.
    const isLast = inArrears.slice(index + 1).every((each) => each.charge.id !== charge.id);
    const pending = isLast ? outcomes.pending : ZERO;
    const { reversible } = outcomes;
    if (isZero(reversible) && isZero(pending)) return [];
    return {
      chargeId: charge.id,
      servicePeriod,
      reversible: formatExact(reversible),
      pending: formatExact(pending),
    };
  });
}

/** What became known since each service was billed, by the service's key. */
export function arrivalsIn({ inArrears }: PeriodJob): ReadonlyMap<string, readonly string[]> {
  return new Map(
    inArrears.map(({ charge, time, arrivals }) => [
      lineKey(charge.chargeType, charge.id, servicePeriodOf(time)),
      arrivals,
    ]),
  );
}

/** Fees in advance that are taken to stand on an earlier invoice. */
export function presumed({ inAdvance }: PeriodJob, { zone }: Timeline): readonly PricingWarning[] {
  return inAdvance.map(({ charge: { id: chargeId }, time }): PricingWarning => {
    const { start, end } = formatPeriod(time?.period ?? { start: 0, end: 0 }, zone);
    const message = `Charge ${chargeId} is billed in advance for ${start} to ${end}, presumably on an earlier invoice: previous does not hold it`;
    return { code: "presumed_billed", chargeId, message };
  });
}

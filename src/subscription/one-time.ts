import { isRated } from "../catalog/charge-kinds.js";
import type { ScheduledPeriod } from "./cadence.js";
import { dueOnce } from "./due-once.js";
import type { ChargeSegment } from "./segment.js";
import type { SegmentContext } from "./segment-context.js";

/** The segments of the one-time charges that fall due in a period. */
export function oneTimeSegments(
  context: SegmentContext,
  scheduled: ScheduledPeriod,
): readonly ChargeSegment[] {
  const rated = dueOnce(context, scheduled).filter(({ charge }) => isRated(charge));
  return rated.map(({ charge, overridden, state }): ChargeSegment => {
    const span = { start: state.span.start, end: scheduled.period.end };
    const segment: ChargeSegment = {
      charge,
      overridden,
      ratePlanId: state.plan.plan.id,
      agentType: state.plan.product.agentType,
      quantity: undefined,
      period: span,
      pauses: [],
      cycle: scheduled.cycle,
      priceInterval: span,
      parts: [span],
      position: 0,
      sharedLimits: () => [segment],
    };
    return segment;
  });
}

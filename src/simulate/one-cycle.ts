import type { RatedCharge } from "../catalog/charge-kinds.js";
import type { MeterTask } from "../invoice/rating/meter-task.js";
import type { Interval } from "../time/interval.js";

/** The cycle of a charge that is priced by itself: whole, first, and at no particular time. */
export const ONE_CYCLE: Interval = Object.freeze({ start: 0, end: 1 });

/** One whole cycle of a charge, in which nothing changes. */
export function oneCycle(
  charge: RatedCharge,
  {
    ratePlanId,
    agentType,
    quantity,
  }: {
    readonly ratePlanId: string | null;
    readonly agentType: string | undefined;
    readonly quantity: string | undefined;
  },
): MeterTask["segment"] {
  return {
    charge,
    overridden: false,
    ratePlanId,
    agentType,
    quantity,
    period: ONE_CYCLE,
    pauses: [],
    cycle: ONE_CYCLE,
    priceInterval: ONE_CYCLE,
    parts: [ONE_CYCLE],
    position: 0,
  };
}

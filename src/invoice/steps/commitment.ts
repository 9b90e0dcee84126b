import { formatAmount } from "../../money/amount-rounding.js";
import { compare, sum } from "../../money/fraction.js";
import { differenceLine } from "./limits.js";
import type { PeriodLines, PeriodPricing, StepLines } from "./period-step.js";

/** Brings the plan as a whole to its minimum commitment. */
export function commitToMinimum(pricing: PeriodPricing, { all }: PeriodLines): StepLines {
  const { before, commitment: bound, rounding, period } = pricing;
  if (bound === undefined) return { lines: [] };
  const net = sum([...before, ...all].map(({ amount }) => amount));
  if (compare(net, bound) >= 0) return { lines: [] };
  const description = `Minimum commitment of ${formatAmount(bound, rounding)}`;
  const key = {
    kind: "minimum-commitment",
    chargeId: null,
    start: period.start,
    group: null,
  } as const;
  return { lines: [differenceLine({ key, description, period, net, bound }, pricing)] };
}

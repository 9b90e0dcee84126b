import { formatAmount } from "../../money/amount-rounding.js";
import { compare, sum } from "../../money/fraction.js";
import { differenceLine } from "./limits.js";
import type { PeriodLines, PeriodPricing, StepLines } from "./period-step.js";

/** Brings the plan as a whole to its minimum commitment, or down to the most that it bills. */
export function limitPlan(pricing: PeriodPricing, { all }: PeriodLines): StepLines {
  const { before, commitment, maximumSpend, isInterim, rounding, period } = pricing;
  if (commitment === undefined && maximumSpend === undefined) return { lines: [] };
  const net = sum([...before, ...all].map(({ amount }) => amount));
  const facts = { period, net };
  const keyOf = (kind: "minimum-commitment" | "maximum-spend") =>
    ({ kind, chargeId: null, start: period.start, group: null }) as const;
  if (commitment !== undefined && !isInterim && compare(net, commitment) < 0) {
    const key = keyOf("minimum-commitment");
    const description = `Minimum commitment of ${formatAmount(commitment, rounding)}`;
    return { lines: [differenceLine({ ...facts, key, description, bound: commitment }, pricing)] };
  }
  if (maximumSpend !== undefined && compare(net, maximumSpend) > 0) {
    const key = keyOf("maximum-spend");
    const description = `Maximum of ${formatAmount(maximumSpend, rounding)}`;
    return {
      lines: [differenceLine({ ...facts, key, description, bound: maximumSpend }, pricing)],
    };
  }
  return { lines: [] };
}

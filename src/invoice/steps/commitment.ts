import { formatAmount } from "../../money/amount-rounding.js";
import {
  compare,
  type Fraction,
  isZero,
  minimumOf,
  negate,
  subtract,
  sum,
} from "../../money/fraction.js";
import type { AppliedShare, PricedLine } from "../document/priced-line.js";
import { netByKey } from "./document-step.js";
import { differenceLine } from "./limits.js";
import { payableOf, shareOut, timedNets } from "./payable.js";
import { isMeasured, type PeriodLines, type PeriodPricing, type StepLines } from "./period-step.js";

/** Brings the plan as a whole to its minimum commitment, or down to the most that it bills. */
export function limitPlan(pricing: PeriodPricing, { all }: PeriodLines): StepLines {
  const { before, commitment, maximumSpend, isInterim, rounding, period, policy } = pricing;
  if (commitment === undefined && maximumSpend === undefined) return { lines: [] };
  const billed = [...before, ...all];
  const totalOf = (lines: readonly PricedLine[]) => sum(lines.map(({ amount }) => amount));
  const keyOf = (kind: "minimum-commitment" | "maximum-spend") =>
    ({ kind, chargeId: null, start: period.start, group: null }) as const;
  const measured = totalOf(billed.filter(({ key }) => isMeasured(key.kind, policy)));
  if (commitment !== undefined && !isInterim && compare(measured, commitment) < 0) {
    const facts = { period, net: measured };
    const key = keyOf("minimum-commitment");
    const description = `Minimum commitment of ${formatAmount(commitment, rounding)}`;
    return { lines: [differenceLine({ ...facts, key, description, bound: commitment }, pricing)] };
  }
  const net = totalOf(billed);
  if (maximumSpend !== undefined && compare(net, maximumSpend) > 0) {
    const key = keyOf("maximum-spend");
    const description = `Maximum of ${formatAmount(maximumSpend, rounding)}`;
    const line = differenceLine({ key, description, period, net, bound: maximumSpend }, pricing);
    return { lines: [{ ...line, appliedTo: sharesOf(line, all, pricing) }] };
  }
  return { lines: [] };
}

/**
 * What falls to each line of what is beyond the most that the plan bills: to what is billed with it, in proportion to what each charge
 * owes net of its own maximum; what is more than all of that, likewise to the fees that were billed in advance. Taxes and credits
 * follow the lines.
 */
function sharesOf(
  { key, amount, period }: PricedLine,
  all: readonly PricedLine[],
  { before, rounding }: PeriodPricing,
): readonly AppliedShare[] {
  const off = (total: Fraction, lines: Parameters<typeof timedNets>[0]) => {
    const nets = timedNets(lines, period);
    const payable = payableOf(nets, rounding);
    return shareOut(negate(minimumOf(total, sum(payable))), nets, payable, rounding);
  };
  const own = off(negate(amount), all);
  const taken = sum(own.map((share) => share.amount));
  const rest = subtract(taken, amount);
  if (isZero(rest)) return own;
  const left = [...before, ...all, { key, amount: taken, appliedTo: own, period }];
  const appliedTo = [...own, ...off(rest, left)];
  const shares = netByKey([{ key, amount: sum(appliedTo.map((each) => each.amount)), appliedTo }]);
  return [...shares.values()];
}

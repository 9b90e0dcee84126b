import { allocate } from "../../money/allocation.js";
import { formatAmount } from "../../money/amount-rounding.js";
import { compare, type Fraction, isZero, negate, sum, ZERO } from "../../money/fraction.js";
import { type AppliedShare, keyText, type PricedLine } from "../document/priced-line.js";
import { gridOf } from "../history/account-parts.js";
import { netByKey } from "./document-step.js";
import { differenceLine } from "./limits.js";
import { payableOf } from "./payable.js";
import { isMeasured, type PeriodLines, type PeriodPricing, type StepLines } from "./period-step.js";

/**
 * What falls to each line of what is beyond the most that the plan bills, in proportion to what its charge owes of it, net of the
 * charge's own maximum: taxes and credits follow the lines. Nothing where fees that are billed with another part are beyond it
 * by themselves.
 */
function sharesOf(
  amount: Fraction,
  all: readonly PricedLine[],
  { rounding, period }: PeriodPricing,
): readonly AppliedShare[] {
  const times = new Map(all.map((line) => [keyText(line.key), line.period]));
  const nets = [...netByKey(all)].map(([name, net]) => ({
    ...net,
    period: times.get(name) ?? period,
  }));
  const room = payableOf(nets, rounding);
  const over = negate(amount);
  if (compare(over, sum(room)) > 0) return [];
  const shares = allocate(over, room, gridOf([over, ...room], rounding).increment, room);
  return nets.flatMap(({ key }, index) => {
    const share = shares[index] ?? ZERO;
    return isZero(share) ? [] : [{ key, amount: negate(share) }];
  });
}

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
    return { lines: [{ ...line, appliedTo: sharesOf(line.amount, all, pricing) }] };
  }
  return { lines: [] };
}

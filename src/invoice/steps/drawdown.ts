import { isUsageCharge, type RatedCharge } from "../../catalog/charge-kinds.js";
import { discountTargets } from "../../catalog/discount.js";
import { type AmountRounding, formatAmount, roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  type Fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import { contains } from "../../time/interval.js";
import type { LineKind } from "../document/line.js";
import {
  type AppliedShare,
  amountLine,
  type LineKey,
  type PricedLine,
} from "../document/priced-line.js";
import { payableOf, shareOut, type TimedAmount, timedNets } from "./payable.js";
import type { DrawdownBalance, DrawdownPricing, PeriodPricing, PeriodStep } from "./period-step.js";

/** A fee at the end of a period, and what draws from it there. */
interface DrawnPeriod extends DrawdownBalance {
  /** What of the period draws from it, key by key. */
  readonly nets: readonly TimedAmount[];
}

/** What follows from what a document bills, and draws from nothing. */
const AFTER: ReadonlySet<LineKind> = new Set<LineKind>([
  "drawdown",
  "overage",
  "minimum-commitment",
  "maximum-spend",
  "true-up",
  "guarantee",
]);

/** Finds what draws from a fee in a period: what charges come to after discounts, coupons and their limits. */
export function drawnIn(
  { charge, cycle, held, stretches, paid, used }: DrawdownPricing,
  { before, segments, period }: PeriodPricing,
  all: readonly PricedLine[],
): DrawnPeriod {
  const { appliesTo = "all" } = charge.drawdown;
  const charges = new Map<string | null, RatedCharge>(
    segments.map((each) => [each.charge.id, each.charge]),
  );
  const draws = ({ chargeId, start }: LineKey) => {
    const own = charges.get(chargeId);
    const isTarget = own !== undefined && isUsageCharge(own) && discountTargets(appliesTo, own);
    // What began before the cycle is drawn as it is billed.
    const at = Math.max(start, held.start);
    return isTarget && stretches.some((each) => contains(each, at));
  };
  const isFee = ({ key }: PricedLine) =>
    key.kind === "recurring" && key.chargeId === charge.id && contains(cycle, key.start);
  const fees = [...before, ...all].filter(isFee);
  const drawing = all.filter(({ key }) => !AFTER.has(key.kind));
  const nets = timedNets(drawing, period).filter(
    ({ key, amount }) => draws(key) && !isZero(amount),
  );
  return {
    paid: add(paid, sum(fees.map(({ amount }) => amount))),
    used: add(used, sum(nets.map(({ amount }) => amount))),
    nets,
  };
}

/** What of usage a fee has paid for. */
export function drawnOf({ paid, used }: DrawdownBalance): Fraction {
  return isNegative(used) ? ZERO : minimumOf(used, paid);
}

/** What of usage goes beyond what a fee has paid for. */
function beyondOf({ paid, used }: DrawdownBalance): Fraction {
  const over = subtract(used, paid);
  return isNegative(over) ? ZERO : over;
}

/** Draws usage from the fees that have paid for it, and bills what goes beyond them at its factor. */
export const drawDown: PeriodStep = (pricing, { all }) => ({
  lines: pricing.drawdowns.flatMap((each) => drawFrom(each, pricing, all)),
});

function drawFrom(
  drawdown: DrawdownPricing,
  pricing: PeriodPricing,
  all: readonly PricedLine[],
): readonly PricedLine[] {
  const { charge, held } = drawdown;
  const { period: whole, rounding } = pricing;
  const { nets, ...now } = drawnIn(drawdown, pricing, all);
  const { overageFactor = "1" } = charge.drawdown;
  const factor = exact(overageFactor);
  /** What is billed beyond the fee, without the usage itself: rounded as a whole, so that its parts add up. */
  const surchargeOf = (balance: DrawdownBalance) => {
    const over = beyondOf(balance);
    return subtract(roundAmount(multiply(over, factor), rounding), over);
  };
  // As much as all of the cycle has drawn less what it had before: so parts add up, also where what is paid has changed.
  const drawn = subtract(drawnOf(now), drawnOf(drawdown));
  const beyond = subtract(beyondOf(now), beyondOf(drawdown));
  const surcharge = subtract(surchargeOf(now), surchargeOf(drawdown));
  const start = Math.max(held.start, whole.start);
  const period = { start, end: Math.min(held.end, whole.end) };
  const money = (amount: Fraction) => formatAmount(amount, rounding);
  const left = subtract(now.paid, drawnOf(now));
  const line = (
    kind: "drawdown" | "overage",
    amount: Fraction,
    description: string,
    text: string,
  ) =>
    isZero(amount)
      ? []
      : [
          amountLine({
            key: { kind, chargeId: charge.id, start, group: null },
            description: `${charge.name}: ${description}`,
            period,
            exactAmount: amount,
            amount,
            appliedTo: sharesOf(amount, nets, rounding),
            steps: [amountStep(kind, amount, text)],
          }),
        ];
  return [
    ...line(
      "drawdown",
      negate(drawn),
      "drawn",
      `${money(drawn)} of ${money(now.paid)} paid; ${money(left)} left`,
    ),
    ...line(
      "overage",
      surcharge,
      "overage",
      `${money(beyond)} beyond ${money(now.paid)} paid, at ${overageFactor} times its price`,
    ),
  ];
}

/** What falls to each of the amounts that draw, in proportion to what its charge owes of it, net of the charge's own maximum. */
function sharesOf(
  amount: Fraction,
  nets: readonly TimedAmount[],
  rounding: AmountRounding,
): readonly AppliedShare[] {
  // Where less is drawn than before, what is above nothing lowers what is below it.
  const isLess = isNegative(sum(nets.map((net) => net.amount)));
  const drawing = isLess ? nets.map((net) => ({ ...net, amount: negate(net.amount) })) : nets;
  return shareOut(amount, drawing, payableOf(drawing, rounding), rounding);
}

import { isUsageCharge, type RatedCharge } from "../../catalog/charge-kinds.js";
import type { Guarantee, GuaranteeStep, Remedy } from "../../catalog/outcome.js";
import { type AmountRounding, roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  fraction,
  isZero,
  minimumOf,
  multiply,
  negate,
  sum,
} from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import { amountLine, type PricedLine } from "../document/priced-line.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import { netBySegment } from "./limits.js";
import type { PeriodLines, PeriodPricing, StepLines } from "./period-step.js";

/** Gives back what a missed guarantee promises of what a charge bills, net of its discounts and limits. */
export function honourGuarantees(pricing: PeriodPricing, lines: PeriodLines): StepLines {
  if (pricing.isInterim || !pricing.segments.some(mayGiveBack)) return { lines: [] };
  const net = netBySegment(lines);
  const limits = lines.all.filter(({ key }) => key.kind === "minimum" || key.kind === "maximum");
  return {
    lines: pricing.segments.flatMap((segment) => {
      const { charge, priceInterval, billed, occurredFrom } = segment;
      if (billed !== undefined) return billed.filter(({ key }) => key.kind === "guarantee");
      const own = limits.filter(
        ({ key: { chargeId, start, mark } }) =>
          chargeId === charge.id && start === priceInterval.start && mark === occurredFrom,
      );
      const whole = add(net(segment), sum(own.map(({ amount }) => amount)));
      return guaranteeLine(segment, whole, pricing.rounding) ?? [];
    }),
  };
}

/** Whether a segment is guaranteed, or was billed before, when it may have been. */
function mayGiveBack({ charge, billed }: MeteredSegment): boolean {
  return billed !== undefined || guaranteeOf(charge) !== undefined;
}

function guaranteeOf(charge: RatedCharge): Guarantee | undefined {
  return isUsageCharge(charge) ? charge.guarantee : undefined;
}

/** The line that gives back what a missed guarantee promises; nothing when it was kept. */
function guaranteeLine(
  { charge, outcomes, period }: MeteredSegment,
  net: Fraction,
  rounding: AmountRounding,
): PricedLine | undefined {
  const guarantee = guaranteeOf(charge);
  if (guarantee === undefined || outcomes === undefined) return undefined;
  const { minimumAttempts = 1 } = guarantee;
  const { attempts, successes } = outcomes;
  if (attempts < minimumAttempts || net.numerator <= 0n) return undefined;
  const reached = fraction(BigInt(successes) * 100n, BigInt(attempts));
  const missed = stepsOf(guarantee).findLast(
    ({ successRate }) => compare(reached, exact(successRate)) < 0,
  );
  if (missed === undefined) return undefined;
  const { successRate, remedy } = missed;
  const back = roundAmount(minimumOf(owedBack(remedy, net), net), rounding);
  if (isZero(back)) return undefined;
  const text = `${successes} of ${attempts} attempts succeeded, ${successRate} % are guaranteed`;
  return amountLine({
    key: { kind: "guarantee", chargeId: charge.id, start: period.start, group: null },
    description: `${charge.name}: guarantee of ${successRate} %`,
    period,
    exactAmount: negate(back),
    amount: negate(back),
    steps: [amountStep("guarantee", negate(back), text)],
  });
}

/** What is promised, the highest rate first. */
function stepsOf({ steps, successRate, remedy }: Guarantee): readonly GuaranteeStep[] {
  if (steps !== undefined) return steps;
  return successRate === undefined || remedy === undefined ? [] : [{ successRate, remedy }];
}

function owedBack({ percent, amount, cap }: Remedy, net: Fraction): Fraction {
  const share =
    percent !== undefined
      ? divide(multiply(net, exact(percent)), fraction(100n))
      : amount !== undefined
        ? exact(amount)
        : net;
  return cap === undefined ? share : minimumOf(share, exact(cap));
}

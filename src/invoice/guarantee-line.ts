import { isUsageCharge } from "../catalog/charge-kinds.js";
import type { Remedy } from "../catalog/guarantee.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import {
  compare,
  divide,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  minimumOf,
  multiply,
  negate,
} from "../money/fraction.js";
import { amountLine, type Line, lineKey } from "./line.js";
import { type PricedService, servicePeriodOf } from "./priced-service.js";

/** The line that gives back what a missed guarantee promises of what the charge bills; nothing when it was kept. */
export function guaranteeLine(
  { charge, outcomes, time }: PricedService,
  net: Fraction,
  rounding: AmountRounding,
): Line | undefined {
  if (!isUsageCharge(charge) || charge.guarantee === undefined || outcomes === undefined) {
    return undefined;
  }
  const { successRate, minimumAttempts = 1, remedy } = charge.guarantee;
  const { attempts, successes } = outcomes;
  if (attempts < minimumAttempts || net.numerator <= 0n) return undefined;
  const reached = fraction(BigInt(successes) * 100n, BigInt(attempts));
  if (compare(reached, exact(successRate)) >= 0) return undefined;
  const back = roundAmount(minimumOf(owedBack(remedy, net), net), rounding);
  if (isZero(back)) return undefined;
  const kind = "guarantee";
  const value = formatExact(negate(back));
  const text = `${successes} of ${attempts} attempts succeeded, ${successRate} % are guaranteed`;
  return amountLine({
    key: lineKey(kind, charge.id, servicePeriodOf(time)),
    kind,
    chargeId: charge.id,
    description: `${charge.name}: guarantee of ${successRate} %`,
    exactAmount: value,
    amount: formatAmount(negate(back), rounding),
    steps: [{ of: "amount", kind, value, text }],
  });
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

import type { RatedCharge } from "../catalog/charge-kinds.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { compare, type Fraction, formatExact, multiply, subtract } from "../money/fraction.js";
import { shareAt } from "../time/proration.js";
import { amountLine, type Line } from "./line.js";
import { chargeDayCount, type PricedService, prorates } from "./priced-service.js";

/** A limit that a net amount is beyond. */
export interface Beyond {
  readonly kind: "minimum" | "maximum";
  /** The limit, on the currency's grid. */
  readonly bound: Fraction;
}

/** How a limit is brought onto the currency's grid: rounded, or first scaled to a part of the cycle. */
type OnGrid = (limit: Fraction) => Fraction;

/** The limit of a charge that a net amount is beyond; nothing when it is within. */
export function limitBeyond(
  { minimum, maximum }: RatedCharge,
  net: Fraction,
  onGrid: OnGrid,
): Beyond | undefined {
  if (minimum !== undefined) {
    const bound = onGrid(exact(minimum));
    if (compare(net, bound) < 0) return { kind: "minimum", bound };
  }
  if (maximum !== undefined) {
    const bound = onGrid(exact(maximum));
    if (compare(net, bound) > 0) return { kind: "maximum", bound };
  }
  return undefined;
}

/** The grid for the limits of a service: those of a part of its cycle where the charge prorates limits. */
export function limitGrid({ charge, time }: PricedService, rounding: AmountRounding): OnGrid {
  if (time === undefined || !prorates(charge, "limits")) {
    return (limit) => roundAmount(limit, rounding);
  }
  const { full, pricesHold, zone } = time;
  const count = chargeDayCount(charge);
  const [from, to] = [
    shareAt(count, full, pricesHold.start, zone),
    shareAt(count, full, pricesHold.end, zone),
  ];
  const upTo = (limit: Fraction, share: Fraction) => roundAmount(multiply(limit, share), rounding);
  return (limit) => subtract(upTo(limit, to), upTo(limit, from));
}

/** A line over the difference between what was billed and what must be. */
export function differenceLine(facts: {
  readonly key: string;
  readonly kind: "minimum" | "maximum" | "minimum-commitment";
  readonly chargeId: string | null;
  readonly description: string;
  readonly net: Fraction;
  readonly bound: Fraction;
  readonly rounding: AmountRounding;
}): Line {
  const { key, kind, chargeId, description, net, bound, rounding } = facts;
  const difference = subtract(bound, net);
  const amount = formatAmount(difference, rounding);
  const text = `${kind} ${formatAmount(bound, rounding)} − ${formatAmount(net, rounding)} billed`;
  const value = formatExact(difference);
  return amountLine({
    key,
    kind,
    chargeId,
    description,
    exactAmount: value,
    amount,
    steps: [{ of: "amount", kind, value, text }],
  });
}

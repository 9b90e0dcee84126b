import { groupBy } from "../../data/group-by.js";
import { allocate } from "../../money/allocation.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import {
  compare,
  type Fraction,
  isNegative,
  isZero,
  minimumOf,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { type Interval, overlap } from "../../time/interval.js";
import { keyText, type PricedLine } from "../document/priced-line.js";
import { gridOf } from "../history/account-parts.js";
import { type NetAmount, netByKey } from "./document-step.js";

/** What lines come to under a key, and the time that is billed by it. */
export interface TimedAmount extends NetAmount {
  readonly period: Interval;
}

/** What lowers a charge over a stretch of time by amounts of its own: its maximum, a guarantee, what a correction takes back. */
export interface Lowering {
  /** More than 0. */
  readonly amount: Fraction;
  /** Where among the amounts it stands. */
  readonly own: readonly number[];
  /** Where the amounts stand that are lowered: of the same charge, or of none, and of that time. */
  readonly others: readonly number[];
}

export function loweringsOf(amounts: readonly TimedAmount[]): readonly Lowering[] {
  const byCharge = groupBy(amounts.entries(), ([, { key }]) => key.chargeId);
  return [...byCharge.values()].flatMap((ofCharge) => {
    const less = ofCharge.filter(([, { amount }]) => isNegative(amount));
    const more = ofCharge.filter(([, { amount }]) => !isNegative(amount));
    const byTime = groupBy(less, ([, { period }]) => `${period.start} ${period.end}`);
    return [...byTime.values()].map((together): Lowering => {
      const [[, { period }]] = together;
      return {
        amount: negate(sum(together.map(([, { amount }]) => amount))),
        own: together.map(([place]) => place),
        others: more
          .filter(([, each]) => overlap(period, each.period) !== undefined)
          .map(([place]) => place),
      };
    });
  });
}

/** What may be paid of each amount: less what lowers it, in proportion to what it lowers. */
export function payableOf(
  amounts: readonly TimedAmount[],
  rounding: AmountRounding,
): readonly Fraction[] {
  const left = amounts.map(({ amount }) => (isNegative(amount) ? ZERO : amount));
  for (const { amount, others } of loweringsOf(amounts)) {
    const rooms = others.map((place) => left[place] ?? ZERO);
    const total = minimumOf(amount, sum(rooms));
    const { increment } = gridOf([total, ...rooms], rounding);
    const shares = allocate(total, rooms, increment, rooms);
    for (const [index, place] of others.entries())
      left[place] = subtract(left[place] ?? ZERO, shares[index] ?? ZERO);
  }
  return left;
}

/** What lines come to under each key, with the time of the line that bills it; of what has none among them, the time given. */
export function timedNets(
  lines: readonly Pick<PricedLine, "key" | "amount" | "appliedTo" | "period">[],
  period: Interval,
): readonly TimedAmount[] {
  const times = new Map(lines.map((line) => [keyText(line.key), line.period]));
  return [...netByKey(lines)].map(([name, net]) => ({ ...net, period: times.get(name) ?? period }));
}

/** What of an amount falls to each of others, in proportion to what may be paid of it; no more than that, where that is enough. */
export function shareOut(
  amount: Fraction,
  amounts: readonly NetAmount[],
  payable: readonly Fraction[],
  rounding: AmountRounding,
): readonly NetAmount[] {
  const room = sum(payable);
  if (isZero(room)) return [];
  const size = isNegative(amount) ? negate(amount) : amount;
  const mostOf = compare(size, room) > 0 ? undefined : payable;
  const { increment } = gridOf([amount, ...payable], rounding);
  const shares = allocate(amount, payable, increment, mostOf);
  return amounts.flatMap(({ key }, index) => {
    const share = shares[index] ?? ZERO;
    return isZero(share) ? [] : [{ key, amount: share }];
  });
}

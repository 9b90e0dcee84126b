/** A line of the oracle, and what is left under each key. */
import { type Rational, sum, ZERO } from "./rational.js";
import type { Plan, RatedCharge, Span, Target, Tax } from "./story.js";

/** What of a line falls to another one. */
export interface Share {
  readonly key: string;
  readonly amount: Rational;
}

type Kind =
  | "one-time"
  | "recurring"
  | "usage"
  | "discount"
  | "coupon"
  | "minimum"
  | "maximum"
  | "minimum-commitment"
  | "maximum-spend"
  | "credit-return"
  | "credit"
  | "included-tax"
  | "tax"
  | "carried"
  | "adjustment";

export interface OracleLine {
  /** What is billed: kind, charge or source, and since when. */
  readonly key: string;
  readonly kind: Kind;
  /** The kind that decides where it counts: on an adjustment, that of what it adjusts. */
  readonly countsAs: Exclude<Kind, "adjustment">;
  readonly chargeId: string | null;
  /** The coupon, grant or tax that it follows from. */
  readonly sourceId: string | null;
  /** The charge whose taxes and credits it has; absent where it belongs to none. */
  readonly charge?: RatedCharge;
  readonly plan?: Plan;
  /** The time that it bills for. */
  readonly span: Span;
  readonly amount: Rational;
  /** The amount before rounding. */
  readonly exact: Rational;
  /** On a rated line. */
  readonly quantity?: Rational;
  /** On the line of a tax. */
  readonly tax?: Tax;
  /** What it takes off, or puts on, other lines; they add up to its amount. */
  readonly shares: readonly Share[];
}

/**
 * What is left under each key, in the order of the lines: a line's own amount, which is all that does not fall to others, with what
 * others take off it. So together it is what the lines come to.
 */
export function netByKey(lines: readonly OracleLine[]): ReadonlyMap<string, Rational> {
  const net = new Map<string, Rational>();
  const add = (key: string, amount: Rational) => net.set(key, (net.get(key) ?? ZERO).plus(amount));
  for (const { key, amount, shares } of lines) {
    const own = amount.minus(totalOf(shares));
    if (shares.length === 0 || own.sign !== 0) add(key, own);
    for (const share of shares) add(share.key, share.amount);
  }
  return net;
}

export function totalOf(lines: readonly Pick<OracleLine, "amount">[]): Rational {
  return sum(lines.map(({ amount }) => amount));
}

/** Whether a discount, a coupon or a grant with this target has to do with a charge. */
export function targets(target: Target, charge: RatedCharge | undefined): boolean {
  if (target === "all") return true;
  if (charge === undefined) return false;
  const unit = charge.chargeType === "one-time" ? undefined : charge.unitOfMeasure;
  return (
    (target.charges?.includes(charge.id) ?? true) &&
    (target.chargeTypes?.includes(charge.chargeType) ?? true) &&
    (target.units === undefined || (unit !== undefined && target.units.includes(unit)))
  );
}

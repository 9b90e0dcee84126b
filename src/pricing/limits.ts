import { exact } from "../money/decimal.js";
import { compare, type Fraction } from "../money/fraction.js";
import type { PricedTerms } from "./terms.js";

/** The terms of a charge with the limits that hold its amount. */
export interface LimitedTerms extends PricedTerms {
  readonly minimum?: string;
  readonly maximum?: string;
}

/** A limit that a net amount is beyond, on the currency's grid. */
export interface LimitBreach {
  readonly kind: "minimum" | "maximum";
  readonly bound: Fraction;
  readonly net: Fraction;
}

/** What each limit is measured on. */
export type LimitNets = { readonly [kind in LimitBreach["kind"]]: Fraction };

/** The limit of a charge that a net amount is beyond; nothing when it is within. `roundLimit` brings it onto the grid. */
export function limitBreach(
  { minimum, maximum }: Pick<LimitedTerms, "minimum" | "maximum">,
  nets: LimitNets,
  roundLimit: (limit: Fraction) => Fraction,
): LimitBreach | undefined {
  if (minimum !== undefined) {
    const bound = roundLimit(exact(minimum));
    const net = nets.minimum;
    if (compare(net, bound) < 0) return { kind: "minimum", bound, net };
  }
  if (maximum !== undefined) {
    const bound = roundLimit(exact(maximum));
    const net = nets.maximum;
    if (compare(net, bound) > 0) return { kind: "maximum", bound, net };
  }
  return undefined;
}

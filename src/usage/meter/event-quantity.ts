import type { EventQuantity } from "../../catalog/quantity.js";
import { exact } from "../../money/decimal.js";
import { compare, type Fraction, isNegative, negate } from "../../money/fraction.js";
import { roundToIncrement } from "../../money/rounding.js";

const compiled = new WeakMap<EventQuantity, (quantity: Fraction) => Fraction>();

/** What counts of an event's quantity. What takes back is the mirror image of what it takes back. */
export function countedQuantity(terms: EventQuantity | undefined, quantity: Fraction): Fraction {
  if (terms === undefined) return quantity;
  const known = compiled.get(terms) ?? compile(terms);
  compiled.set(terms, known);
  return isNegative(quantity) ? negate(known(negate(quantity))) : known(quantity);
}

function compile({ rounding, minimum, maximum }: EventQuantity): (quantity: Fraction) => Fraction {
  const increment = exact(rounding?.increment ?? "1");
  const [least, most] = [minimum, maximum].map((bound) => bound && exact(bound));
  return (quantity) => {
    const rounded =
      rounding === undefined ? quantity : roundToIncrement(quantity, increment, rounding.mode);
    if (least && compare(rounded, least) < 0) return least;
    return most && compare(rounded, most) > 0 ? most : rounded;
  };
}

import { type RoundingMode, rateAmount } from "rateplan";
import type { Check } from "../adapter.js";
import { isStated, optionalText, text, type Vector } from "../vector.js";

/** The libraries' names of rounding modes. */
const MODES: Readonly<Record<string, RoundingMode>> = {
  down: "floor",
  up: "ceiling",
  halfUp: "half-ceiling",
  halfDown: "half-floor",
  halfEven: "half-even",
  halfOdd: "half-odd",
  halfTowardsZero: "half-toward-zero",
  halfAwayFromZero: "half-away-from-zero",
  "half toward +infinity": "half-ceiling",
};

/** What stands before a remark in brackets names the mode: `down(floor)`. */
function modeOf(name: string): RoundingMode {
  const mode = MODES[name.replace(/\s*\(.*\)$/, "")];
  if (mode === undefined) throw new Error(`unknown rounding mode ${name}`);
  return mode;
}

/** An amount of either sign as the library rounds it: that many units at a price of 1. */
export function rounded(
  amount: string,
  decimals: number,
  mode: RoundingMode = "half-away-from-zero",
  increment?: string,
): string {
  return rateAmount(
    {
      id: "amount",
      name: "amount",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: "MONEY",
      pricing: { model: "per-unit", unitPrice: "1" },
    },
    amount,
    {
      currencies: { MONEY: decimals },
      negativeUsage: "allow",
      rounding: { mode, ...(increment === undefined ? {} : { increment }) },
    },
  );
}

/** dinero: `transformScale`, and `divide` by an integer. currency.js: what its constructor does. */
export function rounding({ input, expected }: Vector): readonly Check[] {
  const mode = modeOf(text(input, "mode"));
  if (isStated(input, "value")) {
    const actual = rounded(text(input, "value"), Number(text(input, "decimals")), mode);
    return [{ what: "rounded", expected: text(expected, "value"), actual }];
  }
  const divisor = optionalText(input, "divisor");
  if (divisor !== undefined) return divided(text(input, "amount"), divisor, mode, expected);
  const toScale = text(input, "toScale");
  const actual = rounded(
    `${text(input, "amount")}e-${text(input, "scale")}`,
    Number(toScale),
    mode,
  );
  return [{ what: "rounded", expected: `${text(expected, "amount")}e-${toScale}`, actual }];
}

/** `amount / divisor` as so many units in packages of the divisor, at a price of 1. */
function divided(
  amount: string,
  divisor: string,
  mode: RoundingMode,
  expected: Vector["expected"],
): readonly Check[] {
  const actual = rateAmount(
    {
      id: "amount",
      name: "amount",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: "MONEY",
      pricing: { model: "package", size: divisor, price: "1", rounding: "exact" },
    },
    amount,
    { currencies: { MONEY: 0 }, negativeUsage: "allow", rounding: { mode } },
  );
  return [{ what: "quotient", expected: text(expected, "amount"), actual }];
}

/** currency.js: cents, then the nearest increment of cash. */
export function cashRounding({ input, expected }: Vector): readonly Check[] {
  const increment = text(input, "increment");
  const actual = rounded(text(input, "value"), 2, "half-ceiling", increment);
  return [{ what: "rounded", expected: text(expected, "value"), actual }];
}

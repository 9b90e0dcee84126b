/** Amounts by integers: where they fit, they are those of the exact way. */
import fc from "fast-check";
import { parseCharge, parsePolicy } from "rateplan";
import { describe, expect, it } from "vitest";
import { isRated } from "../../src/catalog/charge-kinds.js";
import { policyRounding } from "../../src/catalog/policy.js";
import { roundAmount } from "../../src/money/amount-rounding.js";
import { exact } from "../../src/money/decimal.js";
import { formatExact, subtract } from "../../src/money/fraction.js";
import { integerRater } from "../../src/pricing/integer-rater.js";
import { amountOf, compileTerms } from "../../src/pricing/rate-exactly.js";
import { anyDesign, fewQuantities } from "../support/designs.js";
import { tries } from "../support/tries.js";

const modes = fc.constantFrom("half-away-from-zero", "half-even", "down", "ceiling");

describe("LAW: integers price what fractions price", () => {
  it("of a charge without its limits, whatever the quantity, or leave it to them", () => {
    let quick = 0;
    const quantities = fc.oneof(
      fewQuantities,
      fc.constantFrom("-3", "0", "0.0000001", "9007199254740993", "4503599627370496", "1/3"),
    );
    fc.assert(
      fc.property(anyDesign, modes, quantities, (input, mode, text) => {
        const charge = parseCharge({ ...input, currency: "USD" });
        if (!isRated(charge)) return;
        const compiled = compileTerms(charge);
        if (compiled.needs !== "quantity") return;
        const rounding = policyRounding(parsePolicy({ rounding: { mode } }), "USD");
        if ("code" in rounding) throw new Error(rounding.message);
        const [numerator = "0", denominator] = text.split("/");
        const quantity =
          denominator === undefined
            ? exact(text)
            : { numerator: BigInt(numerator), denominator: BigInt(denominator) };
        const amount = integerRater(charge, rounding)(quantity);
        if (amount === undefined) return;
        quick += 1;
        const exactly = amountOf(compiled, { quantity, input: quantity }, "zero");
        expect(formatExact(subtract(amount, roundAmount(exactly, rounding)))).toBe("0");
      }),
      tries(250),
    );
    expect(quick).toBeGreaterThan(100);
  });
});

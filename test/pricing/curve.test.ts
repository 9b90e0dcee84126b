/** What a price list costs as a function of the quantity: the same as rating every quantity, and straight between knots. */
import fc from "fast-check";
import { type Charge, type ChargeInput, parseCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  formatExact,
  fraction,
} from "../../src/money/fraction.js";
import { amountAt, curveOf, knotsFrom } from "../../src/pricing/curve.js";
import { type Knot, onLine } from "../../src/pricing/knot.js";
import { compileTerms, exactAmount, rateExactly } from "../../src/pricing/rate-exactly.js";
import type { PricedTerms } from "../../src/pricing/terms.js";
import { addWalks, clampWalk, scaleWalk, type Walk } from "../../src/pricing/walk.js";
import { anyDesign, design, fewQuantities, QUANTITATIVE } from "../support/designs.js";
import { tries } from "../support/tries.js";

const terms = (charge: Charge) => charge as PricedTerms;

/** The exact amount, as rating has it. */
function rated(charge: Charge, quantity: Fraction): Fraction {
  const compiled = compileTerms(terms(charge));
  return compiled.needs === "quantity"
    ? exactAmount(compiled, quantity, "zero")
    : rateExactly(compiled, { quantity, input: [quantity] }, "zero").amount;
}

function walkOf(charge: ChargeInput): Walk {
  const curve = curveOf(terms(parseCharge(charge)));
  if (curve === undefined) throw new Error("no curve");
  return (from) => knotsFrom(curve, from);
}

/** The amount at a quantity, by walking there. */
function walked(walk: Walk, from: Fraction, at: Fraction): string {
  let last: Knot | undefined;
  for (const knot of walk(from)) {
    if (compare(knot.at, at) > 0) break;
    last = knot;
    if (compare(knot.at, at) === 0) return formatExact(knot.value);
  }
  if (last?.onward === undefined) throw new Error("the walk has ended");
  return formatExact(onLine(last.onward, last.at, at));
}

const twoPlaces = fc
  .tuple(fewQuantities, fewQuantities)
  .map(([a, b]) => [exact(a), exact(b)].sort(compare) as [Fraction, Fraction]);

describe.each(QUANTITATIVE)("LAWS of the curve of %s", (model) => {
  it("has every quantity at what rating makes of it", () => {
    fc.assert(
      fc.property(
        design(model).map((each) => parseCharge(each)),
        fewQuantities,
        (charge, text) => {
          const curve = curveOf(terms(charge));
          const amount = curve && amountAt(curve, exact(text));
          expect(amount && formatExact(amount)).toBe(formatExact(rated(charge, exact(text))));
        },
      ),
      tries(150),
    );
  });

  it("comes to the same from any quantity on, by its knots", () => {
    fc.assert(
      fc.property(design(model), twoPlaces, (charge, [from, at]) => {
        const expected = formatExact(rated(parseCharge(charge), at));
        expect(walked(walkOf(charge), from, at)).toBe(expected);
      }),
      tries(150),
    );
  });
});

describe("LAWS of walks", () => {
  it("add up, scale and are held between bounds, quantity by quantity", () => {
    fc.assert(
      fc.property(anyDesign, anyDesign, twoPlaces, (a, b, [from, at]) => {
        const [left, right] = [rated(parseCharge(a), at), rated(parseCharge(b), at)];
        const total = add(left, divide(right, fraction(2n)));
        const walk = addWalks([walkOf(a), scaleWalk(walkOf(b), fraction(1n, 2n))]);
        expect(walked(walk, from, at)).toBe(formatExact(total));
        const [least, most] = [fraction(20n), fraction(101n, 2n)];
        const held = compare(total, least) < 0 ? least : compare(total, most) > 0 ? most : total;
        expect(walked(clampWalk(walk, { least, most }), from, at)).toBe(formatExact(held));
      }),
      tries(250),
    );
  });
});

describe("the end of a price list", () => {
  const bounded = (more: object = {}) =>
    parseCharge({
      id: "a",
      name: "a",
      chargeType: "usage",
      unitOfMeasure: "page",
      currency: "USD",
      pricing: { model: "tiered", tiers: [{ upTo: 10, unitPrice: 2 }], overflow: "error" },
      ...more,
    } as ChargeInput);
  const at = (charge: Charge, quantity: string) => {
    const curve = curveOf(terms(charge));
    const amount = curve && amountAt(curve, exact(quantity));
    return amount && formatExact(amount);
  };

  it("is its last bound, where more is refused", () => {
    expect([at(bounded(), "10"), at(bounded(), "10.1")]).toEqual(["20", undefined]);
    // 2 included: up to 12 there are 10 to price.
    const included = bounded({ includedUnits: 2 });
    expect([at(included, "12"), at(included, "12.1")]).toEqual(["20", undefined]);
    // 10.4 is rounded to 10, 10.5 to 11.
    const whole = bounded({ quantityRounding: { mode: "half-away-from-zero" } });
    expect([at(whole, "10.4"), at(whole, "10.5")]).toEqual(["20", undefined]);
  });
});

it("is none where no one quantity decides: a matrix", () => {
  const matrix = parseCharge({
    id: "m",
    name: "m",
    chargeType: "usage",
    unitOfMeasure: "page",
    pricing: { model: "matrix", dimensions: ["name"], prices: [], default: 1 },
  });
  expect(curveOf(terms(matrix))).toBeUndefined();
});

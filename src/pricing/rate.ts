import { exact } from "../money/decimal.js";
import {
  compare,
  type Fraction,
  formatExact,
  isNegative,
  isZero,
  negate,
  ONE,
  subtract,
  ZERO,
} from "../money/fraction.js";
import { type RoundingMode, roundToIncrement } from "../money/rounding.js";
import type { Breakdown } from "./model.js";
import { type AnyRater, modelOf } from "./models/index.js";
import type { Step } from "./step.js";
import type { PricedTerms } from "./terms.js";

/** The terms of a charge, prepared for rating. */
export interface CompiledTerms {
  readonly rater: AnyRater;
  readonly takesQuantity: boolean;
  readonly includedUnits: Fraction | undefined;
  readonly rounding: { readonly mode: RoundingMode; readonly increment: Fraction } | undefined;
}

/** A rating before it is rounded. */
export interface ExactRating extends Breakdown {
  /** What was priced, after rounding of the quantity and included units. */
  readonly quantity: Fraction;
  readonly amount: Fraction;
}

const compiledTerms = new WeakMap<PricedTerms, CompiledTerms>();

/** Prepares parsed terms; each object once. Parsed data is frozen, so what is remembered cannot go stale. */
export function compileTerms(terms: PricedTerms): CompiledTerms {
  const known = compiledTerms.get(terms);
  if (known !== undefined) return known;
  const model = modelOf(terms.pricing);
  const rounding = terms.quantityRounding;
  const compiled: CompiledTerms = {
    rater: model.compile(terms.pricing),
    takesQuantity: model.needs === "quantity",
    includedUnits: terms.includedUnits === undefined ? undefined : exact(terms.includedUnits),
    rounding: rounding && { mode: rounding.mode, increment: exact(rounding.increment ?? "1") },
  };
  compiledTerms.set(terms, compiled);
  return compiled;
}

/** What a negative quantity bills: nothing, or the mirror image of the positive one. */
export type NegativeUsage = "zero" | "allow";

/** The exact amount of a metered quantity. */
export function exactAmount(
  compiled: CompiledTerms,
  metered: Fraction,
  negativeUsage: NegativeUsage,
): Fraction {
  if (!compiled.takesQuantity) return compiled.rater.amount(undefined);
  if (isNegative(metered) && negativeUsage === "zero") return exactAmount(compiled, ZERO, "allow");
  const rounded = roundedQuantity(compiled, metered);
  if (!isNegative(rounded)) return compiled.rater.amount(beyondIncluded(compiled, rounded));
  return negate(compiled.rater.amount(beyondIncluded(compiled, negate(rounded))));
}

/** The same amount with everything that led to it. */
export function rateExactly(
  compiled: CompiledTerms,
  given: Fraction,
  negativeUsage: NegativeUsage,
): ExactRating {
  if (!compiled.takesQuantity) {
    return {
      quantity: ONE,
      amount: compiled.rater.amount(undefined),
      ...compiled.rater.explain(undefined),
    };
  }
  const metered = isNegative(given) && negativeUsage === "zero" ? ZERO : given;
  const rounded = roundedQuantity(compiled, metered);
  const mirrored = isNegative(rounded);
  const quantity = beyondIncluded(compiled, mirrored ? negate(rounded) : rounded);
  const breakdown = compiled.rater.explain(quantity);
  const billed = mirrored ? negate(quantity) : quantity;
  const quantitySteps = [
    quantityStep("metered", given, "metered"),
    quantityStep("negative-usage", subtract(metered, given), "negative usage is billed as 0"),
    quantityStep("quantity-rounding", subtract(rounded, metered), "rounding of the quantity"),
    quantityStep("included-units", subtract(billed, rounded), "included units"),
  ].filter((step) => step.value !== "0");
  const amount = compiled.rater.amount(quantity);
  if (!mirrored) {
    return { ...breakdown, quantity, amount, steps: [...quantitySteps, ...breakdown.steps] };
  }
  return {
    unitPrice: breakdown.unitPrice,
    quantity: billed,
    amount: negate(amount),
    tiers: breakdown.tiers.map((use) => ({
      ...use,
      quantity: opposite(use.quantity),
      flatFee: use.flatFee === null ? null : opposite(use.flatFee),
      amount: opposite(use.amount),
    })),
    steps: [...quantitySteps, ...breakdown.steps.map(mirrorStep)],
  };
}

function roundedQuantity({ rounding }: CompiledTerms, metered: Fraction): Fraction {
  return rounding === undefined
    ? metered
    : roundToIncrement(metered, rounding.increment, rounding.mode);
}

function beyondIncluded({ includedUnits }: CompiledTerms, quantity: Fraction): Fraction {
  if (includedUnits === undefined) return quantity;
  return compare(quantity, includedUnits) <= 0 ? ZERO : subtract(quantity, includedUnits);
}

function quantityStep(kind: Step["kind"], value: Fraction, text: string): Step {
  return { of: "quantity", kind, value: formatExact(value), text };
}

function mirrorStep(step: Step): Step {
  return { ...step, value: opposite(step.value), text: `−(${step.text})` };
}

function opposite(value: string): string {
  const read = exact(value);
  return isZero(read) ? value : formatExact(negate(read));
}

import { exact } from "../money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  isNegative,
  multiply,
  negate,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import { type RoundingMode, roundToIncrement } from "../money/rounding.js";
import { type Breakdown, bySteps, convertBreakdown, mirror, scaleBreakdown } from "./breakdown.js";
import type { ModelInputs, RatingInputKind } from "./model.js";
import { type AnyRater, modelOf } from "./models/index.js";
import { isNonZero, quantityStep } from "./step.js";
import type { PricedTerms } from "./terms.js";

/** What a charge is rated for: a quantity as it was metered, and what the charge's model is given. */
export interface RatingInput {
  readonly quantity: Fraction;
  readonly input: ModelInputs[RatingInputKind];
}

/** What decides whether usage is negative as a whole: the values where those are priced, else the quantity. */
export function totalOf(needs: RatingInputKind, { quantity, input }: RatingInput): Fraction {
  if (needs === "nothing") return ONE;
  if (needs !== "values" || typeof input !== "object") return quantity;
  if (Array.isArray(input)) return sum(input);
  return "events" in input ? input.value : quantity;
}

/** The terms of a charge, prepared for rating. */
export interface CompiledTerms {
  readonly rater: AnyRater;
  readonly needs: RatingInputKind;
  readonly includedUnits: Fraction | undefined;
  /** What is to be said of them, where they are not all the charge's own. */
  readonly includedText?: string;
  readonly rounding: { readonly mode: RoundingMode; readonly increment: Fraction } | undefined;
}

/** A rating before it is rounded. */
export interface ExactRating extends Breakdown {
  /** What was priced, after rounding of the quantity and included units. */
  readonly quantity: Fraction;
  readonly amount: Fraction;
  /** What other quantities would come to in its place; absent where it is not a quantity alone that is priced. */
  readonly priceOf?: (quantity: Fraction) => Fraction;
}

const compiledTerms = new WeakMap<PricedTerms, CompiledTerms>();

/** Prepares parsed terms; each object once. Parsed data is frozen, so what is remembered cannot go stale. */
export function compileTerms(terms: PricedTerms): CompiledTerms {
  const known = compiledTerms.get(terms);
  if (known !== undefined) return known;
  const model = modelOf(terms.pricing);
  const rounding = terms.quantityRounding;
  const compiled: CompiledTerms = {
    rater: inMoney(model.compile(terms.pricing), terms.pricingUnit),
    needs: model.needs,
    includedUnits: includedUnitsOf(terms),
    rounding: rounding && { mode: rounding.mode, increment: exact(rounding.increment ?? "1") },
  };
  compiledTerms.set(terms, compiled);
  return compiled;
}

/** The units of a cycle that cost nothing: of one that is held, where there are so many for each. */
export function includedUnitsOf({ includedUnits }: PricedTerms): Fraction | undefined {
  if (includedUnits === undefined) return undefined;
  return exact(typeof includedUnits === "string" ? includedUnits : includedUnits.units);
}

/** A rater of prices in a pricing unit, as one of money. */
function inMoney(rater: AnyRater, unit: PricedTerms["pricingUnit"]): AnyRater {
  if (unit === undefined) return rater;
  const rate = exact(unit.rate);
  return {
    amount: (input) => multiply(rater.amount(input), rate),
    explain: (input) => convertBreakdown(rater.explain(input), { rate, code: unit.code }),
  };
}

/** Terms whose included units are so many times as many. */
export function scaleIncludedUnits(compiled: CompiledTerms, share: Fraction): CompiledTerms {
  const { includedUnits } = compiled;
  return includedUnits === undefined
    ? compiled
    : { ...compiled, includedUnits: multiply(includedUnits, share) };
}

/**
 * Terms for a share of the period, as if the usage had gone on for all of it: F(quantity / share) × share. So every
 * bound, included unit and fee is scaled, whatever the model.
 */
export function scaleTiers(compiled: CompiledTerms, share: Fraction): CompiledTerms {
  const { rater } = compiled;
  const whole = (quantity: unknown): Fraction => divide(quantity as Fraction, share);
  return {
    ...scaleIncludedUnits(compiled, share),
    rater: {
      amount: (quantity) => multiply(rater.amount(whole(quantity)), share),
      explain: (quantity) => scaleBreakdown(rater.explain(whole(quantity)), share),
    },
  };
}

/** What a negative quantity bills: nothing, or the mirror image of the positive one. */
export type NegativeUsage = "zero" | "allow";

/** The exact amount of a quantity, for models that price one. */
export function exactAmount(
  compiled: CompiledTerms,
  metered: Fraction,
  negativeUsage: NegativeUsage,
): Fraction {
  if (isNegative(metered) && negativeUsage === "zero") return exactAmount(compiled, ZERO, "allow");
  const { rater } = compiled;
  const rounded = roundedQuantity(compiled, metered);
  if (!isNegative(rounded)) return rater.amount(beyondIncluded(compiled, rounded));
  const amount = rater.amount(beyondIncluded(compiled, negate(rounded)));
  const fixed = rater.amount(ZERO);
  return subtract(add(fixed, fixed), amount);
}

/** Whether usage is billed as none: as a whole it takes back, or what its values and groups come to does. */
export function billsNothing(
  { needs, rater }: CompiledTerms,
  given: RatingInput,
  negativeUsage: NegativeUsage,
): boolean {
  if (negativeUsage === "allow" || needs === "nothing") return false;
  if (isNegative(totalOf(needs, given))) return true;
  return needs !== "quantity" && isNegative(rater.amount(given.input));
}

/** The exact amount of what any model is given. */
export function amountOf(
  compiled: CompiledTerms,
  given: RatingInput,
  negativeUsage: NegativeUsage,
): Fraction {
  return compiled.needs === "quantity"
    ? exactAmount(compiled, given.quantity, negativeUsage)
    : compiled.rater.amount(billedInput(compiled, given, negativeUsage));
}

/** The exact amount with everything that led to it. */
export function rateExactly(
  compiled: CompiledTerms,
  given: RatingInput,
  negativeUsage: NegativeUsage,
): ExactRating {
  const { rater, needs } = compiled;
  if (needs === "quantity") return rateQuantity(compiled, given.quantity, negativeUsage);
  const quantity = needs === "nothing" ? ONE : given.quantity;
  const input = billedInput(compiled, given, negativeUsage);
  return { quantity, amount: rater.amount(input), ...rater.explain(input) };
}

function billedInput(
  compiled: CompiledTerms,
  given: RatingInput,
  negativeUsage: NegativeUsage,
): RatingInput["input"] {
  return billsNothing(compiled, given, negativeUsage) ? [] : given.input;
}

/**
 * What a quantity adds to the amount when another came before it, so that it goes on in the tiers, included units and
 * packages that are left.
 */
export function rateIncrement(
  compiled: CompiledTerms,
  before: Fraction,
  given: RatingInput,
  negativeUsage: NegativeUsage,
): ExactRating {
  const whole = rateQuantity(compiled, add(before, given.quantity), negativeUsage);
  const part = rateQuantity(compiled, before, negativeUsage);
  const backwards = mirror(part, bySteps([]));
  return {
    unitPrice: null,
    quantity: subtract(whole.quantity, part.quantity),
    amount: subtract(whole.amount, part.amount),
    tiers: [...whole.tiers, ...backwards.tiers],
    steps: [...whole.steps, ...backwards.steps],
    priceOf: (quantity) => {
      const { rater } = compiled;
      return subtract(rater.amount(add(part.quantity, quantity)), rater.amount(part.quantity));
    },
  };
}

function rateQuantity(
  compiled: CompiledTerms,
  given: Fraction,
  negativeUsage: NegativeUsage,
): ExactRating {
  const { rater, includedText = "included units" } = compiled;
  const metered = isNegative(given) && negativeUsage === "zero" ? ZERO : given;
  const rounded = roundedQuantity(compiled, metered);
  const mirrored = isNegative(rounded);
  const quantity = beyondIncluded(compiled, mirrored ? negate(rounded) : rounded);
  const billed = mirrored ? negate(quantity) : quantity;
  const { unitPrice, tiers, steps } = mirrored
    ? mirror(rater.explain(quantity), rater.explain(ZERO))
    : rater.explain(quantity);
  const quantitySteps = [
    quantityStep("metered", given, "metered"),
    quantityStep("negative-usage", subtract(metered, given), "negative usage is billed as 0"),
    quantityStep("quantity-rounding", subtract(rounded, metered), "rounding of the quantity"),
    quantityStep("included-units", subtract(billed, rounded), includedText),
  ].filter(isNonZero);
  return {
    unitPrice,
    tiers,
    quantity: billed,
    amount: exactAmount(compiled, metered, "allow"),
    steps: [...quantitySteps, ...steps],
    priceOf: (other) => compiled.rater.amount(other),
  };
}

/** The quantity that is priced, before included units are taken off. */
export function roundedQuantity({ rounding }: CompiledTerms, metered: Fraction): Fraction {
  return rounding === undefined
    ? metered
    : roundToIncrement(metered, rounding.increment, rounding.mode);
}

function beyondIncluded({ includedUnits }: CompiledTerms, quantity: Fraction): Fraction {
  if (includedUnits === undefined) return quantity;
  return compare(quantity, includedUnits) <= 0 ? ZERO : subtract(quantity, includedUnits);
}

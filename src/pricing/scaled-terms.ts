import { exact } from "../money/decimal.js";
import { divide, type Fraction, formatExact, multiply } from "../money/fraction.js";
import type { Breakdown } from "./model.js";
import type { CompiledTerms } from "./rate.js";
import type { Step } from "./step.js";

/** Terms whose included units are those of a share of the period. */
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

function scaleBreakdown({ unitPrice, tiers, steps }: Breakdown, share: Fraction): Breakdown {
  const scale = (value: string) => formatExact(multiply(exact(value), share));
  const scaleOrNull = (value: string | null) => (value === null ? null : scale(value));
  return {
    unitPrice,
    tiers: tiers.map((use) => ({
      ...use,
      from: scale(use.from),
      upTo: scaleOrNull(use.upTo),
      quantity: scale(use.quantity),
      flatFee: scaleOrNull(use.flatFee),
      amount: scale(use.amount),
    })),
    steps: steps.map((step): Step => {
      const text = `${formatExact(share)} of (${step.text})`;
      return { ...step, value: scale(step.value), text };
    }),
  };
}

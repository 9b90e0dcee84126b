import type { PeriodLines, PeriodPricing, StepLines } from "./period-step.js";
import { takeOff } from "./take-off.js";

/** Takes the catalog's discounts off the rated lines. */
export function discountLines(pricing: PeriodPricing, lines: PeriodLines): StepLines {
  return { lines: takeOff(pricing.discounts, pricing, lines, pricing.policy.discounts) };
}

import { compare, type Fraction, subtract, ZERO } from "../../money/fraction.js";
import type { ReadSignal } from "../events/event.js";

/** What a reversal leaves of an outcome: of its quantity, its value or both, as it says; nothing where it says neither. */
export function leftAfter(
  { quantity, value }: Pick<Left, "quantity" | "value">,
  signal: ReadSignal,
): Left | undefined {
  const isWhole = signal.quantity === undefined && signal.value === undefined;
  if (isWhole) return { rest: ZERO, quantity, value };
  if (signal.quantity === undefined && value === undefined) return undefined;
  const left = {
    quantity: less(quantity, signal.quantity),
    value: value && less(value, signal.value),
  };
  return { ...left, rest: signal.quantity === undefined ? (left.value ?? ZERO) : left.quantity };
}

/** What is left of an outcome. */
export interface Left {
  /** Zero where the outcome as a whole is taken back. */
  readonly rest: Fraction;
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
}

function less(whole: Fraction, part: Fraction | undefined): Fraction {
  if (part === undefined) return whole;
  return compare(part, whole) >= 0 ? ZERO : subtract(whole, part);
}

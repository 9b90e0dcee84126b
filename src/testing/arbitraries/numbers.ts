import * as fc from "fast-check";
import type { RoundingMode } from "../../money/rounding.js";

/** `digits / 10^decimals`, in the shortest plain notation. */
export function decimalText(digits: number, decimals: number): string {
  const text = String(Math.abs(digits)).padStart(decimals + 1, "0");
  const [whole, part] = [
    text.slice(0, text.length - decimals),
    text.slice(text.length - decimals).replace(/0+$/, ""),
  ];
  return `${digits < 0 ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`;
}

/** A decimal of digits between two numbers, with up to so many of them after the point. */
export function decimal(min: number, max: number, decimals: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: decimals }))
    .map(([digits, scale]) => decimalText(digits, scale));
}

/** A price, down to fractions of a cent. */
export const price: fc.Arbitrary<string> = fc.oneof(decimal(0, 500, 4), decimal(0, 100_000, 2));

/** A quantity from 0 on. */
export const quantity: fc.Arbitrary<string> = fc.oneof(
  decimal(0, 300, 0),
  decimal(0, 5_000, 3),
  fc.constant("0"),
);

export const ROUNDING_MODES: readonly RoundingMode[] = [
  "half-away-from-zero",
  "half-toward-zero",
  "half-even",
  "half-odd",
  "half-ceiling",
  "half-floor",
  "up",
  "down",
  "ceiling",
  "floor",
];

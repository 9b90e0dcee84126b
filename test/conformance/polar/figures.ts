import type { Check } from "../adapter.js";
import { type Json, optionalText } from "../vector.js";

/** Compares what the case states of it. */
export function checksOf(
  expected: Json,
  actual: Readonly<Record<string, string>>,
): readonly Check[] {
  return Object.entries(actual).flatMap(([what, value]) => {
    const stated = optionalText(expected, what);
    return stated === undefined ? [] : [{ what, expected: stated, actual: value }];
  });
}

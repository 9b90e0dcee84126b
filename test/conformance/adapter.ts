import { compareAmounts, isPricingError } from "rateplan";
import type { Json, Vector } from "./vector.js";

/** What a case is about; the columns of the table. */
export type Area =
  | "pricing"
  | "aggregation"
  | "rounding"
  | "allocation"
  | "discounts"
  | "commitments"
  | "invoice"
  | "calendar"
  | "proration"
  | "changes"
  | "corrections"
  | "in-advance"
  | "credits"
  | "tax"
  | "outcomes"
  | "other";

/**
 * Why a case is not compared. Either the library does not carry the area out yet, or the case is one of the engine's
 * own peculiarities, or it is about something that is no pricing.
 */
export type SkipReason = keyof typeof SKIP_REASONS;

/** The reasons, and what each means. */
export const SKIP_REASONS = {
  "not yet: coupons": "discounts outside the catalog",
  "not yet: credits": "prepaid balances and their order",
  "not yet: tax": "taxes",
  "not yet: commitments": "commitments beyond a minimum per charge or plan",
  "engine quirk": "marked in the vector as a peculiarity of the engine that nobody should match",
  "engine defect: D1": "unit price rounded before multiplying",
  "engine defect: D2": "average unit price shown, then multiplied",
  "engine defect: D3": "rounding of each increment",
  "engine defect: D7": "a fractional quantity falls between tiers",
  "engine defect: D8": "quantity above a bounded last tier is free",
  "engine defect: D9": "flat fee of a tier without units",
  "engine defect: D18": "displayed parts do not add up",
  "engine defect: allowance":
    "an event that exactly uses up a free amount still pays its fixed part",
  "engine defect: float": "binary floating point leaves digits that are not in the exact result",
  "engine convention": "a convention of the engine for which the library has no option on purpose",
  "no expected value": "the source states no number",
  "no pricing": "storage, display or API behaviour of the engine",
  "unknown model": "a kind of case that the adapter does not know",
} as const;

/** A named comparison: what the engine says, and what the library says. */
export interface Check {
  readonly what: string;
  readonly expected: Json;
  readonly actual: Json | undefined;
}

/** What came of a case. */
export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly why: string }
  | { readonly status: "skipped"; readonly reason: SkipReason };

/** Declines to compare a case. */
export interface Skip {
  readonly skip: SkipReason;
}

export function skip(reason: SkipReason): Skip {
  return { skip: reason };
}

/** How one kind of case becomes calls of the public API. */
export interface Translation {
  readonly area: Area;
  /** Translates and calls; the comparison is not its business, and it does no arithmetic on amounts. */
  readonly run: (vector: Vector) => readonly Check[] | Skip;
}

/** The translations of one engine, by `model`. */
export type Adapter = Readonly<Record<string, Translation>>;

/** Runs one case. */
export function runVector(
  adapter: Adapter,
  vector: Vector,
): { readonly area: Area; readonly outcome: Outcome } {
  const translation = Object.hasOwn(adapter, vector.model) ? adapter[vector.model] : undefined;
  if (translation === undefined) {
    return { area: "other", outcome: { status: "skipped", reason: "unknown model" } };
  }
  const { area } = translation;
  if (vector.quirk === true)
    return { area, outcome: { status: "skipped", reason: "engine quirk" } };
  return { area, outcome: outcomeOf(translation, vector) };
}

function outcomeOf(translation: Translation, vector: Vector): Outcome {
  try {
    const result = translation.run(vector);
    if ("skip" in result) return { status: "skipped", reason: result.skip };
    if (result.length === 0) return { status: "failed", why: "nothing was compared" };
    const wrong = result.filter((check) => !agree(check.expected, check.actual));
    if (wrong.length === 0) return { status: "passed" };
    const why = wrong.map(
      ({ what, expected, actual }) =>
        `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`,
    );
    return { status: "failed", why: why.join("; ") };
  } catch (error) {
    const kind = isPricingError(error) ? "refused" : "threw";
    return { status: "failed", why: `${kind}: ${error instanceof Error ? error.message : error}` };
  }
}

/** Numbers agree when they are equal as decimals, however they are written; everything else when it is the same JSON. */
function agree(expected: Json, actual: Json | undefined): boolean {
  if (typeof expected === "string" && typeof actual === "string") {
    if (expected === actual) return true;
    try {
      return compareAmounts(expected, actual) === 0;
    } catch {
      return false;
    }
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return (
      expected.length === actual.length &&
      expected.every((each, index) => agree(each, actual[index]))
    );
  }
  return JSON.stringify(expected) === JSON.stringify(actual);
}

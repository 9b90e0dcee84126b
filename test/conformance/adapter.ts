import { compareAmounts, isPricingError, type PricingIssue, type PricingIssueCode } from "rateplan";
import { recording, type Unread } from "./reading.js";
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
 * Why a case is not compared. The case is one of the engine's own peculiarities, or is about something that is no
 * pricing, or the adapter does not know its form.
 */
export type SkipReason = keyof typeof SKIP_REASONS;

/** The reasons, and what each means. */
export const SKIP_REASONS = {
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
  "input shape": "the case has a field or a form that the adapter does not know",
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

/**
 * What a translation leaves unread on purpose, by where it is in the case ("input.tiers[].name"): whatever it says, or
 * only while it says one of the listed values: with another one the case would be about something else.
 */
export type LeftUnread = Readonly<Record<string, "any" | readonly Json[]>>;

/** A translation that does not read the currency works in two decimals. */
export const TWO_DECIMALS: readonly Json[] = ["EUR", "USD", "GBP"];

/** Translations by `model`. */
export type Translations = Readonly<Record<string, Translation>>;

/** The translations of one engine, and what each leaves unread, both by `model`; `*` is for all of them. */
export interface Adapter {
  readonly translations: Translations;
  readonly unread: Readonly<Record<string, LeftUnread>>;
}

/** Runs one case. */
export function runVector(
  { translations, unread }: Adapter,
  vector: Vector,
): { readonly area: Area; readonly outcome: Outcome } {
  const translation = Object.hasOwn(translations, vector.model)
    ? translations[vector.model]
    : undefined;
  if (translation === undefined) return { area: "other", outcome: skipped("unknown model") };
  const { area } = translation;
  if (vector.quirk === true) return { area, outcome: skipped("engine quirk") };
  const left = { ...unread["*"], ...(unread[vector.model] ?? {}) };
  return { area, outcome: outcomeOf(translation, vector, left) };
}

/**
 * A case counts only when the translation looked at all of it: what nobody read may change what the figures mean. An
 * error of the translation's own is a form that it does not know; a refusal by the library is a failure.
 */
function outcomeOf(translation: Translation, vector: Vector, left: LeftUnread): Outcome {
  const { input, expected } = vector;
  const read = recording({ input, expected });
  const unread = (part: string) =>
    read.unread().some((each) => each.path.startsWith(part) && !isLeft(each, left));
  try {
    const result = translation.run({ ...vector, ...read.value });
    if ("skip" in result) return skipped(result.skip);
    const wrong = result.filter((check) => !agree(check.expected, check.actual));
    if (result.length === 0 || unread("input")) return skipped("input shape");
    if (wrong.length > 0) return { status: "failed", why: wrong.map(difference).join("; ") };
    return unread("expected") ? skipped("input shape") : { status: "passed" };
  } catch (error) {
    if (!isPricingError(error) || error.issues.some(isOfForm) || unread("input")) {
      return skipped("input shape");
    }
    return { status: "failed", why: `refused: ${error.message}` };
  }
}

function skipped(reason: SkipReason): Outcome {
  return { status: "skipped", reason };
}

function isLeft({ path, value }: Unread, left: LeftUnread): boolean {
  return Object.entries(left).some(([where, values]) =>
    values === "any"
      ? path === where || path.startsWith(`${where}.`) || path.startsWith(`${where}[]`)
      : path === where && values.some((each) => JSON.stringify(each) === JSON.stringify(value)),
  );
}

/** Refusals of what is no data of the library's at all: the translation handed on what it did not understand. */
function isOfForm({ code, received }: PricingIssue): boolean {
  return FORM.includes(code) || (code === "invalid_date" && !ISO_DATE.test(received));
}

const FORM: readonly PricingIssueCode[] = [
  "invalid_type",
  "invalid_value",
  "missing",
  "not_a_decimal",
  "not_plain_data",
  "unknown_key",
];

const ISO_DATE = /^"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?"$/;

function difference({ what, expected, actual }: Check): string {
  return `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
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
      expected.map((each, index) => agree(each, actual[index])).every(Boolean)
    );
  }
  return JSON.stringify(expected) === JSON.stringify(actual);
}

/** What no part of a billing system should see in JSON, refused where it comes in, with the place. */
import type { PathSegment } from "rateplan";

/** The deepest that anything which is sent to us may be. */
const DEEPEST = 32;

export interface JsonIssue {
  readonly code: string;
  readonly path: readonly PathSegment[];
  readonly message: string;
}

/**
 * The first reason not to take a parsed value: too deep to be walked safely; a key that becomes a prototype where somebody merges
 * objects; a text that PostgreSQL cannot store (NUL, half of a surrogate pair).
 */
export function unsafeJson(
  value: unknown,
  path: readonly PathSegment[] = [],
): JsonIssue | undefined {
  if (typeof value === "string") return unsafeText(value, path);
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length >= DEEPEST) {
    return { code: "too_deep", path, message: `nested more than ${DEEPEST} levels deep` };
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const issue = unsafeJson(item, [...path, index]);
      if (issue !== undefined) return issue;
    }
    return undefined;
  }
  for (const [key, field] of Object.entries(value)) {
    if (key === "__proto__") {
      return { code: "unsafe_key", path, message: 'a key "__proto__" is not taken' };
    }
    const issue = unsafeText(key, path) ?? unsafeJson(field, [...path, key]);
    if (issue !== undefined) return issue;
  }
  return undefined;
}

function unsafeText(text: string, path: readonly PathSegment[]): JsonIssue | undefined {
  if (text.includes("\0")) {
    return { code: "unsafe_text", path, message: "a text with a NUL character is not taken" };
  }
  if (!text.isWellFormed()) {
    return { code: "unsafe_text", path, message: "a text with half of a character is not taken" };
  }
  return undefined;
}

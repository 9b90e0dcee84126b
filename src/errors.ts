import { EXCERPT_LENGTH, excerpt, NOTHING, shorten } from "./data/excerpt.js";
import { elements, isList, lengthOf, ownFields } from "./data/foreign.js";
import type { PricingIssueCode } from "./issue-code.js";

export type { PricingIssueCode } from "./issue-code.js";

/** One step into the caller's data: an object key or an array index. */
export type PathSegment = string | number;

/** One thing that is wrong with the caller's data. Plain data, so it can be logged or sent as it is. */
export interface PricingIssue {
  /** Which rule was broken. */
  readonly code: PricingIssueCode;
  /** Where in the caller's data, from the value that was passed. Empty when it is that value itself. */
  readonly path: readonly PathSegment[];
  /** One sentence that names the thing, the rule and the value. For people; match on `code`. */
  readonly message: string;
  /** The rule, in words or as the allowed values. */
  readonly expected: string;
  /** What was found, shortened to an excerpt when long. */
  readonly received: string;
}

/** What an issue says of the value: an excerpt of what was `received`, or what was `found`, as it is. */
export type IssueFacts = { readonly expected: string } & (
  | { readonly received: unknown }
  | { readonly found: string }
);

/** Builds an issue. Its message follows from the rest: "tiers[1].upTo must be more than 100, got 50". */
export function issueAt(
  code: PricingIssueCode,
  path: readonly PathSegment[],
  facts: IssueFacts,
): PricingIssue {
  // Both may hold something of the caller's data.
  const expected = shorten(facts.expected, LONGEST_RULE);
  const received =
    "found" in facts ? shorten(facts.found, LONGEST_FINDING) : excerpt(facts.received);
  return { code, path, message: messageOf(code, path, expected, received), expected, received };
}

const LONGEST_RULE = 600;
const LONGEST_FINDING = 200;

/** How the rule reads in a sentence, where that is not "must be …". */
const RULES: {
  readonly [code in PricingIssueCode]?: (expected: string, received: string) => string;
} = {
  missing: required,
  missing_currency: required,
  missing_quantity: required,
  missing_unit: required,
  missing_previous: (expected) => `must hold ${expected}`,
  missing_price: (expected) => `must have ${expected}`,
  too_large: (expected) => `must have ${expected}`,
  too_many_issues: (expected) => `has more than ${expected}`,
  unknown_key: (expected) => `is not a known key and must be ${expected}`,
  field_not_allowed: (expected) =>
    `${/^absent\b/.test(expected) ? "must be" : "is allowed"} ${expected}`,
  not_supported: (expected) => `is not supported and must be ${expected}`,
};

/** Said of what is not there, and of what is there and lacks something. */
function required(expected: string, received: string): string {
  return received === NOTHING ? `is required: ${expected}` : `must have ${expected}`;
}

function messageOf(
  code: PricingIssueCode,
  path: readonly PathSegment[],
  expected: string,
  received: string,
): string {
  const subject = path.length === 0 ? "value" : formatPath(path);
  const rule = RULES[code]?.(expected, received) ?? `must be ${expected}`;
  return `${subject} ${rule}, got ${received}`;
}

/** The same issue, one or more levels further out. */
export function issueUnder(prefix: readonly PathSegment[], issue: PricingIssue): PricingIssue {
  return prefix.length === 0 ? issue : issueMoved([...prefix, ...issue.path], issue);
}

/** The same issue at another place. */
export function issueMoved(path: readonly PathSegment[], issue: PricingIssue): PricingIssue {
  const { code, expected, received } = issue;
  return { code, path, message: messageOf(code, path, expected, received), expected, received };
}

/** `["ratePlans", 0, "charges"]` → `ratePlans[0].charges`. */
export function formatPath(path: readonly PathSegment[]): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (segment.length > EXCERPT_LENGTH || !/^[A-Za-z_$][\w$]*$/.test(segment)) {
      text += `[${JSON.stringify(shorten(segment))}]`;
    } else text += text === "" ? segment : `.${segment}`;
  }
  return text;
}

const BRAND: unique symbol = Symbol.for("rateplan.PricingError");
const MESSAGES_SHOWN = 20;
/** More than anybody reads; a list of them stays small enough to be logged or sent. */
export const MOST_ISSUES = 1_000;

/** The first thousand issues; of more, an issue at the end says how many there are in all. */
export function shownIssues(
  issues: readonly PricingIssue[],
  count = issues.length,
): readonly PricingIssue[] {
  if (count <= MOST_ISSUES || closingOf(issues) !== undefined) return issues;
  const expected = `${MOST_ISSUES} issues, of which the first are listed`;
  const rest = issueAt("too_many_issues", [], { expected, found: `${count} issues` });
  return [...issues.slice(0, MOST_ISSUES), rest];
}

function closingOf(issues: readonly PricingIssue[]): PricingIssue | undefined {
  const last = issues[MOST_ISSUES];
  return last?.code === "too_many_issues" ? last : undefined;
}

/**
 * The caller's data is wrong. Carries every issue that was found, not only the first.
 *
 * @example
 * ```ts
 * import { isPricingError, parseCharge } from "rateplan";
 *
 * try {
 *   parseCharge({ id: "fee", name: "Fee", chargeType: "recurring", pricing: { model: "flat", amount: "-1" } });
 * } catch (error) {
 *   if (isPricingError(error)) error.issues.map((issue) => issue.code); // => ["negative_price"]
 * }
 * ```
 */
export class PricingError extends Error {
  /** Always `"PricingError"`. */
  override readonly name = "PricingError";
  /**
   * Everything that is wrong, in the order of the data. Never empty. Of more than a thousand issues, the first thousand, and
   * one of the code `too_many_issues` that says how many there are in all.
   */
  readonly issues: readonly PricingIssue[];
  /** Marks the error across copies of the package; read by {@link isPricingError}. */
  readonly [BRAND] = true;

  /** Builds the error from the issues; the message lists the first twenty. */
  constructor(issues: readonly PricingIssue[]) {
    const given = (isList(issues) ? elements(issues) : undefined) ?? [];
    const known = given.flatMap(issueIn);
    super(summarizeIssues(known));
    this.issues = Object.freeze([...shownIssues(known)]);
  }
}

/** An issue, each of its fields looked at once; nothing of what is none. */
function issueIn(value: unknown): readonly PricingIssue[] {
  const fields = typeof value === "object" && value !== null ? ownFields(value) : undefined;
  const isSaid = typeof fields?.["code"] === "string" && typeof fields["message"] === "string";
  return isSaid ? [fields as unknown as PricingIssue] : [];
}

function summarizeIssues(issues: readonly PricingIssue[]): string {
  const lines = issues
    .slice(0, MESSAGES_SHOWN)
    .map((issue) => `  ${issue.message} (${issue.code})`);
  const count = Number.parseInt(closingOf(issues)?.received ?? String(issues.length), 10);
  if (count > lines.length) lines.push(`  … and ${count - lines.length} more`);
  return [`${count} ${count === 1 ? "issue" : "issues"}:`, ...lines].join("\n");
}

/**
 * Whether a caught value is a {@link PricingError}, also one thrown by another copy of this package
 * (the ESM and the CommonJS build in one process, or two versions), where `instanceof` fails.
 *
 * @example
 * ```ts
 * import { isPricingError } from "rateplan";
 *
 * isPricingError(new Error("other")); // => false
 * ```
 */
export function isPricingError(error: unknown): error is PricingError {
  if (typeof error !== "object" || error === null) return false;
  try {
    return BRAND in error;
  } catch {
    // A proxy that refuses to be looked at.
    return false;
  }
}

/** The elements of a list, each looked at once; reports what is no list, or a list that is too long. */
export function elementsIn(
  input: unknown,
  path: readonly PathSegment[],
  expected: string,
  issues: PricingIssue[],
  most = LONGEST_LIST,
): readonly unknown[] | undefined {
  const length = isList(input) ? lengthOf(input) : undefined;
  if (!isList(input) || length === undefined) {
    issues.push(issueAt("invalid_type", path, { expected, received: input }));
    return undefined;
  }
  if (length > most) {
    const facts = { expected: `at most ${most} elements`, received: input };
    issues.push(issueAt("too_large", path, facts));
    return undefined;
  }
  const all = elements(input);
  if (all === undefined) {
    issues.push(issueAt("not_plain_data", path, { expected, received: input }));
  }
  return all;
}

/** The most elements of a list of events or amounts. More of them can be iterated. */
export const LONGEST_LIST = 5_000_000;

/** Throws all issues at once, or returns when there are none. */
export function throwIssues(issues: readonly PricingIssue[]): void {
  if (issues.length > 0) throw new PricingError(issues);
}

/** What a function returns; what it refuses is refused from one or more levels further out. */
export function issuesUnder<T>(prefix: readonly PathSegment[], compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!isPricingError(error)) throw error;
    throw new PricingError(error.issues.map((issue) => issueUnder(prefix, issue)));
  }
}

/** Adds issues to a list that say something new: what is wrong with one thing may be wrong for each of several. */
export function distinctIssues(issues: PricingIssue[]): (issue: PricingIssue) => void {
  const seen = new Set<string>();
  return (issue) => {
    if (!seen.has(issue.message)) issues.push(issue);
    seen.add(issue.message);
  };
}

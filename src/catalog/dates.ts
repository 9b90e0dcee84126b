import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import type { Interval, Period } from "../time/billing-period.js";
import { type DateProblem, type Instant, isDateProblem, readDate } from "../time/instant.js";

const DATE_RULES: { readonly [problem in DateProblem]: string } = {
  not_a_date: "must be a civil date (2026-01-31) or an RFC 3339 instant (2026-01-31T09:30:00Z)",
  no_such_date: "must be a date that exists",
  no_offset: "must have an offset (Z or +01:00)",
};

/** The issue for a text that is not a date. */
export function dateIssue(
  problem: DateProblem,
  received: unknown,
  path: readonly PathSegment[] = [],
): PricingIssue {
  const text = DATE_RULES[problem];
  return issueAt("invalid_date", path, text, { expected: text.replace("must be ", ""), received });
}

/** Reads a period, reporting what is wrong with it. */
export function readPeriod(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Interval | undefined {
  if (typeof input !== "object" || input === null) {
    const expected = "an object { start, end }";
    issues.push(
      issueAt("invalid_type", path, `must be ${expected}`, { expected, received: input }),
    );
    return undefined;
  }
  const given = input as { readonly [K in keyof Period]?: unknown };
  const start = readDateAt(given.start, [...path, "start"], issues);
  const end = readDateAt(given.end, [...path, "end"], issues);
  if (start === undefined || end === undefined) return undefined;
  if (end < start) {
    const expected = `not before start (${String(given.start)})`;
    issues.push(
      issueAt("end_before_start", [...path, "end"], `must be ${expected}`, {
        expected,
        received: given.end,
      }),
    );
    return undefined;
  }
  return { start, end };
}

/** Reads a date, reporting what is wrong with it. */
export function readDateAt(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Instant | undefined {
  const instant = readDate(input);
  if (!isDateProblem(instant)) return instant;
  issues.push(dateIssue(instant, input, path));
  return undefined;
}

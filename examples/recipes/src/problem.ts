/** What goes wrong, as a problem for HTTP (RFC 9457). What the library says of the request is a 422 with every issue, by code and path. */
import { isPricingError, type PricingIssue } from "rateplan";

export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly issues?: readonly Pick<PricingIssue, "code" | "path" | "message">[];
}

export function problemOf(error: unknown): Problem {
  if (isPricingError(error)) {
    const issues = error.issues.map(({ code, path, message }) => ({ code, path, message }));
    return { title: "Unprocessable Content", status: 422, issues };
  }
  const status = statusOf(error);
  if (status !== undefined) return { title: "Bad Request", status };
  // Whatever else: for the log, and not for the client.
  console.error(error);
  return { title: "Internal Server Error", status: 500 };
}

/** What the framework says of a request that it could not read: no JSON, too large … */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const status = "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

export const NOT_FOUND: Problem = { title: "Not Found", status: 404 };

export const PROBLEM_JSON = "application/problem+json";

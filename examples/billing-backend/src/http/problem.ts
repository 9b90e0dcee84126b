/** Everything that can go wrong, as RFC 9457 says it: one table, from which the answers and the OpenAPI document are made. */
import type { PricingIssue } from "rateplan";
import type { Answer } from "../answer.js";

export const PROBLEMS = {
  "malformed-request": { status: 400, title: "The request cannot be read" },
  unauthenticated: { status: 401, title: "An API key is needed" },
  forbidden: { status: 403, title: "Not from there" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "Not with this method" },
  conflict: { status: 409, title: "Something else is stored there" },
  "not-billable": { status: 409, title: "The stored data cannot be billed as they are" },
  "too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "Not in this format" },
  invalid: { status: 422, title: "The data is not valid" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "internal-error": { status: 500, title: "Something is wrong here" },
  unavailable: { status: 503, title: "Not now" },
} as const satisfies {
  readonly [name: string]: { readonly status: number; readonly title: string };
};

export type ProblemName = keyof typeof PROBLEMS;

/** One thing that is wrong with what was sent: an issue of rateplan, or one of this service in the same form. */
type ProblemIssue = Pick<PricingIssue, "path" | "message"> & {
  readonly code: string;
  readonly expected?: unknown;
  readonly received?: unknown;
};

interface ProblemDetails {
  /** What exactly, for people. */
  readonly detail?: string;
  readonly issues?: readonly ProblemIssue[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A problem on its way to the client. */
export class HttpProblem extends Error {
  readonly problem: ProblemName;
  readonly details: ProblemDetails;

  constructor(problem: ProblemName, details: ProblemDetails = {}) {
    super(details.detail ?? PROBLEMS[problem].title, { cause: details.cause });
    this.name = "HttpProblem";
    this.problem = problem;
    this.details = details;
  }
}

export function problemResponse({ problem, details }: HttpProblem): Response {
  const { status, title } = PROBLEMS[problem];
  const { detail, issues, headers } = details;
  const body = { type: typeOf(problem), title, status, detail, issues };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "Content-Type": "application/problem+json" },
  });
}

/** What was asked for; the problem on its way where there is none. */
export function orProblem<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  const { kind, detail, issues } = answer.problem;
  throw new HttpProblem(kind, { detail, ...(issues.length > 0 && { issues }) });
}

/** What tells kinds of problems apart, for programs. */
export function typeOf(problem: ProblemName): string {
  return `urn:problem:${problem}`;
}

/** What is put under an id has that id: a client that says two things means one of them. */
export function refuseOtherId(body: unknown, id: string): void {
  const own = typeof body === "object" && body !== null && "id" in body ? body.id : undefined;
  if (own === id) return;
  const message = "is not the id in the address";
  throw new HttpProblem("invalid", {
    issues: [{ code: "invalid_value", path: ["id"], message, expected: id, received: own }],
  });
}

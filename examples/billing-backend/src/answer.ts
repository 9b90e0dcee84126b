import { isPricingError, type PricingIssue } from "rateplan";
import { NotAnInstant, NotStorable } from "./store/rows.js";

/** Why something was refused. What the caller can do about it differs by kind, so it is data. */
export interface Problem {
  /**
   * `"invalid"`: what was sent is wrong, as `issues` say. `"not-found"`: there is no such thing of this tenant. `"conflict"`: something
   * else is stored under this id or key. `"not-billable"`: the stored data of a subscription cannot be billed as they are.
   */
  readonly kind: "invalid" | "not-found" | "conflict" | "not-billable";
  /** The fact in a sentence. */
  readonly detail: string;
  /** What rateplan said, issue by issue; empty where it was not asked. */
  readonly issues: readonly PricingIssue[];
}

/** What was asked for, or why not. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export function answer<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function problem(
  kind: Problem["kind"],
  detail: string,
  issues: readonly PricingIssue[] = [],
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { kind, detail, issues } };
}

/** What PostgreSQL says of a text with U+0000, and of a row of no tenant. */
const NUL = "22021";
const NO_PARENT = "23503";

/** Every function of a group, with what the caller did wrong as an answer; errors of ours go on. */
export function answering<Group extends object>(group: Group): Group {
  const wrapped = Object.entries(group).map(([name, work]) => [
    name,
    async (...given: unknown[]) => {
      try {
        return await work(...given);
      } catch (error) {
        return problemOf(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped);
}

function problemOf(error: unknown) {
  if (isPricingError(error)) return problem("invalid", error.message, error.issues);
  if (error instanceof NotAnInstant || error instanceof NotStorable)
    return problem("invalid", error.message);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === NUL) return problem("invalid", "A text must not hold U+0000.");
  if (code === NO_PARENT) return problem("not-found", "There is no such tenant.");
  throw error;
}

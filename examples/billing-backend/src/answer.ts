import { isPricingError, type PricingIssue } from "rateplan";

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

/** What work comes to; an error of rateplan is the caller's, any other is ours and goes on. */
export async function answerOf<T>(
  kind: "invalid" | "not-billable",
  work: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  try {
    return await work();
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return problem(kind, error.message, error.issues);
  }
}

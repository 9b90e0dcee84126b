import { onFirstUse } from "../data/recent.js";
import type { PathSegment, PricingIssue } from "../errors.js";
import { schemaKit } from "../schema/kit.js";
import {
  type ParseResult,
  parseWith,
  shownResult,
  valueOrReport,
  valueOrThrow,
} from "../schema/parse.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  policySchema,
} from "./policy.js";

const schema = onFirstUse(() => policySchema(schemaKit));

/**
 * Reads a billing policy, or returns every issue. Missing parts get their defaults.
 *
 * @example
 * ```ts
 * import { safeParsePolicy } from "rateplan";
 *
 * safeParsePolicy({ zeroLines: true }).ok; // => true
 * ```
 */
export function safeParsePolicy(input: unknown): ParseResult<BillingPolicy> {
  return shownResult(policyAt(input, []));
}

function policyAt(input: unknown, path: readonly PathSegment[]): ParseResult<BillingPolicy> {
  return parseWith("policy", schema(), input, path);
}

/** The policy among a function's options, or the default one; what is wrong with it is added to the issues. */
export function readPolicy(
  input: unknown,
  issues: PricingIssue[],
  path: readonly PathSegment[] = ["policy"],
): BillingPolicy | undefined {
  return valueOrReport(policyAt(input ?? DEFAULT_POLICY, path), issues);
}

/**
 * Reads a billing policy and fills in the defaults.
 *
 * @throws {PricingError} with every issue.
 *
 * @example
 * ```ts
 * import { parsePolicy } from "rateplan";
 *
 * parsePolicy({ rounding: { mode: "half-even" } }).rounding; // => { mode: "half-even", scope: "line" }
 * ```
 */
export function parsePolicy(input: BillingPolicyInput): BillingPolicy {
  return valueOrThrow(policyAt(input, []));
}

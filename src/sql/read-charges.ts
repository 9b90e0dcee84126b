import { catalogReader } from "../catalog/catalog.js";
import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { valueOrReport } from "../schema/parse.js";

/** Reads a list of usage charges. */
export function readCharges(
  input: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
  at: readonly PathSegment[] = ["charges"],
): readonly UsageCharge[] {
  if (input === undefined) return [];
  const list = elementsIn(input, at, "a list of usage charges", issues) ?? [];
  if (list.length === 0) {
    const facts = { expected: "at least one usage charge", received: input };
    issues.push(issueAt("missing", at, facts));
  }
  return list.flatMap((each, index): readonly UsageCharge[] => {
    const path = [...at, index];
    const charge = valueOrReport(catalogReader(policy).charge(each, path), issues);
    if (charge === undefined) return [];
    if (isUsageCharge(charge)) return [charge];
    const expected = "a usage charge that is no discount";
    issues.push(
      issueAt("invalid_value", [...path, "chargeType"], { expected, received: charge.chargeType }),
    );
    return [];
  });
}

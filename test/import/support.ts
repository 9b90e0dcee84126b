/** What the tests of all readers of other systems' prices need. */
import { type Charge, type ParseResult, type PricingIssue, parseCharge, rate } from "rateplan";
import { expect } from "vitest";

/** The charge that was read. It is what the parser takes, and frozen. */
export function chargeOf(result: ParseResult<Charge>): Charge {
  if (!result.ok) throw new Error(result.issues.map((issue) => issue.message).join("\n"));
  expect(parseCharge(result.value)).toBe(result.value);
  expect(Object.isFrozen(result.value.pricing)).toBe(true);
  return result.value;
}

/** What that charge bills for a quantity. */
export function billed(result: ParseResult<Charge>, quantity: number | string): string {
  return rate(chargeOf(result), quantity).amount;
}

/** The issues, as code and path in one text each. */
export function issuesOf(result: {
  readonly ok: boolean;
  readonly issues?: readonly PricingIssue[];
}): readonly string[] {
  if (result.ok) throw new Error("was read");
  return (result.issues ?? []).map((issue) => {
    // The message names the place that the path points to.
    expect(issue.message.length).toBeGreaterThan(0);
    return `${issue.code} ${issue.path.join(".")}`;
  });
}

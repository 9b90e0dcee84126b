import { type BillingPolicy, policyRounding } from "../catalog/policy.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import type { RateableTerms } from "./prepared.js";

/** A charge that can be rated by itself: one that a model prices, in a known currency. */
export interface RateableCharge<C extends RateableTerms["charge"]> extends RateableTerms {
  readonly charge: C;
  readonly policy: BillingPolicy;
}

/** What a charge that a model prices is rated by; refuses one whose amount does not follow from its quantity alone. */
export function rateableCharge<C extends RateableTerms["charge"] & { readonly currency?: string }>(
  charge: C,
  policy: BillingPolicy,
): RateableCharge<C> {
  const { includedUnits, currency } = charge;
  if (typeof includedUnits === "object" && includedUnits.per !== undefined) {
    const expected =
      "a number of included units (simulate a plan with so many for each of what it holds)";
    const facts = { expected, received: includedUnits.per };
    throw new PricingError([issueAt("missing_quantity", ["includedUnits", "per"], facts)]);
  }
  if (currency === undefined) {
    const expected = "a currency code on the charge";
    throw new PricingError([
      issueAt("missing_currency", ["currency"], { expected, received: currency }),
    ]);
  }
  const rounding = policyRounding(policy, currency);
  if ("code" in rounding) throw new PricingError([rounding]);
  return { charge, currency, rounding, policy, negativeUsage: policy.negativeUsage };
}

/** The issue for a discount, which by itself has no amount. */
export function noDiscount(): PricingIssue {
  const expected = "other than discount (simulate a rate plan to see what a discount does)";
  return issueAt("invalid_value", ["pricing", "model"], { expected, received: "discount" });
}

import type { BillingPolicyInput, ChargeInput, PricingInputFor, UsageChargeInput } from "rateplan";

/** The engine counts in cents: a currency without decimals. */
export const CENTS = "CENT";

/** Negative numbers are rounded as they are. */
export const POLICY = {
  currencies: { [CENTS]: 0 },
  negativeUsage: "allow",
} as const satisfies BillingPolicyInput;

export const UNIT = "unit";

export function usageCharge(
  pricing: PricingInputFor<"usage">,
  limits: Pick<UsageChargeInput, "maximum"> = {},
): UsageChargeInput {
  return {
    id: "usage",
    name: "usage",
    currency: CENTS,
    chargeType: "usage",
    unitOfMeasure: UNIT,
    pricing,
    ...limits,
  };
}

/** A fee of so many cents. */
export function fee(id: string, amount: string): ChargeInput {
  return { id, name: id, chargeType: "recurring", pricing: { model: "flat", amount } };
}

import { type PricingInputFor, rate, rateAmount, type UsageChargeInput } from "rateplan";

/** Amounts before they are rounded to a currency, as most of Kill Bill's tests state them. */
export const EXACT = { currencies: { EXACT: 12 } };

/** A usage charge of one unit, in exact amounts. */
export function usageCharge(
  pricing: PricingInputFor<"usage">,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return {
    id: "usage",
    name: "Usage",
    chargeType: "usage",
    unitOfMeasure: "unit",
    currency: "EXACT",
    ...more,
    pricing,
  };
}

/** What a quantity costs at one price for each unit; also how many units some blocks hold. */
export function perUnitAmount(unitPrice: string, quantity: string): string {
  return rate(usageCharge({ model: "per-unit", unitPrice }), quantity, EXACT).exactAmount;
}

/** An exact amount as an item of a currency. */
export function inCurrency(amount: string, currency: string): string {
  return rateAmount(usageCharge({ model: "per-unit", unitPrice: "1" }, { currency }), amount, {
    rounding: { mode: "half-away-from-zero" },
  });
}

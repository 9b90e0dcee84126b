import { minorUnits } from "../money/currency.js";

/** Decimals of Stripe's amounts where they are others than in ISO 4217 (docs.stripe.com/currencies, "special cases"). */
const STRIPE_DECIMALS: ReadonlyMap<string, number> = new Map([
  ["ISK", 2],
  ["MGA", 0],
  ["UGX", 2],
]);

/** The currencies with three decimals that Stripe takes; more than three it has in none. */
const THREE_DECIMALS: ReadonlySet<string> = new Set(["BHD", "JOD", "KWD", "OMR", "TND"]);

/** Decimals of Stripe's amounts in a currency of ISO 4217; nothing where it is none. */
export function stripeDecimals(currency: string): number | undefined {
  return STRIPE_DECIMALS.get(currency) ?? minorUnits(currency);
}

/** Whether Stripe can take amounts of a currency with so many decimals. */
export function isWithinStripe(currency: string, decimals: number): boolean {
  return decimals < 3 || THREE_DECIMALS.has(currency);
}

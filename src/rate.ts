/**
 * rateplan/rate: what a quantity costs, for price calculators of web pages: without schemas, time zones or any other package.
 *
 * @packageDocumentation
 */

export type { Charge, ChargeInput } from "./catalog/charge.js";
export type { BillingPolicyInput } from "./catalog/policy.js";
export {
  isPricingError,
  type PathSegment,
  PricingError,
  type PricingIssue,
  type PricingIssueCode,
} from "./errors.js";
export { compareAmounts, sumAmounts } from "./money/amounts.js";
export type { DecimalInput } from "./money/decimal.js";
export type { PreparedRater } from "./rate/prepared.js";
export { rateAmount, ratePrepared } from "./rate/rate-amount.js";

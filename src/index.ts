/**
 * rateplan: pricing and invoicing for outcome-based billing, as pure functions over plain data.
 *
 * @packageDocumentation
 */

// What a customer holds.
export { parseCoupon, safeParseCoupon } from "./account/coupon.js";
export {
  burnOrder,
  type CreditGrant,
  type CreditGrantFields,
  type CreditGrantInput,
  type CreditTiming,
  parseCreditGrant,
  safeParseCreditGrant,
} from "./account/credit-grant.js";
export { applyPostings, type Posting } from "./account/posting.js";
export {
  parseTaxRate,
  safeParseTaxRate,
  type TaxMarker,
  type TaxRate,
  type TaxRateFields,
  type TaxRateInput,
  type TaxTarget,
} from "./account/tax-rate.js";
// The catalog: what is sold, and at which prices.
export {
  type CatalogOptions,
  parseCharge,
  parseProduct,
  parseRatePlan,
  safeParseCharge,
  safeParseProduct,
  safeParseRatePlan,
} from "./catalog/catalog.js";
export { type LintOptions, lintProduct } from "./catalog/lint/lint-product.js";
// Options.
export { parsePolicy, safeParsePolicy } from "./catalog/parse-policy.js";
export type {
  BillingPolicy,
  BillingPolicyInput,
  BurnOrder,
  CouponPolicy,
  CreditPolicy,
  DiscountPolicy,
  RoundingPolicy,
  TaxPolicy,
} from "./catalog/policy.js";
export {
  type Explainable,
  type ExplainOptions,
  type ExplanationAs,
  type ExplanationFormat,
  explain,
} from "./describe/explain/explain.js";
export { type JsonSchema, type JsonSchemaName, jsonSchema } from "./describe/json-schema.js";
export { type DocumentDifference, type Verification, verify } from "./describe/verify.js";
// What goes wrong.
export {
  isPricingError,
  type PathSegment,
  PricingError,
  type PricingIssue,
  type PricingIssueCode,
} from "./errors.js";
export { type CreditNoteRequest, creditNote } from "./invoice/credit-note.js";
export {
  type CrossedThreshold,
  crossedThreshold,
  type Thresholds,
} from "./invoice/crossed-threshold.js";
export {
  type DocumentDue,
  type DocumentsDueOptions,
  documentsDue,
  type NeededUsage,
} from "./invoice/due/documents-due.js";
export { invoice } from "./invoice/invoice.js";
export { invoiceRun, type RunRequest, type RunResult } from "./invoice/invoice-run.js";
export { type UpcomingRequest, upcoming } from "./invoice/upcoming.js";
// Amounts as decimal strings.
export { compareAmounts, sumAmounts } from "./money/amounts.js";
export type { RunSummary, SubscriptionUsage } from "./run/subscription-usage.js";
export {
  type AsyncRunOptions,
  type RunOptions,
  type RunProgress,
  summarizeRun,
  summarizeRunAsync,
} from "./run/summarize-run.js";
export type { UnknownCustomers } from "./run/unknown-customers.js";
export type { AbortLike } from "./schema/in-steps.js";
// Charge models and what they leave on a line.
export { type BreakEven, breakEven, type QuantityRange } from "./simulate/break-even.js";
export {
  type ComparedRow,
  type ComparedTarget,
  type CompareOptions,
  type Comparison,
  compare,
} from "./simulate/compare.js";
export type {
  Forecast,
  ForecastFigures,
  ForecastNumbers,
  ForecastPercentile,
  ForecastPeriod,
} from "./simulate/forecast/tally.js";
export type { UsageDistribution } from "./simulate/forecast/usage-distribution.js";
export { type ForecastCustomers, type ForecastOptions, forecast } from "./simulate/forecast.js";
export { type Rating, rate } from "./simulate/rate.js";
export { rateAmount, ratePrepared } from "./simulate/rate-amount.js";
export type { ReplayCustomer } from "./simulate/replay/customer.js";
export type {
  ReplayFigures,
  ReplayMover,
  ReplayPercentile,
  ReplaySide,
} from "./simulate/replay/tally.js";
export type {
  Replay,
  ReplayCandidate,
  ReplayGroup,
  ReplayOptions,
} from "./simulate/replay/types.js";
export {
  type AsyncReplayOptions,
  type ReplayProgress,
  replay,
  replayAsync,
} from "./simulate/replay.js";
export {
  type SimulateOptions,
  type Simulation,
  simulate,
} from "./simulate/simulate.js";
export { type AsyncSeriesOptions, simulateAsync } from "./simulate/simulate-async.js";
export { type Solution, type SolveRequest, solve } from "./simulate/solve.js";
export { type Sweep, sweep } from "./simulate/sweep.js";
// Subscriptions and time.
export {
  type BillingPeriod,
  type BillingPeriodOptions,
  billingPeriodAt,
  billingPeriods,
  eachBillingPeriod,
} from "./subscription/billing-periods.js";
export {
  parseSubscription,
  type Subscription,
  type SubscriptionFields,
  type SubscriptionInput,
  safeParseSubscription,
} from "./subscription/subscription.js";
export type * from "./types.js";
export type {
  DictionaryColumn,
  EventColumns,
  NumberArray,
  NumberColumn,
  TextColumn,
  TimeColumn,
} from "./usage/events/event-columns.js";
// Usage.
export {
  parseEvents,
  type Signal,
  safeParseEvents,
  type UsageEvent,
} from "./usage/events/parse-events.js";
export {
  type Outcome,
  type OutcomeSettlement,
  type SettleOptions,
  settleOutcomes,
  type UnusedSignal,
} from "./usage/outcomes/settle-outcomes.js";
export { mergeUsage } from "./usage/summary/merge.js";
export { type SummarizeOptions, summarizeUsage } from "./usage/summary/summarize.js";

/**
 * rateplan: pricing and invoicing for outcome-based billing, as pure functions over plain data.
 *
 * @packageDocumentation
 */

// What a customer holds.
export {
  type Coupon,
  type CouponFields,
  type CouponInput,
  parseCoupon,
  safeParseCoupon,
} from "./account/coupon.js";
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
export type {
  BillingTiming,
  Charge,
  ChargeFields,
  ChargeInput,
  CycleFields,
  OneTimeCharge,
  OneTimeChargeInput,
  QuantityFields,
  RecurringCharge,
  RecurringChargeInput,
  UsageCharge,
  UsageChargeInput,
} from "./catalog/charge.js";
export type { DiscountPricing, DiscountTarget } from "./catalog/discount.js";
export type {
  FieldTest,
  FieldValue,
  LocalTest,
  LocalTimeRange,
  Predicate,
  UsageFilter,
} from "./catalog/filter.js";
export type { GroupBy } from "./catalog/group-by.js";
export type { LintCode, LintFinding, LintSeverity } from "./catalog/lint/finding.js";
export { type LintOptions, lintProduct } from "./catalog/lint/lint-product.js";
export type {
  Confirmation,
  Guarantee,
  GuaranteeStep,
  OutcomePolicy,
  OutcomePolicyInput,
  Remedy,
  Reversal,
  UniqueBy,
} from "./catalog/outcome.js";
export type { PlanGrant, Rollover } from "./catalog/plan-grant.js";
// Options.
export {
  type BillingPolicy,
  type BillingPolicyInput,
  type BurnOrder,
  type CouponPolicy,
  type CreditPolicy,
  type DiscountPolicy,
  parsePolicy,
  type RoundingPolicy,
  safeParsePolicy,
  type TaxPolicy,
} from "./catalog/policy.js";
export type { Product, ProductFields, ProductInput } from "./catalog/product.js";
export type { ProratedPart, Proration, ProrationInput } from "./catalog/proration.js";
export type { EventQuantity } from "./catalog/quantity.js";
export type { PlanLimits, RatePlan, RatePlanFields, RatePlanInput } from "./catalog/rate-plan.js";
export type { Revision } from "./catalog/revision.js";
export {
  type Explainable,
  type ExplainOptions,
  type ExplanationAs,
  type ExplanationFormat,
  explain,
} from "./describe/explain/explain.js";
export type { Explanation } from "./describe/explain/explanation.js";
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
export type {
  CorrectedPeriod,
  CouponUse,
  DocumentScope,
  Invoice,
  InvoiceBasis,
  InvoiceKind,
  PrecedingDocument,
  ProvisionalUsage,
  RecordedCommitment,
  RecordedLife,
  RecordedPart,
  RecordedSegment,
  RecordedState,
  RecordedTerms,
  UnbilledPeriod,
} from "./invoice/document.js";
export {
  type DocumentDue,
  type DocumentsDueOptions,
  documentsDue,
  type NeededUsage,
} from "./invoice/documents-due.js";
export { invoice } from "./invoice/invoice.js";
export type {
  Adjustment,
  AdjustmentCause,
  CreditLine,
  DiscountShare,
  InvoiceLine,
  Line,
  LineKind,
  SimulationLine,
} from "./invoice/line.js";
export type { CreditDetail, PricingUnitAmount, TaxDetail } from "./invoice/line-details.js";
export type { LineTerms } from "./invoice/line-terms.js";
export type { PaymentTerms } from "./invoice/payment-terms.js";
export type { InvoiceRequest } from "./invoice/read-request.js";
export type { RerateRange, RerateRequest } from "./invoice/read-rerate.js";
export { type UpcomingRequest, upcoming } from "./invoice/upcoming.js";
export type { PricingWarning } from "./invoice/warning.js";
// Amounts as decimal strings.
export { compareAmounts, sumAmounts } from "./money/amounts.js";
export type { CustomCurrencies } from "./money/currency.js";
export type { DecimalInput, DecimalLike, ForeignDecimal } from "./money/decimal.js";
export type { Fraction } from "./money/fraction.js";
export type { RoundingMode } from "./money/rounding.js";
export type { ChargeType } from "./pricing/charge-type.js";
export type { GroupQuantity, ModelInputs, RatingInputKind, ValueTotals } from "./pricing/model.js";
export type { FlatPricing } from "./pricing/models/flat.js";
// Charge models and what they leave on a line.
export type {
  ModelName,
  Pricing,
  PricingFor,
  PricingInput,
  PricingInputFor,
} from "./pricing/models/index.js";
export type { MatrixPrice, MatrixPricing } from "./pricing/models/matrix.js";
export type { OveragePricing } from "./pricing/models/overage.js";
export type { PackagePricing } from "./pricing/models/package.js";
export type { PerUnitPricing } from "./pricing/models/per-unit.js";
export type {
  PercentagePricing,
  PercentTier,
  PercentTierInput,
  PercentTierRow,
} from "./pricing/models/percentage.js";
export type { PreRatedPricing } from "./pricing/models/pre-rated.js";
export type { Stair, StairInput, StairstepPricing } from "./pricing/models/stairstep.js";
export type { TieredPricing } from "./pricing/models/tiered.js";
export type { VolumePricing } from "./pricing/models/volume.js";
export type { Step, StepKind, TierUse } from "./pricing/step.js";
export type { PricedTerms, PricingUnit, QuantityRounding } from "./pricing/terms.js";
export type { Tier, TierInput, TierList, TierOverflow, TierRow } from "./pricing/tiers.js";
export type { JsonValue, Metadata } from "./schema/entity-fields.js";
export type { ParseResult } from "./schema/parse.js";
export type { Written } from "./schema/written.js";
export { type BreakEven, breakEven, type QuantityRange } from "./simulate/break-even.js";
export type { BreakEvenPoint, BreakEvenStretch, Cheaper } from "./simulate/cheaper.js";
export {
  type ComparedRow,
  type ComparedTarget,
  type CompareOptions,
  type Comparison,
  compare,
} from "./simulate/compare.js";
export type { OneQuantityOptions } from "./simulate/one-quantity.js";
export type { SweepQuantities, SweepRange } from "./simulate/quantity-row.js";
export { type Rating, rate, rateAmount } from "./simulate/rate.js";
export {
  type SimulateOptions,
  type Simulation,
  simulate,
} from "./simulate/simulate.js";
export { type Solution, type SolveRequest, solve } from "./simulate/solve.js";
export type { SolveGoal } from "./simulate/solve-goal.js";
export { type Sweep, sweep } from "./simulate/sweep.js";
export type { SimulationTarget } from "./simulate/target.js";
// Subscriptions and time.
export type { BillingAnchor } from "./subscription/anchor.js";
export {
  type BillingPeriod,
  type BillingPeriodOptions,
  billingPeriodAt,
  billingPeriods,
  eachBillingPeriod,
} from "./subscription/billing-periods.js";
export type {
  ChangeFields,
  Override,
  OverrideInput,
  SubscriptionChange,
  SubscriptionChangeInput,
  SubscriptionStatus,
} from "./subscription/change.js";
export {
  parseSubscription,
  type Subscription,
  type SubscriptionFields,
  type SubscriptionInput,
  safeParseSubscription,
} from "./subscription/subscription.js";
export type { BillingCycle, CustomCycle, CycleUnit, NamedCycle } from "./time/billing-cycle.js";
export type { Period, PeriodInput } from "./time/billing-period.js";
export type { EndOfMonth } from "./time/civil.js";
export type { DateInput } from "./time/date.js";
export type { ProrationMethod } from "./time/day-count.js";
export type { Duration } from "./time/duration.js";
export type { TimeOfDay, Weekday } from "./time/time-of-day.js";
export type { TimeZone } from "./time/zone.js";
// Usage.
export type {
  Aggregation,
  AggregationInput,
  CarriedLevel,
  CarryingName,
  Percentile,
  SimpleAggregation,
  StoredCarried,
  StoredFrequency,
  StoredLevel,
  StoredPresence,
  StoredReading,
  StoredState,
  StoredStates,
  UniqueCount,
} from "./usage/aggregations/aggregation.js";
export type {
  CloudEventInput,
  EventInput,
  SignalInput,
  UsageEventInput,
} from "./usage/events/event.js";
export {
  parseEvents,
  type Signal,
  safeParseEvents,
  type UsageEvent,
} from "./usage/events/parse-events.js";
export type {
  ClassifiedBucket,
  UsageBucket,
  UsageDetail,
  UsageReport,
} from "./usage/events/report.js";
export type { GroupLevel } from "./usage/meter/levels.js";
export type { UsageGroup } from "./usage/meter/metered.js";
export type { OutcomeReason, OutcomeState } from "./usage/outcomes/outcome.js";
export {
  type Outcome,
  type OutcomeSettlement,
  type SettleOptions,
  settleOutcomes,
  type UnusedSignal,
} from "./usage/outcomes/settle-outcomes.js";
export type { UsageInput } from "./usage/read-usage.js";
export { mergeUsage } from "./usage/summary/merge.js";
export { type SummarizeOptions, summarizeUsage } from "./usage/summary/summarize.js";
export type {
  Deduplication,
  EventValue,
  OutcomeTerms,
  SummarizedCount,
  SummarizedEvent,
  SummarizedGroup,
  SummarizedOutcomes,
  SummarizedSignal,
  SummarizedValues,
  SummaryHeader,
  UsageSummary,
} from "./usage/summary/summary.js";

/**
 * rateplan: pricing and invoicing for outcome-based billing, as pure functions over plain data.
 *
 * @packageDocumentation
 */

export type {
  Aggregation,
  AggregationInput,
  SimpleAggregation,
  UniqueCount,
} from "./catalog/aggregation.js";
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
export type { JsonValue, Metadata } from "./catalog/fields.js";
export type { FieldTest, FieldValue, Predicate, UsageFilter } from "./catalog/filter.js";
export type { GroupBy } from "./catalog/group-by.js";
export type { Guarantee, Remedy } from "./catalog/guarantee.js";
export type { JsonSchema } from "./catalog/json-schema.js";
export type {
  Confirmation,
  OutcomePolicy,
  OutcomePolicyInput,
  Reversal,
  UniqueBy,
} from "./catalog/outcome.js";
export type { ParseResult } from "./catalog/parse.js";
// Options.
export {
  type BillingPolicy,
  type BillingPolicyInput,
  type DiscountPolicy,
  parsePolicy,
  type RoundingPolicy,
  safeParsePolicy,
} from "./catalog/policy.js";
export type { Product, ProductFields, ProductInput } from "./catalog/product.js";
export type { ProratedPart, Proration, ProrationInput } from "./catalog/proration.js";
export type { RatePlan, RatePlanFields, RatePlanInput } from "./catalog/rate-plan.js";
export type { Revision } from "./catalog/revision.js";
// What goes wrong.
export {
  isPricingError,
  type PathSegment,
  PricingError,
  type PricingIssue,
  type PricingIssueCode,
} from "./errors.js";
// Prices of other systems.
export type { ImportOptions, MeteredImportOptions } from "./import/import-options.js";
export { fromLagoCharge } from "./import/lago-charge.js";
export { fromOpenMeterPrice, type OpenMeterImportOptions } from "./import/openmeter-price.js";
export { fromStripePrice, type StripePriceResult } from "./import/stripe-price.js";
export { fromValmiChargeModel, type ValmiImportOptions } from "./import/valmi-charge-model.js";
export { type CreditNoteRequest, creditNote } from "./invoice/credit-note.js";
export {
  type Invoice,
  type InvoiceKind,
  invoice,
  type ProvisionalUsage,
  type UnbilledPeriod,
} from "./invoice/invoice.js";
export type {
  Adjustment,
  AdjustmentCause,
  DiscountShare,
  InvoiceLine,
  Line,
  LineKind,
  PricingWarning,
} from "./invoice/line.js";
export type { LineTerms } from "./invoice/line-terms.js";
export { type Rating, rate, rateAmount } from "./invoice/rate.js";
export type { InvoiceRequest } from "./invoice/request.js";
export type { RerateRequest } from "./invoice/rerate.js";
export { type UpcomingRequest, upcoming } from "./invoice/upcoming.js";
// Amounts as decimal strings.
export { compareAmounts, sumAmounts } from "./money/amounts.js";
export type { CustomCurrencies } from "./money/currency.js";
export type { DecimalInput, DecimalLike } from "./money/decimal.js";
export type { Fraction } from "./money/fraction.js";
export type { RoundingMode } from "./money/rounding.js";
export type { GroupQuantity, ModelInputs, Need, TierUse, ValueTotals } from "./pricing/model.js";
export type { FlatPricing } from "./pricing/models/flat/schema.js";

// Charge models and what they leave on a line.
export type {
  ModelName,
  Pricing,
  PricingFor,
  PricingInput,
  PricingInputFor,
} from "./pricing/models/index.js";
export type { MatrixPrice, MatrixPricing } from "./pricing/models/matrix/schema.js";
export type { OveragePricing } from "./pricing/models/overage/schema.js";
export type { PackagePricing } from "./pricing/models/package/schema.js";
export type { PerUnitPricing } from "./pricing/models/per-unit/schema.js";
export type {
  PercentagePricing,
  PercentTier,
  PercentTierInput,
  PercentTierRow,
} from "./pricing/models/percentage/schema.js";
export type { PreRatedPricing } from "./pricing/models/pre-rated/schema.js";
export type { Stair, StairInput, StairstepPricing } from "./pricing/models/stairstep/schema.js";
export type { TieredPricing } from "./pricing/models/tiered/schema.js";
export type { VolumePricing } from "./pricing/models/volume/schema.js";
export type { Step, StepKind } from "./pricing/step.js";
export type { ChargeType, PricedTerms, QuantityRounding } from "./pricing/terms.js";
export type { Tier, TierInput, TierList, TierOverflow, TierRow } from "./pricing/tiers.js";
// The two verbs, and the function behind both.
export {
  type SimulateOptions,
  type Simulation,
  type SimulationTarget,
  simulate,
} from "./simulate/simulate.js";
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
export { type JsonSchemaName, jsonSchema } from "./subscription/json-schema.js";
export {
  parseSubscription,
  type Subscription,
  type SubscriptionFields,
  type SubscriptionInput,
  safeParseSubscription,
} from "./subscription/subscription.js";
export type { BillingCycle, CustomCycle, CycleUnit, NamedCycle } from "./time/billing-cycle.js";
export type { Period } from "./time/billing-period.js";
export type { EndOfMonth } from "./time/civil.js";
export type { DateInput } from "./time/date.js";
export type { Duration } from "./time/duration.js";
export type { ProrationMethod } from "./time/proration.js";
export type { TimeZone } from "./time/zone.js";
// Usage.
export type { SignalInput, UsageEventInput } from "./usage/event.js";
export { parseEvents, type Signal, safeParseEvents, type UsageEvent } from "./usage/events.js";
export { mergeUsage } from "./usage/merge-usage.js";
export type { UsageGroup } from "./usage/metered.js";
export type { OutcomeReason, OutcomeState } from "./usage/outcomes/outcome.js";
export {
  type Outcome,
  type OutcomeSettlement,
  type SettleOptions,
  settleOutcomes,
  type UnusedSignal,
} from "./usage/outcomes/settle-outcomes.js";
export type { PlacedBucket, UsageBucket, UsageDetail, UsageReport } from "./usage/report.js";
export { type SummarizeOptions, summarizeUsage } from "./usage/summarize.js";
export type {
  CountedEvent,
  Deduplication,
  EventValue,
  LastEvent,
  OutcomeTerms,
  SummarizedEvent,
  SummarizedOutcomes,
  SummarizedSignal,
  SummarizedValues,
  SummaryHeader,
  UsageSummary,
  UsageTally,
} from "./usage/summary.js";
export type { UsageInput } from "./usage/usage-input.js";

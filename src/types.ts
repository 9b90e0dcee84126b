// What callers read and write, as types: all that no verb stands beside.

export type { Coupon, CouponFields, CouponInput } from "./account/coupon.js";
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
export type { TermCommitment } from "./catalog/commitment.js";
export type { DiscountPricing, DiscountTarget } from "./catalog/discount.js";
export type { Drawdown } from "./catalog/drawdown.js";
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
export type { PlanGrant } from "./catalog/plan-grant.js";
export type { Product, ProductFields, ProductInput } from "./catalog/product.js";
export type { ProratedPart, Proration, ProrationInput } from "./catalog/proration.js";
export type { EventQuantity } from "./catalog/quantity.js";
export type { RatePlan, RatePlanFields, RatePlanInput } from "./catalog/rate-plan.js";
export type { Revision } from "./catalog/revision.js";
export type { Explanation } from "./describe/explain/explanation.js";
export type {
  CorrectedPeriod,
  CouponUse,
  DocumentScope,
  DrawdownUse,
  Invoice,
  InvoiceBasis,
  InvoiceKind,
  PrecedingDocument,
  ProvisionalUsage,
  RecordedLife,
  UnbilledPeriod,
} from "./invoice/document/document.js";
export type {
  CreditLine,
  InvoiceLine,
  Line,
  LineKind,
  SimulationLine,
} from "./invoice/document/line.js";
export type {
  Adjustment,
  AdjustmentCause,
  ConcessionDetail,
  CreditDetail,
  DiscountShare,
  PricingUnitAmount,
  TaxDetail,
} from "./invoice/document/line-details.js";
export type { LineTerms } from "./invoice/document/line-terms.js";
export type {
  RecordedAllowance,
  RecordedCarry,
  RecordedCommitment,
  RecordedDrawdown,
  RecordedPart,
  RecordedSegment,
  RecordedState,
  RecordedTerm,
  RecordedTerms,
} from "./invoice/document/recorded.js";
export type { PricingWarning } from "./invoice/document/warning.js";
export type { PaymentTerms } from "./invoice/request/payment-terms.js";
export type {
  CreditedDocument,
  CreditedLine,
  CreditedLines,
} from "./invoice/request/read-credit.js";
export type { InvoiceRequest } from "./invoice/request/read-request.js";
export type { RerateRange, RerateRequest } from "./invoice/request/read-rerate.js";
export type { CustomCurrencies } from "./money/currency.js";
export type { DecimalInput, DecimalLike, ForeignDecimal } from "./money/decimal.js";
export type { Fraction } from "./money/fraction.js";
export type { RoundingMode } from "./money/rounding.js";
export type { ChargeType } from "./pricing/charge-type.js";
export type { GroupQuantity, ModelInputs, RatingInputKind, ValueTotals } from "./pricing/model.js";
export type { FlatPricing } from "./pricing/models/flat.js";
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
export type {
  IncludedUnits,
  PricedTerms,
  PricingUnit,
  QuantityRounding,
  Rollover,
} from "./pricing/terms.js";
export type { Tier, TierInput, TierList, TierOverflow, TierRow } from "./pricing/tiers.js";
export type { PreparedRater } from "./rate/prepared.js";
export type { JsonValue, Metadata } from "./schema/entity-fields.js";
export type { ParseResult } from "./schema/parse.js";
export type { Written } from "./schema/written.js";
export type { BreakEvenPoint, BreakEvenStretch, Cheaper } from "./simulate/cheaper.js";
export type { OneQuantityOptions } from "./simulate/one-quantity.js";
export type { SweepQuantities, SweepRange } from "./simulate/quantity-row.js";
export type { SeriesProgress } from "./simulate/series/series.js";
export type {
  DatedQuantity,
  ProfilePoint,
  SeriesBucket,
  SeriesBucketUnit,
  SeriesCharge,
  SeriesChargeColumns,
  SeriesChargeFigures,
  SeriesColumns,
  SeriesCost,
  SeriesCostRow,
  SeriesFigures,
  SeriesOptions,
  SeriesPlan,
  SeriesQuantities,
  SeriesRange,
  SeriesSubscription,
  SeriesUsage,
  SimulationSeries,
  UsageProfile,
} from "./simulate/series/types.js";
export type { SolveGoal } from "./simulate/solve-goal.js";
export type { SweepKnot } from "./simulate/sweep-knots.js";
export type { SimulationTarget } from "./simulate/target.js";
export type { BillingAnchor } from "./subscription/anchor.js";
export type {
  ChangeFields,
  Override,
  OverrideInput,
  SubscriptionChange,
  SubscriptionChangeInput,
  SubscriptionStatus,
} from "./subscription/change.js";
export type { BillingCycle, CustomCycle, CycleUnit, NamedCycle } from "./time/billing-cycle.js";
export type { Period, PeriodInput } from "./time/billing-period.js";
export type { EndOfMonth } from "./time/civil.js";
export type { DateInput } from "./time/date.js";
export type { ProrationMethod } from "./time/day-count.js";
export type { Duration } from "./time/duration.js";
export type { TimeOfDay, Weekday } from "./time/time-of-day.js";
export type { TimeZone } from "./time/zone.js";
export type {
  Aggregation,
  AggregationInput,
  CarriedLevel,
  CarryingName,
  DailyAggregation,
  Percentile,
  SimpleAggregation,
  StoredCarried,
  StoredDays,
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
export type {
  ClassifiedBucket,
  UsageBucket,
  UsageDetail,
  UsageReport,
} from "./usage/events/report.js";
export type { GroupLevel } from "./usage/meter/levels.js";
export type { UsageGroup } from "./usage/meter/metered.js";
export type { OutcomeReason, OutcomeState } from "./usage/outcomes/outcome.js";
export type { UsageInput } from "./usage/read-usage.js";
export type {
  Deduplication,
  EventValue,
  OutcomesApart,
  OutcomeTerms,
  ReversibleOutcomes,
  SummarizedCount,
  SummarizedEvent,
  SummarizedGroup,
  SummarizedOutcomes,
  SummarizedSignal,
  SummarizedValues,
  SummaryHeader,
  UsageSummary,
} from "./usage/summary/summary.js";

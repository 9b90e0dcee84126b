/** The public API by name. A name that goes away or appears shows here, and belongs in the CHANGELOG. */
import * as api from "rateplan";
import * as charts from "rateplan/chart";
import * as importers from "rateplan/import";
import * as queries from "rateplan/sql";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ENTRIES, publicSurface, read } from "./support/repository.js";

const { modules } = publicSurface();

/** The names that a module exports: those that exist at runtime, and those of types alone. */
function namesOf(specifier: string): { readonly values: string[]; readonly types: string[] } {
  const exports = [...(modules.get(specifier) ?? [])];
  const isValue = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Value) !== 0;
  return {
    values: exports.filter(([, symbol]) => isValue(symbol)).map(([name]) => name),
    types: exports.filter(([, symbol]) => !isValue(symbol)).map(([name]) => name),
  };
}

describe("rateplan", () => {
  it("exports these values", () => {
    expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
      [
        "PricingError",
        "applyPostings",
        "billingPeriodAt",
        "billingPeriods",
        "breakEven",
        "burnOrder",
        "compare",
        "compareAmounts",
        "creditNote",
        "crossedThreshold",
        "documentsDue",
        "eachBillingPeriod",
        "explain",
        "forecast",
        "invoice",
        "isPricingError",
        "jsonSchema",
        "lintProduct",
        "mergeUsage",
        "parseCharge",
        "parseCoupon",
        "parseCreditGrant",
        "parseEvents",
        "parsePolicy",
        "parseProduct",
        "parseRatePlan",
        "parseSubscription",
        "parseTaxRate",
        "rate",
        "rateAmount",
        "replay",
        "replayAsync",
        "safeParseCharge",
        "safeParseCoupon",
        "safeParseCreditGrant",
        "safeParseEvents",
        "safeParsePolicy",
        "safeParseProduct",
        "safeParseRatePlan",
        "safeParseSubscription",
        "safeParseTaxRate",
        "settleOutcomes",
        "simulate",
        "simulateAsync",
        "solve",
        "sumAmounts",
        "summarizeUsage",
        "sweep",
        "upcoming",
        "verify",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan").types).toMatchInlineSnapshot(`
      [
        "AbortLike",
        "Adjustment",
        "AdjustmentCause",
        "Aggregation",
        "AggregationInput",
        "AsyncReplayOptions",
        "AsyncSeriesOptions",
        "BillingAnchor",
        "BillingCycle",
        "BillingPeriod",
        "BillingPeriodOptions",
        "BillingPolicy",
        "BillingPolicyInput",
        "BillingTiming",
        "BreakEven",
        "BreakEvenPoint",
        "BreakEvenStretch",
        "BurnOrder",
        "CarriedLevel",
        "CarryingName",
        "CatalogOptions",
        "ChangeFields",
        "Charge",
        "ChargeFields",
        "ChargeInput",
        "ChargeType",
        "Cheaper",
        "ClassifiedBucket",
        "CloudEventInput",
        "CompareOptions",
        "ComparedRow",
        "ComparedTarget",
        "Comparison",
        "ConcessionDetail",
        "Confirmation",
        "CorrectedPeriod",
        "Coupon",
        "CouponFields",
        "CouponInput",
        "CouponPolicy",
        "CouponUse",
        "CreditDetail",
        "CreditGrant",
        "CreditGrantFields",
        "CreditGrantInput",
        "CreditLine",
        "CreditNoteRequest",
        "CreditPolicy",
        "CreditTiming",
        "CreditedDocument",
        "CreditedLine",
        "CreditedLines",
        "CrossedThreshold",
        "CustomCurrencies",
        "CustomCycle",
        "CycleFields",
        "CycleUnit",
        "DailyAggregation",
        "DateInput",
        "DatedQuantity",
        "DecimalInput",
        "DecimalLike",
        "Deduplication",
        "DiscountPolicy",
        "DiscountPricing",
        "DiscountShare",
        "DiscountTarget",
        "DocumentDifference",
        "DocumentDue",
        "DocumentScope",
        "DocumentsDueOptions",
        "Drawdown",
        "DrawdownUse",
        "Duration",
        "EndOfMonth",
        "EventInput",
        "EventQuantity",
        "EventValue",
        "ExplainOptions",
        "Explainable",
        "Explanation",
        "ExplanationAs",
        "ExplanationFormat",
        "FieldTest",
        "FieldValue",
        "FlatPricing",
        "Forecast",
        "ForecastCustomers",
        "ForecastFigures",
        "ForecastNumbers",
        "ForecastOptions",
        "ForecastPercentile",
        "ForecastPeriod",
        "ForeignDecimal",
        "Fraction",
        "GroupBy",
        "GroupLevel",
        "GroupQuantity",
        "Guarantee",
        "GuaranteeStep",
        "IncludedUnits",
        "Invoice",
        "InvoiceBasis",
        "InvoiceKind",
        "InvoiceLine",
        "InvoiceRequest",
        "JsonSchema",
        "JsonSchemaName",
        "JsonValue",
        "Line",
        "LineKind",
        "LineTerms",
        "LintCode",
        "LintFinding",
        "LintOptions",
        "LintSeverity",
        "LocalTest",
        "LocalTimeRange",
        "MatrixPrice",
        "MatrixPricing",
        "Metadata",
        "ModelInputs",
        "ModelName",
        "NamedCycle",
        "NeededUsage",
        "OneQuantityOptions",
        "OneTimeCharge",
        "OneTimeChargeInput",
        "Outcome",
        "OutcomePolicy",
        "OutcomePolicyInput",
        "OutcomeReason",
        "OutcomeSettlement",
        "OutcomeState",
        "OutcomeTerms",
        "OveragePricing",
        "Override",
        "OverrideInput",
        "PackagePricing",
        "ParseResult",
        "PathSegment",
        "PaymentTerms",
        "PerUnitPricing",
        "PercentTier",
        "PercentTierInput",
        "PercentTierRow",
        "PercentagePricing",
        "Percentile",
        "Period",
        "PeriodInput",
        "PlanGrant",
        "Posting",
        "PreRatedPricing",
        "PrecedingDocument",
        "Predicate",
        "PricedTerms",
        "Pricing",
        "PricingFor",
        "PricingInput",
        "PricingInputFor",
        "PricingIssue",
        "PricingIssueCode",
        "PricingUnit",
        "PricingUnitAmount",
        "PricingWarning",
        "Product",
        "ProductFields",
        "ProductInput",
        "ProfilePoint",
        "ProratedPart",
        "Proration",
        "ProrationInput",
        "ProrationMethod",
        "ProvisionalUsage",
        "QuantityFields",
        "QuantityRange",
        "QuantityRounding",
        "RatePlan",
        "RatePlanFields",
        "RatePlanInput",
        "Rating",
        "RatingInputKind",
        "RecordedAllowance",
        "RecordedCarry",
        "RecordedCommitment",
        "RecordedDrawdown",
        "RecordedLife",
        "RecordedPart",
        "RecordedSegment",
        "RecordedState",
        "RecordedTerm",
        "RecordedTerms",
        "RecurringCharge",
        "RecurringChargeInput",
        "Remedy",
        "Replay",
        "ReplayCandidate",
        "ReplayCustomer",
        "ReplayFigures",
        "ReplayGroup",
        "ReplayMover",
        "ReplayOptions",
        "ReplayPercentile",
        "ReplayProgress",
        "ReplaySide",
        "RerateRange",
        "RerateRequest",
        "Reversal",
        "Revision",
        "Rollover",
        "RoundingMode",
        "RoundingPolicy",
        "SeriesBucket",
        "SeriesBucketUnit",
        "SeriesCharge",
        "SeriesChargeColumns",
        "SeriesChargeFigures",
        "SeriesColumns",
        "SeriesCost",
        "SeriesCostRow",
        "SeriesFigures",
        "SeriesOptions",
        "SeriesPlan",
        "SeriesProgress",
        "SeriesQuantities",
        "SeriesRange",
        "SeriesSubscription",
        "SeriesUsage",
        "SettleOptions",
        "Signal",
        "SignalInput",
        "SimpleAggregation",
        "SimulateOptions",
        "Simulation",
        "SimulationLine",
        "SimulationSeries",
        "SimulationTarget",
        "Solution",
        "SolveGoal",
        "SolveRequest",
        "Stair",
        "StairInput",
        "StairstepPricing",
        "Step",
        "StepKind",
        "StoredCarried",
        "StoredDays",
        "StoredFrequency",
        "StoredLevel",
        "StoredPresence",
        "StoredReading",
        "StoredState",
        "StoredStates",
        "Subscription",
        "SubscriptionChange",
        "SubscriptionChangeInput",
        "SubscriptionFields",
        "SubscriptionInput",
        "SubscriptionStatus",
        "SummarizeOptions",
        "SummarizedCount",
        "SummarizedEvent",
        "SummarizedGroup",
        "SummarizedOutcomes",
        "SummarizedSignal",
        "SummarizedValues",
        "SummaryHeader",
        "Sweep",
        "SweepKnot",
        "SweepQuantities",
        "SweepRange",
        "TaxDetail",
        "TaxMarker",
        "TaxPolicy",
        "TaxRate",
        "TaxRateFields",
        "TaxRateInput",
        "TaxTarget",
        "TermCommitment",
        "Thresholds",
        "Tier",
        "TierInput",
        "TierList",
        "TierOverflow",
        "TierRow",
        "TierUse",
        "TieredPricing",
        "TimeOfDay",
        "TimeZone",
        "UnbilledPeriod",
        "UniqueBy",
        "UniqueCount",
        "UnusedSignal",
        "UpcomingRequest",
        "UsageBucket",
        "UsageCharge",
        "UsageChargeInput",
        "UsageDetail",
        "UsageDistribution",
        "UsageEvent",
        "UsageEventInput",
        "UsageFilter",
        "UsageGroup",
        "UsageInput",
        "UsageProfile",
        "UsageReport",
        "UsageSummary",
        "ValueTotals",
        "Verification",
        "VolumePricing",
        "Weekday",
        "Written",
      ]
    `);
  });
});

describe("rateplan/import", () => {
  it("exports these values", () => {
    expect(Object.keys(importers).sort()).toMatchInlineSnapshot(`
      [
        "fromLagoCharge",
        "fromOpenMeterPrice",
        "fromStripePrice",
        "fromValmiChargeModel",
        "toStripeInvoiceItems",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan/import").types).toMatchInlineSnapshot(`
      [
        "ImportOptions",
        "MeteredImportOptions",
        "OpenMeterImportOptions",
        "StripeInvoiceItem",
        "StripeInvoiceOptions",
        "StripePriceResult",
        "ValmiImportOptions",
      ]
    `);
  });
});

describe("rateplan/sql", () => {
  it("exports these values", () => {
    expect(Object.keys(queries).sort()).toMatchInlineSnapshot(`
      [
        "summariesFromRows",
        "usageQuery",
        "usageSegments",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan/sql").types).toMatchInlineSnapshot(`
      [
        "CountedInProcess",
        "DialectName",
        "EventColumns",
        "EventsTable",
        "NeededSegments",
        "QuerySegment",
        "SegmentColumns",
        "SegmentsTable",
        "TableName",
        "UnpricedRequest",
        "UsageQuery",
        "UsageQueryRequest",
        "UsageRow",
        "UsageSegmentInput",
      ]
    `);
  });
});

describe("rateplan/chart", () => {
  it("exports these values", () => {
    expect(Object.keys(charts).sort()).toMatchInlineSnapshot(`
      [
        "chart",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan/chart").types).toMatchInlineSnapshot(`
      [
        "ChartOptions",
        "Chartable",
        "VegaLiteSpec",
      ]
    `);
  });
});

describe("the package", () => {
  it("has these modules", () => {
    const { exports } = JSON.parse(read("package.json"));
    const paths = Object.keys(ENTRIES).map((specifier) => specifier.replace(/^rateplan/, "."));
    expect(Object.keys(exports)).toEqual([...paths, "./package.json"]);
  });

  it.each([
    ["rateplan", api],
    ["rateplan/import", importers],
    ["rateplan/chart", charts],
  ])("exports from %s at runtime what its types promise", (specifier, module) => {
    expect(Object.keys(module).sort()).toEqual(namesOf(specifier).values);
  });

  it("exports each name from one module", () => {
    const names = [...modules.values()].flatMap((exports) => [...exports.keys()]);
    expect(new Set(names).size).toBe(names.length);
  });
});

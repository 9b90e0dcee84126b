/** The public API by name. A name that goes away or appears shows here, and belongs in the CHANGELOG. */
import * as api from "rateplan";
import * as charts from "rateplan/chart";
import * as importers from "rateplan/import";
import * as raters from "rateplan/rate";
import * as queries from "rateplan/sql";
import * as testing from "rateplan/testing";
import * as arbitraries from "rateplan/testing/arbitraries";
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
        "invoiceRun",
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
        "ratePrepared",
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
        "summarizeRun",
        "summarizeRunAsync",
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
        "AsyncRunOptions",
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
        "DictionaryColumn",
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
        "EventColumns",
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
        "NumberArray",
        "NumberColumn",
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
        "OutcomesApart",
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
        "PreparedRater",
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
        "ReversibleOutcomes",
        "Revision",
        "Rollover",
        "RoundingMode",
        "RoundingPolicy",
        "RunOptions",
        "RunProgress",
        "RunRequest",
        "RunResult",
        "RunSummary",
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
        "SubscriptionUsage",
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
        "TextColumn",
        "Thresholds",
        "Tier",
        "TierInput",
        "TierList",
        "TierOverflow",
        "TierRow",
        "TierUse",
        "TieredPricing",
        "TimeColumn",
        "TimeOfDay",
        "TimeZone",
        "UnbilledPeriod",
        "UniqueBy",
        "UniqueCount",
        "UnknownCustomers",
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

describe("rateplan/rate", () => {
  it("exports these values", () => {
    expect(Object.keys(raters).sort()).toMatchInlineSnapshot(`
      [
        "PricingError",
        "compareAmounts",
        "isPricingError",
        "rateAmount",
        "ratePrepared",
        "sumAmounts",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan/rate").types).toMatchInlineSnapshot(`
      [
        "BillingPolicyInput",
        "Charge",
        "ChargeInput",
        "DecimalInput",
        "PathSegment",
        "PreparedRater",
        "PricingIssue",
        "PricingIssueCode",
      ]
    `);
  });

  it("has the names of rateplan, which are the same things but for what reads a charge", () => {
    const other = Object.entries(raters).filter(
      ([name, value]) => value !== Reflect.get(api, name),
    );
    expect(other.map(([name]) => name)).toEqual(["rateAmount", "ratePrepared"]);
    const { types, values } = namesOf("rateplan");
    const own = [...namesOf("rateplan/rate").types, ...namesOf("rateplan/rate").values];
    expect(own.filter((name) => ![...types, ...values].includes(name))).toEqual([]);
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
        "DialectName",
        "EventsTable",
        "EventsTableColumns",
        "NeededSegments",
        "QueryOutcomes",
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

describe("rateplan/testing", () => {
  it("exports these values", () => {
    expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
      [
        "aOneTimeCharge",
        "aProduct",
        "aRatePlan",
        "aRecurringCharge",
        "aSubscription",
        "aUsageCharge",
        "anInvoiceRequest",
        "documentSerializer",
        "documentTable",
        "events",
        "expectLines",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan/testing").types).toMatchInlineSnapshot(`
      [
        "DocumentSerializer",
        "EventsOptions",
        "ExpectedLine",
        "ExpectedLines",
      ]
    `);
  });
});

describe("rateplan/testing/arbitraries", () => {
  it("exports these values", () => {
    expect(Object.keys(arbitraries).sort()).toMatchInlineSnapshot(`
      [
        "anyCharge",
        "anyEvents",
        "anyHistory",
        "anyProduct",
        "anyQuantities",
        "anyRatePlan",
        "anySubscription",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan/testing/arbitraries").types).toMatchInlineSnapshot(`
      [
        "History",
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
    ["rateplan/rate", raters],
    ["rateplan/import", importers],
    ["rateplan/chart", charts],
    ["rateplan/sql", queries],
    ["rateplan/testing", testing],
    ["rateplan/testing/arbitraries", arbitraries],
  ])("exports from %s at runtime what its types promise", (specifier, module) => {
    expect(Object.keys(module).sort()).toEqual(namesOf(specifier).values);
  });

  it("exports each name from one module, but for what pages may take by itself", () => {
    const names = [...modules]
      .filter(([specifier]) => specifier !== "rateplan/rate")
      .flatMap(([, exports]) => [...exports.keys()]);
    expect(new Set(names).size).toBe(names.length);
  });
});

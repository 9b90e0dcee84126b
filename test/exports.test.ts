/** The public API by name. A name that goes away or appears shows here, and belongs in the CHANGELOG. */
import * as api from "rateplan";
import * as importers from "rateplan/import";
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
        "billingPeriodAt",
        "billingPeriods",
        "compareAmounts",
        "creditNote",
        "documentsDue",
        "eachBillingPeriod",
        "invoice",
        "isPricingError",
        "jsonSchema",
        "mergeUsage",
        "parseCharge",
        "parseCoupon",
        "parseEvents",
        "parsePolicy",
        "parseProduct",
        "parseRatePlan",
        "parseSubscription",
        "parseTaxRate",
        "rate",
        "rateAmount",
        "safeParseCharge",
        "safeParseCoupon",
        "safeParseEvents",
        "safeParsePolicy",
        "safeParseProduct",
        "safeParseRatePlan",
        "safeParseSubscription",
        "safeParseTaxRate",
        "settleOutcomes",
        "simulate",
        "sumAmounts",
        "summarizeUsage",
        "upcoming",
        "verify",
      ]
    `);
  });

  it("exports these types", () => {
    expect(namesOf("rateplan").types).toMatchInlineSnapshot(`
      [
        "Adjustment",
        "AdjustmentCause",
        "Aggregation",
        "AggregationInput",
        "BillingAnchor",
        "BillingCycle",
        "BillingPeriod",
        "BillingPeriodOptions",
        "BillingPolicy",
        "BillingPolicyInput",
        "BillingTiming",
        "CatalogOptions",
        "ChangeFields",
        "Charge",
        "ChargeFields",
        "ChargeInput",
        "ChargeType",
        "ClassifiedBucket",
        "CloudEventInput",
        "Confirmation",
        "CorrectedPeriod",
        "Coupon",
        "CouponFields",
        "CouponInput",
        "CouponPolicy",
        "CouponUse",
        "CreditNoteRequest",
        "CustomCurrencies",
        "CustomCycle",
        "CycleFields",
        "CycleUnit",
        "DateInput",
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
        "Duration",
        "EndOfMonth",
        "EventInput",
        "EventValue",
        "FieldTest",
        "FieldValue",
        "FlatPricing",
        "ForeignDecimal",
        "Fraction",
        "GroupBy",
        "GroupQuantity",
        "Guarantee",
        "GuaranteeStep",
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
        "MatrixPrice",
        "MatrixPricing",
        "Metadata",
        "ModelInputs",
        "ModelName",
        "NamedCycle",
        "NeededUsage",
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
        "PerUnitPricing",
        "PercentTier",
        "PercentTierInput",
        "PercentTierRow",
        "PercentagePricing",
        "Period",
        "PeriodInput",
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
        "PricingWarning",
        "Product",
        "ProductFields",
        "ProductInput",
        "ProratedPart",
        "Proration",
        "ProrationInput",
        "ProrationMethod",
        "ProvisionalUsage",
        "QuantityFields",
        "QuantityRounding",
        "RatePlan",
        "RatePlanFields",
        "RatePlanInput",
        "Rating",
        "RatingInputKind",
        "RecordedCommitment",
        "RecordedLife",
        "RecordedPart",
        "RecordedSegment",
        "RecordedState",
        "RecordedTerms",
        "RecurringCharge",
        "RecurringChargeInput",
        "Remedy",
        "RerateRange",
        "RerateRequest",
        "Reversal",
        "Revision",
        "RoundingMode",
        "RoundingPolicy",
        "SettleOptions",
        "Signal",
        "SignalInput",
        "SimpleAggregation",
        "SimulateOptions",
        "Simulation",
        "SimulationLine",
        "SimulationTarget",
        "Stair",
        "StairInput",
        "StairstepPricing",
        "Step",
        "StepKind",
        "StoredState",
        "StoredFrequency",
        "StoredReading",
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
        "TaxDetail",
        "TaxMarker",
        "TaxPolicy",
        "TaxRate",
        "TaxRateFields",
        "TaxRateInput",
        "TaxTarget",
        "Tier",
        "TierInput",
        "TierList",
        "TierOverflow",
        "TierRow",
        "TierUse",
        "TieredPricing",
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
        "UsageEvent",
        "UsageEventInput",
        "UsageFilter",
        "UsageGroup",
        "UsageInput",
        "UsageReport",
        "UsageSummary",
        "ValueTotals",
        "Verification",
        "VolumePricing",
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

describe("the package", () => {
  it("has these modules", () => {
    const { exports } = JSON.parse(read("package.json"));
    const paths = Object.keys(ENTRIES).map((specifier) => specifier.replace(/^rateplan/, "."));
    expect(Object.keys(exports)).toEqual([...paths, "./package.json"]);
  });

  it.each([
    ["rateplan", api],
    ["rateplan/import", importers],
  ])("exports from %s at runtime what its types promise", (specifier, module) => {
    expect(Object.keys(module).sort()).toEqual(namesOf(specifier).values);
  });

  it("exports each name from one module", () => {
    const names = [...modules.values()].flatMap((exports) => [...exports.keys()]);
    expect(new Set(names).size).toBe(names.length);
  });
});

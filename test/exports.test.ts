/** The public API by name. A name that goes away or appears shows here, and belongs in the CHANGELOG. */
import * as api from "rateplan";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { publicSurface } from "./support/repository.js";

const { exports } = publicSurface();
const isValue = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Value) !== 0;
const values = [...exports].filter(([, symbol]) => isValue(symbol)).map(([name]) => name);
const types = [...exports].filter(([, symbol]) => !isValue(symbol)).map(([name]) => name);

describe("the public API", () => {
  it("exports these values", () => {
    expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
      [
        "PricingError",
        "compareAmounts",
        "invoice",
        "isPricingError",
        "mergeUsage",
        "parseCharge",
        "parseEvents",
        "parsePolicy",
        "parseProduct",
        "parseRatePlan",
        "parseSubscription",
        "rate",
        "rateAmount",
        "safeParseCharge",
        "safeParseEvents",
        "safeParsePolicy",
        "safeParseProduct",
        "safeParseRatePlan",
        "safeParseSubscription",
        "simulate",
        "sumAmounts",
        "summarizeUsage",
      ]
    `);
  });

  it("exports these types", () => {
    expect(types).toMatchInlineSnapshot(`
      [
        "Aggregation",
        "AggregationInput",
        "BillingCycle",
        "BillingPolicy",
        "BillingPolicyInput",
        "CatalogOptions",
        "Charge",
        "ChargeFields",
        "ChargeInput",
        "ChargeType",
        "CustomCurrencies",
        "CustomCycle",
        "CycleUnit",
        "DateInput",
        "DecimalInput",
        "DecimalLike",
        "Deduplication",
        "DiscountPolicy",
        "DiscountPricing",
        "DiscountShare",
        "DiscountTarget",
        "FlatPricing",
        "Invoice",
        "InvoiceKind",
        "InvoiceLine",
        "InvoiceRequest",
        "JsonValue",
        "LastEvent",
        "Line",
        "LineKind",
        "Metadata",
        "ModelName",
        "NamedCycle",
        "OneTimeCharge",
        "OneTimeChargeInput",
        "ParseResult",
        "PathSegment",
        "PerUnitPricing",
        "Period",
        "PlacedBucket",
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
        "QuantityFields",
        "QuantityRounding",
        "RatePlan",
        "RatePlanFields",
        "RatePlanInput",
        "Rating",
        "RecurringCharge",
        "RecurringChargeInput",
        "RoundingMode",
        "RoundingPolicy",
        "SimpleAggregation",
        "SimulateOptions",
        "Simulation",
        "SimulationTarget",
        "Step",
        "StepKind",
        "Subscription",
        "SubscriptionFields",
        "SubscriptionInput",
        "SummarizeOptions",
        "SummarizedEvent",
        "SummaryHeader",
        "Tier",
        "TierInput",
        "TierList",
        "TierOverflow",
        "TierRow",
        "TierUse",
        "TieredPricing",
        "UniqueCount",
        "UsageBucket",
        "UsageCharge",
        "UsageChargeInput",
        "UsageDetail",
        "UsageEvent",
        "UsageEventInput",
        "UsageInput",
        "UsageReport",
        "UsageSummary",
        "UsageTally",
        "VolumePricing",
      ]
    `);
  });

  it("exports at runtime what its types promise", () => {
    expect(Object.keys(api).sort()).toEqual(values);
  });
});

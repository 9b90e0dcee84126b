/** What compiles and what does not. */
import { Decimal } from "decimal.js";
import {
  type Adjustment,
  type BillingPolicy,
  type BillingPolicyInput,
  type Charge,
  type ChargeInput,
  type ChargeType,
  type DecimalInput,
  type DiscountPricing,
  type DiscountShare,
  type FlatPricing,
  type InvoiceLine,
  type InvoiceRequest,
  invoice,
  type Line,
  type LineKind,
  type LineTerms,
  type ModelName,
  type Override,
  type OverrideInput,
  type ParseResult,
  type PerUnitPricing,
  type Pricing,
  type PricingFor,
  type PricingInput,
  type PricingInputFor,
  type Product,
  type ProductInput,
  type Proration,
  type ProrationInput,
  parseCharge,
  parsePolicy,
  parseProduct,
  parseRatePlan,
  parseSubscription,
  type RatePlan,
  type RatePlanInput,
  type RecurringChargeInput,
  rate,
  type SimulationLine,
  type Subscription,
  type SubscriptionChange,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  safeParseCharge,
  simulate,
  type Tier,
  type TieredPricing,
  type TierInput,
  type TierUse,
  type UsageChargeInput,
  type VolumePricing,
  type Written,
} from "rateplan";
import { describe, expectTypeOf, it } from "vitest";
import type * as z from "zod";
import type { chargeSchema } from "../src/catalog/charge.js";
import type { discountSchema } from "../src/catalog/discount.js";
import type { productSchema } from "../src/catalog/product.js";
import type { prorationSchema } from "../src/catalog/proration.js";
import type { ratePlanSchema } from "../src/catalog/rate-plan.js";
import type { flat } from "../src/pricing/models/flat.js";
import type { chargeModels } from "../src/pricing/models/index.js";
import type { perUnit } from "../src/pricing/models/per-unit.js";
import type { tiered } from "../src/pricing/models/tiered.js";
import type { volume } from "../src/pricing/models/volume.js";
import type { SchemaKit } from "../src/schema/kit.js";
import type { changeSchema } from "../src/subscription/change.js";
import type { subscriptionSchema } from "../src/subscription/subscription.js";
import type { aggregationSchema } from "../src/usage/aggregations/index.js";

const named = { id: "c", name: "C", currency: "USD" } as const;
const counted = { ...named, unitOfMeasure: "@outcome" } as const;
const tiers = [{ upTo: 100, unitPrice: "50" }, { unitPrice: 40 }] as const;

describe("charge type and model", () => {
  it("compiles where they go together", () => {
    parseCharge({ ...named, chargeType: "one-time", pricing: { model: "flat", amount: 1 } });
    parseCharge({ ...named, chargeType: "recurring", pricing: { model: "flat", amount: 1 } });
    parseCharge({
      ...counted,
      chargeType: "recurring",
      pricing: { model: "per-unit", unitPrice: 1 },
    });
    parseCharge({ ...counted, chargeType: "recurring", pricing: { model: "tiered", tiers } });
    parseCharge({ ...counted, chargeType: "recurring", pricing: { model: "volume", tiers } });
    parseCharge({ ...named, chargeType: "usage", pricing: { model: "flat", amount: 1 } });
    parseCharge({ ...counted, chargeType: "usage", pricing: { model: "per-unit", unitPrice: 1 } });
    parseCharge({ ...counted, chargeType: "usage", pricing: { model: "tiered", tiers } });
    parseCharge({ ...counted, chargeType: "usage", pricing: { model: "volume", tiers } });
    parseCharge({ ...named, chargeType: "one-time", pricing: { model: "discount", percent: 5 } });
    parseCharge({ ...named, chargeType: "recurring", pricing: { model: "discount", amount: 5 } });
    parseCharge({ ...named, chargeType: "usage", pricing: { model: "discount", amount: "5" } });
  });

  const oneTime = { ...counted, chargeType: "one-time" } as const;
  const usage = { ...counted, chargeType: "usage" } as const;
  const flat = { model: "flat", amount: 1 } as const;
  const perUnit = { model: "per-unit", unitPrice: 1 } as const;
  const tiered = { model: "tiered", tiers } as const;
  const volume = { model: "volume", tiers } as const;

  it("does not compile where they do not", () => {
    // @ts-expect-error -- a one-time charge counts nothing that could fall into tiers
    const withTiers: ChargeInput = { ...oneTime, pricing: tiered };
    // @ts-expect-error -- nor volumes
    const withVolume: ChargeInput = { ...oneTime, pricing: volume };
    // @ts-expect-error -- nor a unit price
    const withUnitPrice: ChargeInput = { ...oneTime, pricing: perUnit };
    // @ts-expect-error -- there is no such model
    const graduated: ChargeInput = { ...usage, pricing: { model: "graduated", tiers } };
    // @ts-expect-error -- there is no such charge type
    const yearly: ChargeInput = { ...named, chargeType: "yearly", pricing: flat };
    expectTypeOf([withTiers, withVolume, withUnitPrice, graduated, yearly]).toExtend<
      ChargeInput[]
    >();
  });

  it("does not compile in the call either, nor inside a plan", () => {
    // @ts-expect-error -- a one-time charge has no tiers
    simulate({ ...oneTime, pricing: tiered }, 1);
    // @ts-expect-error -- a one-time charge has no unit price
    rate({ ...oneTime, pricing: perUnit }, 1);
    // @ts-expect-error -- a one-time charge has no volumes
    parseCharge({ ...oneTime, pricing: volume });
    const plan = {
      id: "p",
      name: "P",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
    } as const;
    const charges = [{ ...oneTime, pricing: volume }];
    // @ts-expect-error -- a one-time charge has no volumes, wherever it stands
    parseRatePlan({ ...plan, charges });
    // @ts-expect-error -- and there is no such cycle
    parseRatePlan({ ...plan, billingCycle: "fortnightly", charges: [] });
  });

  it("says the same by type: which models a charge type may have", () => {
    expectTypeOf<PricingFor<"one-time">["model"]>().toEqualTypeOf<"flat">();
    expectTypeOf<PricingFor<"recurring">["model"]>().toEqualTypeOf<
      "flat" | "per-unit" | "tiered" | "volume" | "stairstep" | "package" | "overage"
    >();
    expectTypeOf<PricingFor<"usage">["model"]>().toEqualTypeOf<ModelName>();
    expectTypeOf<PricingInputFor<"one-time">["model"]>().toEqualTypeOf<"flat">();
    expectTypeOf<Charge["chargeType"]>().toEqualTypeOf<ChargeType>();
  });

  it("keeps fields where they mean something", () => {
    const recurring = { ...counted, chargeType: "recurring" } as const;
    // @ts-expect-error -- only usage is aggregated
    const seats: ChargeInput = { ...recurring, pricing: perUnit, aggregation: "max" };
    // @ts-expect-error -- a one-time charge has no quantity of which units could be included
    const setUp: ChargeInput = { ...oneTime, pricing: flat, includedUnits: 5 };
    // @ts-expect-error -- what is due once has no cycle of which a part could be billed
    const prorated: ChargeInput = { ...oneTime, pricing: flat, proration: "none" };
    // @ts-expect-error -- nor a cycle of its own
    const yearly: ChargeInput = { ...oneTime, pricing: flat, billingCycle: "annual" };
    // @ts-expect-error -- nobody knows the usage in advance
    const upfront: ChargeInput = { ...usage, pricing: perUnit, billingTiming: "in-advance" };
    // @ts-expect-error -- there is no such method
    const monthly: ChargeInput = { ...recurring, pricing: flat, proration: "actual/365" };
    // @ts-expect-error -- a revision has a date
    const undated: ChargeInput = { ...usage, pricing: perUnit, revisions: [{ pricing: perUnit }] };
    const tieredLater = [{ effectiveDate: "2027-01-01", pricing: tiered }];
    // @ts-expect-error -- a one-time charge has no tiers, now or later
    const later: ChargeInput = { ...oneTime, pricing: flat, revisions: tieredLater };
    // @ts-expect-error -- an amount is missing
    const free: ChargeInput = { ...recurring, pricing: { model: "flat" } };
    // @ts-expect-error -- a flat price has no unit price
    const both: ChargeInput = { ...recurring, pricing: { ...flat, unitPrice: 1 } };
    expectTypeOf([seats, setUp, free, both]).toExtend<ChargeInput[]>();
    expectTypeOf([prorated, yearly, upfront, monthly, undated, later]).toExtend<ChargeInput[]>();
  });
});

describe("literals", () => {
  const usage = { outcome: 650 };

  it("compile in place", () => {
    simulate(
      {
        id: "outcome",
        name: "outcome charge",
        currency: "USD",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: "50" }, { unitPrice: "30" }] },
      },
      650,
    );
    invoice({
      catalog: {
        id: "ocr",
        name: "ocr product",
        agentType: "ocr-agent",
        effectiveDate: "2026-01-01",
        ratePlans: [
          {
            id: "starter",
            name: "Starter plan",
            billingCycle: "monthly",
            effectiveDate: "2026-01-01",
            charges: [
              {
                id: "outcome",
                name: "outcome charge",
                currency: "USD",
                chargeType: "usage",
                unitOfMeasure: "@outcome",
                pricing: {
                  model: "volume",
                  tiers: [
                    { start: 1, end: 100, unitPrice: 50 },
                    { start: 101, unitPrice: 30 },
                  ],
                },
              },
            ],
          },
        ],
      },
      subscription: { id: "s", customerId: "c", ratePlanId: "starter", startDate: "2026-01-01" },
      period: { start: "2026-01-01", end: "2026-02-01" },
      usage: [
        { id: "e", customerId: "c", unitOfMeasure: "@outcome", timestamp: "2026-01-02T00:00:00Z" },
      ],
    });
    parseCharge({
      id: "f",
      name: "F",
      chargeType: "usage",
      pricing: { model: "flat", amount: "1" },
    });
  });

  it("compile with satisfies, and all that they say about time", () => {
    const fee = {
      id: "fee",
      name: "Fee",
      chargeType: "recurring",
      billingCycle: { every: 3, unit: "month" },
      billingTiming: "in-advance",
      proration: { method: "fixed-days", daysPerMonth: 30, of: ["fee", "limits"] },
      pricing: { model: "flat", amount: 99 },
      revisions: [
        {
          effectiveDate: "2027-01-01",
          pricing: { model: "flat", amount: "109" },
          withinPeriod: "split",
          appliesTo: "new",
        },
      ],
    } satisfies ChargeInput;
    const off = {
      id: "off",
      name: "Off",
      chargeType: "recurring",
      proration: "none",
      pricing: { model: "discount", percent: 10 },
      revisions: [{ effectiveDate: "2027-01-01", pricing: { model: "discount", amount: 5n } }],
    } satisfies ChargeInput;
    const change = {
      effectiveDate: "2026-03-01",
      takesEffect: "at-period-end",
      ratePlanId: "pro",
      quantities: { seats: 5 },
      overrides: { fee: { model: "flat", amount: 1 }, off: null },
      status: "paused",
      billingAnchor: "calendar",
    } satisfies SubscriptionChangeInput;
    const subscription = {
      id: "s",
      customerId: "c",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      timeZone: "Europe/Paris",
      billingAnchor: "2026-01-15",
      endOfMonth: "sticky",
      trialDays: 14,
      overrides: { fee: { model: "tiered", tiers: [{ upTo: 5, unitPrice: 1 }, { unitPrice: 2 }] } },
      changes: [change],
    } satisfies SubscriptionInput;
    const policy = { tiersAtChange: "continue" } satisfies BillingPolicyInput;
    parseCharge(fee);
    parseCharge(off);
    parseSubscription(subscription);
    parsePolicy(policy);
    expectTypeOf(parseSubscription(subscription)).toEqualTypeOf<Subscription>();
  });

  it("compile as const, and all that they say about time", () => {
    const charge = {
      id: "outcome",
      name: "outcome charge",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      billingCycle: "quarterly",
      proration: { method: "days", of: ["included-units", "tiers"] },
      pricing: { model: "per-unit", unitPrice: 1 },
      revisions: [
        {
          effectiveDate: "2027-01-01T00:00:00Z",
          pricing: { model: "volume", tiers: [{ upTo: 5, unitPrice: 1 }, { unitPrice: 2 }] },
          withinPeriod: "hold",
        },
      ],
    } as const;
    const subscription = {
      id: "s",
      customerId: "c",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      timeZone: "Asia/Tokyo",
      billingAnchor: "calendar",
      endOfMonth: "clamp",
      trialDays: 0,
      quantities: { seats: 5n },
      overrides: { seats: { model: "per-unit", unitPrice: "9.90" } },
      changes: [
        { effectiveDate: "2026-03-01", overrides: { seats: null }, status: "canceled" },
        { effectiveDate: "2026-02-01", takesEffect: "on-date", quantities: { seats: 7 } },
      ],
    } as const;
    const catalog = {
      id: "ocr",
      name: "ocr product",
      agentType: "ocr-agent",
      effectiveDate: "2026-01-01",
      ratePlans: [
        {
          id: "starter",
          name: "Starter plan",
          currency: "USD",
          billingCycle: "monthly",
          effectiveDate: "2026-01-01",
          charges: [charge],
        },
      ],
    } as const;
    const period = { start: "2026-01-01", end: "2026-02-01" } as const;
    const bill = invoice({ catalog, subscription, period, usage });
    const second = { start: "2026-02-01", end: "2026-03-01" } as const;
    const rerate = [{ period, usage }] as const;
    invoice({ catalog, subscription, period: second, usage, previous: [bill], rerate });
    parseCharge(charge);
    parseSubscription(subscription);
  });

  it("do not compile where time is misspelt", () => {
    const s = { id: "s", customerId: "c", ratePlanId: "p", startDate: "2026-01-01" } as const;
    // @ts-expect-error -- months end in one of two ways
    parseSubscription({ ...s, endOfMonth: "last" });
    // @ts-expect-error -- a trial is counted in days
    parseSubscription({ ...s, trialDays: "P14D" });
    // @ts-expect-error -- only a change can go back to the catalog's prices
    parseSubscription({ ...s, overrides: { fee: null } });
    // @ts-expect-error -- an override is a pricing by itself
    parseSubscription({ ...s, overrides: { fee: { pricing: { model: "flat", amount: 1 } } } });
    // @ts-expect-error -- a change has a date
    parseSubscription({ ...s, changes: [{ status: "paused" }] });
    // @ts-expect-error -- there is no such status
    parseSubscription({ ...s, changes: [{ effectiveDate: "2026-03-01", status: "ended" }] });
    // @ts-expect-error -- tiers start again or go on
    parsePolicy({ tiersAtChange: "reset" });
  });

  it("compile with satisfies", () => {
    const charge = {
      id: "outcome",
      name: "outcome charge",
      currency: "USD",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: "50" }, { unitPrice: "30" }] },
    } satisfies ChargeInput;
    const plan = {
      id: "starter",
      name: "Starter plan",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [charge],
    } satisfies RatePlanInput;
    const product = {
      id: "ocr",
      name: "ocr product",
      agentType: "ocr-agent",
      effectiveDate: "2026-01-01",
      ratePlans: [plan],
    } satisfies ProductInput;
    const subscription = {
      id: "s",
      customerId: "c",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      quantities: { seats: 5 },
    } satisfies SubscriptionInput;
    const policy = {
      rounding: { mode: "half-even", increment: 0.05 },
    } satisfies BillingPolicyInput;
    const period = { start: "2026-01-01", end: "2026-02-01" };
    simulate(charge, 1);
    simulate(plan, usage, { policy });
    simulate(product, usage);
    rate(charge, 1, policy);
    invoice({ catalog: [product], subscription, period, usage, policy });
    parseCharge(charge);
    parseRatePlan(plan, { policy });
    parseProduct(product);
    parseSubscription(subscription);
    parsePolicy(policy);
  });

  it("compile as const, readonly all the way down", () => {
    const charge = {
      id: "outcome",
      name: "outcome charge",
      currency: "USD",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      aggregation: { type: "unique-count", by: "subject" },
      quantityRounding: { mode: "up", increment: 15 },
      pricing: {
        model: "volume",
        tiers: [
          { start: 0, end: 100, flatFee: "50" },
          { start: 100, unitPrice: 30 },
        ],
      },
      metadata: { tags: ["a", { b: [1, null, true] }] },
    } as const;
    const discount = {
      id: "launch",
      name: "Launch",
      chargeType: "usage",
      pricing: {
        model: "discount",
        percent: 5,
        appliesTo: { charges: ["outcome"], units: ["@outcome"] },
      },
    } as const;
    const plan = {
      id: "starter",
      name: "Starter plan",
      billingCycle: { every: 2, unit: "week" },
      effectiveDate: "2026-01-01",
      charges: [charge, discount],
    } as const;
    const product = {
      id: "ocr",
      name: "ocr product",
      agentType: "ocr-agent",
      effectiveDate: "2026-01-01",
      ratePlans: [plan],
    } as const;
    const subscription = {
      id: "s",
      customerId: "c",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      timeZone: "UTC",
      quantities: { seats: 5n },
    } as const;
    const policy = { currencies: { CREDIT: 4 }, rounding: { scope: "invoice" } } as const;
    const period = { start: "2026-01-01", end: "2026-02-01" } as const;
    simulate(charge, 1);
    simulate(plan, { outcome: 1 } as const, { policy, ratePlanId: "starter" });
    simulate(product, usage);
    rate(charge, "1", policy);
    invoice({ catalog: product, subscription, period, usage, policy });
    parseCharge(charge);
    parseRatePlan(plan);
    parseProduct(product, { policy });
    parseSubscription(subscription);
    parsePolicy(policy);
  });

  it("compile where they were made by the parsers", () => {
    const charge = parseCharge({
      ...counted,
      chargeType: "usage",
      pricing: { model: "tiered", tiers },
    });
    const plan = parseRatePlan({
      id: "p",
      name: "P",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [charge],
    });
    const product = parseProduct({
      id: "p",
      name: "P",
      agentType: "a",
      effectiveDate: "2026-01-01",
      ratePlans: [plan],
    });
    simulate(charge, 1);
    simulate(plan, 1);
    simulate(product, 1);
    expectTypeOf(charge).toEqualTypeOf<Charge>();
    expectTypeOf(plan).toEqualTypeOf<RatePlan>();
    expectTypeOf(product).toEqualTypeOf<Product>();
  });
});

describe("X and XInput", () => {
  it("lets what was parsed stand wherever something may be written", () => {
    expectTypeOf<Charge>().toExtend<ChargeInput>();
    expectTypeOf<RatePlan>().toExtend<RatePlanInput>();
    expectTypeOf<Product>().toExtend<ProductInput>();
    expectTypeOf<Subscription>().toExtend<SubscriptionInput>();
    expectTypeOf<SubscriptionChange>().toExtend<SubscriptionChangeInput>();
    expectTypeOf<Override>().toExtend<OverrideInput>();
    expectTypeOf<Proration>().toExtend<ProrationInput>();
    expectTypeOf<BillingPolicy>().toExtend<BillingPolicyInput>();
    expectTypeOf<Tier>().toExtend<TierInput>();
    expectTypeOf<Product>().toExtend<InvoiceRequest["catalog"]>();
    expectTypeOf<readonly Product[]>().toExtend<InvoiceRequest["catalog"]>();
    expectTypeOf<Subscription>().toExtend<InvoiceRequest["subscription"]>();
  });

  it("does not take what was written for what was parsed", () => {
    expectTypeOf<ChargeInput>().not.toExtend<Charge>();
    expectTypeOf<RatePlanInput>().not.toExtend<RatePlan>();
    expectTypeOf<ProductInput>().not.toExtend<Product>();
    expectTypeOf<SubscriptionInput>().not.toExtend<Subscription>();
    expectTypeOf<SubscriptionChangeInput>().not.toExtend<SubscriptionChange>();
    expectTypeOf<OverrideInput>().not.toExtend<Override>();
    expectTypeOf<ProrationInput>().not.toExtend<Proration>();
    expectTypeOf<BillingPolicyInput>().not.toExtend<BillingPolicy>();
  });

  it("parses to canonical strings and to one form of tiers", () => {
    expectTypeOf<Charge["minimum"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Extract<Charge["pricing"], { model: "flat" }>["amount"]>().toEqualTypeOf<string>();
    expectTypeOf<
      Extract<Charge["pricing"], { model: "tiered" }>["tiers"][number]
    >().toEqualTypeOf<Tier>();
    expectTypeOf<RatePlan["currency"]>().toEqualTypeOf<string>();
    expectTypeOf<NonNullable<Subscription["quantities"]>[string]>().toEqualTypeOf<string>();
    expectTypeOf<BillingPolicy["rounding"]["increment"]>().toEqualTypeOf<string | undefined>();
  });

  it("narrows by charge type and by model", () => {
    const charge = {} as Charge;
    if (charge.chargeType === "one-time") {
      expectTypeOf(charge.pricing.model).toEqualTypeOf<"flat" | "discount">();
    }
    if (charge.pricing.model === "tiered")
      expectTypeOf(charge.pricing.tiers).toEqualTypeOf<readonly Tier[]>();
  });

  it("does not let parsed data be changed", () => {
    const product = {} as Product;
    // @ts-expect-error -- parsed data is frozen
    product.name = "x";
    // @ts-expect-error -- all the way down
    product.ratePlans[0]?.charges.push({} as Charge);
    const metadata = product.metadata ?? {};
    // @ts-expect-error -- metadata, too
    metadata["x"] = 1;
  });
});

describe("lines", () => {
  const line = {} as InvoiceLine;

  it("have the parts of their kind", () => {
    if (line.kind === "adjustment") {
      expectTypeOf(line.adjustment).toEqualTypeOf<Adjustment>();
      expectTypeOf(line.adjustment.causes[0]?.eventIds).toEqualTypeOf<
        readonly string[] | undefined
      >();
    }
    if (line.kind === "discount") {
      expectTypeOf(line.appliedTo).toEqualTypeOf<readonly DiscountShare[]>();
      expectTypeOf(line.chargeId).toEqualTypeOf<string>();
    }
    if (line.kind === "usage" || line.kind === "recurring" || line.kind === "one-time") {
      expectTypeOf(line.terms).toEqualTypeOf<string>();
      expectTypeOf(line.chargeId).toEqualTypeOf<string>();
      expectTypeOf(line.tiers).toEqualTypeOf<readonly TierUse[]>();
    }
    const simulated = {} as SimulationLine;
    if (simulated.kind === "usage") expectTypeOf(simulated.terms).toEqualTypeOf<LineTerms>();
  });

  it("do not have those of other kinds", () => {
    if (line.kind === "minimum-commitment") expectTypeOf(line.chargeId).toBeNull();
    if (line.kind === "adjustment") {
      expectTypeOf(line.unitPrice).toBeNull();
      expectTypeOf(line.tiers).toEqualTypeOf<readonly never[]>();
    } else {
      expectTypeOf(line.adjustment).toBeNull();
    }
    if (line.kind === "coupon") expectTypeOf(line.couponId).toEqualTypeOf<string>();
    if (line.kind === "tax") {
      expectTypeOf(line.taxId).toEqualTypeOf<string>();
      expectTypeOf(line.tax.percent).toEqualTypeOf<string>();
    }
    if (line.kind === "usage" || line.kind === "minimum" || line.kind === "guarantee") {
      expectTypeOf(line.appliedTo).toEqualTypeOf<readonly never[]>();
    }
    if (line.kind === "guarantee") {
      // @ts-expect-error -- what is given back counts nothing
      line.unitOfMeasure.length;
    }
    // @ts-expect-error -- not every line is an adjustment
    line.adjustment.causes;
  });

  it("are read without asking for their kind, too", () => {
    expectTypeOf(line.kind).toEqualTypeOf<LineKind>();
    expectTypeOf(line.adjustment?.causes.length).toEqualTypeOf<number | undefined>();
    expectTypeOf(line.appliedTo.map(({ key }) => key)).toEqualTypeOf<string[]>();
    expectTypeOf(line.tiers[0]).toEqualTypeOf<TierUse | undefined>();
    expectTypeOf(line.terms).toEqualTypeOf<string | null>();
    expectTypeOf<InvoiceLine>().toExtend<Line>();
    expectTypeOf<SimulationLine>().toExtend<Line>();
    expectTypeOf<ReturnType<typeof simulate>["lines"][number]>().toEqualTypeOf<SimulationLine>();
  });
});

describe("decimals", () => {
  it("may be numbers, texts, bigints and decimals of decimal.js", () => {
    expectTypeOf<number | string | bigint | Decimal>().toExtend<DecimalInput>();
    const Foreign = Decimal.clone({ precision: 5 });
    const amounts = [1, "1", 1n, new Decimal(1), new Foreign(1)];
    for (const amount of amounts) {
      parseCharge({ ...named, chargeType: "one-time", pricing: { model: "flat", amount } });
    }
    simulate(
      { ...named, chargeType: "one-time", pricing: { model: "flat", amount: new Decimal(1) } },
      new Decimal(5),
    );
    const tier = { upTo: new Decimal(1), unitPrice: 1n, flatFee: "1" };
    parseCharge({
      ...counted,
      chargeType: "usage",
      pricing: { model: "tiered", tiers: [tier, { unitPrice: new Decimal("0.1") }] },
      minimum: new Decimal(1),
      maximum: 5n,
      includedUnits: "10",
    });
    parseSubscription({
      id: "s",
      customerId: "c",
      ratePlanId: "p",
      startDate: "2026-01-01",
      quantities: { a: 1, b: "1", c: 1n, d: new Decimal(1) },
    });
  });

  it("may be nothing else", () => {
    expectTypeOf<boolean>().not.toExtend<DecimalInput>();
    expectTypeOf<null>().not.toExtend<DecimalInput>();
    expectTypeOf<Date>().not.toExtend<DecimalInput>();
    expectTypeOf<readonly number[]>().not.toExtend<DecimalInput>();
    expectTypeOf<{ readonly value: string }>().not.toExtend<DecimalInput>();
  });
});

describe("tiers", () => {
  it("may be written by upper bound or as the rows of a form, in readonly lists", () => {
    expectTypeOf<{ readonly upTo: 5; readonly unitPrice: "1" }>().toExtend<TierInput>();
    expectTypeOf<{ readonly flatFee: 5n }>().toExtend<TierInput>();
    expectTypeOf<{ start: number; end: number; unitPrice: string }>().toExtend<TierInput>();
    expectTypeOf<{ start: string; unitPrice: number; flatFee: number }>().toExtend<TierInput>();
    const rows: readonly TierInput[] = [
      { start: 0, end: 5, unitPrice: 1 },
      { start: 5, unitPrice: 1 },
    ];
    parseCharge({ ...counted, chargeType: "usage", pricing: { model: "tiered", tiers: rows } });
    parseCharge({
      ...counted,
      chargeType: "usage",
      pricing: { model: "volume", tiers: rows, overflow: "error" },
    });
  });

  it("must be spelled as they are read", () => {
    // @ts-expect-error -- the bound is upTo
    const bound: TierInput = { up_to: 5, unitPrice: 1 };
    // @ts-expect-error -- the price is unitPrice
    const price: TierInput = { upTo: 5, unit_price: 1 };
    const overflow = "infinity";
    // @ts-expect-error -- what overflows goes to the last tier, or is an error
    const pricing: ChargeInput["pricing"] = { model: "tiered", tiers, overflow };
    expectTypeOf(pricing).toExtend<ChargeInput["pricing"]>();
    expectTypeOf([bound, price]).toExtend<TierInput[]>();
  });
});

describe("safeParse", () => {
  it("takes anything and tells value from issues by ok", () => {
    const result = safeParseCharge(JSON.parse("{}"));
    expectTypeOf(result).toEqualTypeOf<ParseResult<Charge>>();
    if (result.ok) expectTypeOf(result.value).toEqualTypeOf<Charge>();
    else
      expectTypeOf(result.issues[0]?.path).toEqualTypeOf<
        readonly (string | number)[] | undefined
      >();
    // @ts-expect-error -- the value is there only when it is ok
    result.value;
  });
});

/** The schema that a charge model makes. */
type SchemaOf<M extends { readonly schema: (kit: SchemaKit) => z.ZodType }> = ReturnType<
  M["schema"]
>;

/** All keys of a union's members. */
type KeysOf<T> = T extends unknown ? keyof T : never;

describe("schemas and interfaces", () => {
  type ChargeSchema = ReturnType<typeof chargeSchema>;
  type PlanSchema = ReturnType<typeof ratePlanSchema>;
  type ProductSchema = ReturnType<typeof productSchema>;

  it("agree on each model's prices, as parsed and as written", () => {
    expectTypeOf<z.output<SchemaOf<typeof flat>>>().toExtend<FlatPricing>();
    expectTypeOf<FlatPricing>().toExtend<z.output<SchemaOf<typeof flat>>>();
    expectTypeOf<z.input<SchemaOf<typeof flat>>>().toExtend<FlatPricing<DecimalInput>>();
    expectTypeOf<FlatPricing<DecimalInput>>().toExtend<z.input<SchemaOf<typeof flat>>>();
    expectTypeOf<z.output<SchemaOf<typeof perUnit>>>().toExtend<PerUnitPricing>();
    expectTypeOf<PerUnitPricing>().toExtend<z.output<SchemaOf<typeof perUnit>>>();
    expectTypeOf<z.input<SchemaOf<typeof perUnit>>>().toExtend<PerUnitPricing<DecimalInput>>();
    expectTypeOf<PerUnitPricing<DecimalInput>>().toExtend<z.input<SchemaOf<typeof perUnit>>>();
    expectTypeOf<z.output<SchemaOf<typeof tiered>>>().toExtend<TieredPricing>();
    expectTypeOf<z.input<SchemaOf<typeof tiered>>>().toExtend<TieredPricing<TierInput>>();
    expectTypeOf<z.output<SchemaOf<typeof volume>>>().toExtend<VolumePricing>();
    expectTypeOf<z.input<SchemaOf<typeof volume>>>().toExtend<VolumePricing<TierInput>>();
    expectTypeOf<z.output<ReturnType<typeof discountSchema>>>().toExtend<DiscountPricing>();
    expectTypeOf<z.input<ReturnType<typeof discountSchema>>>().toExtend<
      DiscountPricing<DecimalInput>
    >();
  });

  it("agree on each model's prices and charge types in the table of models", () => {
    type Models = typeof chargeModels;
    type SchemaAt<M extends ModelName> = ReturnType<Models[M]["schema"]>;
    type ByModel<M extends ModelName> = M extends ModelName ? [M, SchemaAt<M>] : never;
    type Prices<S> = S extends [unknown, infer Z extends z.ZodType] ? z.output<Z> : never;
    type Written<S> = S extends [unknown, infer Z extends z.ZodType] ? z.input<Z> : never;
    expectTypeOf<Prices<ByModel<ModelName>>>().toEqualTypeOf<Pricing>();
    expectTypeOf<Written<ByModel<ModelName>>>().toEqualTypeOf<PricingInput>();
    type For<T extends ChargeType> = {
      [M in ModelName]: T extends Models[M]["chargeTypes"][number] ? M : never;
    }[ModelName];
    expectTypeOf<PricingFor<"one-time">["model"]>().toEqualTypeOf<For<"one-time">>();
    expectTypeOf<PricingFor<"recurring">["model"]>().toEqualTypeOf<For<"recurring">>();
    expectTypeOf<PricingFor<"usage">["model"]>().toEqualTypeOf<For<"usage">>();
  });

  it("agree on aggregation", () => {
    expectTypeOf<z.output<ReturnType<typeof aggregationSchema>>>().toEqualTypeOf<
      NonNullable<Extract<Charge, { chargeType: "usage" }>["aggregation"]>
    >();
    expectTypeOf<Written<z.input<ReturnType<typeof aggregationSchema>>>>().toEqualTypeOf<
      NonNullable<UsageChargeInput["aggregation"]>
    >();
  });

  it("know the same fields of a charge, a plan and a product", () => {
    expectTypeOf<keyof z.output<ChargeSchema>>().toEqualTypeOf<KeysOf<Charge>>();
    expectTypeOf<keyof z.output<ReturnType<typeof subscriptionSchema>>>().toEqualTypeOf<
      keyof Subscription
    >();
    expectTypeOf<keyof z.input<ReturnType<typeof subscriptionSchema>>>().toEqualTypeOf<
      keyof SubscriptionInput
    >();
    expectTypeOf<keyof z.output<ReturnType<typeof changeSchema>>>().toEqualTypeOf<
      keyof SubscriptionChange
    >();
    expectTypeOf<z.output<ReturnType<typeof prorationSchema>>>().toEqualTypeOf<Proration>();
    expectTypeOf<z.input<ReturnType<typeof prorationSchema>>>().toEqualTypeOf<ProrationInput>();
    expectTypeOf<keyof z.output<PlanSchema>>().toEqualTypeOf<keyof RatePlan>();
    expectTypeOf<keyof z.output<ProductSchema>>().toEqualTypeOf<keyof Product>();
    expectTypeOf<keyof z.input<PlanSchema>>().toEqualTypeOf<keyof RatePlanInput>();
    expectTypeOf<keyof z.input<ProductSchema>>().toEqualTypeOf<keyof ProductInput>();
  });

  it("agree on all that the schema's type can say: it knows no matrix of types and models", () => {
    type Common =
      | "id"
      | "name"
      | "description"
      | "currency"
      | "unitOfMeasure"
      | "metadata"
      | "minimum"
      | "maximum";
    expectTypeOf<Pick<z.output<ChargeSchema>, Common>>().toExtend<Pick<Charge, Common>>();
    expectTypeOf<Pick<Charge, Common>>().toExtend<Pick<z.output<ChargeSchema>, Common>>();
    expectTypeOf<z.output<ChargeSchema>["pricing"]["model"]>().toEqualTypeOf<
      Charge["pricing"]["model"]
    >();
    expectTypeOf<z.output<ChargeSchema>["chargeType"]>().toEqualTypeOf<ChargeType>();
    expectTypeOf<Omit<z.output<PlanSchema>, "charges" | "currency">>().toExtend<
      Omit<RatePlan, "charges" | "currency">
    >();
    expectTypeOf<Omit<z.output<ProductSchema>, "ratePlans">>().toExtend<
      Omit<Product, "ratePlans">
    >();
  });

  it("agree on what may be written", () => {
    expectTypeOf<z.input<ChargeSchema>["pricing"]["model"]>().toEqualTypeOf<
      ChargeInput["pricing"]["model"]
    >();
    expectTypeOf<UsageChargeInput["minimum"]>().toEqualTypeOf<DecimalInput | null | undefined>();
    expectTypeOf<z.input<ChargeSchema>["minimum"]>().toEqualTypeOf<DecimalInput | undefined>();
    expectTypeOf<NonNullable<z.input<ChargeSchema>["quantityRounding"]>>().toExtend<
      NonNullable<RecurringChargeInput["quantityRounding"]>
    >();
  });
});

/**
 * A program of a consumer's, to be type-checked with every supported version and setting of the compiler: it calls every
 * verb, gives parsed data back as input, and holds what types must refuse. It never runs.
 */
import {
  type Aggregation,
  type AggregationInput,
  applyPostings,
  type BillingPeriod,
  type BillingPolicy,
  type BillingPolicyInput,
  billingPeriodAt,
  billingPeriods,
  breakEven,
  burnOrder,
  type Charge,
  type ChargeInput,
  type CouponInput,
  type CreditedDocument,
  type CreditGrantInput,
  compare,
  compareAmounts,
  creditNote,
  crossedThreshold,
  type DocumentDue,
  documentsDue,
  eachBillingPeriod,
  explain,
  forecast,
  type Invoice,
  invoice,
  invoiceRun,
  isPricingError,
  jsonSchema,
  lintProduct,
  mergeUsage,
  type OneTimeCharge,
  type OneTimeChargeInput,
  type OutcomePolicy,
  type OutcomePolicyInput,
  type Override,
  type OverrideInput,
  type PercentTier,
  type PercentTierInput,
  type Pricing,
  PricingError,
  type PricingInput,
  type Product,
  type ProductInput,
  type Proration,
  type ProrationInput,
  parseCharge,
  parseCoupon,
  parseCreditGrant,
  parseEvents,
  parsePolicy,
  parseProduct,
  parseRatePlan,
  parseSubscription,
  parseTaxRate,
  type RatePlan,
  type RatePlanInput,
  type RecurringCharge,
  type RecurringChargeInput,
  rate,
  rateAmount,
  ratePrepared,
  replay,
  replayAsync,
  type SeriesOptions,
  type SeriesUsage,
  type Signal,
  type SignalInput,
  type Stair,
  type StairInput,
  type Subscription,
  type SubscriptionChange,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  safeParseCharge,
  safeParseCoupon,
  safeParseCreditGrant,
  safeParseEvents,
  safeParsePolicy,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
  safeParseTaxRate,
  settleOutcomes,
  simulate,
  simulateAsync,
  solve,
  sumAmounts,
  summarizeRun,
  summarizeRunAsync,
  summarizeUsage,
  sweep,
  type TaxRateInput,
  type Tier,
  type TierInput,
  type UsageCharge,
  type UsageChargeInput,
  type UsageEvent,
  type UsageEventInput,
  type UsageInput,
  type UsageProfile,
  type UsageSummary,
  upcoming,
  verify,
} from "rateplan";
import { chart } from "rateplan/chart";
import {
  fromLagoCharge,
  fromOpenMeterPrice,
  fromStripePrice,
  fromValmiChargeModel,
  toStripeInvoiceItems,
} from "rateplan/import";
import { rateAmount as amountOf, ratePrepared as prepare } from "rateplan/rate";
import { summariesFromRows, type UsageRow, usageQuery, usageSegments } from "rateplan/sql";
import {
  anInvoiceRequest,
  aOneTimeCharge,
  aProduct,
  aRatePlan,
  aRecurringCharge,
  aSubscription,
  aUsageCharge,
  documentTable,
  events,
  expectLines,
} from "rateplan/testing";

const outcome = {
  id: "outcome",
  name: "outcome charge",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
  pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: "50" }, { unitPrice: 30 }] },
  outcome: { confirm: { assumedAfter: "PT72H" } },
} satisfies ChargeInput;
const seats = {
  id: "seats",
  name: "Seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: 10n },
} as const;
const plan: RatePlanInput = {
  id: "starter",
  name: "Starter",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  charges: [outcome, seats],
};
const catalog: ProductInput = {
  id: "support",
  name: "Support agent",
  agentType: "support",
  effectiveDate: new Date("2026-01-01T00:00:00Z"),
  endDate: null,
  ratePlans: [plan],
};
const subscription: SubscriptionInput = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "starter",
  startDate: "2026-01-01",
  endDate: undefined,
  quantities: { seats: 5 },
  changes: [{ effectiveDate: "2026-03-01", quantities: { seats: "6" } }],
};
const period = { start: "2026-01-01", end: "2026-02-01" } as const;
const happened = [
  { id: "e1", customerId: "acme", unitOfMeasure: "@outcome", timestamp: "2026-01-02T09:00:00Z" },
  { id: "s1", customerId: "acme", confirms: "e1", timestamp: "2026-01-03T09:00:00Z" },
];

const coupon: CouponInput = { id: "spring", percent: 20, from: new Date(0), until: null };
const grant: CreditGrantInput = {
  id: "gift",
  unit: "USD",
  amount: 25n,
  grantedAt: "2026-01-01",
  expiresAt: null,
};
const tax: TaxRateInput = { id: "vat", percent: "20", appliesTo: undefined };

/** Every verb, on literals, with what may be left out as null and as undefined. */
export function everyVerb(): unknown {
  const options = { policy: undefined };
  const bill: Invoice = invoice({
    catalog,
    subscription,
    period,
    usage: happened,
    asOf: new Date(0),
    previous: null,
    coupons: [coupon, parseCoupon(coupon)],
    credits: [grant, parseCreditGrant(grant)],
    taxes: [tax, parseTaxRate(tax)],
    issueDate: "2026-02-01",
    paymentTerms: { days: 30, from: "end-of-month" },
    policy: { rounding: { mode: "half-even", increment: null }, credits: { order: "orb" } },
  });
  const query = usageQuery({
    dialect: "postgresql",
    events: {
      table: "events",
      columns: { id: "id", customerId: "c", unitOfMeasure: "u", timestamp: "t", source: null },
    },
    charges: [outcome],
    segments: [{ customerId: "acme", period, asOf: new Date(0), timeZone: null }],
    deduplicate: null,
  });
  const rows: UsageRow[] = [];
  const goodwill: CreditedDocument = { invoice: bill.idempotencyKey, amount: 1n, reason: null };
  const running = { catalog, subscription, period, usage: happened, asOf: "2026-01-20" } as const;
  const summary: UsageSummary = summarizeUsage(happened, { charge: outcome, period: null });
  const due: readonly DocumentDue[] = documentsDue(subscription, { catalog, until: "2027-01-01" });
  const periods: readonly BillingPeriod[] = billingPeriods(subscription, { catalog, limit: 3 });
  const over: SeriesOptions = {
    range: { from: new Date(0), through: "2026-01-31" },
    bucket: null,
    subscription: { endDate: null, startDate: new Date(0) },
    costs: { "@outcome": 2n, work: { event: "lead", of: "properties.tokens", perUnit: "0.1" } },
    exchangeRates: undefined,
  };
  const profile: UsageProfile = { profile: "points", points: [{ date: "2026-01-01", perDay: 3 }] };
  const series: SeriesUsage = { outcome: profile, "@seat": { "2026-01-02": 1n } };
  const readings = [
    safeParseCharge(outcome),
    safeParseRatePlan(plan, options),
    safeParseProduct(catalog),
    safeParseSubscription(subscription),
    safeParsePolicy({}),
    safeParseCoupon(coupon),
    safeParseCreditGrant(grant),
    safeParseTaxRate(tax),
    safeParseEvents(happened),
    fromStripePrice({}, { unitOfMeasure: null }),
    fromLagoCharge({}),
    fromOpenMeterPrice({}, { id: "c" }),
    fromValmiChargeModel({}),
  ];
  return [
    simulate(outcome, 650, options).lines.flatMap(({ tiers }) => tiers),
    simulate(catalog, { "@outcome": 650 }, { quantities: { seats: 5 } }).amount,
    simulate([outcome, catalog], series, over).buckets.map(({ marginRate }) => marginRate),
    simulateAsync(outcome, happened, { ...over, signal: null }).then(({ total }) => total.revenue),
    rate(outcome, "650").steps,
    rateAmount(outcome, 650n, undefined),
    ratePrepared(outcome, {}).many(Float64Array.of(650)).length,
    amountOf(outcome, "650"),
    prepare(outcome)(650),
    compare({ outcome, catalog }, [650, { "@outcome": "1.5" }]).rows[0]?.amounts["outcome"],
    sweep(outcome, { to: 1_000 }).minorUnits?.length,
    chart(sweep(outcome, [1, 2]), { theme: "dark", unit: null }).$schema,
    summariesFromRows(rows, query),
    usageSegments([{ catalog, subscription, period, previous: null }]).segments,
    replay(
      [{ id: "a", usage: [650, { "@outcome": 1n }], plan: null }],
      { outcome },
      { by: "region" },
    ).candidates[0]?.topWinners,
    summarizeRun(
      { id: ["1"], customerId: "acme", unitOfMeasure: "call", timestamp: new Float64Array(1) },
      { catalog, subscriptions: [subscription], period, keepIds: null, asOf: null },
    ).unknownCustomers.events,
    summarizeRunAsync([], { catalog, subscriptions: [], period, signal: null, onProgress: null }),
    expectLines(bill, bill.lines),
    expectLines(simulate(outcome, 650), { outcome: [{ kind: "usage", quantity: "650" }, "1.00"] }),
    documentTable(invoice(anInvoiceRequest({ catalog: [aProduct()], usage: [] }))).length,
    aRatePlan({ charges: [aUsageCharge(), aRecurringCharge(), aOneTimeCharge({ minimum: null })] }),
    aSubscription({ startDate: new Date(0), trialDays: 7 }).timeZone,
    events({ count: 3, over: period, name: "resolved", seed: null })[0]?.timestamp,
    replayAsync([{ id: "a", usage: [1] }], { outcome }, { signal: null, onProgress: null }),
    forecast(
      outcome,
      { "@outcome": { distribution: "poisson", mean: 5n, growth: null } },
      { periods: 12, random: () => () => 0.5, customers: { joining: null } },
    ).periods[0]?.margin.percentiles,
    breakEven(outcome, catalog, { to: "1e3" }, { of: "@outcome" }).points[0]?.quantity,
    solve({ target: outcome, usage: 650, vary: ["pricing", "unitPrice"], for: { revenue: 9 } })
      .value,
    lintProduct(catalog, { costs: { "@outcome": "0.2" } }).map(({ code, numbers }) => [
      code,
      numbers,
    ]),
    sweep(catalog, Float64Array.of(1, 2), { of: "@outcome", quantities: { seats: 5 } }).averageAt(
      0,
    ),
    upcoming({ catalog, subscription, usage: [], asOf: "2026-01-15", previous: [bill] }),
    creditNote({
      catalog,
      subscription,
      previous: [bill],
      rerate: [{ period, usage: happened }],
      asOf: "2026-02-05",
    }),
    creditNote({ catalog, subscription, previous: [bill], credit: goodwill, asOf: "2026-02-05" }),
    [...invoiceRun([running, { ...running, scope: null }])].map((each) =>
      each.ok ? each.document.total : each.issues,
    ),
    invoiceRun([{ subscription, usage: 1 }], { catalog, period, policy: undefined }).next().done,
    crossedThreshold(running, [100, "500"])?.document.lines,
    applyPostings([grant], bill.postings).map(({ balance }) => balance),
    [parseCreditGrant(grant)].sort(burnOrder("stripe")),
    explain(bill, { format: "text" }).length,
    verify(bill, running).differences.map(({ path }) => path),
    toStripeInvoiceItems(bill).map(({ amount }) => amount),
    mergeUsage(summary, summary).fingerprint,
    settleOutcomes(happened, {}, { asOf: "2026-02-01" }).outcomes,
    [...eachBillingPeriod(subscription, { billingCycle: "monthly" })],
    billingPeriodAt(subscription, "2026-01-15", { catalog })?.index,
    sumAmounts(bill.lines.map(({ amount }) => amount)),
    compareAmounts(bill.total, 0),
    jsonSchema("product")["type"],
    isPricingError(new PricingError([])),
    readings.flatMap((result) => (result.ok ? [] : result.issues)),
    due.map(({ period: { start } }) => start),
    periods.map(({ index }) => index),
  ];
}

/** What is parsed goes in again, with `exactOptionalPropertyTypes` on and off. */
export function again(): unknown {
  const product: Product = parseProduct(catalog);
  const ratePlan: RatePlan = parseRatePlan(plan);
  const charge: Charge = parseCharge(outcome);
  const life: Subscription = parseSubscription(subscription);
  const policy: BillingPolicy = parsePolicy({});
  const read: readonly (UsageEvent | Signal)[] = parseEvents(happened);
  const bill = invoice({ catalog: product, subscription: life, period, usage: read, policy });
  if (charge.chargeType !== "usage") return charge;
  const summary = summarizeUsage(read, { charge, policy });
  return [
    parseProduct(product),
    parseRatePlan(ratePlan, { policy }),
    parseCharge(charge),
    parseSubscription(life),
    parsePolicy(policy),
    parseEvents(read),
    simulate(product, summary, { policy }),
    simulate(ratePlan, read),
    rate(charge, summary, policy),
    invoice({ catalog: [product], subscription: life, period, usage: [summary], previous: [bill] }),
    documentsDue(life, { catalog: product, until: "2027-01-01", last: bill, policy }),
    settleOutcomes(read, {}, { asOf: bill.asOf }),
  ];
}

/** Every parsed type is one that may be written. */
export interface Written {
  readonly product: Takes<ProductInput, Product>;
  readonly ratePlan: Takes<RatePlanInput, RatePlan>;
  readonly charge: Takes<ChargeInput, Charge>;
  readonly oneTime: Takes<OneTimeChargeInput, OneTimeCharge>;
  readonly recurring: Takes<RecurringChargeInput, RecurringCharge>;
  readonly usage: Takes<UsageChargeInput, UsageCharge>;
  readonly pricing: Takes<PricingInput, Pricing>;
  readonly tier: Takes<TierInput, Tier>;
  readonly stair: Takes<StairInput, Stair>;
  readonly percentTier: Takes<PercentTierInput, PercentTier>;
  readonly aggregation: Takes<AggregationInput, Aggregation>;
  readonly proration: Takes<ProrationInput, Proration>;
  readonly outcome: Takes<OutcomePolicyInput, OutcomePolicy>;
  readonly subscription: Takes<SubscriptionInput, Subscription>;
  readonly change: Takes<SubscriptionChangeInput, SubscriptionChange>;
  readonly override: Takes<OverrideInput, Override>;
  readonly policy: Takes<BillingPolicyInput, BillingPolicy>;
  readonly event: Takes<UsageEventInput, UsageEvent>;
  readonly signal: Takes<SignalInput, Signal>;
  readonly summary: Takes<UsageInput, UsageSummary>;
}
type Takes<Input, Parsed extends Input> = Parsed;

/** A line tells by its kind what it has. */
export function whatChanged({ lines }: Invoice): readonly string[] {
  return lines.flatMap((line) => (line.kind === "adjustment" ? line.adjustment.invoices : []));
}

/** Usage as events that came from elsewhere: typed, or read before they are used. */
export function usageOf(rows: readonly unknown[], stream: AsyncIterable<UsageEventInput>): unknown {
  const result = safeParseEvents(rows);
  const cloudEvent = {
    specversion: "1.0",
    id: "e2",
    source: "agent-7",
    type: "resolution",
    time: "2026-01-02T09:00:00Z",
    data: { customerId: "acme", unitOfMeasure: "@outcome" },
  };
  const dated: UsageEventInput = {
    id: "e3",
    customerId: "acme",
    unitOfMeasure: "@outcome",
    timestamp: new Date(0),
    receivedAt: new Date(0),
  };
  return [
    result.ok && simulate(outcome, result.value),
    simulate(outcome, [cloudEvent, dated]),
    simulate(outcome, new Set(happened)),
    summarizeUsage(stream, { charge: outcome }).then(({ fingerprint }) => fingerprint),
    simulateAsync(outcome, stream, { range: { from: "2026-01-01", through: "2026-01-31" } }),
  ];
}

/** What would be thrown away does not compile. */
export function refused(promise: Promise<UsageEventInput[]>, text: string[]): void {
  const event = { id: "e", customerId: "acme", unitOfMeasure: "@outcome" };
  const timestamp = "2026-01-02T09:00:00Z";
  const { customerId: _, ...nobodys } = event;
  // @ts-expect-error -- timestamp is misspelt
  simulate(outcome, [{ ...event, timestmap: timestamp }]);
  // @ts-expect-error -- customerId is misspelt
  simulate(outcome, [{ ...nobodys, customer_id: "acme", timestamp }]);
  // @ts-expect-error -- an instant is a text or a Date, never a number
  simulate(outcome, [{ ...event, timestamp: 1767344400000 }]);
  // @ts-expect-error -- a forgotten await
  simulate(outcome, promise);
  // @ts-expect-error -- a map is not a record
  simulate(outcome, new Map([["outcome", 5]]));
  // @ts-expect-error -- a text is no event
  simulate(outcome, text);
  // @ts-expect-error -- nor is a row of unknown shape: safeParseEvents reads it
  simulate(outcome, [{} as Record<string, unknown>]);

  const request = { catalog, subscription, period };
  // @ts-expect-error -- timestamp is misspelt
  invoice({ ...request, usage: [{ ...event, timestmap: timestamp }] });
  // @ts-expect-error -- a forgotten await
  invoice({ ...request, usage: promise });
  // @ts-expect-error -- no usage is an empty list
  invoice(request);
  // @ts-expect-error -- customerId is misspelt
  summarizeUsage([{ ...nobodys, customer_id: "acme", timestamp }], { charge: outcome });
  // @ts-expect-error -- a forgotten await
  summarizeUsage(promise, { charge: outcome });
  // @ts-expect-error -- an instant is a text or a Date, never a number
  settleOutcomes([{ ...event, timestamp: 1767344400000 }], {}, { asOf: timestamp });
  // @ts-expect-error -- a forgotten await
  settleOutcomes(promise, {}, { asOf: timestamp });

  // @ts-expect-error -- unitPrice is misspelt
  parseCharge({ ...seats, pricing: { model: "per-unit", unitPrise: 10 } });
  // @ts-expect-error -- unitOfMeasure is misspelt
  parseCharge({ id: "c", name: "C", chargeType: "usage", unit_of_measure: "u", pricing: PRICE });
  // @ts-expect-error -- charges have no seats
  const charge: ChargeInput = { ...seats, seats: 5 };
  // @ts-expect-error -- billingCycle is misspelt
  const starter: RatePlanInput = { ...plan, billing_cycle: "monthly" };
  // @ts-expect-error -- ratePlans is misspelt
  const product: ProductInput = { ...catalog, plans: [plan] };
  // @ts-expect-error -- quantities is misspelt
  const seven: SubscriptionInput = { ...subscription, quantity: 7 };
  // @ts-expect-error -- dates are texts or Dates, never numbers
  const epoch: SubscriptionInput = { ...subscription, startDate: 1767225600000 };
  // @ts-expect-error -- there is no such option
  const policy: BillingPolicyInput = { roundingMode: "half-even" };
  // @ts-expect-error -- nor is it an option of this verb
  simulate(outcome, 1, { quantity: 1 });
  // @ts-expect-error -- there is no such field of a line
  expectLines(bill, [{ amout: "1.00" }]);
  // @ts-expect-error -- a builder makes charges of its own type
  aUsageCharge({ chargeType: "recurring" });
  // @ts-expect-error -- ratePlans is misspelt
  aProduct({ plans: [] });
  // @ts-expect-error -- unitOfMeasure is misspelt
  events({ count: 3, over: period, unit: "call" });
  // @ts-expect-error -- the reader's options are known, too
  fromStripePrice({}, { unit: "@seat" });
  return void [_, charge, starter, product, seven, epoch, policy];
}
const PRICE = { model: "per-unit", unitPrice: 10 } as const;

/** Valid input of every exported function: what is changed to make the cases. */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import {
  breakEven,
  type ChargeInput,
  type CouponInput,
  type CreditGrantInput,
  type CreditNoteRequest,
  compare,
  creditNote,
  documentsDue,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Posting,
  type ProductInput,
  type RatePlanInput,
  type SubscriptionInput,
  settleOutcomes,
  simulate,
  summarizeUsage,
  type TaxRateInput,
  type UsageSummary,
} from "rateplan";
import { type UsageQueryRequest, usageQuery } from "rateplan/sql";
import { charge, policy, product, ratePlan, subscription } from "../support/arbitraries.js";
import { billUntil, type Deal, subscriptionOf } from "../support/chain.js";
import { histories, outcome, outcomePolicies, signal } from "../support/outcomes.js";
import {
  AGENT_TYPE,
  eventsIn,
  JANUARY,
  mixedEvents,
  planCases,
  planOf,
  productOf,
  requestFor,
  stored,
  summarizeOptions,
} from "../support/plans.js";
import type { Export } from "./targets.js";

/** The arguments of a call, by a name. */
export type Valid = Readonly<Record<string, readonly unknown[]>>;

const SEED = 20_260_301;

/** A query of everything. */
const USAGE_QUERY: UsageQueryRequest = {
  dialect: "duckdb",
  events: {
    table: "events",
    columns: {
      id: "id",
      source: "source",
      customerId: "customer",
      unitOfMeasure: "unit",
      timestamp: "at",
      receivedAt: "known",
      quantity: "quantity",
      properties: "properties",
    },
  },
  charges: [
    {
      id: "calls",
      name: "Calls",
      chargeType: "usage",
      unitOfMeasure: "call",
      pricing: { model: "per-unit", unitPrice: 1 },
    },
    {
      id: "high",
      name: "High",
      chargeType: "usage",
      unitOfMeasure: "call",
      pricing: { model: "per-unit", unitPrice: 1 },
      aggregation: { type: "max", of: "last", per: "day", carryOver: true },
      groupBy: { fields: ["properties.region"] },
      filter: {
        where: {
          all: [{ field: "properties.size", atLeast: "1.5" }, { localWeekday: ["monday"] }],
        },
      },
    },
  ],
  segments: [
    {
      customerId: "acme",
      subscriptionId: "s1",
      agentType: "bot",
      period: JANUARY,
      pauses: [{ start: "2026-01-10", end: "2026-01-12" }],
      asOf: "2026-02-01",
      timeZone: "Europe/Berlin",
    },
  ],
};

/** A generator of a forecast: Park and Miller's. */
function generatorOf(run: number): () => number {
  let state = run + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Values of an arbitrary, the same each time, with names. */
function samples<T>(
  arbitrary: fc.Arbitrary<T>,
  count: number,
  toArgs: (value: T) => readonly unknown[] = (value) => [value],
): Valid {
  const values = fc.sample(arbitrary, { seed: SEED, numRuns: count });
  return Object.fromEntries(values.map((value, index) => [`sample ${index}`, toArgs(value)]));
}

const tiers = [
  { upTo: 10, unitPrice: "2.5" },
  { upTo: "100", unitPrice: 2, flatFee: 1 },
  { unitPrice: "1.25" },
];
const CHARGES: readonly ChargeInput[] = [
  {
    id: "platform",
    name: "Platform",
    description: "The platform fee",
    chargeType: "recurring",
    billingTiming: "in-advance",
    proration: { method: "fixed-days", daysPerMonth: 30, of: ["fee"] },
    pricing: { model: "flat", amount: "99.00" },
    revisions: [
      {
        effectiveDate: "2026-03-10",
        pricing: { model: "flat", amount: 119 },
        withinPeriod: "split",
        appliesTo: "all",
      },
      { effectiveDate: "2026-04-01", pricing: { model: "flat", amount: 89 }, appliesTo: "new" },
    ],
    metadata: { sku: "PL-1", tags: ["a", 1, null, { deep: true }] },
  },
  {
    id: "seats",
    name: "Seats",
    chargeType: "recurring",
    unitOfMeasure: "@seat",
    includedUnits: 1,
    minimum: "5",
    pricing: { model: "tiered", tiers },
  },
  {
    id: "licences",
    name: "Licences",
    chargeType: "recurring",
    billingCycle: "quarterly",
    billingTiming: "in-advance",
    quantityBilling: "high-water-mark",
    unitOfMeasure: "@user",
    pricing: { model: "volume", tiers: [{ upTo: 5, unitPrice: 30 }, { unitPrice: 25 }] },
  },
  { id: "setup", name: "Setup", chargeType: "one-time", pricing: { model: "flat", amount: 500 } },
  {
    id: "outcomes",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: {
      model: "tiered",
      tiers: [
        { start: 1, end: 3, unitPrice: 10 },
        { start: 4, unitPrice: "7.5" },
      ],
    },
    filter: {
      names: ["resolved", "escalated"],
      where: {
        any: [
          {
            all: [
              { field: "agentId", in: ["a2", null, 3] },
              { not: { field: "subject", exists: false } },
            ],
          },
          { field: "properties.csat", atLeast: 1, lessThan: "6" },
          { field: "properties.csat", greaterThan: 8, atMost: 10 },
          { localWeekday: ["saturday", "sunday"] },
          { not: { localTime: { from: "06:00", until: "22:00:30" } } },
        ],
      },
    },
    outcome: {
      qualifies: { field: "name", equals: "resolved" },
      uniqueBy: {
        key: "subject",
        per: "window",
        window: "P7D",
        keep: "highest",
        limit: 4,
        free: 1,
      },
      confirm: {
        signals: ["solved"],
        assumedAfter: "PT72H",
        silenceFrom: "last-event",
        require: "any",
      },
      reverse: { signals: ["reopened"], within: "P30D", pricing: "original-price" },
      billOn: "confirmed",
    },
    guarantee: {
      steps: [
        { successRate: 90, remedy: { percent: 20, cap: 50 } },
        { successRate: 50, remedy: { waive: true } },
      ],
      minimumAttempts: 2,
    },
  },
  {
    id: "calls",
    name: "Calls",
    chargeType: "usage",
    unitOfMeasure: "call",
    includedUnits: "2.5",
    quantityRounding: { mode: "up", increment: "0.5" },
    minimum: 1,
    maximum: 1_000,
    groupBy: { fields: ["subject", "properties.region"], tiers: "across-groups" },
    pricing: {
      model: "volume",
      tiers: [{ upTo: 50, unitPrice: "0.10", flatFee: 1 }, { unitPrice: 0.08 }],
      flatFeeAtZero: true,
    },
  },
  {
    id: "lookups",
    name: "Lookups",
    chargeType: "usage",
    unitOfMeasure: "lookup",
    resetCycle: "annual",
    includedUnits: { units: "5", rollover: { periods: 2, max: 10 } },
    maximum: 50,
    pricing: { model: "per-unit", unitPrice: "0.5" },
  },
  {
    id: "exports",
    name: "Exports",
    chargeType: "usage",
    unitOfMeasure: "export",
    includedUnits: { units: 3, per: "seats" },
    pricing: { model: "per-unit", unitPrice: 2 },
  },
  {
    id: "pages",
    name: "Pages",
    chargeType: "usage",
    unitOfMeasure: "page",
    aggregation: { type: "percentile", percentile: "99.9" },
    pricing: {
      model: "stairstep",
      tiers: [
        { upTo: 100, flatFee: 10 },
        { upTo: 1_000, flatFee: 50 },
      ],
      overflow: "last-tier",
    },
  },
  {
    id: "packages",
    name: "Packages",
    chargeType: "usage",
    unitOfMeasure: "page",
    aggregation: "weighted-sum",
    eventQuantity: { rounding: { mode: "half-even", increment: 2 }, minimum: "0.5", maximum: 90 },
    pricing: { model: "package", size: 10, price: "1.50", rounding: "up" },
  },
  {
    id: "overage",
    name: "Overage",
    chargeType: "usage",
    unitOfMeasure: "page",
    aggregation: { type: "unique-count", by: "properties.region" },
    pricing: { model: "overage", baseFee: 20, includedUnits: 1, unitPrice: 3 },
  },
  {
    id: "fees",
    name: "Payment fees",
    chargeType: "usage",
    unitOfMeasure: "payment",
    pricing: {
      model: "percentage",
      percent: "2.9",
      fixedPerEvent: "0.30",
      minPerEvent: "0.50",
      maxPerEvent: 20,
      freeEvents: 1,
      freeAmount: 5,
    },
  },
  {
    id: "graduated",
    name: "Graduated fees",
    chargeType: "usage",
    unitOfMeasure: "payment",
    pricing: {
      model: "percentage",
      tiers: [
        { upTo: 100, percent: 3 },
        { percent: 2, flatFee: 1 },
      ],
    },
  },
  {
    id: "passed-on",
    name: "Passed on",
    chargeType: "usage",
    unitOfMeasure: "payment",
    pricing: { model: "pre-rated", markup: 10 },
  },
  {
    id: "regions",
    name: "Regions",
    chargeType: "usage",
    unitOfMeasure: "call",
    pricing: {
      model: "matrix",
      dimensions: ["properties.region", "name"],
      prices: [
        { when: { "properties.region": "eu", name: null }, unitPrice: "0.2" },
        { when: { "properties.region": "us", name: "resolved" }, unitPrice: "0.1" },
      ],
      default: "0.3",
    },
  },
  {
    id: "partner",
    name: "Partner discount",
    chargeType: "recurring",
    pricing: {
      model: "discount",
      percent: 10,
      appliesTo: { charges: ["platform", "seats"], chargeTypes: ["recurring"] },
    },
  },
  {
    id: "voucher",
    name: "Voucher",
    chargeType: "usage",
    pricing: { model: "discount", amount: "2.50", appliesTo: "all" },
  },
];

const ALL = planOf(CHARGES, {
  id: "all",
  minimumCommitment: 50,
  metadata: { tier: 1 },
  endDate: "2030-01-01",
});
const PRO: RatePlanInput = planOf(
  [
    {
      id: "platform",
      name: "Platform",
      chargeType: "recurring",
      pricing: { model: "flat", amount: 199 },
    },
    {
      id: "seats",
      name: "Seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 12 },
    },
    {
      id: "licences",
      name: "Licences",
      chargeType: "recurring",
      unitOfMeasure: "@user",
      pricing: { model: "per-unit", unitPrice: 20 },
    },
    {
      id: "prepaid",
      name: "Prepaid",
      chargeType: "recurring",
      billingTiming: "in-advance",
      billingCycle: "annual",
      pricing: { model: "flat", amount: 1200 },
      drawdown: {
        appliesTo: { units: ["@outcome"], chargeTypes: ["usage"] },
        overageFactor: "1.25",
        rest: "carries-over",
      },
    },
    ...CHARGES.slice(4, 6),
  ],
  { id: "pro", minimumCommitment: { amount: 3000, term: "annual" } },
);
const CATALOG: ProductInput = productOf(ALL, PRO);

const SUBSCRIPTION: SubscriptionInput = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "all",
  startDate: "2026-01-01",
  timeZone: "America/New_York",
  billingAnchor: "anniversary",
  endOfMonth: "sticky",
  quantities: { seats: 12, licences: "4" },
  overrides: { setup: { model: "flat", amount: 250 } },
  changes: [
    { effectiveDate: "2026-02-10", quantities: { seats: 20 } },
    {
      effectiveDate: "2026-02-20",
      takesEffect: "at-period-end",
      ratePlanId: "pro",
      overrides: { seats: null },
    },
    { effectiveDate: "2026-03-15", status: "paused" },
    { effectiveDate: "2026-03-25T12:00:00-04:00", status: "active" },
    {
      effectiveDate: "2026-04-10",
      billingAnchor: "calendar",
      overrides: { seats: { model: "per-unit", unitPrice: 7 } },
    },
  ],
  metadata: { crm: "x" },
};

const day = (month: number, date: number, hour = 10) =>
  `2026-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00Z`;

/** Usage of the first three months, of every unit, with signals, a late event, a duplicate and a foreign one. */
const EVENTS = [1, 2, 3].flatMap((month) => [
  ...[3, 9, 27].map((date, index) => ({
    id: `o${month}-${date}`,
    customerId: "acme",
    subscriptionId: "s1",
    unitOfMeasure: "@outcome",
    name: index === 1 ? "escalated" : "resolved",
    subject: `conversation ${month}-${index}`,
    agentType: AGENT_TYPE,
    agentId: "a1",
    timestamp: day(month, date),
    receivedAt: day(month, date, 11),
    properties: { csat: index + 3, region: "eu" },
  })),
  ...[5, 20].map((date) => ({
    id: `c${month}-${date}`,
    customerId: "acme",
    unitOfMeasure: "call",
    quantity: date === 5 ? 40 : "12.5",
    subject: date === 5 ? "x" : "y",
    timestamp: day(month, date),
    properties: { region: date === 5 ? "eu" : "us" },
  })),
  ...[4, 18].map((date) => ({
    id: `p${month}-${date}`,
    customerId: "acme",
    unitOfMeasure: "page",
    quantity: date * 10,
    timestamp: day(month, date),
    properties: { region: date === 4 ? "eu" : "ap", nested: { list: [1, null, "x"] } },
  })),
  ...[7, 8, 9].map((date) => ({
    id: `q${month}-${date}`,
    customerId: "acme",
    unitOfMeasure: "page",
    // As a driver of a database gives them.
    quantity: date === 7 ? null : new Decimal(date),
    timestamp: new Date(day(month, date)),
    receivedAt: null,
    subject: null,
    properties: date === 8 ? null : { region: date, vip: true },
  })),
  {
    id: `w${month}`,
    customerId: "acme",
    unitOfMeasure: "@outcome",
    name: "resolved",
    quantity: 2n,
    timestamp: `${day(month, 10).slice(0, -1)}.250+05:30`,
    properties: { csat: "9" },
  },
  {
    specversion: "1.0",
    id: `x${month}`,
    source: "/agents",
    type: "resolved",
    subject: `conversation ${month}-0`,
    time: day(month, 11),
    data: { customerId: "acme", unitOfMeasure: "@outcome", properties: { csat: 4 } },
  },
  ...[6, 22].map((date) => ({
    id: `f${month}-${date}`,
    customerId: "acme",
    unitOfMeasure: "payment",
    value: "120.50",
    currency: "USD",
    timestamp: day(month, date),
  })),
  {
    id: `r${month}`,
    customerId: "acme",
    subject: `conversation ${month}-0`,
    name: "reopened",
    timestamp: day(month, 28),
  },
  { id: `k${month}`, customerId: "acme", confirms: `o${month}-27`, timestamp: day(month, 28, 5) },
  {
    id: `v${month}`,
    customerId: "acme",
    reverses: `o${month}-9`,
    quantity: "0.5",
    timestamp: day(month, 12),
  },
  { id: `c${month}-5`, customerId: "other", unitOfMeasure: "call", timestamp: day(month, 5) },
]);

/** The same with what is reported instead of counted: copies, conflicts, strangers, what came late or is no event at all. */
const MESSY = [
  ...EVENTS,
  ...EVENTS.slice(0, 5),
  { ...EVENTS[1], name: "other" },
  { ...EVENTS[3], quantity: -70 },
  { ...EVENTS[4], id: "late", receivedAt: day(6, 1) },
  { ...EVENTS[5], id: "elsewhere", subscriptionId: "s2" },
  { id: "again", customerId: "acme", confirms: "o1-9", timestamp: day(2, 1) },
  { id: "again", customerId: "acme", reverses: "o1-9", value: 1, timestamp: day(2, 2) },
  { id: "nothing" },
  { id: "x", customerId: "acme", unitOfMeasure: "call", timestamp: "yesterday" },
  {},
];

const DEAL: Deal = {
  plans: [ALL, PRO],
  subscription: SUBSCRIPTION,
  usage: EVENTS as NonNullable<Deal["usage"]>,
};
const DOCUMENTS: readonly Invoice[] = billUntil("2026-05-15", DEAL);

/** The request for the document that comes after so many. */
function requestAfter(count: number, more: Partial<InvoiceRequest> = {}): InvoiceRequest {
  const previous = DOCUMENTS.slice(0, count);
  const last = previous.at(-1);
  const [due] = documentsDue(subscriptionOf(DEAL), {
    catalog: CATALOG,
    until: "2026-12-31",
    ...(last === undefined ? {} : { last }),
  });
  if (due === undefined) throw new Error("unreachable: a life without an end");
  return {
    catalog: CATALOG,
    subscription: SUBSCRIPTION,
    period: due.period,
    usage: EVENTS as NonNullable<Deal["usage"]>,
    previous,
    ...more,
  };
}

/** A subscription with outcomes of the last days that are certain only after its end. */
const ENDED: Deal = {
  plans: [ALL],
  subscription: { ...SUBSCRIPTION, endDate: "2026-02-01", changes: [] },
  usage: [
    outcome("o1", 12, { name: "resolved", subject: "a", agentId: "a1" }),
    outcome("o2", 31.5, { name: "resolved", subject: "b", agentId: "a1" }),
    signal("x", 33, { name: "reopened", subject: "b" }),
  ],
};
const ENDED_DOCUMENTS = billUntil("2026-02-01", ENDED);

/** Charges on one unit that tell events apart and count them otherwise, with limits, and outcomes that are taken back. */
const COUNTED: RatePlanInput = planOf(
  [
    ...(["count", "min", "last", "average"] as const).map(
      (aggregation): ChargeInput => ({
        id: aggregation,
        name: aggregation,
        chargeType: "usage",
        unitOfMeasure: "page",
        aggregation,
        pricing: { model: "per-unit", unitPrice: "0.5" },
        proration: { method: "seconds", of: ["limits", "tiers"] },
        minimum: 4,
        maximum: 12,
      }),
    ),
    ...(["eu", "ap"] as const).map(
      (region): ChargeInput => ({
        id: region,
        name: region,
        chargeType: "usage",
        unitOfMeasure: "page",
        filter: { where: { field: "properties.region", equals: region } },
        groupBy: { fields: ["subject"], tiers: "per-group" },
        pricing: { model: "tiered", tiers },
      }),
    ),
    {
      id: "solved",
      name: "Solved",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      filter: { names: ["resolved"] },
      pricing: {
        model: "volume",
        tiers: [{ upTo: 2, unitPrice: 3 }, { unitPrice: 1 }],
      },
      outcome: {
        confirm: { assumedAfter: "P2D" },
        reverse: { signals: ["reopened"], pricing: "original-price" },
      },
      maximum: 7,
    },
    {
      id: "fee",
      name: "Fee",
      chargeType: "recurring",
      billingCycle: "quarterly",
      proration: { method: "days", of: ["fee", "limits"] },
      pricing: { model: "flat", amount: 90 },
      maximum: 80,
    },
    {
      id: "bulk",
      name: "Bulk",
      chargeType: "recurring",
      pricing: { model: "discount", percent: 50, appliesTo: { units: ["page"] } },
    },
  ],
  { id: "counted" },
);
const COUNTING: Deal = {
  plans: [COUNTED, PRO],
  subscription: {
    endDate: "2026-03-01",
    trialDays: 3,
    changes: [
      {
        effectiveDate: "2026-02-12",
        overrides: { count: { model: "per-unit", unitPrice: 2 }, solved: null },
      },
      { effectiveDate: "2026-02-20", status: "paused" },
    ],
  },
  usage: MESSY as unknown as NonNullable<Deal["usage"]>,
};
const COUNTED_DOCUMENTS = billUntil("2026-03-01", COUNTING);
const COUNTED_REQUEST: InvoiceRequest = {
  catalog: productOf(COUNTED, PRO),
  subscription: subscriptionOf(COUNTING),
  period: COUNTED_DOCUMENTS.at(-1)?.period ?? JANUARY,
  usage: MESSY as never,
  previous: COUNTED_DOCUMENTS.slice(0, -1),
  rerate: { from: "2026-01-01" },
  policy: { tiersAtChange: "continue", negativeUsage: "allow" },
};

const small: ProductInput = productOf(
  planOf([
    { id: "fee", name: "Fee", chargeType: "recurring", pricing: { model: "flat", amount: 31 } },
    {
      id: "outcome",
      name: "Outcomes",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      pricing: { model: "per-unit", unitPrice: "5" },
    },
  ]),
);
const plainSubscription: SubscriptionInput = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "starter",
  startDate: "2026-01-01",
};

const cases = fc.sample(planCases(), { seed: SEED, numRuns: 12 });
const [january] = fc.sample(eventsIn(JANUARY), { seed: SEED, numRuns: 1 });
const charges = new Map(CHARGES.map((each) => [each.id, { ...each, currency: "USD" }]));

/** A charge of the catalog above by itself. */
function chargeOf(id: string): ChargeInput {
  const found = charges.get(id);
  if (found === undefined) throw new Error(`unreachable: no charge ${id}`);
  return found as ChargeInput;
}

const SUMMARY_OPTIONS = {
  customerId: "acme",
  subscriptionId: "s1",
  agentType: AGENT_TYPE,
  timeZone: "America/New_York",
  period: JANUARY,
  asOf: "2026-02-03T00:00:00Z",
};

function summaryOf(id: string, events: readonly unknown[], more: object = {}): UsageSummary {
  const options = { charge: chargeOf(id), ...SUMMARY_OPTIONS, ...more };
  return stored(summarizeUsage(events as never, options as never));
}

const usageCharges = CHARGES.filter(
  ({ chargeType, pricing }) => chargeType === "usage" && pricing.model !== "discount",
).map(({ id }) => id);
const half = EVENTS.length >> 1;

const POLICY = {
  rounding: { mode: "half-even", scope: "invoice", increment: "0.05" },
  currencies: { CREDIT: 4, "X-POINT": 0 },
  zeroLines: true,
  negativeUsage: "allow",
  deduplicate: true,
  discounts: { percentages: "compound", fixed: "line-order" },
  tiersAtChange: "continue",
} as const;

const COUPONS: readonly CouponInput[] = [
  { id: "welcome", percent: 12.5, from: "2026-01-10", periods: 2, appliesTo: { units: ["call"] } },
  { id: "gift", name: "Gift", amount: "7.50", from: "2025-12-01", until: "2026-06-01" },
];

const TAXES: readonly TaxRateInput[] = [
  { id: "vat", name: "VAT", percent: 20 },
  { id: "levy", percent: "1.5", compound: true },
  { id: "free", marker: "exempt", appliesTo: { charges: ["platform"], taxCodes: ["education"] } },
];

const GRANTS: readonly CreditGrantInput[] = [
  { id: "gift", unit: "USD", amount: 25, category: "promotional", grantedAt: "2026-01-01" },
  {
    id: "free",
    unit: "call",
    amount: "40",
    balance: "12.5",
    grantedAt: "2025-11-05",
    priority: 1,
  },
  {
    id: "paid",
    unit: "USD",
    amount: "500",
    grantedAt: "2026-01-20",
    effectiveDate: "2026-02-01",
    expiresAt: "2026-12-01",
    appliesTo: { chargeTypes: ["usage"] },
    applied: "after-tax",
  },
];
const POSTING: Posting = {
  grantId: "gift",
  kind: "drawdown",
  unit: "USD",
  amount: "-4.00",
  balanceBefore: "25.00",
  balanceAfter: "21.00",
  document: "period:s1@2026-01-01/2026-02-01",
};

const INVOICES: Valid = {
  opening: [requestAfter(0)],
  "first period": [
    requestAfter(1, { policy: POLICY, issueDate: "2026-02-01", paymentTerms: { days: 30 } }),
  ],
  "second period": [requestAfter(2, { coupons: COUPONS, credits: GRANTS, taxes: TAXES })],
  "rerated list": [
    requestAfter(3, {
      rerate: [
        { period: DOCUMENTS[1]?.period ?? JANUARY, usage: EVENTS.slice(0, -2) as never },
        { period: DOCUMENTS[2]?.period ?? JANUARY },
      ],
      asOf: "2026-04-02",
    }),
  ],
  "rerated range": [requestAfter(3, { rerate: { from: "2026-01-01", through: "2026-02-15" } })],
  interim: [requestAfter(1, { scope: "interim", asOf: "2026-01-25" })],
  messy: [requestAfter(2, { usage: MESSY as never, rerate: { from: "2026-01-01" } })],
  counted: [COUNTED_REQUEST],
  "run-off": [
    {
      catalog: CATALOG,
      subscription: subscriptionOf(ENDED),
      period: { start: "2026-02-01", end: "2026-03-01" },
      usage: ENDED.usage ?? [],
      previous: ENDED_DOCUMENTS,
    } satisfies InvoiceRequest,
  ],
  quantities: [
    {
      catalog: [small, { ...CATALOG, id: "other" }],
      subscription: plainSubscription,
      period: JANUARY,
      usage: { outcome: "12.5" },
    } satisfies InvoiceRequest,
  ],
  quantity: [{ catalog: small, subscription: plainSubscription, period: JANUARY, usage: 3 }],
  summary: [
    {
      catalog: small,
      subscription: plainSubscription,
      period: JANUARY,
      usage: stored(
        summarizeUsage(january ?? [], {
          charge: {
            id: "outcome",
            name: "Outcomes",
            chargeType: "usage",
            unitOfMeasure: "@outcome",
            pricing: { model: "per-unit", unitPrice: "5" },
          },
          customerId: "acme",
          subscriptionId: "s1",
          agentType: AGENT_TYPE,
          period: JANUARY,
        }),
      ),
    },
  ],
  summaries: [
    {
      ...requestAfter(1),
      usage: usageCharges.map((id) => summaryOf(id, EVENTS)),
      asOf: SUMMARY_OPTIONS.asOf,
    },
  ],
  ...Object.fromEntries(cases.map((each, index) => [`plan ${index}`, [requestFor(each)]])),
};

const NOTE: CreditNoteRequest = {
  catalog: CATALOG,
  subscription: SUBSCRIPTION,
  previous: DOCUMENTS.slice(0, 3),
  rerate: { from: "2026-01-01" },
  usage: EVENTS.slice(0, -3) as never,
  asOf: "2026-03-03",
  issueDate: "2026-03-04",
};

/** The document that a credit by choice is of, and a line of it. */
const CREDITED = DOCUMENTS[1]?.idempotencyKey ?? "";
const CREDITED_LINE =
  DOCUMENTS[1]?.lines.find(({ part, appliedTo, amount }) => {
    const bills = part !== null && appliedTo.length === 0;
    return bills && !amount.startsWith("-") && amount !== "0.00";
  })?.key ?? "";

const CONCESSION: CreditNoteRequest = {
  catalog: CATALOG,
  subscription: SUBSCRIPTION,
  previous: DOCUMENTS.slice(0, 3),
  credit: {
    lines: [{ invoice: CREDITED, line: CREDITED_LINE, amount: "0.01", reason: "late" }],
    amounts: "net",
    reason: "outage",
  },
  asOf: "2026-03-03",
};

/** Documents with what they were written from. */
const WRITTEN: Valid = {
  ...Object.fromEntries(
    ["opening", "second period", "quantities", "plan 0"].map((name) => {
      const [request] = INVOICES[name] as readonly [InvoiceRequest];
      return [name, [stored(invoice(request)), request]];
    }),
  ),
  "credit note": [stored(creditNote(NOTE)), NOTE],
  "credit by choice": [stored(creditNote(CONCESSION)), CONCESSION],
};

const EXPLAINED = [
  ...Object.values(WRITTEN).map(([document]) => document as Invoice),
  simulate(small, 3),
  DOCUMENTS[1]?.lines[0],
  settleOutcomes(EVENTS as never, {}, { asOf: "2026-04-01" }).outcomes[0],
];
const EXPLANATIONS: Valid = Object.fromEntries(
  EXPLAINED.flatMap((x, index) =>
    ["text", "markdown", "html", "data"].map((format) => [
      `${format} ${index}`,
      [stored(x), { format, eventIds: true, number: "7", from: "We\nHere", note: "Thanks" }],
    ]),
  ),
);

const periodOptions = { catalog: CATALOG, from: "2026-02-01", until: "2026-09-01", limit: 5 };
const PERIODS: readonly (readonly [string, unknown, object])[] = [
  ["of a catalog", SUBSCRIPTION, periodOptions],
  [
    "of a cycle",
    { ...SUBSCRIPTION, changes: [] },
    { billingCycle: { every: 2, unit: "week" }, limit: 40 },
  ],
  [
    "of a trial",
    {
      ...plainSubscription,
      startDate: "2024-02-29",
      trialDays: 14,
      endOfMonth: "clamp",
      timeZone: "Pacific/Apia",
      endDate: "2027-01-01",
    },
    { billingCycle: "monthly", from: "2024-03-01" },
  ],
  [
    "of the last years",
    { ...plainSubscription, startDate: "9990-01-31" },
    { billingCycle: "annual", limit: 20 },
  ],
];

function periods(toArgs: (subscription: unknown, options: object) => readonly unknown[]): Valid {
  return Object.fromEntries(PERIODS.map(([name, of, options]) => [name, toArgs(of, options)]));
}

function without(options: object, ...keys: string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !keys.includes(key)));
}

const CHARGE_ARGS: Valid = {
  ...Object.fromEntries(CHARGES.map((each) => [each.id, [each]])),
  "of a custom currency": [{ ...CHARGES[0], currency: "CREDIT" }, { policy: POLICY }],
  ...samples(charge, 10),
};
const PLAN_ARGS: Valid = { all: [ALL], pro: [PRO, { policy: POLICY }], ...samples(ratePlan, 8) };
const PRODUCT_ARGS: Valid = { all: [CATALOG], small: [small, {}], ...samples(product, 6) };
const SUBSCRIPTION_ARGS: Valid = {
  all: [SUBSCRIPTION],
  plain: [plainSubscription],
  ...samples(subscription, 10),
};
const POLICY_ARGS: Valid = { all: [POLICY], none: [{}], ...samples(policy, 6) };
const COUPON_ARGS: Valid = { percent: [COUPONS[0]], fixed: [COUPONS[1]] };
const TAX_ARGS: Valid = { simple: [TAXES[0]], compound: [TAXES[1]], marked: [TAXES[2]] };
const GRANT_ARGS: Valid = { gift: [GRANTS[0]], units: [GRANTS[1]], later: [GRANTS[2]] };
const EVENT_ARGS: Valid = {
  all: [EVENTS],
  none: [[]],
  ...samples(eventsIn(JANUARY), 4),
};
const SUMMARIES: Valid = {
  ...Object.fromEntries(
    usageCharges.map((id) => [id, [EVENTS, { charge: chargeOf(id), ...SUMMARY_OPTIONS }]]),
  ),
  ...Object.fromEntries(
    usageCharges.map((id) => [
      `${id} messy`,
      [MESSY, { charge: chargeOf(id), ...SUMMARY_OPTIONS }],
    ]),
  ),
  ...Object.fromEntries(
    COUNTED.charges
      .slice(0, 7)
      .map((each) => [`${each.id} of a unit`, [MESSY, { charge: each, period: JANUARY }]]),
  ),
  "of anyone": [EVENTS, { charge: chargeOf("calls"), policy: { deduplicate: false } }],
  ...samples(fc.tuple(mixedEvents(JANUARY), summarizeOptions), 6, ([events, options]) => [
    events,
    options,
  ]),
};
const ISSUES = [
  {
    code: "negative_price",
    path: ["pricing", "tiers", 0, "unitPrice"],
    message: "pricing.tiers[0].unitPrice must be 0 or more, got -1",
    expected: "0 or more",
    received: "-1",
  },
];

const stripePrice = {
  id: "price_1",
  object: "price",
  active: true,
  billing_scheme: "tiered",
  created: 1_679_431_181,
  currency: "usd",
  custom_unit_amount: null,
  livemode: false,
  lookup_key: null,
  metadata: {},
  nickname: "Projects",
  product: "prod_1",
  recurring: {
    interval: "month",
    interval_count: 1,
    usage_type: "metered",
    trial_period_days: null,
    meter: null,
  },
  tax_behavior: "unspecified",
  tiers: [
    {
      up_to: 5,
      unit_amount: 500,
      unit_amount_decimal: "500",
      flat_amount: 1000,
      flat_amount_decimal: "1000",
    },
    { up_to: 10, unit_amount: 400, flat_amount: 2000 },
    { up_to: null, unit_amount: null, unit_amount_decimal: "300.5", flat_amount: null },
  ],
  tiers_mode: "graduated",
  transform_quantity: null,
  type: "recurring",
  unit_amount: null,
  unit_amount_decimal: null,
};
const lagoCharge = {
  lago_id: "1a901a90-1a90-1a90-1a90-1a901a901a90",
  lago_billable_metric_id: "1a901a90-1a90-1a90-1a90-1a901a901a90",
  billable_metric_code: "requests",
  created_at: "2022-09-14T16:35:31Z",
  invoice_display_name: "Requests",
  pay_in_advance: false,
  invoiceable: true,
  regroup_paid_fees: null,
  prorated: false,
  min_amount_cents: 0,
  filters: [],
  taxes: [],
  applied_pricing_unit: null,
};
const lago = (charge_model: string, properties: object) => [
  { ...lagoCharge, charge_model, properties },
  { currency: "EUR" },
];
const openMeterOptions = { id: "tokens", name: "Tokens", unitOfMeasure: "token", currency: "USD" };

/** A level is summed up over a period, which a simulation has none of. */
/** One of which nothing is paid before it is used. */
const UNPAID = { ...PRO, charges: PRO.charges.filter(({ id }) => id !== "prepaid") };
/** One that each billing period by itself prices. */
const { minimumCommitment: _term, ...EACH_PERIOD } = UNPAID;
const UNLEVELED = { ...ALL, charges: CHARGES.filter(({ id }) => id !== "packages") };

/** Valid arguments by the name of the function that takes them. */
/** Simulations over time. */
const series: Valid = {
  "over time": [
    [ALL, PRO],
    EVENTS,
    {
      range: { from: "2026-01-01", through: "2026-03-31" },
      bucket: "week",
      subscription: { timeZone: "Europe/Paris", quantities: { seats: 4, licences: 2 } },
      flatFees: "spread",
      costs: {
        "@outcome": { perUnit: "0.4", currency: "EUR" },
        calls: { percentOfRevenue: 12 },
        work: { event: "lead", of: "properties.tokens", perUnit: "0.001", chargeId: "calls" },
      },
      currency: "USD",
      exchangeRates: { EUR: "1.08" },
      policy: POLICY,
    },
  ],
  "quantities over time": [
    PRO,
    {
      "@outcome": { profile: "ramp", from: 1, to: "20" },
      calls: { "2026-01-03": 5, "2026-01-05": "7.5" },
      seats: 3,
      licences: 2,
    },
    { range: { from: "2026-01-01", through: "2026-01-31" } },
  ],
  "profiles over time": [
    COUNTED,
    {
      count: {
        profile: "seasonal",
        total: 100,
        weekdays: [1, 1, 1, 1, 1, "0.5", 0],
        months: [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      },
      last: { profile: "points", points: [{ date: "2026-01-10", perDay: 3 }] },
      average: [{ date: "2026-01-10", quantity: "2.5" }],
    },
    { range: { from: "2026-01-01", through: "2026-02-28" }, bucket: "billing-period" },
  ],
};

const AMOUNT_ARGS = {
  seats: [chargeOf("seats"), 12],
  calls: [without(chargeOf("calls"), "groupBy"), "51.5", POLICY],
  overage: [chargeOf("overage"), 3],
  flat: [chargeOf("platform"), 0],
};
const RATER_ARGS = {
  seats: [chargeOf("seats")],
  calls: [without(chargeOf("calls"), "groupBy"), POLICY],
  overage: [chargeOf("overage")],
  flat: [chargeOf("platform")],
};
const RUN_EVENTS = [
  ...(january ?? []),
  { id: "x", customerId: "nobody", unitOfMeasure: "call", timestamp: "2026-01-05T09:00:00Z" },
];
const RUN_OPTIONS = {
  catalog: [productOf(COUNTED, PRO)],
  subscriptions: [plainSubscription, { ...plainSubscription, id: "s2", customerId: "bolt" }].map(
    (each) => ({ ...each, ratePlanId: COUNTED.id }),
  ),
  period: JANUARY,
};
/** No outcomes are judged, so ids may be forgotten. */
const PLAIN_RUN = { ...RUN_OPTIONS, catalog: small, subscriptions: [plainSubscription] };
const RUNS = {
  "of two customers": [RUN_EVENTS, RUN_OPTIONS],
  "without ids": [RUN_EVENTS, { ...PLAIN_RUN, keepIds: false }],
  "as columns": [
    {
      id: ["1", "2"],
      customerId: { values: ["acme"], codes: Uint8Array.of(0, 0) },
      unitOfMeasure: "call",
      timestamp: ["2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z"],
      quantity: Float64Array.of(1, 2.5),
    },
    RUN_OPTIONS,
  ],
  "told apart by nobody": [RUN_EVENTS, { ...PLAIN_RUN, policy: { deduplicate: false } }],
};

export const VALID: Readonly<Record<Export, Valid>> = {
  parseCharge: CHARGE_ARGS,
  safeParseCharge: CHARGE_ARGS,
  parseRatePlan: PLAN_ARGS,
  safeParseRatePlan: PLAN_ARGS,
  parseProduct: PRODUCT_ARGS,
  safeParseProduct: PRODUCT_ARGS,
  parseSubscription: SUBSCRIPTION_ARGS,
  safeParseSubscription: SUBSCRIPTION_ARGS,
  parseCoupon: COUPON_ARGS,
  safeParseCoupon: COUPON_ARGS,
  parseTaxRate: TAX_ARGS,
  safeParseTaxRate: TAX_ARGS,
  parseCreditGrant: GRANT_ARGS,
  safeParseCreditGrant: GRANT_ARGS,
  burnOrder: Object.fromEntries(
    ["stripe", "orb", "metronome", "openmeter", "lago"].map((order) => [order, [order]]),
  ),
  applyPostings: { one: [GRANTS, [POSTING]], none: [GRANTS, []] },
  parsePolicy: POLICY_ARGS,
  safeParsePolicy: POLICY_ARGS,
  parseEvents: EVENT_ARGS,
  safeParseEvents: EVENT_ARGS,
  jsonSchema: {
    ...Object.fromEntries(
      [
        ...["product", "rate-plan", "charge", "subscription", "events"],
        ...["coupon", "credit-grant", "tax-rate"],
      ].map((name) => [name, [name]]),
    ),
    "of a policy": ["charge", { policy: POLICY }],
  },
  isPricingError: { issue: [ISSUES[0]], nothing: [null], issues: [ISSUES] },
  PricingError: { issues: [ISSUES], many: [Array.from({ length: 30 }, () => ISSUES[0])] },
  creditNote: {
    range: [NOTE],
    list: [
      {
        ...NOTE,
        rerate: [{ period: DOCUMENTS[1]?.period, usage: EVENTS.slice(0, 8) }],
        usage: undefined,
        previous: DOCUMENTS.slice(0, 2),
        asOf: "2026-02-03",
      },
    ],
    counted: [
      {
        ...without(COUNTED_REQUEST, "period"),
        previous: COUNTED_DOCUMENTS,
        usage: [...MESSY, signal("back", 30, { reverses: "o1-3" })],
        asOf: "2026-03-20",
      },
    ],
    "of lines": [CONCESSION],
    "of a document": [{ ...CONCESSION, credit: { invoice: CREDITED, amount: 1, reason: "late" } }],
    "of all that is left": [
      {
        ...CONCESSION,
        credit: { invoice: CREDITED },
        previous: [...DOCUMENTS.slice(0, 3), creditNote(CONCESSION)],
      },
    ],
    "after a note": [
      {
        ...NOTE,
        previous: [...DOCUMENTS.slice(0, 3), creditNote(NOTE)],
        usage: EVENTS,
        asOf: "2026-03-04",
      },
    ],
  },
  documentsDue: {
    first: [SUBSCRIPTION, { catalog: CATALOG, until: "2026-07-01", changes: "at-moment" }],
    later: [
      SUBSCRIPTION,
      { catalog: CATALOG, until: "2026-07-01", last: DOCUMENTS[2], policy: {} },
    ],
    ended: [
      subscriptionOf(ENDED),
      { catalog: CATALOG, until: "2026-07-01", last: ENDED_DOCUMENTS.at(-1) },
    ],
    small: [plainSubscription, { catalog: [small], until: "2026-07-01" }],
  },
  crossedThreshold: {
    list: [{ ...requestAfter(1), asOf: "2026-01-20" }, [10, "100.5", 1000]],
    repeated: [
      { ...requestAfter(1), asOf: "2026-01-20", scope: "interim" },
      { amounts: [5], every: 20 },
    ],
  },
  invoice: INVOICES,
  invoiceRun: {
    "of one catalog": [
      [
        { subscription: plainSubscription, usage: { outcome: 2 } },
        { subscription: { ...plainSubscription, id: "other" }, usage: { outcome: "2.5" } },
      ],
      { catalog: small, period: { start: "2026-05-05", end: "2026-06-05" } },
    ],
    whole: [[requestAfter(1), requestAfter(0)]],
  },
  verify: WRITTEN,
  explain: EXPLANATIONS,
  upcoming: {
    "in a period": [{ ...without(requestAfter(2), "period"), asOf: "2026-02-12" }],
    first: [{ ...without(requestAfter(0), "period"), asOf: "2026-01-12T00:00:00Z" }],
    small: [
      {
        catalog: small,
        subscription: plainSubscription,
        usage: { outcome: 2 },
        asOf: "2026-05-05",
      },
    ],
  },
  sumAmounts: {
    some: [["25500.00", "0.10", 3, 4n, "1/3", "-0.20"]],
    none: [[]],
    many: [Array.from({ length: 50 }, (_, index) => `${index}.${index}`)],
  },
  compareAmounts: { texts: ["9.90", "10"], mixed: [3, "1/3"] },
  rate: {
    outcomes: [chargeOf("seats"), 12, POLICY],
    calls: [without(chargeOf("calls"), "groupBy"), "51.5"],
    summary: [chargeOf("pages"), summaryOf("pages", EVENTS)],
    fees: [chargeOf("fees"), summaryOf("fees", EVENTS)],
    matrix: [chargeOf("regions"), summaryOf("regions", EVENTS)],
    judged: [chargeOf("outcomes"), summaryOf("outcomes", EVENTS)],
    flat: [chargeOf("platform"), 1],
  },
  rateAmount: AMOUNT_ARGS,
  "rate/rateAmount": AMOUNT_ARGS,
  ratePrepared: RATER_ARGS,
  "rate/ratePrepared": RATER_ARGS,
  compare: {
    plans: [
      { all: UNLEVELED, pro: PRO },
      [{ "@outcome": 5, calls: 3 }, EVENTS.slice(0, 4)],
      { quantities: { seats: 3, licences: 2 }, baseline: "pro", policy: POLICY },
    ],
    charges: [{ calls: chargeOf("calls"), pages: chargeOf("pages") }, [1, "2.5", { call: 3 }]],
    product: [{ voice: CATALOG }, [{ "@outcome": 2 }], { quantities: { seats: 1, licences: 1 } }],
  },
  breakEven: {
    charges: [chargeOf("calls"), chargeOf("overage"), { to: 60 }],
    packages: [
      chargeOf("packages"),
      chargeOf("pages"),
      { from: "0.5", to: 150 },
      { policy: POLICY },
    ],
    values: [chargeOf("fees"), chargeOf("graduated"), { to: "300.5" }],
    plans: [
      {
        ...UNLEVELED,
        charges: UNLEVELED.charges.filter(({ id }) => id !== "voucher" && id !== "prepaid"),
      },
      UNPAID,
      { to: 90 },
      { of: "@outcome", usage: { calls: 4 }, quantities: { seats: 3, licences: 2 } },
    ],
    product: [
      { ...CATALOG, ratePlans: [UNPAID] },
      UNPAID,
      { to: 9 },
      { ratePlanId: "pro", of: "calls", quantities: { seats: 3, licences: 2 } },
    ],
  },
  replayAsync: {
    charges: [
      [
        { id: "a", usage: [1, "2.5"] },
        { id: "b", usage: [{ call: 40 }] },
      ],
      { calls: chargeOf("calls") },
      { movers: 1, onProgress: null, signal: { aborted: false } },
    ],
    pages: [
      [{ id: "c", usage: [{ page: 3 }, { page: "0.5" }] }],
      { pages: chargeOf("pages") },
      { percentiles: [50] },
    ],
  },
  replay: {
    charges: [
      [
        { id: "a", usage: [1, "2.5"], properties: { region: "eu" } },
        { id: "b", usage: [{ call: 40 }], plan: "pages", billed: "12.50" },
      ],
      { calls: chargeOf("calls"), pages: { ...chargeOf("pages"), unitOfMeasure: "call" } },
      { by: "region", percentiles: [10, 90], movers: 1, baseline: "pages", policy: POLICY },
    ],
    plans: [
      [
        {
          id: "a",
          usage: [{ "@outcome": 5, calls: 3 }, EVENTS.slice(0, 3)],
          quantities: { seats: 3, licences: 2 },
        },
      ],
      { pro: EACH_PERIOD },
    ],
  },
  forecast: {
    charge: [
      chargeOf("calls"),
      { distribution: "poisson", mean: 12, growth: "0.1" },
      {
        periods: 2,
        runs: 3,
        random: generatorOf,
        customers: {
          start: 2,
          joining: { distribution: "negative-binomial", mean: 1, dispersion: 2 },
          churn: "0.25",
        },
        costs: { call: "0.05" },
        percentiles: [50],
        policy: POLICY,
      },
    ],
    plan: [
      EACH_PERIOD,
      {
        "@outcome": { distribution: "log-normal", median: "3.5", sigma: 1, decimals: 1 },
        calls: { distribution: "empirical", values: [1, "2"], weights: [2, 1] },
      },
      { periods: 1, runs: 2, random: generatorOf, quantities: { seats: 3, licences: 2 } },
    ],
  },
  usageQuery: {
    given: [USAGE_QUERY],
    "segments of a table": [
      {
        ...USAGE_QUERY,
        dialect: "postgresql",
        segments: {
          table: ["billing", "segments"],
          columns: { customerId: "customer", start: "from", end: "to", charge: "charge" },
          timeZones: ["UTC", "Europe/Berlin"],
          period: JANUARY,
        },
        deduplicate: false,
        policy: POLICY,
      },
    ],
    clickhouse: [{ ...USAGE_QUERY, dialect: "clickhouse", deduplicateWithin: "P30D" }],
  },
  usageSegments: {
    "first and second period": [
      [requestAfter(1, { policy: POLICY }), requestAfter(2, { coupons: COUPONS })],
    ],
    "a range again": [[requestAfter(3, { rerate: { from: "2026-01-01", through: "2026-02-15" } })]],
    interim: [[requestAfter(1, { scope: "interim", asOf: "2026-01-25" })]],
  },
  summariesFromRows: {
    rows: [
      [
        {
          kind: "state",
          charge: "0",
          segment: "0",
          keys: "[null,null,null,null,null]",
          data: '["2","650.50"]',
        },
        {
          kind: "event",
          charge: null,
          segment: `["acme","${Date.UTC(2026, 0, 31, 23)}"]`,
          keys: null,
          data: JSON.stringify([
            ...["e1", null, "acme", null, "call", null, null, null, null],
            ...[String(Date.UTC(2026, 0, 5)), String(Date.UTC(2026, 0, 5)), "1e3"],
            ...[null, null, '{"region":"eu"}', null, null],
          ]),
        },
      ],
      usageQuery(USAGE_QUERY),
    ],
    "nothing used": [[], usageQuery({ ...USAGE_QUERY, dialect: "duckdb" })],
    outcomes: [
      [
        {
          kind: "state",
          charge: "0",
          segment: "0",
          keys: "[null,null,null,null,null]",
          data: '["2","5"]',
        },
        {
          kind: "outcomes",
          charge: "0",
          segment: "0",
          keys: "[null,null,null,null,null]",
          data: `["3","2","1","5","${Date.UTC(2026, 0, 5)}"]`,
        },
      ],
      usageQuery({
        ...USAGE_QUERY,
        charges: [
          {
            id: "solved",
            name: "Solved",
            chargeType: "usage",
            unitOfMeasure: "@outcome",
            pricing: { model: "per-unit", unitPrice: "1" },
            outcome: { reverse: { signals: ["reopened"], within: "P30D" } },
          },
        ],
      }),
    ],
  },
  chart: {
    quantities: [
      compare({ calls: chargeOf("calls"), pages: chargeOf("pages") }, [1, "2.5", 30]),
      {
        theme: "dark",
        unit: "calls",
        width: 500,
        breakEven: breakEven(chargeOf("calls"), chargeOf("pages"), { to: 60 }),
      },
    ],
    rows: [
      compare({ pages: chargeOf("pages") }, [{ page: 1 }, { page: 2 }]),
      { title: "Pages", labels: ["few", "more"], height: 90 },
    ],
  },
  solve: {
    tier: [
      {
        target: chargeOf("seats"),
        usage: 12,
        vary: ["pricing", "tiers", 1, "unitPrice"],
        for: { revenue: 30 },
        policy: POLICY,
      },
    ],
    bound: [
      {
        target: chargeOf("seats"),
        usage: "20",
        vary: ["pricing", "tiers", 0, "upTo"],
        for: { averagePrice: "2.2" },
      },
    ],
    margin: [
      {
        target: { ...CATALOG, ratePlans: [ALL, EACH_PERIOD] },
        ratePlanId: "pro",
        usage: { "@outcome": 5, calls: 3 },
        quantities: { seats: 3, licences: 2 },
        vary: ["ratePlans", 1, "charges", 0, "pricing", "amount"],
        for: { margin: 190 },
        costs: { "@outcome": "1.5", calls: 2 },
      },
    ],
    events: [
      {
        target: chargeOf("calls"),
        usage: EVENTS,
        vary: ["pricing", "tiers", 1, "unitPrice"],
        for: { averagePrice: "0.2", per: "call" },
      },
    ],
  },
  lintProduct: {
    catalog: [CATALOG, { costs: { call: "0.09", "@outcome": 8 }, policy: POLICY }],
    counted: [productOf(COUNTED)],
    ...samples(product, 4),
  },
  sweep: {
    seats: [chargeOf("seats"), { from: 0, to: "5.5", step: "0.5" }],
    packages: [chargeOf("packages"), [0, "12.5", 3n], { policy: POLICY }],
    flat: [chargeOf("platform"), [1, 2]],
    plan: [
      PRO,
      [1, 2.5],
      { of: "@outcome", usage: { call: 4 }, quantities: { seats: 3, licences: 2 } },
    ],
    product: [
      CATALOG,
      { to: 3 },
      { ratePlanId: "pro", of: "calls", quantities: { seats: 3, licences: 2 }, policy: POLICY },
    ],
  },
  simulate: {
    ...series,
    events: [
      // A level is summed up over a period, which a simulation has none of.
      productOf({ ...ALL, charges: CHARGES.filter(({ id }) => id !== "packages") }, PRO),
      EVENTS,
      { ratePlanId: "all", quantities: { seats: 4, licences: "2" }, policy: POLICY },
    ],
    plan: [PRO, { "@outcome": 5, calls: 3, seats: 3, licences: 2 }],
    charge: [chargeOf("packages"), 12.5],
    counted: [COUNTED, MESSY],
    outcomes: [chargeOf("outcomes"), MESSY],
    summaries: [
      ALL,
      usageCharges.map((id) => summaryOf(id, EVENTS)),
      { quantities: { seats: 1, licences: 1 } },
    ],
    ...Object.fromEntries(
      cases.map(({ plan, usage, policy: own, seats }, index) => [
        `plan ${index}`,
        [plan, usage, { policy: own, quantities: seats }],
      ]),
    ),
  },
  simulateAsync: series,
  billingPeriods: periods((of, options) => [of, options]),
  eachBillingPeriod: periods((of, options) => [of, without(options, "limit")]),
  billingPeriodAt: {
    ...periods((of, options) => [
      of,
      "2026-06-30T12:00:00Z",
      without(options, "limit", "from", "until"),
    ]),
    "by index": [SUBSCRIPTION, 7, { catalog: CATALOG }],
  },
  settleOutcomes: {
    all: [
      EVENTS,
      (chargeOf("outcomes") as { readonly outcome?: object }).outcome,
      { asOf: "2026-04-01", timeZone: "Europe/Paris" },
    ],
    unique: [
      MESSY,
      { uniqueBy: { per: "billing-period", keep: "last" }, confirm: { assumedAfter: "P2D" } },
      { asOf: "2026-03-01", periods: [JANUARY, { start: "2026-02-01", end: "2026-03-01" }] },
    ],
    ...samples(fc.tuple(histories, outcomePolicies), 6, ([events, own]) => [
      events,
      own,
      { asOf: "2026-06-01", periods: [JANUARY] },
    ]),
  },
  mergeUsage: {
    ...Object.fromEntries(
      usageCharges.map((id) => [
        id,
        [summaryOf(id, EVENTS.slice(0, half)), summaryOf(id, EVENTS.slice(half))],
      ]),
    ),
    ...Object.fromEntries(
      COUNTED.charges.slice(0, 5).map((each) => {
        const options = { charge: each, policy: { deduplicate: each.id === "eu" } };
        const halves = [MESSY.slice(0, half), MESSY.slice(half)];
        return [
          `${each.id} of a unit`,
          halves.map((events) => stored(summarizeUsage(events as never, options as never))),
        ];
      }),
    ),
    "without ids": [
      summaryOf("calls", EVENTS.slice(0, half), { policy: { deduplicate: false } }),
      summaryOf("calls", EVENTS.slice(half), { policy: { deduplicate: false } }),
    ],
  },
  summarizeUsage: SUMMARIES,
  summarizeRun: RUNS,
  summarizeRunAsync: {
    "with progress": [RUN_EVENTS, { ...RUN_OPTIONS, onProgress: null, signal: { aborted: false } }],
    "of one moment": [RUN_EVENTS, { ...RUN_OPTIONS, asOf: "2026-01-20T00:00:00Z" }],
  },
  toStripeInvoiceItems: Object.fromEntries(
    Object.entries(WRITTEN).map(([name, [document]]) => [
      name,
      [document, { timeZone: "Europe/Paris" }],
    ]),
  ),
  fromStripePrice: {
    tiered: [stripePrice, { unitOfMeasure: "project" }],
    licensed: [
      {
        id: "price_2",
        currency: "jpy",
        type: "recurring",
        recurring: { interval: "month", interval_count: 3, usage_type: "licensed" },
        unit_amount: 1200,
      },
      { id: "seats", name: "Seats", unitOfMeasure: "@seat", policy: POLICY },
    ],
    package: [
      {
        id: "price_3",
        currency: "usd",
        unit_amount: 1000,
        transform_quantity: { divide_by: 10, round: "up" },
        recurring: { interval: "year", usage_type: "metered" },
      },
      { unitOfMeasure: "call" },
    ],
    "one time": [{ id: "price_4", currency: "usd", type: "one_time", unit_amount_decimal: "99.5" }],
  },
  fromLagoCharge: {
    standard: lago("standard", { amount: "5.12345" }),
    graduated: lago("graduated", {
      graduated_ranges: [
        { from_value: 0, to_value: 10, per_unit_amount: "10", flat_amount: "2" },
        { from_value: 11, to_value: null, per_unit_amount: "5", flat_amount: "3" },
      ],
    }),
    volume: lago("volume", {
      volume_ranges: [
        { from_value: 0, to_value: 100, per_unit_amount: "1", flat_amount: "0" },
        { from_value: 101, to_value: null, per_unit_amount: "0.5", flat_amount: "10" },
      ],
    }),
    package: lago("package", { amount: "30", free_units: 100, package_size: 1000 }),
    percentage: lago("percentage", { rate: "2.9", fixed_amount: "0.5", free_units_per_events: 3 }),
    dynamic: lago("dynamic", {}),
  },
  fromOpenMeterPrice: {
    tiered: [
      {
        type: "tiered",
        mode: "graduated",
        tiers: [
          { upToAmount: 5, flatPrice: { type: "flat", amount: "100" }, unitPrice: null },
          { upToAmount: null, flatPrice: null, unitPrice: { type: "unit", amount: "5" } },
        ],
      },
      openMeterOptions,
    ],
    flat: [
      { type: "flat", amount: "100", paymentTerm: "in_arrears" },
      { id: "fee", name: "Fee", chargeType: "one-time" },
    ],
    unit: [
      { type: "unit", amount: "0.01", minimumAmount: "5", maximumAmount: "50" },
      { ...openMeterOptions, aggregation: "max" },
    ],
    package: [{ type: "package", amount: "5", quantityPerPackage: "100" }, openMeterOptions],
    dynamic: [
      { type: "dynamic", multiplier: "1.2" },
      { ...openMeterOptions, policy: POLICY },
    ],
  },
  fromValmiChargeModel: {
    tiered: [
      {
        name: "Outcomes",
        description: "",
        type: "tiered",
        pricing_strategy: {
          unit_of_measure: "@outcome",
          tiers: [
            { start: 1, counter: 100, price: 50 },
            { start: 101, counter: null, price: 40 },
          ],
        },
      },
      { id: "outcomes", currency: "USD" },
    ],
    "flat fee": [
      { id: "m1", name: "Fee", type: "flat_fee", pricing_strategy: { price: 10 } },
      { currency: "USD", chargeType: "recurring" },
    ],
    overage: [
      {
        name: "Overage",
        type: "overage-pricing",
        pricing_strategy: { unit_of_measure: "call", price: 1, included_units: 10 },
      },
      { id: "overage", currency: "USD", baseFee: "9.5" },
    ],
    discount: [
      {
        name: "Off",
        type: "discount",
        pricing_strategy: { discount_type: "percentage", discount_value: 10 },
      },
      { id: "off", chargeType: "usage" },
    ],
  },
  aUsageCharge: {
    default: [],
    other: [{ id: "calls", unitOfMeasure: "call", pricing: { model: "tiered", tiers } }],
  },
  aRecurringCharge: {
    default: [],
    seats: [{ unitOfMeasure: "@seat", pricing: { model: "per-unit", unitPrice: 29 } }],
  },
  aOneTimeCharge: { default: [], other: [{ pricing: { model: "flat", amount: "5" } }] },
  aRatePlan: { default: [], other: [ALL] },
  aProduct: { default: [], other: [{ id: "p", ratePlans: [PRO], metadata: { a: 1 } }] },
  aSubscription: {
    default: [],
    other: [{ startDate: "2026-01-31", timeZone: "Asia/Kolkata", trialDays: 7 }],
  },
  anInvoiceRequest: {
    default: [],
    quantities: [{ usage: { outcomes: "12.5" }, issueDate: "2026-02-03" }],
    catalog: [{ catalog: [CATALOG], usage: [], subscription: SUBSCRIPTION }],
  },
  events: {
    few: [{ count: 3, over: JANUARY }],
    more: [{ count: 9, over: JANUARY, seed: 7, name: "resolved", quantity: 2.5, timeZone: "UTC" }],
  },
  documentTable: samples(planCases(), 3, (each) => [invoice(requestFor(each))]),
  expectLines: {
    ...samples(planCases(), 2, (each) => {
      const document = invoice(requestFor(each));
      return [document, document.lines];
    }),
    "by charge": [DOCUMENTS[1], { outcomes: ["1", { quantity: 2 }], tax: "3.00" }],
  },
};

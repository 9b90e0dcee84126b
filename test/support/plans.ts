/** Plans, requests and events for the tests of usage, invoices and simulations: builders and arbitraries. */
import fc from "fast-check";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  isPricingError,
  type Line,
  type Period,
  type PricingIssue,
  type Product,
  type ProductInput,
  parseCharge,
  parsePolicy,
  parseProduct,
  type RatePlanInput,
  type SubscriptionInput,
  type SummarizeOptions,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import {
  discountOn,
  named,
  quantifiedCharge,
  UNITS,
} from "../../src/testing/arbitraries/charges.js";
import { decimal, quantity, ROUNDING_MODES } from "../../src/testing/arbitraries/numbers.js";

/** The type of agent whose usage {@link productOf} prices. */
export const AGENT_TYPE = "ocr-agent";

/** The first billing period of {@link requestOf}. */
export const JANUARY: Period = { start: "2026-01-01", end: "2026-02-01" };

/** A monthly plan in US dollars with these charges. */
export function planOf(
  charges: readonly ChargeInput[],
  more: Partial<RatePlanInput> = {},
): RatePlanInput {
  return {
    id: "starter",
    name: "Starter plan",
    currency: "USD",
    billingCycle: "monthly",
    effectiveDate: "2020-01-01",
    ...more,
    charges,
  };
}

/** A product of these plans. */
export function productOf(...ratePlans: readonly RatePlanInput[]): ProductInput {
  return {
    id: "ocr",
    name: "ocr product",
    agentType: AGENT_TYPE,
    effectiveDate: "2020-01-01",
    ratePlans,
  };
}

/** What {@link requestOf} needs to know; all but the charges has a default. */
export interface Sale {
  readonly charges: readonly ChargeInput[];
  readonly plan?: Partial<RatePlanInput>;
  readonly subscription?: Partial<SubscriptionInput>;
  readonly period?: Period;
  readonly usage?: InvoiceRequest["usage"];
  readonly asOf?: string;
  readonly policy?: BillingPolicyInput;
}

/** The request for an invoice of a plan with these charges, for January unless said otherwise. */
export function requestOf({ charges, plan, subscription, period, usage, asOf, policy }: Sale) {
  return {
    catalog: productOf(planOf(charges, plan)),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      ...subscription,
    },
    period: period ?? JANUARY,
    usage: usage ?? {},
    ...(asOf === undefined ? {} : { asOf }),
    ...(policy === undefined ? {} : { policy }),
  } satisfies InvoiceRequest;
}

/** The invoice of {@link requestOf}. */
export function billOf(sale: Sale): Invoice {
  return invoice(requestOf(sale));
}

/** The lines of a bill as a reader adds them up. */
export function amountsOf(bill: {
  readonly lines: readonly Pick<Line, "description" | "amount">[];
}): readonly (readonly [string, string])[] {
  return bill.lines.map((line) => [line.description, line.amount]);
}

/** A monthly fee. */
export function fee(id: string, amount: string, more: Partial<ChargeInput> = {}): ChargeInput {
  const charge = { id, name: id, chargeType: "recurring", pricing: { model: "flat", amount } };
  return { ...charge, ...more } as ChargeInput;
}

/** A usage charge at one price per unit. */
export function perUnit(
  id: string,
  unitPrice: string,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return {
    id,
    name: id,
    chargeType: "usage",
    unitOfMeasure: `@${id}`,
    pricing: { model: "per-unit", unitPrice },
    ...more,
  };
}

/** An event in January that {@link perUnit}'s charge `outcome` prices. */
export function eventOf(more: Partial<UsageEventInput> = {}): UsageEventInput {
  return {
    id: "e1",
    customerId: "acme",
    unitOfMeasure: "@outcome",
    timestamp: "2026-01-15T09:00:00Z",
    ...more,
  };
}

/** What the caller was told is wrong, as `code path`; fails when the call returns or breaks in another way. */
export function issuesOf(run: () => unknown): readonly string[] {
  return refusalOf(run).map(({ code, path }) => `${code} ${path.join(".")}`);
}

/** The same, in the words in which the caller was told. */
export function messagesOf(run: () => unknown): readonly string[] {
  return refusalOf(run).map(({ message }) => message);
}

function refusalOf(run: () => unknown): readonly PricingIssue[] {
  try {
    run();
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues;
  }
  throw new Error("the call was accepted");
}

/** A value of any type, where the compiler would refuse it. */
export function unchecked<T>(value: unknown): T {
  return value as T;
}

/** The value as it comes back from a JSON column. */
export function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** Freezes plain data all the way down, so that changing it throws. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}

/** Everything in a value that is not frozen, by its path. */
export function thawed(value: unknown, path = "value"): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.entries(value).flatMap(([key, item]) => thawed(item, `${path}.${key}`));
  return Object.isFrozen(value) ? below : [path, ...below];
}

/** An amount as a whole number of its last decimal: `"-1.05"` → −105. */
export function units(amount: string): bigint {
  return BigInt(amount.replace(".", ""));
}

/** The sum of amounts that have the same number of decimals, in units of the last one. */
export function totalOf(amounts: readonly string[]): bigint {
  return amounts.reduce((sum, amount) => sum + units(amount), 0n);
}

const CARRIED = [
  { type: "sum", carryOver: true },
  { type: "last", carryOver: true },
  { type: "max", carryOver: true },
  { type: "min", carryOver: true },
  { type: "weighted-sum", carryOver: true },
  { type: "time-average", carryOver: true },
  { type: "unique-count", by: "properties.user", carryOver: true },
  { type: "max", of: "sum", per: "day", carryOver: true },
  { type: "max", of: "last", per: "day", carryOver: true },
] as const;

/** Billing cycles with the first period after a start date, by the calendar. */
const FIRST_PERIODS: readonly (readonly [RatePlanInput["billingCycle"], Period])[] = [
  ["monthly", JANUARY],
  ["monthly", { start: "2026-01-31", end: "2026-02-28" }],
  ["quarterly", { start: "2025-11-30", end: "2026-02-28" }],
  ["semi-annual", { start: "2025-08-31", end: "2026-02-28" }],
  ["annual", { start: "2024-02-29", end: "2025-02-28" }],
  ["weekly", { start: "2026-12-28", end: "2027-01-04" }],
  ["daily", { start: "2024-02-28", end: "2024-02-29" }],
  [
    { every: 2, unit: "week" },
    { start: "2026-02-20", end: "2026-03-06" },
  ],
];

/** A subscription to some plan, in its first period: everything that an invoice and its preview follow from. */
export interface PlanCase {
  readonly product: ProductInput;
  readonly plan: RatePlanInput;
  readonly subscription: SubscriptionInput;
  readonly period: Period;
  readonly policy: BillingPolicyInput;
  /** Quantities of the recurring charges that price one. */
  readonly seats: Readonly<Record<string, string>>;
  /** Quantities of the usage charges. */
  readonly usage: Readonly<Record<string, string>>;
}

/** Policies of every kind, with or without a cash increment. */
function policies(increments: boolean): fc.Arbitrary<BillingPolicyInput> {
  return fc.record({
    rounding: fc.record({
      mode: fc.oneof(fc.constant(ROUNDING_MODES[0]), fc.constantFrom(...ROUNDING_MODES)),
      scope: fc.constantFrom("line" as const, "invoice" as const),
      ...(increments ? { increment: fc.constant("0.05") } : {}),
    }),
    zeroLines: fc.boolean(),
    negativeUsage: fc.constantFrom("zero" as const, "allow" as const),
    discounts: fc.record({
      percentages: fc.constantFrom("original" as const, "compound" as const),
      fixed: fc.constantFrom("proportional" as const, "line-order" as const),
    }),
  });
}

/** Plans with charges of all types, discounts, limits and commitments, under any policy; `increments`: in cash francs. */
export function planCases({ increments = false } = {}): fc.Arbitrary<PlanCase> {
  return fc
    .record({
      rated: fc.array(quantifiedCharge, { maxLength: 5 }),
      currency: increments
        ? fc.constant("CHF")
        : fc.constantFrom("USD", "JPY", "KWD", "CHF", "CLF"),
      minimumCommitment: fc.option(decimal(0, 100_000, 2), { nil: undefined, freq: 3 }),
      first: fc.constantFrom(...FIRST_PERIODS),
      quantities: fc.array(quantity, { minLength: 5, maxLength: 5 }),
    })
    .chain(({ rated, currency, minimumCommitment, first: [billingCycle, period], quantities }) => {
      const charges = named(rated, ["c", "Charge"]);
      const discounts = fc.array(discountOn(charges.map(({ id }) => id)), { maxLength: 3 });
      return fc.tuple(discounts, policies(increments)).map(([list, policy]): PlanCase => {
        const off = named(list, ["d", "Discount"]);
        const commitment = minimumCommitment === undefined ? {} : { minimumCommitment };
        const more = { currency, billingCycle, ...commitment };
        const plan = planOf([...charges, ...off], more);
        const quantityOf = (chargeType: string) =>
          Object.fromEntries(
            charges.flatMap(({ id, chargeType: type, pricing }, index) =>
              type === chargeType && pricing.model !== "flat"
                ? [[id, quantities[index] ?? "0"]]
                : [],
            ),
          );
        const seats = quantityOf("recurring");
        return {
          product: productOf(plan),
          plan,
          subscription: {
            id: "s1",
            customerId: "acme",
            ratePlanId: plan.id,
            startDate: period.start,
            quantities: seats,
          },
          period,
          policy,
          seats,
          usage: quantityOf("usage"),
        };
      });
    });
}

const parsedPolicies = new Map<string, BillingPolicy>();
const parsedProducts = new Map<string, Product>();

/** A value under its JSON text, made once. */
function once<T>(known: Map<string, T>, text: string, make: () => T): T {
  const value = known.get(text) ?? make();
  known.set(text, value);
  return value;
}

/**
 * The case with everything parsed that can be. Cases repeat as long as the seed is the same: each is parsed once, for
 * laws that are about the prices and not about parsing.
 */
export function parsedCase(one: PlanCase): PlanCase {
  const text = JSON.stringify(one.policy);
  const policy = once(parsedPolicies, text, () => parsePolicy(one.policy));
  const product = once(parsedProducts, `${text} ${JSON.stringify(one.product)}`, () =>
    parseProduct(one.product, { policy }),
  );
  const [plan] = product.ratePlans;
  if (plan === undefined) throw new Error("unreachable: a case without a plan");
  return { ...one, policy, product, plan };
}

/** The request for the invoice of a case. */
export function requestFor(
  { product, subscription, period, policy, usage }: PlanCase,
  given: InvoiceRequest["usage"] = usage,
): InvoiceRequest {
  return { catalog: product, subscription, period, policy, usage: given };
}

/** Readable events of a period, with ids that repeat, in the scope of {@link PlanCase}'s subscription. */
export function eventsIn({ start, end }: Period): fc.Arbitrary<UsageEventInput[]> {
  return fc.array(eventBetween(Date.parse(start), Date.parse(end) - 1), { maxLength: 30 });
}

function eventBetween(first: number, last: number): fc.Arbitrary<UsageEventInput> {
  return fc.record(
    {
      id: fc.constantFrom(..."abcdefghijklmnopqrst"),
      customerId: fc.constant("acme"),
      unitOfMeasure: fc.constantFrom(...UNITS),
      timestamp: fc
        .oneof(
          fc.constantFrom(first, last, Math.floor((first + last) / 2)),
          fc.integer({ min: first, max: last }),
        )
        .map((instant) => new Date(instant).toISOString()),
      quantity: fc.oneof(decimal(-20, 200, 2), fc.constantFrom(1, "1.0", 1n, 0.1)),
      subscriptionId: fc.constant("s1"),
      agentType: fc.constant(AGENT_TYPE),
      subject: fc.constantFrom("x", "y", "z"),
      properties: fc.constantFrom({ user: "u1" }, { user: "u2" }, { user: 3 }, {}),
    },
    { requiredKeys: ["id", "customerId", "unitOfMeasure", "timestamp"] },
  );
}

/** Events of which some are of another customer, agent, unit or time, known too late, signals, or no events at all. */
export function mixedEvents({ start, end }: Period): fc.Arbitrary<unknown[]> {
  const [first, last] = [Date.parse(start), Date.parse(end)];
  const around = eventBetween(first - 100_000_000, last + 100_000_000);
  const other = fc.constantFrom(
    { customerId: "globex" },
    { subscriptionId: "s2" },
    { agentType: "chat-agent" },
    { unitOfMeasure: "@user" },
    { receivedAt: "2999-01-01T00:00:00Z" },
    { receivedAt: start.length === 10 ? `${start}T00:00:00Z` : start },
  );
  const field = fc.constantFrom(
    "id",
    "customerId",
    "unitOfMeasure",
    "timestamp",
    "receivedAt",
    "quantity",
    "value",
    "subject",
    "properties",
    "extra",
  );
  const garbled = fc
    .tuple(around, field, fc.anything())
    .map(([event, name, value]) => ({ ...event, [name]: value }));
  const signal = fc
    .tuple(around, fc.constantFrom("confirms", "reverses"))
    .map(([{ id, customerId, timestamp }, verb]) => ({ id, customerId, timestamp, [verb]: "a" }));
  const event = fc.oneof(
    { weight: 6, arbitrary: around },
    { weight: 2, arbitrary: fc.tuple(around, other).map(([one, part]) => ({ ...one, ...part })) },
    { weight: 1, arbitrary: garbled },
    { weight: 1, arbitrary: signal },
    { weight: 1, arbitrary: fc.anything() },
  );
  return fc.array(event, { maxLength: 30 });
}

/** Charges on `@outcome` of every aggregation, and one that groups. Parsed, so that laws need not do it each time. */
const countingCharges = [
  ...(
    [
      "sum",
      "count",
      "min",
      "max",
      "last",
      "average",
      "weighted-sum",
      "time-average",
      { type: "percentile", percentile: "62.5" },
      { type: "max", of: "sum", per: "day" },
      { type: "sum", of: "max", per: "day" },
      ...CARRIED,
      "unique-count",
      { type: "unique-count", by: "properties.user" },
    ] as const
  ).map((aggregation) => perUnit("outcome", "1", { aggregation })),
  perUnit("outcome", "1", { groupBy: { fields: ["subject", "properties.user"] } }),
].map((charge) => parseCharge(charge));

const counting = [true, false].map((deduplicate) => parsePolicy({ deduplicate }));

/** Ways to sum up events: any aggregation, with and without deduplication, for a subscription in January or anyone's. */
export const summarizeOptions: fc.Arbitrary<SummarizeOptions> = fc
  .record({
    charge: fc.constantFrom(...countingCharges),
    policy: fc.constantFrom(...counting),
    anyone: fc.boolean(),
  })
  .map(({ charge, policy, anyone }) => {
    if (charge.chargeType !== "usage") throw new Error("unreachable: these are usage charges");
    const whose = { customerId: "acme", subscriptionId: "s1", agentType: AGENT_TYPE };
    const options = { charge, policy };
    // A level is summed up over a period.
    const { aggregation: by = "sum" } = charge;
    const weighs = ["weighted-sum", "time-average"].includes(typeof by === "string" ? by : by.type);
    if (anyone && !weighs) return options;
    return { ...options, ...whose, period: JANUARY, asOf: "2026-02-03" };
  });

/** A list and the same list in another order. */
export function inTwoOrders<T>(lists: fc.Arbitrary<T[]>): fc.Arbitrary<readonly [T[], T[]]> {
  return lists.chain((list) =>
    fc
      .shuffledSubarray(list, { minLength: list.length, maxLength: list.length })
      .map((shuffled) => [list, shuffled] as const),
  );
}

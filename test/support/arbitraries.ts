/**
 * Valid catalogs, subscriptions and policies as people write them, for property tests: decimals in every notation,
 * tiers in all three forms, currencies wherever they may stand. Everything these generate parses. Export a part
 * when a suite needs it by itself.
 */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import type {
  AggregationInput,
  BillingCycle,
  BillingPolicyInput,
  ChargeInput,
  DecimalInput,
  DiscountPricing,
  Metadata,
  PricingInput,
  ProductInput,
  QuantityRounding,
  RatePlanInput,
  RoundingMode,
  SubscriptionInput,
  TierInput,
} from "rateplan";

/** `units / 10^scale`, the number behind a generated decimal. Never negative. */
export interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

/** What decimals may be generated. */
export interface DecimalRange {
  /** The least number of units; default 0. */
  readonly least?: bigint;
  /** The most units, before the point is set; default 10^12. */
  readonly most?: bigint;
  /** The most decimals; default 6. */
  readonly decimals?: number;
}

/** A decimal in two notations: one that may be written, and the one that parsers return. */
export interface WrittenDecimal {
  readonly written: DecimalInput;
  readonly canonical: string;
}

/** A copy of decimal.js with other settings than the library's or the host's. */
export const ForeignDecimal: typeof Decimal = Decimal.clone({ precision: 3, toExpPos: 2 });

/** The charge models that price a quantity; the others are `flat` and `discount`. */
type QuantityModel = "per-unit" | "tiered" | "volume";

/** A number from 0 with its decimals. */
function scaled(range: DecimalRange = {}): fc.Arbitrary<Scaled> {
  const { least = 0n, most = 10n ** 12n, decimals = 6 } = range;
  return fc.record({
    units: fc.oneof(
      fc.bigInt({ min: least, max: least + 9n }),
      fc.bigInt({ min: least, max: most }),
    ),
    scale: fc.nat({ max: decimals }),
  });
}

/** The canonical text of a number, by shifting digits: no leading or trailing zeros, no exponent. */
export function canonicalText({ units, scale }: Scaled): string {
  const digits = units.toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  const decimals = digits.slice(point).replace(/0+$/, "");
  return decimals === "" ? digits.slice(0, point) : `${digits.slice(0, point)}.${decimals}`;
}

/** One way to write a number down; nothing where the number does not have that form. */
type Notation = (value: Scaled) => DecimalInput | undefined;

const notations: readonly Notation[] = [
  canonicalText,
  // With the zeros that a database column of fixed scale adds.
  (value) => `00${canonicalText(value)}${canonicalText(value).includes(".") ? "000" : ".000"}`,
  (value) => `${value.units}e-${value.scale}`,
  (value) => `+${value.units}0E-${value.scale + 1}`,
  (value) => {
    const text = canonicalText(value);
    // Fifteen digits survive a double.
    return text.replace(".", "").length <= 15 ? Number(text) : undefined;
  },
  (value) => (canonicalText(value).includes(".") ? undefined : BigInt(canonicalText(value))),
  (value) => new Decimal(canonicalText(value)),
  (value) => new ForeignDecimal(canonicalText(value)),
];

/** Writes a number in the notation of that index, or canonically where it does not have that form. */
function write(value: Scaled, notation: number): DecimalInput {
  return notations[notation % notations.length]?.(value) ?? canonicalText(value);
}

const notation = fc.nat({ max: notations.length - 1 });

/** A number as it may be written, beside its canonical text. */
export function writtenDecimal(range?: DecimalRange): fc.Arbitrary<WrittenDecimal> {
  return fc
    .tuple(scaled(range), notation)
    .map(([value, form]) => ({ written: write(value, form), canonical: canonicalText(value) }));
}

/** A number as it may be written: text in any notation, number, bigint or decimal of any copy of decimal.js. */
function decimalInput(range?: DecimalRange): fc.Arbitrary<DecimalInput> {
  return writtenDecimal(range).map(({ written }) => written);
}

/** An id: short texts, also such as name properties of every object. */
const anyId: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom("constructor", "toString", "hasOwnProperty", "length") },
);

/** Any JSON object that may be kept as metadata. */
const anyMetadata: fc.Arbitrary<Metadata> = fc
  .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  // JSON has no -0, and `__proto__` is refused.
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('"__proto__"'))
  .map((text) => JSON.parse(text) as Metadata);

/** An active ISO 4217 currency, of each number of decimals. */
const anyCurrency: fc.Arbitrary<string> = fc.constantFrom("USD", "EUR", "JPY", "KWD", "CLF");

const roundingMode: fc.Arbitrary<RoundingMode> = fc.constantFrom(
  "half-away-from-zero",
  "half-toward-zero",
  "half-even",
  "half-odd",
  "half-ceiling",
  "half-floor",
  "up",
  "down",
  "ceiling",
  "floor",
);

/** Upper bounds of tiers: rising, and all whole where `whole` says so. */
export function tierBounds(whole: boolean): fc.Arbitrary<readonly Scaled[]> {
  const scale = whole ? fc.constant(0) : fc.nat({ max: 4 });
  const widths = fc.array(fc.bigInt({ min: 1n, max: 10n ** 6n }), { maxLength: 5 });
  return fc.tuple(scale, widths).map(([decimals, steps]) => {
    let units = 0n;
    return steps.map((step) => {
      units += step;
      return { units, scale: decimals };
    });
  });
}

/** How tiers may be written: by upper bound, or as the rows of a form that touch or step by one. */
export type TierStyle = "upTo" | "touching" | "step";

/** What a tier costs. */
export interface TierPrice {
  readonly unitPrice?: DecimalInput;
  readonly flatFee?: DecimalInput;
}

/** Price of a tier: per unit, for the tier as a whole, or both. */
export const tierPrice: fc.Arbitrary<TierPrice> = fc
  .tuple(fc.constantFrom("unit", "fee", "both"), decimalInput(), decimalInput())
  .map(([which, unitPrice, flatFee]) => ({
    ...(which === "fee" ? {} : { unitPrice }),
    ...(which === "unit" ? {} : { flatFee }),
  }));

/**
 * Writes tiers in a style. There is one price more than there are bounds where the last tier is open. The style
 * `"step"` needs whole bounds.
 */
export function writeTiers(
  style: TierStyle,
  bounds: readonly Scaled[],
  prices: readonly TierPrice[],
  form = 0,
): readonly TierInput[] {
  return prices.map((price, index) => {
    const bound = bounds[index];
    const end = bound === undefined ? undefined : write(bound, form);
    if (style === "upTo") return end === undefined ? { ...price } : { upTo: end, ...price };
    const below = bounds[index - 1] ?? { units: 0n, scale: 0 };
    const start = style === "step" ? { units: below.units + 1n, scale: 0 } : below;
    const row = { start: write(start, form), ...price };
    return end === undefined ? row : { ...row, end };
  });
}

/** The fields of a tier list: the tiers in any style, open at the end or bounded with an overflow rule. */
const tierList: fc.Arbitrary<{
  readonly tiers: readonly TierInput[];
  readonly overflow?: "last-tier" | "error";
  readonly flatFeeAtZero?: boolean;
}> = fc
  .constantFrom<TierStyle>("upTo", "touching", "step")
  .chain((style) =>
    fc.record(
      {
        style: fc.constant(style),
        bounds: tierBounds(style === "step"),
        prices: fc.array(tierPrice, { minLength: 6, maxLength: 6 }),
        form: notation,
        open: fc.boolean(),
        overflow: fc.constantFrom("last-tier", "error"),
        flatFeeAtZero: fc.boolean(),
      },
      { requiredKeys: ["style", "bounds", "prices", "form", "open"] },
    ),
  )
  .map(({ style, bounds, prices, form, open, overflow = "error", ...options }) => {
    const bounded = !open && bounds.length > 0;
    const count = bounds.length + (bounded ? 0 : 1);
    const tiers = writeTiers(style, bounds, prices.slice(0, count), form);
    return { tiers, ...(bounded ? { overflow } : {}), ...options };
  });

/** Prices of the model that bills no quantity. */
const flatPricing: fc.Arbitrary<PricingInput & { readonly model: "flat" }> = fc.record({
  model: fc.constant("flat"),
  amount: decimalInput(),
});

/** Prices of the models that bill a quantity. */
const quantityPricing: fc.Arbitrary<PricingInput & { readonly model: QuantityModel }> = fc.oneof(
  fc.record({ model: fc.constant("per-unit"), unitPrice: decimalInput() }),
  tierList.map((list) => ({ model: "tiered", ...list }) as const),
  tierList.map((list) => ({ model: "volume", ...list }) as const),
);

const quantityRounding: fc.Arbitrary<QuantityRounding<DecimalInput>> = fc.record(
  { mode: roundingMode, increment: decimalInput({ least: 1n }) },
  { requiredKeys: ["mode"] },
);

const aggregation: fc.Arbitrary<AggregationInput> = fc.oneof(
  fc.constantFrom("sum", "count", "min", "max", "last", "average", "unique-count"),
  fc.record({
    type: fc.constant("unique-count"),
    by: fc.constantFrom("subject", "name", "agentId", "properties.userId"),
  }),
);

interface Limits {
  readonly minimum?: DecimalInput;
  readonly maximum?: DecimalInput;
}

/** A minimum, a maximum, both in order, or neither. */
const limits: fc.Arbitrary<Limits> = fc
  .record({ lower: scaled(), above: scaled(), form: notation, has: fc.nat({ max: 3 }) })
  .map(({ lower, above, form, has }) => {
    const scale = lower.scale + above.scale;
    const units =
      lower.units * 10n ** BigInt(above.scale) + above.units * 10n ** BigInt(lower.scale);
    return {
      ...(has % 2 === 1 ? { minimum: write(lower, form) } : {}),
      ...(has >= 2 ? { maximum: write({ units, scale }, form + 1) } : {}),
    };
  });

const named = {
  id: anyId,
  name: fc.string({ maxLength: 12 }),
  description: fc.string({ maxLength: 12 }),
  metadata: anyMetadata,
};

const chargeFields = { ...named, limits };
const quantityFields = {
  ...chargeFields,
  pricing: quantityPricing,
  unitOfMeasure: fc.constantFrom("@outcome", "@action", "@user", "@seat", "GB", "page"),
  includedUnits: decimalInput(),
  quantityRounding,
};

function withLimits<T extends { readonly limits: Limits }>({ limits: bounds, ...charge }: T) {
  return { ...charge, ...bounds };
}

/** A charge that bills an amount whatever the usage, of every type. Names no currency. */
const flatCharge: fc.Arbitrary<ChargeInput> = fc
  .record(
    {
      ...chargeFields,
      chargeType: fc.constantFrom("one-time", "recurring", "usage"),
      pricing: flatPricing,
    },
    { requiredKeys: ["id", "name", "chargeType", "pricing", "limits"] },
  )
  .map(withLimits);

/** A charge on the subscription's quantity (seats). Names no currency. */
const seatCharge: fc.Arbitrary<ChargeInput & { readonly chargeType: "recurring" }> = fc
  .record(
    { ...quantityFields, chargeType: fc.constant("recurring") },
    { requiredKeys: ["id", "name", "chargeType", "pricing", "unitOfMeasure", "limits"] },
  )
  .map(withLimits);

/** A charge on what was used. Names no currency. */
const usageCharge: fc.Arbitrary<ChargeInput & { readonly chargeType: "usage" }> = fc
  .record(
    { ...quantityFields, aggregation, chargeType: fc.constant("usage") },
    { requiredKeys: ["id", "name", "chargeType", "pricing", "unitOfMeasure", "limits"] },
  )
  .map(withLimits);

/** A charge that a charge model prices: anything but a discount. Names no currency. */
const ratedCharge: fc.Arbitrary<ChargeInput> = fc.oneof(flatCharge, seatCharge, usageCharge);

/** A discount for a plan that holds charges of these ids. Names no currency. */
function discountCharge(targets: readonly string[]): fc.Arbitrary<ChargeInput> {
  const some = <T>(values: readonly T[]) =>
    values.length === 0 ? fc.constant<T[]>([]) : fc.subarray([...values]);
  const appliesTo = fc.oneof(
    fc.constant("all" as const),
    fc.record(
      {
        charges: some(targets),
        chargeTypes: some(["one-time", "recurring", "usage"] as const),
        units: some(["@outcome", "@seat"]),
      },
      { requiredKeys: [] },
    ),
  );
  const pricing: fc.Arbitrary<DiscountPricing<DecimalInput>> = fc.oneof(
    fc.record(
      {
        model: fc.constant("discount"),
        percent: decimalInput({ most: 100n, decimals: 4 }),
        appliesTo,
      },
      { requiredKeys: ["model", "percent"] },
    ),
    fc.record(
      { model: fc.constant("discount"), amount: decimalInput(), appliesTo },
      { requiredKeys: ["model", "amount"] },
    ),
  );
  return fc.record(
    { ...named, chargeType: fc.constantFrom("one-time", "recurring", "usage"), pricing },
    { requiredKeys: ["id", "name", "chargeType", "pricing"] },
  );
}

/** A charge by itself, of every type and model, with or without a currency. */
export const charge: fc.Arbitrary<ChargeInput> = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: ratedCharge }, discountCharge(["a", "b"])),
    fc.option(anyCurrency, { nil: undefined }),
  )
  .map(([each, currency]) => (currency === undefined ? each : { ...each, currency }));

const firstDay = Date.UTC(2000, 0, 1);
const day = 86_400_000;

/** Writes the moment `days` days after 1 January 2000 as a civil date, or with a time and an offset. */
function dateText(days: number, form = 0): string {
  const civil = new Date(firstDay + days * day).toISOString().slice(0, 10);
  return [civil, `${civil}T00:00:00Z`, `${civil}T23:59:59.999+02:00`][form % 3] ?? civil;
}

/** A start and, now and then, an end that comes after it. */
const dateRange: fc.Arbitrary<{ readonly start: string; readonly end?: string }> = fc
  .record({
    start: fc.nat({ max: 20_000 }),
    length: fc.option(fc.integer({ min: 2, max: 20_000 }), { nil: undefined }),
    forms: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
  })
  .map(({ start, length, forms }) => ({
    start: dateText(start, forms[0]),
    ...(length === undefined ? {} : { end: dateText(start + length, forms[1]) }),
  }));

/** A billing cycle by name or spelled out. */
const billingCycle: fc.Arbitrary<BillingCycle> = fc.oneof(
  fc.constantFrom<BillingCycle>("daily", "weekly", "monthly", "quarterly", "semi-annual", "annual"),
  fc.record({
    every: fc.integer({ min: 1, max: 1_000 }),
    unit: fc.constantFrom("day", "week", "month", "year"),
  }),
);

/** Charges with ids of their own, discounts among them. Name no currency. */
const charges: fc.Arbitrary<readonly ChargeInput[]> = fc
  .uniqueArray(ratedCharge, { maxLength: 4, selector: ({ id }) => id })
  .chain((rated) => {
    const targets = rated.map(({ id }) => id);
    return fc
      .array(discountCharge(targets), { maxLength: 2 })
      .map((discounts) => [
        ...rated,
        ...discounts.map((each, index) => ({ ...each, id: freeId(targets, index) })),
      ]);
  });

function freeId(taken: readonly string[], index: number): string {
  const id = `discount ${index}`;
  return taken.includes(id) ? `${id}, longer than any other` : id;
}

/** Where the currency of a plan stands. */
type CurrencyPlace = "plan" | "every charge" | "last charge" | "everywhere";

function withCurrency<T extends { readonly charges: readonly ChargeInput[] }>(
  plan: T,
  currency: string,
  where: CurrencyPlace,
) {
  const last = plan.charges.length - 1;
  const onPlan = where === "plan" || where === "everywhere" || last < 0;
  const onCharge = (index: number) =>
    where === "everywhere" ||
    where === "every charge" ||
    (where === "last charge" && index === last);
  return {
    ...plan,
    ...(onPlan ? { currency } : {}),
    charges: plan.charges.map((each, index) => (onCharge(index) ? { ...each, currency } : each)),
  };
}

/** A rate plan; its currency stands on the plan, on charges, or on both. */
export const ratePlan: fc.Arbitrary<RatePlanInput> = fc
  .record(
    {
      ...named,
      billingCycle,
      dates: dateRange,
      charges,
      minimumCommitment: decimalInput(),
      currency: anyCurrency,
      where: fc.constantFrom<CurrencyPlace>("plan", "every charge", "last charge", "everywhere"),
    },
    {
      requiredKeys: ["id", "name", "billingCycle", "dates", "charges", "currency", "where"],
    },
  )
  .map(({ dates, currency, where, ...plan }) => ({
    ...withCurrency(plan, currency, where),
    effectiveDate: dates.start,
    ...(dates.end === undefined ? {} : { endDate: dates.end }),
  }));

/** A product with up to three rate plans. */
export const product: fc.Arbitrary<ProductInput> = fc
  .record(
    {
      ...named,
      agentType: anyId,
      dates: dateRange,
      ratePlans: fc.uniqueArray(ratePlan, { maxLength: 3, selector: ({ id }) => id }),
    },
    { requiredKeys: ["id", "name", "agentType", "dates", "ratePlans"] },
  )
  .map(({ dates, ...rest }) => ({
    ...rest,
    effectiveDate: dates.start,
    ...(dates.end === undefined ? {} : { endDate: dates.end }),
  }));

/** A subscription, to no plan in particular. */
export const subscription: fc.Arbitrary<SubscriptionInput> = fc
  .record(
    {
      id: anyId,
      customerId: anyId,
      ratePlanId: anyId,
      dates: dateRange,
      timeZone: fc.constant("UTC"),
      quantities: fc.dictionary(
        anyId.filter((id) => id !== "__proto__"),
        decimalInput(),
        { maxKeys: 3 },
      ),
      metadata: anyMetadata,
    },
    { requiredKeys: ["id", "customerId", "ratePlanId", "dates"] },
  )
  .map(({ dates, ...rest }) => ({
    ...rest,
    startDate: dates.start,
    ...(dates.end === undefined ? {} : { endDate: dates.end }),
  }));

/** A billing policy with any of its parts missing. */
export const policy: fc.Arbitrary<BillingPolicyInput> = fc.record(
  {
    rounding: fc.record(
      {
        mode: roundingMode,
        scope: fc.constantFrom("line", "invoice"),
        increment: decimalInput({ least: 1n, decimals: 2 }),
      },
      { requiredKeys: [] },
    ),
    currencies: fc.dictionary(
      fc.stringMatching(/^[A-Z][A-Z0-9_-]{1,8}$/),
      fc.integer({ min: 0, max: 12 }),
      { maxKeys: 3 },
    ),
    zeroLines: fc.boolean(),
    negativeUsage: fc.constantFrom("zero", "allow"),
    deduplicate: fc.boolean(),
    discounts: fc.record(
      {
        percentages: fc.constantFrom("original", "compound"),
        fixed: fc.constantFrom("proportional", "line-order"),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

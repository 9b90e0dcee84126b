/**
 * Valid catalogs, subscriptions and policies as people write them, for property tests: decimals in every notation,
 * tiers in all three forms, currencies wherever they may stand. Everything these generate parses. Export a part
 * when a suite needs it by itself.
 */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import type {
  AggregationInput,
  BillingAnchor,
  BillingCycle,
  BillingPolicyInput,
  BillingTiming,
  ChargeInput,
  CustomCycle,
  DecimalInput,
  DiscountPricing,
  GroupBy,
  Metadata,
  ModelName,
  NamedCycle,
  OverrideInput,
  Predicate,
  PricingInput,
  ProductInput,
  ProratedPart,
  ProrationInput,
  ProrationMethod,
  QuantityRounding,
  RatePlanInput,
  Revision,
  RoundingMode,
  SubscriptionChangeInput,
  SubscriptionInput,
  TimeZone,
  UsageFilter,
  Weekday,
} from "rateplan";

import { bigJs, bigNumberJs } from "./foreign-decimals.js";

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
  (value) => bigJs(canonicalText(value)),
  (value) => bigNumberJs(canonicalText(value)),
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

/** A number as it may be written: text in any notation, number, bigint or decimal of a library. */
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
type TierStyle = "upTo" | "touching" | "step";

/** What a tier costs. */
interface TierPrice {
  readonly unitPrice?: DecimalInput;
  readonly flatFee?: DecimalInput;
}

/** A tier with the price `P`, in any style. */
type WrittenTier<P> = P &
  (
    | { readonly upTo?: DecimalInput }
    | { readonly start: DecimalInput; readonly end?: DecimalInput }
  );

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
export function writeTiers<P>(
  style: TierStyle,
  bounds: readonly Scaled[],
  prices: readonly P[],
  form = 0,
): readonly WrittenTier<P>[] {
  return prices.map((price, index) => {
    const bound = bounds[index];
    const end = bound === undefined ? undefined : write(bound, form);
    const upTo: { readonly upTo?: DecimalInput } = end === undefined ? {} : { upTo: end };
    if (style === "upTo") return { ...upTo, ...price };
    const below = bounds[index - 1] ?? { units: 0n, scale: 0 };
    const first = style === "step" ? { units: below.units + 1n, scale: 0 } : below;
    const start = write(first, form);
    return end === undefined ? { start, ...price } : { start, end, ...price };
  });
}

/** The fields of a tier list: the tiers in any style, open at the end or bounded with an overflow rule. */
interface TierFields<P> {
  readonly tiers: readonly WrittenTier<P>[];
  readonly overflow?: "last-tier" | "error";
  readonly flatFeeAtZero?: boolean;
}

function tierList<P>(price: fc.Arbitrary<P>): fc.Arbitrary<TierFields<P>> {
  return fc
    .constantFrom<TierStyle>("upTo", "touching", "step")
    .chain((style) =>
      fc.record(
        {
          style: fc.constant(style),
          bounds: tierBounds(style === "step"),
          prices: fc.array(price, { minLength: 6, maxLength: 6 }),
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
}

/** The prices of one charge model. */
type PricingOf<M extends ModelName> = Extract<PricingInput, { readonly model: M }>;

const flatPricing: fc.Arbitrary<PricingOf<"flat">> = fc.record({
  model: fc.constant("flat"),
  amount: decimalInput(),
});

/** Prices of the models that bill a quantity and leave included units to the charge. */
const quantityPricing: fc.Arbitrary<
  PricingOf<"per-unit" | "tiered" | "volume" | "stairstep" | "package">
> = fc.oneof(
  fc.record({ model: fc.constant("per-unit"), unitPrice: decimalInput() }),
  tierList(tierPrice).map((list) => ({ model: "tiered" as const, ...list })),
  tierList(tierPrice).map((list) => ({ model: "volume" as const, ...list })),
  tierList(fc.record({ flatFee: decimalInput() })).map((list) => ({
    model: "stairstep" as const,
    ...list,
  })),
  fc.record(
    {
      model: fc.constant("package"),
      size: decimalInput({ least: 1n }),
      price: decimalInput(),
      rounding: fc.constantFrom("up", "down", "exact"),
    },
    { requiredKeys: ["model", "size", "price"] },
  ),
);

const overagePricing: fc.Arbitrary<PricingOf<"overage">> = fc.record(
  {
    model: fc.constant("overage"),
    baseFee: decimalInput(),
    includedUnits: decimalInput(),
    unitPrice: decimalInput(),
  },
  { requiredKeys: ["model", "includedUnits", "unitPrice"] },
);

const perEvent = {
  fixedPerEvent: decimalInput(),
  freeEvents: decimalInput({ decimals: 0 }),
  freeAmount: decimalInput(),
};

/** Prices of the models that bill the money that events are about. */
const valuePricing: fc.Arbitrary<PricingOf<"percentage" | "pre-rated">> = fc.oneof(
  fc
    .record(
      { ...perEvent, percent: decimalInput(), clamp: fc.tuple(scaled(), scaled()), form: notation },
      { requiredKeys: ["percent", "form"] },
    )
    .map(({ clamp, form, ...pricing }) => {
      const [lower, above] = clamp ?? [];
      return {
        model: "percentage" as const,
        ...pricing,
        ...(lower === undefined ? {} : { minPerEvent: write(lower, form) }),
        ...(lower === undefined || above === undefined
          ? {}
          : { maxPerEvent: write(sumOf(lower, above), form) }),
      };
    }),
  fc
    .tuple(
      fc.record(perEvent, { requiredKeys: [] }),
      tierList(
        fc.record(
          { percent: decimalInput(), flatFee: decimalInput() },
          { requiredKeys: ["percent"] },
        ),
      ),
    )
    .map(([fields, list]) => ({ model: "percentage" as const, ...fields, ...list })),
  fc.record(
    { model: fc.constant("pre-rated"), markup: decimalInput() },
    { requiredKeys: ["model"] },
  ),
);

/** A field of usage events that charges may look at. */
const eventField = fc.constantFrom("name", "subject", "agentId", "agentType", "properties.region");

const matrixPricing: fc.Arbitrary<PricingOf<"matrix">> = fc
  .uniqueArray(eventField, { minLength: 1, maxLength: 3 })
  .chain((dimensions) => {
    const value = fc.option(fc.string({ maxLength: 4 }));
    const when = fc.tuple(...dimensions.map(() => value)).map((values) => {
      return Object.fromEntries(dimensions.map((name, index) => [name, values[index] ?? null]));
    });
    const selector = (cell: { readonly when: object }) => JSON.stringify(cell.when);
    const prices = fc.uniqueArray(fc.record({ when, unitPrice: decimalInput() }), {
      maxLength: 4,
      selector,
    });
    return fc.record(
      {
        model: fc.constant("matrix"),
        dimensions: fc.constant(dimensions),
        prices,
        default: decimalInput(),
      },
      { requiredKeys: ["model", "dimensions", "prices"] },
    );
  });

const quantityRounding: fc.Arbitrary<QuantityRounding<DecimalInput>> = fc.record(
  { mode: roundingMode, increment: decimalInput({ least: 1n }) },
  { requiredKeys: ["mode"] },
);

const eventQuantity = fc
  .record(
    { rounding: quantityRounding, bounds: fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 })) },
    { requiredKeys: ["bounds"] },
  )
  .map(({ bounds: [minimum, more], ...rest }) => ({ ...rest, minimum, maximum: minimum + more }));

const aggregation: fc.Arbitrary<AggregationInput> = fc.oneof(
  fc.constantFrom(
    "sum",
    "count",
    "min",
    "max",
    "last",
    "average",
    "weighted-sum",
    "time-average",
    "unique-count",
  ),
  fc.record({
    type: fc.constantFrom("sum", "last", "max", "min", "weighted-sum", "time-average"),
    carryOver: fc.constant(true as const),
  }),
  fc.record({
    type: fc.constant("unique-count"),
    by: eventField,
    carryOver: fc.constant(true as const),
  }),
  fc.record({
    type: fc.constantFrom("max", "sum"),
    of: fc.constantFrom("sum", "count", "max", "min", "last", "average"),
    per: fc.constant("day" as const),
  }),
  fc.record({
    type: fc.constant("max"),
    of: fc.constantFrom("sum", "last", "max", "min"),
    per: fc.constant("day" as const),
    carryOver: fc.constant(true as const),
  }),
  fc.record({
    type: fc.constant("percentile"),
    percentile: decimalInput({ least: 1n, most: 100n, decimals: 2 }),
  }),
  fc.record({
    type: fc.constant("unique-count"),
    by: eventField,
  }),
);

interface Limits {
  readonly minimum?: DecimalInput;
  readonly maximum?: DecimalInput;
}

function sumOf(a: Scaled, b: Scaled): Scaled {
  return {
    units: a.units * 10n ** BigInt(b.scale) + b.units * 10n ** BigInt(a.scale),
    scale: a.scale + b.scale,
  };
}

/** A minimum, a maximum, both in order, or neither. */
const limits: fc.Arbitrary<Limits> = fc
  .record({ lower: scaled(), above: scaled(), form: notation, has: fc.nat({ max: 3 }) })
  .map(({ lower, above, form, has }) => ({
    ...(has % 2 === 1 ? { minimum: write(lower, form) } : {}),
    ...(has >= 2 ? { maximum: write(sumOf(lower, above), form + 1) } : {}),
  }));

const fieldValue = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

/** A condition on events, up to three levels deep. */
const predicate: fc.Arbitrary<Predicate<DecimalInput>> = fc.letrec<{
  test: Predicate<DecimalInput>;
  condition: Predicate<DecimalInput>;
}>((tie) => ({
  test: fc
    .record(
      {
        field: eventField,
        equals: fieldValue,
        in: fc.array(fieldValue, { maxLength: 3 }),
        greaterThan: decimalInput(),
        atLeast: decimalInput(),
        lessThan: decimalInput(),
        atMost: decimalInput(),
        exists: fc.boolean(),
      },
      { requiredKeys: ["field"] },
    )
    // One condition at least.
    .map((test) => (Object.keys(test).length > 1 ? test : { ...test, exists: true })),
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie("test"),
    fc.record({
      localWeekday: fc.subarray<Weekday>(["monday", "saturday", "sunday"], { minLength: 1 }),
    }),
    fc.record({
      localTime: fc.record({
        from: fc.constantFrom("00:00", "06:30:15", "22:00"),
        until: fc.constantFrom("06:00", "24:00"),
      }),
    }),
    fc.record({ all: fc.array(tie("condition"), { maxLength: 2 }) }),
    fc.record({ any: fc.array(tie("condition"), { maxLength: 2 }) }),
    fc.record({ not: tie("condition") }),
  ),
})).condition;

const usageFilter: fc.Arbitrary<UsageFilter<DecimalInput>> = fc.record(
  {
    names: fc.array(anyId, { maxLength: 2 }),
    agents: fc.array(anyId, { maxLength: 2 }),
    where: predicate,
  },
  { requiredKeys: [] },
);

const groupFields = fc.uniqueArray(eventField, { minLength: 1, maxLength: 2 });
const perGroup: fc.Arbitrary<GroupBy> = fc.record(
  { fields: groupFields, tiers: fc.constant("per-group") },
  { requiredKeys: ["fields"] },
);
const anyGroup: fc.Arbitrary<GroupBy> = fc.oneof(
  perGroup,
  fc.record({ fields: groupFields, tiers: fc.constant("across-groups") }),
);

const firstDay = Date.UTC(2000, 0, 1);
const day = 86_400_000;

/** Writes the moment `days` days after 1 January 2000 as a civil date, or with a time and an offset. */
function dateText(days: number, form = 0): string {
  const civil = new Date(firstDay + days * day).toISOString().slice(0, 10);
  return [civil, `${civil}T00:00:00Z`, `${civil}T23:59:59.999+02:00`][form % 3] ?? civil;
}

/** The latest day on which a plan may become effective, here. */
const LATEST_START = 20_000;

/** A billing cycle by name or spelled out. */
const billingCycle: fc.Arbitrary<BillingCycle> = fc.oneof(
  fc.constantFrom<BillingCycle>("daily", "weekly", "monthly", "quarterly", "semi-annual", "annual"),
  fc.record({
    every: fc.integer({ min: 1, max: 1_000 }),
    unit: fc.constantFrom("day", "week", "month", "year"),
  }),
);

/** What may be prorated: of a quantity, of one whose prices include units themselves, and of anything else. */
const quantityParts: readonly ProratedPart[] = ["fee", "included-units", "limits", "tiers"];
const overageParts: readonly ProratedPart[] = ["fee", "limits", "tiers"];
const feeParts: readonly ProratedPart[] = ["fee", "limits"];
const prorationMethod = fc.constantFrom<ProrationMethod[]>(
  "days",
  "seconds",
  "30E/360",
  "fixed-days",
  "none",
);

/** How a part of a cycle is billed: the method alone, or with what it scales. */
function prorationOf(parts: readonly ProratedPart[]): fc.Arbitrary<ProrationInput> {
  return fc.oneof(
    prorationMethod,
    fc.record(
      {
        method: prorationMethod,
        daysPerMonth: fc.integer({ min: 1, max: 31 }),
        of: fc.subarray([...parts]),
      },
      { requiredKeys: ["method"] },
    ),
  );
}

/** Later prices of a charge, each from a day of its own, from {@link LATEST_START} on. */
function revisionsTo<P>(pricing: fc.Arbitrary<P>): fc.Arbitrary<Revision<P>[]> {
  const revision = fc.record(
    {
      days: fc.integer({ min: 1, max: 1_000 }),
      form: fc.nat({ max: 2 }),
      pricing,
      withinPeriod: fc.constantFrom("hold" as const, "split" as const),
      appliesTo: fc.constantFrom("all" as const, "new" as const),
    },
    { requiredKeys: ["days", "form", "pricing"] },
  );
  return fc.uniqueArray(revision, { maxLength: 2, selector: ({ days }) => days }).map((list) =>
    list.map(({ days, form, ...rest }) => ({
      effectiveDate: dateText(LATEST_START + 1 + days, form),
      ...rest,
    })),
  );
}

const billingTiming = fc.constantFrom<BillingTiming[]>("in-arrears", "in-advance");

const named = {
  id: anyId,
  name: fc.string({ maxLength: 12 }),
  description: fc.string({ maxLength: 12 }),
  metadata: anyMetadata,
};

const chargeFields = { ...named, limits };
const counted = {
  ...chargeFields,
  unitOfMeasure: fc.constantFrom("@outcome", "@action", "@user", "@seat", "GB", "page"),
};
/** What always stands on a charge that counts something, here. */
const countedKeys = ["id", "name", "chargeType", "pricing", "unitOfMeasure", "limits"] as const;
const usage = {
  ...counted,
  chargeType: fc.constant("usage"),
  filter: usageFilter,
  billingCycle,
};
const seats = {
  ...counted,
  chargeType: fc.constant("recurring"),
  quantityRounding,
  billingCycle,
  billingTiming,
  quantityBilling: fc.constantFrom("as-held", "high-water-mark"),
  proration: prorationOf(quantityParts),
};

function withLimits<T extends { readonly limits: Limits }>({ limits: bounds, ...charge }: T) {
  return { ...charge, ...bounds };
}

interface Revised {
  readonly eventQuantity?: unknown;
  readonly aggregation?: AggregationInput;
  readonly revisions?: readonly Revision<unknown>[];
}

/**
 * What an aggregation allows: where the parts of a period do not add up to the whole, no revision splits it; where
 * quantities do not matter, nothing is said of them.
 */
function allowedBy<T extends Revised>(each: T): T {
  const { aggregation: by = "sum", revisions } = each;
  const name = typeof by === "object" ? ("of" in by ? by.of : by.type) : by;
  const counts = name === "count" || name === "unique-count";
  const allowed = counts ? { ...each, eventQuantity: undefined } : each;
  if (revisions === undefined || by === "sum" || by === "count") return allowed;
  return { ...allowed, revisions: revisions.map((one) => ({ ...one, withinPeriod: "hold" })) };
}

const feeKeys = ["id", "name", "chargeType", "pricing", "limits"] as const;
const feeFields = {
  ...chargeFields,
  pricing: flatPricing,
  revisions: revisionsTo(flatPricing),
};

/** A charge that bills an amount whatever the usage, of every type. Names no currency. */
const flatCharge: fc.Arbitrary<ChargeInput> = fc
  .oneof(
    fc.record(
      { ...feeFields, chargeType: fc.constant("one-time") },
      { requiredKeys: [...feeKeys] },
    ),
    fc.record(
      {
        ...feeFields,
        chargeType: fc.constant("recurring"),
        billingCycle,
        billingTiming,
        proration: prorationOf(feeParts),
      },
      { requiredKeys: [...feeKeys] },
    ),
    fc.record(
      {
        ...feeFields,
        chargeType: fc.constant("usage"),
        billingCycle,
        proration: prorationOf(feeParts),
      },
      { requiredKeys: [...feeKeys] },
    ),
  )
  .map(withLimits);

/** A charge on the subscription's quantity (seats). Names no currency. */
const seatCharge: fc.Arbitrary<ChargeInput & { readonly chargeType: "recurring" }> = fc
  .oneof(
    fc.record(
      {
        ...seats,
        pricing: quantityPricing,
        includedUnits: decimalInput(),
        revisions: revisionsTo(quantityPricing),
      },
      { requiredKeys: [...countedKeys] },
    ),
    fc.record(
      {
        ...seats,
        pricing: overagePricing,
        proration: prorationOf(overageParts),
        revisions: revisionsTo(fc.oneof(overagePricing, quantityPricing)),
      },
      { requiredKeys: [...countedKeys] },
    ),
  )
  .map(withLimits);

const usedQuantity = {
  ...usage,
  quantityRounding,
  eventQuantity,
  aggregation,
  groupBy: anyGroup,
  proration: prorationOf(quantityParts),
};
const usedValue = { ...usage, groupBy: perGroup, proration: prorationOf(feeParts) };

/** A charge on what was used. Names no currency. */
const usageCharge: fc.Arbitrary<ChargeInput & { readonly chargeType: "usage" }> = fc
  .oneof(
    fc
      .record(
        {
          ...usedQuantity,
          pricing: quantityPricing,
          includedUnits: decimalInput(),
          revisions: revisionsTo(quantityPricing),
        },
        { requiredKeys: [...countedKeys] },
      )
      .map(allowedBy),
    fc
      .record(
        {
          ...usedQuantity,
          pricing: overagePricing,
          proration: prorationOf(overageParts),
          revisions: revisionsTo(fc.oneof(overagePricing, quantityPricing)),
        },
        { requiredKeys: [...countedKeys] },
      )
      .map(allowedBy),
    fc.record(
      { ...usedValue, pricing: valuePricing, revisions: revisionsTo(valuePricing) },
      { requiredKeys: [...countedKeys] },
    ),
    fc
      .record(
        {
          ...usedValue,
          eventQuantity,
          aggregation,
          pricing: matrixPricing,
          revisions: revisionsTo(matrixPricing),
        },
        { requiredKeys: [...countedKeys] },
      )
      .map(allowedBy),
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
  const fields = { ...named, pricing, revisions: revisionsTo(pricing) };
  const requiredKeys = ["id", "name", "chargeType", "pricing"] as const;
  return fc.oneof(
    fc.record(
      { ...fields, chargeType: fc.constant("one-time") },
      { requiredKeys: [...requiredKeys] },
    ),
    fc.record(
      {
        ...fields,
        chargeType: fc.constantFrom("recurring", "usage"),
        proration: prorationMethod,
      },
      { requiredKeys: [...requiredKeys] },
    ),
  );
}

/** A charge by itself, of every type and model, with or without a currency. */
export const charge: fc.Arbitrary<ChargeInput> = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: ratedCharge }, discountCharge(["a", "b"])),
    fc.option(anyCurrency, { nil: undefined }),
  )
  .map(([each, currency]) => (currency === undefined ? each : { ...each, currency }));

/** A start and, now and then, an end that comes after it. */
const dateRange: fc.Arbitrary<{ readonly start: string; readonly end?: string }> = fc
  .record({
    start: fc.nat({ max: LATEST_START }),
    length: fc.option(fc.integer({ min: 2, max: 20_000 }), { nil: undefined }),
    forms: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
  })
  .map(({ start, length, forms }) => ({
    start: dateText(start, forms[0]),
    ...(length === undefined ? {} : { end: dateText(start + length, forms[1]) }),
  }));

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

/** The cycle that is `factor` times as long, or the cycle itself where none is spelled so. */
function multipleOf(cycle: BillingCycle, factor: number): BillingCycle {
  const { every, unit } = typeof cycle === "string" ? spelledOut[cycle] : cycle;
  return every * factor > 1_000 ? cycle : { every: every * factor, unit };
}

const spelledOut: Record<NamedCycle, CustomCycle> = {
  daily: { every: 1, unit: "day" },
  weekly: { every: 1, unit: "week" },
  monthly: { every: 1, unit: "month" },
  quarterly: { every: 3, unit: "month" },
  "semi-annual": { every: 6, unit: "month" },
  annual: { every: 1, unit: "year" },
};

/** The charges with cycles that fit the plan's: longer by a factor, or, for one of two, as much shorter. */
function inStep<T extends { readonly billingCycle: BillingCycle; readonly charges: Charges }>(
  plan: T,
  factor: number,
) {
  const longer = multipleOf(plan.billingCycle, factor);
  const isLonger = factor % 2 === 0;
  return {
    ...plan,
    billingCycle: isLonger ? longer : plan.billingCycle,
    charges: plan.charges.map((each) =>
      "billingCycle" in each
        ? { ...each, billingCycle: isLonger ? plan.billingCycle : longer }
        : each,
    ),
  };
}

type Charges = readonly ChargeInput[];

/** A rate plan; its currency stands on the plan, on charges, or on both. */
export const ratePlan: fc.Arbitrary<RatePlanInput> = fc
  .record(
    {
      ...named,
      billingCycle,
      dates: dateRange,
      charges,
      factor: fc.integer({ min: 1, max: 6 }),
      minimumCommitment: decimalInput(),
      currency: anyCurrency,
      where: fc.constantFrom<CurrencyPlace>("plan", "every charge", "last charge", "everywhere"),
    },
    {
      requiredKeys: [
        "id",
        "name",
        "billingCycle",
        "dates",
        "charges",
        "factor",
        "currency",
        "where",
      ],
    },
  )
  .map(({ dates, currency, where, factor, ...plan }) => ({
    ...withCurrency(inStep(plan, factor), currency, where),
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

/** A time zone, west and east, with and without daylight saving time, and one that skipped a day. */
const timeZone = fc.constantFrom<TimeZone[]>(
  "UTC",
  "America/New_York",
  "Europe/Paris",
  "Asia/Kolkata",
  "Pacific/Apia",
  "Etc/GMT+12",
);

const billingAnchor: fc.Arbitrary<BillingAnchor> = fc.oneof(
  fc.constantFrom("anniversary", "calendar"),
  fc
    .tuple(fc.nat({ max: LATEST_START }), fc.nat({ max: 2 }))
    .map(([at, form]) => dateText(at, form)),
);

/** Something for each of some charges. An own `constructor` would keep toStrictEqual from comparing. */
function byCharge<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Readonly<Record<string, T>>> {
  return fc.dictionary(
    anyId.filter((id) => id !== "__proto__" && id !== "constructor"),
    value,
    { maxKeys: 3 },
  );
}

/** Prices of a customer's own, of any model. */
const override: fc.Arbitrary<OverrideInput> = fc.oneof(
  flatPricing,
  quantityPricing,
  overagePricing,
  valuePricing,
  matrixPricing,
  fc.record({ model: fc.constant("discount"), percent: decimalInput({ most: 100n, decimals: 4 }) }),
);

/** Changes of a subscription, each on a day of its own, in any order. */
const changes: fc.Arbitrary<SubscriptionChangeInput[]> = fc
  .uniqueArray(
    fc.record(
      {
        days: fc.nat({ max: 2 * LATEST_START }),
        form: fc.nat({ max: 2 }),
        takesEffect: fc.constantFrom("on-date" as const, "at-period-end" as const),
        ratePlanId: anyId,
        quantities: byCharge(decimalInput()),
        overrides: byCharge(fc.option(override)),
        status: fc.constantFrom("active" as const, "paused" as const, "canceled" as const),
        billingAnchor,
      },
      { requiredKeys: ["days", "form"] },
    ),
    { maxLength: 3, selector: ({ days }) => days },
  )
  .map((list) =>
    list.map(({ days, form, ...rest }) => {
      const { takesEffect: _when, quantities = {}, overrides = {}, ...others } = rest;
      const names = [others, quantities, overrides].flatMap((each) => Object.keys(each));
      // Something changes, at least.
      const change = names.length > 0 ? rest : { ...rest, status: "paused" as const };
      return { effectiveDate: dateText(days, form), ...change };
    }),
  );

/** A subscription, to no plan in particular. */
export const subscription: fc.Arbitrary<SubscriptionInput> = fc
  .record(
    {
      id: anyId,
      customerId: anyId,
      ratePlanId: anyId,
      dates: dateRange,
      timeZone,
      billingAnchor,
      endOfMonth: fc.constantFrom("clamp", "sticky"),
      trialDays: fc.nat({ max: 3_650 }),
      quantities: byCharge(decimalInput()),
      overrides: byCharge(override),
      changes,
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
    tiersAtChange: fc.constantFrom("restart", "continue"),
  },
  { requiredKeys: [] },
);

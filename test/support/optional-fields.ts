/**
 * Which fields of catalogs, subscriptions and policies may be left out, by the kind of object that they stand in. Listed by
 * hand; a list that lacks a field that the types let be left out does not compile.
 */
import type {
  BillingPolicyInput,
  Confirmation,
  CustomCycle,
  DiscountPricing,
  DiscountTarget,
  Drawdown,
  EventQuantity,
  FieldTest,
  GroupBy,
  Guarantee,
  IncludedUnits,
  OneTimeChargeInput,
  OutcomePolicy,
  PackagePricing,
  PercentTierInput,
  PricingInput,
  ProductInput,
  Proration,
  QuantityRounding,
  RatePlanInput,
  RecurringChargeInput,
  Remedy,
  Reversal,
  Revision,
  Rollover,
  SubscriptionChangeInput,
  SubscriptionInput,
  TermCommitment,
  TierInput,
  UniqueBy,
  UsageChargeInput,
  UsageFilter,
} from "rateplan";

/** The keys of a type, or of the types of a union, that may be left out. */
type OptionalKey<T> = T extends unknown
  ? {
      [K in keyof T]-?: string extends K ? never : object extends Pick<T, K> ? K : never;
    }[keyof T]
  : never;

type PricingOf<M extends PricingInput["model"]> = Extract<PricingInput, { readonly model: M }>;

function fieldsOf<T>(fields: Record<OptionalKey<T>, true>): readonly string[] {
  return Object.keys(fields);
}

/** What may be left out of one kind of object, and of which kind the objects are that stand in it. */
interface Kind {
  readonly optional: readonly string[];
  readonly parts?: Readonly<Record<string, Reader>>;
}

/** Says of which kind an object is. */
type Reader = (value: Fields) => Kind;

type Fields = Readonly<Record<string, unknown>>;

const named = { description: true, metadata: true } as const;
const bounds = { upTo: true, end: true } as const;

const proration = kind(fieldsOf<Proration>({ daysPerMonth: true, of: true }));
const cycle = kind(fieldsOf<CustomCycle>({}));
const quantityRounding = kind(fieldsOf<QuantityRounding>({ increment: true }));
const eventQuantity = kind(
  fieldsOf<EventQuantity>({ rounding: true, minimum: true, maximum: true }),
  { rounding: quantityRounding },
);
const includedUnits = kind(fieldsOf<IncludedUnits>({ per: true, rollover: true }), {
  rollover: kind(fieldsOf<Rollover>({ max: true })),
});
const groupBy = kind(fieldsOf<GroupBy>({ tiers: true }));
const appliesTo = kind(fieldsOf<DiscountTarget>({ charges: true, chargeTypes: true, units: true }));

/** A condition: `equals` may be left out, but `null` is a value there. */
const predicate: Reader = () => ({
  optional: fieldsOf<Omit<FieldTest, "equals">>({
    in: true,
    greaterThan: true,
    atLeast: true,
    lessThan: true,
    atMost: true,
    exists: true,
  }),
  parts: { all: combined, any: combined, not: combined },
});

/** What stands in `all`, `any` or `not`; these have no fields beside them. */
function combined(value: Fields): Kind {
  return "field" in value ? predicate(value) : { ...predicate(value), optional: [] };
}

const filter = kind(fieldsOf<UsageFilter>({ names: true, agents: true, where: true }), {
  where: combined,
});

// A tier by its upper bound may say that it is no row of a form, and a row that it has no upper bound.
const unitTier = kind([...fieldsOf<TierInput>({ ...bounds, unitPrice: true, flatFee: true })]);
const stair = kind(Object.keys(bounds));
const percentTier = kind(fieldsOf<PercentTierInput>({ ...bounds, flatFee: true }));

const list = { overflow: true, flatFeeAtZero: true } as const;

const PRICING: {
  readonly [M in PricingInput["model"] | "discount"]: Kind;
} = {
  flat: { optional: fieldsOf<PricingOf<"flat">>({}) },
  "per-unit": { optional: fieldsOf<PricingOf<"per-unit">>({}) },
  tiered: { optional: fieldsOf<PricingOf<"tiered">>(list), parts: { tiers: unitTier } },
  volume: { optional: fieldsOf<PricingOf<"volume">>(list), parts: { tiers: unitTier } },
  stairstep: { optional: fieldsOf<PricingOf<"stairstep">>(list), parts: { tiers: stair } },
  package: { optional: fieldsOf<PackagePricing>({ rounding: true }) },
  overage: { optional: fieldsOf<PricingOf<"overage">>({ baseFee: true }) },
  percentage: {
    optional: fieldsOf<PricingOf<"percentage">>({
      ...list,
      percent: true,
      tiers: true,
      fixedPerEvent: true,
      minPerEvent: true,
      maxPerEvent: true,
      freeEvents: true,
      freeAmount: true,
    }),
    parts: { tiers: percentTier },
  },
  // In `when`, `null` is a value.
  matrix: { optional: fieldsOf<PricingOf<"matrix">>({ default: true }) },
  "pre-rated": { optional: fieldsOf<PricingOf<"pre-rated">>({ markup: true }) },
  discount: {
    optional: fieldsOf<DiscountPricing>({ percent: true, amount: true, appliesTo: true }),
    parts: { appliesTo },
  },
};

function pricing({ model }: Fields): Kind {
  return PRICING[model as keyof typeof PRICING];
}

const revision = kind(fieldsOf<Revision<PricingInput>>({ withinPeriod: true, appliesTo: true }), {
  pricing,
});

const outcome = kind(
  fieldsOf<OutcomePolicy>({
    qualifies: true,
    uniqueBy: true,
    confirm: true,
    reverse: true,
    billOn: true,
  }),
  {
    qualifies: combined,
    uniqueBy: kind(
      fieldsOf<UniqueBy>({ key: true, window: true, keep: true, limit: true, free: true }),
    ),
    confirm: kind(
      fieldsOf<Confirmation>({
        signals: true,
        assumedAfter: true,
        silenceFrom: true,
        require: true,
      }),
    ),
    reverse: kind(fieldsOf<Reversal>({ signals: true, within: true, pricing: true })),
  },
);

const remedy = kind(fieldsOf<Remedy>({ waive: true, percent: true, amount: true, cap: true }));
/** One rate, or steps of them: what is in place of the other may be left out. */
const guarantee: Reader = (value) =>
  "steps" in value
    ? {
        optional: fieldsOf<Omit<Guarantee, "steps">>({
          successRate: true,
          remedy: true,
          minimumAttempts: true,
        }),
        parts: { steps: kind([], { remedy }) },
      }
    : {
        optional: fieldsOf<Omit<Guarantee, "successRate" | "remedy">>({
          steps: true,
          minimumAttempts: true,
        }),
        parts: { remedy },
      };

const ofAnyType = {
  ...named,
  currency: true,
  unitOfMeasure: true,
  minimum: true,
  maximum: true,
  pricingUnit: true,
  taxCodes: true,
  effectiveDate: true,
  endDate: true,
  revisions: true,
} as const;
const ofCycles = {
  ...ofAnyType,
  includedUnits: true,
  quantityRounding: true,
  billingCycle: true,
  proration: true,
} as const;

const drawdown = kind(fieldsOf<Drawdown>({ appliesTo: true, overageFactor: true, rest: true }), {
  appliesTo,
});

/** A charge: what its type does not have may be written as nothing even so. */
export const charge: Reader = kind(
  [
    ...new Set([
      ...fieldsOf<OneTimeChargeInput>(ofAnyType),
      ...fieldsOf<RecurringChargeInput>({
        ...ofCycles,
        billingTiming: true,
        drawdown: true,
        quantityBilling: true,
      }),
      ...fieldsOf<UsageChargeInput>({
        ...ofCycles,
        eventQuantity: true,
        aggregation: true,
        resetCycle: true,
        filter: true,
        groupBy: true,
        outcome: true,
        guarantee: true,
      }),
    ]),
  ],
  {
    pricing,
    includedUnits,
    quantityRounding,
    eventQuantity,
    billingCycle: cycle,
    resetCycle: cycle,
    proration,
    filter,
    groupBy,
    outcome,
    guarantee,
    drawdown,
    revisions: revision,
  },
);

const commitment = kind(fieldsOf<TermCommitment>({}), { term: cycle });

export const ratePlan: Reader = kind(
  fieldsOf<RatePlanInput>({
    ...named,
    currency: true,
    endDate: true,
    minimumCommitment: true,
    pricingUnits: true,
    grants: true,
    maximumSpend: true,
  }),
  { charges: charge, billingCycle: cycle, minimumCommitment: commitment },
);

export const product: Reader = kind(fieldsOf<ProductInput>({ ...named, endDate: true }), {
  ratePlans: ratePlan,
});

/** Prices by charge id. */
function byCharge(value: Fields): Kind {
  return {
    optional: [],
    parts: Object.fromEntries(Object.keys(value).map((id) => [id, pricing])),
  };
}

const change = kind(
  fieldsOf<SubscriptionChangeInput>({
    takesEffect: true,
    ratePlanId: true,
    quantities: true,
    overrides: true,
    status: true,
    billingAnchor: true,
    fees: true,
  }),
  { overrides: byCharge },
);

export const subscription: Reader = kind(
  fieldsOf<SubscriptionInput>({
    endDate: true,
    timeZone: true,
    billingAnchor: true,
    endOfMonth: true,
    trialDays: true,
    quantities: true,
    overrides: true,
    changes: true,
    metadata: true,
  }),
  { overrides: byCharge, changes: change },
);

type Part<K extends keyof BillingPolicyInput> = NonNullable<BillingPolicyInput[K]>;

export const policy: Reader = kind(
  fieldsOf<BillingPolicyInput>({
    rounding: true,
    currencies: true,
    zeroLines: true,
    negativeUsage: true,
    deduplicate: true,
    discounts: true,
    coupons: true,
    taxes: true,
    credits: true,
    negativeTotal: true,
    minimums: true,
    tiersAtChange: true,
  }),
  {
    rounding: kind(fieldsOf<Part<"rounding">>({ mode: true, scope: true, increment: true })),
    discounts: kind(fieldsOf<Part<"discounts">>({ percentages: true, fixed: true, order: true })),
    credits: kind(fieldsOf<Part<"credits">>({ order: true, applied: true })),
    taxes: kind(fieldsOf<Part<"taxes">>({ rounding: true })),
    coupons: kind(
      fieldsOf<Part<"coupons">>({ percentages: true, fixed: true, order: true, stacking: true }),
    ),
  },
);

function kind(optional: readonly string[], parts?: Kind["parts"]): Reader {
  return () => (parts === undefined ? { optional } : { optional, parts });
}

/** Where a field stands: the way to its object, and its name. */
type Place = readonly (string | number)[];

/** Every field of a value that may be left out, given or not. */
export function optionalPlaces(value: unknown, read: Reader, at: Place = []): readonly Place[] {
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => optionalPlaces(each, read, [...at, index]));
  }
  if (!isPlain(value)) return [];
  const { optional, parts = {} } = read(value);
  return [
    ...optional.map((name) => [...at, name]),
    ...Object.entries(parts).flatMap(([name, part]) =>
      Object.hasOwn(value, name) ? optionalPlaces(value[name], part, [...at, name]) : [],
    ),
  ];
}

/** Whether there is something at a place. */
export function isGiven(value: unknown, place: Place): boolean {
  let current: unknown = value;
  for (const key of place) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) {
      return false;
    }
    current = Reflect.get(current, key);
  }
  return true;
}

/** The value with something at these places, in copies of the objects on the way. */
export function withAt(value: unknown, places: readonly Place[], put: Put): unknown {
  return places.reduce((changed, place) => replaced(changed, place, put), value);
}

/** What comes to stand at a place; nothing at all where it gives `LEFT_OUT`. */
export type Put = (old: unknown) => unknown;

/** The field is not there at all. */
export const LEFT_OUT: unique symbol = Symbol("left out");

function replaced(value: unknown, [key, ...rest]: Place, put: Put): unknown {
  if (key === undefined) return put(value);
  if (Array.isArray(value)) {
    return value.map((each, index) => (index === key ? replaced(each, rest, put) : each));
  }
  // Something further out was left out before.
  if (!isPlain(value) || (rest.length > 0 && !Object.hasOwn(value, key))) return value;
  const own = Object.hasOwn(value, key) ? value[key] : undefined;
  const next = replaced(own, rest, put);
  const others = Object.entries(value).filter(([name]) => name !== key);
  return Object.fromEntries(next === LEFT_OUT ? others : [...others, [key, next]]);
}

/** Whether a value is an object of fields: no list, no decimal, no date. */
export function isPlain(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

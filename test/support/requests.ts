/** Stories at random for the document oracle: a catalog, a subscription, and valid requests for some documents in a row. */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import type {
  Asked,
  Catalog,
  Change,
  Charge,
  CountingPrice,
  Coupon,
  Discount,
  Grant,
  Plan,
  Policy,
  Recurring,
  Story,
  Subscription,
  Target,
  Tax,
  Usage,
  UsageEvent,
} from "./document-oracle/story.js";

/** What a story may hold besides charges of all models, their limits, and discounts. */
export interface Features {
  readonly coupons?: boolean;
  readonly taxes?: boolean;
  readonly credits?: boolean;
  readonly pricingUnits?: boolean;
  /** Credits in pricing units. */
  readonly unitCredits?: boolean;
  readonly changes?: boolean;
  readonly interim?: boolean;
  readonly rerate?: boolean;
}

/** Everything on at once. */
export const EVERYTHING: Features = {
  coupons: true,
  taxes: true,
  credits: true,
  pricingUnits: true,
  unitCredits: true,
  changes: true,
  interim: true,
  rerate: true,
};

const CUSTOMER = "acme";
const UNITS = ["call", "minute", "@action"];
const TAX_CODES = ["software", "service"];
const MODES = [
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
] as const;
const DECIMALS = { USD: 2, JPY: 0, KWD: 3 } as const;
type Currency = keyof typeof DECIMALS;

/** A decimal of at most so much, with up to so many decimals. */
function decimal(most: number, decimals: number, least = 0): fc.Arbitrary<string> {
  return fc
    .integer({ min: 0, max: decimals })
    .chain((places) =>
      fc
        .integer({ min: least * 10 ** places, max: most * 10 ** places })
        .map((units) => pointed(units, places)),
    );
}

function pointed(units: number, places: number): string {
  if (places === 0) return `${units}`;
  const digits = `${units}`.padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Each of some fields, or not. */
function some<T extends object>(
  fields: { [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const unitPrice = decimal(20, 4);
const fee = decimal(60, 3);
/** Bounds of tiers, ascending; the last tier has none. */
const bounds = fc
  .uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 0, maxLength: 3 })
  .map((list) => [...list.sort((a, b) => a - b).map((bound) => `${bound}`), undefined]);

function tiersOf<T extends object>(
  row: fc.Arbitrary<T>,
): fc.Arbitrary<(T & { readonly upTo?: string })[]> {
  return bounds.chain((list) =>
    fc.tuple(
      ...list.map((upTo) =>
        row.map((rest) => ({ ...rest, ...(upTo === undefined ? {} : { upTo }) })),
      ),
    ),
  );
}

const tierRow = fc.record({ unitPrice, flatFee: fee }, { requiredKeys: ["unitPrice"] });
const tierOptions = some<{ flatFeeAtZero: boolean }>({ flatFeeAtZero: fc.boolean() });

const counting: fc.Arbitrary<CountingPrice> = fc.oneof(
  fc.record({ model: fc.constant("flat" as const), amount: fee }),
  fc.record({ model: fc.constant("per-unit" as const), unitPrice }),
  fc
    .tuple(fc.constantFrom("tiered" as const, "volume" as const), tiersOf(tierRow), tierOptions)
    .map(([model, tiers, options]) => ({ model, tiers, ...options })),
  fc
    .tuple(tiersOf(fc.record({ flatFee: fee })), tierOptions)
    .map(([tiers, options]) => ({ model: "stairstep" as const, tiers, ...options })),
  fc.record(
    {
      model: fc.constant("package" as const),
      size: decimal(50, 1, 1),
      price: fee,
      rounding: fc.constantFrom("up" as const, "down" as const, "exact" as const),
    },
    { requiredKeys: ["model", "size", "price"] },
  ),
  fc.record(
    {
      model: fc.constant("overage" as const),
      baseFee: fee,
      includedUnits: decimal(200, 1),
      unitPrice,
    },
    { requiredKeys: ["model", "includedUnits", "unitPrice"] },
  ),
);

const byEvent: fc.Arbitrary<Usage["pricing"]> = fc.oneof(
  fc.record(
    {
      model: fc.constant("percentage" as const),
      percent: decimal(30, 2),
      fixedPerEvent: decimal(3, 3),
      freeEvents: fc.integer({ min: 0, max: 3 }).map(String),
    },
    { requiredKeys: ["model", "percent"] },
  ),
  fc.record({
    model: fc.constant("matrix" as const),
    dimensions: fc.constant(["properties.region"]),
    prices: fc.tuple(unitPrice, unitPrice).map(([eu, us]) => [
      { when: { "properties.region": "eu" }, unitPrice: eu },
      { when: { "properties.region": "us" }, unitPrice: us },
    ]),
    default: unitPrice,
  }),
);

/** A minimum that is not above the maximum. */
const limits = fc
  .tuple(
    fc.option(decimal(80, 3), { nil: undefined }),
    fc.option(decimal(400, 3), { nil: undefined }),
  )
  .map(([minimum, maximum]) => {
    if (minimum === undefined) return maximum === undefined ? {} : { maximum };
    if (maximum === undefined) return { minimum };
    return Number(minimum) > Number(maximum)
      ? { minimum: maximum, maximum: minimum }
      : { minimum, maximum };
  });

const quantities = some<Pick<Usage, "includedUnits" | "quantityRounding">>({
  includedUnits: decimal(100, 1),
  quantityRounding: fc.record(
    { mode: fc.constantFrom(...MODES), increment: decimal(20, 1, 1) },
    { requiredKeys: ["mode"] },
  ) as fc.Arbitrary<NonNullable<Usage["quantityRounding"]>>,
});

const taxCodes = some<{ taxCodes: string[] }>({
  taxCodes: fc.subarray(TAX_CODES, { minLength: 1 }),
});

/** What may be sold, of which the plan says the ids. */
function charges(prefix: string, { pricingUnits }: Features): fc.Arbitrary<Charge[]> {
  const inUnits =
    pricingUnits === true
      ? some<{ pricingUnit: string }>({ pricingUnit: fc.constant("credit") })
      : fc.constant({});
  const usage = fc
    .tuple(
      fc.constantFrom(...UNITS),
      fc.oneof(
        { weight: 5, arbitrary: fc.tuple(counting, quantities) },
        { weight: 1, arbitrary: fc.tuple(byEvent, fc.constant({})) },
      ),
      limits,
      taxCodes,
      inUnits,
    )
    .map(([unitOfMeasure, [pricing, counted], ...rest]) => ({
      chargeType: "usage" as const,
      pricing,
      ...(pricing.model === "flat" ? {} : { unitOfMeasure, ...included(pricing.model, counted) }),
      ...Object.assign({}, ...rest),
    }));
  const recurring = fc
    .tuple(
      fc.tuple(counting, quantities),
      limits,
      taxCodes,
      inUnits,
      some<Pick<Recurring, "billingTiming">>({
        billingTiming: fc.constantFrom("in-advance" as const, "in-arrears" as const),
      }),
    )
    .map(([[pricing, counted], ...rest]) => ({
      chargeType: "recurring" as const,
      pricing,
      ...(pricing.model === "flat"
        ? {}
        : { unitOfMeasure: "@seat", ...included(pricing.model, counted) }),
      ...Object.assign({}, ...rest),
    }));
  const oneTime = fc.tuple(fee, taxCodes).map(([amount, codes]) => ({
    chargeType: "one-time" as const,
    pricing: { model: "flat" as const, amount },
    ...codes,
  }));
  const kind = fc.oneof(
    { weight: 5, arbitrary: usage },
    { weight: 3, arbitrary: recurring },
    { weight: 1, arbitrary: oneTime },
  );
  return fc
    .array(kind, { minLength: 2, maxLength: 6 })
    .map((list) =>
      list.map((charge, index) => ({
        id: `${prefix}${index}`,
        name: `${prefix}${index}`,
        ...charge,
      })),
    )
    .chain((rated) =>
      fc
        .array(discount(rated), { maxLength: 3 })
        .map((list) => [
          ...rated,
          ...list.map((one, index) => ({ id: `${prefix}off${index}`, name: "Off", ...one })),
        ]),
    );
}

/** A model that has included units of its own takes no others. */
function included(
  model: Usage["pricing"]["model"],
  { includedUnits, ...others }: Pick<Usage, "includedUnits" | "quantityRounding">,
): Pick<Usage, "includedUnits" | "quantityRounding"> {
  return model === "overage" || includedUnits === undefined ? others : { includedUnits, ...others };
}

function target(rated: readonly Charge[]): fc.Arbitrary<Target> {
  const ids = rated.map(({ id }) => id);
  const units = rated.flatMap((charge) =>
    "unitOfMeasure" in charge && charge.unitOfMeasure !== undefined ? [charge.unitOfMeasure] : [],
  );
  return fc.oneof(
    fc.constant("all" as const),
    fc.record({ charges: fc.subarray(ids, { minLength: 1 }) }),
    fc.record({
      chargeTypes: fc.subarray(["one-time", "recurring", "usage"] as ("recurring" | "usage")[], {
        minLength: 1,
      }),
    }),
    ...(units.length === 0
      ? []
      : [fc.record({ units: fc.subarray([...new Set(units)], { minLength: 1 }) })]),
  );
}

function discount(rated: readonly Charge[]): fc.Arbitrary<Omit<Discount, "id" | "name">> {
  return fc
    .tuple(
      fc.constantFrom("recurring" as const, "usage" as const),
      reduction,
      some<{ appliesTo: Target }>({ appliesTo: target(rated) }),
    )
    .map(([chargeType, off, to]) => ({
      chargeType,
      pricing: { model: "discount" as const, ...off, ...to },
    }));
}

const reduction = fc.oneof(
  fc.record({ percent: fc.oneof(decimal(100, 2), fc.constantFrom("10", "50", "100")) }),
  fc.record({ amount: decimal(120, 3) }),
);

function plan(id: string, currency: Currency, features: Features): fc.Arbitrary<Plan> {
  return fc
    .tuple(
      charges(id, features),
      fc.option(decimal(500, 3), { nil: undefined, freq: 2 }),
      fc.option(decimal(900, 3), { nil: undefined, freq: 2 }),
      // So much of a unit as pays an amount is a decimal.
      fc.constantFrom("0.01", "0.02", "0.05", "0.1", "0.125", "0.25", "0.4", "0.5", "1", "2", "4"),
    )
    .map(([list, low, high, rate]) => {
      const [minimumCommitment, maximumSpend] =
        low !== undefined && high !== undefined && Number(low) > Number(high)
          ? [high, low]
          : [low, high];
      return {
        id,
        name: id,
        currency,
        billingCycle: "monthly" as const,
        effectiveDate: "2020-01-01",
        ...(minimumCommitment === undefined ? {} : { minimumCommitment }),
        ...(maximumSpend === undefined ? {} : { maximumSpend }),
        ...(features.pricingUnits === true ? { pricingUnits: [{ code: "credit", rate }] } : {}),
        charges: list,
      };
    });
}

function reductionRules() {
  return {
    percentages: fc.constantFrom("original" as const, "compound" as const),
    fixed: fc.constantFrom("proportional" as const, "line-order" as const),
    order: fc.constantFrom("percent-first" as const, "fixed-first" as const),
  };
}

function policies(currency: Currency, features: Features): fc.Arbitrary<Policy> {
  const coarse = { USD: "0.05", JPY: "5", KWD: "0.005" }[currency];
  return some<Policy>({
    rounding: some({
      mode: fc.constantFrom(...MODES),
      scope: fc.constantFrom("line" as const, "invoice" as const),
      increment: fc.constant(coarse),
    }),
    zeroLines: fc.boolean(),
    discounts: some(reductionRules()),
    coupons: some({
      ...reductionRules(),
      stacking: fc.constantFrom("combine" as const, "best" as const),
    }),
    credits: some({
      order: fc.constantFrom(...(["stripe", "orb", "metronome", "openmeter", "lago"] as const)),
      applied: fc.constantFrom("before-tax" as const, "after-tax" as const),
    }),
    taxes: some({ rounding: fc.constantFrom("total" as const, "line" as const) }),
    ...(features.credits === true
      ? { negativeTotal: fc.constantFrom("credit-note" as const, "carry" as const) }
      : {}),
  }) as fc.Arbitrary<Policy>;
}

/** Events of a stretch of time; their ids begin with a prefix. */
function events(
  prefix: string,
  start: string,
  days: number,
  late?: string,
): fc.Arbitrary<UsageEvent[]> {
  const first = Temporal.PlainDate.from(start);
  return fc
    .array(
      fc.tuple(
        fc.constantFrom(...UNITS),
        fc.integer({ min: 0, max: days - 1 }),
        fc.integer({ min: 0, max: 23 }),
        decimal(150, 1),
        decimal(300, 2),
        fc.constantFrom("eu", "us", "elsewhere", undefined),
        fc.integer({ min: 0, max: 5 }),
      ),
      { maxLength: 8 },
    )
    .map((list) =>
      list.map(([unitOfMeasure, day, hour, quantity, value, region, luck], index) => {
        const date = first.add({ days: day });
        const minute = `${index % 60}`.padStart(2, "0");
        const timestamp = `${date}T${`${hour}`.padStart(2, "0")}:${minute}:00Z`;
        return {
          id: `${prefix}${index}`,
          customerId: CUSTOMER,
          unitOfMeasure,
          timestamp,
          quantity,
          value,
          ...(region === undefined ? {} : { properties: { region } }),
          ...(late !== undefined && luck === 0 ? { receivedAt: late } : {}),
        };
      }),
    );
}

function coupons(plans: readonly Plan[], dates: readonly string[]): fc.Arbitrary<Coupon[]> {
  const rated = plans.flatMap((one) =>
    one.charges.filter(({ pricing }) => pricing.model !== "discount"),
  );
  return fc
    .array(
      fc.tuple(
        reduction,
        some<{ appliesTo: Target }>({ appliesTo: target(rated) }),
        fc.constantFrom("2019-05-05", ...dates),
        fc.oneof(
          fc.constant({}),
          fc.record({ periods: fc.integer({ min: 1, max: 3 }) }),
          fc.record({ until: fc.constantFrom("2030-01-01", ...dates) }),
        ),
        some<{ oncePerSubscription: boolean }>({ oncePerSubscription: fc.boolean() }),
      ),
      { maxLength: 3 },
    )
    .map((list) =>
      list.map(([off, to, from, duration, once], index) => {
        const bad = "until" in duration && duration.until <= from;
        return { id: `k${index}`, ...off, ...to, from, ...(bad ? {} : duration), ...once };
      }),
    );
}

/** What a customer has to their credit, in money. */
function grants(
  plans: readonly Plan[],
  currency: Currency,
  dates: readonly string[],
  { unitCredits }: Features,
): fc.Arbitrary<Grant[]> {
  const hasCredits =
    unitCredits === true &&
    plans.some((one) => one.charges.some((charge) => "pricingUnit" in charge));
  const rated = plans.flatMap((one) =>
    one.charges.filter(({ pricing }) => pricing.model !== "discount"),
  );
  return fc
    .array(
      fc.tuple(
        decimal(300, DECIMALS[currency]),
        fc.constantFrom("2019-05-05", ...dates),
        some<Omit<Grant, "id" | "unit" | "amount" | "grantedAt" | "effectiveDate" | "expiresAt">>({
          category: fc.constantFrom("paid" as const, "promotional" as const),
          priority: fc.integer({ min: 0, max: 3 }),
          appliesTo: target(rated),
          applied: fc.constantFrom("before-tax" as const, "after-tax" as const),
        }),
        fc.constantFrom(undefined, ...dates),
        fc.constantFrom(undefined, ...dates, "2030-01-01"),
        fc.constantFrom(currency, ...(hasCredits ? ["credit"] : [])),
      ),
      { maxLength: 4 },
    )
    .map((list) =>
      list.map(
        ([amount, grantedAt, more, effectiveDate, expiresAt, unit], index): Grant => ({
          id: `g${index}`,
          unit,
          amount,
          grantedAt,
          ...more,
          ...(effectiveDate !== undefined && effectiveDate >= grantedAt ? { effectiveDate } : {}),
          ...(expiresAt !== undefined && expiresAt > (effectiveDate ?? "") && expiresAt > grantedAt
            ? { expiresAt }
            : {}),
        }),
      ),
    );
}

/** Rates that are all on top of the prices, or all held by them. */
function taxes(plans: readonly Plan[]): fc.Arbitrary<Tax[]> {
  const ids = plans.flatMap(({ charges: list }) =>
    list.map(({ id }) => id).filter((id) => !id.includes("off")),
  );
  const rate = fc.tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ percent: decimal(25, 3) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          marker: fc.constantFrom("exempt" as const, "reverse-charge" as const),
        }),
      },
    ),
    some<{ compound: boolean }>({ compound: fc.boolean() }),
    some<Pick<Tax, "appliesTo">>({
      appliesTo: fc.oneof(
        fc.record({ taxCodes: fc.subarray(TAX_CODES, { minLength: 1 }) }),
        fc.record({ charges: fc.subarray(ids, { minLength: 1 }) }),
      ),
    }),
  );
  return fc.tuple(fc.array(rate, { maxLength: 3 }), fc.boolean()).map(([list, inclusive]) =>
    list.map(([what, compound, to], index) => ({
      id: `t${index}`,
      ...what,
      ...("percent" in what ? { ...compound, ...(inclusive ? { inclusive } : {}) } : {}),
      ...to,
    })),
  );
}

/** A story with some features. */
export function stories(features: Features): fc.Arbitrary<Story> {
  return fc
    .constantFrom<Currency>("USD", "JPY", "KWD")
    .chain((currency) =>
      fc.tuple(
        fc.tuple(
          plan("a", currency, features),
          ...(features.changes === true ? [plan("b", currency, features)] : []),
        ),
        policies(currency, features),
        fc.constant(currency),
        fc.constantFrom("2026-01-01", "2026-01-31", "2025-11-15", "2024-02-29"),
        fc.integer({ min: 1, max: 3 }),
      ),
    )
    .chain(([plans, policy, currency, startDate, count]) => {
      const start = Temporal.PlainDate.from(startDate);
      const at = (index: number) => start.add({ months: index }).toString();
      const periods = Array.from({ length: count }, (_, index) => ({
        start: at(index),
        end: at(index + 1),
      }));
      const dates = Array.from({ length: count + 1 }, (_, index) => at(index));
      return fc
        .record({
          quantities: quantitiesOf(plans.slice(0, 1)),
          changes: features.changes === true ? changes(plans, startDate, count) : fc.constant([]),
          usage: fc.tuple(
            ...periods.map(({ start: from, end }, index) =>
              events(
                `e${index}.`,
                from,
                daysFrom(from, end),
                features.rerate ? `${end}T12:00:00Z` : undefined,
              ),
            ),
          ),
          plans: fc.tuple(
            ...periods.map((_, index) => {
              const { start: from, end } = periods[index - 1] ?? { start: startDate, end: at(1) };
              return fc.record({
                interim: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 26 })),
                again: fc.constantFrom("no" as const, "list" as const, "range" as const),
                other: events(`other${index}.`, from, daysFrom(from, end)),
              });
            }),
          ),
          coupons: features.coupons === true ? coupons(plans, dates) : fc.constant([]),
          credits:
            features.credits === true ? grants(plans, currency, dates, features) : fc.constant([]),
          taxes: features.taxes === true ? taxes(plans) : fc.constant([]),
        })
        .map((parts): Story => {
          const catalog: Catalog = {
            id: "p",
            name: "Agent",
            agentType: "agent",
            effectiveDate: "2020-01-01",
            ratePlans: plans,
          };
          const subscription: Subscription = {
            id: "s",
            customerId: CUSTOMER,
            ratePlanId: "a",
            startDate,
            quantities: parts.quantities,
            changes: parts.changes,
          };
          const usage = parts.usage.flat();
          const both = { coupons: parts.coupons, taxes: parts.taxes, usage };
          const asked = parts.plans.flatMap(({ interim, again, other }, index): Asked[] => {
            const period = periods[index] ?? { start: startDate, end: startDate };
            const before = periods[index - 1];
            const rerate = before && {
              list: [{ period: before, usage: other }],
              range: { from: startDate },
            };
            const day = Temporal.PlainDate.from(period.start).add({ days: interim });
            return [
              ...(features.interim === true && interim > 0
                ? [{ ...both, period, scope: "interim" as const, asOf: `${day}T12:00:00Z` }]
                : []),
              {
                ...both,
                period,
                ...(features.rerate === true && rerate && again !== "no"
                  ? { rerate: rerate[again] }
                  : {}),
              },
            ];
          });
          const documents: Asked[] = [
            ...(plans[0] !== undefined && isAhead(plans[0])
              ? [{ ...both, period: { start: startDate, end: startDate }, usage: [] }]
              : []),
            ...asked,
          ];
          return { catalog, subscription, policy, documents, credits: parts.credits };
        });
    });
}

function daysFrom(start: string, end: string): number {
  return Temporal.PlainDate.from(start).until(end, { largestUnit: "days" }).days;
}

function quantitiesOf(plans: readonly Plan[]): fc.Arbitrary<Record<string, string>> {
  const ids = plans.flatMap((one) =>
    one.charges.flatMap(({ id, chargeType, pricing: { model } }) =>
      chargeType === "recurring" && model !== "flat" && model !== "discount" ? [id] : [],
    ),
  );
  return fc
    .tuple(...ids.map(() => decimal(40, 1)))
    .map((list) => Object.fromEntries(ids.map((id, index) => [id, list[index] ?? "0"])));
}

/** Another plan or other quantities, inside of a period or at its start. */
function changes(plans: readonly Plan[], startDate: string, count: number): fc.Arbitrary<Change[]> {
  const [first, second] = plans;
  const when = fc
    .tuple(
      fc.integer({ min: 0, max: count - 1 }),
      fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 27 })),
    )
    .map(([months, days]) =>
      Temporal.PlainDate.from(startDate).add({ months }).add({ days }).toString(),
    )
    .filter((date) => date > startDate);
  if (first === undefined || second === undefined) return fc.constant([]);
  // Fees in advance come with the opening, or not at all.
  const mayChange = isAhead(first) || !isAhead(second);
  return fc
    .record({
      dates: fc.uniqueArray(when, { minLength: 2, maxLength: 2 }).map((dates) => dates.sort()),
      kinds: fc.constantFrom("", "plan", "seats", "plan seats", "seats plan"),
      seats: quantitiesOf([first]),
      seatsThen: quantitiesOf([second]),
      more: quantitiesOf([second]),
    })
    .map(({ dates, kinds, seats, seatsThen, more }) =>
      kinds.split(" ").flatMap((kind, index): Change[] => {
        const effectiveDate = dates[index] ?? "";
        if (kind === "plan") {
          return mayChange ? [{ effectiveDate, ratePlanId: second.id, quantities: seatsThen }] : [];
        }
        const quantities = mayChange && index === 1 ? more : seats;
        return kind === "seats" && Object.keys(quantities).length > 0
          ? [{ effectiveDate, quantities }]
          : [];
      }),
    );
}

function isAhead({ charges: list }: Plan): boolean {
  return list.some((charge) => "billingTiming" in charge && charge.billingTiming === "in-advance");
}

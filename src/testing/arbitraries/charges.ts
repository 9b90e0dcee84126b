import * as fc from "fast-check";
import type { ChargeInput, UsageChargeInput } from "../../catalog/charge.js";
import type { OutcomePolicyInput } from "../../catalog/outcome.js";
import type { AggregationInput } from "../../usage/aggregations/aggregation.js";
import { decimal, price, ROUNDING_MODES } from "./numbers.js";
import { eventPricing, flatPricing, quantityPrices } from "./prices.js";

/** What usage charges count. */
export const UNITS = ["@outcome", "@action", "pages"] as const;
/** What recurring charges count. */
const SEATS = "@seat";
const CHARGE_TYPES = ["one-time", "recurring", "usage"] as const;

const limits = fc
  .tuple(decimal(0, 50_000, 2), decimal(0, 50_000, 2))
  .map(([a, b]) =>
    Number(a) <= Number(b) ? { minimum: a, maximum: b } : { minimum: b, maximum: a },
  )
  .chain((both) =>
    fc.constantFrom({}, {}, { minimum: both.minimum }, { maximum: both.maximum }, both),
  );

const aggregation = fc.constantFrom<AggregationInput[]>(
  "sum",
  "sum",
  "count",
  "min",
  "max",
  "last",
  "average",
  { type: "percentile", percentile: 75 },
  { type: "sum", carryOver: true },
  { type: "max", carryOver: true },
  { type: "max", of: "sum", per: "day" },
  { type: "max", of: "sum", per: "day", carryOver: true },
  "unique-count",
  { type: "unique-count", by: "properties.user" },
);

function ignoresQuantities(by: AggregationInput): boolean {
  return (
    by === "count" ||
    by === "unique-count" ||
    (typeof by === "object" && by.type === "unique-count")
  );
}

const eventQuantity = fc.record(
  {
    rounding: fc.record({
      mode: fc.constantFrom(...ROUNDING_MODES),
      increment: fc.constantFrom("1", "0.5", "10"),
    }),
    minimum: fc.constantFrom("0", "1", "2.5"),
    maximum: fc.constantFrom("2.5", "20"),
  },
  { requiredKeys: [] },
);

const oneTimeCharge = fc
  .record({ pricing: flatPricing, limits })
  .map((it) => ({ chargeType: "one-time" as const, pricing: it.pricing, ...it.limits }));
const feeCharge = fc
  .record({ pricing: flatPricing, limits })
  .map((it) => ({ chargeType: "recurring" as const, pricing: it.pricing, ...it.limits }));
const seatCharge = fc.record({ prices: quantityPrices, limits }).map((it) => ({
  chargeType: "recurring" as const,
  unitOfMeasure: SEATS,
  ...it.prices,
  ...it.limits,
}));
const usageCharge = fc
  .record({
    prices: quantityPrices,
    limits,
    unitOfMeasure: fc.constantFrom(...UNITS),
    aggregation,
    shaped: fc.option(eventQuantity, { nil: undefined, freq: 2 }),
  })
  .map((it) => ({
    chargeType: "usage" as const,
    unitOfMeasure: it.unitOfMeasure,
    aggregation: it.aggregation,
    ...(it.shaped === undefined || ignoresQuantities(it.aggregation)
      ? {}
      : { eventQuantity: it.shaped }),
    ...it.prices,
    ...it.limits,
  }));
const usageFeeCharge = fc
  .record({ pricing: flatPricing, limits, unitOfMeasure: fc.constantFrom(...UNITS) })
  .map((it) => ({
    chargeType: "usage" as const,
    unitOfMeasure: it.unitOfMeasure,
    pricing: it.pricing,
    ...it.limits,
  }));

/** A charge without its id and name. */
export type Unnamed = ChargeInput extends infer C
  ? C extends ChargeInput
    ? Omit<C, "id" | "name">
    : never
  : never;

/** Any charge that quantities can be given for, or that bills a fee. */
export const quantifiedCharge: fc.Arbitrary<Unnamed> = fc.oneof(
  { weight: 1, arbitrary: oneTimeCharge },
  { weight: 1, arbitrary: feeCharge },
  { weight: 1, arbitrary: seatCharge },
  { weight: 3, arbitrary: usageCharge },
  { weight: 1, arbitrary: usageFeeCharge },
);

/** The names of signals that outcome policies look at. */
export const SIGNALS = { confirm: "solved", reverse: "reopened" } as const;

const outcomePolicy: fc.Arbitrary<OutcomePolicyInput> = fc.record(
  {
    uniqueBy: fc.record({
      per: fc.constantFrom("lifetime" as const, "billing-period" as const),
      keep: fc.constantFrom("first" as const, "last" as const, "highest" as const),
    }),
    confirm: fc.constantFrom(
      { signals: [SIGNALS.confirm] },
      { assumedAfter: "P3D" },
      { signals: [SIGNALS.confirm], assumedAfter: "P7D" },
    ),
    reverse: fc.record({
      signals: fc.constant([SIGNALS.reverse]),
      within: fc.constantFrom("P10D", "P45D"),
      pricing: fc.constantFrom("re-rate" as const, "original-price" as const),
    }),
    billOn: fc.constantFrom("occurred" as const, "confirmed" as const, "settled" as const),
  },
  { requiredKeys: [] },
);

/** A charge whose usage only events can tell. */
const eventCharge: fc.Arbitrary<Omit<UsageChargeInput, "id" | "name">> = fc.oneof(
  fc
    .record({ pricing: eventPricing, unitOfMeasure: fc.constantFrom(...UNITS), limits })
    .map((it) => ({
      chargeType: "usage" as const,
      unitOfMeasure: it.unitOfMeasure,
      pricing: it.pricing,
      ...it.limits,
    })),
  fc
    .record({ prices: quantityPrices, outcome: outcomePolicy, limits })
    .map(({ prices, outcome, limits: bounds }) => ({
      chargeType: "usage" as const,
      unitOfMeasure: "@outcome",
      outcome,
      ...prices,
      ...bounds,
    })),
);

/** Any charge but a discount. */
export const ratedCharge: fc.Arbitrary<Unnamed> = fc.oneof(
  { weight: 5, arbitrary: quantifiedCharge },
  { weight: 2, arbitrary: eventCharge },
);

/** A discount for a plan that has charges of these ids. */
export function discountOn(ids: readonly string[]): fc.Arbitrary<Unnamed> {
  const target = fc.record(
    {
      charges: fc.subarray([...ids]),
      chargeTypes: fc.subarray([...CHARGE_TYPES]),
      units: fc.subarray([...UNITS, SEATS]),
    },
    { requiredKeys: [] },
  );
  return fc
    .record({
      chargeType: fc.constantFrom(...CHARGE_TYPES),
      off: fc.oneof(
        fc.constantFrom("10", "33.3", "60", "80", "100").map((percent) => ({ percent })),
        decimal(0, 100, 1).map((percent) => ({ percent })),
        price.map((amount) => ({ amount })),
      ),
      target: fc.oneof(
        fc.constant({}),
        fc.constant({ appliesTo: "all" as const }),
        target.map((appliesTo) => ({ appliesTo })),
      ),
    })
    .map(({ chargeType, off, target: appliesTo }) => ({
      chargeType,
      pricing: { model: "discount" as const, ...off, ...appliesTo },
    }));
}

/** Charges with ids and names of their own. */
export function named(
  charges: readonly Unnamed[],
  [id, name]: readonly [id: string, name: string],
): readonly ChargeInput[] {
  return charges.map(
    (charge, index) =>
      ({ id: `${id}${index}`, name: `${name} ${index}`, ...charge }) as ChargeInput,
  );
}

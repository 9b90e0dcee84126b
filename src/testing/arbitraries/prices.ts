import * as fc from "fast-check";
import { decimal, decimalText, price, ROUNDING_MODES } from "./numbers.js";

/** Tiers with increasing bounds, each with a unit price, a flat fee or both. */
const tiers = fc
  .array(fc.record({ width: fc.integer({ min: 1, max: 400 }), unitPrice: price, flatFee: price }), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((rows) =>
    fc
      .array(fc.constantFrom("unit", "flat", "both"), {
        minLength: rows.length,
        maxLength: rows.length,
      })
      .map((kinds) => {
        let bound = 0;
        return rows.map(({ width, unitPrice, flatFee }, index) => {
          bound += width;
          const kind = kinds[index];
          return {
            ...(index === rows.length - 1 ? {} : { upTo: decimalText(bound, 1) }),
            ...(kind === "flat" ? {} : { unitPrice }),
            ...(kind === "unit" ? {} : { flatFee }),
          };
        });
      }),
  );

/** A fee, whatever the usage. */
export const flatPricing = fc.record({ model: fc.constant("flat" as const), amount: price });

/** Prices of one quantity, of every model that has such. */
export const quantityPricing = fc.oneof(
  fc.record({ model: fc.constant("per-unit" as const), unitPrice: price }),
  {
    weight: 2,
    arbitrary: fc.record({
      model: fc.constantFrom("tiered" as const, "volume" as const),
      tiers,
      flatFeeAtZero: fc.boolean(),
    }),
  },
  fc.record({
    model: fc.constant("stairstep" as const),
    tiers: tiers.map((rows) =>
      rows.map(({ unitPrice, ...row }) => ({ flatFee: unitPrice ?? "0", ...row })),
    ),
  }),
  fc.record({
    model: fc.constant("package" as const),
    size: decimal(1, 1_000, 1),
    price,
    rounding: fc.constantFrom("up" as const, "down" as const, "exact" as const),
  }),
  fc.record({
    model: fc.constant("overage" as const),
    baseFee: price,
    includedUnits: decimal(0, 200, 0),
    unitPrice: price,
  }),
);

/** Values of the event field `properties.region`, which matrices price. */
export const REGIONS = ["eu", "us", "apac"] as const;

/** Prices of what only events tell: the money that they are about, or fields of theirs. */
export const eventPricing = fc.oneof(
  fc.record(
    {
      model: fc.constant("percentage" as const),
      percent: decimal(0, 10_000, 2),
      fixedPerEvent: price,
      freeEvents: fc.nat({ max: 5 }).map(String),
    },
    { requiredKeys: ["model", "percent"] },
  ),
  fc.record(
    { model: fc.constant("pre-rated" as const), markup: decimal(0, 500, 1) },
    { requiredKeys: ["model"] },
  ),
  fc.record(
    {
      model: fc.constant("matrix" as const),
      dimensions: fc.constant(["properties.region"]),
      prices: fc
        .subarray([...REGIONS], { minLength: 1 })
        .chain((regions) =>
          fc.tuple(
            ...regions.map((region) =>
              price.map((unitPrice) => ({ when: { "properties.region": region }, unitPrice })),
            ),
          ),
        ),
      default: price,
    },
    { requiredKeys: ["model", "dimensions", "prices"] },
  ),
);

const anyQuantityFields = fc.record(
  {
    includedUnits: decimal(0, 100, 1),
    quantityRounding: fc.record({
      mode: fc.constantFrom(...ROUNDING_MODES),
      increment: fc.constantFrom("1", "0.5", "10"),
    }),
  },
  { requiredKeys: [] },
);

/** What a charge that prices a quantity may have besides; overage has included units of its own. */
export const quantityPrices = fc
  .record({ pricing: quantityPricing, fields: anyQuantityFields })
  .map(({ pricing, fields: { includedUnits, ...fields } }) => ({
    pricing,
    ...fields,
    ...(includedUnits === undefined || "includedUnits" in pricing ? {} : { includedUnits }),
  }));

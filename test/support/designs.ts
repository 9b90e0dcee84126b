/** Price designs for the tests of the design tools: charges of every model that one number prices, whose prices lie close together. */
import fc from "fast-check";
import type { ChargeInput, PricingInput, QuantityRounding, RoundingMode } from "rateplan";

/** A number of few digits: `n` tenths, or a whole one. */
const few = (most: number) =>
  fc
    .tuple(fc.nat({ max: most * 10 }), fc.boolean())
    .map(([tenths, whole]) => (whole ? `${Math.floor(tenths / 10)}` : `${tenths / 10}`));

const price = few(9);
/** More than nothing. */
const size = fc.constantFrom("1", "2.5", "3", "10", "0.5");
const bounds = fc
  .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 3 })
  .map((list) => list.sort((a, b) => a - b).map((tenths) => `${tenths / 10}`));

interface Row {
  readonly upTo?: string;
}

function boundOf(upTo: string | undefined): Row {
  return upTo === undefined ? {} : { upTo };
}

function tierList<P>(prices: fc.Arbitrary<P>) {
  return fc
    .record({
      upTo: bounds,
      prices: fc.array(prices, { minLength: 4, maxLength: 4 }),
      atZero: fc.boolean(),
      end: fc.constantFrom("open" as const, "last-tier" as const),
    })
    .map(({ upTo, prices: list, atZero, end }) => {
      const isBounded = end !== "open" && upTo.length > 0;
      const count = upTo.length + (isBounded ? 0 : 1);
      const tiers = list
        .slice(0, count)
        .map((each, index): P & Row => ({ ...each, ...boundOf(upTo[index]) }));
      return {
        tiers,
        ...(isBounded ? { overflow: "last-tier" as const } : {}),
        ...(atZero ? { flatFeeAtZero: true } : {}),
      };
    });
}

const unitTier = fc.oneof(
  fc.record({ unitPrice: price }),
  fc.record({ unitPrice: price, flatFee: few(20) }),
);

type Quantitative =
  | "flat"
  | "per-unit"
  | "tiered"
  | "volume"
  | "stairstep"
  | "package"
  | "overage"
  | "percentage"
  | "pre-rated";

/** Prices of one model. */
const pricings: { readonly [M in Quantitative]: fc.Arbitrary<PricingInput> } = {
  flat: fc.record({ model: fc.constant("flat" as const), amount: few(99) }),
  "per-unit": fc.record({ model: fc.constant("per-unit" as const), unitPrice: price }),
  tiered: tierList(unitTier).map((list) => ({ model: "tiered" as const, ...list })),
  volume: tierList(unitTier).map((list) => ({ model: "volume" as const, ...list })),
  stairstep: tierList(fc.record({ flatFee: few(60) })).map((list) => ({
    model: "stairstep" as const,
    ...list,
  })),
  package: fc.record({
    model: fc.constant("package" as const),
    size,
    price: few(30),
    rounding: fc.constantFrom("up", "down", "exact"),
  }),
  overage: fc.record({
    model: fc.constant("overage" as const),
    baseFee: few(60),
    includedUnits: few(20),
    unitPrice: price,
  }),
  percentage: fc.oneof(
    fc
      .record(
        {
          percent: few(99),
          fixedPerEvent: few(5),
          limits: fc.tuple(few(9), few(9)),
          freeEvents: fc.constantFrom("0", "1"),
          freeAmount: few(9),
        },
        { requiredKeys: ["percent"] },
      )
      .map(({ limits, ...rest }) => {
        const [a = "0", b = "0"] = limits ?? [];
        const [minPerEvent, maxPerEvent] = Number(a) <= Number(b) ? [a, b] : [b, a];
        return limits === undefined
          ? { model: "percentage" as const, ...rest }
          : { model: "percentage" as const, ...rest, minPerEvent, maxPerEvent };
      }),
    fc
      .tuple(
        fc.record({ fixedPerEvent: few(5), freeAmount: few(9) }, { requiredKeys: [] }),
        tierList(fc.record({ percent: few(99), flatFee: few(9) }, { requiredKeys: ["percent"] })),
      )
      .map(([rest, list]) => ({ model: "percentage" as const, ...rest, ...list })),
  ),
  "pre-rated": fc.record({ model: fc.constant("pre-rated" as const), markup: few(50) }),
};

export const QUANTITATIVE = Object.keys(pricings) as readonly Quantitative[];

const MODES: readonly RoundingMode[] = [
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
];
const rounding: fc.Arbitrary<QuantityRounding<string>> = fc.record({
  mode: fc.constantFrom(...MODES),
  increment: size,
});

/** A charge of one model, with or without rounding of its quantity, included units, limits and a pricing unit. */
export function design(model: Quantitative): fc.Arbitrary<ChargeInput> {
  const counts = !["flat", "percentage", "pre-rated"].includes(model);
  return fc
    .record(
      {
        pricing: pricings[model],
        quantityRounding: rounding,
        includedUnits: few(9),
        limits: fc.tuple(few(99), few(99)),
        pricingUnit: fc.constantFrom(
          { code: "credit", rate: "0.25" },
          { code: "point", rate: "3" },
        ),
      },
      { requiredKeys: ["pricing"] },
    )
    .map(({ pricing, quantityRounding, includedUnits, limits, pricingUnit }) => {
      const [a = "0", b = "0"] = limits ?? [];
      const [minimum, maximum] = Number(a) <= Number(b) ? [a, b] : [b, a];
      return {
        id: model,
        name: model,
        chargeType: "usage",
        currency: "USD",
        ...(model === "flat" ? {} : { unitOfMeasure: "page" }),
        pricing,
        ...(counts && quantityRounding ? { quantityRounding } : {}),
        ...(counts && model !== "overage" && includedUnits ? { includedUnits } : {}),
        ...(limits === undefined ? {} : { minimum, maximum }),
        ...(pricingUnit === undefined ? {} : { pricingUnit }),
      } as ChargeInput;
    });
}

/** A charge of any model that one number prices. */
export const anyDesign: fc.Arbitrary<ChargeInput> = fc.oneof(...QUANTITATIVE.map(design));

/** Quantities about where these designs change their course, bounds and marks of grids among them. */
export const fewQuantities: fc.Arbitrary<string> = fc.oneof(
  fc.nat({ max: 60 }).map(String),
  fc.nat({ max: 600 }).map((tenths) => `${tenths / 10}`),
  fc.nat({ max: 6_000_000 }).map((n) => `${n / 100_000}`),
);

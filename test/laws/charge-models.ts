/**
 * What is true of every charge model. A model's own test calls {@link chargeModelLaws} with its price lists and with
 * the rule of the design that prices them, written a second time in `support/oracle.ts`.
 */
import fc from "fast-check";
import {
  type Charge,
  isPricingError,
  type ModelName,
  type Pricing,
  parseCharge,
  rateAmount,
  sumAmounts,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { isRated } from "../../src/catalog/charge.js";
import { exact } from "../../src/money/decimal.js";
import type { Fraction } from "../../src/money/fraction.js";
import {
  type AnyChargeModel,
  chargeModels,
  pricingSchemas,
} from "../../src/pricing/models/index.js";
import {
  type CompiledTerms,
  compileTerms,
  type ExactRating,
  exactAmount,
  rateExactly,
} from "../../src/pricing/rate.js";
import type { Tier, TierList } from "../../src/pricing/tiers.js";
import {
  isLess,
  plus,
  type Ratio,
  ratio,
  read,
  round,
  times,
  total,
  write,
} from "../support/oracle.js";

/** The prices of one model. */
export type PricingOf<M extends ModelName> = Extract<Pricing, { readonly model: M }>;

/** What the suite needs to know about a model. */
export interface ModelCase<M extends ModelName> {
  /** Price lists in every form that the model allows. */
  readonly pricing: fc.Arbitrary<PricingOf<M>>;
  /** What a quantity costs; nothing where the price list refuses it. */
  readonly price: (pricing: PricingOf<M>, quantity: Ratio) => Ratio | undefined;
}

/** Every law, for one model. */
export function chargeModelLaws<M extends ModelName>(
  name: M,
  { pricing, price }: ModelCase<M>,
): void {
  const model: AnyChargeModel = chargeModels[name];
  const cases = pricing.chain((prices) =>
    fc.record({
      prices: fc.constant(prices),
      quantities: fc.array(quantities(prices), { minLength: 1, maxLength: 10 }),
    }),
  );

  /** The quantities that the price list does not refuse, each with what it costs and why. */
  const ratings = (prices: PricingOf<M>, given: readonly string[]): readonly Rated[] => {
    const terms = compile(prices);
    return given.flatMap((text) => {
      const quantity = read(text);
      const amount = price(prices, quantity);
      if (amount === undefined) return [];
      return { quantity, amount, rating: rateExactly(terms, exact(text), "allow") };
    });
  };

  describe(`a charge model: ${name}`, () => {
    it("is a member of the union of prices under its own name", () => {
      expect(model.model).toBe(name);
      expect(pricingSchemas).toContain(model.schema);
      fc.assert(fc.property(pricing, (prices) => chargeOf(prices).pricing.model === name));
    });

    it("agrees with exact fractions", () => {
      fc.assert(
        fc.property(cases, ({ prices, quantities: given }) => {
          const charge = chargeOf(prices);
          const terms = compile(prices);
          for (const text of given) {
            const expected = price(prices, read(text));
            if (expected === undefined) {
              const refusal = ["quantity_above_last_tier"];
              expect(issueCodes(() => rateAmount(charge, text))).toEqual(refusal);
              expect(issueCodes(() => rateExactly(terms, exact(text), "zero"))).toEqual(refusal);
            } else {
              const amount = write(toRatio(exactAmount(terms, exact(text), "zero")));
              expect([amount, rateAmount(charge, text)]).toEqual([
                write(expected),
                round(expected, 2),
              ]);
            }
          }
        }),
      );
    });

    it("gives the same amount with its explanation as without", () => {
      fc.assert(
        fc.property(cases, ({ prices, quantities: given }) => {
          const terms = compile(prices);
          for (const { quantity, amount, rating } of ratings(prices, given)) {
            expect(toRatio(rating.amount)).toEqual(amount);
            const input = model.needs === "nothing" ? undefined : toFraction(quantity);
            expect(toRatio(terms.rater.amount(input))).toEqual(amount);
            expect(total(valuesOf("amount", terms.rater.explain(input).steps))).toEqual(amount);
          }
        }),
      );
    });

    it("shows tiers that add up to the amount and to the quantity", () => {
      fc.assert(
        fc.property(cases, ({ prices, quantities: given }) => {
          for (const { quantity, amount, rating } of ratings(prices, given)) {
            if (!("tiers" in prices)) {
              expect(rating.tiers).toEqual([]);
              continue;
            }
            expect(total(rating.tiers.map((tier) => tier.amount))).toEqual(amount);
            expect(total(rating.tiers.map((tier) => tier.quantity))).toEqual(quantity);
            for (const tier of rating.tiers) {
              const units = times(read(tier.quantity), read(tier.unitPrice ?? "0"));
              expect(plus(units, read(tier.flatFee ?? "0"))).toEqual(read(tier.amount));
            }
          }
        }),
      );
    });

    it("explains itself by steps that add up, in plain numbers", () => {
      fc.assert(
        fc.property(cases, ({ prices, quantities: given }) => {
          for (const { amount, rating } of ratings(prices, given)) {
            expect(total(valuesOf("amount", rating.steps))).toEqual(amount);
            const counted = valuesOf("quantity", rating.steps);
            // A model that counts nothing bills 1 of it, and no step leads there.
            if (model.needs === "nothing") expect(counted).toEqual([]);
            else expect(total(counted)).toEqual(toRatio(rating.quantity));
            const numbers = [
              ...rating.steps.map((step) => step.value),
              ...rating.tiers.flatMap((tier) => [tier.from, tier.quantity, tier.amount]),
            ];
            for (const number of numbers) expect(number).toMatch(/^-?\d+(\.\d+)?$/);
          }
        }),
      );
    });

    it("shows a unit price only where quantity × unit price is the amount", () => {
      fc.assert(
        fc.property(cases, ({ prices, quantities: given }) => {
          for (const { amount, rating } of ratings(prices, given)) {
            if (rating.unitPrice === null) continue;
            expect(times(toRatio(rating.quantity), read(rating.unitPrice))).toEqual(amount);
          }
        }),
      );
    });

    it("bills a change as F(after) − F(before), and the changes add up after rounding", () => {
      fc.assert(
        fc.property(cases, ({ prices, quantities: given }) => {
          const charge = chargeOf(prices);
          const totals = ["0", ...given].filter((each) => price(prices, read(each)) !== undefined);
          const billed = totals.map((each) => rateAmount(charge, each));
          const changes = billed
            .slice(1)
            .map((after, index) => sumAmounts([after, opposite(billed[index] ?? "")]));
          const [first, last] = [totals[0], totals.at(-1)].map((each) =>
            round(price(prices, read(each ?? "")) ?? ratio(0n), 2),
          );
          expect(sumAmounts(["0.00", ...changes])).toBe(
            round(total([last ?? "", opposite(first ?? "")]), 2),
          );
        }),
      );
    });

    const monotone = fc.property(cases, ({ prices, quantities: given }) => {
      const rated = [...ratings(prices, given)].sort((a, b) =>
        isLess(a.quantity, b.quantity) ? -1 : 1,
      );
      return rated.every(({ rating }, index) => {
        const before = rated[index - 1]?.rating;
        return before === undefined || !isLess(toRatio(rating.amount), toRatio(before.amount));
      });
    });
    const additive = fc.property(cases, ({ prices, quantities: [a = "0", b = "0"] }) => {
      const both = write(plus(read(a), read(b)));
      const rated = ratings(prices, [a, b, both]).map(({ rating }) => toRatio(rating.amount));
      const [first, second, together] = rated;
      if (first === undefined || second === undefined || together === undefined) return true;
      return write(plus(first, second)) === write(together);
    });
    for (const [fact, law] of [
      ["monotone", monotone],
      ["additive", additive],
    ] as const) {
      if (model.facts[fact]) {
        it(`is ${fact}, as it declares`, () => {
          fc.assert(law);
        });
      } else {
        it(`is not always ${fact}, as it declares`, () => {
          const search = fc.check(law, { numRuns: 2_000, endOnFailure: true });
          expect(search.failed).toBe(true);
        });
      }
    }

    it("bills every way to write zero alike, and negative usage as zero unless it is allowed", () => {
      fc.assert(
        fc.property(pricing, quantities(), (prices, quantity) => {
          const charge = chargeOf(prices);
          const expected = round(price(prices, ratio(0n)) ?? ratio(0n), 2);
          const atZero = model.needs === "nothing" ? [] : [`-${quantity}`];
          for (const zero of ["0", "-0", "0.000", 0, -0, 0n, ...atZero]) {
            expect(rateAmount(charge, zero)).toBe(expected);
          }
        }),
      );
    });

    // What is not counted has no negative.
    if (model.needs !== "nothing") {
      it("bills a negative quantity, where allowed, as the mirror image of the positive one", () => {
        fc.assert(
          fc.property(cases, ({ prices, quantities: given }) => {
            const terms = compile(prices);
            for (const { quantity, amount } of ratings(prices, given)) {
              if (quantity.top === 0n) continue;
              const negative = toFraction(ratio(-quantity.top, quantity.bottom));
              const rating = rateExactly(terms, negative, "allow");
              const mirrored = ratio(-amount.top, amount.bottom);
              expect(toRatio(exactAmount(terms, negative, "allow"))).toEqual(mirrored);
              expect(toRatio(rating.amount)).toEqual(mirrored);
              expect(toRatio(rating.quantity)).toEqual(toRatio(negative));
              expect(total(valuesOf("amount", rating.steps))).toEqual(mirrored);
              expect(total(valuesOf("quantity", rating.steps))).toEqual(toRatio(negative));
              if ("tiers" in prices)
                expect(total(rating.tiers.map((tier) => tier.amount))).toEqual(mirrored);
              if (rating.unitPrice !== null)
                expect(times(toRatio(negative), read(rating.unitPrice))).toEqual(mirrored);
            }
          }),
        );
      });
    }

    it("survives a round trip through JSON", () => {
      fc.assert(
        fc.property(cases, ({ prices, quantities: given }) => {
          const parsed = chargeOf(prices);
          const stored: Charge = JSON.parse(JSON.stringify(parsed));
          const again = parseCharge(stored);
          expect(stored).toEqual(parsed);
          expect(again).toEqual(parsed);
          for (const text of given) {
            if (price(prices, read(text)) === undefined) continue;
            expect(rateAmount(again, text)).toBe(rateAmount(parsed, text));
          }
        }),
      );
    });
  });
}

interface Rated {
  readonly quantity: Ratio;
  /** What the quantity costs, from the oracle. */
  readonly amount: Ratio;
  readonly rating: ExactRating;
}

/** Decimals from 0 to 10^digits with up to so many decimals, trailing zeros among them. */
export function decimals(digits: number, most: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.integer({ min: 0, max: digits }), fc.integer({ min: 0, max: most }))
    .chain(([whole, places]) =>
      fc
        .bigInt({ min: 0n, max: 10n ** BigInt(whole + places) })
        .map((units) => withDecimals(units, places)),
    );
}

function withDecimals(units: bigint, places: number): string {
  const text = units.toString().padStart(places + 1, "0");
  if (places === 0) return text;
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** Prices and fees: up to 12 decimals. */
export const prices: fc.Arbitrary<string> = decimals(7, 12);

const tierPrices: fc.Arbitrary<Pick<Tier, "unitPrice" | "flatFee">> = fc.oneof(
  fc.record({ unitPrice: prices }),
  fc.record({ flatFee: prices }),
  fc.record({ unitPrice: prices, flatFee: prices }),
);

/** Tiers in every form: one or many, open or bounded at the end, with and without flat fees. */
export const tierLists: fc.Arbitrary<TierList<Tier>> = fc
  .record(
    {
      widths: fc.array(
        decimals(10, 12).filter((width) => read(width).top > 0n),
        { maxLength: 6 },
      ),
      rows: fc.array(tierPrices, { minLength: 7, maxLength: 7 }),
      overflow: fc.constantFrom("last-tier" as const, "error" as const),
      flatFeeAtZero: fc.boolean(),
    },
    { requiredKeys: ["widths", "rows"] },
  )
  .map(({ widths, rows, overflow, flatFeeAtZero }) => {
    const bounds = widths.map((_, index) => write(total(widths.slice(0, index + 1))));
    const isBounded = overflow !== undefined && bounds.length > 0;
    const tiers = rows.slice(0, bounds.length + (isBounded ? 0 : 1)).map((row, index): Tier => {
      const upTo = bounds[index];
      return upTo === undefined ? row : { upTo, ...row };
    });
    return {
      tiers,
      ...(overflow === undefined ? {} : { overflow }),
      ...(flatFeeAtZero === undefined ? {} : { flatFeeAtZero }),
    };
  });

/** Quantities up to 10^18 with up to 12 decimals and, where there are tiers, on their bounds and next to them. */
function quantities(pricing?: Pricing): fc.Arbitrary<string> {
  const anything = decimals(18, 12);
  if (pricing === undefined || !("tiers" in pricing)) return anything;
  const bounds = pricing.tiers.flatMap(({ upTo }) => (upTo === undefined ? [] : [upTo]));
  const near = bounds.flatMap((bound) =>
    ["0", "0.000000000001", "-0.000000000001"].map((step) => write(total([bound, step]))),
  );
  if (near.length === 0) return anything;
  return fc.oneof(anything, decimals(10, 12), fc.constantFrom("0", ...near));
}

function chargeOf(pricing: Pricing): Charge {
  return parseCharge({
    id: "charge",
    name: "Charge",
    chargeType: "usage",
    unitOfMeasure: "unit",
    currency: "USD",
    pricing,
  });
}

function compile(pricing: Pricing): CompiledTerms {
  const charge = chargeOf(pricing);
  if (!isRated(charge)) throw new Error("a charge without a model");
  return compileTerms(charge);
}

function toRatio({ numerator, denominator }: Fraction): Ratio {
  return ratio(numerator, denominator);
}

function toFraction({ top, bottom }: Ratio): Fraction {
  return { numerator: top, denominator: bottom };
}

function valuesOf(of: "amount" | "quantity", steps: ExactRating["steps"]): readonly string[] {
  return steps.filter((step) => step.of === of).map((step) => step.value);
}

function opposite(amount: string): string {
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

function issueCodes(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (isPricingError(error)) return error.issues.map((issue) => issue.code);
    throw error;
  }
  return [];
}

/**
 * What is true of every charge model. A model's own test calls {@link chargeModelLaws} with its price lists, with
 * usage, and with the rule of the design that prices it, written a second time in `support/oracle.ts`.
 */
import fc from "fast-check";
import {
  type Charge,
  isPricingError,
  type ModelName,
  type Pricing,
  parseCharge,
  parsePolicy,
  rateAmount,
  simulate,
  sumAmounts,
  type UsageEventInput,
  type UsageInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { isRated } from "../../src/catalog/charge-kinds.js";
import { type Fraction, formatExact } from "../../src/money/fraction.js";
import type { Breakdown } from "../../src/pricing/breakdown.js";
import type { ModelInputs, RatingInputKind } from "../../src/pricing/model.js";
import { type AnyChargeModel, chargeModels, modelOf } from "../../src/pricing/models/index.js";
import {
  type CompiledTerms,
  compileTerms,
  type ExactRating,
  exactAmount,
  type RatingInput,
  rateExactly,
} from "../../src/pricing/rate-exactly.js";
import { type Step, writeStep, writeTierUse } from "../../src/pricing/step.js";
import type { Tier, TierList } from "../../src/pricing/tiers.js";
import {
  type Group,
  isLess,
  minus,
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
type PricingOf<M extends ModelName> = Extract<Pricing, { readonly model: M }>;

/** Usage as models need it, in the oracle's numbers. */
interface UsageByNeed {
  /** A quantity, which makes no difference. */
  readonly nothing: Ratio;
  readonly quantity: Ratio;
  readonly values: readonly Ratio[];
  readonly groups: readonly Group[];
}

type NeedOf<M extends ModelName> = (typeof chargeModels)[M]["needs"];

/** The usage of one model. */
type UsageOf<M extends ModelName> = UsageByNeed[NeedOf<M>];

/** What the suite needs to know about a model. */
interface ModelCase<M extends ModelName> {
  /** Price lists in every form that the model allows. */
  readonly pricing: fc.Arbitrary<PricingOf<M>>;
  /** Usage that a price list is for, with its bounds in it. */
  readonly usage: (pricing: PricingOf<M>) => fc.Arbitrary<UsageOf<M>>;
  /** What usage costs; nothing where the price list refuses it. */
  readonly price: (pricing: PricingOf<M>, usage: UsageOf<M>) => Ratio | undefined;
}

/** What the suite does with usage of one kind. */
interface UsageKind<U> {
  readonly none: U;
  /** Both together. */
  readonly join: (a: U, b: U) => U;
  /** Whether there is no more of the one than of the other. */
  readonly isAtMost: (a: U, b: U) => boolean;
  /** How much there is of it in all. */
  readonly quantity: (usage: U) => Ratio;
  readonly input: (usage: U) => ModelInputs[RatingInputKind];
  /** As a caller gives it. */
  readonly given: (usage: U, pricing: Pricing) => UsageInput;
}

const kinds: { readonly [N in RatingInputKind]: UsageKind<UsageByNeed[N]> } = {
  nothing: {
    none: ratio(0n),
    join: plus,
    isAtMost: () => true,
    quantity: () => ratio(1n),
    input: () => undefined,
    given: write,
  },
  quantity: {
    none: ratio(0n),
    join: plus,
    isAtMost: (a, b) => !isLess(b, a),
    quantity: (quantity) => quantity,
    input: toFraction,
    given: write,
  },
  values: {
    none: [],
    join: (a, b) => [...a, ...b],
    isAtMost: (a, b) => !isLess(sum(b), sum(a)),
    quantity: (values) => ratio(BigInt(values.length)),
    input: (values) => values.map(toFraction),
    given: (values) => values.map((value, index) => event(index, { value: write(value) })),
  },
  groups: {
    none: [],
    join: (a, b) => [...a, ...b],
    isAtMost: (a, b) => a.every(({ key }) => !isLess(inGroup(b, key), inGroup(a, key))),
    quantity: (groups) => sum(groups.map((group) => group.quantity)),
    input: (groups) => groups.map(({ key, quantity }) => ({ key, quantity: toFraction(quantity) })),
    given: (groups, pricing) =>
      groups.map(({ key, quantity }, index) =>
        event(index, { ...fieldsOf(pricing, key), quantity: write(quantity) }),
      ),
  },
};

const ALLOW_NEGATIVE = parsePolicy({ negativeUsage: "allow" });

/** Every law, for one model. */
export function chargeModelLaws<M extends ModelName>(
  name: M,
  { pricing, usage, price }: ModelCase<M>,
): void {
  const model: AnyChargeModel = chargeModels[name];
  const needs: NeedOf<M> = chargeModels[name].needs;
  const kind: UsageKind<UsageOf<M>> = kinds[needs];
  const cases = pricing.chain((prices) =>
    fc.record({
      prices: fc.constant(prices),
      usages: fc.array(usage(prices), { minLength: 1, maxLength: 4 }),
    }),
  );

  /** What a caller is billed. */
  const billed = (charge: Charge, prices: PricingOf<M>, used: UsageOf<M>): string =>
    simulate(charge, kind.given(used, prices), { policy: ALLOW_NEGATIVE }).amount;

  const rated = (terms: CompiledTerms, used: UsageOf<M>) =>
    writtenRating(rateExactly(terms, ratingInput(kind, used), "allow"));

  /** The usages that the price list does not refuse, each with what it costs and why. */
  const ratings = (prices: PricingOf<M>, usages: readonly UsageOf<M>[]) => {
    const terms = compile(chargeOf(prices));
    return usages.flatMap((used) => {
      const amount = price(prices, used);
      return amount === undefined ? [] : [{ used, amount, rating: rated(terms, used) }];
    });
  };

  describe(`a charge model: ${name}`, () => {
    it("is a member of the union of prices under its own name", () => {
      expect(model.model).toBe(name);
      fc.assert(fc.property(pricing, (prices) => chargeOf(prices).pricing.model === name));
    });

    it("agrees with exact fractions", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          const charge = chargeOf(prices);
          const terms = compile(charge);
          for (const used of usages) {
            const expected = price(prices, used);
            if (expected === undefined) {
              const refusal = ["quantity_above_last_tier"];
              expect(issueCodes(() => billed(charge, prices, used))).toEqual(refusal);
              expect(issueCodes(() => rated(terms, used))).toEqual(refusal);
            } else {
              const exactly = write(toRatio(rated(terms, used).amount));
              expect([exactly, billed(charge, prices, used)]).toEqual([
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
        fc.property(cases, ({ prices, usages }) => {
          const { rater } = compile(chargeOf(prices));
          for (const { used, amount, rating } of ratings(prices, usages)) {
            const { input } = ratingInput(kind, used);
            expect(toRatio(rating.amount)).toEqual(amount);
            expect(toRatio(rater.amount(input))).toEqual(amount);
            expect(total(valuesOf("amount", written(rater.explain(input)).steps))).toEqual(amount);
          }
        }),
      );
    });

    it("shows tiers that add up, with the steps beside them, to the amount", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          for (const { used, amount, rating } of ratings(prices, usages)) {
            if (!("tiers" in prices)) {
              expect(rating.tiers).toEqual([]);
              continue;
            }
            const beside = rating.steps.filter((step) => !step.kind.startsWith("tier"));
            const amounts = rating.tiers.map((tier) => tier.amount);
            expect(total([...amounts, ...valuesOf("amount", beside)])).toEqual(amount);
            for (const tier of rating.tiers) {
              const units = times(read(tier.quantity), read(tier.unitPrice ?? "0"));
              expect(plus(units, read(tier.flatFee ?? "0"))).toEqual(read(tier.amount));
            }
            if (model.needs !== "quantity") continue;
            const units = total(rating.tiers.map((tier) => tier.quantity));
            // A step without a price holds the units all the same.
            expect(units).toEqual(kind.quantity(used));
          }
        }),
      );
    });

    it("explains itself by steps that add up, in plain numbers", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          for (const { used, amount, rating } of ratings(prices, usages)) {
            expect(total(valuesOf("amount", rating.steps))).toEqual(amount);
            expect(toRatio(rating.quantity)).toEqual(kind.quantity(used));
            const counted = valuesOf("quantity", rating.steps);
            // Only a quantity is changed before it is priced, so only a quantity has steps.
            if (model.needs === "quantity") expect(total(counted)).toEqual(kind.quantity(used));
            else expect(counted).toEqual([]);
            const numbers = [
              ...rating.steps.map((step) => step.value),
              ...rating.tiers.flatMap((tier) => [tier.from, tier.quantity, tier.amount]),
            ];
            for (const number of numbers) expect(number).toMatch(/^-?\d+(\.\d+|\/\d+)?$/);
          }
        }),
      );
    });

    it("shows a unit price only where quantity × unit price is the amount", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          for (const { amount, rating } of ratings(prices, usages)) {
            if (rating.unitPrice === null) continue;
            expect(times(toRatio(rating.quantity), read(rating.unitPrice))).toEqual(amount);
          }
        }),
      );
    });

    it("bills a change as F(after) − F(before), and the changes add up after rounding", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          const charge = chargeOf(prices);
          const path = [kind.none, ...usages].flatMap((used) => {
            const amount = price(prices, used);
            return amount === undefined ? [] : [{ used, amount: round(amount, 2) }];
          });
          const amounts = path.map(({ used }) => billed(charge, prices, used));
          const changes = amounts
            .slice(1)
            .map((after, index) => sumAmounts([after, opposite(amounts[index] ?? "")]));
          const [first = "", last = ""] = [path[0]?.amount, path.at(-1)?.amount];
          const whole = minus(read(last), read(first));
          expect(sumAmounts(["0.00", ...changes])).toBe(round(whole, 2));
        }),
      );
    });

    const monotone = fc.property(cases, ({ prices, usages: [a = kind.none, b = kind.none] }) => {
      const all = ratings(prices, [kind.none, a, b, kind.join(a, b)]);
      return all.every((more) =>
        all.every((less) => {
          if (!kind.isAtMost(less.used, more.used)) return true;
          return !isLess(toRatio(more.rating.amount), toRatio(less.rating.amount));
        }),
      );
    });
    const additive = fc.property(cases, ({ prices, usages: [a = kind.none, b = kind.none] }) => {
      const all = ratings(prices, [a, b, kind.join(a, b)]);
      const [first, second, both] = all.map(({ rating }) => toRatio(rating.amount));
      if (first === undefined || second === undefined || both === undefined) return true;
      return write(plus(first, second)) === write(both);
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

    it("survives a round trip through JSON", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          const parsed = chargeOf(prices);
          const stored: Charge = JSON.parse(JSON.stringify(parsed));
          const again = parseCharge(stored);
          expect(stored).toEqual(parsed);
          expect(again).toEqual(parsed);
          const terms = compile(again);
          for (const { used, rating } of ratings(prices, usages))
            expect(rated(terms, used)).toEqual(rating);
        }),
      );
    });

    if (model.needs !== "quantity") return;

    it("gives its amount alone as it gives it with everything else", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          const charge = chargeOf(prices);
          const terms = compile(charge);
          for (const { used, amount } of ratings(prices, usages)) {
            const quantity = kind.quantity(used);
            expect(rateAmount(charge, write(quantity))).toBe(round(amount, 2));
            expect(toRatio(exactAmount(terms, toFraction(quantity), "zero"))).toEqual(amount);
          }
        }),
      );
    });

    it("bills every way to write zero alike, and negative usage as zero unless it is allowed", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          const charge = chargeOf(prices);
          const expected = round(price(prices, kind.none) ?? ratio(0n), 2);
          const negative = usages.map((used) => opposite(write(kind.quantity(used))));
          for (const zero of ["0", "-0", "0.000", 0, -0, 0n, ...negative])
            expect(rateAmount(charge, zero)).toBe(expected);
        }),
      );
    });

    it("bills a negative quantity, where allowed, as the mirror image at 0 of the positive one", () => {
      fc.assert(
        fc.property(cases, ({ prices, usages }) => {
          const terms = compile(chargeOf(prices));
          const atZero = price(prices, kind.none) ?? ratio(0n);
          for (const { used, amount } of ratings(prices, usages)) {
            const quantity = minus(ratio(0n), kind.quantity(used));
            if (quantity.top === 0n) continue;
            // What is billed at 0 is billed whatever the quantity: nothing takes it back.
            const mirrored = minus(plus(atZero, atZero), amount);
            const given = toFraction(quantity);
            const rating = writtenRating(
              rateExactly(terms, { quantity: given, input: given }, "allow"),
            );
            expect(toRatio(exactAmount(terms, given, "allow"))).toEqual(mirrored);
            expect(toRatio(rating.amount)).toEqual(mirrored);
            expect(toRatio(rating.quantity)).toEqual(quantity);
            expect(total(valuesOf("amount", rating.steps))).toEqual(mirrored);
            expect(total(valuesOf("quantity", rating.steps))).toEqual(quantity);
            if ("tiers" in prices)
              expect(total(rating.tiers.map((tier) => tier.amount))).toEqual(mirrored);
            if (rating.unitPrice !== null)
              expect(times(quantity, read(rating.unitPrice))).toEqual(mirrored);
          }
        }),
      );
    });
  });
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

/** Bounds and sizes: up to 12 decimals, more than 0. */
export const sizes: fc.Arbitrary<string> = decimals(10, 12).filter((size) => read(size).top > 0n);

/** Tiers in every form: one or many, open or bounded at the end, priced by `row`. */
export function tierListsOf<Row extends object>(
  row: fc.Arbitrary<Row>,
): fc.Arbitrary<TierList<Row & { readonly upTo?: string }>> {
  return fc
    .record(
      {
        widths: fc.array(sizes, { maxLength: 6 }),
        rows: fc.array(row, { minLength: 7, maxLength: 7 }),
        overflow: fc.constantFrom("last-tier" as const, "error" as const),
        flatFeeAtZero: fc.boolean(),
      },
      { requiredKeys: ["widths", "rows"] },
    )
    .map(({ widths, rows, overflow, flatFeeAtZero }) => {
      const bounds = widths.map((_, index) => write(total(widths.slice(0, index + 1))));
      const isBounded = overflow !== undefined && bounds.length > 0;
      const tiers = rows
        .slice(0, bounds.length + (isBounded ? 0 : 1))
        .map((prices, index): Row & { readonly upTo?: string } => {
          const upTo = bounds[index];
          return upTo === undefined ? prices : { upTo, ...prices };
        });
      return {
        tiers,
        ...(overflow === undefined ? {} : { overflow }),
        ...(flatFeeAtZero === undefined ? {} : { flatFeeAtZero }),
      };
    });
}

/** Tiers of unit prices, with and without flat fees. */
export const tierLists: fc.Arbitrary<TierList<Tier>> = tierListsOf(
  fc.oneof<fc.Arbitrary<Pick<Tier, "unitPrice" | "flatFee">>[]>(
    fc.record({ unitPrice: prices }),
    fc.record({ flatFee: prices }),
    fc.record({ unitPrice: prices, flatFee: prices }),
  ),
);

/**
 * Quantities up to 10^18 with up to 12 decimals and, where a price list has bounds, on them and next to them:
 * upper bounds of tiers, packages, included units.
 */
export function quantities(pricing: Pricing): fc.Arbitrary<Ratio> {
  const bounds = [
    ...("tiers" in pricing ? (pricing.tiers ?? []).flatMap(({ upTo }) => upTo ?? []) : []),
    ...("size" in pricing ? [pricing.size, write(times(ratio(7n), read(pricing.size)))] : []),
    ...("includedUnits" in pricing ? [pricing.includedUnits] : []),
  ];
  const near = bounds
    .flatMap((bound) =>
      ["0", "0.000000000001", "-0.000000000001"].map((step) => total([bound, step])),
    )
    .filter((quantity) => quantity.top >= 0n);
  const anything = decimals(18, 12).map(read);
  const smaller = decimals(10, 12).map(read);
  return fc.oneof(anything, smaller, fc.constantFrom(ratio(0n), ...near));
}

/** Values of events, some of which take back. */
export const valueLists: fc.Arbitrary<readonly Ratio[]> = fc.array(
  fc
    .tuple(fc.oneof(decimals(2, 1), decimals(9, 6)), fc.integer({ min: 0, max: 7 }))
    .map(([value, sign]) => (sign === 0 ? minus(ratio(0n), read(value)) : read(value))),
  { maxLength: 8 },
);

const charges = new WeakMap<Pricing, Charge>();

/** A charge with these prices; parsed once for all that a test asks of it. */
function chargeOf(pricing: Pricing): Charge {
  const charge =
    charges.get(pricing) ??
    parseCharge({
      id: "charge",
      name: "Charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: "USD",
      pricing,
    });
  charges.set(pricing, charge);
  return charge;
}

function compile(charge: Charge): CompiledTerms {
  if (!isRated(charge)) throw new Error("a charge without a model");
  return compileTerms(charge);
}

function ratingInput<U>(kind: UsageKind<U>, used: U): RatingInput {
  return { quantity: toFraction(kind.quantity(used)), input: kind.input(used) };
}

/** An event, a second after the one before. */
function event(index: number, fields: Readonly<Record<string, unknown>>): UsageEventInput {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
  return {
    id: `event ${index}`,
    customerId: "customer",
    unitOfMeasure: "unit",
    timestamp,
    ...fields,
  };
}

/** The fields of an event in a group: `name` is a field, `properties.region` is a property. */
function fieldsOf(pricing: Pricing, key: Group["key"]): Readonly<Record<string, unknown>> {
  const names = modelOf(pricing).groupsBy?.(pricing) ?? [];
  const entries = names.map((name, index) => [name, key[index] ?? null] as const);
  const [own, properties] = [true, false].map((isOwn) =>
    Object.fromEntries(
      entries
        .filter(([name]) => !name.startsWith("properties.") === isOwn)
        .map(([name, value]) => [name.replace("properties.", ""), value]),
    ),
  );
  return { ...own, properties };
}

function inGroup(groups: readonly Group[], key: Group["key"]): Ratio {
  const same = groups.filter((group) => group.key.every((value, index) => value === key[index]));
  return sum(same.map((group) => group.quantity));
}

function sum(numbers: readonly Ratio[]): Ratio {
  return numbers.reduce(plus, ratio(0n));
}

function toRatio({ numerator, denominator }: Fraction): Ratio {
  return ratio(numerator, denominator);
}

function toFraction({ top, bottom }: Ratio): Fraction {
  return { numerator: top, denominator: bottom };
}

function writtenRating({ quantity, amount, ...breakdown }: ExactRating) {
  return { quantity, amount, ...written(breakdown) };
}

/** A breakdown with its numbers as lines show them. */
export function written({ unitPrice, tiers, steps }: Breakdown) {
  return {
    unitPrice: unitPrice && formatExact(unitPrice),
    tiers: tiers.map(writeTierUse),
    steps: steps.map(writeStep),
  };
}

function valuesOf(of: "amount" | "quantity", steps: readonly Step[]): readonly string[] {
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

/** A prepared rater: whatever way a quantity takes, its amount is the one that the steps of a billing period come to. */
import fc from "fast-check";
import {
  type BillingPolicyInput,
  type Charge,
  type DecimalInput,
  isPricingError,
  type PricingIssue,
  parseCharge,
  rate,
  rateAmount,
  ratePrepared,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { charge as anyCharge } from "../support/arbitraries.js";
import { anyDesign, fewQuantities } from "../support/designs.js";
import { issuesOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

/** What a computation gives, or every issue of what it is refused for. */
function outcomeOf<T>(compute: () => T): T | readonly PricingIssue[] {
  try {
    return compute();
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues;
  }
}

const modes = [
  ...(["half-away-from-zero", "half-toward-zero", "half-even", "half-odd"] as const),
  ...(["half-ceiling", "half-floor", "up", "down", "ceiling", "floor"] as const),
];
const policies: fc.Arbitrary<BillingPolicyInput> = fc.record(
  {
    rounding: fc.record(
      { mode: fc.constantFrom(...modes), increment: fc.constantFrom("0.05", "1", "7.25") },
      { requiredKeys: [] },
    ),
    negativeUsage: fc.constantFrom("zero", "allow"),
  },
  { requiredKeys: [] },
);

/** Every number that stands in the terms of a charge: where its amount may jump or bend. */
function numbersIn(data: unknown): readonly string[] {
  if (typeof data === "string") return /^\d+(?:\.\d+)?$/.test(data) ? [data] : [];
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(numbersIn) : [];
}

/** A decimal moved by so many units of its last decimal, or of one further. */
function moved(decimal: string, by: bigint, further: number): string {
  const [whole = "0", decimals = ""] = decimal.split(".");
  const scale = decimals.length + further;
  const units = BigInt(whole + decimals.padEnd(scale, "0")) + by;
  const digits = `${units < 0n ? -units : units}`.padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${units < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
}

/** Quantities at, just above and just below the numbers of a charge. */
function atBounds({ id: _, name: __, ...terms }: Charge): fc.Arbitrary<string> {
  const numbers = numbersIn({ ...terms, one: "1" });
  return fc
    .tuple(fc.constantFrom(...numbers), fc.constantFrom(-1n, 0n, 1n), fc.nat({ max: 1 }))
    .map(([number, by, further]) => moved(number, by, further));
}

const anyQuantity: fc.Arbitrary<DecimalInput> = fc.oneof(
  fewQuantities,
  fewQuantities.map(Number),
  fc.nat().map((units) => units / 1_000),
  fc.double({ noNaN: true, min: -1e6, max: 1e15 }),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(10n ** 3n), max: 10n ** 20n }),
  fc.bigInt({ min: 0n, max: 10n ** 25n }).map((units) => `${units}e-7`),
  fc.constantFrom("0", "-0", "007.50", "1.", ".5", "+3", "1e3", "1.0000001", "9007199254740993"),
  fc.constantFrom(-0, 0.1 + 0.2, 2 ** 53 - 1, 4503599627370495, 999999999999999),
);
const noQuantity = fc.constantFrom<DecimalInput>(
  Number.NaN,
  2 ** 60,
  Number.POSITIVE_INFINITY,
  "",
  "x",
  "1e400",
  "--1",
);

describe("LAW: a prepared charge bills what its line comes to", () => {
  it("whatever the charge, the quantity and the way to round, with the same issues", () => {
    const cases = fc.tuple(fc.oneof(anyDesign, anyCharge), policies).chain(([input, policy]) => {
      const charge = outcomeOf(() => parseCharge({ ...input, currency: "USD" }));
      const near = "id" in charge ? atBounds(charge) : fewQuantities;
      return fc.tuple(
        fc.constant({ ...input, currency: "USD" }),
        fc.constant(policy),
        fc.array(fc.oneof(near, anyQuantity, noQuantity), { minLength: 1, maxLength: 5 }),
      );
    });
    fc.assert(
      fc.property(cases, ([charge, policy, quantities]) => {
        const price = outcomeOf(() => ratePrepared(charge, policy));
        for (const quantity of quantities) {
          const expected = outcomeOf(() => rate(charge, quantity, policy).amount);
          expect(typeof price === "function" ? outcomeOf(() => price(quantity)) : price).toEqual(
            expected,
          );
          expect(outcomeOf(() => rateAmount(charge, quantity, policy))).toEqual(expected);
        }
      }),
      tries(300),
    );
  });
});

/** An amount of dollars in cents. */
const cents = (amount: string) => BigInt(amount.replace(".", ""));

describe("LAW: a column costs what its quantities cost one by one", () => {
  it("numbers, in safe integers, and whole quantities, in bigints, of any size and sign", () => {
    const numbers = fc.oneof(
      fewQuantities.map(Number),
      fc.nat({ max: 5_000 }),
      fc.double({ noNaN: true, min: -1e4, max: 1e17 }),
      fc.constantFrom(Number.NaN, 2 ** 52, 2 ** 53, 0.1 + 0.2),
    );
    const bigints = fc.oneof(
      fc.bigInt({ min: -9n, max: 3_000n }),
      fc.bigInt({ min: 0n, max: 2n ** 62n }),
    );
    fc.assert(
      fc.property(
        fc.oneof(anyDesign, anyCharge),
        policies,
        fc.array(numbers, { maxLength: 8 }),
        fc.array(bigints, { maxLength: 8 }),
        (input, policy, list, wholes) => {
          const charge = { ...input, currency: "USD" };
          const price = outcomeOf(() => ratePrepared(charge, policy));
          if (typeof price !== "function") return;
          const oneByOne = (quantities: readonly DecimalInput[], most: bigint) => {
            const issues: string[] = [];
            const units = quantities.map((quantity, index) => {
              const amount = outcomeOf(() => price(quantity));
              if (typeof amount === "string") {
                const value = cents(amount);
                if (value <= most && value >= -most) return value;
                issues.push(`out_of_range quantities[${index}]`);
              } else issues.push(...amount.map(({ code }) => `${code} quantities[${index}]`));
              return 0n;
            });
            return issues.length > 0 ? issues : units;
          };
          const column = (compute: () => Float64Array | BigInt64Array) => {
            const units = outcomeOf(compute);
            return units instanceof Float64Array || units instanceof BigInt64Array
              ? Array.from<number | bigint>(units).map(BigInt)
              : units.map(({ code, path: [name, index] }) => `${code} ${name}[${index}]`);
          };
          expect(column(() => price.many(Float64Array.from(list)))).toEqual(
            oneByOne(list, 2n ** 53n - 1n),
          );
          expect(column(() => price.many(BigInt64Array.from(wholes)))).toEqual(
            oneByOne(wholes, 2n ** 63n - 1n),
          );
        },
      ),
      tries(200),
    );
  });
});

const penny = {
  id: "penny",
  name: "Penny",
  chargeType: "usage",
  unitOfMeasure: "page",
  currency: "USD",
  pricing: { model: "per-unit", unitPrice: "0.01" },
} as const;

describe("where integers end", () => {
  // A page is a cent: so many pages are so many cents.
  it.each([
    [2 ** 52 - 1, "45035996273704.95"],
    [2 ** 52, "45035996273704.96"],
    [2 ** 52 + 1, "45035996273704.97"],
    [2 ** 53 - 1, "90071992547409.91"],
    [2n ** 53n + 1n, "90071992547409.93"],
    [2n ** 63n, "92233720368547758.08"],
    [10n ** 30n + 1n, "10000000000000000000000000000.01"],
    ["4503599627370496.5", "45035996273704.97"],
    // Half a cent is rounded away from zero, a little less is not.
    ["0.5", "0.01"],
    ["0.499999", "0.00"],
    ["0.4999999999", "0.00"],
  ])("%s pages at a cent are %s", (pages, amount) => {
    expect(ratePrepared(penny)(pages)).toBe(amount);
    expect(rateAmount(penny, pages)).toBe(amount);
  });

  it("tells what a column cannot hold, and prices it by itself", () => {
    const price = ratePrepared({
      ...penny,
      pricing: { model: "per-unit", unitPrice: "10000000000" },
    });
    // 10^4 × 10^10 = 10^14 dollars are 10^16 cents, more than 2^53 − 1.
    expect(issuesOf(() => price.many(Float64Array.of(1, 10_000)))).toEqual([
      "out_of_range quantities.1",
    ]);
    expect(price(10_000)).toBe("100000000000000.00");
    expect([...price.many(BigInt64Array.of(1n, 10_000n))]).toEqual([10n ** 12n, 10n ** 16n]);
    // 10^7 × 10^10 dollars are 10^19 cents, more than 2^63 − 1.
    expect(issuesOf(() => price.many(BigInt64Array.of(10n ** 7n)))).toEqual([
      "out_of_range quantities.0",
    ]);
  });

  it("finds one of very many tiers", () => {
    // Tier k prices the units from 10k to 10(k + 1) at k tenths of a cent.
    const tiers = Array.from({ length: 200 }, (_, index) => ({
      unitPrice: `0.${String(index).padStart(3, "0")}`,
      ...(index < 199 ? { upTo: 10 * (index + 1) } : {}),
    }));
    const price = ratePrepared({ ...penny, pricing: { model: "tiered", tiers } });
    let mils = 0n;
    for (let units = 1; units <= 2_100; units += 1) {
      mils += BigInt(Math.min(Math.ceil(units / 10) - 1, 199));
      expect(price.many(Float64Array.of(units))[0]).toBe(Number((mils + 5n) / 10n));
    }
  });
});

describe("what is no column", () => {
  it.each([
    ["a list", [1, 2]],
    ["other integers", Int32Array.of(1)],
    ["a proxy of a column", new Proxy(Float64Array.of(1), {})],
    ["nothing", undefined],
  ])("is refused: %s", (_, quantities) => {
    expect(issuesOf(() => ratePrepared(penny).many(unchecked(quantities)))).toEqual([
      "invalid_type quantities",
    ]);
  });

  it("is left as it was passed", () => {
    const quantities = Float64Array.of(1, 2, 3);
    ratePrepared(penny).many(quantities);
    expect([...quantities]).toEqual([1, 2, 3]);
  });
});

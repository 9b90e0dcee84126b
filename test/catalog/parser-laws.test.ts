/** Laws that hold for every parser, on whatever valid input it is given. */
import fc from "fast-check";
import {
  isPricingError,
  type ParseResult,
  parseCharge,
  parsePolicy,
  parseProduct,
  parseRatePlan,
  parseSubscription,
  safeParseCharge,
  safeParsePolicy,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
} from "rateplan";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../support/arbitraries.js";

interface Parser {
  readonly name: string;
  readonly input: fc.Arbitrary<object>;
  readonly safeParse: (input: unknown) => ParseResult<object>;
  readonly parse: (input: never) => object;
}

const parsers: readonly Parser[] = [
  { name: "charge", input: arbitrary.charge, safeParse: safeParseCharge, parse: parseCharge },
  {
    name: "rate plan",
    input: arbitrary.ratePlan,
    safeParse: safeParseRatePlan,
    parse: parseRatePlan,
  },
  { name: "product", input: arbitrary.product, safeParse: safeParseProduct, parse: parseProduct },
  {
    name: "subscription",
    input: arbitrary.subscription,
    safeParse: safeParseSubscription,
    parse: parseSubscription,
  },
  { name: "policy", input: arbitrary.policy, safeParse: safeParsePolicy, parse: parsePolicy },
];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Everything in a value that is an object, the value first. */
function objectsIn(value: unknown): object[] {
  return isRecord(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
}

/** Freezes objects and lists all the way down; decimals of decimal.js stay as they are. */
function deepFreeze<T>(value: T): T {
  for (const each of objectsIn(value)) if (isPlain(each)) Object.freeze(each);
  return value;
}

/** A copy that shares no object with the original but its decimals, which do not change. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isRecord(value) || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
}

/** The same with the keys of every object in another order. */
function reordered(value: unknown, order: readonly number[]): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, order));
  if (!isRecord(value) || !isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, item], index) => ({
    rank: order[index % order.length] ?? 0,
    entry: [key, reordered(item, order)] as const,
  }));
  return Object.fromEntries(entries.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry));
}

describe.each(parsers)("the parser of a $name", ({ input, safeParse, parse }) => {
  it("returns its own output as it is: the same object", () => {
    fc.assert(
      fc.property(input, (value) => {
        const parsed = parse(value as never);
        expect(parse(parsed as never)).toBe(parsed);
      }),
    );
  });

  it("reads a copy of its output as the same data again", () => {
    fc.assert(
      fc.property(input, (value) => {
        const parsed = parse(value as never);
        const again = parse(structuredClone(parsed) as never);
        expect(again).toStrictEqual(parsed);
      }),
    );
  });

  it("returns JSON: what comes back from a column is what went in", () => {
    fc.assert(
      fc.property(input, (value) => {
        const parsed = parse(value as never);
        const stored: unknown = JSON.parse(JSON.stringify(parsed));
        expect(stored).toStrictEqual(parsed);
        expect(parse(stored as never)).toStrictEqual(parsed);
      }),
    );
  });

  it("returns data that is frozen all the way down", () => {
    fc.assert(
      fc.property(input, (value) => {
        expect(objectsIn(parse(value as never)).filter((each) => !Object.isFrozen(each))).toEqual(
          [],
        );
      }),
    );
  });

  it("shares no object with its input", () => {
    fc.assert(
      fc.property(input, (value) => {
        const given = new Set(objectsIn(value));
        expect(objectsIn(parse(value as never)).filter((each) => given.has(each))).toEqual([]);
      }),
    );
  });

  it("neither changes nor freezes its input", () => {
    fc.assert(
      fc.property(input, (value) => {
        const before = copyOf(value);
        parse(value as never);
        expect(value).toStrictEqual(before);
        expect(objectsIn(value).filter((each) => Object.isFrozen(each))).toEqual([]);
      }),
    );
  });

  it("reads what its caller has frozen, and does not take it for its own", () => {
    fc.assert(
      fc.property(input, (value) => {
        const parsed = parse(copyOf(value) as never);
        const frozen = deepFreeze(value);
        expect(parse(frozen as never)).not.toBe(frozen);
        expect(parse(frozen as never)).toStrictEqual(parsed);
      }),
    );
  });

  it("does not care in which order keys are written", () => {
    fc.assert(
      fc.property(input, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (value, order) => {
        expect(parse(reordered(value, order) as never)).toStrictEqual(parse(value as never));
      }),
    );
  });

  it("refuses an unknown key, with its path", () => {
    fc.assert(
      fc.property(input, (value) => {
        const parsed = safeParse({ ...value, "no such key": 1 });
        expect(parsed).toMatchObject({
          ok: false,
          issues: [{ code: "unknown_key", path: ["no such key"] }],
        });
      }),
    );
  });

  it("throws what it would report", () => {
    const bad = { id: 5, nonsense: true };
    const result = safeParse(bad);
    let thrown: unknown;
    try {
      parse(bad as never);
    } catch (error) {
      thrown = error;
    }
    expect(isPricingError(thrown) && thrown.issues).toEqual(!result.ok && result.issues);
    expect(result.ok || result.issues.length).toBeGreaterThan(0);
  });

  it("is not fooled by a frozen object that is wrong", () => {
    expect(safeParse(Object.freeze({ nonsense: Object.freeze([]) })).ok).toBe(false);
  });
});

describe("what one parser has returned, another takes", () => {
  it("takes the plans and charges of a parsed product as they are", () => {
    fc.assert(
      fc.property(arbitrary.product, (value) => {
        const product = parseProduct(value);
        for (const plan of product.ratePlans) {
          expect(parseRatePlan(plan)).toBe(plan);
          for (const charge of plan.charges) expect(parseCharge(charge)).toBe(charge);
        }
      }),
    );
  });

  it("reads a plan made of parsed charges, and a product made of parsed plans", () => {
    fc.assert(
      fc.property(arbitrary.product, (value) => {
        const ratePlans = value.ratePlans.map((plan) =>
          parseRatePlan({ ...plan, charges: plan.charges.map((charge) => parseCharge(charge)) }),
        );
        expect(parseProduct({ ...value, ratePlans })).toStrictEqual(parseProduct(value));
      }),
    );
  });

  it("does not take a parsed charge for a parsed plan", () => {
    const charge = parseCharge({
      id: "fee",
      name: "Fee",
      chargeType: "one-time",
      pricing: { model: "flat", amount: 1 },
    });
    expect(safeParseRatePlan(charge).ok).toBe(false);
    expect(safeParseProduct(charge).ok).toBe(false);
    expect(safeParseSubscription(charge).ok).toBe(false);
    expect(safeParsePolicy(charge).ok).toBe(false);
  });
});

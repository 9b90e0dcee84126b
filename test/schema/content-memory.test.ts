/** Equal literals are read once; whether anything is remembered can be seen by nobody but by looking at the objects. */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { type ChargeInput, parseCharge, safeParseCharge, safeParsePolicy } from "rateplan";
import { describe, expect, it } from "vitest";
import { contentMemory, contentOf } from "../../src/schema/content-memory.js";
import { unchecked } from "../support/plans.js";

const charge = (name = "Outcomes", unitPrice: unknown = "0.5") =>
  unchecked<ChargeInput>({
    id: "c",
    name,
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: { model: "per-unit", unitPrice },
  });

/** Everything that tells two values apart, written by another way: types, signs and the order of keys. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${shown(item)}`,
    );
    return `{${fields.join(",")}}`;
  }
  return Object.is(value, -0) ? "-0" : `${typeof value} ${JSON.stringify(value)}`;
}

describe("the content of data as a text", () => {
  it("is the same for the same data alone", () => {
    const data = fc.array(fc.jsonValue(), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(data, ([a, b]) => {
        const [first, second] = [contentOf(a), contentOf(b)];
        if (first !== undefined && second !== undefined) {
          expect(first === second).toBe(shown(a) === shown(b));
        }
        expect(contentOf(structuredClone(a))).toBe(first);
      }),
    );
  });

  it.each([
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    5n,
    undefined,
    Symbol("x"),
    () => 1,
    new Decimal("0.5"),
  ])("is none where JSON has no words: %s", (value) => {
    for (const data of [value, [value], { a: value }, { "": value }, [[{ a: [value] }]]]) {
      expect(contentOf(data)).toBeUndefined();
    }
  });

  it("tells a number from a text, and the order of keys", () => {
    expect(contentOf({ a: 1 })).not.toBe(contentOf({ a: "1" }));
    expect(contentOf({ a: 1, b: 2 })).not.toBe(contentOf({ b: 2, a: 1 }));
  });
});

describe("what is remembered", () => {
  it("is what was asked for last, up to 200 things", () => {
    const memory = contentMemory();
    const values = Array.from({ length: 201 }, (_, index) => ({ index }));
    for (const [index, value] of values.entries()) {
      memory.keep(`k${index}`, value);
      expect(memory.recall("k0")).toBe(values[0]);
    }
    // 200 of 201 are left: k0 was asked for each time, k1 was not.
    expect(memory.recall("k1")).toBeUndefined();
    expect(memory.recall("k2")).toBe(values[2]);
    expect(memory.recall("k200")).toBe(values[200]);
  });

  it("has at most four million characters in all", () => {
    const memory = contentMemory();
    const long = (letter: string) => letter.repeat(1_500_000);
    for (const letter of ["a", "b", "c"]) memory.keep(long(letter), { letter });
    expect(memory.recall(long("a"))).toBeUndefined();
    expect(memory.recall(long("c"))).toEqual({ letter: "c" });
    memory.keep("x".repeat(4_000_001), {});
    expect(memory.recall("x".repeat(4_000_001))).toBeUndefined();
    // What was too long drove nothing out.
    expect(memory.recall(long("b"))).toEqual({ letter: "b" });
  });
});

describe("equal literals", () => {
  it("are read once", () => {
    expect(parseCharge(charge())).toBe(parseCharge(charge()));
    expect(parseCharge(charge("Other"))).not.toBe(parseCharge(charge()));
  });

  it("are read anew when they were changed between calls", () => {
    const written = { ...charge() } as { name: string } & ChargeInput;
    expect(parseCharge(written).name).toBe("Outcomes");
    written.name = "Resolutions";
    expect(parseCharge(written).name).toBe("Resolutions");
  });

  it("are no others that only look alike in JSON", () => {
    expect(safeParseCharge(charge("0.5")).ok).toBe(true);
    // A decimal is a price, and no name.
    expect(safeParseCharge(charge(unchecked(new Decimal("0.5")))).ok).toBe(false);
    expect(parseCharge(charge("a", new Decimal("0.5")))).toEqual(parseCharge(charge("a", "0.5")));
    expect(safeParseCharge(charge("a", Number.NaN)).ok).toBe(false);
  });

  it("of one policy are not those of another", () => {
    const inCredits = { ...charge(), currency: "CREDIT" };
    const policy = { currencies: { CREDIT: 2 } };
    expect(safeParseCharge(inCredits, { policy }).ok).toBe(true);
    expect(safeParseCharge(inCredits).ok).toBe(false);
    expect(safeParseCharge(inCredits, { policy: { currencies: { CREDIT: 2 } } }).ok).toBe(true);
    expect(safeParsePolicy(policy)).toEqual(safeParsePolicy({ currencies: { CREDIT: 2 } }));
  });

  it("that are wrong are wrong each time", () => {
    const wrong = () => safeParseCharge({ ...charge(), unitOfMeasure: "" });
    expect(wrong()).toEqual(wrong());
    expect(wrong().ok).toBe(false);
  });
});

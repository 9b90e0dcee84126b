import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/data/canonical-json.js";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON values as JSON gives them: no −0, no prototype of another kind. */
const values: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 4 })
  .map((value): Json => JSON.parse(JSON.stringify(value)));

/** The same data with the keys of every object in another order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reordered(item)]));
}

describe("canonical JSON", () => {
  it.each([
    { value: { b: 1, a: [true, null, "x y"] }, text: '{"a":[true,null,"x y"],"b":1}' },
    { value: { "10": 1, "9": 2, a: 3, B: 4 }, text: '{"10":1,"9":2,"B":4,"a":3}' },
    // By code units, as JavaScript compares: the emoji's first unit is below U+FFFF.
    { value: { "\uffff": 1, "😀": 2, é: 3, z: 4 }, text: '{"z":4,"é":3,"😀":2,"\uffff":1}' },
    { value: { a: undefined, b: { c: undefined } }, text: '{"b":{}}' },
    { value: [undefined, 1], text: "[null,1]" },
    { value: { a: 10n ** 20n }, text: '{"a":"100000000000000000000"}' },
    { value: -0, text: "0" },
    { value: 1e21, text: "1e+21" },
    { value: 'quote " and \\ and \n', text: '"quote \\" and \\\\ and \\n"' },
    { value: "\ud800", text: '"\\ud800"' },
    { value: undefined, text: "null" },
    { value: Number.NaN, text: "null" },
    { value: {}, text: "{}" },
    { value: [], text: "[]" },
    { value: { "": "" }, text: '{"":""}' },
  ])("of a value is $text", ({ value, text }) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it("is JSON of the same data", () => {
    fc.assert(
      fc.property(values, (value) => isDeepStrictEqual(JSON.parse(canonicalJson(value)), value)),
    );
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(values, (value) => canonicalJson(reordered(value)) === canonicalJson(value)),
    );
  });

  it("differs where the data differ", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        return (canonicalJson(a) === canonicalJson(b)) === isDeepStrictEqual(a, b);
      }),
    );
    const alike = [[], {}, null, 0, "", "0", false, [[]], [{}], [null], { a: null }, "null", "[]"];
    expect(new Set(alike.map(canonicalJson)).size).toBe(alike.length);
  });

  it("adds no spaces of its own", () => {
    const shape = fc.jsonValue({ stringUnit: fc.constantFrom("a", "b", "1") });
    fc.assert(fc.property(shape, (value) => !/\s/.test(canonicalJson(value))));
  });
});

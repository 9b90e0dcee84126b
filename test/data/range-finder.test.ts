/** Numbers found by position and size: the same as looking at each. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstIndex } from "../../src/data/first-index.js";
import { rangeFinder } from "../../src/data/range-finder.js";
import { tries } from "../support/tries.js";

describe("the first number of a range from a position on", () => {
  it("is the one that looking at each of them finds", () => {
    const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 40, size: "max" });
    const bound = fc.oneof(
      fc.integer({ min: -10, max: 10 }),
      fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(numbers, fc.nat(45), bound, bound, (list, from, least, most) => {
        const found = list.findIndex(
          (each, index) => index >= from && each >= least && each <= most,
        );
        expect(rangeFinder(list)(from, least, most)).toBe(found < 0 ? undefined : found);
      }),
      tries(2_000),
    );
  });

  it("is none in an empty list", () => {
    expect(rangeFinder([])(0, 0, 1)).toBeUndefined();
  });
});

describe("the first position from which on something holds", () => {
  it("is the one that looking at each of them finds", () => {
    const sorted = fc
      .array(fc.nat(20), { maxLength: 40 })
      .map((list) => list.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(sorted, fc.nat(21), (list, least) => {
        const found = list.findIndex((each) => each >= least);
        expect(firstIndex(list, (each) => each >= least)).toBe(found < 0 ? list.length : found);
      }),
    );
  });
});

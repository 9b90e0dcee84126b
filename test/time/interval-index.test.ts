import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, type Interval, overlap } from "../../src/time/interval.js";
import { intervalIndex } from "../../src/time/interval-index.js";

const intervals = fc
  .tuple(
    fc.integer({ min: -50, max: 50 }),
    fc.oneof(fc.nat(8), fc.nat(100), fc.constant(Number.POSITIVE_INFINITY)),
  )
  .map(([start, length]): Interval => ({ start, end: start + length }));

describe("items over stretches of time", () => {
  it("are found where they overlap a stretch, in the order in which they were given", () => {
    fc.assert(
      fc.property(fc.array(intervals), intervals, (items, within) => {
        const found = intervalIndex(items, (each) => each).overlapping(within);
        expect(found).toEqual(items.filter((each) => overlap(each, within) !== undefined));
      }),
    );
  });

  it("are found where they contain an instant, in the order in which they were given", () => {
    fc.assert(
      fc.property(fc.array(intervals), fc.integer({ min: -60, max: 160 }), (items, instant) => {
        const found = intervalIndex(items, (each) => each).at(instant);
        expect(found).toEqual(items.filter((each) => contains(each, instant)));
      }),
    );
  });

  it("have no time where they are empty", () => {
    const index = intervalIndex([{ start: 5, end: 5 }], (each) => each);
    expect([index.at(5), index.overlapping({ start: 0, end: 10 })]).toEqual([[], []]);
  });

  it("may last forever", () => {
    const life = { start: 0, end: Number.POSITIVE_INFINITY };
    const index = intervalIndex([life], (each) => each);
    expect([index.at(1e15), index.at(-1)]).toEqual([[life], []]);
  });
});

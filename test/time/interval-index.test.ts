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

  const [later, first, long, short] = [
    { start: 30, end: 40 },
    { start: 10, end: 20 },
    { start: 0, end: 100 },
    { start: 15, end: 16 },
  ];
  const index = intervalIndex([later, first, long, short], (each) => each);

  it("contain their start and not their end", () => {
    expect([9, 10, 15, 16, 20, 30].map((instant) => index.at(instant))).toEqual([
      [long],
      [first, long],
      [first, long, short],
      [first, long],
      [long],
      [later, long],
    ]);
  });

  it("have a part in a stretch that is longer than nothing", () => {
    const found = (start: number, end: number) => index.overlapping({ start, end });
    expect(found(20, 30)).toEqual([long]);
    expect(found(19, 31)).toEqual([later, first, long]);
    expect(found(16, 20)).toEqual([first, long]);
    expect(found(100, 200)).toEqual([]);
    expect(found(15, 15)).toEqual([]);
    expect(found(40, 10)).toEqual([]);
  });

  it("of one length are told apart by when they begin, in whatever order they are given", () => {
    const days = [50, 10, 40, 20, 30, -20, -10].map((start) => ({ start, end: start + 10 }));
    const found = intervalIndex(days, (each) => each);
    expect([-20, -1, 19, 25, 59, 60].map((instant) => found.at(instant))).toEqual([
      [{ start: -20, end: -10 }],
      [{ start: -10, end: 0 }],
      [{ start: 10, end: 20 }],
      [{ start: 20, end: 30 }],
      [{ start: 50, end: 60 }],
      [],
    ]);
    expect(found.overlapping({ start: -15, end: 35 })).toEqual([
      { start: 10, end: 20 },
      { start: 20, end: 30 },
      { start: 30, end: 40 },
      { start: -20, end: -10 },
      { start: -10, end: 0 },
    ]);
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

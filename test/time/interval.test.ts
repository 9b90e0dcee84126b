import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contains,
  cutAt,
  type Interval,
  instantsWithin,
  overlap,
  sameInterval,
} from "../../src/time/interval.js";

const ten: Interval = { start: 10, end: 20 };

describe("an interval", () => {
  it("contains its start and not its end", () => {
    expect([9, 10, 19, 20].map((at) => contains(ten, at))).toEqual([false, true, true, false]);
  });

  it("is the same as another where both ends are", () => {
    const others = [ten, { start: 10, end: 21 }, { start: 9, end: 20 }, { start: 0, end: 1 }];
    expect(others.map((other) => sameInterval(ten, { ...other }))).toEqual([
      ...[true, false, false, false],
    ]);
  });

  it("has a part in common with another only where that is longer than nothing", () => {
    expect(overlap(ten, { start: 15, end: 30 })).toEqual({ start: 15, end: 20 });
    expect(overlap(ten, { start: 0, end: 11 })).toEqual({ start: 10, end: 11 });
    expect(overlap(ten, { start: 20, end: 30 })).toBeUndefined();
    expect(overlap(ten, { start: 0, end: 10 })).toBeUndefined();
  });
});

describe("the instants within an interval", () => {
  it.each<readonly [readonly number[], readonly number[]]>([
    [[], []],
    [[10], [10]],
    [[20], []],
    [
      [1, 9, 10, 11, 19, 20, 30],
      [10, 11, 19],
    ],
    [
      [10, 10, 15, 20, 20],
      [10, 10, 15],
    ],
    [[1, 2, 3], []],
    [[25, 30], []],
  ])("of %j are %j", (instants, within) => {
    expect(instantsWithin(instants, ten)).toEqual(within);
  });

  it("are those that it contains, in their order", () => {
    const instants = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });
    fc.assert(
      fc.property(instants, (given) => {
        const sorted = given.toSorted((a, b) => a - b);
        expect(instantsWithin(sorted, ten)).toEqual(sorted.filter((at) => contains(ten, at)));
      }),
    );
  });
});

describe("an interval that is cut", () => {
  it.each<readonly [readonly number[], readonly (readonly [number, number])[]]>([
    [[], [[10, 20]]],
    [
      [15],
      [
        [10, 15],
        [15, 20],
      ],
    ],
    [
      [17, 12],
      [
        [10, 12],
        [12, 17],
        [17, 20],
      ],
    ],
    [
      [12, 12],
      [
        [10, 12],
        [12, 20],
      ],
    ],
    // What lies at its ends or outside cuts nothing.
    [[10, 20, 5, 25], [[10, 20]]],
    [
      [9, 11, 100],
      [
        [10, 11],
        [11, 20],
      ],
    ],
  ])("at %j has the pieces %j", (cuts, pieces) => {
    expect(cutAt(ten, cuts)).toEqual(pieces.map(([start, end]) => ({ start, end })));
  });

  it("tiles itself, at each of the cuts inside of it", () => {
    const instants = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 6 });
    fc.assert(
      fc.property(instants, (cuts) => {
        const pieces = cutAt(ten, cuts);
        expect(pieces[0]?.start).toBe(10);
        expect(pieces.at(-1)?.end).toBe(20);
        const inside = new Set(cuts.filter((at) => at > 10 && at < 20));
        expect(pieces).toHaveLength(inside.size + 1);
        for (const [index, { start, end }] of pieces.entries()) {
          expect(start).toBeLessThan(end);
          if (index > 0) expect(start).toBe(pieces[index - 1]?.end);
        }
      }),
    );
  });
});

describe("instants in order", () => {
  it("are found within an interval as by looking at each", () => {
    const small = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(small), small, small, (all, start, length) => {
        const instants = all.toSorted((a, b) => a - b);
        const within = { start, end: start + length };
        expect(instantsWithin(instants, within)).toEqual(
          instants.filter((at) => contains(within, at)),
        );
      }),
    );
  });
});

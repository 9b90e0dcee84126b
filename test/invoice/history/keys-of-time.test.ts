/** What documents say was billed of a time: under its own name, and under those of parts with other boundaries. */
import { describe, expect, it } from "vitest";
import type { ClosedPart } from "../../../src/invoice/history/closed-part.js";
import {
  billedUntil,
  closedWithin,
  type History,
  isOnRecord,
  keysOfTime,
  nextSequence,
  partText,
} from "../../../src/invoice/history/history.js";
import type { Interval } from "../../../src/time/interval.js";
import { intervalIndex } from "../../../src/time/interval-index.js";
import { unchecked } from "../../support/plans.js";

type Timing = ClosedPart["part"];

const interval = (start: number, end: number): Interval => ({ start, end });

/** A closed part; one that is retired has no states left. */
function part(timing: Timing, period: Interval, isRetired = false): ClosedPart {
  const first = { document: { scope: "period" }, period };
  return unchecked({ part: timing, period, states: isRetired ? [] : [{}], first });
}

/** A history of closed parts, of periods of which interim documents have billed usage, and of keys by their starts. */
function historyOf({
  closed = [],
  interims = [],
  keys = [],
}: {
  readonly closed?: readonly ClosedPart[];
  readonly interims?: readonly Interval[];
  readonly keys?: readonly (readonly [timing: Timing, of: Interval, key: string, start: number])[];
}): History {
  const indexOf = (timing: Timing) =>
    intervalIndex(
      closed.filter((each) => each.part === timing),
      ({ period }) => period,
    );
  const keysOf = new Map<string, Set<string>>();
  for (const [timing, of, key] of keys) {
    const name = partText(timing, of);
    keysOf.set(name, (keysOf.get(name) ?? new Set()).add(key));
  }
  return unchecked({
    zone: "UTC",
    documents: [],
    keysOf,
    billed: new Map(keys.map(([, , key, start]) => [key, { key: { start } }])),
    parts: new Map(closed.map((each) => [partText(each.part, each.period), each])),
    interims: new Map(interims.map((each) => [partText("in-arrears", each), each])),
    byTime: { "in-advance": indexOf("in-advance"), "in-arrears": indexOf("in-arrears") },
  });
}

const [own, moved, other] = [interval(10, 20), interval(5, 15), interval(20, 30)];

describe("the keys that were billed for a part of a billing period", () => {
  const keys = [
    ["in-arrears", own, "own", 3],
    ["in-arrears", moved, "begins before it", 9],
    ["in-arrears", moved, "begins in it", 10],
    ["in-arrears", other, "of the next", 20],
    ["in-advance", own, "ahead", 10],
  ] as const;
  const closed = [part("in-arrears", own), part("in-arrears", moved), part("in-arrears", other)];

  it("are all of its own, and those of parts with other boundaries that begin in its time", () => {
    const history = historyOf({ closed, keys });
    expect([...keysOfTime(history, "in-arrears", own)]).toEqual(["own", "begins in it"]);
    expect([...keysOfTime(history, "in-arrears", other)]).toEqual(["of the next"]);
    expect([...keysOfTime(history, "in-advance", own)]).toEqual(["ahead"]);
    expect([...keysOfTime(history, "in-advance", other)]).toEqual([]);
    // A part that has no keys adds none.
    expect([...keysOfTime(historyOf({ closed }), "in-arrears", own)]).toEqual([]);
  });

  it("are, of usage, also those of interim documents of periods with other boundaries", () => {
    const interims = [moved];
    const history = historyOf({ interims, keys });
    expect([...keysOfTime(history, "in-arrears", own)]).toEqual(["own", "begins in it"]);
    const ahead = historyOf({ interims, keys: [["in-arrears", moved, "begins in it", 10]] });
    expect([...keysOfTime(ahead, "in-advance", own)]).toEqual([]);
  });
});

describe("a time", () => {
  const history = historyOf({
    closed: [part("in-arrears", own), part("in-arrears", other, true), part("in-advance", moved)],
  });

  it("is on record where a part of it is, also one with other boundaries, or a retired one of the same", () => {
    expect(isOnRecord(history, "in-arrears", own)).toBe(true);
    expect(isOnRecord(history, "in-arrears", interval(19, 40))).toBe(true);
    expect(isOnRecord(history, "in-arrears", other)).toBe(true);
    expect(isOnRecord(history, "in-arrears", interval(21, 29))).toBe(false);
    expect(isOnRecord(history, "in-advance", own)).toBe(true);
    expect(isOnRecord(history, "in-advance", other)).toBe(false);
  });

  it("is closed by the parts that are not retired", () => {
    const within = (timing: Timing, of: Interval) =>
      closedWithin(history, timing, of).map(({ period }) => period);
    expect(within("in-arrears", interval(0, 100))).toEqual([own]);
    expect(within("in-arrears", other)).toEqual([]);
    expect(within("in-advance", interval(0, 100))).toEqual([moved]);
  });
});

describe("before the first document", () => {
  it("nothing is billed, and its number is the first", () => {
    expect(billedUntil(historyOf({}))).toBe(Number.NEGATIVE_INFINITY);
    expect(nextSequence(historyOf({}))).toBe(1);
  });

  it("after one that bills no usage, nothing of it is either", () => {
    const last = (until: string | null) =>
      unchecked<History>({
        zone: "UTC",
        documents: [{ document: { sequence: 4, basis: { billedUntil: until } } }],
      });
    expect(billedUntil(last(null))).toBe(Number.NEGATIVE_INFINITY);
    expect(billedUntil(last("2026-02-01"))).toBe(Date.UTC(2026, 1, 1));
    expect(nextSequence(last(null))).toBe(5);
  });
});

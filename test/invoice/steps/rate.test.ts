/** Which lines the segments of a period become, and how they are rounded. */
import { describe, expect, it } from "vitest";
import type { MeteredSegment } from "../../../src/invoice/rating/metered-segment.js";
import { rateSegments } from "../../../src/invoice/steps/rate.js";
import { fee, issuesOf, perUnit } from "../../support/plans.js";
import {
  between,
  day,
  keyOf,
  lineOf,
  periodPricing,
  segmentOf,
  shown,
} from "../../support/step-input.js";

function rated(
  segments: readonly MeteredSegment[],
  policy: Parameters<typeof periodPricing>[1] = {},
) {
  return rateSegments(periodPricing({ segments }, policy));
}

function amounts(...args: Parameters<typeof rated>): readonly string[] {
  return shown(rated(...args).lines).map(({ key, amount }) => `${key.split("@")[0]} ${amount}`);
}

describe("the lines of segments", () => {
  const thirds = ["a", "b", "c"].map((id) => segmentOf(perUnit(id, "0.333"), "1"));

  it("are rounded each for itself, or all of an invoice together", () => {
    expect(amounts(thirds)).toEqual(["usage:a 0.33", "usage:b 0.33", "usage:c 0.33"]);
    // 0.999 together: 1.00.
    expect(amounts(thirds, { rounding: { scope: "invoice" } })).toEqual([
      "usage:a 0.34",
      "usage:b 0.33",
      "usage:c 0.33",
    ]);
  });

  it("stay as they were billed where they are not rated again, but for what a guarantee gave back", () => {
    const billed = [lineOf(keyOf("usage", "x"), "7"), lineOf(keyOf("guarantee", "x"), "-2")];
    const kept = segmentOf(perUnit("x", "5"), "100", { billed });
    const segments = thirds.toSpliced(1, 0, kept);
    // What was billed is in no rounding.
    expect(amounts(segments, { rounding: { scope: "invoice" } })).toEqual([
      "usage:a 0.34",
      "usage:x 7.00",
      "usage:b 0.33",
      "usage:c 0.33",
    ]);
    const { lines, rated: from } = rated(segments);
    expect(lines.map((line) => from?.get(line))).toEqual(segments);
  });
});

describe("a line of nothing", () => {
  const ofNothing = segmentOf(perUnit("calls", "2"), "0");

  it("is left out, unless the policy keeps it", () => {
    expect(amounts([ofNothing])).toEqual([]);
    expect(amounts([ofNothing], { zeroLines: true })).toEqual(["usage:calls 0.00"]);
  });

  it("is left out of outcomes of earlier time, whatever the policy says", () => {
    const late = { ...ofNothing, occurredFrom: day("2026-05-01") };
    expect(amounts([late], { zeroLines: true })).toEqual([]);
    const some = segmentOf(perUnit("calls", "2"), "3", { occurredFrom: day("2026-05-01") });
    expect(amounts([some])).toEqual(["usage:calls 6.00"]);
  });

  it("stands there where something was used, or a fee of nothing is billed", () => {
    expect(amounts([segmentOf(perUnit("free", "0"), "5")])).toEqual(["usage:free 0.00"]);
    expect(amounts([segmentOf(fee("free", "0"))])).toEqual(["recurring:free 0.00"]);
  });

  it("is left out where the fee was billed with another part of its cycle", () => {
    const [first, second] = [
      between("2026-06-01", "2026-06-11"),
      between("2026-06-11", "2026-07-01"),
    ];
    const cycle = between("2026-06-01", "2026-07-01");
    const undivided = fee("base", "10", { proration: { method: "none" } });
    const parts = [first, second];
    const of = (position: number) =>
      segmentOf(undivided, undefined, { period: parts[position] ?? cycle, cycle, parts, position });
    expect(amounts([of(0), of(1)])).toEqual(["recurring:base 10.00"]);
  });

  it("is not what costs something where nothing is used", () => {
    const pricing = { model: "overage", baseFee: 10, includedUnits: 5, unitPrice: 1 } as const;
    expect(amounts([segmentOf(perUnit("calls", "1", { pricing }), "0")])).toEqual([
      "usage:calls 10.00",
    ]);
  });
});

describe("what a charge refuses", () => {
  const tiers = [{ upTo: 10, unitPrice: 1 }];
  const limited = (id: string, quantity: string) =>
    segmentOf(
      perUnit(id, "1", { pricing: { model: "tiered", tiers, overflow: "error" } }),
      quantity,
      {
        path: ["usage", id],
      },
    );

  it("is said of all of them at once, each where its usage was given", () => {
    const run = () => rated([limited("a", "11"), limited("b", "10"), limited("c", "12")]);
    expect(issuesOf(run)).toEqual([
      "quantity_above_last_tier usage.a",
      "quantity_above_last_tier usage.c",
    ]);
  });

  it("is told from a fault, which is thrown as it is", () => {
    const fault = new Error("broken");
    const broken = {
      ...limited("a", "1"),
      get metered(): never {
        throw fault;
      },
    };
    expect(() => rated([limited("b", "11"), broken])).toThrow(fault);
  });
});

/** What stays as it was billed: which segment of today is a recorded one, and what was billed of it as lines. */
import { type ChargeInput, type InvoiceLine, parseCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import type { AppliedShare, LineKey } from "../../../src/invoice/document/priced-line.js";
import type { ClosedSegment } from "../../../src/invoice/history/closed-part.js";
import {
  type BilledKey,
  type BilledLine,
  type History,
  segmentName,
} from "../../../src/invoice/history/history.js";
import {
  isSame,
  keptLine,
  keptLines,
  sameFinder,
} from "../../../src/invoice/history/kept-lines.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact, ONE, ZERO } from "../../../src/money/fraction.js";
import type { ChargeSegment } from "../../../src/subscription/segment.js";
import { documentOf } from "../../support/chain.js";
import { fee, JANUARY, perUnit, planOf, unchecked } from "../../support/plans.js";

const january = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 1, 1) };
const quarter = { start: january.start, end: Date.UTC(2026, 3, 1) };
const late = { start: Date.UTC(2026, 0, 11), end: january.end };

const seatsAt = (unitPrice: string, id = "seats") =>
  parseCharge({
    ...{ id, name: id, chargeType: "recurring", unitOfMeasure: "@seat", currency: "USD" },
    pricing: { model: "per-unit", unitPrice },
  });
const flat = parseCharge({ ...fee("seats", "10"), currency: "USD" });
const usage = parseCharge({ ...perUnit("seats", "10"), currency: "USD" });

const recorded: ClosedSegment = {
  charge: seatsAt("10"),
  ratePlanId: "starter",
  overridden: false,
  period: january,
  cycle: january,
  feeSpan: undefined,
  quantity: "2.50",
};

/** Units that are included for each of so many. */
const allowance = {
  ...{ span: january, cycle: january, used: ZERO, included: ZERO, carried: [] },
  held: "5",
};

function today(more: Partial<ChargeSegment>): ChargeSegment {
  return {
    ...recorded,
    agentType: "agent",
    pauses: [],
    priceInterval: january,
    parts: [january],
    position: 0,
    sharedLimits: () => [],
    ...more,
  };
}

describe("a segment of today", () => {
  it.each<readonly [string, Partial<ChargeSegment>, Partial<ClosedSegment>]>([
    ["nothing is another", {}, {}],
    ["its quantity is written otherwise", { quantity: "2.5" }, {}],
    ["the catalog has another price", { charge: seatsAt("20") }, {}],
    ["neither says a quantity", { quantity: undefined }, { quantity: undefined }],
    ["it has the same price of its own", { overridden: true }, { overridden: true }],
    ["a fee has no quantity", { charge: flat, quantity: "3" }, { charge: flat }],
    ["it holds as many of what it includes units for", { held: "5" }, { allowance }],
    ["usage has no quantity", { charge: usage, quantity: undefined }, { charge: usage }],
  ])("is the recorded one where %s", (_title, now, then) => {
    expect(isSame(today(now), { ...recorded, ...then })).toBe(true);
    expect(sameFinder([{ ...recorded, ...then }])(today(now))).toHaveLength(1);
  });

  it.each<readonly [string, Partial<ChargeSegment>, Partial<ClosedSegment>]>([
    ["charge", { charge: seatsAt("10", "other") }, {}],
    ["kind of charge", { charge: usage }, {}],
    ["period", { period: late }, {}],
    ["cycle", { cycle: quarter }, {}],
    ["plan", { ratePlanId: "pro" }, {}],
    ["price, its own", { overridden: true }, {}],
    ["price, no more its own", {}, { overridden: true }],
    ["price of its own", { overridden: true, charge: seatsAt("20") }, { overridden: true }],
    ["quantity", { quantity: "2.51" }, {}],
    ["quantity, which it says no more", { quantity: undefined }, {}],
    ["quantity, which it says now", {}, { quantity: undefined }],
    ["number of what it includes units for", { held: "6" }, { allowance }],
    ["part of its cycle as its fee", { feeSpan: late }, {}],
    ["part of its cycle as its fee than before", {}, { feeSpan: late }],
  ])("is not the recorded one where it has another %s", (_title, now, then) => {
    expect(isSame(today(now), { ...recorded, ...then })).toBe(false);
    expect(sameFinder([{ ...recorded, ...then }])(today(now))).toEqual([]);
  });
});

describe("what was billed", () => {
  const off: ChargeInput = {
    ...{ id: "off", name: "off", chargeType: "recurring" },
    pricing: { model: "discount", percent: 10 },
  };
  const document = documentOf({ plans: [planOf([fee("fee", "100"), off])] }, JANUARY);
  const [feeLine, offLine] = document.lines;
  const key = (more: Partial<LineKey> = {}): LineKey => ({
    ...{ kind: "recurring", chargeId: "fee", start: january.start, group: null },
    ...more,
  });

  function billed(
    own: LineKey,
    line: InvoiceLine | undefined,
    amounts: readonly string[],
    shares: readonly (readonly AppliedShare[])[] = [],
  ): BilledKey {
    const lines = amounts.map(
      (amount, index): BilledLine => ({
        line: unchecked(line),
        key: own,
        amount: exact(amount),
        period: january,
        shares: shares[index] ?? [],
        document,
      }),
    );
    return { key: own, lines, amount: exact(amounts.at(-1) ?? "0") };
  }

  it("of a fee is one line with its terms, without quantity or steps", () => {
    const { chargeType, pricing } = document.basis.terms[feeLine?.terms ?? ""] ?? {};
    expect(keptLine(billed(key(), feeLine, ["100"]))).toEqual({
      key: key(),
      kind: "recurring",
      description: "fee",
      period: january,
      quantity: ONE,
      unitOfMeasure: null,
      unitPrice: null,
      tiers: [],
      exactAmount: exact("100"),
      amount: exact("100"),
      terms: expect.objectContaining({ chargeType, pricing }),
      appliedTo: [],
      adjustment: null,
      steps: [],
    });
    expect([chargeType, pricing]).toEqual(["recurring", { model: "flat", amount: "100" }]);
  });

  it("has no terms where its document records none", () => {
    const line = { ...feeLine, terms: "gone" };
    expect(keptLine(billed(key(), unchecked(line), ["100"])).terms).toBeNull();
  });

  it("of a discount is what all its documents took off each line together", () => {
    const own = key({ kind: "discount", chargeId: "off" });
    const other = key({ chargeId: "other" });
    // 10.00 off the fee; then 2.00 of it back, and 1.00 off another line.
    const kept = keptLine(
      billed(
        own,
        offLine,
        ["-10", "1"],
        [
          [{ key: key(), amount: exact("-10") }],
          [
            { key: key(), amount: exact("2") },
            { key: other, amount: exact("-1") },
          ],
        ],
      ),
    );
    expect(kept.terms).toBeNull();
    expect(kept.appliedTo.map((each) => [each.key.chargeId, formatExact(each.amount)])).toEqual([
      ["fee", "-8"],
      ["other", "-1"],
    ]);
  });

  it("of a segment are its own lines and its guarantee's, of the time in which its outcomes occurred", () => {
    const marked = key({ mark: late.start });
    const keys = [
      key(),
      key({ kind: "minimum" }),
      key({ kind: "discount" }),
      key({ kind: "guarantee" }),
      marked,
    ];
    const name = segmentName("fee", january.start);
    const history: Pick<History, "bySegment"> = {
      bySegment: new Map([[name, keys.map((each) => billed(each, feeLine, ["1"]))]]),
    };
    const segment = { charge: parseCharge({ ...fee("fee", "1"), currency: "USD" }) };
    const kept = (period: typeof january, mark?: number) =>
      keptLines(unchecked(history), { ...segment, period }, mark).map((line) => line.key);
    expect(kept(january)).toEqual([key(), key({ kind: "guarantee" })]);
    expect(kept(january, late.start)).toEqual([marked]);
    expect(kept(late)).toEqual([]);
  });
});

/** What a missed guarantee gives back of what a charge bills. */
import type { Guarantee } from "rateplan";
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { MeteredSegment } from "../../../src/invoice/rating/metered-segment.js";
import { honourGuarantees } from "../../../src/invoice/steps/guarantees.js";
import type { PeriodPricing } from "../../../src/invoice/steps/period-step.js";
import { perUnit, unchecked } from "../../support/plans.js";
import {
  day,
  JUNE,
  keyOf,
  lineOf,
  periodPricing,
  segmentOf,
  shown,
} from "../../support/step-input.js";

const NINETY: Guarantee = { successRate: "90", remedy: { percent: "50" } };
const OUTCOME = { confirm: { signals: ["solved"] } };

/** A charge that bills its outcomes, of which so many of ten attempts succeeded. */
function attempted(
  successes: number,
  guarantee: Guarantee = NINETY,
  { attempts = 10, ...more }: Partial<MeteredSegment> & { readonly attempts?: number } = {},
): MeteredSegment {
  const charge = perUnit("outcome", "1", { outcome: OUTCOME, guarantee });
  return segmentOf(charge, "100", { outcomes: unchecked({ attempts, successes }), ...more });
}

const own = keyOf("usage", "outcome");

/** What is given back where the segment's line is the first of all lines. */
function back(
  segment: MeteredSegment,
  all: readonly PricedLine[] = [lineOf(own, "100")],
  more: Partial<PeriodPricing> = {},
) {
  const [first] = all;
  const segmentOfLine = new Map(first === undefined ? [] : [[first, segment]]);
  const pricing = periodPricing({ segments: [segment], ...more });
  return shown(honourGuarantees(pricing, { all, segmentOf: segmentOfLine }).lines);
}

const amounts = (lines: ReturnType<typeof back>) => lines.map(({ amount }) => amount);

describe("a guarantee that was missed", () => {
  it("gives back what it promises, and says how many attempts succeeded", () => {
    expect(back(attempted(8))).toMatchObject([
      {
        key: "guarantee:outcome@2026-06-01",
        chargeId: "outcome",
        group: null,
        period: JUNE,
        description: "outcome: guarantee of 90 %",
        amount: "-50.00",
        exactAmount: "-50",
        steps: [
          {
            of: "amount",
            kind: "guarantee",
            value: "-50",
            text: "8 of 10 attempts succeeded, 90 % are guaranteed",
          },
        ],
      },
    ]);
  });

  it("gives back nothing where it was kept, or where there were too few attempts", () => {
    expect(back(attempted(9))).toEqual([]);
    const least = { ...NINETY, minimumAttempts: 10 };
    expect(amounts(back(attempted(8, least)))).toEqual(["-50.00"]);
    expect(back(attempted(8, { ...NINETY, minimumAttempts: 11 }))).toEqual([]);
    // One is enough where nothing is said, and none is none.
    expect(amounts(back(attempted(0, NINETY, { attempts: 1 })))).toEqual(["-50.00"]);
    expect(back(attempted(0, NINETY, { attempts: 0 }))).toEqual([]);
  });

  it("gives back nothing of nothing, without a promise, and where nobody judged outcomes", () => {
    expect(back(attempted(8), [lineOf(own, "0")])).toEqual([]);
    expect(back(attempted(8), [lineOf(own, "-5")])).toEqual([]);
    expect(back(attempted(8, NINETY, { outcomes: undefined }))).toEqual([]);
    const unpromised = segmentOf(perUnit("outcome", "1"), "100");
    expect(back(unpromised)).toEqual([]);
    const both = { segments: [unpromised, attempted(8)] };
    expect(back(unpromised, [lineOf(own, "100")], both)).toEqual([]);
  });

  it("waits for the end of the period", () => {
    expect(back(attempted(8), undefined, { isInterim: true })).toEqual([]);
  });
});

describe("what is promised", () => {
  const of = (remedy: Guarantee["remedy"], amount = "80") =>
    amounts(
      back(attempted(8, { successRate: "90", ...(remedy && { remedy }) }), [lineOf(own, amount)]),
    );

  it("is all of it, a percentage or an amount, up to a cap, and never more than was billed", () => {
    expect(of({ waive: true })).toEqual(["-80.00"]);
    expect(of({ percent: "25" })).toEqual(["-20.00"]);
    expect(of({ amount: "30" })).toEqual(["-30.00"]);
    expect(of({ amount: "90" })).toEqual(["-80.00"]);
    expect(of({ waive: true, cap: "15" })).toEqual(["-15.00"]);
    expect(of({ percent: "25", cap: "15" })).toEqual(["-15.00"]);
    expect(of({ percent: "25", cap: "45" })).toEqual(["-20.00"]);
  });

  it("is rounded, and no line where that is nothing", () => {
    // 12.5 % of 0.99 is 0.12375; of 0.01 it is 0.00125.
    expect(of({ percent: "12.5" }, "0.99")).toEqual(["-0.12"]);
    expect(of({ percent: "12.5" }, "0.01")).toEqual([]);
  });

  it("is what the lowest of several rates says that was missed", () => {
    const steps = [
      { successRate: "95", remedy: { percent: "10" } },
      { successRate: "90", remedy: { percent: "20" } },
      { successRate: "80", remedy: { waive: true } },
    ] as const;
    const stepped = (successes: number) =>
      back(attempted(successes, unchecked({ steps }), { attempts: 100 }));
    expect(amounts(stepped(95))).toEqual([]);
    expect(amounts(stepped(94))).toEqual(["-10.00"]);
    expect(amounts(stepped(89))).toEqual(["-20.00"]);
    expect(stepped(89)[0]?.description).toBe("outcome: guarantee of 90 %");
    expect(amounts(stepped(80))).toEqual(["-20.00"]);
    expect(amounts(stepped(79))).toEqual(["-100.00"]);
  });
});

describe("what it is promised of", () => {
  it("is what discounts and limits of the same time leave", () => {
    const later = day("2026-06-11");
    const lines = [
      lineOf(own, "100"),
      lineOf(keyOf("discount", "off"), "-20", { shares: [[own, "-20"]] }),
      lineOf(keyOf("maximum", "outcome"), "-30"),
      // Of others: another charge, other time, outcomes of earlier time.
      lineOf(keyOf("maximum", "other"), "-7"),
      lineOf(keyOf("maximum", "outcome", { start: later }), "-7"),
      lineOf(keyOf("maximum", "outcome", { mark: later }), "-7"),
      lineOf(keyOf("usage", "outcome", { start: later }), "-7"),
    ];
    // Half of 50.
    expect(amounts(back(attempted(8), lines))).toEqual(["-25.00"]);
    const topped = [lineOf(own, "100"), lineOf(keyOf("minimum", "outcome"), "10")];
    expect(amounts(back(attempted(8), topped))).toEqual(["-55.00"]);
  });

  it("is of late outcomes what moved their limits with them", () => {
    const occurredFrom = day("2026-05-01");
    const late = attempted(8, NINETY, { occurredFrom });
    const lines = [
      lineOf(keyOf("usage", "outcome", { mark: occurredFrom }), "100"),
      lineOf(keyOf("maximum", "outcome", { mark: occurredFrom }), "-40"),
      lineOf(keyOf("maximum", "outcome"), "-7"),
    ];
    expect(amounts(back(late, lines))).toEqual(["-30.00"]);
  });
});

describe("several segments", () => {
  it("have each what is promised of it", () => {
    const unpromised = segmentOf(perUnit("other", "1"), "100", {
      outcomes: unchecked({ attempts: 10, successes: 0 }),
    });
    const segments = [unpromised, attempted(8)];
    const { lines } = honourGuarantees(periodPricing({ segments }), {
      all: [lineOf(own, "100")],
      segmentOf: new Map([[lineOf(own, "100"), segments[1] ?? unpromised]]),
    });
    expect(amounts(shown(lines))).toEqual(["-50.00"]);
  });
});

describe("a segment that stays as it was billed", () => {
  it("keeps what was given back, whatever is promised today", () => {
    const given = lineOf(keyOf("guarantee", "outcome"), "-12");
    const billed = [lineOf(own, "100"), given];
    expect(amounts(back(attempted(8, NINETY, { billed })))).toEqual(["-12.00"]);
    const charge = segmentOf(perUnit("outcome", "1"), "100", { billed });
    expect(amounts(back(charge))).toEqual(["-12.00"]);
  });
});

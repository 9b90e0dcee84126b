/** What a plan comes to at least, and at most. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import { limitPlan } from "../../../src/invoice/steps/commitment.js";
import type { PeriodPricing } from "../../../src/invoice/steps/period-step.js";
import { exact } from "../../../src/money/decimal.js";
import {
  between,
  day,
  JUNE,
  keyOf,
  lineOf,
  periodPricing,
  shown,
} from "../../support/step-input.js";

const [a, b] = [keyOf("usage", "a"), keyOf("recurring", "b")];
const off = keyOf("discount", "off");

/** What June is brought to by its limits, and what of that falls to which charge. */
function limited(
  all: readonly PricedLine[],
  limits: { readonly least?: string; readonly most?: string },
  more: Partial<PeriodPricing> = {},
  policy: Parameters<typeof periodPricing>[1] = {},
) {
  const { least, most } = limits;
  const bounds = {
    commitment: least === undefined ? undefined : exact(least),
    maximumSpend: most === undefined ? undefined : exact(most),
  };
  const pricing = periodPricing({ ...bounds, ...more }, policy);
  return shown(limitPlan(pricing, { all, segmentOf: new Map() }).lines);
}

function brief(lines: ReturnType<typeof limited>) {
  return lines.map(({ kind, amount, appliedTo }) =>
    [kind, amount, ...appliedTo.map(({ key, amount: share }) => `${share} ${key}`)].join(", "),
  );
}

describe("a minimum commitment", () => {
  it("is filled up by a line that says how", () => {
    const before = [lineOf(b, "20")];
    expect(limited([lineOf(a, "30.5")], { least: "100" }, { before })).toMatchObject([
      {
        key: "minimum-commitment:@2026-06-01",
        chargeId: null,
        group: null,
        description: "Minimum commitment of 100.00",
        amount: "49.50",
        exactAmount: "49.5",
        period: JUNE,
        steps: [
          {
            of: "amount",
            kind: "minimum-commitment",
            value: "49.5",
            text: "minimum-commitment 100.00 − 50.50 billed",
          },
        ],
      },
    ]);
  });

  it("asks for nothing where as much is billed, or while the period runs", () => {
    expect(limited([lineOf(a, "100")], { least: "100" })).toEqual([]);
    expect(limited([lineOf(a, "99.99")], { least: "100" })).toHaveLength(1);
    expect(limited([lineOf(a, "10")], { least: "100" }, { isInterim: true })).toEqual([]);
    expect(limited([lineOf(a, "10")], {})).toEqual([]);
  });

  it("is measured after discounts, or before them where the policy says so", () => {
    const lines = [lineOf(a, "100"), lineOf(off, "-30", { shares: [[a, "-30"]] })];
    expect(brief(limited(lines, { least: "90" }))).toEqual(["minimum-commitment, 20.00"]);
    expect(limited(lines, { least: "90" }, {}, { minimums: "before-discounts" })).toEqual([]);
  });
});

describe("the most that a plan bills", () => {
  it("takes off what is beyond it, in proportion to what each charge comes to", () => {
    expect(limited([lineOf(a, "90"), lineOf(b, "30")], { most: "100" })).toMatchObject([
      {
        key: "maximum-spend:@2026-06-01",
        chargeId: null,
        description: "Maximum of 100.00",
        amount: "-20.00",
        exactAmount: "-20",
        appliedTo: [
          { key: "usage:a@2026-06-01", amount: "-15.00" },
          { key: "recurring:b@2026-06-01", amount: "-5.00" },
        ],
        steps: [{ kind: "maximum-spend", text: "maximum-spend 100.00 − 120.00 billed" }],
      },
    ]);
  });

  it("lets pass what comes to it, and holds while the period runs", () => {
    expect(limited([lineOf(a, "100")], { most: "100" })).toEqual([]);
    expect(brief(limited([lineOf(a, "101")], { most: "100" }, { isInterim: true }))).toEqual([
      "maximum-spend, -1.00, -1.00 usage:a@2026-06-01",
    ]);
  });

  it("holds for what discounts leave, wherever minimums are measured", () => {
    const lines = [lineOf(a, "120"), lineOf(off, "-30", { shares: [[a, "-30"]] })];
    const policy = { minimums: "before-discounts" } as const;
    expect(limited(lines, { most: "90" }, {}, policy)).toEqual([]);
    expect(brief(limited(lines, { most: "80" }, {}, policy))).toEqual([
      "maximum-spend, -10.00, -10.00 usage:a@2026-06-01",
    ]);
    // What is beyond it is looked at where a minimum is kept.
    expect(brief(limited(lines, { least: "90", most: "80" }))).toEqual([
      "maximum-spend, -10.00, -10.00 usage:a@2026-06-01",
    ]);
  });

  it("falls to what each charge owes net of its own maximum", () => {
    // a owes 60, b 40: of 50 too much, 30 and 20.
    const most = keyOf("maximum", "a");
    const lines = [lineOf(a, "100"), lineOf(b, "40"), lineOf(most, "-40")];
    expect(brief(limited(lines, { most: "50" }))).toEqual([
      "maximum-spend, -50.00, -30.00 usage:a@2026-06-01, -20.00 recurring:b@2026-06-01",
    ]);
  });

  it("falls to the time of a charge that its maximum leaves something of", () => {
    const [first, second] = [
      between("2026-06-01", "2026-06-11"),
      between("2026-06-11", "2026-07-01"),
    ];
    const later = keyOf("usage", "a", { start: day("2026-06-11") });
    const lines = [
      lineOf(a, "100", { period: first }),
      lineOf(keyOf("maximum", "a"), "-90", { period: first }),
      lineOf(later, "10", { period: second }),
    ];
    // 10 and 10 are left: 5 each.
    expect(brief(limited(lines, { most: "10" }))).toEqual([
      "maximum-spend, -10.00, -5.00 usage:a@2026-06-01, -5.00 usage:a@2026-06-11",
    ]);
  });

  it("takes all of what is owed with it, and the rest off fees of another part", () => {
    const before = [lineOf(b, "100")];
    expect(brief(limited([lineOf(a, "30")], { most: "80" }, { before }))).toEqual([
      "maximum-spend, -50.00, -30.00 usage:a@2026-06-01, -20.00 recurring:b@2026-06-01",
    ]);
    // As much as is owed.
    expect(brief(limited([lineOf(a, "50")], { most: "100" }, { before }))).toEqual([
      "maximum-spend, -50.00, -50.00 usage:a@2026-06-01",
    ]);
    expect(brief(limited([], { most: "80" }, { before }))).toEqual([
      "maximum-spend, -20.00, -20.00 recurring:b@2026-06-01",
    ]);
  });

  it("takes the rest off fees of another part net of their own maximum, and of what is taken off them with it", () => {
    const [fee, held] = [keyOf("recurring", "c"), keyOf("maximum", "b")];
    // b owes 60 of 100, c 40, of which 10 are taken off here: of 110 beyond the maximum, 30 are of a, 80 of 60 and 30.
    const before = [lineOf(b, "100"), lineOf(held, "-40"), lineOf(fee, "40")];
    const lines = [lineOf(a, "30"), lineOf(off, "-10", { shares: [[fee, "-10"]] })];
    expect(brief(limited(lines, { most: "10" }, { before }))).toEqual([
      "maximum-spend, -110.00, -30.00 usage:a@2026-06-01, -53.33 recurring:b@2026-06-01, -26.67 recurring:c@2026-06-01",
    ]);
  });

  it("leaves out what nothing falls to", () => {
    // A cent of two cents and 100: all of it to the larger one.
    const lines = [lineOf(a, "100"), lineOf(b, "0.01"), lineOf(keyOf("usage", "c"), "0")];
    expect(brief(limited(lines, { most: "100" }))).toEqual([
      "maximum-spend, -0.01, -0.01 usage:a@2026-06-01",
    ]);
  });

  it("counts what a discount takes off a fee of another part to the charge in the whole period", () => {
    const fee = keyOf("recurring", "a", { start: day("2026-05-01") });
    const before = [lineOf(fee, "100")];
    // 100 and 60 less 20 are 140; of the usage of a, 40 are left to bear 30, of b 20.
    const lines = [
      lineOf(a, "60"),
      lineOf(b, "20"),
      lineOf(off, "-20", { shares: [[fee, "-20"]] }),
    ];
    expect(brief(limited(lines, { most: "130" }, { before }))).toEqual([
      "maximum-spend, -30.00, -20.00 usage:a@2026-06-01, -10.00 recurring:b@2026-06-01",
    ]);
  });
});

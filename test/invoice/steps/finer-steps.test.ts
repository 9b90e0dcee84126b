/** What stays as it was billed in cents, on documents that are rounded to coarser steps since: its parts add up to the cent. */
import type { UsageCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import type { MeteredSegment } from "../../../src/invoice/rating/metered-segment.js";
import { limitPlan } from "../../../src/invoice/steps/commitment.js";
import { drawDown } from "../../../src/invoice/steps/drawdown.js";
import type { DrawdownPricing } from "../../../src/invoice/steps/period-step.js";
import { exact } from "../../../src/money/decimal.js";
import { ZERO } from "../../../src/money/fraction.js";
import { unchecked } from "../../support/plans.js";
import { fee, linesSoFar } from "../../support/reductions.js";
import { JANUARY, NICKELS, periodPricing, shown, written } from "../../support/step-lines.js";

const lines = linesSoFar([fee("a", "10.04", JANUARY, "@a"), fee("b", "10.04", JANUARY, "@b")]);

describe("usage that was billed in finer steps than today's", () => {
  it.each([
    ["10", "-10.08", "-5.04"],
    ["0", "-20.08", "-10.04"],
  ])("is brought down to a plan's maximum of %s to the cent", (maximum, amount, share) => {
    const pricing = periodPricing({ rounding: NICKELS, maximumSpend: exact(maximum) });
    const [line] = limitPlan(pricing, lines).lines;
    expect(shown(line)).toMatchObject({ key: { kind: "maximum-spend" }, amount });
    expect(written(line?.appliedTo ?? [])).toEqual([
      ["a", share],
      ["b", share],
    ]);
  });

  it("is drawn from a fee to the cent", () => {
    const segments = ["a", "b"].map((id) => {
      const usage = {
        chargeType: "usage",
        unitOfMeasure: `@${id}`,
        pricing: { model: "per-unit" },
      };
      const charge = unchecked<UsageCharge>({ id, ...usage });
      return unchecked<MeteredSegment>({ charge });
    });
    const drawdown = unchecked<DrawdownPricing>({
      charge: { id: "paid", name: "Prepaid", drawdown: {} },
      ...{ cycle: JANUARY, held: JANUARY, stretches: [JANUARY], paid: exact("100"), used: ZERO },
    });
    const pricing = periodPricing({ rounding: NICKELS, segments, drawdowns: [drawdown] });
    const [line] = drawDown(pricing, lines).lines;
    expect(shown(line)).toMatchObject({ key: { kind: "drawdown" }, amount: "-20.08" });
    expect(written(line?.appliedTo ?? [])).toEqual([
      ["a", "-10.04"],
      ["b", "-10.04"],
    ]);
  });
});

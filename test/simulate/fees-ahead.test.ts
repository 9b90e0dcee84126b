/** A simulation bills what the documents do, also where discounts and limits span fees in advance and usage. */
import fc from "fast-check";
import { type ChargeInput, simulate, sumAmounts, sweep } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil } from "../support/chain.js";
import { eventOf, perUnit, planOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const fee: ChargeInput = {
  id: "fee",
  name: "fee",
  chargeType: "recurring",
  billingTiming: "in-advance",
  pricing: { model: "flat", amount: "90" },
};
const setup: ChargeInput = {
  id: "setup",
  name: "setup",
  chargeType: "one-time",
  pricing: { model: "flat", amount: "7.77" },
};
const off = (pricing: object): ChargeInput =>
  ({
    id: "off",
    name: "off",
    chargeType: "recurring",
    pricing: { model: "discount", appliesTo: "all", ...pricing },
  }) as ChargeInput;

describe("a simulation with fees in advance", () => {
  it("LAW: comes to what the documents of a first full period bill for it", () => {
    const cases = fc.record({
      quantity: fc.integer({ min: 0, max: 40 }),
      unitPrice: fc.constantFrom("1", "0.333"),
      limits: fc.constantFrom({}, { minimum: "10" }, { maximum: "5" }),
      plan: fc.constantFrom(
        {},
        { minimumCommitment: "101" },
        { maximumSpend: "85" },
        { maximumSpend: "95.55" },
      ),
      reductions: fc.subarray([{ amount: "10" }, { percent: "33.3" }, { amount: "95.01" }]),
      isOpened: fc.boolean(),
      minimums: fc.constantFrom("after-discounts" as const, "before-discounts" as const),
    });
    fc.assert(
      fc.property(
        cases,
        ({ quantity, unitPrice, limits, plan, reductions, isOpened, minimums }) => {
          const charges = [
            perUnit("call", unitPrice, { unitOfMeasure: "@call", ...limits }),
            ...(isOpened ? [setup] : []),
            fee,
            ...reductions.map((each, index) => ({ ...off(each), id: `off${index}` })),
          ];
          const priced = planOf(charges, plan);
          const policy = { minimums };
          const usage = [eventOf({ id: "e", unitOfMeasure: "@call", quantity })];
          const documents = billUntil("2026-02-01", { plans: [priced], usage }, [], { policy });
          const january = documents
            .flatMap(({ lines }) => lines)
            .filter(({ servicePeriod }) => servicePeriod.start < "2026-02-01");
          const { amount, lines } = simulate(priced, { call: quantity }, { policy });
          expect(amount).toBe(sumAmounts(january.map((line) => line.amount)));
          expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
          const whole = sweep(priced, [quantity], { policy });
          expect(whole.amountAt(0)).toBe(amount);
        },
      ),
      tries(75),
    );
  });
});

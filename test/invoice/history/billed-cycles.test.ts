/** Closed billing periods stay where they are: plans have the billing cycles that documents have billed. */
import { parseProduct } from "rateplan";
import { describe, expect, it } from "vitest";
import { withBilledCycles } from "../../../src/invoice/history/billed-cycles.js";
import { fee, planOf, productOf } from "../../support/plans.js";

const product = parseProduct(productOf(planOf([fee("platform", "10")])));
const [plan] = product.ratePlans;

/** A document that has billed plans by cycles. */
function billing(...states: readonly (readonly [plan: string, cycle: unknown])[]) {
  const written = states.map(([ratePlanId, billingCycle]) => ({ ratePlanId, billingCycle }));
  return { basis: { parts: [{ states: written.slice(0, 1) }, { states: written.slice(1) }] } };
}

function cyclesAfter(...documents: readonly unknown[]) {
  return withBilledCycles([product], documents)[0]?.ratePlans.map(
    ({ billingCycle }) => billingCycle,
  );
}

describe("the billing cycle of a plan", () => {
  it("is that of the latest document that billed it", () => {
    expect(plan).toMatchObject({ id: "starter", billingCycle: "monthly" });
    expect(cyclesAfter(billing(["starter", "annual"]))).toEqual(["annual"]);
    expect(cyclesAfter(billing(["other", "annual"], ["starter", "quarterly"]))).toEqual([
      "quarterly",
    ]);
    expect(
      cyclesAfter(billing(["starter", "annual"]), billing(["starter", "weekly"]), billing()),
    ).toEqual(["weekly"]);
  });

  it("is its own, whatever becomes of other plans of the product", () => {
    const charges = [fee("platform", "10")];
    const two = parseProduct(productOf(planOf(charges), planOf(charges, { id: "pro" })));
    const [billed] = withBilledCycles([two], [billing(["pro", "annual"])]);
    expect(billed?.ratePlans.map((each) => each.billingCycle)).toEqual(["monthly", "annual"]);
  });

  it("is the plan's own where no document has billed it, or by the same", () => {
    for (const documents of [
      [],
      undefined,
      "none",
      [billing()],
      [billing(["other", "annual"])],
      [billing(["starter", "monthly"])],
      // The same in other words.
      [billing(["starter", { every: 1, unit: "month" }])],
    ]) {
      expect(withBilledCycles([product], documents)[0]).toBe(product);
    }
  });

  it("is the plan's own where documents cannot be read, which is reported where they are", () => {
    const throwing = {
      get basis(): unknown {
        throw new Error("a getter");
      },
    };
    for (const documents of [
      [null, 7, "x", {}, { basis: 1 }, { basis: { parts: [1, { states: [null, 1] }] } }],
      [billing(["starter", "fortnightly"])],
      [throwing],
    ]) {
      expect(withBilledCycles([product], documents)[0]).toBe(product);
    }
    // What was read before one of them counts.
    for (const next of [throwing, billing(["starter", "fortnightly"])]) {
      expect(cyclesAfter(billing(["starter", "annual"]), next)).toEqual(["annual"]);
    }
  });
});

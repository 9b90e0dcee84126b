/** What becomes of a document that comes to less than nothing. */
import { describe, expect, it } from "vitest";
import { carryOver } from "../../../src/invoice/steps/carry-over.js";
import { formatExact, ZERO } from "../../../src/money/fraction.js";
import { documentPricing, keyOf, lineOf, shown } from "../../support/step-input.js";

const lines = [lineOf(keyOf("recurring", "a"), "10"), lineOf(keyOf("recurring", "b"), "-25.5")];

describe("a document that comes to less than nothing", () => {
  it("is brought to nothing by a line that says so, and the rest is a grant for later documents", () => {
    const pricing = documentPricing({}, { negativeTotal: "carry" });
    const { lines: added, postings } = carryOver(pricing, lines);
    expect(shown(added)).toMatchObject([
      {
        key: "carried:carried:s1:1@2026-06-01",
        chargeId: null,
        grantId: "carried:s1:1",
        description: "Carried over as credit",
        amount: "15.50",
        exactAmount: "15.5",
        steps: [
          {
            of: "amount",
            kind: "credit",
            value: "15.5",
            text: "what the document comes to below nothing",
          },
        ],
      },
    ]);
    // The moment is the end of June; it holds the taxes of what is credited, so it pays after tax.
    const grant = {
      ...{ id: "carried:s1:1", unit: "USD", amount: "15.50" },
      ...{ grantedAt: "2026-07-01", applied: "after-tax" },
    };
    expect(postings).toMatchObject([
      { kind: "grant", grantId: grant.id, unit: "USD", before: ZERO, grant },
    ]);
    const amounts = postings?.flatMap(({ amount, after = ZERO }) => [amount, after]);
    expect(amounts?.map(formatExact)).toEqual(["15.5", "15.5"]);
  });

  it("is a credit note where the policy does not carry it over", () => {
    expect(carryOver(documentPricing(), lines)).toEqual({ lines: [] });
  });
});

describe("a document that comes to nothing or more", () => {
  it("carries nothing over", () => {
    const pricing = documentPricing({}, { negativeTotal: "carry" });
    const of = (amount: string) =>
      carryOver(pricing, [...lines, lineOf(keyOf("recurring", "c"), amount)]);
    expect(of("15.5")).toEqual({ lines: [] });
    expect(of("15.51")).toEqual({ lines: [] });
  });
});

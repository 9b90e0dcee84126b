/** The steps of a part of a period, and of a document, one after the other. */
import { describe, expect, it } from "vitest";
import type { DocumentStep } from "../../../src/invoice/steps/document-step.js";
import { priceDocument, pricePart, priceRated } from "../../../src/invoice/steps/index.js";
import { exact } from "../../../src/money/decimal.js";
import { perUnit } from "../../support/plans.js";
import {
  documentPricing,
  keyOf,
  lineOf,
  periodPricing,
  segmentOf,
  shown,
} from "../../support/step-input.js";

const charge = perUnit("calls", "1", { minimum: "50" });
const segment = segmentOf(charge, "30");
const pricing = periodPricing({ segments: [segment], commitment: exact("60") });
const amounts = (lines: Parameters<typeof shown>[0]) =>
  shown(lines).map(({ kind, amount }) => `${kind} ${amount}`);

describe("a part of a period", () => {
  it("is rated, brought to the limits of its charges, and then to those of the plan", () => {
    expect(amounts(pricePart(pricing))).toEqual([
      "usage 30.00",
      "minimum 20.00",
      "minimum-commitment 10.00",
    ]);
  });

  it("may have been rated by somebody: what follows is the same", () => {
    const rated = new Map([[lineOf(keyOf("usage", "calls"), "45"), segment]]);
    expect(amounts(priceRated(pricing, rated))).toEqual([
      "usage 45.00",
      "minimum 5.00",
      "minimum-commitment 10.00",
    ]);
  });
});

describe("the steps of a document", () => {
  it("see each what those before have added, with what they post to grants", () => {
    const posting = { kind: "grant", grantId: "g", unit: "USD", amount: exact("1") } as const;
    const whole = { ...posting, before: undefined, after: undefined, grant: undefined };
    const one: DocumentStep = () => ({ lines: [lineOf(keyOf("usage", "a"), "1")] });
    const count: DocumentStep = (_, { length }) => ({
      lines: [lineOf(keyOf("usage", "b"), `${length + 1}`)],
      postings: [whole],
    });
    const { lines, postings } = priceDocument(documentPricing(), [one, count, count]);
    expect(amounts(lines)).toEqual(["usage 1.00", "usage 2.00", "usage 3.00"]);
    expect(postings).toEqual([whole, whole]);
  });
});

/** Whole documents beside an oracle that prices them by the guides alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bill, factsOf, sorted } from "../support/document-facts.js";
import { priceStory } from "../support/document-oracle/documents.js";
import { stories } from "../support/requests.js";

describe("a document", () => {
  it("is what an oracle makes of the same request by the guides alone", () => {
    fc.assert(
      fc.property(stories({ coupons: true }), (story) => {
        expect(sorted(bill(story).map(factsOf))).toEqual(sorted(priceStory(story)));
      }),
      { numRuns: 150 },
    );
  });
});

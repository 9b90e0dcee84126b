/**
 * Whole documents beside an oracle that prices them by the guides alone. `ORACLE_RUNS=10000` prices so many chains of documents
 * in place of a hundred; with `FC_SEED`, others.
 */
import { env } from "node:process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bill, factsOf, sorted } from "../support/document-facts.js";
import { priceStory } from "../support/document-oracle/documents.js";
import { EVERYTHING, stories } from "../support/requests.js";

const runs = Number(env["ORACLE_RUNS"] ?? 100);

describe("every document of a chain", () => {
  it(
    "is what an oracle makes of the same requests by the guides alone",
    () => {
      fc.assert(
        fc.property(stories(EVERYTHING), (story) => {
          const documents = bill(story);
          expect(sorted(documents.map(factsOf))).toEqual(sorted(priceStory(story)));
          for (const { lines } of documents) {
            expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
          }
        }),
        { numRuns: runs },
      );
    },
    30_000 + 300 * runs,
  );
});

/** What is left under each key of a document's lines. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import { netByKey } from "../../../src/invoice/steps/document-step.js";
import { formatExact } from "../../../src/money/fraction.js";
import { keyOf, lineOf } from "../../support/step-input.js";

const [a, b, off] = [keyOf("usage", "a"), keyOf("usage", "b"), keyOf("discount", "off")];

function nets(...lines: readonly PricedLine[]) {
  return [...netByKey(lines).values()].map(({ key, amount }) => [key, formatExact(amount)]);
}

describe("what is left under a key", () => {
  it("is what its lines come to, less what others take off them", () => {
    const discount = lineOf(off, "-5", {
      shares: [
        [a, "-2"],
        [b, "-3"],
      ],
    });
    expect(nets(lineOf(a, "10"), lineOf(b, "20"), lineOf(a, "1"), discount)).toEqual([
      [a, "9"],
      [b, "17"],
    ]);
  });

  it("is nothing of a line of nothing, which stands there all the same", () => {
    expect(nets(lineOf(a, "0"))).toEqual([[a, "0"]]);
  });

  it("is of a line that takes off others what they do not have of it", () => {
    expect(nets(lineOf(off, "-5", { shares: [[a, "-2"]] }))).toEqual([
      [off, "-3"],
      [a, "-2"],
    ]);
  });
});

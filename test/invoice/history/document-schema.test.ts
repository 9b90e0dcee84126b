/** A stored document is read with all that later documents need of its lines. */
import type { Invoice, InvoiceRequest } from "rateplan";
import { describe, expect, it } from "vitest";
import type { PricingIssue } from "../../../src/errors.js";
import { readWhole } from "../../../src/invoice/history/read-previous.js";
import { documentOf } from "../../support/chain.js";
import { fee, JANUARY, planOf, stored, unchecked } from "../../support/plans.js";

/** A document that a credit pays in part, and a tax is charged on. */
const settled: Partial<InvoiceRequest> = {
  taxes: [{ id: "vat", name: "VAT", percent: 19 }],
  credits: [{ id: "gift", unit: "USD", amount: 5, grantedAt: "2026-01-01" }],
};
const document = documentOf({ plans: [planOf([fee("a", "100")])] }, JANUARY, [], settled);

/** The issues of the document without some part of its lines of a kind. */
function without(kind: string, name: string): readonly string[] {
  const copy = stored(document);
  const lines = copy.lines.map((line) =>
    line.kind === kind
      ? Object.fromEntries(Object.entries(line).filter(([each]) => each !== name))
      : line,
  );
  const issues: PricingIssue[] = [];
  expect(
    readWhole({ ...copy, lines: unchecked<Invoice["lines"]>(lines) }, ["previous", 0], issues),
  ).toBe(undefined);
  return issues.map(({ code, path, expected }) => [code, path.join("."), expected].join(" "));
}

const placeOf = (kind: string) => document.lines.findIndex((line) => line.kind === kind);

describe("a line of a stored document", () => {
  it.each([
    ["tax", "taxId"],
    ["tax", "tax"],
    ["credit", "grantId"],
    ["credit", "credit"],
  ])("of the kind %s has its %s", (kind, name) => {
    expect(placeOf(kind)).toBeGreaterThanOrEqual(0);
    expect(without(kind, name)).toEqual([
      `missing previous.0.lines.${placeOf(kind)}.${name} as on any line of the kind ${kind}`,
    ]);
  });

  it("needs none of them where it is of another kind, and is then not as it was written", () => {
    const [issue, ...others] = without("recurring", "unitOfMeasure");
    expect([issue?.slice(0, 20), others]).toEqual(["tampered previous.0 ", []]);
    expect(readWhole(stored(document), ["previous", 0], [])).toEqual(document);
  });
});

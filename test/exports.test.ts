/** The public API by name. A name that goes away or appears shows here, and belongs in the CHANGELOG. */
import * as api from "rateplan";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { publicSurface } from "./support/repository.js";

const { exports } = publicSurface();
const isValue = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Value) !== 0;
const values = [...exports].filter(([, symbol]) => isValue(symbol)).map(([name]) => name);
const types = [...exports].filter(([, symbol]) => !isValue(symbol)).map(([name]) => name);

describe("the public API", () => {
  it("exports these values", () => {
    expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
      [
        "PricingError",
        "isPricingError",
        "parseCharge",
        "sumAmounts",
      ]
    `);
  });

  it("exports these types", () => {
    expect(types).toMatchInlineSnapshot(`
      [
        "Charge",
        "PricingIssue",
      ]
    `);
  });

  it("exports at runtime what its types promise", () => {
    expect(Object.keys(api).sort()).toEqual(values);
  });
});

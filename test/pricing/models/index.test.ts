import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { chargeModels, isModelName, modelOf } from "../../../src/pricing/models/index.js";
import { pricingSchemas } from "../../../src/pricing/pricing-schemas.js";

const here = new URL(".", import.meta.url);
const names = Object.keys(chargeModels).sort();

/** Whether the test of a name runs the laws on the model of that name. */
function callsLawsOf(name: string): boolean {
  const text = readFileSync(new URL(`${name}.test.ts`, here), "utf8");
  return text.includes(`\nchargeModelLaws("${name}", {`);
}

describe("the table of charge models", () => {
  it("runs the laws on every model, each in the test of its name", () => {
    const tested = readdirSync(here)
      .map((file) => basename(file, ".test.ts"))
      .filter((name) => callsLawsOf(name))
      .sort();
    expect(tested).toEqual(names);
  });

  it("holds each model under its own name, with its schema in the union", () => {
    expect(Object.entries(chargeModels).map(([name, { model }]) => [name, model])).toEqual(
      Object.keys(chargeModels).map((name) => [name, name]),
    );
    const told = pricingSchemas().map((schema) => [...(schema._zod.propValues?.["model"] ?? [])]);
    expect(told).toEqual(Object.keys(chargeModels).map((name) => [name]));
  });

  it("finds a model by the prices, and knows no name that an object inherits", () => {
    expect(modelOf({ model: "flat", amount: "1" })).toBe(chargeModels.flat);
    expect(names.every(isModelName)).toBe(true);
    for (const name of ["constructor", "toString", "__proto__", "Flat", "", undefined, 1]) {
      expect(isModelName(name)).toBe(false);
    }
  });
});

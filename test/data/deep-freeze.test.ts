import { describe, expect, it } from "vitest";
import { deepFreeze } from "../../src/data/deep-freeze.js";

describe("deepFreeze", () => {
  it("freezes all the way down and returns the same object", () => {
    const value = { list: [{ inner: { deep: [1] } }], text: "x", none: null };
    const frozen = deepFreeze(value);
    expect(frozen).toBe(value);
    const parts = [
      value,
      value.list,
      value.list[0],
      value.list[0]?.inner,
      value.list[0]?.inner.deep,
    ];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
  });

  it.each([1, "x", null, undefined, 1n])("gives %s back", (value) => {
    expect(deepFreeze(value)).toBe(value);
  });
});

import { describe, expect, it } from "vitest";
import { read } from "../support/repository.js";

describe("the billing backend", () => {
  it("locks what the package depends on, and no digest of one pack", () => {
    const { packages } = JSON.parse(read("examples/billing-backend/package-lock.json"));
    const { dependencies } = JSON.parse(read("package.json"));
    const locked = packages["node_modules/rateplan"];
    expect(locked.dependencies).toEqual(dependencies);
    expect(locked).not.toHaveProperty("integrity");
  });
});

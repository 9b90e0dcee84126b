import { describe, expect, it } from "vitest";
import { filesBelow, read } from "./support/repository.js";

const locks = filesBelow("examples").filter((path) => path.endsWith("/package-lock.json"));

describe("examples that are projects of their own", () => {
  it("exist", () => {
    expect(locks).toContain("examples/playground/package-lock.json");
  });

  it.each(locks)("%s locks what the package depends on, and no digest of one pack", (lock) => {
    const { packages } = JSON.parse(read(lock));
    const { dependencies } = JSON.parse(read("package.json"));
    const locked = packages["node_modules/rateplan"];
    expect(locked.dependencies).toEqual(dependencies);
    expect(locked).not.toHaveProperty("integrity");
  });
});

import { describe, expect, it } from "vitest";
import { read } from "../support/repository.js";
import { SKIP_REASONS } from "./adapter.js";
import { OWN_VECTORS, runSuite } from "./suite.js";
import { summaryTable } from "./summary-table.js";

const { result, failures } = runSuite(OWN_VECTORS);

describe("peers' own numbers", () => {
  it("are all met, or skipped for a reason", () => {
    expect(failures).toEqual([]);
  });

  it("are compared, every one of them", () => {
    expect(result.passed + result.failed + result.skipped).toBe(result.total);
    expect(result.total).toBeGreaterThan(1_000);
  });

  it("stand in the guide to differences as they are", () => {
    expect(read("examples/differences/README.md")).toContain(summaryTable(result));
  });

  it("are skipped only for reasons that are written down", () => {
    const reasons = Object.values(result.engines)
      .flatMap((areas) => Object.values(areas))
      .flatMap(({ skips }) => Object.keys(skips));
    expect(Object.keys(SKIP_REASONS)).toEqual(expect.arrayContaining(reasons));
    expect(reasons).not.toContain("unknown model");
  });
});

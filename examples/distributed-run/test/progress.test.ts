import { describe, expect, it } from "vitest";
import { type Progress, progressLine, speedometer } from "../src/progress.js";
import { closingLine, failureTable, reportTable } from "../src/report.js";

const progress: Progress = {
  customers: 20_000,
  billed: 12_400,
  failed: 18,
  documents: 16_531,
  waiting: 8,
  active: 4,
  failedBatches: 0,
  retries: 3,
  stalled: 2,
  again: 1,
  workers: 2,
  replaced: 5,
};

describe("the line of a running run", () => {
  it("says how fast, how much is left, and what was tried again", () => {
    // 20,000 − 12,400 − 18
    expect(progressLine(progress, 412.6)).toBe(
      "16,531 documents · 413/s · customers left 7,582 · with issues 18 · batches waiting 8, active 4 · retries 3 · stalled 2 · workers 2 (5 replaced)",
    );
  });

  it("measures the last seconds, and not the whole run", () => {
    const speedAt = speedometer(3_000);
    expect(speedAt(0, 0)).toBe(0);
    // 100 in one second
    expect(speedAt(100, 1_000)).toBe(100);
    // 400 in the three seconds from 1 s on; 900 in four would be more than it looks back, so 500 in one.
    expect(speedAt(500, 4_000)).toBeCloseTo(400 / 3);
    expect(speedAt(1_000, 5_000)).toBe(500);
  });
});

describe("the tables at the end", () => {
  it("say what each partition has come to, and all of them", () => {
    const row = {
      partition: 0,
      customers: 1_200,
      failed: 1,
      documents: 1_600,
      amount: "1234567.80",
    };
    const table = reportTable([row, { ...row, partition: 1, failed: 0, amount: "-0.85" }]);
    expect(reportTable([{ ...row, amount: "0" }])).toMatch(/ 0\.00$/);
    expect(table.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["partition", "customers", "documents", "with issues", "USD"],
      ["0", "1,200", "1,600", "1", "1,234,567.80"],
      ["1", "1,200", "1,600", "0", "−0.85"],
      ["total", "2,400", "3,200", "1", "1,234,566.95"],
    ]);
  });

  it("name the first customers with issues, and count the others", () => {
    const failed = ["anna", "bert", "cleo"].map((customerId) => ({
      customerId,
      issues: [{ code: "unknown_rate_plan", path: "subscription.ratePlanId", message: "" }],
    }));
    expect(failureTable(failed, 2).split("\n")).toEqual([
      "  anna  unknown_rate_plan  subscription.ratePlanId",
      "  bert  unknown_rate_plan  subscription.ratePlanId",
      "  and 1 more",
    ]);
  });

  it("say when somebody is left", () => {
    expect(closingLine(progress)).toContain("7,582 customers are left.");
    expect(closingLine({ ...progress, billed: 19_982 })).toContain(
      "Every customer is billed or listed.",
    );
  });
});

/** The cost model: two measured runs, and what they say of a larger one. */
import { describe, expect, it } from "vitest";
import { coefficientsOf, project } from "../src/model.js";

// An event costs 2 in the statement and leaves 0.5 rows, a customer 30 and 4 rows; a row 1 in process, a customer 10.
const few = {
  ...{ events: 1_000, customers: 100, bytes: 16_000 },
  // 1,000 × 0.5 + 100 × 4, of 50 bytes.
  ...{ rows: 900, rowBytes: 45_000 },
  // 1,000 × 2 + 100 × 30; 900 × 1 + 100 × 10.
  ...{ statement: 5_000, documents: 1_900 },
};
const many = {
  ...{ events: 1_000, customers: 10, bytes: 16_000 },
  // 1,000 × 0.5 + 10 × 4.
  ...{ rows: 540, rowBytes: 27_000 },
  // 1,000 × 2 + 10 × 30; 540 × 1 + 10 × 10.
  ...{ statement: 2_300, documents: 640 },
};

describe("the cost model", () => {
  it("tells what an event costs from what a customer costs", () => {
    const found = coefficientsOf(few, many);
    expect(found.bytesPerEvent).toBeCloseTo(16);
    expect(found.statementPerEvent).toBeCloseTo(2);
    expect(found.statementPerCustomer).toBeCloseTo(30);
    expect(found.rowsPerEvent).toBeCloseTo(0.5);
    expect(found.rowsPerCustomer).toBeCloseTo(4);
    expect(found.bytesPerRow).toBeCloseTo(50);
    expect(found.documentsPerRow).toBeCloseTo(1);
    expect(found.documentsPerCustomer).toBeCloseTo(10);
  });

  it("says what a larger run would take", () => {
    const projected = project(coefficientsOf(few, many), { events: 50_000, customers: 200 });
    expect(projected.bytes).toBeCloseTo(800_000);
    // 50,000 × 0.5 + 200 × 4, of 50 bytes.
    expect(projected.rows).toBeCloseTo(25_800);
    expect(projected.rowBytes).toBeCloseTo(1_290_000);
    // 50,000 × 2 + 200 × 30; 25,800 × 1 + 200 × 10.
    expect(projected.statement).toBeCloseTo(106_000);
    expect(projected.documents).toBeCloseTo(27_800);
  });

  it("takes what would be less than nothing as noise, and refuses runs that tell nothing apart", () => {
    // Fewer customers took longer: then it is the events alone, 2,000 of 4,100.
    const noisy = coefficientsOf({ ...few, statement: 2_000 }, { ...many, statement: 2_100 });
    expect(noisy.statementPerCustomer).toBe(0);
    expect(noisy.statementPerEvent).toBeCloseTo(2.05);
    expect(() => coefficientsOf(few, { ...few, events: 2_000, customers: 200 })).toThrow(
      "as many events for each customer",
    );
  });
});

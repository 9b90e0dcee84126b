import { describe, expect, it } from "vitest";
import { partitionOf, planBatches } from "../src/batches.js";
import { customersUpTo } from "../src/customers.js";

describe("batches", () => {
  const customers = customersUpTo(1_000);
  const batches = planBatches("2026-01", customers, 10);

  it("hold every customer once", () => {
    const planned = batches.flatMap((batch) => batch.customers.map(({ id }) => id));
    expect(planned.sort()).toEqual(customers.map(({ id }) => id));
  });

  it("hold customers of one partition, as many as were asked for at most", () => {
    for (const { partition, customers } of batches) {
      expect(new Set(customers.map(({ id }) => partitionOf(id)))).toEqual(new Set([partition]));
      expect(customers.length).toBeLessThanOrEqual(10);
    }
  });

  it("have names of their own, without the colon that BullMQ keeps for itself", () => {
    const ids = batches.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.includes(":"))).toEqual([]);
  });

  it("are the same on every start", () => {
    expect(planBatches("2026-01", customersUpTo(1_000), 10)).toEqual(batches);
  });

  it("follow the SHA-256 of the customer's id", () => {
    // printf customer-000000 | sha256sum: the eighth digit is the last of the first 32 bits, modulo 16: c and 1.
    expect(partitionOf("customer-000000")).toBe(12);
    expect(partitionOf("customer-000412")).toBe(1);
  });
});

/** The host shares the copy of decimal.js that the library imports, and may configure it as it likes. */
import { Decimal } from "decimal.js";
import { afterEach, describe, expect, it, vi } from "vitest";

const HOSTILE: Decimal.Config = {
  precision: 3,
  rounding: Decimal.ROUND_UP,
  toExpPos: 1,
  toExpNeg: -1,
  minE: -3,
  maxE: 3,
  modulo: Decimal.EUCLID,
};

const decimals = ["12345678901234567890.123456789", "1e-30", "-0.067"].map(
  (text) => new Decimal(text),
);

const many = new Decimal("1e18");

/** Results of the library that lean on decimal.js, each with what it must be. */
async function results(): Promise<readonly unknown[]> {
  const { rate, sumAmounts, compareAmounts } = await import("rateplan");
  const charge = {
    id: "outcome",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    currency: "USD",
    pricing: { model: "per-unit", unitPrice: "6.7e-2" },
  } as const;
  const half = rate(charge, "5.5e1", { rounding: { mode: "half-even", increment: "1e-2" } });
  return [
    sumAmounts(decimals),
    sumAmounts(["1e-12", 1e-7, "1e20"]),
    compareAmounts("1.0001e3", 1000),
    [half.exactAmount, half.amount, half.unitPrice],
    rate(charge, many).amount,
  ];
}

const expected = [
  "12345678901234567890.056456789000000000000000000001",
  "100000000000000000000.000000100001",
  1,
  ["3.685", "3.68", "0.067"],
  "67000000000000000.00",
];

describe("a host that calls Decimal.set", () => {
  afterEach(() => {
    Decimal.set({ defaults: true });
    vi.resetModules();
  });

  it("is the host of these results", async () => {
    expect(await results()).toEqual(expected);
  });

  it("changes none of them", async () => {
    await results();
    Decimal.set(HOSTILE);
    expect(new Decimal(1).div(3).toString()).toBe("3.34e-1");
    expect(await results()).toEqual(expected);
  });

  it("changes none of them when it did so before it loaded the library", async () => {
    vi.resetModules();
    Decimal.set(HOSTILE);
    expect(await results()).toEqual(expected);
  });

  it("finds its own settings as it left them", async () => {
    Decimal.set({ precision: 7, rounding: Decimal.ROUND_FLOOR });
    vi.resetModules();
    await results();
    expect([Decimal.precision, Decimal.rounding]).toEqual([7, Decimal.ROUND_FLOOR]);
  });
});

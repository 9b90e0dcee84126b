/** Defects that other billing engines have or had, by the numbers that the other tests give them too: D1 to D30. */
import { invoice, rate, rateAmount, simulate } from "rateplan";
import { afterEach, describe, expect, it, vi } from "vitest";
import { linesOf } from "../support/documents.js";
import {
  billOf,
  eventOf,
  fee,
  frozen,
  perUnit,
  planOf,
  requestOf,
  type Sale,
  totalOf,
  units,
} from "../support/plans.js";

const tiered = perUnit("outcome", "0", {
  currency: "USD",
  pricing: {
    model: "tiered",
    tiers: [{ upTo: 2, unitPrice: "0.30" }, { unitPrice: "0.28" }],
  },
});

describe("D3: the price of an increment is rounded, then multiplied", () => {
  it("so 180 seconds at 0.1 a minute are 0.3, not 0.3001 or 0.30006, and the quote is what is billed", () => {
    // A second is 1/600, which no decimal is.
    const calls = perUnit("outcome", "0", {
      currency: "USD",
      pricing: { model: "package", size: 60, price: "0.1", rounding: "exact" },
    });
    const [line] = billOf({ charges: [calls], usage: 180 }).lines;
    expect([rate(calls, 180).exactAmount, line?.exactAmount, line?.amount]).toEqual([
      "0.3",
      "0.3",
      "0.30",
    ]);
    expect(rate(calls, 7).exactAmount).toBe("7/600");
  });
});

describe("D2: an average unit price is shown, and does not multiply to the amount", () => {
  it("so a line has a unit price only where it multiplies", () => {
    // 2 × 0.30 + 5 × 0.28 = 0.60 + 1.40 = 2.00, which is 0.29 a piece, of which seven would be 2.03.
    const [line] = billOf({ charges: [tiered], usage: 7 }).lines;
    expect([line?.unitPrice, line?.exactAmount, line?.amount]).toEqual([null, "2", "2.00"]);
    expect(line?.tiers.map(({ unitPrice }) => unitPrice)).toEqual(["0.3", "0.28"]);
  });

  it("so volume shows the price of the tier reached, unless there is a fee beside it", () => {
    const volume = (flatFee: Readonly<Record<string, string>>) =>
      perUnit("outcome", "0", {
        pricing: {
          model: "volume",
          tiers: [
            { upTo: 5, unitPrice: 1 },
            { unitPrice: "0.5", ...flatFee },
          ],
        },
      });
    expect(billOf({ charges: [volume({})], usage: 7 }).lines[0]?.unitPrice).toBe("0.5");
    expect(
      billOf({ charges: [volume({ flatFee: "1" })], usage: 7 }).lines[0]?.unitPrice,
    ).toBeNull();
  });

  it("so usage below zero shows none where a fee is billed at zero", () => {
    const atZero = perUnit("outcome", "0", {
      pricing: {
        model: "volume",
        tiers: [{ upTo: 5, unitPrice: 1, flatFee: 4 }, { unitPrice: "0.5" }],
        flatFeeAtZero: true,
      },
    });
    const policy = { negativeUsage: "allow" } as const;
    const [line] = billOf({ charges: [atZero], usage: -7, policy }).lines;
    // The fee of 4 is billed whatever the usage, so no price times −7 is the amount.
    expect(line?.exactAmount).not.toBe("-3.5");
    expect(line?.unitPrice).toBeNull();
  });

  it("so a price below a cent is not rounded away", () => {
    const [line] = billOf({ charges: [perUnit("outcome", "0.0004")], usage: 10_000 }).lines;
    expect([line?.unitPrice, line?.amount]).toEqual(["0.0004", "4.00"]);
  });
});

describe("D16: a discount is applied to a difference, not to both totals", () => {
  const half: Sale["charges"] = [
    perUnit("outcome", "0.15"),
    { id: "off", name: "off", chargeType: "usage", pricing: { model: "discount", percent: 10 } },
  ];
  const total = (outcome: number) => units(billOf({ charges: half, usage: { outcome } }).total);

  it("so the price of five more is the difference of two discounted totals", () => {
    // 0.75 − 0.08 = 0.67 and 1.50 − 0.15 = 1.35: five more cost 0.68, though 0.75 less 10 % would be 0.67.
    expect([total(5), total(10)]).toEqual([67n, 135n]);
  });

  it("so what a minimum or a maximum adds or takes is not discounted", () => {
    const withLimits = (minimum: number, maximum: number, outcome: number) =>
      billOf({
        charges: [perUnit("outcome", "1", { minimum, maximum }), ...half.slice(1)],
        usage: { outcome },
      }).total;
    // 10 − 1 = 9, then up to 20; 100 − 10 = 90, then down to 50.
    expect(withLimits(20, 50, 10)).toBe("20.00");
    expect(withLimits(20, 50, 100)).toBe("50.00");
  });
});

describe("D19: the preview and the invoice are computed by two functions", () => {
  it("so one pipeline makes the lines of both, but for the period", () => {
    const charges = [
      tiered,
      fee("platform", "9.995", { maximum: "9.50" }),
      { id: "off", name: "off", chargeType: "usage", pricing: { model: "discount", percent: 33 } },
    ] as const;
    const bill = billOf({ charges, usage: 7, plan: { minimumCommitment: 12 } });
    const preview = simulate(planOf(charges, { minimumCommitment: 12 }), 7);
    // The lines are equal, but that those of a preview are of no period.
    const timeless = linesOf(bill).map(({ servicePeriod: _period, ...line }) => line);
    const withoutPeriod = (text: string) => text.replaceAll("@2026-01-01", "");
    expect(JSON.parse(withoutPeriod(JSON.stringify(timeless)))).toEqual(preview.lines);
    expect(preview.amount).toBe(bill.subtotal);
  });
});

describe("D20: a cap is applied before rounding in one place and after in another", () => {
  const amountsOf = (outcome: string) => {
    const charge = perUnit("outcome", "1", { currency: "USD", maximum: 10, minimum: 5 });
    return [
      rate(charge, outcome).amount,
      rateAmount(charge, outcome),
      simulate(charge, outcome).amount,
      billOf({ charges: [charge], usage: outcome }).total,
    ];
  };

  it.each([
    { usage: "10.004", amount: "10.00", lines: 1 },
    { usage: "10.005", amount: "10.00", lines: 2 },
    { usage: "9.996", amount: "10.00", lines: 1 },
    { usage: "4.995", amount: "5.00", lines: 1 },
    { usage: "4.994", amount: "5.00", lines: 2 },
  ])("so $usage is $amount everywhere", ({ usage, amount, lines }) => {
    expect(amountsOf(usage)).toEqual([amount, amount, amount, amount]);
    const charges = [perUnit("outcome", "1", { maximum: 10, minimum: 5 })];
    expect(billOf({ charges, usage }).lines).toHaveLength(lines);
  });
});

describe("D23: amounts of a currency without decimals are multiplied by 100", () => {
  it.each([
    { currency: "JPY", amount: "1000", total: "1000", zero: "0" },
    { currency: "KRW", amount: "1500", total: "1500", zero: "0" },
    { currency: "CLP", amount: "990", total: "990", zero: "0" },
    { currency: "KWD", amount: "1000", total: "1000.000", zero: "0.000" },
    { currency: "UYW", amount: "1000", total: "1000.0000", zero: "0.0000" },
    { currency: "USD", amount: "1000", total: "1000.00", zero: "0.00" },
  ])("so $amount of $currency is $total", ({ currency, amount, total, zero }) => {
    const bill = billOf({ charges: [fee("platform", amount)], plan: { currency } });
    expect([bill.total, bill.lines[0]?.amount, bill.taxes]).toEqual([total, total, zero]);
  });
});

describe("D25: arguments are changed, such as a caller's tiers sorted in place", () => {
  it("so input that nothing can be written to bills the same, and is what it was", () => {
    const sale: Sale = {
      charges: [
        tiered,
        fee("platform", "10"),
        {
          id: "fixed",
          name: "fixed",
          chargeType: "recurring",
          pricing: { model: "discount", amount: 3, appliesTo: { charges: ["platform"] } },
        },
        {
          id: "percent",
          name: "percent",
          chargeType: "recurring",
          pricing: { model: "discount", percent: 50 },
        },
      ],
      usage: ["c", "a", "b"].map((id) => eventOf({ id, properties: { z: [3, 1, 2] } })),
      policy: { rounding: { scope: "invoice" }, discounts: { fixed: "line-order" } },
    };
    const expected = billOf(structuredClone(sale));
    const request = frozen(requestOf(sale));
    const before = JSON.stringify(request);
    expect(invoice(request)).toEqual(expected);
    expect(JSON.stringify(request)).toBe(before);
  });
});

describe("D26: a clock decides which price is current", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("so the same request gives the same invoice on any day", () => {
    const request = requestOf({ charges: [tiered, fee("platform", "10")], usage: [eventOf()] });
    const bills = ["1990-01-01", "2026-01-15", "2099-12-31"].map((today) => {
      vi.useFakeTimers({ now: new Date(today) });
      return invoice(request);
    });
    expect(bills[1]).toEqual(bills[0]);
    expect(bills[2]).toEqual(bills[0]);
  });

  it("so neither a clock nor chance is asked at all", () => {
    const ask = () => {
      throw new Error("asked");
    };
    vi.spyOn(Date, "now").mockImplementation(ask);
    vi.spyOn(Math, "random").mockImplementation(ask);
    vi.spyOn(performance, "now").mockImplementation(ask);
    const total = billOf({ charges: [tiered, fee("platform", "10")], usage: [eventOf()] }).total;
    // 0.30 and 10
    expect(total).toBe("10.30");
  });
});

describe("D29: a comparison with what is billed comes before rounding, and leaves a cent for ever", () => {
  it("so what is rounded to its minimum, maximum or commitment has reached it", () => {
    const charge = perUnit("outcome", "1", { minimum: 10 });
    expect(billOf({ charges: [charge], usage: "9.996" }).lines).toHaveLength(1);
    const capped = perUnit("outcome", "1", { maximum: 10 });
    expect(billOf({ charges: [capped], usage: "10.004" }).lines).toHaveLength(1);
    const plan = { minimumCommitment: 20 };
    const charges = [perUnit("outcome", "1"), fee("platform", "10.004")];
    expect(billOf({ charges, plan, usage: "9.996" }).lines).toHaveLength(2);
  });

  it("so no line is a correction by less than the minor unit", () => {
    for (const usage of ["9.994", "9.995", "9.996", "10.004", "10.005"]) {
      const charges = [perUnit("outcome", "1", { minimum: 10, maximum: 10 })];
      const bill = billOf({ charges, usage });
      expect(bill.total).toBe("10.00");
      expect(totalOf(bill.lines.map(({ amount }) => amount))).toBe(1_000n);
      expect(bill.lines.slice(1).every(({ amount }) => units(amount) !== 0n)).toBe(true);
    }
  });
});

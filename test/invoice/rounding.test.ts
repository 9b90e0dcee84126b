import {
  type BillingPolicyInput,
  type ChargeInput,
  invoice,
  parseProduct,
  type RoundingMode,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { documentOf } from "../support/chain.js";
import {
  amountsOf,
  billOf,
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planOf,
  requestOf,
  type Sale,
  totalOf,
  units,
} from "../support/plans.js";

function totalIn(currency: string, amount: string, policy: BillingPolicyInput = {}): string {
  return billOf({ charges: [fee("fee", amount)], plan: { currency }, policy }).total;
}

describe("amounts of money", () => {
  it.each([
    { currency: "USD", of: "3.685", is: "3.69" },
    { currency: "USD", of: "3.6849", is: "3.68" },
    { currency: "USD", of: "0.005", is: "0.01" },
    { currency: "USD", of: "0.0049", is: "0.00" },
    { currency: "JPY", of: "100.2", is: "100" },
    { currency: "JPY", of: "100.5", is: "101" },
    { currency: "JPY", of: "1000", is: "1000" },
    { currency: "KWD", of: "1.2345", is: "1.235" },
    { currency: "KWD", of: "1.2344", is: "1.234" },
    { currency: "KWD", of: "5", is: "5.000" },
    { currency: "CLF", of: "0.00005", is: "0.0001" },
  ])("of $currency have the decimals of its minor unit: $of is $is", ({ currency, of, is }) => {
    expect(totalIn(currency, of)).toBe(is);
  });

  it.each([
    { decimals: 0, of: "2.5", is: "3" },
    { decimals: 4, of: "0.00025", is: "0.0003" },
    { decimals: 12, of: "0.0000000000005", is: "0.000000000001" },
  ])("of a custom currency have its $decimals decimals", ({ decimals, of, is }) => {
    expect(totalIn("CREDIT", of, { currencies: { CREDIT: decimals } })).toBe(is);
  });

  it("of an ISO currency have the policy's decimals where it says so", () => {
    expect(totalIn("HUF", "10.5")).toBe("10.50");
    expect(totalIn("HUF", "10.5", { currencies: { HUF: 0 } })).toBe("11");
  });

  it("of a custom currency need the policy that knows it, also for a parsed product", () => {
    const policy = { currencies: { CREDIT: 2 } };
    const request = requestOf({ charges: [fee("fee", "1")], plan: { currency: "CREDIT" } });
    expect(issuesOf(() => invoice(request))).toEqual([
      "unknown_currency catalog.ratePlans.0.currency",
    ]);
    const catalog = parseProduct(request.catalog, { policy });
    expect(invoice({ ...request, catalog, policy }).total).toBe("1.00");
    expect(issuesOf(() => invoice({ ...request, catalog }))).toHaveLength(1);
  });
});

describe("cash increments", () => {
  const policy = { rounding: { increment: "0.05" } };

  it.each([
    ["10.02", "10.00"],
    ["10.0249", "10.00"],
    ["10.025", "10.05"],
    ["10.03", "10.05"],
    ["10.074", "10.05"],
    ["10.075", "10.10"],
  ])("round %s francs to %s", (amount, rounded) => {
    expect(totalIn("CHF", amount, policy)).toBe(rounded);
  });

  it("hold for discounts, minimums and commitments as well", () => {
    const bill = billOf({
      charges: [
        fee("a", "10.02", { minimum: "10.12" }),
        {
          id: "off",
          name: "off",
          chargeType: "recurring",
          pricing: { model: "discount", percent: 7 },
        },
      ],
      plan: { currency: "CHF", minimumCommitment: "12.33" },
      policy,
    });
    // 10.02 → 10.00; 7 % off is 0.70; the minimum 10.12 → 10.10 asks for 0.80; the commitment 12.33 → 12.35 for 2.25.
    expect(bill.lines.map(({ amount }) => amount)).toEqual(["10.00", "-0.70", "0.80", "2.25"]);
    expect(bill.total).toBe("12.35");
  });

  it("leave usage as it was billed in cents before, with all of its discount", () => {
    const off: ChargeInput = {
      ...{ id: "off", name: "off", chargeType: "usage" },
      pricing: { model: "discount", percent: 100 },
    };
    const usage = ["a", "b"].map((id) => perUnit(id, "10.04"));
    const seats = { chargeType: "recurring", unitOfMeasure: "@seat" } as const;
    const charges: ChargeInput[] = [
      ...usage,
      { ...{ id: "seats", name: "seats", ...seats }, pricing: { model: "per-unit", unitPrice: 1 } },
      off,
    ];
    const subscription = { quantities: { seats: 2 } };
    const sold = { plans: [planOf(charges)], subscription };
    const events = ["a", "b"].map((id) => eventOf({ id, unitOfMeasure: `@${id}` }));
    const january = documentOf({ ...sold, usage: events }, JANUARY);
    expect(january.total).toBe("2.00");
    const changes = [{ effectiveDate: "2026-01-01", quantities: { seats: 3 } }];
    const february = documentOf(
      { ...sold, subscription: { ...subscription, changes } },
      { start: "2026-02-01", end: "2026-03-01" },
      [january],
      { policy },
    );
    // Three seats in February, one more in January.
    expect(february.lines.map(({ amount }) => amount)).toEqual(["3.00", "1.00"]);
  });

  it("hold for a maximum after a discount that was spread", () => {
    const bill = billOf({
      charges: [
        fee("a", "10", { maximum: 5 }),
        fee("b", "10"),
        {
          id: "off",
          name: "off",
          chargeType: "recurring",
          pricing: { model: "discount", amount: "0.05" },
        },
      ],
      plan: { currency: "CHF" },
      policy,
    });
    // 0.05 off the two: it can be of a or of b, but a part of 0.05 is no amount of cash.
    for (const { amount } of bill.lines) expect(units(amount) % 5n).toBe(0n);
    expect(units(bill.total) % 5n).toBe(0n);
  });

  it("hold for a second discount after one that was spread", () => {
    const off = (id: string, amount: string, charges?: readonly string[]) =>
      ({
        id,
        name: id,
        chargeType: "recurring",
        pricing: {
          model: "discount",
          amount,
          ...(charges === undefined ? {} : { appliesTo: { charges } }),
        },
      }) as const;
    for (const target of ["a", "b"]) {
      const discounts = [off("first", "0.05"), off("second", "1", [target])];
      const bill = billOf({
        charges: [fee("a", "0.05"), fee("b", "0.05"), ...discounts],
        plan: { currency: "CHF" },
        policy,
      });
      for (const { amount } of bill.lines) expect(units(amount) % 5n).toBe(0n);
    }
  });

  it("must be whole multiples of the minor unit", () => {
    const wrong = (currency: string, increment: string) =>
      issuesOf(() => totalIn(currency, "1", { rounding: { increment } }));
    expect(wrong("CHF", "0.005")).toEqual(["invalid_increment policy.rounding.increment"]);
    expect(wrong("JPY", "0.5")).toEqual(["invalid_increment policy.rounding.increment"]);
    expect(totalIn("JPY", "123", { rounding: { increment: 10 } })).toBe("120");
  });
});

describe("rounding modes", () => {
  const table: readonly {
    readonly mode: RoundingMode;
    /** What 0.125, 0.135, 0.121 and 0.129 come to. */
    readonly gives: readonly [string, string, string, string];
  }[] = [
    { mode: "half-away-from-zero", gives: ["0.13", "0.14", "0.12", "0.13"] },
    { mode: "half-toward-zero", gives: ["0.12", "0.13", "0.12", "0.13"] },
    { mode: "half-even", gives: ["0.12", "0.14", "0.12", "0.13"] },
    { mode: "half-odd", gives: ["0.13", "0.13", "0.12", "0.13"] },
    { mode: "half-ceiling", gives: ["0.13", "0.14", "0.12", "0.13"] },
    { mode: "half-floor", gives: ["0.12", "0.13", "0.12", "0.13"] },
    { mode: "up", gives: ["0.13", "0.14", "0.13", "0.13"] },
    { mode: "down", gives: ["0.12", "0.13", "0.12", "0.12"] },
    { mode: "ceiling", gives: ["0.13", "0.14", "0.13", "0.13"] },
    { mode: "floor", gives: ["0.12", "0.13", "0.12", "0.12"] },
  ];
  it.each(table)("of the policy decide each line: $mode", ({ mode, gives }) => {
    const amounts = ["0.125", "0.135", "0.121", "0.129"];
    const charges = amounts.map((amount, index) => fee(`fee ${index}`, amount));
    const bill = billOf({ charges, policy: { rounding: { mode } } });
    expect(bill.lines.map(({ amount }) => amount)).toEqual(gives);
  });

  it("half away from zero lets a reversal cancel what was billed", () => {
    const charge = perUnit("outcome", "0.067");
    const policy = { negativeUsage: "allow" } as const;
    // 55 × 0.067 = 3.685
    expect(billOf({ charges: [charge], usage: { outcome: 55 }, policy }).total).toBe("3.69");
    expect(billOf({ charges: [charge], usage: { outcome: -55 }, policy }).total).toBe("-3.69");
  });
});

describe("the scope of rounding", () => {
  const eight = Array.from({ length: 8 }, (_, index) => perUnit(`c${index}`, "0.014"));
  const usage = Object.fromEntries(eight.map(({ id }) => [id, 1]));

  it("is each line by itself unless the policy says otherwise", () => {
    // 1.4 cents is 1 cent, eight times.
    const bill = billOf({ charges: eight, usage });
    expect(bill.lines.map(({ amount }) => amount)).toEqual(Array(8).fill("0.01"));
    expect(bill.total).toBe("0.08");
  });

  it("can be the invoice: the sum is rounded once, and the lines add up to it", () => {
    // 8 × 1.4 = 11.2 cents is 11: a cent each, and three left over for the first of eight equal remainders.
    const bill = billOf({ charges: eight, usage, policy: { rounding: { scope: "invoice" } } });
    const [two, one] = ["0.02", "0.01"];
    expect(bill.lines.map(({ amount }) => amount)).toEqual([
      two,
      two,
      two,
      one,
      one,
      one,
      one,
      one,
    ]);
    expect(bill.total).toBe("0.11");
    expect(totalOf(bill.lines.map(({ amount }) => amount))).toBe(units(bill.total));
  });

  it("gives the pennies to the largest remainders", () => {
    const charges = ["0.014", "0.016", "10", "0.019"].map((amount) => fee(amount, amount));
    const bill = billOf({ charges, policy: { rounding: { scope: "invoice" } } });
    // 10.049 is 10.05; 0.01 + 0.01 + 10 + 0.01 leaves two cents, for 0.9 and 0.6 of a cent.
    expect(amountsOf(bill)).toEqual([
      ["0.014", "0.01"],
      ["0.016", "0.02"],
      ["10", "10.00"],
      ["0.019", "0.02"],
    ]);
  });

  it("takes pennies away as well, where the sum is rounded down", () => {
    const charges = ["0.018", "0.017"].map((amount) => fee(amount, amount));
    const policy: BillingPolicyInput = { rounding: { scope: "invoice", mode: "down" } };
    // 0.035 is 0.03: a cent each, and one for the larger remainder.
    expect(amountsOf(billOf({ charges, policy }))).toEqual([
      ["0.018", "0.02"],
      ["0.017", "0.01"],
    ]);
  });

  it("still leaves later steps to read rounded amounts", () => {
    const sale: Sale = {
      charges: [
        ...["0.005", "0.005"].map((amount, index) => fee(`fee ${index}`, amount)),
        {
          id: "off",
          name: "off",
          chargeType: "recurring",
          pricing: { model: "discount", percent: 100 },
        },
      ],
      policy: { rounding: { scope: "invoice" } },
    };
    // 0.005 + 0.005 is 0.01, which is the first line's; all of it is taken off.
    expect(billOf(sale).lines.map(({ amount }) => amount)).toEqual(["0.01", "0.00", "-0.01"]);
    expect(billOf(sale).total).toBe("0.00");
  });

  it("shows on the line what rounding did", () => {
    const bill = billOf({ charges: [fee("fee", "0.0149")] });
    expect(bill.lines[0]?.exactAmount).toBe("0.0149");
    expect(bill.lines[0]?.steps.map(({ kind, value }) => [kind, value])).toEqual([
      ["flat", "0.0149"],
      ["rounding", "-0.0049"],
    ]);
  });
});

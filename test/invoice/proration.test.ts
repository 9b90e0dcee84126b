/** Parts of a cycle: how they are measured, and what of a charge is scaled to them. */
import {
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Period,
  type Proration,
  type ProrationMethod,
  type RatePlanInput,
  type SubscriptionInput,
  safeParseCharge,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { fee, issuesOf, perUnit, planOf, productOf } from "../support/plans.js";

const JUNE: Period = { start: "2026-06-01", end: "2026-07-01" };

function bill(
  charges: readonly ChargeInput[],
  subscription: Partial<SubscriptionInput>,
  period: Period,
  usage: InvoiceRequest["usage"] = {},
  plan: Partial<RatePlanInput> = {},
): Invoice {
  return invoice({
    catalog: productOf(planOf(charges, plan)),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...subscription,
    },
    period,
    usage,
  });
}

/** A fee that prorates in one way. */
function feeBy(proration: ProrationMethod | Proration, amount = "310"): ChargeInput {
  return fee("fee", amount, { proration } as Partial<ChargeInput>);
}

/** The calendar's months, begun on a day. */
function startingOn(startDate: string): Partial<SubscriptionInput> {
  return { startDate, billingAnchor: "calendar" };
}

/** The steps of a line's amount, which must add up to it; here all are finite decimals. */
function steps({ lines }: Invoice): readonly (readonly string[])[] {
  return lines.map((line) =>
    line.steps.filter(({ of }) => of === "amount").map(({ kind, value }) => `${kind} ${value}`),
  );
}

describe("a part of a month", () => {
  it.each<{
    title: string;
    method: ProrationMethod | Proration;
    start: string;
    end: string;
    amount: string;
    exact: string;
    text: string;
  }>([
    {
      title: "whole local days of its own month",
      method: "days",
      start: "2026-01-17",
      end: "2026-02-01",
      // 310 × 15/31
      amount: "150.00",
      exact: "150",
      text: "15 of 31 days: 150 of 310",
    },
    {
      title: "days of a short month",
      method: "days",
      start: "2026-02-15",
      end: "2026-03-01",
      amount: "155.00",
      exact: "155",
      text: "14 of 28 days: 155 of 310",
    },
    {
      title: "days of a leap month, in a fraction",
      method: "days",
      start: "2028-02-15",
      end: "2028-03-01",
      // 310 × 15/29 = 160.3448…
      amount: "160.34",
      exact: "4650/29",
      text: "15 of 29 days: 4650/29 of 310",
    },
    {
      title: "seconds",
      method: "seconds",
      start: "2026-06-30T12:00:00Z",
      end: "2026-07-01",
      // Half of one of 30 days: 310 / 60
      amount: "5.17",
      exact: "31/6",
      text: "43200 of 2592000 seconds: 31/6 of 310",
    },
    {
      title: "days, where a part of a day counts as the whole of it",
      method: "days",
      start: "2026-06-30T12:00:00Z",
      end: "2026-07-01",
      // 310 / 30
      amount: "10.33",
      exact: "31/3",
      text: "1 of 30 days: 31/3 of 310",
    },
    {
      title: "months of 30 days, of which the 31st counts nothing",
      method: "30E/360",
      start: "2026-01-16",
      end: "2026-02-01",
      amount: "155.00",
      exact: "155",
      text: "15 of 30 days (30E/360): 155 of 310",
    },
    {
      title: "months of 30 days, in February",
      method: "30E/360",
      start: "2026-02-16",
      end: "2026-03-01",
      // 1 March less 16 February is 15 of 30, not 13 of 28.
      amount: "155.00",
      exact: "155",
      text: "15 of 30 days (30E/360): 155 of 310",
    },
    {
      title: "fixed days: 30 where nothing is said",
      method: "fixed-days",
      start: "2026-06-16",
      end: "2026-07-01",
      amount: "155.00",
      exact: "155",
      text: "15 of 30 days (fixed-days): 155 of 310",
    },
    {
      title: "fixed days of a longer month: the days beyond count nothing",
      method: { method: "fixed-days", daysPerMonth: 20 },
      start: "2026-01-11",
      end: "2026-02-01",
      amount: "155.00",
      exact: "155",
      text: "10 of 20 days (fixed-days): 155 of 310",
    },
    {
      title: "fixed days of a shorter month: the last day counts the missing ones",
      method: { method: "fixed-days", daysPerMonth: 31 },
      start: "2026-02-28",
      end: "2026-03-01",
      // 27 of 31 have passed at 28 February.
      amount: "40.00",
      exact: "40",
      text: "4 of 31 days (fixed-days): 40 of 310",
    },
  ])("is measured in $title", ({ method, start, end, amount, exact, text }) => {
    const result = bill([feeBy(method)], startingOn(start), { start, end });
    expect(result.lines).toMatchObject([
      { chargeId: "fee", amount, exactAmount: exact, unitPrice: null, quantity: "1" },
    ]);
    expect(result.lines[0]?.steps.find(({ kind }) => kind === "proration")?.text).toBe(text);
  });

  it("is billed whole where nothing is prorated", () => {
    const result = bill([feeBy("none")], startingOn("2026-06-20"), {
      start: "2026-06-20",
      end: "2026-07-01",
    });
    expect(result.lines).toMatchObject([{ amount: "310.00", unitPrice: "310" }]);
    expect(steps(result)).toEqual([["flat 310"]]);
  });

  it("goes to the first part of a fee that is not divided, whatever comes after it", () => {
    const result = bill(
      [
        {
          ...feeBy("none"),
          unitOfMeasure: "@seat",
          pricing: { model: "per-unit", unitPrice: "31" },
        } as ChargeInput,
      ],
      {
        quantities: { fee: 2 },
        changes: [{ effectiveDate: "2026-06-16", quantities: { fee: 5 } }],
      },
      JUNE,
    );
    expect(result.lines.map(({ amount }) => amount)).toEqual(["62.00"]);
  });

  it("measures the last part by the full period too", () => {
    const result = bill(
      [feeBy("days")],
      { endDate: "2026-08-11" },
      {
        start: "2026-08-01",
        end: "2026-08-11",
      },
    );
    // 310 × 10/31
    expect(result.lines).toMatchObject([{ amount: "100.00" }]);
  });

  it("measures first and last part by the same full period where both are one", () => {
    const short = { ...startingOn("2026-08-11"), endDate: "2026-08-21" };
    const result = bill([feeBy("days")], short, { start: "2026-08-11", end: "2026-08-21" });
    expect(result.lines).toMatchObject([{ amount: "100.00" }]);
  });

  it("is of the charge's own cycle: a quarter, a week", () => {
    const quarter = fee("quarter", "910", { billingCycle: "quarterly" } as Partial<ChargeInput>);
    const june = bill(
      [quarter],
      { ...startingOn("2026-06-21"), endDate: "2026-08-01" },
      {
        start: "2026-06-21",
        end: "2026-07-01",
      },
    );
    // The second quarter has 30 + 31 + 30 = 91 days.
    expect(june.lines).toMatchObject([{ amount: "100.00" }]);
    const weekly = fee("week", "70", { billingCycle: "weekly" } as Partial<ChargeInput>);
    const fortnight = bill(
      [weekly],
      { endDate: "2026-06-11" },
      {
        start: "2026-06-01",
        end: "2026-06-11",
      },
      {},
      { billingCycle: { every: 2, unit: "week" } },
    );
    expect(fortnight.lines.map(({ amount }) => amount)).toEqual(["70.00", "30.00"]);
  });

  it("counts the days that a zone has: the short day of spring is one", () => {
    const zone = { ...startingOn("2026-03-08"), timeZone: "America/New_York" };
    const days = bill([feeBy("days")], zone, { start: "2026-03-08", end: "2026-04-01" });
    // 24 of 31 days
    expect(days.lines).toMatchObject([{ amount: "240.00" }]);
    const seconds = bill([feeBy("seconds", "743")], zone, {
      start: "2026-03-08",
      end: "2026-04-01",
    });
    // March has 743 hours there, the last 24 days 575.
    expect(seconds.lines).toMatchObject([{ amount: "575.00" }]);
  });

  it("has a step of its own, and steps that add up to the amount", () => {
    const result = bill([feeBy("days", "99.99")], startingOn("2026-06-16"), {
      start: "2026-06-16",
      end: "2026-07-01",
    });
    // Nothing of June was billed before: 15 of 30 days of 99.99 are 49.995, rounded by themselves.
    expect(result.lines).toMatchObject([{ exactAmount: "49.995", amount: "50.00" }]);
    expect(steps(result)).toEqual([["flat 99.99", "proration -49.995", "rounding 0.005"]]);
  });

  it("shows the unit price only where all of the fee is billed", () => {
    const seats: ChargeInput = {
      id: "seats",
      name: "seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: "31" },
    };
    const half = { ...startingOn("2026-01-17"), quantities: { seats: 2 } };
    const stub = bill([seats], half, { start: "2026-01-17", end: "2026-02-01" });
    expect(stub.lines).toMatchObject([{ quantity: "2", unitPrice: null, amount: "30.00" }]);
    const full = bill([seats], half, { start: "2026-02-01", end: "2026-03-01" });
    expect(full.lines).toMatchObject([{ quantity: "2", unitPrice: "31", amount: "62.00" }]);
  });
});

describe("what is prorated", () => {
  /** Half of June. */
  const half = startingOn("2026-06-16");
  const STUB = { start: "2026-06-16", end: "2026-07-01" };
  const amounts = (charge: ChargeInput, usage: InvoiceRequest["usage"] = {}) =>
    bill(
      [charge],
      {
        ...half,
        quantities:
          charge.chargeType === "recurring" && charge.unitOfMeasure !== undefined
            ? { [charge.id]: 12 }
            : {},
      },
      STUB,
      usage,
    ).lines.map(({ amount }) => amount);
  const tiers = [{ upTo: 10, unitPrice: "2" }, { unitPrice: "1" }];

  it("is the fee of a recurring charge, with its amount and not its quantity", () => {
    const seats: ChargeInput = {
      id: "seats",
      name: "seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      pricing: { model: "tiered", tiers },
    };
    // (10 × 2 + 2 × 1) / 2
    expect(amounts(seats)).toEqual(["11.00"]);
  });

  it("is nothing of a usage charge, where nothing is said", () => {
    const charge = perUnit("outcome", "1", {
      pricing: { model: "tiered", tiers },
      includedUnits: 4,
      minimum: "30",
    });
    // 14 − 4 = 10 at 2, up to the whole minimum.
    expect(amounts(charge, { outcome: 14 })).toEqual(["20.00", "10.00"]);
    const flat: ChargeInput = {
      id: "base",
      name: "base",
      chargeType: "usage",
      pricing: { model: "flat", amount: "50" },
    };
    expect(amounts(flat)).toEqual(["50.00"]);
  });

  it.each<{
    of: Proration["of"];
    due: readonly string[];
  }>([
    // 14 units, 4 of them included, 2 each up to 10, then 1; at least 30. Half of a month.
    { of: [], due: ["20.00", "10.00"] },
    { of: ["fee"], due: ["10.00", "20.00"] },
    // 2 included: 10 × 2 + 2 × 1
    { of: ["included-units"], due: ["22.00", "8.00"] },
    // At least 15.
    { of: ["limits"], due: ["20.00"] },
    // As 28 in a month, 4 included: (10 × 2 + 14 × 1) / 2 = 17; in steps of half the size: 5 × 2 + 7 × 1.
    { of: ["tiers"], due: ["17.00", "13.00"] },
    { of: ["tiers", "limits"], due: ["17.00"] },
    { of: ["included-units", "limits"], due: ["22.00"] },
    // 22 / 2, and up to 15
    { of: ["fee", "included-units", "limits"], due: ["11.00", "4.00"] },
  ])("is what the charge says: $of", ({ of = [], due }) => {
    const charge = perUnit("outcome", "1", {
      pricing: { model: "tiered", tiers },
      includedUnits: 4,
      minimum: "30",
      proration: { method: "days", of },
    });
    expect(amounts(charge, { outcome: 14 })).toEqual(due);
  });

  it("in tiers is everything that the prices say: bounds, flat fees, packages, base fees", () => {
    const by = (pricing: object) =>
      perUnit("outcome", "1", {
        pricing,
        proration: { method: "days", of: ["tiers"] },
      } as object);
    const usage = { outcome: 14 };
    // As 28 in a month: the second step; half of 60.
    const stairs = { model: "stairstep", tiers: [{ upTo: 20, flatFee: "40" }, { flatFee: "60" }] };
    expect(amounts(by(stairs), usage)).toEqual(["30.00"]);
    // 28 at 1.50, half of it.
    const volume = {
      model: "volume",
      tiers: [
        { upTo: 20, unitPrice: "2" },
        { unitPrice: "1.50", flatFee: "10" },
      ],
    };
    expect(amounts(by(volume), usage)).toEqual(["26.00"]);
    // 28 are three packages of 10, half of 3 × 8.
    const pack = { model: "package", size: "10", price: "8" };
    expect(amounts(by(pack), usage)).toEqual(["12.00"]);
    // (10 + (28 − 20) × 3) / 2
    const overage = { model: "overage", baseFee: "10", includedUnits: "20", unitPrice: "3" };
    expect(amounts(by(overage), usage)).toEqual(["17.00"]);
  });

  it("shows the tiers as they hold for the part, and steps that add up", () => {
    const charge = perUnit("outcome", "1", {
      pricing: { model: "tiered", tiers },
      proration: { method: "days", of: ["tiers"] },
    });
    const [line] = bill([charge], half, STUB, { outcome: 14 }).lines;
    expect(line).toMatchObject({ quantity: "14", exactAmount: "19", amount: "19.00" });
    expect(
      line?.tiers.map(({ from, upTo, quantity, amount }) => [from, upTo, quantity, amount]),
    ).toEqual([
      ["0", "5", "5", "10"],
      ["5", null, "9", "9"],
    ]);
    const sum = (of: string) =>
      line?.steps
        .filter((step) => step.of === of)
        .reduce((total, { value }) => total + Number(value), 0);
    expect([sum("quantity"), sum("amount")]).toEqual([14, 19]);
  });

  it("may be what an overage includes, with its base fee and all", () => {
    const pricing = {
      model: "overage",
      baseFee: "10",
      includedUnits: "20",
      unitPrice: "3",
    } as const;
    const tiers = perUnit("outcome", "1", {
      pricing,
      proration: { method: "days", of: ["tiers"] },
    });
    // Half of the base fee, and 14 − 10 = 4 beyond the half of 20.
    expect(amounts(tiers, { outcome: 14 })).toEqual(["17.00"]);
    const units = { method: "days", of: ["included-units"] } as const;
    expect(safeParseCharge({ ...tiers, proration: units })).toMatchObject({
      ok: false,
      issues: [{ code: "field_not_allowed", path: ["proration", "of", 0] }],
    });
  });

  it("may be the limits of a recurring charge", () => {
    const charge = fee("fee", "10", {
      minimum: "60",
      proration: { method: "days", of: ["fee", "limits"] },
    } as Partial<ChargeInput>);
    // 5 of the fee, up to 30.
    expect(amounts(charge)).toEqual(["5.00", "25.00"]);
    const whole = fee("fee", "10", { minimum: "60" });
    expect(amounts(whole)).toEqual(["5.00", "55.00"]);
  });

  it("is a fixed discount of fees, for its part of the period", () => {
    const off: ChargeInput = {
      id: "off",
      name: "off",
      chargeType: "recurring",
      pricing: { model: "discount", amount: "10" },
    };
    const stub = bill([fee("fee", "100"), off], half, STUB);
    expect(stub.total).toBe("45.00");
    const never = bill(
      [fee("fee", "100"), { ...off, proration: "none" } as ChargeInput],
      half,
      STUB,
    );
    expect(never.total).toBe("40.00");
    const usage = bill(
      [perUnit("outcome", "1"), { ...off, chargeType: "usage" } as ChargeInput],
      half,
      STUB,
      { outcome: 50 },
    );
    expect(usage.total).toBe("40.00");
  });

  it("is the plan's minimum commitment, by days", () => {
    const stub = bill(
      [perUnit("outcome", "1")],
      half,
      STUB,
      { outcome: 20 },
      {
        minimumCommitment: "90",
      },
    );
    expect(stub.lines.map(({ amount }) => amount)).toEqual(["20.00", "25.00"]);
  });

  it("is no part of units where a model has none", () => {
    for (const of of ["included-units", "tiers"] as const) {
      const charge = fee("fee", "10", {
        proration: { method: "days", of: [of] },
      } as Partial<ChargeInput>);
      expect(issuesOf(() => amounts(charge))).toEqual([
        "field_not_allowed catalog.ratePlans.0.charges.0.proration.of.0",
      ]);
    }
  });

  it.each([
    { proration: "weekly", path: "proration" },
    { proration: { method: "fixed-days", daysPerMonth: 0 }, path: "proration.daysPerMonth" },
    { proration: { method: "fixed-days", daysPerMonth: 30.5 }, path: "proration.daysPerMonth" },
    { proration: { method: "days", of: ["seats"] }, path: "proration.of.0" },
    { proration: { method: "days", per: "month" }, path: "proration.per" },
  ])("refuses $proration", ({ proration, path }) => {
    const charge = fee("fee", "10", { proration } as object);
    expect(issuesOf(() => amounts(charge)).map((issue) => issue.split(" ")[1])).toEqual([
      `catalog.ratePlans.0.charges.0.${path}`,
    ]);
  });
});

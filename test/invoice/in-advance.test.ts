/** Fees in advance: the opening invoice, the fee of the next period on each invoice, and what is due back. */
import fc from "fast-check";
import {
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type RatePlanInput,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { amountsOf, fee, issuesOf, perUnit, planOf, productOf, totalOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

/** A month of 30 days, so that its 16th is halfway. */
const JUNE = { start: "2026-06-01", end: "2026-07-01" };
const JULY = { start: "2026-07-01", end: "2026-08-01" };

function advance(id: string, amount: string, more: Partial<ChargeInput> = {}): ChargeInput {
  return fee(id, amount, { billingTiming: "in-advance", ...more } as Partial<ChargeInput>);
}

const seats: ChargeInput = {
  id: "seats",
  name: "seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  billingTiming: "in-advance",
  pricing: { model: "per-unit", unitPrice: "30" },
};
const setup: ChargeInput = {
  id: "setup",
  name: "setup",
  chargeType: "one-time",
  pricing: { model: "flat", amount: "500" },
};

interface Deal {
  readonly plans: readonly RatePlanInput[];
  readonly subscription?: Partial<SubscriptionInput>;
}

function on(day: string): InvoiceRequest["period"] {
  return { start: day, end: day };
}

function bill(
  { plans, subscription }: Deal,
  period: InvoiceRequest["period"],
  previous?: readonly Invoice[],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return invoice({
    catalog: productOf(...plans),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...subscription,
    },
    period,
    usage: {},
    ...(previous === undefined ? {} : { previous }),
    ...more,
  });
}

/** What the lines bill, as charge, service period and amount. */
function services({ lines }: Invoice): readonly string[] {
  return lines.map(
    ({ chargeId, servicePeriod: { start, end }, amount }) =>
      `${chargeId} ${start.slice(5)}/${end.slice(5)} ${amount}`,
  );
}

/** Sum of totals, in cents. */
function sumOf(invoices: readonly Invoice[]): bigint {
  return totalOf(invoices.map(({ total }) => total));
}

const basic = planOf([advance("fee", "100")]);
const pro = planOf([advance("fee", "200")], { id: "pro" });
const max = planOf([advance("fee", "400")], { id: "max" });
const upgraded = {
  plans: [basic, pro, max],
  subscription: { changes: [{ effectiveDate: "2026-06-16", ratePlanId: "pro" }] },
};

describe("fees in advance", () => {
  const deal = { plans: [planOf([advance("fee", "100"), setup, perUnit("outcome", "2")])] };

  it("begin with an opening invoice, which carries the one-time charges too", () => {
    const opening = bill(deal, on("2026-06-01"));
    expect(services(opening)).toEqual(["fee 06-01/07-01 100.00", "setup 06-01/07-01 500.00"]);
    expect(opening.total).toBe("600.00");
    expect(opening.period).toEqual(on("2026-06-01"));
    expect(opening.warnings).toEqual([]);
  });

  it("are on each invoice for the period that follows, beside the usage of the period itself", () => {
    const opening = bill(deal, on("2026-06-01"));
    const june = bill(deal, JUNE, [opening], { usage: { outcome: 5 } });
    expect(services(june)).toEqual(["outcome 06-01/07-01 10.00", "fee 07-01/08-01 100.00"]);
    const july = bill(deal, JULY, [opening, june], { usage: { outcome: 1 } });
    expect(services(july)).toEqual(["outcome 07-01/08-01 2.00", "fee 08-01/09-01 100.00"]);
    expect(july.warnings).toEqual([]);
  });

  it("are not billed for the time after the end", () => {
    const ending = { ...deal, subscription: { endDate: "2026-07-01" } };
    expect(services(bill(ending, JUNE, [bill(deal, on("2026-06-01"))]))).toEqual([]);
  });

  it("are billed for the part before the end where it is known", () => {
    const ending = { ...deal, subscription: { endDate: "2026-07-11" } };
    const opening = bill(ending, on("2026-06-01"));
    const june = bill(ending, JUNE, [opening]);
    // 100 × 10/31 = 32.258
    expect(services(june)).toEqual(["fee 07-01/07-11 32.26"]);
    const july = bill(ending, { start: "2026-07-01", end: "2026-07-11" }, [opening, june]);
    expect(services(july)).toEqual([]);
  });

  it("are presumed to have been billed where previous does not say", () => {
    const june = bill(deal, JUNE);
    expect(services(june)).toEqual(["fee 07-01/08-01 100.00"]);
    expect(june.warnings.map(({ code, chargeId }) => `${code} ${chargeId}`)).toEqual([
      "presumed_billed fee",
      "presumed_billed setup",
    ]);
    const july = bill(deal, JULY);
    expect(services(july)).toEqual(["fee 08-01/09-01 100.00"]);
    expect(july.warnings).toMatchObject([{ code: "presumed_billed", chargeId: "fee" }]);
  });

  it("have no opening invoice where nothing is billed in advance", () => {
    const arrears = { plans: [planOf([fee("fee", "100"), setup])] };
    expect(issuesOf(() => bill(arrears, on("2026-06-01")))).toEqual([
      "not_a_billing_period period",
    ]);
  });

  it("open at the end of a trial that is no boundary", () => {
    const trial = {
      ...deal,
      subscription: { trialDays: 15, billingAnchor: "calendar" as const },
    };
    const opening = bill(trial, on("2026-06-16"));
    expect(services(opening)).toEqual(["fee 06-16/07-01 50.00", "setup 06-16/07-01 500.00"]);
    const june = bill(trial, JUNE, [opening]);
    expect(services(june)).toEqual(["fee 07-01/08-01 100.00"]);
    expect(issuesOf(() => bill(trial, on("2026-06-01")))).toEqual(["not_a_billing_period period"]);
  });

  it("are on the invoice of the trial where it ends a billing period", () => {
    const trial = { ...deal, subscription: { trialDays: 15 } };
    const first = bill(trial, { start: "2026-06-01", end: "2026-06-16" });
    expect(services(first)).toEqual(["fee 06-16/07-16 100.00", "setup 06-16/07-16 500.00"]);
    // The moment at which the trial ends has nothing of its own to bill: the document of the trial holds it.
    expect(services(bill(trial, on("2026-06-16"), [first]))).toEqual([]);
    const second = bill(trial, { start: "2026-06-16", end: "2026-07-16" }, [first]);
    expect(services(second)).toEqual(["fee 07-16/08-16 100.00"]);
  });

  it("count for the minimum commitment, which waits for the end of the period", () => {
    const committed = {
      plans: [
        planOf([advance("fee", "100"), perUnit("outcome", "2")], { minimumCommitment: "130" }),
      ],
    };
    const opening = bill(committed, on("2026-06-01"));
    expect(services(opening)).toEqual(["fee 06-01/07-01 100.00"]);
    const june = bill(committed, JUNE, [opening], { usage: { outcome: 5 } });
    expect(services(june)).toEqual([
      "outcome 06-01/07-01 10.00",
      "null 06-01/07-01 20.00",
      "fee 07-01/08-01 100.00",
    ]);
    // Whether the fee is known to have been billed, or presumed.
    expect(bill(committed, JUNE, [], { usage: { outcome: 5 } }).total).toBe(june.total);
  });

  it("count for the minimum commitment, which a change inside the period leaves for its end", () => {
    const plans = [basic, pro].map((plan) => ({ ...plan, minimumCommitment: "250" }));
    const opening = bill({ plans }, on("2026-06-01"));
    const deal = { plans, subscription: upgraded.subscription };
    const change = bill(deal, on("2026-06-16"), [opening]);
    expect(services(change)).toEqual(["fee 06-16/07-01 -50.00", "fee 06-16/07-01 100.00"]);
    // 50 + 100 of 250
    expect(services(bill(deal, JUNE, [opening, change]))).toEqual([
      "null 06-01/07-01 100.00",
      "fee 07-01/08-01 200.00",
    ]);
  });

  it("may be for cycles shorter than the plan's: all that begin in the next period", () => {
    const weekly = {
      plans: [
        planOf([advance("fee", "7", { billingCycle: "weekly" })], {
          billingCycle: { every: 2, unit: "week" },
        }),
      ],
    };
    const opening = bill(weekly, on("2026-06-01"));
    expect(services(opening)).toEqual(["fee 06-01/06-08 7.00", "fee 06-08/06-15 7.00"]);
    const first = bill(weekly, { start: "2026-06-01", end: "2026-06-15" }, [opening]);
    expect(services(first)).toEqual(["fee 06-15/06-22 7.00", "fee 06-22/06-29 7.00"]);
  });
});

describe("a change inside a period that was billed in advance", () => {
  const opening = bill({ plans: [basic] }, on("2026-06-01"));

  it("credits the unused part and charges the new price for it, on the invoice of the period", () => {
    const june = bill(upgraded, JUNE, [opening]);
    // The half of 100 back, the half of 200 instead; and July at 200.
    expect(services(june)).toEqual([
      "fee 06-16/07-01 -50.00",
      "fee 06-16/07-01 100.00",
      "fee 07-01/08-01 200.00",
    ]);
    const [credit] = june.lines;
    expect(credit).toMatchObject({
      key: "recurring:fee@2026-06-01",
      kind: "adjustment",
      amount: "-50.00",
      exactAmount: "-50",
      adjustment: {
        billed: "100.00",
        due: "50.00",
        invoices: [opening.idempotencyKey],
        causes: [{ kind: "change", date: "2026-06-16" }],
      },
    });
    expect(sumOf([opening, june])).toBe(35_000n);
  });

  it("nets to 50 + 100 in arrears and in advance (the seed's $100 to $200 halfway)", () => {
    const inArrears = {
      plans: [planOf([fee("fee", "100")]), planOf([fee("fee", "200")], { id: "pro" })],
      subscription: upgraded.subscription,
    };
    const june = bill(inArrears, JUNE);
    expect(services(june)).toEqual(["fee 06-01/06-16 50.00", "fee 06-16/07-01 100.00"]);
    const change = bill(upgraded, on("2026-06-16"), [opening]);
    expect(sumOf([opening, change])).toBe(15_000n);
  });

  it("may be billed at once, and then not again", () => {
    const change = bill(upgraded, on("2026-06-16"), [opening]);
    expect(services(change)).toEqual(["fee 06-16/07-01 -50.00", "fee 06-16/07-01 100.00"]);
    expect(change).toMatchObject({ kind: "invoice", total: "50.00", period: on("2026-06-16") });
    const june = bill(upgraded, JUNE, [opening, change]);
    expect(services(june)).toEqual(["fee 07-01/08-01 200.00"]);
  });

  it("is a credit note where it makes less due", () => {
    const down = {
      plans: [pro, basic],
      subscription: {
        ratePlanId: "pro",
        changes: [{ effectiveDate: "2026-06-16", ratePlanId: "starter" }],
      },
    };
    const first = bill(down, on("2026-06-01"));
    // A change that is known by then is billed as it will be: 100 of the 200, and 50.
    expect(services(first)).toEqual(["fee 06-01/06-16 100.00", "fee 06-16/07-01 50.00"]);
    const unaware = bill({ ...down, subscription: { ratePlanId: "pro" } }, on("2026-06-01"));
    expect(unaware.total).toBe("200.00");
    const change = bill(down, on("2026-06-16"), [unaware]);
    expect(change).toMatchObject({ kind: "credit-note", total: "-50.00" });
    expect(services(change)).toEqual(["fee 06-16/07-01 -100.00", "fee 06-16/07-01 50.00"]);
    expect(services(bill(down, JUNE, [unaware, change]))).toEqual(["fee 07-01/08-01 100.00"]);
  });

  it("never credits more than was billed, at the price billed: second and third change (D17)", () => {
    const days = ["2026-06-11", "2026-06-16", "2026-06-21"];
    const to = ["pro", "max", "starter"];
    const known = (count: number) => ({
      plans: [basic, pro, max],
      subscription: {
        changes: days
          .slice(0, count)
          .map((effectiveDate, index) => ({ effectiveDate, ratePlanId: to[index] ?? "" })),
      },
    });
    const invoices = [opening];
    const first = bill(known(1), on("2026-06-11"), invoices);
    // 20 days of 30: −66.67 of 100, +133.33 of 200. Due of the first 10 days: 33.33.
    expect(services(first)).toEqual(["fee 06-11/07-01 -66.67", "fee 06-11/07-01 133.33"]);
    invoices.push(first);
    const second = bill(known(2), on("2026-06-16"), invoices);
    // Of 200: 15 days were due up to the 16th, 10 up to the 11th: 100 − 66.67 = 33.33 of the 133.33 billed.
    expect(services(second)).toEqual(["fee 06-16/07-01 -100.00", "fee 06-16/07-01 200.00"]);
    invoices.push(second);
    const third = bill(known(3), on("2026-06-21"), invoices);
    // Of 400: 20/30 − 15/30 = 266.67 − 200 = 66.67 of the 200 billed; of 100, the last 10 days: 100 − 66.67 = 33.33.
    expect(services(third)).toEqual(["fee 06-21/07-01 -133.33", "fee 06-21/07-01 33.33"]);
    invoices.push(third);
    expect(services(bill(known(3), JUNE, invoices))).toEqual(["fee 07-01/08-01 100.00"]);
    // 33.33 + 33.33 + 66.67 + 33.33
    expect(sumOf(invoices)).toBe(16_666n);
    // The same in one go, from the opening invoice alone.
    const once = bill(known(3), JUNE, [opening]);
    expect(sumOf([opening, once])).toBe(16_666n + 10_000n);
  });

  it("needs the invoice that billed the fee", () => {
    expect(issuesOf(() => bill(upgraded, JUNE))).toEqual(["missing_previous previous"]);
    expect(issuesOf(() => bill(upgraded, JUNE, []))).toEqual(["missing_previous previous"]);
    expect(issuesOf(() => bill(upgraded, on("2026-06-16")))).toEqual(["missing_previous previous"]);
    const change = bill(upgraded, on("2026-06-16"), [opening]);
    expect(issuesOf(() => bill(upgraded, JUNE, [change]))).toEqual(["missing_previous previous"]);
  });

  it("is no moment for an invoice where nothing changes", () => {
    expect(issuesOf(() => bill(upgraded, on("2026-06-15"), [opening]))).toEqual([
      "not_a_billing_period period",
    ]);
    expect(issuesOf(() => bill(upgraded, on("2026-07-01"), [opening]))).toEqual([
      "not_a_billing_period period",
    ]);
  });

  it("on a boundary replaces what was billed for the next period", () => {
    const june = bill({ plans: [basic] }, JUNE, [opening]);
    const later = {
      plans: [basic, pro],
      subscription: { changes: [{ effectiveDate: "2026-07-01", ratePlanId: "pro" }] },
    };
    const july = bill(later, JULY, [opening, june]);
    expect(services(july)).toEqual(["fee 07-01/08-01 100.00", "fee 08-01/09-01 200.00"]);
    expect(july.lines[0]).toMatchObject({ adjustment: { billed: "100.00", due: "200.00" } });
  });

  it("may come before anything is billed in advance: an upgrade from a free plan in its first period", () => {
    const free = {
      plans: [planOf([perUnit("outcome", "2")]), pro],
      subscription: upgraded.subscription,
    };
    expect(services(bill(free, on("2026-06-16")))).toEqual(["fee 06-16/07-01 100.00"]);
    const june = bill(free, JUNE);
    expect(services(june)).toEqual(["fee 06-16/07-01 100.00", "fee 07-01/08-01 200.00"]);
  });

  it("may come before anything is billed in advance: an upgrade from a free plan later on", () => {
    const free = {
      plans: [planOf([perUnit("outcome", "2")]), pro],
      subscription: { changes: [{ effectiveDate: "2026-07-17", ratePlanId: "pro" }] },
    };
    const june = bill({ plans: free.plans }, JUNE, [], { usage: { outcome: 1 } });
    expect(services(june)).toEqual(["outcome 06-01/07-01 2.00"]);
    // 200 × 15/31 = 96.774
    const change = bill(free, on("2026-07-17"), [june]);
    expect(services(change)).toEqual(["fee 07-17/08-01 96.77"]);
    expect(services(bill(free, JULY, [june, change]))).toEqual(["fee 08-01/09-01 200.00"]);
  });

  it("may take the fees in advance away", () => {
    const leaving = {
      plans: [basic, planOf([fee("usage fee", "10")], { id: "lite" })],
      subscription: { changes: [{ effectiveDate: "2026-06-16", ratePlanId: "lite" }] },
    };
    const june = bill(leaving, JUNE, [opening]);
    expect(services(june)).toEqual(["usage fee 06-16/07-01 5.00", "fee 06-16/07-01 -50.00"]);
  });
});

describe("seats in advance", () => {
  const deal = (count: number, changes: SubscriptionInput["changes"] = []) => ({
    plans: [planOf([seats])],
    subscription: { quantities: { seats: count }, changes },
  });
  const opening = bill(deal(2), on("2026-06-01"));

  it("are charged for when they are added and credited when they are taken away", () => {
    expect(opening.total).toBe("60.00");
    const more = deal(2, [{ effectiveDate: "2026-06-16", quantities: { seats: 5 } }]);
    const change = bill(more, on("2026-06-16"), [opening]);
    // Half a month: 2 seats back, 5 seats instead.
    expect(services(change)).toEqual(["seats 06-16/07-01 -30.00", "seats 06-16/07-01 75.00"]);
    const fewer = deal(2, [
      { effectiveDate: "2026-06-16", quantities: { seats: 5 } },
      { effectiveDate: "2026-06-21", quantities: { seats: 1 } },
    ]);
    const second = bill(fewer, on("2026-06-21"), [opening, change]);
    // The third 10 days: 5 × 30 / 3 = 50 back, 10 instead.
    expect(services(second)).toEqual(["seats 06-21/07-01 -50.00", "seats 06-21/07-01 10.00"]);
    expect(services(bill(fewer, JUNE, [opening, change, second]))).toEqual([
      "seats 07-01/08-01 30.00",
    ]);
  });
});

describe("a cancellation", () => {
  const opening = bill({ plans: [basic] }, on("2026-06-01"));
  const canceled = {
    plans: [basic],
    subscription: { changes: [{ effectiveDate: "2026-06-16", status: "canceled" as const }] },
  };

  it("gives back the rest of the fee, and bills no more in advance", () => {
    const last = bill(canceled, { start: "2026-06-01", end: "2026-06-16" }, [opening]);
    expect(services(last)).toEqual(["fee 06-16/07-01 -50.00"]);
    expect(last).toMatchObject({ kind: "credit-note", total: "-50.00" });
    expect(last.lines[0]?.adjustment?.causes).toMatchObject([
      { kind: "change", date: "2026-06-16" },
    ]);
  });

  it("at the period's end gives nothing back", () => {
    const atEnd = {
      plans: [basic],
      subscription: {
        changes: [
          {
            effectiveDate: "2026-06-16",
            status: "canceled" as const,
            takesEffect: "at-period-end" as const,
          },
        ],
      },
    };
    expect(services(bill(atEnd, JUNE, [opening]))).toEqual([]);
  });

  it("that is undone is due again", () => {
    const last = bill(canceled, { start: "2026-06-01", end: "2026-06-16" }, [opening]);
    const june = bill({ plans: [basic] }, JUNE, [opening, last]);
    expect(services(june)).toEqual(["fee 06-01/07-01 50.00", "fee 07-01/08-01 100.00"]);
  });

  it("that is undone bills nothing in arrears twice", () => {
    const plan = planOf([advance("fee", "100"), fee("support", "60"), perUnit("outcome", "2")]);
    const first = bill({ plans: [plan] }, on("2026-06-01"));
    const last = bill(
      { ...canceled, plans: [plan] },
      { start: "2026-06-01", end: "2026-06-16" },
      [first],
      { usage: { outcome: 10 } },
    );
    // support 30, outcomes 20, fee −50
    expect(last.total).toBe("0.00");
    const june = bill({ plans: [plan] }, JUNE, [first, last], { usage: { outcome: 15 } });
    // June in all: fee 100, support 60, outcomes 30; and July's fee.
    expect(sumOf([first, last, june])).toBe(19_000n + 10_000n);
  });

  it("that is recorded when the next period was billed already gives that back too", () => {
    const july = bill({ plans: [basic] }, JUNE, [opening]);
    const inJuly = {
      plans: [basic],
      subscription: { changes: [{ effectiveDate: "2026-07-11", status: "canceled" as const }] },
    };
    const last = bill(inJuly, { start: "2026-07-01", end: "2026-07-11" }, [opening, july]);
    // 10 of 31 days are due: 32.26 of 100.
    expect(services(last)).toEqual(["fee 07-11/08-01 -67.74"]);
  });
});

describe("an annual fee in advance beside monthly usage", () => {
  const plan = planOf([
    advance("year", "1200", { billingCycle: "annual" }),
    perUnit("outcome", "2"),
  ]);
  const months = Array.from({ length: 14 }, (_, index) => ({
    start: new Date(Date.UTC(2026, 5 + index, 1)).toISOString().slice(0, 10),
    end: new Date(Date.UTC(2026, 6 + index, 1)).toISOString().slice(0, 10),
  }));
  const billed = (count: number): Invoice[] => {
    const invoices = [bill({ plans: [plan] }, on("2026-06-01"))];
    for (const month of months.slice(0, count)) {
      invoices.push(bill({ plans: [plan] }, month, invoices, { usage: { outcome: 1 } }));
    }
    return invoices;
  };

  it("is billed once a year, and never refunded by itself", () => {
    const invoices = billed(14);
    expect(invoices.map(({ total }) => total)).toEqual([
      "1200.00",
      ...Array.from({ length: 11 }, () => "2.00"),
      "1202.00",
      "2.00",
      "2.00",
    ]);
  });

  it("is given back in part on a cancellation in the fifth month", () => {
    const invoices = billed(4);
    const canceled = {
      plans: [plan],
      subscription: { changes: [{ effectiveDate: "2026-10-16", status: "canceled" as const }] },
    };
    const last = bill(canceled, { start: "2026-10-01", end: "2026-10-16" }, invoices, {
      usage: { outcome: 3 },
    });
    // June 1 to October 16: 30 + 31 + 31 + 30 + 15 = 137 days of 365. 1200 × 137/365 = 450.41; 1200 − 450.41 = 749.59.
    expect(amountsOf(last)).toEqual([
      ["outcome", "6.00"],
      ["year: adjustment", "-749.59"],
    ]);
    expect(last.lines[1]?.servicePeriod).toEqual({ start: "2026-10-16", end: "2027-06-01" });
  });

  it("needs the invoice that billed it, and the one of the period in which it began", () => {
    const invoices = billed(4);
    const canceled = {
      plans: [plan],
      subscription: { changes: [{ effectiveDate: "2026-10-16", status: "canceled" as const }] },
    };
    const last = { start: "2026-10-01", end: "2026-10-16" };
    expect(issuesOf(() => bill(canceled, last))).toEqual(["missing_previous previous"]);
    expect(issuesOf(() => bill(canceled, last, invoices.slice(1)))).toEqual([
      "missing_previous previous",
    ]);
  });

  it("leaves alone what other charges billed for times that began together", () => {
    const mixed = planOf([
      advance("year", "1200", { billingCycle: "annual" }),
      fee("quarter", "90", { billingCycle: "quarterly" }),
    ]);
    const invoices = [bill({ plans: [mixed] }, on("2026-06-01"))];
    for (const month of months.slice(0, 4)) {
      invoices.push(bill({ plans: [mixed] }, month, invoices));
    }
    expect(invoices.map(({ total }) => total)).toEqual([
      "1200.00",
      "0.00",
      "0.00",
      "90.00",
      "0.00",
    ]);
    const canceled = {
      plans: [mixed],
      subscription: { changes: [{ effectiveDate: "2026-10-16", status: "canceled" as const }] },
    };
    const last = bill(canceled, { start: "2026-10-01", end: "2026-10-16" }, invoices);
    // The second quarter: 30 + 15 = 45 of 91 days (September, October, November): 90 × 45/91 = 44.505.
    expect(amountsOf(last)).toEqual([
      ["quarter", "44.51"],
      ["year: adjustment", "-749.59"],
    ]);
  });

  it("goes on where an upgrade cuts it: credit and charge over the rest of the year", () => {
    const better = planOf([advance("year", "2400", { billingCycle: "annual" })], { id: "pro" });
    const deal = {
      plans: [plan, better],
      subscription: { changes: [{ effectiveDate: "2026-10-16", ratePlanId: "pro" }] },
    };
    const invoices = billed(4);
    const change = bill(deal, on("2026-10-16"), invoices);
    // 228 of 365 days are left: −749.59 of 1200; of 2400: 2400 − 900.82 = 1499.18.
    expect([...services(change)].sort()).toEqual([
      "year 10-16/06-01 -749.59",
      "year 10-16/06-01 1499.18",
    ]);
    const october = bill(deal, { start: "2026-10-01", end: "2026-11-01" }, [...invoices, change]);
    expect(services(october)).toEqual([]);
  });

  it("is held to its minimum once, also when seats are added in another month", () => {
    const yearly: ChargeInput = {
      ...seats,
      billingCycle: "annual",
      minimum: "500",
      pricing: { model: "per-unit", unitPrice: "10" },
    };
    const plans = [planOf([yearly])];
    const before = { plans, subscription: { quantities: { seats: 100 } } };
    const invoices = [bill(before, on("2026-06-01"))];
    invoices.push(bill(before, JUNE, invoices));
    expect(sumOf(invoices)).toBe(100_000n);
    const more = {
      plans,
      subscription: {
        quantities: { seats: 100 },
        changes: [{ effectiveDate: "2026-07-16", quantities: { seats: 200 } }],
      },
    };
    const change = bill(more, on("2026-07-16"), invoices);
    // 45 of 365 days at 100 seats, 320 at 200: 123.29 + 1753.42 = 1876.71; 1000 were billed. The minimum is exceeded.
    expect(change.total).toBe("876.71");
  });
});

describe("discounts on fees in advance", () => {
  const percent: ChargeInput = {
    id: "off",
    name: "off",
    chargeType: "recurring",
    pricing: { model: "discount", percent: "10" },
  };
  const fixed: ChargeInput = { ...percent, pricing: { model: "discount", amount: "20" } };

  it.each([
    // (100 − 10) / 2 = 45 back, (200 − 20) / 2 = 90 instead.
    { title: "a percentage", off: percent, first: "90.00", change: "45.00" },
    // (100 − 20) / 2 = 40 back, (200 − 20) / 2 = 90 instead.
    { title: "a fixed amount", off: fixed, first: "80.00", change: "50.00" },
  ])("are part of credit and charge: $title (D16)", ({ off, first, change }) => {
    const plans = [
      planOf([advance("fee", "100"), off]),
      planOf([advance("fee", "200"), off], { id: "pro" }),
    ];
    const opening = bill({ plans }, on("2026-06-01"));
    expect(opening.total).toBe(first);
    const upgrade = bill({ plans, subscription: upgraded.subscription }, on("2026-06-16"), [
      opening,
    ]);
    expect(upgrade.total).toBe(change);
    const june = bill({ plans, subscription: upgraded.subscription }, JUNE, [opening, upgrade]);
    expect(services(june)).toEqual(["fee 07-01/08-01 200.00", "off 07-01/08-01 -20.00"]);
  });

  it("take a fixed amount off a period once, in advance and in arrears together", () => {
    const plans = [planOf([advance("fee", "15"), fee("support", "60"), fixed])];
    const opening = bill({ plans }, on("2026-06-01"));
    expect(opening.total).toBe("0.00");
    const june = bill({ plans }, JUNE, [opening]);
    // Of the 20, 15 are used up; 5 are left for the support; the next fee is free again.
    expect(services(june)).toEqual([
      "support 06-01/07-01 60.00",
      "off 06-01/07-01 -5.00",
      "fee 07-01/08-01 15.00",
      "off 07-01/08-01 -15.00",
    ]);
  });
});

describe("any changes of a fee in advance", () => {
  const prices = ["100", "33.33", "0.01", "0", "199.99", "1000"];
  const plans = prices.map((price, index) =>
    planOf([advance("fee", price)], { id: index === 0 ? "starter" : `p${index}` }),
  );
  const change = fc.record({
    day: fc.integer({ min: 2, max: 30 }),
    plan: fc.nat({ max: plans.length - 1 }),
  });

  it("add up to the same, billed one by one at once, or all on the invoice of the period", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(change, { minLength: 1, maxLength: 4, selector: ({ day }) => day }),
        (list) => {
          const changes = list
            .toSorted((a, b) => a.day - b.day)
            .map(({ day, plan }) => ({
              effectiveDate: `2026-06-${String(day).padStart(2, "0")}`,
              ratePlanId: plans[plan]?.id ?? "starter",
            }));
          const known = (count: number) => ({
            plans,
            subscription: { changes: changes.slice(0, count) },
          });
          const opening = bill(known(0), on("2026-06-01"));
          const invoices = [opening];
          for (const [index, { effectiveDate }] of changes.entries()) {
            const next = bill(known(index + 1), on(effectiveDate), invoices);
            for (const { adjustment } of next.lines) {
              if (adjustment === null) continue;
              expect(adjustment.due.startsWith("-")).toBe(false);
            }
            invoices.push(next);
          }
          const all = known(changes.length);
          invoices.push(bill(all, JUNE, invoices));
          const atOnce = [opening, bill(all, JUNE, [opening])];
          expect(sumOf(invoices)).toBe(sumOf(atOnce));
          // Had everything been known from the start, the opening invoice would have billed as much.
          const foreseen = bill(all, on("2026-06-01"));
          expect(sumOf(invoices)).toBe(sumOf([foreseen, bill(all, JUNE, [foreseen])]));
        },
      ),
      tries(20),
    );
  });
});

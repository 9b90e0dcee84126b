/** Builders: defaults that parse and bill, overrides that count, mistakes that are named. */
import {
  documentsDue,
  invoice,
  parseProduct,
  parseSubscription,
  rateAmount,
  simulate,
} from "rateplan";
import {
  anInvoiceRequest,
  aOneTimeCharge,
  aProduct,
  aRatePlan,
  aRecurringCharge,
  aSubscription,
  aUsageCharge,
  type EventsOptions,
  events,
} from "rateplan/testing";
import { describe, expect, it } from "vitest";
import { issuesOf, unchecked } from "../support/plans.js";

const JANUARY = { start: "2026-01-01", end: "2026-02-01" };

describe("builders", () => {
  it("make, by default, what parses and is billed together", () => {
    const catalog = aProduct();
    const subscription = aSubscription();
    expect(parseProduct(catalog)).toBe(catalog);
    expect(parseSubscription(subscription)).toBe(subscription);
    const usage = events({ count: 7, over: JANUARY });
    expect(invoice({ catalog, subscription, period: JANUARY, usage }).total).toBe("7.00");
    expect(documentsDue(subscription, { catalog, until: "2026-02-01" })).toHaveLength(1);
  });

  it("price one outcome at a dollar, and fees at a hundred", () => {
    expect(rateAmount(aUsageCharge(), "2.5")).toBe("2.50");
    expect(simulate(aRecurringCharge(), {}).amount).toBe("100.00");
    expect(simulate(aOneTimeCharge(), {}).amount).toBe("100.00");
  });

  it("take what is given, and name by its id what has no name", () => {
    const charge = aUsageCharge({ id: "calls", unitOfMeasure: "call", currency: "EUR" });
    expect(charge).toMatchObject({
      id: "calls",
      name: "calls",
      unitOfMeasure: "call",
      currency: "EUR",
    });
    expect(aUsageCharge({ id: "calls", name: "Calls" }).name).toBe("Calls");
    expect(aProduct({ agentType: "voice" }).agentType).toBe("voice");
    expect(aSubscription({ timeZone: "Asia/Kolkata" })).toMatchObject({
      id: "subscription",
      timeZone: "Asia/Kolkata",
    });
  });

  it("keep the default of what is null or undefined, as everywhere", () => {
    expect(aSubscription(unchecked({ id: undefined, customerId: null }))).toEqual(aSubscription());
  });

  it("put a plan in the currency of its charges", () => {
    expect(aRatePlan({ charges: [aUsageCharge({ currency: "JPY" })] }).currency).toBe("JPY");
    expect(aRatePlan({ charges: [] }).currency).toBe("USD");
  });

  it("put the charge of a plan that is given none in the plan's currency", () => {
    const { currency, charges } = aRatePlan({ currency: "KWD" });
    expect([currency, ...charges]).toEqual(["KWD", aUsageCharge({ currency: "KWD" })]);
  });

  it("say what is wrong with an id once, and not of the name that follows from it", () => {
    for (const build of [aProduct, aRatePlan, aUsageCharge]) {
      expect(issuesOf(() => build(unchecked({ id: 5 })))).toEqual(["invalid_id id"]);
    }
  });

  it("are frozen, so that no test changes another's", () => {
    expect(() => {
      (aProduct().ratePlans as unknown[]).push({});
    }).toThrow(TypeError);
  });

  it("name every mistake at once", () => {
    const run = () =>
      aUsageCharge(unchecked({ pricing: { model: "per-unit", unitPrice: "x" }, unit: "call" }));
    expect(issuesOf(run)).toEqual(["not_a_decimal pricing.unitPrice", "unknown_key unit"]);
    expect(issuesOf(() => aProduct(unchecked("product")))).toEqual(["invalid_type "]);
    expect(issuesOf(() => aUsageCharge(unchecked({ chargeType: "recurring" })))).toEqual([
      "invalid_value chargeType",
    ]);
  });

  it("do not compile with keys that do not exist", () => {
    // @ts-expect-error: the type is the builder's.
    const other = () => aUsageCharge({ chargeType: "recurring" });
    // @ts-expect-error: there is no such field.
    const misspelt = () => aProduct({ ratePlan: [] });
    // @ts-expect-error: there is no such field.
    const unknown = () => aSubscription({ start: "2026-01-01" });
    // @ts-expect-error: there is no such option.
    const lost = () => events({ count: 1, over: JANUARY, unit: "call" });
    for (const run of [other, misspelt, unknown, lost]) expect(issuesOf(run)).toHaveLength(1);
  });
});

describe("anInvoiceRequest", () => {
  it("bills the first plan of the catalog in the first period of the subscription", () => {
    const catalog = aProduct({
      ratePlans: [aRatePlan({ id: "weekly", billingCycle: "weekly" }), aRatePlan()],
    });
    const { subscription, period } = anInvoiceRequest({ catalog });
    expect(subscription.ratePlanId).toBe("weekly");
    expect(period).toEqual({ start: "2026-01-01", end: "2026-01-08" });
    expect(anInvoiceRequest({ catalog: [catalog] }).subscription.ratePlanId).toBe("weekly");
  });

  it("takes what is given", () => {
    const request = anInvoiceRequest({
      subscription: aSubscription({ startDate: "2026-01-31" }),
      usage: { outcomes: 3 },
    });
    expect(request.period).toEqual({ start: "2026-01-31", end: "2026-02-28" });
    expect(invoice(request).total).toBe("3.00");
    const march = { start: "2026-03-01", end: "2026-04-01" };
    expect(anInvoiceRequest({ period: march }).period).toEqual(march);
  });

  it("names a plan that the catalog does not have", () => {
    const run = () => anInvoiceRequest({ subscription: aSubscription({ ratePlanId: "gold" }) });
    expect(issuesOf(run)).toEqual(["unknown_rate_plan subscription.ratePlanId"]);
  });
});

describe("events", () => {
  const options: EventsOptions = { count: 200, over: JANUARY, name: "resolved" };

  it("are as many as asked for, in order, in the period, with ids of their own", () => {
    const list = events(options);
    const times = list.map(({ timestamp }) => timestamp);
    expect(list).toHaveLength(200);
    expect(times).toEqual(times.toSorted());
    expect(times.every((time) => time >= "2026-01-01" && time < "2026-02-01")).toBe(true);
    expect(new Set(list.map(({ id }) => id)).size).toBe(200);
    expect(list[0]).toMatchObject({
      id: "resolved-2026-01-01-1",
      customerId: "customer",
      unitOfMeasure: "@outcome",
      name: "resolved",
    });
  });

  it("are the same each time, and others with another seed", () => {
    expect(events(options)).toEqual(events(options));
    const other = events({ ...options, seed: 7 });
    expect(other.map(({ timestamp }) => timestamp)).not.toEqual(
      events(options).map(({ timestamp }) => timestamp),
    );
    expect(other[0]?.id).toBe("resolved-2026-01-01-seed-7-1");
  });

  it("lie all over the period: about as many in each tenth of it", () => {
    // 3,100 events in ten stretches of 3.1 days are 310 each, with a deviation of √(3100 × 0.1 × 0.9) = 16.7; here within five.
    const tenths = new Array<number>(10).fill(0);
    const [start, length] = [Date.UTC(2026, 0, 1), 31 * 86_400_000];
    for (const { timestamp } of events({ count: 3_100, over: JANUARY })) {
      const tenth = Math.floor(((Date.parse(timestamp) - start) / length) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 310)).toBeLessThan(84);
  });

  it("begin with the day in the time zone of a subscription", () => {
    // A second of the first day in India is before midnight in UTC.
    const over = { start: "2026-01-01", end: "2026-01-02" };
    const [first] = events({ count: 50, over, timeZone: "Asia/Kolkata" });
    expect(first?.timestamp.startsWith("2025-12-31T")).toBe(true);
    expect(first?.id).toBe("@outcome-2026-01-01-1");
  });

  it("have all that is given besides", () => {
    const more = {
      customerId: "acme",
      quantity: 2.5,
      subject: "s",
      properties: { region: "eu" },
      id: "call",
    };
    expect(events({ count: 1, over: JANUARY, ...more })[0]).toMatchObject({
      ...more,
      id: "call-1",
      quantity: "2.5",
    });
  });

  it("are none where none are asked for", () => {
    expect(events({ count: 0, over: { start: "2026-01-01", end: "2026-01-01" } })).toEqual([]);
  });

  it.each([
    [{ over: JANUARY }, ["missing count"]],
    [
      { count: -1, over: { start: "x", end: "y" } },
      ["out_of_range count", "invalid_date over.start", "invalid_date over.end"],
    ],
    [{ count: 1, over: { start: "2026-01-01", end: "2026-01-01" } }, ["out_of_range over"]],
    [
      { count: 3, over: JANUARY, quantity: "x", seed: 0.5 },
      ["out_of_range seed", "not_a_decimal quantity"],
    ],
    [{ count: 3, over: JANUARY, timeZone: "Mars/Olympus" }, ["unknown_time_zone timeZone"]],
    [undefined, ["invalid_type "]],
  ])("names every mistake in %j", (given, issues) => {
    expect(issuesOf(() => events(unchecked(given)))).toEqual(issues);
  });
});

import {
  type InvoiceRequest,
  invoice,
  isPricingError,
  parseProduct,
  parseSubscription,
  sumAmounts,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  fee,
  issuesOf,
  messagesOf,
  perUnit,
  planOf,
  productOf,
  requestOf,
  unchecked,
} from "../support/plans.js";

const seats = {
  id: "seats",
  name: "Seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: 10 },
} as const;
const flat = (amount: number | string) => ({ model: "flat", amount }) as const;
const request = requestOf({ charges: [fee("platform", "99"), perUnit("outcome", "1")] });

/** What is wrong with the request after some of it was replaced. */
function issuesWith(more: Readonly<Record<string, unknown>>): readonly string[] {
  return issuesOf(() => invoice({ ...request, ...more }));
}

function issuesWithSubscription(more: Readonly<Record<string, unknown>>): readonly string[] {
  return issuesWith({ subscription: { ...request.subscription, ...more } });
}

function issuesWithPlan(more: Readonly<Record<string, unknown>>): readonly string[] {
  const [plan] = request.catalog.ratePlans;
  return issuesWith({ catalog: { ...request.catalog, ratePlans: [{ ...plan, ...more }] } });
}

function issuesWithCharge(more: Readonly<Record<string, unknown>>): readonly string[] {
  return issuesWithPlan({ charges: [{ ...fee("platform", "99"), ...more }] });
}

describe("what may be left out", () => {
  it("asks for nothing when it is empty", () => {
    const empty = {
      previous: [],
      rerate: [],
      coupons: [],
      credits: [],
      taxes: [],
      issueDate: undefined,
    };
    const subscription = {
      ...request.subscription,
      timeZone: "UTC" as const,
      changes: [],
      overrides: {},
      metadata: {},
    };
    const given = unchecked<InvoiceRequest>({ ...request, ...empty, subscription });
    expect(invoice(given)).toEqual(invoice(request));
  });

  it("and passes when it is undefined", () => {
    const none = { previous: undefined, taxes: undefined, asOf: undefined, policy: undefined };
    expect(invoice(unchecked<InvoiceRequest>({ ...request, ...none }))).toEqual(invoice(request));
  });
});

describe("what a subscription and its charges say about time", () => {
  it.each([
    { changes: [{ effectiveDate: "2026-01-15", status: "paused" }], total: "44.71" },
    {
      changes: [{ effectiveDate: "2026-01-15", overrides: { platform: flat(31) } }],
      total: "61.71",
    },
    { changes: [{ effectiveDate: "2026-02-01", status: "canceled" }], total: "99.00" },
    { overrides: { platform: flat("12.50") }, total: "12.50" },
    { trialDays: 14, billingAnchor: "calendar", total: "54.29" },
    { trialDays: 31, total: "0.00" },
    { billingAnchor: "2026-01-01", total: "99.00" },
    { billingAnchor: "calendar", total: "99.00" },
    { endOfMonth: "sticky", total: "99.00" },
    { timeZone: "Europe/Berlin", total: "99.00" },
  ])("is billed: %o", ({ total, ...more }) => {
    // 99 × 14/31 = 44.709…, 99 × 17/31 = 54.290…, 44.71 + 31 × 17/31 = 61.71.
    const subscription = { ...request.subscription, ...more };
    expect(invoice(unchecked<InvoiceRequest>({ ...request, subscription })).total).toBe(total);
  });

  it.each([
    { billingCycle: "annual", total: "0.00" },
    { billingCycle: { every: 1, unit: "month" }, total: "99.00" },
    { billingTiming: "in-arrears", total: "99.00" },
    { billingTiming: "in-advance", total: "198.00" },
    { proration: "none", total: "99.00" },
    { revisions: [{ effectiveDate: "2026-01-01", pricing: flat(12) }], total: "12.00" },
    { revisions: [{ effectiveDate: "2026-01-02", pricing: flat(12) }], total: "99.00" },
  ])("is billed for a charge: %o", ({ total, ...more }) => {
    // A year in arrears is billed when it is over; in advance, the opening invoice bills January and this one February.
    const [plan] = request.catalog.ratePlans;
    const charges = [{ ...fee("platform", "99"), ...more }];
    const catalog = { ...request.catalog, ratePlans: [{ ...plan, charges }] };
    const opening = { start: "2026-01-01", end: "2026-01-01" };
    const given = unchecked<InvoiceRequest>({ ...request, catalog });
    const bills = [
      ...("billingTiming" in more && more.billingTiming === "in-advance"
        ? [invoice({ ...given, period: opening })]
        : []),
      invoice(given),
    ];
    expect(sumAmounts(bills.map((bill) => bill.total))).toBe(total);
  });

  it.each([
    { timeZone: "Europe/Atlantis", issue: "unknown_time_zone subscription.timeZone" },
    { timeZone: "+01:00", issue: "unknown_time_zone subscription.timeZone" },
    { trialDays: -1, issue: "out_of_range subscription.trialDays" },
    { billingAnchor: "2026-02-30", issue: "invalid_date subscription.billingAnchor" },
    { endOfMonth: "last", issue: "invalid_value subscription.endOfMonth" },
    {
      overrides: { platform: { pricing: flat(1) } },
      issue: "missing subscription.overrides.platform.model",
    },
    {
      changes: [{ effectiveDate: "2026-01-15" }],
      issue: "missing subscription.changes.0",
    },
  ])("is refused where it is wrong: %o", ({ issue, ...more }) => {
    expect(issuesWithSubscription(more)).toEqual([issue]);
  });

  it.each([
    { billingCycle: "weekly", issue: "cycle_mismatch" },
    { billingCycle: "fortnightly", issue: "invalid_value" },
    { billingTiming: "upfront", issue: "invalid_value" },
    { proration: "monthly", issue: "invalid_value" },
    { outcome: {}, issue: "field_not_allowed" },
    { guarantee: { successRate: 90, remedy: { waive: true } }, issue: "field_not_allowed" },
  ])("is refused where it is wrong on a charge: %o", ({ issue, ...more }) => {
    const [key] = Object.keys(more);
    expect(issuesWithCharge(more)).toEqual([`${issue} catalog.ratePlans.0.charges.0.${key}`]);
  });
});

describe("a period", () => {
  it.each([
    { title: "part of a period", period: { start: "2026-01-01", end: "2026-01-15" } },
    { title: "the rest of a period", period: { start: "2026-01-15", end: "2026-02-01" } },
    { title: "two periods at once", period: { start: "2026-01-01", end: "2026-03-01" } },
    { title: "a period off its boundary", period: { start: "2026-01-15", end: "2026-02-15" } },
    { title: "a day too many", period: { start: "2026-01-01", end: "2026-02-02" } },
    {
      title: "a millisecond too few",
      period: { start: "2026-01-01", end: "2026-01-31T23:59:59.999Z" },
    },
    {
      title: "an opening invoice of nothing in advance",
      period: { start: "2026-01-01", end: "2026-01-01" },
    },
    { title: "an opening invoice later", period: { start: "2026-03-01", end: "2026-03-01" } },
    { title: "before the subscription", period: { start: "2025-12-01", end: "2026-01-01" } },
  ])("that is none of the subscription's is refused: $title", ({ period }) => {
    expect(issuesWith({ period })).toEqual(["not_a_billing_period period"]);
  });

  it.each([
    [
      { start: "2026-01-01", end: "2026-01-15" },
      "a whole billing period of the subscription, such as 2026-01-01 to 2026-02-01",
    ],
    [
      { start: "2026-02-15", end: "2026-02-15" },
      "the date of the opening document or of a change, or a whole billing period of the subscription, such as 2026-02-01 to 2026-03-01",
    ],
    [
      { start: "2025-12-01", end: "2026-01-01" },
      "from the start of the subscription on (2026-01-01)",
    ],
    [
      { start: "2026-04-15", end: "2026-05-15" },
      "before the end of the subscription, or a period after it, such as 2026-04-15 to 2026-05-01",
    ],
  ])("%o is told which there are", (period, expected) => {
    const subscription = { ...request.subscription, endDate: "2026-04-15" };
    expect(() => invoice({ ...request, subscription, period })).toThrow(
      `period must be ${expected}, got ${period.start} to ${period.end}`,
    );
  });

  it.each([
    {
      period: { start: "2026-02-01", end: "2026-01-01" },
      issues: ["end_before_start period.end"],
      title: "that ends before it starts",
    },
    {
      period: { start: "2026-02-30", end: "tomorrow" },
      issues: ["invalid_date period.start", "invalid_date period.end"],
      title: "of no dates",
    },
    {
      period: { start: "2026-01-01", end: "2026-02-30" },
      issues: ["invalid_date period.end"],
      title: "with an end that is no date",
    },
    {
      period: { start: "2026-01-32", end: "2026-02-01" },
      issues: ["invalid_date period.start"],
      title: "with a start that is no date",
    },
    { period: "2026-01", issues: ["invalid_type period"], title: "that is a text" },
    { period: null, issues: ["missing period"], title: "that is null" },
    { period: undefined, issues: ["missing period"], title: "that is missing" },
  ])("$title is refused", ({ period, issues }) => {
    expect(issuesWith({ period })).toEqual(issues);
  });

  it("after the end of the subscription is refused", () => {
    const subscription = { ...request.subscription, endDate: "2026-02-01" };
    const period = { start: "2026-02-01", end: "2026-03-01" };
    expect(issuesWith({ subscription, period })).toEqual(["not_a_billing_period period"]);
  });

  it.each([
    ["2026-01-15", "44.71"],
    ["2026-01-31", "95.81"],
    ["2026-01-02", "3.19"],
    ["2026-02-01", "99.00"],
  ])("ends with the subscription, on %s", (endDate, total) => {
    // 99 × 14/31 = 44.709…, 99 × 30/31 = 95.806…, 99 / 31 = 3.193…
    const subscription = { ...request.subscription, endDate };
    const short = { start: "2026-01-01", end: endDate };
    const bill = invoice({ ...request, subscription, period: short });
    expect([bill.total, bill.period]).toEqual([total, short]);
    if (endDate === "2026-02-01") return;
    expect(issuesWith({ subscription })).toEqual(["not_a_billing_period period"]);
  });

  it("begins and ends in the subscription's time zone, however it is written", () => {
    const subscription = { ...request.subscription, timeZone: "America/New_York" };
    const bill = invoice({ ...request, subscription });
    expect(bill.period).toEqual({ start: "2026-01-01", end: "2026-02-01" });
    const period = { start: "2026-01-01T05:00:00Z", end: "2026-02-01T00:00:00-05:00" };
    expect(invoice({ ...request, subscription, period })).toEqual(bill);
    const inUtc = { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" };
    expect(issuesWith({ subscription, period: inUtc })).toEqual(["not_a_billing_period period"]);
  });
});

describe("earlier invoices", () => {
  const earlier = invoice(request);
  const february = { start: "2026-02-01", end: "2026-03-01" };
  const inFebruary = (more: Readonly<Record<string, unknown>>) =>
    issuesWith({ period: february, ...more });

  it("are a list of invoices, and none asks for nothing", () => {
    expect(invoice({ ...request, previous: [] })).toEqual(invoice(request));
    expect(invoice({ ...request, period: february, previous: [earlier] }).total).toBe("99.00");
    for (const previous of ["none", {}, 5, earlier]) {
      expect(inFebruary({ previous })).toEqual(["invalid_type previous"]);
    }
    for (const each of ["none", 5, null, []]) {
      expect(inFebruary({ previous: [each] })).toEqual(["invalid_type previous.0"]);
    }
    expect(new Set(inFebruary({ previous: [{ lines: [] }] }))).toEqual(
      new Set(
        [
          "schemaVersion",
          "sequence",
          "idempotencyKey",
          "fingerprint",
          "scope",
          "customerId",
          "subscriptionId",
          "currency",
          "period",
          "asOf",
          "postings",
          "provisional",
          "corrections",
          "basis",
        ].map((field) => `missing previous.0.${field}`),
      ),
    );
  });

  it("are billed again as { period, usage }, each once", () => {
    expect(inFebruary({ previous: [earlier], rerate: {} })).toEqual(["missing rerate.from"]);
    for (const rerate of ["2026-01", 5]) {
      expect(inFebruary({ previous: [earlier], rerate })).toEqual(["invalid_type rerate"]);
    }
    for (const each of ["2026-01-01/2026-02-01", 5, null, []]) {
      expect(inFebruary({ previous: [earlier], rerate: [each] })).toEqual([
        "invalid_type rerate.0",
      ]);
    }
    expect(
      inFebruary({ rerate: [{ period: { start: "soon", end: "2026-02-01" }, more: 1 }] }),
    ).toEqual(["unknown_key rerate.0.more", "invalid_date rerate.0.period.start"]);
    const half = { start: "2026-01-01", end: "2026-01-15" };
    expect(inFebruary({ previous: [earlier], rerate: [{ period: half }] })).toEqual([
      "not_a_billing_period rerate.0.period",
    ]);
  });
});

describe("the rate plan of a subscription", () => {
  it("must be in the catalog", () => {
    expect(issuesWithSubscription({ ratePlanId: "pro" })).toEqual([
      "unknown_rate_plan subscription.ratePlanId",
    ]);
    expect(issuesWith({ catalog: [] })).toEqual(["unknown_rate_plan subscription.ratePlanId"]);
  });

  it("must be there once, also over several products", () => {
    const catalog = [request.catalog, { ...request.catalog, id: "second" }];
    expect(issuesWith({ catalog })).toEqual(["ambiguous_rate_plan subscription.ratePlanId"]);
  });

  it("may stand beside plans of the same id that it does not name", () => {
    const twin = productOf(planOf([], { id: "twin" }));
    const catalog = [twin, { ...twin, id: "other" }, request.catalog];
    expect(invoice({ ...request, catalog }).total).toBe("99.00");
  });

  it("bills nothing of a catalog in which anything is wrong", () => {
    const broken = productOf(planOf([fee("platform", "-1")], { id: "other" }));
    expect(issuesWith({ catalog: [request.catalog, broken] })).toEqual([
      "negative_price catalog.1.ratePlans.0.charges.0.pricing.amount",
    ]);
  });
});

describe("the effective dates", () => {
  const startingOn = (
    start: string,
    end: string,
    product: Readonly<Record<string, string>>,
    plan: Readonly<Record<string, string>>,
  ) => {
    const catalog = { ...productOf(planOf([fee("platform", "99")], plan)), ...product };
    const subscription = { ...request.subscription, startDate: start };
    return () => invoice({ ...request, catalog, subscription, period: { start, end } });
  };
  const dates = { effectiveDate: "2026-03-01", endDate: "2026-06-01" };
  const outside = "outside_effective_dates subscription.startDate";

  it("of the product and the plan hold for the start: the first day in, the last day out", () => {
    expect(startingOn("2026-03-01", "2026-04-01", dates, dates)().total).toBe("99.00");
    expect(startingOn("2026-05-31", "2026-06-30", dates, dates)().total).toBe("99.00");
    for (const [start, end] of [
      ["2026-02-28", "2026-03-28"],
      ["2026-06-01", "2026-07-01"],
      ["2026-07-01", "2026-08-01"],
    ] as const) {
      expect(issuesOf(startingOn(start, end, dates, {}))).toEqual([outside]);
      expect(issuesOf(startingOn(start, end, {}, dates))).toEqual([outside]);
      expect(issuesOf(startingOn(start, end, dates, dates))).toEqual([outside, outside]);
    }
  });

  it("leave running subscriptions alone", () => {
    const catalog = { ...productOf(planOf([fee("platform", "99")], dates)), ...dates };
    const subscription = { ...request.subscription, startDate: "2026-05-01" };
    const period = { start: "2027-05-01", end: "2027-06-01" };
    expect(invoice({ ...request, catalog, subscription, period }).total).toBe("99.00");
  });
});

describe("the quantities of a subscription", () => {
  const withSeats = (quantities: Readonly<Record<string, unknown>> | undefined) => {
    const sale = { charges: [seats, fee("platform", "99"), perUnit("outcome", "1")] };
    const given = requestOf(sale);
    const subscription = {
      ...given.subscription,
      ...(quantities === undefined ? {} : { quantities }),
    };
    return () => invoice(unchecked<InvoiceRequest>({ ...given, subscription }));
  };

  it("are asked for where a recurring charge prices one", () => {
    const missing = ["missing_quantity subscription.quantities.seats"];
    expect(issuesOf(withSeats(undefined))).toEqual(missing);
    expect(issuesOf(withSeats({}))).toEqual(missing);
    expect(withSeats({ seats: 0 })().total).toBe("99.00");
  });

  it("belong to such charges alone", () => {
    expect(issuesOf(withSeats({ seats: 1, platform: 1, outcome: 1, nothing: 1 }))).toEqual([
      "unknown_charge subscription.quantities.platform",
      "unknown_charge subscription.quantities.outcome",
      "unknown_charge subscription.quantities.nothing",
    ]);
  });

  it("are decimals from 0", () => {
    expect(issuesOf(withSeats({ seats: -1 }))).toEqual([
      "out_of_range subscription.quantities.seats",
    ]);
    expect(issuesOf(withSeats({ seats: "many" }))).toEqual([
      "not_a_decimal subscription.quantities.seats",
    ]);
    expect(issuesOf(withSeats({ seats: Number.NaN }))).toEqual([
      "not_finite subscription.quantities.seats",
    ]);
    expect(withSeats({ seats: "1.5" })().total).toBe("114.00");
  });

  it("are no usage", () => {
    const given = requestOf({
      charges: [seats],
      subscription: { quantities: { seats: 1 } },
      usage: { seats: 5 },
    });
    expect(issuesOf(() => invoice(given))).toEqual(["unknown_charge usage.seats"]);
  });
});

describe("the overrides of a subscription", () => {
  const off = {
    id: "off",
    name: "Off",
    chargeType: "recurring",
    pricing: { model: "discount", percent: 10 },
  } as const;
  const tiered = { model: "tiered", tiers: [{ upTo: 5, unitPrice: 2 }, { unitPrice: 1 }] } as const;
  const given = requestOf({
    charges: [
      seats,
      fee("platform", "99", { unitOfMeasure: "@site" }),
      perUnit("outcome", "1"),
      off,
    ],
    subscription: { quantities: { seats: 1 } },
    usage: { outcome: 7 },
  });
  const withOverrides = (overrides: object) => ({
    ...given,
    subscription: unchecked<InvoiceRequest["subscription"]>({ ...given.subscription, overrides }),
  });

  it("are prices of the kind that the charge has", () => {
    // 10 + 99 − 10.90 + 7 = 105.10 without any.
    expect(invoice(withOverrides({})).total).toBe("105.10");
    expect(invoice(withOverrides({ seats: { model: "per-unit", unitPrice: 20 } })).total).toBe(
      "114.10",
    );
    expect(invoice(withOverrides({ seats: tiered })).total).toBe("97.90");
    expect(invoice(withOverrides({ outcome: tiered })).total).toBe("110.10");
    expect(invoice(withOverrides({ platform: flat(9) })).total).toBe("24.10");
    expect(invoice(withOverrides({ off: { model: "discount", amount: 9 } })).total).toBe("107.00");
  });

  it.each([
    { charge: "platform", pricing: { model: "discount", percent: 1 } },
    { charge: "platform", pricing: { model: "per-unit", unitPrice: 1 } },
    { charge: "seats", pricing: flat(1) },
    { charge: "seats", pricing: { model: "discount", percent: 1 } },
    { charge: "seats", pricing: { model: "pre-rated" } },
    { charge: "outcome", pricing: flat(1) },
    { charge: "outcome", pricing: { model: "discount", percent: 1 } },
    { charge: "outcome", pricing: { model: "percentage", percent: 1 } },
    { charge: "outcome", pricing: { model: "matrix", dimensions: ["name"], prices: [] } },
    { charge: "off", pricing: flat(1) },
  ])("are refused where they are of another: $pricing.model for $charge", ({ charge, pricing }) => {
    expect(issuesOf(() => invoice(withOverrides({ [charge]: pricing })))).toContain(
      `model_not_allowed subscription.overrides.${charge}.model`,
    );
  });

  it.each([
    {
      overrides: { seats: flat(1) },
      message: /^subscription\.overrides\.seats\.model must .*, got "flat"$/,
    },
    {
      overrides: { platform: { model: "pre-rated" } },
      message: /^subscription\.overrides\.platform\.model must .*, got "pre-rated"$/,
    },
    {
      overrides: { off: { model: "discount", percent: 5, appliesTo: { charges: ["nothing"] } } },
      message: /^subscription\.overrides\.off\.appliesTo\.charges\[0\] must .*, got "nothing"$/,
    },
  ])("say in a sentence what is wrong: $message", ({ overrides, message }) => {
    let thrown: unknown;
    try {
      invoice(withOverrides(overrides));
    } catch (error) {
      thrown = error;
    }
    const messages = isPricingError(thrown) ? thrown.issues.map((issue) => issue.message) : [];
    expect(messages).toContainEqual(expect.stringMatching(message));
  });

  it("name charges that the plan has", () => {
    const appliesTo = { charges: ["platform", "nothing"] };
    const overrides = { off: { model: "discount", percent: 5, appliesTo }, other: flat(1) };
    expect(issuesOf(() => invoice(withOverrides(overrides))).toSorted()).toEqual([
      "unknown_charge subscription.overrides.off.appliesTo.charges.1",
      "unknown_charge subscription.overrides.other",
    ]);
  });
});

describe("the usage of a request", () => {
  it.each([
    { usage: null, issues: ["missing usage"] },
    { usage: "many", issues: ["not_a_decimal usage"] },
    { usage: Number.NaN, issues: ["not_finite usage"] },
    { usage: undefined, issues: ["missing usage"] },
    { usage: { nothing: 1 }, issues: ["unknown_charge usage.nothing"] },
    { usage: { platform: 1 }, issues: ["unknown_charge usage.platform"] },
    { usage: { outcome: "1e9999" }, issues: ["decimal_out_of_range usage.outcome"] },
    {
      usage: { outcome: 2 ** 60, "@action": 1 },
      issues: ["unsafe_number usage.outcome", "unknown_charge usage.@action"],
    },
    { usage: { outcome: 1, "@outcome": 1 }, issues: ["ambiguous_usage usage.@outcome"] },
  ])("is refused when it is $usage", ({ usage, issues }) => {
    expect(issuesWith({ usage })).toEqual(issues);
  });

  it("is said to be of no charge where none prices a quantity", () => {
    const free = requestOf({ charges: [fee("platform", "1")] });
    expect(messagesOf(() => invoice({ ...free, usage: { calls: 1 } }))).toEqual([
      'usage.calls must be the id or unit of a charge that prices a quantity (there is none), got "calls"',
    ]);
  });

  it("above a last tier that is bounded is refused where the charge says so", () => {
    const bounded = perUnit("outcome", "1", {
      pricing: { model: "tiered", tiers: [{ upTo: 10, unitPrice: 1 }], overflow: "error" },
    });
    const given = requestOf({ charges: [bounded], usage: { outcome: "10.001" } });
    expect(issuesOf(() => invoice(given))).toHaveLength(1);
    expect(issuesOf(() => invoice(given))[0]).toMatch(/^quantity_above_last_tier usage\.outcome/);
    expect(invoice({ ...given, usage: { outcome: 10 } }).total).toBe("10.00");
  });

  it("above a bounded last tier is one issue for each charge", () => {
    const bounded = (id: string) =>
      perUnit(id, "1", {
        pricing: { model: "volume", tiers: [{ upTo: 10, unitPrice: 1 }], overflow: "error" },
      });
    const given = requestOf({ charges: [bounded("a"), bounded("b")], usage: { a: 11, b: 12 } });
    expect(issuesOf(() => invoice(given))).toHaveLength(2);
  });

  it("has nothing to do with seats above a bounded last tier, whose path is the subscription's", () => {
    const bounded = {
      ...seats,
      pricing: { model: "volume", tiers: [{ upTo: 10, unitPrice: 1 }], overflow: "error" },
    } as const;
    const given = requestOf({
      charges: [bounded],
      subscription: { quantities: { seats: 11 } },
    });
    expect(issuesOf(() => invoice(given))).toEqual([
      "quantity_above_last_tier subscription.quantities.seats",
    ]);
  });
});

describe("a request that is wrong", () => {
  it.each([null, undefined, "invoice", 5, [], [request]])("is refused when it is %o", (value) => {
    expect(issuesOf(() => invoice(unchecked<InvoiceRequest>(value)))).toEqual(["invalid_type "]);
  });

  it("is refused for a key that it does not have", () => {
    expect(issuesWith({ discount: 10, usages: [] })).toEqual([
      "unknown_key discount",
      "unknown_key usages",
    ]);
    expect(issuesWithSubscription({ seats: 3 })).toEqual(["unknown_key subscription.seats"]);
  });

  it("says everything that it lacks", () => {
    expect(issuesOf(() => invoice(unchecked<InvoiceRequest>({})))).toEqual([
      "missing catalog",
      "missing subscription",
      "missing period",
      "missing usage",
    ]);
  });

  it("says everything that is wrong with it at once", () => {
    const issues = issuesOf(() =>
      invoice(
        unchecked<InvoiceRequest>({
          catalog: productOf(
            planOf([fee("a", "-1"), fee("a", "NaN")], { billingCycle: unchecked("hourly") }),
          ),
          subscription: {
            id: "",
            customerId: 7,
            startDate: "2026-02-30",
            timeZone: "Z",
            changes: [{}],
          },
          period: { start: "then", end: "2026-02-01" },
          usage: {},
          asOf: "soon",
          policy: { rounding: { mode: "nearest" } },
          issueDate: "today",
          paymentTerms: { days: -1 },
          taxes: [1],
          colour: "red",
        }),
      ),
    );
    expect(issues.toSorted()).toEqual([
      "duplicate_id catalog.ratePlans.0.charges.1.id",
      "invalid_date asOf",
      "invalid_date issueDate",
      "invalid_date period.start",
      "invalid_date subscription.startDate",
      "invalid_id subscription.customerId",
      "invalid_id subscription.id",
      "invalid_type taxes.0",
      "invalid_value catalog.ratePlans.0.billingCycle",
      "invalid_value policy.rounding.mode",
      "missing subscription.changes.0",
      "missing subscription.changes.0.effectiveDate",
      "missing subscription.ratePlanId",
      "negative_price catalog.ratePlans.0.charges.0.pricing.amount",
      "not_finite catalog.ratePlans.0.charges.1.pricing.amount",
      "out_of_range paymentTerms.days",
      "unknown_key colour",
      "unknown_time_zone subscription.timeZone",
    ]);
  });

  it("says what is wrong with the usage and the seats along with the rest", () => {
    const given = requestOf({ charges: [seats, perUnit("outcome", "1")] });
    const wrong = { ...given, usage: { outcome: Number.NaN }, paymentTerms: { days: -1 } };
    expect(issuesOf(() => invoice(wrong)).toSorted()).toEqual([
      "missing issueDate",
      "missing_quantity subscription.quantities.seats",
      "not_finite usage.outcome",
      "out_of_range paymentTerms.days",
    ]);
  });
});

describe("a request of parsed parts", () => {
  it("gives the same invoice", () => {
    const parsed = {
      ...request,
      catalog: [parseProduct(request.catalog)],
      subscription: parseSubscription(request.subscription),
    };
    expect(invoice(parsed)).toEqual(invoice(request));
  });
});

import { type InvoiceRequest, invoice, summarizeUsage, type UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  AGENT_TYPE,
  amountsOf,
  billOf,
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  requestOf,
  type Sale,
  stored,
  unchecked,
} from "../support/plans.js";

const outcomes = perUnit("outcome", "0.50", { name: "Outcomes" });
const actions = perUnit("action", "0.01", { name: "Actions" });
const users = perUnit("user", "3", { name: "Users", aggregation: "unique-count" });

const events: readonly UsageEventInput[] = [
  eventOf({ id: "1", quantity: 4 }),
  eventOf({ id: "2", quantity: "2.5", agentType: AGENT_TYPE }),
  eventOf({ id: "2", quantity: "2.5", agentType: AGENT_TYPE }),
  eventOf({ id: "3", unitOfMeasure: "@action", quantity: 150 }),
  eventOf({ id: "4", unitOfMeasure: "@user", subject: "ann" }),
  eventOf({ id: "5", unitOfMeasure: "@user", subject: "bob", subscriptionId: "s1" }),
  eventOf({ id: "6", unitOfMeasure: "@user", subject: "ann" }),
  eventOf({ id: "7", customerId: "globex", quantity: 1_000 }),
  eventOf({ id: "8", timestamp: "2026-02-01T00:00:00Z", quantity: 1_000 }),
  eventOf({ id: "9", agentType: "chat-agent", quantity: 1_000 }),
];
const charges = [outcomes, actions, users, fee("platform", "9.90")];
const scope = {
  customerId: "acme",
  subscriptionId: "s1",
  agentType: AGENT_TYPE,
  period: JANUARY,
};
const summaries = [outcomes, actions, users].map((charge) =>
  summarizeUsage(events, { charge, ...scope }),
);

describe("usage in any form", () => {
  // 6.5 × 0.50 = 3.25; 150 × 0.01 = 1.50; two users × 3 = 6; 9.90: 20.65.
  const expected = [
    ["Outcomes", "3.25"],
    ["Actions", "1.50"],
    ["Users", "6.00"],
    ["platform", "9.90"],
  ];
  const forms: readonly { readonly form: string; readonly usage: InvoiceRequest["usage"] }[] = [
    { form: "events", usage: events },
    { form: "a set of events", usage: new Set(events) },
    { form: "a stream of events", usage: events.values() },
    { form: "quantities by charge", usage: { outcome: "6.5", action: 150, user: 2n } },
    { form: "quantities by unit", usage: { "@outcome": 6.5, "@action": "1.5e2", "@user": "2" } },
    { form: "quantities by charge and unit", usage: { outcome: 6.5, "@action": 150, user: 2 } },
    { form: "summaries", usage: summaries },
    { form: "summaries in another order", usage: summaries.toReversed() },
    { form: "summaries from storage", usage: stored(summaries) },
  ];

  it.each(forms)("makes the same lines: $form", ({ usage }) => {
    const bill = billOf({ charges, usage });
    expect(amountsOf(bill)).toEqual(expected);
    expect(bill.total).toBe("20.65");
    const byEvents = billOf({ charges, usage: events });
    expect(bill.lines).toEqual(byEvents.lines);
    expect(bill.warnings).toEqual(byEvents.warnings);
  });

  it("is reported on for events, and counts nothing otherwise", () => {
    expect(billOf({ charges, usage: events }).usage.counts).toEqual({
      matched: 6,
      signal: 0,
      duplicate: 1,
      conflict: 0,
      "outside-period": 1,
      unmatched: 2,
      invalid: 0,
    });
    for (const { form, usage } of forms.filter((each) => !each.form.includes("events"))) {
      const { counts } = billOf({ charges, usage }).usage;
      expect([form, ...Object.values(counts)]).toEqual([form, 0, 0, 0, 0, 0, 0, 0]);
    }
  });

  it("may be one quantity where one charge prices usage", () => {
    expect(billOf({ charges: [outcomes, fee("platform", "9.90")], usage: 6.5 }).total).toBe(
      "13.15",
    );
    expect(issuesOf(() => billOf({ charges, usage: 6.5 }))).toEqual(["ambiguous_usage usage"]);
    expect(issuesOf(() => billOf({ charges: [fee("platform", "1")], usage: 6.5 }))).toEqual([
      "ambiguous_usage usage",
    ]);
  });

  it("may be one summary where one charge prices usage", () => {
    expect(billOf({ charges: [outcomes], usage: unchecked(summaries[0]) }).total).toBe("3.25");
  });

  it("is 0 for a charge that a record does not name", () => {
    expect(billOf({ charges, usage: { action: 1 } }).total).toBe("9.91");
    expect(billOf({ charges, usage: {} }).total).toBe("9.90");
    expect(billOf({ charges, usage: [] }).total).toBe("9.90");
  });

  it("by unit is refused where several usage charges price it", () => {
    const twice = [outcomes, { ...outcomes, id: "second" }];
    expect(issuesOf(() => billOf({ charges: twice, usage: { "@outcome": 5 } }))).toEqual([
      "ambiguous_usage usage.@outcome",
    ]);
    // The id of a charge goes before a unit of that name.
    const named = [outcomes, { ...actions, id: "@outcome" }];
    expect(billOf({ charges: named, usage: { "@outcome": 5 } }).total).toBe("0.05");
  });
});

describe("summaries that are not of this invoice", () => {
  const sale: Sale = { charges: [outcomes] };
  const summaryWith = (more: Readonly<Record<string, unknown>>) =>
    summarizeUsage(events, { charge: outcomes, ...scope, ...more });

  it.each([
    { what: "customer", more: { customerId: "globex" }, at: "customerId" },
    { what: "subscription", more: { subscriptionId: "s2" }, at: "subscriptionId" },
    { what: "type of agent", more: { agentType: "chat-agent" }, at: "agentType" },
    { what: "policy", more: { policy: { deduplicate: false } }, at: "deduplicate" },
    { what: "moment of knowledge", more: { asOf: "2026-02-02" }, at: "asOf" },
    {
      what: "unit",
      more: { charge: { ...outcomes, unitOfMeasure: "@action" } },
      at: "fingerprint",
    },
  ])("are refused: another $what", ({ more, at }) => {
    const usage = [summaryWith(more)];
    expect(issuesOf(() => billOf({ ...sale, usage }))).toEqual([`usage_mismatch usage.0.${at}`]);
    expect(issuesOf(() => billOf({ ...sale, usage: stored(usage) }))).toEqual([
      `usage_mismatch usage.0.${at}`,
    ]);
  });

  it("are refused: another period", () => {
    const february = { start: "2026-02-01", end: "2026-03-01" };
    const usage = [summaryWith({ period: february })];
    expect(issuesOf(() => billOf({ ...sale, usage }))).toEqual([
      "usage_mismatch usage.0.period",
      "usage_mismatch usage.0.asOf",
    ]);
  });

  it("are refused where they stand: a summary by itself is `usage`", () => {
    const usage = summaryWith({ customerId: "globex" });
    expect(issuesOf(() => billOf({ ...sale, usage }))).toEqual(["usage_mismatch usage.customerId"]);
  });

  it("are accepted by the asOf of the request", () => {
    const usage = [summaryWith({ asOf: "2026-02-02" })];
    expect(billOf({ ...sale, usage, asOf: "2026-02-02T00:00:00Z" }).total).toBe("3.25");
  });

  it("are accepted when only the price has changed since", () => {
    const dearer = perUnit("outcome", "1.00");
    expect(billOf({ charges: [dearer], usage: [summaryWith({})] }).total).toBe("6.50");
  });

  it("must be one for each usage charge that prices a quantity, and no more", () => {
    const [first, second] = summaries;
    expect(issuesOf(() => billOf({ charges, usage: unchecked([first]) }))).toEqual([
      "missing_quantity usage",
      "missing_quantity usage",
    ]);
    const twice = unchecked<InvoiceRequest["usage"]>([first, first]);
    expect(issuesOf(() => billOf({ ...sale, usage: twice }))).toEqual(["ambiguous_usage usage.1"]);
    const foreign = unchecked<InvoiceRequest["usage"]>([first, second]);
    expect(issuesOf(() => billOf({ ...sale, usage: foreign }))).toEqual([
      "unknown_charge usage.1.chargeId",
    ]);
  });

  it("are taken from any iterable, and never read as events that bill nothing", () => {
    const usage = new Set(summaries.slice(0, 1));
    expect(billOf({ ...sale, usage: unchecked(usage) }).total).toBe("3.25");
    expect(billOf({ ...sale, usage: unchecked(usage.values()) }).total).toBe("3.25");
  });

  it("must not be mixed with events", () => {
    const mixed = unchecked<InvoiceRequest["usage"]>([summaries[0], eventOf()]);
    expect(issuesOf(() => billOf({ ...sale, usage: mixed })).length).toBeGreaterThan(0);
  });
});

describe("usage below zero", () => {
  const back = [eventOf({ id: "1", quantity: 2 }), eventOf({ id: "2", quantity: -7 })];
  const minusFive: readonly { form: string; usage: InvoiceRequest["usage"] }[] = [
    { form: "events", usage: back },
    { form: "a record", usage: { outcome: -5 } },
    { form: "a quantity", usage: "-5" },
    { form: "a summary", usage: [summarizeUsage(back, { charge: outcomes, ...scope })] },
  ];

  it.each(minusFive)("bills nothing, with a warning, by $form", ({ usage }) => {
    const bill = billOf({ charges: [outcomes, fee("platform", "9.90")], usage });
    expect(bill.total).toBe("9.90");
    expect(bill.kind).toBe("invoice");
    expect(bill.warnings).toHaveLength(1);
    expect(bill.warnings[0]).toMatchObject({ code: "negative_usage", chargeId: "outcome" });
    expect(bill.warnings[0]?.message).toContain("-5");
  });

  it.each(minusFive)("is a credit note under `allow`, by $form", ({ usage }) => {
    const policy = { negativeUsage: "allow" } as const;
    const bill = billOf({ charges: [outcomes], usage, policy });
    // −5 × 0.50
    expect(amountsOf(bill)).toEqual([["Outcomes", "-2.50"]]);
    expect([bill.total, bill.kind, bill.warnings]).toEqual(["-2.50", "credit-note", []]);
    expect(bill.lines[0]?.quantity).toBe("-5");
  });

  it("is an invoice under `allow` where the rest of the bill is more", () => {
    const policy = { negativeUsage: "allow" } as const;
    const bill = billOf({ charges: [outcomes, fee("platform", "9.90")], usage: -5, policy });
    expect([bill.total, bill.kind]).toEqual(["7.40", "invoice"]);
  });

  it("mirrors tiers, flat fees and included units under `allow`", () => {
    const tiered = perUnit("outcome", "1", {
      includedUnits: 10,
      pricing: {
        model: "tiered",
        tiers: [{ upTo: 100, unitPrice: "0.50", flatFee: 3 }, { unitPrice: "0.40" }],
      },
    });
    const total = (quantity: number) =>
      billOf({ charges: [tiered], usage: quantity, policy: { negativeUsage: "allow" } }).total;
    // 160 − 10 = 150: 100 × 0.50 + 3 + 50 × 0.40 = 73
    expect([total(160), total(-160)]).toEqual(["73.00", "-73.00"]);
    expect([total(10), total(-10), total(0)]).toEqual(["0.00", "0.00", "0.00"]);
  });

  it("bills nothing beyond a flat fee that is due at zero", () => {
    const atZero = perUnit("outcome", "1", {
      pricing: { model: "volume", tiers: [{ unitPrice: 1, flatFee: 4 }], flatFeeAtZero: true },
    });
    expect(billOf({ charges: [atZero], usage: -5 }).total).toBe("4.00");
  });

  it("is topped up to the minimum, and nothing is discounted off it", () => {
    const policy = { negativeUsage: "allow" } as const;
    const sale: Sale = {
      charges: [
        { ...outcomes, minimum: 10 },
        {
          id: "off",
          name: "off",
          chargeType: "usage",
          pricing: { model: "discount", percent: 50 },
        },
      ],
      usage: -5,
      policy,
    };
    // −2.50, no discount off it, and 12.50 to the minimum of 10.
    expect(billOf(sale).lines.map(({ amount }) => amount)).toEqual(["-2.50", "12.50"]);
  });

  it("counts where single events are below zero and the total is not", () => {
    const usage = [eventOf({ id: "1", quantity: 7 }), eventOf({ id: "2", quantity: -2 })];
    const bill = billOf({ charges: [outcomes], usage });
    expect([bill.total, bill.warnings]).toEqual(["2.50", []]);
  });
});

describe("bad events", () => {
  it("never stop an invoice", () => {
    const usage = unchecked<InvoiceRequest["usage"]>([null, 5, {}, [], "e", eventOf()]);
    const bill = billOf({ charges: [outcomes], usage });
    expect(bill.total).toBe("0.50");
    expect(bill.usage.counts).toMatchObject({ matched: 1, invalid: 5 });
  });

  it("never stop an invoice where they are proxies that cannot be read", () => {
    const { proxy, revoke } = Proxy.revocable(eventOf(), {});
    revoke();
    const throws = () => {
      throw new Error("no");
    };
    const hostile = [
      proxy,
      new Proxy(eventOf(), { get: throws }),
      new Proxy(eventOf(), { has: throws, get: throws }),
    ];
    const usage = unchecked<InvoiceRequest["usage"]>([...hostile, eventOf({ id: "good" })]);
    const bill = billOf({ charges: [outcomes], usage });
    expect(bill.total).toBe("0.50");
    expect(bill.usage.counts).toMatchObject({ matched: 1, invalid: 3 });
  });

  it("and good ones in a list are read once, and never changed", () => {
    const list = [eventOf({ properties: { a: [1] } }), null];
    const before = structuredClone(list);
    const request = requestOf({ charges: [outcomes], usage: unchecked(list) });
    expect(invoice(request)).toEqual(invoice(request));
    expect(list).toEqual(before);
  });
});

describe("usage of a charge that is billed for two stretches of the period", () => {
  const split = perUnit("outcome", "1", {
    revisions: [
      {
        effectiveDate: "2026-01-16",
        withinPeriod: "split",
        pricing: { model: "per-unit", unitPrice: 2 },
      },
    ],
  });
  const first = { start: "2026-01-01", end: "2026-01-16" };
  const second = { start: "2026-01-16", end: "2026-02-01" };
  const list = [
    eventOf({ id: "1", timestamp: "2026-01-15T12:00:00Z", quantity: 3 }),
    eventOf({ id: "2", timestamp: "2026-01-16T12:00:00Z", quantity: 5 }),
  ];
  const summaryOf = (period: typeof first) =>
    summarizeUsage(list, { charge: split, ...scope, period, asOf: "2026-02-01" });
  const both = [summaryOf(first), summaryOf(second)];
  const issuesWith = (usage: InvoiceRequest["usage"]) =>
    issuesOf(() => billOf({ charges: [split], usage }));

  it("is counted by its time, from events and from a summary of each", () => {
    // 3 × 1 + 5 × 2 = 13
    const bill = billOf({ charges: [split], usage: list });
    expect(bill.total).toBe("13.00");
    for (const usage of [both, both.toReversed(), stored(both)]) {
      expect(billOf({ charges: [split], usage }).lines).toEqual(bill.lines);
    }
  });

  it("is no quantity, which is of no time", () => {
    expect(issuesWith(8)).toEqual(["ambiguous_usage usage"]);
    expect(issuesWith({ outcome: 8 })).toEqual(["ambiguous_usage usage.outcome"]);
    expect(issuesWith({ "@outcome": 8 })).toEqual(["ambiguous_usage usage.@outcome"]);
    expect(billOf({ charges: [split], usage: {} }).total).toBe("0.00");
  });

  it("needs a summary of each, and of no more", () => {
    expect(issuesWith(both.slice(0, 1))).toEqual(["missing_quantity usage"]);
    expect(issuesWith(both.slice(1))).toEqual(["missing_quantity usage"]);
    // It says which stretch is missing, and which is there.
    expect(() => billOf({ charges: [split], usage: both.slice(1) })).toThrow(
      `usage must have a summary for charge outcome, of ${first.start} to ${first.end}, got one of ${second.start} to ${second.end}`,
    );
    expect(issuesWith([...both, summaryOf(second)])).toEqual(["ambiguous_usage usage.2"]);
    expect(issuesWith(summarizeUsage(list, { charge: split, ...scope }))).toContain(
      "usage_mismatch usage.period",
    );
  });
});

describe("the moment of knowledge", () => {
  const late = eventOf({ receivedAt: "2026-02-03T12:00:00Z" });
  const charge = perUnit("outcome", "1");

  it("is the end of the period unless said otherwise, and stands on the invoice", () => {
    expect(billOf({ charges: [charge], usage: [late] })).toMatchObject({
      asOf: "2026-02-01",
      total: "0.00",
    });
    expect(billOf({ charges: [charge], usage: [late], asOf: "2026-02-04" })).toMatchObject({
      asOf: "2026-02-04",
      total: "1.00",
    });
  });

  it("is a date in the subscription's time zone", () => {
    const subscription = { timeZone: "America/New_York" };
    const asOf = (text: string) =>
      billOf({ charges: [charge], subscription, usage: [late], asOf: text });
    const known = { ...late, receivedAt: "2026-02-03T05:00:00Z" };
    const sale = { charges: [charge], subscription, usage: [known] };
    expect(billOf({ ...sale, asOf: "2026-02-03" }).total).toBe("1.00");
    expect(billOf({ ...sale, asOf: "2026-02-03T04:59:59.999Z" }).total).toBe("0.00");
    expect(asOf("2026-02-03T05:00:00Z").asOf).toBe("2026-02-03");
    expect(asOf("2026-02-03T00:00:00Z").asOf).toBe("2026-02-03T00:00:00.000Z");
  });
});

describe("usage that is of a class", () => {
  const request = requestOf({ charges: [perUnit("outcome", "1")] });

  it.each<[string, unknown]>([
    ["a promise that nobody awaited", Promise.resolve([])],
    ["a date", new Date(0)],
    ["an expression", /outcome/],
    ["an asynchronous generator", (async function* () {})()],
    ["a weak map", new WeakMap()],
    ["a map", new Map()],
  ])("is refused, never billed as none: %s", (_title, usage) => {
    expect(issuesOf(() => invoice({ ...request, usage: unchecked(usage) }))).toEqual([
      "invalid_type usage",
    ]);
  });
});

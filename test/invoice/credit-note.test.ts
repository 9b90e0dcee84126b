/** Credit notes: a correction as a document of its own, that the next invoice does not make again. */
import {
  type CreditNoteRequest,
  creditNote,
  type Invoice,
  type OutcomePolicyInput,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { linesOf, sealed } from "../support/documents.js";
import {
  FAR,
  type Happening,
  judging,
  MONTHS,
  on,
  outcome,
  seller,
  signal,
} from "../support/outcomes.js";
import { fee, issuesOf, stored, thawed, unchecked } from "../support/plans.js";

const [JANUARY, FEBRUARY, MARCH] = MONTHS;
const tiered = {
  model: "tiered" as const,
  tiers: [{ upTo: 2, unitPrice: "5" }, { unitPrice: "3" }],
};
const events: readonly Happening[] = Array.from({ length: 4 }, (_, index) =>
  outcome(`e${index}`, 5 + index),
);
const reversal = signal("s1", 40, { reverses: "e1" });

function sale(policy: OutcomePolicyInput = { reverse: {} }, more: Partial<UsageChargeInput> = {}) {
  const shop = seller([judging(policy, { pricing: tiered, ...more }), fee("fee", "7")]);
  const { catalog, subscription } = shop;
  const note = (request: Partial<CreditNoteRequest> & Pick<CreditNoteRequest, "previous">) =>
    creditNote({
      catalog,
      subscription,
      rerate: [{ period: JANUARY, usage: [...events, reversal] }],
      asOf: on(45),
      ...request,
    });
  return { ...shop, note };
}

describe("a credit note", () => {
  const { bill, note } = sale();
  const january = bill(JANUARY, events);
  const credit = note({ previous: [january] });

  it("names what it follows from, whatever the charge is called", () => {
    const odd = sale({ reverse: {} }, { id: "a#b" });
    const [line] = odd.note({ previous: [odd.bill(JANUARY, events)] }).lines;
    expect(line?.adjustment?.causes).toMatchObject([{ kind: "usage", eventIds: ["s1"] }]);
  });

  it("takes back what is due no longer, and bills nothing else", () => {
    // 2 × 5 + 2 × 3 = 16, then 2 × 5 + 3 = 13.
    expect(january.total).toBe("23.00");
    expect(credit).toMatchObject({
      schemaVersion: 2,
      sequence: 2,
      scope: "correction",
      kind: "credit-note",
      total: "-3.00",
      subtotal: "-3.00",
      currency: "USD",
      customerId: "acme",
      subscriptionId: "s1",
      ratePlanId: "starter",
      period: { start: on(45).slice(0, 10), end: on(45).slice(0, 10) },
      asOf: on(45).slice(0, 10),
      provisional: [],
      unbilled: [],
    });
    expect(credit.lines).toMatchObject([
      {
        kind: "adjustment",
        key: "usage:outcome@2026-01-01",
        servicePeriod: JANUARY,
        adjustment: {
          billed: "16.00",
          due: "13.00",
          invoices: [january.idempotencyKey],
          causes: [{ kind: "usage", date: null, eventIds: ["s1"] }],
        },
      },
    ]);
    expect(credit.usage.counts).toMatchObject({ matched: 3, unmatched: 1, signal: 1 });
  });

  it("is frozen, and the same for the same request", () => {
    expect(thawed(credit)).toEqual([]);
    expect(note({ previous: [january] })).toEqual(credit);
    expect(note({ previous: stored([january]) })).toEqual(credit);
  });

  it("carries an issue date where it is given one", () => {
    expect(note({ previous: [january], issueDate: "2026-02-20" }).issueDate).toBe("2026-02-20");
    expect("issueDate" in credit).toBe(false);
  });

  it("is known by its moment", () => {
    const later = note({ previous: [january], asOf: on(46) });
    expect(later.idempotencyKey).not.toBe(credit.idempotencyKey);
    expect(credit.idempotencyKey).not.toBe(january.idempotencyKey);
  });

  it("is empty while nobody knows of the reversal", () => {
    expect(note({ previous: [january], asOf: on(39) })).toMatchObject({ lines: [], total: "0.00" });
  });

  it("may bill more: late usage is a correction too", () => {
    const late = outcome("e9", 20, { receivedAt: on(44) });
    const rerate = [{ period: JANUARY, usage: [...events, late] }];
    expect(note({ previous: [january], rerate })).toMatchObject({
      scope: "correction",
      kind: "invoice",
      total: "3.00",
    });
  });

  it("is followed by an invoice that adjusts nothing again", () => {
    const rerate = [{ period: JANUARY, usage: [...events, reversal] }];
    const next = bill(FEBRUARY, [], { previous: stored([january, credit]), rerate });
    expect(next.lines).toMatchObject([{ chargeId: "fee", amount: "7.00" }]);
    const more = [
      { period: JANUARY, usage: [...events, reversal, signal("s2", 50, { reverses: "e2" })] },
    ];
    const second = note({ previous: [january, credit], rerate: more, asOf: on(51) });
    expect(second.lines).toMatchObject([
      {
        amount: "-3.00",
        adjustment: { invoices: [january.idempotencyKey, credit.idempotencyKey] },
      },
    ]);
    const february = bill(FEBRUARY, [], { previous: [january, credit, second], rerate: more });
    expect(february.lines).toMatchObject([{ chargeId: "fee", amount: "7.00" }]);
    const march = bill(MARCH, [], {
      previous: [january, credit, second, february],
      rerate: [...more, { period: FEBRUARY, usage: [] }],
    });
    expect(march.total).toBe("7.00");
  });

  it("does not stand for the invoice of a period", () => {
    const february = bill(FEBRUARY, [], { previous: [january, credit] });
    expect(february.total).toBe("7.00");
    expect(
      issuesOf(() => note({ previous: [credit], rerate: [{ period: JANUARY, usage: events }] })),
    ).toEqual(["missing_previous previous"]);
  });
});

describe("a credit note and the next invoice", () => {
  const cases: readonly (readonly [string, OutcomePolicyInput, Partial<UsageChargeInput>])[] = [
    ["rated again", { reverse: {} }, {}],
    ["at the original price", { reverse: { pricing: "original-price" } }, {}],
    [
      "under stairstep",
      { reverse: {} },
      { pricing: { model: "stairstep", tiers: [{ upTo: 3, flatFee: "9" }, { flatFee: "8" }] } },
    ],
    [
      "with a guarantee",
      { reverse: {} },
      { guarantee: { successRate: 90, remedy: { percent: 50 } } },
    ],
    ["with a minimum", { reverse: {} }, { minimum: "14.5" }],
    ["with an outcome billed late", { reverse: {}, confirm: {}, billOn: "occurred" }, {}],
  ];

  it.each(cases)("carry the same adjustments, %s", (_title, policy, more) => {
    const { bill, note } = sale(policy, more);
    const confirmed = events.map(({ id }) => signal(`c${id}`, 42, { confirms: id }));
    const given = [...events, ...(policy.confirm === undefined ? [reversal] : confirmed)];
    const january = bill(JANUARY, events);
    const rerate = [{ period: JANUARY, usage: given }];
    const request = { previous: [january], rerate };
    const credit = note({ ...request, asOf: on(60) });
    const february = bill(FEBRUARY, [], { ...request, asOf: on(60) });
    expect(credit.lines.length).toBeGreaterThan(0);
    expect(linesOf(credit)).toEqual(
      linesOf(february).filter(({ servicePeriod }) => servicePeriod.start === JANUARY.start),
    );
    const after = bill(FEBRUARY, [], { previous: [january, credit], rerate, asOf: FAR });
    expect(after.lines.map(({ servicePeriod: { start } }) => start)).not.toContain(JANUARY.start);
  });
});

describe("a request for a credit note", () => {
  const { bill, catalog, subscription, note } = sale();
  const january = bill(JANUARY, events);

  it("must hold everything but what has a default", () => {
    expect(issuesOf(() => creditNote(unchecked({}))).toSorted()).toEqual([
      "missing asOf",
      "missing catalog",
      "missing previous",
      "missing rerate",
      "missing subscription",
    ]);
    for (const nothing of [undefined, null, 7, "x"]) {
      expect(issuesOf(() => creditNote(unchecked(nothing)))).toEqual(["invalid_type "]);
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ["unknown_key period", { period: FEBRUARY }],
    ["ambiguous_usage usage", { usage: [] }],
    ["missing usage", { rerate: { from: "2026-01-01" } }],
    ["invalid_date asOf", { asOf: "soon" }],
    ["invalid_date issueDate", { issueDate: "2026-02-30" }],
    ["invalid_type previous", { previous: {}, rerate: [] }],
    ["invalid_type rerate", { rerate: 7 }],
    ["missing rerate.from", { rerate: {}, usage: [] }],
    [
      "not_a_billing_period rerate.0.period",
      { rerate: [{ period: { ...JANUARY, end: "2026-01-20" } }] },
    ],
    ["missing_previous rerate.0.period", { rerate: [{ period: FEBRUARY, usage: [] }] }],
    ["duplicate_change rerate.1.period", { rerate: [{ period: JANUARY }, { period: JANUARY }] }],
    ["unknown_key rerate.0.events", { rerate: [{ period: JANUARY, events: [] }] }],
  ])("says %s", (issue, part) => {
    const request = {
      catalog,
      subscription,
      previous: [january],
      rerate: [],
      asOf: on(45),
      ...part,
    };
    expect(issuesOf(() => creditNote(unchecked(request)))).toEqual([issue]);
  });

  it("takes invoices of this subscription only, each once", () => {
    const other = sealed({ ...stored(january), subscriptionId: "s9" });
    expect(issuesOf(() => note({ previous: [january, other] }))).toEqual([
      "previous_mismatch previous.1.subscriptionId",
    ]);
    expect(issuesOf(() => note({ previous: [january, january] }))).toEqual([
      "duplicate_id previous.1.sequence",
    ]);
  });
});

describe("a change that is dated back", () => {
  const seats = fee("seats", "0", {
    chargeType: "recurring",
    unitOfMeasure: "@seat",
    pricing: { model: "per-unit", unitPrice: "31" },
  });
  const team = seller([seats]);
  const one = { ...team.subscription, quantities: { seats: 1 } };
  const two = { ...one, changes: [{ effectiveDate: on(1.5), quantities: { seats: 2 } }] };
  const billed = (subscription: typeof one, period: (typeof MONTHS)[number], previous: Invoice[]) =>
    team.bill(period, [], { subscription, previous });

  it("is made up for in every period, also when a credit note has corrected one of them", () => {
    const first = billed(one, JANUARY, []);
    const second = billed(one, FEBRUARY, [first]);
    const rerate = [{ period: FEBRUARY, usage: [] }];
    const { catalog } = team;
    const previous = [first, second];
    const corrected = creditNote({ catalog, subscription: two, previous, rerate, asOf: on(60) });
    // 31 for the second seat in February; then the same in January, and two seats in March.
    expect(corrected.total).toBe("31.00");
    expect(billed(two, MARCH, [first, second, corrected]).total).toBe("93.00");
    expect(billed(two, MARCH, [first, second]).total).toBe("124.00");
  });
});

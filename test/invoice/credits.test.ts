import fc from "fast-check";
import {
  applyPostings,
  burnOrder,
  type ChargeInput,
  type CreditGrant,
  type CreditGrantInput,
  creditNote,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Posting,
  parseCreditGrant,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf } from "../support/chain.js";
import {
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planCases,
  planOf,
  requestFor,
  stored,
  totalOf,
  unchecked,
  units,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };

function grant(id: string, amount: string, more: Partial<CreditGrantInput> = {}): CreditGrantInput {
  return { id, unit: "USD", amount, grantedAt: "2026-01-01", ...more };
}

/** January of a plan. */
function january(
  charges: readonly ChargeInput[],
  credits: readonly CreditGrantInput[],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return documentOf({ plans: [planOf(charges)] }, JANUARY, [], { credits, ...more });
}

/** What the credit lines say: which grant, how much money. */
function creditsOf({ lines }: Pick<Invoice, "lines">): readonly (readonly [string, string])[] {
  return lines.flatMap((line) =>
    line.kind === "credit" || line.kind === "credit-return" ? [[line.grantId, line.amount]] : [],
  );
}

/** Postings in a line each: `grant kind amount: before to after`. */
function ledger({ postings }: Pick<Invoice, "postings">): readonly string[] {
  return postings.map(
    ({ grantId, kind, amount, balanceBefore, balanceAfter }) =>
      `${grantId} ${kind} ${amount}: ${balanceBefore} to ${balanceAfter}`,
  );
}

describe("a credit grant in money", () => {
  it("pays for what is owed, as far as it goes", () => {
    const bill = january([fee("a", "10"), fee("b", "5")], [grant("g", "12", { name: "Gift" })]);
    expect(bill.lines.map(({ amount }) => amount)).toEqual(["10.00", "5.00", "-12.00"]);
    expect([bill.subtotal, bill.creditsApplied, bill.total]).toEqual(["15.00", "-12.00", "3.00"]);
    expect(bill.lines[2]).toMatchObject({
      kind: "credit",
      key: "credit:g@2026-01-01",
      grantId: "g",
      description: "Gift",
      part: null,
      credit: { unit: "USD", quantity: "-12", timing: "before-tax" },
      appliedTo: [
        { key: "recurring:a@2026-01-01", amount: "-8.00" },
        { key: "recurring:b@2026-01-01", amount: "-4.00" },
      ],
    });
    expect(bill.postings).toEqual([
      {
        grantId: "g",
        kind: "drawdown",
        unit: "USD",
        amount: "-12.00",
        balanceBefore: "12.00",
        balanceAfter: "0.00",
        document: "period:s1@2026-01-01/2026-02-01",
      },
    ]);
  });

  it("never pays more than is owed, and keeps the rest", () => {
    const bill = january([fee("a", "10")], [grant("g", "100", { balance: "40" })]);
    expect(bill.total).toBe("0.00");
    expect(ledger(bill)).toEqual(["g drawdown -10.00: 40.00 to 30.00"]);
  });

  it("pays for whole cents", () => {
    const bill = january([fee("a", "10")], [grant("g", "3.999")]);
    expect([bill.total, ledger(bill)]).toEqual(["6.01", ["g drawdown -3.99: 3.999 to 0.009"]]);
  });

  it.each<[string, Partial<CreditGrantInput>, string]>([
    ["before it is effective", { effectiveDate: "2026-02-02" }, "10.00"],
    ["from the end of the period on", { effectiveDate: "2026-02-01" }, "10.00"],
    ["in the period", { effectiveDate: "2026-01-31" }, "0.00"],
    ["expired as the period began", { grantedAt: "2025-01-01", expiresAt: "2026-01-01" }, "10.00"],
    ["expiring in the period", { grantedAt: "2025-01-01", expiresAt: "2026-01-02" }, "0.00"],
    ["for other charges", { appliesTo: { chargeTypes: ["usage"] } }, "10.00"],
    ["for the charge", { appliesTo: { charges: ["a"] } }, "0.00"],
  ])("%s leaves %s", (_name, more, total) => {
    expect(january([fee("a", "10")], [grant("g", "50", more)]).total).toBe(total);
  });

  it("is written off when it has expired", () => {
    const bill = january([fee("a", "10")], [grant("g", "50", { expiresAt: "2026-01-20" })]);
    expect(ledger(bill)).toEqual([
      "g drawdown -10.00: 50.00 to 40.00",
      "g expiry -40.00: 40.00 to 0.00",
    ]);
  });
});

describe("credit and tax", () => {
  const taxes = [{ id: "vat", percent: 20 }];

  it("comes before tax, which is charged on what it leaves", () => {
    const bill = january([fee("a", "100")], [grant("g", "40")], { taxes });
    expect([bill.creditsApplied, bill.taxes, bill.total]).toEqual(["-40.00", "12.00", "72.00"]);
  });

  it("or after it, by the policy or the grant", () => {
    const after = { credits: { applied: "after-tax" } } as const;
    for (const bill of [
      january([fee("a", "100")], [grant("g", "40")], { taxes, policy: after }),
      january([fee("a", "100")], [grant("g", "40", { applied: "after-tax" })], { taxes }),
    ]) {
      expect([bill.creditsApplied, bill.taxes, bill.total]).toEqual(["-40.00", "20.00", "80.00"]);
    }
    const both = january(
      [fee("a", "100")],
      [grant("g", "40"), grant("h", "500", { applied: "after-tax" })],
      {
        taxes,
      },
    );
    expect(creditsOf(both)).toEqual([
      ["g", "-40.00"],
      ["h", "-72.00"],
    ]);
  });

  it("pays for prices that hold their tax to the cent", () => {
    // Lago's prepaid credits: 14.29 at 24 % is 17.72 with tax.
    const added = january([fee("a", "14.29")], [grant("w", "39", { applied: "after-tax" })], {
      taxes: [{ id: "vat", percent: 24 }],
    });
    expect([added.total, ledger(added)]).toEqual(["0.00", ["w drawdown -17.72: 39.00 to 21.28"]]);
    const held = january([fee("a", "119")], [grant("w", "200", { applied: "after-tax" })], {
      taxes: [{ id: "vat", percent: 19, inclusive: true }],
    });
    expect([held.total, ledger(held)]).toEqual(["0.00", ["w drawdown -119.00: 200.00 to 81.00"]]);
  });
});

describe("the order in which grants are used", () => {
  const paid = grant("paid", "10", { grantedAt: "2025-01-01" });
  const soon = grant("soon", "10", { expiresAt: "2026-03-01", priority: 60 });
  const gift = grant("gift", "10", { category: "promotional", grantedAt: "2025-06-01" });
  const narrow = grant("narrow", "10", { appliesTo: { charges: ["a"] }, grantedAt: "2025-07-01" });
  const all = [paid, soon, gift, narrow];

  it.each([
    // Priority 50 before 60; promotional first, then the older.
    ["stripe", ["gift", "paid", "narrow", "soon"]],
    ["orb", ["soon", "gift", "paid", "narrow"]],
    ["metronome", ["gift", "narrow", "paid", "soon"]],
    ["openmeter", ["paid", "gift", "narrow", "soon"]],
    ["lago", ["paid", "gift", "narrow", "soon"]],
  ] as const)("is that of %s", (order, expected) => {
    expect(
      all
        .map(parseCreditGrant)
        .sort(burnOrder(order))
        .map(({ id }) => id),
    ).toEqual(expected);
    const bill = january([fee("a", "35")], all, { policy: { credits: { order } } });
    expect(creditsOf(bill).map(([id]) => id)).toEqual(expected);
    expect(creditsOf(bill).at(-1)?.[1]).toBe("-5.00");
  });

  it("is none that is not known", () => {
    expect(issuesOf(() => burnOrder(unchecked("fifo")))).toEqual(["invalid_value order"]);
    expect(issuesOf(() => burnOrder(unchecked("toString")))).toEqual(["invalid_value order"]);
  });
});

describe("a grant of units", () => {
  const tiered = perUnit("call", "1", {
    unitOfMeasure: "@call",
    pricing: { model: "tiered", tiers: [{ upTo: 10, unitPrice: "2" }, { unitPrice: "1" }] },
  });
  const calls = (amount: string, usage: number, more: Partial<InvoiceRequest> = {}) =>
    january([tiered], [grant("free", amount, { unit: "@call" })], {
      usage: { call: usage },
      ...more,
    });

  it("frees the last units, as if they had not been used", () => {
    // 15 calls cost 20 + 5; 8 of them 16: 7 free ones are worth 5 × 1 + 2 × 2 = 9.
    const bill = calls("7", 15);
    expect([bill.subtotal, bill.creditsApplied, bill.total]).toEqual(["25.00", "-9.00", "16.00"]);
    expect(bill.lines[1]).toMatchObject({
      credit: { unit: "@call", quantity: "-7", timing: "before-tax" },
    });
    expect(ledger(bill)).toEqual(["free drawdown -7: 7 to 0"]);
  });

  it("frees no more than there are", () => {
    const bill = calls("20", 15);
    expect([bill.total, ledger(bill)]).toEqual(["0.00", ["free drawdown -15: 20 to 5"]]);
  });

  it("frees what is left of their price after discounts", () => {
    const coupons = [{ id: "half", percent: 50, from: "2026-01-01" }];
    const bill = calls("7", 15, { coupons });
    // Half of 9.
    expect([bill.creditsApplied, bill.total]).toEqual(["-4.50", "8.00"]);
  });

  it("leaves charges on other units alone", () => {
    const bill = january(
      [tiered, perUnit("page", "3")],
      [grant("free", "5", { unit: "@page" }), grant("more", "1", { unit: "@page" })],
      { usage: { call: 2, page: 7 } },
    );
    expect(ledger(bill)).toEqual(["free drawdown -5: 5 to 0", "more drawdown -1: 1 to 0"]);
    expect(bill.total).toBe("7.00");
  });

  it("takes none where fewer units would cost more", () => {
    const volume = perUnit("call", "1", {
      unitOfMeasure: "@call",
      pricing: { model: "volume", tiers: [{ upTo: 10, unitPrice: "2" }, { unitPrice: "1" }] },
    });
    const bill = january([volume], [grant("free", "1", { unit: "@call" })], {
      usage: { call: 11 },
    });
    // 11 calls cost 11, and 10 of them 20.
    expect([bill.total, ledger(bill)]).toEqual(["11.00", []]);
  });
});

describe("a correction", () => {
  const charge = perUnit("outcome", "10", { outcome: { reverse: { signals: ["reopened"] } } });
  const sold: Deal = { plans: [planOf([charge])] };
  const event = (id: string) => eventOf({ id, subject: id, timestamp: "2026-01-10T00:00:00Z" });
  const events = ["a", "b", "c", "d"].map(event);
  const back = (subject: string) => ({
    id: `r-${subject}`,
    customerId: "acme",
    subject,
    name: "reopened",
    timestamp: "2026-02-03T00:00:00Z",
  });
  const grants = [grant("first", "10"), grant("second", "15")];
  const first = documentOf(sold, JANUARY, [], { usage: events, credits: grants });
  const after = applyPostings(grants, first.postings);

  const corrected = (...subjects: readonly string[]) =>
    documentOf(sold, FEBRUARY, [stored(first)], {
      usage: [],
      credits: after,
      rerate: [{ period: JANUARY, usage: [...events, ...subjects.map(back)] }],
    });

  it("gives money back before credit", () => {
    // 40 were owed and 25 of them paid by credit: 30 still are.
    expect(first.total).toBe("15.00");
    const bill = corrected("a");
    expect([bill.creditsApplied, bill.total, bill.postings]).toEqual(["0.00", "-10.00", []]);
  });

  it("gives credit back as far as it paid for more than is due, the last used first", () => {
    // 10 are due: of 25 that grants paid, 15 go back, all of the second.
    const bill = corrected("a", "b", "c");
    expect(creditsOf(bill)).toEqual([["second", "15.00"]]);
    expect([bill.subtotal, bill.creditsApplied, bill.total]).toEqual(["-30.00", "15.00", "-15.00"]);
    expect(ledger(bill)).toEqual(["second return 15.00: 0.00 to 15.00"]);
  });

  it("gives back of several, and does so once", () => {
    const bill = corrected("a", "b", "c", "d");
    expect(ledger(bill)).toEqual([
      "second return 15.00: 0.00 to 15.00",
      "first return 10.00: 0.00 to 10.00",
    ]);
    expect(bill.total).toBe("-15.00");
    const next = documentOf(sold, { start: "2026-03-01", end: "2026-04-01" }, [first, bill], {
      usage: [],
      credits: applyPostings(after, bill.postings),
      rerate: [{ period: JANUARY, usage: [...events, ...["a", "b", "c", "d"].map(back)] }],
    });
    expect([next.lines, next.postings]).toEqual([[], []]);
  });

  it("as a credit note says what goes back, also to a grant that is not given", () => {
    const note = creditNote({
      catalog: {
        id: "p",
        name: "p",
        agentType: "ocr-agent",
        effectiveDate: "2020-01-01",
        ratePlans: sold.plans,
      },
      subscription: {
        id: "s1",
        customerId: "acme",
        ratePlanId: "starter",
        startDate: "2026-01-01",
      },
      previous: [first],
      rerate: [{ period: JANUARY, usage: [...events, back("a"), back("b"), back("c")] }],
      asOf: "2026-02-04",
    });
    expect(ledger(note)).toEqual(["second return 15.00: null to null"]);
    expect(applyPostings(after, note.postings).map(({ balance }) => balance)).toEqual(["0", "15"]);
  });

  it("gives back units at what they were worth", () => {
    const free = [grant("free", "3", { unit: "@outcome" })];
    const billed = documentOf(sold, JANUARY, [], { usage: events, credits: free });
    expect(billed.total).toBe("10.00");
    const bill = documentOf(sold, FEBRUARY, [billed], {
      usage: [],
      credits: applyPostings(free, billed.postings),
      rerate: [{ period: JANUARY, usage: [...events, back("a"), back("b")] }],
    });
    // Two are due, and three were free: one goes back, and the 10 that were paid.
    expect(ledger(bill)).toEqual(["free return 1: 0 to 1"]);
    expect(bill.total).toBe("-10.00");
  });

  it("may be carried over as a grant, which pays after tax", () => {
    const policy = { negativeTotal: "carry" } as const;
    const taxes = [{ id: "vat", percent: 10 }];
    const billed = documentOf(sold, JANUARY, [], { usage: events, taxes, policy });
    const bill = documentOf(sold, FEBRUARY, [billed], {
      usage: [],
      taxes,
      policy,
      rerate: [{ period: JANUARY, usage: [...events, back("a")] }],
    });
    expect([bill.kind, bill.creditsApplied, bill.total]).toEqual(["invoice", "11.00", "0.00"]);
    const carried = applyPostings([], bill.postings);
    expect(carried).toEqual([
      {
        id: "carried:period:s1@2026-02-01/2026-03-01",
        unit: "USD",
        amount: "11",
        grantedAt: "2026-03-01",
        applied: "after-tax",
      },
    ]);
    const march = { start: "2026-03-01", end: "2026-04-01" };
    const next = documentOf(sold, march, [billed, bill], {
      usage: [eventOf({ id: "x", timestamp: "2026-03-10T00:00:00Z" })],
      taxes,
      policy,
      credits: carried,
    });
    expect([next.subtotal, next.taxes, next.creditsApplied, next.total]).toEqual([
      "10.00",
      "1.00",
      "-11.00",
      "0.00",
    ]);
  });
});

describe("postings", () => {
  const one = parseCreditGrant(grant("g", "10", { balance: "4" }));
  const posting: Posting = {
    grantId: "g",
    kind: "drawdown",
    unit: "USD",
    amount: "-4.00",
    balanceBefore: "4.00",
    balanceAfter: "0.00",
    document: "d1",
  };

  it("change balances, and nothing else", () => {
    expect(applyPostings([one], [posting])).toEqual([{ ...one, balance: "0" }]);
  });

  it("are not applied twice, nor out of order, nor to what is not there", () => {
    expect(issuesOf(() => applyPostings([one], [posting, posting]))).toEqual([
      "posting_mismatch postings.1.balanceBefore",
    ]);
    expect(issuesOf(() => applyPostings([], [posting]))).toEqual([
      "unknown_grant postings.0.grantId",
    ]);
    const blind = { ...posting, balanceBefore: null, balanceAfter: null };
    expect(issuesOf(() => applyPostings([one], [blind, blind]))).toEqual([
      "posting_mismatch postings.1.amount",
    ]);
    expect(issuesOf(() => applyPostings([one], [{ ...blind, amount: "7" }]))).toEqual([
      "posting_mismatch postings.0.amount",
    ]);
    const added: Posting = { ...posting, kind: "grant", grant: one };
    expect(issuesOf(() => applyPostings([one], [added]))).toEqual([
      "duplicate_id postings.0.grantId",
    ]);
  });

  it("are of the unit of their grant, move it as their kind says, and add up", () => {
    const refused = (...changed: readonly Partial<Posting>[]) =>
      issuesOf(() =>
        applyPostings(
          [one],
          changed.map((each) => ({ ...posting, ...each })),
        ),
      );
    expect(refused({ unit: "EUR" })).toEqual(["posting_mismatch postings.0.unit"]);
    expect(refused({ balanceAfter: "7.00" })).toEqual(["posting_mismatch postings.0.balanceAfter"]);
    const blind = { balanceBefore: null, balanceAfter: "1" };
    expect(refused(blind)).toEqual(["posting_mismatch postings.0.balanceAfter"]);
    expect(refused({ kind: "return" })).toEqual(["posting_mismatch postings.0.amount"]);
    for (const kind of ["drawdown", "expiry"] as const) {
      const up = { kind, amount: "2", balanceAfter: "6" };
      expect(refused(up)).toEqual(["posting_mismatch postings.0.amount"]);
    }
    const none = { amount: "0", balanceAfter: "4" };
    for (const kind of ["drawdown", "expiry", "return"] as const) {
      expect(applyPostings([one], [{ ...posting, ...none, kind }])).toEqual([one]);
    }
    expect(
      refused(
        { unit: "EUR", amount: "1", balanceAfter: "7" },
        { balanceBefore: "5", unit: "EUR", balanceAfter: "2" },
      ),
    ).toEqual([
      "posting_mismatch postings.0.unit",
      "posting_mismatch postings.0.amount",
      "posting_mismatch postings.0.balanceAfter",
      "posting_mismatch postings.1.unit",
      "posting_mismatch postings.1.balanceAfter",
    ]);
    expect(() => applyPostings([one], [{ ...posting, unit: "EUR" }])).toThrow(
      'postings[0].unit must be "USD", that of g, got "EUR"',
    );
  });

  it("hold the grant that is new as it is", () => {
    const moved = { amount: "4.00", balanceBefore: "0.00", balanceAfter: "4.00" };
    const added: Posting = { ...posting, ...moved, kind: "grant", grant: one };
    expect(applyPostings([], [added])).toEqual([one]);
    const blind = { ...added, balanceBefore: null, balanceAfter: null };
    expect(applyPostings([], [blind])).toEqual([one]);
    const wrong = {
      ...{ ...added, grantId: "h", unit: "EUR", amount: "10" },
      ...{ balanceBefore: "1", balanceAfter: "5" },
    };
    expect(issuesOf(() => applyPostings([], [wrong]))).toEqual([
      "posting_mismatch postings.0.grantId",
      "posting_mismatch postings.0.unit",
      "posting_mismatch postings.0.amount",
      "posting_mismatch postings.0.balanceBefore",
      "posting_mismatch postings.0.balanceAfter",
    ]);
  });
});

describe("laws of credits", () => {
  const grants = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom("g1", "g2", "g3", "g4", "g5"),
      amount: fc.integer({ min: 0, max: 300 }),
      priority: fc.constantFrom(1, 50),
      category: fc.constantFrom("paid" as const, "promotional" as const),
      applied: fc.constantFrom("before-tax" as const, "after-tax" as const),
      appliesTo: fc.constantFrom<NonNullable<CreditGrantInput["appliesTo"]>[]>("all", {
        chargeTypes: ["usage"],
      }),
      expiresAt: fc.constantFrom("2026-01-20", "2027-01-01"),
    }),
    { selector: ({ id }) => id, maxLength: 5 },
  );
  const orders = fc.constantFrom("stripe", "orb", "metronome", "openmeter", "lago" as const);

  it("never more than is owed, nothing lost, and the order of grants means nothing", () => {
    fc.assert(
      fc.property(planCases(), grants, orders, (one, some, order) => {
        const request = requestFor(one);
        const currency =
          one.plan.currency ?? one.plan.charges.find((each) => each.currency)?.currency;
        if (typeof currency !== "string") throw new Error("unreachable: a plan without a currency");
        const credits = some.map((each) => ({
          ...each,
          unit: currency,
          grantedAt: "2025-12-01",
        }));
        const policy = { ...request.policy, credits: { order } };
        const taxes = [{ id: "vat", percent: 20 }];
        const plain = invoice({ ...request, policy, taxes });
        const bill = invoice({ ...request, policy, taxes, credits });
        expect(bill.subtotal).toBe(plain.subtotal);
        const least = units(plain.total) < 0n ? units(plain.total) : 0n;
        expect(units(bill.total) >= least).toBe(true);
        expect(units(bill.creditsApplied)).toBe(
          totalOf(creditsOf(bill).map(([, amount]) => amount)),
        );
        const after = applyPostings(credits, bill.postings);
        for (const { id, amount, balance = amount } of after) {
          const own = bill.postings.filter(({ grantId }) => grantId === id);
          const moved = own.map((each) => Number(each.amount)).reduce((a, b) => a + b, 0);
          expect(Number(balance)).toBeCloseTo(Number(amount) + moved, 9);
          expect(Number(balance)).toBeGreaterThanOrEqual(0);
        }
        expect(invoice({ ...request, policy, taxes, credits: credits.toReversed() })).toEqual(bill);
      }),
      tries(75),
    );
  });

  it("granted is used, expired and left, over any number of documents", () => {
    const sold: Deal = {
      plans: [planOf([fee("fee", "30", { billingTiming: "in-advance" }), perUnit("outcome", "7")])],
    };
    const usage = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(usage, grants, (counts, some) => {
        let credits: readonly CreditGrant[] = some.map((each) =>
          parseCreditGrant(
            grant(each.id, `${each.amount}`, {
              ...each,
              amount: `${each.amount}`,
              grantedAt: "2025-12-01",
            }),
          ),
        );
        const events = counts.flatMap((count, month) =>
          Array.from({ length: count }, (_, index) =>
            eventOf({ id: `${month}-${index}`, timestamp: `2026-0${month + 1}-10T00:00:00Z` }),
          ),
        );
        let documents: readonly Invoice[] = [];
        const postings: Posting[] = [];
        for (const until of ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]) {
          const before = documents.length;
          documents = billUntil(until, { ...sold, usage: events }, documents, { credits });
          const made = documents.slice(before).flatMap((document) => document.postings);
          postings.push(...made);
          credits = applyPostings(credits, made);
        }
        for (const { id, amount, balance = amount } of credits) {
          const of = (kind: Posting["kind"]) =>
            totalOf(
              postings
                .filter((each) => each.grantId === id && each.kind === kind)
                .map((each) => each.amount),
            );
          const left = units(Number(balance).toFixed(2));
          expect(units(`${amount}.00`) + of("drawdown") + of("expiry") + of("return")).toBe(left);
        }
      }),
      tries(20),
    );
  });
});

describe("bad input", () => {
  it("is refused, all of it at once", () => {
    const credits = unchecked<CreditGrantInput[]>([
      grant("a", "-1"),
      grant("b", "10", { balance: "11" }),
      grant("c", "10", { expiresAt: "2025-12-31" }),
      grant("d", "10", { unit: "EUR" }),
      grant("e", "10", { unit: "@page" }),
      grant("f", "10", { appliesTo: { charges: ["missing"] } }),
      { id: "g", unit: "USD", amount: "1" },
      grant("f", "10"),
    ]);
    expect(issuesOf(() => january([fee("a", "1")], credits))).toEqual([
      "out_of_range credits.0.amount",
      "out_of_range credits.1.balance",
      "end_before_start credits.2.expiresAt",
      "unknown_unit credits.3.unit",
      "unknown_unit credits.4.unit",
      "unknown_charge credits.5.appliesTo.charges.0",
      "missing credits.6.grantedAt",
      "duplicate_id credits.7.id",
    ]);
  });
});

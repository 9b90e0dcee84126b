/** What is credited by choice: lines of earlier documents, or an amount of one; never more than is left. */
import {
  type ChargeInput,
  type CreditGrantInput,
  type CreditNoteRequest,
  creditNote,
  documentsDue,
  explain,
  type Invoice,
  type InvoiceRequest,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import {
  amountsOf,
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  messagesOf,
  perUnit,
  planOf,
  productOf,
  stored,
  unchecked,
} from "../support/plans.js";

const KEY = "period:s1@2026-01-01/2026-02-01";
const VAT = [{ id: "vat", name: "VAT", percent: 20 }];
const GRANT: CreditGrantInput = { id: "g", unit: "USD", amount: "30", grantedAt: "2026-01-01" };

type Credit = CreditNoteRequest["credit"];

function deal(charges: readonly ChargeInput[], more: Partial<Deal> = {}): Deal {
  return { plans: [planOf(charges)], ...more };
}

function january(sold: Deal, more: Partial<InvoiceRequest> = {}): Invoice {
  return documentOf(sold, JANUARY, [], more);
}

function note(
  sold: Deal,
  previous: readonly Invoice[],
  credit: Credit,
  more: Partial<CreditNoteRequest> = {},
): Invoice {
  const [subscription, catalog] = [subscriptionOf(sold), productOf(...sold.plans)];
  const last = previous.at(-1)?.asOf ?? "2026-02-01";
  return creditNote({ catalog, subscription, previous, credit, asOf: last, ...more });
}

function ofLine(line: string, more: object = {}): Credit {
  return { lines: [{ invoice: KEY, line, ...more }] };
}

function sectionsOf({ subtotal, discounts, creditsApplied, taxes, total }: Invoice) {
  return [subtotal, discounts, creditsApplied, taxes, total];
}

describe("a line that is credited by choice", () => {
  const sold = deal([fee("a", "10"), fee("b", "5")]);
  const bill = january(sold);
  const a = "recurring:a@2026-01-01";

  it("is a line of its own, that names what it is of and why", () => {
    const credit = note(sold, [bill], {
      ...ofLine(a, { amount: "2.50" }),
      reason: "slow",
    } as Credit);
    expect(credit).toMatchObject({
      kind: "credit-note",
      scope: "correction",
      sequence: 2,
      idempotencyKey: "correction:s1@2026-02-01/2026-02-01#2",
      subtotal: "-2.50",
      total: "-2.50",
      corrections: [{ period: JANUARY, documents: [KEY, "correction:s1@2026-02-01/2026-02-01#2"] }],
    });
    expect(credit.lines).toMatchObject([
      {
        kind: "concession",
        key: `concession:${a}@2026-02-01`,
        chargeId: "a",
        amount: "-2.50",
        servicePeriod: JANUARY,
        part: null,
        appliedTo: [{ key: a, amount: "-2.50" }],
        concession: { invoice: KEY, line: a, quantity: null, reason: "slow" },
      },
    ]);
  });

  it("leaves nothing after three thirds, and no more than that is given", () => {
    const first = note(sold, [bill], ofLine(a, { amount: "3.33" }));
    const second = note(sold, stored([bill, first]), ofLine(a, { amount: "3.33" }));
    const before = stored([bill, first, second]);
    // 10.00 − 3.33 − 3.33 = 3.34.
    expect(note(sold, before, ofLine(a)).total).toBe("-3.34");
    expect(note(sold, before, ofLine(a, { amount: "3.34" })).total).toBe("-3.34");
    expect(() => note(sold, before, ofLine(a, { amount: "3.35" }))).toThrow(
      "credit.lines[0].amount must be at most 3.34, as so much is left of recurring:a@2026-01-01, got",
    );
    const third = note(sold, before, ofLine(a));
    expect(() => note(sold, [...before, third], ofLine(a))).toThrow("something is left to credit");
  });

  it("is neither taken back nor repeated by the next invoice", () => {
    const credit = note(sold, [bill], ofLine(a, { amount: "4" }));
    const next = billUntil("2026-03-01", sold, stored([bill, credit]));
    expect(next.at(-1)?.lines.map(({ amount }) => amount)).toEqual(["10.00", "5.00"]);
    const again = documentOf(sold, { start: "2026-02-01", end: "2026-03-01" }, [bill, credit], {
      rerate: { from: "2026-01-01" },
    });
    expect(again.total).toBe("15.00");
  });
});

describe("a fee in advance that is credited while its period runs", () => {
  const sold = deal([fee("a", "31", { billingTiming: "in-advance" })]);
  const opening = january(sold, { period: { start: "2026-01-01", end: "2026-01-01" } });
  const credit = (previous: readonly Invoice[], amount: number) =>
    note(sold, previous, { invoice: opening.idempotencyKey, amount }, { asOf: "2026-01-10" });
  const first = credit([opening], 10);
  const second = credit([opening, first], 5);

  it("needs the notes on the document of the period, which says so", () => {
    const catalog = productOf(...sold.plans);
    const [due] = documentsDue(subscriptionOf(sold), {
      catalog,
      until: "2026-02-01",
      last: second,
    });
    const all = [opening, first, second];
    expect(due?.previous.toSorted()).toEqual(all.map((each) => each.idempotencyKey).toSorted());
    expect(issuesOf(() => documentOf(sold, JANUARY, [opening, second]))).toContain(
      "missing_previous previous",
    );
    // The fee of February.
    expect(documentOf(sold, JANUARY, stored(all)).total).toBe("31.00");
  });

  it("is given back as far as it is left when the subscription ends", () => {
    const ended = { ...sold, subscription: { endDate: "2026-01-11" } };
    const period = { start: "2026-01-01", end: "2026-01-11" };
    const last = documentOf(ended, period, [opening, first, second]);
    // 10 of 31 days are 10; 15 were credited: of 21 that are due no longer, 16 are left.
    expect(amountsOf(last)).toEqual([
      ["a: adjustment", "-21.00"],
      ["Credited before", "5.00"],
    ]);
    expect(last.total).toBe("-16.00");
  });
});

describe("what belongs to a line that is credited", () => {
  const sold = deal([fee("a", "100")]);
  const a = "recurring:a@2026-01-01";
  // 100 − 10 % = 90; 30 paid before tax; 20 % of 60 = 12: 102 with tax, of which the customer pays 72.
  const more = { taxes: VAT, coupons: [{ id: "c", percent: 10, from: "2026-01-01" }] };
  const bill = january(sold, { ...more, credits: [GRANT] });

  it("is given back in proportion: coupon, tax, and what a grant has paid", () => {
    expect(sectionsOf(bill)).toEqual(["100.00", "-10.00", "-30.00", "12.00", "72.00"]);
    const credits = [{ ...GRANT, balance: "0" }];
    const half = note(sold, [bill], ofLine(a, { amount: "51" }), { credits });
    expect(sectionsOf(half)).toEqual(["-50.00", "5.00", "15.00", "-6.00", "-36.00"]);
    expect(half.postings).toMatchObject([
      {
        grantId: "g",
        kind: "return",
        amount: "15.00",
        balanceBefore: "0.00",
        balanceAfter: "15.00",
      },
    ]);
    expect(half.lines.find(({ kind }) => kind === "tax")).toMatchObject({
      taxId: "vat",
      // 45 without tax, less the 15 that were paid before it.
      tax: { percent: "20", taxable: "-30.00" },
    });
    const net = { ...ofLine(a, { amount: "45" }), amounts: "net" } as Credit;
    expect(sectionsOf(note(sold, [bill], net))).toEqual(sectionsOf(half));
  });

  it("leaves nothing in any section, however it is split", () => {
    for (const amounts of [["34", "34", undefined], ["0.01", "101.98", "0.01"], [undefined]]) {
      const documents = [bill];
      for (const amount of amounts) {
        documents.push(note(sold, stored(documents), ofLine(a, { amount })));
      }
      for (const section of [
        "subtotal",
        "discounts",
        "creditsApplied",
        "taxes",
        "total",
      ] as const) {
        const cents = documents.map((each) => Number(each[section].replace(".", "")));
        expect([section, cents.reduce((sum, each) => sum + each, 0)]).toEqual([section, 0]);
      }
    }
  });

  it("is the tax that its price holds", () => {
    const taxes = [{ id: "vat", percent: 20, inclusive: true }];
    const held = january(deal([fee("a", "120")]), { taxes });
    expect(sectionsOf(held)).toEqual(["100.00", "0.00", "0.00", "20.00", "120.00"]);
    const half = note(deal([fee("a", "120")]), [held], ofLine(a, { amount: "60" }));
    expect(sectionsOf(half)).toEqual(["-50.00", "0.00", "0.00", "-10.00", "-60.00"]);
  });

  it("is nothing to pay where a coupon has taken all of it, and can still be credited in whole", () => {
    const free = january(sold, { coupons: [{ id: "c", percent: 100, from: "2026-01-01" }] });
    const all = note(sold, [free], ofLine(a));
    expect(sectionsOf(all)).toEqual(["-100.00", "100.00", "0.00", "0.00", "0.00"]);
    expect(issuesOf(() => note(sold, [free, all], ofLine(a)))).toEqual([
      "out_of_range credit.lines.0.line",
    ]);
  });
});

describe("a note that credits by choice", () => {
  const sold = deal([fee("a", "10")]);
  const bill = january(sold, { taxes: VAT });
  const credit: Credit = { invoice: KEY, amount: 6, reason: "an outage" };

  it("makes a grant of what it comes to where the policy carries it over", () => {
    const carried = note(sold, [bill], credit, { policy: { negativeTotal: "carry" } });
    // 5.00 and 1.00 of tax.
    expect(sectionsOf(carried)).toEqual(["-5.00", "0.00", "6.00", "-1.00", "0.00"]);
    expect(carried.postings).toMatchObject([{ kind: "grant", amount: "6.00" }]);
  });

  it("explains itself: of which line, by which document, and why", () => {
    const text = explain(note(sold, [bill], credit), { format: "text" });
    for (const part of ["Credit note", "a: credited", "an outage", KEY, "-5.00", "-1.00"]) {
      expect(text.replaceAll("\u2212", "-")).toContain(part);
    }
  });
});

describe("the order of the lists of a note", () => {
  const sold = deal([fee("b", "10"), fee("a", "5"), perUnit("outcome", "2")]);
  const gone = (id: string): CreditGrantInput => {
    return { id, unit: "USD", amount: "1", grantedAt: "2026-01-01", expiresAt: "2026-01-15" };
  };
  const credits = [gone("y"), GRANT, gone("x"), { ...gone("free"), unit: "@outcome" }];
  const bill = january(sold, { usage: { outcome: 3 }, taxes: VAT });
  const lines = ["usage:outcome", "recurring:a", "recurring:b"].map((line) => ({
    ...{ invoice: KEY, line: `${line}@2026-01-01`, amount: 1 },
  }));

  it("means nothing: grants expire in the order in which they would be used", () => {
    const noted = note(sold, [bill], { invoice: KEY, amount: 1 }, { credits });
    expect(noted.postings.map(({ kind, grantId }) => `${kind} ${grantId}`)).toEqual([
      "expiry free",
      "expiry x",
      "expiry y",
    ]);
    const more = { credits: credits.toReversed() };
    expect(note(sold, [bill], { invoice: KEY, amount: 1 }, more)).toEqual(noted);
  });

  it("means nothing: lines are credited in the order in which they were billed", () => {
    const noted = note(sold, [bill], { lines });
    expect(note(sold, [bill], { lines: lines.toReversed() })).toEqual(noted);
    const credited = noted.lines.flatMap((line) =>
      line.kind === "concession" ? [line.concession.line] : [],
    );
    expect(credited).toEqual(
      bill.lines.map(({ key }) => key).filter((key) => lines.some(({ line }) => line === key)),
    );
  });
});

describe("units that are credited", () => {
  const sold = deal([perUnit("outcome", "3.333")]);
  const key = "usage:outcome@2026-01-01";
  const bill = january(sold, { usage: { outcome: 3 } });

  it("cost what is left of the line, each as much of it as of the units that are left", () => {
    expect(bill.total).toBe("10.00");
    const documents = [bill];
    for (let index = 0; index < 3; index += 1) {
      documents.push(note(sold, stored(documents), ofLine(key, { quantity: 1 })));
    }
    // 10.00 / 3; then 6.67 / 2; then what is left.
    expect(documents.slice(1).map(({ total }) => total)).toEqual(["-3.33", "-3.34", "-3.33"]);
    expect(documents[1]?.lines[0]).toMatchObject({ concession: { quantity: "1" } });
    expect(issuesOf(() => note(sold, documents, ofLine(key, { quantity: 1 })))).toEqual([
      "out_of_range credit.lines.0.quantity",
    ]);
  });

  it("are no more than are left", () => {
    const one = note(sold, [bill], ofLine(key, { quantity: 1 }));
    expect(() => note(sold, [bill, one], ofLine(key, { quantity: "2.5" }))).toThrow(
      'credit.lines[0].quantity must be at most 2, as so many are left of usage:outcome@2026-01-01, got "2.5"',
    );
  });
});

describe("an amount of a document that is credited by choice", () => {
  const sold = deal([fee("a", "10"), fee("b", "20"), fee("c", "30")]);
  const bill = january(sold);

  it("is shared out by what is left of its lines, by largest remainder", () => {
    // 1/6, 2/6 and 3/6 of a dollar: 0.1666…, 0.3333…, 0.50.
    const credit = note(sold, [bill], { invoice: KEY, amount: 1 });
    expect(credit.lines.map(({ amount }) => amount)).toEqual(["-0.17", "-0.33", "-0.50"]);
    const b = "recurring:b@2026-01-01";
    const whole = note(sold, [bill], ofLine(b));
    const rest = note(sold, [bill, whole], { invoice: KEY, amount: "4" });
    expect(amountsOf(rest)).toEqual([
      ["a: credited", "-1.00"],
      ["c: credited", "-3.00"],
    ]);
  });

  it("is all of it where no amount is named", () => {
    const some = note(sold, [bill], { invoice: KEY, amount: "0.55" });
    const rest = note(sold, [bill, some], { invoice: KEY });
    expect([some.total, rest.total]).toEqual(["-0.55", "-59.45"]);
    expect(() => note(sold, [bill, some], { invoice: KEY, amount: "59.46" })).toThrow(
      `credit.amount must be at most 59.45, as so much is left of ${KEY}, got "59.46"`,
    );
    expect(() => note(sold, [bill, some, rest], { invoice: KEY })).toThrow("something is left");
  });

  it("is no more than what a maximum or a guarantee has left of a charge", () => {
    const capped = deal([perUnit("outcome", "1", { maximum: "8" }), fee("b", "2")]);
    const ten = january(capped, { usage: { outcome: 10 }, taxes: VAT });
    // 10 − 2 = 8, and 2; with tax 9.60 and 2.40.
    expect(ten.total).toBe("12.00");
    expect(note(capped, [ten], ofLine("usage:outcome@2026-01-01")).total).toBe("-9.60");
    const all = note(capped, [ten], { invoice: KEY });
    expect(sectionsOf(all)).toEqual(["-10.00", "0.00", "0.00", "-2.00", "-12.00"]);
  });
});

describe("a correction after a credit by choice", () => {
  const sold = deal([perUnit("outcome", "1")]);
  const key = "usage:outcome@2026-01-01";
  const events = Array.from({ length: 10 }, (_, index) => eventOf({ id: `e${index}` }));
  const bill = january(sold, { usage: events, taxes: VAT });
  const goodwill = note(sold, [bill], { ...ofLine(key, { amount: 6 }), amounts: "net" } as Credit);
  const february = { start: "2026-02-01", end: "2026-03-01" };
  const again = (count: number, previous: readonly Invoice[]) =>
    note(sold, previous, undefined, {
      rerate: [{ period: JANUARY, usage: events.slice(0, count) }],
    });

  it("is what it would be, while the charge comes to more than was credited", () => {
    // 10 units at 1; 6 credited; then 7 are due: −3, and 20 % of it.
    const seven = again(7, stored([bill, goodwill]));
    expect(seven.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["adjustment", "-3.00"],
      ["tax", "-0.60"],
    ]);
  });

  it("gives back no more than was paid, and the credit again when the charge comes to more", () => {
    // 2 are due: −8, of which 4 were credited before. Then 8 are due: 2 for the customer to pay.
    const two = again(2, stored([bill, goodwill]));
    expect(two.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["adjustment", "-8.00"],
      ["concession-return", "4.00"],
      ["tax", "-0.80"],
    ]);
    const same = again(2, stored([bill, goodwill, two]));
    expect(same.lines).toEqual([]);
    const eight = again(8, stored([bill, goodwill, two]));
    expect(eight.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["adjustment", "6.00"],
      ["concession-return", "-4.00"],
      ["tax", "0.40"],
    ]);
    const next = documentOf(sold, february, stored([bill, goodwill, two]), { usage: [] });
    expect(next.total).toBe("0.00");
  });

  it("leaves so much less to credit", () => {
    const seven = again(7, [bill, goodwill]);
    // 7 − 6 = 1, and 0.20.
    expect(note(sold, [bill, goodwill, seven], ofLine(key)).total).toBe("-1.20");
    const two = again(2, [bill, goodwill]);
    expect(issuesOf(() => note(sold, [bill, goodwill, two], ofLine(key)))).toEqual([
      "out_of_range credit.lines.0.line",
    ]);
  });

  it("needs the note", () => {
    expect(issuesOf(() => again(2, [bill, again(9, [bill, goodwill])]))).toContain(
      "missing_previous previous",
    );
  });
});

describe("a request that credits by choice", () => {
  const sold = deal([fee("a", "10"), fee("b", "5")]);
  const bill = january(sold, { taxes: VAT });
  const a = { invoice: KEY, line: "recurring:a@2026-01-01" };
  const b = { invoice: KEY, line: "recurring:b@2026-01-01" };

  it.each<[string, unknown, readonly string[]]>([
    ["nothing", {}, ["missing credit.invoice"]],
    ["no object", 7, ["invalid_type credit"]],
    ["no lines", { lines: [] }, ["missing credit.lines"]],
    ["no list", { lines: 7 }, ["invalid_type credit.lines"]],
    [
      "another document",
      { lines: [{ ...a, invoice: "x" }] },
      ["missing_previous credit.lines.0.invoice"],
    ],
    ["another invoice", { invoice: "x" }, ["missing_previous credit.invoice"]],
    ["another line", { lines: [{ ...a, line: "x" }] }, ["unknown_line credit.lines.0.line"]],
    [
      "a tax",
      { lines: [{ ...a, line: "tax:vat 20%@2026-01-01" }] },
      ["invalid_value credit.lines.0.line"],
    ],
    ["a line twice", { lines: [a, a] }, ["duplicate_id credit.lines.1.line"]],
    [
      "an amount and units",
      { lines: [{ ...a, amount: 1, quantity: 1 }] },
      ["field_not_allowed credit.lines.0.quantity"],
    ],
    [
      "units of what counts none",
      { lines: [{ ...a, quantity: 1 }] },
      ["field_not_allowed credit.lines.0.quantity"],
    ],
    [
      "half a cent",
      { lines: [{ ...a, amount: "0.005" }] },
      ["invalid_increment credit.lines.0.amount"],
    ],
    [
      "no number",
      {
        lines: [
          { ...a, amount: "x" },
          { ...b, amount: -1 },
        ],
      },
      ["not_a_decimal credit.lines.0.amount", "out_of_range credit.lines.1.amount"],
    ],
    [
      "more than is left of each",
      {
        lines: [
          { ...a, amount: "12.01" },
          { ...b, amount: "6.01" },
        ],
      },
      ["out_of_range credit.lines.0.amount", "out_of_range credit.lines.1.amount"],
    ],
    [
      "other amounts",
      { invoice: KEY, amounts: "brutto", amount: 0 },
      ["invalid_value credit.amounts", "out_of_range credit.amount"],
    ],
    ["a key that nobody knows", { invoice: KEY, line: "x" }, ["unknown_key credit.line"]],
    ["an empty reason", { invoice: KEY, reason: "" }, ["invalid_type credit.reason"]],
  ])("of %s is refused", (_name, credit, issues) => {
    expect(issuesOf(() => note(sold, [bill], unchecked(credit)))).toEqual(issues);
  });

  it("says one thing: what is billed again, or what is credited", () => {
    const more = { rerate: [{ period: JANUARY, usage: [] }], usage: [] };
    expect(issuesOf(() => note(sold, [bill], { invoice: KEY }, more))).toEqual([
      "field_not_allowed rerate",
      "field_not_allowed usage",
    ]);
    expect(issuesOf(() => note(sold, [bill], undefined))).toEqual(["missing rerate"]);
  });

  it("needs every document from the one on that is credited", () => {
    const some = note(sold, [bill], { invoice: KEY, amount: 1 });
    const more = note(sold, [bill, some], { invoice: KEY, amount: 1 });
    expect(() => note(sold, [bill, more], { invoice: KEY, amount: 1 })).toThrow(
      some.idempotencyKey,
    );
  });
});

describe("what is said of a credit that is refused", () => {
  const prepaid = fee("prepaid", "10", {
    billingTiming: "in-advance",
    drawdown: { overageFactor: "1.5" },
  } as Partial<ChargeInput>);
  const sold = deal([perUnit("outcome", "1"), prepaid]);
  const opening = documentOf(sold, { start: "2026-01-01", end: "2026-01-01" }, [], { usage: [] });
  const bill = documentOf(sold, JANUARY, [opening], { usage: { outcome: 30 }, taxes: VAT });
  const all = [opening, bill];
  const said = (credit: Credit, previous: readonly Invoice[] = all, more: object = {}) =>
    messagesOf(() => note(sold, previous, credit, more));
  const usage = "usage:outcome@2026-01-01";

  it("is that nothing is left, where all of it was credited", () => {
    const noted = [...all, note(sold, all, { invoice: KEY })];
    expect(said({ invoice: KEY }, noted)).toEqual([
      `credit.invoice must be a document of which something is left to credit, got "${KEY}"`,
    ]);
    expect(said(ofLine(usage), noted)).toEqual([
      `credit.lines[0].line must be a line of which something is left to credit, got "${usage}"`,
    ]);
    expect(said({ invoice: KEY, amount: 1 }, noted)).toEqual([
      `credit.amount must be at most 0.00, as so much is left of ${KEY}, got 1`,
    ]);
  });

  it("is with which lines one is credited that is of others", () => {
    const overage = "overage:prepaid@2026-01-01";
    expect(bill.lines).toContainEqual(expect.objectContaining({ key: overage, amount: "10.00" }));
    expect(said(ofLine(overage))).toEqual([
      `credit.lines[0].line must be a line by itself: this one is credited with what it is of (${usage}), got "${overage}"`,
    ]);
    // 30.00, less 10.00 that were paid in advance, and 10.00 of overage.
    expect(note(sold, all, ofLine(usage)).subtotal).toBe("-30.00");
    const noted = [...all, note(sold, all, { invoice: KEY, amount: 1 })];
    const [credited] = noted[2]?.lines ?? [];
    const own = { invoice: noted[2]?.idempotencyKey ?? "", line: credited?.key ?? "" };
    expect(said({ lines: [own] }, noted)).toEqual([
      `credit.lines[0].line must be a line that bills something: discounts, taxes and credits go with it, got "${own.line}"`,
    ]);
  });

  it("is what must be absent", () => {
    expect(said(ofLine(usage, { amount: 1, quantity: 1 }))).toEqual([
      "credit.lines[0].quantity must be absent, as there is an amount, got 1",
    ]);
    const more = { rerate: { from: "2026-01-01" } };
    expect(said({ invoice: KEY }, all, more)).toEqual([
      "rerate must be absent, as `credit` says what is credited, got an object",
    ]);
  });
});

describe("a line of which grants have paid more than its charge comes to", () => {
  it("bills nothing when it is credited", () => {
    const sold = deal([perUnit("outcome", "1", { maximum: "5" }), fee("a", "10")]);
    const credits = [{ id: "free", unit: "@outcome", amount: 12, grantedAt: "2026-01-01" }];
    const bill = january(sold, { usage: { outcome: 12 }, credits });
    for (const line of ["usage:outcome@2026-01-01", "recurring:a@2026-01-01"]) {
      expect(Number(note(sold, [bill], ofLine(line)).total)).toBeLessThanOrEqual(0);
    }
  });
});

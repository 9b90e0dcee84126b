import fc from "fast-check";
import {
  type ChargeInput,
  type CouponInput,
  creditNote,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type TaxRateInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { documentOf } from "../support/chain.js";
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

/** January of a plan. */
function january(
  charges: readonly ChargeInput[],
  taxes: readonly TaxRateInput[],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return documentOf({ plans: [planOf(charges)] }, JANUARY, [], { taxes, ...more });
}

/** What the tax lines say: which tax, on what, how much. */
function taxesOf({ lines }: Pick<Invoice, "lines">): readonly string[] {
  return lines.flatMap((line) =>
    line.kind === "tax" ? [`${line.taxId} ${line.tax.taxable} ${line.amount}`] : [],
  );
}

function sections({ subtotal, discounts, taxes, total }: Invoice): readonly string[] {
  return [subtotal, discounts, taxes, total];
}

const off = (id: string, more: Partial<CouponInput>): CouponInput => ({
  id,
  from: "2026-01-01",
  ...more,
});

describe("a tax", () => {
  it("is a line of its own over all that it applies to, rounded once", () => {
    // 7 % of 0.35 is 0.0245 each, which three lines would round to 0.06; of 1.05 it is 0.0735, so 0.07.
    const charges = [fee("a", "0.35"), fee("b", "0.35"), fee("c", "0.35")];
    const bill = january(charges, [{ id: "vat", name: "VAT", percent: 7 }]);
    expect(sections(bill)).toEqual(["1.05", "0.00", "0.07", "1.12"]);
    expect(bill.lines[3]).toMatchObject({
      kind: "tax",
      key: "tax:vat 7%@2026-01-01",
      chargeId: null,
      taxId: "vat",
      part: null,
      description: "VAT",
      exactAmount: "0.0735",
      servicePeriod: JANUARY,
      tax: {
        name: "VAT",
        percent: "7",
        inclusive: false,
        compound: false,
        marker: null,
        taxable: "1.05",
      },
      appliedTo: [
        { key: "recurring:a@2026-01-01", amount: "0.03" },
        { key: "recurring:b@2026-01-01", amount: "0.02" },
        { key: "recurring:c@2026-01-01", amount: "0.02" },
      ],
    });
    expect(bill.basis.taxes).toEqual([{ id: "vat", name: "VAT", percent: "7" }]);
  });

  it("is rounded on each line where the policy says so", () => {
    // Recurly's page: 27 % of 5.79 is 1.5633 and of 5.81 is 1.5687.
    const charges = [fee("a", "5.79"), fee("b", "5.81")];
    const lines = { taxes: { rounding: "line" } } as const;
    const taxes = [{ id: "tax", percent: 27 }];
    expect(january(charges, taxes, { policy: lines }).taxes).toBe("3.13");
    const three = [fee("a", "0.35"), fee("b", "0.35"), fee("c", "0.35")];
    // 0.0245 each, so 0.02.
    expect(january(three, [{ id: "vat", percent: 7 }], { policy: lines }).taxes).toBe("0.06");
  });

  it("is charged beside another on the same amount", () => {
    // https://github.com/invoiceninja/invoiceninja/issues/1453: 5 % and 9.975 % of 1,140.00.
    const bill = january(
      [fee("a", "1140")],
      [
        { id: "gst", percent: 5 },
        { id: "qst", percent: "9.975" },
      ],
    );
    expect(taxesOf(bill)).toEqual(["gst 1140.00 57.00", "qst 1140.00 113.72"]);
    expect(bill.total).toBe("1310.72");
  });

  it("is charged on the others where it is compound", () => {
    const bill = january(
      [fee("a", "100.10")],
      [
        { id: "a-levy", percent: 10, compound: true },
        { id: "gst", percent: 5 },
        { id: "b-levy", percent: 1, compound: true },
      ],
    );
    // 5 % of 100.10 is 5.005, so 5.01; 10 % of 105.11 is 10.511, so 10.51; 1 % of 115.62 is 1.1562, so 1.16.
    expect(taxesOf(bill)).toEqual(["gst 100.10 5.01", "a-levy 105.11 10.51", "b-levy 115.62 1.16"]);
    expect(bill.total).toBe("116.78");
  });

  it("is charged on what discounts and coupons have left, and on minimums", () => {
    // Fees of 100 at 10 %, 50 at 0 %, 30 and its minimum of 50 at 20 %: 10 off, in proportion 5, 2.50, 1.50 and, by the
    // minimum that holds net of coupons, 21.50 to come to 50.
    const charges = [
      fee("base", "100", { taxCodes: ["ten"] }),
      fee("fx", "50"),
      fee("cards", "30", { minimum: "50", taxCodes: ["twenty"] }),
    ];
    const taxes = [
      { id: "ten", percent: 10, appliesTo: { taxCodes: ["ten"] } },
      { id: "twenty", percent: 20, appliesTo: { taxCodes: ["twenty", "other"] } },
    ];
    const bill = january(charges, taxes, { coupons: [off("ten-off", { amount: "9" })] });
    expect(taxesOf(bill)).toEqual(["ten 95.00 9.50", "twenty 50.00 10.00"]);
  });

  it("is charged on what the most that a plan bills has left", () => {
    const charges = [perUnit("page", "1", { taxCodes: ["ten"] }), fee("fee", "100")];
    const deal = { plans: [planOf(charges, { maximumSpend: "30" })] };
    const taxes = [{ id: "ten", percent: 10, appliesTo: { taxCodes: ["ten"] } }];
    const coupons = [off("half", { percent: 50, appliesTo: { charges: ["page"] } })];
    const bill = documentOf(deal, JANUARY, [], { usage: { page: 100 }, taxes, coupons });
    // 50 of pages and 100 of the fee are 120 too much: 40 and 80 of that. 10 % of the 10 that are left of pages are 1.
    expect(taxesOf(bill)).toEqual(["ten 10.00 1.00"]);
    expect(bill.total).toBe("31.00");
  });

  it("is charged on what a document comes to, also where the most that a plan bills falls to other lines than before", () => {
    const charges = [
      fee("platform", "100", { billingTiming: "in-advance" }),
      perUnit("page", "1", { maximum: 10 }),
    ];
    const sold = { plans: [planOf(charges, { maximumSpend: 60 })] };
    const taxes = [{ id: "vat", percent: 10 }];
    const opening = documentOf(sold, { start: "2026-01-01", end: "2026-01-01" }, [], { taxes });
    // 100 − 40 for January, whose 40 no line of usage can bear, and 100 for February.
    const first = documentOf(sold, JANUARY, [opening], { taxes });
    expect(sections(first)).toEqual(["60.00", "0.00", "6.00", "66.00"]);
    // January: 200 pages − 190, and −50 in place of −40, which its pages bear now. February: −40. March: 100. Together 60.
    const pages = [
      eventOf({
        id: "e1",
        timestamp: "2026-01-10T12:00:00Z",
        unitOfMeasure: "@page",
        quantity: 200,
      }),
    ];
    const second = documentOf(sold, FEBRUARY, [opening, first], {
      taxes,
      rerate: [{ period: JANUARY, usage: pages }],
    });
    expect(sections(second)).toEqual(["60.00", "0.00", "6.00", "66.00"]);
  });

  it("agrees with the three totals that Lago's own test expects", () => {
    // getlago/lago-api spec/services/invoices/apply_taxes_service_spec.rb: fees of 10 at 10 %, 20 at 10 and 12 %, 10 off.
    const charges = [fee("one", "10"), fee("two", "20")];
    const taxes = [
      { id: "ten", percent: 10 },
      { id: "twelve", percent: 12, appliesTo: { charges: ["two"] } },
    ];
    const bill = january(charges, taxes, { coupons: [off("off", { amount: "10" })] });
    // 6.67 + 13.33 at 10 % is 2.00; 13.33 at 12 % is 1.5996, so 1.60.
    expect(taxesOf(bill)).toEqual(["ten 20.00 2.00", "twelve 13.33 1.60"]);
    expect(sections(bill)).toEqual(["30.00", "-10.00", "3.60", "23.60"]);
  });
});

describe("taxes that the prices hold", () => {
  it("are taken out of them, and what the customer pays stays to the cent", () => {
    // Recurly's page says 217.69 + 22.32 = 240.01 for 300 less 20 %, at 10.25 % inclusive.
    const bill = january([fee("a", "300")], [{ id: "tax", percent: "10.25", inclusive: true }], {
      coupons: [off("off", { percent: 20 })],
    });
    expect(bill.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["recurring", "300.00"],
      ["coupon", "-60.00"],
      ["included-tax", "-22.31"],
      ["tax", "22.31"],
    ]);
    expect(sections(bill)).toEqual(["277.69", "-60.00", "22.31", "240.00"]);
    expect(taxesOf(bill)).toEqual(["tax 217.69 22.31"]);
  });

  it("may be several, one on the others", () => {
    // 100.00 × 1.05 × 1.10 = 115.50.
    const taxes = [
      { id: "gst", percent: 5, inclusive: true },
      { id: "qst", percent: 10, inclusive: true, compound: true },
    ];
    expect(taxesOf(january([fee("a", "115.50")], taxes))).toEqual([
      "gst 100.00 5.00",
      "qst 105.00 10.50",
    ]);
    // Side by side: 117.50 = 100 × (1 + 0.05 + 0.125).
    const beside = [taxes[0], { id: "pst", percent: "12.5", inclusive: true }] as const;
    expect(taxesOf(january([fee("a", "117.50")], unchecked(beside)))).toEqual([
      "gst 100.00 5.00",
      "pst 100.00 12.50",
    ]);
  });

  it("are not on one charge with others", () => {
    const taxes = [
      { id: "vat", percent: 20, inclusive: true },
      { id: "city", percent: 1, appliesTo: { charges: ["b"] } },
    ];
    expect(issuesOf(() => january([fee("a", "1"), fee("b", "1")], taxes))).toEqual([
      "mixed_tax_rates taxes",
    ]);
    const apart = [{ ...taxes[0], appliesTo: { charges: ["a"] } }, taxes[1]] as TaxRateInput[];
    expect(january([fee("a", "12"), fee("b", "100")], apart).total).toBe("113.00");
  });
});

describe("a marker", () => {
  const reverse: TaxRateInput = { id: "rc", name: "VAT", marker: "reverse-charge" };

  it("frees what it applies to from the other rates, and says so on a line of 0", () => {
    const charges = [fee("a", "100"), fee("b", "50", { taxCodes: ["school"] })];
    const exempt: TaxRateInput = {
      id: "school",
      marker: "exempt",
      appliesTo: { taxCodes: ["school"] },
    };
    const bill = january(charges, [{ id: "vat", percent: 20 }, exempt]);
    expect(taxesOf(bill)).toEqual(["school 50.00 0.00", "vat 100.00 20.00"]);
    expect(bill.total).toBe("170.00");
    expect(bill.lines[2]).toMatchObject({
      description: "school (exempt)",
      tax: { marker: "exempt", percent: "0" },
      appliedTo: [{ key: "recurring:b@2026-01-01", amount: "0.00" }],
    });
  });

  it("of reverse charge leaves the amount alone", () => {
    const bill = january([fee("a", "100")], [{ id: "vat", percent: 20 }, reverse]);
    expect([taxesOf(bill), bill.total]).toEqual([["rc 100.00 0.00"], "100.00"]);
  });
});

describe("a correction", () => {
  const charge = perUnit("outcome", "10", { outcome: { reverse: { signals: ["reopened"] } } });
  const sold = { plans: [planOf([charge])] };
  const event = (id: string, timestamp = "2026-01-10T00:00:00Z") =>
    eventOf({ id, subject: id, timestamp });
  const reopened = {
    id: "r1",
    customerId: "acme",
    subject: "b",
    name: "reopened",
    timestamp: "2026-02-03T00:00:00Z",
  };
  const events = [event("a"), event("b")];
  const nineteen = { id: "vat", percent: 19 };
  const sixteen = { id: "vat", percent: 16 };
  const first = documentOf(sold, JANUARY, [], { usage: events, taxes: [nineteen] });

  it("is taxed at the rate that was charged, and what is new at today's", () => {
    expect(first.total).toBe("23.80");
    const next = documentOf(sold, FEBRUARY, [stored(first)], {
      usage: [event("c", "2026-02-10T00:00:00Z")],
      taxes: [sixteen],
      rerate: [{ period: JANUARY, usage: [...events, reopened] }],
    });
    expect(taxesOf(next)).toEqual(["vat 10.00 1.60", "vat -10.00 -1.90"]);
    expect(next.total).toBe("-0.30");
    expect(new Set(next.lines.map(({ key }) => key)).size).toBe(next.lines.length);
  });

  it("by a credit note needs no rates", () => {
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
      rerate: [{ period: JANUARY, usage: [...events, reopened] }],
      asOf: "2026-02-05",
    });
    expect(taxesOf(note)).toEqual(["vat -10.00 -1.90"]);
    expect(note.total).toBe("-11.90");
  });

  it("of what was billed without tax has none", () => {
    const plain = documentOf(sold, JANUARY, [], { usage: events });
    const next = documentOf(sold, FEBRUARY, [plain], {
      usage: [],
      taxes: [sixteen],
      rerate: [{ period: JANUARY, usage: [...events, reopened] }],
    });
    expect([taxesOf(next), next.total]).toEqual([[], "-10.00"]);
  });

  it("reads the codes on record, whatever the catalog says today", () => {
    const coded = { ...charge, taxCodes: ["services"] };
    const taxes = [{ ...nineteen, appliesTo: { taxCodes: ["services"] } }];
    const january = documentOf({ plans: [planOf([coded])] }, JANUARY, [], { usage: events, taxes });
    expect(january.total).toBe("23.80");
    const next = documentOf(sold, FEBRUARY, [january], {
      usage: [],
      taxes,
      rerate: [{ period: JANUARY, usage: [...events, reopened] }],
    });
    expect(next.total).toBe("-11.90");
  });
});

describe("laws of taxes", () => {
  const percents = fc.constantFrom("0", "5", "7.7", "9.975", "19", "20", "33.333");
  const rates = (inclusive: boolean): fc.Arbitrary<TaxRateInput[]> =>
    fc.uniqueArray(
      fc.record({
        id: fc.constantFrom("t1", "t2", "t3", "t4"),
        percent: percents,
        inclusive: fc.constant(inclusive),
        compound: fc.boolean(),
        appliesTo: fc.constantFrom({}, {}, { taxCodes: ["none"] }),
      }),
      { selector: ({ id }) => id, maxLength: 4 },
    );
  const coupons = fc.constantFrom<CouponInput[][]>(
    [],
    [off("c", { percent: 15 })],
    [off("c", { amount: 20 })],
  );

  it("shares are the tax, sections are the total, and the order of rates means nothing", () => {
    fc.assert(
      fc.property(planCases(), rates(false), coupons, (one, taxes, list) => {
        const request = { ...requestFor(one), coupons: list };
        const [plain, bill] = [invoice(request), invoice({ ...request, taxes })];
        expect([bill.subtotal, bill.discounts]).toEqual([plain.subtotal, plain.discounts]);
        expect(units(bill.total)).toBe(units(plain.total) + units(bill.taxes));
        for (const { kind, appliedTo, amount } of bill.lines) {
          if (kind !== "tax") continue;
          expect(totalOf(appliedTo.map((share) => share.amount))).toBe(units(amount));
        }
        expect(invoice({ ...request, taxes: taxes.toReversed() })).toEqual(bill);
        expect(invoice(stored({ ...request, taxes }))).toEqual(bill);
      }),
      tries(75),
    );
  });

  it("prices that hold taxes are paid as they are", () => {
    fc.assert(
      fc.property(planCases(), rates(true), coupons, (one, taxes, list) => {
        const request = { ...requestFor(one), coupons: list };
        const [plain, bill] = [invoice(request), invoice({ ...request, taxes })];
        expect(bill.total).toBe(plain.total);
        expect(units(bill.subtotal) + units(bill.taxes)).toBe(units(plain.subtotal));
      }),
      tries(50),
    );
  });
});

describe("what the most that a plan bills takes off", () => {
  it("falls to what each charge owes net of its own maximum, so that nothing below nothing is taxed", () => {
    // 100 calls are held to 10; 10 and 90 are held to 50: 5 and 45 are taken off. 20 % of 10 - 5 is 1.00.
    const calls = perUnit("calls", "1", { maximum: "10", taxCodes: ["x"] });
    const plan = { ...planOf([calls, fee("platform", "90")]), maximumSpend: "50" };
    const taxes = [{ id: "vat", percent: 20, appliesTo: { taxCodes: ["x"] } }];
    const bill = documentOf({ plans: [plan] }, JANUARY, [], { taxes, usage: { calls: 100 } });
    expect(taxesOf(bill)).toEqual(["vat 5.00 1.00"]);
    expect(sections(bill)).toEqual(["50.00", "0.00", "1.00", "51.00"]);
  });
});

describe("bad input", () => {
  it("is refused, all of it at once", () => {
    const taxes = unchecked<TaxRateInput[]>([
      { id: "a" },
      { id: "b", percent: "-1" },
      { id: "c", percent: "ten" },
      { id: "d", percent: 1, marker: "free" },
      { id: "e", percent: 1, appliesTo: { charges: ["missing"] } },
      { id: "f", rate: 0.19, percent: 19 },
      { id: "e", percent: 1 },
    ]);
    expect(issuesOf(() => january([fee("a", "1")], taxes))).toEqual([
      "missing taxes.0.percent",
      "out_of_range taxes.1.percent",
      "not_a_decimal taxes.2.percent",
      "invalid_value taxes.3.marker",
      "unknown_charge taxes.4.appliesTo.charges.0",
      "unknown_key taxes.5.rate",
      "duplicate_id taxes.6.id",
    ]);
  });
});

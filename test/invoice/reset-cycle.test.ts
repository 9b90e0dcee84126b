/** Tiers, included units and limits that add up over a cycle of several bills. */
import fc from "fast-check";
import {
  type ChargeInput,
  creditNote,
  documentsDue,
  type Invoice,
  invoice,
  type ProductInput,
  type RatePlanInput,
  rateAmount,
  simulate,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billMonths, monthAt, MONTHLY as subscription, sumOf, totals } from "../support/months.js";
import { stored, units } from "../support/plans.js";
import { tries } from "../support/tries.js";

function catalogOf(
  charge: Partial<UsageChargeInput> & { readonly pricing: unknown },
  plan: Partial<RatePlanInput> = {},
): ProductInput {
  const own = {
    id: "calls",
    name: "Calls",
    chargeType: "usage",
    unitOfMeasure: "call",
    resetCycle: "annual",
    ...charge,
  } as ChargeInput;
  return {
    id: "p",
    name: "Agent",
    agentType: "support",
    effectiveDate: "2025-01-01",
    ratePlans: [
      {
        id: "basic",
        name: "Basic",
        currency: "USD",
        billingCycle: "monthly",
        effectiveDate: "2025-01-01",
        ...plan,
        charges: [own],
      },
    ],
  };
}

describe("an allowance of a year on monthly documents", () => {
  const catalog = catalogOf({ includedUnits: 50, pricing: { model: "per-unit", unitPrice: 10 } });

  it("is used up month after month: 40, 30 and 5 units of 50 free ones bill 0, 200 and 50", () => {
    // 40 of 50 are free; of 30 more, 10 are free and 20 cost 10 each; then 5 × 10.
    expect(totals(billMonths(catalog, [40, 30, 5]))).toEqual(["0.00", "200.00", "50.00"]);
  });

  it("needs no more than the last document", () => {
    const last = (documents: readonly Invoice[]) => documents.slice(-1);
    expect(totals(billMonths(catalog, [40, 30, 5], { keep: last }))).toEqual([
      "0.00",
      "200.00",
      "50.00",
    ]);
  });

  it("begins anew with the year", () => {
    const quantities = [60, ...Array.from({ length: 11 }, () => 0), 60];
    const documents = billMonths(catalog, quantities);
    expect(documents.at(0)?.total).toBe("100.00");
    expect(documents.at(12)?.total).toBe("100.00");
  });

  it("asks for the last document by its key", () => {
    const [, second] = billMonths(catalog, [40, 30]);
    const april = () =>
      invoice({
        catalog,
        subscription,
        period: monthAt(3),
        usage: { calls: 1 },
        previous: second === undefined ? [] : [second],
      });
    expect(april).toThrow("previous must hold document period:s1@2026-03-01/2026-04-01");
  });

  it("counts events of earlier months while there are no documents", () => {
    const event = (id: string, timestamp: string, quantity: number) => ({
      id,
      customerId: "acme",
      unitOfMeasure: "call",
      timestamp,
      quantity,
    });
    const usage = [
      event("a", "2026-01-10T00:00:00Z", 40),
      event("b", "2026-02-10T00:00:00Z", 30),
      event("c", "2026-03-10T00:00:00Z", 5),
    ];
    const march = invoice({ catalog, subscription, period: monthAt(2), usage });
    expect(march.total).toBe("50.00");
  });
});

describe("tiers over a year on monthly documents", () => {
  const tiers = [{ upTo: 100, unitPrice: 50 }, { upTo: 500, unitPrice: 40 }, { unitPrice: 30 }];

  it("go on where the month before has left them", () => {
    // 80 × 50; 20 × 50 + 40 × 40; 360 × 40 + 40 × 30
    const catalog = catalogOf({ pricing: { model: "tiered", tiers } });
    expect(totals(billMonths(catalog, [80, 60, 400]))).toEqual(["4000.00", "2600.00", "15600.00"]);
  });

  it("price all units anew under a volume model, with a signed line", () => {
    // 80 × 50 = 4000; 140 × 40 − 4000 = 1600; 101 units would be 4040: 100 → 101 takes 960 back.
    const catalog = catalogOf({ pricing: { model: "volume", tiers } });
    expect(totals(billMonths(catalog, [100, 1]))).toEqual(["5000.00", "-960.00"]);
  });
});

describe("limits over a year on monthly documents", () => {
  it("hold a maximum for all months together, and make up for the minimum with the last", () => {
    const catalog = catalogOf({
      minimum: 100,
      maximum: 150,
      pricing: { model: "per-unit", unitPrice: 1 },
    });
    // 100 + 60 − 10 over the maximum; nothing more after it.
    const high = billMonths(catalog, [100, 60, 20]);
    expect(totals(high)).toEqual(["100.00", "50.00", "0.00"]);
    const low = billMonths(catalog, [30, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
    expect(totals(low).slice(0, 3)).toEqual(["30.00", "20.00", "0.00"]);
    // 10, and 40 to the minimum of 100.
    expect(totals(low).at(-1)).toBe("50.00");
  });

  it("are measured before the most that the plan bills of earlier months", () => {
    const pricing = { model: "per-unit", unitPrice: 1 } as const;
    const calls = { minimum: 100, resetCycle: "quarterly", pricing } as const;
    const capped = catalogOf(calls, { maximumSpend: 50 });
    // 80 held to 50; nothing; 10, and 10 more to the minimum, of which 80 were charged in January.
    expect(totals(billMonths(capped, [80, 0, 10]))).toEqual(["50.00", "0.00", "20.00"]);
  });
});

const models = fc.constantFrom<ChargeInput["pricing"]>(
  { model: "per-unit", unitPrice: "0.333" },
  { model: "tiered", tiers: [{ upTo: 10, unitPrice: "1.111", flatFee: 3 }, { unitPrice: "0.7" }] },
  { model: "volume", tiers: [{ upTo: 10, unitPrice: "1.111" }, { unitPrice: "0.7" }] },
  {
    model: "stairstep",
    tiers: [{ upTo: 10, flatFee: 5 }, { upTo: 100, flatFee: 20 }, { flatFee: 30 }],
  },
  { model: "package", size: 7, price: "2.5" },
);

describe("a cycle of several bills", () => {
  it("is billed with all of them as with one: F(so far) less F(billed so far) telescopes to the cent", () => {
    fc.assert(
      fc.property(
        models,
        fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 12, maxLength: 12 }),
        fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
        (pricing, thousandths, included) => {
          const own = { pricing, ...(included === undefined ? {} : { includedUnits: included }) };
          const catalog = catalogOf(own as never);
          const quantities = thousandths.map((each) => String(each / 100));
          const all = billMonths(catalog, quantities);
          const whole = thousandths.reduce((a, b) => a + b, 0) / 100;
          const charge = catalog.ratePlans[0]?.charges[0] as ChargeInput;
          const once = rateAmount(
            { ...charge, currency: "USD" } as ChargeInput,
            String(whole.toFixed(2)),
          );
          expect(sumOf(all)).toBe(units(once));
        },
      ),
      tries(8),
    );
  });

  it("rated again in one month, bills the difference of all months since, once", () => {
    fc.assert(
      fc.property(
        models,
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 60 }),
        (pricing, quantities, month, other) => {
          const catalog = catalogOf({ pricing, includedUnits: 15 } as never);
          const documents = billMonths(catalog, quantities);
          const corrected = quantities.map((each, index) => (index === month ? other : each));
          const note = stored(
            creditNote({
              catalog,
              subscription,
              previous: documents,
              rerate: [{ period: monthAt(month), usage: { calls: other } }],
              asOf: "2026-07-02",
            }),
          );
          const expected = billMonths(catalog, corrected);
          expect(sumOf([...documents, note])).toBe(sumOf(expected));
          const next = (previous: readonly Invoice[]) =>
            invoice({ catalog, subscription, period: monthAt(6), usage: { calls: 9 }, previous });
          expect(next([...documents, note]).total).toBe(next(expected).total);
        },
      ),
      tries(8),
    );
  });

  it("is simulated as a whole", () => {
    const catalog = catalogOf({ includedUnits: 50, pricing: { model: "per-unit", unitPrice: 10 } });
    expect(simulate(catalog, { calls: 75 }).amount).toBe("250.00");
  });
});

describe("documents that documentsDue names", () => {
  it.each<[string, Partial<UsageChargeInput>]>([
    ["an allowance of a year", { includedUnits: 20 }],
    ["limits of a year", { minimum: 500, maximum: 900 }],
  ])("are all that %s needs", (_, fields) => {
    const catalog = catalogOf({ ...fields, pricing: { model: "per-unit", unitPrice: 10 } });
    const bill = (isNeeded: (key: string, named: readonly string[]) => boolean) => {
      const documents: Invoice[] = [];
      for (let month = 0; month < 13; month += 1) {
        const last = documents.at(-1);
        const options = { catalog, until: "2027-12-01", ...(last === undefined ? {} : { last }) };
        const [due] = documentsDue(subscription, options);
        const named = [...(due?.previous ?? []), last?.idempotencyKey ?? ""];
        const previous = documents.filter((each) => isNeeded(each.idempotencyKey, named));
        const usage = { calls: (month * 7) % 11 };
        const request = { catalog, subscription, period: monthAt(month), usage };
        documents.push(stored(invoice({ ...request, previous })));
      }
      return totals(documents);
    };
    expect(bill((key, named) => named.includes(key))).toEqual(bill(() => true));
  });
});

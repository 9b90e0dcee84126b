/** Included units for each of something that is held, and those that are left of earlier periods. */
import fc from "fast-check";
import {
  type ChargeInput,
  creditNote,
  type Invoice,
  invoice,
  isPricingError,
  type ProductInput,
  rate,
  type SubscriptionInput,
  simulate,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billMonths, MONTHLY, monthAt, sumOf, totals } from "../support/months.js";
import { stored } from "../support/plans.js";
import { tries } from "../support/tries.js";

function catalogOf(includedUnits: unknown, more: Partial<ChargeInput> = {}): ProductInput {
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
        charges: [
          {
            id: "seats",
            name: "Seats",
            chargeType: "recurring",
            unitOfMeasure: "@seat",
            pricing: { model: "per-unit", unitPrice: 0 },
          },
          {
            id: "calls",
            name: "Calls",
            chargeType: "usage",
            unitOfMeasure: "call",
            includedUnits,
            pricing: { model: "per-unit", unitPrice: 1 },
            ...more,
          } as ChargeInput,
        ],
      },
    ],
  };
}

const subscription: SubscriptionInput = { ...MONTHLY, quantities: { seats: 5 } };

const bill = (catalog: ProductInput, quantities: readonly number[]) =>
  billMonths(catalog, quantities, { subscription });

/** What a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return isPricingError(error) ? error : undefined;
  }
  return undefined;
}

describe("an allowance for each seat", () => {
  const catalog = catalogOf({ units: 100, per: "seats" });

  it("is as many units as there are seats: 5 × 100 free, so 650 calls bill 150", () => {
    expect(totals(bill(catalog, [650]))).toEqual(["150.00"]);
  });

  it("counts seats by the days that they are held", () => {
    // June has 30 days: 5 seats for 15, 10 for 15, so 7.5 × 100 = 750 free.
    const own = {
      ...subscription,
      startDate: "2026-06-01",
      changes: [{ effectiveDate: "2026-06-16", quantities: { seats: 10 } }],
    };
    const document = invoice({
      catalog,
      subscription: own,
      period: { start: "2026-06-01", end: "2026-07-01" },
      usage: { calls: 800 },
    });
    expect(document.total).toBe("50.00");
  });

  it("is simulated with the seats that are given, on a plan and on a charge by itself", () => {
    const [plan] = catalog.ratePlans;
    const charge = { ...plan?.charges[1], currency: "USD" } as ChargeInput;
    expect(simulate(catalog, { calls: 650, seats: 5 }).amount).toBe("150.00");
    expect(simulate(catalog, { calls: 650 }, { quantities: { seats: 5 } }).amount).toBe("150.00");
    expect(simulate(charge, 650, { quantities: { seats: 5 } }).amount).toBe("150.00");
    expect(thrownBy(() => simulate(charge, 650))).toMatchObject({
      issues: [{ code: "missing_quantity", path: ["quantities", "seats"] }],
    });
    expect(thrownBy(() => rate(charge, 650))).toMatchObject({
      issues: [{ code: "missing_quantity", path: ["includedUnits", "per"] }],
    });
  });

  it("follows a number of seats that is dated back, when the period is rated again", () => {
    const documents = bill(catalog, [650]);
    const own = { ...subscription, quantities: { seats: 6 } };
    const note = creditNote({
      catalog,
      subscription: own,
      previous: documents,
      rerate: [{ period: monthAt(0), usage: { calls: 650 } }],
      asOf: "2026-02-02",
    });
    // 6 × 100 free: 50 instead of 150.
    expect(note.total).toBe("-100.00");
  });
});

describe("what is left of included units", () => {
  it("is used in later periods, before their own", () => {
    const catalog = catalogOf({ units: 100, rollover: { periods: 1 } });
    // 60 used, 40 left; 130 of 140; 10 left of its own 100; 115 of 110; 100 of 100.
    expect(totals(bill(catalog, [60, 130, 115, 100]))).toEqual(["0.00", "0.00", "5.00", "0.00"]);
  });

  it("is lost after so many periods, the oldest first", () => {
    const two = catalogOf({ units: 100, rollover: { periods: 2 } });
    // 300 in March: 100 of January, 100 of February, 100 of its own. In April those of January would be lost.
    expect(totals(bill(two, [0, 0, 300]))).toEqual(["0.00", "0.00", "0.00"]);
    expect(totals(bill(two, [0, 0, 0, 400])).at(-1)).toBe("100.00");
    // 50 in February are of January's: 50 of them are left in March, and are lost with it.
    expect(totals(bill(two, [0, 50, 0, 350])).at(-1)).toBe("50.00");
  });

  it("is carried up to a limit", () => {
    const capped = catalogOf({ units: 100, rollover: { periods: 12, max: 150 } });
    expect(totals(bill(capped, [0, 0, 0, 251])).at(-1)).toBe("1.00");
  });

  it("goes with the seats: 5 × 100 and what is left of them", () => {
    const catalog = catalogOf({ units: 100, per: "seats", rollover: { periods: 1 } });
    expect(totals(bill(catalog, [200, 810]))).toEqual(["0.00", "10.00"]);
  });

  it("is granted, used, lost or left: nothing else, whatever is corrected", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 250 }), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 250 }),
        (quantities, periods, max, month, other) => {
          const rollover = max === undefined ? { periods } : { periods, max };
          const catalog = catalogOf({ units: 100, rollover });
          const documents = bill(catalog, quantities);
          expect(totals(documents)).toEqual(byHand(quantities, periods, max));
          const corrected = quantities.map((each, index) => (index === month ? other : each));
          const note = creditNote({
            catalog,
            subscription,
            previous: documents,
            rerate: [{ period: monthAt(month), usage: { calls: other } }],
            asOf: "2026-06-02",
          });
          const expected = bill(catalog, corrected);
          expect(sumOf([...documents, stored(note)])).toBe(sumOf(expected));
          const next = (previous: readonly Invoice[]) =>
            invoice({ catalog, subscription, period: monthAt(5), usage: { calls: 170 }, previous });
          expect(next([...documents, stored(note)]).total).toBe(next(expected).total);
        },
      ),
      tries(13),
    );
  });
});

/** One unit after the other, each from the oldest grant that there is. */
function byHand(quantities: readonly number[], periods: number, max: number | undefined) {
  let grants: { units: number; last: number }[] = [];
  return quantities.map((quantity, index) => {
    grants = grants.filter(({ last, units: left }) => last >= index && left > 0);
    for (
      let over = grants.reduce((all, { units: left }) => all + left, 0) - (max ?? 1e9);
      over > 0;
      over -= 1
    ) {
      const oldest = grants.find(({ units: left }) => left > 0);
      if (oldest !== undefined) oldest.units -= 1;
    }
    grants.push({ units: 100, last: index + periods });
    let billed = 0;
    for (let unit = 0; unit < quantity; unit += 1) {
      const from = grants.find(({ units: left }) => left > 0);
      if (from === undefined) billed += 1;
      else from.units -= 1;
    }
    return `${billed}.00`;
  });
}

describe("included units that cannot be", () => {
  it("are refused with code and path, all at once", () => {
    const bad = catalogOf({ units: -1, per: "chairs", rollover: { periods: 0, max: "x" } }, {
      resetCycle: "weekly",
    } as Partial<ChargeInput>);
    const error = thrownBy(() => simulate(bad, { calls: 1 }));
    const at = ["ratePlans", 0, "charges", 1];
    expect(error).toMatchObject({
      issues: expect.arrayContaining([
        expect.objectContaining({ code: "out_of_range", path: [...at, "includedUnits", "units"] }),
        expect.objectContaining({ code: "unknown_charge", path: [...at, "includedUnits", "per"] }),
        expect.objectContaining({
          code: "out_of_range",
          path: [...at, "includedUnits", "rollover", "periods"],
        }),
        expect.objectContaining({
          code: "not_a_decimal",
          path: [...at, "includedUnits", "rollover", "max"],
        }),
        expect.objectContaining({ code: "cycle_mismatch", path: [...at, "resetCycle"] }),
        expect.objectContaining({
          code: "field_not_allowed",
          path: [...at, "includedUnits", "per"],
        }),
      ]),
    });
  });

  it("say which key was meant", () => {
    const error = thrownBy(() => simulate(catalogOf({ unit: 5 }), { calls: 1 }));
    expect(error).toMatchObject({
      issues: expect.arrayContaining([
        expect.objectContaining({
          code: "unknown_key",
          path: ["ratePlans", 0, "charges", 1, "includedUnits", "unit"],
        }),
      ]),
    });
  });

  it("are refused where quantities do not add up", () => {
    const own = { aggregation: "max", resetCycle: "annual" } as Partial<ChargeInput>;
    const error = thrownBy(() =>
      simulate(catalogOf({ units: 5, rollover: { periods: 1 } }, own), { calls: 1 }),
    );
    const at = ["ratePlans", 0, "charges", 1];
    expect(error).toMatchObject({
      issues: expect.arrayContaining([
        expect.objectContaining({ code: "field_not_allowed", path: [...at, "resetCycle"] }),
        expect.objectContaining({
          code: "field_not_allowed",
          path: [...at, "includedUnits", "rollover"],
        }),
      ]),
    });
  });
});

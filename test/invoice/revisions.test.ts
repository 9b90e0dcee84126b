/** Prices that are revised: when a revision holds, for whom, and whether it divides a period. */
import {
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Period,
  parseCharge,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { eventOf, fee, issuesOf, perUnit, planOf, productOf } from "../support/plans.js";

const JUNE: Period = { start: "2026-06-01", end: "2026-07-01" };
const JULY: Period = { start: "2026-07-01", end: "2026-08-01" };

type RevisionRow = {
  readonly effectiveDate: string;
  readonly amount: string;
  readonly withinPeriod?: "hold" | "split";
  readonly appliesTo?: "all" | "new";
};

/** A fee of 100 with these revisions. */
function revised(rows: readonly RevisionRow[], more: Partial<ChargeInput> = {}): ChargeInput {
  const revisions = rows.map(({ amount, ...row }) => ({
    ...row,
    pricing: { model: "flat", amount },
  }));
  return fee("fee", "100", { revisions, ...more } as Partial<ChargeInput>);
}

function bill(
  charges: readonly ChargeInput[],
  period: Period = JUNE,
  subscription: Partial<SubscriptionInput> = {},
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return invoice({
    catalog: productOf(planOf(charges), planOf(charges, { id: "twin" })),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...subscription,
    },
    period,
    usage: {},
    ...more,
  });
}

function services({ lines }: Invoice): readonly string[] {
  return lines.map(
    ({ servicePeriod: { start, end }, amount }) => `${start.slice(5)}/${end.slice(5)} ${amount}`,
  );
}

const middle = { effectiveDate: "2026-06-16", amount: "200" };

describe("a revision inside a period", () => {
  it("lets the price at the period's start hold, where nothing is said", () => {
    expect(services(bill([revised([middle])]))).toEqual(["06-01/07-01 100.00"]);
    expect(services(bill([revised([middle])], JULY))).toEqual(["07-01/08-01 200.00"]);
  });

  it("may split the period", () => {
    const charge = revised([{ ...middle, withinPeriod: "split" }]);
    expect(services(bill([charge]))).toEqual(["06-01/06-16 50.00", "06-16/07-01 100.00"]);
    expect(services(bill([charge], JULY))).toEqual(["07-01/08-01 200.00"]);
  });

  it("on the first day of the period holds for all of it", () => {
    for (const withinPeriod of ["hold", "split"] as const) {
      const charge = revised([{ ...middle, effectiveDate: "2026-06-01", withinPeriod }]);
      expect(services(bill([charge]))).toEqual(["06-01/07-01 200.00"]);
    }
  });

  it("may be one of several, listed in any order: the latest that holds counts", () => {
    const charge = revised([
      { effectiveDate: "2026-06-21", amount: "400", withinPeriod: "split" },
      { effectiveDate: "2026-06-06", amount: "999" },
      { effectiveDate: "2026-06-11", amount: "300", withinPeriod: "split" },
    ]);
    // A third each of 100, 300 and 400; that of the 6th holds nothing in June: 300 and 400 are later.
    expect(services(bill([charge]))).toEqual([
      "06-01/06-11 33.33",
      "06-11/06-21 100.00",
      "06-21/07-01 133.33",
    ]);
  });

  it("splits usage by its time, and starts its tiers anew", () => {
    const tiers = (first: string) => ({
      model: "tiered" as const,
      tiers: [{ upTo: 10, unitPrice: first }, { unitPrice: "0.50" }],
    });
    const charge = perUnit("outcome", "1", {
      pricing: tiers("1"),
      revisions: [{ effectiveDate: "2026-06-16", pricing: tiers("2"), withinPeriod: "split" }],
    });
    const usage = [
      eventOf({ id: "a", timestamp: "2026-06-15T23:59:59.999Z", quantity: 12 }),
      eventOf({ id: "b", timestamp: "2026-06-16T00:00:00Z", quantity: 4 }),
    ];
    expect(services(bill([charge], JUNE, {}, { usage }))).toEqual([
      "06-01/06-16 11.00",
      "06-16/07-01 8.00",
    ]);
    const goesOn = bill([charge], JUNE, {}, { usage, policy: { tiersAtChange: "continue" } });
    expect(services(goesOn)).toEqual(["06-01/06-16 11.00", "06-16/07-01 2.00"]);
  });

  it("of a discount splits what it is taken off", () => {
    const off: ChargeInput = {
      id: "off",
      name: "off",
      chargeType: "recurring",
      pricing: { model: "discount", percent: "10" },
      revisions: [
        {
          effectiveDate: "2026-06-16",
          pricing: { model: "discount", percent: "50" },
          withinPeriod: "split",
        },
      ],
    };
    // 10 % of the first 50 and 50 % of the second.
    expect(bill([fee("fee", "100"), off]).total).toBe("70.00");
    const held = { ...off, revisions: off.revisions?.map(({ withinPeriod: _, ...rest }) => rest) };
    expect(bill([fee("fee", "100"), held as ChargeInput]).total).toBe("90.00");
  });

  it("of an annual fee holds until its own year is over", () => {
    const charge = revised([{ ...middle, effectiveDate: "2026-06-16" }], {
      billingCycle: "quarterly",
    } as Partial<ChargeInput>);
    const august = { start: "2026-08-01", end: "2026-09-01" };
    expect(services(bill([charge], august))).toEqual(["06-01/09-01 100.00"]);
    const november = { start: "2026-11-01", end: "2026-12-01" };
    expect(services(bill([charge], november))).toEqual(["09-01/12-01 200.00"]);
  });

  it("of a one-time charge counts on the day on which it is due", () => {
    const setup = (effectiveDate: string): ChargeInput => ({
      id: "setup",
      name: "setup",
      chargeType: "one-time",
      pricing: { model: "flat", amount: "50" },
      revisions: [{ effectiveDate, pricing: { model: "flat", amount: "70" } }],
    });
    expect(bill([setup("2026-06-01")]).total).toBe("70.00");
    expect(bill([setup("2026-06-02")]).total).toBe("50.00");
  });
});

describe("a revision for new subscriptions", () => {
  const charge = revised([{ ...middle, appliesTo: "new" }]);

  it("leaves those alone that were on the plan before", () => {
    expect(services(bill([charge], JULY))).toEqual(["07-01/08-01 100.00"]);
    const before = { startDate: "2026-06-15" };
    expect(bill([charge], { start: "2026-07-15", end: "2026-08-15" }, before).total).toBe("100.00");
    const from = { startDate: "2026-06-16" };
    expect(bill([charge], { start: "2026-06-16", end: "2026-07-16" }, from).total).toBe("200.00");
  });

  it("holds for those that come onto the plan by a change", () => {
    const moved = { changes: [{ effectiveDate: "2026-06-21", ratePlanId: "twin" }] };
    // 20 days at 100, 10 at 200
    expect(services(bill([charge], JUNE, moved))).toEqual([
      "06-01/06-21 66.67",
      "06-21/07-01 66.67",
    ]);
    const early = { changes: [{ effectiveDate: "2026-06-11", ratePlanId: "twin" }] };
    expect(services(bill([charge], JULY, early))).toEqual(["07-01/08-01 100.00"]);
  });

  it("is meant more precisely than one for all on the same date", () => {
    const both = revised([
      { ...middle, appliesTo: "new" },
      { ...middle, amount: "300" },
    ]);
    expect(bill([both], JULY).total).toBe("300.00");
    const from = { startDate: "2026-06-16" };
    expect(bill([both], { start: "2026-06-16", end: "2026-07-16" }, from).total).toBe("200.00");
  });

  it("is outlived by a later one for all", () => {
    const later = revised([
      { ...middle, appliesTo: "new" },
      { effectiveDate: "2026-07-01", amount: "300" },
    ]);
    expect(bill([later], JULY, { startDate: "2026-06-20", billingAnchor: "calendar" }).total).toBe(
      "300.00",
    );
  });
});

describe("a revision beside an override", () => {
  it("changes nothing, and does not even cut", () => {
    const charge = revised([{ ...middle, withinPeriod: "split" }]);
    const own = { overrides: { fee: { model: "flat" as const, amount: "70" } } };
    expect(services(bill([charge], JUNE, own))).toEqual(["06-01/07-01 70.00"]);
  });

  it("holds again when the override is taken back", () => {
    const charge = revised([{ ...middle, withinPeriod: "split" }]);
    const own = {
      overrides: { fee: { model: "flat" as const, amount: "70" } },
      changes: [{ effectiveDate: "2026-06-21", overrides: { fee: null } }],
    };
    // 70 × 20/30 = 46.67; 200 × 10/30 = 66.67
    expect(services(bill([charge], JUNE, own))).toEqual(["06-01/06-21 46.67", "06-21/07-01 66.67"]);
  });
});

describe("a revision in advance", () => {
  it("is billed for the period in which it holds", () => {
    const charge = revised([{ effectiveDate: "2026-07-01", amount: "200" }], {
      billingTiming: "in-advance",
    } as Partial<ChargeInput>);
    const opening = bill([charge], { start: "2026-06-01", end: "2026-06-01" });
    expect(services(opening)).toEqual(["06-01/07-01 100.00"]);
    expect(services(bill([charge], JUNE, {}, { previous: [opening] }))).toEqual([
      "07-01/08-01 200.00",
    ]);
  });

  it("that came into the catalog later does not change what was sold", () => {
    const before = revised([], { billingTiming: "in-advance" } as Partial<ChargeInput>);
    const after = revised([{ effectiveDate: "2026-07-01", amount: "200" }], {
      billingTiming: "in-advance",
    } as Partial<ChargeInput>);
    const opening = bill([before], { start: "2026-06-01", end: "2026-06-01" });
    const june = bill([before], JUNE, {}, { previous: [opening] });
    const july = bill([after], JULY, {}, { previous: [june] });
    expect(services(july)).toEqual(["08-01/09-01 200.00"]);
  });
});

describe("bad revisions", () => {
  it("are refused before the plan is sold", () => {
    const charge = revised([{ effectiveDate: "2019-12-31", amount: "5" }]);
    expect(issuesOf(() => bill([charge]))).toEqual([
      "revision_too_early catalog.ratePlans.0.charges.0.revisions.0.effectiveDate",
      "revision_too_early catalog.ratePlans.1.charges.0.revisions.0.effectiveDate",
    ]);
    const first = revised([{ effectiveDate: "2020-01-01", amount: "5" }]);
    expect(bill([first]).total).toBe("5.00");
  });

  it("are refused twice on one date for the same subscriptions", () => {
    const twice = revised([middle, { ...middle, amount: "300" }]);
    expect(issuesOf(() => parseCharge({ ...twice, currency: "USD" }))).toEqual([
      "duplicate_change revisions.1.effectiveDate",
    ]);
  });

  it("are refused where they would split what cannot be added up", () => {
    const charge = perUnit("outcome", "1", {
      aggregation: "max",
      revisions: [
        {
          effectiveDate: "2026-06-16",
          pricing: { model: "per-unit", unitPrice: "2" },
          withinPeriod: "split",
        },
      ],
    });
    expect(issuesOf(() => bill([charge]))).toContain(
      "not_splittable catalog.ratePlans.0.charges.0.revisions.0.withinPeriod",
    );
  });

  it("are refused where they price something else", () => {
    const charge = fee("fee", "100", {
      revisions: [{ effectiveDate: "2026-06-16", pricing: { model: "per-unit", unitPrice: "2" } }],
      unitOfMeasure: "@seat",
    } as Partial<ChargeInput>);
    expect(issuesOf(() => parseCharge({ ...charge, currency: "USD" }))).toEqual([
      "model_not_allowed revisions.0.pricing.model",
    ]);
  });
});

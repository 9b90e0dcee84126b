/** Everything that the arbitraries make is valid: it parses, it can be simulated, and its documents are written without an issue. */
import fc from "fast-check";
import {
  billingPeriods,
  documentsDue,
  type Invoice,
  invoice,
  type ModelName,
  type Period,
  parseCharge,
  parseEvents,
  parseProduct,
  parseRatePlan,
  parseSubscription,
  simulate,
  verify,
} from "rateplan";
import { aProduct, aRatePlan, aUsageCharge } from "rateplan/testing";
import {
  anyCharge,
  anyEvents,
  anyHistory,
  anyProduct,
  anyQuantities,
  anyRatePlan,
  anySubscription,
  type History,
} from "rateplan/testing/arbitraries";
import { describe, expect, it } from "vitest";
import { issuesOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const JANUARY: Period = { start: "2026-01-01", end: "2026-02-01" };
/** Documents of a history; with daily billing it has a hundred, which say no more than a few. */
const MOST = 8;

function documentsOf({ catalog, subscription, usage, period }: History): readonly Invoice[] {
  const documents: Invoice[] = [];
  while (documents.length < MOST) {
    const last = documents.at(-1);
    const [due] = documentsDue(subscription, { catalog, until: period.end, ...(last && { last }) });
    if (due === undefined) break;
    const request = { catalog, subscription, period: due.period, usage, previous: documents };
    documents.push(invoice(request));
  }
  return documents;
}

describe("anyCharge", () => {
  it("makes charges that parse and can be simulated with events", () => {
    fc.assert(
      fc.property(
        anyCharge().chain((each) => fc.tuple(fc.constant(each), anyQuantities([each]))),
        anyEvents(JANUARY),
        ([charge, quantities], events) => {
          expect(parseCharge(charge).id).toBe("charge");
          expect(simulate(charge, events, { quantities }).currency).toBe(charge.currency);
        },
      ),
    );
  });

  it("makes charges of every type and model", () => {
    const charges = fc.sample(anyCharge(), { seed: 1, numRuns: 500 });
    const models = [...new Set(charges.map(({ pricing }) => pricing.model))].sort();
    expect(models).toEqual([
      "flat",
      "matrix",
      "overage",
      "package",
      "per-unit",
      "percentage",
      "pre-rated",
      "stairstep",
      "tiered",
      "volume",
    ] satisfies ModelName[]);
    const types = [...new Set(charges.map(({ chargeType }) => chargeType))].sort();
    expect(types).toEqual(["one-time", "recurring", "usage"]);
  });
});

describe("anyRatePlan and anyProduct", () => {
  it("make plans that parse and can be simulated with events", () => {
    fc.assert(
      fc.property(
        anyRatePlan().chain((each) => fc.tuple(fc.constant(each), anyQuantities(each.charges))),
        anyEvents(JANUARY),
        ([plan, quantities], events) => {
          expect(simulate(plan, events, { quantities }).currency).toBe(
            parseRatePlan(plan).currency,
          );
        },
      ),
    );
  });

  it("make products of plans in one currency, whose charges have ids of their own", () => {
    fc.assert(
      fc.property(anyProduct(), (input) => {
        const { ratePlans } = parseProduct(input);
        const ids = ratePlans.flatMap(({ charges }) => charges.map(({ id }) => id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(ratePlans.map(({ currency }) => currency)).size).toBe(1);
      }),
    );
  });
});

describe("anySubscription", () => {
  it("makes subscriptions that parse, to plans of the product", () => {
    const cases = anyProduct().chain((product) =>
      anySubscription(product).map((subscription) => ({ product, subscription })),
    );
    fc.assert(
      fc.property(cases, ({ product, subscription }) => {
        const plans = product.ratePlans.map(({ id }) => id);
        expect(plans).toContain(parseSubscription(subscription).ratePlanId);
      }),
    );
  });

  it.each([
    ["later", { effectiveDate: "2027-03-01" }],
    ["later, from an instant on", { effectiveDate: "2027-03-01T23:30:00-05:00" }],
    ["for a while", { effectiveDate: "2024-02-01", endDate: "2024-02-03" }],
  ])("makes subscriptions to what is on sale %s", (_, dates) => {
    const catalog = aProduct({
      ...dates,
      ratePlans: [aRatePlan(), aRatePlan({ id: "other", effectiveDate: dates.effectiveDate })],
    });
    fc.assert(
      fc.property(anySubscription(catalog), (subscription) => {
        expect(billingPeriods(subscription, { catalog }).length).toBeGreaterThan(0);
      }),
    );
  });

  it("refuses a product of which nothing can be bought at any time", () => {
    const gone = aRatePlan({ id: "gone", endDate: "2021-01-01" });
    expect(issuesOf(() => anySubscription(aProduct({ ratePlans: [gone] })))).toEqual([
      "outside_effective_dates ratePlans",
    ]);
  });

  it("refuses a product without plans, of which nothing can be bought", () => {
    expect(issuesOf(() => anySubscription(aProduct({ ratePlans: [] })))).toEqual([
      "missing ratePlans",
    ]);
  });
});

describe("anyEvents", () => {
  it("makes events and signals that parse, all in the period", () => {
    fc.assert(
      fc.property(anyEvents(JANUARY), (events) => {
        for (const { timestamp } of parseEvents(events)) {
          expect(timestamp >= "2026-01-01T00:00:00.000Z").toBe(true);
          expect(timestamp < "2026-02-01T00:00:00.000Z").toBe(true);
        }
      }),
    );
  });

  it("counts the units that are named", () => {
    const [events = []] = fc.sample(
      anyEvents(JANUARY, ["call"]).filter((list) => list.length > 20),
      {
        seed: 1,
        numRuns: 1,
      },
    );
    const units = events.flatMap((event) =>
      "unitOfMeasure" in event ? [event.unitOfMeasure] : [],
    );
    expect([...new Set(units)]).toEqual(["call"]);
  });

  it.each([
    [{ start: "2026-02-30", end: "2026-03-01" }, "invalid_date over.start"],
    [{ start: "2026-02-01", end: "2026-01-01" }, "end_before_start over.end"],
  ])("refuses %j", (period, code) => {
    expect(issuesOf(() => anyEvents(period))).toEqual([code]);
  });
});

describe("anyHistory", () => {
  it("makes histories whose documents are written and verified without an issue", {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(anyHistory(), (history) => {
        const documents = documentsOf(history);
        const [first] = documents;
        if (first === undefined) return;
        const { catalog, subscription, usage } = history;
        const request = { catalog, subscription, period: first.period, usage };
        expect(verify(first, request).ok).toBe(true);
      }),
      tries(25),
    );
  });

  it("has events that are billed in many histories", () => {
    const histories = fc.sample(anyHistory(), { seed: 1, numRuns: 40 });
    const billed = histories.filter((history) =>
      documentsOf(history).some(({ usage }) => usage.counts.matched > 0),
    );
    expect(billed.length).toBeGreaterThan(histories.length / 4);
  });

  it("tells of the product that is given, in the units that it counts", () => {
    const product = aProduct({
      ratePlans: [aRatePlan({ charges: [aUsageCharge({ unitOfMeasure: "call" })] })],
    });
    for (const { catalog, usage } of fc.sample(anyHistory(product), { seed: 1, numRuns: 20 })) {
      expect(catalog).toBe(product);
      const units = usage.flatMap((event) =>
        "unitOfMeasure" in event ? [event.unitOfMeasure] : [],
      );
      expect(units.every((unit) => unit === "call")).toBe(true);
    }
  });
});

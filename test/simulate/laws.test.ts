import fc from "fast-check";
import {
  type InvoiceRequest,
  invoice,
  parseProduct,
  type Simulation,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
  type UsageInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { linesOf } from "../support/documents.js";
import {
  AGENT_TYPE,
  eventsIn,
  frozen,
  inTwoOrders,
  type PlanCase,
  parsedCase,
  planCases,
  requestFor,
  stored,
  thawed,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const cases = planCases().map(parsedCase);

const casesWithEvents = cases.chain((one) =>
  inTwoOrders(eventsIn(one.period)).map(([events, shuffled]) => ({ one, events, shuffled })),
);

/** The preview of a case must be its invoice: amount, lines but for their period, report and warnings. */
function expectSame(
  one: PlanCase,
  usage: InvoiceRequest["usage"],
  previewOf: "plan" | "product" = "product",
  preview: UsageInput = usage,
): void {
  const bill = invoice(requestFor(one, usage));
  const { seats: quantities, policy } = one;
  const result: Simulation = simulate(one[previewOf], preview, { quantities, policy });
  const suffix = `@${bill.period.start}`;
  const lines = linesOf(bill).map(({ servicePeriod: _period, ...line }) => line);
  const billed = JSON.stringify(lines);
  expect(result.lines).toEqual(JSON.parse(billed.replaceAll(suffix, "")));
  expect(result.amount).toBe(bill.subtotal);
  expect([result.usage, result.warnings]).toEqual([bill.usage, bill.warnings]);
  expect([result.currency, result.ratePlanId]).toEqual([bill.currency, bill.ratePlanId]);
}

function usageCharges({ plan }: PlanCase): readonly UsageChargeInput[] {
  return plan.charges.filter(
    (charge): charge is UsageChargeInput =>
      charge.chargeType === "usage" && charge.pricing.model !== "discount",
  );
}

describe("LAW: a simulation is the invoice of a first full period with the same usage", () => {
  it("by quantities of each charge, for a plan and for a product", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom("plan" as const, "product" as const), (one, target) => {
        expectSame(one, one.usage, target);
      }),
      tries(75),
    );
  });

  it("by quantities of each unit, where one charge prices it", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const priced = usageCharges(one).filter(({ id }) => id in one.usage);
        const byUnit = priced.map((charge): [string, string] => {
          const { id } = charge;
          const unitOfMeasure = charge.unitOfMeasure ?? "";
          const alone = priced.filter((each) => each.unitOfMeasure === unitOfMeasure).length === 1;
          return [alone ? unitOfMeasure : id, one.usage[id] ?? "0"];
        });
        expectSame(one, Object.fromEntries(byUnit));
      }),
    );
  });

  it("by one quantity, where one charge prices usage", () => {
    const single = cases.filter((one) => Object.keys(one.usage).length === 1);
    fc.assert(
      fc.property(single, (one) => {
        expectSame(one, Object.values(one.usage)[0] ?? "0");
      }),
      tries(25),
    );
  });

  it("by events", () => {
    fc.assert(
      fc.property(casesWithEvents, ({ one, events, shuffled }) => {
        expectSame(one, events, "product", shuffled);
      }),
    );
  });

  it("by summaries, those of the invoice, for a product", () => {
    fc.assert(
      fc.property(casesWithEvents, ({ one, events }) => {
        const { customerId, id: subscriptionId } = one.subscription;
        const scope = { customerId, subscriptionId, agentType: AGENT_TYPE, period: one.period };
        const summaries = usageCharges(one).map((charge) =>
          summarizeUsage(events, { charge, ...scope }),
        );
        expectSame(one, summaries, "product", stored(summaries));
      }),
      tries(30),
    );
  });

  it("by seats in the record of usage as in the quantities", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const bill = invoice(requestFor(one));
        const record = { ...one.usage, ...one.seats };
        expect(simulate(one.product, record, { policy: one.policy }).amount).toBe(bill.subtotal);
      }),
    );
  });
});

describe("LAWS of a simulation", () => {
  it("the same question has the same answer, for literals and for what was parsed of them", () => {
    fc.assert(
      fc.property(planCases(), ({ product, policy, seats: quantities, usage }) => {
        const options = { quantities, policy };
        const first = simulate(product, usage, options);
        const parsed = parseProduct(product, { policy });
        expect(simulate(parsed, usage, options)).toEqual(first);
        expect(simulate(stored(parsed), stored(usage), stored(options))).toEqual(first);
      }),
      tries(25),
    );
  });

  it("the answer is frozen plain data, and nothing that was asked is changed", () => {
    fc.assert(
      fc.property(casesWithEvents, ({ one, events }) => {
        const { product, policy, seats: quantities } = one;
        const expected = simulate(product, events, { quantities, policy });
        const asked = frozen(stored({ product, options: { quantities, policy } }));
        const result = simulate(asked.product, frozen(events), asked.options);
        expect(result).toEqual(expected);
        expect(thawed(result)).toEqual([]);
        expect(stored(result)).toEqual(result);
        expect(structuredClone(result)).toEqual(result);
      }),
      tries(25),
    );
  });
});

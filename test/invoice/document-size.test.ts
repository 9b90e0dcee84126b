import {
  type Invoice,
  type InvoiceRequest,
  invoice,
  type ProductInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";

type ChargeInput = ProductInput["ratePlans"][number]["charges"][number];

const MONTHS = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"];
const TEN = Array.from({ length: 10 }, (_, index) => index + 1);

/** The opening, where there is one, and three months of a plan that never changes, each document after the one before. */
function documentsOf(
  charges: readonly ChargeInput[],
  usageOf: (month: string) => InvoiceRequest["usage"],
): readonly Invoice[] {
  const catalog: ProductInput = {
    id: "agent",
    name: "Support agent",
    agentType: "support",
    effectiveDate: "2026-01-01",
    ratePlans: [
      {
        id: "professional",
        name: "Professional",
        currency: "USD",
        billingCycle: "monthly",
        effectiveDate: "2026-01-01",
        charges,
      },
    ],
  };
  const subscription = {
    id: "subscription-1",
    customerId: "customer-1",
    ratePlanId: "professional",
    startDate: "2026-01-01",
    ...(charges.length === 1 ? {} : { quantities: { "fee-1": 5, "fee-2": 7, "fee-3": 12 } }),
  };
  const [start = ""] = MONTHS;
  const opens = charges.some((each) => "billingTiming" in each);
  const periods = [
    ...(opens ? [{ start, end: start }] : []),
    ...MONTHS.slice(1).map((end, index) => ({ start: MONTHS[index] ?? "", end })),
  ];
  const documents: Invoice[] = [];
  for (const period of periods) {
    const usage = period.start === period.end ? [] : usageOf(period.start);
    documents.push(
      invoice({ catalog, subscription, period, usage, previous: documents.slice(-1) }),
    );
  }
  return documents;
}

/** Six fees, three of them for seats, and four kinds of usage. */
function tenCharges(billingTiming: "in-advance" | "in-arrears"): readonly ChargeInput[] {
  return TEN.map((index): ChargeInput => {
    const price = { model: "per-unit", unitPrice: `1${index}.50` } as const;
    if (index > 6) {
      const id = `usage-${index}`;
      return { id, name: `Usage ${index}`, chargeType: "usage", unitOfMeasure: id, pricing: price };
    }
    const fee = { id: `fee-${index}`, name: `Fee ${index}`, chargeType: "recurring" } as const;
    const timing = billingTiming === "in-advance" ? { billingTiming } : {};
    return index > 3
      ? { ...fee, ...timing, pricing: { model: "flat", amount: index } }
      : { ...fee, ...timing, unitOfMeasure: "@seat", pricing: price };
  });
}

const USAGE = { "usage-7": 150, "usage-8": 1200, "usage-9": 55, "usage-10": 999 };

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length;
}

describe("the size of a document of ten lines", () => {
  it("takes no more for terms that are equal than one line does", () => {
    const charge: ChargeInput = {
      id: "outcomes",
      name: "Outcomes",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      groupBy: { fields: ["agentId"] },
      pricing: { model: "per-unit", unitPrice: "0.99" },
    };
    const usageOf = (groups: readonly number[]) => (month: string) =>
      groups.map(
        (index): UsageEventInput => ({
          id: `${month} ${index}`,
          customerId: "customer-1",
          unitOfMeasure: "@outcome",
          agentId: `agent-${index}`,
          timestamp: `${month.slice(0, 8)}15T12:00:00Z`,
        }),
      );
    const [, ten] = documentsOf([charge], usageOf(TEN));
    const [, one] = documentsOf([charge], usageOf([1]));
    expect([ten?.lines.length, one?.lines.length]).toEqual([10, 1]);
    // The recorded quantity of all groups together is "10" instead of "1": one byte.
    expect(sizeOf(ten?.basis) - sizeOf(one?.basis)).toBe(1);
  });

  it.each(["in-arrears", "in-advance"] as const)(
    "is made of lines more than of what they were priced from, with fees %s",
    (timing) => {
      const documents = documentsOf(tenCharges(timing), () => USAGE).slice(-2);
      for (const { lines, basis } of documents) {
        expect(lines.length).toBe(10);
        expect(sizeOf(basis)).toBeLessThan(sizeOf(lines));
      }
    },
  );

  it("does not grow from month to month", () => {
    const [second, third] = documentsOf(tenCharges("in-advance"), () => USAGE).slice(-2);
    expect(sizeOf(third)).toBe(sizeOf(second));
  });

  it("says no stretch of a charge that is the billing period", () => {
    const [, second] = documentsOf(tenCharges("in-arrears"), () => USAGE);
    const stretches = second?.basis.parts.flatMap(({ segments }) => segments) ?? [];
    expect(stretches.length).toBe(10);
    expect(stretches.filter((each) => "period" in each || "cycle" in each)).toEqual([]);
  });
});

import { invoice, rate, simulate, summarizeUsage, type UsageChargeInput } from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { percentOf } from "../one-document.js";
import {
  choice,
  field,
  type Json,
  list,
  optionalText,
  record,
  text,
  type Vector,
} from "../vector.js";
import { CHARGE_TYPES } from "./models.js";

/** Charges of the sample catalog, at their list price; and the one of the simulation's documentation. */
export function sampleCharge({ input, expected }: Vector): readonly Check[] | Skip {
  if (field(input, "charge") !== undefined) {
    const unitPrice = optionalText(record(record(input, "charge"), "pricing"), "unit_price");
    const quantities = Object.values(record(input, "usage_data"));
    if (unitPrice === undefined || quantities.length !== 1) return skip("input shape");
    return [total(expected, atUnitPrice(unitPrice, String(quantities[0])))];
  }
  const amount = text(input, "list_price");
  const quantity = optionalText(input, "quantity");
  if (text(input, "charge_model_type") !== "flat-fee") {
    // A model with prices of its own stands behind the list price, and which of them holds is not said.
    return skip("no expected value");
  }
  const { amount: actual } = simulate(
    {
      id: "charge",
      name: text(input, "name"),
      chargeType: choice(input, "charge_type", CHARGE_TYPES),
      currency: "USD",
      pricing: { model: "flat", amount },
    },
    quantity === undefined ? {} : [usageOf("@action", "1", { quantity })],
  );
  return [total(expected, actual)];
}

function total(expected: Json, actual: string): Check {
  return { what: "total", expected: text(expected, "total"), actual };
}

function atUnitPrice(unitPrice: string, quantity: string): string {
  return rate(
    {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: "USD",
      pricing: { model: "per-unit", unitPrice },
    },
    quantity,
  ).amount;
}

/** What an action costs, by the unit. */
export function costPerUnit({ input, expected }: Vector): readonly Check[] {
  const actual = atUnitPrice(text(input, "cost"), text(input, "quantity"));
  return [{ what: "cost", expected: text(expected, "cost"), actual }];
}

/** Costs that carry their own amount, added up. */
export function costTotal({ input, expected }: Vector): readonly Check[] | Skip {
  const costs = list(input, "costs");
  if (costs.some((cost) => field(cost, "amount") === undefined)) return skip("input shape");
  const currency = optionalText(costs[0], "currency") ?? "USD";
  const { amount } = simulate(
    {
      id: "costs",
      name: "costs",
      chargeType: "usage",
      unitOfMeasure: "cost",
      currency,
      pricing: { model: "pre-rated" },
    },
    costs.map((cost, index) =>
      usageOf("cost", `${index}`, {
        value: text(cost, "amount"),
        currency: optionalText(cost, "currency") ?? currency,
      }),
    ),
  );
  return [total(expected, amount)];
}

/** The invoice of the default template: its subtotal and when it is due. Its tax is a fixed text. */
export function templateInvoice({ input, expected }: Vector): readonly Check[] {
  const lines = list(input, "lines");
  const taxRate = optionalText(input, "taxRate");
  const bill = invoice({
    catalog: {
      id: "product",
      name: "product",
      agentType: "agent",
      effectiveDate: "2025-01-01",
      ratePlans: [
        {
          id: "plan",
          name: "plan",
          currency: "USD",
          billingCycle: "monthly",
          effectiveDate: "2025-01-01",
          charges: lines.map((line, index) => ({
            id: `line-${index}`,
            name: text(line, "description"),
            chargeType: "recurring",
            unitOfMeasure: "unit",
            pricing: { model: "per-unit", unitPrice: text(line, "unitPrice") },
          })),
        },
      ],
    },
    subscription: {
      id: "subscription",
      customerId: "customer",
      ratePlanId: "plan",
      startDate: "2025-01-01",
      quantities: Object.fromEntries(
        lines.map((line, index) => [`line-${index}`, text(line, "quantity")]),
      ),
    },
    period: { start: "2025-01-01", end: "2025-02-01" },
    usage: {},
    issueDate: text(input, "issueDate"),
    paymentTerms: { days: Number(text(input, "termsDays")) },
    taxes: taxRate === undefined ? [] : [{ id: "tax", percent: percentOf(taxRate) }],
  });
  const totals = { tax: bill.taxes, total: bill.total };
  return [
    ...Object.entries(totals).flatMap(([what, actual]) => {
      const stated = optionalText(expected, what);
      return stated === undefined ? [] : [{ what, expected: stated, actual }];
    }),
    { what: "subtotal", expected: text(expected, "subtotal"), actual: bill.subtotal },
    { what: "due date", expected: text(expected, "dueDate"), actual: bill.dueDate },
  ];
}

/**
 * The counts of a day: a span measured as an outcome is no action besides, and users are distinct ids. Which span has
 * which id is not said, only how many there are; so each takes the next.
 */
export function dailyCounts({ input, expected }: Vector): readonly Check[] {
  const spans = list(input, "events");
  const users = Number(text(input, "anonymousIds"));
  const events = spans.flatMap((span, index) => {
    const subject = `user-${index % Math.max(users, 1)}`;
    const unit = optionalText(span, "measure") ?? "@action";
    return [
      usageOf(unit, `${index}`, { name: text(span, "name") }),
      ...(users === 0 ? [] : [usageOf("@user", `${index}-user`, { subject })]),
    ];
  });
  return ["@action", "@outcome", "@user"].flatMap((unit) => {
    const count = optionalText(expected, unit);
    if (count === undefined) return [];
    const charge: UsageChargeInput = {
      id: "charge",
      name: unit,
      chargeType: "usage",
      unitOfMeasure: unit,
      pricing: { model: "per-unit", unitPrice: "1" },
      aggregation: unit === "@user" ? "unique-count" : "count",
    };
    return [{ what: unit, expected: count, actual: summarizeUsage(events, { charge }).quantity }];
  });
}

function usageOf(unitOfMeasure: string, id: string, more: Readonly<Record<string, string>>) {
  return {
    id,
    customerId: "customer",
    unitOfMeasure,
    timestamp: "2026-01-15T00:00:00Z",
    ...more,
  };
}

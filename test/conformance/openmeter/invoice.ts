import { type ChargeInput, type InvoiceLine, invoice, type UsageInput } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { field, flag, type Json, list, record, text, type Vector } from "../vector.js";
import { amountsOf, bill, detailedLines } from "./bill.js";
import { chargeOf, planOf, termsOf, UNIT } from "./price.js";
import { totalChecks, totalsOf } from "./totals.js";

const PERIOD = { start: "2021-01-01T00:00:00Z", end: "2021-02-01T00:00:00Z" };
const IN_PERIOD = "2021-01-15T00:00:00Z";
const BEFORE = "2020-12-31T00:00:00Z";

function invoiceLines(
  currency: string,
  charges: readonly ChargeInput[],
  usage: UsageInput,
): readonly InvoiceLine[] {
  return invoice({
    catalog: {
      id: "product",
      name: "product",
      agentType: "any",
      effectiveDate: "2021-01-01",
      ratePlans: [planOf(currency, charges)],
    },
    subscription: {
      id: "subscription",
      customerId: "customer",
      ratePlanId: "plan",
      startDate: PERIOD.start,
    },
    period: PERIOD,
    usage,
  }).lines;
}

/** An invoice of several prices over one whole period. */
export const wholeInvoice: Translation = { area: "invoice", run: rateInvoice };

function rateInvoice({ input, expected }: Vector): readonly Check[] {
  const currency = text(input, "currency");
  const prices = Object.entries(record(input, "lines"));
  const usage = Object.entries(record(input, "usage")).map(([key, quantity]) => [
    key,
    String(quantity),
  ]);
  const charges = prices.map(([key, price]) =>
    chargeOf(key, { price, freeUnits: undefined, closing: true }),
  );
  const lines = invoiceLines(currency, charges, Object.fromEntries(usage));
  return [
    ...list(expected, "lines").flatMap((line) => {
      const key = text(line, "key");
      const own = lines.filter(({ chargeId }) => chargeId === key);
      const price = field(record(input, "lines"), key) ?? null;
      return [
        ...totalChecks(key, totalsOf(field(line, "totals")), amountsOf(own)),
        ...detailChecks(line, { currency, price }, own),
      ];
    }),
    ...totalChecks("invoice", totalsOf(record(expected, "totals")), amountsOf(lines)),
  ];
}

/** Each tier by itself, where the vector shows them. */
function detailChecks(
  line: Json,
  terms: { readonly currency: string; readonly price: Json },
  own: readonly InvoiceLine[],
): readonly Check[] {
  if (field(line, "detailed") === undefined) return [];
  const stated = list(line, "detailed").filter((each) => field(each, "category") === undefined);
  const rated = own.filter((each) => each.terms !== null);
  return [
    {
      what: `${text(line, "key")} in detail`,
      expected: stated.map((each) => [text(each, "quantity"), text(each, "perUnitAmount")]),
      actual: rated
        .flatMap((each) => detailedLines(terms, each))
        .map(({ quantity, perUnitAmount }) => [quantity, perUnitAmount]),
    },
  ];
}

/** The invoice that is not closed yet, at the usage so far. */
export const preview: Translation = {
  area: "invoice",
  run({ input, expected }) {
    const actual = bill(termsOf(input, true), text(input, "quantity"));
    return totalChecks("preview", totalsOf(record(expected, "totals")), actual);
  },
};

/** Several prices on one meter, at the events of the period. */
export const realtimeUsage: Translation = { area: "aggregation", run: rateEvents };

function rateEvents({ input, expected }: Vector): readonly Check[] {
  const charges = list(input, "charges").map((charge, index) =>
    chargeOf(`charge-${index}`, {
      price: record(charge, "price"),
      freeUnits: undefined,
      closing: true,
    }),
  );
  const events = list(input, "events").map((event, index) => ({
    id: `event-${index}`,
    customerId: "customer",
    unitOfMeasure: UNIT,
    timestamp: flag(event, "inPeriod") ? IN_PERIOD : BEFORE,
    quantity: text(event, "value"),
  }));
  const lines = invoiceLines(text(input, "currency"), charges, events);
  const totals = charges.map(
    ({ id }) => amountsOf(lines.filter(({ chargeId }) => chargeId === id)).total,
  );
  return [{ what: "totals", expected: list(expected, "totals"), actual: totals }];
}

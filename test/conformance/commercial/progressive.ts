import { rate, sumAmounts } from "rateplan";
import type { Check } from "../adapter.js";
import { list, text, type Vector } from "../vector.js";

// Parts of a period that are billed one after the other: up to each, they are what the period so far comes to.

const CHARGE = {
  id: "charge",
  name: "charge",
  chargeType: "usage",
  unitOfMeasure: "unit",
  currency: "USD",
} as const;

/** A minimum, where each point of time states what it adds to those before. */
export function periodicMinimum({ input, expected }: Vector): readonly Check[] {
  const minimum = text(input, "minimum");
  const charge = { ...CHARGE, minimum, pricing: { model: "pre-rated" } } as const;
  const added = list(expected, "periodicTotals").map(String);
  return list(input, "cumulativeTotals").map((total, index) => ({
    what: `up to point ${index + 1}`,
    expected: sumAmounts(added.slice(0, index + 1)),
    actual: rate(charge, String(total)).amount,
  }));
}

/** Free units that are used up by one invoice after the other. */
export function usedUpDiscount({ input, expected }: Vector): readonly Check[] {
  const includedUnits = text(input, "usageDiscount");
  const pricing = { model: "per-unit", unitPrice: "1" } as const;
  const charge = { ...CHARGE, includedUnits, pricing };
  const used = list(input, "invoices").map(String);
  const [billable, left] = [list(expected, "billable"), list(expected, "discountLeft")];
  return used.flatMap((_, index) => {
    const { quantity, steps } = rate(charge, sumAmounts(used.slice(0, index + 1)));
    const free = steps.filter(({ kind }) => kind === "included-units").map(({ value }) => value);
    return [
      {
        what: `billable up to invoice ${index + 1}`,
        expected: sumAmounts(billable.slice(0, index + 1).map(String)),
        actual: quantity,
      },
      {
        what: `free units left after invoice ${index + 1}`,
        expected: String(left[index]),
        actual: sumAmounts([includedUnits, ...free]),
      },
    ];
  });
}

import { billingPeriods, compareAmounts, type Invoice, invoice } from "rateplan";
import { type Check, type Skip, skip, type Translations } from "../adapter.js";
import { text, type Vector } from "../vector.js";
import { catalogOf, EXACT, usageCharge } from "./charges.js";
import { datesOnly } from "./periods.js";

/** Flexprice: how much may be given back. */
export const corrections: Translations = {
  "cap-credit": { area: "corrections", run: cappedCredit },
};

/**
 * What was billed becomes less twice: an amount is so many units at a price of 1, and a credit as many units less. A period
 * never bills less than nothing, so no more is given back than was billed and not given back before.
 */
function cappedCredit({ input, expected }: Vector): readonly Check[] | Skip {
  const [original, before, credit] = [
    text(input, "originalAmount"),
    text(input, "previousCredits"),
    text(input, "potentialCredit"),
  ];
  // A credit of less than nothing is none there; here it is an amount that is due.
  if (compareAmounts(credit, "0") < 0) return skip("engine convention");
  const subject = {
    catalog: catalogOf([
      {
        id: "plan",
        name: "Plan",
        billingCycle: "monthly",
        effectiveDate: "2026-01-01",
        charges: [usageCharge({ model: "per-unit", unitPrice: "1" })],
      },
    ]),
    subscription: datesOnly({ startDate: "2026-01-01" }),
    policy: EXACT,
  };
  const known = [original, `-${before}`, `-${credit}`].map((quantity, index) => ({
    id: `${index}`,
    customerId: subject.subscription.customerId,
    unitOfMeasure: "unit",
    timestamp: "2026-01-01T00:00:00Z",
    quantity,
  }));
  const previous: Invoice[] = [];
  const [first, ...later] = billingPeriods(subject.subscription, {
    billingCycle: "monthly",
    limit: known.length,
  }).map(({ start, end }) => ({ start, end }));
  if (first === undefined) throw new Error("a subscription has a first period");
  previous.push(invoice({ ...subject, period: first, usage: known.slice(0, 1) }));
  for (const [index, period] of later.entries()) {
    const rerate = [{ period: first, usage: known.slice(0, index + 2) }];
    previous.push(invoice({ ...subject, period, usage: [], previous, rerate }));
  }
  return [
    { what: "billed", expected: original, actual: previous[0]?.total },
    { what: "credit", expected: `-${text(expected, "credit")}`, actual: previous.at(-1)?.total },
  ];
}

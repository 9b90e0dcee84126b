import { type ChargeInput, sumAmounts } from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { type Billing, openingOf } from "../billed-in-advance.js";
import { flag, optionalText, record, text, type Vector } from "../vector.js";
import { after, billAt, billingOf, CHARGE, changed } from "./plans.js";

const START = "2026-01-01";
const DISCOUNT = "discount";

/** What was billed in advance, and what a change gives back of it: of the charge, and of the discount on it. */
function correct(running: Billing, corrected: Billing) {
  const paid = openingOf(running);
  const { lines, total } = billAt(corrected, START, [paid]);
  const of = (id: string) =>
    sumAmounts(lines.filter(({ chargeId }) => chargeId === id).map(({ amount }) => amount));
  return { paid: paid.total, charge: of(CHARGE), discount: of(DISCOUNT), net: total };
}

/**
 * Units that are taken back after they were billed with a discount. A percentage follows them. A fixed amount does not:
 * it stays as long as the charge is large enough, and Recurly's reversal of it, by one rule or another, is its own.
 */
export function reversedDiscount({ input, expected }: Vector): readonly Check[] | Skip {
  const percent = optionalText(record(input, "discount"), "percent");
  if (percent === undefined) return skip("engine convention");
  const charges: readonly ChargeInput[] = [
    {
      id: CHARGE,
      name: CHARGE,
      chargeType: "recurring",
      billingTiming: "in-advance",
      unitOfMeasure: "unit",
      pricing: { model: "per-unit", unitPrice: text(input, "unitPrice") },
    },
    {
      id: DISCOUNT,
      name: DISCOUNT,
      chargeType: "recurring",
      pricing: { model: "discount", percent },
    },
  ];
  const quantity = text(input, "quantity");
  const left = sumAmounts([quantity, `-${text(input, "removeQty")}`]);
  const terms = { startDate: START, endDate: after(START, 1, "monthly") };
  const ofQuantity = (each: string) =>
    billingOf("monthly", charges, { ...terms, quantities: { [CHARGE]: each } });
  const { paid, charge, discount, net } = correct(ofQuantity(quantity), ofQuantity(left));
  return [
    { what: "first invoice", expected: text(expected, "firstInvoice"), actual: paid },
    { what: "credit", expected: `-${text(expected, "credit")}`, actual: charge },
    { what: "discount reversed", expected: text(expected, "discountReversed"), actual: discount },
    { what: "net credit", expected: `-${text(expected, "netCredit")}`, actual: net },
  ];
}

/** A term that was billed in advance, with a fixed discount, and ends after fewer months. */
export function shortenedTerm({ input, expected }: Vector): readonly Check[] {
  const isProrated = flag(input, "prorateDiscount");
  const charges: readonly ChargeInput[] = [
    {
      id: CHARGE,
      name: CHARGE,
      chargeType: "recurring",
      billingTiming: "in-advance",
      proration: "30E/360",
      pricing: { model: "flat", amount: text(input, "charge") },
    },
    {
      id: DISCOUNT,
      name: DISCOUNT,
      chargeType: "recurring",
      proration: isProrated ? "30E/360" : "none",
      pricing: { model: "discount", amount: text(input, "discount") },
    },
  ];
  const [months, left] = [Number(text(input, "months")), Number(text(input, "newMonths"))];
  const endDate = after(START, months, "monthly");
  const running = billingOf({ every: months, unit: "month" }, charges, {
    startDate: START,
    endDate,
  });
  const shortened = changed(running, { endDate: after(START, left, "monthly") });
  const { charge, discount, net } = correct(running, shortened);
  return [
    { what: "charge", expected: text(expected, "chargeCredit"), actual: charge },
    { what: "discount", expected: text(expected, "discountCredit"), actual: discount },
    { what: "net", expected: text(expected, "netCredit"), actual: net },
  ];
}

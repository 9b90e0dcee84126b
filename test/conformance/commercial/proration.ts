import {
  type BillingPolicyInput,
  type ChargeInput,
  type Invoice,
  type PricingInputFor,
  type RoundingMode,
  type SubscriptionChangeInput,
  simulate,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { cycleBetween, invoiceAt, openingOf } from "../billed-in-advance.js";
import { field, type Json, optionalText, text, type Vector } from "../vector.js";
import { modeOf } from "./amounts.js";
import { after, amountOf, billAt, billingOf, CHARGE, changed } from "./plans.js";

const START = "2026-01-01";
const DAY = 86_400_000;
/** A period of which any stated fraction is a whole number of milliseconds. */
const CYCLE = { every: 1_000, unit: "day" } as const;

/** The moment at which so much of the period is left. */
function whenLeft(fraction: string): string {
  const end = Date.parse(START) + CYCLE.every * DAY;
  return new Date(end - Math.round(Number(fraction) * CYCLE.every * DAY)).toISOString();
}

function perUnit(unitPrice: string): PricingInputFor<"recurring"> {
  return { model: "per-unit", unitPrice };
}

/** What a change makes due, when some of a period is left that was billed in advance: the new fee, less the old one. */
function changeInvoice(
  input: Json,
  before: { readonly quantity: string; readonly unitPrice: string },
  change: Pick<SubscriptionChangeInput, "quantities" | "overrides">,
): Invoice {
  const charge: ChargeInput = {
    id: CHARGE,
    name: CHARGE,
    chargeType: "recurring",
    billingTiming: "in-advance",
    proration: "seconds",
    unitOfMeasure: "unit",
    pricing: perUnit(before.unitPrice),
  };
  const quantities = { [CHARGE]: before.quantity };
  const running = billingOf(CYCLE, [charge], { startDate: START, quantities });
  const effectiveDate = whenLeft(text(input, "remainingFraction"));
  const later = changed(running, { changes: [{ effectiveDate, ...change }] });
  return invoiceAt(later, effectiveDate, [openingOf(running)]);
}

/** Other quantities. Only the difference is billed, or credited as one of something. */
export function quantityDelta({ input, expected }: Vector): readonly Check[] {
  const before = { quantity: text(input, "fromQty"), unitPrice: text(input, "unitPrice") };
  const { total, lines } = changeInvoice(input, before, {
    quantities: { [CHARGE]: text(input, "toQty") },
  });
  const credit = field(expected, "credit");
  const charge = field(expected, "charge");
  const credited = lines.find(({ kind }) => kind === "adjustment");
  return [
    { what: "amount", expected: text(credit ?? charge, "amount"), actual: total },
    ...(credit === undefined
      ? []
      : [{ what: "quantity", expected: text(credit, "quantity"), actual: credited?.quantity }]),
  ];
}

/** Another price for the same quantity. */
export function priceDelta({ input, expected }: Vector): readonly Check[] {
  const before = { quantity: text(input, "quantity"), unitPrice: text(input, "fromPrice") };
  const change = { overrides: { [CHARGE]: perUnit(text(input, "toPrice")) } };
  const { total } = changeInvoice(input, before, change);
  return [
    {
      what: "amount",
      expected: optionalText(expected, "charge") ?? text(expected, "credit"),
      actual: total,
    },
  ];
}

/** Another price, as a credit and a debit. */
export function creditAndDebit({ input, expected }: Vector): readonly Check[] {
  const before = { quantity: "1", unitPrice: text(input, "oldPrice") };
  const change = { overrides: { [CHARGE]: perUnit(text(input, "newPrice")) } };
  const { total, lines } = changeInvoice(input, before, change);
  return [
    { what: "credit", expected: text(expected, "credit"), actual: amountOf("adjustment", lines) },
    { what: "debit", expected: text(expected, "debit"), actual: amountOf("recurring", lines) },
    { what: "net", expected: text(expected, "net"), actual: total },
  ];
}

/** What is left of a period, by days. */
export function remainingDays({ input, expected }: Vector): readonly Check[] {
  const every = Number(text(input, "periodDays"));
  const charge = flatFee(text(input, "amount"));
  const startDate = after(START, every - Number(text(input, "remainingDays")));
  const cycle = { every, unit: "day" } as const;
  const { total } = billAt(
    billingOf(cycle, [charge], { startDate, billingAnchor: START }),
    startDate,
  );
  return [{ what: "amount", expected: text(expected, "amount"), actual: total }];
}

function flatFee(amount: string, billingTiming: "in-advance" | "in-arrears" = "in-arrears") {
  return {
    id: CHARGE,
    name: CHARGE,
    chargeType: "recurring",
    billingTiming,
    pricing: { model: "flat", amount },
  } as const;
}

/** Usage in a part of a month, billed for the part. */
export function partOfUsage({ input, expected }: Vector): readonly Check[] {
  const charge: ChargeInput = {
    id: CHARGE,
    name: CHARGE,
    chargeType: "usage",
    unitOfMeasure: "unit",
    proration: { method: "days", of: ["fee"] },
    pricing: { model: "per-unit", unitPrice: text(input, "unitPrice") },
  };
  const [startDate, last] = [text(input, "start"), text(input, "endInclusive")];
  const subscription = { startDate, endDate: after(last, 1), billingAnchor: "calendar" };
  const quantity = text(input, "monthUsage");
  const billing = billingOf("monthly", [charge], subscription);
  const { total } = billAt(billing, startDate, [], { [CHARGE]: quantity });
  const full = simulate({ ...charge, currency: "USD" }, quantity).amount;
  return [
    { what: "full", expected: text(expected, "full"), actual: full },
    { what: "total", expected: text(expected, "total"), actual: total },
  ];
}

/** What rounds a credit up rounds down what is due. */
const OPPOSITE: Partial<Readonly<Record<RoundingMode, RoundingMode>>> = { up: "down", down: "up" };
const MONEY = "MONEY";

/**
 * A fee in advance that is cancelled. What is due is rounded, and the credit is the rest; Zuora's old method rounds what
 * the remaining days cost instead.
 */
export function creditRemaining({ input, expected }: Vector): readonly Check[] | Skip {
  const [start, end] = [text(input, "start"), text(input, "endExclusive")];
  const [cycle, mode] = [cycleBetween(start, end), modeOf(input)];
  if (cycle === undefined || mode === undefined) return skip("input shape");
  const roundsCredit = field(expected, "remainingDays") !== undefined;
  const cancelled = (price: string, policy: BillingPolicyInput) => {
    const running = billingOf(
      cycle,
      [flatFee(price, "in-advance")],
      { startDate: start },
      { ...policy, currency: MONEY },
    );
    const paid = openingOf(running);
    const ended = changed(running, { endDate: text(input, "cancel") });
    return { paid, credit: billAt(ended, start, [paid]) };
  };
  const { paid, credit } = cancelled(text(input, "price"), {
    currencies: { [MONEY]: Number(text(input, "scale")) },
    rounding: { mode: roundsCredit ? (OPPOSITE[mode] ?? mode) : mode },
  });
  const days = () => cancelled(text(input, "periodDays"), { currencies: { [MONEY]: 0 } }).credit;
  const stated: readonly (readonly [string, () => string])[] = [
    ["remainingDays", () => `${days().total}`.replace("-", "")],
    ["credit", () => credit.total.replace("-", "")],
    ["net", () => sumAmounts([paid.total, credit.total])],
  ];
  return stated.flatMap(([what, actual]) => {
    const said = optionalText(expected, what);
    return said === undefined ? [] : [{ what, expected: said, actual: actual() }];
  });
}

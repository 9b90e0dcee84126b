import {
  type ChargeInput,
  type Invoice,
  type InvoiceLine,
  invoice,
  isPricingError,
  type Period,
  type UsageInput,
} from "rateplan";
import type { Check } from "../adapter.js";
import { type Billing, openingOf, productOf, subscriptionOf } from "../billed-in-advance.js";
import { choice, field, type Json, text } from "../vector.js";
import { chargeOf, isFlat, planOf, type Terms } from "./price.js";
import { totalsOf } from "./totals.js";

const WHOLE: Period = { start: "2021-01-01", end: "2021-02-01" };
const MIDDLE: Period = { start: "2021-01-10", end: "2021-01-20" };

/**
 * A part of a period, of a price that is not billed in parts: a fee in advance is on the opening invoice, everything else
 * on that of the whole period, which the last part ends. An invoice of another part is refused, so it bills nothing.
 */
export function undividedPart(
  terms: Terms,
  part: "middle" | "last",
  quantity: string,
  stated: readonly Json[],
): readonly Check[] {
  const { currency, percentage } = terms;
  const billing: Billing = {
    catalog: productOf(planOf(currency, [withTiming(terms)], percentage)),
    subscription: subscriptionOf(WHOLE.start, { endDate: WHOLE.end }),
    policy: {},
  };
  const previous = isInAdvance(terms) ? [openingOf(billing)] : [];
  const usage = isFlat(terms.price) ? {} : { [CHARGE]: quantity };
  const lines = linesOf(billing, part === "last" ? WHOLE : MIDDLE, usage, previous);
  return [
    {
      what: "amounts billed with the part",
      expected: stated.map((line) => totalsOf(field(line, "totals")).total),
      actual: lines.map(({ amount }) => amount),
    },
  ];
}

const CHARGE = "charge";

function isInAdvance({ price }: Terms): boolean {
  return choice(price, "paymentTerm", { in_advance: true, in_arrears: false }, false);
}

function withTiming(terms: Terms): ChargeInput {
  if (!isFlat(terms.price)) return chargeOf(CHARGE, terms);
  return {
    id: CHARGE,
    name: CHARGE,
    chargeType: "recurring",
    billingTiming: isInAdvance(terms) ? "in-advance" : "in-arrears",
    pricing: { model: "flat", amount: text(terms.price, "amount") },
  };
}

function linesOf(
  billing: Billing,
  period: Period,
  usage: UsageInput,
  previous: readonly Invoice[],
): readonly InvoiceLine[] {
  try {
    return invoice({ ...billing, period, usage, previous }).lines;
  } catch (error) {
    const isNoPeriod =
      isPricingError(error) && error.issues.every(({ code }) => code === "not_a_billing_period");
    if (isNoPeriod) return [];
    throw error;
  }
}

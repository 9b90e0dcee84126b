import { type BillingCycle, billingPeriodAt, invoice, rate } from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import {
  type Billing,
  cycleBetween,
  openingOf,
  planOf,
  productOf,
  sameDate,
  subscriptionOf,
  type TextualSubscription,
} from "../billed-in-advance.js";
import { list, optionalText, type Vector } from "../vector.js";
import { EXACT, usageCharge } from "./charges.js";

/** A subscription to one fee in advance, prorated by days. */
function feeInAdvance(
  amount: string,
  currency: string,
  subscription: TextualSubscription,
  billingCycle: BillingCycle,
): Billing {
  const plan = planOf("plan", currency, billingCycle, [
    {
      id: "fee",
      name: "Fee",
      chargeType: "recurring",
      billingTiming: "in-advance",
      pricing: { model: "flat", amount },
    },
  ]);
  return { catalog: productOf(plan), subscription, policy: EXACT };
}

/** The part of a fee that is billed for the first period of a subscription; `null` where that is all of it. */
export function shareOfFirstPeriod(
  subscription: TextualSubscription,
  billingCycle: BillingCycle,
): string | null {
  const { lines } = openingOf(feeInAdvance("1", "EXACT", subscription, billingCycle));
  const [line] = lines;
  const prorated = line?.steps.some(({ kind }) => kind === "proration") === true;
  return line !== undefined && prorated ? line.exactAmount : null;
}

/** What a fee in advance bills for the first period, and for the second. */
export function feesInAdvance(
  amount: string,
  subscription: TextualSubscription,
  billingCycle: BillingCycle,
): readonly [string, string] {
  const billing = feeInAdvance(amount, "USD", subscription, billingCycle);
  const opening = openingOf(billing);
  const first = billingPeriodAt(subscription, 0, { billingCycle });
  if (first === undefined) throw new Error("no first billing period");
  const { start, end } = first;
  const second = invoice({ ...billing, period: { start, end }, previous: [opening], usage: [] });
  return [opening.total, second.total];
}

/** A fraction or a decimal as an exact amount is written: that many units in packages of its denominator. */
export function fractionOf(factor: string): string {
  const [part = "", size = "1"] = factor.split("/");
  const charge = usageCharge({ model: "package", size, price: "1", rounding: "exact" });
  return rate(charge, part, EXACT).exactAmount;
}

/**
 * The part of a fee for a part of its period. The engine does not prorate what is no part: all of the period or more,
 * and then our line has no proration either. Nor what is a part of no time; that is no billing cycle.
 */
export function prorationFactor({ input, expected }: Vector): readonly Check[] | Skip {
  const [start, end] = list(input, "partial").map(String);
  const [from, to] = list(input, "full").map(String);
  if (start === undefined || end === undefined || from === undefined || to === undefined) {
    return skip("input shape");
  }
  const billingCycle = cycleBetween(from, to);
  // A subscription that ends when it begins is none.
  if (billingCycle === undefined || sameDate(start, end)) return skip("engine convention");
  const subscription = subscriptionOf(start, { endDate: end, billingAnchor: from });
  const factor = optionalText(expected, "factor");
  return [
    {
      what: "factor",
      expected: factor === undefined ? null : fractionOf(factor),
      actual: shareOfFirstPeriod(subscription, billingCycle),
    },
  ];
}

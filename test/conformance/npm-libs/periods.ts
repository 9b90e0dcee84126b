import {
  type BillingCycle,
  billingPeriodAt,
  type ChargeInput,
  invoice,
  type RecurringChargeInput,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { planOf, productOf, subscriptionOf } from "../billed-in-advance.js";
import { text, type Vector } from "../vector.js";

/** The frequencies of epilot that are whole numbers of months. */
const CYCLES: Readonly<Record<string, BillingCycle>> = {
  monthly: "monthly",
  every_quarter: "quarterly",
  every_6_months: "semi-annual",
  yearly: "annual",
};

/** A frequency that is none: a price that is paid once, or no wish for another frequency. */
const NONE = ["undefined", "one_time"];

const START = "2026-01-01";
const CURRENCY = "PRICE";

/**
 * epilot: a price by one period shown by another. With us, what a fee comes to in a billing period of the other length:
 * a part of it, in months of 30 days, or several of it. Weeks are no part of a month: epilot takes 4 to a month, 13 to
 * a quarter and 52 to a year, which the calendar does not; we compare a week with a week only.
 */
export function periodConversion({ input, expected }: Vector): readonly Check[] | Skip {
  const [from, to] = [text(input, "from"), text(input, "to")];
  const amount = text(input, "value");
  const stated = { what: "value", expected: text(expected, "value") };
  const decimals = Number(text(input, "decimals"));
  if (NONE.includes(from)) {
    const cycle = cycleOf(to) ?? "monthly";
    return [{ ...stated, actual: billed(oneTime(amount), cycle, decimals) }];
  }
  const [own, shown] = [cycleOf(from), NONE.includes(to) ? cycleOf(from) : cycleOf(to)];
  if (own === undefined || shown === undefined) return skip("input shape");
  if ((own === "weekly") !== (shown === "weekly")) return skip("engine convention");
  return [{ ...stated, actual: billed(recurring(amount, own), shown, decimals) }];
}

function cycleOf(frequency: string): BillingCycle | undefined {
  return frequency === "weekly" ? "weekly" : CYCLES[frequency];
}

function oneTime(amount: string): ChargeInput {
  return { id: "fee", name: "Fee", chargeType: "one-time", pricing: { model: "flat", amount } };
}

function recurring(amount: string, billingCycle: BillingCycle): RecurringChargeInput {
  return {
    id: "fee",
    name: "Fee",
    chargeType: "recurring",
    billingCycle,
    proration: "30E/360",
    pricing: { model: "flat", amount },
  };
}

/** What a charge comes to in one billing period from a start of its own cycle. */
function billed(charge: ChargeInput, billingCycle: BillingCycle, decimals: number): string {
  const subscription = subscriptionOf(START);
  const period = billingPeriodAt(subscription, 0, { billingCycle });
  if (period === undefined) throw new Error("no first billing period");
  const { end } = period;
  const { lines } = invoice({
    catalog: productOf(planOf("plan", CURRENCY, billingCycle, [charge])),
    subscription: { ...subscription, endDate: end },
    period: { start: START, end },
    usage: [],
    policy: { currencies: { [CURRENCY]: decimals }, rounding: { scope: "invoice" } },
  });
  return sumAmounts(["0", ...lines.map(({ amount }) => amount)]);
}

import {
  type BillingCycle,
  billingPeriodAt,
  type CouponInput,
  eachBillingPeriod,
  type InvoiceLine,
  invoice,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { isBefore, sameDate } from "../billed-in-advance.js";
import { flatFee } from "../one-document.js";
import { field, type JsonObject, list, optionalText, text, type Vector } from "../vector.js";
import { after, billingOf, cycleOf } from "./plans.js";

/** So much for each period, as the source writes it: "100.00/month". */
interface Recurring {
  readonly amount: string;
  readonly cycle: BillingCycle;
}

/**
 * A discount that is given for some months of a term: a coupon over the billing periods of the charge. What it takes off
 * stands in the month in which its period begins.
 */
export function discountedMonths({ input, expected }: Vector): readonly Check[] | Skip {
  const percent = optionalText(input, "percent");
  const fixed = recurringIn(input, "fixed");
  // What a fixed amount comes off is not always said: then it is as much.
  const charge = recurringIn(input, "charge") ?? fixed;
  if (charge === undefined || (percent === undefined) === (fixed === undefined)) {
    return skip("input shape");
  }
  // An amount for each of other periods than the charge's; a coupon is by billing periods.
  if (fixed !== undefined && fixed.cycle !== charge.cycle) return skip("engine convention");
  const start = optionalText(input, "start") ?? START;
  const months = Number(text(input, "termMonths"));
  const value = percent === undefined ? { amount: fixed?.amount ?? "0" } : { percent };
  const coupon = { id: "discount", ...value, ...datesOf(input, start) };
  const taken = couponLines(charge, start, months, coupon);
  if (taken === undefined) return skip("engine convention");
  const sum = (lines: readonly InvoiceLine[]) =>
    sumAmounts(["0", ...lines.map(({ amount }) => amount)]);
  const byMonth = Array.from({ length: months }, (_, index) => {
    const [from, until] = [after(start, index, "monthly"), after(start, index + 1, "monthly")];
    return sum(
      taken.filter(({ servicePeriod: { start: begin } }) => {
        return !isBefore(begin, from) && isBefore(begin, until);
      }),
    );
  });
  return [
    ...(field(expected, "total") === undefined
      ? []
      : [{ what: "total", expected: text(expected, "total"), actual: sum(taken) }]),
    ...(field(expected, "byMonth") === undefined
      ? []
      : [{ what: "by month", expected: list(expected, "byMonth"), actual: byMonth }]),
  ];
}

const START = "2026-01-01";

function recurringIn(input: JsonObject, key: string): Recurring | undefined {
  const stated = optionalText(input, key);
  if (stated === undefined) return undefined;
  const [, amount, unit] = /^([\d.]+)\/([\w-]+)$/.exec(stated) ?? [];
  if (amount === undefined || unit === undefined) throw new Error(`no recurring amount: ${stated}`);
  return { amount, cycle: cycleOf(unit) };
}

/** From when, and until when it is given; without a word, as long as the charge. */
function datesOf(
  input: JsonObject,
  start: string,
): Pick<CouponInput, "from" | "until"> & { from: string } {
  const from = optionalText(input, "discountStart") ?? start;
  const months = optionalText(input, "discountMonths");
  return months === undefined ? { from } : { from, until: after(from, Number(months), "monthly") };
}

/** What the coupon takes off each billing period; nothing where it begins or ends inside of one, of which it covers all. */
function couponLines(
  { amount, cycle }: Recurring,
  start: string,
  months: number,
  coupon: CouponInput & { readonly from: string },
): readonly InvoiceLine[] | undefined {
  const endDate = after(start, months, "monthly");
  const billing = billingOf(cycle, [flatFee("charge", amount)], { startDate: start, endDate });
  const { catalog, subscription } = billing;
  const isBoundary = (date: string) => {
    if (isBefore(date, start) || !isBefore(date, endDate)) return true;
    const period = billingPeriodAt(subscription, date, { catalog });
    return period !== undefined && sameDate(period.start, date);
  };
  const dates = [coupon.from, coupon.until].filter((date) => typeof date === "string");
  if (!dates.every(isBoundary)) return undefined;
  return [...eachBillingPeriod(subscription, { catalog })].flatMap(({ start: begin, end }) => {
    const { lines } = invoice({
      ...billing,
      period: { start: begin, end },
      usage: {},
      coupons: [coupon],
    });
    return lines.filter(({ kind }) => kind === "coupon");
  });
}

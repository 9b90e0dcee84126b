import {
  type BillingPeriod,
  billingPeriods,
  type ChargeInput,
  compareAmounts,
  type ProrationMethod,
  type Subscription,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { subscriptionOf } from "../billed-in-advance.js";
import { optionalText, text, type Vector } from "../vector.js";
import { anyOf } from "./charges.js";
import { after, billAll, billAt, billingOf, CHARGE, cycleOf, daysBetween } from "./plans.js";

/** Zuora's day counts, as ours. */
const METHODS: Readonly<Record<string, ProrationMethod>> = {
  actual: "days",
  "actual/360": "fixed-days",
  "30/360": "30E/360",
};

type Dates = Pick<Subscription, "startDate" | "endDate" | "billingAnchor">;

/** Which part of a month some of its days are: what a fee of 1 comes to, exactly. */
function partOfMonth(dates: Dates, proration: ProrationMethod): string {
  const fee: ChargeInput = {
    id: CHARGE,
    name: CHARGE,
    chargeType: "recurring",
    proration,
    pricing: { model: "flat", amount: "1" },
  };
  return billAt(billingOf("monthly", [fee], dates), dates.startDate).lines[0]?.exactAmount ?? "0";
}

/**
 * Whether fixed days count as Zuora's actual/360 does, to which each day is a thirtieth: a month of 31 days comes to
 * more than the month. Ours always comes to the month, so that days from the 31st on are none.
 */
function countsAsFixed(
  dates: Dates,
  { start, end }: Pick<BillingPeriod, "start" | "end">,
): boolean {
  const thirtieths = `${daysBetween(start, end)}/30`;
  const part = partOfMonth({ ...dates, startDate: start, endDate: end }, "fixed-days");
  return compareAmounts(part, thirtieths) === 0;
}

/** Some days of a month under each day count. */
export function dayCount({ input, expected }: Vector): readonly Check[] {
  const [startDate, endDate] = [text(input, "start"), after(text(input, "endInclusive"), 1)];
  const dates = { startDate, endDate, billingAnchor: "calendar" };
  const counts = { actual: "days", actual360: "fixed-days", strict30_360: "30E/360" } as const;
  return Object.entries(counts).flatMap(([what, method]) => {
    const said = optionalText(expected, what);
    const isOurs =
      method !== "fixed-days" || countsAsFixed(dates, { start: startDate, end: endDate });
    if (said === undefined || !isOurs) return [];
    return [{ what, expected: said, actual: partOfMonth(dates, method) }];
  });
}

/** For how many months a price is. */
const MONTHS = { pricePerMonth: "1", pricePerQuarter: "3", pricePerYear: "12" } as const;

/** Whole months, and the days of the others: a charge of its own for each month, whatever the billing period. */
export function monthsThenDays({ input, expected }: Vector): readonly Check[] | Skip {
  const method = METHODS[text(input, "dayCount").toLowerCase()];
  const priced = Object.entries(MONTHS).find(([name]) => optionalText(input, name) !== undefined);
  if (method === undefined || priced === undefined) return skip("input shape");
  const [name, months] = priced;
  const start = anyOf(input, "effectiveStart", "start") ?? text(input, "periodStart");
  const last = anyOf(input, "endInclusive", "periodEnd") ?? text(input, "target");
  const day = optionalText(input, "billingDay");
  const dates = {
    startDate: start,
    endDate: after(last, 1),
    billingAnchor:
      day === undefined
        ? (optionalText(input, "periodStart") ?? "calendar")
        : `${start.slice(0, "2018-01-".length)}${day.padStart(2, "0")}`,
  };
  const stubs = billingPeriods(subscriptionOf(start, dates), {
    billingCycle: "monthly",
    limit: 100,
  }).filter(({ start: from, end, cycle }) => from !== cycle.start || end !== cycle.end);
  if (method === "fixed-days" && !stubs.every((stub) => countsAsFixed(dates, stub))) {
    return skip("engine convention");
  }
  const charge: ChargeInput = {
    id: CHARGE,
    name: CHARGE,
    chargeType: "recurring",
    billingCycle: "monthly",
    proration: method,
    unitOfMeasure: "month",
    pricing: { model: "package", price: text(input, name), size: months, rounding: "exact" },
  };
  const quantities = { [CHARGE]: "1" };
  const cycle = cycleOf(text(input, "billingPeriod"));
  const total = billAll(billingOf(cycle, [charge], { ...dates, quantities }));
  return [{ what: "total", expected: text(expected, "total"), actual: total }];
}

const WEEK = 7;
const START = "2026-01-05";

/** Whole weeks, and days of another one. */
export function weeksThenDays({ input, expected }: Vector): readonly Check[] {
  const days = Number(text(input, "fullWeeks")) * WEEK + Number(text(input, "proratedDays"));
  const charge: ChargeInput = {
    id: CHARGE,
    name: CHARGE,
    chargeType: "recurring",
    pricing: { model: "flat", amount: text(input, "pricePerWeek") },
  };
  const dates = { startDate: START, endDate: after(START, days) };
  const total = billAll(billingOf("weekly", [charge], dates));
  return [{ what: "total", expected: text(expected, "total"), actual: total }];
}

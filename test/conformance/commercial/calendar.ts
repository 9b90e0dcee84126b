import {
  billingPeriodAt,
  billingPeriods,
  type ChargeInput,
  type SubscriptionInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { subscriptionOf } from "../billed-in-advance.js";
import { field, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { after, billAt, billingOf, CHARGE, cycleOf } from "./plans.js";

const YEAR = "2023";
const LEAP_YEAR = "2024";

/** A date; where its source names no year, in one that is, or is not, a leap year. */
function dated(date: string): string {
  const [, day] = /^(\d\d-\d\d)(?: |$)/.exec(date) ?? [];
  if (day === undefined) return date;
  return `${date.includes("leap") ? LEAP_YEAR : YEAR}-${day}`;
}

/** Billing periods that are counted from an anchor. At Recurly, the last day of a month stays the last day. */
export function anchored({ input, expected, source }: Vector): readonly Check[] | Skip {
  const start = dated(optionalText(input, "subscriptionAt") ?? text(input, "start"));
  const day = optionalText(input, "anchorDay");
  const anchor = optionalText(input, "anchor") ?? (day && dayOfJanuary(start, day));
  const subscription: SubscriptionInput = subscriptionOf(start, {
    ...(anchor === undefined ? {} : { billingAnchor: dated(anchor) }),
    ...(source.includes("recurly.com") ? { endOfMonth: "sticky" } : {}),
  });
  const billingCycle = cycleOf(text(input, "interval"));
  const checks: Check[] = [];
  const periods = billingPeriods(subscription, { billingCycle });
  const compare = (what: string, said: readonly string[], actual: readonly string[]) =>
    checks.push({
      what,
      expected: said,
      actual: said.map((date, index) => (actual[index] ?? "").slice(-date.length)),
    });
  const next = optionalText(expected, "next");
  if (next !== undefined)
    compare(
      "next",
      [next],
      periods.map(({ end }) => end),
    );
  for (const [what, edge] of [
    ["dates", "end"],
    ["billed", "start"],
  ] as const) {
    if (field(expected, what) === undefined) continue;
    compare(
      what,
      list(expected, what).map(String),
      periods.map((period) => period[edge]),
    );
  }
  const from = optionalText(expected, "from");
  if (from !== undefined) {
    const period = billingPeriodAt(subscription, text(input, "billingDay"), { billingCycle });
    const last = text(expected, "toInclusive");
    checks.push({ what: "from", expected: from, actual: period?.start });
    checks.push({ what: "to", expected: after(last, 1), actual: period?.end });
  }
  return checks.length === 0 ? skip("input shape") : checks;
}

/** An anchor on a day of the month: January has all of them. */
function dayOfJanuary(date: string, day: string): string {
  return `${date.slice(0, "2025".length)}-01-${day.padStart(2, "0")}`;
}

/** Another bill cycle day, from the day on up to which everything was billed: no period that was billed is split. */
export function anotherCycleDay({ input, expected }: Vector): readonly Check[] {
  const start = text(input, "termStart");
  const anchorOn = (day: string) => dayOfJanuary(start, day);
  const { catalog, subscription } = billingOf("monthly", [], {
    startDate: start,
    endDate: text(input, "termEnd"),
    billingAnchor: anchorOn(text(input, "oldBCD")),
    changes: [
      {
        effectiveDate: text(input, "billedThrough"),
        billingAnchor: anchorOn(text(input, "newBCD")),
      },
    ],
  });
  const periods = billingPeriods(subscription, { catalog });
  return [
    {
      what: "periods",
      expected: list(expected, "periods"),
      actual: periods.map(({ start: from, end }) => [from, end]),
    },
  ];
}

/** A price that another one takes the place of within a billing period, which is split there. */
export function splitPrice({ input, expected }: Vector): readonly Check[] {
  const [start = "", end = ""] = list(input, "period").map((date) => dated(String(date)));
  const charge: ChargeInput = {
    id: CHARGE,
    name: CHARGE,
    chargeType: "usage",
    unitOfMeasure: "unit",
    pricing: packageOf(text(input, "old")),
    revisions: [
      {
        effectiveDate: dated(text(input, "change")),
        pricing: packageOf(text(input, "new")),
        withinPeriod: "split",
      },
    ],
  };
  const stated = list(expected, "lines").map(lineOf);
  const usage = stated.map(({ from, size }, index) => ({
    id: `${index}`,
    customerId: "customer",
    unitOfMeasure: "unit",
    timestamp: `${from}T00:00:00Z`,
    quantity: size,
  }));
  const billing = billingOf("monthly", [charge], { startDate: start, endDate: end });
  const { lines } = billAt(billing, start, [], usage);
  return [
    {
      what: "lines",
      expected: stated.map(({ from, to }) => [from, to]),
      actual: lines.map(({ servicePeriod }) => [servicePeriod.start, servicePeriod.end]),
    },
    {
      what: "prices",
      expected: stated.map(({ price }) => price),
      actual: lines.map(({ amount }) => amount),
    },
  ];
}

/** From when to when, and at which price for how many units. */
function lineOf(line: Json) {
  const [from = "", to = "", price = ""] = Array.isArray(line) ? line.map(String) : [];
  return { from: dated(from), to: dated(to), ...packageOf(price) };
}

/** A price for so many units: `1.00/1000`. */
function packageOf(price: string) {
  const [amount = "0", size = "1"] = price.split("/");
  return { model: "package", price: amount, size, rounding: "exact" } as const;
}

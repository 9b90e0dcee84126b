import {
  type BillingCycle,
  type BillingPeriod,
  billingPeriods,
  eachBillingPeriod,
  type Invoice,
  invoice,
} from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import {
  type Billing,
  instantText,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import { type Json, list, text, type Vector } from "../vector.js";
import { CENTS, fee, POLICY } from "./cents.js";
import { INTERVALS } from "./changes.js";

/** The boundaries of a subscription with an anchor on a day of the month in which it starts. */
export const boundaries: Translation = { area: "calendar", run: listBoundaries };

function listBoundaries({ input, expected }: Vector): readonly Check[] | Skip {
  const billingCycle = INTERVALS[text(input, "interval")];
  if (billingCycle === undefined) return skip("input shape");
  const [start, day] = [text(input, "start"), text(input, "anchorDay").padStart(2, "0")];
  const [year = "", month = ""] = start.split("-");
  const time = start.slice("2024-01-31".length);
  // By the month, January says the same as the month of the start, and has all days.
  const billingAnchor = `${year}-${billingCycle === "monthly" ? "01" : month}-${day}${time}`;
  const wanted = list(expected, "boundaries");
  const limit = Math.max(wanted.length - 1, 1);
  const subscription = subscriptionOf(start, { billingAnchor });
  const periods = billingPeriods(subscription, { billingCycle, limit });
  const actual = dates([start, ...periods.map(({ end }) => end)]);
  return [{ what: "boundaries", expected: dates(wanted), actual }];
}

/** A trial: nothing is billed for it, and periods are counted from its end. */
export const afterTrial: Translation = { area: "calendar", run: checkTrial };

function checkTrial({ input, expected }: Vector): readonly Check[] | Skip {
  const cycle = INTERVALS[text(input, "interval")];
  if (cycle === undefined) return skip("input shape");
  const { trialEnd, period } = firstPaid(text(input, "start"), text(input, "trialDays"), cycle);
  return [
    {
      what: "trial end",
      expected: instantText(text(expected, "trialEnd")),
      actual: instantText(trialEnd),
    },
    {
      what: "first paid period",
      expected: dates(list(expected, "firstPaidPeriod")),
      actual: dates([period.start, period.end]),
    },
    {
      what: "anchor day",
      expected: text(expected, "anchorDay"),
      actual: String(new Date(period.start).getUTCDate()),
    },
  ];
}

function dates(all: readonly Json[]): readonly string[] {
  return all.map((date) => instantText(String(date)));
}

/** The first billing period that is billed, and the end of what is not. */
function firstPaid(start: string, trialDays: string, cycle: BillingCycle) {
  const catalog = productOf(planOf("plan", CENTS, cycle, [fee("fee", "1")]));
  const subscription = subscriptionOf(start, { trialDays: Number(trialDays) });
  const billing: Billing = { catalog, subscription, policy: POLICY };
  let trialEnd = start;
  for (const period of eachBillingPeriod(subscription, { catalog, policy: POLICY })) {
    const { unbilled } = billOf(billing, period);
    const last = unbilled.at(-1);
    if (last === undefined) return { trialEnd, period };
    trialEnd = last.period.end;
  }
  throw new Error("no billing period is billed");
}

function billOf(billing: Billing, { start, end }: BillingPeriod): Invoice {
  return invoice({ ...billing, period: { start, end }, usage: [] });
}

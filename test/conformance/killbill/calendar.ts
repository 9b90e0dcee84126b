import {
  type BillingCycle,
  billingPeriodAt,
  billingPeriods,
  eachBillingPeriod,
  type Subscription,
} from "rateplan";
import { type Check, type Skip, skip, type Translations } from "../adapter.js";
import { choice, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { catalogOf, compareStated, fee, invoicesUntil, planOf, totalOf } from "./billing.js";
import { anchorOf, cycleOf, datesOnly, firstBillingDate, IN_ADVANCE } from "./cycles.js";

/** Kill Bill: its calendar. */
export const calendar: Translations = {
  "advance-periods": { area: "calendar", run: moved(1) },
  "recede-periods": { area: "calendar", run: moved(-1) },
  "whole-periods-between": { area: "calendar", run: wholePeriods },
  "days-between-fixed-month": { area: "calendar", run: daysOfFixedMonths },
  "billing-interval": { area: "calendar", run: interval },
  "usage-in-arrear period boundaries": { area: "calendar", run: usageBoundaries },
};

/** The boundary so many cycles from a date, in the row of cycles that is counted from it in both directions. */
function moved(direction: 1 | -1): (vector: Vector) => readonly Check[] {
  return ({ input, expected }) => {
    const [date, n] = [text(input, "date"), Number(text(input, "n"))];
    const row = datesOnly({ startDate: "1900-01-01", billingAnchor: date });
    const options = { billingCycle: cycleOf(text(input, "billingPeriod")) };
    const from = billingPeriodAt(row, date, options);
    const to = from && billingPeriodAt(row, from.index + direction * n, options);
    return [{ what: "date", expected: text(expected, "date"), actual: to?.start }];
  };
}

/** So many periods are over on a date: the one that contains it is the next, counted from 0. */
function wholePeriods({ input, expected }: Vector): readonly Check[] {
  const period = billingPeriodAt(
    datesOnly({ startDate: text(input, "startDate") }),
    text(input, "endDate"),
    { billingCycle: cycleOf(text(input, "billingPeriod")) },
  );
  return [{ what: "periods", expected: text(expected, "periods"), actual: `${period?.index}` }];
}

/** A monthly fee of as many units as the month has days, under the proration by months of so many days. */
function daysOfFixedMonths({ input, expected }: Vector): readonly Check[] {
  const [days, endDate] = [text(input, "fixedDaysInMonth"), text(input, "endDate")];
  const proration = { method: "fixed-days", daysPerMonth: Number(days) } as const;
  const subject = {
    catalog: catalogOf([planOf("plan", "MONTHLY", [fee(days, { proration })])]),
    subscription: datesOnly({ startDate: text(input, "startDate"), endDate }),
  };
  const actual = totalOf(invoicesUntil(subject, endDate));
  return [{ what: "days", expected: text(expected, "days"), actual }];
}

/** What a bill run finds for a subscription; a case states some of it. */
interface Interval {
  readonly firstBillingCycleDate: string;
  /** How far it bills; nothing where it bills nothing. */
  readonly effectiveEndDate: string | null;
  readonly hasSomethingToBill: boolean;
  readonly nextBillingCycleDate: string | undefined;
  readonly lastBillingCycleDate: string | undefined;
  readonly wholePeriodsFirstToLastBcd: string;
}

function interval({ input, expected }: Vector): readonly Check[] {
  const [startDate, endDate] = [text(input, "startDate"), optionalText(input, "endDate")];
  const billingPeriod = text(input, "billingPeriod");
  const billingCycle = cycleOf(billingPeriod);
  const billingAnchor = anchorOf(startDate, billingPeriod, text(input, "billCycleDay"));
  const endless = datesOnly({ startDate, billingAnchor });
  const subscription = endDate === undefined ? endless : { ...endless, endDate };
  const first = firstBillingDate(endless, billingCycle);
  const billedTo = billedUntil(input, subscription, first, billingCycle);
  const running = billingPeriodAt(endless, billedTo ?? startDate, { billingCycle });
  const last = running?.cycle.start ?? first;
  const facts: Interval = {
    firstBillingCycleDate: first,
    effectiveEndDate: billedTo,
    hasSomethingToBill: billedTo !== null,
    nextBillingCycleDate: running?.cycle.end,
    lastBillingCycleDate: last,
    wholePeriodsFirstToLastBcd: `${
      first < last
        ? billingPeriods(endless, { billingCycle, from: first, until: last, limit: 10_000 }).length
        : 0
    }`,
  };
  return compareStated("interval", expected, new Map(Object.entries(facts)));
}

/**
 * Up to when a bill run on a date bills. In advance: the period that contains the date. In arrears: what has ended, but
 * nothing before the first bill cycle day. In arrears, greedy: the period that contains the date unless it has just begun.
 */
function billedUntil(
  input: Json,
  subscription: Subscription,
  first: string,
  billingCycle: BillingCycle,
): string | null {
  const target = optionalText(input, "targetDate");
  if (target === undefined) return null;
  const running = billingPeriodAt(subscription, target, { billingCycle });
  const over = subscription.endDate ?? null;
  if (choice(input, "billingMode", IN_ADVANCE)) return running?.end ?? over;
  if (target < first) return null;
  const isGreedy = choice(input, "inArrearMode", { GREEDY: true, DEFAULT: false });
  return (isGreedy && running?.start !== target ? running?.end : running?.start) ?? over;
}

/** Usage is billed for the periods that are over, whatever changes within them leave as it was. */
function usageBoundaries({ input, expected }: Vector): readonly Check[] | Skip {
  const events = list(input, "events").map((event) => text(event, "date"));
  const [startDate = "", endDate = ""] = [events[0], events.at(-1)];
  const isClosed = choice(input, "closedInterval", { true: true, false: false });
  // It bills the usage of one instant; ours is a subscription without a period.
  if (isClosed && startDate === endDate) return skip("engine convention");
  const billingPeriod = text(input, "billingPeriod");
  const subscription = datesOnly({
    startDate,
    billingAnchor: anchorOf(startDate, billingPeriod, text(input, "billCycleDay")),
    ...(isClosed ? { endDate } : {}),
  });
  const boundaries = [startDate];
  const target = text(input, "targetDate");
  for (const { end } of eachBillingPeriod(subscription, { billingCycle: cycleOf(billingPeriod) })) {
    if (end > target) break;
    boundaries.push(end);
  }
  return [{ what: "boundaries", expected: list(expected, "boundaries"), actual: boundaries }];
}

import { type BillingCycle, billingPeriodAt, billingPeriods } from "rateplan";
import { type Check, type Skip, skip, type Translation, type Translations } from "../adapter.js";
import { isBefore } from "../billed-in-advance.js";
import { choice, field, type Json, list, optionalText, text, type Vector } from "../vector.js";
import {
  anchorFrom,
  cycleAt,
  cycleIn,
  dateOf,
  datesOnly,
  daysBetween,
  isRefused,
  written,
  type Zone,
  zoneIn,
} from "./periods.js";

/** Flexprice: its calendar. */
export const calendar: Translations = {
  "next-billing-date": dated(nextBillingDate),
  "period-containing-event": dated(periodOfEvent),
  "next-usage-reset": dated(nextReset),
  "calendar-billing-anchor": dated(calendarAnchor),
  "calendar-days": dated(calendarDays),
  "day bucket starts": dated(buckets("daily")),
  "week bucket starts": dated(buckets("weekly")),
  "month bucket starts": dated(buckets("monthly")),
  "advance one month keeping anchor day 31": dated(nextMonth),
  "which line-item period falls on this invoice window": dated(periodInWindow),
  "date-util:AdvanceDays": dated(advanced("DAILY"), "tz"),
  "date-util:AdvanceWeeks": dated(advanced("WEEKLY"), "tz"),
  "date-util:AdvanceMonths": dated(advanced("MONTHLY"), "tz"),
  "date-util:CalculateBillingPeriods": dated(periodsUntil),
  "date-util:CalculateBillingPeriods_Timezone": dated(periodsUntil),
  "date-util:FindPeriodForDate": dated(periodOfDate),
  "date-util:FindPeriodForDate_Timezone": dated(periodOfDate),
  "date-util:FloorToStartOfDay": dated(floored("daily"), "tz"),
  "date-util:FloorToStartOfWeek": dated(floored("weekly"), "tz"),
  "date-util:FloorToStartOfMonth": dated(floored("monthly"), "tz"),
  // Hours are for charts.
  "date-util:FloorToStartOfHour": { area: "calendar", run: () => skip("no pricing") },
  "date-util:IsBetween": dated(isBetween),
};

/** A case in a zone. Where there is no such zone the engine takes UTC, and the library refuses. */
function dated(
  run: (vector: Vector, zone: Zone) => readonly Check[] | Skip,
  key?: string,
): Translation {
  return {
    area: "calendar",
    run: (vector) => {
      const zone = zoneIn(vector.input, key);
      return zone === undefined ? skip("engine convention") : run(vector, zone);
    },
  };
}

/** The end of a subscription that begins with the current period. */
function nextBillingDate({ input, expected }: Vector, zone: Zone): readonly Check[] | Skip {
  const [period, unit] = [text(input, "period"), text(input, "unit")];
  const billingCycle = cycleIn(period, unit);
  const startDate = text(input, "currentPeriodStart");
  if (field(expected, "error") !== undefined) {
    return refused(() => billingPeriods(datesOnly({ startDate, ...zone }), { billingCycle }));
  }
  const { endDate } = endIn(input);
  // A subscription that is over has no period; the engine gives its end.
  if (endDate !== undefined && endDate <= startDate) return skip("engine convention");
  const anchor = text(input, "billingAnchor");
  const billingAnchor = anchorFrom({ start: startDate, anchor, period, unit }, zone);
  if (billingAnchor === undefined) return skip("engine quirk");
  const subscription = datesOnly({ startDate, billingAnchor, ...zone, ...endIn(input) });
  const current = billingPeriodAt(subscription, 0, { billingCycle });
  return compareMoment("next billing date", text(expected, "nextBillingDate"), current?.end, zone);
}

function endIn(input: Json, key = "subscriptionEndDate"): { readonly endDate?: string } {
  const endDate = optionalText(input, key);
  return endDate === undefined ? {} : { endDate };
}

/** Before the start of a subscription there is no period. */
function periodOfEvent({ input, expected }: Vector, zone: Zone): readonly Check[] | Skip {
  const [period, unit] = [text(input, "period"), text(input, "unit")];
  const startDate = text(input, "subscriptionStart");
  const anchor = text(input, "billingAnchor");
  const billingAnchor = anchorFrom({ start: startDate, anchor, period, unit }, zone);
  if (billingAnchor === undefined) return skip("engine quirk");
  const containing = billingPeriodAt(
    datesOnly({ startDate, billingAnchor, ...zone }),
    text(input, "eventTimestamp"),
    { billingCycle: cycleIn(period, unit) },
  );
  return field(expected, "error") === undefined
    ? compareMoment("period", text(expected, "periodStart"), containing?.start, zone)
    : [{ what: "no period", expected: true, actual: containing === undefined }];
}

/** Usage counts from days on, at whatever time the anchor is: to the end of the cycle, or of the subscription. */
function nextReset({ input, expected }: Vector, zone: Zone): readonly Check[] | Skip {
  const [startDate, now] = [text(input, "subscriptionStart"), text(input, "currentTime")];
  const resetPeriod = text(input, "resetPeriod");
  const isDaily = resetPeriod === "DAILY";
  // It is the midnight of the zone that the server holds `now` in, which the case does not say.
  if (isDaily && written(startDate, zone) !== dateOf(startDate, zone)) return skip("engine quirk");
  const billingAnchor = isDaily ? "calendar" : dateOf(text(input, "billingAnchor"), zone);
  const endless = datesOnly({ startDate, billingAnchor, ...zone });
  const subscription = { ...endless, ...endIn(input, "subscriptionEnd") };
  const billingCycle = cycleIn(resetPeriod);
  if (field(expected, "error") !== undefined) {
    const isNone = () => billingPeriodAt(endless, now, { billingCycle }) === undefined;
    return [{ what: "no reset", expected: true, actual: isRefused(isNone) ? true : isNone() }];
  }
  const running = billingPeriodAt(subscription, now, { billingCycle });
  const reset = running?.end ?? written(subscription.endDate ?? "", zone);
  return compareMoment("reset", text(expected, "resetAt"), reset, zone);
}

/** The end of the first calendar period. */
function calendarAnchor({ input, expected }: Vector, zone: Zone): readonly Check[] {
  const subscription = datesOnly({
    startDate: text(input, "startDate"),
    billingAnchor: "calendar",
    ...zone,
  });
  const billingCycle = cycleIn(text(input, "period"));
  const first = billingPeriodAt(subscription, 0, { billingCycle });
  return compareMoment("anchor", text(expected, "anchor"), first?.end, zone);
}

/** Days between the dates that the moments have in UTC, which are taken for dates of the zone. */
function calendarDays({ input, expected }: Vector, zone: Zone): readonly Check[] {
  const [start, end] = [text(input, "start").slice(0, 10), text(input, "end").slice(0, 10)];
  const actual = `${daysBetween(start, end, zone)}`;
  return [{ what: "days", expected: text(expected, "days"), actual }];
}

/** Buckets are whole ones, the first of which begins before the start where that is not on the anchor. */
function buckets(billingCycle: BillingCycle) {
  return ({ input, expected }: Vector, zone: Zone): readonly Check[] => {
    const startDate = text(input, "start");
    const billingAnchor = optionalText(input, "anchor") ?? startDate;
    const found = billingPeriods(datesOnly({ startDate, billingAnchor, ...zone }), {
      billingCycle,
      until: text(input, "end"),
      limit: 10_000,
    });
    const actual = found.map(({ cycle }) => cycle.start);
    return [{ what: "starts", expected: list(expected, "starts"), actual }];
  };
}

function nextMonth({ input, expected }: Vector, zone: Zone): readonly Check[] {
  const startDate = text(input, "from");
  // Any month that has the day; January has all.
  const billingAnchor = `${startDate.slice(0, 4)}-01-${text(input, "anchorDay").padStart(2, "0")}`;
  const subscription = datesOnly({ startDate, billingAnchor, ...zone });
  const month = billingPeriodAt(subscription, 0, { billingCycle: "monthly" });
  return compareMoment("date", text(expected, "to"), month?.end, zone);
}

/** In advance an item is billed with the invoice in whose window its period begins; in arrears, ends. */
function periodInWindow({ input, expected }: Vector, zone: Zone): readonly Check[] {
  const [from = "", to = ""] = list(input, "invoiceWindow").map(String);
  const subscription = datesOnly({
    startDate: text(input, "lineItemStart"),
    ...zone,
    ...endIn(input, "lineItemEnd"),
  });
  const periods = billingPeriods(subscription, {
    billingCycle: cycleIn(text(input, "period")),
    until: to,
    limit: 10_000,
  });
  const isInAdvance = choice(input, "cadence", { advance: true, arrear: false });
  const match = periods.find(({ start, end }) =>
    isInAdvance ? !isBefore(start, from) : isBefore(from, end) && !isBefore(to, end),
  );
  const service =
    field(expected, "servicePeriod") === undefined
      ? undefined
      : list(expected, "servicePeriod").map((each) => written(String(each), zone));
  return [
    { what: "match", expected: text(expected, "match"), actual: `${match !== undefined}` },
    ...(service === undefined
      ? []
      : [{ what: "period", expected: service, actual: [match?.start ?? "", match?.end ?? ""] }]),
  ];
}

/** The boundary so many cycles from a moment, in the row that is counted from it in both directions. */
function advanced(period: string): (vector: Vector, zone: Zone) => readonly Check[] {
  return ({ input, expected }, zone) => {
    const [anchor, n] = [text(input, "in"), Number(text(input, "n"))];
    const row = datesOnly({ startDate: "1900-01-01", billingAnchor: anchor, ...zone });
    const { index } = cycleAt(anchor, cycleIn(period), zone, anchor);
    const to = billingPeriodAt(row, index + n, { billingCycle: cycleIn(period) });
    return compareMoment("date", text(expected, "want"), to?.start, zone);
  };
}

function periodsUntil({ input, expected }: Vector, zone: Zone): readonly Check[] | Skip {
  const [period, unit] = [text(input, "billingPeriod"), text(input, "periodCount")];
  const billingCycle = cycleIn(period, unit);
  const [startDate, anchor] = [text(input, "initialPeriodStart"), text(input, "anchor")];
  const begun = datesOnly({ startDate, ...zone, ...endIn(input, "endDate") });
  if (field(expected, "error") !== undefined) {
    return refused(() => billingPeriods(begun, { billingCycle }));
  }
  const billingAnchor = anchorFrom({ start: startDate, anchor, period, unit }, zone);
  if (billingAnchor === undefined) return skip("engine quirk");
  const periods = billingPeriods({ ...begun, billingAnchor }, { billingCycle, limit: 10_000 });
  const ends = [["wantFirstPeriodEnd", 0] as const, ["wantSecondPeriodEnd", 1] as const];
  return [
    { what: "periods", expected: text(expected, "wantPeriodCount"), actual: `${periods.length}` },
    ...ends.flatMap(([name, index]) => {
      const end = optionalText(expected, name);
      return end === undefined ? [] : compareMoment(name, end, periods[index]?.end, zone);
    }),
  ];
}

/** The row of periods goes on in both directions from the one that is known. */
function periodOfDate({ input, expected }: Vector, zone: Zone): readonly Check[] | Skip {
  const [period, unit] = [text(input, "billingPeriod"), text(input, "periodCount")];
  const [target, cycle] = [text(input, "target"), cycleIn(period, unit)];
  if (field(expected, "error") !== undefined) return refused(() => cycleAt(target, cycle, zone));
  const [start, anchor] = [text(input, "knownStart"), text(input, "anchor")];
  const billingAnchor = anchorFrom({ start, anchor, period, unit }, zone);
  if (billingAnchor === undefined) return skip("engine quirk");
  const found = cycleAt(target, cycle, zone, billingAnchor);
  return [
    ...compareMoment("start", text(expected, "wantStart"), found.start, zone),
    ...compareMoment("end", text(expected, "wantEnd"), found.end, zone),
  ];
}

/** The start of the calendar's own day, week or month. */
function floored(cycle: BillingCycle): (vector: Vector, zone: Zone) => readonly Check[] {
  return ({ input, expected }, zone) =>
    compareMoment(
      "start",
      text(expected, "want"),
      cycleAt(text(input, "in"), cycle, zone).start,
      zone,
    );
}

/** A moment belongs to a period from its start on and before its end, as to a subscription. */
function isBetween({ input, expected }: Vector, zone: Zone): readonly Check[] {
  const subscription = datesOnly({
    startDate: text(input, "start"),
    ...zone,
    ...endIn(input, "end"),
  });
  const period = billingPeriodAt(subscription, text(input, "timestamp"), { billingCycle: "daily" });
  return [{ what: "between", expected: text(expected, "want"), actual: `${period !== undefined}` }];
}

function refused(attempt: () => unknown): readonly Check[] {
  return [{ what: "refused", expected: true, actual: isRefused(attempt) }];
}

function compareMoment(
  what: string,
  expected: string,
  actual: string | undefined,
  zone: Zone,
): readonly Check[] {
  return [{ what, expected: written(expected, zone), actual }];
}

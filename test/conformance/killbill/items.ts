import { billingPeriodAt, upcoming } from "rateplan";
import { type Check, type Skip, skip, type Translations } from "../adapter.js";
import { choice, field, list, text, type Vector } from "../vector.js";
import {
  catalogOf,
  compareStated,
  fee,
  invoicesUntil,
  linesOf,
  planOf,
  type Subject,
} from "./billing.js";
import { phased } from "./changes.js";
import { datesOnly, IN_ADVANCE } from "./cycles.js";

/** Kill Bill: the items that a subscription's invoices hold by a date. */
export const items: Translations = {
  "recurring item generation": { area: "calendar", run: recurringItems },
  "daily billing with account timezone": { area: "calendar", run: dailyWithTrial },
};

/** Items of the first event: in advance what begins by the date, in arrears what has ended by it. */
function recurringItems({ input, expected }: Vector): readonly Check[] | Skip {
  const target = text(input, "targetDate");
  const isInAdvance = choice(input, "billingMode", IN_ADVANCE);
  const events = list(input, "events");
  if (events.some((event) => !["CREATE", "CHANGE"].includes(text(event, "type")))) {
    return skip("input shape");
  }
  const subject = phased(
    events.map((event) => ({
      from: text(event, "date"),
      price: text(event, "price"),
      billCycleDay: text(input, "billCycleDay"),
    })),
    {
      billingPeriod: text(input, "billingPeriod"),
      billingTiming: isInAdvance ? "in-advance" : "in-arrears",
    },
  );
  const running = billingPeriodAt(subject.subscription, target, { catalog: subject.catalog });
  // The invoice of the running period knows already which of its items have ended.
  const invoices =
    running === undefined
      ? []
      : [
          ...invoicesUntil(subject, target),
          ...(isInAdvance ? [] : [upcoming({ ...subject, usage: [], asOf: target })]),
        ];
  const [, change] = events;
  const lines = linesOf(invoices)
    .filter(({ servicePeriod: { start, end } }) => (isInAdvance ? start : end) <= target)
    .filter(({ servicePeriod: { start } }) => change === undefined || start < text(change, "date"));
  const stated = list(expected, "items");
  const next = isInAdvance ? lines.at(-1)?.servicePeriod.end : running?.end;
  return [
    { what: "items", expected: stated.length, actual: lines.length },
    ...stated.flatMap((item, index) => {
      const line = lines[index];
      const facts = new Map([
        ["type", line?.kind.toUpperCase()],
        ["start", line?.servicePeriod.start],
        ["end", line?.servicePeriod.end],
        ["amount", line?.amount],
      ]);
      return compareStated(`item ${index + 1}`, item, facts);
    }),
    {
      what: "next notification",
      expected: field(expected, "nextNotificationDate") ?? null,
      actual: next ?? null,
    },
  ];
}

/** Days of the account's time zone, the first of them a trial. */
function dailyWithTrial({ input, expected }: Vector): readonly Check[] {
  const timeZone = text(input, "timezone");
  const created = datesOnly({
    startDate: `${text(input, "createdAt")}Z`,
    timeZone,
    billingAnchor: "calendar",
  });
  const day = billingPeriodAt(created, 0, { billingCycle: "daily" })?.cycle;
  const billingPeriod = text(input, "billingPeriod");
  const subject: Subject = {
    catalog: catalogOf([
      planOf("plan", billingPeriod, [fee(text(input, "price"), { billingTiming: "in-advance" })]),
    ]),
    subscription: datesOnly({
      startDate: day?.start ?? "",
      timeZone,
      trialDays: Number(text(input, "trialDays")),
    }),
  };
  const stated = list(expected, "items");
  const invoices = invoicesUntil(subject, text(stated.at(-1), "start"));
  // What is free there is not billed here, which an invoice says, too.
  const actual = [
    ...invoices.flatMap(({ unbilled }) =>
      unbilled.map(({ period }) => ({ type: "FIXED", ...period, amount: "0" })),
    ),
    ...linesOf(invoices).map(({ kind, servicePeriod, amount }) => ({
      type: kind.toUpperCase(),
      ...servicePeriod,
      amount,
    })),
  ];
  return [
    { what: "items", expected: stated.length, actual: actual.length },
    ...stated.flatMap((item, index) =>
      compareStated(`item ${index + 1}`, item, new Map(Object.entries(actual[index] ?? {}))),
    ),
  ];
}

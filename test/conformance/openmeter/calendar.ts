import {
  type BillingCycle,
  billingPeriodAt,
  billingPeriods,
  type CycleUnit,
  type Period,
  type SubscriptionInput,
} from "rateplan";
import { type Check, skip, type Translation } from "../adapter.js";
import { instantText, subscriptionOf } from "../billed-in-advance.js";
import { type Json, type JsonObject, list, optionalText, record, text } from "../vector.js";

const UNITS: Readonly<Record<string, CycleUnit>> = { D: "day", W: "week", M: "month", Y: "year" };

/** An ISO 8601 duration as a billing cycle; nothing for one of hours, minutes or seconds, or of several units. */
function cycleOf(input: JsonObject): BillingCycle | undefined {
  const [, every, letter = ""] = /^P(\d+)([DWMY])$/.exec(text(input, "interval")) ?? [];
  const unit = UNITS[letter];
  return unit === undefined ? undefined : { every: Number(every), unit };
}

/** A row of periods, endless in both directions for all that these cases know. */
function rowFrom(billingAnchor: string): SubscriptionInput {
  return subscriptionOf("1990-01-01", { billingAnchor });
}

/** The period of a recurrence that contains a moment. */
export const periodAt: Translation = {
  area: "calendar",
  run: ({ input, expected }) => {
    const billingCycle = cycleOf(input);
    if (billingCycle === undefined) return skip("engine convention");
    const period = billingPeriodAt(rowFrom(text(input, "anchor")), text(input, "at"), {
      billingCycle,
    });
    return [periodCheck("period", record(expected, "period"), period)];
  },
};

/** The last boundary before a moment; one at the moment itself only where it is asked for. */
export const boundaryBefore: Translation = boundaryFrom(-1);
/** The first boundary after a moment, likewise. */
export const boundaryAfter: Translation = boundaryFrom(1);

function boundaryFrom(direction: -1 | 1): Translation {
  return {
    area: "calendar",
    run: ({ input, expected }) => {
      const billingCycle = cycleOf(input);
      if (billingCycle === undefined) return skip("engine convention");
      const at = text(input, "at");
      const row = rowFrom(text(input, "anchor"));
      const period = billingPeriodAt(row, at, { billingCycle });
      const isBoundary = period !== undefined && instantText(period.start) === instantText(at);
      const before = billingPeriodAt(row, (period?.index ?? 0) - 1, { billingCycle });
      const counts = isBoundary && optionalText(input, "boundary") === "inclusive";
      const found = counts
        ? at
        : direction === 1
          ? period?.end
          : isBoundary
            ? before?.start
            : period?.start;
      return [
        {
          what: "at",
          expected: instantText(text(expected, "at")),
          actual: found && instantText(found),
        },
      ];
    },
  };
}

/** The billing periods of a subscription with an anchor, as far as they begin before a date. */
export const anchoredPeriods: Translation = {
  area: "calendar",
  run: ({ input, expected }) => {
    const billingCycle = cycleOf(input);
    if (billingCycle === undefined) return skip("engine convention");
    const subscription = subscriptionOf(text(input, "subscriptionStart"), {
      billingAnchor: text(input, "billingAnchor"),
    });
    const periods = billingPeriods(subscription, {
      billingCycle,
      until: text(input, "until"),
      limit: 1_000,
    });
    const stated = list(expected, "periods");
    return [
      { what: "number of periods", expected: stated.length, actual: periods.length },
      ...stated.map((each, index) => periodCheck(`period ${index}`, each, periods[index])),
    ];
  },
};

function periodCheck(what: string, stated: Json, period: Period | undefined): Check {
  return {
    what,
    expected: [instantText(text(stated, "from")), instantText(text(stated, "to"))],
    actual: period && [instantText(period.start), instantText(period.end)],
  };
}

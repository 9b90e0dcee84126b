import {
  type BillingCycle,
  billingPeriodAt,
  billingPeriods,
  type CycleUnit,
  type SubscriptionInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { instantText, isBefore, subscriptionOf } from "../billed-in-advance.js";
import { type Json, optionalText, text, type Vector } from "../vector.js";

/** The engine's intervals as so many of our units. */
const UNITS: Readonly<Record<string, { readonly unit: CycleUnit; readonly times: number }>> = {
  Day: { unit: "day", times: 1 },
  Week: { unit: "week", times: 1 },
  Month: { unit: "month", times: 1 },
  Quarter: { unit: "month", times: 3 },
  SemiAnnual: { unit: "month", times: 6 },
  Year: { unit: "year", times: 1 },
};

/** Intervals within a day: the engine resets balances by them and bills nothing; our billing cycles are of whole days. */
const WITHIN_A_DAY = ["Minute", "Hour"];

function cycleOf(input: Json): BillingCycle | Skip {
  const interval = text(input, "interval");
  if (WITHIN_A_DAY.includes(interval)) return skip("engine convention");
  const found = UNITS[interval];
  if (found === undefined) return skip("input shape");
  return {
    every: Number(optionalText(input, "intervalCount") ?? "1") * found.times,
    unit: found.unit,
  };
}

export function isSkip(result: unknown): result is Skip {
  return typeof result === "object" && result !== null && "skip" in result;
}

/** A subscription that starts at a moment, with the anchor on whichever side of it. */
function subscriptionFrom(startDate: string, billingAnchor: string): SubscriptionInput {
  return subscriptionOf(startDate, { billingAnchor });
}

/** The end of the cycle that contains a moment; with a floor, not before that. */
export function cycleEnd(vector: Vector): readonly Check[] | Skip {
  const { input } = vector;
  const billingCycle = cycleOf(input);
  if (isSkip(billingCycle)) return billingCycle;
  const [anchor, now] = [text(input, "anchor"), text(input, "now")];
  const floor = optionalText(input, "floor");
  const subscription = subscriptionFrom(now, anchor);
  // A floor in a later cycle: nothing is billed until then, and a cycle begins there.
  const waits =
    floor !== undefined && (billingPeriodAt(subscription, floor, { billingCycle })?.index ?? 0) > 0;
  const end = waits
    ? billingPeriodAt(subscriptionFrom(floor, anchor), 0, { billingCycle })?.start
    : billingPeriodAt(subscription, now, { billingCycle })?.cycle.end;
  return dateChecks(vector, end);
}

/** The start of the cycle that contains a moment; with a floor, the subscription starts there. */
export function cycleStart(vector: Vector): readonly Check[] | Skip {
  const { input } = vector;
  const billingCycle = cycleOf(input);
  if (isSkip(billingCycle)) return billingCycle;
  const [anchor, now] = [text(input, "anchor"), text(input, "now")];
  const floor = optionalText(input, "floor");
  if (floor === undefined) {
    const period = billingPeriodAt(subscriptionFrom(now, anchor), now, { billingCycle });
    return dateChecks(vector, period?.cycle.start);
  }
  const floored = subscriptionFrom(floor, anchor);
  const period =
    billingPeriodAt(floored, now, { billingCycle }) ??
    billingPeriodAt(floored, 0, { billingCycle });
  return dateChecks(vector, period?.start);
}

/** The first start of a cycle, within a stretch of time, that is not before a moment; nothing without one. */
export function boundaryFrom(
  [start, end]: readonly [string, string],
  now: string,
  cycle: Json,
): string | Skip | undefined {
  const billingCycle = cycleOf(cycle);
  if (isSkip(billingCycle)) return billingCycle;
  const subscription = { ...subscriptionFrom(start, start), endDate: end };
  const periods = billingPeriods(subscription, { billingCycle, from: now, limit: 2 });
  return periods.find((period) => !isBefore(period.start, now))?.start;
}

/** Parts of a date, or a comparison with another one, as the engine's tests ask for them. */
const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth() + 1,
  day: (date) => date.getUTCDate(),
  dayOfWeek: (date) => date.getUTCDay(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds(),
};

function dateChecks({ expected }: Vector, date: string | undefined): readonly Check[] {
  if (date === undefined) return [{ what: "date", expected, actual: undefined }];
  return Object.keys(expected ?? {}).map((what): Check => {
    const wanted = text(expected, what);
    const part = PARTS[what];
    if (part !== undefined) {
      return { what, expected: wanted, actual: String(part(new Date(date))) };
    }
    if (what === "at") return { what, expected: instantText(wanted), actual: instantText(date) };
    const compare = COMPARISONS[what];
    if (compare === undefined)
      throw new Error(`a part of a date that the adapter does not know: ${what}`);
    return { what: `${what} ${wanted}`, expected: true, actual: compare(date, wanted) };
  });
}

const COMPARISONS: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  greaterThan: (a, b) => isBefore(b, a),
  greaterThanOrEqual: (a, b) => !isBefore(a, b),
  lessThan: isBefore,
  lessThanOrEqual: (a, b) => !isBefore(b, a),
};

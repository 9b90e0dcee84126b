import {
  type BillingAnchor,
  type BillingCycle,
  type BillingPeriod,
  billingPeriodAt,
  isPricingError,
  type Subscription,
  safeParseSubscription,
} from "rateplan";
import { type Json, optionalText } from "../vector.js";

/** A zone as a subscription's field; nothing stands for UTC. */
export type Zone = Pick<Subscription, "timeZone">;

/** Before everything that a case is about. */
const LONG_AGO = "1900-01-01";

/** A subscription whose periods alone are of interest. */
export function datesOnly(more: Omit<Subscription, "id" | "customerId" | "ratePlanId">) {
  return { id: "subscription", customerId: "customer", ratePlanId: "plan", ...more };
}

/** The zone of a case; nothing where there is no such one, for which the engine takes UTC and the library none. */
export function zoneIn(input: Json, key = "timezone"): Zone | undefined {
  const timeZone = optionalText(input, key) ?? "";
  if (timeZone === "") return {};
  const zone = { timeZone };
  return safeParseSubscription(datesOnly({ startDate: LONG_AGO, ...zone })).ok ? zone : undefined;
}

/** The engine's periods, so many of which are one cycle. Other names are passed on, for the library to refuse. */
export function cycleIn(period: string, unit = "1"): BillingCycle {
  const every = Number(unit);
  switch (period) {
    case "DAILY":
      return { every, unit: "day" };
    case "WEEKLY":
      return { every, unit: "week" };
    case "MONTHLY":
      return { every, unit: "month" };
    case "QUARTER":
    case "QUARTERLY":
      return { every: 3 * every, unit: "month" };
    case "HALF_YEAR":
    case "HALF_YEARLY":
      return { every: 6 * every, unit: "month" };
    case "ANNUAL":
      return { every, unit: "year" };
    default:
      return period as BillingCycle;
  }
}

/** The cycle of the calendar, or of an anchor in both directions, that contains a moment. */
export function cycleAt(
  instant: string,
  billingCycle: BillingCycle,
  zone: Zone,
  billingAnchor: BillingAnchor = "calendar",
): BillingPeriod {
  const row = datesOnly({ startDate: LONG_AGO, billingAnchor, ...zone });
  const period = billingPeriodAt(row, instant, { billingCycle });
  if (period === undefined) throw new Error(`${instant} is too long ago`);
  return period;
}

/** A moment as the library writes it: as a civil date where a day begins. */
export function written(instant: string, zone: Zone): string {
  const day = billingPeriodAt(datesOnly({ startDate: instant, ...zone }), 0, {
    billingCycle: "daily",
  });
  return day?.start ?? "";
}

/** The civil date of a moment. */
export function dateOf(instant: string, zone: Zone): string {
  return cycleAt(instant, "daily", zone).start;
}

/** So many days from one moment to another, as a cycle. */
export function daysBetween(start: string, end: string, zone: Zone = {}): number {
  const days = billingPeriodAt(datesOnly({ startDate: start, ...zone }), end, {
    billingCycle: "daily",
  });
  if (days === undefined) throw new Error(`${end} is before ${start}`);
  return days.index;
}

/** A billing period of the engine, and the anchor by which it is followed. */
export interface AnchoredPeriod {
  readonly start: string;
  readonly anchor: string;
  readonly period: string;
  readonly unit: string;
}

/**
 * The anchor that the engine counts from a period on. It takes the day (of the month, of the week, of the year) and the
 * time from the billing anchor, and the month, week or year from the period itself. Nothing where it skips the anchor's
 * boundary as that lies later in the same year, or on the same day.
 */
export function anchorFrom(
  { start, anchor, period, unit }: AnchoredPeriod,
  zone: Zone,
): BillingAnchor | undefined {
  const own = cycleAt(start, cycleIn(period, unit), zone, anchor);
  if (own.start === written(start, zone)) return anchor;
  const isOfMonths = ["MONTHLY", "QUARTER", "HALF_YEAR"].includes(period);
  if (isOfMonths && period !== "MONTHLY" && start < anchor) return anchor;
  const step = cycleAt(start, cycleIn(isOfMonths ? "MONTHLY" : period), zone, anchor);
  const whole = isOfMonths ? "monthly" : period === "ANNUAL" ? "annual" : "daily";
  const isLater = cycleAt(step.end, whole, zone).index === cycleAt(start, whole, zone).index;
  const row = { cycle: cycleIn(isOfMonths ? "MONTHLY" : period), anchor, zone };
  if (!isLater) return onDayOfAnchor(step.index, MONTHS[period] ?? 1, Number(unit), row);
  return isOfMonths ? step.end : undefined;
}

/** How many steps a period is, where it is counted in months. */
const MONTHS: Readonly<Record<string, number>> = { QUARTER: 3, HALF_YEAR: 6 };

/** More cycles than it takes for the anchor's day to come again, 29 February included. */
const MANY_CYCLES = 12;

/** A boundary so many cycles from another one that has the day of the anchor: in a short month it has an earlier day. */
function onDayOfAnchor(
  index: number,
  steps: number,
  unit: number,
  { cycle, anchor, zone }: { cycle: BillingCycle; anchor: string; zone: Zone },
): string | undefined {
  const row = datesOnly({ startDate: LONG_AGO, billingAnchor: anchor, ...zone });
  const dayOf = (date: string) => dateOf(date, zone).slice("2026-01-".length);
  const places = Array.from({ length: MANY_CYCLES }, (_, place) => index + place * steps * unit);
  const starts = places.map((place) => billingPeriodAt(row, place, { billingCycle: cycle })?.start);
  const sameDay = starts.find((start) => start !== undefined && dayOf(start) === dayOf(anchor));
  return sameDay ?? starts[0];
}

/** Whether something is refused, with issues. */
export function isRefused(attempt: () => unknown): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    if (isPricingError(error)) return true;
    throw error;
  }
}

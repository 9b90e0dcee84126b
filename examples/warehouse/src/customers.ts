import { parseSubscription, type Subscription } from "rateplan";
import { PERIOD } from "./catalog.js";

/** Customers whose events stand in one file, are counted by one statement, and are billed together. */
export const BATCH = 2_000;

/** Three in six are on the first plan, two on the second, one on the third. */
const PLAN_OF = ["starter", "starter", "starter", "growth", "growth", "scale"] as const;
/** One in fifty signed up in the middle of the month. */
const SIGNED_UP_LATE = { every: 50, place: 7, on: "2026-06-10" } as const;

const ZONES: Readonly<Record<number, string>> = { 3: "Europe/Berlin", 4: "America/New_York" };

// The same object for all: `usageSegments` does the work once for requests that are alike.
const PART = { start: SIGNED_UP_LATE.on, end: PERIOD.end } as const;

export function customerId(number: number): string {
  return `c${String(number).padStart(7, "0")}`;
}

/** The customers of a batch, by their numbers. */
export function customersOf(batch: number, customers: number): readonly number[] {
  const first = batch * BATCH;
  return Array.from({ length: Math.min(BATCH, customers - first) }, (_, place) => first + place);
}

/** Whom to bill, and for which time. */
export interface Due {
  readonly subscription: Subscription;
  readonly period: { readonly start: string; readonly end: string };
}

export function dueOf(number: number): Due {
  const isLate = number % SIGNED_UP_LATE.every === SIGNED_UP_LATE.place;
  const subscription = parseSubscription({
    id: `s${number}`,
    customerId: customerId(number),
    ratePlanId: PLAN_OF[number % PLAN_OF.length] ?? "starter",
    startDate: isLate ? SIGNED_UP_LATE.on : "2026-01-01",
    timeZone: ZONES[number % 10] ?? "UTC",
    billingAnchor: "calendar",
  });
  return { subscription, period: isLate ? PART : PERIOD };
}

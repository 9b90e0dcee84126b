import {
  type BillingAnchor,
  type BillingCycle,
  type BillingPeriod,
  billingPeriodAt,
  billingPeriods,
  type Subscription,
  safeParseSubscription,
} from "rateplan";

/** Whether a billing mode is in advance. */
export const IN_ADVANCE = { IN_ADVANCE: true, IN_ARREAR: false } as const;

/** Kill Bill's billing periods of whole months: they follow the bill cycle day. */
const MONTHS: ReadonlyMap<string, BillingCycle> = new Map<string, BillingCycle>([
  ["MONTHLY", "monthly"],
  ["BIMESTRIAL", { every: 2, unit: "month" }],
  ["QUARTERLY", "quarterly"],
  ["TRIANNUAL", { every: 4, unit: "month" }],
  ["BIANNUAL", "semi-annual"],
  ["ANNUAL", "annual"],
  ["SESQUIENNIAL", { every: 18, unit: "month" }],
  ["BIENNIAL", { every: 2, unit: "year" }],
  ["TRIENNIAL", { every: 3, unit: "year" }],
]);

/** Those of days: they are counted from the start, whatever the bill cycle day. */
const DAYS: ReadonlyMap<string, BillingCycle> = new Map<string, BillingCycle>([
  ["DAILY", "daily"],
  ["WEEKLY", "weekly"],
  ["BIWEEKLY", { every: 2, unit: "week" }],
  ["THIRTY_DAYS", { every: 30, unit: "day" }],
  ["THIRTY_ONE_DAYS", { every: 31, unit: "day" }],
  ["SIXTY_DAYS", { every: 60, unit: "day" }],
  ["NINETY_DAYS", { every: 90, unit: "day" }],
]);

export function cycleOf(billingPeriod: string): BillingCycle {
  const cycle = MONTHS.get(billingPeriod) ?? DAYS.get(billingPeriod);
  if (cycle === undefined) throw new Error(`unknown billing period ${billingPeriod}`);
  return cycle;
}

/** A subscription whose periods alone are of interest. */
export function datesOnly(more: Omit<Subscription, "id" | "customerId" | "ratePlanId">) {
  return { id: "subscription", customerId: "account", ratePlanId: "plan", ...more };
}

/**
 * The billing anchor that a bill cycle day is: that day in the month of the start. Where this month does not have it,
 * the same day in another month of the same row of cycles, from which ours clamp as theirs do.
 */
export function anchorOf(
  startDate: string,
  billingPeriod: string,
  billCycleDay: string,
): BillingAnchor {
  if (!MONTHS.has(billingPeriod)) return "anniversary";
  const firstOfMonth = `${startDate.slice(0, 7)}-01`;
  const months = billingPeriods(datesOnly({ startDate: firstOfMonth }), {
    billingCycle: cycleOf(billingPeriod),
    limit: 12,
  }).map(({ start }) => start.slice(0, 7));
  const days = [billCycleDay.padStart(2, "0"), "30", "29", "28"].filter(
    (day, index, [wanted = ""]) => index === 0 || day < wanted,
  );
  const anchor = days
    .flatMap((day) => months.map((month) => `${month}-${day}`))
    .find((date) => safeParseSubscription(datesOnly({ startDate: date })).ok);
  if (anchor === undefined) throw new Error(`no anchor for day ${billCycleDay}`);
  return anchor;
}

/** The bill cycle day from which whole periods are counted: the first that is not before the start. */
export function firstBillingDate(subscription: Subscription, billingCycle: BillingCycle): string {
  const first = billingPeriodAt(subscription, 0, { billingCycle });
  if (first === undefined) throw new Error("a subscription has a first period");
  return first.start === first.cycle.start ? first.start : first.cycle.end;
}

/**
 * Whether Kill Bill measures this part of a cycle by another cycle: it moves the cycle's other end by a period and does
 * not go back to the bill cycle day where a short month had cut it (28 February - 1 month = 28 January for day 31).
 */
export function isMisclamped(
  { start, end, cycle }: Omit<BillingPeriod, "index">,
  billingPeriod: string,
): boolean {
  if (!MONTHS.has(billingPeriod)) return false;
  const [from, to] = [cycle.start.slice(8), cycle.end.slice(8)];
  if (start !== cycle.start) return to < from;
  return end !== cycle.end && from < to;
}

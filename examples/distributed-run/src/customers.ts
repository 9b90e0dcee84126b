/** A company's customers and what they used: made from their numbers, so every process makes the same. */
import type { CouponInput, EventInput, SubscriptionInput } from "rateplan";

/** A row of the table of customers. */
export interface Customer {
  readonly id: string;
  readonly subscription: SubscriptionInput;
  readonly coupons?: readonly CouponInput[];
}

const DAY = 86_400_000;
const JANUARY = Date.UTC(2026, 0, 1);
const PLANS = ["starter", "team", "business"] as const;
const ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"] as const;

/**
 * One in a thousand of each was entered wrongly: what a run must live with.
 *
 * @internal the tests know them by it
 */
export const BROKEN = { plan: 412, coupon: 777 } as const;

function customerAt(index: number): Customer {
  const next = numbersFrom(index);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[below(next, list.length)] ?? list[0];
  const id = `customer-${String(index).padStart(6, "0")}`;
  const day = (from: number) => new Date(JANUARY + (from + below(next, 12)) * DAY);
  const dateOf = (date: Date) => date.toISOString().slice(0, 10);
  const ratePlanId = pick(PLANS);
  const subscription = {
    id: `sub-${index}`,
    customerId: id,
    ratePlanId: index % 1000 === BROKEN.plan ? "taem" : ratePlanId,
    startDate: next() < 0.8 ? "2026-01-01" : dateOf(day(1)),
    timeZone: pick(ZONES),
    billingAnchor: "calendar",
    ...(next() < 0.2 && ratePlanId === "starter"
      ? { changes: [{ effectiveDate: dateOf(day(14)), ratePlanId: "team" }] }
      : {}),
  } as const;
  const percent = index % 1000 === BROKEN.coupon ? 140 : 20;
  const coupons = [{ id: "welcome", percent, from: "2026-01-01", periods: 2 }];
  return next() < 0.2 || percent === 140 ? { id, subscription, coupons } : { id, subscription };
}

export function customersUpTo(count: number): readonly Customer[] {
  return Array.from({ length: count }, (_, index) => customerAt(index));
}

/** What a customer used in January, in the order in which it was delivered; one in forty is delivered twice. */
export function eventsOf({ id }: Pick<Customer, "id">): readonly EventInput[] {
  const next = numbersFrom(Number(id.slice("customer-".length)) + 1_000_003);
  return Array.from({ length: 4 + below(next, 32) }, (_, index): EventInput => {
    const timestamp = new Date(JANUARY + DAY + Math.floor(next() * 29 * DAY)).toISOString();
    const event = { id: `${id}-${index}`, customerId: id, timestamp };
    return next() < 0.5
      ? { ...event, unitOfMeasure: "@outcome" }
      : {
          ...event,
          unitOfMeasure: "token",
          quantity: 1 + below(next, 9_000),
          properties: { cached: next() < 0.2 },
        };
  }).flatMap((event) => (next() < 0.025 ? [event, event] : [event]));
}

function below(next: () => number, bound: number): number {
  return Math.floor(next() * bound);
}

/** Mulberry32: numbers from 0 to 1, always the same of a seed. */
function numbersFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

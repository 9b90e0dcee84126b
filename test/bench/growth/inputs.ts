import type {
  ChargeInput,
  InvoiceRequest,
  ProductInput,
  RatePlanInput,
  SignalInput,
  SubscriptionInput,
  UsageEventInput,
} from "rateplan";

/** A job at two sizes, the second four times the first: what grows in line takes four times as long. */
export interface Growth {
  /** What is done. */
  readonly name: string;
  /** What there are `size` of. */
  readonly input: string;
  /** The smaller size. */
  readonly size: number;
  /** Makes the job of a size, from data that was never seen before; only the job itself is measured. */
  readonly jobOf: (size: number) => () => unknown;
}

type Cycle = RatePlanInput["billingCycle"];

export const START = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
const YEAR = 365 * DAY;

const YEAR_2026 = { start: "2026-01-01", end: "2027-01-01" } as const;

export const seats = {
  id: "seats",
  name: "Seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "12.50" },
} as const satisfies ChargeInput;

export const outcomes = {
  id: "outcomes",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "0.99" },
} as const satisfies ChargeInput;

export const judged = {
  ...outcomes,
  outcome: { reverse: { signals: ["reopened"], within: "P7D" } },
} as const satisfies ChargeInput;

/** Items by their index. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export function planOf(
  billingCycle: Cycle,
  charges: readonly ChargeInput[],
  id = "plan",
): RatePlanInput {
  return {
    id,
    name: "Plan",
    currency: "USD",
    billingCycle,
    effectiveDate: "2020-01-01",
    charges,
  };
}

export function productOf(ratePlans: readonly RatePlanInput[]): ProductInput {
  return {
    id: "product",
    name: "Agent",
    agentType: "support",
    effectiveDate: "2020-01-01",
    ratePlans,
  };
}

export function catalogOf(billingCycle: Cycle, charges: readonly ChargeInput[]): ProductInput {
  return productOf([planOf(billingCycle, charges)]);
}

export function subscriptionOf(facts: Partial<SubscriptionInput>): SubscriptionInput {
  return { id: "s", customerId: "c", ratePlanId: "plan", startDate: "2026-01-01", ...facts };
}

/** The first document of a whole year. */
export function yearOf(
  charges: readonly ChargeInput[],
  facts: Partial<SubscriptionInput> = {},
  usage: InvoiceRequest["usage"] = [],
): InvoiceRequest {
  return {
    catalog: catalogOf("annual", charges),
    subscription: subscriptionOf(facts),
    period: YEAR_2026,
    usage,
  };
}

export function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The nth of `size` moments within a year. */
export function momentIn(index: number, size: number): number {
  return START + Math.floor(((index + 0.5) * YEAR) / size / MINUTE) * MINUTE;
}

export function dateIn(index: number, size: number): string {
  return new Date(momentIn(index, size)).toISOString();
}

export function eventAt(
  index: number,
  time: number,
  facts: Partial<UsageEventInput> = {},
): UsageEventInput {
  return {
    id: `e${index}`,
    customerId: "c",
    unitOfMeasure: "@outcome",
    timestamp: new Date(time).toISOString(),
    ...facts,
  };
}

export function signalAt(index: number, time: number, facts: Partial<SignalInput>): SignalInput {
  return { id: `s${index}`, customerId: "c", timestamp: new Date(time).toISOString(), ...facts };
}

import {
  type Invoice,
  type InvoiceRequest,
  invoice,
  type ProductInput,
  type SubscriptionInput,
  type UsageEventInput,
} from "rateplan";

/** A job at two sizes, the second four times the first: what grows in line takes four times as long. */
export interface Growth {
  /** What is done. */
  readonly name: string;
  /** What there are `size` of. */
  readonly input: string;
  /** The smaller size. */
  readonly size: number;
  /** Makes the job of a size; only the job itself is measured. */
  readonly jobOf: (size: number) => () => unknown;
}

type ChargeInput = ProductInput["ratePlans"][number]["charges"][number];
type ChangeInput = NonNullable<SubscriptionInput["changes"]>[number];
type Cycle = ProductInput["ratePlans"][number]["billingCycle"];

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const YEAR = 365 * DAY;

const seats = {
  id: "seats",
  name: "Seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "12.50" },
} as const satisfies ChargeInput;

const outcomes = {
  id: "outcomes",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "0.99" },
} as const satisfies ChargeInput;

const judged = {
  ...outcomes,
  outcome: { reverse: { signals: ["reopened"], within: "P7D" } },
} as const satisfies ChargeInput;

function catalogOf(billingCycle: Cycle, charges: readonly ChargeInput[]): ProductInput {
  return {
    id: "product",
    name: "Agent",
    agentType: "support",
    effectiveDate: "2020-01-01",
    ratePlans: [
      {
        id: "plan",
        name: "Plan",
        currency: "USD",
        billingCycle,
        effectiveDate: "2020-01-01",
        charges,
      },
    ],
  };
}

function subscriptionOf(facts: Partial<SubscriptionInput>): SubscriptionInput {
  return { id: "s", customerId: "c", ratePlanId: "plan", startDate: "2026-01-01", ...facts };
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The nth of `size` moments within a year. */
function momentIn(index: number, size: number): number {
  return START + Math.floor(((index + 0.5) * YEAR) / size / MINUTE) * MINUTE;
}

function eventAt(index: number, time: number): UsageEventInput {
  return {
    id: `e${index}`,
    customerId: "c",
    unitOfMeasure: "@outcome",
    timestamp: new Date(time).toISOString(),
  };
}

/** One annual period with changes in it, and as many events. */
function changesInOnePeriod(
  charge: ChargeInput,
  changeOf: (index: number) => Omit<ChangeInput, "effectiveDate">,
): (size: number) => InvoiceRequest {
  const catalog = catalogOf("annual", [charge]);
  return (size) => {
    const indices = Array.from({ length: size }, (_, index) => index);
    const changes = indices.map((index) => ({
      effectiveDate: new Date(momentIn(index, size)).toISOString(),
      ...changeOf(index),
    }));
    const priced = charge.chargeType === "usage";
    return {
      catalog,
      subscription: subscriptionOf({ ...(priced ? {} : { quantities: { seats: 5 } }), changes }),
      period: { start: "2026-01-01", end: "2027-01-01" },
      usage: priced ? indices.map((index) => eventAt(index, momentIn(index, size))) : [],
      previous: opening(catalog, charge),
    };
  };
}

function billed(requestOf: (size: number) => InvoiceRequest): Growth["jobOf"] {
  return (size) => {
    const request = requestOf(size);
    return () => invoice(request);
  };
}

/** Fees in advance are opened by a document before any change is known. */
function opening(catalog: ProductInput, charge: ChargeInput): Invoice[] {
  if (charge.chargeType !== "recurring" || charge.billingTiming !== "in-advance") return [];
  const period = { start: "2026-01-01", end: "2026-01-01" };
  const subscription = subscriptionOf({ quantities: { seats: 5 } });
  return [invoice({ catalog, subscription, period, usage: [] })];
}

/** The same, billed again with all of its events. */
function billedAgain(jobOf: (size: number) => InvoiceRequest): Growth["jobOf"] {
  return (size) => {
    const request = jobOf(size);
    const { period, usage } = request;
    const next: InvoiceRequest = {
      ...request,
      period: { start: "2027-01-01", end: "2028-01-01" },
      usage: [],
      previous: [invoice(request)],
      rerate: [{ period, usage }],
    };
    return () => invoice(next);
  };
}

function revisionsThatSplit(size: number): () => unknown {
  const revisions = Array.from({ length: size }, (_, index) => ({
    effectiveDate: new Date(momentIn(index, size)).toISOString(),
    withinPeriod: "split" as const,
    pricing: { model: "per-unit", unitPrice: `0.${100 + (index % 7)}` } as const,
  }));
  const usage = Array.from({ length: size }, (_, index) => eventAt(index, momentIn(index, size)));
  const request: InvoiceRequest = {
    catalog: catalogOf("annual", [{ ...outcomes, revisions }]),
    subscription: subscriptionOf({}),
    period: { start: "2026-01-01", end: "2027-01-01" },
    usage,
  };
  return () => invoice(request);
}

const daily = catalogOf("daily", [outcomes, seats]);
const dailyJudged = catalogOf("daily", [judged, seats]);
const dailySubscription = subscriptionOf({ quantities: { seats: 5 } });

function dayAt(index: number) {
  return { start: dateOf(START + index * DAY), end: dateOf(START + (index + 1) * DAY) };
}

function noonEvent(index: number): UsageEventInput {
  return eventAt(index, START + index * DAY + 12 * 60 * MINUTE);
}

/** A chain of daily documents, each written from the one before it. */
function documentsOf(size: number, catalog: ProductInput): readonly Invoice[] {
  const documents: Invoice[] = [];
  for (let index = 0; index < size; index += 1) {
    documents.push(
      invoice({
        catalog,
        subscription: dailySubscription,
        period: dayAt(index),
        usage: [noonEvent(index)],
        previous: documents.slice(-1),
      }),
    );
  }
  return documents;
}

/** What the next document is asked with: all that were written, and the day's usage. */
function nextAfter(
  size: number,
  catalog = daily,
): InvoiceRequest & { readonly previous: readonly Invoice[] } {
  return {
    catalog,
    subscription: dailySubscription,
    period: dayAt(size),
    usage: [noonEvent(size)],
    previous: documentsOf(size, catalog),
  };
}

function billedAgainFrom(size: number, catalog: ProductInput): () => unknown {
  const usage = Array.from({ length: size + 1 }, (_, index) => noonEvent(index));
  const late = eventAt(size + 1, START + 3 * DAY);
  const request = { ...nextAfter(size, catalog), usage: [...usage, late] };
  return () => invoice({ ...request, rerate: { from: "2026-01-01" } });
}

const changedSeats = (index: number) => ({ quantities: { seats: 5 + (index % 3) } });
const changedPrice = (index: number) =>
  ({
    overrides: { outcomes: { model: "per-unit", unitPrice: `0.${90 + (index % 3)}` } },
  }) as const;

/** How jobs grow that look at much of a subscription's life. */
export const growth: readonly Growth[] = [
  {
    name: "Changes of seats in one period, in advance",
    input: "changes of the quantity in one annual period",
    size: 400,
    jobOf: billed(changesInOnePeriod({ ...seats, billingTiming: "in-advance" }, changedSeats)),
  },
  {
    name: "Changes of seats in one period, in arrears",
    input: "changes of the quantity in one annual period",
    size: 400,
    jobOf: billed(changesInOnePeriod(seats, changedSeats)),
  },
  {
    name: "Changes of seats in one period, up to a maximum",
    input: "changes of the quantity in one annual period, of a charge in arrears",
    size: 400,
    jobOf: billed(changesInOnePeriod({ ...seats, maximum: "70" }, changedSeats)),
  },
  {
    name: "Overrides of a usage charge in one period",
    input: "changes of the price in one annual period, and as many events",
    size: 400,
    jobOf: billed(changesInOnePeriod(outcomes, changedPrice)),
  },
  {
    name: "Overrides of a usage charge in one period, billed again",
    input: "the same in the next period's document, which bills the period again",
    size: 400,
    jobOf: billedAgain(changesInOnePeriod(outcomes, changedPrice)),
  },
  {
    name: "Overrides of judged outcomes in one period",
    input: "changes of the price in one annual period, and as many outcomes that may be reversed",
    size: 100,
    jobOf: billed(changesInOnePeriod(judged, changedPrice)),
  },
  {
    name: "Revisions that split one period",
    input: "revisions of a usage charge in one annual period, and as many events",
    size: 120,
    jobOf: revisionsThatSplit,
  },
  {
    name: "Re-rated periods, as a range",
    input: "daily periods billed again from one list of usage",
    size: 200,
    jobOf: (size) => billedAgainFrom(size, daily),
  },
  {
    name: "Re-rated periods, as a range, with judged outcomes",
    input: "daily periods billed again from one list of outcomes that may be reversed",
    size: 100,
    jobOf: (size) => billedAgainFrom(size, dailyJudged),
  },
  {
    name: "Re-rated periods, as a list",
    input: "daily periods billed again, each with usage of its own",
    size: 200,
    jobOf: (size) => {
      const request = nextAfter(size);
      const rerate = Array.from({ length: size }, (_, index) => ({
        period: dayAt(index),
        usage: [noonEvent(index)],
      }));
      return () => invoice({ ...request, rerate });
    },
  },
  {
    name: "Previous documents",
    input: "daily documents given, as they were returned; none is billed again",
    size: 200,
    jobOf: (size) => {
      const request = nextAfter(size);
      return () => invoice(request);
    },
  },
  {
    name: "Previous documents, from JSON",
    input: "daily documents given, as a store returns them; none is billed again",
    size: 200,
    jobOf: (size) => {
      const request = nextAfter(size);
      const stored = JSON.stringify(request.previous);
      return () => invoice({ ...request, previous: JSON.parse(stored) as Invoice[] });
    },
  },
];

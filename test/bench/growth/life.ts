import {
  type BillingCycle,
  billingPeriods,
  type ChargeInput,
  documentsDue,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type ProductInput,
  type SubscriptionChangeInput,
  type UsageEventInput,
} from "rateplan";
import {
  catalogOf,
  DAY,
  dateIn,
  dateOf,
  eventAt,
  type Growth,
  judged,
  MINUTE,
  momentIn,
  outcomes,
  planOf,
  productOf,
  START,
  seats,
  subscriptionOf,
  times,
  yearOf,
} from "./inputs.js";

/** One annual period with changes in it, and as many events. */
function changesInOnePeriod(
  charges: readonly ChargeInput[],
  changeOf: (index: number) => Omit<SubscriptionChangeInput, "effectiveDate">,
): (size: number) => InvoiceRequest {
  return (size) => {
    const changes = times(size, (index) => ({
      effectiveDate: dateIn(index, size),
      ...changeOf(index),
    }));
    const quantities = charges.some(({ id }) => id === "seats") ? { seats: 5 } : {};
    const usage = charges.some(({ chargeType }) => chargeType === "usage")
      ? times(size, (index) => eventAt(index, momentIn(index, size)))
      : [];
    const request = yearOf(charges, { quantities, changes }, usage);
    return { ...request, previous: opening(charges) };
  };
}

/** Fees in advance are opened by a document before any change is known. */
function opening(charges: readonly ChargeInput[]): Invoice[] {
  const isAhead = (charge: ChargeInput) =>
    charge.chargeType === "recurring" && charge.billingTiming === "in-advance";
  if (!charges.some(isAhead)) return [];
  const request = yearOf(charges, { quantities: { seats: 5 } });
  return [invoice({ ...request, period: { start: "2026-01-01", end: "2026-01-01" } })];
}

function billed(requestOf: (size: number) => InvoiceRequest): Growth["jobOf"] {
  return (size) => {
    const request = requestOf(size);
    return () => invoice(request);
  };
}

/** The same, billed again with all of its events. */
function billedAgain(requestOf: (size: number) => InvoiceRequest): Growth["jobOf"] {
  return (size) => {
    const request = requestOf(size);
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

function revisionsOf(size: number) {
  return times(size, (index) => ({
    effectiveDate: dateIn(index, size),
    withinPeriod: "split" as const,
    pricing: { model: "per-unit", unitPrice: `0.${100 + (index % 7)}` } as const,
  }));
}

/** A subscription that changes back and forth between two plans, on one day after the other or within a year. */
function changesOfPlan(
  cycles: readonly [first: BillingCycle, second: BillingCycle],
  charges: readonly ChargeInput[],
  dateOfChange: (index: number, size: number) => string,
): (size: number) => Pick<InvoiceRequest, "catalog" | "subscription"> {
  const [first, second] = cycles;
  return (size) => {
    const changes = times(size, (index) => ({
      effectiveDate: dateOfChange(index, size),
      ratePlanId: index % 2 === 0 ? "other" : "plan",
    }));
    return {
      catalog: productOf([planOf(first, charges), planOf(second, charges, "other")]),
      subscription: subscriptionOf({ quantities: { seats: 5 }, changes }),
    };
  };
}

const onDay = (index: number) => dateOf(START + (index + 1) * DAY);

/** The first billing period of a life. */
function firstPeriod({
  catalog,
  subscription,
}: Pick<InvoiceRequest, "catalog" | "subscription">): InvoiceRequest {
  const [period] = billingPeriods(subscription, { catalog, limit: 1 });
  if (period === undefined) throw new Error("a life without billing periods");
  const { start, end } = period;
  return { catalog, subscription, period: { start, end }, usage: [] };
}

/** All documents of a life that lasts so many days. */
function dueOver(
  lifeOf: (size: number) => Pick<InvoiceRequest, "catalog" | "subscription">,
): Growth["jobOf"] {
  return (size) => {
    const { catalog, subscription } = lifeOf(size);
    const until = dateOf(START + (size + 2) * DAY);
    return () => documentsDue(subscription, { catalog, until });
  };
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

const written = new Map<ProductInput, readonly Invoice[]>();

/** A chain of daily documents, each written from the one before it; the longest is kept. */
function documentsOf(size: number, catalog: ProductInput): readonly Invoice[] {
  const documents = [...(written.get(catalog) ?? [])];
  for (let index = documents.length; index < size; index += 1) {
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
  written.set(catalog, documents);
  return documents.slice(0, size);
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
  const usage = times(size + 1, noonEvent);
  const late = eventAt(size + 1, START + 3 * DAY);
  const request = { ...nextAfter(size, catalog), usage: [...usage, late] };
  return () => invoice({ ...request, rerate: { from: "2026-01-01" } });
}

const ahead = { ...seats, billingTiming: "in-advance" } as const satisfies ChargeInput;
const fee = {
  id: "fee",
  name: "Fee",
  chargeType: "recurring",
  pricing: { model: "flat", amount: "99" },
} as const satisfies ChargeInput;
const changedSeats = (index: number) => ({ quantities: { seats: 5 + (index % 3) } });
const changedPrice = (index: number) =>
  ({
    overrides: { outcomes: { model: "per-unit", unitPrice: `0.${90 + (index % 3)}` } },
  }) as const;
const changedStatus = (index: number) => ({
  status: index % 2 === 0 ? ("paused" as const) : ("active" as const),
});

/** How jobs grow that look at much of a subscription's life. */
export const lifeGrowth: readonly Growth[] = [
  {
    name: "Changes of seats in one period, in advance",
    input: "changes of the quantity in one annual period",
    size: 400,
    jobOf: billed(changesInOnePeriod([ahead], changedSeats)),
  },
  {
    name: "Changes of seats in one period, in arrears",
    input: "changes of the quantity in one annual period",
    size: 400,
    jobOf: billed(changesInOnePeriod([seats], changedSeats)),
  },
  {
    name: "Changes of seats in one period, up to a maximum",
    input: "changes of the quantity in one annual period, of a charge in arrears",
    size: 400,
    jobOf: billed(changesInOnePeriod([{ ...seats, maximum: "70" }], changedSeats)),
  },
  {
    name: "Overrides of a usage charge in one period",
    input: "changes of the price in one annual period, and as many events",
    size: 400,
    jobOf: billed(changesInOnePeriod([outcomes], changedPrice)),
  },
  {
    name: "Overrides of a usage charge in one period, its tiers going on",
    input: "changes of the price in one annual period, and as many events",
    size: 200,
    jobOf: billed((size) => ({
      ...changesInOnePeriod([outcomes], changedPrice)(size),
      policy: { tiersAtChange: "continue" },
    })),
  },
  {
    name: "Overrides of a usage charge in one period, billed again",
    input: "the same in the next period's document, which bills the period again",
    size: 400,
    jobOf: billedAgain(changesInOnePeriod([outcomes], changedPrice)),
  },
  {
    name: "Overrides of judged outcomes in one period",
    input: "changes of the price in one annual period, and as many outcomes that may be reversed",
    size: 100,
    jobOf: billed(changesInOnePeriod([judged], changedPrice)),
  },
  {
    name: "Pauses in one period",
    input: "pauses and resumptions in one annual period, of a fee and of usage",
    size: 400,
    jobOf: billed(changesInOnePeriod([fee, outcomes], changedStatus)),
  },
  {
    name: "Changes of the billing anchor",
    input: "changes of the anchor, one a day, and the first document",
    size: 500,
    jobOf: billed((size) => {
      const changes = times(size, (index) => ({
        effectiveDate: onDay(index),
        billingAnchor: dateOf(START + (7 * index * DAY) / 2),
      }));
      return firstPeriod({ ...yearOf([fee]), subscription: subscriptionOf({ changes }) });
    }),
  },
  {
    name: "Changes of plan in one period",
    input: "changes between two annual plans in one annual period",
    size: 400,
    jobOf: billed((size) => ({
      ...yearOf([]),
      ...changesOfPlan(["annual", "annual"], [seats, outcomes], dateIn)(size),
    })),
  },
  {
    name: "Changes of plan with another cycle",
    input: "changes between a monthly and a weekly plan, one a day, and the first document",
    size: 1_000,
    jobOf: billed((size) =>
      firstPeriod(changesOfPlan(["monthly", "weekly"], [seats, outcomes], onDay)(size)),
    ),
  },
  {
    name: "Changes of plan with another cycle, in one cycle of a charge",
    input:
      "changes between a monthly and a weekly plan that wait for the end of the period, one a day",
    size: 500,
    jobOf: billed((size) => {
      const life = changesOfPlan(["monthly", "weekly"], [seats, outcomes], onDay)(size);
      const { changes, ...subscription } = life.subscription;
      const waiting = (changes ?? []).map((each) => ({
        ...each,
        takesEffect: "at-period-end" as const,
      }));
      return firstPeriod({ ...life, subscription: { ...subscription, changes: waiting } });
    }),
  },
  {
    name: "Cadences within one cycle of a charge",
    input:
      "changes between plans of one and of two days, every other day of 1,000 that a charge bills for, and the last document",
    size: 100,
    jobOf: billed((size) => {
      const charge = { ...fee, billingCycle: { every: 1_000, unit: "day" } } as const;
      const [one, two] = [
        { every: 1, unit: "day" },
        { every: 2, unit: "day" },
      ] as const;
      const life = changesOfPlan([one, two], [charge, seats], (index) => onDay(2 * index + 1))(
        size,
      );
      const anchored = { ...life.subscription, billingAnchor: "2026-01-01" };
      const until = dateOf(START + 2 * size * DAY);
      const facts = { catalog: life.catalog, until, limit: 10_000 };
      const { start, end } = billingPeriods(anchored, facts).at(-1) ?? { start: until, end: until };
      return { ...life, subscription: anchored, period: { start, end }, usage: [] };
    }),
  },
  {
    name: "Documents due, with a change of seats a day",
    input: "days of a daily plan, each with a change",
    size: 200,
    jobOf: dueOver((size) => ({
      catalog: catalogOf("daily", [outcomes, seats]),
      subscription: subscriptionOf({
        quantities: { seats: 5 },
        changes: times(size, (index) => ({ effectiveDate: onDay(index), ...changedSeats(index) })),
      }),
    })),
  },
  {
    name: "Documents due, with a change of plan a day",
    input: "days, each with a change between a monthly and a weekly plan",
    size: 200,
    jobOf: dueOver(changesOfPlan(["monthly", "weekly"], [seats, outcomes], onDay)),
  },
  {
    name: "Revisions that split one period",
    input: "revisions of a usage charge in one annual period, and as many events",
    size: 120,
    jobOf: billed((size) =>
      yearOf(
        [{ ...outcomes, revisions: revisionsOf(size) }],
        {},
        times(size, (index) => eventAt(index, momentIn(index, size))),
      ),
    ),
  },
  {
    name: "Revisions of a discount that split one period",
    input: "revisions of a discount on a fee in one annual period",
    size: 120,
    jobOf: billed((size) => {
      const revisions = times(size, (index) => ({
        effectiveDate: dateIn(index, size),
        withinPeriod: "split" as const,
        pricing: { model: "discount", percent: `${1 + (index % 7)}` } as const,
      }));
      const pricing = { model: "discount", percent: "10" } as const;
      return yearOf([
        fee,
        { id: "discount", name: "Discount", chargeType: "recurring", pricing, revisions },
      ]);
    }),
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
      const rerate = times(size, (index) => ({
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

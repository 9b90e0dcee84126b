import {
  type ChargeInput,
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

/** Two plans with one charge each, between which a subscription changes back and forth. */
function changesOfPlan(
  cycles: readonly [first: "annual" | "monthly", second: "annual" | "weekly"],
) {
  return (size: number): InvoiceRequest => {
    const [first, second] = cycles;
    const plans = [planOf(first, [seats, outcomes]), planOf(second, [seats, outcomes], "other")];
    const changes = times(size, (index) => ({
      effectiveDate: dateIn(index, size),
      ratePlanId: index % 2 === 0 ? "other" : "plan",
    }));
    const request = yearOf([], { quantities: { seats: 5 }, changes });
    return { ...request, catalog: productOf(plans) };
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
const changedAnchor = (index: number) => ({
  billingAnchor: dateOf(START + (index % 360) * DAY),
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
    input: "changes of the anchor in one year, and a document at its start",
    size: 100,
    jobOf: billed((size) => {
      const request = changesInOnePeriod([fee], changedAnchor)(size);
      return { ...request, period: { start: "2026-01-01", end: "2026-01-02" } };
    }),
  },
  {
    name: "Changes of plan in one period",
    input: "changes between two annual plans in one annual period",
    size: 400,
    jobOf: billed(changesOfPlan(["annual", "annual"])),
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

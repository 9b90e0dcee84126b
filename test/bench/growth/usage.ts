import {
  type ChargeInput,
  invoice,
  mergeUsage,
  settleOutcomes,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
  type UsageSummary,
} from "rateplan";
import {
  DAY,
  eventAt,
  type Growth,
  judged,
  MINUTE,
  momentIn,
  outcomes,
  planOf,
  START,
  signalAt,
  times,
  yearOf,
} from "./inputs.js";

const policy = judged.outcome;
const AS_OF = "2027-06-01";

function eventsOf(
  size: number,
  factsOf: (index: number) => Partial<UsageEventInput> = () => ({}),
): UsageEventInput[] {
  return times(size, (index) => eventAt(index, momentIn(index, size), factsOf(index)));
}

function simulated(charges: readonly ChargeInput[], events: readonly UsageEventInput[]) {
  const plan = planOf("annual", charges);
  return () => simulate(plan, events);
}

/** Summaries of so many events each, apart or in part of the same. */
function summariesOf(count: number, charge: UsageChargeInput): UsageSummary[] {
  return times(count, (index) => {
    const events = times(100, (each) => eventAt(100 * index + each, momentIn(index, count)));
    return summarizeUsage(events, { charge, customerId: "c" });
  });
}

/** Merges so many summaries that those it returns hold so many ids in all: 100, 200, 300 … */
function mergedOneByOne(charge: UsageChargeInput): Growth["jobOf"] {
  return (ids) => {
    const count = Math.round(Math.sqrt((2 * ids) / 100));
    const [first, ...others] = summariesOf(count, charge);
    return () => others.reduce((all, each) => mergeUsage(all, each), first as UsageSummary);
  };
}

/** How jobs grow with usage. */
export const usageGrowth: readonly Growth[] = [
  {
    name: "settleOutcomes, customers with signals",
    input: "customers, each with an outcome and a signal that reverses it",
    size: 4_000,
    jobOf(size) {
      const events = times(size, (index) => {
        const facts = { customerId: `c${index}`, subject: "x" };
        const at = momentIn(index, size);
        const name = index % 2 === 0 ? "reopened" : "praised";
        return [eventAt(index, at, facts), signalAt(index, at + DAY, { ...facts, name })];
      }).flat();
      return () => settleOutcomes(events, policy, { asOf: AS_OF });
    },
  },
  {
    name: "settleOutcomes, signals about outcomes of one subject",
    input: "outcomes of one subject, and as many signals",
    size: 2_000,
    jobOf(size) {
      const events = [
        ...eventsOf(size, () => ({ subject: "x" })),
        ...times(size, (index) =>
          signalAt(index, momentIn(index, size) + MINUTE, { name: "reopened", subject: "x" }),
        ),
      ];
      return () => settleOutcomes(events, policy, { asOf: AS_OF });
    },
  },
  {
    name: "Signals about outcomes of one subject, billed",
    input: "outcomes of one subject, and as many signals at one moment",
    size: 1_000,
    jobOf(size) {
      const usage = [
        ...times(size, (index) => eventAt(index, START + DAY, { subject: "x" })),
        ...times(size, (index) =>
          signalAt(index, START + 2 * DAY, { name: "reopened", subject: "x" }),
        ),
      ];
      const request = yearOf([judged], {}, usage);
      return () => invoice(request);
    },
  },
  {
    name: "Partial reversals of one outcome",
    input: "signals, each of which takes back one unit of one outcome",
    size: 2_000,
    jobOf(size) {
      const usage = [
        eventAt(0, START + DAY, { quantity: 10 * size }),
        ...times(size, (index) =>
          signalAt(index, START + 2 * DAY, { reverses: "e0", quantity: 1 }),
        ),
      ];
      const request = yearOf([judged], {}, usage);
      return () => invoice(request);
    },
  },
  {
    name: "Merging summaries, one by one",
    input:
      "ids in all that the merges return: summaries of 100 events each, merged into those before",
    size: 20_000,
    jobOf: mergedOneByOne(outcomes),
  },
  {
    name: "Merging summaries of outcomes, one by one",
    input:
      "ids in all that the merges return: summaries of 100 outcomes each, merged into those before",
    size: 10_000,
    jobOf: mergedOneByOne(judged),
  },
  {
    name: "Charges on one unit × events",
    input: "charges on one unit, each for the events of a name, and as many events",
    size: 500,
    jobOf: (size) =>
      simulated(
        times(size, (index) => ({
          ...outcomes,
          id: `c${index}`,
          filter: { names: [`n${index}`] },
        })),
        eventsOf(size, (index) => ({ name: `n${index}` })),
      ),
  },
  {
    name: "Charges on one unit × events, each counted by all",
    input: "pairs: as many charges on one unit as events, each of which is counted by every charge",
    size: 100_000,
    jobOf(size) {
      const each = Math.round(Math.sqrt(size));
      return simulated(
        times(each, (index) => ({ ...outcomes, id: `c${index}` })),
        eventsOf(each),
      );
    },
  },
  {
    name: "Names in a filter × events",
    input: "names in the filter of a charge, and as many events",
    size: 2_000,
    jobOf: (size) =>
      simulated(
        [{ ...outcomes, filter: { names: times(size, (index) => `n${index}`) } }],
        eventsOf(size, (index) => ({ name: `n${index}` })),
      ),
  },
  {
    name: "Values in a predicate × events",
    input: "values in the predicate of a charge, and as many events",
    size: 2_000,
    jobOf(size) {
      const where = { field: "properties.region", in: times(size, (index) => `r${index}`) };
      return simulated(
        [{ ...outcomes, filter: { where } }],
        eventsOf(size, (index) => ({ properties: { region: `r${index}` } })),
      );
    },
  },
  {
    name: "Matrix cells × events",
    input: "cells of a matrix, and as many events",
    size: 1_500,
    jobOf(size) {
      const prices = times(size, (index) => ({ when: { name: `n${index}` }, unitPrice: "2" }));
      const pricing = { model: "matrix", dimensions: ["name"], prices } as const;
      return simulated(
        [{ ...outcomes, pricing }],
        eventsOf(size, (index) => ({ name: `n${index}` })),
      );
    },
  },
  {
    name: "Events",
    input: "events of one charge, of twelve months, billed as one year",
    size: 10_000,
    jobOf(size) {
      const request = yearOf([outcomes], {}, eventsOf(size));
      return () => invoice(request);
    },
  },
  {
    name: "Groups",
    input: "groups of one charge, each with an event",
    size: 1_500,
    jobOf: (size) =>
      simulated(
        [{ ...outcomes, groupBy: { fields: ["name"] } }],
        eventsOf(size, (index) => ({ name: `n${index}` })),
      ),
  },
  {
    name: "Unique counts",
    input: "events with as many values of the property that is counted",
    size: 5_000,
    jobOf: (size) =>
      simulated(
        [{ ...outcomes, aggregation: { type: "unique-count", by: "properties.user" } }],
        eventsOf(size, (index) => ({ properties: { user: `u${index}` } })),
      ),
  },
];

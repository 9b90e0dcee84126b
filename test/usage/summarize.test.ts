import fc from "fast-check";
import {
  compareAmounts,
  type EventInput,
  mergeUsage,
  parsePolicy,
  type SummarizeOptions,
  summarizeUsage,
  type UsageSummary,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  AGENT_TYPE,
  billOf,
  eventOf,
  frozen,
  inTwoOrders,
  issuesOf,
  JANUARY,
  mixedEvents,
  perUnit,
  stored,
  summarizeOptions,
  thawed,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const charge = perUnit("outcome", "1");
const scope: SummarizeOptions = {
  charge,
  customerId: "acme",
  subscriptionId: "s1",
  agentType: AGENT_TYPE,
  period: JANUARY,
};

const deduplicating = parsePolicy({ deduplicate: true });

function summaryOf(events: Iterable<unknown>, options = scope): UsageSummary {
  return summarizeUsage(unchecked<Iterable<EventInput>>(events), options);
}

describe("a usage summary", () => {
  it("says what it is of", () => {
    const { fingerprint, report, groups, deduplication, ...rest } = summaryOf([eventOf()]);
    expect(rest).toEqual({
      schemaVersion: 2,
      chargeId: "outcome",
      customerId: "acme",
      subscriptionId: "s1",
      agentType: AGENT_TYPE,
      period: JANUARY,
      asOf: "2026-02-01",
      deduplicate: true,
      judgesOutcomes: false,
      aggregation: "sum",
      priced: "quantity",
      quantity: "1",
    });
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(report.counts.matched).toBe(1);
    expect(groups.map(({ count }) => count)).toEqual([1]);
    expect(deduplication?.events.map(({ id }) => id)).toEqual(["e1"]);
  });

  it("says null where nothing was asked for", () => {
    expect(summaryOf([], { charge })).toMatchObject({
      customerId: null,
      subscriptionId: null,
      agentType: null,
      period: null,
      asOf: null,
    });
  });

  it("writes dates in one form, however they were asked for", () => {
    const asked = {
      period: { start: "2026-01-01T00:00:00Z", end: "2026-01-31T19:00:00-05:00" },
      asOf: "2026-02-01T12:00:00.5+02:00",
    };
    const { period, asOf } = summaryOf([], { ...scope, ...asked });
    expect([period, asOf]).toEqual([JANUARY, "2026-02-01T10:00:00.500Z"]);
  });

  it("begins its dates in the time zone that is asked for, and writes them in UTC", () => {
    const timeZone = "America/New_York";
    const summary = summaryOf([], { ...scope, timeZone, asOf: "2026-02-03" });
    expect([summary.period, summary.asOf]).toEqual([
      { start: "2026-01-01T05:00:00.000Z", end: "2026-02-01T05:00:00.000Z" },
      "2026-02-03T05:00:00.000Z",
    ]);
    expect(summaryOf([], { ...scope, timeZone }).asOf).toBe("2026-02-01T05:00:00.000Z");
    expect(summaryOf([], { ...scope, timeZone: "UTC" })).toEqual(summaryOf([]));
  });

  it("counts the days of a zone: the first moment of each, daylight saving time or not", () => {
    const march = { start: "2026-03-01", end: "2026-04-01" };
    const timestamps = [
      ["2026-03-01T04:59:59.999Z", "0"],
      ["2026-03-01T05:00:00Z", "1"],
      ["2026-04-01T03:59:59.999Z", "1"],
      ["2026-04-01T04:00:00Z", "0"],
    ] as const;
    for (const [timestamp, quantity] of timestamps) {
      const options = { ...scope, timeZone: "America/New_York", period: march };
      expect(summaryOf([eventOf({ timestamp })], options).quantity).toBe(quantity);
    }
  });

  it("is the same in any zone where its dates are moments", () => {
    const moments = {
      period: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" },
      asOf: "2026-02-02T00:00:00Z",
    };
    const summary = summaryOf([eventOf()], { ...scope, ...moments });
    for (const timeZone of ["Asia/Tokyo", "Pacific/Apia", "America/New_York"]) {
      expect(summaryOf([eventOf()], { ...scope, ...moments, timeZone })).toEqual(summary);
    }
  });

  it("is of a time zone that is known", () => {
    for (const timeZone of ["Europe/Atlantis", "+01:00", "", 5]) {
      const options = unchecked<SummarizeOptions>({ ...scope, timeZone });
      expect(issuesOf(() => summaryOf([], options))).toEqual(["unknown_time_zone timeZone"]);
    }
  });

  it("is what an invoice in that time zone takes, and no other", () => {
    const timeZone = "Asia/Tokyo";
    const sale = { charges: [charge], subscription: { timeZone } };
    const inJapan = eventOf({ timestamp: "2025-12-31T15:00:00Z" });
    const summary = summaryOf([inJapan, eventOf({ id: "e2", timestamp: "2026-01-31T15:00:00Z" })], {
      ...scope,
      timeZone,
    });
    expect(billOf({ ...sale, usage: stored(summary) }).total).toBe("1.00");
    const inUtc = summaryOf([inJapan]);
    expect(issuesOf(() => billOf({ ...sale, usage: inUtc }))).toEqual([
      "usage_mismatch usage.period",
      "usage_mismatch usage.asOf",
    ]);
  });

  it("takes any iterable, once", () => {
    function* feed() {
      yield eventOf({ id: "1" });
      yield eventOf({ id: "2" });
    }
    expect(summaryOf(feed()).quantity).toBe("2");
    expect(summaryOf(new Set([eventOf(), eventOf()])).quantity).toBe("1");
  });

  it("is of a usage charge", () => {
    const seats = unchecked<SummarizeOptions["charge"]>({
      ...charge,
      chargeType: "recurring",
    });
    expect(issuesOf(() => summaryOf([], { charge: seats }))).toEqual([
      "invalid_value charge.chargeType",
    ]);
  });

  it("names every issue of the charge, from where it stands", () => {
    const wrong = unchecked<SummarizeOptions["charge"]>({ ...charge, id: "", colour: "red" });
    expect(issuesOf(() => summaryOf([], { charge: wrong })).toSorted()).toEqual([
      "invalid_id charge.id",
      "unknown_key charge.colour",
    ]);
  });

  it("refuses what is no list of events, and options that are none, as caller's mistakes", () => {
    expect(issuesOf(() => summaryOf(unchecked(null))).length).toBeGreaterThan(0);
    expect(issuesOf(() => summarizeUsage([], unchecked(undefined))).length).toBeGreaterThan(0);
    const noPeriod = unchecked<SummarizeOptions>({ charge, period: 5 });
    expect(issuesOf(() => summaryOf([], noPeriod)).length).toBeGreaterThan(0);
    const oddCustomer = unchecked<SummarizeOptions>({ charge, customerId: 5 });
    expect(issuesOf(() => summaryOf([], oddCustomer)).length).toBeGreaterThan(0);
  });

  it("is read back from storage with an event id as long as events may have", () => {
    const summary = summaryOf([eventOf({ id: "x".repeat(300) })]);
    // An id of 300 characters is either no event id, or one that a stored summary may hold.
    expect(mergeUsage(stored(summary), summaryOf([]))).toEqual(summary);
  });

  it("is read back from storage with an event at either end of the years", () => {
    for (const timestamp of ["1000-01-01T00:30:00+01:00", "9999-12-31T23:30:00-01:00"]) {
      const summary = summaryOf([eventOf({ timestamp })], { charge });
      expect(mergeUsage(stored(summary), summaryOf([], { charge }))).toEqual(summary);
    }
  });
});

describe("LAWS of summing up usage", () => {
  it("every event falls in exactly one bucket", () => {
    fc.assert(
      fc.property(summarizeOptions, mixedEvents(JANUARY), (options, events) => {
        const { counts, details } = summaryOf(events, options).report;
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(events.length);
        for (const [bucket, list] of Object.entries(details)) {
          expect(list).toHaveLength(counts[bucket as keyof typeof counts]);
          expect(list.every(({ reason }) => reason !== "")).toBe(true);
        }
        const explained = Object.entries(counts).filter(([name, n]) => n > 0 && name !== "matched");
        expect(Object.keys(details).toSorted()).toEqual(explained.map(([name]) => name).toSorted());
      }),
      tries(100),
    );
  });

  it("the order of the events changes nothing", () => {
    fc.assert(
      fc.property(
        summarizeOptions,
        inTwoOrders(mixedEvents(JANUARY)),
        (options, [events, shuffled]) => {
          expect(summaryOf(shuffled, options)).toEqual(summaryOf(events, options));
        },
      ),
    );
  });

  it("a stream that is delivered k times has the same quantity", () => {
    const times = fc.integer({ min: 2, max: 4 });
    fc.assert(
      fc.property(summarizeOptions, mixedEvents(JANUARY), times, (options, events, k) => {
        const once = { ...options, policy: deduplicating };
        const summary = summaryOf(events, once);
        const delivered = Array.from({ length: k }, () => events).flat();
        const again = summaryOf(delivered, once);
        expect([again.quantity, again.groups]).toEqual([summary.quantity, summary.groups]);
        expect(again.report.counts.matched).toBe(summary.report.counts.matched);
      }),
    );
  });

  it("a sum is the sum of what was matched", () => {
    const quantities = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }));
    fc.assert(
      fc.property(quantities, (thousandths) => {
        const events = thousandths.map((n, index) =>
          eventOf({ id: `e${index}`, quantity: `${n}e-3` }),
        );
        const total = thousandths.reduce((sum, n) => sum + n, 0);
        const { quantity, groups } = summaryOf(events);
        expect(compareAmounts(quantity, `${total}e-3`)).toBe(0);
        expect(groups[0]?.count ?? 0).toBe(thousandths.length);
      }),
    );
  });

  it("a summary is frozen, and survives JSON and structuredClone", () => {
    fc.assert(
      fc.property(summarizeOptions, mixedEvents(JANUARY), (options, events) => {
        const summary = summaryOf(events, options);
        expect(thawed(summary)).toEqual([]);
        expect(stored(summary)).toEqual(summary);
        expect(structuredClone(summary)).toEqual(summary);
      }),
    );
  });

  it("events and options that cannot be changed give the same summary", () => {
    fc.assert(
      fc.property(summarizeOptions, mixedEvents(JANUARY), (options, events) => {
        const expected = summaryOf(events, options);
        expect(summaryOf(frozen(events), frozen(stored(options)))).toEqual(expected);
      }),
    );
  });

  it("asking twice gives the same text", () => {
    fc.assert(
      fc.property(summarizeOptions, mixedEvents(JANUARY), (options, events) => {
        const [first, second] = [summaryOf(events, options), summaryOf(events, options)];
        expect(JSON.stringify(second)).toBe(JSON.stringify(first));
      }),
    );
  });
});

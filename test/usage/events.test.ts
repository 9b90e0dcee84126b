import fc from "fast-check";
import { parseEvents, safeParseEvents, type UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  eventOf,
  eventsIn,
  frozen,
  issuesOf,
  JANUARY,
  mixedEvents,
  stored,
  thawed,
  unchecked,
} from "../support/plans.js";

describe("parsing events", () => {
  it("writes quantities as decimal strings and dates in UTC, and keeps everything else", () => {
    const parsed = parseEvents([
      {
        ...eventOf({
          timestamp: "2026-01-15T10:00:00+01:00",
          quantity: 2.5,
          value: "1e2",
          currency: "EUR",
          name: "resolved",
          properties: { channel: "mail" },
        }),
        type: "com.example.outcome",
      },
      eventOf({ id: "e2", subject: null }),
    ] as UsageEventInput[]);
    expect(parsed).toEqual([
      {
        id: "e1",
        customerId: "acme",
        unitOfMeasure: "@outcome",
        timestamp: "2026-01-15T09:00:00.000Z",
        quantity: "2.5",
        value: "100",
        currency: "EUR",
        name: "resolved",
        properties: { channel: "mail" },
        type: "com.example.outcome",
      },
      {
        id: "e2",
        customerId: "acme",
        unitOfMeasure: "@outcome",
        timestamp: "2026-01-15T09:00:00.000Z",
        quantity: "1",
        subject: null,
      },
    ]);
  });

  it("writes receivedAt in UTC, as every date", () => {
    const [event] = parseEvents([eventOf({ receivedAt: "2026-01-16T01:00:00+01:00" })]);
    expect(event?.receivedAt).toBe("2026-01-16T00:00:00.000Z");
  });

  it("gives frozen data and leaves its input alone", () => {
    const event = eventOf({ properties: { tags: ["a"] } });
    const parsed = parseEvents([event]);
    expect(thawed(parsed)).toEqual([]);
    expect(thawed([event]).length).toBeGreaterThan(0);
    expect(parseEvents(frozen([event]))).toEqual(parsed);
  });

  it("takes an empty list", () => {
    expect(parseEvents([])).toEqual([]);
  });

  it("names every issue of every event, with its index", () => {
    const events = unchecked<UsageEventInput[]>([
      eventOf(),
      { id: "", customerId: 5, unitOfMeasure: null, timestamp: "2026-01-15" },
      "e3",
      eventOf({ quantity: Number.NaN, value: "much", properties: unchecked([]) }),
      eventOf({ name: unchecked(7), receivedAt: "later" }),
    ]);
    expect(issuesOf(() => parseEvents(events)).toSorted()).toEqual([
      "invalid_date 1.timestamp",
      "invalid_date 4.receivedAt",
      "invalid_type 1.customerId",
      "invalid_type 2",
      "invalid_type 3.properties",
      "invalid_type 4.name",
      "missing 1.id",
      "missing 1.unitOfMeasure",
      "not_a_decimal 3.value",
      "not_finite 3.quantity",
    ]);
  });

  it("tells a time without an offset from a text that is no time", () => {
    const result = safeParseEvents([eventOf({ timestamp: "2026-01-15T09:00:00" })]);
    expect(result.ok || result.issues[0]?.message).toContain("offset");
  });

  it("reads signals beside them, which name an event or what happened to a subject", () => {
    const signal = { id: "c1", customerId: "acme", timestamp: "2026-01-15T10:00:00+01:00" };
    const timestamp = "2026-01-15T09:00:00.000Z";
    const parsed = parseEvents([
      { ...signal, confirms: "e1" },
      { ...signal, reverses: "e1", quantity: "0.50", value: 3n, receivedAt: timestamp },
      { ...signal, name: "reopened", subject: "conversation 1" },
      eventOf({ id: "e2" }),
    ]);
    expect(parsed).toEqual([
      { ...signal, timestamp, confirms: "e1" },
      { ...signal, timestamp, reverses: "e1", quantity: "0.5", value: "3", receivedAt: timestamp },
      { ...signal, timestamp, name: "reopened", subject: "conversation 1" },
      { ...eventOf({ id: "e2" }), timestamp: "2026-01-15T09:00:00.000Z", quantity: "1" },
    ]);
    expect(parseEvents(parsed)).toEqual(parsed);
  });

  it("refuses signals that cannot be read", () => {
    const signal = { id: "c1", customerId: "acme", timestamp: "2026-01-15T09:00:00Z" };
    const bad = [
      { ...signal, confirms: "e1", id: "" },
      { ...signal, confirms: "e1", timestamp: "2026-01-15" },
      { ...signal, reverses: "e1", quantity: -1, value: "-0.01" },
      { ...signal, reverses: "e1", quantity: "all" },
      { ...signal, name: "reopened" },
    ];
    expect(issuesOf(() => parseEvents(unchecked(bad)))).toEqual([
      "missing 0.id",
      "invalid_date 1.timestamp",
      "out_of_range 2.quantity",
      "out_of_range 2.value",
      "not_a_decimal 3.quantity",
      "missing 4.unitOfMeasure",
    ]);
  });

  it.each([null, undefined, "[]", 5, {}, eventOf(), new Set([eventOf()])])(
    "refuses what is no list: %s",
    (input) => {
      const result = safeParseEvents(input);
      expect(result.ok ? [] : result.issues.map(({ code, path }) => ({ code, path }))).toEqual([
        { code: "invalid_type", path: [] },
      ]);
    },
  );

  it("refuses or copies what is no plain data, and never freezes an object of the caller's", () => {
    class Host {
      state = { open: true };
    }
    const [host, date] = [new Host(), new Date(0)];
    safeParseEvents([{ ...eventOf(), host, date }]);
    expect([host, host.state, date].map(Object.isFrozen)).toEqual([false, false, false]);
  });

  it("does not break on bytes in a key that is not ours", () => {
    expect(() => safeParseEvents([{ ...eventOf(), raw: new Uint8Array(3) }])).not.toThrow();
  });

  it("reports and does not throw what cannot be read", () => {
    const throws = () => {
      throw new Error("no");
    };
    const { proxy, revoke } = Proxy.revocable(eventOf(), {});
    revoke();
    for (const hostile of [
      proxy,
      new Proxy(eventOf(), { get: throws }),
      new Proxy(eventOf(), { ownKeys: throws }),
      { ...eventOf(), extra: new Proxy({}, { ownKeys: throws }) },
      { ...eventOf(), extra: proxy },
    ]) {
      const result = safeParseEvents([hostile]);
      expect(result.ok || result.issues.map(({ path }) => path[0])).toEqual([0]);
    }
  });

  it("gives nothing but JSON: an extra key that contains itself is an issue or is left out", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const result = safeParseEvents([{ ...eventOf(), extra: cycle }]);
    const value = result.ok ? result.value : [];
    expect(value).toEqual(stored(value));
  });

  it("LAW: parsing what was parsed changes nothing", () => {
    fc.assert(
      fc.property(eventsIn(JANUARY), (events) => {
        const parsed = parseEvents(events);
        expect(parseEvents(parsed)).toEqual(parsed);
        expect(parseEvents(stored(parsed))).toEqual(parsed);
      }),
    );
  });

  it("reads back its own output at either end of the years that it takes", () => {
    for (const timestamp of ["1000-01-01T00:30:00+01:00", "9999-12-31T23:30:00-01:00"]) {
      const first = safeParseEvents([eventOf({ timestamp })]);
      expect(first.ok ? safeParseEvents(first.value) : first).toEqual(first);
    }
  });

  it("LAW: safeParseEvents never throws, and its paths lie within the list", () => {
    fc.assert(
      fc.property(mixedEvents(JANUARY), (events) => {
        const result = safeParseEvents(events);
        for (const { path } of result.ok ? [] : result.issues) {
          expect(path[0]).toBeTypeOf("number");
          expect(Number(path[0])).toBeLessThan(events.length);
        }
      }),
    );
  });
});

import { Decimal } from "decimal.js";
import {
  type Deduplication,
  mergeUsage,
  simulate,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { groupById } from "../../src/usage/events/deduplicate.js";
import type { ReadEvent } from "../../src/usage/events/event.js";
import { readEvent } from "../../src/usage/events/read-event.js";
import { eventOf, perUnit, stored } from "../support/plans.js";

const charge = perUnit("outcome", "1");

/** Sums events up in the order given and in the reverse order, which must not matter. */
function summaryOf(...events: readonly UsageEventInput[]) {
  const summary = summarizeUsage(events, { charge });
  expect(summarizeUsage(events.toReversed(), { charge })).toEqual(summary);
  return summary;
}

function readOf(input: UsageEventInput): ReadEvent {
  const reading = readEvent(input);
  if (reading.kind !== "usage") throw new Error("unreachable: these are usage events");
  return reading.event;
}

describe("an event that comes again", () => {
  const event = eventOf({ quantity: 1, properties: { a: 1, b: [2, { c: 3, d: 4 }] } });
  const again: readonly { title: string; event: UsageEventInput }[] = [
    { title: "as it was", event: { ...event } },
    { title: "with its quantity as a text", event: { ...event, quantity: "1" } },
    { title: "with its quantity as 1.0", event: { ...event, quantity: "1.0" } },
    { title: "with its quantity as 1e0", event: { ...event, quantity: "1e0" } },
    { title: "with its quantity as a bigint", event: { ...event, quantity: 1n } },
    { title: "without its quantity, which is 1", event: { ...event, quantity: undefined } },
    { title: "with an empty field as null", event: { ...event, name: null, value: null } },
    { title: "received at another time", event: { ...event, receivedAt: "2026-01-31T00:00:00Z" } },
    {
      title: "with its time in another offset",
      event: { ...event, timestamp: "2026-01-15T10:00:00+01:00" },
    },
    {
      title: "with its time to the millisecond",
      event: { ...event, timestamp: "2026-01-15T09:00:00.000Z" },
    },
    {
      title: "with its properties in another order",
      event: { ...event, properties: { b: [2, { d: 4, c: 3 }], a: 1 } },
    },
    {
      title: "with an undefined property besides",
      event: { ...event, properties: { ...event.properties, z: undefined } },
    },
    {
      title: "with a key that is not ours",
      event: { ...event, delivery: 2 } as UsageEventInput,
    },
  ];

  it.each(again)("is a duplicate $title", ({ event: second }) => {
    const { quantity, report } = summaryOf(event, second);
    expect(quantity).toBe("1");
    expect(report.counts).toMatchObject({ matched: 1, duplicate: 1, conflict: 0 });
    expect(report.details.duplicate?.map(({ id }) => id)).toEqual(["e1"]);
  });

  it("is a duplicate when its quantity is a decimal of decimal.js", () => {
    const { report } = summaryOf(event, { ...event, quantity: new Decimal("1.0") });
    expect(report.counts).toMatchObject({ matched: 1, duplicate: 1, conflict: 0 });
  });

  const differing: readonly { title: string; more: Partial<UsageEventInput> }[] = [
    { title: "quantity", more: { quantity: 2 } },
    { title: "timestamp", more: { timestamp: "2026-01-15T09:00:00.001Z" } },
    { title: "unit", more: { unitOfMeasure: "@action" } },
    { title: "subscription", more: { subscriptionId: "s1" } },
    { title: "agent type", more: { agentType: "ocr-agent" } },
    { title: "agent", more: { agentId: "a1" } },
    { title: "name", more: { name: "resolved" } },
    { title: "subject", more: { subject: "order-7" } },
    { title: "value", more: { value: 0 } },
    { title: "currency", more: { currency: "USD" } },
    { title: "property", more: { properties: { a: 1, b: [2, { c: 3, d: 5 }] } } },
    { title: "order of a list", more: { properties: { a: 1, b: [{ c: 3, d: 4 }, 2] } } },
  ];
  it.each(differing)("is a conflict with another $title", ({ more }) => {
    const { report } = summaryOf(event, { ...event, ...more });
    expect(report.counts).toMatchObject({ duplicate: 0, conflict: 1 });
    expect(report.details.conflict?.map(({ id }) => id)).toEqual(["e1"]);
  });

  it("counts every further delivery", () => {
    const other = { ...event, quantity: 2 };
    const { quantity, report } = summaryOf(event, other, event, other, event, other, other);
    // One quantity counts; which one, the smaller payload says: "1" < "2". Three deliveries of it, four of the other.
    expect(quantity).toBe("1");
    expect(report.counts).toMatchObject({ matched: 1, duplicate: 2, conflict: 4 });
  });
});

describe("of events that conflict", () => {
  it("the earliest counts, though its payload is larger", () => {
    const early = eventOf({ timestamp: "2026-01-10T00:00:00Z", name: "z", quantity: 9 });
    const late = eventOf({ timestamp: "2026-01-11T00:00:00Z", name: "a", quantity: 1 });
    expect(summaryOf(early, late).quantity).toBe("9");
  });

  it("the earliest moment counts, not the earliest text", () => {
    // 23:00 UTC of the 9th, written as the 10th.
    const early = eventOf({ timestamp: "2026-01-10T00:00:00+01:00", quantity: 9 });
    const late = eventOf({ timestamp: "2026-01-09T23:30:00Z", quantity: 1 });
    expect(summaryOf(early, late).quantity).toBe("9");
  });

  it("the smallest canonical JSON counts among those of one moment", () => {
    // {"customerId":"acme","id":"e1","name":"a",… before {…,"name":"b",…, whatever follows.
    const first = eventOf({ name: "a", quantity: 9 });
    const second = eventOf({ name: "b", quantity: 1 });
    const third = eventOf({ name: "b", quantity: 1, subject: "x" });
    expect(summaryOf(second, first, third).quantity).toBe("9");
    // Where the one has a name and the other none, "name" stands against "properties", the next key.
    expect(summaryOf(eventOf({ quantity: 5 }), second).quantity).toBe("1");
  });

  it("the later delivery may be the one that counts", () => {
    const received = (at: string, more: Partial<UsageEventInput>) =>
      eventOf({ receivedAt: at, ...more });
    const late = received("2026-01-16T00:00:00Z", { quantity: 1 });
    const early = received("2026-01-20T00:00:00Z", {
      quantity: 2,
      timestamp: "2026-01-14T00:00:00Z",
    });
    expect(summaryOf(late, early).quantity).toBe("2");
  });

  it("one that counts outside the period leaves nothing inside it", () => {
    const period = { start: "2026-01-01", end: "2026-02-01" };
    const before = eventOf({ timestamp: "2025-12-31T00:00:00Z" });
    const { quantity, report } = summarizeUsage([eventOf(), before], { charge, period });
    expect(quantity).toBe("0");
    expect(report.counts).toMatchObject({ matched: 0, conflict: 1, "outside-period": 1 });
  });
});

describe("of equal deliveries", () => {
  const at = (receivedAt: string | undefined) => readOf(eventOf({ receivedAt }));
  const received = (...events: readonly ReadEvent[]) =>
    [...groupById(events).values()][0]?.winner.receivedAt;

  it("the one received first counts, whichever comes first", () => {
    const [early, late] = [at("2026-01-16T00:00:00Z"), at("2026-01-20T00:00:00Z")];
    for (const events of [
      [early, late, late],
      [late, early, late],
      [late, late, early],
    ]) {
      expect(received(...events)).toBe(Date.parse("2026-01-16T00:00:00Z"));
    }
    // Without a time of its own, it was received when it happened.
    expect(received(late, at(undefined))).toBe(Date.parse("2026-01-15T09:00:00Z"));
  });

  it("a conflicting one that was received earlier still does not count", () => {
    const won = readOf(eventOf({ quantity: 1, receivedAt: "2026-01-20T00:00:00Z" }));
    const lost = readOf(eventOf({ quantity: 2, receivedAt: "2026-01-16T00:00:00Z" }));
    for (const events of [
      [won, lost],
      [lost, won],
    ]) {
      expect(received(...events)).toBe(won.receivedAt);
    }
  });
});

describe("properties that JSON cannot tell apart", () => {
  it("do not make the result depend on the order of the events", () => {
    const aggregation = { type: "unique-count", by: "properties.user" } as const;
    const unique = perUnit("outcome", "1", { aggregation });
    const pairs: readonly (readonly unknown[])[] = [
      [Number.NaN, null],
      [5n, "5"],
    ];
    for (const [one, other] of pairs) {
      const events = [
        eventOf({ properties: { user: one } }),
        eventOf({ properties: { user: other } }),
      ];
      const summary = summarizeUsage(events, { charge: unique });
      expect(summarizeUsage(events.toReversed(), { charge: unique })).toEqual(summary);
    }
  });
});

describe("deduplicate: false", () => {
  it("counts every delivery", () => {
    const events = [eventOf(), eventOf(), eventOf({ quantity: 5 })];
    const summary = summarizeUsage(events, { charge, policy: { deduplicate: false } });
    expect(summary.quantity).toBe("7");
    expect(summary.report.counts).toMatchObject({ matched: 3, duplicate: 0, conflict: 0 });
  });

  it("keeps no list of ids", () => {
    const events = Array.from({ length: 1_000 }, (_, index) => eventOf({ id: `e${index}` }));
    const summary = summarizeUsage(events, { charge, policy: { deduplicate: false } });
    expect(summary.deduplication).toBeUndefined();
    expect(JSON.stringify(summary).length).toBeLessThan(2_000);
  });
});

describe("what deduplication remembers", () => {
  it("is each id once, sorted, with what decides between two events of it", () => {
    const { deduplication } = summaryOf(
      eventOf({ id: "b", quantity: 2 }),
      eventOf({ id: "a", unitOfMeasure: "@action" }),
      eventOf({ id: "b", quantity: 2 }),
      eventOf({ id: "b", quantity: 3 }),
    );
    const events: Deduplication["events"] = deduplication?.events ?? [];
    const without = events.map(({ payload: _payload, reason: _reason, ...rest }) => rest);
    expect(without).toEqual([
      {
        id: "a",
        timestamp: "2026-01-15T09:00:00.000Z",
        bucket: "unmatched",
        counted: null,
        copies: 0,
        conflicts: 0,
      },
      {
        id: "b",
        timestamp: "2026-01-15T09:00:00.000Z",
        bucket: "matched",
        counted: { quantity: "2", group: [], fieldValue: null, value: null },
        copies: 1,
        conflicts: 1,
      },
    ]);
    expect(events.map(({ payload }) => JSON.parse(payload))).toEqual([
      {
        id: "a",
        customerId: "acme",
        unitOfMeasure: "@action",
        timestamp: "2026-01-15T09:00:00.000Z",
        quantity: "1",
        properties: {},
      },
      {
        id: "b",
        customerId: "acme",
        unitOfMeasure: "@outcome",
        timestamp: "2026-01-15T09:00:00.000Z",
        quantity: "2",
        properties: {},
      },
    ]);
  });
});

describe("an id of another customer", () => {
  it("is another event, in a price of both", () => {
    const both = [
      eventOf({ customerId: "acme", quantity: 2 }),
      eventOf({ customerId: "globex", quantity: 3 }),
      eventOf({ customerId: "globex", quantity: 3 }),
    ];
    const preview = simulate({ ...charge, currency: "USD" }, both);
    // 2 + 3 at 1; one copy.
    expect(preview.amount).toBe("5.00");
    expect(preview.usage.counts).toMatchObject({ matched: 2, duplicate: 1, conflict: 0 });
  });

  it("is another event, in a summary of both", () => {
    const { quantity, report } = summarizeUsage(
      [eventOf({ customerId: "acme" }), eventOf({ customerId: "globex", quantity: 3 })],
      { charge },
    );
    expect([quantity, report.counts.conflict]).toEqual(["4", 0]);
  });

  it("is another event, in summaries that are merged", () => {
    const [acme, globex] = ["acme", "globex"].map((customerId) =>
      summarizeUsage([eventOf({ customerId, quantity: 2 })], { charge }),
    );
    if (acme === undefined || globex === undefined) throw new Error("two summaries");
    const both = mergeUsage(acme, stored(globex));
    expect([both.quantity, both.report.counts.conflict]).toEqual(["4", 0]);
    // What is merged again is there once.
    expect(mergeUsage(stored(both), acme).quantity).toBe("4");
  });
});

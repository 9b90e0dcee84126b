import { type EventInput, summarizeUsage, type UsageBucket } from "rateplan";
import { describe, expect, it } from "vitest";
import { AGENT_TYPE, billOf, eventOf, JANUARY, perUnit, unchecked } from "../support/plans.js";

const charge = perUnit("outcome", "1");
const scope = {
  charge,
  customerId: "acme",
  subscriptionId: "s1",
  agentType: AGENT_TYPE,
  period: JANUARY,
};

interface BucketCase {
  readonly title: string;
  readonly event: unknown;
  readonly bucket: UsageBucket;
  /** A word of the reason. */
  readonly because?: string;
}

const signal = { id: "x", customerId: "acme", timestamp: "2026-01-15T09:00:00Z" };

const cases: readonly BucketCase[] = [
  {
    title: "an event of the charge, customer and period",
    event: eventOf({ id: "x" }),
    bucket: "matched",
  },
  {
    title: "an event with quantity 0",
    event: eventOf({ id: "x", quantity: 0 }),
    bucket: "matched",
  },
  {
    title: "a confirmation",
    event: { ...signal, confirms: "e1" },
    bucket: "signal",
    because: "e1",
  },
  { title: "a reversal", event: { ...signal, reverses: "e1" }, bucket: "signal", because: "e1" },
  {
    title: "the first event again",
    event: eventOf({ id: "first" }),
    bucket: "duplicate",
    because: "again",
  },
  {
    title: "another event under the first one's id",
    event: eventOf({ id: "first", quantity: 2 }),
    bucket: "conflict",
    because: "payload",
  },
  {
    title: "an event of the month before",
    event: eventOf({ id: "x", timestamp: "2025-12-31T23:59:59Z" }),
    bucket: "outside-period",
    because: "before",
  },
  {
    title: "an event of the month after",
    event: eventOf({ id: "x", timestamp: "2026-02-01T00:00:01Z" }),
    bucket: "outside-period",
    because: "after",
  },
  {
    title: "an event that became known after the period",
    event: eventOf({ id: "x", receivedAt: "2026-02-01T00:00:01Z" }),
    bucket: "outside-period",
    because: "received",
  },
  {
    title: "an event of another unit",
    event: eventOf({ id: "x", unitOfMeasure: "@action" }),
    bucket: "unmatched",
    because: "@action",
  },
  {
    title: "an event of another customer",
    event: eventOf({ id: "x", customerId: "globex" }),
    bucket: "unmatched",
    because: "globex",
  },
  {
    title: "an event of another subscription",
    event: eventOf({ id: "x", subscriptionId: "s2" }),
    bucket: "unmatched",
    because: "s2",
  },
  {
    title: "an event of another type of agent",
    event: eventOf({ id: "x", agentType: "chat-agent" }),
    bucket: "unmatched",
    because: "chat-agent",
  },
  {
    title: "an event of another customer and another month",
    event: eventOf({ id: "x", customerId: "globex", timestamp: "2025-06-01T00:00:00Z" }),
    bucket: "unmatched",
    because: "globex",
  },
  {
    title: "an event without a time",
    event: { ...eventOf({ id: "x" }), timestamp: undefined },
    bucket: "invalid",
    because: "timestamp",
  },
  { title: "no event", event: null, bucket: "invalid", because: "event" },
];

const empty = {
  matched: 0,
  signal: 0,
  duplicate: 0,
  conflict: 0,
  "outside-period": 0,
  unmatched: 0,
  invalid: 0,
};

describe("the bucket of an event", () => {
  const first = eventOf({ id: "first" });

  it.each(cases)("is right for $title", ({ event, bucket, because }) => {
    const events = unchecked<EventInput[]>([first, event]);
    const { report } = summarizeUsage(events, scope);
    expect(report.counts).toEqual(
      bucket === "matched" ? { ...empty, matched: 2 } : { ...empty, matched: 1, [bucket]: 1 },
    );
    expect(Object.keys(report.details)).toEqual(bucket === "matched" ? [] : [bucket]);
    for (const { reason } of report.details[bucket] ?? []) expect(reason).toContain(because);
  });

  it.each(cases)("is the same in an invoice for $title", ({ event }) => {
    const events = unchecked<EventInput[]>([first, event]);
    const bill = billOf({ charges: [charge], usage: events });
    expect(bill.usage).toEqual(summarizeUsage(events, scope).report);
  });

  it("is matched once, however many charges count the event", () => {
    const charges = ["a", "b", "c"].map((id) => perUnit(id, "1", { unitOfMeasure: "@outcome" }));
    const bill = billOf({ charges, usage: [eventOf()] });
    expect(bill.usage.counts).toEqual({ ...empty, matched: 1 });
    expect(bill.total).toBe("3.00");
  });

  it("is unmatched where a plan has nothing to meter", () => {
    const bill = billOf({ charges: [], usage: [eventOf()] });
    expect(bill.usage.counts).toEqual({ ...empty, unmatched: 1 });
    expect(bill.usage.details.unmatched?.[0]?.reason).toContain("@outcome");
  });

  it("names the reason of the charge that prices the unit, not of one that does not", () => {
    const charges = [perUnit("other", "1"), charge, perUnit("third", "1")];
    const { usage } = billOf({ charges, usage: [eventOf({ customerId: "globex" })] });
    expect(usage.details.unmatched?.[0]?.reason).toContain("globex");
  });
});

describe("the details of a report", () => {
  const numbered = (index: number) => String(index).padStart(4, "0");

  it("show the first hundred by id in each bucket, and the counts stay exact", () => {
    const events = Array.from({ length: 250 }, (_, index) => index).flatMap((index) => [
      eventOf({ id: `u${numbered(index)}`, unitOfMeasure: "@other" }),
      eventOf({ id: `u${numbered(index)}`, unitOfMeasure: "@other" }),
      eventOf({ id: `u${numbered(index)}`, unitOfMeasure: "@other", quantity: 2 }),
      eventOf({ id: `o${numbered(index)}`, timestamp: "2027-01-01T00:00:00Z" }),
      { ...signal, id: `s${numbered(index)}`, confirms: "e" },
      { id: `i${numbered(index)}` },
    ]);
    const { report } = summarizeUsage(unchecked<EventInput[]>(events), scope);
    expect(report.counts).toEqual({
      matched: 0,
      signal: 250,
      duplicate: 250,
      conflict: 250,
      "outside-period": 250,
      unmatched: 250,
      invalid: 250,
    });
    const firstHundred = (letter: string) =>
      Array.from({ length: 100 }, (_, index) => letter + numbered(index));
    const shown = Object.entries(report.details).map(([bucket, list]) => [
      bucket,
      list?.map(({ id }) => id),
    ]);
    expect(Object.fromEntries(shown)).toEqual({
      signal: firstHundred("s"),
      duplicate: firstHundred("u"),
      conflict: firstHundred("u"),
      "outside-period": firstHundred("o"),
      unmatched: firstHundred("u"),
      invalid: firstHundred("i"),
    });
  });

  it("are capped for one event that came a thousand times", () => {
    const { report } = summarizeUsage(
      Array.from({ length: 1_001 }, () => eventOf()),
      scope,
    );
    expect(report.counts).toEqual({ ...empty, matched: 1, duplicate: 1_000 });
    expect(report.details.duplicate).toHaveLength(100);
  });

  it("are not kept for matched events", () => {
    const { report } = summarizeUsage([eventOf(), eventOf({ id: "e2" })], scope);
    expect(report).toEqual({ counts: { ...empty, matched: 2 }, details: {} });
  });
});

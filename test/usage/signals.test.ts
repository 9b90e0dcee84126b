/** Signals: what is one, how it is read, and what is wrong with one. */
import fc from "fast-check";
import { parseEvents, type SignalInput, safeParseEvents, settleOutcomes } from "rateplan";
import { describe, expect, it } from "vitest";
import { formatExact } from "../../src/money/fraction.js";
import type { ReadSignal } from "../../src/usage/events/event.js";
import { readEvent } from "../../src/usage/events/read-event.js";
import { FAR, histories, on, outcome, signal } from "../support/outcomes.js";
import { issuesOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const named = { id: "s1", customerId: "acme", timestamp: "2026-01-15T10:00:00+01:00" };

function read(input: unknown): ReadSignal {
  const reading = readEvent(input);
  if (reading.kind !== "signal") throw new Error(`read as ${reading.kind}`);
  return reading.signal;
}

describe("a signal", () => {
  it("names the event that it confirms or reverses", () => {
    expect(read({ ...named, confirms: "e1" })).toEqual({
      id: "s1",
      customerId: "acme",
      fields: {},
      timestamp: Date.UTC(2026, 0, 15, 9),
      receivedAt: Date.UTC(2026, 0, 15, 9),
      confirms: "e1",
      reverses: undefined,
      quantity: undefined,
      value: undefined,
    });
    expect(read({ ...named, reverses: "e1" })).toMatchObject({
      confirms: undefined,
      reverses: "e1",
    });
  });

  it("or says what happened to a subject, and counts nothing", () => {
    expect(read({ ...named, name: "reopened", subject: "a" })).toMatchObject({
      fields: { name: "reopened", subject: "a" },
      confirms: undefined,
      reverses: undefined,
    });
  });

  it.each([
    { name: "reopened", subject: "a", unitOfMeasure: null },
    { name: "reopened", subject: "a", confirms: "", reverses: null },
    { confirms: "e1", unitOfMeasure: "@outcome", quantity: 2 },
    { reverses: "e1", subject: "", name: undefined, receivedAt: null },
  ])("is one also as %j", (fields) => {
    expect(readEvent({ ...named, ...fields }).kind).toBe("signal");
  });

  it.each([
    { name: "reopened", subject: "a", unitOfMeasure: "@outcome" },
    { confirms: "", reverses: "", unitOfMeasure: "@outcome" },
    { confirms: null, unitOfMeasure: "@outcome" },
  ])("is none, but usage, as %j", (fields) => {
    expect(readEvent({ ...named, ...fields }).kind).toBe("usage");
  });

  it.each([
    [{ name: "reopened" }, "missing unitOfMeasure"],
    [{ subject: "a" }, "missing unitOfMeasure"],
    [{ name: "", subject: "a" }, "missing unitOfMeasure"],
    [{ confirms: 7 }, "missing unitOfMeasure"],
    [{ confirms: "" }, "missing unitOfMeasure"],
  ])("is neither as %j", (fields, issue) => {
    expect(issuesOf(() => parseEvents(unchecked([{ ...named, ...fields }])))).toEqual([
      issue.replace(" ", " 0."),
    ]);
  });

  it("that confirms and reverses at once confirms", () => {
    expect(read({ ...named, confirms: "e1", reverses: "e2" })).toMatchObject({
      confirms: "e1",
      reverses: undefined,
    });
  });

  it("may be partial, as exactly as any number", () => {
    const { quantity, value } = read({ ...named, reverses: "e1", quantity: "0.10", value: 3n });
    expect([quantity, value].map((part) => part && formatExact(part))).toEqual(["0.1", "3"]);
  });

  it("has a time at which it became known", () => {
    const late = read({ ...named, confirms: "e1", receivedAt: "2026-01-16T00:00:00Z" });
    expect([late.timestamp, late.receivedAt]).toEqual([
      Date.UTC(2026, 0, 15, 9),
      Date.UTC(2026, 0, 16),
    ]);
  });
});

describe("a bad signal", () => {
  it.each<[object, readonly string[]]>([
    [{ quantity: -1 }, ["out_of_range 0.quantity"]],
    [{ quantity: "-0.1", value: -2 }, ["out_of_range 0.quantity", "out_of_range 0.value"]],
    [{ quantity: "much" }, ["not_a_decimal 0.quantity"]],
    [{ value: Number.NaN }, ["not_finite 0.value"]],
    [{ id: "" }, ["missing 0.id"]],
    [{ id: undefined }, ["missing 0.id"]],
    [{ customerId: 7 }, ["invalid_type 0.customerId"]],
    [{ timestamp: "2026-01-15" }, ["invalid_date 0.timestamp"]],
    [{ timestamp: undefined }, ["missing 0.timestamp"]],
    [{ receivedAt: "later" }, ["invalid_date 0.receivedAt"]],
    [{ subject: 7 }, ["invalid_type 0.subject"]],
    [{ subscriptionId: {} }, ["invalid_type 0.subscriptionId"]],
  ])("%j says what is wrong with it: %j", (fields, issues) => {
    const bad = { ...named, reverses: "e1", ...fields };
    expect(issuesOf(() => parseEvents(unchecked([bad])))).toEqual(issues);
  });

  it("says the value that it refuses", () => {
    const result = safeParseEvents([{ ...named, reverses: "e1", quantity: "-2.5" }]);
    expect(result).toMatchObject({
      ok: false,
      issues: [{ message: '[0].quantity must be 0 or more, got "-2.5"', expected: "0 or more" }],
    });
  });

  it("is reported under its id and does nothing", () => {
    const bad = { ...signal("s1", 4, { reverses: "e1" }), quantity: -1 };
    const { outcomes, report } = settleOutcomes(
      [outcome("e1", 3), bad],
      { reverse: {} },
      { asOf: FAR },
    );
    expect(outcomes).toMatchObject([{ state: "confirmed" }]);
    expect(report.counts).toMatchObject({ matched: 1, signal: 0, invalid: 1 });
    expect(report.details.invalid?.[0]?.id).toBe("s1");
  });
});

describe("parsing signals", () => {
  it("keeps what they say, and writes it in one form, also a second time", () => {
    const given: SignalInput = {
      ...named,
      reverses: "e1",
      receivedAt: "2026-01-16T01:00:00+01:00",
      quantity: 0.5,
      value: "1e2",
    };
    const parsed = parseEvents([{ ...given, source: "crm" } as SignalInput]);
    expect(parsed).toEqual([
      {
        id: "s1",
        customerId: "acme",
        timestamp: "2026-01-15T09:00:00.000Z",
        receivedAt: "2026-01-16T00:00:00.000Z",
        reverses: "e1",
        quantity: "0.5",
        value: "100",
        source: "crm",
      },
    ]);
    expect(parseEvents(parsed as readonly SignalInput[])).toEqual(parsed);
  });

  it("changes nothing about what they decide", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const policy = { confirm: { signals: ["solved"] }, reverse: { signals: ["reopened"] } };
        const asOf = on(100);
        const raw = settleOutcomes(events, policy, { asOf });
        expect(settleOutcomes(parseEvents(events), policy, { asOf })).toEqual(raw);
      }),
      tries(25),
    );
  });
});

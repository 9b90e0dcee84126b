/** CloudEvents 1.0 envelopes: what of them is ours, and what they must hold. */
import { type EventInput, mergeUsage, parseEvents, settleOutcomes, summarizeUsage } from "rateplan";
import { describe, expect, it } from "vitest";
import { unwrapped } from "../../src/usage/events/cloud-event.js";
import { FAR, on } from "../support/outcomes.js";
import { issuesOf, perUnit, stored, unchecked } from "../support/plans.js";

/** The example of the specification, with our data in it. */
const envelope = {
  specversion: "1.0",
  type: "resolved",
  source: "/support/desk",
  subject: "conversation-1",
  id: "A234-1234-1234",
  time: "2026-01-05T17:31:00+01:00",
  comexampleextension1: "value",
  datacontenttype: "application/json",
  data: { customerId: "acme", unitOfMeasure: "@outcome", quantity: 2, properties: { csat: 5 } },
};

function parsed(input: object): unknown {
  return parseEvents(unchecked([input]))[0];
}

describe("an envelope", () => {
  it("gives its id, subject, time and type, and everything else comes from its data", () => {
    expect(parsed(envelope)).toEqual({
      id: "A234-1234-1234",
      source: "/support/desk",
      name: "resolved",
      subject: "conversation-1",
      timestamp: "2026-01-05T16:31:00.000Z",
      customerId: "acme",
      unitOfMeasure: "@outcome",
      quantity: "2",
      properties: { csat: 5 },
    });
  });

  it("gives way to what its data say", () => {
    const data = {
      ...envelope.data,
      name: "sold",
      subject: "order-9",
      timestamp: "2026-01-06T00:00:00Z",
      receivedAt: "2026-01-07T00:00:00Z",
    };
    expect(parsed({ ...envelope, data })).toMatchObject({
      name: "sold",
      subject: "order-9",
      timestamp: "2026-01-06T00:00:00.000Z",
      receivedAt: "2026-01-07T00:00:00.000Z",
    });
  });

  it("stands where its data say nothing: absent and null are the same", () => {
    const data = { ...envelope.data, name: null, subject: undefined, timestamp: null };
    expect(parsed({ ...envelope, data })).toMatchObject({
      name: "resolved",
      subject: "conversation-1",
      timestamp: "2026-01-05T16:31:00.000Z",
    });
  });

  it("identifies the event, whatever its data call themselves", () => {
    const data = { ...envelope.data, id: "row-7" };
    expect(parsed({ ...envelope, data })).toMatchObject({ id: envelope.id });
  });

  it("needs no subject", () => {
    const { subject: _, ...bare } = envelope;
    expect(parsed(bare)).not.toHaveProperty("subject", expect.anything());
  });

  it("may hold a signal", () => {
    const { data: _, ...rest } = envelope;
    const signal = { ...rest, data: { customerId: "acme", reverses: "e1", value: "0.50" } };
    expect(parsed(signal)).toMatchObject({ id: rest.id, reverses: "e1", value: "0.5" });
    const about = { ...rest, type: "reopened", data: { customerId: "acme" } };
    expect(parsed(about)).toMatchObject({ name: "reopened", subject: "conversation-1" });
  });

  it("may be of any minor version, and is read once: what was parsed is no envelope", () => {
    const minor = { ...envelope, specversion: "1.0.2" };
    expect(parsed(minor)).toEqual(parsed(envelope));
    expect(parsed(parsed(minor) as object)).toEqual(parsed(envelope));
  });

  it("is the same event as the one without it", () => {
    const bare = {
      id: envelope.id,
      name: "resolved",
      subject: "conversation-1",
      timestamp: "2026-01-05T16:31:00Z",
      source: envelope.source,
      ...envelope.data,
    };
    const charge = perUnit("outcome", "1", { filter: { names: ["resolved"] } });
    const { quantity, report } = summarizeUsage([envelope, bare], { charge });
    expect(quantity).toBe("2");
    expect(report.counts).toMatchObject({ matched: 1, duplicate: 1, conflict: 0 });
  });

  it("is another event than one of the same id from another source", () => {
    // Ids are unique within a source (CloudEvents 1.0.2, "id"): 2 + 2 units.
    const other = { ...envelope, source: "/support/phone" };
    const charge = perUnit("outcome", "1", { filter: { names: ["resolved"] } });
    const summaries = [envelope, other, other].map((each) => summarizeUsage([each], { charge }));
    for (const { quantity, report } of [
      summarizeUsage([envelope, other, other], { charge }),
      stored(summaries.reduce((a, b) => mergeUsage(a, stored(b)))),
    ]) {
      expect(quantity).toBe("4");
      expect(report.counts).toMatchObject({ matched: 2, duplicate: 1, conflict: 0 });
    }
    expect(summarizeUsage(parseEvents([envelope, other, other]), { charge }).quantity).toBe("4");
  });

  it("is named by signals of any source, and before others by those of its own", () => {
    const other = {
      ...envelope,
      source: "/support/phone",
      data: { ...envelope.data, quantity: 5 },
    };
    const reversal = (source: string | undefined) => ({
      id: "s1",
      ...(source === undefined ? {} : { source }),
      customerId: "acme",
      reverses: envelope.id,
      timestamp: on(9),
    });
    const left = (source: string | undefined) =>
      settleOutcomes([envelope, other, reversal(source)], { reverse: {} }, { asOf: FAR })
        .outcomes.filter(({ state }) => state !== "reversed")
        .map(({ quantity }) => quantity);
    expect(left(envelope.source)).toEqual(["5"]);
    expect(left(other.source)).toEqual(["2"]);
    // Who names an id without a source, or one that has no such event, means every event of that id.
    expect([left(undefined), left("/crm")]).toEqual([[], []]);
  });

  it("may stand beside bare events and signals", () => {
    const reversal = { id: "s1", customerId: "acme", reverses: envelope.id, timestamp: on(9) };
    const { outcomes } = settleOutcomes([envelope, reversal], { reverse: {} }, { asOf: FAR });
    expect(outcomes).toMatchObject([{ id: envelope.id, state: "reversed", name: "resolved" }]);
  });
});

describe("a bad envelope", () => {
  it.each<[object, readonly string[]]>([
    [{ id: undefined }, ["missing 0.id"]],
    [{ id: 7 }, ["invalid_type 0.id"]],
    [{ time: undefined }, ["missing 0.timestamp"]],
    [{ time: "yesterday" }, ["invalid_date 0.timestamp"]],
    [{ type: 7 }, ["invalid_type 0.name"]],
    [{ subject: [] }, ["invalid_type 0.subject"]],
    [{ data: {} }, ["missing 0.customerId", "missing 0.unitOfMeasure"]],
    [{ data: { ...envelope.data, quantity: "two" } }, ["not_a_decimal 0.quantity"]],
  ])("with %j says what is wrong: %j", (fields, issues) => {
    // Without a unit, a name and a subject make a signal.
    const bare = "data" in fields && Object.keys(fields.data as object).length === 0;
    const input = { ...envelope, ...fields, ...(bare ? { subject: undefined } : {}) };
    expect(issuesOf(() => parseEvents(unchecked([input])))).toEqual(issues);
  });

  it.each([
    { data: undefined },
    { data: null },
    { data: "{}" },
    { data: [] },
    { data: undefined, data_base64: "e30=" },
    { specversion: "0.3" },
    { specversion: "2.0" },
    { specversion: 1 },
  ])("that holds nothing to read is reported: %j", (fields) => {
    const input = { ...envelope, ...fields };
    expect(unwrapped(input)).toBe(input);
    expect(issuesOf(() => parseEvents(unchecked([input])))).toContain("missing 0.customerId");
    const { report } = settleOutcomes(unchecked<EventInput[]>([input]), {}, { asOf: FAR });
    expect(report.counts).toMatchObject({ invalid: 1 });
    expect(report.details.invalid?.[0]?.id).toBe(envelope.id);
  });

  it("that cannot be read is reported, never thrown", () => {
    const hostile = new Proxy(envelope, {
      get() {
        throw new Error("no");
      },
    });
    const data = Object.defineProperty({}, "customerId", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    const { report } = settleOutcomes([hostile, { ...envelope, data }], {}, { asOf: FAR });
    expect(report.counts.invalid).toBe(2);
  });

  it("does not reach into prototypes", () => {
    const data = JSON.parse(`{"__proto__": {"customerId": "globex"}, "unitOfMeasure": "@outcome"}`);
    expect(issuesOf(() => parseEvents(unchecked([{ ...envelope, data }])))).toContain(
      "missing 0.customerId",
    );
  });
});

import { type EventInput, summarizeUsage, type UsageSummary } from "rateplan";
import { describe, expect, it } from "vitest";
import { eventOf, perUnit, unchecked } from "../support/plans.js";

const charge = perUnit("outcome", "1");

function summaryOf(...events: readonly unknown[]): UsageSummary {
  return summarizeUsage(unchecked<EventInput[]>(events), { charge });
}

/** The reason why the only event given could not be read. */
function reasonAgainst(event: unknown): string {
  const { report } = summaryOf(event);
  expect(report.counts).toMatchObject({ invalid: 1, matched: 0, unmatched: 0 });
  return report.details.invalid?.[0]?.reason ?? "";
}

describe("an event that lacks something", () => {
  for (const field of ["id", "customerId", "unitOfMeasure", "timestamp"]) {
    const wrong = [
      undefined,
      null,
      "",
      5,
      true,
      {},
      [],
      () => "x",
      Symbol("x"),
      9n,
      new Date(Number.NaN),
      Number.NaN,
    ];
    it.each(wrong)(`is reported when ${field} is %s`, (value) => {
      expect(reasonAgainst({ ...eventOf(), [field]: value })).toContain(field);
    });

    it(`is reported when ${field} is not there at all`, () => {
      const { [field as "id"]: _left, ...rest } = eventOf();
      expect(reasonAgainst(rest)).toContain(field);
    });
  }

  it("is reported with everything that it lacks", () => {
    const reason = reasonAgainst({ quantity: "many", properties: 3 });
    for (const field of [
      "id",
      "customerId",
      "unitOfMeasure",
      "timestamp",
      "quantity",
      "properties",
    ]) {
      expect(reason).toContain(field);
    }
  });

  it("is reported under its id where it has one, and under null where it has none", () => {
    const noTime = eventOf({ timestamp: unchecked(undefined) });
    const { report } = summaryOf(noTime, { ...noTime, id: undefined }, "no event at all");
    expect(report.details.invalid?.map(({ id }) => id)).toEqual([null, null, "e1"]);
  });
});

describe("an optional text of an event", () => {
  for (const field of ["subscriptionId", "name", "subject", "agentType", "agentId", "currency"]) {
    it(`is reported when ${field} is no text`, () => {
      for (const value of [5, true, {}, ["x"]]) {
        expect(reasonAgainst({ ...eventOf(), [field]: value })).toContain(field);
      }
    });

    it(`counts as absent when ${field} is null`, () => {
      const event = { ...eventOf(), [field]: null };
      const options = { charge, subscriptionId: "s1", agentType: "ocr-agent" };
      expect(summarizeUsage([event], options).quantity).toBe("1");
    });
  }
});

describe("the other optional fields of an event", () => {
  it("count as absent when they are null", () => {
    const event = eventOf({ quantity: null, value: null, receivedAt: null, properties: null });
    expect(summaryOf(event).quantity).toBe("1");
    expect(summaryOf(event, eventOf()).report.counts).toMatchObject({ matched: 1, duplicate: 1 });
  });

  it.each([
    "12 units",
    " 1",
    "1,5",
    "0x10",
    "10/3",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    "NaN",
    "Infinity",
    2 ** 53,
    "1e999999",
    "9".repeat(1_000_000),
    true,
    {},
    [],
    [1],
    { toString: () => "1" },
  ])("are reported when quantity or value is %s", (value) => {
    expect(reasonAgainst({ ...eventOf(), quantity: value })).toContain("quantity");
    expect(reasonAgainst({ ...eventOf(), value })).toContain("value");
  });

  it.each(["x", 5, true, [], [{}]])("are reported when properties is %s", (properties) => {
    expect(reasonAgainst({ ...eventOf(), properties })).toContain("properties");
  });

  it("are never shown at length", () => {
    expect(reasonAgainst({ ...eventOf(), quantity: "x".repeat(1_000_000) }).length).toBeLessThan(
      500,
    );
  });
});

describe("the quantity of an event", () => {
  const forms = [
    { title: "absent, as one", quantity: undefined, is: "1" },
    { title: "a whole number", quantity: 3, is: "3" },
    { title: "a number, by its shortest form", quantity: 0.1, is: "0.1" },
    { title: "a bigint", quantity: 12345678901234567890n, is: "12345678901234567890" },
    { title: "a text with zeros to spare", quantity: "0012.500", is: "12.5" },
    { title: "a text with an exponent", quantity: "1.5e3", is: "1500" },
    { title: "negative", quantity: "-0.5", is: "-0.5" },
    { title: "negative zero", quantity: -0, is: "0" },
    {
      title: "longer than any float",
      quantity: "0.1234567890123456789",
      is: "0.1234567890123456789",
    },
  ];
  it.each(forms)("is read when it is $title", ({ quantity, is }) => {
    expect(summaryOf(eventOf({ quantity })).quantity).toBe(is);
  });
});

describe("the timestamp of an event", () => {
  it.each([
    "2026-01-15",
    "2026-01-15T09:00:00",
    "2026-01-15 09:00:00",
    "2026-01-15T09:00Z",
    "2026-01-15T9:00:00Z",
    "2026-01-15T09:00:00+0100",
    "2026-01-15T09:00:00 Z",
    " 2026-01-15T09:00:00Z",
    "2026-02-30T09:00:00Z",
    "2025-02-29T09:00:00Z",
    "2026-13-01T09:00:00Z",
    "2026-00-10T09:00:00Z",
    "2026-01-00T09:00:00Z",
    "2026-01-15T24:00:00Z",
    "2026-01-15T09:60:00Z",
    "2026-01-15T09:00:61Z",
    "2026-01-15T09:00:00+24:00",
    "2026-01-15T09:00:00+01:60",
    "2026-01-15T09:00:00.Z",
    "0999-01-15T09:00:00Z",
    "15 Jan 2026 09:00 GMT",
    "now",
    `2026-01-15T09:00:00.${"0".repeat(1_000)}Z`,
  ])("is reported when it is %s", (timestamp) => {
    expect(reasonAgainst(eventOf({ timestamp }))).toContain("timestamp");
    expect(reasonAgainst(eventOf({ receivedAt: timestamp }))).toContain("receivedAt");
  });

  it.each([
    "2026-01-15T10:30:00+01:30",
    "2026-01-15T04:00:00-05:00",
    "2026-01-15t09:00:00z",
    "2026-01-15 09:00:00Z",
    "2026-01-15T09:00:00.000Z",
    "2026-01-15T09:00:00.0009Z",
    "2026-01-15T09:00:00-00:00",
    "2026-01-16T08:59:00+23:59",
  ])("is 9 o'clock UTC when it is %s", (timestamp) => {
    expect(summaryOf(eventOf({ timestamp })).deduplication?.events[0]?.timestamp).toBe(
      "2026-01-15T09:00:00.000Z",
    );
  });
});

describe("something that is no event", () => {
  it.each([null, undefined, 5, "e1", true, 7n, Symbol("e"), [], [eventOf()], () => eventOf()])(
    "is reported and never thrown: %s",
    (value) => {
      expect(reasonAgainst(value)).toContain("must be an event");
    },
  );

  it.each([
    { title: "an empty object", value: {} },
    { title: "an object without a prototype", value: Object.create(null) },
    { title: "a date", value: new Date(0) },
    { title: "a map", value: new Map([["id", "e1"]]) },
    { title: "an error", value: new Error("e1") },
    { title: "bytes", value: new Uint8Array(4) },
    { title: "a proxy that has nothing", value: new Proxy({}, { get: () => undefined }) },
    { title: "a proxy that has the same everywhere", value: new Proxy({}, { get: () => "x" }) },
    { title: "a proxy of an array", value: new Proxy([eventOf()], {}) },
  ])("is reported and never thrown: $title", ({ value }) => {
    expect(summaryOf(value).report.counts).toMatchObject({ invalid: 1, matched: 0 });
  });

  it("is reported when it is a proxy that throws", () => {
    const hostile = new Proxy(eventOf(), {
      get() {
        throw new Error("no");
      },
    });
    expect(summaryOf(hostile, eventOf()).report.counts).toMatchObject({ invalid: 1, matched: 1 });
  });

  it("is reported when it is a revoked proxy", () => {
    const { proxy, revoke } = Proxy.revocable(eventOf(), {});
    revoke();
    expect(summaryOf(proxy, eventOf()).report.counts).toMatchObject({ invalid: 1, matched: 1 });
  });

  it("is reported when one of its fields throws as it is read", () => {
    const hostile = Object.defineProperty({ ...eventOf() }, "quantity", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    expect(summaryOf(hostile, eventOf()).report.counts).toMatchObject({ invalid: 1, matched: 1 });
  });
});

describe("an event whose properties cannot be read", () => {
  const throws = () => {
    throw new Error("no");
  };
  const hostile: readonly { readonly title: string; readonly make: () => object }[] = [
    {
      title: "a getter throws",
      make: () => Object.defineProperty({}, "user", { enumerable: true, get: throws }),
    },
    { title: "a proxy throws on reading", make: () => new Proxy({ user: 1 }, { get: throws }) },
    {
      title: "a proxy throws on listing its keys",
      make: () => new Proxy({ user: 1 }, { ownKeys: throws }),
    },
    {
      title: "a proxy throws on looking for a key",
      make: () => new Proxy({ user: 1 }, { getOwnPropertyDescriptor: throws }),
    },
    {
      title: "a proxy was revoked",
      make: () => {
        const { proxy, revoke } = Proxy.revocable({ user: 1 }, {});
        revoke();
        return proxy;
      },
    },
  ];

  it.each(hostile)("is in one bucket and stops nothing: $title", ({ make }) => {
    const byUser = { type: "unique-count", by: "properties.user" } as const;
    for (const aggregation of ["sum", byUser] as const) {
      const good = eventOf({ id: "e2", properties: { user: "u2" } });
      const bad = { ...eventOf(), properties: make() };
      // The same id twice: the payloads are compared.
      const events = unchecked<EventInput[]>([bad, good, { ...bad }]);
      const summary = summarizeUsage(events, { charge: { ...charge, aggregation } });
      const { matched, ...others } = summary.report.counts;
      expect(matched).toBeGreaterThanOrEqual(1);
      expect(Object.values(others).reduce((sum, count) => sum + count, matched)).toBe(3);
    }
  });
});

describe("what an event carries besides", () => {
  it("is allowed and not read", () => {
    const event = {
      ...eventOf(),
      type: "com.example.outcome",
      specversion: "1.0",
      data: [1, { x: 2 }],
    };
    expect(summaryOf(event).quantity).toBe("1");
  });

  it("may be a proxy of an event, a null-prototype object or a class of the host", () => {
    class HostEvent {
      readonly id = "e2";
      readonly customerId = "acme";
      readonly unitOfMeasure = "@outcome";
      readonly timestamp = "2026-01-15T09:00:00Z";
    }
    const proxied = new Proxy(eventOf(), {});
    const bare = Object.assign(Object.create(null), eventOf({ id: "e3" }));
    expect(summaryOf(proxied, new HostEvent(), bare).quantity).toBe("3");
  });

  it("may hold properties that contain themselves", () => {
    const plain: Record<string, unknown> = {};
    plain["self"] = plain;
    expect(summaryOf(eventOf({ properties: plain })).quantity).toBe("1");
  });

  it("may hold objects of the host's classes that contain themselves", () => {
    class Node {
      readonly self = this;
    }
    expect(summaryOf(eventOf({ properties: { node: new Node() } })).report.counts.matched).toBe(1);
  });

  it("is never frozen or changed", () => {
    class Host {
      state = { open: true };
    }
    const host = new Host();
    const event = { ...eventOf({ properties: { host } }), tags: ["a"] };
    summaryOf(event, event);
    expect([event, event.tags, host, host.state].map(Object.isFrozen)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("a signal", () => {
  const signal = { id: "c1", customerId: "acme", timestamp: "2026-01-15T09:00:00Z" };

  it.each(["confirms", "reverses"])("needs no unit when it %s an event", (verb) => {
    const { quantity, report } = summaryOf({ ...signal, [verb]: "e1" }, eventOf());
    expect(quantity).toBe("1");
    expect(report.counts).toMatchObject({ signal: 1, matched: 1 });
    expect(report.details.signal?.[0]?.id).toBe("c1");
    expect(report.details.signal?.[0]?.reason).toContain("e1");
  });

  it("bills nothing though it looks like an event", () => {
    const { quantity, report } = summaryOf({ ...eventOf({ quantity: 5 }), reverses: "e0" });
    expect(quantity).toBe("0");
    expect(report.counts).toMatchObject({ signal: 1, matched: 0 });
  });

  it("is invalid without an id, a customer or a time", () => {
    const confirms = "e1";
    const { report } = summaryOf(
      { ...signal, confirms, id: undefined },
      { ...signal, confirms, customerId: "" },
      { ...signal, confirms, timestamp: "2026-01-15" },
    );
    expect(report.counts).toMatchObject({ signal: 0, invalid: 3 });
  });
});

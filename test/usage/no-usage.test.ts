/** What people pass where they mean usage: it is refused with what to do, and never taken for no usage. */
import {
  type Invoice,
  invoice,
  isPricingError,
  mergeUsage,
  type PricingIssue,
  rate,
  settleOutcomes,
  simulate,
  summarizeUsage,
  type UsageInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { FAR } from "../support/outcomes.js";
import { eventOf, issuesOf, JANUARY, perUnit, requestOf, unchecked } from "../support/plans.js";

const charge = perUnit("outcome", "10", { currency: "USD" });

/** Every function that takes usage, with something in its place. */
const takers: readonly { readonly name: string; readonly take: (usage: unknown) => unknown }[] = [
  {
    name: "invoice",
    take: (usage) => invoice({ ...requestOf({ charges: [charge] }), usage: unchecked(usage) }),
  },
  { name: "simulate", take: (usage) => simulate(charge, unchecked(usage)) },
  { name: "rate", take: (usage) => rate(charge, unchecked(usage)) },
  { name: "summarizeUsage", take: (usage) => summarizeUsage(unchecked(usage), { charge }) },
  { name: "settleOutcomes", take: (usage) => settleOutcomes(unchecked(usage), {}, { asOf: FAR }) },
];

function issueOf(run: () => unknown): PricingIssue | undefined {
  try {
    run();
  } catch (error) {
    if (isPricingError(error)) return error.issues[0];
    throw error;
  }
  return undefined;
}

class Row {
  outcome = 5;
}

const others: readonly {
  readonly what: string;
  readonly it: () => unknown;
  readonly says: string;
}[] = [
  { what: "a promise", it: () => Promise.resolve([eventOf()]), says: "await" },
  { what: "a map", it: () => new Map([["outcome", 5]]), says: "Object.fromEntries" },
  { what: "a JSON text", it: () => JSON.stringify([eventOf()]), says: "parsed" },
  { what: "bytes", it: () => new Uint8Array([91, 93]), says: "bytes" },
  { what: "a function", it: () => () => [eventOf()], says: "returns" },
  { what: "a date", it: () => new Date(0), says: "a date" },
  { what: "a pattern", it: () => /x/, says: "of a class" },
  { what: "an address", it: () => new URL("https://example.com"), says: "a class" },
  { what: "an object of a class", it: () => new Row(), says: "of a class" },
  {
    what: "an iterator that is not iterable",
    it: () => ({ next: () => ({ done: true, value: undefined }) }),
    says: "a list",
  },
];

describe.each(takers)("$name", ({ take, name }) => {
  it.each(others)("refuses $what, and says what to do", ({ it: other, says }) => {
    const issue = issueOf(() => take(other()));
    expect(issue?.code).toBe("invalid_type");
    expect(issue?.message).toContain(says);
  });

  it.each([null, undefined])("asks for usage where there is none: %s", (nothing) => {
    expect(issueOf(() => take(nothing))?.code).toMatch(/^(?:missing|invalid_type)$/);
  });

  it("says so when the events themselves cannot be read to their end", () => {
    function* broken() {
      yield eventOf();
      throw new Error("the connection was lost");
    }
    const issue = issueOf(() => take(broken()));
    expect(issue?.code).toBe("not_plain_data");
    expect(issue?.message).toContain("the connection was lost");
  });

  it("refuses an asynchronous stream, or collects it", async () => {
    const stream = () => ({
      [Symbol.asyncIterator]: () => {
        const events = [eventOf()].values();
        return { next: () => Promise.resolve(events.next()) };
      },
    });
    if (name === "summarizeUsage") {
      expect(await take(stream())).toMatchObject({ quantity: "1" });
    } else {
      expect(issueOf(() => take(stream()))?.message).toContain("summarizeUsage");
    }
  });

  it("counts a list of more than five million elements as too long, at once", () => {
    const list = Object.assign([], { length: 2 ** 32 - 1 });
    expect(issueOf(() => take(list))?.code).toBe("too_large");
  });
});

describe("one event", () => {
  it("is to be put in a list", () => {
    for (const { take } of takers.slice(0, 3)) {
      expect(issueOf(() => take(eventOf()))).toMatchObject({
        code: "invalid_type",
        expected: "a list of events",
        received: "one event",
      });
    }
  });
});

describe("events that cannot be read", () => {
  const bad = [
    { ...eventOf(), timestamp: 1_768_000_000_000 },
    { ...eventOf(), timestamp: "2026-01-15 09:00:00" },
    { ...eventOf(), timestamp: undefined, timestmap: "2026-01-15T09:00:00Z" },
    { ...eventOf(), customerId: undefined, customer_id: "acme" },
    { ...eventOf(), timestamp: new Date(Number.NaN) },
  ];
  const usage = unchecked<UsageInput>([...bad, eventOf({ id: "good" })]);

  it("are counted in a warning, of documents and simulations alike", () => {
    const bill = invoice({ ...requestOf({ charges: [charge] }), usage });
    expect(bill.total).toBe("10.00");
    for (const { warnings } of [bill, simulate(charge, usage), rate(charge, unchecked(usage))]) {
      expect(warnings.map(({ code }) => code)).toEqual(["invalid_events"]);
      expect(warnings[0]?.message).toMatch(/^5 events /);
    }
  });

  it("are counted in a warning also where they stand in a summary", () => {
    const scope = { charge, customerId: "acme", period: JANUARY };
    const parts = [unchecked<[]>(bad.slice(0, 3)), unchecked<[]>([...bad.slice(3), eventOf()])];
    const [first, second] = parts.map((part) => summarizeUsage(part, scope));
    if (first === undefined || second === undefined) throw new Error("two summaries");
    const { warnings } = simulate(charge, mergeUsage(first, second));
    expect(warnings).toMatchObject([{ code: "invalid_events", chargeId: "outcome" }]);
    expect(warnings[0]?.message).toMatch(/^5 events of the summary of charge outcome /);
  });

  it("are one event, and not one events", () => {
    const { warnings } = simulate(charge, unchecked([{}]));
    expect(warnings[0]?.message).toMatch(/^1 event /);
  });
});

describe("an optional field of an event that is an empty text", () => {
  const fields = [
    "quantity",
    "value",
    "receivedAt",
    "name",
    "subject",
    "subscriptionId",
    "agentType",
    "agentId",
    "currency",
    "properties",
    "source",
  ];
  it.each(fields)("is absent, as null is: %s", (field) => {
    const billOf = (value: unknown): Invoice =>
      invoice({
        ...requestOf({ charges: [charge] }),
        usage: unchecked<UsageInput>([{ ...eventOf(), [field]: value }]),
      });
    expect(billOf("").total).toBe("10.00");
    expect(billOf("")).toEqual(billOf(null));
    expect(billOf("")).toEqual(billOf(undefined));
  });

  it.each(["id", "customerId", "unitOfMeasure", "timestamp"])(
    "is missed where it is needed: %s",
    (field) => {
      const { usage } = invoice({
        ...requestOf({ charges: [charge] }),
        usage: unchecked<UsageInput>([{ ...eventOf(), [field]: "" }]),
      });
      expect(usage.counts.invalid).toBe(1);
      expect(usage.details.invalid?.[0]?.reason).toMatch(new RegExp(`^${field} must have `));
    },
  );
});

describe("more usage than can be", () => {
  it("is said of the properties of an event, which are never cut", () => {
    const long = (length: number) => eventOf({ properties: { list: Array(length).fill(1) } });
    // Cut to 10,000 both would be the same event twice.
    const { usage, total } = invoice({
      ...requestOf({ charges: [charge] }),
      usage: [long(10_001), long(10_002)],
    });
    expect([total, usage.counts.invalid, usage.counts.duplicate]).toEqual(["0.00", 2, 0]);
    expect(usage.details.invalid?.[0]?.reason).toContain("properties");
  });

  it("is said of a text of more than 10,000 characters, and reports stay small", () => {
    const events = Array.from({ length: 100 }, (_, index) =>
      eventOf({ id: `${"x".repeat(1_000_000)}${index}`, customerId: "globex" }),
    );
    const { usage } = invoice({ ...requestOf({ charges: [charge] }), usage: events });
    expect(usage.counts.invalid).toBe(100);
    expect(JSON.stringify(usage).length).toBeLessThan(100_000);
    const allowed = eventOf({ id: "x".repeat(10_000) });
    const report = simulate(perUnit("action", "1", { currency: "USD" }), [allowed]).usage;
    expect(report.details.unmatched?.[0]?.id).toBe(`${"x".repeat(255)}… (10000 characters)`);
  });

  it("of groups is billed, however many there are", () => {
    const grouped = { ...charge, groupBy: { fields: ["name"] } };
    const events = Array.from({ length: 130_000 }, (_, index) =>
      eventOf({ id: `e${index}`, name: `n${index}` }),
    );
    expect(simulate(grouped, events).lines).toHaveLength(130_000);
  });
});

describe("decimals of libraries in what an event carries", () => {
  it("are texts, whether the event is parsed before or not", async () => {
    const { parseEvents } = await import("rateplan");
    const { Decimal } = await import("decimal.js");
    const filtered = {
      ...charge,
      filter: { where: { field: "properties.score", atLeast: "1.5" } },
    };
    const events = [eventOf({ properties: { score: new Decimal("1.50"), at: new Date(0) } })];
    expect(parseEvents(events)[0]).toMatchObject({
      properties: { score: "1.5", at: "1970-01-01T00:00:00.000Z" },
    });
    expect(simulate(filtered, events).amount).toBe("10.00");
    expect(simulate(filtered, parseEvents(events)).amount).toBe("10.00");
  });
});

describe("keys that are not known", () => {
  it("are refused with the nearest of those that are", () => {
    expect(issuesOf(() => simulate(charge, [], unchecked({ polciy: {} })))).toEqual([
      "unknown_key polciy",
    ]);
    expect(issueOf(() => simulate(charge, [], unchecked({ polciy: {} })))?.expected).toMatch(
      /^policy, or else one of /,
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCarefully, readEvent } from "../../src/usage/events/read-event.js";
import { readPlainly } from "../../src/usage/events/read-plainly.js";
import { tries } from "../support/tries.js";

type Fields = Readonly<Record<string, unknown>>;

const KEYS = [
  ...["id", "customerId", "unitOfMeasure", "timestamp", "receivedAt", "quantity", "value"],
  ...["subscriptionId", "name", "subject", "agentType", "agentId", "currency", "properties"],
  ...["source", "specversion", "data", "confirms", "reverses", "type", "time", "__proto__"],
];

const instants = fc.oneof(
  fc
    .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .chain((date) =>
      fc.constantFrom(
        date.toISOString(),
        date.toISOString().replace(/\.\d+Z$/, "Z"),
        date.toISOString().replace("Z", "+02:00"),
        date.toISOString().replace("T", " "),
        date,
      ),
    ),
  fc.constantFrom("2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z"),
);
const decimals = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    -7,
    0.1,
    2.25,
    1e21,
    5e-324,
    "0",
    "-0",
    "1.50",
    ".5",
    "5.",
    "1e3",
    "",
    "x",
  ),
  fc.integer(),
  fc.double({ noDefaultInfinity: true }),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map((digits) => `${digits}.${"7".repeat(15)}`),
  fc.bigInt(),
);
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("acme", "@outcome", '"quoted" x', "x".repeat(10_000), "x".repeat(10_001)),
);
const optional = fc.oneof(texts, fc.constant(null));
const scalars = fc.oneof(texts, decimals, fc.boolean(), fc.constantFrom(null, undefined, -0));
const properties = fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), scalars);
const oddities = fc.oneof(
  scalars,
  instants,
  properties,
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  fc.constantFrom(() => "x", Symbol("x"), new Map(), [], new Date(Number.NaN)),
);

const plainEvents: fc.Arbitrary<Fields> = fc.record(
  {
    id: texts,
    customerId: texts,
    unitOfMeasure: texts,
    subscriptionId: optional,
    name: optional,
    subject: optional,
    agentType: optional,
    agentId: optional,
    currency: optional,
    timestamp: instants,
    receivedAt: instants,
    quantity: decimals,
    value: decimals,
    properties,
  },
  { requiredKeys: ["id", "customerId", "unitOfMeasure", "timestamp"] },
);

/** Events of which up to three fields are replaced by anything, taken away, or renamed. */
const events = fc
  .tuple(
    plainEvents,
    fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.option(oddities, { nil: "gone" })), {
      maxLength: 3,
    }),
  )
  .map(([event, changes]) => {
    const entries = new Map(Object.entries(event));
    for (const [key, value] of changes) {
      if (value === "gone") entries.delete(key);
      else entries.set(key, value);
    }
    return Object.fromEntries(entries);
  });

describe("reading an event at first sight", () => {
  it("LAW: gives what reading it carefully gives, whatever its fields hold", () => {
    fc.assert(
      fc.property(events, (event) => {
        const plain = readPlainly(event);
        const careful = readCarefully(event, []);
        if (plain !== undefined) expect({ kind: "usage", event: plain }).toEqual(careful);
        expect(readEvent(event)).toEqual(careful);
      }),
      tries(1_500),
    );
  });

  it("is what happens to nearly all of them", () => {
    const event = { id: "1", customerId: "acme", unitOfMeasure: "@action", quantity: "2.50" };
    const whole = { ...event, timestamp: "2026-01-05T09:00:00Z", properties: { channel: "chat" } };
    expect(readPlainly(whole)).toMatchObject({ id: "1", timestamp: Date.UTC(2026, 0, 5, 9) });
    expect(readPlainly({ ...whole, source: "/crm" })).toBeUndefined();
    expect(readPlainly({ ...whole, properties: { nested: { deep: 1 } } })).toBeUndefined();
  });

  it("finds inherited fields no more than reading carefully does", () => {
    const fields = { id: "1", customerId: "acme", unitOfMeasure: "@action" };
    const event: object = Object.create({ timestamp: "2026-01-05T09:00:00Z" }, {});
    expect(readEvent(Object.assign(event, fields))).toMatchObject({ kind: "invalid", id: "1" });
  });

  it("leaves an event whose getters throw to the report", () => {
    const properties = Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    const fields = { id: "1", customerId: "acme", unitOfMeasure: "@action" };
    const event = { ...fields, timestamp: "2026-01-05T09:00:00Z", properties };
    expect(readEvent(event)).toEqual(readCarefully(event, []));
    expect(readEvent(event)).toMatchObject({ kind: "invalid", id: "1" });
  });
});

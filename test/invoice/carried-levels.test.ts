/** For which charge a level on record holds, and what it comes to with events that came late. */
import fc from "fast-check";
import {
  creditNote,
  type DocumentDue,
  documentsDue,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { MONTHS } from "../support/outcomes.js";
import { eventOf, perUnit, planOf, productOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const [JANUARY, FEBRUARY, MARCH] = MONTHS;

const sum = { aggregation: { type: "sum", carryOver: true } } as const;
const seats = (more: Partial<UsageChargeInput>): UsageChargeInput =>
  perUnit("outcome", "1", { ...sum, ...more });

type Request = Omit<InvoiceRequest, "catalog" | "subscription">;

/** A subscription whose charge counts in one way in January, in another in February, and as at first from March on. */
function changing(first: UsageChargeInput, second: UsageChargeInput, agentType = "ocr-agent") {
  const catalog = [
    productOf(planOf([first], { id: "first" })),
    { ...productOf(planOf([second], { id: "second" })), id: "other", agentType },
  ];
  const subscription = {
    id: "s1",
    customerId: "acme",
    ratePlanId: "first",
    startDate: "2026-01-01",
    changes: [
      { effectiveDate: "2026-02-01", ratePlanId: "second" },
      { effectiveDate: "2026-03-01", ratePlanId: "first" },
    ],
  };
  const bill = (request: Request): Invoice =>
    invoice({ catalog, subscription, policy: { negativeUsage: "allow" }, ...request });
  const due = (last?: Invoice): DocumentDue | undefined =>
    documentsDue(subscription, { catalog, until: "2026-04-01", last })[0];
  return Object.assign(bill, { due });
}

const quantities = ({ lines }: Invoice) => lines.map(({ group, quantity }) => [group, quantity]);

const matrix = (...names: readonly string[]) =>
  ({
    model: "matrix",
    dimensions: ["name"],
    prices: names.map((name) => ({ when: { name }, unitPrice: 1 })),
  }) as const;

/** Ways to count, of which no two have the same level. */
const WAYS: readonly Partial<UsageChargeInput>[] = [
  {},
  { unitOfMeasure: "@other" },
  { filter: { names: ["a"] } },
  { filter: { agents: ["a"] } },
  { filter: { where: { field: "properties.n", equals: 1 } } },
  { groupBy: { fields: ["name"] } },
  { eventQuantity: { minimum: 2 } },
  { eventQuantity: { minimum: 3 } },
  { aggregation: { type: "last", carryOver: true } },
  { aggregation: { type: "unique-count", by: "name", carryOver: true } },
  { aggregation: { type: "unique-count", by: "agentId", carryOver: true } },
  { pricing: matrix("a") },
  { pricing: matrix("a", "b") },
  { pricing: { ...matrix("a"), default: 2 } },
];

const history = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: 80 }),
      quantity: fc.integer({ min: -2, max: 5 }),
      unitOfMeasure: fc.constantFrom("@outcome", "@other"),
      name: fc.constantFrom("a", "b", "c"),
      agentId: fc.constantFrom("a", "b"),
      agentType: fc.constantFrom(undefined, "ocr-agent", "another"),
      properties: fc.record({ n: fc.integer({ min: 1, max: 2 }) }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) =>
    list.map(({ day, ...rest }, index): UsageEventInput => {
      const timestamp = new Date(Date.UTC(2026, 0, 1, 12) + day * 86_400_000).toISOString();
      return eventOf({ id: `e${index}`, timestamp, ...rest });
    }),
  );

describe("a level on record", () => {
  it("is not that of a charge which has its id and counts another unit", () => {
    const bill = changing(seats({ unitOfMeasure: "@token" }), seats({ unitOfMeasure: "@seat" }));
    const usage = [
      eventOf({ unitOfMeasure: "@seat", timestamp: "2026-01-10T00:00:00Z", quantity: 3 }),
    ];
    const january = bill({ period: JANUARY, usage });
    expect(january.total).toBe("0.00");
    const february = bill({ period: FEBRUARY, usage, previous: [january] });
    expect([february.total, february.warnings]).toEqual(["3.00", []]);
  });

  it("holds where it is the prices that changed, or what is made of the level", () => {
    const usage = [eventOf({ timestamp: "2026-01-10T00:00:00Z", quantity: 3, name: "a" })];
    for (const [first, second] of [
      [{}, { aggregation: { type: "weighted-sum", carryOver: true } }],
      [{}, { aggregation: { type: "max", of: "sum", per: "day", carryOver: true } }],
      [{ filter: { names: ["a", "b"] } }, { filter: { names: ["b", "a"] } }],
      [{ pricing: matrix("a", "b") }, { pricing: matrix("b", "a") }],
      [{ pricing: { ...matrix("a"), default: 1 } }, { pricing: { ...matrix("b"), default: 1 } }],
    ] as const satisfies readonly (readonly [
      Partial<UsageChargeInput>,
      Partial<UsageChargeInput>,
    ])[]) {
      const bill = changing(seats(first), seats(second));
      const january = bill({ period: JANUARY, usage });
      // Earlier events need not be given again.
      const february = bill({ period: FEBRUARY, usage: [], previous: [january] });
      expect([JSON.stringify(second), february.total]).toEqual([JSON.stringify(second), "3.00"]);
    }
  });

  it("is found again where another charge had the id in between", () => {
    const bill = changing(seats({}), seats({ unitOfMeasure: "@other" }));
    const usage = [eventOf({ timestamp: "2026-01-10T00:00:00Z", quantity: 3 })];
    const january = bill({ period: JANUARY, usage });
    const february = bill({ period: FEBRUARY, usage: [], previous: [january] });
    const later = [eventOf({ id: "e2", timestamp: "2026-02-10T00:00:00Z", quantity: 2 })];
    const march = bill({ period: MARCH, usage: later, previous: [january, february] });
    expect([february.total, march.total]).toEqual(["0.00", "5.00"]);
  });

  it("LAW: of another way to count, or of another agent type, changes nothing", () => {
    const way = fc.constantFrom(...WAYS);
    const agent = fc.constantFrom("ocr-agent", "another");
    fc.assert(
      fc.property(way, way, agent, history, (first, second, agentType, usage) => {
        const bill = changing(seats(first), seats(second), agentType);
        const previous: Invoice[] = [];
        for (const period of [JANUARY, FEBRUARY, MARCH]) {
          const next = bill({ period, usage, previous });
          expect(quantities(next)).toEqual(quantities(bill({ period, usage })));
          previous.push(next);
        }
      }),
      tries(60),
    );
  });
});

describe("a second delivery of an event that came late", () => {
  const e = eventOf({ timestamp: "2026-01-10T00:00:00Z", quantity: 5, name: "a" });
  const received = "2026-02-06T00:00:00Z";
  const chain = (
    charge: UsageChargeInput,
    usage: InvoiceRequest["usage"],
    more: Partial<Request> = {},
  ) => {
    const bill = changing(charge, charge);
    const documents: Invoice[] = [];
    for (const period of [JANUARY, FEBRUARY, MARCH]) {
      documents.push(bill({ period, usage, previous: documents, ...more }));
    }
    return documents.map(({ total }) => total);
  };

  it.each<[string, Partial<UsageEventInput>]>([
    ["is earlier", { timestamp: "2026-01-09T00:00:00Z" }],
    ["has the smaller JSON", { name: "A" }],
  ])("takes the place of the first in a level on record where it %s", (_, other) => {
    const usage = [e, { ...e, ...other, receivedAt: received }];
    for (const type of ["sum", "weighted-sum", "last"] as const) {
      const charge = seats({ aggregation: { type, carryOver: true } });
      expect(chain(charge, usage).slice(1)).toEqual(["5.00", "5.00"]);
    }
  });

  it("takes it away where it is no event of the charge", () => {
    const usage = [
      e,
      { ...e, timestamp: "2026-01-09T00:00:00Z", unitOfMeasure: "@other", receivedAt: received },
    ];
    expect(chain(seats({}), usage)).toEqual(["5.00", "0.00", "0.00"]);
    // The unit of another charge, whose events are added up by themselves.
    const other = { ...perUnit("other", "0.10"), unitOfMeasure: "@other" };
    const catalog = productOf(planOf([seats({}), other]));
    const subscription = {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: JANUARY.start,
    };
    const january = invoice({ catalog, subscription, period: JANUARY, usage });
    const february = invoice({
      catalog,
      subscription,
      period: FEBRUARY,
      usage,
      previous: [january],
    });
    expect(february.total).toBe("0.00");
  });

  it("takes nothing away where the first was no event of the charge", () => {
    const usage = [
      { ...e, id: "other", quantity: 1 },
      { ...e, timestamp: "2026-01-11T00:00:00Z", unitOfMeasure: "@other" },
      { ...e, receivedAt: received },
    ];
    expect(chain(seats({}), usage)).toEqual(["1.00", "6.00", "6.00"]);
  });

  it("leaves the reading before it, where that is given", () => {
    const usage = [
      eventOf({ id: "before", timestamp: "2026-01-09T12:00:00Z", quantity: 7 }),
      e,
      { ...e, timestamp: "2026-01-09T00:00:00Z", receivedAt: received },
    ];
    const charge = seats({ aggregation: { type: "last", carryOver: true } });
    expect(chain(charge, usage)).toEqual(["5.00", "7.00", "7.00"]);
  });

  it("LAW: levels on record come to what all events come to, whatever came late under which id", () => {
    const aggregations = fc.constantFrom<UsageChargeInput["aggregation"]>(
      { type: "sum", carryOver: true },
      { type: "weighted-sum", carryOver: true },
      { type: "last", carryOver: true },
      { type: "max", carryOver: true },
      { type: "min", carryOver: true },
      { type: "time-average", carryOver: true },
      { type: "unique-count", by: "subject", carryOver: true },
      { type: "max", of: "sum", per: "day", carryOver: true },
      { type: "max", of: "last", per: "day", carryOver: true },
    );
    const instant = fc
      .integer({ min: 0, max: 85 * 4 })
      .map((quarters) => Date.UTC(2026, 0, 1) + quarters * 6 * 3_600_000);
    const deliveries = fc.array(
      fc
        .record({
          id: fc.constantFrom("e1", "e2", "e3", "e4"),
          instant,
          late: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })),
          quantity: fc.integer({ min: -2, max: 5 }),
          unitOfMeasure: fc.constantFrom("@outcome", "@outcome", "@outcome", "@other"),
          name: fc.constantFrom("a", "b"),
          subject: fc.constantFrom("x", "y"),
        })
        .map(({ instant: time, late, ...rest }) =>
          eventOf({
            ...rest,
            timestamp: new Date(time).toISOString(),
            receivedAt: new Date(time + late * 86_400_000).toISOString(),
          }),
        ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(aggregations, fc.boolean(), deliveries, (aggregation, isGrouped, usage) => {
        const charge = seats({
          aggregation,
          ...(isGrouped ? { groupBy: { fields: ["name"] } } : {}),
        });
        const bill = changing(charge, charge);
        const previous: Invoice[] = [];
        for (const period of [JANUARY, FEBRUARY, MARCH]) {
          const next = bill({ period, usage, previous });
          // A group may be left with nothing.
          const billed = ({ lines }: Invoice) =>
            lines
              .filter(({ amount }) => amount !== "0.00")
              .map(({ group, amount }) => [group, amount]);
          expect(billed(next)).toEqual(billed(bill({ period, usage })));
          previous.push(next);
        }
      }),
      tries(150),
    );
  });
});

describe("the usage that a document of a level needs", () => {
  const usage = [eventOf({ timestamp: "2025-12-10T00:00:00Z", quantity: 3 })];

  it("is all there is while no document has recorded the level, from before the subscription too", () => {
    const bill = changing(seats({}), seats({}));
    expect(bill.due()?.usage).toEqual({ from: "1000-01-01", to: "2026-02-01" });
    const january = bill({ period: JANUARY, usage });
    expect(january.total).toBe("3.00");
    expect(bill.due(january)?.usage).toEqual({ from: "2026-02-01", to: "2026-03-01" });
    // What came late is billed by a correction, which records January.
    const late = eventOf({ id: "late", receivedAt: "2026-02-02T00:00:00Z" });
    const catalog = productOf(planOf([seats({})], { id: "first" }));
    const subscription = {
      id: "s1",
      customerId: "acme",
      ratePlanId: "first",
      startDate: "2026-01-01",
    };
    const note = creditNote({
      catalog,
      subscription,
      previous: [january],
      rerate: { from: JANUARY.start },
      usage: [...usage, late],
      asOf: "2026-02-03",
    });
    expect(bill.due(note)?.usage?.from).toBe("2026-02-01");
    const goodwill = creditNote({
      catalog,
      subscription,
      previous: [january],
      credit: { invoice: january.idempotencyKey, amount: 1 },
      asOf: "2026-02-03",
    });
    expect(bill.due(goodwill)?.usage?.from).toBe("1000-01-01");
  });

  it("is all there is where the charge does not count as the one on record", () => {
    const bill = changing(seats({}), seats({ filter: { names: ["a"] } }));
    const january = bill({ period: JANUARY, usage });
    expect(bill.due(january)?.usage?.from).toBe("1000-01-01");
    const february = bill({ period: FEBRUARY, usage, previous: [january] });
    expect(bill.due(february)?.usage?.from).toBe("1000-01-01");
  });

  it("LAW: begins where it says, but for what became known since the last document", () => {
    const way = fc.constantFrom(...WAYS);
    const late = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(way, way, fc.boolean(), history, late, (first, other, changes, list, days) => {
        const bill = changing(seats(first), seats(changes ? other : first));
        const all = list.map((each, index) => {
          const known = Date.parse(String(each.timestamp)) + (days[index] ?? 0) * 86_400_000;
          return { ...each, receivedAt: new Date(known).toISOString() };
        });
        const previous: Invoice[] = [];
        for (let due = bill.due(); due !== undefined; due = bill.due(previous.at(-1))) {
          const { period, usage: needed } = due;
          const from = Date.parse(needed?.from ?? "");
          const asOf = Date.parse(previous.at(-1)?.asOf ?? "2100-01-01");
          const given = all.filter(
            ({ timestamp, receivedAt }) =>
              Date.parse(String(timestamp)) >= from || Date.parse(receivedAt) > asOf,
          );
          const keys = due.previous;
          const named = previous.filter(({ idempotencyKey }) => keys.includes(idempotencyKey));
          const next = bill({ period, usage: all, previous });
          expect(quantities(bill({ period, usage: given, previous: named }))).toEqual(
            quantities(next),
          );
          previous.push(next);
        }
        expect(previous).toHaveLength(3);
      }),
      tries(60),
    );
  });
});

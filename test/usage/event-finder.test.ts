/** Charges find their events by what their filters ask for: none that counts an event is passed over. */
import fc from "fast-check";
import { safeParseEvents, simulate, type UsageChargeInput, type UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import type { Predicate, UsageFilter } from "../../src/catalog/filter.js";
import { readEvent } from "../../src/usage/events/read-event.js";
import { countingFinder } from "../../src/usage/meter/event-finder.js";
import { tries } from "../support/tries.js";

const words = fc.constantFrom("a", "b", "c", "1");
const values = fc.oneof(words, fc.constantFrom(1, 2, true, null));
const fields = fc.constantFrom("name", "agentId", "properties.k", "properties.m");

const predicates = fc.letrec<{ one: Predicate }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3 },
    fc.record({ field: fields, equals: values }),
    fc.record({ field: fields, in: fc.array(values, { maxLength: 3 }) }),
    fc.record({ field: fields, equals: values, exists: fc.boolean() }),
    fc.record({ field: fields, exists: fc.boolean() }),
    // The events happen on a Thursday, 1 January 2026, at midnight.
    fc.record({ localWeekday: fc.constantFrom(["thursday"] as const, ["friday"] as const) }),
    fc.record({
      localTime: fc.record({
        from: fc.constantFrom("00:00", "00:01"),
        until: fc.constant("06:00"),
      }),
    }),
    fc.record({ all: fc.array(tie("one"), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("one"), { maxLength: 3 }) }),
    fc.record({ not: tie("one") }),
  ),
})).one;

const filters: fc.Arbitrary<UsageFilter> = fc.record(
  {
    names: fc.array(words, { maxLength: 3 }),
    agents: fc.array(words, { maxLength: 3 }),
    where: predicates,
  },
  { requiredKeys: [] },
);

const counting = fc.record({ unitOfMeasure: fc.constantFrom("x", "y"), filter: filters });

const events: fc.Arbitrary<UsageEventInput> = fc
  .record({
    unitOfMeasure: fc.constantFrom("x", "y", "z"),
    name: fc.option(words, { nil: undefined }),
    agentId: fc.option(words, { nil: undefined }),
    properties: fc.record({ k: values, m: values }, { requiredKeys: [] }),
  })
  .map(({ name, agentId, ...rest }) => ({
    id: "e",
    customerId: "c",
    timestamp: "2026-01-01T00:00:00Z",
    ...(name === undefined ? {} : { name }),
    ...(agentId === undefined ? {} : { agentId }),
    ...rest,
  }));

function fieldIn(event: UsageEventInput, field: string): unknown {
  if (field === "name") return event.name ?? undefined;
  if (field === "agentId") return event.agentId ?? undefined;
  return (event.properties as Record<string, unknown>)[field.slice("properties.".length)];
}

/** What a condition says, read as it is written. */
function isTrue(test: Predicate, event: UsageEventInput): boolean {
  if ("all" in test) return test.all.every((each) => isTrue(each, event));
  if ("any" in test) return test.any.some((each) => isTrue(each, event));
  if ("not" in test) return !isTrue(test.not, event);
  if ("localWeekday" in test) return test.localWeekday.includes("thursday");
  if ("localTime" in test) return test.localTime.from === "00:00";
  const value = fieldIn(event, test.field);
  return (
    (test.equals === undefined || value === test.equals) &&
    (test.in === undefined || test.in.some((each) => value === each)) &&
    (test.exists === undefined || test.exists === (value !== undefined))
  );
}

function passes({ names, agents, where }: UsageFilter, event: UsageEventInput): boolean {
  return (
    (names === undefined || names.some((each) => each === event.name)) &&
    (agents === undefined || agents.some((each) => each === event.agentId)) &&
    (where === undefined || isTrue(where, event))
  );
}

describe("what may count an event", () => {
  it("holds all of its unit whose filters it passes, in their order", () => {
    fc.assert(
      fc.property(fc.array(counting, { maxLength: 8 }), events, (all, event) => {
        const reading = readEvent(event);
        if (reading.kind !== "usage") throw new Error("the event is not read");
        const found = countingFinder(all, (each) => each)(reading.event);
        const counts = all.filter(
          (each) => each.unitOfMeasure === event.unitOfMeasure && passes(each.filter, event),
        );
        expect(found.filter((each) => passes(each.filter, event))).toEqual(counts);
        expect(found).toEqual(all.filter((each) => found.includes(each)));
      }),
      tries(1_000),
    );
  });

  it("holds nothing that asks for another name, agent or value", () => {
    const all = [
      { names: ["a"] },
      { agents: ["b"] },
      { where: { field: "properties.k", in: ["c", 1] } },
    ].map((filter) => ({ unitOfMeasure: "x", filter }));
    const reading = readEvent({
      id: "e",
      customerId: "c",
      unitOfMeasure: "x",
      timestamp: "2026-01-01T00:00:00Z",
      name: "z",
      agentId: "z",
      properties: { k: "1" },
    });
    if (reading.kind !== "usage") throw new Error("the event is not read");
    expect(countingFinder(all, (each) => each)(reading.event)).toEqual([]);
  });
});

describe("charges that count the same events", () => {
  const charge = (id: string, more: Partial<UsageChargeInput> = {}): UsageChargeInput => ({
    id,
    name: id,
    chargeType: "usage",
    unitOfMeasure: "x",
    pricing: { model: "per-unit", unitPrice: 1 },
    ...more,
  });
  const plan = (charges: readonly UsageChargeInput[]) => ({
    id: "p",
    name: "p",
    currency: "USD",
    billingCycle: "monthly" as const,
    effectiveDate: "2026-01-01",
    charges,
  });
  const quantities = (charges: readonly UsageChargeInput[], usage: readonly UsageEventInput[]) =>
    simulate(plan(charges), usage, { policy: { zeroLines: true } }).lines.map(
      ({ chargeId, quantity }) => [chargeId, quantity],
    );

  it("are billed what each would be billed alone", () => {
    const filtered = fc.array(filters, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(filtered, fc.array(events, { maxLength: 8 }), (list, given) => {
        const usage = given.map((each, index) => ({ ...each, id: `e${index}` }));
        expect(safeParseEvents(usage).ok).toBe(true);
        const charges = list.map((filter, index) => charge(`c${index}`, { filter }));
        const alone = charges.flatMap((each) => quantities([each], usage));
        expect(quantities(charges, usage)).toEqual(alone);
      }),
      tries(50),
    );
  });
});

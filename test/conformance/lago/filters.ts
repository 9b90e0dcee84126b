import { type Line, type Predicate, type RatePlanInput, simulate } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { field, type Json, type JsonObject, list, record, text } from "../vector.js";
import { eventsOf, inCents, lagoCharge, POLICY } from "./charges.js";
import { groupBy, inGroup, sameGroup } from "./groups.js";

/** The charge for events that fit no filter. */
const DEFAULT = "default";
/** A filter with this value takes every event that has the property. */
const ALL_VALUES = "*";

/** Prices by the values of properties, where the units of each filter are given. */
export const filteredUnits: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const filters = list(input, "filters");
    const events = filters.map((filter) => ({
      quantity: text(filter, "units"),
      properties: sampleOf(record(filter, "match")),
    }));
    const plan = planOf(text(input, "defaultAmount"), filters);
    const { amount, lines } = simulate(plan, eventsOf(events), { policy: POLICY });
    const lineOf = (stated: Json) => {
      const index = filters.findIndex((filter) => matchOf(filter) === matchOf(stated));
      return lines.find(({ chargeId }) => chargeId === filterId(index));
    };
    return [
      { what: "amountCents", expected: text(expected, "amountCents"), actual: inCents(amount) },
      ...list(expected, "filters").map((stated) => feeCheck(stated, lineOf(stated))),
    ];
  },
};

/** The same with events, and a fee for each group of those that fit the filter. */
export const filteredGroups: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const events = list(input, "events").map((event) => ({
      quantity: text(event, "value"),
      properties: without("value", event),
    }));
    const plan = planOf(text(input, "defaultAmount"), [record(input, "filter")]);
    const { amount, lines } = simulate(plan, eventsOf(events), { policy: POLICY });
    const fees = list(expected, "fees");
    const total = text(expected, "totalAmountCents");
    return [
      { what: "totalAmountCents", expected: total, actual: inCents(amount) },
      { what: "number of fees", expected: fees.length, actual: lines.length },
      ...fees.map((stated) => feeCheck(stated, lineOfFee(stated, lines))),
    ];
  },
};

function feeCheck(stated: Json, line: Line | undefined): Check {
  return {
    what: `amountCents of ${JSON.stringify(without("amountCents", stated))}`,
    expected: text(stated, "amountCents"),
    actual: line && inCents(line.amount),
  };
}

/** A fee names the values of its group, or has no filter. */
function lineOfFee(stated: Json, lines: readonly Line[]): Line | undefined {
  if (field(stated, "filter") === null) return lines.find(({ chargeId }) => chargeId === DEFAULT);
  const group = inGroup(without("amountCents", stated));
  return lines.find((line) => line.chargeId !== DEFAULT && sameGroup(line.group, group));
}

function without(key: string, object: Json): JsonObject {
  if (typeof object !== "object" || object === null || Array.isArray(object)) return {};
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** One charge for each filter, and one for everything else. */
function planOf(defaultAmount: string, filters: readonly Json[]): RatePlanInput {
  const charges = filters.map((filter, index) => {
    const keys = field(filter, "groupedBy") === undefined ? [] : list(filter, "groupedBy");
    return lagoCharge("standard", record({ filter }, "filter"), {
      id: filterId(index),
      filter: { where: onlyBest(filter, index, filters) },
      ...(keys.length === 0 ? {} : { groupBy: groupBy(keys.map(String)) }),
    });
  });
  const fitsNone: Predicate = { not: { any: filters.map(fits) } };
  const rest = lagoCharge(
    "standard",
    { amount: defaultAmount },
    { id: DEFAULT, filter: { where: fitsNone } },
  );
  return {
    id: "plan",
    name: "plan",
    currency: "EUR",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [...charges, rest],
  };
}

function filterId(index: number): string {
  return `filter-${index}`;
}

/** An event goes to the filter with the most properties that it fits; among equals, to the first. */
function onlyBest(filter: Json, index: number, filters: readonly Json[]): Predicate {
  const better = filters.filter((other, place) => {
    const more = specificity(other) - specificity(filter);
    return more > 0 || (more === 0 && place < index);
  });
  return { all: [fits(filter), { not: { any: better.map(fits) } }] };
}

function specificity(filter: Json): number {
  return Object.keys(record(filter, "match")).length;
}

function fits(filter: Json): Predicate {
  return {
    all: Object.entries(record(filter, "match")).map(([name, values]): Predicate => {
      const property = `properties.${name}`;
      if (values === ALL_VALUES) return { field: property, exists: true };
      return { field: property, in: (Array.isArray(values) ? values : [values]).map(String) };
    }),
  };
}

/** An event that fits. */
function sampleOf(match: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(match).map(([name, values]) => [
      name,
      Array.isArray(values) ? (values[0] ?? null) : values,
    ]),
  );
}

function matchOf(filter: Json): string | undefined {
  return JSON.stringify(field(filter, "match"));
}

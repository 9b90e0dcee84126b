/** Which events a usage charge prices, and how they are grouped: what may be written, and where it is wrong. */
import { type PricingIssueCode, safeParseCharge } from "rateplan";
import { describe, expect, it } from "vitest";

const charge = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: 1 },
};

type Path = readonly (string | number)[];

function refuses(
  field: "filter" | "groupBy",
  rows: readonly {
    readonly title: string;
    readonly value: unknown;
    readonly code: PricingIssueCode;
    readonly path: Path;
  }[],
) {
  it.each(rows)("refuses $title", ({ value, code, path }) => {
    expect(safeParseCharge({ ...charge, [field]: value })).toMatchObject({
      ok: false,
      issues: [{ code, path: [field, ...path] }],
    });
  });
}

describe("a filter", () => {
  it.each([
    { title: "nothing", filter: {} },
    { title: "names and agents", filter: { names: ["resolved", "closed"], agents: ["a-1"] } },
    {
      title: "a field that equals a value",
      filter: { where: { field: "name", equals: "resolved" } },
    },
    {
      title: "a field that equals null",
      filter: { where: { field: "properties.x", equals: null } },
    },
    {
      title: "one of several values",
      filter: { where: { field: "properties.x", in: ["a", 1, true, null] } },
    },
    {
      title: "a field that exists",
      filter: { where: { field: "properties.a b.c", exists: false } },
    },
    {
      title: "conditions inside conditions",
      filter: {
        where: {
          all: [
            {
              any: [{ field: "subject", exists: true }, { not: { field: "agentId", equals: "x" } }],
            },
            { not: { all: [] } },
          ],
        },
      },
    },
  ])("may ask for $title", ({ filter }) => {
    expect(safeParseCharge({ ...charge, filter })).toMatchObject({ ok: true, value: { filter } });
  });

  it("compares with decimals in canonical form, also below 0", () => {
    const where = {
      field: "properties.csat",
      atLeast: "4.0",
      greaterThan: 3.5,
      atMost: 5n,
      lessThan: "-0.50",
    };
    expect(safeParseCharge({ ...charge, filter: { where } })).toMatchObject({
      value: {
        filter: { where: { atLeast: "4", greaterThan: "3.5", atMost: "5", lessThan: "-0.5" } },
      },
    });
  });

  it("may hold a thousand conditions", () => {
    const any = Array.from({ length: 1_000 }, (_, index) => ({
      field: "name",
      equals: `n${index}`,
    }));
    expect(safeParseCharge({ ...charge, filter: { where: { any } } }).ok).toBe(true);
  });

  refuses("filter", [
    { title: "a list", value: ["resolved"], code: "invalid_type", path: [] },
    { title: "a number", value: 5, code: "invalid_type", path: [] },
    { title: "an unknown key", value: { events: [] }, code: "unknown_key", path: ["events"] },
    {
      title: "one name in place of a list",
      value: { names: "a" },
      code: "invalid_type",
      path: ["names"],
    },
    { title: "an empty name", value: { names: ["a", ""] }, code: "invalid_id", path: ["names", 1] },
    { title: "a number as agent", value: { agents: [5] }, code: "invalid_id", path: ["agents", 0] },
    {
      title: "a field that events do not have",
      value: { where: { field: "quantity", equals: 1 } },
      code: "invalid_value",
      path: ["where", "field"],
    },
    {
      title: "a property without a name",
      value: { where: { field: "properties.", equals: 1 } },
      code: "invalid_value",
      path: ["where", "field"],
    },
    {
      title: "a test without a condition",
      value: { where: { field: "name" } },
      code: "missing",
      path: ["where"],
    },
    {
      title: "a test without a field",
      value: { where: { equals: 1 } },
      code: "missing",
      path: ["where", "field"],
    },
    {
      title: "an unknown condition beside a known one",
      value: { where: { field: "name", equals: "a", matches: "a.*" } },
      code: "unknown_key",
      path: ["where", "matches"],
    },
    {
      title: "a comparison with a word",
      value: { where: { field: "properties.csat", greaterThan: "much" } },
      code: "not_a_decimal",
      path: ["where", "greaterThan"],
    },
    {
      title: "a comparison with infinity",
      value: { where: { field: "properties.csat", atMost: Number.POSITIVE_INFINITY } },
      code: "not_finite",
      path: ["where", "atMost"],
    },
    {
      title: "existence as a word",
      value: { where: { field: "name", exists: "yes" } },
      code: "invalid_type",
      path: ["where", "exists"],
    },
    {
      title: "an object to be equal to",
      value: { where: { field: "name", equals: {} } },
      code: "invalid_value",
      path: ["where", "equals"],
    },
    {
      title: "NaN to be equal to, which nothing is",
      value: { where: { field: "properties.x", in: [1, Number.NaN] } },
      code: "invalid_value",
      path: ["where", "in", 1],
    },
    {
      title: "a number as a condition",
      value: { where: 5 },
      code: "invalid_value",
      path: ["where"],
    },
    {
      title: "two ways to combine at once",
      value: { where: { all: [], any: [] } },
      code: "invalid_value",
      path: ["where"],
    },
    {
      title: "one condition where a list is asked",
      value: { where: { all: { field: "name", equals: "a" } } },
      code: "invalid_type",
      path: ["where", "all"],
    },
    {
      title: "a bad field inside a negation",
      value: { where: { not: { field: "quantity", equals: 1 } } },
      code: "invalid_value",
      path: ["where", "not", "field"],
    },
    {
      title: "a bad field deep inside",
      value: {
        where: {
          all: [{ field: "name", exists: true }, { not: { any: [{ field: "x", equals: 1 }] } }],
        },
      },
      code: "invalid_value",
      path: ["where", "all", 1, "not", "any", 0, "field"],
    },
    {
      title: "a bad number deep inside",
      value: { where: { any: [{ not: { field: "properties.x", atLeast: "a" } }] } },
      code: "not_a_decimal",
      path: ["where", "any", 0, "not", "atLeast"],
    },
    {
      title: "a word in a list of conditions",
      value: { where: { all: ["name"] } },
      code: "invalid_value",
      path: ["where", "all", 0],
    },
  ]);
});

describe("groups", () => {
  it.each([
    { title: "one field", groupBy: { fields: ["agentId"] } },
    { title: "several fields", groupBy: { fields: ["name", "properties.region"] } },
    { title: "tiers for each", groupBy: { fields: ["name"], tiers: "per-group" } },
    { title: "tiers for all together", groupBy: { fields: ["name"], tiers: "across-groups" } },
  ])("may be by $title", ({ groupBy }) => {
    expect(safeParseCharge({ ...charge, groupBy })).toMatchObject({ ok: true, value: { groupBy } });
  });

  refuses("groupBy", [
    { title: "a list of fields by itself", value: ["name"], code: "invalid_type", path: [] },
    { title: "no fields", value: {}, code: "missing", path: ["fields"] },
    {
      title: "an empty list of fields",
      value: { fields: [] },
      code: "out_of_range",
      path: ["fields"],
    },
    {
      title: "a field that events do not have",
      value: { fields: ["name", "value"] },
      code: "invalid_value",
      path: ["fields", 1],
    },
    {
      title: "a field twice",
      value: { fields: ["name", "name"] },
      code: "duplicate_id",
      path: ["fields", 1],
    },
    {
      title: "unknown treatment of tiers",
      value: { fields: ["name"], tiers: "shared" },
      code: "invalid_value",
      path: ["tiers"],
    },
    {
      title: "an unknown key",
      value: { fields: ["name"], limit: 5 },
      code: "unknown_key",
      path: ["limit"],
    },
  ]);
});

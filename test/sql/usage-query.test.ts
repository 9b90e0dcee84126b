/** What a query is made of, and what is refused. */
import fc from "fast-check";
import type { OutcomePolicyInput, UsageChargeInput } from "rateplan";
import {
  type DialectName,
  summariesFromRows,
  type UsageQuery,
  type UsageQueryRequest,
  type UsageRow,
  usageQuery,
  usageSegments,
} from "rateplan/sql";
import { describe, expect, it } from "vitest";
import { DIALECTS } from "../../src/sql/dialects/index.js";
import { issuesOf, perUnit, planOf, productOf, unchecked } from "../support/plans.js";

const NAMES = Object.keys(DIALECTS) as readonly DialectName[];
const events = {
  table: "events",
  columns: {
    id: "id",
    customerId: "customer",
    unitOfMeasure: "unit",
    timestamp: "at",
    quantity: "quantity",
    properties: "properties",
  },
};
const JANUARY = { start: "2026-01-01", end: "2026-02-01" };
const request: UsageQueryRequest = {
  dialect: "duckdb",
  events,
  charges: [perUnit("calls", "0.5", { unitOfMeasure: "call" })],
  segments: [{ customerId: "acme", period: JANUARY }],
};

function refused(more: object): readonly string[] {
  return issuesOf(() => usageQuery({ ...request, ...more }));
}

/** A charge that says these texts wherever it may say some. */
function charging([unit, name, key, value, bound]: readonly string[]): UsageChargeInput {
  return perUnit("calls", "0.5", {
    unitOfMeasure: unit ?? "",
    filter: {
      names: [name ?? ""],
      agents: [value ?? ""],
      where: {
        any: [
          { field: `properties.${key}`, equals: value ?? "" },
          { field: "subject", in: [value ?? "", name ?? ""] },
          { field: `properties.${key}`, greaterThan: bound ?? "0" },
        ],
      },
    },
    groupBy: { fields: [`properties.${key}`] },
  });
}

describe("usageQuery", () => {
  it.each(NAMES)("puts no value of the caller's into the text of %s", (dialect) => {
    const id = fc
      .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
      .filter((text) => /^[^\0\s].*[^\0\s]$/su.test(text));
    const texts = fc.uniqueArray(id, { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(texts, fc.bigInt(0n, 10n ** 11n), fc.bigInt(0n, 10n ** 11n), (said, a, b) => {
        const query = (list: readonly string[], bound: bigint) =>
          usageQuery({
            ...request,
            dialect,
            charges: [charging([...list.slice(0, 4), String(bound)])],
            segments: [{ customerId: list[4] ?? "", period: JANUARY, subscriptionId: list[3] }],
          });
        const found = query(said, a);
        expect(found.text).toBe(query(["v", "w", "x", "y", "z"], b).text);
        for (const text of said.slice(0, 2)) expect(found.parameters).toContain(text);
      }),
    );
  });

  it.each(NAMES)("has a place in the text of %s for every parameter, and no other", (dialect) => {
    const { text, parameters } = usageQuery({
      ...request,
      dialect,
      charges: [charging(["unit", "name", "key", "value", "1"])],
    });
    const places = [...text.matchAll(/\$(\d+)|\{p(\d+):String\}/g)].map(([, a, b]) =>
      Number(a ?? b),
    );
    expect([...new Set(places)].sort((a, b) => a - b)).toEqual(
      [...parameters.keys()].map((key) => key + 1),
    );
  });

  it("closes every quote and every parenthesis of ClickHouse's text, which only examples may run", () => {
    const { text } = usageQuery({
      ...request,
      dialect: "clickhouse",
      events: { ...events, table: ["b", 'a"\\'] },
      charges: [charging(["unit", "name", "key", "value", "1"])],
    });
    expect(text).toContain(String.raw`FROM "b"."a\"\\" e`);
    const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, "");
    expect(bare).not.toMatch(/["'\\;]/);
    let depth = 0;
    for (const character of bare) {
      depth += character === "(" ? 1 : character === ")" ? -1 : 0;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
    expect(text.endsWith("\nSETTINGS join_use_nulls = 1")).toBe(true);
  });

  it("refuses names that a database cannot have, and columns that it does not know", () => {
    const column = (columns: object) => ({
      events: { ...events, columns: { ...events.columns, ...columns } },
    });
    expect(refused(column({ id: "a\0b" }))).toEqual(["invalid_value events.columns.id"]);
    expect(refused(column({ id: "\ud800" }))).toEqual(["invalid_value events.columns.id"]);
    expect(refused(column({ id: "" }))).toEqual(["invalid_type events.columns.id"]);
    expect(refused(column({ id: null, ids: "x" }))).toEqual([
      "unknown_key events.columns.ids",
      "missing events.columns.id",
    ]);
    // PostgreSQL would cut a name after 63 bytes, and mean another column: é has two.
    const long = column({ id: "é".repeat(32) });
    expect(refused({ ...long, dialect: "postgresql" })).toEqual(["too_large events.columns.id"]);
    expect(usageQuery({ ...request, ...long }).dialect).toBe("duckdb");
    expect(refused({ events: { ...events, table: [] } })).toEqual(["invalid_value events.table"]);
    expect(refused({ events: { ...events, table: ["a", 1] } })).toEqual([
      "invalid_type events.table.1",
    ]);
  });

  it("refuses what is no usage, no charge and no time, all at once", () => {
    expect(refused({ deduplicateWithin: "P1M" })).toEqual(["invalid_value deduplicateWithin"]);
    expect(refused({ deduplicateWithin: "P1D", deduplicate: false })).toEqual([
      "field_not_allowed deduplicateWithin",
    ]);
    expect(refused({ dialect: "mysql", deduplicate: 1, charges: [] })).toEqual([
      "invalid_value dialect",
      "missing charges",
      "invalid_type deduplicate",
    ]);
    const fee = {
      id: "fee",
      name: "Fee",
      chargeType: "recurring",
      pricing: { model: "flat", amount: 1 },
    };
    expect(refused({ charges: [fee] })).toEqual(["invalid_value charges.0.chargeType"]);
    const segments = [{ customerId: "", period: JANUARY, charge: "other", timeZone: "Mars" }];
    expect(refused({ segments })).toEqual([
      "unknown_time_zone segments.0.timeZone",
      "invalid_type segments.0.customerId",
      "unknown_charge segments.0.charge",
    ]);
  });

  it("needs a time over which levels are weighed, and one of which clocks are known", () => {
    const weighted = perUnit("calls", "1", { unitOfMeasure: "call", aggregation: "weighted-sum" });
    const period = { start: "2026-01-01", end: "2026-01-01" };
    expect(refused({ charges: [weighted], segments: [{ customerId: "acme", period }] })).toEqual([
      "missing segments.0.period",
    ]);
    const daily = perUnit("calls", "1", {
      unitOfMeasure: "call",
      aggregation: { type: "max", of: "sum", per: "day" },
    });
    const table = { table: "segments", columns: { customerId: "c", start: "s", end: "e" } };
    expect(refused({ charges: [daily], segments: table })).toEqual(["missing segments.period"]);
    expect(refused({ charges: [daily, daily], segments: { ...table, period: JANUARY } })).toEqual([
      "duplicate_id charges.1.id",
    ]);
  });

  it("says of the character 0 that the database cannot hold it", () => {
    const segments = [{ customerId: "a\0", period: JANUARY }];
    expect(refused({ segments })).toEqual(["not_supported "]);
    expect(refused({ segments, dialect: "postgresql" })).toEqual(["not_supported "]);
    expect(usageQuery({ ...request, segments, dialect: "clickhouse" }).parameters).toHaveLength(2);
  });

  it.each(NAMES)("counts once for all charges that differ in their prices in %s", (dialect) => {
    const charges = ["0.5", "0.4", "0.3"].map((unitPrice) =>
      perUnit("calls", unitPrice, { unitOfMeasure: "call" }),
    );
    const other = perUnit("calls", "0.5", { unitOfMeasure: "call", aggregation: "max" });
    const segments = [0, 1, 2, 3].map((charge) => ({
      ...{ charge, customerId: "acme" },
      period: { start: "2026-01-01", end: `2026-02-0${charge + 1}` },
    }));
    const relations = (more: object) =>
      usageQuery({ ...request, dialect, charges: [...charges, other], ...more })
        .text.match(/^counted_\d+ AS/gm)
        ?.join();
    expect(relations({ segments })).toBe("counted_0 AS,counted_3 AS");
    // A segment of a table may be one of all charges.
    const ids = charges.map((each, place) => ({ ...each, id: `c${place}` }));
    const table = { table: "segments", columns: { customerId: "c", start: "s", end: "e" } };
    expect(relations({ charges: ids, segments: table })).toBe(
      "counted_0 AS,counted_1 AS,counted_2 AS",
    );
  });

  it("says where the outcomes of each charge are judged, and why", () => {
    const judging = (id: string, outcome: OutcomePolicyInput, more: object = {}) =>
      perUnit(id, "1", { unitOfMeasure: "@outcome", outcome, ...more });
    const volume = { model: "volume", tiers: [{ upTo: 10, unitPrice: 2 }, { unitPrice: 1 }] };
    const charges = [
      ...request.charges,
      judging("simple", {}),
      judging("unique", { uniqueBy: { key: "properties.order", per: "lifetime" } }),
      judging("reversed", { reverse: { signals: ["reopened"] }, uniqueBy: { per: "lifetime" } }),
      judging("confirmed", { confirm: { assumedAfter: "PT72H" } }),
      judging("settled", { reverse: { within: "P7D" }, billOn: "settled" }),
      judging("credited", {}, { pricing: volume }),
      judging("by order", { reverse: {}, uniqueBy: { key: "name", per: "lifetime" } }),
    ];
    const { outcomes } = usageQuery({ ...request, charges });
    expect(outcomes.map(({ charge, chargeId, compiled }) => [charge, chargeId, compiled])).toEqual([
      [1, "simple", true],
      [2, "unique", true],
      [3, "reversed", true],
      [4, "confirmed", false],
      [5, "settled", false],
      [6, "credited", false],
      [7, "by order", false],
    ]);
    expect(outcomes.map(({ because }) => because)).toEqual([
      ...[null, null, null],
      "an outcome is billed when it is confirmed, or pending until then",
      "an outcome is billed when it can be reversed no longer",
      "what is taken back is credited at the price of the outcome that is gone",
      "outcomes are unique by another field than the subject that signals are about",
    ]);
  });

  it("means the same moments when its segments are read again, whatever their zone", () => {
    // Midnight of UTC is two o'clock in Berlin, and 22:00 UTC the beginning of a day there.
    const segment = {
      ...{ customerId: "acme", timeZone: "Europe/Berlin", asOf: "2026-07-04T00:00:00Z" },
      period: { start: "2026-06-01", end: "2026-06-15T00:00:00Z" },
      pauses: [{ start: "2026-06-03T00:00:00Z", end: "2026-06-05" }],
    };
    const query = usageQuery({ ...request, segments: [segment] });
    expect(query.segments).toMatchObject([
      {
        asOf: "2026-07-04T00:00:00.000Z",
        period: { start: "2026-06-01", end: "2026-06-15T00:00:00.000Z" },
        pauses: [{ start: "2026-06-03T00:00:00.000Z", end: "2026-06-05" }],
      },
    ]);
    const again = usageQuery({ ...request, segments: query.segments ?? [] });
    expect(again.parameters).toEqual(query.parameters);
    expect(summariesFromRows([], query)).toMatchObject([
      {
        // Summaries write moments in UTC.
        asOf: "2026-07-04",
        period: { start: "2026-05-31T22:00:00.000Z", end: "2026-06-15" },
      },
    ]);
  });

  it("is JSON", () => {
    const query = usageQuery(request);
    expect(JSON.parse(JSON.stringify(query))).toEqual(query);
  });
});

describe("summariesFromRows", () => {
  const query = usageQuery(request);
  const row: UsageRow = {
    kind: "state",
    charge: "0",
    segment: "0",
    keys: "[null,null,null,null,null]",
    data: '["2","650.50"]',
  };

  it("writes what the rows say, and a summary without rows where there is no usage", () => {
    const [summary] = summariesFromRows([row], query);
    expect(summary).toMatchObject({
      chargeId: "calls",
      customerId: "acme",
      quantity: "650.5",
      deduplicate: false,
      groups: [{ group: [], count: 2, state: { sum: "650.5" } }],
    });
    expect(summary?.report.counts.matched).toBe(2);
    expect(summariesFromRows([], query)).toMatchObject([{ quantity: "0", groups: [] }]);
  });

  it("refuses rows of another query, and rows that are none", () => {
    const refusedRows = (rows: unknown, of: unknown = query) =>
      issuesOf(() => summariesFromRows(unchecked<UsageRow[]>(rows), unchecked<UsageQuery>(of)));
    expect(refusedRows([row, { ...row, kind: "other" }, null, { ...row, data: "{" }])).toEqual([
      "invalid_value 1",
      "invalid_value 2",
      "invalid_value 3",
    ]);
    expect(refusedRows([{ ...row, data: '["2"]' }])).toEqual(["invalid_value "]);
    expect(refusedRows([{ ...row, data: '["-2","1"]' }])).toEqual(["invalid_value "]);
    expect(refusedRows([row], {})).toEqual([
      "missing query.charges",
      "missing query.deduplicate",
      "missing query.timeZones",
    ]);
  });
});

describe("usageSegments", () => {
  const calls = (unitPrice: string) => perUnit("calls", unitPrice, { unitOfMeasure: "call" });
  const catalog = productOf(
    planOf([calls("0.5")], { id: "basic" }),
    planOf([calls("0.4"), perUnit("chats", "1", { unitOfMeasure: "chat" })], { id: "pro" }),
  );
  const upgrade = [{ effectiveDate: "2026-01-11", ratePlanId: "pro" }];
  const signedUp = { ratePlanId: "basic", startDate: "2026-01-01" };
  const subscriptions = [
    { ...signedUp, id: "s0", customerId: "acme" },
    { ...signedUp, id: "s1", customerId: "bolt", changes: upgrade },
    // As the first, but for whose it is.
    { ...signedUp, id: "s2", customerId: "cyan", metadata: { tier: "gold" } },
    // As the second.
    { ...signedUp, id: "s3", customerId: "acme", changes: upgrade },
    { ...signedUp, id: "s4", customerId: "dune", timeZone: "Europe/Berlin" },
  ];
  const requests = subscriptions.map((subscription) => ({
    catalog,
    subscription,
    period: JANUARY,
  }));

  it("finds for many subscriptions what it finds for each by itself, also where some are alike", () => {
    const { charges, segments } = usageSegments(requests);
    const told = segments.map(({ charge, ...each }) => [charges[Number(charge)], each]);
    const alone = requests.flatMap((request) => {
      const own = usageSegments([request]);
      return own.segments.map(({ charge, ...each }) => [own.charges[Number(charge)], each]);
    });
    expect(told).toEqual(alone);
    // Two have one charge all the time; two have it until the change, and two charges from then on; one is in Berlin.
    expect(segments.map(({ subscriptionId }) => subscriptionId).join(" ")).toBe(
      "s0 s1 s1 s1 s2 s3 s3 s3 s4",
    );
    expect(charges).toHaveLength(3);
  });

  it("tells requests apart by all that stands beside their subscriptions", () => {
    const [request] = requests;
    const later = usageSegments(
      unchecked([request, { ...request, period: { start: "2026-02-01", end: "2026-03-01" } }]),
    );
    expect(later.segments.map(({ period: { start } }) => start)).toEqual([
      "2026-01-01",
      "2026-02-01",
    ]);
    const known = usageSegments(unchecked([request, { ...request, asOf: "2026-02-05" }]));
    expect(known.segments.map(({ asOf }) => asOf)).toEqual(["2026-02-01", "2026-02-05"]);
  });

  it("says of each request what is wrong with it, also of several that are alike", () => {
    const [request] = requests;
    const wrong = { ...request, subscription: { ...subscriptions[0], ratePlanId: "other" } };
    expect(issuesOf(() => usageSegments(unchecked([request, wrong, wrong, 7, null])))).toEqual([
      "unknown_rate_plan 1.subscription.ratePlanId",
      "unknown_rate_plan 2.subscription.ratePlanId",
      "invalid_type 3",
      "invalid_type 4",
    ]);
  });
});

/** Counting in the database and in process is the same. `SQL_RUNS` takes another number of cases than 40. */
import { env } from "node:process";
import fc from "fast-check";
import {
  type EventInput,
  type Invoice,
  invoice,
  type SubscriptionChangeInput,
  safeParseCharge,
  summarizeUsage,
  type UsageEventInput,
  type UsageSummary,
} from "rateplan";
import { summariesFromRows, type UsageQueryRequest, usageQuery, usageSegments } from "rateplan/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DIALECTS } from "../../src/sql/dialects/index.js";
import { histories, judging, MONTHS, on, outcomePolicies, seller } from "../support/outcomes.js";
import { AGENT_TYPE, perUnit, planOf, productOf } from "../support/plans.js";
import { duckdb, type Engine, postgresql, SEGMENTS, TABLE } from "../support/sql/engines.js";
import { charge, comparable, events, segment, summaryInProcess } from "../support/sql/usage.js";

const valid = charge.filter((each) => safeParseCharge(each).ok);
const ZONES = ["UTC", "Europe/Berlin", "America/Havana", "Asia/Kolkata"];
const TIMEOUT = 600_000;

const runs = (usual: number) => ({ numRuns: Math.ceil(Number(env["SQL_RUNS"] ?? 40) * usual) });

function inOrder(summaries: readonly UsageSummary[]) {
  return [...new Set(summaries.map((each) => JSON.stringify(comparable(each))))].sort();
}

describe.each([
  // It plans a statement for longer than it runs.
  { name: "DuckDB", open: duckdb, share: 0.5 },
  { name: "PostgreSQL", open: postgresql, share: 1 },
])("$name", ({ open, share }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  }, TIMEOUT);
  afterAll(() => engine.close());

  it(
    "counts as we do: all charges, ties, duplicates, conflicts, late events, many digits",
    () =>
      fc.assert(
        fc.asyncProperty(
          events,
          fc.array(valid, { minLength: 1, maxLength: 4 }),
          fc.array(segment, { minLength: 1, maxLength: 3 }),
          fc.boolean(),
          fc.boolean(),
          async (all, charges, segments, stored, deduplicate) => {
            // A table may hold each id once.
            const list = deduplicate ? all : withoutRepeated(all);
            await engine.load(list);
            const query = usageQuery({
              dialect: engine.dialect,
              events: TABLE,
              charges,
              segments,
              deduplicate,
            });
            const rows = await engine.run(query);
            // A query may be kept and read again.
            const kept = stored ? JSON.parse(JSON.stringify(query)) : query;
            const found = summariesFromRows(rows, kept).map(comparable);
            const expected = segments.flatMap((each) =>
              charges.map((own) => comparable(summaryInProcess(list, own, each))),
            );
            expect(found).toEqual(expected);
          },
        ),
        runs(share),
      ),
    TIMEOUT,
  );

  it(
    "counts the segments of a table, also those without usage",
    () =>
      fc.assert(
        fc.asyncProperty(
          events,
          fc.array(valid, { minLength: 1, maxLength: 2 }),
          fc.array(fc.tuple(segment, fc.constantFrom(null, "charge 0")), {
            minLength: 1,
            maxLength: 3,
          }),
          async (list, some, segments) => {
            const charges = some.map((each, place) => ({ ...each, id: `charge ${place}` }));
            await engine.load(list);
            await engine.loadSegments(
              segments.map(([{ customerId, period, ...more }, chargeId]) => ({
                charge: chargeId,
                customerId,
                subscriptionId: more.subscriptionId ?? null,
                agentType: more.agentType ?? null,
                start: instant(period.start),
                end: instant(period.end),
                asOf: more.asOf === undefined ? null : instant(more.asOf),
                timeZone: more.timeZone ?? null,
              })),
            );
            const query = usageQuery({
              dialect: engine.dialect,
              events: TABLE,
              charges,
              segments: {
                ...SEGMENTS,
                timeZones: ZONES,
                period: { start: "2026-01-01", end: "2027-01-01" },
              },
            });
            const found = summariesFromRows(await engine.run(query), query);
            const expected = segments.flatMap(([{ pauses: _, ...each }, chargeId]) => {
              // The table holds instants.
              const period = { start: instant(each.period.start), end: instant(each.period.end) };
              const asOf = each.asOf === undefined ? {} : { asOf: instant(each.asOf) };
              return charges
                .filter(({ id }) => chargeId === null || id === chargeId)
                .map((own) => summaryInProcess(list, own, { ...each, ...asOf, period }));
            });
            expect(inOrder(found)).toEqual(inOrder(expected));
          },
        ),
        runs(share / 3),
      ),
    TIMEOUT,
  );

  it(
    "gives the events by which outcomes are judged, so that documents are the same",
    () =>
      fc.assert(
        fc.asyncProperty(histories, outcomePolicies, async (list, policy) => {
          const tiers = [{ upTo: 3, unitPrice: 5 }, { unitPrice: 2 }];
          const charges = [
            judging(policy),
            perUnit("each", "0.5", { unitOfMeasure: "@outcome", groupBy: { fields: ["subject"] } }),
            perUnit("high", "1", {
              unitOfMeasure: "@outcome",
              aggregation: "max",
              pricing: { model: "tiered", tiers },
            }),
          ];
          const { bill } = seller(charges);
          await engine.load(list);
          let [ours, theirs]: [Invoice[], Invoice[]] = [[], []];
          for (const period of MONTHS.slice(0, 3)) {
            const at = { customerId: "acme", subscriptionId: "s1", agentType: AGENT_TYPE, period };
            const query = usageQuery({
              dialect: engine.dialect,
              events: TABLE,
              charges,
              segments: [at],
            });
            const usage = summariesFromRows(await engine.run(query), query);
            // What is not known yet stays in the database.
            const known = list.filter(
              ({ receivedAt }) => instant(receivedAt) <= instant(period.end),
            );
            expect(usage[0]).toEqual(summarizeUsage(known, { charge: judging(policy), ...at }));
            const options = { policy: { deduplicate: false } };
            ours = [...ours, bill(period, usage, { ...options, previous: ours })];
            theirs = [...theirs, bill(period, list, { previous: theirs })];
            const [own, other] = [ours.at(-1), theirs.at(-1)];
            expect(own?.lines).toEqual(other?.lines);
            expect(own?.total).toBe(other?.total);
          }
        }),
        runs(share / 3),
      ),
    TIMEOUT,
  );

  it(
    "counts what documents are priced from: over changes of plan and price, pauses and zones",
    () =>
      fc.assert(
        fc.asyncProperty(histories, changes, zone, async (list, changed, timeZone) => {
          const subscription = {
            ...{ id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" },
            ...{ timeZone, changes: changed },
          };
          const happened = list.filter((each) => "unitOfMeasure" in each);
          await engine.load(happened);
          let [ours, theirs]: [Invoice[], Invoice[]] = [[], []];
          for (const period of MONTHS.slice(0, 3)) {
            const request = { catalog: TWO_PLANS, subscription, period };
            const policy = { deduplicate: false };
            const needed = usageSegments([{ ...request, previous: ours, policy }]);
            const usage =
              needed.segments.length === 0
                ? []
                : await counted(engine, { ...needed, events: TABLE, dialect: engine.dialect });
            ours = [...ours, invoice({ ...request, usage, previous: ours, policy })];
            const events = { ...request, usage: happened, previous: theirs };
            theirs = [...theirs, invoice(events)];
            const [own, other] = [ours.at(-1), theirs.at(-1)];
            expect(own?.lines).toEqual(other?.lines);
            expect(own?.total).toBe(other?.total);
          }
        }),
        runs(share / 3),
      ),
    TIMEOUT,
  );

  it("adds decimals of thirty digits exactly, and those of more", async () => {
    const event = (id: string, quantity: string) => ({
      ...{ id, quantity, customerId: "acme", unitOfMeasure: "call" },
      timestamp: "2026-01-05T09:00:00Z",
    });
    const thirty = [
      event("e1", "123456789012.123456789012345678"),
      event("e2", "876543210987.876543210987654322"),
      // Delivered twice.
      event("e2", "876543210987.876543210987654322"),
    ];
    const request = {
      dialect: engine.dialect,
      events: TABLE,
      charges: [perUnit("calls", "1", { unitOfMeasure: "call" })],
      segments: [{ customerId: "acme", period: MONTHS[0] }],
    };
    await engine.load(thirty);
    // …012.…678 + …987.…322: the fractions make 1, the whole numbers 999999999999.
    expect(await counted(engine, request)).toMatchObject([{ quantity: "1000000000000" }]);
    await engine.load([...thirty, event("e3", "0.0000000000000000000000001")]);
    expect(await counted(engine, request)).toMatchObject([
      { quantity: "1000000000000.0000000000000000000000001" },
    ]);
  });

  it(
    "keeps any name a name",
    () => {
      const { identifier } = DIALECTS[engine.dialect];
      const name = fc
        .string({ minLength: 1, maxLength: 15, unit: "binary" })
        .filter((each) => !/[\0\p{Surrogate}]/u.test(each));
      const hostile = ['"', '""', '"; DROP TABLE events; --', "'", "\\", "$1", "a.b", "\n", "é"];
      return fc.assert(
        fc.asyncProperty(fc.oneof(fc.constantFrom(...hostile), name), async (each) => {
          const text = `SELECT 'x' AS ${identifier(each)}`;
          expect(await engine.run({ text, parameters: [] })).toEqual([{ [each]: "x" }]);
        }),
        { numRuns: 50 },
      );
    },
    TIMEOUT,
  );
});

async function counted(engine: Engine, request: UsageQueryRequest) {
  const query = usageQuery(request);
  return summariesFromRows(await engine.run(query), query);
}

const zone = fc.constantFrom("UTC", "America/Havana", "Asia/Kolkata");
const date = fc.integer({ min: 2, max: 80 }).map((day) => on(day).slice(0, 10));

/** Changes of January to March. */
const changes: fc.Arbitrary<SubscriptionChangeInput[]> = fc.array(
  fc
    .tuple(
      date,
      fc.constantFrom<Partial<SubscriptionChangeInput>>(
        { ratePlanId: "pro" },
        { ratePlanId: "basic" },
        { status: "paused" },
        { status: "active" },
        { overrides: { each: { model: "per-unit", unitPrice: "0.25" } } },
      ),
    )
    .map(([effectiveDate, change]) => ({ effectiveDate, ...change })),
  { maxLength: 3 },
);

const TWO_PLANS = productOf(
  ...["basic", "pro"].map((id) =>
    planOf(
      [
        perUnit("each", id === "pro" ? "0.5" : "1", { unitOfMeasure: "@outcome" }),
        perUnit("level", "1", {
          unitOfMeasure: "@outcome",
          aggregation: { type: "time-average", carryOver: true },
        }),
        perUnit("peak", "1", {
          unitOfMeasure: "@outcome",
          aggregation: { type: "max", of: "sum", per: "day" },
          filter: { where: { not: { localWeekday: id === "pro" ? ["sunday"] : ["monday"] } } },
        }),
      ],
      { id },
    ),
  ),
);

function withoutRepeated(list: readonly EventInput[]): readonly EventInput[] {
  const keys = list.map(({ id, customerId, source }: Partial<UsageEventInput>) =>
    JSON.stringify([customerId, source === "" ? undefined : source, id]),
  );
  return list.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

function instant(date: unknown): string {
  return new Date(String(date)).toISOString();
}

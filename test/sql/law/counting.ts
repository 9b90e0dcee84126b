/** Summaries of charges that judge no outcomes. */
import fc from "fast-check";
import {
  type AggregationInput,
  type EventInput,
  safeParseCharge,
  type UsageEventInput,
  type UsageSummary,
} from "rateplan";
import { summariesFromRows, usageQuery } from "rateplan/sql";
import { expect } from "vitest";
import { MONTHS } from "../../support/outcomes.js";
import { perUnit } from "../../support/plans.js";
import { SEGMENTS, TABLE } from "../../support/sql/engine.js";
import { charge, comparable, events, segment, summaryInProcess } from "../../support/sql/usage.js";
import { type Clause, counted, instant } from "./clause.js";

const valid = charge.filter((each) => safeParseCharge(each).ok);
const ZONES = ["UTC", "Europe/Berlin", "America/Havana", "Asia/Kolkata"];

const ofSegments: Clause = {
  name: "counts as we do: all charges, ties, duplicates, conflicts, late events, many digits",
  check: (engine, runs) =>
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
      runs,
    ),
};

const ofTable: Clause = {
  name: "counts the segments of a table, also those without usage",
  share: 1 / 3,
  check: (engine, runs) =>
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
          const found = await counted(engine, {
            dialect: engine.dialect,
            events: TABLE,
            charges,
            segments: {
              ...SEGMENTS,
              timeZones: ZONES,
              period: { start: "2026-01-01", end: "2027-01-01" },
            },
          });
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
      runs,
    ),
};

const manyDigits: Clause = {
  name: "adds decimals of thirty digits exactly, and those of more",
  async check(engine) {
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
  },
};

const within: Clause = {
  name: "looks for an id as far back as it is told to",
  async check(engine) {
    const event = (timestamp: string, quantity: number) => ({
      ...{ id: "e1", customerId: "acme", unitOfMeasure: "call" },
      timestamp,
      quantity,
    });
    await engine.load([event("2026-01-25T00:00:00Z", 1), event("2026-03-05T00:00:00Z", 2)]);
    const quantity = async (deduplicateWithin?: string, aggregation: AggregationInput = "sum") => {
      const [summary] = await counted(engine, {
        dialect: engine.dialect,
        events: TABLE,
        charges: [perUnit("calls", "1", { unitOfMeasure: "call", aggregation })],
        segments: [{ customerId: "acme", period: MONTHS[2] }],
        deduplicateWithin,
      });
      return summary?.quantity;
    };
    // From the 25th of January to the 1st of March there are 35 days.
    expect(await quantity()).toBe("0");
    expect(await quantity("P35D")).toBe("0");
    expect(await quantity("P34D")).toBe("2");
    // What happened before moves a level.
    expect(await quantity("P1D", { type: "last", carryOver: true })).toBe("1");
  },
};

function inOrder(summaries: readonly UsageSummary[]) {
  return [...new Set(summaries.map((each) => JSON.stringify(comparable(each))))].sort();
}

function withoutRepeated(list: readonly EventInput[]): readonly EventInput[] {
  const keys = list.map(({ id, customerId, source }: Partial<UsageEventInput>) =>
    JSON.stringify([customerId, source === "" ? undefined : source, id]),
  );
  return list.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

export const COUNTING: readonly Clause[] = [ofSegments, ofTable, manyDigits, within];

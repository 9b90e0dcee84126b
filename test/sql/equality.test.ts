/** Counting in the database and in process is the same. */
import { env } from "node:process";
import fc from "fast-check";
import { safeParseCharge } from "rateplan";
import { summariesFromRows, usageQuery } from "rateplan/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duckdb, type Engine, postgresql, TABLE } from "../support/sql/engines.js";
import { charge, comparable, events, segment, summaryInProcess } from "../support/sql/usage.js";

const valid = charge.filter((each) => safeParseCharge(each).ok);

describe.each([
  { name: "DuckDB", open: duckdb, numRuns: 60 },
  { name: "PostgreSQL", open: postgresql, numRuns: 60 },
])("$name", ({ open, numRuns }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  }, 60_000);
  afterAll(() => engine.close());

  it("counts as we do: all charges, ties, duplicates, conflicts, late events, many digits", async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.array(valid, { minLength: 1, maxLength: 4 }),
        fc.array(segment, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (list, charges, segments, stored) => {
          await engine.load(list);
          const query = usageQuery({ dialect: engine.dialect, events: TABLE, charges, segments });
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
      { numRuns: Number(env["SQL_RUNS"] ?? numRuns) },
    );
  }, 60_000);
});

import type fc from "fast-check";
import { summariesFromRows, type UsageQueryRequest, usageQuery } from "rateplan/sql";
import type { Engine } from "../../support/sql/engine.js";

/** One thing that holds for every engine. */
export interface Clause {
  readonly name: string;
  /** Its number of cases, as a share of the usual; default 1. */
  readonly share?: number;
  check(engine: Engine, runs: Pick<fc.Parameters<unknown>, "numRuns">): Promise<void>;
}

/** What an engine makes of a query. */
export async function counted(engine: Engine, request: UsageQueryRequest) {
  const query = usageQuery(request);
  return summariesFromRows(await engine.run(query), query);
}

/** A date as the tables hold it. */
export function instant(date: unknown): string {
  return new Date(String(date)).toISOString();
}

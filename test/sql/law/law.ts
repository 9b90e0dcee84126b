import { env } from "node:process";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Engine } from "../../support/sql/engine.js";
import { COUNTING } from "./counting.js";
import { DOCUMENTS } from "./documents.js";
import { HOSTILE } from "./hostile.js";
import { OUTCOMES } from "./outcomes.js";

/** An engine, and the share of the usual number of cases that it has time for. */
export interface LawOptions {
  readonly open: () => Promise<Engine>;
  readonly share: number;
}

const CLAUSES = [...COUNTING, ...DOCUMENTS, ...OUTCOMES, ...HOSTILE];
const TIMEOUT = 600_000;

/**
 * The law: what a database counts is what we count in process, to the summary and to the document. `SQL_RUNS` takes another
 * number of cases than 20.
 */
export function lawOf(name: string, { open, share }: LawOptions): void {
  describe(name, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    }, TIMEOUT);
    afterAll(() => engine.close());

    for (const { name: clause, share: part = 1, check } of CLAUSES) {
      const numRuns = Math.ceil(Number(env["SQL_RUNS"] ?? 20) * share * part);
      it(clause, () => check(engine, { numRuns }), TIMEOUT);
    }
  });
}

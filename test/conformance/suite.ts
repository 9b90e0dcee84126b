import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Area, runVector, type SkipReason } from "./adapter.js";
import { engines } from "./engines.js";
import type { Vector } from "./vector.js";

/** How many cases there are, and what came of them. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  total: number;
}

/** The cases of one engine and area. */
interface AreaResult extends Counts {
  readonly skips: Partial<Record<SkipReason, number>>;
  readonly failures: string[];
}

/** The whole suite. */
export interface SuiteResult extends Counts {
  readonly engines: Record<string, Partial<Record<Area, AreaResult>>>;
}

/** A failed case, with the difference. */
export interface Failure {
  readonly engine: string;
  readonly id: string;
  readonly why: string;
}

/** The vectors that come with the repository. */
export const OWN_VECTORS = fileURLToPath(new URL("./vectors/", import.meta.url));

/** Runs every vector of a folder that holds one file for each engine. */
export function runSuite(folder: string): {
  readonly result: SuiteResult;
  readonly failures: readonly Failure[];
} {
  const result: SuiteResult = { passed: 0, failed: 0, skipped: 0, total: 0, engines: {} };
  const failures: Failure[] = [];
  for (const [engine, adapter] of Object.entries(engines)) {
    const areas: Partial<Record<Area, AreaResult>> = {};
    for (const vector of vectorsOf(folder, engine)) {
      const { area, outcome } = runVector(adapter, vector);
      const counts = areas[area] ?? {
        passed: 0,
        failed: 0,
        skipped: 0,
        total: 0,
        skips: {},
        failures: [],
      };
      areas[area] = counts;
      for (const each of [counts, result]) {
        each[outcome.status] += 1;
        each.total += 1;
      }
      if (outcome.status === "skipped") {
        counts.skips[outcome.reason] = (counts.skips[outcome.reason] ?? 0) + 1;
      } else if (outcome.status === "failed") {
        counts.failures.push(vector.id);
        failures.push({ engine, id: vector.id, why: outcome.why });
      }
    }
    result.engines[engine] = areas;
  }
  return { result, failures };
}

/** The vectors of one engine. */
export function vectorsOf(folder: string, engine: string): readonly Vector[] {
  return JSON.parse(readFileSync(join(folder, `${engine}.json`), "utf8")) as readonly Vector[];
}

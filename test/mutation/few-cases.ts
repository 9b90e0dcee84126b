/**
 * fast-check for mutation tests: no property has more cases than `MUTATION_CASES`, also where it asks for more. The
 * configuration of vitest puts it in the place of fast-check, which is therefore imported by its path.
 */
import { env } from "node:process";
import type { IRawProperty, Parameters } from "fast-check";
import real from "../../node_modules/fast-check/lib/fast-check.js";

// biome-ignore lint/performance/noReExportAll: all of it is the point.
export * from "../../node_modules/fast-check/lib/fast-check.js";

const most = Number(env["MUTATION_CASES"]);

export function assert<T>(property: IRawProperty<T>, parameters: Parameters<T> = {}) {
  const numRuns = Math.min(parameters.numRuns ?? most, most);
  return real.assert(property, { ...parameters, numRuns });
}

export default { ...real, assert };

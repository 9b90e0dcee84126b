/**
 * fast-check for mutation tests: no property has more cases than `FC_RUNS`, also where it asks for more. The
 * configuration of vitest puts it in the place of fast-check.
 */
import { createRequire } from "node:module";
import { env } from "node:process";
import type { IRawProperty, Parameters } from "fast-check";

const real: typeof import("fast-check") = createRequire(import.meta.url)("fast-check");
const most = Number(env["FC_RUNS"]);

function assert<T>(property: IRawProperty<T>, parameters: Parameters<T> = {}) {
  const numRuns = Math.min(parameters.numRuns ?? most, most);
  return real.assert(property, { ...parameters, numRuns });
}

export default { ...real, assert };

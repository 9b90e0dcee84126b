/**
 * Global settings of the property tests. The seed is fixed, so that a run can be repeated and a mutation
 * test sees the same cases each time; that one also asks for no smaller counterexample. `FC_SEED=<n>` takes another seed, `FC_SEED=random` a new one
 * (fast-check prints it with a failure), `FC_RUNS=<n>` another number of cases.
 */
import { env } from "node:process";
import fc from "fast-check";

/** An integer from the environment, or `undefined`; anything else is a mistake worth stopping for. */
function integer(name: "FC_SEED" | "FC_RUNS"): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`${name} must be an integer, got "${text}"`);
  return value;
}

const random = env["FC_SEED"] === "random";
const seed = random ? undefined : (integer("FC_SEED") ?? 20_260_131);
/** Few enough for a suite that runs often; where a law is asked for more or fewer, it says so. */
const numRuns = integer("FC_RUNS") ?? 60;

fc.configureGlobal({
  ...(seed === undefined ? {} : { seed }),
  numRuns,
  endOnFailure: env["STRYKER_MUTATOR_WORKER"] !== undefined,
});

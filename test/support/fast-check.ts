/**
 * Global settings of the property tests. The seed is fixed, so that a run can be repeated and a mutation
 * test sees the same cases each time; that one also asks for no smaller counterexample. `FC_SEED=<n>` takes another seed, `FC_SEED=random` a new one
 * (fast-check prints it with a failure).
 */
import { env } from "node:process";
import fc from "fast-check";
import { integerFrom, tries } from "./tries.js";

const random = env["FC_SEED"] === "random";
const seed = random ? undefined : (integerFrom("FC_SEED") ?? 20_260_131);

fc.configureGlobal({
  ...(seed === undefined ? {} : { seed }),
  ...tries(),
  endOnFailure: env["STRYKER_MUTATOR_WORKER"] !== undefined,
});

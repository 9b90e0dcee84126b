/**
 * How many cases a law is tried with. Each says how many are right for a suite that runs often; `FC_RUNS=<n>` tries all of them with more or
 * fewer, in proportion: n where a law says nothing.
 */
import { env } from "node:process";

/** Cases of a law that says nothing. */
const USUAL = 30;

/** An integer from the environment, or `undefined`; anything else is a mistake worth stopping for. */
export function integerFrom(name: "FC_SEED" | "FC_RUNS"): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`${name} must be an integer, got "${text}"`);
  return value;
}

export function tries(count: number = USUAL): { readonly numRuns: number } {
  return { numRuns: Math.ceil((count * (integerFrom("FC_RUNS") ?? USUAL)) / USUAL) };
}

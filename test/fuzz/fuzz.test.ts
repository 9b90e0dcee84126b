/** No input, however wrong, brings a function to anything but a result or every issue. */
import { env } from "node:process";
import { describe, expect, it } from "vitest";
import { WAYS } from "./broken.js";
import { campaign, describeFailures } from "./campaign.js";
import { KEPT } from "./cases.js";
import type { CaseId } from "./child.js";
import { API, TARGETS } from "./targets.js";
import { VALID } from "./valid.js";

/** An integer from the environment. */
function integer(name: "FUZZ_SEED" | "FUZZ_CASES", or: number): number {
  const text = env[name];
  const value = text === undefined || text === "" ? or : Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${name} must be an integer, got "${text}"`);
  return value;
}

const seed = integer("FUZZ_SEED", 20_260_131);
const count = integer("FUZZ_CASES", 600);
const exported = Object.keys(API).sort();

describe("every exported function", () => {
  it("has valid input to be changed", () => {
    expect(Object.keys(VALID).sort()).toEqual(exported);
    for (const inputs of Object.values(VALID)) {
      expect(Object.keys(inputs).length).toBeGreaterThan(1);
    }
  });

  it("takes its valid input", () => {
    for (const [name, inputs] of Object.entries(VALID)) {
      for (const [valid, args] of Object.entries(inputs)) {
        const result: unknown = TARGETS.get(name)?.call(args);
        expect(result, `${name} ${valid}`).not.toMatchObject({ ok: false });
      }
    }
  });

  it("gives a result or issues, the same twice, changes nothing, and ends", async () => {
    const ids: CaseId[] = [
      ...KEPT.map((_, kept) => ({ kept })),
      ...Array.from({ length: count }, (_, index) => ({ seed, index })),
    ];
    const report = await campaign({ ids, processes: 2 });
    const { failures, cases, slowest, counts } = report;
    console.log(
      `fuzz seed ${seed}: ${cases} cases, the slowest ${Math.round(slowest?.milliseconds ?? 0)} ms`,
    );
    expect(describeFailures(failures), `npm run fuzz -- --seed ${seed} --case <index>`).toBe("");
    expect(cases).toBe(ids.length);
    // A generator of nothing but nonsense, or of nothing but valid input, would find nothing.
    for (const name of exported) expect(counts.get(name), name).toBeDefined();
    const [results, issues] = [...counts.values()].reduce(
      ([sum, others], each) => [sum + each.result, others + each.issues],
      [0, 0],
    );
    expect(results).toBeGreaterThan(count / 10);
    expect(issues).toBeGreaterThan(count / 4);
    // Where something hangs, it is waited for, twice.
  }, 900_000);
});

describe("the test itself", () => {
  it("finds each way to be wrong", async () => {
    const report = await campaign({
      ids: Object.keys(WAYS).map((broken) => ({ broken })),
      processes: 2,
      limits: { milliseconds: 1_000, megabytes: 128 },
    });
    const found = report.failures.map(({ call, fault }) => [call, fault.kind]);
    const expected = Object.entries(WAYS).map(([name, [kind]]) => [name, kind]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    expect(report.suspects).toEqual([]);
  }, 300_000);
});

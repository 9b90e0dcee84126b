/**
 * The order of test files in a mutation test, where the first failure ends the run of a mutant: those that killed the
 * mutant before, which was a neighbour; then those whose place is most like that of the mutated code; then the quickest.
 */
import { env } from "node:process";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const mutated = placeOf(env["MUTATION_TARGET"] ?? "");

export class SoonestKillers extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranked = files.map((file) => ({ file, ...this.rankOf(file) }));
    ranked.sort(
      (a, b) =>
        Number(b.hasKilled) - Number(a.hasKilled) || b.shared - a.shared || a.duration - b.duration,
    );
    return Promise.resolve(ranked.map(({ file }) => file));
  }

  private rankOf({ moduleId, project }: TestSpecification) {
    const path = moduleId.slice(this.ctx.config.root.length + 1);
    const known = this.ctx.cache.getFileTestResults(`${project.name}:${path}`);
    return {
      hasKilled: known?.failed ?? false,
      shared: sharedSteps(placeOf(path), mutated),
      duration: known?.duration ?? 0,
    };
  }
}

/** The steps of a path below src or test: of `test/time/zone.test.ts` and `src/time/zone.ts` the same. */
function placeOf(path: string): readonly string[] {
  return path
    .replace(/:.*/, "")
    .replace(/(\.test)?\.ts$/, "")
    .split("/")
    .slice(1);
}

function sharedSteps(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  return at < 0 ? a.length : at;
}

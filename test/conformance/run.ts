/**
 * Peers' own numbers against the library: `npm run conformance`. `--json` prints the result as data and nothing else;
 * `--readme` the README's table. CONFORMANCE_VECTORS names another folder with files of the same names and form. Exits with 1 when a case failed.
 */
import { argv, env, exit } from "node:process";
import { type Failure, OWN_VECTORS, runSuite, type SuiteResult } from "./suite.js";
import { summaryTable } from "./summary-table.js";

const { result, failures } = runSuite(env["CONFORMANCE_VECTORS"] ?? OWN_VECTORS);
if (argv.includes("--readme")) console.log(summaryTable(result));
else if (argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
else print(result, failures);
exit(result.failed > 0 ? 1 : 0);

function print(
  { passed, failed, skipped, total, engines }: SuiteResult,
  failed_: readonly Failure[],
): void {
  console.log(row("engine", "area", "passed", "failed", "skipped", "why skipped"));
  for (const [engine, areas] of Object.entries(engines)) {
    for (const [area, counts] of Object.entries(areas).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const why = Object.entries(counts.skips).map(([reason, count]) => `${reason} (${count})`);
      const { passed: good, failed: bad, skipped: left } = counts;
      console.log(row(engine, area, `${good}`, `${bad}`, `${left}`, why.join(", ")));
    }
  }
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped, ${total} in all`);
  for (const { engine, id, why } of failed_) console.log(`\n${engine} ${id}\n  ${why}`);
}

function row(
  engine: string,
  area: string,
  passed: string,
  failed: string,
  skipped: string,
  why: string,
): string {
  const numbers = [passed, failed, skipped].map((cell) => cell.padStart(8)).join("");
  return `${engine.padEnd(12)}${area.padEnd(13)}${numbers}  ${why}`.trimEnd();
}

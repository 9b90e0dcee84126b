import type { SuiteResult } from "./suite.js";

/** The result by engine, as the README shows it. */
export function summaryTable({ engines, passed, failed, skipped }: SuiteResult): string {
  const rows = Object.entries(engines).map(([engine, areas]) => {
    const counts = Object.values(areas);
    const sum = (key: "passed" | "failed" | "skipped") =>
      counts.reduce((total, each) => total + each[key], 0);
    return row(engine, sum("passed"), sum("failed"), sum("skipped"));
  });
  return [
    "| engine | passed | failed | skipped |",
    "|---|--:|--:|--:|",
    ...rows,
    row("**all**", passed, failed, skipped),
  ].join("\n");
}

function row(name: string, passed: number, failed: number, skipped: number): string {
  return `| ${name} | ${passed} | ${failed} | ${skipped} |`;
}

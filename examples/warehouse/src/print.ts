import type { Coefficients, Measured } from "./model.js";
import type { Progress, Report } from "./run.js";

export function number(value: number, digits = 0): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Columns: the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, place) =>
    Math.max(...rows.map((row) => row[place]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, place) =>
          place === 0 ? cell.padEnd(widths[place] ?? 0) : cell.padStart(widths[place] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}

export function progressLine({ batch, batches, documents, megabytes }: Progress, seconds: number) {
  const done = `batch ${String(batch).padStart(String(batches).length)} of ${batches}`;
  return `${done}  ${number(documents).padStart(9)} documents  ${number(seconds).padStart(5)} s  ${number(megabytes).padStart(6)} MB in memory`;
}

const STAGES: readonly (readonly [string, string])[] = [
  ["events", "events into Parquet"],
  ["segments", "segments, and the statement"],
  ["statement", "the statement runs"],
  ["summaries", "rows as summaries"],
  ["documents", "documents"],
  ["in process", "check: the sample from its events"],
  ["by hand", "check: totals by hand"],
];

export function reportText(report: Report, events: number): string {
  const { meter, parquetBytes, total, digest, early, late, peak } = report;
  const { sampled, sampleDifferences, compared, plainDifferences } = report;
  const { taken, counted } = meter;
  const stages = STAGES.map(([stage, title]) => {
    const { seconds, coreSeconds } = taken(stage);
    return [title, number(seconds, 1), number(coreSeconds, 1)];
  });
  const read = taken("statement").bytesRead;
  const scanned =
    read === undefined ? [] : [`${size(read)} read, ${number(read / events, 1)} bytes an event`];
  const uncompressed = counted("uncompressed bytes");
  const unpacked = uncompressed === 0 ? [] : [`${size(uncompressed)} by the engine's own count`];
  const [rows, documents] = [counted("rows"), counted("documents")];
  const billing = ["segments", "summaries", "documents"]
    .map((stage) => taken(stage).coreSeconds)
    .reduce((a, b) => a + b, 0);
  return [
    table([["stage", "seconds", "core seconds"], ...stages]),
    "",
    `${number(documents)} documents, ${number(Number(total), 2)} USD in all; digest ${digest.slice(0, 16)}`,
    `Parquet ${size(parquetBytes)}; statement: ${[...scanned, ...unpacked].join("; ")}`,
    `rows out ${number(rows)}, ${size(counted("row bytes"))}; ${number(documents / billing)} documents a core second`,
    `memory ${number(early)} MB after a tenth of the batches, ${number(late)} MB after all; at most ${number(peak)} MB`,
    outcome(sampled, "documents written again in process from their events", sampleDifferences),
    ...(compared === 0
      ? []
      : [outcome(compared, "totals compared with a statement by hand", plainDifferences)]),
  ].join("\n");
}

function outcome(count: number, what: string, differences: readonly string[]): string {
  const some = differences.slice(0, 5).map((each) => `\n  ${each}`);
  return `${number(count)} ${what}: ${differences.length === 0 ? "none differs" : `${number(differences.length)} differences`}${some.join("")}`;
}

function size(bytes: number): string {
  if (bytes >= 1e11) return `${number(bytes / 1e12, 2)} TB`;
  return bytes >= 1e9 ? `${number(bytes / 1e9, 2)} GB` : `${number(bytes / 1e6, 1)} MB`;
}

export function modelText(
  found: Coefficients,
  runs: readonly Measured[],
  projected: Measured,
): string {
  const micro = (seconds: number) => `${number(seconds * 1e6, 2)} µs`;
  const columns = [...runs, projected];
  const row = (title: string, of: (each: Measured) => string) => [title, ...columns.map(of)];
  const hours = (seconds: number) =>
    seconds < 3600 ? `${number(seconds, 1)} s` : `${number(seconds / 3600, 1)} h`;
  return [
    table([
      ["coefficient", "of an event", "of a customer", "of a row"],
      ["bytes scanned", number(found.bytesPerEvent, 2), "", ""],
      [
        "statement, core time",
        micro(found.statementPerEvent),
        micro(found.statementPerCustomer),
        "",
      ],
      ["rows out", number(found.rowsPerEvent, 4), number(found.rowsPerCustomer, 2), ""],
      ["bytes of rows", "", "", number(found.bytesPerRow, 1)],
      ["documents, core time", "", micro(found.documentsPerCustomer), micro(found.documentsPerRow)],
    ]),
    "",
    table([
      ["", ...runs.map(() => "measured"), "projected"],
      row("events", ({ events }) => number(events)),
      row("customers", ({ customers }) => number(customers)),
      row("bytes scanned", ({ bytes }) => size(bytes)),
      row("rows out", ({ rows }) => number(rows)),
      row("bytes of rows", ({ rowBytes }) => size(rowBytes)),
      row("statement, core time", ({ statement }) => hours(statement)),
      row("documents, core time", ({ documents }) => hours(documents)),
      row("documents a core second", ({ customers, documents }) => number(customers / documents)),
    ]),
  ].join("\n");
}

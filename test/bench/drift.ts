/** How the ratios of a run differ from those on record. Nothing fails: times of other machines, and of busy ones, say little. */
import { readFileSync, writeFileSync } from "node:fs";

/** What is on record of each benchmark: how many times as long as ours the other ways took. */
type Ratios = Readonly<Record<string, Readonly<Record<string, number>>>>;

const FILE = new URL("./baseline.json", import.meta.url);
/** Ratios of one machine differ by so much from run to run. */
const USUAL = 1.5;

interface Measured {
  readonly name: string;
  readonly ratios: Readonly<Record<string, number>>;
}

/** Puts the ratios of a run on record, beside those of benchmarks that it did not run. */
export function keepRatios(results: readonly Measured[]): void {
  const kept = { ...readRatios(), ...ratiosOf(results) };
  const sorted = Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** What differs by more than is usual from what is on record, in words. */
export function driftOf(results: readonly Measured[]): readonly string[] {
  const record = readRatios();
  return Object.entries(ratiosOf(results)).flatMap(([name, ratios]) =>
    Object.entries(ratios).flatMap(([way, now]) => {
      const before = record[name]?.[way];
      if (before === undefined) return [`${name}, ${way}: ${now} ×, not on record`];
      const factor = now / before;
      return factor <= USUAL && factor >= 1 / USUAL
        ? []
        : [`${name}, ${way}: ${now} × as long as ours, ${before} × on record`];
    }),
  );
}

function ratiosOf(results: readonly Measured[]): Ratios {
  return Object.fromEntries(
    results.map(({ name, ratios }) => [
      name,
      Object.fromEntries(
        Object.entries(ratios).map(([way, ratio]) => [way, Number(ratio.toPrecision(2))]),
      ),
    ]),
  );
}

function readRatios(): Ratios {
  try {
    return JSON.parse(readFileSync(FILE, "utf8")) as Ratios;
  } catch {
    return {};
  }
}

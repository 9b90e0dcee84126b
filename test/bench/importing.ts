import { spawnSync } from "node:child_process";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.js";

const folder = fileURLToPath(new URL("../..", import.meta.url));

/** A process of Node's that runs a module of one line. */
function node(line: string): () => number | null {
  return () => spawnSync(execPath, ["--input-type=module", "--eval", line], { cwd: folder }).status;
}

/** Starting up: processes that import something and end. */
export const importing: readonly Benchmark[] = [
  {
    name: "A process of Node's that imports the package",
    input: "from start to end, files in the cache of the system",
    isLong: true,
    ways: () => ({
      'import "rateplan"': node('import "rateplan"'),
      'import "rateplan/rate"': node('import "rateplan/rate"'),
      "import all of zod": node('import * as zod from "zod"; zod.string();'),
      "nothing imported": node(""),
    }),
  },
];

/** Tests the operator's pages in Chromium. Where there is none, it says so and tests nothing. */
import { spawnSync } from "node:child_process";
import { argv, exit } from "node:process";
import { chromiumPath } from "./chromium.js";

if (chromiumPath() === undefined) {
  console.log(
    "No Chromium on this machine: the pages were not tested. Install it, or name yours in CHROMIUM.",
  );
  exit(0);
}
const options = ["--config", "test/page/vitest.config.ts", ...argv.slice(2)];
exit(spawnSync("npx", ["vitest", "run", ...options], { stdio: "inherit" }).status ?? 1);

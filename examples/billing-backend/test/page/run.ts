/** Tests the operator's pages in Chromium. Where there is none, it says so and tests nothing; with CI set, that is a failure. */
import { spawnSync } from "node:child_process";
import { argv, env, exit } from "node:process";
import { chromiumPath } from "./chromium.js";

if (chromiumPath() === undefined) {
  console.error(
    "\nTHE PAGES WERE NOT TESTED: there is no Chromium here. Install it, or name yours in CHROMIUM.\n",
  );
  exit(env["CI"] === undefined ? 0 : 1);
}
const options = ["--config", "test/page/vitest.config.ts", ...argv.slice(2)];
exit(spawnSync("npx", ["vitest", "run", ...options], { stdio: "inherit" }).status ?? 1);

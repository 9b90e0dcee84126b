/** Opens the built page in Chromium and tests it. Where there is none, it says so and tests nothing; with CI set, that is a failure. */
import { spawnSync } from "node:child_process";
import { argv, env, exit } from "node:process";
import { chromiumPath } from "./chromium.mjs";

if (chromiumPath() === undefined) {
  console.error(
    "\nTHE PLAYGROUND WAS NOT TESTED: there is no Chromium here. Install it, or name yours in CHROMIUM.\n",
  );
  exit(env.CI === undefined ? 0 : 1);
}
exit(spawnSync("npx", ["vitest", "run", ...argv.slice(2)], { stdio: "inherit" }).status ?? 1);

/**
 * Checks the playground as it would be published: installs what the page needs, and rateplan as npm packs it; compiles, builds, and tests
 * the built page in Chromium. Where there is no Chromium, it says so and tests nothing; with CI set, that is a failure.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { chromiumPath } from "./test/chromium.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const repository = fileURLToPath(new URL("../../", import.meta.url));
const run = (command, args, cwd = here) => execFileSync(command, args, { cwd, stdio: "inherit" });
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];

run("npm", ["ci", ...quiet]);
const packed = mkdtempSync(join(tmpdir(), "rateplan-"));
// What `npm test` has built is packed as it is.
const built = existsSync(join(repository, "dist/types/chart.d.ts"));
run(
  "npm",
  ["pack", "--silent", ...(built ? ["--ignore-scripts"] : []), "--pack-destination", packed],
  repository,
);
const tarballs = readdirSync(packed).map((name) => join(packed, name));
run("npm", ["install", "--no-save", ...quiet, ...tarballs]);
rmSync(packed, { recursive: true });
run("npm", ["run", "-s", "typecheck"]);
run("npm", ["run", "-s", "build", "--", "--logLevel", "warn"]);

if (chromiumPath() === undefined) {
  console.error(
    "\nTHE PLAYGROUND WAS NOT TESTED: there is no Chromium here. Install one, or name it in CHROMIUM.\n",
  );
  exit(env.CI === undefined ? 0 : 1);
}
run("npm", ["run", "-s", "e2e"]);

/**
 * Runs a script of an example that is a project of its own, with the package as it is published: packs the repository, installs the pack
 * and the rest of the example's lock file in its folder, and runs the script there. Where `PACKED` names a pack, that is taken.
 *
 *     npx tsx examples/support/packed.ts consumer-tests test
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env } from "node:process";
import { fileURLToPath } from "node:url";

const [example = "", script = "test", ...options] = argv.slice(2);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "examples", example);

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync("npm", [...args], { cwd, stdio: "inherit" });
}

const packs = mkdtempSync(join(tmpdir(), "rateplan-"));
try {
  let pack = env["PACKED"];
  if (pack === undefined) {
    npm(root, "pack", "--silent", "--pack-destination", packs);
    pack = join(packs, readdirSync(packs)[0] ?? "");
  }
  copyFileSync(pack, join(folder, "rateplan.tgz"));
} finally {
  rmSync(packs, { recursive: true });
}
// Another pack of the same name and version would be taken for the one that is installed.
for (const name of ["rateplan", ".package-lock.json"]) {
  rmSync(join(folder, "node_modules", name), { recursive: true, force: true });
}
// Not `npm ci`, which compares a digest of the pack.
npm(
  folder,
  "install",
  "--no-save",
  "--ignore-scripts",
  "--prefer-offline",
  "--no-audit",
  "--no-fund",
);
npm(folder, "run", script, "--", ...options);

/** The notebook shows what it would show now; where it does not, or where a cell fails, its check says so. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execPath } from "node:process";
import { after, before, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const project = fileURLToPath(new URL("../", import.meta.url));
/** Of another folder, in which a test may change what it likes. */
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "notebooks-"));
  const isOwn = (path: string) => !relative(project, path).startsWith("node_modules");
  await cp(project, folder, { recursive: true, filter: isOwn });
  await symlink(join(project, "node_modules"), join(folder, "node_modules"));
});
after(() => rm(folder, { recursive: true }));

const check = () => run(execPath, ["--import", "tsx", "execute.ts", "--check"], { cwd: folder });

it("shows what it would show now", async () => {
  const { stdout } = await check();
  assert.match(stdout, /\d+ cells, as they stand/);
});

it("is stale where an output is another", async () => {
  const notebook = join(folder, "price-tiers.ipynb");
  const shown = await readFile(notebook, "utf8");
  await writeFile(notebook, shown.replaceAll("25,500.00", "25,600.00"));
  await assert.rejects(check(), /price-tiers\.ipynb is stale/);
});

it("fails where a cell fails", async () => {
  const twin = join(folder, "price-tiers.ts");
  await writeFile(twin, `${await readFile(twin, "utf8")}\n// %%\nsimulate(tiered, "many");\n`);
  await assert.rejects(check(), /cell \d+ failed: PricingError/);
});

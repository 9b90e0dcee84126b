/**
 * Makes a tenant where there is none, and an API key to it, which is shown once.
 *
 *     DATABASE_URL=postgres://… npm run tenant -- acme "Acme Inc."
 */
import process, { argv } from "node:process";
import { newApiKey } from "./http/api-key.js";
import { orProblem } from "./http/problem.js";
import { openBilling } from "./open.js";

const [id, name = id] = argv.slice(2);
const { DATABASE_URL: databaseUrl, DATA_DIR: dataDirectory } = process.env;
if (id === undefined || name === undefined) throw new Error("npm run tenant -- <id> [<name>]");
if (databaseUrl === undefined && dataDirectory === undefined) {
  throw new Error("DATABASE_URL or DATA_DIR says which database holds the tenants");
}

const { billing, close } = await openBilling({ databaseUrl, dataDirectory });
try {
  orProblem(await billing.tenants.create({ id, name }));
  const key = newApiKey();
  orProblem(await billing.apiKeys.put(id, { id: key.id, hash: key.hash }));
  console.log(key.key);
} finally {
  await close();
}

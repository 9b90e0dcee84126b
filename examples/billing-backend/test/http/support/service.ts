/** The application on a database of its own, without a socket: what most tests of HTTP need. */
import { readConfig } from "../../../src/config.js";
import { newApiKey } from "../../../src/http/api-key.js";
import { createApp } from "../../../src/http/app.js";
import { createLogger, type Logger } from "../../../src/http/log.js";
import { orProblem } from "../../../src/http/problem.js";
import { openBilling } from "../../../src/open.js";
import type { Billing } from "../../../src/service.js";

export type Client = (method: string, path: string, options?: ClientOptions) => Promise<Response>;

interface ClientOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Service {
  readonly billing: Billing;
  readonly app: ReturnType<typeof createApp>;
  /** A client of a tenant, which is made if it does not exist. */
  tenant(id: string): Promise<Client & { readonly key: string }>;
}

/** One database for all files of a run: tenants keep them apart. */
let opening: ReturnType<typeof openBilling> | undefined;

interface ServiceOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands in for functions of the billing part. */
  readonly instead?: Partial<Billing>;
  readonly logger?: Logger;
}

export async function openService({
  environment,
  instead,
  logger = createLogger("silent"),
}: ServiceOptions = {}): Promise<Service> {
  opening ??= openBilling();
  const { billing } = await opening;
  const config = readConfig({ RATE_LIMIT: "100000", ...environment });
  const app = createApp({ ...billing, ...instead }, config, logger);
  return { billing, app, tenant };

  async function tenant(id: string) {
    orProblem(await billing.tenants.create({ id, name: `Tenant ${id}` }));
    const { key, ...stored } = newApiKey();
    orProblem(await billing.apiKeys.put(id, { id: stored.id, hash: stored.hash }));
    return Object.assign(clientOf(key), { key });
  }

  function clientOf(key: string): Client {
    return async (method, path, { body, headers } = {}) =>
      await app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
  }
}

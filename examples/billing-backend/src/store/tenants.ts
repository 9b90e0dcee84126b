import { type Answer, answer, problem } from "../answer.js";
import type { Database } from "../database/database.js";
import type { ApiKey, Billing, Tenant } from "../service.js";
import { keyRule, type Time, timeOf } from "./rows.js";

interface KeyRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly sha256: string;
  readonly revoked_at: Time | null;
}

const keyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  tenantId: row.tenant_id,
  hash: row.sha256,
  revokedAt: row.revoked_at && timeOf(row.revoked_at),
});

export function tenantsIn(database: Database): Billing["tenants"] {
  const tenant = async (id: string) =>
    (await database.query<Tenant>("select id, name from tenants where id = $1", [id]))[0];
  return {
    async create({ id, name }): Promise<Answer<Tenant>> {
      const expected = keyRule(id);
      if (expected !== undefined) return problem("invalid", `The id of a tenant is ${expected}.`);
      await database.query(
        "insert into tenants (id, name) values ($1, $2) on conflict do nothing",
        [id, name],
      );
      const stored = await tenant(id);
      return stored?.name === name
        ? answer(stored)
        : problem("conflict", `The tenant ${id} has another name.`);
    },
    async get(id) {
      const stored = await tenant(id);
      return stored === undefined
        ? problem("not-found", `There is no tenant ${id}.`)
        : answer(stored);
    },
    list: () => database.query<Tenant>("select id, name from tenants order by id"),
  };
}

export function apiKeysIn(database: Database): Billing["apiKeys"] {
  return {
    async put(tenantId, { id, hash }) {
      const [row] = await database.query<KeyRow>(
        `insert into api_keys (id, tenant_id, sha256) select $1, t.id, $3 from tenants t where t.id = $2
         on conflict do nothing returning *`,
        [id, tenantId, hash],
      );
      if (row !== undefined) return answer(keyOf(row));
      const [stored] = await database.query<KeyRow>("select * from api_keys where id = $1", [id]);
      if (stored === undefined) return problem("not-found", `There is no tenant ${tenantId}.`);
      return stored.sha256 === hash && stored.tenant_id === tenantId
        ? answer(keyOf(stored))
        : problem("conflict", `There is another key ${id}.`);
    },
    async get(keyId) {
      if (keyRule(keyId) !== undefined) return undefined;
      const [row] = await database.query<KeyRow>("select * from api_keys where id = $1", [keyId]);
      return row && keyOf(row);
    },
    async list(tenantId) {
      const rows = await database.query<KeyRow>(
        "select * from api_keys where tenant_id = $1 order by created_at, id",
        [tenantId],
      );
      return answer(rows.map(keyOf));
    },
    async revoke(tenantId, keyId) {
      const [row] = await database.query<KeyRow>(
        `update api_keys set revoked_at = coalesce(revoked_at, billing_now())
         where tenant_id = $1 and id = $2 returning *`,
        [tenantId, keyId],
      );
      return row === undefined
        ? problem("not-found", `There is no key ${keyId}.`)
        : answer(keyOf(row));
    },
  };
}

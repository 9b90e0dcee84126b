import type { CreditGrant } from "rateplan";
import type { Queries } from "../database/database.js";
import type { StoredGrant } from "../service.js";

interface Row {
  readonly credit: CreditGrant;
  readonly balance: string;
}

export async function grantsOf(
  within: Queries,
  tenantId: string,
  subscriptionId: string,
): Promise<readonly StoredGrant[]> {
  const rows = await within.query<Row>(
    `select credit, balance::text as balance from grants
     where tenant_id = $1 and subscription_id = $2 order by id`,
    [tenantId, subscriptionId],
  );
  return rows.map(({ credit, balance }) => ({ ...credit, balance }));
}

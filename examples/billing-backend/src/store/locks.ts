/**
 * Who waits for whom. Both locks end with their transaction, also when its process does, and the server hands them out in the order in
 * which they were asked for: nobody is overtaken forever, as a biller would be by readers of a row.
 *
 * - **Customer.** Whoever adds events of a customer holds it *shared*, from before the moment of receipt is stamped until the commit. Whoever writes a
 *   document, or changes a subscription, holds it *exclusively*. So there is no event that was received before a document's moment of
 *   knowledge and not seen by it.
 * - **Catalog.** Whoever prices holds it shared, whoever adds a version exclusively: the version in force at a moment is the one that was used.
 *
 * Always the catalog first, then customers in the order of their numbers: no two transactions wait for each other.
 */
import type { Queries } from "../database/database.js";

export type LockMode = "shared" | "exclusive";

/** Customers share locks by 1,024: two in one only wait, and a batch of any size holds no more locks than the server has room for. */
const CUSTOMERS = 1_024;
const SPACE = { catalog: 27_011, customer: 27_012 } as const;
const LOCK = {
  shared: "pg_advisory_xact_lock_shared",
  exclusive: "pg_advisory_xact_lock",
} as const satisfies Record<LockMode, string>;

export async function lockCatalog(
  within: Queries,
  tenantId: string,
  mode: LockMode,
): Promise<void> {
  await within.query(`select ${LOCK[mode]}(${SPACE.catalog}, hashtext($1))`, [tenantId]);
}

export async function lockCustomers(
  within: Queries,
  tenantId: string,
  customerIds: readonly string[],
  mode: LockMode,
): Promise<void> {
  await within.query(
    `select ${LOCK[mode]}(${SPACE.customer}, number) from (
       select distinct hashtext($1 || ' ' || id) & ${CUSTOMERS - 1} as number
       from unnest($2::text[]) as given (id) order by number
     ) as numbers`,
    [tenantId, customerIds],
  );
}

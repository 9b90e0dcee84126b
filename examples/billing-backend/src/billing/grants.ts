import {
  type CreditGrant,
  creditNote,
  type Posting,
  PricingError,
  safeParseCreditGrant,
} from "rateplan";
import { type Answer, answer, problem } from "../answer.js";
import type { Database, Queries } from "../database/database.js";
import type { Billing, StoredGrant } from "../service.js";
import { grantsOf } from "../store/grants.js";
import { canonicalJson, keyRule, storable } from "../store/rows.js";
import { customerOf, noSubscription } from "../store/subscriptions.js";
import { readAccount } from "./account.js";

export function grantsIn(database: Database): Billing["grants"] {
  const known = async (tenantId: string, id: string) =>
    (await customerOf(database, tenantId, id)) !== undefined;
  return {
    async put(tenantId, subscriptionId, input) {
      const read = safeParseCreditGrant(input);
      if (!read.ok) throw new PricingError(read.issues);
      const expected = keyRule(read.value.id);
      if (expected !== undefined) return problem("invalid", `The id of a grant is ${expected}.`);
      return await database.transaction((within) =>
        put(within, tenantId, subscriptionId, read.value),
      );
    },
    async list(tenantId, id) {
      return (await known(tenantId, id))
        ? answer(await grantsOf(database, tenantId, id))
        : noSubscription(id);
    },
    async postings(tenantId, id) {
      if (!(await known(tenantId, id))) return noSubscription(id);
      const rows = await database.query<{ number: number; posting: Posting }>(
        `select p.number, p.posting from postings p
         join documents d on d.tenant_id = p.tenant_id and d.idempotency_key = p.document_key
         where p.tenant_id = $1 and p.subscription_id = $2 order by d.sequence, p.number`,
        [tenantId, id],
      );
      return answer(
        rows.map(({ number, posting: { grant: _new, ...entry } }) => ({
          ...entry,
          subscriptionId: id,
          number,
        })),
      );
    },
  };
}

async function put(
  within: Queries,
  tenantId: string,
  subscriptionId: string,
  grant: CreditGrant,
): Promise<Answer<StoredGrant>> {
  const account = await readAccount(within, tenantId, subscriptionId, "exclusive");
  if (account === undefined) return noSubscription(subscriptionId);
  const { balance = grant.amount, ...credit } = grant;
  const [known] = await within.query<{ text: string; balance: string }>(
    `select credit::text as text, balance::text as balance from grants
     where tenant_id = $1 and subscription_id = $2 and id = $3`,
    [tenantId, subscriptionId, grant.id],
  );
  if (known !== undefined) {
    return known.text === canonicalJson(credit)
      ? answer({ ...credit, balance: known.balance })
      : problem("conflict", `There is another grant ${grant.id}.`);
  }
  // What a grant says of units and charges is read by the verb that will use it: a correction of nothing.
  const { products: catalog, subscription, documents, asOf } = account;
  creditNote({
    catalog,
    subscription,
    previous: documents.all,
    rerate: [],
    credits: [grant],
    asOf,
  });
  await within.query(
    "insert into grants (tenant_id, subscription_id, id, credit, balance) values ($1, $2, $3, $4, $5)",
    [tenantId, subscriptionId, grant.id, storable(credit), balance],
  );
  return answer({ ...credit, balance });
}

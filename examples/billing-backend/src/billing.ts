/** The functions of the door, on a database. */
import { answer, answering } from "./answer.js";
import { closeAll, closeSubscription } from "./billing/close.js";
import { correctIn, creditIn } from "./billing/credit.js";
import { grantsIn } from "./billing/grants.js";
import { previewIn } from "./billing/preview.js";
import type { OnStep } from "./billing/steps.js";
import type { Database } from "./database/database.js";
import { outboxIn } from "./outbox/outbox.js";
import type { Billing } from "./service.js";
import { catalogsIn } from "./store/catalogs.js";
import { documentsIn } from "./store/documents.js";
import { eventsIn } from "./store/event-list.js";
import { ingest } from "./store/events.js";
import { instantIn } from "./store/rows.js";
import { customerOf, noSubscription, subscriptionsIn } from "./store/subscriptions.js";
import { apiKeysIn, tenantsIn } from "./store/tenants.js";

export function billingOn(database: Database, onStep: OnStep = () => {}): Billing {
  const { put, ...apiKeys } = apiKeysIn(database);
  const { list, ...tenants } = tenantsIn(database);
  const verbs = answering({
    preview: previewIn(database),
    close: closeIn(database, onStep),
    correct: correctIn(database, onStep),
    credit: creditIn(database, onStep),
  });
  return {
    tenants: { list, ...answering(tenants) },
    apiKeys: { ...apiKeys, ...answering({ put }) },
    catalogs: answering(catalogsIn(database)),
    subscriptions: answering(subscriptionsIn(database)),
    events: answering(eventsIn(database)),
    ingest: (tenantId, events) => ingest(database, tenantId, events),
    documents: answering(documentsIn(database)),
    ...verbs,
    grants: answering(grantsIn(database)),
    outbox: answering(outboxIn(database)),
    async ping() {
      await database.query("select 1");
    },
  };
}

function closeIn(database: Database, onStep: OnStep): Billing["close"] {
  return async (tenantId, { asOf: asked, subscriptionId } = {}) => {
    const asOf = asked === undefined ? undefined : instantIn(asked);
    if (subscriptionId === undefined) {
      const { documents, failed } = await closeAll(database, { tenantId, asOf, onStep });
      return answer({ documents, failed });
    }
    if ((await customerOf(database, tenantId, subscriptionId)) === undefined) {
      return noSubscription(subscriptionId);
    }
    const candidate = { tenantId, subscriptionId };
    const { documents, issues } = await closeSubscription(database, candidate, asOf, onStep);
    return answer({ documents, failed: issues === null ? [] : [{ subscriptionId, issues }] });
  };
}

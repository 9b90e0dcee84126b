import { type CreditNoteRequest, creditNote, isPricingError } from "rateplan";
import { answer, problem } from "../answer.js";
import type { Database } from "../database/database.js";
import type { Billing } from "../service.js";
import { documentAsked } from "../store/documents.js";
import { keyRule, storable } from "../store/rows.js";
import { noSubscription } from "../store/subscriptions.js";
import { readAccount } from "./account.js";
import { correction } from "./due.js";
import type { OnStep } from "./steps.js";
import { write } from "./write.js";

/** Late events and reversals at once, instead of with the next document. */
export function correctIn(database: Database, onStep: OnStep): Billing["correct"] {
  return (tenantId, subscriptionId) =>
    database.transaction(async (within) => {
      const account = await readAccount(within, tenantId, subscriptionId, "exclusive");
      if (account === undefined) return noSubscription(subscriptionId);
      const note = await correction(within, account);
      if (note === undefined) return answer(null);
      await write(within, account, note, { knowsUntil: note.asOf, onStep });
      // What it leaves open after the end of a subscription, the biller finds out.
      await within.query("update subscriptions set due_at = $3 where tenant_id = $1 and id = $2", [
        tenantId,
        subscriptionId,
        note.asOf,
      ]);
      return answer(note);
    });
}

/** Goodwill: once for each request, however often it is sent. */
export function creditIn(database: Database, onStep: OnStep): Billing["credit"] {
  return (tenantId, subscriptionId, { requestKey, credit }) =>
    database.transaction(async (within) => {
      const expected = keyRule(requestKey);
      if (expected !== undefined) return problem("invalid", `The key of a request is ${expected}.`);
      const account = await readAccount(within, tenantId, subscriptionId, "exclusive");
      if (account === undefined) return noSubscription(subscriptionId);
      const request = storable({ subscriptionId, credit });
      const asked = await documentAsked(within, tenantId, requestKey);
      if (asked !== undefined) {
        return asked.request === request
          ? answer(asked.document)
          : problem("conflict", `Something else was asked for under the key ${requestKey}.`);
      }
      const { subscription, products, documents, grants, asOf } = account;
      try {
        const note = creditNote({
          catalog: products,
          subscription,
          previous: documents.all,
          credits: grants,
          asOf,
          // Of unknown form: the verb reads it.
          credit: credit as CreditNoteRequest["credit"],
        });
        // It looks at no usage: what has become known since the last document is still news.
        const knowsUntil = documents.knowUntil ?? asOf;
        await write(within, account, note, {
          knowsUntil,
          asked: { key: requestKey, request },
          onStep,
        });
        return answer(note);
      } catch (error) {
        if (!isPricingError(error)) throw error;
        return problem("invalid", error.message, error.issues);
      }
    });
}

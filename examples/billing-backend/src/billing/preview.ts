import { isPricingError, upcoming } from "rateplan";
import { answer, problem } from "../answer.js";
import type { Database } from "../database/database.js";
import type { Billing } from "../service.js";
import { usageOf } from "../store/events.js";
import { instantIn } from "../store/rows.js";
import { noSubscription } from "../store/subscriptions.js";
import { newsOf, readAccount, usageIn } from "./account.js";

/** The next document as of any day, as the biller would write it then from what is known now. */
export function previewIn(database: Database): Billing["preview"] {
  return (tenantId, subscriptionId, asked) =>
    database.transaction(async (within) => {
      const account = await readAccount(within, tenantId, subscriptionId, "shared");
      if (account === undefined) return noSubscription(subscriptionId);
      const { subscription, products, documents, grants } = account;
      const asOf = asked === undefined ? account.asOf : instantIn(asked);
      const news = await newsOf(within, account);
      const usage = await usageOf(within, tenantId, usageIn(account), {
        from: subscription.startDate,
        to: "9999-01-01",
      });
      try {
        const document = upcoming({
          catalog: products,
          subscription,
          usage,
          previous: documents.all,
          credits: grants,
          asOf,
          ...(news === undefined ? {} : { rerate: { from: news } }),
        });
        return answer(document);
      } catch (error) {
        if (!isPricingError(error)) throw error;
        return problem("not-billable", error.message, error.issues);
      }
    });
}

import type { Product } from "../../catalog/product.js";
import { elementsIn } from "../../errors.js";
import { billingCycle } from "../../schema/entity-fields.js";
import { listIn, recordIn } from "../../schema/unknown-record.js";
import { type BillingCycle, sameCycle } from "../../time/billing-cycle.js";
import { MOST_DOCUMENTS } from "./read-previous.js";

/**
 * The products with the billing cycles of plans as documents have billed them: the cycle of a plan lays out the billing
 * periods, and those that are closed stay where they are. The documents are checked afterwards.
 */
export function withBilledCycles(
  products: readonly Product[],
  documents: unknown,
): readonly Product[] {
  const billed = billedCycles(documents);
  return products.map((product) => {
    const isOther = product.ratePlans.some(({ id, billingCycle: listed }) => {
      const own = billed.get(id);
      return own !== undefined && !sameCycle(own, listed);
    });
    if (!isOther) return product;
    const ratePlans = product.ratePlans.map((plan) => ({
      ...plan,
      billingCycle: billed.get(plan.id) ?? plan.billingCycle,
    }));
    return { ...product, ratePlans };
  });
}

function billedCycles(documents: unknown): ReadonlyMap<string, BillingCycle> {
  const cycles = new Map<string, BillingCycle>();
  try {
    // What is no list, or too long a one, is reported where it is read.
    for (const document of elementsIn(documents, [], "", [], MOST_DOCUMENTS) ?? []) {
      for (const part of listIn(recordIn(recordIn(document)["basis"])["parts"])) {
        for (const state of listIn(recordIn(part)["states"])) {
          const { ratePlanId, billingCycle: cycle } = recordIn(state);
          if (typeof ratePlanId !== "string" || cycles.get(ratePlanId) === cycle) continue;
          const read = billingCycle().safeParse(cycle);
          if (read.success) cycles.set(ratePlanId, read.data);
        }
      }
    }
  } catch {
    // A document that cannot be read is reported with what is wrong with it.
  }
  return cycles;
}

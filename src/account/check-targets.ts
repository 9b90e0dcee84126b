import type { DiscountTarget } from "../catalog/discount.js";
import { issueAt } from "../errors.js";
import type { Check } from "./read-list.js";

/** Reports charges that something names and that no plan of the catalog has: it would do nothing, without a word. */
export function targetCheck(
  isCharge: (id: string) => boolean,
): Check<{ readonly appliesTo?: "all" | Pick<DiscountTarget, "charges"> }> {
  return ({ appliesTo }, path, issues) => {
    const named = appliesTo === undefined || appliesTo === "all" ? [] : (appliesTo.charges ?? []);
    for (const [position, received] of named.entries()) {
      if (isCharge(received)) continue;
      const at = [...path, "appliesTo", "charges", position];
      const expected = "the id of a charge of the catalog that is not a discount";
      issues.push(issueAt("unknown_charge", at, { expected, received }));
    }
  };
}

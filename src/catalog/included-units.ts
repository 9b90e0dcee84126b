import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import { chargeModels, isModelName } from "../pricing/models/index.js";
import {
  includedUnitsSchema as ofIncludedUnits,
  rolloverSchema as ofRollover,
} from "../pricing/terms-schema.js";
import { billingCycle } from "../schema/entity-fields.js";
import {
  listIn,
  nonNegativeDecimal,
  type Report,
  recordIn,
  type UnknownRecord,
} from "../schema/fields.js";
import { schemaKit } from "../schema/kit.js";
import { isMultiple } from "../time/billing-cycle.js";

/** The schema of how long something can be used. */
export const rolloverSchema = onFirstUse(() => ofRollover(schemaKit));

/** The schema of units that cost nothing. */
export const includedUnitsSchema = onFirstUse(() =>
  z.union([nonNegativeDecimal(), ofIncludedUnits(schemaKit)]),
);

/** What a charge includes is for something that its plan sells, and what it adds up over a cycle, over some of its own. */
export function checkAllowances(plan: UnknownRecord, report: Report): void {
  const charges = listIn(plan["charges"]).map(recordIn);
  const held = new Set(charges.filter(isHeld).map((charge) => charge["id"]));
  for (const [index, charge] of charges.entries()) {
    const path = ["charges", index];
    const { per } = recordIn(charge["includedUnits"]);
    if (typeof per === "string" && per !== "" && !held.has(per)) {
      const expected = "the id of a recurring charge of this plan that prices a quantity";
      report(
        issueAt("unknown_charge", [...path, "includedUnits", "per"], { expected, received: per }),
      );
    }
    const own = billingCycle().safeParse(charge["billingCycle"] ?? plan["billingCycle"]);
    const longer = billingCycle().safeParse(charge["resetCycle"]);
    if (!own.success || !longer.success || isMultiple(longer.data, own.data)) continue;
    const expected = `a whole multiple of ${JSON.stringify(own.data)}, the cycle that the charge bills for`;
    const received = longer.data;
    report(issueAt("cycle_mismatch", [...path, "resetCycle"], { expected, received }));
  }
}

/** Whether a subscription holds a quantity of a charge. */
function isHeld(charge: UnknownRecord): boolean {
  const { model } = recordIn(charge["pricing"]);
  return (
    charge["chargeType"] === "recurring" &&
    isModelName(model) &&
    chargeModels[model].needs === "quantity"
  );
}

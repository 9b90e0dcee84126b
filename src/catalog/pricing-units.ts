import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import { pricingUnitSchema as ofPricingUnit } from "../pricing/terms-schema.js";
import { listIn, type Report, recordIn, type UnknownRecord } from "../schema/fields.js";
import { schemaKit } from "../schema/kit.js";

/** The schema of a pricing unit. */
export const pricingUnitSchema = onFirstUse(() => ofPricingUnit(schemaKit));

/** Puts the pricing units that charges name by their codes onto them. */
export function resolveUnits(plan: UnknownRecord, report: Report): UnknownRecord {
  const units = new Map<unknown, UnknownRecord>();
  for (const [index, unit] of listIn(plan["pricingUnits"]).map(recordIn).entries()) {
    const { code } = unit;
    if (typeof code === "string" && units.has(code)) {
      const expected = "another code than those before";
      report(
        issueAt("duplicate_id", ["pricingUnits", index, "code"], { expected, received: code }),
      );
    }
    units.set(code, unit);
  }
  const charges = listIn(plan["charges"]).map((charge, index) => {
    const { pricingUnit } = recordIn(charge);
    if (typeof pricingUnit !== "string") return charge;
    const unit = units.get(pricingUnit);
    if (unit !== undefined) return { ...recordIn(charge), pricingUnit: unit };
    const expected = "the code of one of the plan's pricingUnits";
    const path = ["charges", index, "pricingUnit"];
    report(issueAt("unknown_unit", path, { expected, received: pricingUnit }));
    return charge;
  });
  return Array.isArray(plan["charges"]) ? { ...plan, charges } : plan;
}

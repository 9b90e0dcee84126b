import type { ChargeType } from "../pricing/terms.js";
import type { DiscountTarget } from "./discount.js";

/** Whether a discount with this target takes something off a charge. */
export function discountTargets(
  target: "all" | DiscountTarget,
  charge: {
    readonly id: string | null;
    readonly chargeType: string;
    readonly unitOfMeasure?: string | null;
  },
): boolean {
  if (target === "all") return true;
  const { charges, chargeTypes, units } = target;
  if (charges !== undefined && !charges.some((id) => id === charge.id)) return false;
  if (chargeTypes !== undefined && !isAmong(chargeTypes, charge.chargeType)) return false;
  return units === undefined || units.some((unit) => unit === charge.unitOfMeasure);
}

function isAmong(types: readonly ChargeType[], type: string): boolean {
  return types.some((each) => each === type);
}

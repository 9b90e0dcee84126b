import type { Charge } from "./charge.js";
import { type DiscountCharge, isDiscount } from "./charge-kinds.js";
import { type TargetedBy, targetIndex, targetOf } from "./discount.js";
import type { RatePlan } from "./rate-plan.js";

/** The charges of a plan, to be found without looking at all of them. */
export interface PlanIndex {
  readonly byId: ReadonlyMap<string, Charge>;
  readonly discounts: readonly DiscountCharge[];
  /** The discounts that a charge has at some of their prices. */
  readonly discountsOn: TargetedBy<DiscountCharge>;
}

const indexes = new WeakMap<RatePlan, PlanIndex>();

/** The index of a plan, made once. */
export function planIndex(plan: RatePlan): PlanIndex {
  const known = indexes.get(plan);
  if (known !== undefined) return known;
  const discounts = plan.charges.filter(isDiscount);
  const index: PlanIndex = {
    byId: new Map(plan.charges.map((charge) => [charge.id, charge])),
    discounts,
    discountsOn: targetIndex(discounts, (discount) => [
      targetOf(discount),
      ...(discount.revisions ?? []).flatMap(({ pricing }) =>
        pricing.model === "discount" ? targetOf({ ...discount, pricing }) : [],
      ),
    ]),
  };
  indexes.set(plan, index);
  return index;
}

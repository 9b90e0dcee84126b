import { modelOf, type PricingFor } from "../pricing/models/index.js";
import type { IncludedUnits } from "../pricing/terms.js";
import type { Charge, OneTimeCharge, RecurringCharge, UsageCharge } from "./charge.js";
import type { DiscountPricing } from "./discount.js";

/** A charge that a charge model prices. */
export type RatedCharge =
  | (OneTimeCharge & { readonly pricing: PricingFor<"one-time"> })
  | (RecurringCharge & { readonly pricing: PricingFor<"recurring"> })
  | (UsageCharge & { readonly pricing: PricingFor<"usage"> });

/** A charge that the invoice pipeline takes off others. */
export type DiscountCharge = Charge & { readonly pricing: DiscountPricing };

/** Whether a charge model prices the charge. */
export function isRated(charge: Charge): charge is RatedCharge {
  return charge.pricing.model !== "discount";
}

/** Whether the charge is a discount. */
export function isDiscount(charge: Charge): charge is DiscountCharge {
  return charge.pricing.model === "discount";
}

/** Whether the charge's model prices a quantity. */
export function pricesQuantity(charge: Charge): charge is RatedCharge {
  return isRated(charge) && modelOf(charge.pricing).needs === "quantity";
}

/** Whether the charge's model prices usage at all: a quantity, values or groups. */
export function pricesUsage(charge: Charge): charge is RatedCharge {
  return isRated(charge) && modelOf(charge.pricing).needs !== "nothing";
}

/** Whether the charge bills a quantity that a subscription holds: seats, not usage. */
export function billsSubscriptionQuantity(charge: Charge): boolean {
  return charge.chargeType === "recurring" && pricesQuantity(charge);
}

/** Whether the charge bills the highest of such quantities in a cycle. */
export function billsHighest(charge: Charge): charge is RecurringCharge {
  return charge.chargeType === "recurring" && charge.quantityBilling === "high-water-mark";
}

/** Whether usage is drawn from the charge's fee. */
export function isPrepaid(charge: Charge): boolean {
  return charge.chargeType === "recurring" && charge.drawdown !== undefined;
}

/** Whether the charge prices what was used. */
export function isUsageCharge(charge: Charge): charge is UsageCharge {
  return charge.chargeType === "usage" && isRated(charge);
}

/** What a charge says of the units that it includes, beyond their number. */
export function includedBy({ includedUnits }: Pick<UsageCharge, "includedUnits">): IncludedUnits {
  if (includedUnits === undefined) return { units: "0" };
  return typeof includedUnits === "string" ? { units: includedUnits } : includedUnits;
}

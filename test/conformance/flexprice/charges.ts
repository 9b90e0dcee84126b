import {
  type PricingInputFor,
  type ProductInput,
  type Rating,
  rate,
  type Tier,
  type TieredPricing,
  type UsageChargeInput,
  type VolumePricing,
} from "rateplan";
import { choice, type Json, list, optionalText, text } from "../vector.js";

/** Amounts before they are rounded to a currency, as the engine's price service returns them. */
export const EXACT = { currencies: { EXACT: 12 } };

/** A usage charge of one unit, in exact amounts. */
export function usageCharge(
  pricing: PricingInputFor<"usage">,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return {
    id: "usage",
    name: "Usage",
    chargeType: "usage",
    unitOfMeasure: "unit",
    currency: "EXACT",
    ...more,
    pricing,
  };
}

/** The exact price of a quantity. */
export function priced(pricing: PricingInputFor<"usage">, quantity: string): Rating {
  return rate(usageCharge(pricing), quantity, EXACT);
}

/** The engine's FLAT_FEE: a price for each unit. */
export function perUnitPricing(price: Json) {
  return { model: "per-unit", unitPrice: text(price, "amount") } as const;
}

/** A price for each package of units, whose parts round up where nothing else is said. */
export function packagePricing(price: Json) {
  return {
    model: "package",
    size: text(price, "packageSize"),
    price: text(price, "amount"),
    rounding: choice<"up" | "down">(price, "round", { up: "up", down: "down" }, "up"),
  } as const;
}

/** VOLUME prices all units in the tier reached; above a bounded last tier, that one. */
export function volumePricing(price: Json): VolumePricing {
  const tiers = readTiers(price);
  const open = tiers.at(-1)?.upTo === undefined;
  return { model: "volume", tiers, ...(open ? {} : { overflow: "last-tier" }) };
}

/** SLAB prices each unit in its own tier; above a bounded last tier units are free, which is said here. */
export function slabPricing(price: Json): TieredPricing {
  const tiers = readTiers(price);
  const open = tiers.at(-1)?.upTo === undefined;
  return { model: "tiered", tiers: open ? tiers : [...tiers, { unitPrice: "0" }] };
}

function readTiers(price: Json): readonly Tier[] {
  return list(price, "tiers").map((tier) => {
    const upTo = optionalText(tier, "upTo");
    const flatFee = optionalText(tier, "flatAmount");
    return {
      ...(upTo === undefined ? {} : { upTo }),
      unitPrice: text(tier, "unitAmount"),
      ...(flatFee === undefined ? {} : { flatFee }),
    };
  });
}

/** A product that has always been there. */
export function catalogOf(ratePlans: ProductInput["ratePlans"]): ProductInput {
  return {
    id: "product",
    name: "Product",
    agentType: "service",
    effectiveDate: "1900-01-01",
    ratePlans,
  };
}

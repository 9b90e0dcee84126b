import {
  type ChargeInput,
  compareAmounts,
  type PricingInputFor,
  type RatePlanInput,
  type Tier,
  type UsageChargeInput,
} from "rateplan";
import { choice, field, type Json, list, optionalText, record, text } from "../vector.js";

/** What one run of the engine rates. */
export interface Terms {
  readonly currency: string;
  readonly price: Json;
  /** Percent off every detailed line. */
  readonly percentage: string | undefined;
  /** Units that a usage discount takes off before the price sees the quantity. */
  readonly freeUnits: string | undefined;
  /** Whether the run closes the period: only then is the minimum billed. */
  readonly closing: boolean;
}

/** What a charge counts; every feature of the engine is a unit of its own. */
export const UNIT = "feature";

/** The terms that a vector's input states. */
export function termsOf(input: Json, closing: boolean): Terms {
  const discounts = field(input, "discounts");
  return {
    currency: text(input, "currency"),
    price: record(input, "price"),
    percentage: optionalText(discounts, "percentage"),
    freeUnits: optionalText(discounts, "usageQuantity"),
    closing,
  };
}

export function isFlat(price: Json): boolean {
  return text(price, "type") === "flat";
}

export function isVolume(price: Json): boolean {
  return choice(price, "mode", { volume: true, graduated: false }, false);
}

/** A price of the engine as a charge. Flat prices know neither commitments nor free units. */
export function chargeOf(
  id: string,
  { price, freeUnits, closing }: Pick<Terms, "price" | "freeUnits" | "closing">,
): ChargeInput {
  if (isFlat(price)) return flatCharge(id, text(price, "amount"));
  const minimum = closing ? optionalText(price, "minimumAmount") : undefined;
  const maximum = optionalText(price, "maximumAmount");
  return {
    ...usageCharge(id, usagePricing(price)),
    ...(freeUnits === undefined ? {} : { includedUnits: freeUnits }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

export function usageCharge(id: string, pricing: PricingInputFor<"usage">): UsageChargeInput {
  return { id, name: id, chargeType: "usage", unitOfMeasure: UNIT, pricing };
}

export function flatCharge(id: string, amount: string): ChargeInput {
  return { id, name: id, chargeType: "recurring", pricing: { model: "flat", amount } };
}

/** A plan of these charges, and of a percentage off all of them. */
export function planOf(
  currency: string,
  charges: readonly ChargeInput[],
  percentage?: string,
): RatePlanInput {
  const discount: ChargeInput = {
    id: "discount",
    name: "discount",
    chargeType: "recurring",
    pricing: { model: "discount", percent: percentage ?? "0", appliesTo: "all" },
  };
  return {
    id: "plan",
    name: "plan",
    currency,
    billingCycle: "monthly",
    effectiveDate: "2021-01-01",
    charges: percentage === undefined ? charges : [...charges, discount],
  };
}

function usagePricing(price: Json): PricingInputFor<"usage"> {
  const type = text(price, "type");
  switch (type) {
    case "unit":
      return { model: "per-unit", unitPrice: text(price, "amount") };
    case "dynamic":
      return { model: "per-unit", unitPrice: text(price, "multiplier") };
    case "package": {
      const size = text(price, "quantityPerPackage");
      return { model: "package", size, price: text(price, "amount") };
    }
    case "tiered":
      return {
        model: isVolume(price) ? "volume" : "tiered",
        tiers: sortedTiers(price).map((tier) => ({ ...bound(tier), ...tierPrices(tier) })),
        flatFeeAtZero: true,
      };
    default:
      throw new Error(`expected a type of price, got ${type}`);
  }
}

/** Tiers by their bounds, the open one last: the engine takes them in any order. */
export function sortedTiers(price: Json): readonly Json[] {
  const tiers = list(price, "tiers");
  const open = tiers.filter((tier) => optionalText(tier, "upTo") === undefined);
  const bounded = tiers.filter((tier) => optionalText(tier, "upTo") !== undefined);
  return [...bounded.toSorted((a, b) => compareAmounts(text(a, "upTo"), text(b, "upTo"))), ...open];
}

/** A tier's upper bound, as the library writes it. */
export function bound(tier: Json): { readonly upTo?: string } {
  const upTo = optionalText(tier, "upTo");
  return upTo === undefined ? {} : { upTo };
}

/** A tier's prices: for each unit, for the tier as a whole, or both. */
function tierPrices(tier: Json): Pick<Tier, "unitPrice" | "flatFee"> {
  const unitPrice = optionalText(tier, "unitPrice");
  const flatFee = optionalText(tier, "flatPrice");
  return {
    ...(unitPrice === undefined ? {} : { unitPrice }),
    ...(flatFee === undefined ? {} : { flatFee }),
  };
}

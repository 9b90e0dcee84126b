import {
  compareAmounts,
  type PricingInputFor,
  rate,
  sumAmounts,
  type Tier,
  type UsageChargeInput,
} from "rateplan";
import { type Json, list, optionalText, text } from "../vector.js";

/** Autumn's line amounts have ten decimals; Stripe rounds them to cents. */
export const TEN_DECIMALS = { currencies: { AMOUNT: 10 } };

/** A usage charge of one unit, in the engine's line amounts. */
export function usageCharge(
  pricing: PricingInputFor<"usage">,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return {
    id: "usage",
    name: "Usage",
    chargeType: "usage",
    unitOfMeasure: "unit",
    currency: "AMOUNT",
    ...more,
    pricing,
  };
}

/** Tiers whose amounts are for a block of units. */
export interface BlockPrices {
  readonly model: "tiered" | "volume";
  /** Units in a block. */
  readonly billingUnits: string;
  readonly tiers: readonly Json[];
  /** Units that cost nothing as long as no more are used. */
  readonly allowance: string;
}

export function readPrices(
  input: Json,
  model: BlockPrices["model"],
  allowanceField = "allowance",
): BlockPrices {
  return {
    model,
    billingUnits: optionalText(input, "billingUnits") ?? "1",
    tiers: list(input, "tiers"),
    allowance: optionalText(input, allowanceField) ?? "0",
  };
}

/**
 * What a quantity, rounded up to whole blocks, would cost if its tiers' amounts were for each unit. Prices have no
 * "for so many units", and a block's amount divided by them need not be finite, so {@link perBlock} divides the whole.
 */
export function amountForUnits(
  prices: BlockPrices,
  quantity: string,
  negativeUsage: "zero" | "allow" = "zero",
): string {
  const { pricing, quantityRounding } = unitPrices(prices);
  const charge = usageCharge(pricing, { quantityRounding });
  return rate(charge, quantity, { ...TEN_DECIMALS, negativeUsage }).exactAmount;
}

/** The tiers as if their amounts were for each unit, and the rounding up to whole blocks. */
export function unitPrices({ model, billingUnits, tiers, allowance }: BlockPrices) {
  const free = compareAmounts(allowance, "0") === 0 ? [] : [{ upTo: allowance, unitPrice: "0" }];
  return {
    pricing: { model, tiers: [...free, ...tiers.map((tier) => paidTier(tier, allowance))] },
    quantityRounding: { mode: "up", increment: billingUnits },
  } as const;
}

/** The charge that makes an amount for units one for blocks. */
export function perBlock({ billingUnits }: BlockPrices): UsageChargeInput {
  return usageCharge({ model: "package", size: billingUnits, price: "1", rounding: "exact" });
}

/** A tier above the allowance, which moves its bound up. */
function paidTier(tier: Json, allowance: string): Tier {
  const bound = optionalText(tier, "upTo");
  const unitPrice = text(tier, "amount");
  return bound === undefined || bound === "inf" || bound === "-1"
    ? { unitPrice }
    : { upTo: sumAmounts([bound, allowance]), unitPrice };
}

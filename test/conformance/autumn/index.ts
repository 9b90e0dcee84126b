import {
  type RatePlanInput,
  type RecurringChargeInput,
  rate,
  rateAmount,
  safeParseCharge,
  simulate,
} from "rateplan";
import type { Adapter, Check, Translation, Translations } from "../adapter.js";
import { field, flag, list, optionalText, text, type Vector } from "../vector.js";
import { anchorResetRefund, quantityChange } from "./changes.js";
import {
  amountForUnits,
  type BlockPrices,
  perBlock,
  readPrices,
  TEN_DECIMALS,
  usageCharge,
} from "./charges.js";
import { cycleEnd, cycleStart } from "./cycles.js";
import { unread } from "./unread.js";

const translations: Translations = {
  graduated: { area: "pricing", run: tiersBy("tiered") },
  volume: { area: "pricing", run: tiersBy("volume") },
  "invoice: base + volume": { area: "pricing", run: baseAndVolume },
  "token cost with markup": { area: "pricing", run: tokenCost },

  "quantity change delta (volume vs graduated)": { area: "changes", run: quantityChange },
  "anchor-reset-refund": { area: "changes", run: anchorResetRefund },
  "cycle-end": { area: "calendar", run: cycleEnd },
  "cycle-start": { area: "calendar", run: cycleStart },
};

/** Autumn: graduated and volume tiers in blocks of units, token prices, cycles, changes. */
export const autumn: Adapter = { translations, unread };

function tiersBy(model: BlockPrices["model"]): Translation["run"] {
  return ({ input, expected }) => {
    if (flag(expected, "error")) return refused(model, input);
    const prices = readPrices(input, model);
    const negativeUsage = flag(input, "allowNegative") ? "allow" : "zero";
    const forUnits = amountForUnits(prices, text(input, "quantity"), negativeUsage);
    const actual = rateAmount(perBlock(prices), forUnits, { ...TEN_DECIMALS, negativeUsage });
    return [{ what: "amount", expected: text(expected, "amount"), actual }];
  };
}

/** What the engine throws on, our parser refuses: a price list that is none. */
function refused(model: BlockPrices["model"], input: Vector["input"]): readonly Check[] {
  const tiers = field(input, "tiers") ?? null;
  const { ok } = safeParseCharge({
    ...usageCharge({ model, tiers: [] }),
    pricing: { model, tiers },
  });
  return [{ what: "accepted", expected: false, actual: ok }];
}

/** A plan of a base price and a quantity bought in advance, for one period. */
function baseAndVolume({ input, expected }: Vector): readonly Check[] {
  const prices = readPrices(input, "volume", "included");
  const charge = perBlock(prices);
  const base: RecurringChargeInput = {
    id: "base",
    name: "Base",
    chargeType: "recurring",
    currency: "AMOUNT",
    pricing: { model: "flat", amount: text(input, "base") },
  };
  const plan: RatePlanInput = {
    id: "plan",
    name: "Plan",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [base, charge],
  };
  const forUnits = amountForUnits(prices, text(input, "quantity"));
  const { amount } = simulate(plan, { [charge.id]: forUnits }, { policy: TEN_DECIMALS });
  const volume = optionalText(expected, "volume");
  return [
    { what: "total", expected: text(expected, "total"), actual: amount },
    ...(volume === undefined
      ? []
      : [{ what: "volume", expected: volume, actual: rateAmount(charge, forUnits, TEN_DECIMALS) }]),
  ];
}

/** Input and output tokens at prices per million; then the cost as a value of its own, with a markup. */
function tokenCost({ input, expected }: Vector): readonly Check[] {
  const plan: RatePlanInput = {
    id: "tokens",
    name: "Tokens",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [
      tokenCharge("input", text(input, "inputPricePerMillion")),
      tokenCharge("output", text(input, "outputPricePerMillion")),
    ],
  };
  const usage = { input: text(input, "inputTokens"), output: text(input, "outputTokens") };
  const { amount: base } = simulate(plan, usage, { policy: TEN_DECIMALS });
  const [model, provider] = list(input, "markups").map((ratio) => marked(base, String(ratio)));
  return [
    { what: "base", expected: text(expected, "base"), actual: base },
    { what: "model markup", expected: text(expected, "withModelMarkup"), actual: model },
    { what: "provider markup", expected: text(expected, "withProviderMarkup"), actual: provider },
  ];
}

function tokenCharge(id: string, price: string) {
  return usageCharge({ model: "package", size: "1000000", price, rounding: "exact" }, { id });
}

/** A value with its markup. The engine's markups are ratios, ours percentages: so many hundreds. */
function marked(value: string, ratio: string): string {
  const hundreds = usageCharge({ model: "per-unit", unitPrice: "100" });
  const { exactAmount: markup } = rate(hundreds, ratio, TEN_DECIMALS);
  return rateAmount(usageCharge({ model: "pre-rated", markup }), value, TEN_DECIMALS);
}

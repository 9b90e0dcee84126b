import { type ChargeInput, rate, rateAmount, sumAmounts } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { type Json, list, optionalText, record, text, type Vector } from "../vector.js";
import { bill } from "./bill.js";
import { bound, sortedTiers, termsOf, usageCharge } from "./price.js";

/** What a quantity costs under graduated tiers. */
export const graduatedTotal: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const { amount } = bill(termsOf(input, true), text(input, "quantity"));
    return [{ what: "amount", expected: text(expected, "amount"), actual: amount }];
  },
};

/** The tiers that the units between two quantities fall in. */
export const graduatedRange: Translation = { area: "pricing", run: rateRange };

function rateRange({ input, expected }: Vector): readonly Check[] {
  const [from, to] = [text(input, "fromExclusive"), text(input, "toInclusive")];
  const terms = termsOf(input, true);
  const { currency, price } = terms;
  const charge = { ...tieredCharge(price), currency };
  const before = rate(charge, from);
  const after = rate(charge, to);
  const total = optionalText(expected, "totalUpTo");
  const perTier = list(expected, "perTier").flatMap((entry): readonly Check[] => {
    const index = Number(text(entry, "tier")) - 1;
    // Units of a tier up to `from`, and those of the range, are its units up to `to`.
    const filled = before.tiers[index]?.quantity ?? "0";
    const start = text(entry, "atTierBoundary") === "true" ? lowerBound(price, index) : from;
    return [
      {
        what: `quantity in tier ${index + 1}`,
        expected: sumAmounts([filled, text(entry, "quantity")]),
        actual: after.tiers[index]?.quantity ?? "0",
      },
      {
        what: `billed before tier ${index + 1}`,
        expected: text(entry, "previousTotalAmount"),
        actual: rateAmount(charge, start),
      },
    ];
  });
  return total === undefined
    ? perTier
    : [...perTier, { what: "total", expected: total, actual: bill(terms, to).amount }];
}

/** The same tiers, but that nothing costs nothing: before the first unit nothing is billed yet. */
function tieredCharge(price: Json): ChargeInput {
  return usageCharge("tiered", {
    model: "tiered",
    tiers: sortedTiers(price).map((tier) => ({
      ...bound(tier),
      unitPrice: optionalText(tier, "unitPrice") ?? "0",
      flatFee: optionalText(tier, "flatPrice") ?? "0",
    })),
  });
}

function lowerBound(price: Json, index: number): string {
  return index === 0 ? "0" : text(sortedTiers(price)[index - 1], "upTo");
}

/** Which tier a quantity reaches: each tier costs its own number. */
export const tierLookup: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const charge = usageCharge("lookup", {
      model: "volume",
      tiers: sortedTiers(record(input, "price")).map((tier, index) => ({
        ...bound(tier),
        flatFee: index + 1,
      })),
      flatFeeAtZero: true,
    });
    const currency = text(input, "currency");
    const actual = rateAmount({ ...charge, currency }, text(input, "quantity"));
    return [{ what: "tier", expected: text(expected, "tier"), actual }];
  },
};

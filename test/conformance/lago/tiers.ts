import { compareAmounts, type Rating, rate, sumAmounts, type TierUse } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { replaced } from "../reading.js";
import {
  field,
  flag,
  type Json,
  type JsonObject,
  list,
  optionalText,
  record,
  text,
} from "../vector.js";
import { isZero, lagoCharge, POLICY, withoutFlatFees } from "./charges.js";

/** What each tier holds and costs. A tier that holds and costs nothing is not in our breakdown. */
export function tierChecks(
  rating: Rating,
  unitsAlone: () => Rating,
  expected: Json,
): readonly Check[] {
  if (field(expected, "perTier") === undefined) return [];
  const stated = list(expected, "perTier").filter(
    (tier) => !isZero(text(tier, "units")) || !isZero(text(tier, "totalWithFlatAmount")),
  );
  const { tiers } = unitsAlone();
  return [
    { what: "number of tiers", expected: stated.length, actual: rating.tiers.length },
    ...stated.flatMap((tier, index) => {
      const use = rating.tiers[index];
      return use === undefined ? [] : tierUseChecks(use, tiers[index], tier, `tier ${index}: `);
    }),
  ];
}

/** One tier: its units, what they cost, and that with the flat fee. */
function tierUseChecks(
  use: TierUse,
  unitsAlone: TierUse | undefined,
  stated: Json,
  where: string,
): readonly Check[] {
  const checks: Check[] = [];
  const compare = (what: string, actual: string | null) => {
    const value = field(stated, what);
    if (value !== undefined) checks.push({ what: where + what, expected: value, actual });
  };
  compare("toValue", use.upTo);
  compare("units", use.quantity);
  compare("flatUnitAmount", use.flatFee ?? "0");
  compare("perUnitTotalAmount", unitsAlone?.amount ?? "0");
  compare("totalWithFlatAmount", use.amount);
  // Without units, Lago shows a price of 0.
  if (!isZero(use.quantity)) compare("perUnitAmount", use.unitPrice);
  const percent = optionalText(stated, "rate");
  if (percent === undefined) return checks;
  return [
    ...checks,
    { what: `${where}rate`, expected: inPercent(percent), actual: use.unitPrice ?? undefined },
  ];
}

/** A percentage as the price of a unit of money: another notation, no calculation. */
function inPercent(percent: string): string {
  return `${percent}e-2`;
}

/** One range by itself, as Lago prices it: a tier above units that cost nothing. */
export function rangeOf(model: "graduated" | "graduated_percentage"): Translation {
  return {
    area: "pricing",
    run({ input, expected }) {
      const range = record(input, "range");
      const lower = lowerBound(input, range);
      const properties = tableAround(model, range, lower);
      const total = text(input, "totalUnits");
      const tierIn = (terms: JsonObject) =>
        rate(lagoCharge(model, terms), total, POLICY).tiers.find(
          (tier) => compareAmounts(tier.from, lower) === 0,
        );
      const [use, unitsAlone] = [tierIn(properties), tierIn(withoutFlatFees(properties))];
      return tierUseChecks(use ?? NOTHING, unitsAlone, expected, "");
    },
  };
}

const NOTHING: TierUse = {
  from: "0",
  upTo: null,
  quantity: "0",
  unitPrice: null,
  flatFee: null,
  amount: "0",
};

/** Where the range begins: at its first value when the ranges touch, below it when they step by one. */
function lowerBound(input: JsonObject, range: JsonObject): string {
  const from = text(range, "fromValue");
  const touches = flag(input, "adjacentBounds");
  return isZero(from) || touches ? from : sumAmounts([from, "-1"]);
}

function tableAround(
  model: "graduated" | "graduated_percentage",
  range: JsonObject,
  lower: string,
): JsonObject {
  const free = { perUnitAmount: "0", rate: "0", flatAmount: "0" };
  const end = optionalText(range, "toValue");
  const ranges: readonly JsonObject[] = [
    ...(isZero(lower) ? [] : [{ ...free, fromValue: "0", toValue: lower }]),
    replaced(range, { fromValue: lower }),
    ...(end === undefined ? [] : [{ ...free, fromValue: end, toValue: null }]),
  ];
  return model === "graduated"
    ? { graduatedRanges: ranges }
    : { graduatedPercentageRanges: ranges };
}

import { simulate } from "rateplan";
import type { Check } from "../adapter.js";
import { field, optionalText, text, type Vector } from "../vector.js";

/** A range that stands for any, where the case names none. */
const ANY_RANGE = { from: "2025-10-11", through: "2025-12-11" };

/**
 * What a screen shows of a range of days, both ends included: how many buckets, and the margin of all of them. Revenue and cost are
 * those of one unit.
 */
export function screen({ input, expected, tolerance = "0" }: Vector): readonly Check[] {
  const [from, through] = [optionalText(input, "from"), optionalText(input, "to")];
  const { buckets, total } = simulate(
    {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: optionalText(input, "currency") ?? "USD",
      pricing: { model: "per-unit", unitPrice: optionalText(input, "revenue") ?? "1" },
    },
    1,
    {
      range: from === undefined || through === undefined ? ANY_RANGE : { from, through },
      costs: { unit: optionalText(input, "cost") ?? "0" },
    },
  );
  const percent = (Number(total.marginRate) * 100).toFixed(2);
  const shown: Readonly<Record<string, string>> = {
    buckets: `${buckets.length}`,
    margin: total.margin,
    revenueMinusCost: total.margin,
    marginPercent: percent,
  };
  const exact = Object.entries(shown).flatMap(([what, actual]) => {
    const stated = optionalText(expected, what);
    return stated === undefined ? [] : [{ what, expected: stated, actual }];
  });
  if (field(expected, "marginPercentApprox") === undefined) return exact;
  // Read off a picture, to so many points.
  const off = Math.abs(Number(percent) - Number(text(expected, "marginPercentApprox")));
  return [...exact, { what: "margin, measured", expected: true, actual: off <= Number(tolerance) }];
}

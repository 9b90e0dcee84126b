import { compareAmounts, type Rating, rate, sumAmounts } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { list, text, type Vector } from "../vector.js";
import { usageCharge } from "./price.js";

// Free units of a period are used up by its parts one after the other: what the parts before and this part bill are
// together what the whole quantity so far bills.

/** A part of a period, and what was metered before it. */
export const usageDiscount: Translation = { area: "discounts", run: discountPart };

function discountPart({ input, expected }: Vector): readonly Check[] {
  const free = text(input, "discountQuantity");
  const before = text(input, "preLinePeriodQuantity");
  const upToHere = sumAmounts([before, text(input, "quantity")]);
  const statedBefore = text(expected, "preLinePeriodQuantity");
  const applied = text(expected, "appliedQuantity");
  const whole = billedUnits(upToHere, free);
  return [
    { what: "quantity before", expected: statedBefore, actual: billedUnits(before, free).quantity },
    {
      what: "quantity up to here",
      expected: sumAmounts([statedBefore, text(expected, "quantity")]),
      actual: whole.quantity,
    },
    // A part that uses none up does not say what the parts before did.
    ...(compareAmounts(applied, "0") === 0
      ? []
      : [
          freeCheck("up to here", [applied, text(expected, "appliedPreLinePeriodQuantity")], whole),
        ]),
  ];
}

/** All parts of a period. */
export const usageDiscountByParts: Translation = { area: "discounts", run: discountParts };

function discountParts({ input, expected }: Vector): readonly Check[] {
  const free = text(input, "discountQuantity");
  const metered = list(input, "splits").map((split) => text(split, "meteredQuantity"));
  const parts = list(expected, "splits");
  return metered.flatMap((_, index) => {
    const upToHere = parts.slice(0, index + 1);
    const actual = billedUnits(sumAmounts(metered.slice(0, index + 1)), free);
    const of = `up to part ${index + 1}`;
    const billed = sumAmounts(upToHere.map((part) => text(part, "quantity")));
    const applied = upToHere.map((part) => text(part, "discountQuantity"));
    return [
      { what: `quantity ${of}`, expected: billed, actual: actual.quantity },
      freeCheck(of, applied, actual),
    ];
  });
}

/** Theirs have no sign and ours have one: together they are nothing. */
function freeCheck(of: string, applied: readonly string[], { steps }: Rating): Check {
  const free = steps.filter(({ kind }) => kind === "included-units").map(({ value }) => value);
  return {
    what: `free units ${of}, theirs less ours`,
    expected: "0",
    actual: sumAmounts([...applied, ...free]),
  };
}

function billedUnits(quantity: string, includedUnits: string): Rating {
  const charge = usageCharge("units", { model: "per-unit", unitPrice: "1" });
  return rate({ ...charge, currency: "USD", includedUnits }, quantity);
}

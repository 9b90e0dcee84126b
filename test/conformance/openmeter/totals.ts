import { sumAmounts } from "rateplan";
import type { Check } from "../adapter.js";
import { field, type Json, optionalText } from "../vector.js";
import type { Amounts } from "./bill.js";

/** What the engine states of a line, or of several together. A total that it leaves out is 0. */
export interface Totals {
  readonly amount: string;
  readonly discounts: string;
  readonly charges: string;
  readonly total: string;
}

export function totalsOf(stated: Json | undefined): Totals {
  const of = (key: string) => optionalText(stated, key) ?? "0";
  return {
    amount: of("amount"),
    discounts: of("discountsTotal"),
    charges: of("chargesTotal"),
    total: of("total"),
  };
}

export function totalsOfLines(lines: readonly Json[]): Totals {
  return sumTotals(lines.map((line) => totalsOf(field(line, "totals"))));
}

export function sumTotals(totals: readonly Totals[]): Totals {
  const sum = (key: keyof Totals) => sumAmounts(totals.map((each) => each[key]));
  return {
    amount: sum("amount"),
    discounts: sum("discounts"),
    charges: sum("charges"),
    total: sum("total"),
  };
}

/** Nothing billed. */
export const NOTHING: Amounts = {
  amount: "0",
  percentage: "0",
  maximum: "0",
  charges: "0",
  total: "0",
};

/**
 * What the engine states, on top of what was billed before, is what the library bills. Discounts have no sign with the
 * engine and one with us: theirs and ours together leave what was taken off before.
 */
export function totalChecks(
  of: string,
  stated: Totals,
  actual: Amounts,
  before: Amounts = NOTHING,
): readonly Check[] {
  const onTop = (key: "amount" | "charges" | "total") => ({
    what: `${of} ${key}`,
    expected: sumAmounts([before[key], stated[key]]),
    actual: actual[key],
  });
  return [
    onTop("amount"),
    onTop("charges"),
    onTop("total"),
    {
      what: `${of} discounts, theirs less ours`,
      expected: sumAmounts([before.percentage, before.maximum]),
      actual: sumAmounts([stated.discounts, actual.percentage, actual.maximum]),
    },
  ];
}

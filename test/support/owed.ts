/** What is owed on a document, and what grants were asked to pay of it. */
import type { PricedLine } from "../../src/invoice/document/priced-line.js";
import type { EarlierUse } from "../../src/invoice/steps/credit-returns.js";
import type { BilledUsage, OwedAmount, Taken } from "../../src/invoice/steps/owed-amounts.js";
import { exact } from "../../src/money/decimal.js";
import { type Fraction, formatExact, ZERO } from "../../src/money/fraction.js";
import { JUNE, keyOf, lineOf } from "./step-input.js";

/** An amount under a key of its own, which remembers what was paid. */
export function owedAmount(
  left: string,
  more: Partial<Pick<OwedAmount, "line" | "usage">> = {},
): OwedAmount & { readonly paid: readonly string[] } {
  const paid: string[] = [];
  return {
    key: keyOf("usage", "calls"),
    period: JUNE,
    line: undefined,
    left: exact(left),
    usage: undefined,
    ...more,
    paid,
    pay: (unit, taken) => void paid.push(`${unit} ${written(taken)}`),
  };
}

/** Usage of ten calls at 1 each, all of which is owed for. */
export function usageOf(
  more: Partial<BilledUsage> = {},
  line: Partial<PricedLine> = {},
): BilledUsage {
  const priceOf = (quantity: Fraction) => quantity;
  const facts = { quantity: exact("10"), unitOfMeasure: "call", priceOf };
  return {
    line: lineOf(keyOf("usage", "calls"), "10", { ...facts, ...line }),
    owed: exact("10"),
    paid: ZERO,
    units: ZERO,
    uses: [],
    freeElsewhere: ZERO,
    ...more,
  };
}

/** What a grant has paid of it, by an earlier document. */
export function useOf(grantId: string, amount: string, quantity: string): EarlierUse {
  const key = keyOf("usage", "calls");
  return {
    grantId,
    unit: "call",
    name: grantId,
    key,
    amount: exact(amount),
    quantity: exact(quantity),
  };
}

export function written({ amount, quantity }: Omit<Taken, "key">): string {
  return `${formatExact(amount)} for ${formatExact(quantity)}`;
}

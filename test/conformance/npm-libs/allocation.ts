import {
  compareAmounts,
  type RatePlanInput,
  type Simulation,
  simulate,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { field, list, text, type Vector } from "../vector.js";

/** How far apart lines and what is allocated over them are, so that a discount never uses up a line. */
const FAR_ABOVE_ANY_TOTAL = "1e15";

/**
 * Checks that `parts` is the allocation of `total` by `weights`, in both ways in which the library allocates: the
 * shares of a fixed discount over lines of these weights, and rated lines that are rounded together. A discount takes
 * off, so its shares are the parts with the opposite sign; a negative total is what only a discount comes to.
 */
export function allocationChecks(
  total: string,
  weights: readonly string[],
  decimals: number,
  parts: readonly string[],
): readonly Check[] {
  const allocated = allocate(total, weights, decimals);
  const check = { what: "parts", expected: parts, actual: allocated.slice(0, parts.length) };
  if (total.startsWith("-")) return [check];
  const shares = discountShares(total, weights, decimals);
  const negated = parts.map((part) => `-${part}`);
  return [
    check,
    { what: "shares of a discount", expected: negated, actual: shares.slice(0, parts.length) },
  ];
}

function allocate(total: string, weights: readonly string[], decimals: number): readonly string[] {
  return total.startsWith("-")
    ? discountShares(total.slice(1), weights, decimals)
    : linesRoundedTogether(total, weights, decimals).map(({ amount }) => amount);
}

/** What a discount of `total` takes off each of several lines: 0 or less. */
function discountShares(total: string, weights: readonly string[], decimals: number): string[] {
  const charges = weights.map((_, index) => ({
    id: `part-${index}`,
    name: "part",
    chargeType: "recurring" as const,
    unitOfMeasure: "weight",
    pricing: { model: "per-unit" as const, unitPrice: FAR_ABOVE_ANY_TOTAL },
  }));
  const discount = {
    id: "total",
    name: "total",
    chargeType: "recurring" as const,
    pricing: { model: "discount" as const, amount: total },
  };
  const { lines } = simulate(
    planOf([...charges, discount]),
    {},
    {
      quantities: Object.fromEntries(weights.map((weight, index) => [`part-${index}`, weight])),
      policy: { currencies: { PARTS: decimals } },
    },
  );
  const taken = lines.flatMap((line) => line.appliedTo);
  return charges.map(({ id }) => {
    const line = lines.find(({ chargeId }) => chargeId === id);
    return taken.find(({ key }) => key === line?.key)?.amount ?? "0";
  });
}

/** `total` in as many lines, each its weight of it, rounded together. */
function linesRoundedTogether(
  total: string,
  weights: readonly string[],
  decimals: number,
): Simulation["lines"] {
  const charges = weights.map((_, index) => ({
    id: `part-${index}`,
    name: "part",
    chargeType: "recurring" as const,
    unitOfMeasure: "weight",
    // The whole is a package of all weights; a line is its part of one.
    pricing: {
      model: "package" as const,
      size: sumAmounts(weights),
      price: total,
      rounding: "exact" as const,
    },
  }));
  return simulate(
    planOf(charges),
    {},
    {
      quantities: Object.fromEntries(weights.map((weight, index) => [`part-${index}`, weight])),
      policy: {
        currencies: { PARTS: decimals },
        rounding: { scope: "invoice" },
        zeroLines: true,
      },
    },
  ).lines;
}

function planOf(charges: RatePlanInput["charges"]): RatePlanInput {
  return {
    id: "plan",
    name: "plan",
    currency: "PARTS",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges,
  };
}

/** Vendure: largest remainder, ties to the earlier part; weights that are all zero are equal weights. */
export function largestRemainder({ input, expected }: Vector): readonly Check[] {
  const weights = texts(list(input, "weights"));
  const equal = weights.every((weight) => compareAmounts(weight, "0") === 0);
  return allocationChecks(
    text(input, "total"),
    equal ? weights.map(() => "1") : weights,
    0,
    texts(list(expected, "parts")),
  );
}

/** currency.js: equal parts in cents, the cents left over to the first parts. */
export function equalParts({ input, expected }: Vector): readonly Check[] {
  const total = text(input, "total");
  const weights = Array.from({ length: Number(text(input, "parts")) }, () => "1");
  const parts = field(expected, "parts") ?? field(expected, "firstTwo");
  if (!Array.isArray(parts)) throw new Error("expected parts");
  const checks = allocationChecks(total, weights, 2, texts(parts));
  if (field(expected, "sum") === undefined) return checks;
  const sum = sumAmounts(allocate(total, weights, 2));
  return [...checks, { what: "sum", expected: text(expected, "sum"), actual: sum }];
}

/**
 * dinero: what is left over goes to the largest ratios. The library gives it to the largest remainders, which is the
 * same where all ratios are equal, or where nothing is left over.
 */
export function remainderToLargestRatio({ input, expected }: Vector): readonly Check[] | Skip {
  const total = text(input, "totalMinor");
  const ratios = list(input, "ratios");
  if (ratios.some((ratio) => typeof ratio === "object")) return skip("input shape");
  const weights = texts(ratios);
  const [first, ...others] = weights.filter((weight) => compareAmounts(weight, "0") !== 0);
  const differ = others.some((weight) => compareAmounts(weight, first ?? weight) !== 0);
  if (differ && leavesSomethingOver(total.replace("-", ""), weights)) {
    return skip("engine convention");
  }
  return allocationChecks(total, weights, 0, texts(list(expected, "partsMinor")));
}

function leavesSomethingOver(total: string, weights: readonly string[]): boolean {
  return linesRoundedTogether(total, weights, 0).some(
    ({ amount, exactAmount }) => compareAmounts(amount, exactAmount) !== 0,
  );
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.map(String);
}

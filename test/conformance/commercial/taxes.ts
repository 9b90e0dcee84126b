import { compareAmounts, type Invoice, sumAmounts, type TaxRateInput } from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { couponOf, documentOf, flatFee, percentOf, shareOf } from "../one-document.js";
import { choice, field, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { anyOf } from "./charges.js";

type Policy = NonNullable<Parameters<typeof documentOf>[0]["policy"]>;

/** Taxes on amounts, by the rules of a policy; `inclusive` where the amounts hold them. */
export function taxed(
  policy: Policy,
  { inclusive }: { readonly inclusive: boolean } = { inclusive: false },
): (vector: Vector) => readonly Check[] | Skip {
  return ({ input, expected }) => {
    const amounts = amountsIn(input);
    const percents = percentsIn(input);
    if (amounts === undefined || percents.length === 0) return skip("input shape");
    const bill = (more: Policy = {}) =>
      documentOf({
        currency: optionalText(input, "currency") ?? "USD",
        charges: amounts.map((amount, index) => flatFee(lineId(index), amount)),
        coupons: couponsIn(input),
        taxes: percents.map((percent, index) => taxOf(index, percent, inclusive)),
        policy: { ...policy, ...more },
      });
    const document = bill();
    const byLine = bill({ taxes: { rounding: "line" } });
    const shares = (of: Invoice) => amounts.map((_, index) => shareOf(of, "tax", lineId(index)));
    const { subtotal, discounts, taxes, total, lines } = document;
    const ours = {
      total,
      subtotal: sumAmounts([subtotal, discounts]),
      tax: taxes,
      totalTax: taxes,
      groupTax: taxes,
      taxes: lines.filter(({ kind }) => kind === "tax").map(({ amount }) => amount),
      lineTax: shares(document),
      lineTaxRounded: shares(byLine),
      redistributed: shares(document),
      difference: sumAmounts([taxes, negated(byLine.taxes)]),
    };
    const checks = Object.entries(ours).flatMap(([what, actual]): readonly Check[] => {
      const stated = field(expected, what);
      return stated === undefined ? [] : [{ what, expected: stated, actual }];
    });
    return checks.length === 0 ? skip("no expected value") : checks;
  };
}

function negated(amount: string): string {
  return compareAmounts(amount, "0") < 0 ? amount.slice(1) : `-${amount}`;
}

function lineId(index: number): string {
  return `line-${index}`;
}

/** Rates in the order of the case; taxes are charged in that of their ids. */
function taxOf(index: number, percent: string, inclusive: boolean): TaxRateInput {
  return { id: `tax-${String(index).padStart(2, "0")}`, percent, inclusive };
}

function amountsIn(input: Json): readonly string[] | undefined {
  const several = ["lines", "grossLines", "amounts"].find((key) => field(input, key) !== undefined);
  if (several !== undefined) return list(input, several).map(amountIn);
  const one = anyOf(input, "amount", "price", "lineAmount");
  return one === undefined ? undefined : [one];
}

function amountIn(line: Json): string {
  return typeof line === "string" ? line : text(line, "amount");
}

/** One rate or several, in percent or as shares of one. */
function percentsIn(input: Json): readonly string[] {
  const several = ["taxPercents", "ratePercents"].find((key) => field(input, key) !== undefined);
  if (several !== undefined) return list(input, several).map(String);
  const percent = anyOf(input, "ratePercent", "taxPercent");
  if (percent !== undefined) return [percent];
  const share = anyOf(input, "rate", "taxRate");
  return share === undefined ? [] : [percentOf(share)];
}

/** Discounts come before taxes. */
function couponsIn(input: Json) {
  const discount = field(input, "discount");
  if (discount === undefined) return [];
  const percent = optionalText(discount, "percent");
  const isPercent = choice(discount, "type", TYPES, percent !== undefined);
  const value = isPercent
    ? { percent: text(discount, "percent") }
    : { amount: text(discount, "amount") };
  return [couponOf("discount", value)];
}

const TYPES = { percent: true, fixed: false };

import { type CouponInput, compareAmounts, rate, sumAmounts, type TaxRateInput } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { couponOf, documentOf, flatFee, grantOf, negative } from "../one-document.js";
import { choice, field, type JsonObject, optionalText, text, type Vector } from "../vector.js";
import { CENTS, POLICY, usageCharge } from "./cents.js";
import { checksOf } from "./figures.js";
import { previewWithProrations } from "./prorations.js";

/** What an invoice is going to be. */
export const preview: Translation = { area: "invoice", run: ratePreview };

function ratePreview({ input, expected }: Vector): readonly Check[] | Skip {
  const [base, metered] = [text(input, "baseCents"), optionalText(input, "meteredCents")];
  const coupons = couponsOf(input);
  if ((field(input, "prorations") ?? null) !== null) {
    return previewWithProrations(input, expected, coupons);
  }
  // What of a discount falls to usage is not stated anywhere.
  if (metered !== undefined && coupons.length > 0) return skip("input shape");
  const wallet = optionalText(input, "walletCents");
  const bill = (taxes: readonly TaxRateInput[]) =>
    documentOf({
      currency: CENTS,
      charges: [
        flatFee("base", base),
        ...(metered === undefined ? [] : [flatFee("metered", metered)]),
      ],
      coupons,
      taxes,
      credits:
        wallet === undefined ? [] : [grantOf("wallet", CENTS, wallet, { applied: "after-tax" })],
      policy: POLICY,
    });
  const untaxed = bill([]);
  const taxes = taxesOf(input, sumAmounts([untaxed.subtotal, untaxed.discounts]));
  if (taxes === undefined) return skip("engine convention");
  const document = bill(taxes);
  const net = sumAmounts([document.subtotal, document.discounts]);
  return checksOf(expected, {
    baseCents: base,
    meteredCents: metered ?? "0",
    // The engine takes a tax that prices hold out of the net amount, and leaves the fees as they are.
    subtotalCents: untaxed.subtotal,
    discountCents: negative(document.discounts),
    netCents: net,
    taxCents: document.taxes,
    totalCents: sumAmounts([net, document.taxes]),
    appliedBalanceCents: document.creditsApplied,
    dueCents: document.total,
  });
}

function couponsOf(input: JsonObject): readonly CouponInput[] {
  const percent = optionalText(input, "percent");
  const amount = optionalText(input, "fixedCents");
  return [
    ...(percent === undefined ? [] : [couponOf("percent", { percent })]),
    ...(amount === undefined ? [] : [couponOf("fixed", { amount })]),
  ];
}

/**
 * The engine is told an amount of tax, and we a rate: so many percent of what is taxed as the amount is. Nothing where that
 * is no decimal.
 */
function taxesOf(input: JsonObject, net: string): readonly TaxRateInput[] | undefined {
  const amount = optionalText(input, "taxCents");
  if (amount === undefined) return [];
  const inclusive = choice(input, "taxBehavior", { exclusive: false, inclusive: true });
  const size = inclusive ? sumAmounts([net, negative(amount)]) : net;
  if (compareAmounts(size, "0") <= 0) return undefined;
  const hundred = usageCharge({ model: "package", size, price: "100", rounding: "exact" });
  const percent = rate(hundred, amount, POLICY).exactAmount;
  return percent.includes("/") ? undefined : [{ id: "tax", percent, inclusive }];
}

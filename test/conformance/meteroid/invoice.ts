import { type CouponInput, sumAmounts } from "rateplan";
import type { Check } from "../adapter.js";
import { couponOf, documentOf, flatFee, grantOf, negative, percentOf } from "../one-document.js";
import { type Json, optionalText, text, type Vector } from "../vector.js";

const CENTS = "CENT";

/** A subtotal, less a coupon, with a tax on what is left; what was paid before, or stands to the customer's credit, comes off. */
export function discountThenTax({ input, expected }: Vector): readonly Check[] {
  const taxRate = optionalText(input, "taxRate");
  const prepaid = optionalText(input, "prepaidCents");
  const { subtotal, discounts, taxes, creditsApplied, total } = documentOf({
    currency: CENTS,
    charges: [flatFee("fee", text(input, "subtotalCents"))],
    coupons: couponsOf(input),
    taxes: taxRate === undefined ? [] : [{ id: "tax", percent: percentOf(taxRate) }],
    credits:
      prepaid === undefined ? [] : [grantOf("prepaid", CENTS, prepaid, { applied: "after-tax" })],
    policy: { currencies: { [CENTS]: 0 } },
  });
  const net = sumAmounts([subtotal, discounts]);
  const figures = {
    subtotalCents: subtotal,
    discountCents: negative(discounts),
    taxableCents: net,
    taxCents: taxes,
    totalCents: sumAmounts([net, taxes]),
    appliedCreditsCents: negative(creditsApplied),
    amountDueCents: total,
  };
  return Object.entries(figures).flatMap(([what, actual]) => {
    const stated = optionalText(expected, what);
    return stated === undefined ? [] : [{ what, expected: stated, actual }];
  });
}

function couponsOf(input: Json): readonly CouponInput[] {
  const [percent, amount] = ["percentOff", "fixedOffCents"].map((key) => optionalText(input, key));
  return [
    ...(percent === undefined ? [] : [couponOf("percent", { percent })]),
    ...(amount === undefined ? [] : [couponOf("fixed", { amount })]),
  ];
}

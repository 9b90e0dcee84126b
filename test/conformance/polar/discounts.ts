import {
  type ChargeInput,
  type DiscountPricing,
  type RatePlanInput,
  simulate,
  sumAmounts,
} from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { type Json, list, optionalText, text, type Vector } from "../vector.js";
import { CENTS, fee, POLICY } from "./cents.js";

type Discount = Pick<DiscountPricing, "percent" | "amount" | "appliesTo">;

/** Fees of some amounts, named by their place, with discounts on them. */
function bill(amounts: readonly Json[], discounts: readonly Discount[]) {
  const fees = amounts.map((amount, index) => fee(lineId(index), String(amount)));
  const charges = discounts.map(
    (discount, index): ChargeInput => ({
      id: `discount-${index}`,
      name: "discount",
      chargeType: "recurring",
      pricing: { model: "discount", ...discount },
    }),
  );
  const plan: RatePlanInput = {
    id: "plan",
    name: "plan",
    currency: CENTS,
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [...fees, ...charges],
  };
  const { amount, lines } = simulate(plan, {}, { policy: POLICY });
  const shares = lines.flatMap(({ appliedTo }) => appliedTo);
  return {
    total: amount,
    /** What is taken off each fee, 0 or less. */
    shares: amounts.map((_, index) => {
      const line = lines.find(({ chargeId }) => chargeId === lineId(index));
      const own = shares.filter(({ key }) => key === line?.key);
      return sumAmounts(own.map((share) => share.amount));
    }),
    discount: sumAmounts(shares.map((share) => share.amount)),
    fees: sumAmounts(lines.filter(({ terms }) => terms !== null).map((line) => line.amount)),
  };
}

function lineId(index: number): string {
  return `line-${index}`;
}

/** Theirs have no sign and ours have one: together they are nothing. */
function shareChecks(expected: readonly Json[], shares: readonly string[]): readonly Check[] {
  return [
    { what: "number of shares", expected: expected.length, actual: shares.length },
    ...expected.map((amount, index) => ({
      what: `share ${index + 1}, theirs less ours`,
      expected: "0",
      actual: sumAmounts([String(amount), shares[index] ?? "0"]),
    })),
  ];
}

/** A fixed discount over lines. */
export const fixedDiscount: Translation = {
  area: "allocation",
  run({ input, expected }) {
    const amount = text(input, "fixedCents");
    const { shares } = bill(list(input, "amountsCents"), [{ amount, appliesTo: "all" }]);
    return shareChecks(list(expected, "allocatedCents"), shares);
  },
};

/** A percentage off each line, rounded there; and the same off all of them, rounded once. */
export const percentageDiscount: Translation = { area: "discounts", run: ratePercentage };

function ratePercentage({ input, expected }: Vector): readonly Check[] {
  const percent = text(input, "percent");
  const amounts = list(input, "amountsCents");
  const apart = bill(
    amounts,
    amounts.map((_, index) => ({ percent, appliesTo: { charges: [lineId(index)] } })),
  );
  const together = bill(amounts, [{ percent, appliesTo: "all" }]);
  const onTotal = optionalText(expected, "discountOnTotalCents");
  return [
    ...shareChecks(list(expected, "allocatedCents"), apart.shares),
    ...(onTotal === undefined ? [] : shareChecks([onTotal], [together.discount])),
  ];
}

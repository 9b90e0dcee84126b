import {
  type DiscountPricing,
  type PricingInputFor,
  type RatePlanInput,
  rate,
  simulate,
  sumAmounts,
  type UsageChargeInput,
} from "rateplan";
import { type Adapter, type Check, type Skip, skip, type Translations } from "../adapter.js";
import { type Json, list, optionalText, text, type Vector } from "../vector.js";
import { planChange } from "./changes.js";
import {
  CENT,
  cappedTier,
  dollars,
  EXACT,
  inCurrency,
  isBetweenTiers,
  readRows,
  tieredPricing,
  usageCharge,
  volumeAmount,
} from "./charges.js";
import { discountThenTax } from "./invoice.js";
import {
  advancePeriod,
  arrearsPeriod,
  boundaries,
  elapsedCycles,
  firstCycle,
  periodContaining,
} from "./periods.js";
import { prorationFactor } from "./shares.js";
import { arrearsSplit, netLines, usagePriceChange } from "./splits.js";
import { unread } from "./unread.js";

const translations: Translations = {
  "per-unit": { area: "pricing", run: perUnit },
  package: { area: "pricing", run: packages },
  graduated: { area: "pricing", run: graduated },
  "graduated+flat": { area: "pricing", run: graduated },
  "graduated+cap": { area: "pricing", run: graduated },
  volume: { area: "pricing", run: volume },
  "volume+flat": { area: "pricing", run: volume },
  "volume+cap": { area: "pricing", run: volume },
  "discount stacking": { area: "discounts", run: discountStacking },
  "discount allocation (largest remainder)": { area: "allocation", run: discountAllocation },

  "invariant: line total == sum(sublines)": {
    area: "rounding",
    run: () => skip("no expected value"),
  },
  "invoice: discount then tax": { area: "tax", run: discountThenTax },
  "net adjustment lines by key": { area: "corrections", run: netLines },
  "plan-change-proration": { area: "changes", run: planChange },
  "mid-period usage price change": { area: "changes", run: usagePriceChange },
  "recurring in arrears split at plan change": { area: "changes", run: arrearsSplit },
  "proration-factor": { area: "proration", run: prorationFactor },
  "first-cycle-proration": { area: "proration", run: firstCycle },
  "advance-billing-period": { area: "calendar", run: advancePeriod },
  "arrears-billing-period": { area: "calendar", run: arrearsPeriod },
  "billing period boundaries": { area: "calendar", run: boundaries },
  "elapsed-cycles": { area: "calendar", run: elapsedCycles },
  "period-containing-date": { area: "calendar", run: periodContaining },
};

/** Meteroid: usage prices, discounts and their allocation, periods, proration and plan changes. */
export const meteroid: Adapter = { translations, unread };

function perUnit(vector: Vector): readonly Check[] {
  return priced(vector, { model: "per-unit", unitPrice: text(vector.input, "rate") });
}

function packages(vector: Vector): readonly Check[] {
  const { input } = vector;
  return priced(vector, {
    model: "package",
    size: text(input, "blockSize"),
    price: text(input, "rate"),
  });
}

/** Tiers with caps are a charge for each tier, held at its maximum; all of them together are the line. */
function graduated(vector: Vector): readonly Check[] {
  const { input } = vector;
  const rows = readRows(input);
  if (rows.every(({ flatCap }) => flatCap === undefined)) {
    return priced(vector, tieredPricing(rows));
  }
  const charges = rows.map((_, index) => cappedTier(rows, index));
  const quantities = charges.map(({ id }) => [id, text(input, "quantity")] as const);
  const { amount } = simulate(planOf(charges), Object.fromEntries(quantities), { policy: EXACT });
  return total(vector, amount);
}

function volume(vector: Vector): readonly Check[] | Skip {
  const rows = readRows(vector.input);
  const quantity = text(vector.input, "quantity");
  if (isBetweenTiers(rows, quantity)) return skip("engine defect: D7");
  return total(vector, volumeAmount(rows, quantity));
}

function priced(vector: Vector, pricing: PricingInputFor<"usage">): readonly Check[] {
  const quantity = text(vector.input, "quantity");
  return total(vector, rate(usageCharge(pricing), quantity, EXACT).exactAmount);
}

/** The line's total, rounded once to the currency that the case names. */
function total({ input, expected }: Vector, exact: string): readonly Check[] {
  const actual = inCurrency(exact, optionalText(input, "currency"));
  return [{ what: "total", expected: text(expected, "total"), actual }];
}

/**
 * Percentages, each on what those before left, then fixed amounts; every coupon is cut to whole cents. The subtotal is
 * in cents and coupons are in dollars, so the subtotal is so many units at a cent.
 */
function discountStacking({ input, expected }: Vector): readonly Check[] {
  const subtotal = usageCharge({ model: "per-unit", unitPrice: CENT }, { id: "subtotal" });
  const coupons = list(input, "coupons").map((coupon, index) =>
    discount(`coupon-${index}`, couponPricing(coupon)),
  );
  const { lines } = simulate(
    planOf([subtotal, ...coupons]),
    { subtotal: text(input, "subtotalCents") },
    { policy: { ...EXACT, discounts: { percentages: "compound" } } },
  );
  const taken = lines
    .filter(({ kind }) => kind === "discount")
    .map(({ amount }) => inCurrency(amount, "USD", "down"));
  const cents = text(expected, "discountCents");
  return [{ what: "discount", expected: dollars(`-${cents}`), actual: sumAmounts(taken) }];
}

function couponPricing(coupon: Json): DiscountPricing {
  const percent = optionalText(coupon, "percent");
  return percent === undefined
    ? { model: "discount", amount: text(coupon, "fixed") }
    : { model: "discount", percent };
}

/** A fixed discount over lines, all in whole cents; what is left of each line is the line and its share. */
function discountAllocation({ input, expected }: Vector): readonly Check[] {
  const amounts = list(input, "linesCents").map(String);
  const inCents = { currency: "CENT" };
  const charges = amounts.map((_, index) =>
    usageCharge({ model: "per-unit", unitPrice: "1" }, { ...inCents, id: `line-${index}` }),
  );
  const pricing: DiscountPricing = { model: "discount", amount: text(input, "discountCents") };
  const quantities = charges.map(({ id }, index) => [id, amounts[index] ?? "0"] as const);
  const { lines } = simulate(
    planOf([...charges, { ...discount("discount", pricing), ...inCents }]),
    Object.fromEntries(quantities),
    { policy: { currencies: { CENT: 0 }, zeroLines: true, negativeUsage: "allow" } },
  );
  const shares = lines.flatMap(({ appliedTo }) => appliedTo);
  const net = lines
    .filter(({ kind }) => kind === "usage")
    .map(({ key, amount }) =>
      sumAmounts([
        amount,
        ...shares.filter((share) => share.key === key).map((each) => each.amount),
      ]),
    );
  return [{ what: "net", expected: list(expected, "netCents"), actual: net }];
}

function discount(id: string, pricing: DiscountPricing): UsageChargeInput {
  return { id, name: "Coupon", chargeType: "usage", currency: "EXACT", pricing };
}

function planOf(charges: readonly UsageChargeInput[]): RatePlanInput {
  return {
    id: "plan",
    name: "Plan",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges,
  };
}

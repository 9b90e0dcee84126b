import {
  type ChargeInput,
  compareAmounts,
  type Invoice,
  type RatePlanInput,
  rate,
  simulate,
  type TierUse,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { documentOf, percentOf } from "../one-document.js";
import { field, flag, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { rounded } from "./rounding.js";
import { boundedTiers } from "./tiers.js";

type TierModel = "tiered" | "volume" | "stairstep";

/** Which of a result's amounts are quantity × price: what tax adds or takes out is not compared. */
type Side = "gross" | "net";

/** epilot keeps twelve decimals; so do we where it shows them. */
const SHOWN = { code: "SHOWN", decimals: 12 } as const;
const CENTS = { code: "EUR", decimals: 2 } as const;

function sidesOf(input: Json): readonly Side[] {
  const taxRate = optionalText(input, "taxRate");
  if (taxRate === undefined || compareAmounts(taxRate, "0") === 0) return ["gross", "net"];
  return flag(input, "taxInclusive") ? ["gross"] : ["net"];
}

/** epilot: tiers with an inclusive upper bound, for several items of the same usage. */
export function epilotTiers(
  model: TierModel,
  { input, expected }: Vector,
): readonly Check[] | Skip {
  const inCents = field(expected, "grossCents") !== undefined;
  const currency = inCents ? CENTS : SHOWN;
  const priced = pricedTiers(model, input, currency.code);
  if ("skip" in priced) return priced;
  const { charge, usage, items } = priced;
  const plan = copiesOf(charge, items);
  const policy = { currencies: { [SHOWN.code]: SHOWN.decimals }, negativeUsage: "allow" } as const;
  const { amount } = simulate(plan, Object.fromEntries(plan.charges.map(({ id }) => [id, usage])), {
    policy: { ...policy, rounding: { scope: "invoice" } },
  });
  const used = rate(charge, usage, policy).tiers.filter((tier) => holdsUnits(tier.quantity));
  const tiers = used.map((tier) => rounded(tier.amount, currency.decimals));
  const quantities = used.map((tier) => magnitude(tier.quantity));
  const checks = [
    ...sidesOf(input).flatMap((side) =>
      inCents
        ? centChecks(side, expected, amount, tiers)
        : shownChecks(side, expected, amount, tiers),
    ),
    ...(inCents ? taxChecks(input, expected, amount, tiers) : []),
  ];
  if (checks.length === 0) return skip("no expected value");
  const rows = tierRows(expected);
  if (rows === undefined) return checks;
  const units = rows.map((row) => text(row, "quantity"));
  const prices = rows.flatMap((row) => optionalText(row, "unitAmountDecimal") ?? []);
  return [
    ...checks,
    { what: "units by tier", expected: units, actual: quantities },
    {
      what: "prices by tier",
      expected: prices.map(magnitude),
      actual: used
        .slice(0, prices.length)
        .map(({ unitPrice, flatFee }) => magnitude(unitPrice ?? flatFee ?? "")),
    },
  ];
}

interface PricedTiers {
  readonly charge: ChargeInput;
  readonly usage: string;
  readonly items: number;
}

/**
 * Negative prices (what is fed in is paid for) are the mirror image of positive ones, so they are billed as negative
 * usage; a list with both is nothing that the library prices.
 */
function pricedTiers(model: TierModel, input: Json, currency: string): PricedTiers | Skip {
  const mapped = optionalText(input, "usage");
  const items = optionalText(input, "multiplier") ?? "1";
  if (!/^\d+$/.test(items)) return skip("engine convention");
  const listed = boundedTiers(list(input, "tiers"));
  const prices = listed.flatMap(({ unitPrice, flatFee }) =>
    [unitPrice, flatFee].filter((price) => typeof price === "string"),
  );
  const isNegative = (price: string) => compareAmounts(price, "0") < 0;
  const negative = prices.some(isNegative);
  if (negative && prices.some((price) => compareAmounts(price, "0") > 0)) {
    return skip("engine convention");
  }
  const tiers = listed.map(({ unitPrice, flatFee, ...bounds }) => ({
    ...bounds,
    ...(typeof unitPrice === "string" ? { unitPrice: magnitude(unitPrice) } : {}),
    ...(typeof flatFee === "string" ? { flatFee: magnitude(flatFee) } : {}),
  }));
  // Without usage the tier is chosen for one unit, and a flat fee is billed once for all items.
  const usage = mapped ?? "1";
  return {
    charge: {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency,
      pricing: pricingOf(model, tiers, !negative),
    },
    usage: negative ? `-${usage}` : usage,
    items: mapped === undefined && model === "stairstep" ? 1 : Number(items),
  };
}

function pricingOf(model: TierModel, tiers: ReturnType<typeof boundedTiers>, atZero: boolean) {
  if (model !== "stairstep") return { model, tiers } as const;
  const stairs = tiers.map(({ flatFee = "0", unitPrice: _none, ...bounds }) => ({
    ...bounds,
    flatFee,
  }));
  return { model, tiers: stairs, flatFeeAtZero: atZero } as const;
}

function copiesOf(charge: ChargeInput, items: number): RatePlanInput {
  return {
    id: "plan",
    name: "plan",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: Array.from({ length: items }, (_, index) => ({ ...charge, id: `item-${index}` })),
  };
}

/** The tiers that hold units, where the result is taken apart. */
function tierRows(expected: Json): readonly Json[] | undefined {
  const rows = field(expected, "tiers") ?? field(expected, "breakdown");
  if (!Array.isArray(rows)) return undefined;
  return rows.filter((row) => holdsUnits(text(row, "quantity")));
}

function holdsUnits(quantity: TierUse["quantity"]): boolean {
  return compareAmounts(quantity, "0") !== 0;
}

function magnitude(decimal: string): string {
  return decimal.replace("-", "");
}

function centChecks(
  side: Side,
  expected: Json,
  amount: string,
  tiers: readonly string[],
): readonly Check[] {
  const cents = (of: Json) => `${text(of, `${side}Cents`)}e-2`;
  const check = { what: side, expected: cents(expected), actual: amount };
  const rows = tierRows(expected);
  if (rows === undefined) return [check];
  return [check, { what: `${side} by tier`, expected: rows.map(cents), actual: tiers }];
}

/** What tax adds to net prices, or takes out of gross ones; each tier is taxed by itself. */
function taxChecks(
  input: Json,
  expected: Json,
  amount: string,
  tiers: readonly string[],
): readonly Check[] {
  const taxRate = optionalText(input, "taxRate");
  const total = centTaxChecks("tax", input, taxRate, expected, amount);
  const rows = tierRows(expected) ?? [];
  return [
    ...total,
    ...rows.flatMap((row, index) =>
      centTaxChecks(`tax of tier ${index + 1}`, input, taxRate, row, tiers[index] ?? "0"),
    ),
  ];
}

function centTaxChecks(
  what: string,
  input: Json,
  taxRate: string | undefined,
  stated: Json,
  amount: string,
): readonly Check[] {
  const inclusive = flag(input, "taxInclusive");
  const { subtotal, taxes, total } = taxedAmount(amount, taxRate, inclusive, CENTS.code);
  const actual = { netCents: subtotal, taxCents: taxes, grossCents: total };
  return Object.entries(actual).flatMap(([key, value]) => {
    const cents = optionalText(stated, key);
    return cents === undefined
      ? []
      : [{ what: `${what}: ${key}`, expected: `${cents}e-2`, actual: value }];
  });
}

/** An amount, which may be negative, with its tax. */
function taxedAmount(
  amount: string,
  taxRate: string | undefined,
  inclusive: boolean,
  currency: string,
): Invoice {
  const pricing = { model: "per-unit", unitPrice: "1" } as const;
  return documentOf({
    currency,
    charges: [
      { id: "amount", name: "amount", chargeType: "usage", unitOfMeasure: "unit", pricing },
    ],
    usage: { amount },
    taxes: taxRate === undefined ? [] : [{ id: "tax", percent: percentOf(taxRate), inclusive }],
    policy: { currencies: { [SHOWN.code]: SHOWN.decimals }, negativeUsage: "allow" },
  });
}

/** Texts for people: only the gross amounts are taken apart. */
function shownChecks(
  side: Side,
  expected: Json,
  amount: string,
  tiers: readonly string[],
): readonly Check[] {
  const total = shownAmount(text(expected, `${side}Text`));
  if (total === undefined) return [];
  const check = { what: side, expected: total, actual: amount };
  const rows = tierRows(expected);
  if (side !== "gross" || rows === undefined) return [check];
  const byTier = rows.map((row) => shownAmount(text(row, "amountText")) ?? null);
  return [check, { what: "gross by tier", expected: byTier, actual: tiers }];
}

/** The number in `10,00 €`, `€1,234.50` or `Starts at 38.5915 cents`; none where the price is on request. */
function shownAmount(shown: string): string | undefined {
  const number = /-?[\d.,]*\d/.exec(shown.replace(/[€$£]\s*(?=\d)/, ""))?.[0];
  if (number === undefined) return undefined;
  const commaIsPoint = /\d\s*(?:[€$£]|Cent\b)/.test(shown);
  const plain = commaIsPoint
    ? number.replaceAll(".", "").replace(",", ".")
    : number.replaceAll(",", "");
  return /cent/i.test(shown) ? `${plain}e-2` : plain;
}

/** epilot: one coupon on the price of a unit, amounts scaled by 10^12. */
export function epilotDiscount({ input, expected }: Vector): readonly Check[] | Skip {
  const off = /^(\d+(?:\.\d+)?)(%?) off$/.exec(text(input, "coupon"));
  // Net prices with a coupon on gross ones are in none of the engine's cases.
  if (off === null || !sidesOf(input).includes("gross")) return skip("input shape");
  const [, value = "0", sign] = off;
  const scaled = (amount: string) => `${amount}e-12`;
  const { amount, lines } = simulate(
    {
      id: "plan",
      name: "plan",
      currency: SHOWN.code,
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [
        {
          id: "unit",
          name: "unit",
          chargeType: "recurring",
          pricing: { model: "flat", amount: scaled(text(input, "unitGrossScaled12")) },
        },
        {
          id: "coupon",
          name: "coupon",
          chargeType: "recurring",
          pricing: {
            model: "discount",
            ...(sign === "%" ? { percent: value } : { amount: value }),
          },
        },
      ],
    },
    {},
    { policy: { currencies: { [SHOWN.code]: SHOWN.decimals } } },
  );
  const taken = lines.find(({ kind }) => kind === "discount")?.amount ?? "0";
  return [
    { what: "gross", expected: scaled(text(expected, "unitGrossScaled12")), actual: amount },
    { what: "discount", expected: `-${scaled(text(expected, "discountScaled12"))}`, actual: taken },
  ];
}

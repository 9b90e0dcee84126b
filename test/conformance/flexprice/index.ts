import {
  compareAmounts,
  type PricingInputFor,
  type RatePlanInput,
  rateAmount,
  simulate,
  sumAmounts,
  type TieredPricing,
  type VolumePricing,
} from "rateplan";
import {
  type Adapter,
  type Check,
  type Skip,
  skip,
  type Translation,
  type Translations,
} from "../adapter.js";
import { field, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { calendar } from "./calendar.js";
import {
  packagePricing,
  perUnitPricing,
  priced,
  slabPricing,
  usageCharge,
  volumePricing,
} from "./charges.js";
import { commitments } from "./commitments.js";
import { corrections } from "./corrections.js";
import { prorations } from "./proration.js";
import { unread } from "./unread.js";

const translations: Translations = {
  ...calendar,
  ...commitments,
  ...corrections,
  ...prorations,
  "per-unit": { area: "pricing", run: perUnit },
  package: { area: "pricing", run: packages },
  volume: { area: "pricing", run: tiersBy(volumePricing) },
  "volume+flat": { area: "pricing", run: tiersBy(volumePricing) },
  graduated: { area: "pricing", run: tiersBy(slabPricing) },
  "graduated+flat": { area: "pricing", run: tiersBy(slabPricing) },
  "included allowance": { area: "pricing", run: includedAllowance },
  "bucketed max (price each time bucket, then sum)": { area: "aggregation", run: bucketed },
  "currency-rounding": { area: "rounding", run: currencyRounding },
  "discount-rounding": { area: "discounts", run: discountRounding },
};

/** Flexprice: prices, buckets, rounding and discounts. What has dates is in files of its own. */
export const flexprice: Adapter = { translations, unread };

/** The engine also shows an average unit cost; the library shows none, as nobody can multiply it back. */
function perUnit({ input, expected }: Vector): readonly Check[] {
  const { exactAmount } = priced(perUnitPricing(input), text(input, "quantity"));
  return [{ what: "cost", expected: text(expected, "cost"), actual: exactAmount }];
}

function packages({ input, expected }: Vector): readonly Check[] {
  const pricing = packagePricing(input);
  const quantity = text(input, "quantity");
  const count = optionalText(expected, "packages");
  const unitAmount = optionalText(expected, "tierUnitAmount");
  return [
    {
      what: "cost",
      expected: text(expected, "cost"),
      actual: priced(pricing, quantity).exactAmount,
    },
    ...(count === undefined
      ? []
      : [
          {
            what: "packages",
            expected: count,
            actual: priced({ ...pricing, price: "1" }, quantity).exactAmount,
          },
        ]),
    ...(unitAmount === undefined
      ? []
      : [
          {
            what: "a unit of a full package",
            expected: unitAmount,
            actual: priced({ ...pricing, rounding: "exact" }, "1").exactAmount,
          },
        ]),
  ];
}

function tiersBy(read: (price: Json) => VolumePricing | TieredPricing): Translation["run"] {
  return ({ input, expected }) => {
    const pricing = read(input);
    const { exactAmount, tiers } = priced(pricing, text(input, "quantity"));
    const last = tiers.at(-1);
    const index = optionalText(expected, "selectedTierIndex");
    const unitAmount = optionalText(expected, "tierUnitAmount");
    return [
      { what: "cost", expected: text(expected, "cost"), actual: exactAmount },
      ...(index === undefined
        ? []
        : [
            {
              what: "tier",
              expected: index,
              actual: `${pricing.tiers.findIndex(({ upTo = null }) => upTo === last?.upTo)}`,
            },
          ]),
      ...(unitAmount === undefined
        ? []
        : [
            {
              what: "a unit of the tier",
              expected: unitAmount,
              actual: last?.unitPrice ?? undefined,
            },
          ]),
    ];
  };
}

/** An entitlement without a limit includes whatever is used; no entitlement includes nothing. */
function includedAllowance({ input, expected }: Vector): readonly Check[] {
  const usage = text(input, "usage");
  const limit = field(input, "included") === null ? usage : optionalText(input, "included");
  const charge = usageCharge(
    { model: "per-unit", unitPrice: text(input, "unitPrice") },
    { currency: "USD", includedUnits: limit ?? "0" },
  );
  return [
    { what: "amount", expected: text(expected, "amount"), actual: rateAmount(charge, usage) },
  ];
}

/** Each time bucket is a group with tiers of its own; the sum of all is rounded once. */
function bucketed({ input, expected }: Vector): readonly Check[] {
  const charge = usageCharge(bucketPricing(input), {
    currency: "USD",
    aggregation: "max",
    groupBy: { fields: ["properties.bucket"] },
  });
  const events = list(input, "buckets").map((quantity, index) => ({
    id: `${index}`,
    customerId: "customer",
    unitOfMeasure: "unit",
    timestamp: "2026-01-01T00:00:00Z",
    quantity: String(quantity),
    properties: { bucket: `${index}` },
  }));
  const { amount } = simulate(charge, events, { policy: { rounding: { scope: "invoice" } } });
  return [{ what: "cost", expected: text(expected, "cost"), actual: amount }];
}

/** The prices of a bucket; one without usage is billed its first tier's flat fee. */
function bucketPricing(price: Json): PricingInputFor<"usage"> {
  switch (text(price, "model")) {
    case "per-unit":
      return perUnitPricing(price);
    case "package":
      return packagePricing(price);
    case "volume":
      return { ...volumePricing(price), flatFeeAtZero: true };
    case "graduated":
    case "slab":
      return { ...slabPricing(price), flatFeeAtZero: true };
    default:
      throw new Error(`unknown model ${text(price, "model")}`);
  }
}

/** An amount as so many units at a price of 1. */
function currencyRounding({ input, expected }: Vector): readonly Check[] {
  const { currency, policy } = currencyOf(input);
  const charge = usageCharge({ model: "per-unit", unitPrice: "1" }, { currency });
  const actual = rateAmount(charge, text(input, "amount"), { ...policy, negativeUsage: "allow" });
  return [{ what: "rounded", expected: text(expected, "rounded"), actual }];
}

/** A coupon on one price is a discount of the catalog on a flat charge. */
function discountRounding({ input, expected }: Vector): readonly Check[] | Skip {
  const { currency, policy } = currencyOf(input);
  const percent = optionalText(input, "percentageOff");
  // More than all of it is capped there, and refused by the library's parser.
  if (percent !== undefined && compareAmounts(percent, "100") > 0) return skip("engine convention");
  const plan: RatePlanInput = {
    id: "plan",
    name: "Plan",
    currency,
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [
      {
        id: "price",
        name: "Price",
        chargeType: "recurring",
        pricing: { model: "flat", amount: text(input, "originalPrice") },
      },
      {
        id: "coupon",
        name: "Coupon",
        chargeType: "recurring",
        pricing: {
          model: "discount",
          ...(percent === undefined ? { amount: text(input, "amountOff") } : { percent }),
        },
      },
    ],
  };
  const { amount, lines } = simulate(plan, {}, { policy });
  const discounts = lines.filter(({ kind }) => kind === "discount");
  const final = optionalText(expected, "final");
  return [
    {
      what: "discount",
      expected: `-${text(expected, "discount")}`,
      actual: sumAmounts(discounts.map((line) => line.amount)),
    },
    ...(final === undefined ? [] : [{ what: "final", expected: final, actual: amount }]),
  ];
}

/** Decimals of the engine's currencies where they are not 2. */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ["JPY", 0],
  ["KRW", 0],
  ["VND", 0],
  ["CLP", 0],
  ["KWD", 3],
  ["CLF", 4],
]);

/** A currency with the decimals that the engine gives it: 2 also for those that it does not know. */
function currencyOf(input: Json) {
  const currency = text(input, "currency").toUpperCase();
  return { currency, policy: { currencies: { [currency]: DECIMALS.get(currency) ?? 2 } } };
}

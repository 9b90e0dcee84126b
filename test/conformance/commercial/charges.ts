import {
  type ChargeInput,
  type PricingInputFor,
  type Rating,
  rate,
  rateAmount,
  simulate,
  type TierInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { field, type Json, list, optionalText, text, type Vector } from "../vector.js";

/** The charge models, by the first part of a case's name. */
export type Base =
  | "flat"
  | "per_unit"
  | "tiered"
  | "volume"
  | "stairstep"
  | "package"
  | "overage"
  | "percent";

/** The first of several names under which the sources write the same field. */
export function anyOf(object: Json, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = optionalText(object, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

function required(object: Json, ...keys: readonly string[]): string {
  const value = anyOf(object, ...keys);
  if (value === undefined) throw new Error(`expected one of ${keys.join(", ")}`);
  return value;
}

/**
 * A tier with an inclusive upper bound. Zuora prices a tier either by the unit or flat, which is a price or a fee;
 * others have both.
 */
function tierOf(row: Json): TierInput {
  const upTo = anyOf(row, "upTo", "to", "end");
  const price = optionalText(row, "price");
  const isFlat = /flat/i.test(anyOf(row, "priceFormat", "format") ?? "");
  const unitPrice = anyOf(row, "unitPrice") ?? (isFlat ? undefined : price);
  const flatFee = anyOf(row, "flat", "flatFee", "flatAmount") ?? (isFlat ? price : undefined);
  return {
    ...(upTo === undefined ? {} : { upTo }),
    ...(unitPrice === undefined ? {} : { unitPrice }),
    ...(flatFee === undefined ? {} : { flatFee }),
  };
}

/** The tiers; none where the source writes "as above". What follows a bounded last tier may have a price of its own. */
export function tiersOf(input: Json): readonly TierInput[] | undefined {
  const rows = field(input, "tiers");
  if (!Array.isArray(rows)) return undefined;
  const tiers = rows.map(tierOf);
  const beyond = anyOf(input, "overagePrice", "overageUnitPrice");
  return beyond === undefined ? tiers : [...tiers, { unitPrice: beyond }];
}

/** What the sources leave open about a list of tiers: the last one goes on; and Stripe's first fee is due at once. */
export function tierOptions(tiers: readonly TierInput[], { input, source }: Vector) {
  const last = tiers.at(-1);
  const bounded = last !== undefined && "upTo" in last;
  const flatFeeAtZero =
    source.includes("stripe.com") || field(input, "zeroQuantity") === "bill_first_tier_flat";
  return { flatFeeAtZero, ...(bounded ? { overflow: "last-tier" as const } : {}) };
}

/** What a started package costs: all of it, nothing, or its part. */
function packageRounding(name: string): "up" | "down" | "exact" {
  switch (name.toLowerCase()) {
    case "up":
      return "up";
    case "down":
      return "down";
    case "none":
      return "exact";
    default:
      throw new Error(`unknown rounding of packages: ${name}`);
  }
}

function pricingOf(base: Base, vector: Vector): PricingInputFor<"usage"> | undefined {
  const { input } = vector;
  switch (base) {
    case "flat":
      return { model: "flat", amount: required(input, "amount", "price", "usageAmount") };
    case "per_unit":
      return { model: "per-unit", unitPrice: required(input, "unitPrice", "price") };
    case "package":
      return {
        model: "package",
        size: text(input, "packageSize"),
        price: anyOf(input, "unitPrice", "packagePrice", "price") ?? "1",
        rounding: packageRounding(optionalText(input, "round") ?? "up"),
      };
    case "overage":
      return {
        model: "overage",
        baseFee: anyOf(input, "base", "baseFee") ?? "0",
        includedUnits: required(input, "included", "includedUnits"),
        unitPrice: required(input, "overageUnitPrice", "overagePrice", "unitPrice"),
      };
    case "percent":
      return { model: "percentage", percent: text(input, "percent") };
    default:
      return tierPricing(base, vector);
  }
}

function tierPricing(
  base: "tiered" | "volume" | "stairstep",
  vector: Vector,
): PricingInputFor<"usage"> | undefined {
  const tiers = tiersOf(vector.input);
  if (tiers === undefined) return undefined;
  const options = tierOptions(tiers, vector);
  if (base !== "stairstep") return { model: base, tiers, ...options };
  const stairs = tiers.map(({ flatFee = "0", unitPrice: _none, ...bounds }) => ({
    ...bounds,
    flatFee,
  }));
  return { model: base, tiers: stairs, ...options };
}

/** The charge of a case; nothing where the source does not write its prices out. */
export function chargeOf(base: Base, vector: Vector): ChargeInput | undefined {
  const { input } = vector;
  // One price for the tier that the quantity is in, where the others are not given.
  const tierPrice = optionalText(input, "tierPrice");
  const pricing =
    tierPrice === undefined
      ? pricingOf(base, vector)
      : ({ model: "per-unit", unitPrice: tierPrice } as const);
  if (pricing === undefined) return undefined;
  const minimum = anyOf(input, "min", "minimum") ?? leastOf(pricing, vector);
  const maximum = anyOf(input, "max", "maximum");
  return {
    id: "charge",
    name: "charge",
    chargeType: "usage",
    unitOfMeasure: optionalText(input, "unitOfMeasure") ?? "unit",
    currency: optionalText(input, "currency") ?? "USD",
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    pricing,
  };
}

/** Chargebee bills one package also for no usage at all. */
function leastOf(pricing: PricingInputFor<"usage">, { source }: Vector) {
  return pricing.model === "package" && source.includes("chargebee.com")
    ? pricing.price
    : undefined;
}

/** One charge, one quantity, and everything that the source says about the result. */
export function priced(base: Base): (vector: Vector) => readonly Check[] | Skip {
  return (vector) => {
    const charge = chargeOf(base, vector);
    if (charge === undefined) return skip("no expected value");
    const { input, expected } = vector;
    const checks =
      base === "flat"
        ? ratingChecks(expected, rateFlat(charge))
        : quantityChecks(charge, quantityOf(base, input), expected);
    return checks.length === 0 ? skip("no expected value") : checks;
  };
}

function quantityOf(base: Base, input: Json): string {
  return base === "percent"
    ? required(input, "amount", "value")
    : required(input, "quantity", "cumulativeQuantity");
}

function quantityChecks(charge: ChargeInput, quantity: string, expected: Json): readonly Check[] {
  return [
    ...ratingChecks(expected, rate(charge, quantity)),
    ...packageChecks(charge, quantity, expected),
  ];
}

type Rated = Pick<Rating, "amount" | "exactAmount" | "tiers">;

/** A fee, which is due without any quantity. */
function rateFlat(charge: ChargeInput): Rated {
  const { amount, lines } = simulate(charge, []);
  return { amount, exactAmount: lines[0]?.exactAmount ?? "0", tiers: [] };
}

/** The fields of a result that sources state, by their names for them. */
function ratingChecks(expected: Json, rating: Rated): readonly Check[] {
  const { amount, exactAmount, tiers } = rating;
  const known: Readonly<Record<string, string>> = {
    total: amount,
    amount,
    exact: exactAmount,
    raw: exactAmount,
    subtotal: exactAmount,
    ...Object.fromEntries(
      tiers.map((tier, index) => [`billableInTier${index + 1}`, tier.quantity]),
    ),
  };
  const perTier = field(expected, "perTier");
  return [
    ...Object.entries(known).flatMap(([what, actual]) => {
      const said = optionalText(expected, what);
      return said === undefined ? [] : [{ what, expected: said, actual }];
    }),
    ...(perTier === undefined
      ? []
      : [
          {
            what: "tiers",
            expected: list(expected, "perTier"),
            actual: tiers.map((tier) => tier.amount),
          },
        ]),
  ];
}

/** How many packages it is, as what packages at a price of 1 come to. */
function packageChecks(charge: ChargeInput, quantity: string, expected: Json): readonly Check[] {
  const said = anyOf(expected, "packages", "resolutions");
  if (said === undefined || charge.chargeType !== "usage") return [];
  if (charge.pricing.model !== "package") return [];
  const actual = rateAmount(
    {
      ...charge,
      currency: "COUNT",
      pricing: { ...charge.pricing, price: "1" },
      ...(charge.minimum === undefined ? {} : { minimum: "1" }),
    },
    quantity,
    { currencies: { COUNT: 12 } },
  );
  return [{ what: "packages", expected: said, actual }];
}

import {
  type PricingInputFor,
  type Rating,
  rate,
  simulate,
  sumAmounts,
  type TierInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import {
  choice,
  field,
  isStated,
  type Json,
  list,
  optionalText,
  record,
  text,
  type Vector,
} from "../vector.js";

/** The types that a fee can have. */
export const CHARGE_TYPES = { "one-time": "one-time", recurring: "recurring" } as const;

/** Where the terms of a charge stand: in the charge model's `pricing_strategy`, or beside the quantity. */
function terms(input: Json): Json {
  return !isStated(input, "pricing_strategy") ? input : record(input, "pricing_strategy");
}

/** The unit, which the charge or its model may name. */
function unitOf(input: Json): string {
  return (
    optionalText(input, "unitOfMeasure") ?? optionalText(terms(input), "unit_of_measure") ?? "unit"
  );
}

function rateUsage(pricing: PricingInputFor<"usage">, input: Json, includedUnits = "0"): Rating {
  return rate(
    {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: unitOf(input),
      currency: optionalText(input, "currency") ?? "USD",
      ...(includedUnits === "0" ? {} : { includedUnits }),
      pricing,
    },
    text(input, "quantity"),
  );
}

function totalCheck(expected: Json, actual: string): Check {
  return { what: "total", expected: text(expected, "total"), actual };
}

/** One amount for each period, whatever is used in it. */
export function flatFee({ input, expected }: Vector): readonly Check[] {
  const used = {
    id: "usage",
    customerId: "customer",
    unitOfMeasure: "@action",
    timestamp: "2026-01-15T00:00:00Z",
    quantity: optionalText(input, "quantity") ?? "0",
  };
  const { amount } = simulate(
    {
      id: "charge",
      name: "charge",
      chargeType: choice(input, "chargeType", CHARGE_TYPES, "recurring"),
      currency: optionalText(input, "currency") ?? "USD",
      pricing: { model: "flat", amount: text(terms(input), "price") },
    },
    [used],
  );
  const periods = Number(optionalText(input, "periods") ?? "1");
  return [totalCheck(expected, sumAmounts(Array.from({ length: periods }, () => amount)))];
}

/** Quantity × price. */
export function perUnit({ input, expected }: Vector): readonly Check[] {
  const unitPrice = optionalText(input, "unitPrice") ?? text(terms(input), "price");
  return [totalCheck(expected, rateUsage({ model: "per-unit", unitPrice }, input).amount)];
}

/**
 * The tiers in any of Valmi's three forms: with upper bounds; in the API, where `counter` is the last unit; or as the
 * rows of a form. Those of the API end, and what lies beyond is open, so it is refused.
 */
function tiersOf(input: Json): readonly TierInput[] {
  const rows = field(input, "tiers_raw") ?? field(terms(input), "tiers");
  return list({ rows: rows ?? null }, "rows").map((row) => {
    const start = optionalText(row, "start") ?? optionalText(row, "from");
    const end = optionalText(row, "counter") ?? optionalText(row, "to");
    const unitPrice = text(row, "price");
    if (start !== undefined) return { start, ...(end === undefined ? {} : { end }), unitPrice };
    const upTo = optionalText(row, "upTo");
    return { ...(upTo === undefined ? {} : { upTo }), unitPrice };
  });
}

function isBounded(tiers: readonly TierInput[]): boolean {
  const last = tiers.at(-1);
  return last !== undefined && ("end" in last || "upTo" in last);
}

function rateTiers(model: "tiered" | "volume", input: Json): Rating | Skip {
  if (isStated(input, "bands")) return skip("no expected value");
  const tiers = tiersOf(input);
  const overflow = isBounded(tiers) ? ({ overflow: "error" } as const) : {};
  return rateUsage({ model, tiers, ...overflow }, input);
}

/** Each unit at the price of its tier. */
export function tiered({ input, expected }: Vector): readonly Check[] | Skip {
  const rating = rateTiers("tiered", input);
  if ("skip" in rating) return rating;
  const total = totalCheck(expected, rating.amount);
  if (field(expected, "lines") === undefined) return [total];
  const rows = list(expected, "lines");
  const of = (key: "quantity" | "unitPrice" | "amount"): Check => ({
    what: `${key} by tier`,
    expected: rows.map((row) => text(row, key)),
    actual: rating.tiers.map((tier) => tier[key]),
  });
  return [total, of("quantity"), of("unitPrice"), of("amount")];
}

/** All units at the price of the tier that the quantity reaches. */
export function volume({ input, expected }: Vector): readonly Check[] | Skip {
  const rating = rateTiers("volume", input);
  if ("skip" in rating) return rating;
  const unitPrice = optionalText(expected, "unitPrice");
  return [
    totalCheck(expected, rating.amount),
    ...(unitPrice === undefined
      ? []
      : [{ what: "unit price", expected: unitPrice, actual: rating.unitPrice ?? undefined }]),
  ];
}

/**
 * The base fee (none, where the model has no field for it) and what goes beyond the included units; and the same
 * overage as a price per unit with included units, which says how many units it is.
 */
export function overage({ input, expected }: Vector): readonly Check[] {
  const strategy = terms(input);
  const baseFee = optionalText(input, "baseFee") ?? "0";
  const includedUnits = optionalText(strategy, "includedUnits") ?? text(strategy, "included_units");
  const unitPrice = optionalText(strategy, "overagePrice") ?? text(strategy, "price");
  const whole = rateUsage({ model: "overage", baseFee, includedUnits, unitPrice }, input);
  const beyond = rateUsage({ model: "per-unit", unitPrice }, input, includedUnits);
  const fee = whole.steps.find(({ kind }) => kind === "flat")?.value ?? "0";
  const over = whole.steps.find(({ kind }) => kind === "units")?.value ?? "0";
  const parts: readonly (readonly [string, string])[] = [
    ["baseFee", fee],
    ["overageAmount", over],
    ["overageAmount", beyond.amount],
    ["overageUnits", beyond.quantity],
  ];
  return [
    totalCheck(expected, whole.amount),
    ...parts.flatMap(([key, actual]) => {
      const said = optionalText(expected, key);
      return said === undefined ? [] : [{ what: key, expected: said, actual }];
    }),
  ];
}

/** A percentage or an amount off the charges of the plan. */
export function discount({ input, expected }: Vector): readonly Check[] | Skip {
  const value = text(terms(input), "discount_value");
  const kind = text(terms(input), "discount_type");
  if (kind !== "percentage" && kind !== "flat") return skip("input shape");
  const { amount, lines } = simulate(
    {
      id: "plan",
      name: "plan",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [
        {
          id: "base",
          name: "base",
          chargeType: "recurring",
          pricing: { model: "flat", amount: text(input, "base") },
        },
        {
          id: "discount",
          name: "discount",
          chargeType: "recurring",
          pricing: {
            model: "discount",
            ...(kind === "percentage" ? { percent: value } : { amount: value }),
          },
        },
      ],
    },
    {},
  );
  const taken = lines.find((line) => line.kind === "discount")?.amount ?? "0";
  return [
    totalCheck(expected, amount),
    { what: "discount", expected: `-${text(expected, "discount")}`, actual: taken },
  ];
}

import {
  type ChargeInput,
  type RatePlanInput,
  type RoundingMode,
  rate,
  rateAmount,
  simulate,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { allocationChecks } from "../npm-libs/allocation.js";
import { field, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { anyOf, chargeOf, tiersOf } from "./charges.js";

/** Rounding modes as the sources name them; half up where they name none. */
const MODES: Readonly<Record<string, RoundingMode>> = {
  up: "up",
  down: "down",
  nearest: "half-away-from-zero",
  half_up: "half-away-from-zero",
  half_even: "half-even",
};

export function modeOf(input: Json): RoundingMode | undefined {
  const name = anyOf(input, "mode", "roundingMode", "method") ?? "half_up";
  return MODES[name.toLowerCase().replaceAll(/[\s-]/g, "_")];
}

/** An amount to a number of decimals (fewer than none are powers of ten), or to the minor unit of its currency. */
export function rounding({ input, expected }: Vector): readonly Check[] | Skip {
  const mode = modeOf(input);
  if (mode === undefined) return skip("input shape");
  const scale = anyOf(input, "scale", "decimals");
  const decimals = Number(scale ?? "0");
  const increment = decimals < 0 ? `1e${-decimals}` : optionalText(input, "increment");
  const actual = rateAmount(
    {
      id: "amount",
      name: "amount",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: scale === undefined ? (optionalText(input, "currency") ?? "USD") : "MONEY",
      pricing: { model: "per-unit", unitPrice: "1" },
    },
    text(input, "amount"),
    {
      currencies: { MONEY: Math.max(decimals, 0) },
      negativeUsage: "allow",
      rounding: { mode, ...(increment === undefined ? {} : { increment }) },
    },
  );
  return [{ what: "rounded", expected: text(expected, "rounded"), actual }];
}

/** A quantity to a number of decimals, before anything is priced. */
export function quantityRounding({ input, expected }: Vector): readonly Check[] | Skip {
  const mode = modeOf(input);
  const decimals = anyOf(input, "decimals", "scale");
  if (mode === undefined || decimals === undefined) return skip("input shape");
  const { quantity } = rate(
    {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: "USD",
      quantityRounding: { mode, increment: `1e-${decimals}` },
      pricing: { model: "per-unit", unitPrice: "1" },
    },
    text(input, "quantity"),
  );
  return [{ what: "quantity", expected: text(expected, "quantity"), actual: quantity }];
}

/** A refund in proportion to the payments that it goes back to. */
export function proportional({ input, expected }: Vector): readonly Check[] {
  const weights = list(input, "segments").map(String);
  const parts = list(expected, "allocated").map(String);
  return allocationChecks(text(input, "refund"), weights, 2, parts);
}

/** The lines of the incident are not listed; their exact total stands for them, and the credit goes off all of it. */
export function driftOfLines({ input, expected }: Vector): readonly Check[] | Skip {
  const amount = optionalText(input, "exactTotal");
  const credit = optionalText(input, "credit");
  if (amount === undefined || credit === undefined) return skip("input shape");
  const simulation = simulate(
    planOf([flat("usage", amount), discountOf({ amount: credit })]),
    {},
    { policy: { rounding: { scope: "invoice" } } },
  );
  const off = simulation.lines.find(({ kind }) => kind === "discount")?.amount;
  return [
    { what: "overage", expected: text(expected, "overage"), actual: simulation.amount },
    { what: "credit", expected: text(expected, "creditLine"), actual: off },
  ];
}

/** What a fee of a month comes to in several months. */
export function monthsOfFee({ input, expected }: Vector): readonly Check[] {
  const { amount } = simulate(flat("bundle", text(input, "bundlePricePerMonth"), "USD"), {});
  const months = Number(text(input, "monthsRemaining"));
  const actual = sumAmounts(Array.from({ length: months }, () => amount));
  return [{ what: "billed", expected: text(expected, "billed"), actual }];
}

/** A price with a surcharge in percent. */
export function surcharge({ input, expected }: Vector): readonly Check[] {
  const charge: ChargeInput = {
    id: "overage",
    name: "overage",
    chargeType: "usage",
    unitOfMeasure: "unit",
    currency: "USD",
    pricing: { model: "pre-rated", markup: text(input, "surchargePercent") },
  };
  const { exactAmount } = rate(charge, text(input, "unitPrice"));
  return [{ what: "price", expected: text(expected, "overageUnitPrice"), actual: exactAmount }];
}

/** The line that brings a charge to its minimum. */
export function trueUp(vector: Vector): readonly Check[] | Skip {
  const charge = chargeOf("flat", vector);
  if (charge === undefined) return skip("input shape");
  const line = simulate(charge, []).lines.find(({ kind }) => kind === "minimum");
  return [
    { what: "true-up", expected: text(vector.expected, "trueUp"), actual: line?.amount ?? "0" },
  ];
}

/** What a unit costs: price × units. */
export function creditPurchase({ input, expected }: Vector): readonly Check[] {
  const charge: ChargeInput = {
    id: "credits",
    name: "credits",
    chargeType: "recurring",
    unitOfMeasure: "credit",
    currency: "USD",
    pricing: { model: "per-unit", unitPrice: text(input, "perUnitCostBasis") },
  };
  const { amount } = rate(charge, text(input, "amount"));
  return [{ what: "invoice", expected: text(expected, "invoice"), actual: amount }];
}

/**
 * Zuora holds each tier between limits of its own before they are added up, so each of them is a charge here, and the
 * limit of the charge as a whole is the plan's.
 */
export function limitedTiers({ input, expected }: Vector): readonly Check[] | Skip {
  if (field(input, "chargeMax") !== undefined) return skip("engine convention");
  const charges = list(input, "tierAmounts").map((tier, index): ChargeInput => {
    const [minimum, maximum] = [optionalText(tier, "min"), optionalText(tier, "max")];
    return {
      ...flat(`tier-${index}`, text(tier, "amount")),
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    };
  });
  const minimumCommitment = optionalText(input, "chargeMin");
  const { amount, lines } = simulate(
    { ...planOf(charges), ...(minimumCommitment === undefined ? {} : { minimumCommitment }) },
    {},
  );
  const ofTiers = lines.filter(({ kind }) => kind !== "minimum-commitment");
  const tierSum = sumAmounts(ofTiers.map((line) => line.amount));
  return [
    { what: "total", expected: text(expected, "total"), actual: amount },
    { what: "sum of the tiers", expected: text(expected, "tierSum"), actual: tierSum },
  ];
}

/**
 * Zuora, tiers with a formula for a discount and limits for each tier: where the first tier holds everything, that is
 * a discount and the limits of the charge. Limits of several tiers are nothing that one charge has.
 */
export function formulaWithLimits(vector: Vector): readonly Check[] | Skip {
  const { input, expected } = vector;
  const tiers = tiersOf(input);
  const formula = optionalText(input, "formula")?.replaceAll(" ", "") ?? "";
  const part = /^price\*\(1-(0?\.\d+)\)$/.exec(formula)?.[1];
  if (tiers === undefined || part === undefined) return skip("no expected value");
  const base: ChargeInput = {
    id: "charge",
    name: "charge",
    chargeType: "usage",
    unitOfMeasure: "unit",
    currency: "USD",
    pricing: { model: "tiered", tiers },
  };
  const quantity = text(input, "quantity");
  const rating = rate(base, quantity);
  if (rating.tiers.length !== 1) return skip("engine convention");
  const [limits] = list(input, "tiers");
  const [minimum, maximum] = [optionalText(limits, "min"), optionalText(limits, "max")];
  const off = { ...discountOf({ percent: `${part}e2` }), chargeType: "usage" as const };
  const plan = (charge: ChargeInput) => simulate(planOf([charge, off]), { charge: quantity });
  const limited = plan({
    ...base,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  });
  return [
    { what: "base", expected: text(expected, "base"), actual: rating.amount },
    { what: "formula", expected: text(expected, "afterFormula"), actual: plan(base).amount },
    { what: "total", expected: text(expected, "total"), actual: limited.amount },
  ];
}

function flat(id: string, amount: string, currency?: string) {
  return {
    id,
    name: id,
    chargeType: "recurring" as const,
    ...(currency === undefined ? {} : { currency }),
    pricing: { model: "flat" as const, amount },
  };
}

function discountOf(value: { readonly amount: string } | { readonly percent: string }) {
  return {
    id: "discount",
    name: "discount",
    chargeType: "recurring" as const,
    pricing: { model: "discount" as const, ...value },
  };
}

function planOf(charges: RatePlanInput["charges"]): RatePlanInput {
  return {
    id: "plan",
    name: "plan",
    currency: "USD",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges,
  };
}

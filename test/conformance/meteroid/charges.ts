import {
  compareAmounts,
  type PricingInputFor,
  type RoundingMode,
  rate,
  rateAmount,
  sumAmounts,
  type Tier,
  type UsageChargeInput,
} from "rateplan";
import { type Json, list, optionalText, text } from "../vector.js";

/** Amounts before they are rounded to a currency. */
export const EXACT = { currencies: { EXACT: 12 } };

/** A usage charge of one unit, in exact amounts. */
export function usageCharge(
  pricing: PricingInputFor<"usage">,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return {
    id: "usage",
    name: "Usage",
    chargeType: "usage",
    unitOfMeasure: "unit",
    currency: "EXACT",
    ...more,
    pricing,
  };
}

/** An exact amount as a line of a currency; where a case names none, dollars. */
export function inCurrency(amount: string, currency = "USD", mode?: RoundingMode): string {
  const charge = usageCharge({ model: "per-unit", unitPrice: "1" }, { currency });
  return rateAmount(charge, amount, { rounding: { mode }, negativeUsage: "allow" });
}

/** Cents of a dollar, as the engine counts money: so many units at a price of 0.01. */
export function dollars(cents: string): string {
  const charge = usageCharge({ model: "per-unit", unitPrice: CENT });
  return rate(charge, cents, { ...EXACT, negativeUsage: "allow" }).exactAmount;
}

/** A cent in dollars. */
export const CENT = "0.01";

/** A row of the engine's price list; its tier ends where the next row begins. */
export interface Row {
  readonly firstUnit: string;
  readonly rate: string;
  readonly flatFee: string | undefined;
  readonly flatCap: string | undefined;
}

export function readRows(price: Json): readonly Row[] {
  return list(price, "tiers").map((tier) => ({
    firstUnit: text(tier, "firstUnit"),
    rate: text(tier, "rate"),
    flatFee: optionalText(tier, "flatFee"),
    flatCap: optionalText(tier, "flatCap"),
  }));
}

/** Graduated tiers without caps: each holds as many units as lie between its first unit and the next one's. */
export function tieredPricing(rows: readonly Row[]): PricingInputFor<"usage"> {
  return { model: "tiered", tiers: rows.map((row, index) => tierOf(row, upTo(rows, index))) };
}

/** One graduated tier by itself, free below and above it, so that its cap can be the charge's maximum. */
export function cappedTier(rows: readonly Row[], index: number): UsageChargeInput {
  const row = rows[index];
  if (row === undefined) throw new Error(`no tier ${index}`);
  const [from, to] = [index === 0 ? undefined : upTo(rows, index - 1), upTo(rows, index)];
  const tiers: readonly Tier[] = [
    ...(from === undefined ? [] : [{ upTo: from, ...FREE }]),
    tierOf(row, to),
    ...(to === undefined ? [] : [FREE]),
  ];
  return usageCharge({ model: "tiered", tiers }, { id: `tier-${index}`, ...capOf(row) });
}

/** Volume tiers: the engine picks the one between whose first and last unit the whole quantity lies. */
export function volumeAmount(rows: readonly Row[], quantity: string): string {
  const tiers = rows.map((row, index) => tierOf(row, lastUnit(rows, index)));
  const pricing: PricingInputFor<"usage"> = { model: "volume", tiers };
  const rating = rate(usageCharge(pricing), quantity, EXACT);
  const [use] = rating.tiers;
  const reached = tiers.findIndex(({ upTo: bound = null }) => bound === use?.upTo);
  const row = rows[reached];
  // A cap is its tier's own, so the charge has a maximum only where that tier is reached.
  return row?.flatCap === undefined
    ? rating.exactAmount
    : rateAmount(usageCharge(pricing, capOf(row)), quantity, EXACT);
}

const FREE = { unitPrice: "0" };

function capOf({ flatCap }: Row): { readonly maximum?: string } {
  return flatCap === undefined ? {} : { maximum: flatCap };
}

function tierOf(row: Row, bound: string | undefined): Tier {
  return {
    ...(bound === undefined ? {} : { upTo: bound }),
    unitPrice: row.rate,
    ...(row.flatFee === undefined ? {} : { flatFee: row.flatFee }),
  };
}

/** How many units the tiers hold up to this one, counted from the first row's first unit; nothing for the last. */
function upTo(rows: readonly Row[], index: number): string | undefined {
  const [first, next] = [rows[0], rows[index + 1]];
  return first && next && sumAmounts([next.firstUnit, `-${first.firstUnit}`]);
}

/** Whether a quantity lies in none of the volume tiers: after the last whole unit of one, before the first of the next. */
export function isBetweenTiers(rows: readonly Row[], quantity: string): boolean {
  return rows.some((_, index) => {
    const [last, next] = [lastUnit(rows, index), rows[index + 1]?.firstUnit];
    if (last === undefined || next === undefined) return false;
    return compareAmounts(quantity, last) > 0 && compareAmounts(quantity, next) < 0;
  });
}

/** The unit before the next row's first one; nothing for the last row. */
function lastUnit(rows: readonly Row[], index: number): string | undefined {
  const next = rows[index + 1];
  return next && sumAmounts([next.firstUnit, "-1"]);
}

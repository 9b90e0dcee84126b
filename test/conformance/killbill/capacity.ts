import { compareAmounts, type Period, type Rating, rate, type UsageSummary } from "rateplan";
import { field, type Json, optionalText, record, text } from "../vector.js";
import { EXACT, usageCharge } from "./charges.js";
import { summarizeRecords } from "./usage.js";

/** What capacity usage costs, and the number of the tier that decides, from 1. */
export interface Capacity {
  readonly amount: string;
  readonly tier: string;
}

/**
 * The price of the first tier whose limits every unit respects. Each unit is a stairstep charge over its own limits;
 * the one that climbs highest decides. A unit that was not used respects them all.
 */
export function capacity(
  tiers: readonly Json[],
  usage: Readonly<Record<string, string | UsageSummary>>,
): Capacity {
  const limited = tiers.flatMap((tier) => Object.keys(record(tier, "limits")));
  const units = [...new Set([...Object.keys(usage), ...limited])];
  const climbs = units.map((unit) => climb(tiers, unit, usage[unit] ?? "0"));
  const [highest] = climbs.sort((a, b) => b.step - a.step);
  if (highest === undefined) throw new Error("no unit was used");
  return { amount: highest.rating.exactAmount, tier: `${highest.step + 1}` };
}

/** Capacity usage of a period: the most that was recorded of each unit decides. */
export function capacityOfRecords(
  tiers: readonly Json[],
  records: readonly Json[],
  period: Period,
): Capacity {
  const maxima = Object.keys(record(tiers[0], "limits")).map((unit) => {
    const charge = capacityCharge(tiers, unit);
    return [unit, summarizeRecords(records, charge, period)] as const;
  });
  return capacity(tiers, Object.fromEntries(maxima));
}

function climb(
  tiers: readonly Json[],
  unit: string,
  used: string | UsageSummary,
): { readonly step: number; readonly rating: Rating } {
  if (tiers.every((tier) => field(record(tier, "limits"), unit) === undefined)) {
    throw new Error(`no tier limits ${unit}`);
  }
  const stairs = stairsOf(tiers, unit);
  const rating = rate(capacityCharge(tiers, unit), used, EXACT);
  const [use] = rating.tiers;
  const stair = use === undefined ? stairs[0] : stairs.find(({ upTo = null }) => upTo === use.upTo);
  if (stair === undefined) throw new Error(`no tier is reached by ${rating.quantity} ${unit}`);
  return { step: stair.step, rating };
}

/** The charge for one unit: the most that was used at a time decides, and the first tier is due without usage. */
function capacityCharge(tiers: readonly Json[], unit: string) {
  const stairs = stairsOf(tiers, unit);
  return usageCharge(
    {
      model: "stairstep",
      tiers: stairs.map(({ step: _step, ...stair }) => stair),
      flatFeeAtZero: true,
      ...(stairs.at(-1)?.upTo === undefined ? {} : { overflow: "error" }),
    },
    { id: unit, unitOfMeasure: unit, aggregation: "max" },
  );
}

interface NumberedStair {
  readonly step: number;
  readonly upTo?: string;
  readonly flatFee: string;
}

/** The tiers that a unit can climb to: those after an unlimited one, or with a limit that is no higher, are none. */
function stairsOf(tiers: readonly Json[], unit: string): readonly NumberedStair[] {
  const stairs: NumberedStair[] = [];
  for (const [step, tier] of tiers.entries()) {
    const flatFee = text(tier, "price");
    const limit = optionalText(record(tier, "limits"), unit);
    if (limit === undefined || limit === "-1") return [...stairs, { step, flatFee }];
    const below = stairs.at(-1)?.upTo ?? "0";
    if (compareAmounts(limit, below) > 0) stairs.push({ step, upTo: limit, flatFee });
  }
  return stairs;
}

import { compareAmounts, type PricingInputFor, rate, sumAmounts, type TierInput } from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { field, type Json, list, optionalText, text, type Vector } from "../vector.js";

/** A tier list as the libraries write it, with an upper bound that may be missing or `null`. */
export function boundedTiers(tiers: readonly Json[]): readonly TierInput[] {
  return tiers.map((tier) => {
    const upTo = optionalText(tier, "upTo");
    const unitPrice = optionalText(tier, "unitAmount");
    const flatFee = optionalText(tier, "flatAmount");
    return {
      ...(upTo === undefined ? {} : { upTo }),
      ...(unitPrice === undefined ? {} : { unitPrice }),
      ...(flatFee === undefined ? {} : { flatFee }),
    };
  });
}

/** The libraries do not round what they multiply, so it is the exact amount that is compared. */
function exactAmount(
  pricing: PricingInputFor<"usage">,
  usage: string,
  includedUnits = "0",
): string {
  return rate(
    {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: "USD",
      includedUnits,
      pricing,
    },
    usage,
  ).exactAmount;
}

function amountCheck({ expected }: Vector, actual: string): readonly Check[] {
  return [{ what: "amount", expected: text(expected, "amount"), actual }];
}

/** moirei: tiers with an inclusive upper bound. */
export function moireiTiers(model: "tiered" | "volume", vector: Vector): readonly Check[] | Skip {
  const { input } = vector;
  const usage = text(input, "usage");
  const tiers = list(input, "tiers");
  const bounds = tiers.flatMap((tier) => optionalText(tier, "upTo") ?? []);
  const last = bounds[tiers.length - 1];
  if (last !== undefined && compareAmounts(usage, last) > 0) return skip("engine defect: D8");
  // On a bound, moirei bills the flat fee of the tier that comes next, which holds nothing.
  const withFees = tiers.some((tier) => field(tier, "flatAmount") !== undefined);
  if (withFees && bounds.some((bound) => compareAmounts(bound, usage) === 0)) {
    return skip("engine defect: D9");
  }
  const pricing = { model, tiers: boundedTiers(tiers), overflow: "error" } as const;
  return amountCheck(vector, exactAmount(pricing, usage));
}

/** moirei: packages, a started one counts. */
export function packages(vector: Vector): readonly Check[] {
  const { input } = vector;
  const pricing = {
    model: "package",
    size: text(input, "size"),
    price: text(input, "amount"),
  } as const;
  return amountCheck(vector, exactAmount(pricing, text(input, "usage")));
}

/** moirei: the standard price. */
export function perUnit(vector: Vector): readonly Check[] {
  const { input } = vector;
  const pricing = { model: "per-unit", unitPrice: text(input, "unitAmount") } as const;
  return amountCheck(vector, exactAmount(pricing, text(input, "usage")));
}

interface Threshold {
  readonly threshold: string;
  readonly unitAmount: string;
}

/** Crystallize's tiers from the bottom, with the free tier that it puts below the first threshold. */
function thresholds(tiers: readonly Json[]): readonly Threshold[] {
  const sorted = tiers
    .map((tier) => ({ threshold: text(tier, "threshold"), unitAmount: text(tier, "unitAmount") }))
    .toSorted((a, b) => compareAmounts(a.threshold, b.threshold));
  const [first] = sorted;
  return first === undefined || compareAmounts(first.threshold, "0") === 0
    ? sorted
    : [{ threshold: "0", unitAmount: "0" }, ...sorted];
}

/** Crystallize, graduated: a tier reaches from its threshold to the next one. */
export function crystallizeGraduated(vector: Vector): readonly Check[] {
  const { input } = vector;
  const rows = thresholds(list(input, "tiers"));
  const tiers = rows.map(({ unitAmount }, index) => {
    const next = rows[index + 1];
    return { unitPrice: unitAmount, ...(next === undefined ? {} : { upTo: next.threshold }) };
  });
  return amountCheck(vector, exactAmount({ model: "tiered", tiers }, text(input, "usage")));
}

/**
 * Crystallize, volume: a threshold belongs to the tier that it opens, and the units of the free tiers at the bottom
 * are taken off after the tier is chosen. In whole units that is: each tier ends one unit before the next threshold,
 * the free units are included units, and as those come off first, all bounds are lower by them.
 */
export function crystallizeVolume(vector: Vector): readonly Check[] | Skip {
  const { input } = vector;
  const usage = text(input, "usage");
  const rows = thresholds(list(input, "tiers"));
  if ([usage, ...rows.map((row) => row.threshold)].some((units) => !/^\d+$/.test(units))) {
    return skip("engine convention");
  }
  const firstPriced = rows.findIndex(({ unitAmount }) => compareAmounts(unitAmount, "0") !== 0);
  const free = rows[firstPriced]?.threshold ?? "0";
  const tiers = rows.slice(Math.max(firstPriced, 0)).map(({ unitAmount }, index, priced) => {
    const next = priced[index + 1];
    const upTo = next && sumAmounts([next.threshold, "-1", `-${free}`]);
    return { unitPrice: unitAmount, ...(upTo === undefined ? {} : { upTo }) };
  });
  // A tier that only its own threshold could reach has nothing left when that is free.
  const reachable = tiers.filter(({ upTo }) => upTo === undefined || compareAmounts(upTo, "0") > 0);
  return amountCheck(vector, exactAmount({ model: "volume", tiers: reachable }, usage, free));
}

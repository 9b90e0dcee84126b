import type { Charge } from "../catalog/charge.js";
import type { DecimalInput } from "../money/decimal.js";
import type { ChargeType } from "../pricing/charge-type.js";
import type { TierOverflow } from "../pricing/tiers.js";
import type { ParseResult } from "../schema/parse.js";
import { at, type ChargeDraft } from "./charge-draft.js";
import {
  choiceIn,
  type Import,
  importCharge,
  isAbsent,
  METERED_IMPORT_OPTIONS,
  type MeteredImportOptions,
  optionOr,
  type Peer,
  partIn,
  refuse,
  refuseOthers,
  report,
  rowsIn,
  taken,
} from "./import-charge.js";

/** The options of {@link fromValmiChargeModel}: what the charge that refers to the model says. */
export interface ValmiImportOptions extends MeteredImportOptions {
  /** When the charge is due. Required for flat fees and discounts; default `"usage"` for all others. */
  readonly chargeType?: ChargeType | null | undefined;
  /** What a quantity above a bounded last tier does; without it such tiers are refused. */
  readonly overflow?: TierOverflow | null | undefined;
  /** Fee of an overage model, which has no field for it; default none. */
  readonly baseFee?: DecimalInput | null | undefined;
}

const TYPES = ["flat-fee", "per-unit", "tiered", "volume", "overage-pricing", "discount"] as const;
const READ = ["id", "name", "description", "type", "pricing_strategy", "created_at", "updated_at"];

const OPTIONS = [...METERED_IMPORT_OPTIONS, "chargeType", "baseFee", "overflow"];

/** What each type of charge model is in ours, which fields it reads, and which options besides. */
const MODELS: {
  readonly [type in (typeof TYPES)[number]]: {
    readonly reads: readonly string[];
    readonly option?: string;
    readonly chargeType?: ChargeType | null | undefined;
    readonly pricing: (strategy: Peer, options: Peer) => ChargeDraft;
  };
} = {
  "flat-fee": {
    reads: ["price"],
    pricing: (strategy) => ({ model: "flat", amount: taken(strategy, "price") }),
  },
  "per-unit": {
    reads: ["price"],
    chargeType: "usage",
    pricing: (strategy) => ({ model: "per-unit", unitPrice: taken(strategy, "price") }),
  },
  tiered: {
    reads: ["tiers"],
    option: "overflow",
    chargeType: "usage",
    pricing: (strategy, options) => ({ model: "tiered", ...tiersOf(strategy, options) }),
  },
  volume: {
    reads: ["tiers"],
    option: "overflow",
    chargeType: "usage",
    pricing: (strategy, options) => ({ model: "volume", ...tiersOf(strategy, options) }),
  },
  "overage-pricing": {
    reads: ["price", "included_units"],
    option: "baseFee",
    chargeType: "usage",
    pricing: (strategy, options) => ({
      model: "overage",
      baseFee: taken(options, "baseFee"),
      includedUnits: taken(strategy, "included_units"),
      unitPrice: taken(strategy, "price"),
    }),
  },
  discount: {
    reads: ["discount_type", "discount_value"],
    pricing: (strategy) => {
      const type = choiceIn(strategy, "discount_type", ["percentage", "flat"]);
      const field = type === "flat" ? "amount" : "percent";
      return { model: "discount", [field]: taken(strategy, "discount_value") };
    },
  },
};

/**
 * Reads a charge model of Valmi Value (www.valmi.io/docs/api-reference/endpoints/pricing) into a charge.
 *
 * - `flat-fee`, `per-unit`, `tiered`, `volume`, `overage-pricing` and `discount`, also written with underscores.
 * - Tiers `{ start, counter, price }`: `counter` is the last unit of the tier, as in `1–10, 11–110`. Valmi's examples
 *   bound the last tier and do not say what lies above it: choose with `options.overflow`, or it is refused.
 * - Valmi calls overage recurring, but counts usage for it: it becomes a usage charge, unless `options.chargeType` asks
 *   for a recurring one, on the subscription's quantity.
 * - The unit is `options.unitOfMeasure`, else `unit_of_measure` of the strategy. Unknown keys are issues
 *   (`not_supported`).
 *
 * @example
 * ```ts
 * import { rate } from "rateplan";
 * import { fromValmiChargeModel } from "rateplan/import";
 *
 * const result = fromValmiChargeModel(
 *   { name: "Outcomes", description: "", type: "tiered", pricing_strategy: { unit_of_measure: "@outcome", tiers: [
 *     { start: 1, counter: 100, price: 50 }, { start: 101, counter: 500, price: 40 }, { start: 501, counter: null, price: 30 },
 *   ] } },
 *   { id: "outcomes", currency: "USD" },
 * );
 * result.ok && rate(result.value, 650).amount; // => "25500.00"
 * ```
 */
export function fromValmiChargeModel(
  model: unknown,
  options: ValmiImportOptions = {},
): ParseResult<Charge> {
  return importCharge(model, options, OPTIONS, draftOf);
}

function draftOf(given: Import): ChargeDraft | undefined {
  const { peer, options } = given;
  refuseOthers(peer, READ);
  const type = choiceIn(hyphenated(peer), "type", TYPES);
  const strategy = partIn(peer, "pricing_strategy");
  if (strategy === undefined && isAbsent(peer.fields["pricing_strategy"])) {
    const expected = "an object with the prices";
    report(peer, "missing", ["pricing_strategy"], expected, undefined);
  }
  if (type === undefined || strategy === undefined) return undefined;
  const model = MODELS[type];
  refuseOthers(strategy, ["unit_of_measure", ...model.reads]);
  refuse(
    options,
    ["overflow", "baseFee"].filter((name) => name !== model.option),
    `absent for a ${type} model`,
  );
  const { unitOfMeasure } = options.fields;
  return {
    id: optionOr(given, "id", "id"),
    name: optionOr(given, "name", "name"),
    description: taken(peer, "description"),
    unitOfMeasure: isAbsent(unitOfMeasure)
      ? taken(strategy, "unit_of_measure")
      : taken(options, "unitOfMeasure"),
    currency: taken(options, "currency"),
    aggregation: taken(options, "aggregation"),
    chargeType: at(["options", "chargeType"], options.fields["chargeType"] ?? model.chargeType),
    pricing: at(strategy.path, model.pricing(strategy, options)),
  };
}

/** The type is written with hyphens in the API's examples and with underscores elsewhere. */
function hyphenated(peer: Peer): Peer {
  const { type } = peer.fields;
  if (typeof type !== "string") return peer;
  const written = type.replaceAll("_", "-");
  const long = written === "flat" ? "flat-fee" : written;
  return TYPES.some((each) => each === long)
    ? { ...peer, fields: { ...peer.fields, type: long } }
    : peer;
}

function tiersOf(strategy: Peer, options: Peer): ChargeDraft {
  return {
    tiers: rowsIn(strategy, "tiers", (tier) => {
      refuseOthers(tier, ["price", "start", "counter"]);
      return {
        start: taken(tier, "start"),
        end: taken(tier, "counter"),
        unitPrice: taken(tier, "price"),
      };
    }),
    overflow: taken(options, "overflow"),
  };
}

import type { Charge } from "../catalog/charge.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { formatExact, fraction, isNegative, multiply, ONE, subtract } from "../money/fraction.js";
import type { ParseResult } from "../schema/parse.js";
import { at, type ChargeDraft, type Placed } from "./charge-draft.js";
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
  rowsIn,
  taken,
} from "./import-charge.js";

/** The options of {@link fromOpenMeterPrice}. An OpenMeter price has neither id nor name: both are required. */
export interface OpenMeterImportOptions extends MeteredImportOptions {
  /** When a flat price is due: a rate card without billing cadence is `"one-time"`; default `"recurring"`. */
  readonly chargeType?: "one-time" | "recurring" | null | undefined;
}

const TYPES = ["flat", "unit", "tiered", "package", "dynamic"] as const;
const COMMITMENTS = ["minimumAmount", "maximumAmount"];

/** What each type of price is in our models, and which fields it reads. */
const PRICES: {
  readonly [type in (typeof TYPES)[number]]: {
    readonly reads: readonly string[];
    readonly pricing: (price: Peer) => ChargeDraft;
  };
} = {
  flat: {
    reads: ["amount", "paymentTerm"],
    pricing: (price) => ({ model: "flat", amount: taken(price, "amount") }),
  },
  unit: {
    reads: ["amount", ...COMMITMENTS],
    pricing: (price) => ({ model: "per-unit", unitPrice: taken(price, "amount") }),
  },
  tiered: { reads: ["mode", "tiers", ...COMMITMENTS], pricing: tiersOf },
  package: {
    reads: ["amount", "quantityPerPackage", ...COMMITMENTS],
    pricing: (price) => ({
      model: "package",
      size: taken(price, "quantityPerPackage"),
      price: taken(price, "amount"),
    }),
  },
  dynamic: {
    reads: ["multiplier", ...COMMITMENTS],
    pricing: (price) => ({ model: "pre-rated", markup: markupOf(price) }),
  },
};

/**
 * Reads the price of an OpenMeter rate card (openmeter.io/docs/api, `RateCardUsageBasedPrice` and
 * `FlatPriceWithPaymentTerm`) into a charge.
 *
 * - `flat` is a flat fee, `unit` per-unit pricing, `tiered` tiered (`mode: "graduated"`) or volume pricing, `package`
 *   the same, and `dynamic` pre-rated pricing whose markup is the multiplier's part above 1.
 * - OpenMeter bills the first tier's flat price also for a quantity of 0, so `flatFeeAtZero` is set. Tiers must stand in
 *   rising order.
 * - `minimumAmount` and `maximumAmount` become `minimum` and `maximum`.
 * - Flat fees are billed at the end of a period: `paymentTerm: "in_advance"`, a multiplier below 1 and unknown keys are
 *   issues (`not_supported`). A price without `paymentTerm` asks for neither.
 *
 * @example
 * ```ts
 * import { rate } from "rateplan";
 * import { fromOpenMeterPrice } from "rateplan/import";
 *
 * const result = fromOpenMeterPrice(
 *   { type: "tiered", mode: "graduated", tiers: [
 *     { upToAmount: 5, flatPrice: { type: "flat", amount: "100" }, unitPrice: null },
 *     { upToAmount: null, flatPrice: null, unitPrice: { type: "unit", amount: "5" } } ] },
 *   { id: "tokens", name: "Tokens", unitOfMeasure: "token", currency: "USD" },
 * );
 * result.ok && rate(result.value, 7).amount; // => "110.00"
 * ```
 */
export function fromOpenMeterPrice(
  price: unknown,
  options: OpenMeterImportOptions,
): ParseResult<Charge> {
  return importCharge(price, options, [...METERED_IMPORT_OPTIONS, "chargeType"], draftOf);
}

function draftOf(given: Import): ChargeDraft | undefined {
  const { peer, options } = given;
  const type = choiceIn(peer, "type", TYPES);
  if (type === undefined) return undefined;
  const price = PRICES[type];
  refuseOthers(peer, ["type", ...price.reads]);
  const isFlat = type === "flat";
  if (isFlat) choiceIn(peer, "paymentTerm", ["in_arrears"], "in_arrears");
  else refuse(options, ["chargeType"], "absent unless the price is flat");
  const chargeType = choiceIn(options, "chargeType", ["one-time", "recurring"], "recurring");
  return {
    id: taken(options, "id"),
    name: optionOr(given, "name"),
    ...(isFlat && isAbsent(options.fields["unitOfMeasure"])
      ? {}
      : { unitOfMeasure: taken(options, "unitOfMeasure") }),
    currency: taken(options, "currency"),
    aggregation: taken(options, "aggregation"),
    chargeType: isFlat ? at(["options", "chargeType"], chargeType) : "usage",
    minimum: taken(peer, "minimumAmount"),
    maximum: taken(peer, "maximumAmount"),
    pricing: at([], price.pricing(peer)),
  };
}

function tiersOf(price: Peer): ChargeDraft {
  const mode = choiceIn(price, "mode", ["graduated", "volume"]);
  return {
    model: at(["mode"], mode === "volume" ? "volume" : "tiered"),
    tiers: rowsIn(price, "tiers", (tier) => {
      refuseOthers(tier, ["upToAmount", "flatPrice", "unitPrice"]);
      return {
        upTo: taken(tier, "upToAmount"),
        ...component(tier, "unitPrice", "unitPrice", "unit"),
        ...component(tier, "flatFee", "flatPrice", "flat"),
      };
    }),
    flatFeeAtZero: true,
  };
}

function component(tier: Peer, ours: string, theirs: string, type: string): ChargeDraft {
  const part = partIn(tier, theirs);
  if (part === undefined) return {};
  refuseOthers(part, ["type", "amount"]);
  choiceIn(part, "type", [type]);
  return { [ours]: taken(part, "amount") };
}

/** A multiplier as a markup in percent: 1.2 is 20. What is no decimal stays, for the parser to report. */
function markupOf(price: Peer): Placed {
  const { multiplier } = price.fields;
  if (isAbsent(multiplier)) return taken(price, "multiplier");
  const value = readDecimal(multiplier);
  if (isProblem(value)) return taken(price, "multiplier");
  const markup = subtract(value, ONE);
  if (isNegative(markup)) refuse(price, ["multiplier"], "1 or more");
  return at([...price.path, "multiplier"], formatExact(multiply(markup, fraction(100n))));
}

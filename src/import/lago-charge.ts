import type { Charge } from "../catalog/charge.js";
import { minorUnits } from "../money/currency.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { isZero } from "../money/fraction.js";
import type { ParseResult } from "../schema/parse.js";
import { at, type ChargeDraft } from "./charge-draft.js";
import {
  choiceIn,
  fromMinorUnits,
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

/** Fields of a charge that say nothing about amounts. */
const INFORMATION = [
  "lago_billable_metric_id",
  "created_at",
  "code",
  "lago_parent_id",
  "parent_id",
];
const NAMES = ["lago_id", "billable_metric_code", "invoice_display_name"];
const READ = [
  ...INFORMATION,
  ...NAMES,
  "charge_model",
  "properties",
  "min_amount_cents",
  "invoiceable",
];
const GROUPINGS = ["pricing_group_keys", "grouped_by"];
/** Properties of any model that say how an invoice looks, and nothing about amounts. */
const DISPLAY = ["presentation_group_keys"];

const CHARGE_MODELS = [
  "standard",
  "graduated",
  "graduated_percentage",
  "package",
  "percentage",
  "volume",
  "dynamic",
] as const;

const UNIT_RANGE = { unitPrice: "per_unit_amount", flatFee: "flat_amount" };

/** What the properties of each charge model are in ours, and which of them it reads. */
const MODELS: {
  readonly [model in (typeof CHARGE_MODELS)[number]]: {
    readonly reads: readonly string[];
    readonly pricing: (properties: Peer) => ChargeDraft;
    readonly includedUnits?: string;
  };
} = {
  standard: {
    reads: ["amount"],
    pricing: (of) => ({ model: "per-unit", unitPrice: taken(of, "amount") }),
  },
  graduated: {
    reads: ["graduated_ranges"],
    pricing: (of) => ({ model: "tiered", ...tiers(of, "graduated_ranges", UNIT_RANGE) }),
  },
  volume: {
    reads: ["volume_ranges"],
    pricing: (of) => ({ model: "volume", ...tiers(of, "volume_ranges", UNIT_RANGE) }),
  },
  graduated_percentage: {
    reads: ["graduated_percentage_ranges"],
    pricing: (of) => ({
      model: "percentage",
      ...tiers(of, "graduated_percentage_ranges", { percent: "rate", flatFee: "flat_amount" }),
    }),
  },
  package: {
    reads: ["amount", "package_size", "free_units"],
    includedUnits: "free_units",
    pricing: (of) => ({
      model: "package",
      size: taken(of, "package_size"),
      price: taken(of, "amount"),
    }),
  },
  percentage: {
    reads: [
      "rate",
      "fixed_amount",
      "free_units_per_events",
      "free_units_per_total_aggregation",
      "per_transaction_min_amount",
      "per_transaction_max_amount",
    ],
    pricing: (of) => ({
      model: "percentage",
      percent: taken(of, "rate"),
      fixedPerEvent: taken(of, "fixed_amount"),
      ...unlessZero(of, "freeEvents", "free_units_per_events"),
      ...unlessZero(of, "freeAmount", "free_units_per_total_aggregation"),
      minPerEvent: taken(of, "per_transaction_min_amount"),
      maxPerEvent: taken(of, "per_transaction_max_amount"),
    }),
  },
  dynamic: { reads: [], pricing: () => ({ model: "pre-rated" }) },
};

/**
 * Reads a charge of Lago's API (getlago.com/docs/api-reference/plans/charges/object) into a usage charge.
 *
 * - `standard` is per-unit pricing, `graduated` tiered, `graduated_percentage` percentage with tiers, `dynamic`
 *   pre-rated; `package`, `percentage` and `volume` are called the same. Lago bills the first range's flat amount also
 *   for a quantity of 0, so `flatFeeAtZero` is set.
 * - `percentage` and `dynamic` price the `value` of events, where Lago prices a property of them and
 *   `precise_total_amount_cents`.
 * - `pricing_group_keys` (and the older `grouped_by`) become `groupBy`, each key a property; `min_amount_cents` becomes
 *   `minimum`, for which the currency must be given.
 * - The unit is `options.unitOfMeasure`, else `billable_metric_code`; how the metric counts is `options.aggregation`.
 * - `pay_in_advance`, `prorated`, `invoiceable: false`, `regroup_paid_fees`, filters, taxes, pricing units and unknown
 *   keys are issues (`not_supported`) where they ask for something. `presentation_group_keys` divide lines for display
 *   only, and are not read.
 *
 * @example
 * ```ts
 * import { rate } from "rateplan";
 * import { fromLagoCharge } from "rateplan/import";
 *
 * const result = fromLagoCharge(
 *   { lago_id: "1a90", billable_metric_code: "api_calls", charge_model: "package",
 *     properties: { amount: "5", package_size: 100, free_units: 100 } },
 *   { currency: "USD" },
 * );
 * result.ok && rate(result.value, 201).amount; // => "10.00"
 * ```
 */
export function fromLagoCharge(
  charge: unknown,
  options: MeteredImportOptions = {},
): ParseResult<Charge> {
  return importCharge(charge, options, METERED_IMPORT_OPTIONS, draftOf);
}

function draftOf(given: Import): ChargeDraft | undefined {
  const { peer } = given;
  refuseWhatHasNoEqual(peer);
  const name = choiceIn(peer, "charge_model", CHARGE_MODELS);
  if (name === undefined) return undefined;
  const properties = partIn(peer, "properties") ?? {
    fields: {},
    path: ["properties"],
    issues: peer.issues,
  };
  const model = MODELS[name];
  refuseOthers(properties, [...model.reads, ...GROUPINGS, ...DISPLAY]);
  return {
    id: optionOr(given, "id", "lago_id"),
    name: optionOr(given, "name", "invoice_display_name", "billable_metric_code", "lago_id"),
    unitOfMeasure: optionOr(given, "unitOfMeasure", "billable_metric_code"),
    currency: taken(given.options, "currency"),
    aggregation: taken(given.options, "aggregation"),
    chargeType: "usage",
    ...(model.includedUnits === undefined
      ? {}
      : unlessZero(properties, "includedUnits", model.includedUnits)),
    ...minimumOf(given),
    ...groupsOf(properties),
    pricing: at(properties.path, model.pricing(properties)),
  };
}

function refuseWhatHasNoEqual(charge: Peer): void {
  if (charge.fields["invoiceable"] === false) {
    const expected = "true: every charge stands on the invoice";
    report(charge, "not_supported", ["invoiceable"], expected, false);
  }
  refuseOthers(charge, READ);
}

function tiers(
  properties: Peer,
  name: string,
  prices: Readonly<Record<string, string>>,
): ChargeDraft {
  const read = ["from_value", "to_value", ...Object.values(prices)];
  const rows = rowsIn(properties, name, (range) => {
    refuseOthers(range, read);
    return {
      start: taken(range, "from_value"),
      end: taken(range, "to_value"),
      ...Object.fromEntries(
        Object.entries(prices).map(([ours, theirs]) => [ours, taken(range, theirs)]),
      ),
    };
  });
  return { tiers: rows, flatFeeAtZero: true };
}

/** A number of free units; 0 is how Lago writes that there are none. */
function unlessZero(peer: Peer, ours: string, theirs: string): ChargeDraft {
  const value = readDecimal(peer.fields[theirs]);
  return !isProblem(value) && isZero(value) ? {} : { [ours]: taken(peer, theirs) };
}

function minimumOf({ peer, options, policy }: Import): ChargeDraft {
  const cents = peer.fields["min_amount_cents"];
  const read = readDecimal(cents);
  if (isAbsent(cents) || (!isProblem(read) && isZero(read))) return {};
  const { currency } = options.fields;
  if (isAbsent(currency)) {
    const expected = "the currency of min_amount_cents";
    const path = ["options", "currency"];
    report(peer, "missing_currency", path, expected, currency);
  }
  // An unknown currency is an issue of its own.
  const decimals =
    typeof currency === "string"
      ? (minorUnits(currency) ?? minorUnits(currency, policy.currencies))
      : undefined;
  return { minimum: at(["min_amount_cents"], fromMinorUnits(cents, decimals ?? 0)) };
}

function groupsOf(properties: Peer): ChargeDraft {
  const name = GROUPINGS.find((each) => !isAbsent(properties.fields[each]));
  if (name === undefined) return {};
  const [, older] = GROUPINGS;
  if (older !== undefined && older !== name) {
    refuse(properties, [older], "absent beside pricing_group_keys");
  }
  const keys = properties.fields[name];
  const path = [...properties.path, name];
  if (Array.isArray(keys) && keys.length === 0) return {};
  const fields = Array.isArray(keys)
    ? keys.map((key: unknown) => (typeof key === "string" ? `properties.${key}` : key))
    : keys;
  return { groupBy: at(path, { fields: at(path, fields) }) };
}

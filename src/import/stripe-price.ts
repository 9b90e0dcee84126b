import type { Charge } from "../catalog/charge.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { minorUnits } from "../money/currency.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { compare } from "../money/fraction.js";
import { asksForNothing } from "../schema/fields.js";
import { CONFIGURATION, type DataForm } from "../schema/plain-data.js";
import type { BillingCycle, CycleUnit, NamedCycle } from "../time/billing-cycle.js";
import { at, type ChargeDraft, type Placed } from "./charge-draft.js";
import {
  choiceIn,
  fromMinorUnits,
  IMPORT_OPTIONS,
  type Import,
  type ImportOptions,
  importCharge,
  isAbsent,
  optionOr,
  type Peer,
  partIn,
  refuse,
  refuseOthers,
  report,
  rowsIn,
  taken,
} from "./import-charge.js";
import { stripeDecimals } from "./stripe-currency.js";
import { stripeDecimalText } from "./stripe-decimal.js";

/** What a Stripe price is read as. */
export type StripePriceResult =
  | {
      /** The price has an equal. */
      readonly ok: true;
      /** The charge, parsed. */
      readonly value: Charge;
      /** How often the price recurs: the billing cycle of a rate plan that may hold it. Absent on one-time prices. */
      readonly billingCycle?: BillingCycle;
    }
  | {
      /** Something of the price is wrong, or has no equal. */
      readonly ok: false;
      /** All of it, with paths into the price; those of options begin with `options`. */
      readonly issues: readonly PricingIssue[];
    };

/** Fields of a price that say nothing about amounts. */
const INFORMATION = ["object", "active", "created", "livemode", "lookup_key", "product"];
const AMOUNTS = ["unit_amount", "unit_amount_decimal"];
const FLAT_AMOUNTS = ["flat_amount", "flat_amount_decimal"];
const READ = [
  "id",
  "nickname",
  "currency",
  "type",
  "recurring",
  "billing_scheme",
  "tiers",
  "tiers_mode",
];

/** Prices as the API writes them, or as Stripe's SDK makes objects of them. */
const STRIPE_FORM: DataForm = { ...CONFIGURATION, textOfClass: stripeDecimalText };

const NAMED_CYCLES: ReadonlyMap<string, NamedCycle> = new Map([
  ["1 day", "daily"],
  ["1 week", "weekly"],
  ["1 month", "monthly"],
  ["3 month", "quarterly"],
  ["6 month", "semi-annual"],
  ["1 year", "annual"],
]);

/**
 * Reads a Price object of Stripe's API (docs.stripe.com/api/prices/object) into a charge.
 *
 * - `billing_scheme: "per_unit"` is per-unit pricing, with `transform_quantity` package pricing; `"tiered"` is tiered
 *   (`tiers_mode: "graduated"`) or volume pricing, where the first tier's flat amount is due also for a quantity of 0.
 * - `usage_type: "licensed"` is a recurring charge on the subscription's quantity, `"metered"` a usage charge, and
 *   `type: "one_time"` a one-time charge for one unit. Stripe bills licensed prices at the start of a period; recurring
 *   charges are billed at its end.
 * - How usage is counted stands on the price's meter, not on the price: `options.aggregation` says it (`"count"` and
 *   `"last"` are called the same), default `"sum"`. Older prices say it themselves.
 * - Amounts are shifted from minor units exactly, by Stripe's decimals of the currency: JPY by none, KWD by three. Decimals
 *   may be texts, as in the API's JSON, or the objects (`Stripe.Decimal`) of Stripe's SDK.
 * - `tiers` must be expanded. `custom_unit_amount`, `currency_options`, inclusive tax, trial days and keys that Stripe
 *   does not document are issues (`not_supported`); keys without a price in them (`created`, `livemode`, …) are not read.
 *
 * @example
 * ```ts
 * import { rate } from "rateplan";
 * import { fromStripePrice } from "rateplan/import";
 *
 * const result = fromStripePrice(
 *   {
 *     id: "price_1", currency: "usd", type: "recurring", recurring: { interval: "month", usage_type: "metered" },
 *     billing_scheme: "tiered", tiers_mode: "graduated", tiers: [
 *       { up_to: 5, unit_amount: 500, flat_amount: 1000 },
 *       { up_to: 10, unit_amount: 400, flat_amount: 2000 },
 *       { up_to: null, unit_amount_decimal: "300", flat_amount: 3000 },
 *     ],
 *   },
 *   { unitOfMeasure: "project" },
 * );
 * result.ok && rate(result.value, 12).amount; // => "111.00"
 * result.ok && result.billingCycle; // => "monthly"
 * ```
 */
export function fromStripePrice(price: unknown, options: ImportOptions = {}): StripePriceResult {
  let billingCycle: BillingCycle | undefined;
  const read = (given: Import) => {
    const { chargeType, cycle } = recurrenceOf(given.peer);
    billingCycle = cycle;
    return draftOf(given, chargeType);
  };
  const result = importCharge(price, options, IMPORT_OPTIONS, read, STRIPE_FORM);
  return result.ok && billingCycle !== undefined ? { ...result, billingCycle } : result;
}

type Recurrence = "one-time" | "recurring" | "usage" | undefined;

function draftOf(given: Import, chargeType: Recurrence): ChargeDraft {
  const { peer, policy } = given;
  const code = peer.fields["currency"];
  const currency = typeof code === "string" ? code.toUpperCase() : code;
  if (isAbsent(code)) {
    const expected = "a currency code";
    report(peer, "missing", ["currency"], expected, code);
  }
  const decimals =
    typeof currency !== "string"
      ? undefined
      : (stripeDecimals(currency) ?? minorUnits(currency, policy.currencies));
  refuseWhatHasNoEqual(peer);
  return {
    id: optionOr(given, "id", "id"),
    name: optionOr(given, "name", "nickname", "id"),
    ...(isAbsent(given.options.fields["unitOfMeasure"]) && chargeType === "one-time"
      ? {}
      : { unitOfMeasure: optionOr(given, "unitOfMeasure") }),
    currency: at(["currency"], currency),
    // Where it could not be read, an issue says so; usage may have any pricing.
    chargeType: at(["type"], chargeType ?? "usage"),
    ...aggregationOf(given, chargeType),
    pricing: at([], pricingOf(peer, chargeType, decimals ?? 0)),
    ...(asksForNothing(peer.fields["metadata"]) ? {} : { metadata: taken(peer, "metadata") }),
  };
}

function refuseWhatHasNoEqual(price: Peer): void {
  const { object, tax_behavior: tax } = price.fields;
  if (!isAbsent(object) && object !== "price") refuse(price, ["object"], '"price"');
  if (tax === "inclusive") refuse(price, ["tax_behavior"], '"exclusive" or "unspecified"');
  refuseOthers(price, [
    ...INFORMATION,
    ...READ,
    ...AMOUNTS,
    "transform_quantity",
    "metadata",
    "tax_behavior",
  ]);
}

function recurrenceOf(price: Peer): {
  readonly chargeType: Recurrence;
  readonly cycle?: BillingCycle | undefined;
} {
  const recurring = partIn(price, "recurring");
  const type = choiceIn(
    price,
    "type",
    ["one_time", "recurring"],
    recurring === undefined ? "one_time" : "recurring",
  );
  if (type === "one_time") {
    refuse(price, ["recurring"], "absent on one-time prices");
    return { chargeType: "one-time" };
  }
  if (recurring === undefined) {
    const expected = "an object with interval";
    if (type !== undefined && isAbsent(price.fields["recurring"]))
      report(price, "missing", ["recurring"], expected, undefined);
    return { chargeType: undefined };
  }
  refuseOthers(recurring, ["interval", "interval_count", "usage_type", "aggregate_usage", "meter"]);
  const usage = choiceIn(recurring, "usage_type", ["licensed", "metered"], "licensed");
  return {
    chargeType: usage && (usage === "metered" ? "usage" : "recurring"),
    cycle: cycleOf(recurring),
  };
}

function cycleOf(recurring: Peer): BillingCycle | undefined {
  const units: readonly CycleUnit[] = ["day", "week", "month", "year"];
  const unit = choiceIn(recurring, "interval", units);
  const every = recurring.fields["interval_count"] ?? 1;
  if (typeof every !== "number" || !Number.isInteger(every) || every < 1 || every > 1_000) {
    const expected = "a whole number from 1 to 1000";
    const path = [...recurring.path, "interval_count"];
    report(recurring, "invalid_value", path, expected, every);
    return undefined;
  }
  return unit && (NAMED_CYCLES.get(`${every} ${unit}`) ?? { every, unit });
}

/** How usage is counted, as the options or an older price say it. */
function aggregationOf({ peer, options }: Import, chargeType: Recurrence): ChargeDraft {
  if (chargeType === undefined) return {};
  if (chargeType !== "usage") {
    refuse(options, ["aggregation"], "absent unless the price is metered");
    return {};
  }
  if (!isAbsent(options.fields["aggregation"])) {
    return { aggregation: taken(options, "aggregation") };
  }
  const recurring = partIn(peer, "recurring");
  if (recurring === undefined || isAbsent(recurring.fields["aggregate_usage"])) return {};
  const path = [...recurring.path, "aggregate_usage"];
  const name = choiceIn(recurring, "aggregate_usage", ["sum", "max", "last_during_period"]);
  return { aggregation: at(path, name === "last_during_period" ? "last" : name) };
}

function pricingOf(price: Peer, chargeType: Recurrence, decimals: number): ChargeDraft | undefined {
  const scheme = choiceIn(price, "billing_scheme", ["per_unit", "tiered"], "per_unit");
  const transform = partIn(price, "transform_quantity");
  if (scheme === "tiered") {
    if (chargeType === "one-time")
      refuse(price, ["billing_scheme"], '"per_unit" on one-time prices');
    refuse(price, [...AMOUNTS, "transform_quantity"], "absent beside tiers");
    const mode = choiceIn(price, "tiers_mode", ["graduated", "volume"]);
    return {
      model: at(["tiers_mode"], mode === "volume" ? "volume" : "tiered"),
      tiers: rowsIn(price, "tiers", (tier) => tierOf(tier, decimals)),
      flatFeeAtZero: true,
    };
  }
  refuse(price, ["tiers", "tiers_mode"], "absent beside per_unit");
  const amount = amountIn(price, "unit_amount", decimals);
  if (chargeType === "one-time") {
    refuse(price, ["transform_quantity"], "absent on one-time prices");
    return { model: "flat", amount };
  }
  if (transform === undefined) return { model: "per-unit", unitPrice: amount };
  refuseOthers(transform, ["divide_by", "round"]);
  choiceIn(transform, "round", ["up", "down"]);
  return {
    model: "package",
    size: taken(transform, "divide_by"),
    price: amount,
    rounding: taken(transform, "round"),
  };
}

function tierOf(tier: Peer, decimals: number): ChargeDraft {
  refuseOthers(tier, ["up_to", ...AMOUNTS, ...FLAT_AMOUNTS]);
  const { up_to: bound } = tier.fields;
  const isGiven = (name: string) =>
    !isAbsent(tier.fields[name]) || !isAbsent(tier.fields[`${name}_decimal`]);
  return {
    upTo: at([...tier.path, "up_to"], bound === "inf" ? undefined : (bound ?? undefined)),
    ...(isGiven("unit_amount") ? { unitPrice: amountIn(tier, "unit_amount", decimals) } : {}),
    ...(isGiven("flat_amount") ? { flatFee: amountIn(tier, "flat_amount", decimals) } : {}),
  };
}

/** An amount that stands as whole minor units, as a decimal of them, or, equal, as both. */
function amountIn(peer: Peer, name: string, decimals: number): Placed {
  const { [name]: whole, [`${name}_decimal`]: exactly } = peer.fields;
  const [read, other] = [readDecimal(whole), readDecimal(exactly)];
  const path = [...peer.path, isAbsent(exactly) ? name : `${name}_decimal`];
  if (!isAbsent(whole) && isProblem(read) && !isAbsent(exactly)) {
    return at([...peer.path, name], whole);
  }
  if (!isProblem(read) && !isProblem(other) && compare(read, other) !== 0) {
    const expected = `equal to ${name} (${String(whole)})`;
    peer.issues.push(issueAt("invalid_value", path, { expected, received: exactly }));
  }
  return at(path, fromMinorUnits(exactly ?? whole ?? undefined, decimals));
}

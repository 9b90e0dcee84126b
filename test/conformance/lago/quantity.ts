import { type Rating, rate, summarizeUsage } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import {
  field,
  isStated,
  type Json,
  type JsonObject,
  optionalText,
  record,
  text,
} from "../vector.js";
import {
  aggregationOf,
  inCents,
  isProrated,
  isZero,
  lagoCharge,
  metricEvents,
  POLICY,
  withoutFlatFees,
} from "./charges.js";
import { proratedQuantity } from "./prorated.js";
import { taxedChecks } from "./taxes.js";
import { tierChecks } from "./tiers.js";

/** A charge that prices one quantity: of its metric's events, or given. */
export function quantityCharge(model: string): Translation {
  return {
    area: "pricing",
    run({ input, expected }) {
      if (isProrated(input)) return proratedQuantity(model, input, expected);
      const properties = record(input, "properties");
      const priced = (terms: JsonObject) => rateCase(model, terms, input);
      const { rating, units } = priced(properties);
      return [
        ...amountChecks(rating, units, expected),
        ...taxedChecks(input, expected, inCents(rating.amount)),
        ...tierChecks(rating, () => priced(withoutFlatFees(properties)).rating, expected),
        ...detailChecks(model, rating, () => priced(withoutFlatFees(properties)).rating, expected),
      ];
    },
  };
}

/** The price of a single event, known before it is billed: the same charge for its quantity. */
export function singleEventCharge(model: string): Translation {
  return {
    area: "pricing",
    run({ input, expected }) {
      const rating = rate(
        lagoCharge(model, record(input, "properties")),
        text(input, "units"),
        POLICY,
      );
      return amountChecks(rating, rating.quantity, expected);
    },
  };
}

function rateCase(
  model: string,
  properties: JsonObject,
  input: JsonObject,
): { readonly rating: Rating; readonly units: string } {
  const hasEvents = isStated(input, "eventValues");
  const units = hasEvents ? meteredUnits(input) : text(input, "units");
  // A percentage of tiers is taken of the metric's total, whatever the metric.
  if (!hasEvents || model === "graduated_percentage") {
    return { rating: rate(lagoCharge(model, properties), units, POLICY), units };
  }
  const charge = lagoCharge(model, properties, countedAs(input));
  const summary = summarizeUsage(metricEvents(input), { charge, policy: POLICY });
  return { rating: rate(charge, summary, POLICY), units };
}

function countedAs(input: JsonObject) {
  return { aggregation: aggregationOf(input) };
}

/** The quantity that a case's metric makes of its events. */
export function meteredUnits(input: JsonObject): string {
  const charge = lagoCharge("standard", { amount: "0" }, countedAs(input));
  return summarizeUsage(metricEvents(input), { charge, policy: POLICY }).quantity;
}

/**
 * The amounts of a rating. A unit amount of Lago's is the amount divided by the units, for people to read; it is
 * compared where every unit has one price.
 */
export function amountChecks(rating: Rating, units: string, expected: Json): readonly Check[] {
  const checks: Check[] = [];
  const compare = (what: string, actual: string) => {
    const stated = optionalText(expected, what);
    if (stated !== undefined) checks.push({ what, expected: stated, actual });
  };
  compare("amount", rating.exactAmount);
  compare("amountCents", inCents(rating.amount));
  compare("units", units);
  if (rating.unitPrice !== null && !isZero(units)) compare("unitAmount", rating.unitPrice);
  return checks;
}

function detailChecks(
  model: string,
  rating: Rating,
  unitsAlone: () => Rating,
  expected: Json,
): readonly Check[] {
  if (field(expected, "details") === undefined) return [];
  const stated = record(expected, "details");
  if (model === "volume") return volumeChecks(rating, unitsAlone(), stated);
  if (model === "package") {
    const paidUnits = optionalText(stated, "paidUnits");
    if (paidUnits === undefined) return [];
    return [{ what: "paidUnits", expected: paidUnits, actual: rating.quantity }];
  }
  return [];
}

/** The tier that prices everything; without units, Lago shows a price of 0. */
function volumeChecks(rating: Rating, unitsAlone: Rating, stated: JsonObject): readonly Check[] {
  const [use] = rating.tiers;
  const checks: Check[] = [
    {
      what: "flatUnitAmount",
      expected: text(stated, "flatUnitAmount"),
      actual: use?.flatFee ?? "0",
    },
    {
      what: "perUnitTotalAmount",
      expected: text(stated, "perUnitTotalAmount"),
      actual: unitsAlone.exactAmount,
    },
  ];
  const perUnitAmount = optionalText(stated, "perUnitAmount");
  if (isZero(rating.quantity) || perUnitAmount === undefined) return checks;
  return [
    ...checks,
    { what: "perUnitAmount", expected: perUnitAmount, actual: use?.unitPrice ?? undefined },
  ];
}

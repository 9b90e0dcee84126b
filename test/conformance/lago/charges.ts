import {
  type AggregationInput,
  compareAmounts,
  type PricingInputFor,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { replaced } from "../reading.js";
import {
  field,
  flag,
  type Json,
  type JsonObject,
  list,
  optionalText,
  record,
  text,
} from "../vector.js";

/** The unit that every metric counts; Lago's metrics have codes instead. */
const UNIT = "unit";

/** Amounts in cents are given to the library in a currency whose minor unit is the cent itself. */
export const CENT = "CENT";
export const IN_CENTS = { currencies: { [CENT]: 0 }, zeroLines: true } as const;

/** A fee is built for every charge, used or not. */
export const POLICY = { zeroLines: true } as const;

/** An amount in cents as the same amount in units: another notation, no calculation. */
export function fromCents(cents: string): string {
  return `${cents}e-2`;
}

/** An amount as the library bills it (`"12.30"`) in cents (`"1230"`): the digits are the same. */
export function inCents(amount: string): string {
  return amount.replace(".", "");
}

export function isZero(amount: string): boolean {
  return compareAmounts(amount, "0") === 0;
}

/** What a charge of Lago's becomes, without identity. */
type Terms = Pick<UsageChargeInput, "pricing" | "includedUnits">;

const TERMS: Readonly<Record<string, (properties: JsonObject) => Terms>> = {
  standard: (properties) => ({
    pricing: { model: "per-unit", unitPrice: text(properties, "amount") },
  }),
  graduated: (properties) => ({
    pricing: { model: "tiered", ...tierList(list(properties, "graduatedRanges")) },
  }),
  volume: (properties) => ({
    pricing: { model: "volume", ...tierList(list(properties, "volumeRanges")) },
  }),
  package: (properties) => ({
    pricing: {
      model: "package",
      size: text(properties, "packageSize"),
      price: text(properties, "amount"),
    },
    includedUnits: optionalText(properties, "freeUnits") ?? "0",
  }),
  percentage: (properties) => ({ pricing: percentagePricing(properties) }),
  graduated_percentage: (properties) => ({
    pricing: { model: "percentage", ...percentTierList(properties) },
  }),
  dynamic: () => ({ pricing: { model: "pre-rated" } }),
};

/** A charge of Lago's, in the words of the library. */
export function lagoCharge(
  model: string,
  properties: JsonObject,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  const terms = TERMS[model];
  if (terms === undefined)
    throw new Error(`a charge model that the adapter does not know: ${model}`);
  return {
    id: model,
    name: model,
    chargeType: "usage",
    currency: "EUR",
    unitOfMeasure: UNIT,
    ...terms(properties),
    ...more,
  };
}

/**
 * The ranges as rows, which the library checks and reads as upper bounds. A table that both touches and steps is
 * accepted by Lago and means nothing but its upper bounds.
 */
function tierList(ranges: readonly Json[]) {
  const mixed = mixesStyles(ranges);
  const tiers = ranges.map((range) => ({
    ...boundsOf(range, mixed),
    unitPrice: text(range, "perUnitAmount"),
    flatFee: text(range, "flatAmount"),
  }));
  return { tiers, flatFeeAtZero: true };
}

function percentTierList(properties: JsonObject) {
  const ranges = list(properties, "graduatedPercentageRanges");
  const mixed = mixesStyles(ranges);
  const tiers = ranges.map((range) => ({
    ...boundsOf(range, mixed),
    percent: text(range, "rate"),
    flatFee: text(range, "flatAmount"),
  }));
  return { tiers, flatFeeAtZero: true };
}

function boundsOf(range: Json, mixed: boolean) {
  const end = optionalText(range, "toValue");
  if (mixed) return end === undefined ? {} : { upTo: end };
  const start = text(range, "fromValue");
  return end === undefined ? { start } : { start, end };
}

function mixesStyles(ranges: readonly Json[]): boolean {
  const touching = ranges
    .slice(1)
    .map(
      (range, index) =>
        compareAmounts(text(range, "fromValue"), text(ranges[index], "toValue")) === 0,
    );
  return touching.includes(true) && touching.includes(false);
}

/** What Lago calls the options of a percentage. */
const PERCENTAGE_OPTIONS = [
  ["fixedAmount", "fixedPerEvent"],
  ["freeUnitsPerEvents", "freeEvents"],
  ["freeUnitsPerTotalAggregation", "freeAmount"],
  ["perTransactionMinAmount", "minPerEvent"],
  ["perTransactionMaxAmount", "maxPerEvent"],
] as const;

/** To Lago, none and 0 are the same: 0 free events say nothing about a free amount beside them. */
function percentagePricing(properties: JsonObject): PricingInputFor<"usage"> {
  const options: Partial<Record<(typeof PERCENTAGE_OPTIONS)[number][1], string>> = {};
  for (const [theirs, ours] of PERCENTAGE_OPTIONS) {
    const value = optionalText(properties, theirs);
    if (value !== undefined && (ours === "maxPerEvent" || !isZero(value))) options[ours] = value;
  }
  return { model: "percentage", percent: text(properties, "rate"), ...options };
}

/** The same charge without the flat fees of its ranges: what its units cost. */
export function withoutFlatFees(properties: JsonObject): JsonObject {
  return withRanges(properties, { flatAmount: "0" });
}

/** The same charge without the prices of its units: what entering its ranges costs. */
export function withoutUnitPrices(properties: JsonObject): JsonObject {
  return withRanges(properties, { perUnitAmount: "0" });
}

const RANGES = ["graduatedRanges", "volumeRanges", "graduatedPercentageRanges"] as const;

function withRanges(properties: JsonObject, prices: JsonObject): JsonObject {
  const given = RANGES.filter((name) => field(properties, name) !== undefined);
  const repriced = given.map((name) => [
    name,
    list(properties, name).map((range) => replaced(record({ range }, "range"), prices)),
  ]);
  return replaced(properties, Object.fromEntries(repriced));
}

const AGGREGATIONS: Readonly<Record<string, AggregationInput>> = {
  sum: "sum",
  count: "count",
  max: "max",
  latest: "last",
  unique_count: { type: "unique-count", by: "properties.value" },
};

/** How the case's metric makes one quantity of its events. */
export function aggregationOf(input: JsonObject): AggregationInput {
  const name = text(input, "aggregation");
  const aggregation = AGGREGATIONS[name];
  if (aggregation === undefined)
    throw new Error(`an aggregation that the adapter does not know: ${name}`);
  return aggregation;
}

/** What an event of a case says. Where it does not say when, it happened a second after the one before it. */
export type EventFacts = Partial<
  Pick<UsageEventInput, "timestamp" | "quantity" | "value" | "properties">
>;

const FIRST_EVENT = Date.parse("2026-01-01T00:00:00Z");

export function eventsOf(facts: readonly EventFacts[]): readonly UsageEventInput[] {
  return facts.map((each, index) => ({
    id: `event-${index}`,
    customerId: "customer",
    unitOfMeasure: UNIT,
    timestamp: new Date(FIRST_EVENT + index * 1_000).toISOString(),
    ...each,
  }));
}

/** The values of a case's events: a quantity where the metric adds or compares them, a property in any case. */
export function metricEvents(input: JsonObject): readonly UsageEventInput[] {
  const aggregation = aggregationOf(input);
  const readsQuantity = typeof aggregation === "string" && aggregation !== "count";
  const values = list(input, "eventValues").map(String);
  return eventsOf(
    values.map((value) => ({
      properties: { value },
      ...(readsQuantity ? { quantity: value } : {}),
    })),
  );
}

/** Whether the case is about units that count for a part of the period only. */
export function isProrated(input: JsonObject): boolean {
  const full = optionalText(input, "fullUnitsNumber");
  if (flag(input, "prorated")) return true;
  return full !== undefined && compareAmounts(full, text(input, "units")) !== 0;
}

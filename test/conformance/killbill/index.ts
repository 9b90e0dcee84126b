import { simulate } from "rateplan";
import type { Adapter, Check, Translations } from "../adapter.js";
import {
  field,
  isStated,
  type Json,
  type JsonObject,
  list,
  optionalText,
  record,
  text,
  type Vector,
} from "../vector.js";
import { compareStated } from "./billing.js";
import { readBlocks, type TierItem, tierItems, totalOf } from "./blocks.js";
import { calendar } from "./calendar.js";
import { type Capacity, capacity, capacityOfRecords } from "./capacity.js";
import { changes } from "./changes.js";
import { EXACT, inCurrency, usageCharge } from "./charges.js";
import { repairs } from "./corrections.js";
import { items } from "./items.js";
import { prorations } from "./proration.js";
import { capacityLeft, reratings } from "./rerating.js";
import { unread } from "./unread.js";
import { summarizeRecords, usagePeriod } from "./usage.js";
import { versions } from "./versions.js";

const translations: Translations = {
  ...calendar,
  ...changes,
  ...items,
  ...prorations,
  ...repairs,
  ...reratings,
  ...versions,
  "graduated-blocks (CONSUMABLE ALL_TIERS)": { area: "pricing", run: graduatedBlocks },
  "volume-blocks (CONSUMABLE TOP_TIER)": { area: "pricing", run: volumeBlocks },
  "package (multi-unit)": { area: "pricing", run: severalUnits },
  "graduated (two units on one usage section)": { area: "pricing", run: severalUnits },
  "volume (two units on one usage section)": { area: "pricing", run: severalUnits },
  "package tiers, usage in arrears": { area: "pricing", run: usageInArrears },
  "per-unit recurring": { area: "pricing", run: perUnitRecurring },
  "capacity (stair-step by several units)": { area: "pricing", run: capacityOfUnits },
  "capacity (max of usage)": { area: "aggregation", run: mostCapacity },
  "usage bucketing": { area: "aggregation", run: bucketing },
  "aggregate already-billed lines by tier": { area: "aggregation", run: quantitiesByTier },
};

/** Kill Bill: consumable usage in blocks, capacity usage by limits. What has dates is in files of its own. */
export const killbill: Adapter = { translations, unread };

function graduatedBlocks({ input, expected }: Vector): readonly Check[] {
  const items = itemsOf(input, "ALL_TIERS");
  const tiers = list(expected, "tiers");
  const total = optionalText(expected, "total");
  return [
    { what: "number of tiers", expected: tiers.length, actual: items.length },
    ...tiers.flatMap((tier, index) => compareFields(`tier ${index + 1}`, tier, items[index])),
    ...(total === undefined
      ? []
      : [{ what: "total", expected: total, actual: billed(items, input) }]),
  ];
}

function volumeBlocks({ input, expected }: Vector): readonly Check[] {
  const items = itemsOf(input, "TOP_TIER");
  return [
    { what: "amount", expected: text(expected, "amount"), actual: billed(items, input) },
    { what: "tier", expected: text(expected, "tier"), actual: items[0]?.tier },
  ];
}

/** One usage section over several units: the items of each, in the order of their names. */
function severalUnits({ input, expected }: Vector): readonly Check[] {
  const policy = optionalText(input, "policy") ?? "ALL_TIERS";
  const items = Object.entries(record(input, "units")).flatMap(([unit, tiers]) =>
    itemsOf(tiers, policy).map((item) => ({ ...item, unit })),
  );
  const details = field(expected, "details") === undefined ? [] : list(expected, "details");
  return [
    { what: "amount", expected: text(expected, "amount"), actual: billed(items, input) },
    ...(details.length === 0
      ? []
      : [{ what: "number of items", expected: details.length, actual: items.length }]),
    ...details.flatMap((detail) => {
      const [unit, tier] = [text(detail, "unit"), text(detail, "tier")];
      const item = items.find((each) => each.unit === unit && each.tier === tier);
      return compareFields(`${unit}, tier ${tier}`, detail, item);
    }),
  ];
}

/** Blocks of the usage that was recorded in a period. */
function usageInArrears({ input, expected }: Vector): readonly Check[] {
  const period = usagePeriod(
    text(input, "periodStart"),
    text(input, "periodEnd"),
    optionalText(input, "billCycleDay"),
  );
  const counted = usageCharge({ model: "per-unit", unitPrice: "0" });
  const { quantity } = summarizeRecords(list(input, "usage"), counted, period);
  if (quantity === null) throw new Error("a sum of usage is one quantity");
  const items = tierItems(readBlocks(list(input, "tiers")), quantity, text(input, "policy"));
  return [{ what: "amount", expected: text(expected, "amount"), actual: billed(items, input) }];
}

function perUnitRecurring({ input, expected }: Vector): readonly Check[] {
  const { amount } = simulate(
    {
      id: "seats",
      name: "Seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      currency: "USD",
      pricing: { model: "per-unit", unitPrice: text(input, "unitPrice") },
    },
    { seats: text(input, "quantity") },
  );
  return [{ what: "amount", expected: text(expected, "amount"), actual: amount }];
}

function capacityOfUnits({ input, expected }: Vector): readonly Check[] {
  const usage = record(input, "usage");
  const quantities = Object.keys(usage).map((unit) => [unit, text(usage, unit)] as const);
  const actual = capacity(list(input, "tiers"), Object.fromEntries(quantities));
  return compareFields("capacity", expected, actual);
}

/** The most that was recorded of each unit in a period decides. */
function mostCapacity(vector: Vector): readonly Check[] {
  const { input, expected } = vector;
  if (isStated(input, "alreadyBilled")) return capacityLeft(vector);
  const period = usagePeriod(
    text(input, "periodStart"),
    text(input, "periodEnd"),
    optionalText(input, "billCycleDay"),
  );
  const actual = capacityOfRecords(list(input, "tiers"), list(input, "usage"), period);
  return compareFields("capacity", expected, actual);
}

/** Usage falls in half-open periods between the billing days; a period without usage has a quantity of 0. */
function bucketing({ input, expected }: Vector): readonly Check[] {
  const days = list(input, "transitions").map(String);
  const buckets = list(expected, "buckets");
  return [
    { what: "number of buckets", expected: buckets.length, actual: days.length - 1 },
    ...buckets.flatMap((bucket, index) => {
      const { start, end, ...units } = bucket as JsonObject;
      const period = { start: days[index] ?? "", end: days[index + 1] ?? "" };
      return [
        {
          what: "period",
          expected: [start ?? null, end ?? null],
          actual: [period.start, period.end],
        },
        ...Object.keys(units).map((unit) => ({
          what: `${unit} from ${period.start}`,
          expected: text(units, unit),
          actual: summarizeRecords(
            list(input, "usage"),
            usageCharge({ model: "per-unit", unitPrice: "0" }, { unitOfMeasure: unit }),
            period,
          ).quantity,
        })),
      ];
    }),
  ];
}

/** Quantities of earlier items, added up for each tier: a sum for each group. */
function quantitiesByTier({ input, expected }: Vector): readonly Check[] {
  const charge = usageCharge(
    { model: "per-unit", unitPrice: "0" },
    { groupBy: { fields: ["properties.tier"] } },
  );
  const events = list(input, "lines").map((line, index) => ({
    id: `${index}`,
    customerId: "customer",
    unitOfMeasure: "unit",
    timestamp: "2026-01-01T00:00:00Z",
    quantity: text(line, "quantity"),
    properties: { tier: text(line, "tier") },
  }));
  const { lines } = simulate(charge, events, { policy: { ...EXACT, zeroLines: true } });
  const byTier = record(expected, "byTier");
  return [
    { what: "number of tiers", expected: Object.keys(byTier).length, actual: lines.length },
    ...Object.keys(byTier).map((tier) => ({
      what: `tier ${tier}`,
      expected: text(byTier, tier),
      actual: lines.find(({ group }) => group?.["properties.tier"] === tier)?.quantity,
    })),
  ];
}

function itemsOf(usage: Json, policy: string): readonly TierItem[] {
  return tierItems(readBlocks(list(usage, "tiers")), text(usage, "quantity"), policy);
}

/** The sum of exact items, rounded once where the case says for which currency. */
function billed(items: readonly TierItem[], input: JsonObject): string {
  const currency = optionalText(input, "currency");
  return currency === undefined ? totalOf(items) : inCurrency(totalOf(items), currency);
}

/** Compares every field that the engine states. */
function compareFields(
  what: string,
  expected: Json,
  actual: TierItem | Capacity | undefined,
): readonly Check[] {
  return compareStated(what, expected, new Map(Object.entries(actual ?? {})));
}

import { rate, simulate, sumAmounts, summarizeUsage, type UsageChargeInput } from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { field, type Json, list, optionalText, record, text, type Vector } from "../vector.js";
import { tierOptions, tiersOf } from "./charges.js";

/** Zuora's rating groups, as the property of an event that the price table starts anew for. */
const RATING_GROUPS: Readonly<Record<string, string | undefined>> = {
  billing_period: undefined,
  usage_record: "properties.record",
  usage_start_date: "properties.date",
  usage_upload: "properties.file",
  usage_file: "properties.file",
  custom_group: "properties.group",
};

function usageCharge(model: "tiered" | "volume", vector: Vector): UsageChargeInput | undefined {
  const tiers = tiersOf(vector.input);
  return (
    tiers && {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      currency: optionalText(vector.input, "currency") ?? "USD",
      pricing: { model, tiers, ...tierOptions(tiers, vector) },
    }
  );
}

function eventsOf(usage: readonly Json[]) {
  return usage.map((use, index) => {
    const property = (key: string) => {
      const value = optionalText(use, key);
      return value === undefined ? {} : { [key]: value };
    };
    return {
      id: `${index}`,
      customerId: "customer",
      unitOfMeasure: "unit",
      timestamp: `${text(use, "date")}T00:00:00Z`,
      quantity: text(use, "qty"),
      properties: {
        record: `${index}`,
        ...property("date"),
        ...property("file"),
        ...property("group"),
      },
    };
  });
}

/** Zuora: the price table is applied to each group of a month's usage, and the sum of the groups is billed. */
export function byRatingGroup(model: "tiered" | "volume") {
  return (vector: Vector): readonly Check[] | Skip => {
    const { input, expected } = vector;
    const charge = usageCharge(model, vector);
    if (charge === undefined) return skip("no expected value");
    const group = text(input, "ratingGroup");
    if (!Object.hasOwn(RATING_GROUPS, group)) return skip("input shape");
    const groupField = RATING_GROUPS[group];
    const grouped =
      groupField === undefined ? charge : { ...charge, groupBy: { fields: [groupField] } };
    const events = eventsOf(list(input, "usage"));
    return Object.keys(record({ expected }, "expected"))
      .filter((key) => /^\d{4}-\d{2}$/.test(key))
      .map((month) => {
        const used = events.filter(({ timestamp }) => timestamp.startsWith(`${month}-`));
        return {
          what: month,
          expected: text(expected, month),
          actual: simulate(grouped, used).amount,
        };
      });
  };
}

/**
 * Zuora, on demand: what the period's usage comes to so far, less what was billed. So what was billed and what is billed
 * now are together what the usage so far comes to.
 */
export function progressive(model: "tiered" | "volume") {
  return (vector: Vector): readonly Check[] | Skip => {
    const { input, expected } = vector;
    const charge = usageCharge(model, vector);
    if (charge === undefined) return skip("no expected value");
    const billed = optionalText(input, "alreadyBilled") ?? "0";
    const soFar = sumAmounts([billed, text(expected, "invoice")]);
    const cumulative = optionalText(expected, "cumulative");
    const usage = list(input, "usage");
    const start =
      optionalText(input, "periodStart") ?? usage.map((use) => text(use, "date")).toSorted()[0];
    if (start === undefined) return skip("input shape");
    const period = { start, end: text(input, "targetExclusive") };
    const summary = summarizeUsage(eventsOf(usage), { charge, period });
    const { amount } = rate(charge, summary);
    return [
      { what: "so far", expected: soFar, actual: amount },
      ...(cumulative === undefined
        ? []
        : [{ what: "cumulative", expected: cumulative, actual: amount }]),
    ];
  };
}

/** Zuora's high water mark: the largest of the days' quantities. */
export function highWaterMark({ input, expected }: Vector): readonly Check[] | Skip {
  if (field(input, "daily") === undefined) return skip("input shape");
  const events = Object.entries(record(input, "daily")).map(([day, quantity]) => ({
    id: day,
    customerId: "customer",
    unitOfMeasure: "unit",
    timestamp: `2026-01-${day.padStart(2, "0")}T00:00:00Z`,
    quantity: String(quantity),
  }));
  const { quantity } = summarizeUsage(events, {
    charge: {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "unit",
      aggregation: "max",
      pricing: { model: "per-unit", unitPrice: "1" },
    },
  });
  return [{ what: "quantity", expected: text(expected, "billableQuantity"), actual: quantity }];
}

/** Lago's graduated percentage: all transactions, or what the last of them adds to those before. */
export function percentTiers({ input, expected }: Vector): readonly Check[] | Skip {
  const rows = field(input, "tiers");
  if (!Array.isArray(rows)) return skip("no expected value");
  const transactions = list(input, "transactions");
  const tiers = rows.map((row) => {
    const upTo = optionalText(row, "upTo");
    return {
      percent: text(row, "percent"),
      flatFee: optionalText(row, "flat") ?? "0",
      ...(upTo === undefined ? {} : { upTo }),
    };
  });
  const charge: UsageChargeInput = {
    id: "charge",
    name: "charge",
    chargeType: "usage",
    unitOfMeasure: "transaction",
    currency: "USD",
    pricing: { model: "percentage", tiers },
  };
  const events = transactions.map((value, index) => ({
    id: `${index}`,
    customerId: "customer",
    unitOfMeasure: "transaction",
    timestamp: "2026-01-01T00:00:00Z",
    value: String(value),
  }));
  const { amount } = simulate(charge, events);
  const increment = optionalText(expected, "increment");
  const total =
    increment === undefined
      ? text(expected, "total")
      : sumAmounts([simulate(charge, events.slice(0, -1)).amount, increment]);
  return [{ what: "amount", expected: total, actual: amount }];
}

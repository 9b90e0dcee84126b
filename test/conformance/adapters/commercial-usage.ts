import {
  compareAmounts,
  rate,
  rateAmount,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { field, type Json, list, optionalText, record, text, type Vector } from "../vector.js";
import { tierOptions, tiersOf } from "./commercial-charges.js";

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
    if (!Object.hasOwn(RATING_GROUPS, group)) return skip("unknown model");
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
 * Zuora, on demand: what the period's usage comes to so far, less what was billed. The first bill is the whole; of a
 * later one the whole is compared, where it is stated.
 */
export function progressive(model: "tiered" | "volume") {
  return (vector: Vector): readonly Check[] | Skip => {
    const { input, expected } = vector;
    const charge = usageCharge(model, vector);
    if (charge === undefined) return skip("no expected value");
    const billed = optionalText(input, "alreadyBilled") ?? "0";
    const whole =
      optionalText(expected, "cumulative") ??
      (compareAmounts(billed, "0") === 0 ? optionalText(expected, "invoice") : undefined);
    if (whole === undefined) return skip("not yet: billing in advance");
    const usage = list(input, "usage");
    const start =
      optionalText(input, "periodStart") ?? usage.map((use) => text(use, "date")).toSorted()[0];
    if (start === undefined) return skip("unknown model");
    const period = { start, end: text(input, "targetExclusive") };
    const summary = summarizeUsage(eventsOf(usage), { charge, period });
    return [{ what: "so far", expected: whole, actual: rate(charge, summary).amount }];
  };
}

/** Zuora's high water mark: the largest of the days' quantities. */
export function highWaterMark({ input, expected }: Vector): readonly Check[] | Skip {
  if (field(input, "daily") === undefined) return skip("unknown model");
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

/** Lago's graduated percentage: one transaction is the whole; what each further one adds is not billed by itself. */
export function percentTiers({ input, expected }: Vector): readonly Check[] | Skip {
  const rows = field(input, "tiers");
  if (!Array.isArray(rows)) return skip("no expected value");
  const transactions = list(input, "transactions");
  const total =
    optionalText(expected, "total") ??
    (transactions.length === 1 ? optionalText(expected, "increment") : undefined);
  if (total === undefined) return skip("not yet: billing in advance");
  const tiers = rows.map((row) => {
    const upTo = optionalText(row, "upTo");
    return {
      percent: text(row, "percent"),
      flatFee: optionalText(row, "flat") ?? "0",
      ...(upTo === undefined ? {} : { upTo }),
    };
  });
  const { amount } = simulate(
    {
      id: "charge",
      name: "charge",
      chargeType: "usage",
      unitOfMeasure: "transaction",
      currency: "USD",
      pricing: { model: "percentage", tiers },
    },
    transactions.map((value, index) => ({
      id: `${index}`,
      customerId: "customer",
      unitOfMeasure: "transaction",
      timestamp: "2026-01-01T00:00:00Z",
      value: String(value),
    })),
  );
  return [{ what: "amount", expected: total, actual: amount }];
}

/** Signals of several kinds, each at its price, on one bill. */
export function itemised({ input, expected }: Vector): readonly Check[] {
  const lines = list(input, "lines");
  const { lines: billed } = simulate(
    {
      id: "plan",
      name: "plan",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: lines.map((line) => ({
        id: text(line, "signal"),
        name: text(line, "signal"),
        chargeType: "usage",
        unitOfMeasure: text(line, "signal"),
        pricing: { model: "per-unit", unitPrice: text(line, "unitPrice") },
      })),
    },
    Object.fromEntries(lines.map((line) => [text(line, "signal"), text(line, "quantity")])),
  );
  const actual = billed.map(({ amount }) => amount);
  return [{ what: "amounts", expected: list(expected, "amounts"), actual }];
}

/** What a credit costs is what an outcome costs that uses several; what included credits cover is a balance. */
export function outcomeInCredits({ input, expected }: Vector): readonly Check[] | Skip {
  const unitPrice = optionalText(input, "creditPrice");
  if (unitPrice === undefined) return skip("not yet: credits");
  const actual = rateAmount(
    {
      id: "credits",
      name: "credits",
      chargeType: "usage",
      unitOfMeasure: "credit",
      currency: "USD",
      pricing: { model: "per-unit", unitPrice },
    },
    text(input, "creditsPerResolution"),
  );
  return [{ what: "price of an outcome", expected: text(expected, "unitPrice"), actual }];
}

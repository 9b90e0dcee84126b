import {
  type Period,
  type QuantityRounding,
  type Rating,
  rate,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import type { Check, Translation } from "../adapter.js";
import {
  choice,
  field,
  type Json,
  type JsonObject,
  list,
  optionalText,
  record,
  text,
} from "../vector.js";
import { eventsOf, fromCents, inCents, isZero, lagoCharge, POLICY } from "./charges.js";

const SECOND = 1_000;
const DAY = 86_400_000;

const ROUNDING_FUNCTIONS: Readonly<Record<string, QuantityRounding["mode"]>> = {
  round: "half-away-from-zero",
  ceil: "ceiling",
  floor: "floor",
};

/** Rounding of the metered quantity, before it is priced. */
export const unitRounding: Translation = {
  area: "rounding",
  run({ input, expected }) {
    const isRounded = optionalText(input, "roundingFunction") !== undefined;
    const mode = isRounded ? choice(input, "roundingFunction", ROUNDING_FUNCTIONS) : undefined;
    const digits = optionalText(input, "roundingPrecision") ?? "0";
    const rounding = mode === undefined ? {} : { quantityRounding: roundingTo(digits, mode) };
    const charge = lagoCharge("standard", { amount: "0" }, rounding);
    const { quantity } = rate(charge, text(input, "units"), { negativeUsage: "allow" });
    return [{ what: "units", expected: text(expected, "units"), actual: quantity }];
  },
};

/** To a number of decimals; to tens and hundreds when it is negative. */
function roundingTo(digits: string, mode: QuantityRounding["mode"]): QuantityRounding {
  const increment = digits.startsWith("-") ? `1e${digits.slice(1)}` : `1e-${digits}`;
  return { mode, increment };
}

/** Levels, weighted by the time that they last. */
export const weightedSum: Translation = {
  area: "aggregation",
  run({ input, expected }) {
    return [unitsCheck(statedUnits(expected), levelsIn(input), fullPeriod(input))];
  },
};

/** The same, priced. Lago states as many digits of the units as it keeps. */
export const weightedSumPriced: Translation = {
  area: "aggregation",
  run({ input, expected }) {
    const [levels, period] = [levelsIn(input), fullPeriod(input)];
    const { amount } = rateLevels(record(input, "properties"), levels, period);
    const saysUnits = UNITS.some((key) => field(expected, key) !== undefined);
    const checks: readonly Check[] = [
      ...(saysUnits ? [unitsCheck(statedUnits(expected), levels, period)] : []),
      { what: "amountCents", expected: text(expected, "amountCents"), actual: inCents(amount) },
    ];
    const total = optionalText(expected, "totalAggregatedUnits");
    if (total === undefined) return checks;
    const charge = lagoCharge("standard", { amount: "0" });
    const { quantity } = summarizeUsage(levels, { charge, period });
    return [...checks, { what: "totalAggregatedUnits", expected: total, actual: quantity }];
  },
};

/** A quantity that holds for some days of a period, and another one for others: levels again. */
export const quantityOverTime: Translation = {
  area: "aggregation",
  run({ input, expected }) {
    const period = { start: dayOf(0), end: dayOf(Number(text(input, "periodDays"))) };
    let day = 0;
    const changes = list(input, "segments").flatMap((segment) => {
      const [units, from] = [text(segment, "units"), day];
      day += Number(text(segment, "daysInEffect"));
      const up = { timestamp: dayOf(from), quantity: units };
      return day < Number(text(input, "periodDays"))
        ? [up, { timestamp: dayOf(day), quantity: `-${units}` }]
        : [up];
    });
    return [unitsCheck(statedUnits(expected), eventsOf(changes), period)];
  },
};

function dayOf(days: number): string {
  return new Date(Date.parse("2026-01-01T00:00:00Z") + days * DAY).toISOString();
}

const UNITS = ["units", "unitsRounded"] as const;

/** Units are stated with the digits that they are rounded to, or exactly: with as many as are needed. */
function statedUnits(expected: Json): JsonObject {
  const value = optionalText(expected, "units");
  if (value === undefined) return record(expected, "unitsRounded");
  return { value, digits: String(value.split(".")[1]?.length ?? 0) };
}

/** The weighted units, rounded to the digits that are stated. */
function unitsCheck(stated: JsonObject, levels: readonly UsageEventInput[], period: Period): Check {
  const rounding = roundingTo(text(stated, "digits"), "half-away-from-zero");
  const { quantity } = rateLevels({ amount: "0" }, levels, period, rounding);
  return { what: "units", expected: text(stated, "value"), actual: quantity };
}

function rateLevels(
  properties: JsonObject,
  levels: readonly UsageEventInput[],
  period: Period,
  quantityRounding?: QuantityRounding,
): Rating {
  const charge = lagoCharge("standard", properties, {
    aggregation: "weighted-sum",
    ...(quantityRounding === undefined ? {} : { quantityRounding }),
  });
  return rate(charge, summarizeUsage(levels, { charge, period }), POLICY);
}

/** The changes of level of a case; what was there before is a change at the start. */
function levelsIn(input: JsonObject): readonly UsageEventInput[] {
  const before = optionalText(input, "initialValue") ?? "0";
  const initial = { timestamp: text(input, "periodFrom"), quantity: before };
  const changes = list(input, "events").map((event) => ({
    timestamp: text(event, "at"),
    quantity: text(event, "value"),
  }));
  return eventsOf(isZero(before) ? changes : [initial, ...changes]);
}

/**
 * The whole period, which levels are weighted by also where the case begins within it. Lago's periods end a moment
 * before the next one starts.
 */
function fullPeriod(input: JsonObject): Period {
  const end = (Math.floor(Date.parse(text(input, "periodTo")) / SECOND) + 1) * SECOND;
  const start = end - Number(text(input, "periodDurationDays")) * DAY;
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** Credits bought at a price: their amount is money and rounds as such. */
export const creditPurchase: Translation = {
  area: "rounding",
  run({ input, expected }) {
    const charge = lagoCharge("standard", { amount: text(input, "rateAmount") });
    const { amount } = rate(charge, text(input, "paidCredits"), POLICY);
    const cents = text(expected, "invoiceTotalCents");
    return [
      { what: "amount", expected: text(expected, "amount"), actual: amount },
      { what: "invoiceTotalCents", expected: cents, actual: inCents(amount) },
    ];
  },
};

/** A fee whose units or unit amount was set by hand. */
export const adjustedFee: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const cents = optionalText(input, "unitPreciseAmountCents") ?? text(input, "unitAmountCents");
    const charge = lagoCharge("standard", { amount: fromCents(cents) });
    const { amount, exactAmount, unitPrice } = rate(charge, text(input, "units"), POLICY);
    const precise = optionalText(expected, "preciseAmountCents");
    const unitAmount = optionalText(expected, "preciseUnitAmount");
    const unitCents = optionalText(expected, "unitAmountCents");
    return [
      { what: "amountCents", expected: text(expected, "amountCents"), actual: inCents(amount) },
      ...(precise === undefined
        ? []
        : [{ what: "preciseAmountCents", expected: fromCents(precise), actual: exactAmount }]),
      ...(unitAmount === undefined
        ? []
        : [{ what: "preciseUnitAmount", expected: unitAmount, actual: unitPrice ?? undefined }]),
      ...(unitCents === undefined
        ? []
        : [
            {
              what: "unitAmountCents",
              expected: unitCents,
              actual: inCents(rate(charge, "1", POLICY).amount),
            },
          ]),
    ];
  },
};

import {
  compareAmounts,
  rate,
  sumAmounts,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { type Check, skip, type Translation } from "../adapter.js";
import { replaced } from "../reading.js";
import {
  choice,
  field,
  flag,
  isStated,
  type Json,
  type JsonObject,
  list,
  optionalText,
  record,
  text,
} from "../vector.js";
import { eventsOf, fromCents, inCents, isZero, lagoCharge, POLICY } from "./charges.js";
import { amountChecks, meteredUnits } from "./quantity.js";
import { taxedChecks } from "./taxes.js";

/** A percentage of what each event is worth. */
export const percentage: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const properties = applicable(input);
    const events = percentageEvents(input);
    if (events === undefined) return skip("engine convention");
    if (usesUpAllowance(properties, events)) return skip("engine defect: allowance");
    const charge = lagoCharge("percentage", properties);
    const billedAfter = (count: number) => rateEvents(charge, events.slice(0, count));
    if (field(expected, "checks") !== undefined) {
      return list(expected, "checks").flatMap((check) => {
        const actual = inCents(billedAfter(Number(text(check, "afterEvent"))).amount);
        const what = `amountCents after ${text(check, "afterEvent")} events`;
        return [
          { what, expected: text(check, "amountCents"), actual },
          ...taxedChecks(input, check, actual),
        ];
      });
    }
    const counted = !isStated(input, "aggregation");
    const units = counted ? text(input, "units") : meteredUnits(input);
    return [
      ...amountChecks(billedAfter(events.length), units, expected),
      ...shareChecks(properties, events, expected),
    ];
  },
};

/** Whether some event ends exactly where the free amount does: Lago lets it pay although all of it is free. */
export function usesUpAllowance(
  properties: JsonObject,
  events: readonly UsageEventInput[],
): boolean {
  const allowance = optionalText(properties, "freeUnitsPerTotalAggregation");
  if (allowance === undefined || isZero(allowance)) return false;
  return events.some((_, index) => {
    const values = events.slice(0, index + 1).map((event) => event.value ?? "0");
    return compareAmounts(sumAmounts(values), allowance) === 0;
  });
}

/** The price of a single event. The units that Lago states beside it are its value. */
export const percentageOfOneEvent: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const charge = lagoCharge("percentage", record(input, "properties"));
    const { exactAmount } = rate(charge, text(input, "units"), POLICY);
    return [{ what: "amount", expected: text(expected, "amount"), actual: exactAmount }];
  },
};

/** Without the paid version, Lago takes no notice of limits per transaction. */
export function applicable(input: JsonObject): JsonObject {
  const properties = record(input, "properties");
  if (!isStated(input, "minMaxEnabled") || flag(input, "minMaxEnabled")) return properties;
  return replaced(properties, { perTransactionMinAmount: null, perTransactionMaxAmount: null });
}

/** The events of a case; nothing where what it states is not the usage of any events that Lago prices as we do. */
function percentageEvents(input: JsonObject): readonly UsageEventInput[] | undefined {
  if (isStated(input, "eventValues")) {
    const counts = choice(input, "aggregation", { count: true, sum: false }, false);
    const values = list(input, "eventValues").map(String);
    return valueEvents(counts ? values.map(() => "1") : values);
  }
  const units = text(input, "units");
  const totals = list(input, "runningTotal").map(String);
  const others = Number(text(input, "eventsCount")) - totals.length;
  const isOfEvents =
    others > 0
      ? compareAmounts(totals.at(-1) ?? "0", units) <= 0
      : others === 0 && compareAmounts(totals.at(-1) ?? "0", units) === 0;
  // Of a total of 0, Lago charges not even the fixed amounts of its events.
  const chargesNothing = isZero(units) && totals.length + others > 0;
  return isOfEvents && !chargesNothing
    ? valueEvents(valuesFromTotals(totals, units, others))
    : undefined;
}

/**
 * Single values, from the running totals of the first events, the total, and the number of the others. How the rest
 * falls on those does not matter: the totals are stated for as long as something is free.
 */
function valuesFromTotals(
  totals: readonly string[],
  units: string,
  others: number,
): readonly string[] {
  const first = totals.map((total, index) => difference(total, totals[index - 1]));
  if (others === 0) return first;
  const noValue = Array.from({ length: others - 1 }, () => "0");
  return [...first, difference(units, totals.at(-1)), ...noValue];
}

function difference(total: string, before: string | undefined): string {
  return before === undefined ? total : sumAmounts([total, `-${before}`]);
}

function valueEvents(values: readonly string[]): readonly UsageEventInput[] {
  return eventsOf(values.map((value) => ({ value })));
}

export function rateEvents(charge: UsageChargeInput, events: readonly UsageEventInput[]) {
  return rate(charge, summarizeUsage(events, { charge, policy: POLICY }), POLICY);
}

/**
 * What of the events pays, and what each part of the fee comes to: read off the same free units at a rate of 100 %
 * without fixed amount, at none with a fixed amount of 1, and so on.
 */
function shareChecks(
  properties: JsonObject,
  events: readonly UsageEventInput[],
  expected: Json,
): readonly Check[] {
  if (field(expected, "details") === undefined) return [];
  const details = record(expected, "details");
  const probes: Readonly<Record<string, JsonObject>> = {
    paidUnits: { rate: "100", fixedAmount: "0" },
    paidEvents: { rate: "0", fixedAmount: "1" },
    perUnitTotalAmount: { fixedAmount: "0" },
    fixedFeeTotalAmount: { rate: "0" },
  };
  return Object.entries(probes).flatMap(([what, probe]) => {
    const stated = optionalText(details, what);
    if (stated === undefined) return [];
    const charge = lagoCharge("percentage", replaced(properties, probe));
    return [{ what, expected: stated, actual: rateEvents(charge, events).exactAmount }];
  });
}

/** Events that carry their own amount, in cents. */
export const dynamic: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const charge = lagoCharge("dynamic", {});
    const single = !isStated(input, "events");
    const given = single ? [input] : list(input, "events");
    const events = eventsOf(given.map((event) => preRatedEvent(event, single ? "units" : "value")));
    const checksAfter = (billed: readonly UsageEventInput[], stated: Json) => {
      const meter = lagoCharge("standard", { amount: "0" });
      const units = summarizeUsage(billed, { charge: meter, policy: POLICY }).quantity;
      return amountChecks(rateEvents(charge, billed), units, stated);
    };
    if (field(expected, "checks") === undefined) return checksAfter(events, expected);
    return list(expected, "checks").flatMap((check) =>
      checksAfter(events.slice(0, Number(text(check, "afterEvent"))), check),
    );
  },
};

/** An event with its amount, and the units that it counts for. */
export function preRatedEvent(event: Json, units: "units" | "value") {
  return {
    quantity: text(event, units),
    value: fromCents(text(event, "preciseTotalAmountCents")),
  };
}

/** An amount that a script of the customer's has computed: billed as it is. */
export const custom: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const amount = text(record(input, "customAggregation"), "amount");
    const { exactAmount } = rate(lagoCharge("dynamic", {}), amount, POLICY);
    return [{ what: "amount", expected: text(expected, "amount"), actual: exactAmount }];
  },
};

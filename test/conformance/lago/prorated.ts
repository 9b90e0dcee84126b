import { compareAmounts, type Invoice, rate, sumAmounts, summarizeUsage } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
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
import { eventsOf, inCents, isZero, lagoCharge, POLICY } from "./charges.js";
import { billLevels, changesUpTo, FLAT_FEES, levelsAfter, UNITS } from "./levels.js";
import { localDay } from "./subscription.js";

const DAY = 86_400_000;
const START = "2026-01-01";
/** A period in which a millisecond is as good as nothing. */
const CYCLE = { every: 1_000, unit: "day" } as const;

/** Units that were there for a part of a period. */
interface PartlyThere {
  readonly units: string;
  /** The same, each counted for as much of the period as it was there. */
  readonly counted: string;
}

/** When in the period units came or went, so that they count for what they are said to. */
function momentOf({ units, counted }: PartlyThere): string {
  const end = Date.parse(START) + CYCLE.every * DAY;
  const left = (Number(counted) / Number(units)) * CYCLE.every * DAY;
  return new Date(end - Math.round(left)).toISOString();
}

/** The ranges of a charge on units that come and go in the course of a period. */
function billPartly(
  model: "graduated" | "volume",
  properties: JsonObject,
  given: readonly PartlyThere[],
): Invoice | Skip {
  const changes = given.map((each) => ({ at: momentOf(each), units: each.units }));
  const levels = levelsAfter(changes);
  // No timeline, as each later change is said to hold for longer than one before it; or fewer units than none.
  const isInOrder = changes.every(({ at }, index) => at >= (changes[index - 1]?.at ?? ""));
  if (!isInOrder || levels.some(({ quantity }) => compareAmounts(quantity, "0") < 0)) {
    return skip("engine convention");
  }
  return billLevels(
    { model, properties, proration: "seconds", cycle: CYCLE, start: START },
    levels,
    START,
  );
}

/** A charge on units that count for a part of the period. */
export const proratedGraduated: Translation = {
  area: "proration",
  run({ input, expected }) {
    const counted = list(input, "eventProratedUnits").map(String);
    const given = list(input, "eventUnits").map((units, index) => ({
      units: String(units),
      counted: counted[index] ?? "0",
    }));
    const bill = billPartly("graduated", record(input, "properties"), given);
    if ("skip" in bill) return bill;
    const rounded = field(expected, "amountRounded");
    const stated = rounded === undefined ? text(expected, "amount") : text(rounded, "value");
    return [{ what: "amount", expected: stated, actual: bill.total }];
  },
};

/**
 * A quantity that counts for a part of the period: every unit of the full quantity was there for as long. The range of a
 * volume is that of the full quantity, and its flat fee is due in full.
 */
export function proratedQuantity(
  model: string,
  input: JsonObject,
  expected: Json,
): readonly Check[] | Skip {
  const properties = record(input, "properties");
  const [counted, units] = [text(input, "units"), text(input, "fullUnitsNumber")];
  if (model === "standard") return averageChecks(properties, counted, units, expected);
  if (model !== "volume" || isZero(units)) return skip("engine convention");
  const bill = billPartly(model, properties, [{ units, counted }]);
  if ("skip" in bill) return bill;
  const amountOfCharge = (id: string) =>
    sumAmounts(bill.lines.filter(({ chargeId }) => chargeId === id).map(({ amount }) => amount));
  const details = field(expected, "details");
  const checks: readonly (readonly [Json | undefined, string, string])[] = [
    [expected, "amount", bill.total],
    [details, "flatUnitAmount", amountOfCharge(FLAT_FEES)],
    [details, "perUnitTotalAmount", amountOfCharge(UNITS)],
  ];
  return checks.flatMap(([stated, what, actual]) => {
    const value = optionalText(stated, what);
    return value === undefined ? [] : [{ what, expected: value, actual }];
  });
}

/** The amount; and all units at the unit amount that Lago shows for them, which must come to the same. */
function averageChecks(
  properties: JsonObject,
  counted: string,
  units: string,
  expected: Json,
): readonly Check[] {
  const { exactAmount } = rate(lagoCharge("standard", properties), counted, POLICY);
  const amount = optionalText(expected, "amount");
  const unitAmount = optionalText(expected, "unitAmount");
  return [
    ...(amount === undefined ? [] : [{ what: "amount", expected: amount, actual: exactAmount }]),
    ...(unitAmount === undefined
      ? []
      : [
          {
            what: "units at the unit amount",
            expected: rate(lagoCharge("standard", { amount: unitAmount }), units, POLICY)
              .exactAmount,
            actual: exactAmount,
          },
        ]),
  ];
}

/** The same with events, seen on several days: each time the whole period at what is known on that day. */
export const proratedTimeline: Translation = {
  area: "proration",
  run({ input, expected }) {
    return list(expected, "checks").flatMap((check) => {
      const day = text(check, "at");
      const changes = changesUpTo(input, day);
      const bill = (at: string) =>
        inCents(
          billLevels(
            { ...MONTHS, properties: record(input, "properties") },
            levelsAfter(changes),
            at,
          ).total,
        );
      const of = (key: string, actual: () => string): readonly Check[] => {
        const stated = optionalText(check, key);
        return stated === undefined
          ? []
          : [{ what: `${key} on ${day}`, expected: stated, actual: actual() }];
      };
      return [
        ...of(
          "units",
          () =>
            summarizeUsage(eventsOf(changes.map(({ units }) => ({ quantity: units }))), {
              charge: COUNTED,
            }).quantity,
        ),
        ...of("amountCents", () => bill(day)),
        ...of("invoiceTotalCents", () => bill(dayBefore(day))),
      ];
    });
  },
};

/** Months of the calendar; the subscription has run for long. */
const MONTHS = {
  model: "graduated",
  proration: "days",
  cycle: "monthly",
  start: "2000-01-01",
} as const;
const COUNTED = lagoCharge("standard", { amount: "0" });

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - DAY).toISOString();
}

/** Units that count for the days that they are there; Lago rounds them up to so many decimals. */
const ROUNDED_UP = { mode: "ceiling", increment: "1e-5" } as const;

function countedUnits(
  changes: readonly { readonly timestamp: string; readonly quantity: string }[],
  end: string,
  days: number,
  aggregation: "sum" | "weighted-sum",
): string {
  const start = new Date(Date.parse(end) - days * DAY).toISOString();
  const charge = lagoCharge(
    "standard",
    { amount: "0" },
    { aggregation, quantityRounding: ROUNDED_UP },
  );
  const period = { start, end };
  return rate(charge, summarizeUsage(eventsOf(changes), { charge, period }), POLICY).quantity;
}

/** A sum that is carried over from the period before, and grows in the course of this one. */
export const proratedSum: Translation = {
  area: "proration",
  run({ input, expected }) {
    const carried = {
      timestamp: instant(text(input, "periodFrom")),
      quantity: optionalText(input, "persistedUnits") ?? "0",
    };
    const events = list(input, "events").map((event) => ({
      timestamp: instant(text(event, "at")),
      quantity: text(event, "value"),
    }));
    const end = localDay(text(input, "periodTo")).end;
    const days = Number(text(input, "periodDurationDays"));
    const units = (aggregation: "sum" | "weighted-sum") =>
      countedUnits([carried, ...events], end, days, aggregation);
    const full = optionalText(expected, "fullUnits");
    // What is billed in advance for the next period counts in full.
    const isRenewal = flag(input, "billingDateInAdvance");
    return [
      {
        what: "units",
        expected: text(expected, "units"),
        actual: units(isRenewal ? "sum" : "weighted-sum"),
      },
      ...(full === undefined ? [] : [{ what: "fullUnits", expected: full, actual: units("sum") }]),
    ];
  },
};

function instant(date: string): string {
  return date.includes("T") ? date : `${date}T00:00:00Z`;
}

/** Things that were each there for the last so many days of a period. */
export const proratedUniqueCount: Translation = {
  area: "proration",
  run({ input, expected }) {
    const days = Number(text(input, "periodDurationDays"));
    const end = new Date(Date.parse(START) + days * DAY).toISOString();
    const changes = list(input, "daysActive").map((active) => ({
      timestamp: new Date(Date.parse(end) - Number(active) * DAY).toISOString(),
      quantity: "1",
    }));
    const actual = countedUnits(changes, end, days, "weighted-sum");
    return [{ what: "units", expected: text(expected, "units"), actual }];
  },
};

import { rate, simulate } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { field, type Json, type JsonObject, list, optionalText, record, text } from "../vector.js";
import { eventsOf, lagoCharge, POLICY } from "./charges.js";
import { preRatedEvent } from "./values.js";

/** A charge priced for each value of some properties. */
export function groupedCharge(model: string): Translation {
  return {
    area: "pricing",
    run({ input, expected }) {
      const groups = list(input, "groups");
      const keys = groups.flatMap((group) => Object.keys(record(group, "groupedBy")));
      const properties =
        field(input, "properties") === undefined ? {} : record(input, "properties");
      const charge = lagoCharge(model, properties, { groupBy: groupBy([...new Set(keys)]) });
      const events = groups.map((group) => ({
        ...(model === "dynamic"
          ? preRatedEvent(group, "units")
          : { quantity: text(group, "units") }),
        properties: record(group, "groupedBy"),
      }));
      const { lines } = simulate(charge, eventsOf(events), { policy: POLICY });
      return list(expected, "groups").flatMap((stated) => {
        const of = (each: Json) => inGroup(record(each, "groupedBy"));
        const line = lines.find(({ group }) => sameGroup(group, of(stated)));
        const given = groups.find((each) => sameGroup(of(each), of(stated)));
        return groupChecks(stated, line?.exactAmount, text(given, "units"));
      });
    },
  };
}

/** The amount of a group; and the units of the group at the unit amount, which must come to the same. */
function groupChecks(
  stated: Json,
  exactAmount: string | undefined,
  units: string,
): readonly Check[] {
  const where = JSON.stringify(field(stated, "groupedBy"));
  const amount = optionalText(stated, "amount");
  const unitAmount = optionalText(stated, "unitAmount");
  return [
    ...(amount === undefined
      ? []
      : [{ what: `amount of ${where}`, expected: amount, actual: exactAmount }]),
    ...(unitAmount === undefined
      ? []
      : [
          {
            what: `units at the unit amount of ${where}`,
            expected: rate(lagoCharge("standard", { amount: unitAmount }), units).exactAmount,
            actual: exactAmount,
          },
        ]),
  ];
}

export function groupBy(properties: readonly string[]) {
  return { fields: properties.map((name) => `properties.${name}`) };
}

export function inGroup(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`properties.${name}`, value]),
  );
}

export function sameGroup(a: JsonObject | null, b: JsonObject): boolean {
  if (a === null) return false;
  const names = Object.keys(b);
  return Object.keys(a).length === names.length && names.every((name) => a[name] === b[name]);
}

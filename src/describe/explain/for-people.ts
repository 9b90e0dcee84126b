import { decimalsIn } from "../../money/decimal.js";
import { dateForPeople, periodForPeople } from "../../time/for-people.js";
import { numberForPeople } from "../number-for-people.js";
import { unitForPeople } from "../unit-for-people.js";
import type { Explanation } from "./explanation.js";

/** A node's value as people write it; empty where there is none. Amounts have at least so many decimals. */
export function valueForPeople(
  { value, form, unit }: Pick<Explanation, "value" | "form" | "unit">,
  decimals: number,
): string {
  if (value === null) return "";
  switch (form) {
    case "amount":
      return withUnit(numberForPeople(value, decimals), unit);
    case "number":
      return withUnit(numberForPeople(value, 0), unit === null ? null : unitForPeople(unit, value));
    case "date":
      return dateForPeople(value);
    case "period": {
      const [start = "", end = ""] = value.split("/");
      return periodForPeople(start, end);
    }
    default:
      return value;
  }
}

/** The decimals of the currency: those of the amount at the root, if it has one. */
export function decimalsOf({ role, value }: Explanation): number {
  return role === "amount" && value !== null ? decimalsIn(value) : 0;
}

function withUnit(text: string, unit: string | null): string {
  return unit === null ? text : `${text} ${unit}`;
}

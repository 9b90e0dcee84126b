import { decimalsIn, exact } from "../../money/decimal.js";
import { formatScaled, powerOfTen } from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";
import { dateForPeople, periodForPeople } from "../../time/for-people.js";
import type { Explanation } from "./explanation.js";

/** Decimals to which a number is shown that no decimal is equal to. */
const SHOWN = 6;

/** The units that we know, one and several. */
const UNITS: ReadonlyMap<string, readonly [one: string, several: string]> = new Map([
  ["@outcome", ["outcome", "outcomes"]],
  ["@action", ["action", "actions"]],
  ["@user", ["user", "users"]],
  ["@seat", ["seat", "seats"]],
]);

/** A node's value as people write it; empty where there is none. Amounts have at least so many decimals. */
export function valueForPeople(
  { value, form, unit }: Pick<Explanation, "value" | "form" | "unit">,
  decimals: number,
): string {
  if (value === null) return "";
  switch (form) {
    case "amount":
      return withUnit(grouped(value, decimals), unit);
    case "number":
      return withUnit(grouped(value, 0), unitForPeople(value, unit));
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

function unitForPeople(value: string, unit: string | null): string | null {
  const [one, several] = UNITS.get(unit ?? "") ?? [];
  return (value === "1" ? one : several) ?? unit;
}

/** A number with its thousands apart: `"25500.5"` → `"25,500.50"`; what is no decimal, nearly, with what it is exactly. */
function grouped(value: string, decimals: number): string {
  if (!value.includes("/")) return groupedDecimal(value, decimals);
  const { numerator, denominator } = exact(value);
  const scaled = roundQuotient(numerator * powerOfTen(SHOWN), denominator, "half-away-from-zero");
  return `${groupedDecimal(formatScaled(scaled, SHOWN), decimals)}… (${value.replace("-", "−")})`;
}

function groupedDecimal(value: string, decimals: number): string {
  const [, sign = "", whole = "", digits = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === "") return value;
  const thousands = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  const padded = digits.padEnd(decimals, "0");
  return `${sign === "" ? "" : "−"}${thousands}${padded === "" ? "" : `.${padded}`}`;
}

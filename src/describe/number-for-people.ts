import { exact } from "../money/decimal.js";
import { formatScaled, powerOfTen } from "../money/fraction.js";
import { roundQuotient } from "../money/rounding.js";

/** Decimals to which a number is shown that no decimal is equal to. */
const SHOWN = 6;

/** A number with its thousands apart: `"25500.5"` → `"25,500.50"`; what is no decimal, nearly, with what it is exactly. */
export function numberForPeople(value: string, decimals: number): string {
  if (!value.includes("/")) return decimalForPeople(value, decimals);
  return `${nearDecimal(value, decimals)}… (${value.replace("-", "−")})`;
}

/** The same, nearly where it is no decimal. */
export function nearDecimal(value: string, decimals: number): string {
  if (!value.includes("/")) return decimalForPeople(value, decimals);
  const { numerator, denominator } = exact(value);
  const scaled = roundQuotient(numerator * powerOfTen(SHOWN), denominator, "half-away-from-zero");
  return decimalForPeople(formatScaled(scaled, SHOWN), decimals);
}

/** A decimal with its thousands apart, and so many decimals at least; what is none stays as it is. */
function decimalForPeople(value: string, decimals: number): string {
  const [, sign = "", whole = "", digits = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === "") return value;
  const thousands = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  const padded = digits.padEnd(decimals, "0");
  return `${sign === "" ? "" : "−"}${thousands}${padded === "" ? "" : `.${padded}`}`;
}

import { formatScaled } from "../money/fraction.js";

/** Writes amounts in minor units that are safe integers, none below 0. */
export type UnitsWriter = (units: number) => string;

/** With so many decimals, what stands after the point is one of a thousand texts at most. */
const MOST_LISTED = 3;

/** A writer of amounts of a currency with so many decimals. */
export function unitsWriter(decimals: number): UnitsWriter {
  if (decimals === 0) return String;
  if (decimals > MOST_LISTED) return (units) => formatScaled(BigInt(units), decimals);
  const scale = 10 ** decimals;
  const parts = partsOf(decimals);
  return (units) => {
    const whole = Math.floor(units / scale);
    return whole + (parts[units - whole * scale] ?? "");
  };
}

const listed: (readonly string[] | undefined)[] = [];

/** The point and what stands after it, by its number: ".00" to ".99". */
function partsOf(decimals: number): readonly string[] {
  const parts =
    listed[decimals] ??
    Array.from({ length: 10 ** decimals }, (_, rest) => `.${String(rest).padStart(decimals, "0")}`);
  listed[decimals] = parts;
  return parts;
}

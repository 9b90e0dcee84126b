import { type Fraction, fraction } from "./fraction.js";

/** Decimals of numbers that are added up as integers. */
const DECIMALS = 6;
const SCALE = 10 ** DECIMALS;
const EXACT_SCALE = 10n ** BigInt(DECIMALS);
/** Numbers of at most 15 digits are their own shortest forms. */
const LARGEST = 1e15;
const [MINUS, POINT, ZERO] = [45, 46, 48];

/** A number, or a plain text of one, in millionths; NaN where it has more decimals, or is too large, or is none. */
export function millionthsOf(input: unknown): number {
  if (typeof input === "number") {
    const units = Math.round(input * SCALE);
    return units < LARGEST && units > -LARGEST && units / SCALE === input ? units : Number.NaN;
  }
  if (typeof input === "bigint") return millionthsOf(Number(input));
  return typeof input === "string" ? millionthsIn(input) : Number.NaN;
}

function millionthsIn(text: string): number {
  const { length } = text;
  if (length === 0 || length > 16) return Number.NaN;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let units = 0;
  let decimals = -1;
  for (let at = start; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && decimals === -1 && at > start) {
      decimals = 0;
      continue;
    }
    const digit = code - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    units = units * 10 + digit;
    if (decimals !== -1) decimals += 1;
  }
  if (length === start || decimals === 0 || decimals > DECIMALS) return Number.NaN;
  const scaled = units * 10 ** (DECIMALS - Math.max(decimals, 0));
  if (scaled >= LARGEST) return Number.NaN;
  return start === 1 ? -scaled : scaled;
}

/** Sums of millionths, exact: each a number while it is a safe integer, and what goes beyond that in a bigint. */
export interface ExactSums {
  add(slot: number, millionths: number): void;
  total(slot: number): Fraction;
}

export function exactSums(slots: number): ExactSums {
  const sums = new Float64Array(slots);
  const beyond = new Map<number, bigint>();
  return {
    add(slot, millionths) {
      const sum = (sums[slot] ?? 0) + millionths;
      if (Number.isSafeInteger(sum)) {
        sums[slot] = sum;
        return;
      }
      beyond.set(slot, (beyond.get(slot) ?? 0n) + BigInt(sums[slot] ?? 0));
      sums[slot] = millionths;
    },
    total: (slot) => fraction(BigInt(sums[slot] ?? 0) + (beyond.get(slot) ?? 0n), EXACT_SCALE),
  };
}

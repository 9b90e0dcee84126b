import { CODES_BY_MINOR_UNITS } from "./iso-4217.js";

/** Decimals of the minor unit of currencies that ISO 4217 does not list, or lists otherwise: `{ CREDIT: 4, HUF: 0 }`. */
export type CustomCurrencies = Readonly<Record<string, number>>;

/** The form of a currency code: upper-case letters, digits, `_` and `-`, 2 to 32 characters, starting with a letter. */
export const CURRENCY_CODE = /^[A-Z][A-Z0-9_-]{1,31}$/;

/** The most decimals a custom currency may have. */
export const MOST_MINOR_UNITS = 12;

const minorUnitsByCode: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_MINOR_UNITS).flatMap(([decimals, codes]) =>
    codes.split(" ").map((code) => [code, Number(decimals)] as const),
  ),
);

/** Decimals of a currency's minor unit (USD 2, JPY 0, KWD 3); nothing for an unknown code. Custom currencies go first. */
export function minorUnits(code: string, custom?: CustomCurrencies): number | undefined {
  if (custom !== undefined && Object.hasOwn(custom, code)) return custom[code];
  return minorUnitsByCode.get(code);
}

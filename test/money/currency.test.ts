import { describe, expect, it } from "vitest";
import { CURRENCY_CODE, MOST_MINOR_UNITS, minorUnits } from "../../src/money/currency.js";
import { CODES_BY_MINOR_UNITS } from "../../src/money/iso-4217.js";

const listed = Object.entries(CODES_BY_MINOR_UNITS).flatMap(([decimals, codes]) =>
  codes.split(" ").map((code) => ({ code, decimals: Number(decimals) })),
);
const codes = new Set(listed.map(({ code }) => code));
const known = new Set(Intl.supportedValuesOf("currency"));

/** Codes of ISO 4217 that ICU need not offer for formatting. */
const NOT_IN_ICU = new Set([
  // Funds codes and units of account, which no one pays in.
  ...["BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW"],
  // Younger than the data of some versions: Venezuela's bolívar digital (2021), the Arab accounting dinar (2025),
  // the Caribbean guilder (2025), the Zimbabwe gold (2024).
  ...["VED", "XAD", "XCG", "ZWG"],
]);

/** Codes that ICU may offer and that are no active currency with a minor unit in ISO 4217. */
const NOT_IN_ISO = new Set([
  // Withdrawn: the guilder of the Antilles (XCG since 2025), the lev (EUR since 2026), the convertible peso of Cuba
  // (2021), the kuna (EUR since 2023), the old leone (SLE since 2022), the Zimbabwe dollar (ZWG since 2024).
  ...["ANG", "BGN", "CUC", "HRK", "SLL", "ZWL"],
  // Without a minor unit: special drawing rights, the sucre, the ADB unit, metals, bond units, testing, none.
  ...["XDR", "XSU", "XUA", "XAU", "XAG", "XPT", "XPD", "XBA", "XBB", "XBC", "XBD", "XTS", "XXX"],
]);

/** Where CLDR, which says how prices are shown, leaves out a minor unit that ISO 4217 has. */
const SHOWN_WITHOUT_MINOR_UNIT: Readonly<Record<string, number>> = {
  // Hundredths that inflation has taken out of use.
  ...{
    AFN: 2,
    ALL: 2,
    COP: 2,
    HUF: 2,
    IDR: 2,
    IRR: 2,
    KPW: 2,
    LAK: 2,
    LBP: 2,
    MMK: 2,
    PKR: 2,
    SOS: 2,
    SYP: 2,
    YER: 2,
  },
  // Thousandths likewise.
  ...{ IQD: 3 },
  // A fifth, which ISO writes as two decimals.
  ...{ MGA: 2 },
};

function shownDecimals(currency: string): number | undefined {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits;
}

describe("the table of ISO 4217", () => {
  it("lists each code once, in form and in order", () => {
    expect(codes.size).toBe(listed.length);
    for (const { code } of listed) expect(code).toMatch(/^[A-Z]{3}$/);
    for (const list of Object.values(CODES_BY_MINOR_UNITS))
      expect(list.split(" ")).toEqual(list.split(" ").sort());
  });

  it("has every currency that ICU has, but for the historic and the unreal ones", () => {
    expect([...known].filter((code) => !codes.has(code) && !NOT_IN_ISO.has(code))).toEqual([]);
  });

  it("has no other currency than ICU, but for funds codes and new ones", () => {
    expect([...codes].filter((code) => !known.has(code) && !NOT_IN_ICU.has(code))).toEqual([]);
  });

  it("lists none that ISO 4217 has withdrawn or gives no minor unit", () => {
    expect([...codes].filter((code) => NOT_IN_ISO.has(code))).toEqual([]);
  });

  it("has the decimals that ICU shows, but for minor units that no one shows", () => {
    const differing = listed.filter(({ code, decimals }) => shownDecimals(code) !== decimals);
    const explained = differing.filter(
      ({ code, decimals }) =>
        SHOWN_WITHOUT_MINOR_UNIT[code] === decimals && shownDecimals(code) === 0,
    );
    expect(differing).toEqual(explained);
  });

  it.each([
    { code: "JPY", decimals: 0 },
    { code: "USD", decimals: 2 },
    { code: "HUF", decimals: 2 },
    { code: "XCG", decimals: 2 },
    { code: "KWD", decimals: 3 },
    { code: "CLF", decimals: 4 },
    { code: "UYW", decimals: 4 },
    { code: "BGN", decimals: undefined },
    { code: "XAU", decimals: undefined },
    { code: "XXX", decimals: undefined },
    { code: "usd", decimals: undefined },
    { code: "", decimals: undefined },
    { code: "constructor", decimals: undefined },
    { code: "__proto__", decimals: undefined },
  ])("gives $code $decimals decimals", ({ code, decimals }) => {
    expect(minorUnits(code)).toBe(decimals);
  });
});

describe("custom currencies", () => {
  const custom = { CREDIT: 4, HUF: 0 };

  it.each([
    { code: "CREDIT", decimals: 4 },
    { code: "HUF", decimals: 0 },
    { code: "USD", decimals: 2 },
    { code: "POINT", decimals: undefined },
    { code: "toString", decimals: undefined },
    { code: "__proto__", decimals: undefined },
  ])("give $code $decimals decimals", ({ code, decimals }) => {
    expect(minorUnits(code, custom)).toBe(decimals);
  });

  it.each(["CREDIT", "AI_TOKENS", "X-1", "A1", `A${"B".repeat(31)}`])(
    "may be called %s",
    (code) => {
      expect(code).toMatch(CURRENCY_CODE);
    },
  );

  it.each(["", "A", "credit", "1A", "_A", "Ä1", "A B", "USD ", `A${"B".repeat(32)}`, "USD\n"])(
    "may not be called %j",
    (code) => {
      expect(code).not.toMatch(CURRENCY_CODE);
    },
  );

  it("have room for 12 decimals", () => {
    expect(MOST_MINOR_UNITS).toBe(12);
  });
});

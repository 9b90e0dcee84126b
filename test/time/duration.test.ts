/** Durations: ISO 8601, of whole weeks, days, hours, minutes and seconds; always of one length. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDuration } from "../../src/time/duration.js";
import { tries } from "../support/tries.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a duration", () => {
  it.each([
    ["PT1S", SECOND],
    ["PT30M", 30 * MINUTE],
    ["PT72H", 72 * HOUR],
    ["P14D", 14 * DAY],
    ["P2W", 14 * DAY],
    ["P1DT12H", 36 * HOUR],
    ["P1W2DT3H4M5S", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND],
    ["PT1H1S", HOUR + SECOND],
    ["PT0H1S", SECOND],
    ["P0DT1M", MINUTE],
    ["PT090M", 90 * MINUTE],
    ["P999999W", 999_999 * 7 * DAY],
    ["P999999D", 999_999 * DAY],
    ["PT9999999H", 9_999_999 * HOUR],
    ["PT999999999M", 999_999_999 * MINUTE],
    ["PT9999999999S", 9_999_999_999 * SECOND],
  ])("%s lasts %d ms", (text, length) => {
    expect(readDuration(text)).toBe(length);
    expect(Number.isSafeInteger(length)).toBe(true);
  });

  it("is the sum of its parts", () => {
    const part = fc.nat({ max: 9_999 });
    fc.assert(
      fc.property(part, part, part, part, part, (weeks, days, hours, minutes, seconds) => {
        const text = `P${weeks}W${days}DT${hours}H${minutes}M${seconds}S`;
        const length =
          (weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
        expect(readDuration(text)).toBe(length === 0 ? undefined : length);
      }),
      tries(100),
    );
  });
});

describe("no duration", () => {
  it.each([
    // Months and years are of no one length.
    ["P1M"],
    ["P1Y"],
    ["P1Y2M3DT4H"],
    // Nothing is no silence and no window.
    ["PT0S"],
    ["P0D"],
    ["P0W0DT0H0M0S"],
    ["P"],
    ["PT"],
    ["P1DT"],
    [""],
    ["72h"],
    ["72"],
    ["PT"],
    ["P1"],
    ["PT1"],
    ["T1H"],
    ["P1H"],
    ["PT1D"],
    ["P1S"],
    // Out of order, twice, signed, fractional, in other letters or digits.
    ["PT1M1H"],
    ["P1D1W"],
    ["P1D2D"],
    ["-P1D"],
    ["P-1D"],
    ["+P1D"],
    ["P+1D"],
    ["PT1.5H"],
    ["PT1,5H"],
    ["P0.5D"],
    ["pt1h"],
    ["P1d"],
    ["PT１H"],
    ["P１D"],
    [" PT1H"],
    ["PT1H "],
    ["PT1H\n"],
    ["PT 1H"],
    ["P1D/P2D"],
    ["R5/PT1H"],
    // More digits than any length of time that is meant.
    ["P1000000D"],
    ["P1000000W"],
    ["PT10000000H"],
    ["PT10000000000M"],
    ["PT10000000000S"],
    ["PT1e3S"],
    ["PT0x1S"],
    ["PTInfinityS"],
  ])("is %j", (text) => {
    expect(readDuration(text)).toBe(undefined);
  });

  it.each([
    [undefined],
    [null],
    [3_600_000],
    [0n],
    [{}],
    [["PT1H"]],
    [new Date(0)],
    [{ toString: () => "PT1H" }],
    [Symbol("PT1H")],
    [Object("PT1H")],
  ])("is a value that is no text: %#", (value) => {
    expect(readDuration(value)).toBe(undefined);
  });

  it("is refused at once, however long the text", () => {
    for (const text of [`P${"1".repeat(1e6)}`, `PT${"0H".repeat(1e6)}`, `P${" ".repeat(1e6)}1D`]) {
      expect(readDuration(text)).toBe(undefined);
    }
  });

  it("is any other text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const valid = /^P(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$/.test(text) && /[1-9]/.test(text);
        if (!valid) expect(readDuration(text)).toBe(undefined);
      }),
      tries(200),
    );
  });
});

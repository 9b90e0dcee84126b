/** The one form that almost all instants have, read and written without a `Date`: the same as with one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCanonical, writeCanonical } from "../../src/time/canonical-instant.js";

const instants = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31, 23) });
const texts = fc
  .tuple(instants, fc.boolean())
  .map(([at, isWhole]) =>
    isWhole ? new Date(at).toISOString().replace(/\.\d{3}/, "") : new Date(at).toISOString(),
  );

describe("an instant in the usual form", () => {
  it("is read as Date reads it, with milliseconds and without", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(readCanonical(text)).toBe(Date.parse(text));
      }),
    );
  });

  it("is written as Date writes it", () => {
    fc.assert(
      fc.property(instants, (at) => {
        expect(writeCanonical(at)).toBe(new Date(at).toISOString());
      }),
    );
  });

  it.each([
    ["1970-01-01T00:00:00.000Z", 0],
    ["1970-01-01T00:00:00Z", 0],
    ["1969-12-31T23:59:59.999Z", -1],
    ["2026-01-31T09:30:05.007Z", Date.UTC(2026, 0, 31, 9, 30, 5, 7)],
    ["2024-02-29T23:59:59Z", Date.UTC(2024, 1, 29, 23, 59, 59)],
    ["1000-01-01T00:00:00Z", Date.UTC(1000, 0, 1)],
    ["9999-12-31T23:59:59.999Z", Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ])("%s is %d ms from 1970", (text, at) => {
    expect(readCanonical(text)).toBe(at);
    expect(writeCanonical(at)).toBe(new Date(at).toISOString());
  });

  it("is told from others whose day was read or written before at the same place", () => {
    // 5 January and 5 May of several years, the 1st of a month and days a multiple of 128 later.
    const days = [
      ...["2026-01-05", "2026-05-05", "2025-01-05", "2026-01-05", "2026-09-05", "2025-05-05"],
      ...["2026-01-01", "2026-05-09", "2026-09-14", "2026-01-01", "1970-01-01", "1970-05-09"],
    ];
    for (const day of days) {
      const at = Date.UTC(
        Number(day.slice(0, 4)),
        Number(day.slice(5, 7)) - 1,
        Number(day.slice(8)),
      );
      expect(readCanonical(`${day}T00:00:00Z`)).toBe(at);
      expect(writeCanonical(at)).toBe(`${day}T00:00:00.000Z`);
    }
  });
});

describe("what is not in the usual form", () => {
  it("is none with one character more, one less, or another in any place", () => {
    for (const text of ["2026-01-31T09:30:05Z", "2026-01-31T09:30:05.007Z"]) {
      const others = [...text].flatMap((_, index) =>
        ["", "x", ":", "/", `${text[index]}0`].map(
          (character) => text.slice(0, index) + character + text.slice(index + 1),
        ),
      );
      const wrong = others.filter((other) => other !== text);
      expect(wrong.filter((other) => !Number.isNaN(readCanonical(other)))).toEqual([]);
    }
  });

  it.each([
    "2026-01-31T24:00:00Z",
    "2026-01-31T09:60:00Z",
    "2026-01-31T09:30:60Z",
    "2026-02-30T09:30:00Z",
    "2025-02-29T09:30:00.000Z",
    "2026-04-31T09:30:00Z",
    "2026-01-00T09:30:00Z",
    "2026-01-32T09:30:00Z",
    "2026-00-10T09:30:00Z",
    "2026-13-10T09:30:00Z",
    "0999-12-31T09:30:00Z",
    "+02026-01-31T09:30:05.07Z",
    "",
  ])("%s is none", (text) => {
    expect(readCanonical(text)).toBeNaN();
    // Nor after a day at the same place has been read.
    expect(readCanonical("2026-03-02T00:00:00Z")).toBe(Date.UTC(2026, 2, 2));
    expect(readCanonical(text)).toBeNaN();
  });
});

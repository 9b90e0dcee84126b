import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textTable } from "../../src/data/text-table.js";

describe("numbering texts", () => {
  it("LAW: gives each text of each owner the place at which it came first, as a map does", () => {
    const entry = fc.tuple(fc.nat(3), fc.string({ maxLength: 2, unit: "binary" }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
        const table = textTable();
        const places = new Map<string, number>();
        for (const [owner, text] of entries) {
          const key = JSON.stringify([owner, text]);
          if (!places.has(key)) places.set(key, places.size);
          expect(table.place(owner, text)).toBe(places.get(key));
          expect(table.size).toBe(places.size);
        }
      }),
    );
  });

  it("keeps apart texts that were chosen to collide", () => {
    // All texts of three letters whose hashes end alike, by trying.
    const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    const hash = (text: string) => {
      let h = 0x811c9dc5;
      for (const letter of text) h = Math.imul(h ^ letter.charCodeAt(0), 0x01000193);
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      return (h ^ (h >>> 16)) & 511;
    };
    const alike = [...alphabet].flatMap((a) =>
      [...alphabet].flatMap((b) =>
        [...alphabet].map((c) => a + b + c).filter((each) => hash(each) === 7),
      ),
    );
    // 36³ texts over 512 slots: some ninety of each, more than the neighbours that are looked at.
    expect(alike.length).toBeGreaterThan(70);
    const table = textTable();
    for (const [place, text] of alike.entries()) expect(table.place(0, text)).toBe(place);
    for (const [place, text] of alike.entries()) expect(table.place(0, text)).toBe(place);
    expect(table.size).toBe(alike.length);
  });
});

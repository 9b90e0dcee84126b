/** Values that change from date to date, each kept where it changes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datedValues, datesWithin, valueAt } from "../../src/subscription/own-terms.js";

const id = fc.constantFrom("a", "b", "__proto__");
const value = fc.option(fc.constantFrom("1", "2"));
const changes = fc.array(fc.tuple(fc.nat(3), fc.array(fc.tuple(id, value), { maxLength: 3 })));

describe("dated values", () => {
  it("are at every instant what all changes up to it have made", () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const built = datedValues<string>();
        const naive: { at: number; values: ReadonlyMap<string, string | null> }[] = [];
        let at = 0;
        for (const [after, entries] of steps) {
          at += after + 1;
          built.put(at, Object.fromEntries(entries));
          naive.push({ at, values: new Map([...(naive.at(-1)?.values ?? []), ...entries]) });
        }
        for (let instant = 0; instant <= at + 1; instant += 1) {
          const held = naive.findLast((each) => each.at <= instant)?.values;
          for (const each of ["a", "b", "__proto__"]) {
            expect(valueAt(built.values, each, instant)).toBe(held?.get(each) ?? undefined);
          }
        }
      }),
    );
  });

  it("have dates only where they change", () => {
    const built = datedValues<string>();
    built.put(1, { a: "1", b: "1" });
    built.put(2, { a: "1" });
    built.put(3, { a: null });
    built.put(4, { a: null, b: "2" });
    const all = { start: 0, end: 10 };
    expect(datesWithin(built.values, "a", all)).toEqual([1, 3]);
    expect(datesWithin(built.values, "b", all)).toEqual([1, 4]);
    expect(datesWithin(built.values, "b", { start: 2, end: 4 })).toEqual([]);
    expect(datesWithin(built.values, "c", all)).toEqual([]);
  });
});

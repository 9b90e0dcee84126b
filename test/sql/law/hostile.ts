/** Names that try to be more than names. */
import fc from "fast-check";
import { expect } from "vitest";
import { DIALECTS } from "../../../src/sql/dialects/index.js";
import type { Clause } from "./clause.js";

const names: Clause = {
  name: "keeps any name a name",
  check: (engine, runs) => {
    const { identifier } = DIALECTS[engine.dialect];
    const name = fc
      .string({ minLength: 1, maxLength: 15, unit: "binary" })
      .filter((each) => !/[\0\p{Surrogate}]/u.test(each));
    const hostile = ['"', '""', '"; DROP TABLE events; --', "'", "\\", "$1", "a.b", "\n", "é"];
    return fc.assert(
      fc.asyncProperty(fc.oneof(fc.constantFrom(...hostile), name), async (each) => {
        const text = `SELECT 'x' AS ${identifier(each)}`;
        expect(await engine.run({ text, parameters: [] })).toEqual([{ [each]: "x" }]);
      }),
      runs,
    );
  },
};

export const HOSTILE: readonly Clause[] = [names];

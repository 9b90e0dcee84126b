/** What adds up over several bills, over whole lives: it matters what happened, not when it became known. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import type { Life } from "../support/life-oracle.js";
import { lives, WIDE } from "../support/lives.js";
import { stored, totalOf } from "../support/plans.js";

interface Written {
  readonly chargeType?: string;
}

/** The same requests, in which usage charges have these fields too, and earlier documents come from a store. */
function withFields(fields: object) {
  return (asked: unknown): unknown => {
    if (typeof asked !== "object" || asked === null || !("catalog" in asked)) return asked;
    const catalog = asked.catalog as {
      readonly ratePlans: readonly { readonly charges: readonly Written[] }[];
    };
    const ratePlans = catalog.ratePlans.map((plan) => ({
      ...plan,
      charges: plan.charges.map((charge) =>
        charge.chargeType === "usage" ? { ...charge, ...fields } : charge,
      ),
    }));
    return { ...stored(asked), catalog: { ...catalog, ratePlans } };
  };
}

/** The same life, of which everything is known from the beginning. */
function foreseen(life: Life): Life {
  const records = life.records.filter(({ withdrawn }) => withdrawn === undefined);
  return {
    ...life,
    records: records.map((each) => ({ ...each, on: life.start, evening: false })),
    events: life.events.map((event) => ({ ...event, received: event.at })),
  };
}

const kinds: readonly (readonly [string, object])[] = [
  ["an allowance of a year", { resetCycle: "annual", includedUnits: 6 }],
  ["limits of a month", { minimum: 200, maximum: 900 }],
  ["limits of a year", { resetCycle: "annual", minimum: 200, maximum: 900 }],
  ["units carried forward", { includedUnits: { units: 4, rollover: { periods: 2, max: 6 } } }],
  [
    "units carried from half-year to half-year",
    { resetCycle: "semi-annual", includedUnits: { units: 7, rollover: { periods: 1 } } },
  ],
];

describe("what all documents of a life bill", () => {
  for (const [name, fields] of kinds) {
    it(`is the same whenever it became known: ${name}`, () => {
      fc.assert(
        fc.property(
          lives(WIDE),
          fc.constantFrom("always" as const, "needed" as const),
          (life, rerate) => {
            const sumOf = (documents: ReturnType<typeof bill>) =>
              totalOf(documents.map(({ total }) => total));
            const rewrite = withFields(fields);
            const asItCame = bill(life, { rerate, rewrite });
            expect(sumOf(asItCame)).toBe(sumOf(bill(foreseen(life), { rerate: "never", rewrite })));
          },
        ),
        { numRuns: 12 },
      );
    });
  }
});

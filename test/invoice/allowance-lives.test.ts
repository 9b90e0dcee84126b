/** What adds up over several bills, over whole lives: it matters what happened, not when it became known. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import type { Life } from "../support/life-oracle.js";
import { lives, outcomeLives, WIDE } from "../support/lives.js";
import { stored, totalOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

interface Written {
  readonly chargeType?: string;
}

/** The same requests, in which usage charges have these fields too, under a policy, and earlier documents come from a store. */
function withFields(fields: object, policy: object = {}) {
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
    const isPriced = "usage" in asked || "rerate" in asked;
    return {
      ...stored(asked),
      ...(isPriced ? { policy } : {}),
      catalog: { ...catalog, ratePlans },
    };
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
        tries(8),
      );
    });
  }
});

describe("what all documents of a life with outcomes bill", () => {
  const more = { kinds: ["plan", "override", "cancel"] as const, changes: 3, back: false };
  for (const tiersAtChange of ["restart", "continue"] as const) {
    for (const [name, fields] of kinds) {
      it(`is the same whenever it became known: ${name}, tiers ${tiersAtChange} at a change`, () => {
        fc.assert(
          fc.property(outcomeLives(more), (life) => {
            const rewrite = withFields(fields, { tiersAtChange });
            const sumOf = (documents: ReturnType<typeof bill>) =>
              totalOf(documents.map(({ total }) => total));
            const asItCame = bill(life, { rerate: "always", rewrite });
            expect(sumOf(asItCame)).toBe(sumOf(bill(foreseen(life), { rerate: "never", rewrite })));
          }),
          tries(5),
        );
      });
    }
  }
});

describe("lives that were billed wrongly once", () => {
  const life: Life = {
    zone: "UTC",
    start: "2026-01-01",
    end: "2026-06-11",
    plans: [
      { id: "p0", months: 1, charges: [{ id: "c1", kind: "usage", price: 9999, months: 3 }] },
    ],
    plan: "p0",
    quantities: {},
    records: [],
    events: [],
    runs: ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"],
  };
  const event = { id: "e", unit: "unit-c1", at: "2026-01-01T00:00:00Z" };
  const canceled = (date: string) => ({ date, status: "canceled" as const });
  const sumOf = (own: Life, fields: object, rerate: "always" | "needed") =>
    totalOf(bill(own, { rerate, rewrite: withFields(fields) }).map(({ total }) => total));

  it("takes a minimum back that usage fills, also when its period was cut short after it was billed", () => {
    const own: Life = {
      ...life,
      records: [
        { change: canceled("2026-02-01"), on: "2026-02-01" },
        { change: canceled("2026-01-15"), on: "2026-02-01", evening: true },
      ],
      events: [{ ...event, received: "2026-03-12T00:00:00Z", quantity: 3 }],
    };
    // 3 × 99.99 is more than the minimum of 200.
    expect(sumOf(own, { minimum: 200 }, "always")).toBe(29_997n);
  });

  it("counts once towards a limit what was billed under one end of its period, and again under another", () => {
    const own: Life = {
      ...life,
      records: [{ change: canceled("2026-01-02"), on: "2026-01-02", withdrawn: "2026-01-03" }],
      events: [{ ...event, received: event.at, quantity: 1 }],
    };
    // 1 × 99.99, and 100.01 to the minimum of the year.
    expect(sumOf(own, { resetCycle: "annual", minimum: 200 }, "always")).toBe(20_000n);
  });

  it("makes up for a minimum of a year where an end or a pause on a closed boundary turns out to end it", () => {
    for (const [status, on, evening] of [
      ["canceled", "2026-04-01", true],
      ["canceled", "2026-04-20", false],
      ["paused", "2026-04-01", true],
    ] as const) {
      const change = { date: "2026-04-01", status };
      const own: Life = { ...life, records: [{ change, on, evening }] };
      expect(sumOf(own, { resetCycle: "annual", minimum: 200 }, "needed")).toBe(20_000n);
    }
  });

  it("does not ask for documents of periods that were taken back and have come again", () => {
    const own: Life = {
      ...life,
      end: "2026-09-01",
      records: [
        {
          change: canceled("2026-03-15"),
          on: "2026-05-01",
          evening: true,
          withdrawn: "2026-05-02",
        },
      ],
    };
    expect(sumOf(own, { resetCycle: "annual", includedUnits: 6 }, "needed")).toBe(0n);
  });
});

/**
 * Laws of a subscription's whole life. The oracle (test/support/life-oracle.ts) knows all and bills once; the biller
 * (test/support/biller.ts) knows what is recorded by then and writes documents as they fall due. `FC_RUNS=<n>` takes
 * more lives, `FC_SEED=random` others.
 */
import fc from "fast-check";
import {
  type BillingPolicyInput,
  type ChargeInput,
  creditNote,
  type Invoice,
  type InvoiceRequest,
  invoice,
  isPricingError,
  type RatePlanInput,
} from "rateplan";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { type Biller, bill, cents } from "../support/biller.js";
import { billedByLife, effectiveDate, type Life } from "../support/life-oracle.js";
import { type Breadth, lives, NARROW, outcomeLives, WIDE } from "../support/lives.js";
import { fee, perUnit, planOf, productOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

function billedInAll(life: Life, rerate: Biller["rerate"]): bigint {
  return bill(life, { rerate }).reduce((sum, { total }) => sum + cents(total), 0n);
}

function dueInAll(life: Life): bigint {
  return [...billedByLife(life).values()].reduce((sum, amount) => sum + amount, 0n);
}

describe("documents written with what was known then sum to the all-knowing evaluation", () => {
  const breadths: readonly (readonly [string, Partial<Breadth>])[] = [
    ["fees and a cancellation, on its day", { charges: 3 }],
    ["a cancellation dated back", { charges: 3, ownCycles: true, back: true }],
    ["cancellations withdrawn", { charges: 3, ownCycles: true, withdrawn: true, changes: 2 }],
    ["other plans, planned", { plans: 2, charges: 3, kinds: ["plan"], changes: 2 }],
    ["other plans, dated back", { plans: 3, charges: 3, kinds: ["plan"], changes: 3, back: true }],
    ["seats and prices", { charges: 3, seats: true, kinds: ["quantity", "override"], changes: 3 }],
    [
      "seats and prices, dated back",
      { charges: 3, seats: true, kinds: ["quantity", "override"], changes: 3, back: true },
    ],
    ["pauses", { charges: 2, kinds: ["pause"], changes: 3, back: true, withdrawn: true }],
    [
      "usage",
      { charges: 2, usage: true, ownCycles: true, zones: true, kinds: ["override"], changes: 2 },
    ],
    [
      "usage, and a cancellation dated back",
      { charges: 2, usage: true, ownCycles: true, kinds: ["cancel"], back: true },
    ],
    ["nothing prorated", { charges: 2, none: true, kinds: ["override", "cancel"], changes: 2 }],
    ["everything", WIDE],
  ];
  for (const [name, breadth] of breadths) {
    it(name, () => {
      fc.assert(
        fc.property(lives({ ...NARROW, ...breadth }), (life) => {
          expect(billedInAll(life, "needed")).toBe(dueInAll(life));
        }),
        tries(8),
      );
    });
  }

  it("everything, re-rated by each document", () => {
    fc.assert(
      fc.property(lives(WIDE), (life) => {
        expect(billedInAll(life, "always")).toBe(dueInAll(life));
      }),
      tries(8),
    );
  });
});

describe("lives that were billed wrongly once", () => {
  const months = ["01", "02", "03", "04", "05", "06", "07"].map((month) => `2026-${month}-15`);
  const base: Life = {
    ...{ zone: "UTC", start: "2026-01-15", end: "2026-07-15", plan: "p0" },
    plans: [
      {
        id: "p0",
        months: 1,
        charges: [
          { id: "c0", kind: "recurring", price: 100, timing: "in-advance", proration: "none" },
        ],
      },
    ],
    ...{ quantities: {}, records: [], events: [], runs: months },
  };
  const canceled = (date: string, on: string, withdrawn?: string) => ({
    change: { date, status: "canceled" as const },
    ...{ on, ...(withdrawn === undefined ? {} : { withdrawn }) },
  });
  const known: readonly (readonly [string, Life])[] = [
    [
      "a fee that stays whole as its period is cut, and is due no longer as it is taken back",
      {
        ...base,
        records: [
          canceled("2026-03-20", "2026-03-20", "2026-03-22"),
          canceled("2026-03-15", "2026-03-22"),
        ],
      },
    ],
    [
      "an end over two closed periods that moves into the second of them",
      {
        ...base,
        records: [
          canceled("2026-04-15", "2026-06-16", "2026-06-17"),
          canceled("2026-05-16", "2026-06-17"),
        ],
      },
    ],
    [
      "an end of the date of another change that is withdrawn",
      {
        ...base,
        records: [
          { change: { date: "2026-06-15", overrides: { c0: 200 } }, on: "2026-06-15" },
          { ...canceled("2026-06-15", "2026-07-15", "2026-07-16"), evening: true },
        ],
      },
    ],
  ];
  for (const [name, life] of known) {
    it(name, () => {
      expect(billedInAll(life, "always")).toBe(dueInAll(life));
      expect(billedInAll(life, "needed")).toBe(dueInAll(life));
    });
  }
});

/** When the billing period is over that begins at, or runs on, a date. */
function periodAfter({ start }: Life, at: string): string {
  const first = Temporal.PlainDate.from(start);
  for (let months = 1; ; months += 1) {
    const end = first.add({ months }).toString();
    if (end > at) return end;
  }
}

describe("no credit before a change takes effect", () => {
  for (const kind of WIDE.kinds) {
    it(`whatever is planned: ${kind}`, () => {
      const planned = { ...WIDE, changes: 1, kinds: [kind], back: false, withdrawn: false };
      fc.assert(
        fc.property(lives(planned), (life) => {
          const [first] = life.records;
          const at = first === undefined ? life.end : effectiveDate(life, first.change);
          for (const { period, lines } of bill(life, { rerate: "needed" })) {
            // A document knows what takes effect before the end of the period whose fees it bills in advance.
            if (periodAfter(life, period.end) > at) continue;
            expect(lines.filter(({ amount }) => amount.startsWith("-"))).toEqual([]);
          }
        }),
        tries(8),
      );
    });
  }
});

describe("outcomes are billed exactly once, at the price of their segment", () => {
  const some: readonly (readonly [string, Parameters<typeof outcomeLives>[0]])[] = [
    ["to the end, by run-off documents", { kinds: ["cancel"], changes: 1, back: false }],
    ["over overrides", { kinds: ["override"], changes: 2, back: false }],
    ["over plans and policies", { kinds: ["plan"], changes: 2, back: false }],
    ["over all of these", { kinds: ["plan", "override", "cancel"], changes: 3, back: false }],
  ];
  for (const [name, more] of some) {
    it(name, () => {
      fc.assert(
        fc.property(outcomeLives(more), (life) => {
          expect(billedInAll(life, "needed")).toBe(dueInAll(life));
        }),
        tries(8),
      );
    });
  }
});

const JANUARY = { start: "2026-01-01", end: "2026-02-01" };
const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const MARCH = { start: "2026-03-01", end: "2026-04-01" };

/** What a catalog may sell: everything that one charge may take from another. */
const offers: readonly ChargeInput[] = [
  fee("flat", "100.01"),
  fee("ahead", "33.33", { billingTiming: "in-advance" }),
  fee("quarter", "100", { billingCycle: "quarterly", billingTiming: "in-advance" }),
  perUnit("outcome", "0.335", { minimum: "5", maximum: "9" }),
  perUnit("call", "1", {
    pricing: {
      model: "tiered",
      tiers: [{ upTo: 2, unitPrice: "5" }, { upTo: 6, unitPrice: "3.335" }, { unitPrice: "0.5" }],
    },
  }),
  perUnit("seen", "0.005", { billingCycle: "quarterly", minimum: "150" }),
  {
    ...perUnit("promised", "7", { unitOfMeasure: "@outcome" }),
    outcome: { qualifies: { field: "properties.ok", equals: true } },
    guarantee: { successRate: 90, remedy: { percent: 50, cap: "8" } },
  },
  { ...fee("tenth", "0"), pricing: { model: "discount", percent: "10", appliesTo: "all" } },
  { ...fee("less", "0"), pricing: { model: "discount", amount: "7.77", appliesTo: "all" } },
];

const plans = fc
  .record({
    charges: fc.shuffledSubarray([...offers], { minLength: 1 }),
    commitment: fc.constantFrom(undefined, "20", "300"),
  })
  .map(
    ({ charges, commitment }): RatePlanInput =>
      planOf(charges, commitment === undefined ? {} : { minimumCommitment: commitment }),
  );

const policies = fc.record<BillingPolicyInput>({
  rounding: fc.record({
    scope: fc.constantFrom("line" as const, "invoice" as const),
    mode: fc.constantFrom("half-away-from-zero" as const, "half-even" as const, "up" as const),
  }),
  discounts: fc.record({
    percentages: fc.constantFrom("original" as const, "compound" as const),
    fixed: fc.constantFrom("proportional" as const, "line-order" as const),
  }),
});

const used = fc
  .array(
    fc.record({
      unit: fc.constantFrom("@outcome", "@call", "@seen"),
      day: fc.integer({ min: 1, max: 58 }),
      quantity: fc.integer({ min: 1, max: 4 }),
      ok: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((draws) =>
    draws.map(({ unit, day, quantity, ok }, n) => ({
      id: `e${n}`,
      customerId: "acme",
      unitOfMeasure: unit,
      // Days from 1 January: 1 to 58 are January and February.
      timestamp: new Date(Date.UTC(2026, 0, day, 12)).toISOString(),
      quantity,
      properties: { ok },
    })),
  );

/** The opening, January and February, as they were billed. */
function closed(plan: RatePlanInput, usage: InvoiceRequest["usage"], policy: BillingPolicyInput) {
  const correction = {
    catalog: productOf(plan),
    subscription: { id: "s1", customerId: "acme", ratePlanId: plan.id, startDate: "2026-01-01" },
    policy,
  };
  const request = { ...correction, usage };
  const documents: Invoice[] = [];
  const opening = { start: "2026-01-01", end: "2026-01-01" };
  const ahead = plan.charges.some(
    (charge) => charge.chargeType === "recurring" && charge.billingTiming === "in-advance",
  );
  for (const period of [...(ahead ? [opening] : []), JANUARY, FEBRUARY]) {
    documents.push(invoice({ ...request, period, previous: documents }));
  }
  return { request, correction, documents };
}

describe("re-rating with nothing new changes nothing", () => {
  it("whatever the rounding, discounts, limits, guarantees, commitments and the order of charges", () => {
    fc.assert(
      fc.property(plans, policies, used, (plan, policy, usage) => {
        const { request, correction, documents } = closed(plan, usage, policy);
        const next = { ...request, period: MARCH, previous: documents };
        const plain = invoice(next);
        const again = invoice({ ...next, rerate: { from: "2026-01-01" } });
        expect(again.lines).toEqual(plain.lines);
        expect(again.total).toBe(plain.total);
        for (const rerate of [
          [{ period: JANUARY }],
          [
            { period: JANUARY, usage },
            { period: FEBRUARY, usage },
          ],
        ]) {
          const note = creditNote({
            ...correction,
            previous: documents,
            rerate,
            asOf: "2026-03-02",
          });
          expect(note.lines).toEqual([]);
        }
      }),
      tries(8),
    );
  });
});

describe("a catalog edit after closing changes nothing in closed periods", () => {
  it("charges added, removed, renamed, repriced, commitments and discounts", () => {
    fc.assert(
      fc.property(
        plans,
        plans,
        policies,
        used,
        fc.boolean(),
        (plan, other, policy, usage, dear) => {
          const { correction, documents } = closed(plan, usage, policy);
          const charges = other.charges.map((charge): ChargeInput => {
            if (charge.pricing.model === "discount") return charge;
            return dear && charge.chargeType === "usage"
              ? { ...charge, pricing: { model: "per-unit", unitPrice: "77" } }
              : { ...charge, id: dear ? charge.id : `new-${charge.id}` };
          });
          const catalog = productOf({ ...other, charges });
          const note = creditNote({
            ...correction,
            catalog,
            previous: documents,
            rerate: [
              { period: JANUARY, usage },
              { period: FEBRUARY, usage },
            ],
            asOf: "2026-03-02",
          });
          expect(note.lines).toEqual([]);
        },
      ),
      tries(8),
    );
  });
});

describe("documents know each other", () => {
  it("two billers from the same last document collide", () => {
    fc.assert(
      fc.property(plans, plans, policies, used, (plan, other, policy, usage) => {
        const { request, correction, documents } = closed(plan, usage, policy);
        const next = { ...request, period: MARCH, previous: documents };
        const one = invoice(next);
        const two = invoice({ ...next, catalog: productOf(other), usage: [] });
        const note = creditNote({
          ...correction,
          previous: documents,
          rerate: [{ period: JANUARY }],
          asOf: "2026-03-02",
        });
        const sequence = documents.length + 1;
        expect([one.sequence, two.sequence, note.sequence]).toEqual([sequence, sequence, sequence]);
        expect(two.idempotencyKey).toBe(one.idempotencyKey);
      }),
      tries(8),
    );
  });

  it("any edited field of an earlier document is found", () => {
    fc.assert(
      fc.property(plans, policies, used, (plan, policy, usage) => {
        const { request, documents } = closed(plan, usage, policy);
        const next = { ...request, period: MARCH };
        for (const [path, edited] of editsOf(documents.at(-1))) {
          const previous = [...documents.slice(0, -1), edited] as Invoice[];
          expect([path, foundBy(() => invoice({ ...next, previous }))]).not.toEqual([
            path,
            "accepted",
          ]);
        }
      }),
      tries(1),
    );
  });
});

/** A document with one leaf edited, for each of its leaves. */
function* editsOf(document: unknown): Generator<readonly [string, unknown]> {
  for (const path of leavesOf(document, [])) {
    const copy: unknown = structuredClone(document);
    let parent = copy as Record<string, unknown>;
    for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
    const key = path.at(-1) ?? "";
    const leaf = parent[key];
    if (typeof leaf === "number") parent[key] = leaf + 1;
    else if (typeof leaf === "boolean") parent[key] = !leaf;
    else parent[key] = leaf === null ? "x" : `${String(leaf)}0`;
    yield [path.join("."), copy];
  }
}

function* leavesOf(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (typeof value !== "object" || value === null) yield path;
  else for (const [key, item] of Object.entries(value)) yield* leavesOf(item, [...path, key]);
}

/** The first code that is reported. */
function foundBy(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!isPricingError(error)) throw error;
    const codes = error.issues.map(({ code }) => code);
    return codes.includes("tampered") ? "tampered" : (codes[0] ?? "");
  }
  return "accepted";
}

/** Laws of invoices with outcomes: whatever becomes known when, what was billed and adjusted is what is due. */
import fc from "fast-check";
import type { BillingPolicyInput, ChargeInput, Invoice, OutcomePolicyInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  adjustmentsIn,
  FAR,
  type Happening,
  histories,
  judging,
  MONTHS,
  on,
  outcome,
  outcomePolicies,
  seller,
  signal,
} from "../support/outcomes.js";
import { fee, inTwoOrders, totalOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const MAY = { start: "2026-05-01", end: "2026-06-01" };

const tiers = [{ upTo: 2, unitPrice: "5" }, { upTo: 6, unitPrice: "3.335" }, { unitPrice: "0.5" }];
const pricings = fc.constantFrom(
  { model: "per-unit" as const, unitPrice: "1.005" },
  { model: "tiered" as const, tiers: tiers.map((tier) => ({ ...tier, flatFee: "1" })) },
  { model: "volume" as const, tiers },
  { model: "stairstep" as const, tiers: [{ upTo: 3, flatFee: "9" }, { flatFee: "4" }] },
  { model: "package" as const, size: 3, price: "7.77" },
  { model: "percentage" as const, percent: "12.5", minPerEvent: "0.4", freeEvents: 1 },
  { model: "pre-rated" as const, markup: "3" },
);

const fields = fc.record(
  {
    minimum: fc.constant("6"),
    maximum: fc.constant("20"),
    guarantee: fc.constantFrom(
      { successRate: 80, remedy: { percent: 50, cap: "8" } },
      { successRate: "99.9", minimumAttempts: 2, remedy: { waive: true as const } },
      { successRate: 60, remedy: { amount: "3" } },
      {
        steps: [
          { successRate: 90, remedy: { percent: 10 } },
          { successRate: 50, remedy: { waive: true as const } },
        ],
      },
    ),
  },
  { requiredKeys: [] },
);

/** Plans with one or two charges that judge outcomes, and what may stand around them. */
const plans = fc
  .record({
    policy: outcomePolicies,
    pricing: pricings,
    fields,
    counts: fc.boolean(),
    discount: fc.boolean(),
    commitment: fc.option(fc.constant("15"), { nil: undefined }),
  })
  .map(({ policy, pricing, fields: more, counts, discount, commitment }) => {
    const values = pricing.model === "percentage" || pricing.model === "pre-rated";
    const aggregation = counts && !values ? { aggregation: "count" as const } : {};
    const charges: readonly ChargeInput[] = [
      judging(policy, { pricing, ...aggregation, ...more }),
      { ...judging({}, { filter: { where: { field: "subject", equals: "a" } } }), id: "second" },
      fee("fee", "2"),
      ...(discount ? [off] : []),
    ];
    return { charges, plan: commitment === undefined ? {} : { minimumCommitment: commitment } };
  });
const off = unchecked<ChargeInput>({
  id: "off",
  name: "off",
  chargeType: "usage",
  pricing: { model: "discount", percent: "10", appliesTo: { charges: ["outcome"] } },
});

/** How many days after its period each invoice is made. */
const delays = fc.tuple(...MONTHS.map(() => fc.integer({ min: 0, max: 70 })));
const policies = fc.constantFrom<BillingPolicyInput[]>({}, { negativeUsage: "allow" });
const ENDS = [32, 60, 91, 121];

/**
 * Whether outcomes of later months may supersede those of earlier ones: a document by itself judges what has occurred by
 * its end, and only one that rates several months together sees both.
 */
function looksAhead({ charges }: Sale): boolean {
  return charges.some((charge) => {
    const uniqueBy = charge.chargeType === "usage" ? charge.outcome?.uniqueBy : undefined;
    const { per, keep = "first" } = uniqueBy ?? {};
    return keep !== "first" && per !== undefined && per !== "billing-period";
  });
}

type Sale = { readonly charges: readonly ChargeInput[]; readonly plan: object };

/** Invoices of all months, each with all that is known: the last one knows everything. */
function billAll(
  { charges, plan }: Sale,
  events: readonly Happening[],
  late: readonly number[],
  policy: BillingPolicyInput = {},
): readonly Invoice[] {
  const { bill } = seller(charges, plan);
  const invoices: Invoice[] = [];
  let known = 0;
  for (const [index, period] of MONTHS.entries()) {
    const isLast = index === MONTHS.length - 1;
    // Knowledge only grows.
    known = Math.max(known, (ENDS[index] ?? 0) + (late[index] ?? 0));
    invoices.push(
      bill(period, events, {
        asOf: isLast ? FAR : on(known),
        previous: invoices,
        rerate: MONTHS.slice(0, index).map((earlier) => ({ period: earlier, usage: events })),
        policy,
      }),
    );
  }
  return invoices;
}

function sumOf(invoices: readonly Invoice[]): bigint {
  return totalOf(invoices.map(({ total }) => total));
}

describe("what was billed and adjusted", () => {
  it("is what one evaluation bills that knows everything", () => {
    fc.assert(
      fc.property(plans, histories, delays, policies, (sale, events, late, policy) => {
        fc.pre(!looksAhead(sale));
        const { bill } = seller(sale.charges, sale.plan);
        const knowing = MONTHS.map((period) => bill(period, events, { asOf: FAR, policy }));
        expect(sumOf(billAll(sale, events, late, policy))).toBe(sumOf(knowing));
      }),
      tries(13),
    );
  });

  it("is not adjusted again", () => {
    fc.assert(
      fc.property(plans, histories, delays, (sale, events, late) => {
        const previous = billAll(sale, events, late);
        const { bill } = seller(sale.charges, sale.plan);
        const rerate = MONTHS.map((period) => ({ period, usage: events }));
        const more = { asOf: FAR, previous, rerate };
        const may = bill(MAY, events, more);
        expect(adjustmentsIn(may)).toEqual([]);
        expect(may.lines.every(({ servicePeriod: { start } }) => start === MAY.start)).toBe(true);
        expect(bill(MAY, events, more)).toEqual(may);
      }),
      tries(6),
    );
  });

  it("is adjusted from what was billed to what is due, and each adjustment says so", () => {
    fc.assert(
      fc.property(plans, histories, delays, (sale, events, late) => {
        const billed = new Map<string, bigint>();
        for (const { lines } of billAll(sale, events, late)) {
          for (const { key, amount, adjustment } of lines) {
            const before = billed.get(key) ?? 0n;
            const now = before + totalOf([amount]);
            billed.set(key, now);
            if (adjustment === null) continue;
            expect(totalOf([adjustment.billed])).toBe(before);
            expect(totalOf([adjustment.due])).toBe(now);
            expect(adjustment.invoices.length).toBeGreaterThan(0);
          }
        }
      }),
      tries(5),
    );
  });
});

describe("an invoice with outcomes", () => {
  it("does not depend on the order of the events, nor on how they are handed over", () => {
    fc.assert(
      fc.property(plans, inTwoOrders(histories), delays, (sale, [list, shuffled], late) => {
        const invoices = billAll(sale, list, late);
        expect(billAll(sale, shuffled, late)).toEqual(invoices);
        const { bill } = seller(sale.charges, sale.plan);
        const [january, february] = MONTHS;
        const [first] = invoices;
        const again = bill(february, new Set(shuffled).values(), {
          asOf: invoices[1]?.asOf ?? FAR,
          previous: first === undefined ? [] : [first],
          rerate: [{ period: january, usage: new Set(shuffled).values() }],
          policy: {},
        });
        expect(again).toEqual(invoices[1]);
      }),
      tries(8),
    );
  });

  it("counts duplicates and bills the same", () => {
    fc.assert(
      fc.property(plans, histories, delays, (sale, events, late) => {
        const once = billAll(sale, events, late);
        const twice = billAll(sale, [...events, ...events], late);
        expect(twice.map(({ lines }) => lines)).toEqual(once.map(({ lines }) => lines));
        expect(twice.map(({ provisional }) => provisional)).toEqual(
          once.map(({ provisional }) => provisional),
        );
        const matched = (all: readonly Invoice[]) => all.map(({ usage }) => usage.counts.matched);
        expect(matched(twice)).toEqual(matched(once));
      }),
      tries(8),
    );
  });

  it("reports every event that it was given, once for all the periods that one list is for", () => {
    fc.assert(
      fc.property(plans, histories, delays, (sale, events, late) => {
        for (const { usage } of billAll(sale, events, late)) {
          const total = Object.values(usage.counts).reduce((sum, count) => sum + count, 0);
          expect(total).toBe(events.length);
        }
      }),
      tries(8),
    );
  });
});

describe("units taken back at the price at which they were billed", () => {
  const reverse = { pricing: "original-price" as const };
  const falling = [
    { model: "volume" as const, tiers },
    { model: "stairstep" as const, tiers: [{ upTo: 3, flatFee: "9" }, { flatFee: "4" }] },
    { model: "tiered" as const, tiers },
  ];
  const reversals = fc
    .uniqueArray(
      fc.record({
        target: fc.nat({ max: 9 }),
        day: fc.integer({ min: 33, max: 120 }),
        part: fc.option(fc.constantFrom("0.25", "0.5"), { nil: undefined }),
      }),
      { maxLength: 10, size: "max", selector: ({ target }) => target },
    )
    .map((all) =>
      all.map(({ target, day, part }, index) =>
        signal(`s${index}`, day, {
          reverses: `e${target}`,
          ...(part === undefined ? {} : { quantity: part }),
        }),
      ),
    );

  it.each(falling)("never raise the bill: $model", (pricing) => {
    const policy: OutcomePolicyInput = { reverse };
    const quantities = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(quantities, reversals, delays, (list, taken, late) => {
        const events = list.map((quantity, index) => outcome(`e${index}`, index + 1, { quantity }));
        const sale = { charges: [judging(policy, { pricing })], plan: {} };
        const [january, ...rest] = billAll(sale, [...events, ...taken], [0, ...late.slice(1)]);
        for (const { total } of rest) expect(totalOf([total])).toBeLessThanOrEqual(0n);
        // Whatever is left is worth something, and when all is taken back nothing is.
        const whole = new Set(
          taken.filter(({ quantity }) => quantity == null).map((s) => s.reverses),
        );
        const left = events.filter(({ id }) => !whole.has(id));
        const sum = sumOf(january === undefined ? rest : [january, ...rest]);
        if (left.length === 0) expect(sum).toBe(0n);
        else expect(sum).toBeGreaterThan(0n);
      }),
      tries(6),
    );
  });

  it("are worth the same whenever they are taken back", () => {
    fc.assert(
      fc.property(fc.constantFrom(...falling), reversals, (pricing, taken) => {
        const events = Array.from({ length: 10 }, (_, index) => outcome(`e${index}`, index + 1));
        const sale = { charges: [judging({ reverse }, { pricing })], plan: {} };
        const bit = billAll(sale, [...events, ...taken], [0, 0, 0, 0]);
        const first = billAll(sale, events, [0, 0, 0, 0]).slice(0, 1);
        const { bill } = seller(sale.charges);
        const atOnce = bill(MONTHS[1], [], {
          asOf: FAR,
          previous: first,
          rerate: [{ period: MONTHS[0], usage: [...events, ...taken] }],
        });
        expect(sumOf([...first, atOnce])).toBe(sumOf(bit));
      }),
      tries(6),
    );
  });
});

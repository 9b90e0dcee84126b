/**
 * Terms and prepaid fees over whole lives: whatever is corrected, dated back, withdrawn or late, all documents together
 * come to what the rule says of the life as it turned out. `FC_RUNS=<n>` takes more lives.
 */
import fc from "fast-check";
import { type Invoice, type InvoiceRequest, simulate, sumAmounts, verify } from "rateplan";
import { describe, expect, it } from "vitest";
import { bill, cents } from "../support/biller.js";
import { billUntil } from "../support/chain.js";
import {
  type BilledDay,
  billedByDay,
  type Life,
  roundHalfAway,
  termAround,
} from "../support/life-oracle.js";
import { type Breadth, lives, WIDE } from "../support/lives.js";
import { fee, perUnit, planOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const rerates = fc.constantFrom("always" as const, "needed" as const);

const CALL = {
  id: "c",
  customerId: "acme",
  unitOfMeasure: "@call",
  timestamp: "2026-01-15T12:00:00Z",
} as const;

function isRequest(asked: unknown): asked is { readonly previous: readonly Invoice[] } {
  return typeof asked === "object" && asked !== null && "previous" in asked;
}

interface Plan {
  readonly charges: readonly object[];
}

interface Catalog {
  readonly ratePlans: readonly Plan[];
}

/** The same requests, with something more on every plan of the catalog; as a store gives earlier documents back. */
function withPlans(more: (plan: Plan) => object) {
  const stored = new Map<unknown, unknown>();
  return (asked: unknown): unknown => {
    if (typeof asked !== "object" || asked === null || !("catalog" in asked)) return asked;
    const catalog = asked.catalog as Catalog;
    const ratePlans = catalog.ratePlans.map((plan) => ({ ...plan, ...more(plan) }));
    const read = (document: Invoice) => {
      const known = stored.get(document) ?? JSON.parse(JSON.stringify(document));
      stored.set(document, known);
      return known;
    };
    const previous =
      "previous" in asked ? { previous: (asked.previous as readonly Invoice[]).map(read) } : {};
    return { ...asked, catalog: { ...catalog, ratePlans }, ...previous };
  };
}

function billedInAll(documents: readonly Invoice[]): bigint {
  return documents.reduce((sum, { total }) => sum + cents(total), 0n);
}

/** Days in rows: those of one term on one plan, held without a break. */
function rowsOf(life: Life, months: number, byPlan: boolean): readonly (readonly BilledDay[])[] {
  const rows: BilledDay[][] = [];
  let last: BilledDay | undefined;
  for (const day of billedByDay(life)) {
    const term = (each: BilledDay) => termAround(life, months, each.date).start;
    const goesOn =
      last !== undefined && term(last) === term(day) && (!byPlan || last.plan === day.plan);
    if (goesOn) rows.at(-1)?.push(day);
    else rows.push([day]);
    last = day;
  }
  return rows;
}

/** All that is billed, and what each stretch of a term lacks to its part of the amount. */
function committed(life: Life, amount: number, months: number): bigint {
  return rowsOf(life, months, true).reduce((total, row) => {
    const [first] = row;
    if (first === undefined) return total;
    const { days } = termAround(life, months, first.date);
    const billed = row.filter(({ paused }) => !paused).length;
    const bound = roundHalfAway(BigInt(amount) * BigInt(billed), BigInt(days));
    const net = row.reduce((sum, { fees, usage }) => sum + fees + usage, 0n);
    return total + net + (net < bound ? bound - net : 0n);
  }, 0n);
}

const MONTHLY: Breadth = { ...WIDE, ownCycles: false };

/** Lives on one plan, and lives on several, whose prices all differ: what goes on unchanged is one line under both. */
const oneOrMore = fc.oneof(
  lives({ ...MONTHLY, plans: 1 }),
  lives({ ...MONTHLY, kinds: ["cancel", "plan", "pause", "quantity"] }).map((life) => ({
    ...life,
    plans: life.plans.map((plan, index) => ({
      ...plan,
      charges: plan.charges.map((charge) => ({ ...charge, price: charge.price + index * 7 })),
    })),
  })),
);

describe("a minimum over a term, on any life", () => {
  const terms = fc.record({
    amount: fc.constantFrom(1, 5000, 20000, 100001),
    months: fc.constantFrom(2, 3, 12),
  });

  it("comes to what the documents bill without it, and what each term lacks, once", () => {
    fc.assert(
      fc.property(oneOrMore, terms, rerates, (life, { amount, months }, rerate) => {
        const minimumCommitment = {
          amount: `${amount / 100}`,
          term: { every: months, unit: "month" },
        };
        const documents = bill(life, { rerate, rewrite: withPlans(() => ({ minimumCommitment })) });
        expect(billedInAll(documents)).toBe(committed(life, amount, months));
      }),
      tries(13),
    );
  });
});

describe("a prepaid fee, on any life", () => {
  const drawdowns = fc.record({
    price: fc.constantFrom(1, 5000, 100000),
    months: fc.constantFrom(1, 3, 12),
    factor: fc.constantFrom(0, 50, 100, 133, 250),
    rest: fc.constantFrom("expires" as const, "carries-over" as const),
  });

  /** Fees, the prepaid one in each term in which something is billed, and usage beyond it at the factor. */
  function drawn(
    life: Life,
    {
      price,
      months,
      factor,
      rest,
    }: { price: number; months: number; factor: number; rest: string },
  ): bigint {
    let left = 0n;
    return rowsOf(life, months, false).reduce((total, row) => {
      const fees = row.reduce((sum, day) => sum + day.fees, 0n);
      if (row.every(({ paused }) => paused)) {
        left = 0n;
        return total + fees;
      }
      const paid = BigInt(price) + (rest === "carries-over" ? left : 0n);
      const used = row.reduce((sum, { usage }) => sum + usage, 0n);
      const beyond = used > paid ? used - paid : 0n;
      // What is carried over is there where the next cycle is billed from its beginning.
      left = row.at(-1)?.paused === true ? 0n : paid + beyond - used;
      const billed = roundHalfAway(beyond * BigInt(factor), 100n);
      return total + fees + BigInt(price) + billed;
    }, 0n);
  }

  it("comes to the fees and factor × what goes beyond them, once", () => {
    fc.assert(
      fc.property(lives(MONTHLY), drawdowns, rerates, (life, drawdown, rerate) => {
        const paid = {
          ...{ id: "paid", name: "Paid", chargeType: "recurring", billingTiming: "in-advance" },
          billingCycle: { every: drawdown.months, unit: "month" },
          pricing: { model: "flat", amount: `${drawdown.price / 100}` },
          drawdown: { overageFactor: `${drawdown.factor / 100}`, rest: drawdown.rest },
        };
        const rewrite = withPlans(({ charges }) => ({ charges: [...charges, paid] }));
        const documents = bill(life, { rerate, rewrite });
        expect(billedInAll(documents)).toBe(drawn(life, drawdown));
      }),
      tries(13),
    );
  });
});

describe("lives with terms and prepaid fees that were billed wrongly once", () => {
  const life: Life = {
    ...{ zone: "UTC", start: "2026-01-01", end: "2026-04-01", plan: "p0", quantities: {} },
    plans: [
      {
        id: "p0",
        months: 1,
        charges: [{ id: "c0", kind: "recurring", price: 3000, timing: "in-arrears" }],
      },
    ],
    // An end inside a month is taken back after the document that it brought: the rest of the month is billed with it.
    records: [
      {
        change: { date: "2026-02-02", status: "canceled" },
        ...{ on: "2026-02-02", withdrawn: "2026-02-03" },
      },
    ],
    ...{ events: [], runs: ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"] },
  };
  const paid = {
    ...{ id: "paid", name: "Paid", chargeType: "recurring", billingTiming: "in-advance" },
    billingCycle: { every: 3, unit: "month" },
    pricing: { model: "flat", amount: 1 },
    drawdown: { overageFactor: "0.5" },
  };
  const term = { every: 2, unit: "month" };
  for (const rerate of ["always", "needed"] as const) {
    // Three months at 30: 90; with the prepaid fee of a quarter 91.
    it(`an end that was billed and taken back, re-rated ${rerate}`, () => {
      const committed = bill(life, {
        rerate,
        rewrite: withPlans(() => ({ minimumCommitment: { amount: 1, term } })),
      });
      expect(billedInAll(committed)).toBe(9000n);
      const prepaid = bill(life, {
        rerate,
        rewrite: withPlans(({ charges }) => ({ charges: [...charges, paid] })),
      });
      expect(billedInAll(prepaid)).toBe(9100n);
    });
  }

  it("usage of a quarter that a pause seemed to end, until it was over", () => {
    const quarterly: Life = {
      ...life,
      plans: [
        { id: "p0", months: 1, charges: [{ id: "c0", kind: "usage", price: 9999, months: 3 }] },
      ],
      records: [
        { change: { date: "2026-01-02", status: "paused" }, on: "2026-01-01" },
        { change: { date: "2026-03-02", status: "active" }, on: "2026-01-01" },
      ],
      events: [
        {
          ...{ id: "e0", unit: "unit-c0", quantity: 1 },
          ...{ at: "2026-01-01T12:00:00Z", received: "2026-01-01T12:00:00Z" },
        },
      ],
    };
    const nothing = { ...paid, billingCycle: "monthly", pricing: { model: "flat", amount: 0 } };
    const documents = bill(quarterly, {
      rerate: "needed",
      rewrite: withPlans(({ charges }) => ({ charges: [...charges, nothing] })),
    });
    // Beyond a fee of nothing it costs half its price, in January or in March: 49.995, once.
    expect(billedInAll(documents)).toBe(5000n);
    const committed = bill(quarterly, {
      rerate: "needed",
      rewrite: withPlans(() => ({ minimumCommitment: "62" })),
    });
    // One day of January is billed: 62 / 31 = 2; thirty days of March: 60, within 99.99.
    expect(billedInAll(committed)).toBe(200n + 9999n);
  });
});

/** The same life with everything known from the start on. */
function foreseen(life: Life): Life {
  return {
    ...life,
    records: life.records
      .filter(({ withdrawn }) => withdrawn === undefined)
      .map(({ change }) => ({ change, on: life.start })),
    events: life.events.map((event) => ({ ...event, received: event.at })),
  };
}

describe("terms and prepaid fees with discounts and coupons, on any life", () => {
  const offers = fc.record({
    minimum: fc.constantFrom(0, 300, 5000),
    term: fc.constantFrom(2, 3, 12),
    price: fc.constantFrom(0, 77, 1000),
    months: fc.constantFrom(1, 3, 12),
    factor: fc.constantFrom("0.5", "1.337"),
    rest: fc.constantFrom("expires" as const, "carries-over" as const),
    off: fc.constantFrom("0", "33.3"),
    minimums: fc.constantFrom("after-discounts" as const, "before-discounts" as const),
  });

  it("come to the same, whatever was known when", () => {
    fc.assert(
      fc.property(lives(WIDE), offers, rerates, (life, offer, rerate) => {
        const { minimum, term, price, months, factor, rest, off, minimums } = offer;
        const paid = {
          ...{ id: "paid", name: "Paid", chargeType: "recurring", billingTiming: "in-advance" },
          billingCycle: { every: months, unit: "month" },
          pricing: { model: "flat", amount: price },
          drawdown: { overageFactor: factor, rest },
        };
        const less = {
          ...{ id: "less", name: "Less", chargeType: "usage" },
          pricing: { model: "discount", percent: off, appliesTo: { chargeTypes: ["usage"] } },
        };
        const rewrite = withPlans(({ charges }) => ({
          charges: [...charges, paid, less],
          minimumCommitment: { amount: minimum, term: { every: term, unit: "month" } },
        }));
        const asked = (request: unknown) => {
          const written = rewrite(request);
          return isRequest(written) ? { ...written, policy: { minimums } } : written;
        };
        const [known, all] = [life, foreseen(life)].map((each) =>
          billedInAll(bill(each, { rerate, rewrite: asked })),
        );
        expect(known).toBe(all);
      }),
      tries(8),
    );
  });
});

describe("documents of terms and prepaid fees, on any life", () => {
  it("follow from what they were written from", () => {
    fc.assert(
      fc.property(oneOrMore, (life) => {
        const paid = {
          ...{ id: "paid", name: "Paid", chargeType: "recurring", billingTiming: "in-advance" },
          billingCycle: { every: 2, unit: "month" },
          pricing: { model: "flat", amount: 100 },
          drawdown: { overageFactor: "1.5" },
        };
        const term = { every: 3, unit: "month" };
        const more = withPlans(({ charges }) => ({
          charges: [...charges, paid],
          minimumCommitment: { amount: 500, term },
        }));
        const requests: unknown[] = [];
        const documents = bill(life, {
          rerate: "needed",
          rewrite(asked) {
            const written = more(asked);
            if (isRequest(written))
              requests.push({ ...written, previous: written.previous.slice() });
            return written;
          },
        });
        for (const [index, document] of documents.entries()) {
          expect(verify(document, requests[index] as InvoiceRequest).ok).toBe(true);
        }
      }),
      tries(8),
    );
  });
});

describe("a simulated plan with a term and a prepaid fee", () => {
  const amounts = fc.integer({ min: 0, max: 20000 }).map((cent) => `${cent / 100}`);

  it("comes to what the documents of a first full period bill for it", () => {
    const cases = fc.record({
      quantity: fc.integer({ min: 0, max: 300 }),
      amount: amounts,
      overageFactor: fc.constantFrom("0", "0.5", "1", "1.333"),
      months: fc.constantFrom(1, 3),
      minimum: amounts,
      term: fc.constantFrom(1, 3),
      minimums: fc.constantFrom("after-discounts" as const, "before-discounts" as const),
    });
    fc.assert(
      fc.property(cases, ({ quantity, amount, overageFactor, months, minimum, term, minimums }) => {
        const plan = planOf(
          [
            perUnit("call", "0.77"),
            {
              ...fee("off", "0"),
              pricing: { model: "discount", percent: 10, appliesTo: { units: ["@call"] } },
            },
            fee("paid", amount, {
              billingTiming: "in-advance",
              billingCycle: { every: months, unit: "month" },
              drawdown: { overageFactor },
            }),
          ],
          { minimumCommitment: { amount: minimum, term: { every: term, unit: "month" } } },
        );
        const policy = { minimums };
        const deal = {
          plans: [plan],
          usage: [{ ...CALL, quantity }],
          subscription: { endDate: "2026-04-01" },
        };
        const [opening, january] = billUntil("2026-02-01", deal, [], { policy });
        const own = [opening, january].flatMap((each) => each?.lines ?? []);
        const first = own.filter(({ servicePeriod }) => servicePeriod.start < "2026-02-01");
        expect(simulate(plan, { call: quantity }, { policy }).amount).toBe(
          sumAmounts(first.map((line) => line.amount)),
        );
      }),
      tries(20),
    );
  });
});

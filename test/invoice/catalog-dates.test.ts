/** Dates of the catalog that fall into cycles which several bills share. */
import fc from "fast-check";
import {
  type ChargeInput,
  creditNote,
  documentsDue,
  type Invoice,
  invoice,
  type SubscriptionInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { planOf, productOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const QUARTER = { start: "2026-01-01", end: "2026-04-01" } as const;

interface Sale {
  readonly charges: readonly ChargeInput[];
  readonly subscription?: Partial<SubscriptionInput>;
  readonly usage?: readonly UsageEventInput[];
}

function life({ charges, subscription }: Sale, billingCycle: "monthly" | "quarterly") {
  return {
    catalog: productOf(planOf(charges, { billingCycle })),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      ...subscription,
    },
  };
}

/** The documents of a life, each as it falls due. */
function documentsOf(sale: Sale): readonly Invoice[] {
  const { catalog, subscription } = life(sale, "monthly");
  const documents: Invoice[] = [];
  for (;;) {
    const last = documents.at(-1);
    const [due] = documentsDue(subscription, {
      catalog,
      until: QUARTER.end,
      ...(last && { last }),
    });
    if (due === undefined) return documents;
    documents.push(
      invoice({
        catalog,
        subscription,
        period: due.period,
        usage: sale.usage ?? [],
        ...(last && { previous: [...documents] }),
      }),
    );
  }
}

/** What documents bill under each key. */
function billedBy(documents: readonly Invoice[]): Readonly<Record<string, number>> {
  const billed: Record<string, number> = {};
  for (const { key, kind, amount } of documents.flatMap(({ lines }) => lines)) {
    const name = kind === "adjustment" ? key.replace("adjustment:", "") : key;
    billed[name] = (billed[name] ?? 0) + Math.round(Number(amount) * 100);
  }
  return Object.fromEntries(Object.entries(billed).filter(([, cents]) => cents !== 0));
}

/** A fee of 90.00 a quarter, a dollar a day, billed monthly. */
function quarterly(more: Partial<ChargeInput> = {}): ChargeInput {
  return unchecked<ChargeInput>({
    id: "a",
    name: "A",
    chargeType: "recurring",
    billingCycle: "quarterly",
    pricing: { model: "flat", amount: 90 },
    ...more,
  });
}

function doubled(effectiveDate: string): Partial<ChargeInput> {
  const pricing = { model: "flat", amount: 180 } as const;
  return { revisions: [{ effectiveDate, pricing, withinPeriod: "split" }] };
}

describe("a fee of a quarter on a monthly plan", () => {
  // January has 31 days, February 28, March 31: a dollar for each of them, two after the price is doubled.
  it.each([
    ["ends in February", { endDate: "2026-02-15" }, {}, ["0.00", "45.00", "0.00"]],
    ["costs more from a day on", doubled("2026-02-15"), {}, ["0.00", "45.00", "90.00"]],
    ["costs more from a month on", doubled("2026-02-01"), {}, ["31.00", "0.00", "118.00"]],
    ["costs more in January already", doubled("2026-01-15"), {}, ["14.00", "0.00", "152.00"]],
    [
      "comes and goes",
      { effectiveDate: "2026-01-15", endDate: "2026-03-01" },
      {},
      ["0.00", "45.00", "0.00"],
    ],
    [
      "comes, and has prices of its own later",
      { effectiveDate: "2026-01-15" },
      {
        changes: [
          {
            effectiveDate: "2026-03-01",
            overrides: { a: { model: "flat" as const, amount: 180 } },
          },
        ],
      },
      ["0.00", "45.00", "62.00"],
    ],
    [
      "comes, and rests",
      { effectiveDate: "2026-01-15" },
      { changes: [{ effectiveDate: "2026-02-15", status: "paused" as const }] },
      ["0.00", "31.00", "0.00"],
    ],
  ])("that %s is billed for what it was, once", (_, dates, subscription, totals) => {
    const sale = {
      charges: [quarterly(dates)],
      subscription: unchecked<Partial<SubscriptionInput>>(subscription),
    };
    expect(documentsOf(sale).map(({ total }) => total)).toEqual(totals);
  });
});

describe("seats of a quarter, in advance on a monthly plan", () => {
  const seats = (more: Partial<ChargeInput>, changes: SubscriptionInput["changes"]): Sale => ({
    charges: [
      quarterly(
        unchecked<Partial<ChargeInput>>({
          billingTiming: "in-advance",
          unitOfMeasure: "@seat",
          pricing: { model: "per-unit", unitPrice: 90 },
          ...more,
        }),
      ),
    ],
    subscription: { quantities: { a: 1 }, ...(changes && { changes }) },
  });

  it("are cut by what lies ahead also in the document that bills them first", () => {
    const sale = seats({ effectiveDate: "2026-01-02" }, [
      { effectiveDate: "2026-01-02", quantities: { a: 2 } },
      { effectiveDate: "2026-02-02", quantities: { a: 1 } },
    ]);
    // Two for the 31 days from 2 January on, one for the 58 of the rest, of which the next quarter's 90 are billed in March.
    expect(documentsOf(sale).map(({ total }) => total)).toEqual(["120.00", "0.00", "90.00"]);
  });

  it("stay as they are when they are rated again while a change lies ahead that has been billed", () => {
    const sale = seats({}, [{ effectiveDate: "2026-02-15", quantities: { a: 2 } }]);
    const previous = documentsOf(sale).slice(0, 2);
    // 90 for the quarter; then, from 15 February on, two for 45 days in place of one.
    expect(previous.map(({ total }) => total)).toEqual(["90.00", "45.00"]);
    const { total, lines } = creditNote({
      ...life(sale, "monthly"),
      previous,
      rerate: { from: "2026-01-01" },
      usage: [],
      asOf: "2026-02-01",
    });
    expect([total, lines]).toEqual(["0.00", []]);
  });
});

describe("LAW: charges of a quarter that the catalog dates", () => {
  const date = fc.integer({ min: 1, max: 89 }).map((day) => {
    return new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
  });
  const tiers = (price: number) => [{ upTo: 10, unitPrice: price }, { unitPrice: 1 }];
  const counted = {
    chargeType: "usage",
    unitOfMeasure: "call",
    minimum: 5,
    maximum: 60,
  } as const;
  const [fee, calls] = [
    (price: number) => ({ model: "flat", amount: price }),
    (price: number) => ({ model: "tiered", tiers: tiers(price) }),
  ];
  const dated = fc
    .record({
      isUsage: fc.boolean(),
      effectiveDate: fc.option(date, { nil: undefined }),
      endDate: fc.option(date, { nil: undefined }),
      splits: fc.uniqueArray(date, { maxLength: 2 }),
      prices: fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 })),
    })
    .filter(({ effectiveDate = "", endDate = "9" }) => effectiveDate < endDate)
    .map(({ isUsage, effectiveDate, endDate, splits, prices }) => {
      const priced = isUsage ? calls : fee;
      return quarterly(
        unchecked<Partial<ChargeInput>>({
          ...(isUsage ? counted : {}),
          ...(effectiveDate === undefined ? {} : { effectiveDate }),
          ...(endDate === undefined ? {} : { endDate }),
          pricing: priced(30),
          revisions: splits.map((effective, place) => ({
            effectiveDate: effective,
            pricing: priced(prices[place] ?? 1),
            withinPeriod: "split",
          })),
        }),
      );
    });
  const change = fc.oneof(
    fc.constant({}),
    date.map((effectiveDate) => ({ changes: [{ effectiveDate, status: "paused" }] })),
    fc.tuple(date, fc.integer({ min: 1, max: 900 })).map(([effectiveDate, amount]) => ({
      changes: [{ effectiveDate, overrides: { a: fee(amount) } }],
    })),
  );
  const days = fc.array(date, { maxLength: 12 });
  const sales = fc
    .record({ charge: dated, subscription: change, days })
    .filter(
      ({ charge, subscription }) =>
        charge.chargeType === "recurring" || !("changes" in subscription),
    )
    .map(
      ({ charge, subscription, days: used }): Sale => ({
        charges: [charge],
        subscription: unchecked<Partial<SubscriptionInput>>(subscription),
        usage: used.map((day, index) => ({
          id: String(index),
          customerId: "acme",
          unitOfMeasure: "call",
          timestamp: `${day}T12:00:00Z`,
          quantity: 3,
        })),
      }),
    );

  it("bill on a monthly plan, in three documents, what they bill on a quarterly plan in one", () => {
    fc.assert(
      fc.property(sales, (sale) => {
        const { usage = [] } = sale;
        const whole = invoice({ ...life(sale, "quarterly"), period: QUARTER, usage });
        expect(billedBy(documentsOf(sale))).toEqual(billedBy([whole]));
      }),
      tries(30),
    );
  });

  const seats = fc
    .tuple(date, date, fc.integer({ min: 1, max: 9 }), dated)
    .filter(([, , , { chargeType }]) => chargeType === "recurring")
    .map(([from, back, more, charge]): Sale => {
      const change = (effectiveDate: string, quantity: number) => ({
        effectiveDate,
        quantities: { a: quantity },
      });
      const ahead = { billingTiming: "in-advance", unitOfMeasure: "@seat" } as const;
      return {
        charges: [
          unchecked<ChargeInput>({
            ...charge,
            ...ahead,
            pricing: { model: "per-unit", unitPrice: 90 },
            revisions: [],
          }),
        ],
        subscription: {
          quantities: { a: 1 },
          changes: [change(from, 1 + more), ...(back === from ? [] : [change(back, 1)])],
        },
      };
    });

  it("are the same when they are rated again with nothing new, after any document", () => {
    fc.assert(
      fc.property(fc.oneof(sales, seats), (sale) => {
        const documents = documentsOf(sale);
        for (let count = 1; count <= documents.length; count += 1) {
          const previous = documents.slice(0, count);
          const note = creditNote({
            ...life(sale, "monthly"),
            previous,
            rerate: { from: QUARTER.start },
            usage: sale.usage ?? [],
            asOf: previous.at(-1)?.asOf ?? "",
          });
          expect([note.total, note.lines]).toEqual(["0.00", []]);
        }
      }),
      tries(75),
    );
  });
});

/** Taxes of what is corrected: what is due by now, less what earlier documents have charged. `FC_RUNS=<n>` takes more lives. */
import fc from "fast-check";
import {
  type BillingPolicyInput,
  type ChargeInput,
  type CreditGrantInput,
  type CreditNoteRequest,
  creditNote,
  type Invoice,
  isPricingError,
  sumAmounts,
  type TaxRateInput,
  verify,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import { JANUARY, perUnit, planOf, productOf, stored, totalOf, units } from "../support/plans.js";
import { tries } from "../support/tries.js";

type Usage = Readonly<Record<string, number>>;

/** A note that comes after the documents so far. */
function noteOf(
  deal: Deal,
  previous: readonly Invoice[],
  more: Pick<CreditNoteRequest, "rerate" | "credit" | "policy" | "credits">,
) {
  const catalog = productOf(...deal.plans);
  const subscription = subscriptionOf(deal);
  return creditNote({ catalog, subscription, previous, asOf: "2026-02-02", ...more });
}

function taxesOf(documents: readonly Invoice[]): string {
  return sumAmounts(documents.map(({ taxes }) => taxes));
}

/** January, and the notes by which its usage becomes another one. */
function corrected(
  charges: readonly ChargeInput[],
  taxes: readonly TaxRateInput[],
  usages: readonly Usage[],
): readonly Invoice[] {
  const deal = { plans: [planOf(charges)] };
  const [first, ...later] = usages;
  const documents = [documentOf(deal, JANUARY, [], { usage: first ?? {}, taxes })];
  for (const usage of later) {
    documents.push(noteOf(deal, stored(documents), { rerate: [{ period: JANUARY, usage }] }));
  }
  return documents;
}

describe("the tax of a correction", () => {
  const vat = [{ id: "vat", percent: 5 }];
  const cheap = [perUnit("u", "0.01")];

  it("is what is due by now less what was charged before, so that it never drifts", () => {
    const down = Array.from({ length: 101 }, (_, index) => ({ u: 1000 - 10 * index }));
    const documents = corrected(cheap, vat, down);
    // 5 % of 9.90 are 0.495, so 0.50 as before; of 9.80 they are 0.49.
    expect(documents.slice(0, 4).map(({ taxes }) => taxes)).toEqual([
      "0.50",
      "0.00",
      "-0.01",
      "0.00",
    ]);
    expect(taxesOf(documents)).toBe("0.00");
    expect(sumAmounts(documents.map(({ total }) => total))).toBe("0.00");
  });

  it("says how it came about", () => {
    const [, note] = corrected(cheap, vat, [{ u: 1000 }, { u: 985 }]);
    const line = note?.lines.find(({ kind }) => kind === "tax");
    expect(line).toMatchObject({
      amount: "-0.01",
      exactAmount: "-0.0075",
      tax: { taxable: "-0.15" },
      steps: [
        { kind: "tax", value: "0.4925", text: "5 % of 1 amounts, as they are by now" },
        { kind: "billed", value: "-0.5", text: "billed before: 0.50" },
        { kind: "rounding", value: "-0.0025" },
      ],
    });
  });

  it("is that of one line, where another was corrected before", () => {
    const charges = [perUnit("a", "0.01"), perUnit("b", "0.01")];
    // 0.335 and 0.335 are 0.67: 0.34 and 0.33. Each is taken back as it was charged.
    const documents = corrected(charges, vat, [{ a: 670, b: 670 }, { a: 0, b: 670 }, {}]);
    expect(documents.map(({ taxes }) => taxes)).toEqual(["0.67", "-0.34", "-0.33"]);
  });

  it("leaves what was charged at another rate as it is", () => {
    const deal = { plans: [planOf([perUnit("u", "1")])] };
    const interim = documentOf(deal, JANUARY, [], {
      scope: "interim",
      asOf: "2026-01-10",
      usage: { u: 100 },
      taxes: [{ id: "vat", percent: 19 }],
    });
    const taxes = [{ id: "vat", percent: 16 }];
    const bill = documentOf(deal, JANUARY, [interim], { usage: { u: 150 }, taxes });
    expect([interim.taxes, bill.taxes]).toEqual(["19.00", "8.00"]);
    const rerate = [{ period: JANUARY, usage: { u: 140 } }];
    const note = noteOf(deal, [interim, bill], { rerate });
    expect(note.taxes).toBe("-1.60");
  });

  it("makes those of an interim document and the rest that of one", () => {
    const deal = { plans: [planOf(cheap)] };
    const usage = { u: 110 };
    const asOf = "2026-01-10";
    const interim = documentOf(deal, JANUARY, [], { scope: "interim", asOf, usage, taxes: vat });
    const bill = documentOf(deal, JANUARY, [interim], { usage: { u: 220 }, taxes: vat });
    // 0.055 twice are 0.11, not 0.12.
    expect([interim.taxes, bill.taxes]).toEqual(["0.06", "0.05"]);
  });
});

const RATES: readonly (readonly TaxRateInput[])[] = [
  [{ id: "vat", percent: "5" }],
  [{ id: "vat", percent: "7.25" }],
  [
    { id: "gst", percent: "5" },
    { id: "pst", percent: "9.975", compound: true },
  ],
  [
    { id: "gst", percent: "5" },
    { id: "city", percent: "1.5", compound: true },
    { id: "pst", percent: "9.975", compound: true },
  ],
  [{ id: "vat", percent: "19", inclusive: true }],
  [
    { id: "vat", percent: "19", inclusive: true },
    { id: "city", percent: "3.3", inclusive: true, compound: true },
  ],
  [
    { id: "vat", percent: "7", appliesTo: { charges: ["a"] } },
    { id: "gst", percent: "5" },
  ],
  [
    { id: "free", marker: "exempt", appliesTo: { charges: ["a"] } },
    { id: "gst", percent: "5" },
  ],
];

const MODES = ["half-even", "half-away-from-zero", "up", "floor", "ceiling", "down"] as const;

interface Story {
  readonly charges: readonly ChargeInput[];
  readonly taxes: readonly TaxRateInput[];
  readonly policy: BillingPolicyInput;
  readonly credits: readonly CreditGrantInput[];
  /** The usage of each correction, or what is credited by choice. */
  readonly steps: readonly (Usage | string)[];
}

const usages = fc.record({
  a: fc.integer({ min: 0, max: 999 }),
  b: fc.integer({ min: 0, max: 99 }),
  c: fc.integer({ min: 0, max: 9 }),
});
const limit = fc.constantFrom({}, { maximum: "3.33" });
const choice = fc.integer({ min: 1, max: 400 }).map((cents) => (cents / 100).toFixed(2));

const story: fc.Arbitrary<Story> = fc.record({
  charges: fc
    .tuple(fc.constantFrom("0.01", "0.0333"), limit, limit)
    .map(([price, first, second]) => [
      perUnit("a", price, first),
      perUnit("b", "0.07", second),
      perUnit("c", "1.11"),
    ]),
  taxes: fc.constantFrom(...RATES),
  policy: fc
    .tuple(fc.constantFrom(...MODES), fc.constantFrom("total" as const, "line" as const))
    .map(([mode, rounding]) => ({ rounding: { mode }, taxes: { rounding } })),
  credits: fc.constantFrom(
    [],
    [{ id: "gift", unit: "USD", amount: "2.50", grantedAt: "2026-01-01" }],
    [
      {
        id: "gift",
        unit: "USD",
        amount: "1.23",
        grantedAt: "2026-01-01",
        applied: "after-tax",
      } as const,
    ],
  ),
  steps: fc.array(fc.oneof({ weight: 3, arbitrary: usages }, choice), {
    minLength: 2,
    maxLength: 8,
  }),
});

/** January with its corrections and credits by choice, and the last one, of usage that is nothing. */
function lived({ charges, taxes, policy, credits, steps }: Story): readonly Invoice[] {
  const deal = { plans: [planOf(charges)] };
  const usage = { a: 500, b: 50, c: 5 };
  const first = documentOf(deal, JANUARY, [], { usage, taxes, policy, credits });
  const documents = [first];
  for (const step of [...steps, {}]) {
    const more =
      typeof step === "string"
        ? { credit: { invoice: first.idempotencyKey, amount: step } }
        : { rerate: [{ period: JANUARY, usage: step }] };
    try {
      documents.push(noteOf(deal, documents, { policy, ...more }));
    } catch (error) {
      // No more can be credited than is left.
      if (typeof step !== "string" || !isPricingError(error)) throw error;
    }
  }
  return documents;
}

/** What documents come to under each key before taxes, and what was charged on that of each tax, in cents. */
function taxedIn(documents: readonly Invoice[]) {
  const found = new Map<string, { net: bigint; taxes: Map<string, bigint> }>();
  const under = (key: string) => {
    const own = found.get(key) ?? { net: 0n, taxes: new Map<string, bigint>() };
    found.set(key, own);
    return own;
  };
  for (const line of documents.flatMap(({ lines }) => lines)) {
    const shares = line.appliedTo;
    if (line.kind === "included-tax" || ("credit" in line && line.credit.timing === "after-tax"))
      continue;
    if (line.kind === "tax") {
      for (const { key, amount } of shares) {
        const { taxes } = under(key);
        taxes.set(line.taxId, (taxes.get(line.taxId) ?? 0n) + units(amount));
      }
      continue;
    }
    under(line.key).net += units(line.amount) - totalOf(shares.map(({ amount }) => amount));
    for (const { key, amount } of shares) under(key).net += units(amount);
  }
  return found;
}

describe("any corrections and credits by choice", () => {
  it("have taxes that add up to nothing where the usage comes to nothing", () => {
    fc.assert(
      fc.property(story, (one) => {
        const documents = lived(one);
        expect(taxesOf(documents)).toBe("0.00");
        expect(sumAmounts(documents.map(({ subtotal }) => subtotal))).toBe("0.00");
        for (const [, { taxes }] of taxedIn(documents)) {
          expect([...taxes.values()].every((tax) => tax === 0n)).toBe(true);
        }
      }),
      tries(30),
    );
  });

  it("leave under every key the tax of what is left of it, to a cent, however many there are", () => {
    const simple = story.filter(({ taxes }) =>
      taxes.every(({ compound, inclusive }) => !compound && !inclusive),
    );
    fc.assert(
      fc.property(simple, (one) => {
        const documents = lived({
          ...one,
          steps: one.steps.filter((step) => typeof step !== "string"),
        });
        for (const end of documents.keys()) {
          for (const [key, { net, taxes }] of taxedIn(documents.slice(0, end + 1))) {
            for (const [id, tax] of taxes) {
              const rate = Number(one.taxes.find((each) => each.id === id)?.percent ?? 0);
              expect(Math.abs(Number(tax) - (Number(net) * rate) / 100), key).toBeLessThan(
                1.000001,
              );
            }
          }
        }
      }),
      tries(30),
    );
  });

  it("take as much as the prices hold, where they hold the taxes", () => {
    const inclusive = story.filter(({ taxes }) => taxes.some((rate) => rate.inclusive === true));
    fc.assert(
      fc.property(inclusive, (one) => {
        const gross = lived({
          ...one,
          steps: one.steps.filter((step) => typeof step !== "string"),
        });
        const plain = lived({
          ...one,
          taxes: [],
          steps: one.steps.filter((step) => typeof step !== "string"),
        });
        expect(gross.map(({ total }) => total)).toEqual(plain.map(({ total }) => total));
      }),
      tries(30),
    );
  });

  it("are what verifying makes of them", () => {
    fc.assert(
      fc.property(story, (one) => {
        const documents = lived({
          ...one,
          steps: one.steps.filter((step) => typeof step !== "string"),
        });
        const [last, ...before] = documents.toReversed();
        const deal = { plans: [planOf(one.charges)] };
        const request = {
          catalog: productOf(...deal.plans),
          subscription: subscriptionOf(deal),
          previous: stored(before.toReversed()),
          rerate: [{ period: JANUARY, usage: {} }],
          asOf: "2026-02-02",
          policy: one.policy,
        };
        expect(last && verify(stored(last), request).differences).toEqual([]);
      }),
      tries(25),
    );
  });
});

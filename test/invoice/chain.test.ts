/** Documents form a chain: who has forgotten one, or changed one, is told; who bills twice collides. */
import { creditNote, documentsDue, type Invoice, type Period, type RerateRequest } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, centsOf, type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import {
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planOf,
  productOf,
  stored,
  unchecked,
} from "../support/plans.js";

const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };
const MARCH: Period = { start: "2026-03-01", end: "2026-04-01" };

const outcomes = perUnit("c", "10", { unitOfMeasure: "@outcome" });
const off = {
  id: "off",
  name: "off",
  chargeType: "usage",
  pricing: { model: "discount", percent: 10 },
} as const;
const deal: Deal = { plans: [planOf([outcomes, fee("fee", "5"), off])] };

const first = eventOf({ id: "e1" });
const february = eventOf({ id: "e2", timestamp: "2026-02-10T00:00:00Z" });
const late = eventOf({ id: "late", receivedAt: "2026-02-20T00:00:00Z" });

function note(
  previous: readonly Invoice[],
  asOf: string,
  rerate: readonly RerateRequest[],
): Invoice {
  return creditNote({
    catalog: productOf(...deal.plans),
    subscription: subscriptionOf(deal),
    previous,
    asOf,
    rerate,
  });
}

function two(): readonly [Invoice, Invoice] {
  const january = documentOf(deal, JANUARY, [], { usage: [first] });
  return [january, documentOf(deal, FEBRUARY, [january], { usage: [february] })];
}

describe("the key of a document", () => {
  it("is the same whether the customer owes or is owed", () => {
    const [january] = two();
    const owes = documentOf(deal, FEBRUARY, [january], { usage: [february] });
    // January without its outcome: −10 + 1, and February's fee 5.
    const owed = documentOf(deal, FEBRUARY, [january], {
      rerate: [{ period: JANUARY, usage: [] }],
    });
    expect([owes.kind, owes.total]).toEqual(["invoice", "14.00"]);
    expect([owed.kind, owed.total]).toEqual(["credit-note", "-4.00"]);
    expect(owed.idempotencyKey).toBe(owes.idempotencyKey);
    expect(owed.sequence).toBe(owes.sequence);
  });

  it("is the same whoever writes it, with the documents as they were stored", () => {
    const [january, second] = two();
    const again = documentOf(deal, FEBRUARY, [stored(january)], { usage: [february] });
    expect([again.idempotencyKey, again.fingerprint]).toEqual([
      second.idempotencyKey,
      second.fingerprint,
    ]);
  });

  it("tells credit notes of one day apart", () => {
    const [january, second] = two();
    const one = note([january, second], "2026-03-02", [{ period: JANUARY, usage: [] }]);
    const other = note([january, second, one], "2026-03-02", [{ period: FEBRUARY, usage: [] }]);
    expect([one.total, other.total]).toEqual(["-9.00", "-9.00"]);
    expect(other.idempotencyKey).not.toBe(one.idempotencyKey);
    // A later document accepts both.
    const march = documentOf(deal, MARCH, [january, second, one, other], {
      rerate: [
        { period: JANUARY, usage: [] },
        { period: FEBRUARY, usage: [] },
      ],
    });
    expect(march.total).toBe("5.00");
    expect(march.sequence).toBe(5);
  });

  it("collides when two write from the same last document", () => {
    const [january, second] = two();
    const one = note([january, second], "2026-03-02", [{ period: JANUARY, usage: [] }]);
    const other = note([january, second], "2026-03-02", [{ period: FEBRUARY, usage: [] }]);
    expect(other.sequence).toBe(one.sequence);
    // Both in one list cannot be.
    expect(issuesOf(() => documentOf(deal, MARCH, [january, second, one, other]))).not.toEqual([]);
  });

  it("is the one that was foretold", () => {
    const [january] = two();
    const [due] = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...deal.plans),
      until: "2026-03-01",
      last: january,
    });
    const [, second] = two();
    expect([due?.sequence, due?.idempotencyKey]).toEqual([second.sequence, second.idempotencyKey]);
  });

  it("tells an opening, a change and a period of one day apart", () => {
    const story: Deal = {
      plans: [planOf([fee("fee", "31", { billingTiming: "in-advance" })])],
      subscription: {
        changes: [
          { effectiveDate: "2026-01-11", overrides: { fee: { model: "flat", amount: 62 } } },
        ],
      },
    };
    const opening = documentOf(story, { start: "2026-01-01", end: "2026-01-01" });
    const change = documentOf(story, { start: "2026-01-11", end: "2026-01-11" }, [opening]);
    const period = documentOf(story, JANUARY, [opening, change]);
    const keys = [opening, change, period].map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(3);
    expect([opening, change, period].map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    // January 31 with 21 days at one more a day; February 62.
    expect(centsOf([opening, change, period])).toBe(3100n + 2100n + 6200n);
  });
});

describe("a document that is forgotten", () => {
  const rerate = [{ period: JANUARY, usage: [first, late] }];

  it("is asked for, or collides, when it held the correction", () => {
    const [january] = two();
    const corrected = documentOf(deal, FEBRUARY, [january], { usage: [february], rerate });
    // February 14, and 9 for the late outcome.
    expect(corrected.total).toBe("23.00");
    let forgetful: Invoice | undefined;
    try {
      forgetful = documentOf(deal, MARCH, [january], { rerate });
    } catch {
      expect(() => documentOf(deal, MARCH, [january], { rerate })).toThrow(
        corrected.idempotencyKey,
      );
    }
    if (forgetful !== undefined) expect(forgetful.sequence).toBe(corrected.sequence);
    expect(documentOf(deal, MARCH, [january, corrected], { rerate }).total).toBe("5.00");
  });

  it("is asked for when a later one names it as what corrected the period", () => {
    const [january] = two();
    const corrected = documentOf(deal, FEBRUARY, [january], { usage: [february], rerate });
    const march = documentOf(deal, MARCH, [january, corrected]);
    expect(march.corrections).toEqual([
      { period: JANUARY, documents: [january.idempotencyKey, corrected.idempotencyKey] },
    ]);
    const april: Period = { start: "2026-04-01", end: "2026-05-01" };
    expect(() => documentOf(deal, april, [january, march], { rerate })).toThrow(
      corrected.idempotencyKey,
    );
    // Without re-rating January, the last one is enough.
    expect(documentOf(deal, april, [march]).total).toBe("5.00");
    expect(documentOf(deal, april, [january, corrected, march], { rerate }).total).toBe("5.00");
  });

  it("is asked for when it was a credit note", () => {
    const [january, second] = two();
    const credit = note([january, second], "2026-03-02", rerate);
    expect(credit.total).toBe("9.00");
    const march = documentOf(deal, MARCH, [january, second, credit]);
    const april: Period = { start: "2026-04-01", end: "2026-05-01" };
    expect(() => documentOf(deal, april, [january, second, march], { rerate })).toThrow(
      credit.idempotencyKey,
    );
  });

  it("is asked for when it is the re-rated one itself", () => {
    const [, second] = two();
    expect(issuesOf(() => documentOf(deal, MARCH, [second], { rerate }))).toContain(
      "missing_previous rerate.0.period",
    );
  });
});

describe("a document that was changed", () => {
  const [january] = two();
  const tampered = (change: (document: Record<string, unknown>) => void): Invoice => {
    const copy = stored(january) as unknown as Record<string, unknown>;
    change(copy);
    return unchecked<Invoice>(copy);
  };
  const linesIn = (document: Record<string, unknown>) =>
    unchecked<Record<string, unknown>[]>(document["lines"]);

  it.each<[string, (document: Record<string, unknown>) => void]>([
    ["an amount", (document) => Object.assign(linesIn(document)[0] ?? {}, { amount: "1.00" })],
    [
      "an amount with too many decimals",
      (document) => Object.assign(linesIn(document)[0] ?? {}, { amount: "9.999" }),
    ],
    ["a line doubled", (document) => linesIn(document).push(stored(linesIn(document)[0] ?? {}))],
    ["a line dropped", (document) => linesIn(document).pop()],
    ["lines in another order", (document) => linesIn(document).reverse()],
    [
      "a term",
      (document) => {
        const basis = unchecked<{ terms: Record<string, { pricing: Record<string, unknown> }> }>(
          document["basis"],
        );
        for (const terms of Object.values(basis.terms)) {
          if ("unitPrice" in terms.pricing) Object.assign(terms.pricing, { unitPrice: "5" });
        }
      },
    ],
    [
      "a quantity that was metered",
      (document) => {
        const basis = unchecked<{ parts: { segments: Record<string, unknown>[] }[] }>(
          document["basis"],
        );
        Object.assign(basis.parts[0]?.segments[0] ?? {}, { quantity: "7" });
      },
    ],
    [
      "its number",
      (document) => {
        Object.assign(document, { sequence: 7 });
      },
    ],
    [
      "its key",
      (document) => {
        Object.assign(document, { idempotencyKey: "x" });
      },
    ],
    [
      "its total",
      (document) => {
        Object.assign(document, { total: "0.00" });
      },
    ],
    [
      "its moment",
      (document) => {
        Object.assign(document, { asOf: "2026-03-01" });
      },
    ],
    [
      "its policy",
      (document) => {
        Object.assign(document, { policy: {} });
      },
    ],
    [
      "what is provisional",
      (document) => {
        Object.assign(document, { provisional: [] });
        unchecked<unknown[]>(document["warnings"]).push({ code: "x", chargeId: null, message: "" });
      },
    ],
    [
      "something that is not ours",
      (document) => {
        Object.assign(document, { note: "paid" });
      },
    ],
  ])("is found: %s", (_title, change) => {
    const run = () => documentOf(deal, FEBRUARY, [tampered(change)]);
    expect(issuesOf(run).some((issue) => issue.startsWith("tampered previous.0"))).toBe(true);
  });

  it("is named", () => {
    const copy = tampered((document) =>
      Object.assign(linesIn(document)[0] ?? {}, { amount: "1.00" }),
    );
    expect(() => documentOf(deal, FEBRUARY, [copy])).toThrow(january.idempotencyKey);
  });

  it("is found, or is another's: another customer", () => {
    const copy = tampered((document) => {
      Object.assign(document, { customerId: "globex" });
    });
    expect(issuesOf(() => documentOf(deal, FEBRUARY, [copy]))[0]).toMatch(
      /^(tampered|previous_mismatch) previous\.0/,
    );
  });

  it("is found by what is due next, and by credit notes", () => {
    const copy = tampered((document) =>
      Object.assign(linesIn(document)[0] ?? {}, { amount: "1.00" }),
    );
    expect(
      issuesOf(() =>
        documentsDue(subscriptionOf(deal), {
          catalog: productOf(...deal.plans),
          until: "2026-03-01",
          last: copy,
        }),
      ),
    ).toEqual(["tampered last"]);
    expect(issuesOf(() => note([copy], "2026-02-02", [{ period: JANUARY, usage: [] }]))).toContain(
      "tampered previous.0",
    );
  });

  it("is none that comes back from a JSON column, its keys in another order", () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, turned(item)]),
      );
    };
    const copy = unchecked<Invoice>(turned(stored(january)));
    expect(documentOf(deal, FEBRUARY, [copy], { usage: [february] }).total).toBe("14.00");
  });

  it("is none of another subscription", () => {
    const other = documentOf({ ...deal, subscription: { id: "s2" } }, JANUARY);
    expect(issuesOf(() => documentOf(deal, FEBRUARY, [other]))).toEqual([
      "previous_mismatch previous.0.subscriptionId",
    ]);
    const foreign = documentOf({ ...deal, subscription: { customerId: "globex" } }, JANUARY);
    expect(issuesOf(() => documentOf(deal, FEBRUARY, [foreign]))).toEqual([
      "previous_mismatch previous.0.customerId",
    ]);
  });
});

describe("a moment of knowledge", () => {
  it("of a credit note is not before that of what it corrects", () => {
    const [january] = two();
    expect(
      issuesOf(() => note([january], "2026-01-20", [{ period: JANUARY, usage: [first] }])),
    ).toEqual(["out_of_range asOf"]);
    expect(note([january], "2026-02-01", [{ period: JANUARY, usage: [first] }]).total).toBe("0.00");
  });

  it("of a credit note is not before that of a document that waited for stragglers", () => {
    const january = documentOf(deal, JANUARY, [], { usage: [first, late], asOf: "2026-02-21" });
    // Two outcomes at 10 less 10 %, the fee 5.
    expect(january.total).toBe("23.00");
    expect(
      issuesOf(() => note([january], "2026-02-10", [{ period: JANUARY, usage: [first, late] }])),
    ).toEqual(["out_of_range asOf"]);
  });

  it("of a document that re-rates is not before that of what it corrects", () => {
    const january = documentOf(deal, JANUARY, [], { usage: [first, late], asOf: "2026-03-21" });
    // As of 1 March the late outcome would be unknown again, and credited.
    const run = (asOf?: string) =>
      documentOf(deal, FEBRUARY, [january], {
        ...(asOf === undefined ? {} : { asOf }),
        rerate: [
          {
            period: JANUARY,
            usage: [first, eventOf({ id: "late", receivedAt: "2026-03-20T00:00:00Z" })],
          },
        ],
      });
    expect(issuesOf(() => run("2026-03-01"))).toEqual(["out_of_range asOf"]);
    expect(run().asOf).toBe("2026-03-21");
    expect(run().lines.map(({ chargeId }) => chargeId)).toEqual(["fee"]);
  });
});

describe("a life of several documents", () => {
  it("is the same chain whichever documents beyond the last are given", () => {
    const story: Deal = { ...deal, usage: [first, february] };
    const all = billUntil("2026-06-01", story);
    const alone: Invoice[] = [];
    for (const each of all) alone.push(documentOf(story, each.period, alone.slice(-1)));
    expect(alone.map(({ fingerprint }) => fingerprint)).toEqual(
      all.map(({ fingerprint }) => fingerprint),
    );
    expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });
});

/**
 * Whatever a stored document says, with a fingerprint that fits it, is read or refused: the schema of earlier documents holds
 * everything of them that is read.
 */
import fc from "fast-check";
import {
  applyPostings,
  type CreditGrant,
  creditNote,
  documentsDue,
  type Invoice,
  invoice,
  isPricingError,
  parseCreditGrant,
  type RatePlanInput,
  type UsageEventInput,
  upcoming,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { isRecord } from "../../src/schema/unknown-record.js";
import type { Deal } from "../support/chain.js";
import { subscriptionOf } from "../support/chain.js";
import { sealed } from "../support/documents.js";
import { eventOf, fee, perUnit, planOf, productOf, stored, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const quarterly = { billingTiming: "in-advance", billingCycle: "quarterly" } as const;

/** A plan with all that is on record from one document to the next. */
function planWith(id: string, price: string, limits: Partial<RatePlanInput>): RatePlanInput {
  return planOf(
    [
      fee("seat", price, {
        billingTiming: "in-advance",
        unitOfMeasure: "@seat",
        pricing: { model: "per-unit", unitPrice: price },
      }),
      fee("quarter", price, quarterly),
      fee("paid", "20", {
        ...quarterly,
        drawdown: {
          overageFactor: "1.5",
          rest: "carries-over",
          appliesTo: { charges: ["call"] },
        },
      }),
      perUnit("call", "0.5", { maximum: "9", groupBy: { fields: ["subject"] } }),
      perUnit("page", "1", {
        includedUnits: { units: 2, per: "seat", rollover: { periods: 2, max: 3 } },
      }),
      perUnit("year", "1", { unitOfMeasure: "@call", resetCycle: "annual", includedUnits: 9 }),
      perUnit("level", "3", { aggregation: { type: "last", carryOver: true } }),
      perUnit("token", "1", { pricingUnit: { code: "points", rate: "0.03" } }),
      perUnit("outcome", "2", {
        minimum: "7",
        outcome: {
          qualifies: { field: "properties.ok", equals: true },
          confirm: { signals: ["closed"], assumedAfter: "P20D" },
          reverse: { signals: ["reopened"] },
        },
        guarantee: { successRate: 90, remedy: { percent: 50 } },
      }),
      {
        ...fee("less", "0"),
        pricing: { model: "discount", percent: "10", appliesTo: "all" },
      },
    ],
    { id, ...limits },
  );
}

const deal: Deal = {
  plans: [
    planWith("starter", "10", {
      minimumCommitment: { amount: 400, term: { every: 3, unit: "month" } },
    }),
    planWith("pro", "30", { minimumCommitment: "100", maximumSpend: "900" }),
  ],
  subscription: {
    quantities: { seat: 3 },
    changes: [
      { effectiveDate: "2026-01-12", quantities: { seat: 4 } },
      { effectiveDate: "2026-01-20", status: "paused" },
      { effectiveDate: "2026-01-25", status: "active" },
      { effectiveDate: "2026-02-10", ratePlanId: "pro", fees: "whole" },
    ],
  },
  usage: ["call", "page", "level", "token", "outcome"].flatMap((unit, n) =>
    ["2026-01-05", "2026-01-15", "2026-02-03", "2026-02-20", "2026-03-05"].map(
      (day, m): UsageEventInput =>
        eventOf({
          id: `${unit}${m}`,
          unitOfMeasure: `@${unit}`,
          subject: `s${m}`,
          timestamp: `${day}T12:00:00Z`,
          receivedAt: m === 1 ? "2026-03-02T12:00:00Z" : `${day}T12:00:00Z`,
          properties: { ok: m % 2 === 0 },
          quantity: unit === "outcome" ? 1 : 10 + n,
        }),
    ),
  ),
};
const [subscription, catalog] = [subscriptionOf(deal), productOf(...deal.plans)];
const { usage = [] } = deal;
const more = {
  coupons: [{ id: "some", percent: "12.5", from: "2026-01-01" }],
  taxes: [{ id: "vat", percent: 20 }],
};

/** Documents up to the end of March, with a credit by choice among them, each as a store gives it back. */
function chain(): readonly Invoice[] {
  const documents: Invoice[] = [];
  let credits: readonly CreditGrant[] = ["USD", "@outcome", "points"].map((unit) =>
    parseCreditGrant({ id: `in ${unit}`, unit, amount: "3.5", grantedAt: "2026-01-01" }),
  );
  const add = (document: Invoice) => {
    credits = applyPostings(credits, document.postings);
    documents.push(stored(document));
  };
  for (;;) {
    const last = documents.at(-1);
    const [due] = documentsDue(subscription, {
      catalog,
      until: "2026-04-01",
      ...(last === undefined ? {} : { last }),
    });
    if (due === undefined) return documents;
    const again = documents.some(({ scope }) => scope === "period");
    add(
      invoice({
        ...{ catalog, subscription, period: due.period, usage, credits, ...more },
        previous: documents,
        ...(again ? { rerate: { from: "2026-01-01" } } : {}),
      }),
    );
    if (due.period.end !== "2026-02-01") continue;
    const credit = { invoice: due.idempotencyKey, amount: "2.00" };
    const asOf = "2026-02-01";
    add(creditNote({ catalog, subscription, previous: documents, credit, credits, asOf }));
  }
}

type Path = readonly (string | number)[];

/** The way to every value of a document, once for those that differ by their place in a list or by a name of the caller's. */
function pathsIn(value: unknown, path: Path = [], found = new Map<string, Path>()) {
  const name = path.map((each, n) =>
    typeof each === "number" || ["terms", "group"].includes(String(path[n - 1])) ? "*" : each,
  );
  const own = [...name, typeof value].join(".");
  if (path.length > 0 && !found.has(own)) found.set(own, path);
  const inside = Array.isArray(value)
    ? value.entries()
    : Object.entries(isRecord(value) ? value : {});
  for (const [key, each] of inside) pathsIn(each, [...path, key], found);
  return found;
}

/** A copy with another value at the end of a path; without it where that is nothing. */
function withValue(whole: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(whole)) {
    return whole.map((each, n) => (n === first ? withValue(each, rest, value) : each));
  }
  const own = isRecord(whole) ? whole : {};
  return { ...own, [first]: withValue(own[first], rest, value) };
}

/** The chain with another value in one of its documents, and fingerprints as if it had been written so. */
function forged(documents: readonly Invoice[], at: number, path: Path, value: unknown) {
  const changed: Invoice[] = [];
  for (const [index, document] of documents.entries()) {
    const before = changed.at(-1);
    const { previous } = document.basis;
    const linked =
      index <= at || before === undefined || previous === null
        ? document
        : {
            ...document,
            basis: {
              ...document.basis,
              previous: { ...previous, fingerprint: before.fingerprint },
            },
          };
    const own = index === at ? stored(withValue(linked, path, value)) : linked;
    changed.push(index < at ? document : sealed(unchecked<Invoice>(own)));
  }
  return changed;
}

const asks: readonly { readonly name: string; ask(previous: readonly Invoice[]): unknown }[] = [
  {
    name: "the next document, with all rated again",
    ask: (previous) =>
      invoice({
        ...{ catalog, subscription, usage, previous, ...more },
        period: { start: "2026-04-01", end: "2026-05-01" },
        rerate: { from: "2026-01-01" },
      }),
  },
  {
    name: "a credit by choice",
    ask: (previous) =>
      creditNote({
        ...{ catalog, subscription, previous, asOf: "2026-04-02" },
        credit: { invoice: "period:s1@2026-01-01/2026-02-01", amount: "1.00" },
      }),
  },
  {
    name: "what is due",
    ask(previous) {
      const last = previous.at(-1);
      if (last === undefined) throw new Error("unreachable: no documents");
      return documentsDue(subscription, { catalog, until: "2026-06-01", last });
    },
  },
  {
    name: "what is next",
    ask: (previous) => upcoming({ catalog, subscription, usage, previous, asOf: "2026-04-10" }),
  },
];

/** Every value of some documents, the last one of each kind. */
function valuesIn(documents: readonly Invoice[]) {
  const found = new Map<string, { readonly at: number; readonly path: Path }>();
  for (const [at, document] of documents.entries()) {
    for (const [name, path] of pathsIn(document)) found.set(name, { at, path });
  }
  return [...found.values()];
}

const NONSENSE: readonly unknown[] = [
  ...["nonsense", null, null, undefined, "", "-1", "1/0", "2026-02-30"],
  ...[12.5, -1, true, [], {}],
];

describe("a stored document with any nonsense in it", () => {
  const documents = chain();

  it("is read as it stands", () => {
    for (const { ask } of asks) expect(ask(documents)).toBeDefined();
  });

  it("is read, or refused with what is wrong, and never breaks anything", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...valuesIn(documents)),
        fc.constantFrom(...NONSENSE),
        fc.constantFrom(...asks),
        ({ at, path }, value, { ask }) => {
          try {
            ask(forged(documents, at, path, value));
          } catch (error) {
            if (!isPricingError(error)) throw error;
          }
        },
      ),
      tries(50),
    );
  });
});

/** What earlier documents say of time that was billed otherwise than the subscription is known now. */
import type { ChargeInput, Invoice, SubscriptionChangeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf } from "../support/chain.js";
import { sealed } from "../support/documents.js";
import { eventOf, fee, JANUARY, perUnit, planOf, unchecked } from "../support/plans.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const rerate = [{ period: JANUARY }];

/** Fees of January, which has 31 days: 1.00 a day on the one plan, 3.00 on the other. */
function plansOf(starter: ChargeInput = fee("fee", "31"), pro = fee("fee", "93")) {
  return [planOf([starter]), planOf([pro], { id: "pro" })];
}

function changesOf(...changes: readonly SubscriptionChangeInput[]): Pick<Deal, "subscription"> {
  return { subscription: { changes } };
}

const thereAndBack = changesOf(
  { effectiveDate: "2026-01-11", ratePlanId: "pro" },
  { effectiveDate: "2026-01-21", ratePlanId: "starter" },
);

function amounts({ lines }: Invoice): readonly (readonly [string, string])[] {
  return lines.map(({ key, amount }) => [key, amount]);
}

describe("a change that is withdrawn after its period was billed", () => {
  it("leaves the first plan at the price at which it was billed beside it", () => {
    const january = documentOf({ plans: plansOf(), ...thereAndBack }, JANUARY);
    expect(amounts(january)).toEqual([
      ["recurring:fee@2026-01-01", "10.00"],
      ["recurring:fee@2026-01-11", "30.00"],
      ["recurring:fee@2026-01-21", "11.00"],
    ]);
    // Both plans cost more today: that is for February, not for January's days.
    const today = plansOf(fee("fee", "62"), fee("fee", "124"));
    const february = documentOf({ plans: today }, FEBRUARY, [january], { rerate });
    expect(amounts(february)).toEqual([
      ["recurring:fee@2026-02-01", "62.00"],
      ["recurring:fee@2026-01-01", "21.00"],
      ["recurring:fee@2026-01-11", "-30.00"],
      ["recurring:fee@2026-01-21", "-11.00"],
    ]);
  });

  it("takes the price that is nearest, where the plan had several", () => {
    const revised = fee("fee", "31", {
      revisions: [
        {
          effectiveDate: "2026-01-26",
          pricing: { model: "flat", amount: "62" },
          withinPeriod: "split",
        },
      ],
    } as Partial<ChargeInput>);
    const january = documentOf({ plans: plansOf(revised), ...thereAndBack }, JANUARY);
    // 10 days of 1, 10 of 3, 5 of 1, 6 of 2.
    expect(january.lines.map(({ amount }) => amount)).toEqual(["10.00", "30.00", "5.00", "12.00"]);
    const february = documentOf({ plans: plansOf(revised) }, FEBRUARY, [january], { rerate });
    // The days of the other plan lie between days of 1: 25 days of 1 now, and 6 of 2 as before.
    expect(amounts(february)).toEqual([
      ["recurring:fee@2026-02-01", "62.00"],
      ["recurring:fee@2026-01-01", "15.00"],
      ["recurring:fee@2026-01-11", "-30.00"],
      ["recurring:fee@2026-01-21", "-5.00"],
    ]);
  });
});

describe("a change that is withdrawn, of a plan whose price was another before", () => {
  it("takes the price at which the plan was left, not the first of the period", () => {
    const revised = fee("fee", "31", {
      revisions: [
        {
          effectiveDate: "2026-01-06",
          pricing: { model: "flat", amount: "62" },
          withinPeriod: "split",
        },
      ],
    } as Partial<ChargeInput>);
    const january = documentOf({ plans: plansOf(revised), ...thereAndBack }, JANUARY);
    // 5 days of 1, 5 of 2, 10 of 3, 11 of 2.
    expect(january.lines.map(({ amount }) => amount)).toEqual(["5.00", "10.00", "30.00", "22.00"]);
    const february = documentOf({ plans: plansOf(revised) }, FEBRUARY, [january], { rerate });
    // 26 days of 2 from the 6th on.
    expect(amounts(february)).toEqual([
      ["recurring:fee@2026-02-01", "62.00"],
      ["recurring:fee@2026-01-06", "42.00"],
      ["recurring:fee@2026-01-11", "-30.00"],
      ["recurring:fee@2026-01-21", "-22.00"],
    ]);
  });
});

describe("a price of the subscription's own in a closed period", () => {
  const own = (amount: string | null) => ({
    overrides: { fee: amount === null ? null : { model: "flat" as const, amount } },
  });
  function correctedBy(change: SubscriptionChangeInput): readonly (readonly [string, string])[] {
    const deal: Deal = {
      plans: plansOf(),
      subscription: {
        overrides: { fee: { model: "flat", amount: "62" } },
        changes: [change],
      },
    };
    const { changes: _none, ...before } = deal.subscription ?? {};
    const january = documentOf({ ...deal, subscription: before }, JANUARY);
    return amounts(documentOf(deal, FEBRUARY, [january], { rerate }));
  }

  it("gives way to the catalog's from the date on that is recorded late", () => {
    // 15 days of 2, of which 31 were billed; 16 days of 1.
    expect(correctedBy({ effectiveDate: "2026-01-16", ...own(null) })).toEqual([
      ["recurring:fee@2026-02-01", "31.00"],
      ["recurring:fee@2026-01-01", "-32.00"],
      ["recurring:fee@2026-01-16", "16.00"],
    ]);
  });

  it("gives way to another of its own", () => {
    expect(correctedBy({ effectiveDate: "2026-01-16", ...own("93") })).toEqual([
      ["recurring:fee@2026-02-01", "93.00"],
      ["recurring:fee@2026-01-01", "-32.00"],
      ["recurring:fee@2026-01-16", "48.00"],
    ]);
  });
});

describe("a charge that joins the plan with a date in a closed period", () => {
  it.each([
    // 28 in February, of 28 days.
    { from: "2026-01-15", bills: "28.00" },
    { from: "2026-02-01", bills: "28.00" },
    { from: "2026-02-15", bills: "14.00" },
  ])("is billed from what is not closed on, from $from: $bills", ({ from, bills }) => {
    const january = documentOf({ plans: [planOf([fee("fee", "31")])] }, JANUARY);
    const joined = fee("joined", "28", { effectiveDate: from });
    const today: Deal = { plans: [planOf([fee("fee", "31"), joined])] };
    for (const more of [{}, { rerate }]) {
      const { lines } = documentOf(today, FEBRUARY, [january], more);
      const own = lines.filter(({ chargeId }) => chargeId === "joined");
      expect(own.map(({ amount }) => amount)).toEqual([bills]);
    }
  });
});

describe("a one-time charge that joins the plan after the first period was billed", () => {
  it("is not billed in retrospect", () => {
    const setup: ChargeInput = {
      id: "setup",
      name: "setup",
      chargeType: "one-time",
      pricing: { model: "flat", amount: "99" },
    };
    const january = documentOf({ plans: [planOf([fee("fee", "31")])] }, JANUARY);
    const today: Deal = { plans: [planOf([fee("fee", "31"), setup])] };
    for (const more of [{}, { rerate }]) {
      expect(amounts(documentOf(today, FEBRUARY, [january], more))).toEqual([
        ["recurring:fee@2026-02-01", "31.00"],
      ]);
    }
  });
});

describe("a one-time charge that joins the plan of a subscription that began inside of a period", () => {
  it("is not billed in retrospect", () => {
    const setup = {
      ...{ id: "setup", name: "setup", chargeType: "one-time" },
      pricing: { model: "flat", amount: "99" },
    } as ChargeInput;
    const subscription = { startDate: "2026-01-11", billingAnchor: "calendar" };
    const [january] = billUntil("2026-02-01", {
      plans: [planOf([fee("fee", "31")])],
      subscription,
    });
    const today: Deal = { plans: [planOf([fee("fee", "31"), setup])], subscription };
    // 21 of 31 days.
    expect(january?.total).toBe("21.00");
    for (const more of [{}, { rerate: { from: "2026-01-11" } }]) {
      const february = documentOf(today, FEBRUARY, january === undefined ? [] : [january], more);
      expect(amounts(february)).toEqual([["recurring:fee@2026-02-01", "31.00"]]);
    }
  });
});

/** One seat at 31, three at 93: what the other plan, or a price of its own, comes to as well. */
const seats = {
  ...fee("fee", "0"),
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "31" },
} as ChargeInput;

const ways: readonly (readonly [string, Deal, Omit<SubscriptionChangeInput, "effectiveDate">])[] = [
  ["plan", { plans: plansOf() }, { ratePlanId: "pro" }],
  ["price", { plans: plansOf() }, { overrides: { fee: { model: "flat", amount: "93" } } }],
  [
    "quantity",
    { plans: plansOf(seats), subscription: { quantities: { fee: 1 } } },
    { quantities: { fee: 3 } },
  ],
];

describe.each(ways)("a change of %s", (_title, deal, change) => {
  const toMarch = () => billUntil("2026-04-01", deal);
  const april = { start: "2026-04-01", end: "2026-05-01" };
  const since = (effectiveDate: string): Deal => ({
    ...deal,
    subscription: { ...deal.subscription, changes: [{ ...change, effectiveDate }] },
  });

  it("that lies ahead of the last document needs no other", () => {
    // 15 days of April's 30 at 31, 15 at 93.
    const next = documentOf(since("2026-04-16"), april, toMarch().slice(-1));
    expect(next.lines.map(({ amount }) => amount)).toEqual(["15.50", "46.50"]);
    const later = documentOf(since("2026-05-01"), april, toMarch().slice(-1));
    expect(later.lines.map(({ amount }) => amount)).toEqual(["31.00"]);
  });

  it("that is dated back needs no document before the last one that knew the same life", () => {
    expect(() => documentOf(since("2026-03-16"), april, toMarch().slice(-1))).toThrow(
      "period:s1@2026-02-01/2026-03-01",
    );
    // March: 15 of 31 days at 31, 16 at 93.
    const next = documentOf(since("2026-03-16"), april, toMarch().slice(-2));
    expect(amounts(next)).toEqual([
      ["recurring:fee@2026-04-01", "93.00"],
      ["recurring:fee@2026-03-01", "-16.00"],
      ["recurring:fee@2026-03-16", "48.00"],
    ]);
    // It is billed now: later documents need the last one alone, or that and the one before.
    const documents = [...toMarch(), next];
    const may = { start: "2026-05-01", end: "2026-06-01" };
    for (const count of [1, 2, 3]) {
      const { lines } = documentOf(since("2026-03-16"), may, documents.slice(-count));
      expect(lines.map(({ amount }) => amount)).toEqual(["93.00"]);
    }
    // Dated to April instead: March is as it was, and April has 15 of 30 days at 31.
    const moved = documentOf(since("2026-04-16"), may, documents.slice(-3));
    expect(amounts(moved).toSorted()).toEqual([
      ["recurring:fee@2026-03-01", "16.00"],
      ["recurring:fee@2026-03-16", "-48.00"],
      ["recurring:fee@2026-04-01", "-77.50"],
      ["recurring:fee@2026-04-16", "46.50"],
      ["recurring:fee@2026-05-01", "93.00"],
    ]);
  });

  it("that is dated back is found, whatever document has billed its time", () => {
    const late = since("2026-02-15");
    expect(() => documentOf(late, april, toMarch().slice(-1))).toThrow(
      "period:s1@2026-02-01/2026-03-01",
    );
    // February: 14 of 28 days at 31, 14 at 93; March at 93 instead of 31.
    const next = documentOf(late, april, toMarch());
    expect(amounts(next)).toEqual([
      ["recurring:fee@2026-04-01", "93.00"],
      ["recurring:fee@2026-02-01", "-15.50"],
      ["recurring:fee@2026-02-15", "46.50"],
      ["recurring:fee@2026-03-01", "62.00"],
    ]);
    // Once it is made good, the last document is enough again.
    const may = { start: "2026-05-01", end: "2026-06-01" };
    expect(documentOf(late, may, [next]).total).toBe("93.00");
  });
});

const corrections: readonly (readonly [string, Deal, Deal])[] = (
  [
    ["quantity", seats, { quantities: { fee: 1 } }, { fee: 3 }, { fee: 4 }],
    [
      "price",
      fee("fee", "31"),
      {},
      { fee: { model: "flat", amount: "93" } },
      { fee: { model: "flat", amount: "124" } },
    ],
  ] as const
).map(([what, charge, subscription, then, now]) => {
  const [name, plans] = [what === "quantity" ? "quantities" : "overrides", plansOf(charge)];
  const since = (values: object): Deal => ({
    plans,
    subscription: {
      ...subscription,
      changes: [{ effectiveDate: "2026-02-15", [name]: values }],
    },
  });
  return [what, since(then), since(now)];
});

describe.each(corrections)("a %s that was recorded wrongly", (_title, before, after) => {
  const documents = billUntil("2026-04-01", before);
  const april = { start: "2026-04-01", end: "2026-05-01" };

  it("is made good where it was billed, on the same date", () => {
    // 14 of February's 28 days and March, at 124 instead of 93.
    expect(amounts(documentOf(after, april, documents))).toEqual([
      ["recurring:fee@2026-04-01", "124.00"],
      ["recurring:fee@2026-02-15", "15.50"],
      ["recurring:fee@2026-03-01", "31.00"],
    ]);
  });

  it("is found by a document that looks at the last one alone", () => {
    expect(() => documentOf(after, april, documents.slice(-1))).toThrow(
      "period:s1@2026-02-01/2026-03-01",
    );
    expect(documentOf(before, april, documents.slice(-1)).total).toBe("93.00");
  });
});

it("the life before a document is recorded as digests of 16 digits", () => {
  const [january] = billUntil("2026-02-01", { plans: plansOf() });
  const digests = january?.basis.life.map(({ digest }) => digest) ?? [];
  expect(digests.length).toBeGreaterThan(0);
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{16}$/);
});

describe("a period that is rated again without usage", () => {
  const charges = [perUnit("outcome", "2"), fee("fee", "31"), { ...seats, id: "seats" }];
  const own = { overrides: { outcome: { model: "per-unit" as const, unitPrice: "3" } } };
  const plain: Deal = {
    plans: [planOf(charges), planOf(charges, { id: "pro" })],
    subscription: { quantities: { seats: 2 } },
    usage: [eventOf({ quantity: 10 })],
  };
  const priced: Deal = { ...plain, subscription: { ...plain.subscription, ...own } };

  it.each<readonly [string, Deal]>([
    ["at the catalog's price", plain],
    ["at a price of its own", priced],
  ])("warns of nothing where nothing has changed: %s", (_title, deal) => {
    const january = documentOf(deal, JANUARY);
    const february = documentOf({ ...deal, usage: [] }, FEBRUARY, [january], { rerate });
    expect(february.warnings).toEqual([]);
    expect(february.lines.map(({ kind }) => kind)).not.toContain("adjustment");
  });

  it.each<readonly [string, Deal, Deal]>([
    ["it has a price of its own now", plain, priced],
    ["it has none any more", priced, plain],
    [
      "it has another",
      priced,
      {
        ...plain,
        subscription: {
          quantities: { seats: 2 },
          overrides: { outcome: { model: "per-unit", unitPrice: "4" } },
        },
      },
    ],
    [
      "it is cut",
      plain,
      {
        ...plain,
        subscription: {
          quantities: { seats: 2 },
          changes: [{ effectiveDate: "2026-01-16", ...own }],
        },
      },
    ],
  ])("keeps the usage as it was billed, and says so, where %s", (_title, before, after) => {
    const january = documentOf(before, JANUARY);
    const february = documentOf({ ...after, usage: [] }, FEBRUARY, [january], { rerate });
    expect(february.warnings.map(({ code }) => code)).toEqual(["usage_not_given"]);
    expect(february.lines.filter(({ chargeId }) => chargeId === "outcome")).toEqual([]);
  });

  it("keeps the shares of its discount", () => {
    const off: ChargeInput = {
      id: "off",
      name: "off",
      chargeType: "usage",
      pricing: { model: "discount", amount: "6", appliesTo: "all" },
    };
    const deal: Deal = {
      ...plain,
      plans: [planOf([perUnit("outcome", "2"), fee("fee", "31"), off])],
    };
    const january = documentOf({ ...deal, subscription: {} }, JANUARY);
    const next = documentOf({ ...deal, subscription: {}, usage: [] }, FEBRUARY, [january], {
      rerate,
    });
    // February's own: 31 less 6.
    expect(amounts(next)).toEqual([
      ["recurring:fee@2026-02-01", "31.00"],
      ["discount:off@2026-02-01", "-6.00"],
    ]);
  });
});

describe("the message about an earlier document", () => {
  const deal: Deal = { plans: plansOf() };
  const [january, february] = billUntil("2026-03-01", deal);
  const march = { start: "2026-03-01", end: "2026-04-01" };
  if (january === undefined || february === undefined) throw new Error("no documents");
  const key = "period:s1@2026-01-01/2026-02-01";

  it.each<readonly [string, unknown, string]>([
    ["that is no list", { january }, "previous must be a list of documents, got an object"],
    [
      "of an older version",
      [{ ...january, schemaVersion: 1 }],
      "previous[0].schemaVersion must be 2: a document of version 1 does not record what it was priced from, got 1",
    ],
    [
      "that was changed",
      [{ ...january, note: "paid" }],
      `previous[0] must be document ${key} as it was written, whose content has the fingerprint ${january.fingerprint}, got other content`,
    ],
    [
      "with the number of another",
      [january, sealed({ ...february, sequence: 1 })],
      `must be another number than that of ${key}, got 1`,
    ],
    [
      "that follows another",
      [january, sealed({ ...february, basis: { ...february.basis, previous: null } })],
      `previous[1].basis.previous.fingerprint must be the fingerprint of ${key}, which has the number before, got nothing`,
    ],
    [
      "without the terms of its charges",
      [sealed({ ...january, basis: { ...january.basis, terms: {} } })],
      "the terms of a charge, got nothing",
    ],
  ])("%s says so", (_title, previous, message) => {
    expect(() => documentOf(deal, march, unchecked<Invoice[]>(previous))).toThrow(message);
  });

  it("is none where there is nothing", () => {
    expect(documentOf(deal, JANUARY, unchecked<Invoice[]>(null)).total).toBe("31.00");
  });
});

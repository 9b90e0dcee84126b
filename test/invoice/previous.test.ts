/** Earlier invoices, as they come from storage: read, checked, and in no order. */
import {
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Period,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { sealed } from "../support/documents.js";
import {
  fee,
  frozen,
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

const charges: readonly ChargeInput[] = [
  fee("fee", "100", { billingTiming: "in-advance" } as Partial<ChargeInput>),
  perUnit("outcome", "1", { minimum: "10" }),
  { id: "off", name: "off", chargeType: "usage", pricing: { model: "discount", percent: "10" } },
];
const pro = planOf(
  [fee("fee", "300", { billingTiming: "in-advance" } as Partial<ChargeInput>), ...charges.slice(1)],
  { id: "pro" },
);

function bill(
  period: Period,
  usage: InvoiceRequest["usage"],
  more: Partial<InvoiceRequest> = {},
  subscription: Partial<SubscriptionInput> = {},
): Invoice {
  return invoice({
    catalog: productOf(planOf(charges, { minimumCommitment: "130" }), pro),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      ...subscription,
    },
    period,
    usage,
    ...more,
  });
}

const opening = bill({ start: "2026-01-01", end: "2026-01-01" }, {});
const january = bill(JANUARY, { outcome: 5 }, { previous: [opening] });
const february = bill(
  FEBRUARY,
  { outcome: 20 },
  {
    previous: [opening, january],
    rerate: [{ period: JANUARY, usage: { outcome: 40 } }],
  },
);

describe("earlier invoices", () => {
  const upgrade = { changes: [{ effectiveDate: "2026-03-11", ratePlanId: "pro" }] };
  const rerate = [
    { period: JANUARY, usage: { outcome: 12 } },
    { period: FEBRUARY, usage: { outcome: 60 } },
  ];
  const march = (previous: readonly Invoice[]) =>
    bill(MARCH, { outcome: 1 }, { previous, rerate }, upgrade);
  const all = [opening, january, february];

  it("come back from storage as they went in", () => {
    expect(march(stored(all))).toEqual(march(all));
    expect(march(all).lines.filter(({ kind }) => kind === "adjustment").length).toBeGreaterThan(3);
  });

  it("are not changed", () => {
    expect(march(frozen(stored(all)))).toEqual(march(all));
  });

  it("may be in any order", () => {
    for (const order of [
      [opening, february, january],
      [january, opening, february],
      [january, february, opening],
      [february, opening, january],
      [february, january, opening],
    ]) {
      expect(march(order)).toEqual(march(all));
    }
  });

  it("may be in any order also where a line was adjusted more than once", () => {
    const changed = (date: string) => ({ changes: [{ effectiveDate: date, ratePlanId: "pro" }] });
    const at = (date: string) => ({ start: date, end: date });
    const first = bill(at("2026-01-11"), {}, { previous: [opening] }, changed("2026-01-11"));
    // The change is moved to another date, twice.
    const second = bill(
      at("2026-01-21"),
      {},
      { previous: [opening, first] },
      changed("2026-01-21"),
    );
    const third = (previous: readonly Invoice[]) =>
      bill(at("2026-01-16"), {}, { previous }, changed("2026-01-16"));
    const expected = third([opening, first, second]);
    expect(expected.lines.length).toBeGreaterThan(1);
    for (const order of [
      [second, first, opening],
      [first, opening, second],
      [second, opening, first],
    ]) {
      expect(third(order)).toEqual(expected);
    }
  });

  it("may be more than are needed, and none at all", () => {
    const next = bill(MARCH, { outcome: 1 }, { previous: [february] });
    expect(bill(MARCH, { outcome: 1 }, { previous: all })).toEqual(next);
    expect(bill(JANUARY, { outcome: 5 }, { previous: [] })).toEqual(bill(JANUARY, { outcome: 5 }));
  });

  it("are as they were written, without so much as a field beside", () => {
    const paid = stored(all).map((document) => ({ ...document, paid: true }));
    expect(issuesOf(() => march(unchecked(paid)))).toEqual(
      paid.map((_, index) => `tampered previous.${index}`),
    );
  });
});

describe("an earlier invoice is refused that", () => {
  const request = (previous: unknown) =>
    issuesOf(() => bill(FEBRUARY, { outcome: 1 }, { previous: unchecked(previous) }));
  const [line] = stored(january.lines);

  it.each<{ title: string; previous: unknown; issues: readonly string[] }>([
    { title: "is no list", previous: january, issues: ["invalid_type previous"] },
    { title: "is nothing", previous: [null], issues: ["invalid_type previous.0"] },
    {
      title: "is of another subscription",
      previous: [sealed({ ...january, subscriptionId: "s2" })],
      issues: ["previous_mismatch previous.0.subscriptionId"],
    },
    {
      title: "is in another currency",
      previous: [opening, sealed({ ...january, currency: "EUR" })],
      issues: ["previous_mismatch previous.1.currency"],
    },
    {
      title: "is both",
      previous: [sealed({ ...january, currency: "EUR", subscriptionId: "s2" })],
      issues: [
        "previous_mismatch previous.0.subscriptionId",
        "previous_mismatch previous.0.currency",
      ],
    },
    {
      title: "is there twice",
      previous: [opening, january, stored(january)],
      issues: ["duplicate_id previous.2.sequence"],
    },
    {
      title: "is of the period itself",
      previous: [january, february],
      issues: ["already_invoiced previous"],
    },
    {
      title: "has an older version, which says not what it was priced from",
      previous: [{ ...january, schemaVersion: 1 }],
      issues: ["unsupported_version previous.0.schemaVersion"],
    },
    {
      title: "has another version",
      previous: [{ ...january, schemaVersion: 3 }],
      issues: ["invalid_value previous.0.schemaVersion"],
    },
    {
      title: "has been changed since it was written",
      previous: [opening, { ...january, lines: [{ ...line, amount: "1.00" }] }],
      issues: ["tampered previous.1"],
    },
    {
      title: "follows another document than the one before it",
      previous: [sealed({ ...opening, issueDate: "2026-01-02" }), january],
      issues: ["previous_mismatch previous.1.basis.previous.fingerprint"],
    },
    {
      title: "has a period that does not exist",
      previous: [{ ...january, period: { start: "2026-01-01", end: "2026-02-30" } }],
      issues: ["invalid_date previous.0.period.end"],
    },
    {
      title: "has no lines",
      previous: [{ ...january, lines: undefined }],
      issues: ["missing previous.0.lines"],
    },
    {
      title: "has an amount that is none",
      previous: [{ ...january, lines: [{ ...line, amount: "ten" }] }],
      issues: ["invalid_value previous.0.lines.0.amount"],
    },
    {
      title: "has a line under a key without a date",
      previous: [opening, sealed({ ...january, lines: [{ ...line, key: "fee" }] } as Invoice)],
      issues: ["invalid_value previous.1.lines.0.key"],
    },
    {
      title: "has a line under the key of another charge, and one of a day that never was",
      previous: [
        opening,
        sealed({
          ...january,
          lines: [
            { ...line, key: "recurring:fees@2026-02-01" },
            { ...line, key: "recurring:fee@2026-02-30" },
            { ...line, key: "recurring:fee@2026-02-01/soon" },
          ],
        } as Invoice),
      ],
      issues: [
        "invalid_value previous.1.lines.0.key",
        "invalid_value previous.1.lines.1.key",
        "invalid_value previous.1.lines.2.key",
      ],
    },
    {
      title: "was changed so that it is of another subscription",
      previous: [{ ...january, subscriptionId: "s2" }],
      issues: ["tampered previous.0"],
    },
    {
      title: "has a line without service period",
      previous: [{ ...january, lines: [{ ...line, servicePeriod: undefined }] }],
      issues: ["missing previous.0.lines.0.servicePeriod"],
    },
  ])("$title", ({ previous, issues }) => {
    expect(request(previous)).toEqual(issues);
  });

  it("has terms that are none", () => {
    const broken = stored(january);
    const [key = "", terms] =
      Object.entries(broken.basis.terms).find(([, each]) => each.chargeType === "usage") ?? [];
    const pricing = { model: "per-unit", unitPrice: "-1" };
    const withTerms = (more: Readonly<Record<string, unknown>>) =>
      sealed(
        unchecked({
          ...broken,
          basis: { ...broken.basis, terms: { ...broken.basis.terms, ...more } },
        }),
      );
    const path = `previous.1.basis.terms.${key}`;
    expect(request([opening, withTerms({ [key]: { ...terms, pricing } })])).toEqual([
      `negative_price ${path}.pricing.unitPrice`,
    ]);
    expect(request([opening, withTerms({ [key]: undefined })])).toContain(`missing ${path}`);
  });

  it("says what the key of a line is made of", () => {
    const broken = sealed({ ...january, lines: [{ ...line, key: "fee" }] } as Invoice);
    expect(() => bill(FEBRUARY, {}, { previous: [opening, broken] })).toThrow(
      'previous[1].lines[0].key must be a key of the line\'s charge and group, with the dates of its service, got "fee"',
    );
  });

  it("says which value it found", () => {
    let message = "";
    try {
      bill(FEBRUARY, {}, { previous: [sealed({ ...january, subscriptionId: "s2" })] });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(
      'previous[0].subscriptionId must be s1, as on the subscription that is billed, got "s2"',
    );
  });
});

describe("an invoice of a moment", () => {
  const upgrade = { changes: [{ effectiveDate: "2026-01-11", ratePlanId: "pro" }] };
  const at = (date: string) => ({ start: date, end: date });

  it("is not billed twice", () => {
    expect(issuesOf(() => bill(at("2026-01-01"), {}, { previous: [opening] }))).toEqual([
      "already_invoiced previous",
    ]);
    const change = bill(at("2026-01-11"), {}, { previous: [opening] }, upgrade);
    expect(change.lines).toHaveLength(2);
    const again = bill(at("2026-01-11"), {}, { previous: [opening, change] }, upgrade);
    expect(again.lines).toEqual([]);
  });

  it("has a key of its own", () => {
    const change = bill(at("2026-01-11"), {}, { previous: [opening] }, upgrade);
    const regular = bill(JANUARY, { outcome: 5 }, { previous: [opening, change] }, upgrade);
    expect(
      new Set([opening, change, regular, january].map(({ idempotencyKey }) => idempotencyKey)).size,
    ).toBe(3);
    expect(change.idempotencyKey).toBe("change:s1@2026-01-11/2026-01-11#2");
    expect(regular.idempotencyKey).toBe(january.idempotencyKey);
  });
});

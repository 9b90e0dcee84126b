/** Subscriptions: their fields, and what this version refuses rather than ignores. */
import { Decimal } from "decimal.js";
import {
  type PricingIssueCode,
  parseSubscription,
  type SubscriptionInput,
  safeParseSubscription,
} from "rateplan";
import { describe, expect, it } from "vitest";

const subscription = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "starter",
  startDate: "2026-01-31",
} as const;

interface BadSubscription {
  readonly title: string;
  readonly subscription: unknown;
  readonly code: PricingIssueCode;
  readonly path: readonly (string | number)[];
}

function refuses(rows: readonly BadSubscription[]) {
  it.each(rows)("refuses $title", ({ subscription: input, code, path }) => {
    expect(safeParseSubscription(input)).toMatchObject({ ok: false, issues: [{ code, path }] });
  });
}

describe("the fields of a subscription", () => {
  it("come out as they went in, with quantities in canonical form", () => {
    const input: SubscriptionInput = {
      ...subscription,
      endDate: "2027-01-31",
      timeZone: "UTC",
      quantities: { seats: 5, "extra seats": "2.50", agents: 3n, gb: new Decimal("1e3") },
      metadata: { crm: { id: 17 } },
    };
    expect(parseSubscription(input)).toStrictEqual({
      ...input,
      quantities: { seats: "5", "extra seats": "2.5", agents: "3", gb: "1000" },
    });
  });

  it("need no more than ids and a start", () => {
    expect(parseSubscription(subscription)).toStrictEqual(subscription);
  });

  it("are remembered: what was parsed is not parsed again", () => {
    const parsed = parseSubscription(subscription);
    expect(parseSubscription(parsed)).toBe(parsed);
    expect(parseSubscription(subscription)).not.toBe(subscription);
  });

  it("are in the message under the path that is asked for", () => {
    const bad = { ...subscription, startDate: "soon" };
    expect(safeParseSubscription(bad, ["subscription"])).toMatchObject({
      issues: [
        {
          path: ["subscription", "startDate"],
          message:
            'subscription.startDate must be a civil date (2026-01-31) or an RFC 3339 instant (2026-01-31T09:30:00Z), got "soon"',
        },
      ],
    });
  });

  refuses([
    { title: "nothing at all", subscription: undefined, code: "missing", path: [] },
    { title: "null", subscription: null, code: "invalid_type", path: [] },
    { title: "a list", subscription: [subscription], code: "invalid_type", path: [] },
    ...["id", "customerId", "ratePlanId"].flatMap((field) => [
      {
        title: `no ${field}`,
        subscription: { ...subscription, [field]: undefined },
        code: "missing" as const,
        path: [field],
      },
      ...["", 5, null, "x".repeat(256)].map((value) => ({
        title: `${typeof value} of length ${String(value).length} as ${field}`,
        subscription: { ...subscription, [field]: value },
        code: "invalid_id" as const,
        path: [field],
      })),
    ]),
    {
      title: "an unknown key",
      subscription: { ...subscription, plan: "starter" },
      code: "unknown_key",
      path: ["plan"],
    },
    {
      title: "metadata that JSON cannot hold",
      subscription: { ...subscription, metadata: { since: new Date(0) } },
      code: "not_plain_data",
      path: ["metadata", "since"],
    },
  ]);

  it("have all their issues reported at once", () => {
    const parsed = safeParseSubscription({
      id: "",
      customerId: 5,
      startDate: "2026-02-30",
      endDate: "never",
      timeZone: "Europe/Berlin",
      quantities: { seats: -1, agents: "many" },
      changes: [{ effectiveDate: "2026-03-01" }],
      colour: "red",
    });
    expect(
      parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path.join(".")}`).sort(),
    ).toEqual([
      "invalid_date endDate",
      "invalid_date startDate",
      "invalid_id customerId",
      "invalid_id id",
      "missing ratePlanId",
      "not_a_decimal quantities.agents",
      "not_supported changes",
      "not_supported timeZone",
      "out_of_range quantities.seats",
      "unknown_key colour",
    ]);
  });
});

describe("the dates of a subscription", () => {
  it.each(["2024-02-29", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00.5-11:00"])(
    "may be %s",
    (startDate) => {
      expect(parseSubscription({ ...subscription, startDate }).startDate).toBe(startDate);
    },
  );

  refuses([
    {
      title: "no start",
      subscription: { ...subscription, startDate: undefined },
      code: "missing",
      path: ["startDate"],
    },
    {
      title: "a day that does not exist",
      subscription: { ...subscription, startDate: "2026-02-29" },
      code: "invalid_date",
      path: ["startDate"],
    },
    {
      title: "a time without an offset",
      subscription: { ...subscription, startDate: "2026-01-31T09:30:00" },
      code: "invalid_date",
      path: ["startDate"],
    },
    {
      title: "a Date object",
      subscription: { ...subscription, startDate: new Date(0) },
      code: "invalid_date",
      path: ["startDate"],
    },
    {
      title: "a timestamp in milliseconds",
      subscription: { ...subscription, startDate: 1_769_817_600_000 },
      code: "invalid_date",
      path: ["startDate"],
    },
    {
      title: "a bad end",
      subscription: { ...subscription, endDate: "31.01.2027" },
      code: "invalid_date",
      path: ["endDate"],
    },
    {
      title: "an end before the start",
      subscription: { ...subscription, endDate: "2026-01-30" },
      code: "end_before_start",
      path: ["endDate"],
    },
    {
      title: "an end at the start",
      subscription: { ...subscription, endDate: "2026-01-31" },
      code: "end_before_start",
      path: ["endDate"],
    },
  ]);

  it("are compared as moments, not as texts", () => {
    const startDate = "2026-01-31T23:00:00-05:00";
    expect(
      safeParseSubscription({ ...subscription, startDate, endDate: "2026-02-01" }),
    ).toMatchObject({
      ok: false,
      issues: [
        {
          code: "end_before_start",
          message: `endDate must be after startDate (${startDate}), got "2026-02-01"`,
        },
      ],
    });
    const endDate = "2026-02-01T05:00:00Z";
    expect(safeParseSubscription({ ...subscription, startDate, endDate }).ok).toBe(true);
  });
});

describe("the quantities of a subscription", () => {
  it("may be none, and may be 0", () => {
    expect(parseSubscription({ ...subscription, quantities: {} }).quantities).toEqual({});
    expect(parseSubscription({ ...subscription, quantities: { seats: 0 } }).quantities).toEqual({
      seats: "0",
    });
  });

  refuses([
    {
      title: "a negative quantity",
      subscription: { ...subscription, quantities: { seats: "-1" } },
      code: "out_of_range",
      path: ["quantities", "seats"],
    },
    {
      title: "a quantity that is no number",
      subscription: { ...subscription, quantities: { seats: "five" } },
      code: "not_a_decimal",
      path: ["quantities", "seats"],
    },
    {
      title: "an infinite quantity",
      subscription: { ...subscription, quantities: { seats: Number.POSITIVE_INFINITY } },
      code: "not_finite",
      path: ["quantities", "seats"],
    },
    {
      title: "null as a quantity",
      subscription: { ...subscription, quantities: { seats: null } },
      code: "not_a_decimal",
      path: ["quantities", "seats"],
    },
    {
      title: "a charge without an id",
      subscription: { ...subscription, quantities: { "": 5 } },
      code: "invalid_id",
      path: ["quantities", ""],
    },
    {
      title: "a charge id of 256 characters",
      subscription: { ...subscription, quantities: { ["x".repeat(256)]: 5 } },
      code: "invalid_id",
      path: ["quantities", "x".repeat(256)],
    },
    {
      title: "a list",
      subscription: { ...subscription, quantities: [5] },
      code: "invalid_type",
      path: ["quantities"],
    },
    {
      title: "a number",
      subscription: { ...subscription, quantities: 5 },
      code: "invalid_type",
      path: ["quantities"],
    },
    {
      title: "null",
      subscription: { ...subscription, quantities: null },
      code: "invalid_type",
      path: ["quantities"],
    },
  ]);

  it("leaves out a charge whose quantity is undefined", () => {
    const quantities = { seats: undefined, agents: 2 };
    expect(safeParseSubscription({ ...subscription, quantities })).toMatchObject({
      ok: true,
      value: { quantities: { agents: "2" } },
    });
  });

  it("say in a sentence what is wrong with a charge id", () => {
    expect(safeParseSubscription({ ...subscription, quantities: { "": 5 } })).toMatchObject({
      issues: [{ message: expect.stringMatching(/^quantities\[""\] must be .*, got ""$/) }],
    });
  });
});

describe("what this version does not carry out", () => {
  const values = {
    billingAnchor: "2026-01-01",
    endOfMonth: "sticky",
    trialDays: 14,
    overrides: { seats: { unitPrice: 1 } },
    changes: [{ effectiveDate: "2026-03-01", ratePlanId: "pro" }],
  };

  it.each(Object.entries(values))("refuses %s", (field, value) => {
    expect(safeParseSubscription({ ...subscription, [field]: value })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "not_supported",
          path: [field],
          message: expect.stringContaining(`${field} is not supported yet, got `),
        },
      ],
    });
  });

  it.each(["Europe/Berlin", "America/New_York", "Etc/UTC", "utc", "GMT", "Z", ""])(
    "refuses the time zone %j",
    (timeZone) => {
      expect(safeParseSubscription({ ...subscription, timeZone })).toMatchObject({
        ok: false,
        issues: [
          {
            code: "not_supported",
            path: ["timeZone"],
            message: `timeZone must be "UTC"; other time zones are not supported yet, got "${timeZone}"`,
          },
        ],
      });
    },
  );

  it("does not take what is no text for a time zone", () => {
    expect(safeParseSubscription({ ...subscription, timeZone: 1 })).toMatchObject({
      ok: false,
      issues: [{ code: "invalid_type", path: ["timeZone"] }],
    });
  });

  it("accepts a stored row whose lists of changes and overrides are empty", () => {
    expect(safeParseSubscription({ ...subscription, changes: [], overrides: {} }).ok).toBe(true);
  });

  it("refuses all of them at once", () => {
    const parsed = safeParseSubscription({ ...subscription, ...values, timeZone: "Asia/Tokyo" });
    expect(parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path}`).sort()).toEqual(
      [...Object.keys(values), "timeZone"].map((field) => `not_supported ${field}`).sort(),
    );
  });
});

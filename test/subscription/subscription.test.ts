/** Subscriptions: their fields, in good and in bad forms. What changes do to a catalog is for the invoice to say. */
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
      timeZone: "Europe/Paris",
      billingAnchor: "2026-02-15",
      endOfMonth: "sticky",
      trialDays: 14,
      quantities: { seats: 5, "extra seats": "2.50", agents: 3n, gb: new Decimal("1e3") },
      overrides: { seats: { model: "per-unit", unitPrice: "09.90" } },
      changes: [
        { effectiveDate: "2026-03-01", quantities: { seats: "7.0" } },
        {
          effectiveDate: "2026-02-20T10:00:00+01:00",
          takesEffect: "at-period-end",
          ratePlanId: "pro",
          overrides: { seats: null, gb: { model: "flat", amount: 1.5 } },
          status: "active",
          billingAnchor: "calendar",
        },
      ],
      metadata: { crm: { id: 17 } },
    };
    expect(parseSubscription(input)).toStrictEqual({
      ...input,
      quantities: { seats: "5", "extra seats": "2.5", agents: "3", gb: "1000" },
      overrides: { seats: { model: "per-unit", unitPrice: "9.9" } },
      changes: [
        { effectiveDate: "2026-03-01", quantities: { seats: "7" } },
        {
          effectiveDate: "2026-02-20T10:00:00+01:00",
          takesEffect: "at-period-end",
          ratePlanId: "pro",
          overrides: { seats: null, gb: { model: "flat", amount: "1.5" } },
          status: "active",
          billingAnchor: "calendar",
        },
      ],
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

  it("come out the same when what came out is read again", () => {
    const parsed = parseSubscription({
      ...subscription,
      timeZone: "Asia/Tokyo",
      overrides: {
        gb: {
          model: "tiered",
          tiers: [
            { start: 0, end: 5, unitPrice: 1 },
            { start: 5, unitPrice: 2 },
          ],
        },
      },
      changes: [{ effectiveDate: "2026-03-01", overrides: { gb: null } }],
    });
    const again = parseSubscription(structuredClone(parsed));
    expect(again).not.toBe(parsed);
    expect(again).toStrictEqual(parsed);
    expect(JSON.parse(JSON.stringify(parsed))).toStrictEqual(parsed);
  });

  it("are in the message under their path", () => {
    const bad = { ...subscription, startDate: "soon" };
    expect(safeParseSubscription(bad)).toMatchObject({
      issues: [
        {
          path: ["startDate"],
          message:
            'startDate must be a civil date (2026-01-31) or an RFC 3339 instant (2026-01-31T09:30:00Z), got "soon"',
        },
      ],
    });
  });

  refuses([
    { title: "nothing at all", subscription: undefined, code: "missing", path: [] },
    { title: "null", subscription: null, code: "invalid_type", path: [] },
    { title: "a list", subscription: [subscription], code: "invalid_type", path: [] },
    ...["id", "customerId", "ratePlanId"].flatMap((field) => [
      ...[undefined, null].map((value) => ({
        title: `${value} as ${field}`,
        subscription: { ...subscription, [field]: value },
        code: "missing" as const,
        path: [field],
      })),
      ...["", 5, {}, "x".repeat(256)].map((value) => ({
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
      timeZone: "Europe/Atlantis",
      billingAnchor: "2026-02-30",
      endOfMonth: "last",
      trialDays: -1,
      quantities: { seats: -1, agents: "many" },
      overrides: { seats: { model: "per-unit", unitPrice: "-1" } },
      changes: [{ effectiveDate: "2026-03-01" }, { effectiveDate: "soon", status: "ended" }],
      colour: "red",
    });
    expect(
      parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path.join(".")}`).sort(),
    ).toEqual([
      "invalid_date billingAnchor",
      "invalid_date changes.1.effectiveDate",
      "invalid_date endDate",
      "invalid_date startDate",
      "invalid_id customerId",
      "invalid_id id",
      "invalid_value changes.1.status",
      "invalid_value endOfMonth",
      "missing changes.0",
      "missing ratePlanId",
      "negative_price overrides.seats.unitPrice",
      "not_a_decimal quantities.agents",
      "out_of_range quantities.seats",
      "out_of_range trialDays",
      "unknown_key colour",
      "unknown_time_zone timeZone",
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
      title: "null as a start",
      subscription: { ...subscription, startDate: null },
      code: "missing",
      path: ["startDate"],
    },
    {
      title: "a Date that is none",
      subscription: { ...subscription, startDate: new Date(Number.NaN) },
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

  it("begin in the subscription's time zone: the day in New York at 5 o'clock of Greenwich", () => {
    const inNewYork = { ...subscription, timeZone: "America/New_York" };
    for (const endDate of ["2026-01-31T02:00:00Z", "2026-01-31T05:00:00Z"]) {
      expect(safeParseSubscription({ ...inNewYork, endDate })).toMatchObject({
        ok: false,
        issues: [{ code: "end_before_start", path: ["endDate"] }],
      });
    }
    expect(safeParseSubscription({ ...inNewYork, endDate: "2026-01-31T05:00:00.001Z" }).ok).toBe(
      true,
    );
  });

  it("begin in the subscription's time zone: the day in Tokyo at 3 o'clock of the day before", () => {
    const inTokyo = { ...subscription, timeZone: "Asia/Tokyo" };
    expect(safeParseSubscription({ ...inTokyo, endDate: "2026-01-30T15:00:00.001Z" }).ok).toBe(
      true,
    );
    expect(safeParseSubscription({ ...inTokyo, endDate: "2026-01-30T15:00:00Z" }).ok).toBe(false);
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
      title: "true as a quantity",
      subscription: { ...subscription, quantities: { seats: true } },
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
      title: "a text",
      subscription: { ...subscription, quantities: "5" },
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

describe("the time zone of a subscription", () => {
  it.each([
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Argentina/Buenos_Aires",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Etc/UTC",
    "Etc/GMT+12",
    "GMT",
  ])("may be %s, and is kept as it is written", (timeZone) => {
    expect(parseSubscription({ ...subscription, timeZone })).toStrictEqual({
      ...subscription,
      timeZone,
    });
  });

  it.each([
    "Europe/Atlantis",
    "Mars/Phobos",
    "Z",
    "+01:00",
    "-05:00",
    "UTC+1",
    "",
    " ",
    " UTC",
    "Europe/Paris ",
    "Europe\\Paris",
    "Europe/Paris\n",
    "constructor",
    "__proto__",
    "Europe/".repeat(20),
    1,
    0,
    true,
    {},
    ["UTC"],
  ])("may not be %j", (timeZone) => {
    expect(safeParseSubscription({ ...subscription, timeZone })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "unknown_time_zone",
          path: ["timeZone"],
          expected: 'the IANA name of a time zone, such as "Europe/Paris"',
          message: expect.stringMatching(
            /^timeZone must be the IANA name of a time zone, such as "Europe\/Paris", got /,
          ),
        },
      ],
    });
  });

  it("shows the name that it does not know", () => {
    const timeZone = "Europe/Atlantis";
    expect(safeParseSubscription({ ...subscription, timeZone })).toMatchObject({
      issues: [{ received: '"Europe/Atlantis"' }],
    });
  });
});

describe("the billing anchor of a subscription", () => {
  it.each([
    "anniversary",
    "calendar",
    "2026-01-31",
    "2024-02-29",
    "1000-01-01",
    "9999-12-31",
    "2026-01-31T09:30:00Z",
    "2026-01-31T09:30:00.5-11:00",
  ])("may be %s, on whichever side of the start", (billingAnchor) => {
    expect(parseSubscription({ ...subscription, billingAnchor })).toStrictEqual({
      ...subscription,
      billingAnchor,
    });
  });

  it.each([
    ["2026-02-30", "must be a date that exists"],
    ["2026-02-29", "must be a date that exists"],
    ["2026-01-31T09:30:00", "must be an instant with an offset (Z or +01:00)"],
    ...["Calendar", "month", "1", "", 15, 0, true, {}, [], ["calendar"]].map((anchor) => [
      anchor,
      "must be a civil date (2026-01-31) or an RFC 3339 instant (2026-01-31T09:30:00Z)",
    ]),
  ])("may not be %j", (billingAnchor, text) => {
    expect(safeParseSubscription({ ...subscription, billingAnchor })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "invalid_date",
          path: ["billingAnchor"],
          message: expect.stringContaining(`billingAnchor ${text}, got `),
        },
      ],
    });
  });

  it.each(["clamp", "sticky"])("at the end of a month may be %s", (endOfMonth) => {
    expect(parseSubscription({ ...subscription, endOfMonth } as SubscriptionInput)).toStrictEqual({
      ...subscription,
      endOfMonth,
    });
  });

  refuses(
    ["last", "Clamp", "", 31, true].map((endOfMonth) => ({
      title: `${JSON.stringify(endOfMonth)} at the end of a month`,
      subscription: { ...subscription, endOfMonth },
      code: "invalid_value" as const,
      path: ["endOfMonth"],
    })),
  );
});

describe("the trial of a subscription", () => {
  it.each([0, 1, 14, 3_650])("may be of %i days", (trialDays) => {
    expect(parseSubscription({ ...subscription, trialDays }).trialDays).toBe(trialDays);
  });

  it("may be longer than the subscription", () => {
    const short = { ...subscription, endDate: "2026-02-03", trialDays: 14 };
    expect(parseSubscription(short)).toStrictEqual(short);
  });

  refuses([
    ...[-1, 3_651, Number.MAX_SAFE_INTEGER].map((trialDays) => ({
      title: `a trial of ${trialDays} days`,
      subscription: { ...subscription, trialDays },
      code: "out_of_range" as const,
      path: ["trialDays"],
    })),
    ...[0.5, Number.NaN, Number.POSITIVE_INFINITY, 14n, "14", "P14D", {}, true].map(
      (trialDays) => ({
        title: `a trial of ${typeof trialDays} ${trialDays}`,
        subscription: { ...subscription, trialDays },
        code: "invalid_type" as const,
        path: ["trialDays"],
      }),
    ),
  ]);
});

describe("the overrides of a subscription", () => {
  const tiers = [
    { start: 0, end: "10.0", unitPrice: 2n },
    { start: 10, unitPrice: "1.50" },
  ];
  const normal = [{ upTo: "10", unitPrice: "2" }, { unitPrice: "1.5" }];

  it.each([
    [
      { model: "flat", amount: "010" },
      { model: "flat", amount: "10" },
    ],
    [
      { model: "per-unit", unitPrice: 1.5 },
      { model: "per-unit", unitPrice: "1.5" },
    ],
    [
      { model: "tiered", tiers },
      { model: "tiered", tiers: normal },
    ],
    [
      { model: "volume", tiers },
      { model: "volume", tiers: normal },
    ],
    [
      { model: "stairstep", tiers: [{ upTo: 5, flatFee: 1 }, { flatFee: 2 }] },
      { model: "stairstep", tiers: [{ upTo: "5", flatFee: "1" }, { flatFee: "2" }] },
    ],
    [
      { model: "package", size: 1e3, price: 5 },
      { model: "package", size: "1000", price: "5" },
    ],
    [
      { model: "overage", includedUnits: 10, unitPrice: 5 },
      { model: "overage", includedUnits: "10", unitPrice: "5" },
    ],
    [
      { model: "percentage", percent: "2.90" },
      { model: "percentage", percent: "2.9" },
    ],
    [
      { model: "matrix", dimensions: ["name"], prices: [{ when: { name: "a" }, unitPrice: 1 }] },
      { model: "matrix", dimensions: ["name"], prices: [{ when: { name: "a" }, unitPrice: "1" }] },
    ],
    [
      { model: "pre-rated", markup: 5 },
      { model: "pre-rated", markup: "5" },
    ],
    [
      { model: "discount", percent: 5, appliesTo: { charges: ["seats"] } },
      { model: "discount", percent: "5", appliesTo: { charges: ["seats"] } },
    ],
  ])("may be any prices, in canonical form: %o", (written, canonical) => {
    const overrides = { "any id": written };
    const change = { effectiveDate: "2026-03-01", overrides };
    expect(safeParseSubscription({ ...subscription, overrides, changes: [change] })).toStrictEqual({
      ok: true,
      value: {
        ...subscription,
        overrides: { "any id": canonical },
        changes: [{ effectiveDate: "2026-03-01", overrides: { "any id": canonical } }],
      },
    });
  });

  it("may be none, as stored rows have them", () => {
    const empty = { ...subscription, overrides: {}, changes: [] };
    expect(parseSubscription(empty)).toStrictEqual(empty);
  });

  const bad: readonly (readonly [
    title: string,
    pricing: unknown,
    code: PricingIssueCode,
    ...path: readonly (string | number)[],
  ])[] = [
    ["a price", 5, "invalid_type"],
    ["a text", "9.90", "invalid_type"],
    ["a list", [], "invalid_type"],
    ["nothing of a model", {}, "missing", "model"],
    [
      "a pricing inside of an object",
      { pricing: { model: "flat", amount: 1 } },
      "missing",
      "model",
    ],
    ["a model that does not exist", { model: "gratis" }, "unknown_model", "model"],
    ["no amount", { model: "flat" }, "missing", "amount"],
    ["a negative price", { model: "per-unit", unitPrice: "-0.01" }, "negative_price", "unitPrice"],
    ["a price that is no number", { model: "flat", amount: "free" }, "not_a_decimal", "amount"],
    ["an infinite price", { model: "flat", amount: 1 / 0 }, "not_finite", "amount"],
    ["an unknown key", { model: "flat", amount: 1, currency: "USD" }, "unknown_key", "currency"],
    [
      "tiers that do not rise",
      {
        model: "tiered",
        tiers: [{ upTo: 5, unitPrice: 1 }, { upTo: 5, unitPrice: 1 }, { unitPrice: 1 }],
      },
      "tier_not_increasing",
      "tiers",
      1,
      "upTo",
    ],
    [
      "a cell of the matrix twice",
      {
        model: "matrix",
        dimensions: ["name"],
        prices: [1, 2].map((unitPrice) => ({ when: { name: "a" }, unitPrice })),
      },
      "duplicate_cell",
      "prices",
      1,
      "when",
    ],
    ["a discount of nothing", { model: "discount" }, "missing_price"],
  ];

  refuses(
    bad.flatMap(([title, pricing, code, ...path]) => [
      {
        title: `${title} as override`,
        subscription: {
          ...subscription,
          overrides: { ok: { model: "flat", amount: 1 }, seats: pricing },
        },
        code,
        path: ["overrides", "seats", ...path],
      },
      {
        title: `${title} as override of a change`,
        subscription: {
          ...subscription,
          changes: [{ effectiveDate: "2026-03-01", overrides: { seats: pricing } }],
        },
        code,
        path: ["changes", 0, "overrides", "seats", ...path],
      },
    ]),
  );

  refuses([
    {
      title: "null, for there is nothing to go back from",
      subscription: { ...subscription, overrides: { seats: null } },
      code: "invalid_type",
      path: ["overrides", "seats"],
    },
    ...[[], [{ model: "flat", amount: 1 }], 5, "flat"].map((overrides) => ({
      title: `${JSON.stringify(overrides)} as overrides`,
      subscription: { ...subscription, overrides },
      code: "invalid_type" as const,
      path: ["overrides"],
    })),
    ...["", "x".repeat(256)].map((key) => ({
      title: `a charge id of ${key.length} characters`,
      subscription: { ...subscription, overrides: { [key]: { model: "flat", amount: 1 } } },
      code: "invalid_id" as const,
      path: ["overrides", key],
    })),
  ]);
});

describe("the changes of a subscription", () => {
  const changing = (...changes: readonly unknown[]) =>
    safeParseSubscription({ ...subscription, changes });
  const codesOf = (parsed: ReturnType<typeof safeParseSubscription>) =>
    parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path.join(".")}`);

  it.each([
    { ratePlanId: "pro" },
    { quantities: { seats: "3" } },
    { quantities: { seats: "0", agents: "1" }, overrides: {} },
    { overrides: { seats: null } },
    { overrides: { seats: { model: "per-unit", unitPrice: "1" }, gb: null } },
    { status: "paused" },
    { status: "active" },
    { status: "canceled" },
    { billingAnchor: "anniversary" },
    { billingAnchor: "2026-02-15" },
    { ratePlanId: "pro", status: "active", takesEffect: "at-period-end" },
    { ratePlanId: "pro", takesEffect: "on-date" },
  ])("may be %o, of any date", (what) => {
    for (const effectiveDate of ["2026-03-01", "2026-03-01T12:00:00+02:00", "1999-12-31"]) {
      const change = { effectiveDate, ...what };
      expect(changing(change)).toStrictEqual({
        ok: true,
        value: { ...subscription, changes: [change] },
      });
    }
  });

  it("stay in the order in which they are written", () => {
    const dates = ["2026-05-01", "2026-03-01", "2026-04-01"];
    const changes = dates.map((effectiveDate) => ({ effectiveDate, ratePlanId: effectiveDate }));
    expect(changing(...changes)).toMatchObject({ value: { changes } });
  });

  const change = { effectiveDate: "2026-03-01", status: "paused" };

  refuses([
    ...[{}, "2026-03-01", 5].map((changes) => ({
      title: `${JSON.stringify(changes)} instead of a list`,
      subscription: { ...subscription, changes },
      code: "invalid_type" as const,
      path: ["changes"],
    })),
    ...[
      "soon",
      "2026-02-30",
      "2026-03-01T00:00:00",
      "",
      5,
      new Date(Number.NaN),
      ["2026-03-01"],
    ].map((effectiveDate) => ({
      title: `${String(effectiveDate)} as a date`,
      subscription: { ...subscription, changes: [{ ...change, effectiveDate }] },
      code: "invalid_date" as const,
      path: ["changes", 0, "effectiveDate"],
    })),
    ...(
      [
        ["no date", { effectiveDate: undefined }, "missing", ["effectiveDate"]],
        ["null as a date", { effectiveDate: null }, "missing", ["effectiveDate"]],
        ["a moment that does not exist", { takesEffect: "now" }, "invalid_value", ["takesEffect"]],
        ["true as moment", { takesEffect: true }, "invalid_value", ["takesEffect"]],
        ["an empty plan id", { ratePlanId: "" }, "invalid_id", ["ratePlanId"]],
        ["a number as plan", { ratePlanId: 5 }, "invalid_id", ["ratePlanId"]],
        ["a status that does not exist", { status: "ended" }, "invalid_value", ["status"]],
        ["true as status", { status: true }, "invalid_value", ["status"]],
        ["a bad anchor", { billingAnchor: "2026-02-30" }, "invalid_date", ["billingAnchor"]],
        ["a number as anchor", { billingAnchor: 15 }, "invalid_date", ["billingAnchor"]],
        ["quantities as a list", { quantities: [1] }, "invalid_type", ["quantities"]],
        [
          "a negative quantity",
          { quantities: { seats: -1 } },
          "out_of_range",
          ["quantities", "seats"],
        ],
        [
          "a word as quantity",
          { quantities: { seats: "many" } },
          "not_a_decimal",
          ["quantities", "seats"],
        ],
        ["a charge without an id", { quantities: { "": 1 } }, "invalid_id", ["quantities", ""]],
        ["overrides as a list", { overrides: [] }, "invalid_type", ["overrides"]],
        ["an unknown key", { endDate: "2026-04-01" }, "unknown_key", ["endDate"]],
        ["a time zone, which stays", { timeZone: "Asia/Tokyo" }, "unknown_key", ["timeZone"]],
        ["a trial, which is at the start", { trialDays: 7 }, "unknown_key", ["trialDays"]],
      ] as const
    ).map(([title, more, code, path]) => ({
      title: `${title} in a change`,
      subscription: {
        ...subscription,
        changes: [
          { effectiveDate: "2026-02-15", ratePlanId: "pro" },
          { ...change, ...more },
        ],
      },
      code,
      path: ["changes", 1, ...path],
    })),
  ]);

  it.each([null, 5, "2026-03-01", [], true])("are objects, not %j, and say so once", (each) => {
    expect(codesOf(changing(each))).toEqual(["invalid_type changes.0"]);
  });

  it.each([
    {},
    { takesEffect: "at-period-end" },
    { quantities: {} },
    { overrides: {} },
    { quantities: {}, overrides: {}, takesEffect: "on-date" },
    { status: undefined, ratePlanId: undefined },
    { status: null, ratePlanId: null, billingAnchor: null, quantities: null, overrides: null },
    { quantities: {}, takesEffect: null },
  ])("change something, unlike %o", (what) => {
    expect(changing(change, { effectiveDate: "2026-04-01", ...what })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "missing",
          path: ["changes", 1],
          message: "changes[1] must have something that changes, got an object",
        },
      ],
    });
  });

  describe("change one thing once on a date", () => {
    const price = { model: "flat", amount: 1 };
    const things = [
      ["ratePlanId", { ratePlanId: "pro" }, { ratePlanId: "gold" }],
      ["status", { status: "paused" }, { status: "active" }],
      ["billingAnchor", { billingAnchor: "calendar" }, { billingAnchor: "anniversary" }],
      ["quantities.seats", { quantities: { seats: 1, a: 1 } }, { quantities: { b: 1, seats: 2 } }],
      [
        "overrides.fee",
        { overrides: { fee: price, a: price } },
        { overrides: { b: price, fee: null } },
      ],
    ] as const;

    it.each(things)("%s", (thing, first, second) => {
      const effectiveDate = "2026-03-01";
      expect(
        changing(
          { effectiveDate: "2026-02-15", ...first },
          { effectiveDate, ...first },
          { effectiveDate, ...second },
        ),
      ).toMatchObject({
        ok: false,
        issues: [
          {
            code: "duplicate_change",
            path: ["changes", 2, "effectiveDate"],
            message: `changes[2].effectiveDate must be another date than changes[1], which changes ${thing} too, got "2026-03-01"`,
          },
        ],
      });
    });

    it.each(things)("%s, also where it is the same", (_thing, first) => {
      const same = { effectiveDate: "2026-03-01", ...first };
      const duplicates = codesOf(changing(same, same)) as readonly string[];
      expect(new Set(duplicates)).toEqual(new Set(["duplicate_change changes.1.effectiveDate"]));
    });

    it("but different things, also of one name in two fields", () => {
      const all = things.map(([, what]) => ({ effectiveDate: "2026-03-01", ...what }));
      const fee = { effectiveDate: "2026-03-01", quantities: { fee: 1 } };
      expect(changing(...all, fee).ok).toBe(true);
    });

    it("but on its date and at the end of its period, which are two moments", () => {
      const later = { ...change, status: "active", takesEffect: "at-period-end" };
      expect(changing(change, later).ok).toBe(true);
      expect(codesOf(changing({ ...change, takesEffect: "on-date" }, change))).toEqual([
        "duplicate_change changes.1.effectiveDate",
      ]);
      expect(codesOf(changing(later, later))).toEqual(["duplicate_change changes.1.effectiveDate"]);
    });

    it("however the date is written", () => {
      for (const effectiveDate of ["2026-03-01T00:00:00Z", "2026-03-01T01:00:00.000+01:00"]) {
        expect(codesOf(changing(change, { ...change, effectiveDate }))).toEqual([
          "duplicate_change changes.1.effectiveDate",
        ]);
      }
      expect(changing(change, { ...change, effectiveDate: "2026-03-01T00:00:00.001Z" }).ok).toBe(
        true,
      );
    });

    it("in the subscription's time zone, where dates begin", () => {
      const inNewYork = (effectiveDate: string) =>
        safeParseSubscription({
          ...subscription,
          timeZone: "America/New_York",
          changes: [change, { ...change, effectiveDate }],
        });
      expect(inNewYork("2026-03-01T00:00:00Z").ok).toBe(true);
      expect(codesOf(inNewYork("2026-03-01T05:00:00Z"))).toEqual([
        "duplicate_change changes.1.effectiveDate",
      ]);
    });

    it("and are not compared by dates that are wrong", () => {
      const never = { ...change, effectiveDate: "2026-02-30" };
      expect(codesOf(changing(never, never))).toEqual([
        "invalid_date changes.0.effectiveDate",
        "invalid_date changes.1.effectiveDate",
      ]);
      const undated = { status: "paused" };
      expect(codesOf(changing(undated, undated))).toEqual([
        "missing changes.0.effectiveDate",
        "missing changes.1.effectiveDate",
      ]);
    });
  });
});

/** Outcome policies of charges: what they may say, what is refused, and where they may stand. */
import {
  type OutcomePolicyInput,
  type PricingIssue,
  parseCharge,
  safeParseCharge,
  settleOutcomes,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { FAR, judging } from "../support/outcomes.js";
import { thawed, unchecked } from "../support/plans.js";

function issuesOf(charge: unknown): readonly PricingIssue[] {
  const result = safeParseCharge(unchecked(charge));
  return result.ok ? [] : result.issues;
}

/** What is wrong with a policy on a charge, as `code path`. */
function wrong(policy: unknown): readonly string[] {
  return issuesOf(judging(unchecked(policy))).map(({ code, path }) => `${code} ${path.join(".")}`);
}

const full = {
  qualifies: { all: [{ field: "properties.csat", atLeast: 4 }] },
  uniqueBy: { key: "properties.orderId", per: "window", window: "P30D", keep: "highest" },
  confirm: { signals: ["solved", "paid"], assumedAfter: "PT72H", silenceFrom: "first-event" },
  reverse: { signals: ["reopened"], within: "P14D", pricing: "original-price" },
  billOn: "settled",
} as const satisfies OutcomePolicyInput;

describe("a policy", () => {
  it("may say everything, and is kept as it is, with decimals in one form", () => {
    const charge = parseCharge(judging(full));
    expect(charge).toMatchObject({
      outcome: { ...full, qualifies: { all: [{ field: "properties.csat", atLeast: "4" }] } },
    });
    expect(thawed(charge)).toEqual([]);
    expect(parseCharge(charge)).toEqual(charge);
  });

  it.each<OutcomePolicyInput>([
    {},
    { qualifies: { any: [] } },
    { uniqueBy: { per: "lifetime" } },
    { uniqueBy: { per: "billing-period", keep: "last" } },
    { uniqueBy: { key: "name", per: "window", window: "PT1S" } },
    { confirm: {} },
    { confirm: { assumedAfter: "P1W" } },
    { confirm: { assumedAfter: "P1D", silenceFrom: "last-event" } },
    { confirm: { signals: ["a", "b"] } },
    { reverse: {} },
    { reverse: { within: "unlimited" } },
    { reverse: { within: "P1D", pricing: "re-rate" }, billOn: "settled" },
    { confirm: { assumedAfter: "P1D", silenceFrom: "outcome" } },
    { reverse: { within: "confirmation" }, billOn: "settled" },
    { reverse: {}, billOn: "occurred" },
    { reverse: { within: "unlimited" }, billOn: "confirmed" },
    // Without a reversal, an outcome settles when it is confirmed.
    { billOn: "settled" },
    { confirm: { signals: ["a"] }, reverse: { signals: ["b"] } },
  ])("may be %j, and fills nothing in", (policy) => {
    expect(parseCharge(judging(policy))).toHaveProperty("outcome", policy);
  });

  it.each<[unknown, readonly string[]]>([
    [7, ["invalid_type outcome"]],
    ["first", ["invalid_type outcome"]],
    [[], ["invalid_type outcome"]],
    [{ uniqueBy: { per: null } }, ["missing outcome.uniqueBy.per"]],
    [{ uniqueBy: { per: "window", window: null } }, ["missing outcome.uniqueBy.window"]],
    [
      { confirm: { assumedAfter: null, silenceFrom: "outcome" } },
      ["field_not_allowed outcome.confirm.silenceFrom"],
    ],
    [{ unique: {} }, ["unknown_key outcome.unique"]],
    [{ uniqueBy: {} }, ["missing outcome.uniqueBy.per"]],
    [{ uniqueBy: { per: "week" } }, ["invalid_value outcome.uniqueBy.per"]],
    [{ uniqueBy: { per: "lifetime", keep: "lowest" } }, ["invalid_value outcome.uniqueBy.keep"]],
    [{ uniqueBy: { per: "lifetime", key: "quantity" } }, ["invalid_value outcome.uniqueBy.key"]],
    [{ uniqueBy: { per: "lifetime", by: "a" } }, ["unknown_key outcome.uniqueBy.by"]],
    [{ uniqueBy: { per: "window" } }, ["missing outcome.uniqueBy.window"]],
    [
      { uniqueBy: { per: "lifetime", window: "P1D" } },
      ["field_not_allowed outcome.uniqueBy.window"],
    ],
    [
      { uniqueBy: { per: "billing-period", window: "P1D" } },
      ["field_not_allowed outcome.uniqueBy.window"],
    ],
    [{ confirm: { silenceFrom: "last-event" } }, ["field_not_allowed outcome.confirm.silenceFrom"]],
    [
      { confirm: { assumedAfter: "P1D", silenceFrom: "start" } },
      ["invalid_value outcome.confirm.silenceFrom"],
    ],
    [{ confirm: { by: ["a"] } }, ["unknown_key outcome.confirm.by"]],
    [{ reverse: { pricing: "free" } }, ["invalid_value outcome.reverse.pricing"]],
    [{ reverse: { after: "P1D" } }, ["unknown_key outcome.reverse.after"]],
    [{ billOn: "paid" }, ["invalid_value outcome.billOn"]],
    [{ billOn: "settled", reverse: {} }, ["invalid_value outcome.billOn"]],
    [{ billOn: "settled", reverse: { within: "unlimited" } }, ["invalid_value outcome.billOn"]],
    [
      { confirm: { signals: ["a", "b"] }, reverse: { signals: ["c", "b", "a"] } },
      ["duplicate_id outcome.reverse.signals.1", "duplicate_id outcome.reverse.signals.2"],
    ],
    [{ confirm: { signals: [7] } }, ["invalid_id outcome.confirm.signals.0"]],
    [{ qualifies: { field: "properties.csat" } }, ["missing outcome.qualifies"]],
  ])("%j is refused: %j", (policy, issues) => {
    expect(wrong(policy)).toEqual(issues);
  });

  it.each(["confirm", "reverse"])("must name a signal where it lists them: %s", (part) => {
    expect(wrong({ [part]: { signals: [] } })).toHaveLength(1);
    expect(wrong({ [part]: { signals: [] } })[0]).toContain(`outcome.${part}.signals`);
    expect(wrong({ [part]: { signals: [""] } })[0]).toContain(`outcome.${part}.signals.0`);
    expect(wrong({ [part]: { signals: "solved" } })).toEqual([
      `invalid_type outcome.${part}.signals`,
    ]);
  });

  it.each<[object, readonly string[]]>([
    [{ uniqueBy: { per: "lifetime", limit: 0 } }, ["out_of_range outcome.uniqueBy.limit"]],
    [{ uniqueBy: { per: "lifetime", limit: "all" } }, ["invalid_value outcome.uniqueBy.limit"]],
    [{ uniqueBy: { per: "lifetime", free: 1 } }, ["out_of_range outcome.uniqueBy.free"]],
    [{ uniqueBy: { per: "lifetime", limit: 3, free: 3 } }, ["out_of_range outcome.uniqueBy.free"]],
    [
      { uniqueBy: { per: "lifetime", limit: 3, free: 1.5 } },
      ["invalid_type outcome.uniqueBy.free"],
    ],
    [{ confirm: { require: "both" } }, ["invalid_value outcome.confirm.require"]],
  ])("refuses places that are none, and an unknown requirement: %j", (policy, issues) => {
    expect(wrong(policy)).toEqual(issues);
  });

  it.each([
    { uniqueBy: { per: "lifetime", free: 0 } },
    { uniqueBy: { per: "lifetime", limit: 3, free: 2 } },
    { uniqueBy: { per: "lifetime", limit: "unlimited", free: 1_000_000_000 } },
    { confirm: { signals: ["a", "b"], require: "all" } },
  ])("takes %j", (policy) => {
    expect(wrong(policy)).toEqual([]);
  });

  it("says every issue at once", () => {
    const policy = {
      uniqueBy: { per: "window" },
      confirm: { silenceFrom: "last-event" },
      reverse: {},
      billOn: "settled",
    };
    expect(wrong(policy).toSorted()).toEqual([
      "field_not_allowed outcome.confirm.silenceFrom",
      "invalid_value outcome.billOn",
      "missing outcome.uniqueBy.window",
    ]);
  });
});

describe("a duration in a policy", () => {
  const places = [
    ["confirm.assumedAfter", (text: unknown) => ({ confirm: { assumedAfter: text } })],
    ["uniqueBy.window", (text: unknown) => ({ uniqueBy: { per: "window", window: text } })],
  ] as const;
  const bad = [
    "P1M",
    "P1Y",
    "PT0S",
    "72h",
    "",
    "PT1.5H",
    "-P1D",
    "P99999999999D",
    `P${"9".repeat(1e5)}D`,
    7,
    true,
    {},
  ];

  it.each(places)("is refused where it is none: %s", (path, policyOf) => {
    for (const text of bad)
      expect(wrong(policyOf(text))).toEqual([`invalid_value outcome.${path}`]);
  });

  it("or unlimited, of a reversal, is refused where it is neither", () => {
    for (const within of bad) {
      const issues = wrong({ reverse: { within } });
      expect(issues).toHaveLength(1);
      expect(issues[0]).toMatch(/ outcome\.reverse\.within$/);
    }
  });

  it("is named with what was expected and what was found, never at length", () => {
    const [issue] = issuesOf(judging({ confirm: { assumedAfter: "P1M" } }));
    expect(issue).toMatchObject({
      code: "invalid_value",
      path: ["outcome", "confirm", "assumedAfter"],
      message:
        'outcome.confirm.assumedAfter must be an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as "PT72H", got "P1M"',
      received: '"P1M"',
    });
    const [long] = issuesOf(judging({ confirm: { assumedAfter: `P${"9".repeat(1e5)}D` } }));
    expect(long?.message.length).toBeLessThan(400);
  });
});

describe("messages", () => {
  it.each<[unknown, string]>([
    [
      { billOn: "settled", reverse: {} },
      'outcome.billOn must be "occurred" or "confirmed", as an outcome that may always be reversed never settles, got "settled"',
    ],
    [
      { uniqueBy: { per: "lifetime", window: "P1D" } },
      'outcome.uniqueBy.window is allowed only with per: "window", got "P1D"',
    ],
    [
      { uniqueBy: { per: "window" } },
      "outcome.uniqueBy.window is required: the length of the window, got nothing",
    ],
    [
      { uniqueBy: { per: "lifetime", limit: 3, free: 3 } },
      "outcome.uniqueBy.free must be less than limit (3), got 3",
    ],
    [
      { confirm: { silenceFrom: "first-event" } },
      'outcome.confirm.silenceFrom is allowed only with assumedAfter, got "first-event"',
    ],
    [
      { confirm: { signals: ["solved"] }, reverse: { signals: ["solved"] } },
      'outcome.reverse.signals[0] must be other than the names of signals that confirm, got "solved"',
    ],
  ])("of %j", (policy, message) => {
    expect(issuesOf(judging(unchecked(policy))).map((issue) => issue.message)).toEqual([message]);
  });
});

describe("a charge with a policy", () => {
  const of = (more: object) =>
    issuesOf({ ...judging({}), ...more }).map(({ code, path }) => `${code} ${path.join(".")}`);
  const perUnit = { model: "per-unit", unitPrice: 1 };

  it.each<[object, readonly string[]]>([
    [{ unitOfMeasure: "@action" }, ["field_not_allowed outcome"]],
    [{ unitOfMeasure: "outcome" }, ["field_not_allowed outcome"]],
    [{ chargeType: "recurring", pricing: perUnit }, ["field_not_allowed outcome"]],
    [
      { chargeType: "one-time", pricing: { model: "flat", amount: 1 } },
      ["field_not_allowed outcome"],
    ],
    [{ pricing: { model: "flat", amount: 1 } }, ["field_not_allowed outcome"]],
    [{ pricing: { model: "discount", percent: 1 } }, ["field_not_allowed outcome"]],
    [{ aggregation: "weighted-sum" }, ["field_not_allowed aggregation"]],
    [{ aggregation: "time-average" }, ["field_not_allowed aggregation"]],
  ])("%j is refused: %j", (more, issues) => {
    expect(of(more)).toEqual(issues);
  });

  it.each<Partial<UsageChargeInput>>([
    { aggregation: "count" },
    { aggregation: "max" },
    { aggregation: { type: "percentile", percentile: 50 } },
    { pricing: { model: "percentage", percent: 3 } },
    { pricing: { model: "pre-rated" } },
    { pricing: { model: "volume", tiers: [{ unitPrice: 3 }] } },
    { groupBy: { fields: ["name"] } },
  ])("may be %j", (more) => {
    expect(of(more)).toEqual([]);
  });

  it("cannot credit at the original price what has none: it is refused, not ignored", () => {
    const outcome = { reverse: { pricing: "original-price" as const } };
    for (const more of [{ pricing: { model: "percentage", percent: 3 } }, { aggregation: "max" }]) {
      expect(of({ ...more, outcome })).toEqual(["field_not_allowed outcome.reverse.pricing"]);
    }
  });

  it("keeps its policy beside later prices", () => {
    const revisions = [
      { effectiveDate: "2026-02-01", pricing: { model: "per-unit", unitPrice: 2 } },
    ];
    expect(of({ revisions, outcome: full })).toEqual([]);
  });
});

describe("settleOutcomes", () => {
  it("refuses the same policies, with paths from its own argument", () => {
    const settle = () =>
      settleOutcomes([], unchecked({ billOn: "settled", reverse: {} }), { asOf: FAR });
    expect(settle).toThrow(/policy\.billOn must be "occurred" or "confirmed"/);
  });
});

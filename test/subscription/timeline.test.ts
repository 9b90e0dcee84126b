/** The life of a subscription: what holds when, and the changes that cannot be. */
import {
  type ChargeInput,
  invoice,
  isPricingError,
  type PricingIssue,
  parseProduct,
  parseSubscription,
  type RatePlanInput,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { catalogReader } from "../../src/catalog/catalog.js";
import { DEFAULT_POLICY } from "../../src/catalog/policy.js";
import { overrideOf, quantityOf } from "../../src/subscription/effective-charge.js";
import { layOut } from "../../src/subscription/lay-out.js";
import { stateAt, type Timeline } from "../../src/subscription/timeline.js";
import { formatDate } from "../../src/time/date.js";
import { fee, perUnit, planOf, productOf, unchecked } from "../support/plans.js";

const seats: ChargeInput = {
  id: "seats",
  name: "seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "30" },
};
const desks = {
  ...seats,
  id: "desks",
  pricing: { model: "per-unit", unitPrice: "9" },
} as const satisfies ChargeInput;
const permutations = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const plans: readonly RatePlanInput[] = [
  planOf([fee("fee", "100"), seats, perUnit("outcome", "2")]),
  planOf([fee("fee", "200")], { id: "pro" }),
  planOf([desks], { id: "team" }),
  planOf([fee("fee", "90")], { id: "euro", currency: "EUR" }),
  planOf([fee("fee", "50")], {
    id: "sale",
    effectiveDate: "2026-02-01",
    endDate: "2026-03-01",
  }),
];
const base: SubscriptionInput = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "starter",
  startDate: "2026-01-01",
  quantities: { seats: 1 },
};

function timelineOf(more: Partial<SubscriptionInput>): Timeline {
  const issues: PricingIssue[] = [];
  const product = parseProduct(productOf(...plans));
  const timeline = layOut(
    parseSubscription({ ...base, ...more }),
    [product],
    catalogReader(DEFAULT_POLICY),
    issues,
  );
  if (timeline === undefined || issues.length > 0) throw new Error(JSON.stringify(issues));
  return timeline;
}

/** The states, as dates and what holds. */
function states(more: Partial<SubscriptionInput>): readonly string[] {
  const timeline = timelineOf(more);
  const date = (instant: number) =>
    instant === Number.POSITIVE_INFINITY ? "∞" : formatDate(instant, timeline.zone);
  return timeline.states.map((state) => {
    const { span, plan, planSince, unbilledReason, own } = state;
    const quantities = Object.fromEntries(
      [...own.quantities.keys()].flatMap((id) => {
        const quantity = quantityOf(state, id);
        return quantity === undefined ? [] : [[id, quantity]];
      }),
    );
    const overrides = [...own.overrides.keys()].filter((id) => overrideOf(state, id) !== undefined);
    return `${date(span.start)} ${date(span.end)} ${plan.plan.id} since ${date(planSince)} ${unbilledReason ?? "billed"} ${JSON.stringify([quantities, overrides])}`;
  });
}

describe("what holds when", () => {
  it("is one state where nothing changes", () => {
    expect(states({})).toEqual(['2026-01-01 ∞ starter since 2026-01-01 billed [{"seats":"1"},[]]']);
    expect(states({ endDate: "2026-03-01" })).toEqual([
      '2026-01-01 2026-03-01 starter since 2026-01-01 billed [{"seats":"1"},[]]',
    ]);
  });

  it("adds up from change to change, in whatever order they are listed", () => {
    const own = { model: "flat" as const, amount: "7" };
    const changes = [
      { effectiveDate: "2026-04-01", overrides: { fee: null } },
      { effectiveDate: "2026-02-01", quantities: { seats: 3 } },
      { effectiveDate: "2026-03-01", ratePlanId: "pro", overrides: { fee: own } },
    ];
    expect(states({ changes })).toEqual([
      '2026-01-01 2026-02-01 starter since 2026-01-01 billed [{"seats":"1"},[]]',
      '2026-02-01 2026-03-01 starter since 2026-01-01 billed [{"seats":"3"},[]]',
      '2026-03-01 2026-04-01 pro since 2026-03-01 billed [{"seats":"3"},["fee"]]',
      '2026-04-01 ∞ pro since 2026-03-01 billed [{"seats":"3"},[]]',
    ]);
  });

  it("takes several changes on one date together", () => {
    // The plan first, whose charges quantities and prices of one's own then name.
    const changes = [
      { effectiveDate: "2026-02-01", quantities: { desks: 3 } },
      { effectiveDate: "2026-02-01", overrides: { desks: { ...desks.pricing, unitPrice: "7" } } },
      { effectiveDate: "2026-02-01T00:00:00Z", ratePlanId: "team" },
    ];
    for (const [a, b, c] of permutations) {
      const ordered = [a, b, c].flatMap((index) => changes[index] ?? []);
      expect(states({ changes: ordered })).toEqual([
        '2026-01-01 2026-02-01 starter since 2026-01-01 billed [{"seats":"1"},[]]',
        '2026-02-01 ∞ team since 2026-02-01 billed [{"seats":"1","desks":"3"},["desks"]]',
      ]);
    }
  });

  it("is not billed in a trial and in pauses; a trial comes first", () => {
    const changes = [
      { effectiveDate: "2026-01-05", status: "paused" as const },
      { effectiveDate: "2026-01-20", status: "active" as const },
      { effectiveDate: "2026-01-25", status: "canceled" as const },
    ];
    const unbilled = (more: Partial<SubscriptionInput>) =>
      states(more).map((state) => state.split(" ").filter((_, index) => [0, 1, 5].includes(index)));
    expect(unbilled({ changes, trialDays: 10 })).toEqual([
      ["2026-01-01", "2026-01-05", "trial"],
      ["2026-01-05", "2026-01-11", "trial"],
      ["2026-01-11", "2026-01-20", "paused"],
      ["2026-01-20", "2026-01-25", "billed"],
    ]);
    expect(unbilled({ trialDays: 10, endDate: "2026-01-05" })).toEqual([
      ["2026-01-01", "2026-01-05", "trial"],
    ]);
  });

  it("waits for the end of the period that contains the date", () => {
    const later = (effectiveDate: string) =>
      states({
        changes: [{ effectiveDate, ratePlanId: "pro", takesEffect: "at-period-end" }],
      })[1]?.slice(0, 10);
    expect(later("2026-01-01")).toBe("2026-02-01");
    expect(later("2026-01-31T23:59:59.999Z")).toBe("2026-02-01");
    expect(later("2026-02-01")).toBe("2026-03-01");
  });

  it("waits in vain where the subscription ends first", () => {
    const changes: SubscriptionInput["changes"] = [
      { effectiveDate: "2026-02-10", ratePlanId: "pro", takesEffect: "at-period-end" },
    ];
    expect(states({ changes, endDate: "2026-02-20" })).toHaveLength(1);
    expect(states({ changes, endDate: "2026-03-01" })).toHaveLength(1);
    expect(states({ changes, endDate: "2026-03-02" })).toHaveLength(2);
  });

  it("waits for the period as earlier changes leave it", () => {
    const changes: SubscriptionInput["changes"] = [
      { effectiveDate: "2026-01-10", billingAnchor: "2026-01-20" },
      { effectiveDate: "2026-01-12", ratePlanId: "pro", takesEffect: "at-period-end" },
    ];
    expect(states({ changes }).at(-1)?.slice(0, 10)).toBe("2026-01-20");
  });

  it("is found for an instant, and nothing outside", () => {
    const timeline = timelineOf({ endDate: "2026-03-01" });
    const at = (text: string) => stateAt(timeline, Date.parse(text))?.plan.plan.id;
    expect(at("2025-12-31T23:59:59.999Z")).toBeUndefined();
    expect(at("2026-01-01")).toBe("starter");
    expect(at("2026-02-28T23:59:59.999Z")).toBe("starter");
    expect(at("2026-03-01")).toBeUndefined();
  });

  it("begins in the zone of the subscription", () => {
    const changes = [{ effectiveDate: "2026-02-01", ratePlanId: "pro" }];
    const { states: list, span } = timelineOf({ changes, timeZone: "America/New_York" });
    expect(span.start).toBe(Date.parse("2026-01-01T05:00:00Z"));
    expect(list[1]?.span.start).toBe(Date.parse("2026-02-01T05:00:00Z"));
  });
});

describe("a subscription that cannot be", () => {
  /** The issues of an invoice for January, as code, path, expectation and value. */
  function issues(more: object): readonly (readonly unknown[])[] {
    try {
      invoice({
        catalog: productOf(...plans),
        subscription: unchecked({ ...base, ...more }),
        period: { start: "2026-01-01", end: "2026-02-01" },
        usage: {},
      });
    } catch (error) {
      if (!isPricingError(error)) throw error;
      return error.issues.map(({ code, path, expected, received }) => [
        code,
        path.join("."),
        expected,
        received,
      ]);
    }
    throw new Error("the subscription was accepted");
  }
  const change = (more: object) => ({ changes: [{ effectiveDate: "2026-01-10", ...more }] });

  it.each<{ title: string; more: object; issue: readonly unknown[] }>([
    {
      title: "an unknown zone",
      more: { timeZone: "Mars/Olympus" },
      issue: [
        "unknown_time_zone",
        "subscription.timeZone",
        'the IANA name of a time zone, such as "Europe/Paris"',
        '"Mars/Olympus"',
      ],
    },
    {
      title: "an end before the start",
      more: { endDate: "2025-12-31" },
      issue: ["end_before_start", "subscription.endDate", expect.any(String), '"2025-12-31"'],
    },
    {
      title: "a start on a day that is none",
      more: { startDate: "2026-02-29" },
      issue: ["invalid_date", "subscription.startDate", "a date that exists", '"2026-02-29"'],
    },
    {
      title: "a change on a day that is none",
      more: change({ effectiveDate: "2026-04-31", ratePlanId: "pro" }),
      issue: [
        "invalid_date",
        "subscription.changes.0.effectiveDate",
        "a date that exists",
        '"2026-04-31"',
      ],
    },
    {
      title: "an anchor on a day that is none",
      more: { billingAnchor: "2026-02-30" },
      issue: ["invalid_date", "subscription.billingAnchor", "a date that exists", '"2026-02-30"'],
    },
    {
      title: "a change before the start",
      more: change({ effectiveDate: "2025-12-31", ratePlanId: "pro" }),
      issue: [
        "change_before_start",
        "subscription.changes.0.effectiveDate",
        "from the start of the subscription on (2026-01-01)",
        '"2025-12-31"',
      ],
    },
    {
      title: "a change at the end",
      more: { ...change({ ratePlanId: "pro" }), endDate: "2026-01-10" },
      issue: [
        "change_after_end",
        "subscription.changes.0.effectiveDate",
        "before the end of the subscription",
        '"2026-01-10"',
      ],
    },
    {
      title: "a change after a cancellation",
      more: {
        changes: [
          { effectiveDate: "2026-01-20", ratePlanId: "pro" },
          { effectiveDate: "2026-01-10", status: "canceled" },
        ],
      },
      issue: [
        "change_after_end",
        "subscription.changes.0.effectiveDate",
        "before the end of the subscription",
        '"2026-01-20"',
      ],
    },
    {
      title: "two changes of one thing on one date",
      more: {
        changes: [
          { effectiveDate: "2026-01-10", quantities: { seats: 2 } },
          { effectiveDate: "2026-01-10T00:00:00Z", quantities: { seats: 3 } },
        ],
      },
      issue: [
        "duplicate_change",
        "subscription.changes.1.effectiveDate",
        "another date than changes[0], which changes quantities.seats too",
        '"2026-01-10T00:00:00Z"',
      ],
    },
    {
      title: "a change of nothing",
      more: change({}),
      issue: ["missing", "subscription.changes.0", "something that changes", "an object"],
    },
    {
      title: "an unknown plan",
      more: change({ ratePlanId: "gold" }),
      issue: [
        "unknown_rate_plan",
        "subscription.changes.0.ratePlanId",
        "a rate plan of the catalog (starter, pro, team, euro, sale)",
        '"gold"',
      ],
    },
    {
      title: "a plan of another currency",
      more: change({ ratePlanId: "euro" }),
      issue: [
        "currency_mismatch",
        "subscription.changes.0.ratePlanId",
        "a rate plan in USD, the currency of the subscription",
        "euro in EUR",
      ],
    },
    {
      title: "a plan that is not sold yet at the change",
      more: change({ effectiveDate: "2026-01-31", ratePlanId: "sale" }),
      issue: [
        "outside_effective_dates",
        "subscription.changes.0.effectiveDate",
        "on or after 2026-02-01 and before 2026-03-01, when the rate plan is effective",
        '"2026-01-31"',
      ],
    },
    {
      title: "a plan that is no longer sold at the change",
      more: change({ effectiveDate: "2026-03-01", ratePlanId: "sale" }),
      issue: [
        "outside_effective_dates",
        "subscription.changes.0.effectiveDate",
        "on or after 2026-02-01 and before 2026-03-01, when the rate plan is effective",
        '"2026-03-01"',
      ],
    },
    {
      title: "a quantity of a charge that has none",
      more: change({ quantities: { outcome: 2 } }),
      issue: [
        "unknown_charge",
        "subscription.changes.0.quantities.outcome",
        "the id of a recurring charge that prices a quantity (seats)",
        '"outcome"',
      ],
    },
    {
      title: "a quantity of a charge that the new plan lacks",
      more: change({ ratePlanId: "pro", quantities: { seats: 2 } }),
      issue: [
        "unknown_charge",
        "subscription.changes.0.quantities.seats",
        expect.any(String),
        '"seats"',
      ],
    },
    {
      title: "a negative quantity",
      more: change({ quantities: { seats: -1 } }),
      issue: ["out_of_range", "subscription.changes.0.quantities.seats", expect.any(String), "-1"],
    },
    {
      title: "an override of an unknown charge",
      more: change({ overrides: { fees: { model: "flat", amount: "1" } } }),
      issue: [
        "unknown_charge",
        "subscription.changes.0.overrides.fees",
        "the id of a charge of rate plan starter (fee, seats, outcome)",
        '"fees"',
      ],
    },
    {
      title: "an override by a model that the charge type has not",
      more: change({ overrides: { fee: { model: "percentage", percent: "1" } } }),
      issue: [
        "model_not_allowed",
        "subscription.changes.0.overrides.fee.model",
        expect.any(String),
        '"percentage"',
      ],
    },
    {
      title: "an override by a model that counts, where nothing says what",
      more: change({ overrides: { fee: { model: "per-unit", unitPrice: "1" } } }),
      issue: [
        "missing_unit",
        "subscription.changes.0.overrides.fee.unitOfMeasure",
        expect.any(String),
        "nothing",
      ],
    },
    {
      title: "an unknown status",
      more: change({ status: "stopped" }),
      issue: ["invalid_value", "subscription.changes.0.status", expect.any(String), '"stopped"'],
    },
    {
      title: "an unknown field of a change",
      more: change({ plan: "pro" }),
      issue: ["unknown_key", "subscription.changes.0.plan", expect.any(String), expect.anything()],
    },
    {
      title: "a trial of no whole days",
      more: { trialDays: 1.5 },
      issue: [expect.any(String), "subscription.trialDays", expect.any(String), "1.5"],
    },
  ])("says so: $title", ({ more, issue }) => {
    expect(issues(more)).toContainEqual(issue);
  });

  it("is accepted just inside of every bound", () => {
    const sold = (effectiveDate: string) =>
      timelineOf({ changes: [{ effectiveDate, ratePlanId: "sale" }] }).states.at(-1)?.plan.plan.id;
    expect(sold("2026-02-01")).toBe("sale");
    expect(sold("2026-02-28T23:59:59.999Z")).toBe("sale");
    const first = timelineOf({ changes: [{ effectiveDate: "2026-01-01", ratePlanId: "pro" }] });
    expect(first.states.map(({ plan }) => plan.plan.id)).toEqual(["pro"]);
  });
});

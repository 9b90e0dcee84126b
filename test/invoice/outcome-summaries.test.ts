/** Documents from summaries of outcomes are those from their events, also where the charge had other prices before. */
import fc from "fast-check";
import {
  type Invoice,
  invoice,
  type OutcomePolicyInput,
  type SubscriptionChangeInput,
  summarizeRun,
  summarizeUsage,
  type UsageInput,
} from "rateplan";
import { usageSegments } from "rateplan/sql";
import { describe, expect, it } from "vitest";
import {
  type Happening,
  histories,
  judging,
  MONTHS,
  on,
  outcome,
  outcomePolicies,
  signal,
} from "../support/outcomes.js";
import { perUnit, planOf, productOf } from "../support/plans.js";

/** Two plans that price outcomes, at 1 and at 2; and one that does not. */
function threePlans(policy: OutcomePolicyInput) {
  const priced = ["1", "2"].map((unitPrice) =>
    judging(policy, { pricing: { model: "per-unit", unitPrice } }),
  );
  return productOf(
    ...["basic", "pro"].map((id, place) => planOf(priced.slice(place, place + 1), { id })),
    planOf([perUnit("calls", "1", { unitOfMeasure: "call" })], { id: "other" }),
  );
}

interface Life {
  readonly policy: OutcomePolicyInput;
  readonly happened: readonly Happening[];
  readonly changes: readonly SubscriptionChangeInput[];
}

/** The documents of January to March. */
function documentsOf({ policy, happened, changes }: Life, from: "events" | "summaries" | "run") {
  const catalog = threePlans(policy);
  const subscription = {
    ...{ id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" },
    changes,
  };
  let previous: readonly Invoice[] = [];
  for (const period of MONTHS.slice(0, 3)) {
    const request = { catalog, subscription, period, previous };
    const { charges, segments } = usageSegments([request]);
    const summaries = segments.map(({ charge, pauses: _, ...each }) => {
      const own = charges[Number(charge)];
      if (own === undefined) throw new Error("a segment of no charge");
      return summarizeUsage(happened, { charge: own, ...each });
    });
    const run = summarizeRun(happened, { catalog, subscriptions: [subscription], period });
    const usages: Readonly<Record<typeof from, UsageInput>> = {
      events: happened,
      summaries,
      run: run.subscriptions.flatMap((each) => each.summaries),
    };
    const usage = usages[from];
    previous = previous.concat(invoice({ ...request, usage }));
  }
  return previous;
}

function billed({ lines, total, provisional, unbilled }: Invoice) {
  return { lines, total, provisional, unbilled };
}

describe("an invoice from summaries of outcomes", () => {
  it("bills an outcome of a key once, whatever the plan was then", () => {
    const life: Life = {
      policy: { uniqueBy: { per: "lifetime" } },
      happened: [outcome("e1", 24, { subject: "c" }), outcome("e2", 57, { subject: "c" })],
      changes: [{ effectiveDate: "2026-01-28", ratePlanId: "pro" }],
    };
    // The first is billed in January, at 1; the second is of the same subject.
    expect(documentsOf(life, "summaries").map(({ total }) => total)).toEqual([
      "1.00",
      "0.00",
      "0.00",
    ]);
  });

  it.each(["pro", "other"])(
    "bills what is confirmed after a change to %s at the price of its time",
    (ratePlanId) => {
      const life: Life = {
        policy: { confirm: { signals: ["solved"] } },
        happened: [
          outcome("e1", 24, { subject: "c" }),
          signal("s1", 61, { name: "solved", subject: "c" }),
        ],
        changes: [{ effectiveDate: "2026-01-28", ratePlanId }],
      };
      // Day 61 is the 2nd of March.
      expect(documentsOf(life, "summaries").map(({ total }) => total)).toEqual([
        "0.00",
        "0.00",
        "1.00",
      ]);
    },
  );

  it.each(["call", "word"])("hears what happens to a subject in any unit: %s", (unitOfMeasure) => {
    const life: Life = {
      policy: { confirm: { assumedAfter: "P10D" } },
      // Confirmed ten days after the last that happened: the 3rd of February, day 34, in place of the 25th of January.
      happened: [
        outcome("e1", 15, { subject: "a" }),
        outcome("e2", 24, { subject: "a", unitOfMeasure }),
      ],
      changes: [],
    };
    for (const from of ["events", "summaries", "run"] as const) {
      expect(documentsOf(life, from).map(({ total }) => total)).toEqual(["0.00", "1.00", "0.00"]);
    }
  });

  it("knows of an event in another unit that a signal names", () => {
    const life: Life = {
      policy: { confirm: { signals: ["solved"] } },
      happened: [
        outcome("e1", 15, { source: "/crm" }),
        outcome("e1", 16, { unitOfMeasure: "call" }),
        signal("s1", 17, { confirms: "e1" }),
      ],
      changes: [],
    };
    // The signal has no source, so it names the call, and not the outcome of that source.
    for (const from of ["events", "summaries", "run"] as const) {
      expect(documentsOf(life, from)[0]?.total).toBe("0.00");
    }
  });

  it.each(["summaries", "run"] as const)("is the one from the events (%s)", (from) => {
    fc.assert(
      fc.property(histories, others, policies, changes, (happened, beside, policy, some) => {
        const life = { policy, happened: [...happened, ...beside], changes: some };
        expect(documentsOf(life, from).map(billed)).toEqual(
          documentsOf(life, "events").map(billed),
        );
      }),
    );
  });
});

const policies = fc.oneof(
  { weight: 2, arbitrary: outcomePolicies },
  {
    weight: 1,
    arbitrary: fc.constantFrom<OutcomePolicyInput>(
      { confirm: { assumedAfter: "P5D" } },
      { confirm: { assumedAfter: "P12D" }, uniqueBy: { per: "lifetime" } },
    ),
  },
);

/** Events of other units, priced or not, about the subjects of outcomes. */
const others = fc
  .array(
    fc.record({
      day: fc.integer({ min: 2, max: 160 }).map((half) => half / 2),
      subject: fc.constantFrom("a", "b", "c"),
      unitOfMeasure: fc.constantFrom("call", "word"),
    }),
    { maxLength: 6 },
  )
  .map((all) => all.map(({ day, ...more }, index) => outcome(`o${index}`, day, more)));

const changes = fc.array(
  fc
    .tuple(
      fc.integer({ min: 2, max: 80 }).map((day) => on(day).slice(0, 10)),
      fc.constantFrom<Partial<SubscriptionChangeInput>>(
        { ratePlanId: "pro" },
        { ratePlanId: "basic" },
        { ratePlanId: "other" },
        { status: "paused" },
        { status: "active" },
      ),
    )
    .map(([effectiveDate, change]): SubscriptionChangeInput => ({ effectiveDate, ...change })),
  { maxLength: 3 },
);

/** Whatever becomes of a subscription, its documents from the summaries of runs are those from its events. */
import fc from "fast-check";
import {
  documentsDue,
  type Invoice,
  invoice,
  type Period,
  type RunOptions,
  type SubscriptionInput,
  summarizeRun,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
  type UsageInput,
} from "rateplan";
import { usageSegments } from "rateplan/sql";
import { describe, expect, it } from "vitest";
import { knownInTheEnd } from "../support/biller.js";
import type { Life } from "../support/life-oracle.js";
import { lives, outcomeLives, WIDE } from "../support/lives.js";
import { outcome } from "../support/outcomes.js";
import { perUnit, planOf, productOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const UNTIL = "2027-06-01";

interface Sold {
  readonly catalog: RunOptions["catalog"];
  readonly subscription: SubscriptionInput;
  readonly usage: readonly UsageEventInput[];
}

/** What a run over a period gives the document of it. */
function ofRun({ catalog, subscription, usage }: Sold, period: Period) {
  const { subscriptions } = summarizeRun(usage, { catalog, subscriptions: [subscription], period });
  return subscriptions.flatMap(({ summaries }) => summaries);
}

/** Each document from events, and from the summaries of a run over its period, after those from events before it. */
function bothWays(sold: Sold, until = UNTIL): readonly (readonly [Invoice, Invoice])[] {
  const { catalog, subscription, usage } = sold;
  const pairs: (readonly [Invoice, Invoice])[] = [];
  for (;;) {
    const previous = pairs.map(([document]) => document);
    const last = previous.at(-1);
    const [due] = documentsDue(subscription, { catalog, until, ...(last && { last }) });
    if (due === undefined) return pairs;
    const { period } = due;
    const request = { catalog, subscription, period, previous };
    const isOfMoment = period.start === period.end;
    const summaries = isOfMoment ? [] : ofRun(sold, period);
    pairs.push([
      invoice({ ...request, usage: isOfMoment ? [] : usage }),
      invoice({ ...request, usage: summaries }),
    ]);
  }
}

const billedAs = ({ lines, total, provisional }: Invoice) => ({ lines, total, provisional });

function expectSame(sold: Sold): void {
  for (const [fromEvents, fromRun] of bothWays(sold)) {
    expect(billedAs(fromRun)).toEqual(billedAs(fromEvents));
  }
}

const sameOf = (life: Life) => expectSame(knownInTheEnd(life));

describe("documents from the summaries of runs", () => {
  it("LAW: are those from events, whatever the life", () => {
    fc.assert(fc.property(lives(WIDE), sameOf), tries(30));
  });

  it("LAW: are those from events, whatever waits", () => {
    fc.assert(
      fc.property(outcomeLives({ kinds: WIDE.kinds, changes: 4, back: false }), sameOf),
      tries(60),
    );
  });
});

const JANUARY = { start: "2026-01-01", end: "2026-02-01" };
const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const waiting = perUnit("o", "1", {
  unitOfMeasure: "@outcome",
  outcome: { confirm: { assumedAfter: "P10D" } },
});
const tokens = (unitPrice: string) => perUnit("t", unitPrice, { unitOfMeasure: "token" });

function sold(
  plans: readonly (readonly UsageChargeInput[])[],
  life: Partial<SubscriptionInput>,
  usage: readonly UsageEventInput[],
): Sold {
  const [first = "", ...others] = plans.map((_, index) => `plan ${index}`);
  return {
    catalog: productOf(
      ...plans.map((charges, index) => planOf(charges, { id: [first, ...others][index] ?? "" })),
    ),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: first,
      startDate: "2026-01-01",
      ...life,
    },
    usage,
  };
}

const LEFT: readonly (readonly [string, Partial<SubscriptionInput>])[] = [
  ["the plan was left", { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "plan 1" }] }],
  ["the subscription is paused", { changes: [{ effectiveDate: "2026-02-01", status: "paused" }] }],
  ["the subscription has ended", { endDate: "2026-02-01" }],
];

describe("what waits when", () => {
  // On the 29th of January, and certain ten days later.
  const usage = [outcome("e1", 29)];
  const billed = (life: Partial<SubscriptionInput>) => {
    const own = sold([[waiting], [tokens("1")]], life, usage);
    const { catalog, subscription } = own;
    const january = invoice({ catalog, subscription, period: JANUARY, usage });
    const request = { catalog, subscription, period: FEBRUARY, previous: [january] };
    return { own, bill: (given: UsageInput) => invoice({ ...request, usage: given }) };
  };

  it.each(LEFT)("%s is in the run, and billed", (_, life) => {
    const { own, bill } = billed(life);
    expect(ofRun(own, FEBRUARY).map(({ chargeId }) => chargeId)).toContain("o");
    expect([bill(usage).total, bill(ofRun(own, FEBRUARY)).total]).toEqual(["1.00", "1.00"]);
  });

  it.each(LEFT)("%s and is not given is said to be missing, whatever else is given", (_, life) => {
    const { own, bill } = billed(life);
    const others = ofRun(own, FEBRUARY).filter(({ chargeId }) => chargeId !== "o");
    for (const given of [[], others, others.length === 0 ? {} : { t: 0 }]) {
      const [warning] = bill(given).warnings;
      expect(warning?.code).toBe("usage_incomplete");
      expect(warning?.message).toContain("1 outcomes of charge o were pending");
    }
    expect(bill(ofRun(own, FEBRUARY)).warnings).toEqual([]);
  });

  it("a quantity of today's charge is given says nothing of the plan that was left", () => {
    const dear = { ...waiting, pricing: { model: "per-unit", unitPrice: "2" } } as const;
    const changes = [{ effectiveDate: "2026-02-01", ratePlanId: "plan 1" }];
    const { catalog, subscription } = sold([[waiting], [dear]], { changes }, usage);
    const january = invoice({ catalog, subscription, period: JANUARY, usage });
    const request = { catalog, subscription, period: FEBRUARY, previous: [january] };
    const february = invoice({ ...request, usage: { o: 3 } });
    expect([february.total, february.warnings.map(({ code }) => code)]).toEqual([
      "6.00",
      ["usage_incomplete"],
    ]);
    // In March, what waits is of the new plan, whose quantity says it all.
    const next = { ...request, period: { start: "2026-03-01", end: "2026-04-01" } };
    const late = invoice({ ...request, usage: [...usage, outcome("e2", 55)] });
    const march = invoice({ ...next, previous: [january, late], usage: { o: 1 } });
    expect([late.provisional[0]?.pending, march.warnings]).toEqual(["1", []]);
  });
});

describe("a run", () => {
  it("knows of a pause what the document knows, and nothing of a resume that lies ahead", () => {
    const quarterly = perUnit("q", "1", { unitOfMeasure: "gb", billingCycle: "quarterly" });
    const changes = [
      { effectiveDate: "2026-01-20", status: "paused" as const },
      { effectiveDate: "2026-02-14", status: "active" as const },
    ];
    const usage = [outcome("e1", 10, { unitOfMeasure: "gb" })];
    expectSame(sold([[quarterly, perUnit("m", "1", { unitOfMeasure: "gb" })]], { changes }, usage));
  });

  it("sums up all stretches of a billing period that ends in it", () => {
    const changes = [{ effectiveDate: "2026-01-20", ratePlanId: "plan 1" }];
    const usage = [16, 25].map((day) => outcome(`e${day}`, day + 0.5, { unitOfMeasure: "token" }));
    const own = sold([[tokens("1")], [tokens("2")]], { startDate: "2026-01-15", changes }, usage);
    const periods = ofRun(own, FEBRUARY).map(({ period }) => period);
    expect(periods).toEqual([
      { start: "2026-01-15", end: "2026-01-20" },
      { start: "2026-01-20", end: "2026-02-15" },
    ]);
    expect(ofRun(own, JANUARY)).toEqual([]);
    expectSame(own);
  });

  it.each(["restart", "continue"] as const)("says each stretch once where tiers %s", (tiers) => {
    const changes = [{ effectiveDate: "2026-01-20", ratePlanId: "plan 1" }];
    const usage = [16, 25].map((day) => outcome(`e${day}`, day, { unitOfMeasure: "token" }));
    const { catalog, subscription } = sold([[tokens("1")], [tokens("2")]], { changes }, usage);
    const policy = { tiersAtChange: tiers };
    const request = { catalog, subscription, period: JANUARY, policy };
    const run = summarizeRun(usage, {
      catalog,
      subscriptions: [subscription],
      period: JANUARY,
      policy,
    });
    expect(run.subscriptions[0]?.summaries).toHaveLength(2);
    const { charges, segments } = usageSegments([request]);
    const asked = segments.map(({ charge, pauses: _, ...each }) => {
      const own = charges[Number(charge)];
      if (own === undefined) throw new Error("a segment of no charge");
      return summarizeUsage(usage, { charge: own, ...each });
    });
    // One at 1 before the change, one at 2 after it.
    expect(invoice({ ...request, usage: asked }).total).toBe("3.00");
  });
});

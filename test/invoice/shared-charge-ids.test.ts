/** Plans may price different usage under one charge id, some of it as outcomes that wait and some as it happens. */
import fc from "fast-check";
import {
  documentsDue,
  type Invoice,
  invoice,
  type OutcomePolicyInput,
  type Period,
  type ProductInput,
  type RatePlanInput,
  type SubscriptionInput,
  summarizeRun,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { usageSegments } from "rateplan/sql";
import { describe, expect, it } from "vitest";
import { on, outcome } from "../support/outcomes.js";
import { perUnit, planOf, productOf, totalOf } from "../support/plans.js";

type Unit = "@outcome" | "gb";

interface Offer {
  readonly unit: Unit;
  readonly outcome: OutcomePolicyInput | undefined;
}

/** A life on plans that have the charges `o` and `t`, at prices that tell all of them apart. */
interface Life {
  readonly plans: readonly (readonly Offer[])[];
  readonly changes: NonNullable<SubscriptionInput["changes"]>;
  readonly events: readonly UsageEventInput[];
}

const IDS = ["o", "t"];
const LAST_DAY = "2027-01-01";

/** A power of ten for each, as nobody has ten events. */
function priceOf(plan: number, charge: number): number {
  return 10 ** (plan * IDS.length + charge);
}

function planNamed(offers: readonly Offer[], plan: number): RatePlanInput {
  const charges = offers.map(({ unit, outcome: policy }, place): UsageChargeInput => {
    const more = policy === undefined ? {} : { outcome: policy };
    const price = String(priceOf(plan, place));
    return perUnit(IDS[place] ?? "", price, { unitOfMeasure: unit, ...more });
  });
  return planOf(charges, { id: `plan ${plan}` });
}

function subscriptionOf({ changes }: Life): SubscriptionInput {
  const id = "s1";
  return {
    id,
    customerId: "acme",
    ratePlanId: "plan 0",
    startDate: "2026-01-01",
    changes,
    endDate: "2026-06-01",
  };
}

/** What documents are written from: events, summaries of what each needs, or those of a run over its period. */
type Source = "events" | "summaries" | "run";

function documentsOf(life: Life, from: Source): readonly Invoice[] {
  const catalog = productOf(...life.plans.map(planNamed));
  const subscription = subscriptionOf(life);
  const previous: Invoice[] = [];
  for (;;) {
    const last = previous.at(-1);
    const options = { catalog, until: LAST_DAY, ...(last && { last }) };
    const [due] = documentsDue(subscription, options);
    if (due === undefined) return previous;
    const request = { catalog, subscription, period: due.period, previous: [...previous] };
    const usages = {
      events: () => life.events,
      summaries: () => summariesFor(request, life.events),
      run: () => runOver(request, life.events),
    };
    previous.push(invoice({ ...request, usage: usages[from]() }));
  }
}

function runOver({ catalog, subscription, period }: Needed, events: readonly UsageEventInput[]) {
  if (period.start === period.end) return [];
  const run = summarizeRun(events, { catalog, subscriptions: [subscription], period });
  return run.subscriptions.flatMap(({ summaries }) => summaries);
}

interface Needed {
  readonly catalog: ProductInput;
  readonly subscription: SubscriptionInput;
  readonly period: Period;
  readonly previous: readonly Invoice[];
}

function summariesFor(request: Needed, events: readonly UsageEventInput[]) {
  const { charges, segments } = usageSegments([request]);
  return segments.map(({ charge, pauses, ...each }) => {
    const own = charges[Number(charge)];
    if (own === undefined) throw new Error("a segment of no charge");
    // A summary knows nothing of pauses; outcomes are judged anew, by who knows them.
    const counted = events.filter(
      ({ timestamp }) =>
        own.outcome !== undefined ||
        (pauses ?? []).every(({ start, end }) => timestamp < start || timestamp >= end),
    );
    return summarizeUsage(counted, { charge: own, ...each });
  });
}

function billed(documents: readonly Invoice[]): bigint {
  return totalOf(documents.map(({ total }) => total)) / 100n;
}

/** What all events come to at the prices of the plan of their time. */
function owed({ plans, changes, events }: Life): bigint {
  return events.reduce((all, { timestamp, unitOfMeasure }) => {
    const past = changes.filter(({ effectiveDate }) => String(effectiveDate) <= timestamp);
    const status = past.findLast((each) => each.status !== undefined)?.status;
    const plan = past.findLast((each) => each.ratePlanId !== undefined)?.ratePlanId ?? "plan 0";
    if (status === "paused" || timestamp >= "2026-06-01") return all;
    const index = Number(plan.slice(-1));
    const prices = (plans[index] ?? []).map(({ unit }, place) =>
      unit === unitOfMeasure ? priceOf(index, place) : 0,
    );
    return all + prices.reduce((sum, each) => sum + BigInt(each), 0n);
  }, 0n);
}

const policies = fc.constantFrom<OutcomePolicyInput>(
  {},
  { confirm: { assumedAfter: "P5D" } },
  { confirm: { assumedAfter: "P40D" } },
  { reverse: { signals: ["reopened"], within: "P20D" }, billOn: "settled" },
);
const offers = fc.oneof(
  fc.record<Offer>({ unit: fc.constantFrom("@outcome", "gb"), outcome: fc.constant(undefined) }),
  fc.record<Offer>({ unit: fc.constant("@outcome"), outcome: policies }),
);
const change = fc
  .tuple(
    fc.constantFrom(10, 20, 32, 45, 46, 60, 61, 75, 91, 110),
    fc.oneof(
      fc.nat(2).map((plan) => ({ ratePlanId: `plan ${plan}` })),
      fc.constantFrom({ status: "paused" as const }, { status: "active" as const }),
    ),
  )
  .map(([day, more]) => ({ effectiveDate: on(day).slice(0, 10), ...more }));
const event = fc.record({
  unitOfMeasure: fc.constantFrom("@outcome", "gb"),
  day: fc.integer({ min: 2, max: 300 }).map((half) => half / 2),
});
const lives: fc.Arbitrary<Life> = fc.record({
  plans: fc.array(fc.array(offers, { minLength: 1, maxLength: 2 }), { minLength: 3, maxLength: 3 }),
  changes: fc
    .uniqueArray(change, { maxLength: 4, selector: ({ effectiveDate }) => effectiveDate })
    .map((all) => all.toSorted((a, b) => (a.effectiveDate < b.effectiveDate ? -1 : 1))),
  events: fc
    .array(event, { maxLength: 9 })
    .map((all) =>
      all.map(({ unitOfMeasure, day }, index) => outcome(`e${index}`, day, { unitOfMeasure })),
    ),
});

describe("charges of one id, of which some judge outcomes and some do not", () => {
  it("LAW: bill each event once, at the price of the plan of its time", () => {
    fc.assert(
      fc.property(lives, (life) => {
        expect(billed(documentsOf(life, "events"))).toBe(owed(life));
      }),
    );
  });

  it.each(["summaries", "run"] as const)("LAW: bill the same from summaries (%s)", (from) => {
    fc.assert(
      fc.property(lives, (life) => {
        const [events, summaries] = [documentsOf(life, "events"), documentsOf(life, from)];
        expect(summaries.map(billedAs)).toEqual(events.map(billedAs));
      }),
    );
  });

  const billedAs = ({ lines, provisional }: Invoice) => ({ lines, provisional });

  const happened = (unitOfMeasure: Unit, day: number) => outcome("e1", day, { unitOfMeasure });
  const moved = { effectiveDate: "2026-02-01", ratePlanId: "plan 1" };
  const totals = (life: Life, from: Source) =>
    documentsOf(life, from)
      .slice(0, 3)
      .map(({ total }) => total);

  it.each(["events", "summaries", "run"] as const)(
    "bill what waits once, when the plan before did not wait (%s)",
    (from) => {
      // Day 35 is the 4th of February; certain thirty days later: the plan of January bills nothing of it.
      const waiting = { unit: "@outcome", outcome: { confirm: { assumedAfter: "P30D" } } } as const;
      const life: Life = {
        plans: [[{ unit: "@outcome", outcome: undefined }], [waiting]],
        changes: [moved],
        events: [happened("@outcome", 35)],
      };
      expect(totals(life, from)).toEqual(["0.00", "0.00", "100.00"]);
    },
  );

  it.each(["events", "summaries", "run"] as const)(
    "bill nothing that the plan of its time does not price (%s)",
    (from) => {
      const life: Life = {
        plans: [[{ unit: "gb", outcome: undefined }], [{ unit: "@outcome", outcome: {} }]],
        changes: [moved],
        events: [happened("gb", 35)],
      };
      expect(totals(life, from)).toEqual(["0.00", "0.00", "0.00"]);
    },
  );

  it("bill an event once on a document, when a price of the customer's own follows", () => {
    const life: Life = {
      plans: [[{ unit: "@outcome", outcome: {} }], [{ unit: "gb", outcome: undefined }]],
      changes: [
        moved,
        { effectiveDate: "2026-02-14", overrides: { o: { model: "per-unit", unitPrice: "3" } } },
      ],
      events: [happened("gb", 55)],
    };
    const [, february] = documentsOf(life, "events");
    expect(february?.lines.map(({ key, amount }) => `${key} ${amount}`)).toEqual([
      "usage:o@2026-02-14 3.00",
    ]);
  });
});

/** Documents from what a database counts, and from the events in process. */
import fc from "fast-check";
import {
  type Invoice,
  invoice,
  type SubscriptionChangeInput,
  summarizeUsage,
  type UsageSummary,
} from "rateplan";
import { usageSegments } from "rateplan/sql";
import { expect } from "vitest";
import { histories, judging, MONTHS, on, outcomePolicies, seller } from "../../support/outcomes.js";
import { AGENT_TYPE, perUnit, planOf, productOf } from "../../support/plans.js";
import { TABLE } from "../../support/sql/engine.js";
import { type Clause, counted } from "./clause.js";

const outcomes: Clause = {
  name: "gives the events by which outcomes are judged, so that documents are the same",
  share: 1 / 3,
  check: (engine, runs) =>
    fc.assert(
      fc.asyncProperty(histories, outcomePolicies, async (list, policy) => {
        const tiers = [{ upTo: 3, unitPrice: 5 }, { unitPrice: 2 }];
        const charges = [
          judging(policy),
          perUnit("each", "0.5", { unitOfMeasure: "@outcome", groupBy: { fields: ["subject"] } }),
          perUnit("high", "1", {
            unitOfMeasure: "@outcome",
            aggregation: "max",
            pricing: { model: "tiered", tiers },
          }),
        ];
        const { bill } = seller(charges);
        await engine.load(list);
        let [ours, theirs]: [Invoice[], Invoice[]] = [[], []];
        for (const period of MONTHS.slice(0, 3)) {
          const at = { customerId: "acme", subscriptionId: "s1", agentType: AGENT_TYPE, period };
          const usage = await counted(engine, {
            dialect: engine.dialect,
            events: TABLE,
            charges,
            segments: [at],
          });
          const [counting] = [usage[0]].flatMap((each) => (each === undefined ? [] : [each]));
          expect(counting && judgedAs(counting)).toEqual(
            judgedAs(summarizeUsage(list, { charge: judging(policy), ...at })),
          );
          const options = { policy: { deduplicate: false } };
          ours = [...ours, bill(period, usage, { ...options, previous: ours })];
          theirs = [...theirs, bill(period, list, { previous: theirs })];
          const [own, other] = [ours.at(-1), theirs.at(-1)];
          expect(own?.lines).toEqual(other?.lines);
          expect(own?.total).toBe(other?.total);
        }
      }),
      runs,
    ),
};

/** What a summary says of outcomes, wherever they were judged. */
function judgedAs({ quantity, groups, report }: UsageSummary) {
  return { quantity, groups, matched: report.counts.matched };
}

const changed: Clause = {
  name: "counts what documents are priced from: over changes of plan and price, pauses and zones",
  share: 1 / 3,
  check: (engine, runs) =>
    fc.assert(
      fc.asyncProperty(histories, changes, zone, async (list, some, timeZone) => {
        const subscription = {
          ...{ id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" },
          ...{ timeZone, changes: some },
        };
        const happened = list.filter((each) => "unitOfMeasure" in each);
        await engine.load(happened);
        let [ours, theirs]: [Invoice[], Invoice[]] = [[], []];
        for (const period of MONTHS.slice(0, 3)) {
          const request = { catalog: TWO_PLANS, subscription, period };
          const policy = { deduplicate: false };
          const needed = usageSegments([{ ...request, previous: ours, policy }]);
          const usage =
            needed.segments.length === 0
              ? []
              : await counted(engine, { ...needed, events: TABLE, dialect: engine.dialect });
          ours = [...ours, invoice({ ...request, usage, previous: ours, policy })];
          theirs = [...theirs, invoice({ ...request, usage: happened, previous: theirs })];
          const [own, other] = [ours.at(-1), theirs.at(-1)];
          expect(own?.lines).toEqual(other?.lines);
          expect(own?.total).toBe(other?.total);
        }
      }),
      runs,
    ),
};

const zone = fc.constantFrom("UTC", "America/Havana", "Asia/Kolkata");
const date = fc.integer({ min: 2, max: 80 }).map((day) => on(day).slice(0, 10));

/** Changes of January to March. */
const changes: fc.Arbitrary<SubscriptionChangeInput[]> = fc.array(
  fc
    .tuple(
      date,
      fc.constantFrom<Partial<SubscriptionChangeInput>>(
        { ratePlanId: "pro" },
        { ratePlanId: "basic" },
        { status: "paused" },
        { status: "active" },
        { overrides: { each: { model: "per-unit", unitPrice: "0.25" } } },
      ),
    )
    .map(([effectiveDate, change]) => ({ effectiveDate, ...change })),
  { maxLength: 3 },
);

const TWO_PLANS = productOf(
  ...["basic", "pro"].map((id) =>
    planOf(
      [
        perUnit("each", id === "pro" ? "0.5" : "1", { unitOfMeasure: "@outcome" }),
        perUnit("level", "1", {
          unitOfMeasure: "@outcome",
          aggregation: { type: "time-average", carryOver: true },
        }),
        perUnit("peak", "1", {
          unitOfMeasure: "@outcome",
          aggregation: { type: "max", of: "sum", per: "day" },
          filter: { where: { not: { localWeekday: id === "pro" ? ["sunday"] : ["monday"] } } },
        }),
      ],
      { id },
    ),
  ),
);

export const DOCUMENTS: readonly Clause[] = [outcomes, changed];

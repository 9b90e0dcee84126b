/** A charge of a plan that was left bills outcomes that wait, and nothing where there are none. */
import {
  invoice,
  type Period,
  summarizeRun,
  type UsageChargeInput,
  type UsageInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { outcome } from "../support/outcomes.js";
import { JANUARY, perUnit, planOf, productOf } from "../support/plans.js";

const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };

/** Five in any case, and one for each unit above four. */
const pricing = { model: "overage", baseFee: 5, includedUnits: 4, unitPrice: 1 } as const;

const COUNTED: Readonly<Record<string, Partial<UsageChargeInput>>> = {
  "as one": {},
  "by group": { groupBy: { fields: ["name"] } },
  "across groups": { groupBy: { fields: ["name"], tiers: "across-groups" } },
  "as the highest": { aggregation: "max" },
  "as subjects": { aggregation: { type: "unique-count", by: "subject" } },
};

describe.each(Object.entries(COUNTED))("a base fee of outcomes that are counted %s", (_, more) => {
  const policies = [{}, { confirm: { assumedAfter: "P10D" } }];
  const left = (policy: UsageChargeInput["outcome"]) => ({
    catalog: productOf(
      planOf(
        [perUnit("o", "1", { unitOfMeasure: "@outcome", pricing, outcome: policy, ...more })],
        {
          id: "old",
        },
      ),
      planOf([perUnit("t", "1", { unitOfMeasure: "token" })], { id: "new" }),
    ),
    subscription: {
      ...{ id: "s1", customerId: "acme", ratePlanId: "old", startDate: "2026-01-01" },
      changes: [{ effectiveDate: "2026-02-01", ratePlanId: "new" }],
    },
  });

  it.each(policies)("is not billed after the plan was left, whatever is given: %j", (policy) => {
    const { catalog, subscription } = left(policy);
    const happened = [outcome("e1", 3, { name: "x", subject: "a" })];
    const january = invoice({ catalog, subscription, period: JANUARY, usage: happened });
    expect(january.total).toBe("5.00");
    const request = { catalog, subscription, period: FEBRUARY, previous: [january] };
    const run = summarizeRun(happened, {
      catalog,
      subscriptions: [subscription],
      period: FEBRUARY,
    });
    const summaries = run.subscriptions.flatMap((each) => each.summaries);
    const given: readonly UsageInput[] = [[], happened, summaries, { t: 0 }];
    expect(given.map((usage) => invoice({ ...request, usage }).total)).toEqual(
      given.map(() => "0.00"),
    );
  });
});

it("a grouped charge without usage bills the same from quantities that do not name it as from no events", () => {
  const grouped = perUnit("g", "1", {
    unitOfMeasure: "gb",
    pricing,
    groupBy: { fields: ["name"] },
  });
  const catalog = productOf(
    planOf([grouped, perUnit("t", "1", { unitOfMeasure: "token" })], { id: "p" }),
  );
  const subscription = { id: "s1", customerId: "acme", ratePlanId: "p", startDate: "2026-01-01" };
  const given: readonly UsageInput[] = [[], {}, { t: 0 }];
  const totals = given.map(
    (usage) => invoice({ catalog, subscription, period: JANUARY, usage }).total,
  );
  expect(totals).toEqual(["0.00", "0.00", "0.00"]);
});

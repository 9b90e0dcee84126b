/** A subscription that is canceled on the day on which it starts: nothing is billed of it, and what was billed is taken back. */
import { documentsDue } from "rateplan";
import { describe, expect, it } from "vitest";
import { documentOf, subscriptionOf } from "../support/chain.js";
import { issuesOf, planOf, productOf } from "../support/plans.js";

const START = "2026-01-15";
const moment = { start: START, end: START };
const plans = [
  planOf([
    {
      id: "fee",
      name: "Fee",
      chargeType: "recurring",
      billingTiming: "in-advance",
      pricing: { model: "flat", amount: "100" },
    },
  ]),
];
const running = { plans, subscription: { startDate: START } };
const canceled = {
  plans,
  subscription: { startDate: START, changes: [{ effectiveDate: START, status: "canceled" }] },
} as const;
const due = (last?: ReturnType<typeof documentOf>) =>
  documentsDue(subscriptionOf(canceled), {
    catalog: productOf(...plans),
    until: "2026-06-01",
    ...(last === undefined ? {} : { last }),
  });

describe("a subscription that is canceled on its first day", () => {
  it("has no documents where none was written", () => {
    expect(due()).toEqual([]);
    expect(documentOf(canceled, moment)).toMatchObject({ lines: [], total: "0.00" });
    const month = { start: START, end: "2026-02-15" };
    expect(issuesOf(() => documentOf(canceled, month))).toEqual(["not_a_billing_period period"]);
  });

  it("takes back what was billed in advance, by one document that is due", () => {
    const opening = documentOf(running, moment);
    expect(opening.total).toBe("100.00");
    const [change, ...others] = due(opening);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ scope: "change", period: moment, dueFrom: START });
    const document = documentOf(canceled, moment, [opening]);
    expect(document.idempotencyKey).toBe(change?.idempotencyKey);
    expect(document.total).toBe("-100.00");
    expect(due(document)).toEqual([]);
  });
});

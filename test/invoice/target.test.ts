/** What a document may be for: a billing period, the opening, a change, and what comes after the end. */
import {
  type ChargeInput,
  type PricingIssue,
  parseProduct,
  parseSubscription,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { catalogReader } from "../../src/catalog/catalog.js";
import { DEFAULT_POLICY } from "../../src/catalog/policy.js";
import { findTarget } from "../../src/invoice/request/target.js";
import { layOut } from "../../src/subscription/lay-out.js";
import type { Timeline } from "../../src/subscription/timeline.js";
import { fee, planOf, productOf } from "../support/plans.js";

const at = (text: string) => Date.parse(text);
const advance = fee("fee", "100", { billingTiming: "in-advance" } as Partial<ChargeInput>);

function timelineOf(more: Partial<SubscriptionInput>): Timeline {
  const issues: PricingIssue[] = [];
  const timeline = layOut(
    parseSubscription({
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...more,
    }),
    [parseProduct(productOf(planOf([advance]), planOf([advance], { id: "pro" })))],
    catalogReader(DEFAULT_POLICY),
    issues,
  );
  if (timeline === undefined || issues.length > 0) throw new Error(JSON.stringify(issues));
  return timeline;
}

describe("what a document may be for", () => {
  const timeline = timelineOf({
    endDate: "2026-07-21",
    changes: [{ effectiveDate: "2026-06-16", ratePlanId: "pro" }],
  });
  const find = (start: string, end: string) => {
    const issues: PricingIssue[] = [];
    const target = findTarget(timeline, { start: at(start), end: at(end) }, issues);
    return target === undefined ? issues.map(({ expected }) => expected) : target;
  };

  it("is a whole billing period, also a short one", () => {
    expect(find("2026-06-01", "2026-07-01")).toMatchObject({
      scope: "period",
      scheduled: { index: 0 },
      moment: at("2026-07-01"),
    });
    expect(find("2026-07-01", "2026-07-21")).toMatchObject({
      scope: "period",
      scheduled: { index: 1 },
      moment: at("2026-07-21"),
    });
  });

  it("is the moment of the opening, or of a change inside of a period", () => {
    expect(find("2026-06-01", "2026-06-01")).toMatchObject({
      scope: "opening",
      moment: at("2026-06-01"),
    });
    expect(find("2026-06-16", "2026-06-16")).toMatchObject({
      scope: "change",
      scheduled: { index: 0 },
      moment: at("2026-06-16"),
    });
    // The end is a change as well: what was billed beyond it is given back.
    expect(find("2026-07-21", "2026-07-21")).toMatchObject({
      scope: "change",
      scheduled: undefined,
      moment: at("2026-07-21"),
    });
  });

  it("is a period after the end, counted on from the last: outcomes may become certain in it", () => {
    expect(find("2026-07-21", "2026-08-01")).toMatchObject({
      scope: "run-off",
      scheduled: undefined,
      moment: at("2026-08-01"),
    });
    expect(find("2026-08-01", "2026-09-01")).toMatchObject({ scope: "run-off" });
  });

  it("knows the changes up to its moment, and the end", () => {
    const plansKnown = (start: string, end: string) => {
      const target = findTarget(timeline, { start: at(start), end: at(end) }, []);
      return target?.known.states.map(({ plan }) => plan.plan.id);
    };
    expect(plansKnown("2026-06-01", "2026-06-01")).toEqual(["starter"]);
    expect(plansKnown("2026-06-16", "2026-06-16")).toEqual(["starter", "pro"]);
    expect(plansKnown("2026-06-01", "2026-07-01")).toEqual(["starter", "pro"]);
    const opening = findTarget(timeline, { start: at("2026-06-01"), end: at("2026-06-01") }, []);
    expect(opening?.known.span.end).toBe(at("2026-07-21"));
  });

  it.each([
    [
      "2026-06-01",
      "2026-06-16",
      "a whole billing period of the subscription, such as 2026-06-01 to 2026-07-01",
    ],
    [
      "2026-06-16",
      "2026-07-01",
      "a whole billing period of the subscription, such as 2026-06-01 to 2026-07-01",
    ],
    [
      "2026-06-01",
      "2026-07-21",
      "a whole billing period of the subscription, such as 2026-06-01 to 2026-07-01",
    ],
    [
      "2026-07-01",
      "2026-08-01",
      "a whole billing period of the subscription, such as 2026-07-01 to 2026-07-21",
    ],
    ["2026-05-01", "2026-06-01", "from the start of the subscription on (2026-06-01)"],
    [
      "2026-07-25",
      "2026-08-01",
      "before the end of the subscription, or a period after it, such as 2026-07-21 to 2026-08-01",
    ],
    [
      "2026-07-01",
      "2026-07-01",
      "the date of the opening document or of a change, or a whole billing period of the subscription, such as 2026-07-01 to 2026-07-21",
    ],
    [
      "2026-06-17",
      "2026-06-17",
      "the date of the opening document or of a change, or a whole billing period of the subscription, such as 2026-06-01 to 2026-07-01",
    ],
  ])("is not %s to %s", (start, end, expected) => {
    expect(find(start, end)).toEqual([expected]);
  });
});

/** Very many issues: the first thousand are listed, and a last one says how many there are in all. */
import fc from "fast-check";
import {
  documentsDue,
  invoice,
  isPricingError,
  PricingError,
  type PricingIssue,
  parseCharge,
  parseEvents,
  parsePolicy,
  parseProduct,
  parseRatePlan,
  parseSubscription,
  rate,
  safeParseCharge,
  safeParseEvents,
  safeParsePolicy,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
  simulate,
  sumAmounts,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { issueAt } from "../src/errors.js";
import { fee, perUnit, planOf, productOf, unchecked } from "./support/plans.js";

/** So many keys that nothing has. */
function wrongKeys(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key ${index}`, 1]));
}

const charge = { ...perUnit("outcome", "1"), currency: "USD" };
const plan = planOf([fee("fee", "1")]);
const product = productOf(plan);
const subscription = { id: "s", customerId: "c", ratePlanId: "starter", startDate: "2026-01-01" };
const request = {
  catalog: product,
  subscription,
  period: { start: "2026-01-01", end: "2026-02-01" },
  usage: [],
};

/** What is wrong with something that has so many faults, by every way to ask. */
const asks: readonly {
  readonly title: string;
  readonly ask: (count: number) => unknown;
  readonly code: string;
}[] = [
  ...(
    [
      ["safeParseCharge", safeParseCharge, charge],
      ["safeParseRatePlan", safeParseRatePlan, plan],
      ["safeParseProduct", safeParseProduct, product],
      ["safeParseSubscription", safeParseSubscription, subscription],
      ["safeParsePolicy", safeParsePolicy, {}],
      ["parseCharge", parseCharge, charge],
      ["parseRatePlan", parseRatePlan, plan],
      ["parseProduct", parseProduct, product],
      ["parseSubscription", parseSubscription, subscription],
      ["parsePolicy", parsePolicy, {}],
    ] as const
  ).map(([title, parse, value]) => ({
    title,
    ask: (count: number) => parse(unchecked({ ...value, ...wrongKeys(count) })),
    code: "unknown_key",
  })),
  {
    title: "simulate, of its target",
    ask: (count) => simulate(unchecked({ ...charge, ...wrongKeys(count) }), 1),
    code: "unknown_key",
  },
  {
    title: "rate, of its charge",
    ask: (count) => rate(unchecked({ ...charge, ...wrongKeys(count) }), 1),
    code: "unknown_key",
  },
  {
    title: "invoice, of its subscription",
    ask: (count) =>
      invoice(unchecked({ ...request, subscription: { ...subscription, ...wrongKeys(count) } })),
    code: "unknown_key",
  },
  {
    title: "documentsDue, of its catalog",
    ask: (count) =>
      documentsDue(subscription, {
        catalog: unchecked({ ...product, ...wrongKeys(count) }),
        until: "2026-02-01",
      }),
    code: "unknown_key",
  },
  {
    title: "sumAmounts",
    ask: (count) => sumAmounts(Array.from({ length: count }, () => "much")),
    code: "not_a_decimal",
  },
  {
    title: "safeParseEvents",
    ask: (count) => safeParseEvents(Array.from({ length: count }, () => "no event")),
    code: "invalid_type",
  },
  {
    title: "parseEvents",
    ask: (count) => parseEvents(unchecked(Array.from({ length: count }, () => "no event"))),
    code: "invalid_type",
  },
];

/** What a function returns or throws as issues. */
function issuesFrom(ask: () => unknown): readonly PricingIssue[] {
  try {
    const result = unchecked<{ readonly issues?: readonly PricingIssue[] }>(ask());
    return result.issues ?? [];
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues;
  }
}

describe.each(asks)("$title", ({ ask, code }) => {
  it.each([1, 999, 1_000])("lists every issue of %i", (count) => {
    const issues = issuesFrom(() => ask(count));
    expect(issues.map((issue) => issue.code)).toEqual(Array.from({ length: count }, () => code));
  });

  it.each([1_001, 2_500])("lists the first thousand of %i, and counts all", (count) => {
    const issues = issuesFrom(() => ask(count));
    expect(issues).toHaveLength(1_001);
    const all = issuesFrom(() => ask(1_000));
    expect(issues.slice(0, 1_000)).toEqual(all);
    expect(issues.at(-1)).toMatchObject({
      code: "too_many_issues",
      received: `${count} issues`,
      message: expect.stringMatching(
        new RegExp(
          `has more than 1000 issues, of which the first are listed, got ${count} issues$`,
        ),
      ),
    });
  });
});

describe("an error with very many issues", () => {
  const issue = (index: number) =>
    issueAt("out_of_range", [index], { expected: "0 or more", received: -index });

  it("lists a thousand at most, and the number of all", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), (count) => {
        const { issues } = new PricingError(Array.from({ length: count }, (_, n) => issue(n)));
        expect(issues).toHaveLength(Math.min(count, 1_001));
        expect(issues[999]?.path ?? [999]).toEqual([999]);
        const last = issues.at(-1);
        expect(last?.code).toBe(count > 1_000 ? "too_many_issues" : "out_of_range");
        expect(last?.received).toBe(count > 1_000 ? `${count} issues` : `${-(count - 1)}`);
      }),
    );
  });

  it("counts the same when it is thrown again with the issues that it shows", () => {
    const first = new PricingError(Array.from({ length: 5_000 }, (_, n) => issue(n)));
    const again = new PricingError(first.issues);
    expect(again.issues).toEqual(first.issues);
    expect(again.message.split("\n")[0]).toBe("5000 issues:");
    expect(first.message.split("\n")[0]).toBe("5000 issues:");
  });
});

/** A change that bills the new fee as a whole, at once, and credits nothing of the old one. */
import fc from "fast-check";
import {
  documentsDue,
  type Invoice,
  type RatePlanInput,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  safeParseSubscription,
  verify,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { bill, cents } from "../support/biller.js";
import { billUntil, centsOf, type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import type { Life } from "../support/life-oracle.js";
import { lives, WIDE } from "../support/lives.js";
import { fee, planOf, productOf, stored } from "../support/plans.js";
import { tries } from "../support/tries.js";

const AHEAD = { billingTiming: "in-advance" } as const;

/** Plans that cost so much a month, ahead, and a tenth of it in arrears. */
const PLANS = [31, 62, 93].map((amount) =>
  planOf([fee("fee", String(amount), AHEAD), fee("behind", String(amount / 10))], {
    id: `p${amount}`,
  }),
);

function story(...changes: readonly SubscriptionChangeInput[]): Deal {
  return { plans: PLANS, subscription: { changes } };
}

function totals(documents: readonly Invoice[]) {
  return documents.map(({ scope, period, total }) => `${scope} ${period.end} ${total}`);
}

const upgrade = { effectiveDate: "2026-01-11", ratePlanId: "p62", fees: "whole" } as const;

describe("a change of plan with whole fees", () => {
  it("bills the new fee at once, without credit for the old one", () => {
    expect(totals(billUntil("2026-03-01", story(upgrade)))).toEqual([
      "opening 2026-01-01 31.00",
      "change 2026-01-11 62.00",
      // In arrears by days: 10 of 31 of 3.1, 21 of 31 of 6.2. February: 62.
      "period 2026-02-01 67.20",
      "period 2026-03-01 68.20",
    ]);
    // By days, and known from the start: 31 × 10/31 + 62 × 21/31.
    const prorated = billUntil("2026-02-01", story({ ...upgrade, fees: "prorated" }));
    expect(totals(prorated)).toEqual(["opening 2026-01-01 52.00", "period 2026-02-01 67.20"]);
    expect(billUntil("2026-02-01", story({ ...upgrade, fees: null }))).toEqual(prorated);
  });

  it("begins a new cycle with the fee, where the anchor moves to it", () => {
    const reset = { ...upgrade, billingAnchor: "2026-01-11" };
    expect(totals(billUntil("2026-03-11", story(reset)))).toEqual([
      "opening 2026-01-01 31.00",
      // 62, and 1 in arrears for 10 days.
      "period 2026-01-11 63.00",
      "period 2026-02-11 68.20",
      "period 2026-03-11 68.20",
    ]);
    const { fees: _fees, ...prorated } = reset;
    const recorded = billUntil("2026-01-31", story(prorated), billUntil("2026-01-01", story()));
    // 21 of 31 days of 31 are credited.
    expect(totals(recorded)[1]).toBe("period 2026-01-11 42.00");
  });

  it("stands on the document of the period where that is asked", () => {
    const deal = story(upgrade);
    const opening = billUntil("2026-01-01", deal);
    const [due] = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...PLANS),
      until: "2026-02-01",
      last: opening[0],
      changes: "next-document",
    });
    expect(due?.scope).toBe("period");
    const january = documentOf(deal, { start: "2026-01-01", end: "2026-02-01" }, opening);
    expect(january.total).toBe("129.20");
    const own = january.lines.find(
      ({ chargeId, amount }) => chargeId === "fee" && amount === "62.00",
    );
    expect(own?.servicePeriod).toEqual({ start: "2026-01-11", end: "2026-02-01" });
    expect(own?.steps.find(({ kind }) => kind === "proration")?.text).toBe(
      "31 of 31 days, as a change bills whole fees: 62 of 62",
    );
  });

  it("is the same under a charge of another id, and for fees that are never divided", () => {
    for (const proration of [undefined, "none"] as const) {
      const plans = ["a", "b"].map((id, index) =>
        planOf([fee(id, String(31 * (index + 1)), { ...AHEAD, proration })], { id }),
      );
      const changes = [{ ...upgrade, ratePlanId: "b" }];
      expect(totals(billUntil("2026-02-01", { plans, subscription: { changes } }))).toEqual([
        "opening 2026-01-01 31.00",
        "change 2026-01-11 62.00",
        "period 2026-02-01 62.00",
      ]);
    }
    const plans = [31, 62].map((amount) =>
      planOf([fee("fee", String(amount), { ...AHEAD, proration: "none" })], { id: `p${amount}` }),
    );
    const prorated = {
      plans,
      subscription: { changes: [{ ...upgrade, fees: "prorated" as const }] },
    };
    // What is not divided belongs to the first stretch; the change makes nothing due.
    expect(centsOf(billUntil("2026-01-31", prorated))).toBe(3100n);
    const whole = { plans, subscription: { changes: [upgrade] } };
    expect(centsOf(billUntil("2026-01-31", whole))).toBe(9300n);
  });

  it("followed by one that is prorated, has its own rest credited, and no other", () => {
    const back = { effectiveDate: "2026-01-22", ratePlanId: "p93" };
    const documents = billUntil("2026-02-01", story(upgrade, back));
    // 31; 62 less 10 of 31 days: 42; 10 of 31 days of 93: 30. In arrears: 1 + 11 × 0.2 + 10 × 0.3. Then 93.
    expect(centsOf(documents)).toBe(3100n + 4200n + 3000n + 620n + 9300n);
    const twice = billUntil("2026-02-01", story(upgrade, { ...back, fees: "whole" }));
    expect(centsOf(twice)).toBe(3100n + 6200n + 9300n + 620n + 9300n);
  });

  it("at the start of a cycle is like any other", () => {
    const atStart = { ...upgrade, effectiveDate: "2026-02-01" };
    const whole = billUntil("2026-03-01", story(atStart));
    const prorated = billUntil("2026-03-01", story({ ...atStart, fees: "prorated" }));
    expect(totals(whole)).toEqual(totals(prorated));
  });

  it("that is recorded late, or made so late, is billed at once", () => {
    const before = billUntil("2026-03-01", story());
    const late = billUntil("2026-03-01", story(upgrade), before);
    // January: 62, and 2.1 in arrears by days. February: 31 and 3.1. March: 31.
    expect(totals(late.slice(before.length))).toEqual(["change 2026-03-01 129.20"]);
    const prorated = billUntil("2026-03-01", story({ ...upgrade, fees: "prorated" }), before);
    const made = billUntil("2026-03-01", story(upgrade), prorated);
    // 20 and 21 of the fees were not billed: 62 × 10/31 and 31 × 21/31.
    expect(totals(made.slice(prorated.length))).toEqual(["change 2026-03-01 41.00"]);
    const withdrawn = billUntil("2026-03-01", story(), made);
    expect(centsOf(withdrawn)).toBe(centsOf(before));
  });
});

describe("other changes with whole fees", () => {
  it("of seats bill the new number as a whole", () => {
    const seats = {
      ...fee("seats", "0", AHEAD),
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: "3.1" },
    } as RatePlanInput["charges"][number];
    const changes = [
      { effectiveDate: "2026-01-11", quantities: { seats: 8 }, fees: "whole" },
    ] as const;
    const deal: Deal = {
      plans: [planOf([seats, fee("fee", "31", AHEAD)])],
      subscription: { quantities: { seats: 5 }, changes },
    };
    expect(totals(billUntil("2026-02-01", deal))).toEqual([
      "opening 2026-01-01 46.50",
      // Eight seats; the other fee does not change.
      "change 2026-01-11 24.80",
      "period 2026-02-01 55.80",
    ]);
  });

  it("of status credit nothing where the subscription is canceled", () => {
    const end = { effectiveDate: "2026-01-11", status: "canceled" } as const;
    // 10 of 31 days of 31, and of 3.1.
    expect(centsOf(billUntil("2026-02-01", story(end)))).toBe(1100n);
    expect(centsOf(billUntil("2026-02-01", story({ ...end, fees: "whole" })))).toBe(3200n);
  });

  it("are refused for a pause, twice on one date, and where nothing changes", () => {
    const on = (...changes: readonly object[]) => {
      const result = safeParseSubscription({
        ...subscriptionOf(story()),
        changes: changes.map((each) => ({ effectiveDate: "2026-01-11", fees: "whole", ...each })),
      });
      return result.ok ? [] : result.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
    };
    expect(on({ status: "paused" }, { ratePlanId: "p62", fees: undefined })).toEqual([
      "field_not_allowed changes.0.fees",
    ]);
    expect(on({ ratePlanId: "p62" }, { status: "canceled" })).toEqual([
      "duplicate_change changes.1.effectiveDate",
    ]);
    expect(on({})).toEqual(["missing changes.0"]);
    expect(on({ ratePlanId: "p62", fees: "none" })).toEqual(["invalid_value changes.0.fees"]);
  });
});

describe("whole fees over a life", () => {
  const CENTS: Readonly<Record<string, number>> = { p31: 3100, p62: 6200, p93: 9300 };

  it("come to the fee of each month and of each change inside one", () => {
    const changes = fc.uniqueArray(
      fc.record({
        day: fc.integer({ min: 1, max: 150 }),
        plan: fc.constantFrom("p31", "p62", "p93"),
      }),
      { selector: ({ day }) => day, maxLength: 4 },
    );
    fc.assert(
      fc.property(
        changes,
        fc.integer({ min: 0, max: 170 }),
        fc.boolean(),
        (drawn, recorded, next) => {
          const dated = drawn
            .toSorted((a, b) => a.day - b.day)
            .map(({ day, plan }) => {
              const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
              return { effectiveDate: date, ratePlanId: plan, fees: "whole" as const };
            });
          const onlyFees = PLANS.map((plan) => ({ ...plan, charges: plan.charges.slice(0, 1) }));
          const known = new Date(Date.UTC(2026, 0, 1 + recorded)).toISOString().slice(0, 10);
          const early = {
            plans: onlyFees,
            subscription: { changes: next ? dated.slice(0, 1) : [] },
          };
          const deal = { plans: onlyFees, subscription: { changes: dated } };
          const documents = billUntil("2026-06-01", deal, billUntil(known, early));
          // Six months' fees from the plan at their start, and July's is not due: and one for each change inside a month.
          let expected = 0;
          let plan = "p31";
          const starts = [1, 2, 3, 4, 5, 6].map((month) => `2026-0${month}-01`);
          const dates = [
            ...starts.map((date) => ({ date, to: undefined })),
            ...dated.map(({ effectiveDate, ratePlanId }) => ({
              date: effectiveDate,
              to: ratePlanId,
            })),
          ].sort((a, b) =>
            a.date < b.date ? -1 : a.date > b.date ? 1 : a.to === undefined ? 1 : -1,
          );
          for (const { date, to } of dates) {
            const isStart = starts.includes(date);
            if (to === plan) continue;
            plan = to ?? plan;
            if (to === undefined || !isStart) expected += CENTS[plan] ?? 0;
          }
          expect(centsOf(documents)).toBe(BigInt(expected));
          const last = documents.at(-1);
          const previous = stored(documents.slice(0, -1));
          const request = {
            catalog: productOf(...onlyFees),
            subscription: subscriptionOf(deal),
            period: last?.period ?? { start: "", end: "" },
            usage: [],
            previous,
          };
          if (last !== undefined) expect(verify(stored(last), request).differences).toEqual([]);
        },
      ),
      tries(30),
    );
  });

  it("are the same whenever changes are recorded, among seats, pauses and cycles of any kind", () => {
    fc.assert(
      fc.property(lives({ ...WIDE, usage: false }), (life) => {
        const records = life.records
          .filter(({ withdrawn }) => withdrawn === undefined)
          .map((each) => ({ ...each, on: life.start, evening: false }));
        const billed = (one: Life) =>
          bill(one, { rerate: "needed", rewrite: withWholeFees }).reduce(
            (all, { total }) => all + cents(total),
            0n,
          );
        expect(billed(life)).toBe(billed({ ...life, records }));
      }),
      tries(20),
    );
  });
});

/** What is asked of a subscription, with whole fees for the changes of each date that may have them. */
function withWholeFees(asked: unknown): unknown {
  if (typeof asked !== "object" || asked === null) return asked;
  if ("subscription" in asked) {
    return { ...asked, subscription: withWholeFees(asked.subscription) };
  }
  if (!("ratePlanId" in asked && "changes" in asked)) return asked;
  const { changes } = asked as SubscriptionInput;
  const seen = new Set<string>();
  return {
    ...asked,
    changes: changes?.map((change) => {
      const date = `${change.effectiveDate} ${change.takesEffect}`;
      const pauses = change.status === "paused" || change.status === "active";
      if (pauses || seen.has(date)) return change;
      seen.add(date);
      return { ...change, fees: "whole" };
    }),
  };
}

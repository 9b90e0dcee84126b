/** Changes that are recorded, or withdrawn, after their time was invoiced: the difference is billed at once, and once. */
import fc from "fast-check";
import {
  type ChargeInput,
  documentsDue,
  type Invoice,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  upcoming,
  verify,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import {
  billUntil,
  centsOf,
  type Deal,
  documentOf,
  linesOf,
  subscriptionOf,
} from "../support/chain.js";
import { lives, WIDE } from "../support/lives.js";
import { fee, perUnit, planOf, productOf, stored } from "../support/plans.js";
import { tries } from "../support/tries.js";

const AHEAD = { billingTiming: "in-advance" } as const;

function seats(unitPrice: number, more: Partial<ChargeInput> = {}): ChargeInput {
  const pricing = { model: "per-unit", unitPrice } as const;
  const rest = { name: "seats", unitOfMeasure: "@seat", pricing };
  return { id: "seats", chargeType: "recurring", ...rest, ...more } as ChargeInput;
}

/** Fees of 100 ahead and 10 in arrears, a seat at 1 ahead; on the other plan, twice as much. */
const plans = [1, 2].map((times) =>
  planOf(
    [
      fee("fee", String(100 * times), AHEAD),
      fee("behind", String(10 * times)),
      seats(times, AHEAD),
    ],
    { id: `p${times}` },
  ),
);
const story: Deal = { plans, subscription: { quantities: { seats: 5 } } };

function knowing(...changes: readonly SubscriptionChangeInput[]): Deal {
  return { ...story, subscription: { ...story.subscription, changes } };
}

function dueIn(deal: Deal, until: string, last: Invoice | undefined, changes?: "next-document") {
  return documentsDue(subscriptionOf(deal), {
    catalog: productOf(...deal.plans),
    until,
    changes,
    ...(last === undefined ? {} : { last }),
  }).map(({ scope, period }) => `${scope} ${period.end}`);
}

function billedAfter(deal: Deal, until: string, before: readonly Invoice[]) {
  return billUntil(until, deal, before)
    .slice(before.length)
    .map(({ scope, period, total }) => `${scope} ${period.end} ${total}`);
}

const toPlan = (effectiveDate: string) => ({ effectiveDate, ratePlanId: "p2" });

describe("a change dated back to the start of the period that is invoiced in advance", () => {
  const before = billUntil("2026-03-01", story);

  it.each<[string, SubscriptionChangeInput, readonly string[]]>([
    // The fee 100 more, 5 seats 1 more each. Then 20 for March in arrears, 200 and 10 for April ahead.
    ["of plan", toPlan("2026-03-01"), ["change 2026-03-01 105.00", "period 2026-04-01 230.00"]],
    // 3 seats more. Then 10, 100 and 8.
    [
      "of seats",
      { effectiveDate: "2026-03-01", quantities: { seats: 8 } },
      ["change 2026-03-01 3.00", "period 2026-04-01 118.00"],
    ],
    // 4 seats fewer. Then 10, 100 and 1.
    [
      "to fewer seats",
      { effectiveDate: "2026-03-01", quantities: { seats: 1 } },
      ["change 2026-03-01 -4.00", "period 2026-04-01 111.00"],
    ],
    // 70 instead of 100. Then 10, 70 and 5.
    [
      "of price",
      { effectiveDate: "2026-03-01", overrides: { fee: { model: "flat", amount: 70 } } },
      ["change 2026-03-01 -30.00", "period 2026-04-01 85.00"],
    ],
    // Nothing of March.
    [
      "of status",
      { effectiveDate: "2026-03-01", status: "paused" },
      ["change 2026-03-01 -105.00", "period 2026-04-01 0.00"],
    ],
    [
      "to the end",
      { effectiveDate: "2026-03-01", status: "canceled" },
      ["change 2026-03-01 -105.00"],
    ],
  ])("%s is billed at once, and nothing of it later", (_title, change, documents) => {
    expect(billedAfter(knowing(change), "2026-04-01", before)).toEqual(documents);
  });

  it("is the next document, as soon as it is known", () => {
    const deal = knowing(toPlan("2026-03-01"));
    const last = before.at(-1);
    expect(dueIn(deal, "2026-03-05", last)).toEqual(["change 2026-03-01"]);
    const next = upcoming({
      catalog: productOf(...plans),
      subscription: subscriptionOf(deal),
      usage: [],
      previous: before,
      asOf: "2026-03-05",
    });
    expect([next.scope, next.period.end, next.total]).toEqual(["change", "2026-03-01", "105.00"]);
    // Once it is written, nothing is due until the end of the month.
    expect(dueIn(deal, "2026-03-05", next)).toEqual([]);
  });

  it("stands on the next period's document instead, where that is asked", () => {
    const deal = knowing(toPlan("2026-03-01"));
    expect(dueIn(deal, "2026-04-01", before.at(-1), "next-document")).toEqual([
      "period 2026-04-01",
    ]);
    const next = documentOf(deal, { start: "2026-03-01", end: "2026-04-01" }, before);
    expect(next.total).toBe("335.00");
  });

  it("is verified like any other, from a store too", () => {
    const deal = knowing(toPlan("2026-03-01"));
    const previous = stored(before);
    const period = { start: "2026-03-01", end: "2026-03-01" };
    const document = documentOf(deal, period, previous);
    const subscription = subscriptionOf(deal);
    const request = { catalog: productOf(...plans), subscription, period, usage: [], previous };
    expect(verify(stored(document), request).differences).toEqual([]);
  });

  it("that is withdrawn again is taken back at once", () => {
    const known = billUntil("2026-03-05", knowing(toPlan("2026-03-01")), before);
    expect(billedAfter(story, "2026-04-01", known)).toEqual([
      "change 2026-03-01 -105.00",
      // 10 for March, 105 for April.
      "period 2026-04-01 115.00",
    ]);
  });
});

describe("a change dated back to an earlier boundary", () => {
  const before = billUntil("2026-03-01", story);

  it("is billed at once for all periods since, in advance and in arrears", () => {
    // Of February 10 in arrears, 100 and 5 ahead; of March 100 and 5 ahead.
    expect(billedAfter(knowing(toPlan("2026-02-01")), "2026-04-01", before)).toEqual([
      "change 2026-03-01 220.00",
      "period 2026-04-01 230.00",
    ]);
  });

  it("and billed at its date, is billed by the next document for what was invoiced after it", () => {
    const deal = knowing(toPlan("2026-02-01"));
    const date = { start: "2026-02-01", end: "2026-02-01" };
    const own = documentOf(deal, date, before);
    // Of February 100 and 5 ahead.
    expect(own.total).toBe("105.00");
    const march = { start: "2026-03-01", end: "2026-04-01" };
    // The rest of 220, and 230.
    expect(documentOf(deal, march, [...before, own]).total).toBe("345.00");
    expect(billedAfter(deal, "2026-04-01", [...before, own])).toEqual([
      "change 2026-03-01 115.00",
      "period 2026-04-01 230.00",
    ]);
  });

  it("is billed at once where only the opening document is written", () => {
    const opening = billUntil("2026-01-01", story);
    expect(billedAfter(knowing(toPlan("2026-01-01")), "2026-02-01", opening)).toEqual([
      "change 2026-01-01 105.00",
      "period 2026-02-01 230.00",
    ]);
  });

  it("is billed at once where all fees are in arrears", () => {
    const arrears: Deal = {
      plans: [10, 20].map((amount) => planOf([fee("fee", String(amount))], { id: `p${amount}` })),
    };
    const known = {
      ...arrears,
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "p20" }] },
    };
    const documents = billUntil("2026-03-01", arrears);
    expect(billedAfter(known, "2026-04-01", documents)).toEqual([
      "change 2026-03-01 10.00",
      "period 2026-04-01 20.00",
    ]);
    // A boundary of which nothing is invoiced yet makes nothing due at once.
    const last = documents.at(-1);
    const ahead = {
      ...known,
      subscription: { changes: [{ effectiveDate: "2026-03-01", ratePlanId: "p20" }] },
    };
    expect(dueIn(ahead, "2026-03-31", last)).toEqual([]);
  });

  it("divides usage that is given by the price that it had", () => {
    const call = { id: "c1", customerId: "acme", unitOfMeasure: "@calls", quantity: 4 };
    const usage = [{ ...call, timestamp: "2026-02-10T00:00:00Z" }];
    const metered: Deal = {
      plans: [1, 3].map((price) => planOf([perUnit("calls", String(price))], { id: `p${price}` })),
      usage,
    };
    const documents = billUntil("2026-03-01", metered);
    const changes = [{ effectiveDate: "2026-02-01", ratePlanId: "p3" }];
    const known = { ...metered, subscription: { changes } };
    const [due] = documentsDue(subscriptionOf(known), {
      catalog: productOf(...known.plans),
      until: "2026-03-05",
      last: documents.at(-1),
    });
    expect(due?.usage).toEqual({ from: "2026-01-01", to: "2026-03-01" });
    // 4 calls at 3 instead of 1.
    expect(billedAfter(known, "2026-03-05", documents)).toEqual(["change 2026-03-01 8.00"]);
  });
});

describe("a change dated back to a boundary inside a cycle of several billing periods", () => {
  const quarterly = { billingCycle: "quarterly" } as const;
  const deal: Deal = {
    plans: ["a", "b"].map((id, index) =>
      planOf(
        [
          fee("fee", "90", quarterly),
          perUnit("calls", String(index + 1), quarterly),
          fee("monthly", "1"),
        ],
        { id },
      ),
    ),
  };
  const changing = (change: SubscriptionChangeInput): Deal => ({
    ...deal,
    subscription: { changes: [change] },
  });

  it.each([
    // 90 for January to March, whichever plan: and 1 a month.
    ["of plan", { effectiveDate: "2026-02-01", ratePlanId: "b" }, 9300n],
    // 31 of 90 days.
    ["to the end", { effectiveDate: "2026-02-01", status: "canceled" }, 3100n + 100n],
  ] as const)("%s bills what ended there in arrears", (_title, change, total) => {
    for (const recorded of ["2026-02-01", "2026-03-01"]) {
      const before = billUntil(recorded, deal);
      expect(centsOf(billUntil("2026-04-01", changing(change), before))).toBe(total);
    }
    expect(centsOf(billUntil("2026-04-01", changing(change)))).toBe(total);
  });
});

describe("a cancellation that is moved by a day after it was billed", () => {
  it("is billed for the day, whatever has become of its billing period", () => {
    const monthly: Deal = { plans: [planOf([fee("fee", "31", AHEAD)])] };
    const canceled = (effectiveDate: string): Deal => ({
      ...monthly,
      subscription: { changes: [{ effectiveDate, status: "canceled" }] },
    });
    const first = billUntil("2026-05-02", canceled("2026-05-02"), billUntil("2026-05-01", monthly));
    // January to April, and a day of May.
    expect(centsOf(first)).toBe(12400n + 100n);
    expect(centsOf(billUntil("2026-06-01", canceled("2026-05-03"), first))).toBe(12400n + 200n);
  });
});

describe("seats that are withdrawn from a period which was ended without credit", () => {
  it.each(["none", "days"] as const)("are taken back: %s", (proration) => {
    const plan = planOf([seats(30, { ...AHEAD, proration })]);
    const knowing = (...changes: readonly SubscriptionChangeInput[]): Deal => ({
      plans: [plan],
      subscription: { quantities: { seats: 2 }, changes },
    });
    const end = { effectiveDate: "2026-02-02", status: "canceled", fees: "whole" } as const;
    const before = billUntil("2026-02-02", knowing(end), billUntil("2026-02-01", knowing()));
    // 60 for January, and for February as if it had not ended.
    expect(centsOf(before)).toBe(12000n);
    const none = { effectiveDate: "2026-02-01", quantities: { seats: 0 } };
    expect(centsOf(billUntil("2026-03-01", knowing(end, none), before))).toBe(6000n);
  });
});

describe("whatever is recorded late", () => {
  /** Whether something takes effect after the start of a document's period, or may. */
  function isChanging({ period }: Invoice, { changes }: SubscriptionInput): boolean {
    return (changes ?? []).some(
      ({ effectiveDate, takesEffect }) =>
        takesEffect === "at-period-end" || String(effectiveDate) > period.start,
    );
  }

  it("leaves no difference to a period in which nothing changes", () => {
    let late = 0;
    fc.assert(
      fc.property(
        lives({
          ...WIDE,
          usage: false,
          withdrawn: false,
          kinds: ["plan", "quantity", "override", "pause", "cancel"],
        }),
        (life) => {
          bill(life, {
            rerate: "never",
            seen(document, subscription) {
              if (document.scope === "change") late += 1;
              if (document.scope !== "period" || isChanging(document, subscription)) return;
              expect(linesOf([document]).filter(({ kind }) => kind === "adjustment")).toEqual([]);
            },
          });
        },
      ),
      tries(30),
    );
    expect(late).toBeGreaterThan(0);
  });
});

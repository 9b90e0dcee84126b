/** The next invoice is the invoice; what a plan is said to cost is what its first period bills. */
import fc from "fast-check";
import {
  type ChargeInput,
  type InvoiceRequest,
  invoice,
  type SubscriptionInput,
  simulate,
  type UpcomingRequest,
  upcoming,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  eventOf,
  eventsIn,
  fee,
  issuesOf,
  perUnit,
  planCases,
  planOf,
  productOf,
  requestFor,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const charges = [fee("fee", "100"), perUnit("outcome", "2")];

function requestOf(
  asOf: string,
  subscription: Partial<SubscriptionInput> = {},
  list: readonly ChargeInput[] = charges,
): UpcomingRequest {
  return {
    catalog: productOf(planOf(list), planOf([fee("fee", "200")], { id: "pro" })),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-01-31",
      ...subscription,
    },
    usage: [],
    asOf,
  };
}

describe("upcoming", () => {
  it.each<{
    title: string;
    asOf: string;
    more?: Partial<SubscriptionInput>;
    start: string;
    end: string;
  }>([
    { title: "inside a period", asOf: "2026-03-15", start: "2026-02-28", end: "2026-03-31" },
    { title: "on its first day", asOf: "2026-02-28", start: "2026-02-28", end: "2026-03-31" },
    {
      title: "in its last moment",
      asOf: "2026-03-30T23:59:59.999Z",
      start: "2026-02-28",
      end: "2026-03-31",
    },
    { title: "before the start", asOf: "2025-06-01", start: "2026-01-31", end: "2026-02-28" },
    {
      title: "in a period that ends early",
      asOf: "2026-03-15",
      more: { endDate: "2026-03-20" },
      start: "2026-02-28",
      end: "2026-03-20",
    },
    {
      title: "in a zone",
      asOf: "2026-03-01T04:30:00Z",
      more: { timeZone: "America/New_York", startDate: "2026-01-01" },
      start: "2026-02-01",
      end: "2026-03-01",
    },
    {
      title: "in a trial",
      asOf: "2026-02-01",
      more: { trialDays: 14 },
      start: "2026-01-31",
      end: "2026-02-14",
    },
  ])("is of the period that contains the date: $title", ({ asOf, more, start, end }) => {
    expect(upcoming(requestOf(asOf, more)).period).toEqual({ start, end });
  });

  it("is what the invoice of that period says as of the date", () => {
    const usage = [
      eventOf({ id: "a", timestamp: "2026-03-01T00:00:00Z" }),
      eventOf({ id: "b", timestamp: "2026-03-14T00:00:00Z", receivedAt: "2026-03-16T00:00:00Z" }),
      eventOf({ id: "c", timestamp: "2026-03-20T00:00:00Z" }),
    ];
    const request = { ...requestOf("2026-03-15"), usage };
    const next = upcoming(request);
    expect(next).toEqual(
      invoice({ ...request, period: { start: "2026-02-28", end: "2026-03-31" } }),
    );
    expect(next.total).toBe("102.00");
    expect(next.asOf).toBe("2026-03-15");
  });

  it("is the opening invoice before there is one, where fees are in advance", () => {
    const advance = [fee("fee", "100", { billingTiming: "in-advance" } as Partial<ChargeInput>)];
    const before = upcoming(requestOf("2026-01-20", {}, advance));
    expect(before.period).toEqual({ start: "2026-01-31", end: "2026-01-31" });
    expect(before.total).toBe("100.00");
    const after = upcoming({ ...requestOf("2026-02-10", {}, advance), previous: [before] });
    expect(after.period).toEqual({ start: "2026-01-31", end: "2026-02-28" });
    expect(after.warnings).toEqual([]);
    const trial = { trialDays: 14, billingAnchor: "calendar" as const };
    expect(upcoming(requestOf("2026-02-05", trial, advance)).period).toEqual({
      start: "2026-02-14",
      end: "2026-02-14",
    });
  });

  it("foresees the changes of the period", () => {
    const changes = [{ effectiveDate: "2026-03-16", ratePlanId: "pro" }];
    const next = upcoming(requestOf("2026-03-01", { changes }));
    // 15 and 16 of 31 days are over: 16 of 31 at 100, and 200 − 103.23.
    expect(next.lines.map(({ amount }) => amount)).toEqual(["51.61", "96.77"]);
  });

  it("rates earlier periods again as the invoice does", () => {
    const january = { start: "2026-01-31", end: "2026-02-28" };
    const { asOf: _, ...request } = requestOf("2026-03-15");
    const first = invoice({ ...request, period: january, usage: { outcome: 1 } });
    const again = {
      ...request,
      usage: {},
      previous: [first],
      rerate: [{ period: january, usage: { outcome: 4 } }],
    };
    const period = { start: "2026-02-28", end: "2026-03-31" };
    const next = upcoming({ ...again, asOf: "2026-03-15" });
    expect(next).toEqual(invoice({ ...again, period, asOf: "2026-03-15" }));
    expect(next.total).toBe("106.00");
  });

  it.each<{ title: string; request: unknown; issues: readonly string[] }>([
    {
      title: "after the end",
      request: requestOf("2026-04-01", { endDate: "2026-04-01" }),
      issues: ["not_a_billing_period asOf"],
    },
    {
      title: "without a date",
      request: { ...requestOf("2026-04-01"), asOf: undefined },
      issues: ["missing asOf"],
    },
    {
      title: "on a date that does not exist",
      request: requestOf("2026-02-30"),
      issues: ["invalid_date asOf"],
    },
    {
      title: "without a subscription",
      request: { ...requestOf("2026-04-01"), subscription: undefined },
      issues: ["missing subscription"],
    },
    {
      title: "without a catalog",
      request: { ...requestOf("2026-04-01"), catalog: undefined },
      issues: ["missing catalog"],
    },
    {
      title: "without usage",
      request: { ...requestOf("2026-04-01"), usage: undefined },
      issues: ["missing usage"],
    },
  ])("refuses $title", ({ request, issues }) => {
    expect(issuesOf(() => upcoming(unchecked(request)))).toEqual(issues);
  });

  it("is the invoice of its period and date, for any plan and events", () => {
    fc.assert(
      fc.property(
        planCases().chain((one) =>
          fc.record({
            one: fc.constant(one),
            events: eventsIn(one.period),
            place: fc.nat(),
          }),
        ),
        ({ one, events, place }) => {
          const request: InvoiceRequest = requestFor(one, events);
          const [start, end] = [Date.parse(one.period.start), Date.parse(one.period.end)];
          const asOf = new Date(start + (place % (end - start))).toISOString();
          const { period, ...rest } = request;
          expect(upcoming({ ...rest, asOf })).toEqual(invoice({ ...request, period, asOf }));
        },
      ),
      tries(25),
    );
  });
});

describe("a simulation of a plan", () => {
  it("comes to the subtotal of a full first period", () => {
    fc.assert(
      fc.property(planCases(), (one) => {
        const bill = invoice(requestFor(one));
        const { amount } = simulate(
          one.plan,
          { ...one.seats, ...one.usage },
          { policy: one.policy },
        );
        expect(amount).toBe(bill.subtotal);
      }),
      tries(50),
    );
  });

  it("comes to the fee in advance and the usage of a full first period, with the opening invoice", () => {
    const plan = planOf([
      fee("fee", "100", { billingTiming: "in-advance" } as Partial<ChargeInput>),
      perUnit("outcome", "2"),
    ]);
    const subscription = {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      endDate: "2026-07-01",
    };
    const shared = { catalog: productOf(plan), subscription };
    const opening = invoice({
      ...shared,
      period: { start: "2026-06-01", end: "2026-06-01" },
      usage: {},
    });
    const june = invoice({
      ...shared,
      period: { start: "2026-06-01", end: "2026-07-01" },
      usage: { outcome: 5 },
      previous: [opening],
    });
    expect([opening.total, june.total]).toEqual(["100.00", "10.00"]);
    expect(simulate(plan, { outcome: 5 }).amount).toBe("110.00");
  });
});

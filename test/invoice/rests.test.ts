/** Time that is not billed: trials and pauses. */
import {
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Period,
  type RatePlanInput,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { eventOf, fee, perUnit, planOf, productOf } from "../support/plans.js";

const JUNE: Period = { start: "2026-06-01", end: "2026-07-01" };
const JULY: Period = { start: "2026-07-01", end: "2026-08-01" };

function bill(
  charges: readonly ChargeInput[],
  subscription: Partial<SubscriptionInput>,
  period: Period = JUNE,
  more: Partial<InvoiceRequest> = {},
  plan: Partial<RatePlanInput> = {},
): Invoice {
  return invoice({
    catalog: productOf(planOf(charges, plan)),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...subscription,
    },
    period,
    usage: {},
    ...more,
  });
}

function services({ lines }: Invoice): readonly string[] {
  return lines.map(
    ({ chargeId, servicePeriod: { start, end }, amount }) =>
      `${chargeId} ${start.slice(5)}/${end.slice(5)} ${amount}`,
  );
}

function used(id: string, timestamp: string, quantity = 1) {
  return eventOf({ id, timestamp, quantity });
}

const charges = [fee("fee", "30"), perUnit("outcome", "2")];
const pause = {
  changes: [
    { effectiveDate: "2026-06-11", status: "paused" as const },
    { effectiveDate: "2026-06-21", status: "active" as const },
  ],
};

describe("a trial", () => {
  it("bills nothing, says so, and moves an anniversary to its end", () => {
    const trial = { trialDays: 10 };
    const first = bill(
      charges,
      trial,
      { start: "2026-06-01", end: "2026-06-11" },
      {
        usage: [used("e1", "2026-06-05T00:00:00Z")],
      },
    );
    expect(first).toMatchObject({
      total: "0.00",
      lines: [],
      unbilled: [{ reason: "trial", period: { start: "2026-06-01", end: "2026-06-11" } }],
    });
    const second = bill(
      charges,
      trial,
      { start: "2026-06-11", end: "2026-07-11" },
      {
        usage: [used("e1", "2026-06-15T00:00:00Z")],
      },
    );
    expect(services(second)).toEqual(["fee 06-11/07-11 30.00", "outcome 06-11/07-11 2.00"]);
    expect(second.unbilled).toEqual([]);
  });

  it("leaves a calendar anchor where it is and bills the rest of the month", () => {
    const trial = { trialDays: 10, billingAnchor: "calendar" as const };
    const june = bill(charges, trial, JUNE, {
      usage: [used("e1", "2026-06-10T23:59:59.999Z", 5), used("e2", "2026-06-11T00:00:00Z")],
    });
    expect(services(june)).toEqual(["fee 06-11/07-01 20.00", "outcome 06-11/07-01 2.00"]);
    expect(june.unbilled).toEqual([
      { reason: "trial", period: { start: "2026-06-01", end: "2026-06-11" } },
    ]);
    expect(june.usage.counts).toMatchObject({ matched: 1, "outside-period": 1 });
  });

  it("longer than a cycle has periods of its own, counted back from its end", () => {
    const trial = { trialDays: 40 };
    // It ends on 11 July: [1, 11) June, [11 June, 11 July), and so on.
    expect(bill(charges, trial, { start: "2026-06-01", end: "2026-06-11" }).total).toBe("0.00");
    expect(bill(charges, trial, { start: "2026-06-11", end: "2026-07-11" }).total).toBe("0.00");
    expect(bill(charges, trial, { start: "2026-07-11", end: "2026-08-11" }).total).toBe("30.00");
  });

  it("counts local days, also where the clocks change", () => {
    const trial = { trialDays: 2, startDate: "2026-03-07", timeZone: "America/New_York" };
    const [rest] = bill(charges, trial, { start: "2026-03-07", end: "2026-03-09" }).unbilled;
    expect(rest?.period).toEqual({ start: "2026-03-07", end: "2026-03-09" });
  });

  it("bills no minimum: limits and commitments are for time that is billed", () => {
    const limited = [perUnit("outcome", "2", { minimum: "10" })];
    const plan = { minimumCommitment: "30" };
    const period = { start: "2026-06-01", end: "2026-06-11" };
    expect(bill(limited, { trialDays: 10 }, period, {}, plan).lines).toEqual([]);
    const half = { trialDays: 15, billingAnchor: "calendar" as const };
    // The minimum of the charge is not prorated, that of the plan is: 15 of 30 days, 10 of the 15.00 are billed.
    expect(services(bill(limited, half, JUNE, {}, plan))).toEqual([
      "outcome 06-16/07-01 10.00",
      "null 06-01/07-01 5.00",
    ]);
  });

  it("that outlasts the subscription bills nothing at all", () => {
    const never = bill(
      charges,
      { trialDays: 60, endDate: "2026-06-16" },
      {
        start: "2026-06-01",
        end: "2026-06-16",
      },
      {},
    );
    expect(never).toMatchObject({ total: "0.00", lines: [] });
    expect(never.unbilled).toEqual([
      { reason: "trial", period: { start: "2026-06-01", end: "2026-06-16" } },
    ]);
  });
});

describe("a pause", () => {
  it("bills what is before and after it, and says what it leaves out", () => {
    const june = bill(charges, pause);
    expect(services(june)).toEqual(["fee 06-01/06-11 10.00", "fee 06-21/07-01 10.00"]);
    expect(june.unbilled).toEqual([
      { reason: "paused", period: { start: "2026-06-11", end: "2026-06-21" } },
    ]);
  });

  it.each(["restart", "continue"] as const)(
    "has its events outside of the period, and they count for nothing after it (%s)",
    (tiersAtChange) => {
      const tiered = perUnit("outcome", "0", {
        pricing: { model: "tiered", tiers: [{ upTo: 5, unitPrice: "2" }, { unitPrice: "1" }] },
      });
      const usage = [
        used("before", "2026-06-10T23:59:59Z", 3),
        used("first", "2026-06-11T00:00:00Z", 50),
        used("last", "2026-06-20T23:59:59Z", 50),
        used("after", "2026-06-21T00:00:00Z", 2),
      ];
      const june = bill([tiered], pause, JUNE, { usage, policy: { tiersAtChange } });
      expect(june.usage.counts).toMatchObject({ matched: 2, "outside-period": 2 });
      // 5 units in all, whether their tiers begin anew or not.
      expect(june.total).toBe("10.00");
    },
  );

  it("over a whole period bills nothing in it", () => {
    const long = {
      changes: [
        { effectiveDate: "2026-06-16", status: "paused" as const },
        { effectiveDate: "2026-08-16", status: "active" as const },
      ],
    };
    expect(services(bill(charges, long))).toEqual(["fee 06-01/06-16 15.00"]);
    const july = bill(charges, long, JULY, { usage: [used("e1", "2026-07-05T00:00:00Z")] });
    expect(july.lines).toEqual([]);
    expect(july.unbilled).toEqual([{ reason: "paused", period: JULY }]);
    // 30 × 16/31 = 15.48
    expect(services(bill(charges, long, { start: "2026-08-01", end: "2026-09-01" }))).toEqual([
      "fee 08-16/09-01 15.48",
    ]);
  });

  it("from the start on moves what opens the subscription to its end", () => {
    const setup: ChargeInput = {
      id: "setup",
      name: "setup",
      chargeType: "one-time",
      pricing: { model: "flat", amount: "7" },
    };
    const later = {
      changes: [
        { effectiveDate: "2026-06-01", status: "paused" as const },
        { effectiveDate: "2026-06-16", status: "active" as const },
      ],
    };
    expect(services(bill([fee("fee", "30"), setup], later))).toEqual([
      "fee 06-16/07-01 15.00",
      "setup 06-16/07-01 7.00",
    ]);
  });

  it("gives back what was billed in advance for it, and bills the rest when it ends", () => {
    const advance = [fee("fee", "30", { billingTiming: "in-advance" } as Partial<ChargeInput>)];
    const at = (day: string) => ({ start: day, end: day });
    const opening = bill(advance, {}, at("2026-06-01"));
    const paused = { changes: pause.changes.slice(0, 1) };
    const credit = bill(advance, paused, at("2026-06-11"), { previous: [opening] });
    expect(services(credit)).toEqual(["fee 06-11/07-01 -20.00"]);
    const resumed = bill(advance, pause, at("2026-06-21"), { previous: [opening, credit] });
    expect(services(resumed)).toEqual(["fee 06-21/07-01 10.00"]);
    const june = bill(advance, pause, JUNE, { previous: [opening, credit, resumed] });
    expect(services(june)).toEqual(["fee 07-01/08-01 30.00"]);
  });

  it("that goes on bills nothing in advance", () => {
    const advance = [fee("fee", "30", { billingTiming: "in-advance" } as Partial<ChargeInput>)];
    const opening = bill(advance, {}, { start: "2026-06-01", end: "2026-06-01" });
    const paused = { changes: pause.changes.slice(0, 1) };
    const june = bill(advance, paused, JUNE, { previous: [opening] });
    expect(services(june)).toEqual(["fee 06-11/07-01 -20.00"]);
    expect(june.unbilled).toEqual([
      { reason: "paused", period: { start: "2026-06-11", end: "2026-07-01" } },
    ]);
  });

  it("inside of a trial makes no difference, and outlasts it", () => {
    const both = {
      trialDays: 20,
      billingAnchor: "calendar" as const,
      changes: [
        { effectiveDate: "2026-06-11", status: "paused" as const },
        { effectiveDate: "2026-06-26", status: "active" as const },
      ],
    };
    const june = bill([fee("fee", "30")], both);
    expect(services(june)).toEqual(["fee 06-26/07-01 5.00"]);
    const reasons = june.unbilled.map(({ reason, period }) => `${reason} ${period.start}`);
    expect(reasons.filter((reason) => reason.startsWith("paused"))).toEqual(["paused 2026-06-21"]);
    expect(june.unbilled.at(-1)?.period.end).toBe("2026-06-26");
  });
});

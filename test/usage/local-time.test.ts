/** Conditions on the weekday and the time of day that calendar and clock of a place show when an event happens. */
import fc from "fast-check";
import {
  type InvoiceRequest,
  invoice,
  mergeUsage,
  type Predicate,
  safeParseCharge,
  settleOutcomes,
  simulate,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { shownTime, toLocal } from "../../src/time/zone.js";
import { judging, outcome } from "../support/outcomes.js";
import { eventOf, issuesOf, perUnit, planOf, productOf, stored } from "../support/plans.js";

const PARIS = "Europe/Paris";
const weekend = { localWeekday: ["saturday", "sunday"] } as const;
const night = { localTime: { from: "22:00", until: "06:00" } } as const;

function eventsAt(...times: readonly string[]): UsageEventInput[] {
  return times.map((timestamp) => eventOf({ id: timestamp, timestamp }));
}

/** Which of these moments fit, in a zone. */
function fitting(where: Predicate, timeZone: string, times: readonly string[]): readonly string[] {
  const charge = perUnit("outcome", "1", { filter: { where } });
  return times.filter(
    (time) => summarizeUsage(eventsAt(time), { charge, timeZone }).quantity === "1",
  );
}

describe("a condition on the local weekday", () => {
  it("looks at the calendar of the place", () => {
    // 31 January 2026 is a Saturday. In Paris it begins at 23:00 UTC on Friday, in New York at 05:00 UTC.
    const times = [
      "2026-01-30T22:59:59.999Z",
      "2026-01-30T23:00:00Z",
      "2026-01-31T04:59:59.999Z",
      "2026-01-31T05:00:00Z",
      "2026-01-31T22:59:59.999Z",
      "2026-01-31T23:00:00Z",
      "2026-02-01T04:59:59.999Z",
      "2026-02-01T05:00:00Z",
    ];
    const saturday = { localWeekday: ["saturday"] } as const;
    expect(fitting(saturday, PARIS, times)).toEqual(times.slice(1, 5));
    expect(fitting(saturday, "America/New_York", times)).toEqual(times.slice(3, 7));
    expect(fitting(saturday, "UTC", times)).toEqual(times.slice(2, 6));
  });

  it("knows the weekdays before 1970 too", () => {
    // Apollo 11 landed on a Sunday.
    expect(fitting({ localWeekday: ["sunday"] }, "UTC", ["1969-07-20T20:17:40Z"])).toHaveLength(1);
  });
});

describe("a condition on the local time of day", () => {
  it("is half open", () => {
    const times = [
      "05:59:59.999",
      "06:00:00",
      "21:59:59.999",
      "22:00:00",
      "23:59:59.999",
      "00:00:00",
    ];
    const at = times.map((time) => `2026-01-15T${time}+01:00`);
    expect(fitting({ localTime: { from: "06:00", until: "22:00" } }, PARIS, at)).toEqual([
      at[1],
      at[2],
    ]);
    // What wraps over midnight is the rest of the day.
    expect(fitting(night, PARIS, at)).toEqual([at[0], at[3], at[4], at[5]]);
  });

  it("knows seconds, and the end of the day", () => {
    const at = ["2026-01-15T23:30:14Z", "2026-01-15T23:30:15Z", "2026-01-15T23:59:59.999Z"];
    expect(fitting({ localTime: { from: "23:30:15", until: "24:00" } }, "UTC", at)).toEqual(
      at.slice(1),
    );
    expect(fitting({ localTime: { from: "23:30:15", until: "00:00" } }, "UTC", at)).toEqual(
      at.slice(1),
    );
    expect(fitting({ localTime: { from: "00:00", until: "24:00" } }, "UTC", at)).toEqual(at);
  });

  it("finds nothing in an hour that the clocks skip", () => {
    // On 29 March 2026 Paris goes from 02:00 to 03:00, at 01:00 UTC.
    const times = ["2026-03-29T00:59:59.999Z", "2026-03-29T01:00:00Z", "2026-03-29T01:59:59.999Z"];
    const hour = (from: string, until: string) =>
      fitting({ localTime: { from, until } }, PARIS, times);
    expect(hour("01:00", "02:00")).toEqual(times.slice(0, 1));
    expect(hour("02:00", "03:00")).toEqual([]);
    expect(hour("03:00", "04:00")).toEqual(times.slice(1));
  });

  it("finds both of an hour that the clocks show twice", () => {
    // On 25 October 2026 Paris goes from 03:00 back to 02:00, at 01:00 UTC.
    const times = [
      "2026-10-25T00:00:00Z",
      "2026-10-25T00:59:59.999Z",
      "2026-10-25T01:00:00Z",
      "2026-10-25T01:59:59.999Z",
      "2026-10-25T02:00:00Z",
    ];
    const hour = (from: string, until: string) =>
      fitting({ localTime: { from, until } }, PARIS, times);
    expect(hour("02:00", "03:00")).toEqual(times.slice(0, 4));
    expect(hour("02:30", "03:00")).toEqual([times[1], times[3]]);
    expect(hour("03:00", "04:00")).toEqual(times.slice(4));
    // What bills days goes on instead: they never go back.
    expect(shownTime(PARIS, Date.parse("2026-10-25T01:00:00Z"))).toBe(Date.UTC(2026, 9, 25, 2));
    expect(toLocal(PARIS, Date.parse("2026-10-25T01:00:00Z"))).toBe(
      Date.UTC(2026, 9, 25, 2, 59, 59, 999),
    );
  });

  it("and the weekday are of the event itself, also after midnight", () => {
    const fridayNight = { all: [{ localWeekday: ["friday"] }, night] } as const;
    // 30 January 2026 is a Friday.
    const times = ["2026-01-30T02:00:00Z", "2026-01-30T23:00:00Z", "2026-01-31T02:00:00Z"];
    expect(fitting(fridayNight, "UTC", times)).toEqual(times.slice(0, 2));
  });

  it("may stand in any condition", () => {
    const times = ["2026-01-31T12:00:00Z", "2026-01-29T23:00:00Z", "2026-01-29T12:00:00Z"];
    expect(fitting({ any: [weekend, night] }, "UTC", times)).toEqual(times.slice(0, 2));
    expect(fitting({ not: { any: [weekend, night] } }, "UTC", times)).toEqual(times.slice(2));
  });
});

describe("the place whose clock is looked at", () => {
  const charge = perUnit("outcome", "1", { filter: { where: weekend } });
  // Saturday 31 January, 04:59 in UTC: still Friday in New York.
  const usage = eventsAt("2026-01-31T04:59:00Z", "2026-01-31T05:00:00Z");
  const bill = (more: Partial<InvoiceRequest>, timeZone?: string) =>
    invoice({
      catalog: productOf(planOf([charge])),
      subscription: {
        id: "s1",
        customerId: "acme",
        ratePlanId: "starter",
        startDate: "2026-01-01",
        ...(timeZone === undefined ? {} : { timeZone }),
      },
      period: { start: "2026-01-01", end: "2026-02-01" },
      usage,
      ...more,
    });

  it("is that of the subscription", () => {
    expect(bill({}).total).toBe("2.00");
    expect(bill({}, "America/New_York").total).toBe("1.00");
  });

  it("is UTC in a simulation", () => {
    expect(simulate({ ...charge, currency: "USD" }, usage).amount).toBe("2.00");
  });

  const summary = (timeZone: string | undefined) =>
    summarizeUsage(usage, {
      charge,
      customerId: "acme",
      subscriptionId: "s1",
      agentType: "ocr-agent",
      period: { start: "2026-01-01", end: "2026-02-01" },
      ...(timeZone === undefined ? {} : { timeZone }),
    });

  it("is recorded in a summary, which is of no other place", () => {
    expect(summary(undefined)).toMatchObject({ timeZone: "UTC", quantity: "2" });
    const there = stored(
      summarizeUsage(usage, {
        charge,
        customerId: "acme",
        subscriptionId: "s1",
        agentType: "ocr-agent",
        period: { start: "2026-01-01T05:00:00Z", end: "2026-02-01T05:00:00Z" },
        timeZone: "America/New_York",
      }),
    );
    expect(bill({ usage: there }, "America/New_York").total).toBe("1.00");
    expect(issuesOf(() => mergeUsage(summary("UTC"), summary(PARIS)))).toContain(
      "usage_mismatch 1.timeZone",
    );
    expect(issuesOf(() => bill({ usage: there }))).toContain("usage_mismatch usage.timeZone");
    expect(simulate({ ...charge, currency: "USD" }, there).amount).toBe("1.00");
  });

  it("is no matter where no condition looks at it", () => {
    const plain = perUnit("outcome", "1", { filter: { where: { field: "name", exists: false } } });
    expect(summarizeUsage(usage, { charge: plain, timeZone: PARIS })).not.toHaveProperty(
      "timeZone",
    );
  });

  it("must be one that is known, in a stored summary", () => {
    const wrong = { ...stored(summary(PARIS)), timeZone: "Mars/Olympus" };
    expect(issuesOf(() => mergeUsage(wrong, wrong))).toContain("unknown_time_zone 0.timeZone");
  });
});

describe("outcomes that qualify by the clock", () => {
  const policy = { qualifies: { not: night } } as const;
  const happened = [
    outcome("day", 15, { timestamp: "2026-01-15T20:59:59Z" }),
    outcome("late", 15, { timestamp: "2026-01-15T21:00:00Z" }),
  ];

  it("do so in the time zone of the options", () => {
    const statesIn = (timeZone: string) =>
      settleOutcomes(happened, policy, { asOf: "2026-02-01", timeZone }).outcomes.map(
        ({ state }) => state,
      );
    expect(statesIn("UTC")).toEqual(["settled", "settled"]);
    expect(statesIn(PARIS)).toEqual(["settled", "unqualified"]);
  });

  it("do so in the summary's time zone when summaries are merged", () => {
    const options = { charge: judging(policy), customerId: "acme", timeZone: PARIS };
    const parts = happened.map((each) => stored(summarizeUsage([each], options)));
    const [a, b] = parts;
    if (a === undefined || b === undefined) throw new Error("unreachable: two summaries");
    expect(mergeUsage(a, b)).toEqual(summarizeUsage(happened, options));
    expect(mergeUsage(a, b).quantity).toBe("1");
  });
});

describe("LAWS of conditions on the local time", () => {
  const zones = fc.constantFrom(
    "UTC",
    PARIS,
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Casablanca",
  );
  const moments = fc
    .integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2035, 0, 1) })
    .map((instant) => new Date(instant).toISOString());
  // Half of them within a day of a change of clocks.
  const changes = fc
    .tuple(
      fc.constantFrom(
        "2026-03-29T01:00Z",
        "2026-10-25T01:00Z",
        "2026-11-01T06:00Z",
        "2011-12-30T10:00Z",
      ),
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
    )
    .map(([change, offset]) => new Date(Date.parse(change) + offset).toISOString());
  const times = fc.oneof(moments, changes);
  const clock = fc
    .tuple(fc.nat({ max: 23 }), fc.constantFrom(0, 15, 30))
    .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));

  /** What clocks show, as the runtime writes it. */
  const shown = (time: string, timeZone: string) => {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    }).formatToParts(new Date(time));
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
    return {
      weekday: part("weekday").toLowerCase(),
      time: `${part("hour")}:${part("minute")}:${part("second")}`,
    };
  };
  const WEEK = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
  ] as const;

  it("the weekday is the one that the runtime's calendar shows, and only that one", () => {
    fc.assert(
      fc.property(times, zones, (time, zone) => {
        const days = WEEK.filter(
          (day) => fitting({ localWeekday: [day] }, zone, [time]).length > 0,
        );
        expect(days).toEqual([shown(time, zone).weekday]);
      }),
    );
  });

  it("the time of day is the one that the runtime's clock shows; what wraps is all but what does not", () => {
    fc.assert(
      fc.property(times, zones, clock, clock, (time, zone, from, until) => {
        fc.pre(from !== until);
        const at = shown(time, zone).time;
        const fits = from < until ? at >= from && at < until : at >= from || at < until;
        expect(fitting({ localTime: { from, until } }, zone, [time])).toHaveLength(fits ? 1 : 0);
        expect(fitting({ localTime: { from: until, until: from } }, zone, [time])).toHaveLength(
          fits ? 0 : 1,
        );
      }),
    );
  });
});

describe("what is no condition on the local time", () => {
  const wrong = (where: unknown) => {
    const result = safeParseCharge({ ...perUnit("outcome", "1"), filter: { where } });
    return result.ok
      ? []
      : result.issues.map(({ code, path }) => `${code} ${path.slice(2).join(".")}`);
  };

  it.each<[unknown, readonly string[]]>([
    [{ localWeekday: [] }, ["out_of_range localWeekday"]],
    [{ localWeekday: "saturday" }, ["invalid_type localWeekday"]],
    [{ localWeekday: ["saturday", "Sun"] }, ["invalid_value localWeekday.1"]],
    [{ localTime: {} }, ["missing localTime.from", "missing localTime.until"]],
    [{ localTime: { from: "22:00" } }, ["missing localTime.until"]],
    [
      { localTime: { from: "9:00", until: "25:00" } },
      ["invalid_value localTime.from", "invalid_value localTime.until"],
    ],
    [{ localTime: { from: "22:00", until: "22:00" } }, ["invalid_value localTime.until"]],
    [{ localTime: { from: "22:00", until: "22:00:00" } }, ["invalid_value localTime.until"]],
    [{ localTime: { from: "24:00", until: "00:00" } }, ["invalid_value localTime.until"]],
    [
      { localTime: { from: 22, until: "24:01" } },
      ["invalid_value localTime.from", "invalid_value localTime.until"],
    ],
    [{ localTime: { from: "22:00", until: "06:00", zone: "UTC" } }, ["unknown_key localTime.zone"]],
    [
      { all: [{ not: { localTime: { from: "x", until: "06:00" } } }] },
      ["invalid_value all.0.not.localTime.from"],
    ],
  ])("%j", (where, issues) => {
    expect(wrong(where)).toEqual(issues);
  });

  it("is said by what it must be", () => {
    const messages = (where: unknown) => {
      const result = safeParseCharge({ ...perUnit("outcome", "1"), filter: { where } });
      return result.ok ? [] : result.issues.map(({ message }) => message);
    };
    expect(messages({ localTime: { from: "22:00", until: "22:00" } })).toEqual([
      'filter.where.localTime.until must be other than from (22:00), got "22:00"',
    ]);
    expect(messages({ localTime: { from: "10pm", until: "06:00" } })).toEqual([
      'filter.where.localTime.from must be a time of day such as "22:00" or "06:30:15", got "10pm"',
    ]);
  });
});

import { env } from "node:process";
import { TZDate, tzOffset } from "@date-fns/tz";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTimeZone, toInstant, toLocal } from "../../src/time/zone.js";
import { tries } from "../support/tries.js";
import { zonedInstant, zonedInstants, zonedLocal } from "./arbitraries.js";
import {
  changesOf,
  DAY,
  HOUR,
  instantsOf,
  knowsTzDate,
  MINUTE,
  reached,
  shown,
  ZONES,
} from "./clocks.js";

function at(text: string): number {
  return Date.parse(text);
}

describe("the host of these tests", () => {
  it("stands in the zone that its project names", () => {
    const { TZ = new Intl.DateTimeFormat().resolvedOptions().timeZone } = env;
    const now = new Date("2026-01-31T12:00:00Z");
    expect(tzOffset(TZ, now) + now.getTimezoneOffset()).toBe(0);
  });
});

describe("a zone that was asked for before", () => {
  it("is one still, and what is none is none", () => {
    for (const name of ["Europe/Paris", "UTC", "Europe/Paris"]) expect(isTimeZone(name)).toBe(true);
    for (const name of ["Europe/Atlantis", "Europe/Atlantis", "+01:00", ""]) {
      expect(isTimeZone(name)).toBe(false);
    }
  });
});

describe("the local time of an instant", () => {
  it("is what the clocks show, unless they were put back and have shown more", () => {
    fc.assert(
      fc.property(zonedInstant, ({ zone, instant }) => {
        const local = toLocal(zone, instant);
        const now = shown(zone, instant);
        // No clock has ever been put back by more than a day.
        const change = changesOf(zone).find((each) => each <= instant && instant < each + DAY);
        const most = change === undefined ? now : Math.max(now, shown(zone, change - 1));
        expect(local).toBe(most);
      }),
      tries(500),
    );
  });

  it("may be minutes and seconds ahead of UTC, as in Paris until 1911", () => {
    // 0:09:21
    const ahead = 9 * MINUTE + 21_000;
    const instant = at("1905-06-01T12:00:00Z");
    expect(toLocal("Europe/Paris", instant) - instant).toBe(ahead);
    expect(toInstant("Europe/Paris", instant + ahead)).toBe(instant);
  });

  it("never goes back", () => {
    fc.assert(
      fc.property(zonedInstants(2), ({ zone, instants }) => {
        const [a = 0, b = 0] = [...instants].sort((x, y) => x - y);
        return toLocal(zone, a) <= toLocal(zone, b);
      }),
    );
    fc.assert(
      fc.property(zonedInstant, fc.nat({ max: 3 * HOUR }), ({ zone, instant }, later) => {
        return toLocal(zone, instant) <= toLocal(zone, instant + later);
      }),
      tries(300),
    );
  });

  it("is what TZDate says wherever the clocks were not put back", () => {
    fc.assert(
      fc.property(zonedInstant, ({ zone, instant }) => {
        fc.pre(knowsTzDate(zone, instant));
        fc.pre(instantsOf(zone, shown(zone, instant)).length === 1);
        const date = new TZDate(instant, zone);
        const parts = Date.UTC(
          date.getFullYear(),
          date.getMonth(),
          date.getDate(),
          date.getHours(),
          date.getMinutes(),
          date.getSeconds(),
          date.getMilliseconds(),
        );
        expect(toLocal(zone, instant)).toBe(parts);
      }),
      tries(300),
    );
  });

  it.each([
    { zone: "UTC", instant: "2026-01-31T09:30:00.001Z", local: "2026-01-31T09:30:00.001Z" },
    { zone: "Asia/Kolkata", instant: "2026-01-31T18:30:00Z", local: "2026-02-01T00:00:00Z" },
    { zone: "Asia/Kathmandu", instant: "2026-01-31T18:15:00Z", local: "2026-02-01T00:00:00Z" },
    { zone: "Asia/Kathmandu", instant: "1980-01-31T18:30:00Z", local: "1980-02-01T00:00:00Z" },
    {
      zone: "America/New_York",
      instant: "2026-03-08T06:59:59.999Z",
      local: "2026-03-08T01:59:59.999Z",
    },
    { zone: "America/New_York", instant: "2026-03-08T07:00:00Z", local: "2026-03-08T03:00:00Z" },
    // From 01:59:59.999 the clocks go back to 01:00; an hour later they are past it.
    {
      zone: "America/New_York",
      instant: "2026-11-01T05:59:59.999Z",
      local: "2026-11-01T01:59:59.999Z",
    },
    {
      zone: "America/New_York",
      instant: "2026-11-01T06:00:00Z",
      local: "2026-11-01T01:59:59.999Z",
    },
    {
      zone: "America/New_York",
      instant: "2026-11-01T06:59:59.999Z",
      local: "2026-11-01T01:59:59.999Z",
    },
    { zone: "America/New_York", instant: "2026-11-01T07:00:00Z", local: "2026-11-01T02:00:00Z" },
    // London kept its summer time through the winters from 1968 to 1971.
    { zone: "Europe/London", instant: "1971-01-15T12:00:00Z", local: "1971-01-15T13:00:00Z" },
    { zone: "Europe/London", instant: "1972-01-15T12:00:00Z", local: "1972-01-15T12:00:00Z" },
    // Monrovia was 44 minutes and 30 seconds behind UTC until 7 January 1972.
    { zone: "Africa/Monrovia", instant: "1971-06-01T00:44:30Z", local: "1971-06-01T00:00:00Z" },
    {
      zone: "Africa/Monrovia",
      instant: "1972-01-07T00:44:29.999Z",
      local: "1972-01-06T23:59:59.999Z",
    },
    { zone: "Africa/Monrovia", instant: "1972-01-07T00:44:30Z", local: "1972-01-07T00:44:30Z" },
  ])("is $local in $zone at $instant", ({ zone, instant, local }) => {
    expect(new Date(toLocal(zone, at(instant)))).toEqual(new Date(local));
  });
});

describe("the instant of a local time", () => {
  it("is the first at which the clocks show it, or jump over it", () => {
    fc.assert(
      fc.property(zonedLocal, ({ zone, local }) => {
        const instant = toInstant(zone, local);
        expect(instant).toBe(reached(zone, local));
        expect(shown(zone, instant)).toBeGreaterThanOrEqual(local);
        expect(shown(zone, instant - 1)).toBeLessThan(local);
      }),
      tries(500),
    );
  });

  it("never goes back", () => {
    fc.assert(
      fc.property(zonedLocal, fc.nat({ max: 2 * DAY }), ({ zone, local }, later) => {
        return toInstant(zone, local) <= toInstant(zone, local + later);
      }),
      tries(300),
    );
  });

  it("is what TZDate says wherever clocks show the time exactly once", () => {
    fc.assert(
      fc.property(zonedLocal, ({ zone, local }) => {
        const instants = instantsOf(zone, local);
        fc.pre(instants.length === 1 && knowsTzDate(zone, local));
        const time = new Date(local);
        const date = new TZDate(
          time.getUTCFullYear(),
          time.getUTCMonth(),
          time.getUTCDate(),
          time.getUTCHours(),
          time.getUTCMinutes(),
          time.getUTCSeconds(),
          time.getUTCMilliseconds(),
          zone,
        );
        expect(toInstant(zone, local)).toBe(date.getTime());
      }),
      tries(300),
    );
  });

  it.each([
    { zone: "UTC", local: "2026-01-31T09:30:00.001Z", instant: "2026-01-31T09:30:00.001Z" },
    { zone: "America/New_York", local: "2026-03-08T00:00:00Z", instant: "2026-03-08T05:00:00Z" },
    { zone: "America/New_York", local: "2026-03-08T02:00:00Z", instant: "2026-03-08T07:00:00Z" },
    // 02:30 does not exist: it is reached when the clocks jump from 02:00 to 03:00.
    { zone: "America/New_York", local: "2026-03-08T02:30:00Z", instant: "2026-03-08T07:00:00Z" },
    { zone: "America/New_York", local: "2026-03-08T03:00:00Z", instant: "2026-03-08T07:00:00Z" },
    { zone: "America/New_York", local: "2026-03-09T00:00:00Z", instant: "2026-03-09T04:00:00Z" },
    // 01:30 is shown twice: the first time counts.
    { zone: "America/New_York", local: "2026-11-01T01:30:00Z", instant: "2026-11-01T05:30:00Z" },
    { zone: "America/New_York", local: "2026-11-01T02:00:00Z", instant: "2026-11-01T07:00:00Z" },
    // The midnight that Sao Paulo skipped, and the one before which it put the clocks back.
    { zone: "America/Sao_Paulo", local: "2018-11-04T00:00:00Z", instant: "2018-11-04T03:00:00Z" },
    { zone: "America/Sao_Paulo", local: "2018-11-04T01:00:00Z", instant: "2018-11-04T03:00:00Z" },
    { zone: "America/Sao_Paulo", local: "2019-02-16T23:00:00Z", instant: "2019-02-17T01:00:00Z" },
    { zone: "America/Sao_Paulo", local: "2019-02-17T00:00:00Z", instant: "2019-02-17T03:00:00Z" },
    // Half an hour: 02:00 to 02:30 is skipped in October, 01:30 to 02:00 comes twice in April.
    { zone: "Australia/Lord_Howe", local: "2026-10-04T02:15:00Z", instant: "2026-10-03T15:30:00Z" },
    { zone: "Australia/Lord_Howe", local: "2026-04-05T01:45:00Z", instant: "2026-04-04T14:45:00Z" },
    { zone: "Australia/Lord_Howe", local: "2026-04-05T02:00:00Z", instant: "2026-04-04T15:30:00Z" },
    // Samoa had no 30 December 2011.
    { zone: "Pacific/Apia", local: "2011-12-30T00:00:00Z", instant: "2011-12-30T10:00:00Z" },
    { zone: "Pacific/Apia", local: "2011-12-30T23:59:59.999Z", instant: "2011-12-30T10:00:00Z" },
    { zone: "Pacific/Apia", local: "2011-12-31T00:00:00Z", instant: "2011-12-30T10:00:00Z" },
    {
      zone: "Pacific/Apia",
      local: "2011-12-31T00:00:00.001Z",
      instant: "2011-12-30T10:00:00.001Z",
    },
    // Kwajalein had no 21 August 1993.
    { zone: "Pacific/Kwajalein", local: "1993-08-21T00:00:00Z", instant: "1993-08-21T12:00:00Z" },
    { zone: "Pacific/Kwajalein", local: "1993-08-22T00:00:00Z", instant: "1993-08-21T12:00:00Z" },
    // At 00:01 the clocks of St John's went back to 23:01: the day had begun a minute before.
    { zone: "America/St_Johns", local: "2010-11-07T00:00:00Z", instant: "2010-11-07T02:30:00Z" },
    { zone: "America/St_Johns", local: "2010-11-07T00:01:00Z", instant: "2010-11-07T03:31:00Z" },
    { zone: "America/St_Johns", local: "2011-03-13T00:00:00Z", instant: "2011-03-13T03:30:00Z" },
    { zone: "America/St_Johns", local: "2011-03-13T00:30:00Z", instant: "2011-03-13T03:31:00Z" },
    // Kathmandu began 1986 with a quarter of an hour that nobody had.
    { zone: "Asia/Kathmandu", local: "1986-01-01T00:00:00Z", instant: "1985-12-31T18:30:00Z" },
    { zone: "Asia/Kathmandu", local: "1986-01-01T00:15:00Z", instant: "1985-12-31T18:30:00Z" },
    { zone: "Africa/Monrovia", local: "1972-01-07T00:00:00Z", instant: "1972-01-07T00:44:30Z" },
  ])("is $instant for $local in $zone", ({ zone, local, instant }) => {
    expect(new Date(toInstant(zone, at(local)))).toEqual(new Date(instant));
  });
});

describe("local times and instants", () => {
  it("answer each other: an instant has reached a local time from its instant on, and not before", () => {
    fc.assert(
      fc.property(
        zonedLocal,
        fc.integer({ min: -26 * HOUR, max: 26 * HOUR }),
        ({ zone, local }, distance) => {
          const first = toInstant(zone, local);
          const instant = first + distance;
          expect(toLocal(zone, instant) >= local).toBe(instant >= first);
        },
      ),
      tries(500),
    );
  });

  it("come back no later as an instant, and no earlier as a local time", () => {
    fc.assert(
      fc.property(zonedInstant, zonedLocal, ({ zone, instant }, other) => {
        expect(toInstant(zone, toLocal(zone, instant))).toBeLessThanOrEqual(instant);
        const back = toLocal(other.zone, toInstant(other.zone, other.local));
        expect(back).toBeGreaterThanOrEqual(other.local);
      }),
      tries(500),
    );
  });

  it("come back the same where clocks show the time exactly once", () => {
    fc.assert(
      fc.property(zonedLocal, ({ zone, local }) => {
        const [instant, second] = instantsOf(zone, local);
        fc.pre(instant !== undefined && second === undefined);
        expect(toLocal(zone, instant ?? 0)).toBe(local);
        expect(toInstant(zone, local)).toBe(instant);
      }),
      tries(300),
    );
  });

  it("are the same at every change of clocks, to the millisecond", () => {
    for (const zone of ZONES) {
      for (const change of changesOf(zone)) {
        const [before, after] = [shown(zone, change - 1), shown(zone, change)];
        expect(toLocal(zone, change - 1)).toBe(before);
        expect(toLocal(zone, change)).toBe(Math.max(before, after));
        expect(toInstant(zone, before + 1)).toBe(reached(zone, before + 1));
        expect(toInstant(zone, after)).toBe(reached(zone, after));
      }
    }
  });

  it("do not depend on what was asked before", () => {
    // More days than are remembered, so that what was remembered is forgotten on the way.
    const noon = (day: number) => day * DAY + 12 * HOUR;
    const zone = "Europe/Paris";
    const days = [0, 10_000, 19_999, 20_000, 25_000, 30_000];
    const first = days.map((day) => toLocal(zone, noon(day)));
    for (let day = 0; day <= 30_000; day += 1) toLocal(zone, noon(day));
    expect(days.map((day) => toLocal(zone, noon(day)))).toEqual(first);
    expect(first).toEqual(days.map((day) => shown(zone, noon(day))));
  });
});

describe("the name of a time zone", () => {
  it.each([
    ...ZONES,
    ...["Europe/Paris", "GMT", "Etc/UTC", "Etc/GMT+5", "Etc/GMT-14", "EST5EDT"],
    ...["America/Argentina/Buenos_Aires", "America/Port-au-Prince", "Asia/Calcutta"],
  ])("may be %s", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  const others: readonly unknown[] = [
    ...["", " ", "Nowhere", "Mars/Olympus", "Europe/", "/Europe/Paris", "Europe/Paris/"],
    ...[" UTC", "UTC ", "UTC\n", "Europe/Paris\0", "Europe\\Paris", "Europe/Pаris", "ＵＴＣ"],
    ...["../Europe/Paris", "Europe/../UTC", "Europe//Paris", "Etc/Unknown"],
    // Offsets say nothing about the rules of a place.
    ...["+05:30", "-08:00", "+0530", "+05", "05:30", "UTC+1", "UTC+01:00", "GMT+05:30", "Z"],
    ...["Foo/GMT+05", "Foo/GMT+05:00", "Bar-08:00", "x+01"],
    ...["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"],
    ...["undefined", "null", "NaN", "[object Object]"],
    ...["A".repeat(65), "A".repeat(1_000_000), "Europe/Paris".repeat(100_000), "A/".repeat(32)],
    ...[null, undefined, 0, 1, Number.NaN, true, 1n, Symbol("UTC"), new Date(0)],
    ...[["UTC"], { timeZone: "UTC" }, new String("UTC"), { toString: () => "UTC" }, () => "UTC"],
  ];
  it.each(others.map((name) => ({ name, written: String(name).slice(0, 40) })))(
    "may not be $written",
    ({ name }) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );

  it("is known for any value whatever, or not, without an error", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[A-Za-z]{1,8}(?:\/[A-Za-z_]{1,8})?[+-]?[0-9]{0,4}$/),
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), texts), (name) => {
        const isKnown = isTimeZone(name);
        expect(isKnown).toBe(typeof name === "string" && isTimeZone(name));
        if (isKnown) expect(Number.isInteger(toInstant(name, 0))).toBe(true);
      }),
      tries(500),
    );
  });

  it("stays the same before and after it was used", () => {
    for (const zone of ZONES) {
      toLocal(zone, 25 * MINUTE);
      expect(isTimeZone(zone)).toBe(true);
    }
    expect(isTimeZone("Nowhere/At_All")).toBe(false);
  });
});

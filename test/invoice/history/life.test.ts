/** How a document records the life that it knew, and what a later one finds otherwise. */
import type { Invoice, RecordedLife, SubscriptionChangeInput, SubscriptionInput } from "rateplan";
import { describe, expect, it } from "vitest";
import type { History } from "../../../src/invoice/history/history.js";
import {
  lateChange,
  lifeDigest,
  recordLife,
  settledUntil,
} from "../../../src/invoice/history/life.js";
import { knownBefore, type Timeline } from "../../../src/subscription/timeline.js";
import { formatDate } from "../../../src/time/date.js";
import { on } from "../../support/closed-parts.js";
import { fee, perUnit, planOf, unchecked } from "../../support/plans.js";
import { timelineOf } from "../../support/timelines.js";

const seat = perUnit("seats", "1", unchecked({ chargeType: "recurring", unitOfMeasure: "@seat" }));
const plans = ["starter", "pro", "max"].map((id) => planOf([fee("fee", "10"), seat], { id }));

/** A life from January on, on the plan `starter`, with some seats. */
const lifeOf = (more: Partial<SubscriptionInput> = {}) =>
  timelineOf(plans, { startDate: "2026-01-01", quantities: { seats: 2 }, ...more });
const withChanges = (...changes: readonly SubscriptionChangeInput[]) => lifeOf({ changes });
const to = (ratePlanId: string, date: string) => ({ effectiveDate: `2026-${date}`, ratePlanId });
const seatsFrom = (date: string, seats: number) => ({
  effectiveDate: `2026-${date}`,
  quantities: { seats },
});
const priceFrom = (date: string, amount: string) => ({
  effectiveDate: `2026-${date}`,
  overrides: { fee: { model: "flat", amount } as const },
});
const plain = lifeOf();
const toPro = withChanges(to("pro", "01-11"));

describe("the digest of a life", () => {
  const atFebruary = (life: Timeline) => lifeDigest(life, on("02-01"));

  it("is the same whatever happens later", () => {
    for (const life of [
      withChanges(to("pro", "02-02")),
      withChanges(seatsFrom("02-02", 5)),
      withChanges(priceFrom("02-02", "5")),
      withChanges({ ...to("pro", "02-02"), fees: "whole" }),
      lifeOf({ endDate: "2026-02-02" }),
    ]) {
      expect(atFebruary(life)).toBe(atFebruary(plain));
    }
    // That something changes at the end shows, but not what.
    const pro = { ...to("pro", "02-01") };
    const atEnd = withChanges(pro);
    expect(atFebruary(atEnd)).not.toBe(atFebruary(plain));
    for (const change of [
      to("max", "02-01"),
      seatsFrom("02-01", 5),
      priceFrom("02-01", "5"),
      { ...pro, fees: "whole" } as const,
    ]) {
      expect(atFebruary(withChanges(change))).toBe(atFebruary(atEnd));
    }
  });

  it("is another for each life", () => {
    const paused = { effectiveDate: "2026-01-11", status: "paused" } as const;
    const lives = [
      plain,
      lifeOf({ ratePlanId: "pro" }),
      lifeOf({ quantities: { seats: 3 } }),
      lifeOf({ quantities: {} }),
      lifeOf({ overrides: { fee: { model: "flat", amount: "5" } } }),
      lifeOf({ trialDays: 10 }),
      lifeOf({ trialDays: 31 }),
      lifeOf({ endDate: "2026-02-01" }),
      lifeOf({ endDate: "2026-01-11" }),
      toPro,
      withChanges(to("pro", "01-12")),
      withChanges({ ...to("pro", "01-11"), fees: "whole" }),
      withChanges({ ...to("pro", "01-12"), fees: "whole" }),
      withChanges(to("pro", "01-11"), to("max", "01-12")),
      withChanges(to("pro", "02-01")),
      withChanges(paused),
      withChanges(seatsFrom("01-11", 3)),
      withChanges(seatsFrom("01-11", 4)),
      withChanges(priceFrom("01-11", "5")),
      withChanges(priceFrom("01-11", "6")),
    ];
    expect(new Set(lives.map(atFebruary)).size).toBe(lives.length);
    for (const life of lives) expect(atFebruary(life)).toMatch(/^[0-9a-f]{16}$/);
  });

  it("knows of nothing that is not known yet", () => {
    for (const change of [seatsFrom("01-11", 3), priceFrom("01-11", "5")]) {
      expect(atFebruary(knownBefore(withChanges(change), on("01-11")))).toBe(atFebruary(plain));
    }
  });

  it("is recorded with its date, at each of several instants", () => {
    const dates = [on("01-11"), on("02-01") + 1];
    expect(recordLife(dates.map((until) => ({ timeline: toPro, until })))).toEqual([
      { until: "2026-01-11", digest: lifeDigest(toPro, on("01-11")) },
      { until: "2026-02-01T00:00:00.001Z", digest: lifeDigest(toPro, on("02-01") + 1) },
    ]);
  });
});

/** How documents have known a life at some instants. */
function knownAs(life: Timeline, ...dates: readonly number[]): readonly RecordedLife[] {
  return recordLife(dates.map((until) => ({ timeline: life, until })));
}

interface Written {
  readonly life: readonly RecordedLife[];
  /** When the parts begin that it has priced. */
  readonly from?: readonly string[];
  /** Its number, where it is not one more than that of the document before. */
  readonly sequence?: number;
}

describe("what is settled", () => {
  /** Up to when everything is as it is known now, and which document was asked for. */
  function settled(now: Timeline, ...documents: readonly Written[]) {
    let last = 0;
    const written = documents.map(({ life, from = [], sequence = last + 1 }) => {
      last = sequence;
      const previous =
        sequence === 1 ? null : { sequence: sequence - 1, idempotencyKey: `d${sequence - 1}` };
      const parts = from.map((start) => ({
        period: { start: `2026-${start}`, end: "2027-01-01" },
      }));
      const basis = { life, parts, previous };
      return { document: unchecked<Invoice>({ sequence, basis }) };
    });
    const asked: string[] = [];
    const history = unchecked<History>({ documents: written, zone: "UTC" });
    const until = settledUntil(history, now, (key) => asked.push(key));
    return [formatDate(until, "UTC"), ...asked];
  }
  const [jan11, feb, mar, apr] = ["01-11", "02-01", "03-01", "04-01"].map(on) as [
    ...[number, number, number, number],
  ];

  it("is all that the last document knew as it is known now", () => {
    expect(settled(plain, { life: knownAs(plain, feb, mar), from: ["01-01"] })).toEqual([
      "2026-03-01",
    ]);
    // Of what it knew, that which has not changed since.
    const changed = withChanges(to("pro", "02-11"));
    for (const dates of [
      [feb, mar],
      [mar, feb],
    ]) {
      expect(settled(changed, { life: knownAs(plain, ...dates) })).toEqual(["2026-02-01"]);
    }
  });

  it("goes back to a document that knew the same life, without what was priced for another since", () => {
    const first = { life: knownAs(plain, feb), from: ["01-01"] };
    const second = { life: knownAs(toPro, mar), from: ["02-01", "01-01"] };
    expect(settled(plain, first, second)).toEqual(["2026-01-01"]);
    expect(settled(plain, first, { ...second, from: ["03-01", "01-11"] })).toEqual(["2026-01-11"]);
    expect(settled(plain, first, { ...second, from: ["02-01"] })).toEqual(["2026-02-01"]);
    expect(settled(plain, first, { ...second, from: ["03-01"] })).toEqual(["2026-02-01"]);
    const third = { life: knownAs(toPro, apr), from: ["03-01"] };
    expect(settled(plain, first, { ...second, from: ["01-11"] }, third)).toEqual(["2026-01-11"]);
  });

  it("is nothing where no document knew the same life, and the next to look at is asked for", () => {
    const other = { life: knownAs(toPro, feb, jan11 + 1) };
    expect(settled(plain)).toEqual(["2026-01-01"]);
    expect(settled(plain, other)).toEqual(["2026-01-01"]);
    expect(settled(plain, { ...other, sequence: 3 })).toEqual(["2026-01-01", "d2"]);
    const first = { life: knownAs(plain, feb) };
    expect(settled(plain, first, { ...other, sequence: 3 })).toEqual(["2026-01-01", "d2"]);
    expect(settled(plain, first, { ...other, from: ["02-01"] })).toEqual(["2026-02-01"]);
  });
});

describe("a late change", () => {
  const feb = on("02-01");
  /** Of a life that the last document knew as it was then. */
  function late(
    now: Timeline,
    life: readonly RecordedLife[],
    billedUntil: string | null = "2026-02-01",
  ) {
    return lateChange(now, unchecked({ document: { basis: { life, billedUntil } } }));
  }
  /** As the document of January knew it, which bills February ahead. */
  const january = knownAs(plain, feb, feb + 1, on("03-01"));

  it("is none where the life is as it was known, or changes after the time that is invoiced", () => {
    expect(late(plain, january)).toBeUndefined();
    expect(late(withChanges(to("pro", "02-02")), january)).toBeUndefined();
    expect(late(toPro, knownAs(toPro, feb, feb + 1))).toBeUndefined();
  });

  it("is of invoiced time, or of the moment alone at which the next begins", () => {
    const before = { at: feb, isOfBoundary: false };
    expect(late(toPro, january)).toEqual(before);
    expect(late(withChanges(to("pro", "01-11"), to("max", "02-01")), january)).toEqual(before);
    expect(late(withChanges(to("pro", "02-01")), january)).toEqual({ at: feb, isOfBoundary: true });
    // Where nothing is billed ahead, nothing was looked at that begins then.
    expect(late(withChanges(to("pro", "02-01")), knownAs(plain, feb))).toBeUndefined();
    // One that was known is withdrawn.
    const known = knownAs(withChanges(to("pro", "02-01")), feb, feb + 1);
    expect(late(withChanges(to("pro", "02-02")), known)).toEqual(before);
  });

  it("counts from the moment of the document, or the end of what was billed, whichever is later", () => {
    const opening = knownAs(plain, on("01-01"), on("01-01") + 1, feb);
    const atStart = withChanges(to("pro", "01-01"));
    expect(late(atStart, opening, null)).toEqual({ at: on("01-01"), isOfBoundary: true });
    expect(late(toPro, opening, null)).toBeUndefined();
    const change = knownAs(toPro, on("02-11"), on("03-01"));
    expect(late(toPro, change)).toBeUndefined();
    expect(late(plain, change)).toEqual({ at: on("02-11"), isOfBoundary: false });
    // A document of an earlier moment has not looked at what was invoiced after it.
    const dated = knownAs(toPro, on("01-11"), on("01-11") + 1);
    expect(late(toPro, dated)).toEqual({ at: feb, isOfBoundary: false });
    expect(late(withChanges(to("pro", "01-11"), to("max", "02-01")), dated)).toEqual({
      ...{ at: feb, isOfBoundary: false },
    });
  });

  it("is none where the subscription is over by then, or nothing but usage was looked at", () => {
    expect(late(lifeOf({ endDate: "2026-02-01" }), january)).toBeUndefined();
    expect(late(lifeOf({ endDate: "2026-01-11" }), january)).toBeUndefined();
    expect(late(lifeOf({ endDate: "2026-02-02" }), january)).toBeUndefined();
    expect(late(toPro, [])).toBeUndefined();
  });
});

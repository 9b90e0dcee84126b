/** On which terms closed time was billed: what documents recorded, whatever the catalog says today. */
import type { RatePlanInput, SubscriptionInput } from "rateplan";
import { describe, expect, it } from "vitest";
import type { ClosedPart, ClosedSegment } from "../../../src/invoice/history/closed-part.js";
import { closedTerms } from "../../../src/invoice/history/closed-terms.js";
import { stateAt, type Timeline } from "../../../src/subscription/timeline.js";
import type { Interval } from "../../../src/time/interval.js";
import { days, historyOf, on, partOver, segmentOf, stateOn } from "../../support/closed-parts.js";
import { fee, planOf, unchecked } from "../../support/plans.js";
import { timelineOf } from "../../support/timelines.js";

const [january, february] = [days("01-01", "02-01"), days("02-01", "03-01")];
const quarter = days("01-01", "04-01");
const AHEAD = { billingTiming: "in-advance" } as const;
const once = (id: string) => fee(id, "99", unchecked({ chargeType: "one-time" }));

/** What the catalog lists today. */
const charges = [fee("fee", "99"), fee("ahead", "99", AHEAD), once("setup")];
const starter = planOf(charges);

/** A life on the plan `starter` from January on. */
function lifeOf(more: Partial<SubscriptionInput> = {}, ...plans: readonly RatePlanInput[]) {
  return timelineOf([starter, ...plans], { startDate: "2026-01-01", ...more });
}
const life = lifeOf();
const own = (amount: string) =>
  lifeOf({ overrides: { fee: { model: "flat", amount }, ahead: { model: "flat", amount } } });

function segment(amount: string, period: Interval, more: Partial<ClosedSegment> = {}) {
  return segmentOf(fee("fee", amount), period, { cycle: january, ...more });
}
function ahead(amount: string, period: Interval, more: Partial<ClosedSegment> = {}) {
  return segmentOf(fee("ahead", amount, AHEAD), period, { cycle: quarter, ...more });
}
const within = (...segments: readonly ClosedSegment[]) => partOver(january, { segments });

/** What a charge was billed at, at a date: its price, with `own` where that is the customer's own. */
function priceAt(
  parts: readonly ClosedPart[],
  date: string,
  {
    id = "fee",
    cycle = january,
    timeline = life,
  }: { readonly id?: string; readonly cycle?: Interval; readonly timeline?: Timeline } = {},
): string | undefined {
  const state = stateAt(timeline, on(date));
  if (state === undefined) throw new Error(`no state on ${date}`);
  const terms = closedTerms(historyOf(...parts), undefined);
  const found = terms.chargeAt(id, cycle, on(date), state, timeline);
  if (found === undefined || found === "not-sold") return found;
  const { charge, overridden } = found;
  const price = charge.pricing.model === "flat" ? charge.pricing.amount : charge.pricing.model;
  return overridden ? `${price} own` : price;
}

describe("a charge of closed time", () => {
  it("costs what it was billed at just then", () => {
    const parts = [
      within(segment("10", days("01-01", "01-11")), segment("20", days("01-11", "02-01"))),
    ];
    expect(["01-01", "01-10", "01-11", "01-31"].map((date) => priceAt(parts, date))).toEqual([
      ...["10", "10", "20", "20"],
    ]);
  });

  it("costs what it was billed at in another cycle, where periods have other boundaries now", () => {
    const moved = { cycle: days("01-15", "02-15") };
    expect(priceAt([within(segment("10", january))], "01-20", moved)).toBe("10");
    // Of the cycle itself, another does not count.
    const parts = [
      within(segment("10", january)),
      partOver(february, { segments: [segment("20", moved.cycle, moved)] }),
    ];
    expect(priceAt(parts, "01-20", moved)).toBe("20");
    expect(priceAt(parts, "01-20")).toBe("10");
  });

  it("is the catalog's where it was billed on another plan alone", () => {
    const onPro = segment("10", january, { ratePlanId: "pro" });
    const states = [stateOn("pro", january)];
    expect(priceAt([partOver(january, { states, segments: [onPro] })], "01-15")).toBeUndefined();
  });

  it("costs the same on both plans that were billed in its time, where it was recorded once", () => {
    const states = [
      stateOn("pro", days("01-01", "01-15")),
      stateOn("starter", days("01-15", "02-01")),
    ];
    const both = segment("10", january, { ratePlanId: "pro" });
    const parts = [partOver(january, { states, segments: [both] })];
    expect(priceAt(parts, "01-15")).toBe("10");
    expect(priceAt(parts, "01-14")).toBeUndefined();
  });

  it("costs the same also after the time of the part that billed it ahead", () => {
    const states = [stateOn("pro", january)];
    const segments = [ahead("10", quarter, { ratePlanId: "pro" })];
    const billedAhead = partOver(january, { part: "in-advance", states, segments });
    const of = { id: "ahead", cycle: quarter };
    expect(priceAt([billedAhead, partOver(february)], "02-15", of)).toBe("10");
    const usage = partOver(february, { states: [stateOn("pro", february)] });
    expect(priceAt([billedAhead, usage], "02-15", of)).toBeUndefined();
    // On its own plan, whether or not anything says more of the time.
    const own = partOver(january, { part: "in-advance", segments: [ahead("10", quarter)] });
    expect(priceAt([own], "02-15", of)).toBe("10");
    // One of several parts of the time is enough.
    expect(priceAt([billedAhead, usage, partOver(days("02-10", "03-10"))], "02-15", of)).toBe("10");
  });
});

describe("a charge at an instant of closed time that it was not billed for", () => {
  const segments = [segment("10", days("01-01", "01-11")), segment("20", days("01-21", "02-01"))];
  const other = partOver(january, {
    segments,
    states: [
      stateOn("starter", days("01-01", "01-11")),
      stateOn("pro", days("01-11", "01-21")),
      stateOn("starter", days("01-21", "02-01")),
    ],
  });

  it("costs what the plan billed nearest to it, where another plan was billed", () => {
    // The first ends with the 10th, the second begins with the 21st: the 16th is as near to both.
    const dates = ["01-11", "01-15", "01-16", "01-17", "01-20"];
    expect(dates.map((date) => priceAt([other], date))).toEqual(["10", "10", "10", "20", "20"]);
  });

  it("was not sold where its plan was billed without it", () => {
    expect(priceAt([within(...segments)], "01-15")).toBe("not-sold");
    // Also where one of several segments says so.
    const pro = partOver(days("01-01", "01-25"), {
      segments: segments.slice(0, 1),
      states: [stateOn("pro", days("01-01", "01-25"))],
    });
    const starter = partOver(days("01-12", "02-01"), { segments: segments.slice(1) });
    expect(priceAt([pro, starter], "01-15")).toBe("not-sold");
  });

  it("costs what is nearest while its cycle is not over", () => {
    const inQuarter = segments.map((each) => ({ ...each, cycle: quarter }));
    expect(priceAt([within(...inQuarter)], "01-15", { cycle: quarter })).toBe("10");
  });

  it("costs what the catalog says from where nothing is closed", () => {
    const of = { cycle: quarter };
    const parts = [within(segment("10", days("01-01", "01-11"), of))];
    expect(["01-31", "02-01", "02-15"].map((date) => priceAt(parts, date, of))).toEqual([
      ...["10", undefined, undefined],
    ]);
  });

  it("was not sold in advance as soon as its plan was billed without it", () => {
    const of = { id: "ahead", cycle: quarter };
    const part = (plan: string) =>
      partOver(january, {
        part: "in-advance",
        segments: [ahead("10", days("01-01", "01-11"))],
        states: [stateOn(plan, january)],
      });
    expect(priceAt([part("starter")], "01-20", of)).toBe("not-sold");
    expect(priceAt([part("pro")], "01-20", of)).toBe("10");
    // February is closed in arrears alone.
    const usage = partOver(february, { states: [stateOn("pro", february)] });
    expect(priceAt([part("starter"), usage], "02-15", of)).toBeUndefined();
  });
});

describe("a charge of a cycle whose plan is left in it", () => {
  const left = lifeOf(
    { changes: [{ effectiveDate: "2026-01-21", ratePlanId: "pro" }] },
    planOf([fee("other", "5")], { id: "pro" }),
  );
  const first = days("01-01", "01-21");
  const leaving = stateOn("starter", first, { isLast: true });
  const closedWith = (more: Partial<ClosedPart>) =>
    partOver(first, {
      states: [leaving],
      segments: [segment("10", days("01-11", "01-21"))],
      ...more,
    });
  const at = (...parts: readonly ClosedPart[]) => priceAt(parts, "01-05", { timeline: left });

  it("was not sold before it was billed, where documents knew that the plan is left", () => {
    expect(at(closedWith({}))).toBe("not-sold");
    const trial = stateOn("starter", days("01-01", "01-02"), { isBilled: false });
    expect(at(closedWith({ states: [trial, leaving] }))).toBe("not-sold");
    // The fees ahead of the next plan.
    const next = partOver(days("01-21", "02-01"), {
      part: "in-advance",
      states: [stateOn("pro", days("01-21", "02-01"))],
    });
    expect(at(closedWith({}), next)).toBe("not-sold");
  });

  it("costs what was billed where they did not, or went on with it", () => {
    const lasting = { ...leaving, isLast: false };
    expect(at(closedWith({ states: [lasting] }))).toBe("10");
    const pro = stateOn("pro", days("01-11", "01-21"), { isLast: true });
    expect(at(closedWith({ states: [lasting, pro] }))).toBe("10");
    const earlier = stateOn("starter", days("01-01", "01-20"), { isLast: true });
    expect(at(closedWith({ states: [earlier] }))).toBe("10");
    const after = stateOn("starter", days("01-21", "02-01"));
    expect(at(closedWith({}), partOver(days("01-21", "02-01"), { states: [after] }))).toBe("10");
  });

  it("costs what was billed where only fees ahead know of it", () => {
    const usage = partOver(first, { segments: [segment("10", days("01-11", "01-21"))] });
    const known = partOver(first, { part: "in-advance", states: [leaving] });
    expect(at(usage, known)).toBe("10");
  });
});

describe("the customer's own price in closed time", () => {
  const listed = segment("10", days("01-01", "01-11"));
  const priced = segment("7", days("01-11", "02-01"), { overridden: true });

  it("is that of today, on the charge as it was billed", () => {
    const parts = [within(listed, priced)];
    expect(priceAt(parts, "01-05", { timeline: own("5") })).toBe("5 own");
    expect(priceAt(parts, "01-15", { timeline: own("5") })).toBe("5 own");
    const state = stateAt(own("7"), on("01-15"));
    const terms = closedTerms(historyOf(...parts), undefined);
    const found = state && terms.chargeAt("fee", january, on("01-15"), state, own("7"));
    expect(found).toEqual({ charge: priced.charge, overridden: true });
    expect(found === "not-sold" || found?.charge).toBe(priced.charge);
  });

  it("gives way to the price of the plan that was billed in the same cycle, else to the catalog's", () => {
    expect(priceAt([within(listed, priced)], "01-15")).toBe("10");
    expect(priceAt([within(priced)], "01-15")).toBeUndefined();
    const pro = segment("10", days("01-01", "01-11"), { ratePlanId: "pro" });
    expect(priceAt([within(pro, priced)], "01-15")).toBeUndefined();
  });
});

describe("a charge that came to the catalog after its time was closed", () => {
  const closed = [partOver(january)];

  it("was not sold in arrears when its cycle is over", () => {
    expect(priceAt(closed, "01-15")).toBe("not-sold");
    expect(priceAt(closed, "01-15", { cycle: quarter })).toBeUndefined();
    expect(priceAt(closed, "02-15", { cycle: february })).toBeUndefined();
    const pro = partOver(january, { states: [stateOn("pro", january)] });
    expect(priceAt([pro], "01-15")).toBeUndefined();
    // Whatever another plan was billed before.
    const early = days("01-01", "01-11");
    const changed = partOver(january, {
      states: [stateOn("pro", early), stateOn("starter", days("01-11", "02-01"))],
      segments: [segment("10", early, { ratePlanId: "pro" })],
    });
    expect(priceAt([changed], "01-15")).toBe("not-sold");
    expect(priceAt(closed, "01-15", { id: "gone" })).toBeUndefined();
  });

  it("was not sold in advance when fees ahead were billed without it", () => {
    const fees = partOver(january, { part: "in-advance" });
    expect(priceAt([fees], "01-15", { id: "ahead", cycle: quarter })).toBe("not-sold");
    expect(priceAt(closed, "01-15", { id: "ahead", cycle: quarter })).toBeUndefined();
    expect(priceAt([fees], "01-15")).toBeUndefined();
  });

  it("was not sold once when the period in which it falls due was billed", () => {
    expect(priceAt(closed, "01-01", { id: "setup", cycle: quarter })).toBe("not-sold");
    expect(priceAt([], "01-01", { id: "setup", cycle: quarter })).toBeUndefined();
  });

  it("is the catalog's where it came with a date that lay ahead of the document", () => {
    const dated = (effectiveDate: string) =>
      timelineOf([planOf([fee("fee", "99", { effectiveDate })])], { startDate: "2026-01-01" });
    const priceOf = (timeline: Timeline) => priceAt(closed, "01-31", { timeline });
    expect(priceOf(dated("2026-01-31"))).toBe("not-sold");
    const opening = unchecked<ClosedPart["first"]>({ period: days("01-01", "01-15") });
    const early = [partOver(january, { first: opening })];
    expect(priceAt(early, "01-31", { timeline: dated("2026-01-14") })).toBe("not-sold");
    expect(priceAt(early, "01-31", { timeline: dated("2026-01-15") })).toBeUndefined();
  });

  it("is the catalog's where the next plan of its cycle has the same", () => {
    const leaving = stateOn("starter", days("01-01", "01-21"), { isLast: true });
    const parts = [partOver(days("01-01", "01-21"), { states: [leaving] })];
    const change = { changes: [{ effectiveDate: "2026-01-21", ratePlanId: "pro" }] };
    const priceWith = (...next: RatePlanInput["charges"]) =>
      priceAt(parts, "01-15", { timeline: lifeOf(change, planOf(next, { id: "pro" })) });
    expect(priceWith(fee("fee", "99"))).toBeUndefined();
    expect(priceWith(fee("fee", "98"))).toBe("not-sold");
    expect(priceWith(fee("other", "99"))).toBe("not-sold");
    // One that follows after the cycle is of no matter.
    const later = { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "pro" }] };
    const timeline = lifeOf(later, planOf([fee("fee", "99")], { id: "pro" }));
    expect(priceAt(closed, "01-15", { timeline })).toBe("not-sold");
  });
});

/** Which charges, discounts, limits and terms of plans closed time was billed with. */
import { describe, expect, it } from "vitest";
import type {
  ClosedCommitment,
  ClosedPart,
  ClosedSegment,
  ClosedTerm,
} from "../../../src/invoice/history/closed-part.js";
import { closedTerms } from "../../../src/invoice/history/closed-terms.js";
import { ZERO } from "../../../src/money/fraction.js";
import { stateAt } from "../../../src/subscription/timeline.js";
import type { Interval } from "../../../src/time/interval.js";
import { days, historyOf, on, partOver, segmentOf, stateOn } from "../../support/closed-parts.js";
import { fee, planOf } from "../../support/plans.js";
import { timelineOf } from "../../support/timelines.js";

const [january, february] = [days("01-01", "02-01"), days("02-01", "03-01")];
const life = timelineOf([planOf([fee("fee", "10")])], { startDate: "2026-01-01" });
const state = stateAt(life, on("01-01"));
if (state === undefined) throw new Error("a life without states");

const termsOf = (parts: readonly ClosedPart[], own?: ClosedPart) =>
  closedTerms(historyOf(...parts), own);
const onPro = { states: [stateOn("pro", january)] };

function off(id: string, period: Interval): ClosedSegment {
  const pricing = { model: "discount", percent: "10" } as const;
  return segmentOf({ id, name: id, chargeType: "recurring", pricing }, period);
}

describe("the charges of closed time", () => {
  const [first, second] = [segmentOf(fee("b", "1"), january), segmentOf(fee("a", "1"), january)];
  const again = { ...first, period: february };
  const parts = [
    partOver(january, { segments: [first, second], discounts: [off("d", january)] }),
    partOver(february, { segments: [again] }),
  ];
  const [own] = parts;
  const half = days("01-15", "02-15");

  it("are each named once, with the dates of their stretches", () => {
    const terms = termsOf(parts);
    expect(terms.chargesIn(half)).toEqual([first.charge, second.charge]);
    expect(terms.chargesIn(february)).toEqual([first.charge]);
    expect(terms.datesOf("b", half)).toEqual([on("02-01")]);
    expect(terms.datesOf("b", days("01-01", "04-01"))).toEqual(["01-01", "02-01", "03-01"].map(on));
    expect(terms.datesOf("other", half)).toEqual([]);
    expect(terms.discountDates(half)).toEqual([on("02-01")]);
  });

  it("stand in the order of the part that is priced again", () => {
    expect(termsOf(parts, own).order).toEqual(["b", "a"]);
    expect(termsOf(parts).order).toEqual([]);
  });

  it("are put together once for all that is priced for the first time", () => {
    const history = historyOf(...parts);
    expect(closedTerms(history, undefined)).toBe(closedTerms(history, undefined));
  });
});

describe("the discounts of closed time", () => {
  const parts = [
    partOver(january, { ...onPro, discounts: [off("of pro", january)] }),
    partOver(january, { part: "in-advance", discounts: [off("ahead", january)] }),
    partOver(days("01-01", "01-15"), {
      discounts: [
        off("early", days("01-01", "01-11")),
        off("late", days("01-11", "01-15")),
        segmentOf(fee("no discount", "1"), january),
      ],
    }),
  ];
  const at = (date: string, own?: ClosedPart, all = parts) =>
    termsOf(all, own)
      .discountsAt(on(date), state)
      ?.map(({ id }) => id);

  it("are those that were recorded in arrears on the plan, just then", () => {
    expect(at("01-10")).toEqual(["early"]);
    expect(at("01-11")).toEqual(["late"]);
    expect(at("01-15")).toBeUndefined();
    expect(at("01-10", undefined, [partOver(january)])).toEqual([]);
  });

  it("are those of the part that is priced again, where its plan is the same", () => {
    const again = { discounts: [off("again", january)] };
    expect(at("01-10", partOver(january, { part: "in-advance", ...again }))).toEqual(["again"]);
    expect(at("01-10", partOver(january, { ...onPro, ...again }))).toEqual(["early"]);
  });
});

describe("the limits of a plan in closed time", () => {
  const held = (ratePlanId: string, minimumCommitment: string, period: Interval) =>
    ({ ratePlanId, limits: { minimumCommitment }, period, cycle: january }) as ClosedCommitment;
  const commitments = [
    held("pro", "1", january),
    held("starter", "2", days("01-01", "01-11")),
    held("starter", "3", days("01-11", "01-21")),
  ];
  const at = (date: string, own?: ClosedPart) => termsOf([], own).limitsAt(on(date), state);

  it("are those of the part that is priced again, which may be none", () => {
    const own = partOver(january, { commitments });
    expect(at("01-10", own)).toEqual({ minimumCommitment: "2" });
    expect(at("01-11", own)).toEqual({ minimumCommitment: "3" });
    expect(at("01-21", own)).toEqual({});
  });

  it("are the catalog's where no usage was billed on it", () => {
    expect(at("01-10")).toBeUndefined();
    expect(at("01-10", partOver(january, { part: "in-advance", commitments }))).toBeUndefined();
    expect(at("01-10", partOver(january, { ...onPro, commitments }))).toBeUndefined();
    expect(at("02-01", partOver(january, { commitments }))).toBeUndefined();
  });
});

describe("the term of a minimum commitment", () => {
  function term(ratePlanId: string, cycle: Interval): ClosedTerm {
    const commitment = { amount: "900", term: "quarterly" } as const;
    const none = { since: undefined, until: undefined };
    return { ratePlanId, commitment, cycle, from: cycle.start, ...none, billed: ZERO };
  }
  const quarter = term("starter", days("01-01", "04-01"));
  const past = term("starter", days("01-01", "02-01"));
  const other = term("pro", days("01-01", "04-01"));
  const at = (date: string, parts: readonly ClosedPart[], own?: ClosedPart) =>
    termsOf(parts, own).termAt(on(date), "starter");
  const withTerms = (...terms: readonly ClosedTerm[]) => partOver(january, { terms });

  it("is that of the part that is priced again; without one there, none holds before its end", () => {
    expect(at("01-15", [], withTerms(other, quarter))).toBe(quarter);
    expect(at("01-15", [], withTerms(other))).toEqual({ since: on("02-01") });
    const tried = [stateOn("starter", january, { isBilled: false })];
    expect(at("01-15", [], { ...withTerms(quarter), states: tried })).toBe(quarter);
  });

  it("is that of the usage before", () => {
    expect(at("02-01", [withTerms(other, quarter)])).toBe(quarter);
    // Neither fees ahead nor a part of another plan say more of it.
    const ahead = partOver(january, { part: "in-advance", terms: [quarter] });
    expect(at("02-01", [withTerms(quarter)], ahead)).toBe(quarter);
    const pro = partOver(days("01-15", "02-01"), { ...onPro, terms: [other] });
    expect(at("02-01", [pro, ahead, withTerms(quarter)], pro)).toBe(quarter);
    expect(at("02-01", [ahead])).toBeUndefined();
    expect(at("02-01", [pro])).toBeUndefined();
  });

  it("may begin where usage was billed without one, or the catalog's where one is over", () => {
    expect(at("02-01", [withTerms()])).toEqual({ since: on("02-01") });
    expect(at("02-01", [withTerms(other)])).toEqual({ since: on("02-01") });
    expect(at("02-01", [withTerms(past)])).toBeUndefined();
    expect(at("02-01", [withTerms(other, past)])).toBeUndefined();
    expect(at("02-02", [withTerms(quarter)])).toBeUndefined();
    expect(at("01-01", [withTerms(quarter)])).toBeUndefined();
  });
});

/** What closed time was billed for, charge by charge. */
import { describe, expect, it } from "vitest";
import { closedCharges, cycleName } from "../../../src/invoice/history/closed-charges.js";
import { days, historyOf, on, partOver, segmentOf } from "../../support/closed-parts.js";
import { fee, perUnit } from "../../support/plans.js";

const [january, february, march] = [
  days("01-01", "02-01"),
  days("02-01", "03-01"),
  days("03-01", "04-01"),
];
const quarter = days("01-01", "04-01");
const [early, late] = [days("01-01", "01-11"), days("01-11", "02-01")];

const fees = [late, early].map((period) => segmentOf(fee("fee", "10"), period, { cycle: january }));
const calls = [january, february].map((period) =>
  segmentOf(perUnit("calls", "1"), period, { cycle: quarter }),
);
const ahead = segmentOf(fee("ahead", "10", { billingTiming: "in-advance" }), march);
const parts = [
  partOver(february, { segments: calls.slice(1), discounts: [calls[1] ?? ahead] }),
  partOver(january, { segments: [...fees, ...calls.slice(0, 1)], discounts: fees }),
  partOver(march, { part: "in-advance", segments: [ahead] }),
];
const charges = () => closedCharges(historyOf(...parts));

describe("what is closed", () => {
  it("reaches to the end of the latest part of its kind", () => {
    expect(charges().until).toEqual({ "in-arrears": on("03-01"), "in-advance": on("04-01") });
    const none = closedCharges(historyOf(...parts.slice(0, 2))).until;
    expect(none["in-advance"]).toBe(Number.NEGATIVE_INFINITY);
  });

  it("is found by time, each charge with the part that recorded it", () => {
    expect(charges().parts.at(on("01-31"))).toEqual([parts[1]]);
    const found = charges().charges.at(on("02-01"));
    expect(found.map(({ charge, part }) => [charge.id, part])).toEqual([["calls", parts[0]]]);
  });

  it("is found by charge: its segments by time, and when they begin and end, in order", () => {
    const { byTime, dates } = charges().byCharge.get("fee") ?? {};
    expect(byTime?.at(on("01-11"))).toMatchObject([{ period: late }]);
    expect(byTime?.overlapping(quarter)).toHaveLength(2);
    expect(dates).toEqual(["01-01", "01-11", "02-01"].map(on));
    expect(charges().byCharge.get("calls")?.dates).toEqual(["01-01", "02-01", "03-01"].map(on));
    expect(charges().byCharge.get("other")).toBeUndefined();
  });

  it("is found by charge and cycle", () => {
    const { all, byTime } = charges().segments.get(cycleName("calls", quarter)) ?? {};
    expect(all?.map(({ period }) => period)).toEqual([february, january]);
    expect(byTime?.at(on("01-15"))).toMatchObject([{ period: january }]);
    expect(charges().segments.get(cycleName("calls", january))).toBeUndefined();
    expect(charges().segments.get(cycleName("fee", january))?.all).toHaveLength(2);
  });

  it("says when discounts begin and end, in order, those of all charges together", () => {
    expect(charges().discountDates).toEqual(["01-01", "01-11", "02-01", "03-01"].map(on));
  });
});

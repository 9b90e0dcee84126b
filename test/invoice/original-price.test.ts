/** Reversed units of a closed period, credited at the price at which they were billed. */
import type { Invoice, UsageChargeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  adjustmentsIn,
  type Happening,
  judging,
  MONTHS,
  on,
  outcome,
  seller,
  signal,
} from "../support/outcomes.js";
import { amountsOf, totalOf } from "../support/plans.js";

const [JANUARY, FEBRUARY, MARCH] = MONTHS;

const volume = {
  model: "volume" as const,
  tiers: [{ upTo: 500, unitPrice: "50" }, { unitPrice: "30" }],
};
const stairstep = {
  model: "stairstep" as const,
  tiers: [{ upTo: 2, flatFee: "12" }, { flatFee: "9" }],
};
const tiered = {
  model: "tiered" as const,
  tiers: [{ upTo: 2, unitPrice: "5" }, { upTo: 4, unitPrice: "4" }, { unitPrice: "3" }],
};

/** Outcomes in January, a quarter of an hour apart. */
function outcomes(count: number): readonly Happening[] {
  return Array.from({ length: count }, (_, index) => outcome(`e${index}`, 2 + index / 96));
}

/** January as it was billed, and February with January again, under what is known then. */
function corrected(
  charge: Partial<UsageChargeInput>,
  events: readonly Happening[],
  later: readonly Happening[],
): readonly [Invoice, Invoice, Invoice] {
  const { bill } = seller([judging({ reverse: {} }, charge)]);
  const rerate = [{ period: JANUARY, usage: [...events, ...later] }];
  const january = bill(JANUARY, events);
  const february = bill(FEBRUARY, [], { previous: [january], rerate });
  const march = bill(MARCH, [], { previous: [january, february], rerate });
  return [january, february, march];
}

function textsOf({ lines }: Invoice): readonly string[] {
  return lines.flatMap(({ steps }) => steps.map(({ text }) => text));
}

describe("by default where less can cost more", () => {
  it("reversing one of 501 under volume tiers credits its share and does not raise the bill", () => {
    const taken = signal("s1", 40, { reverses: "e7" });
    const [january, february, march] = corrected({ pricing: volume }, outcomes(501), [taken]);
    // 501 × 30; rated again, 500 × 50 = 25000 would be due.
    expect([january.total, february.total, march.total]).toEqual(["15030.00", "-30.00", "0.00"]);
    expect(february.lines[0]).toMatchObject({
      kind: "adjustment",
      amount: "-30.00",
      adjustment: { billed: "15030.00", due: "15000.00", causes: [{ eventIds: ["s1"] }] },
    });
    expect(textsOf(february).join()).toContain("e7 taken back");
  });

  it("reversing one of several under stairstep credits its share of the fee", () => {
    const taken = signal("s1", 40, { reverses: "e0" });
    const [january, february, march] = corrected({ pricing: stairstep }, outcomes(3), [taken]);
    expect([january.total, february.total, march.total]).toEqual(["9.00", "-3.00", "0.00"]);
  });

  it("reverses all of it to nothing", () => {
    const taken = [0, 1, 2].map((index) => signal(`s${index}`, 40, { reverses: `e${index}` }));
    expect(corrected({ pricing: stairstep }, outcomes(3), taken)[1].total).toBe("-9.00");
    expect(corrected({ pricing: volume }, outcomes(3), taken)[1].total).toBe("-150.00");
  });

  it("credits what was billed though it was delivered again since, in whatever order", () => {
    const { bill } = seller([judging({ reverse: {} }, { pricing: stairstep })]);
    const january = bill(JANUARY, outcomes(3));
    const again = outcomes(3).map((each) => ({ ...each, receivedAt: on(42) }));
    const taken = signal("s1", 40, { reverses: "e0" });
    for (const usage of [
      [...outcomes(3), ...again, taken],
      [...again, ...outcomes(3), taken],
    ]) {
      const rerate = [{ period: JANUARY, usage }];
      const february = bill(FEBRUARY, [], { previous: [january], rerate });
      expect(february.total).toBe("-3.00");
      expect(february.lines[0]?.adjustment?.causes).toMatchObject([{ eventIds: ["s1"] }]);
    }
  });

  it("takes part of a quantity back at its share", () => {
    const events = [outcome("e1", 3, { quantity: 300 }), outcome("e2", 4, { quantity: 300 })];
    const taken = [signal("s1", 40, { reverses: "e1", quantity: 120 })];
    const [january, february] = corrected({ pricing: volume }, events, taken);
    expect([january.total, february.total]).toEqual(["18000.00", "-3600.00"]);
  });

  it("counts what is counted: all of an outcome, or nothing", () => {
    const charge = { pricing: stairstep, aggregation: "count" as const };
    const events = [0, 1, 2].map((index) => outcome(`e${index}`, 3, { quantity: 5 }));
    const part = signal("s1", 40, { reverses: "e1", quantity: 4 });
    const rest = signal("s2", 41, { reverses: "e1", quantity: 1 });
    expect(corrected(charge, events, [part])[1].lines).toEqual([]);
    expect(corrected(charge, events, [part, rest])[1].total).toBe("-3.00");
  });

  it("does not look at values: a reversal of part of the value is none of a quantity", () => {
    const events = Array.from({ length: 500 }, (_, index) =>
      outcome(`e${index}`, 2, { value: "100" }),
    );
    const taken = signal("s1", 40, { reverses: "e1", value: "50" });
    const [january, february] = corrected({ pricing: volume }, events, [taken]);
    expect(january.total).toBe("25000.00");
    expect(february.lines).toEqual([]);
  });

  it("bills late usage beside it as if nothing had been taken back", () => {
    const late = outcome("e9", 20, { receivedAt: on(45) });
    const taken = signal("s1", 40, { reverses: "e0" });
    const [january, february] = corrected({ pricing: stairstep }, outcomes(2), [late, taken]);
    // 2 were billed at 12; 3 would be 9, of which each is worth 3.
    expect([january.total, february.total]).toEqual(["12.00", "-6.00"]);
  });

  it("holds in each group", () => {
    const grouped = { pricing: volume, groupBy: { fields: ["properties.region" as const] } };
    const events = Array.from({ length: 501 }, (_, index) =>
      outcome(`e${index}`, 2 + index / 96, { properties: { region: "eu" } }),
    );
    const taken = signal("s1", 40, { reverses: "e7" });
    const [january, february] = corrected(grouped, events, [taken]);
    expect(january.total).toBe("15030.00");
    expect(totalOf([february.total])).toBeLessThanOrEqual(0n);
  });

  it.each([
    ["volume", volume, "250.00", "-250.00"],
    ["stairstep", stairstep, "9.00", "-9.00"],
    ["tiered", tiered, "21.00", "-21.00"],
  ])("never bills less than nothing, also for usage that does: %s", (_, pricing, was, back) => {
    const late = outcome("e2", 20, { quantity: -5, receivedAt: on(45) });
    const taken = signal("s1", 40, { reverses: "e1" });
    const { bill } = seller([judging({ reverse: { pricing: "original-price" } }, { pricing })]);
    const january = bill(JANUARY, [outcome("e1", 3, { quantity: 5 })]);
    const usage = [outcome("e1", 3, { quantity: 5 }), late, taken];
    const february = bill(FEBRUARY, [], {
      previous: [january],
      rerate: [{ period: JANUARY, usage }],
    });
    expect([january.total, february.total]).toEqual([was, back]);
  });

  it("does not touch what another outcome of the key replaces", () => {
    const policy = {
      uniqueBy: { per: "lifetime" as const, keep: "highest" as const },
      reverse: {},
    };
    const { bill } = seller([judging(policy, { pricing: stairstep })]);
    const events = [0, 1, 2].map((index) => outcome(`e${index}`, 3, { subject: `c${index}` }));
    const better = outcome("e9", 20, { subject: "c0", quantity: 2, receivedAt: on(40) });
    const january = bill(JANUARY, events);
    const rerate = [{ period: JANUARY, usage: [...events, better] }];
    const february = bill(FEBRUARY, [], { previous: [january], rerate });
    // Three units are four: one step, one fee, nothing to adjust.
    expect([january.total, amountsOf(february)]).toEqual(["9.00", []]);
  });

  it("may be rated again where the policy says so", () => {
    const { bill } = seller([judging({ reverse: { pricing: "re-rate" } }, { pricing: volume })]);
    const taken = signal("s1", 40, { reverses: "e7" });
    const january = bill(JANUARY, outcomes(501));
    const rerate = [{ period: JANUARY, usage: [...outcomes(501), taken] }];
    const february = bill(FEBRUARY, [], { previous: [january], rerate });
    expect([january.total, february.total]).toEqual(["15030.00", "9970.00"]);
  });
});

describe("by option where each unit has its place", () => {
  const reverse = { pricing: "original-price" as const };
  const { bill, subscription } = seller([judging({ reverse }, { pricing: tiered })]);
  const events = outcomes(6);
  const january = bill(JANUARY, events);

  function february(later: readonly Happening[]): Invoice {
    const rerate = [{ period: JANUARY, usage: [...events, ...later] }];
    return bill(FEBRUARY, [], { previous: [january], rerate });
  }

  it.each([
    ["e0", "-5.00", 1],
    ["e1", "-5.00", 2],
    ["e2", "-4.00", 3],
    ["e5", "-3.00", 6],
  ])("credits %s at the price of its position: %s, and says it", (id, amount, position) => {
    const note = february([signal("s1", 40, { reverses: id })]);
    expect(january.total).toBe("24.00");
    expect(note.total).toBe(amount);
    expect(textsOf(note).join()).toMatch(
      new RegExp(`${id} taken back: 1 at position ${position}\\b`),
    );
  });

  it("credits several, each at its own, in whatever order they are taken back", () => {
    const taken = ["e3", "e0"].map((id, index) =>
      signal(`s${index}`, 40 + index, { reverses: id }),
    );
    expect(february(taken).total).toBe("-9.00");
    const first = february(taken.slice(0, 1));
    const rerate = [{ period: JANUARY, usage: [...events, ...taken] }];
    const march = bill(MARCH, [], { previous: [january, first], rerate });
    expect([first.total, march.total]).toEqual(["-4.00", "-5.00"]);
  });

  it("credits a part from the end of its position", () => {
    const whole = [outcome("e1", 3, { quantity: 3 }), outcome("e2", 4, { quantity: 3 })];
    const first = bill(JANUARY, whole);
    const taken = signal("s1", 40, { reverses: "e1", quantity: 2 });
    const rerate = [{ period: JANUARY, usage: [...whole, taken] }];
    const note = bill(FEBRUARY, [], { previous: [first], rerate });
    // Units 1 to 3 cost 5, 5 and 4; the last two are taken back.
    expect([first.total, note.total]).toEqual(["24.00", "-9.00"]);
  });

  it("bills usage that becomes known after it beyond what was billed", () => {
    const later = [outcome("e9", 20, { receivedAt: on(45) }), signal("s1", 40, { reverses: "e0" })];
    // A seventh unit at 3, less the first at 5.
    expect(february(later).total).toBe("-2.00");
  });

  it("gives steps that add up to the amount", () => {
    for (const { steps, amount } of adjustmentsIn(
      february([signal("s1", 40, { reverses: "e2" })]),
    )) {
      const sum = steps.reduce((total, { value }) => total + Number(value), 0);
      expect(sum).toBe(Number(amount));
    }
  });

  it("goes on from the usage before a change of price that the tiers go on over", () => {
    const cheaper = { ...tiered, tiers: [...tiered.tiers.slice(0, 2), { unitPrice: "2" }] };
    const changes = [{ effectiveDate: "2026-01-10", overrides: { outcome: cheaper } }];
    const more = {
      subscription: { ...subscription, changes },
      policy: { tiersAtChange: "continue" as const },
    };
    const days = [2, 3, 12, 13, 14];
    const split = days.map((day) => outcome(`e${day}`, day));
    const first = bill(JANUARY, split, more);
    // 5 + 5 before the change, 4 + 4 + 2 after it.
    expect(first.total).toBe("20.00");
    const usage = [...split, signal("s1", 40, { reverses: "e12" })];
    const rerate = [{ period: JANUARY, usage }];
    expect(bill(FEBRUARY, [], { ...more, previous: [first], rerate }).total).toBe("-4.00");
  });
});

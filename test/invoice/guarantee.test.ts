/** Guarantees: a promised rate of success, and what is given back where it is missed. */
import type { ChargeInput, UsageChargeInput } from "rateplan";
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
import { amountsOf, fee, totalOf, unchecked } from "../support/plans.js";

const [JANUARY, FEBRUARY, MARCH] = MONTHS;
const pricing = { model: "per-unit" as const, unitPrice: "10" };
const qualifies = { field: "properties.csat", atLeast: 4 };

/** Attempts in January, of which the first `successes` qualify. */
function attempts(count: number, successes: number): readonly Happening[] {
  return Array.from({ length: count }, (_, index) =>
    outcome(`e${index}`, 2 + index / 2, { properties: { csat: index < successes ? 5 : 1 } }),
  );
}

function guaranteed(
  guarantee: NonNullable<UsageChargeInput["guarantee"]>,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return judging(
    {},
    { pricing, guarantee, ...more, outcome: { qualifies, reverse: {}, ...more.outcome } },
  );
}

/** What is given back in January. */
function back(charge: ChargeInput, events: readonly Happening[]): readonly string[] {
  const { lines } = seller([charge]).bill(JANUARY, events);
  return lines.filter(({ kind }) => kind === "guarantee").map(({ amount }) => amount);
}

describe("a guarantee with steps", () => {
  const charge = guaranteed({
    steps: [
      { successRate: 95, remedy: { percent: 10 } },
      { successRate: 90, remedy: { percent: 25 } },
      { successRate: 50, remedy: { waive: true } },
    ],
    minimumAttempts: 10,
  });

  it.each([
    // 19 of 20 are 95 %: kept.
    [20, 19, []],
    // 18 of 20 are 90 %: below 95 only. 10 % of 180.
    [20, 18, ["-18.00"]],
    // 85 %: 25 % of 170, and not 10 % besides.
    [20, 17, ["-42.50"]],
    [20, 10, ["-25.00"]],
    [20, 9, ["-90.00"]],
    // Too few to promise anything.
    [9, 1, []],
  ])("gives of %i attempts with %i successes back %j", (count, successes, amounts) => {
    expect(back(charge, attempts(count, successes))).toEqual(amounts);
  });

  it("says which step was missed, and is adjusted when it is another", () => {
    const { bill } = seller([charge]);
    const events = attempts(20, 18);
    const january = bill(JANUARY, events);
    const line = january.lines.find(({ kind }) => kind === "guarantee");
    expect(line?.description).toBe("outcome: guarantee of 95 %");
    expect(line?.steps.at(-1)?.text).toBe("18 of 20 attempts succeeded, 95 % are guaranteed");
    // One is reversed: 17 of 20. Due are 170 less 42.50, billed were 180 less 18.
    const known = [...events, signal("s1", 40, { reverses: "e0" })];
    const february = bill(FEBRUARY, known, {
      previous: [january],
      rerate: { from: "2026-01-01" },
    });
    expect(adjustmentsIn(february).map(({ amount }) => amount)).toEqual(["-10.00", "-24.50"]);
  });
});

describe("a guarantee", () => {
  it("gives back of its own charge alone, limits of others left where they are", () => {
    const charge = guaranteed({ successRate: 80, remedy: { waive: true } });
    const limited = { ...fee("fee", "10"), minimum: "50" } as ChargeInput;
    const { lines } = seller([charge, limited]).bill(JANUARY, attempts(10, 7));
    // Seven at 10 are given back; the fee of 10 is brought to 50 all the same.
    expect(lines.map(({ kind, chargeId, amount }) => [kind, chargeId, amount])).toEqual([
      ["usage", "outcome", "70.00"],
      ["recurring", "fee", "10.00"],
      ["minimum", "fee", "40.00"],
      ["guarantee", "outcome", "-70.00"],
    ]);
  });

  it("that is missed gives back a share of what the charge bills, as a line of its own", () => {
    const charge = guaranteed({ successRate: 80, remedy: { percent: "50" } });
    const { lines, total } = seller([charge]).bill(JANUARY, attempts(10, 7));
    expect(total).toBe("35.00");
    expect(lines[1]).toMatchObject({
      key: "guarantee:outcome@2026-01-01",
      kind: "guarantee",
      chargeId: "outcome",
      servicePeriod: JANUARY,
      quantity: "1",
      unitPrice: null,
      exactAmount: "-35",
      amount: "-35.00",
      adjustment: null,
      steps: [{ of: "amount", kind: "guarantee", value: "-35" }],
    });
    expect(lines[1]?.steps[0]?.text).toBe("7 of 10 attempts succeeded, 80 % are guaranteed");
  });

  it.each([
    [{ waive: true as const }, "-70.00"],
    [{ waive: true as const, cap: "12.5" }, "-12.50"],
    [{ percent: 100 }, "-70.00"],
    [{ percent: "33.333" }, "-23.33"],
    [{ percent: 50, cap: 30 }, "-30.00"],
    [{ percent: 50, cap: "40" }, "-35.00"],
    [{ amount: "20" }, "-20.00"],
    [{ amount: 20, cap: 5 }, "-5.00"],
    // Never more than the charge bills.
    [{ amount: "500" }, "-70.00"],
  ])("gives back by its remedy %j: %s", (remedy, amount) => {
    expect(back(guaranteed({ successRate: 80, remedy }), attempts(10, 7))).toEqual([amount]);
  });

  it.each([{ percent: 0 }, { amount: "0" }])("gives back nothing under %j", (remedy) => {
    expect(back(guaranteed({ successRate: 80, remedy }), attempts(10, 7))).toEqual([]);
  });

  it.each([
    ["80", 10, 8, []],
    ["80.0001", 10, 8, ["-80.00"]],
    ["66.67", 3, 2, ["-20.00"]],
    ["66.66", 3, 2, []],
    ["100", 2, 2, []],
    ["0", 2, 0, []],
    // Nothing succeeded, so nothing is billed that could be given back.
    ["100", 2, 0, []],
    ["100", 0, 0, []],
  ])(
    "under a rate of %s gives back, for %i attempts and %i successes: %j",
    (rate, count, good, given) => {
      const charge = guaranteed({ successRate: rate, remedy: { waive: true } });
      expect(back(charge, attempts(count, good))).toEqual(given);
    },
  );

  it("promises nothing for fewer attempts than its minimum", () => {
    const remedy = { waive: true as const };
    const of = (minimumAttempts: number) =>
      back(guaranteed({ successRate: 90, minimumAttempts, remedy }), attempts(10, 7));
    expect(of(10)).toEqual(["-70.00"]);
    expect(of(11)).toEqual([]);
  });

  it("counts only what the charge's filter passes and what happened in the period", () => {
    const charge = guaranteed(
      { successRate: 60, remedy: { waive: true } },
      { filter: { names: ["resolved"] } },
    );
    const bad = { properties: { csat: 1 } };
    const good = { properties: { csat: 5 }, name: "resolved" };
    const events = [
      outcome("e1", 3, good),
      outcome("e2", 3, good),
      outcome("e3", 3, { ...bad, name: "resolved" }),
      outcome("e4", 3, { ...bad, name: "chat" }),
      outcome("e5", 3, { ...bad, name: "resolved", unitOfMeasure: "@action" }),
      outcome("e6", 33, { ...bad, name: "resolved" }),
    ];
    expect(back(charge, events)).toEqual([]);
    const more = [...events, outcome("e7", 4, { ...bad, name: "resolved" })];
    expect(back(charge, more)).toEqual(["-20.00"]);
  });

  it("counts what was superseded on neither side", () => {
    const of = (keep: "first" | "last") =>
      guaranteed(
        { successRate: 75, remedy: { waive: true } },
        { outcome: { uniqueBy: { per: "lifetime", keep } } },
      );
    const about = (subject: string, csat: number) => ({ subject, properties: { csat } });
    const events = [
      outcome("e1", 3, about("a", 5)),
      outcome("e2", 4, about("a", 5)),
      outcome("e3", 5, about("a", 5)),
      outcome("e4", 6, about("b", 5)),
      outcome("e5", 7, about("c", 1)),
    ];
    // Of e1 to e3 one counts, with e4: two of three. With the superseded ones it would be four of five.
    expect(back(of("first"), events)).toEqual(["-20.00"]);
    expect(back(of("last"), events)).toEqual(["-20.00"]);
  });

  it("counts what was blocked or reversed as a failure", () => {
    const charge = guaranteed({ successRate: 70, remedy: { waive: true } });
    const taken = (id: string) => signal(`s${id}`, 20, { reverses: id });
    expect(back(charge, [...attempts(10, 8), taken("e0")])).toEqual([]);
    expect(back(charge, [...attempts(10, 8), taken("e0"), taken("e1")])).toEqual(["-60.00"]);
    const waits = guaranteed(
      { successRate: 70, remedy: { waive: true } },
      { outcome: { confirm: { assumedAfter: "P2D" } } },
    );
    const early = (id: string, day: number) => signal(`s${id}`, day, { reverses: id });
    const blocked = [...attempts(10, 8), early("e0", 2.5), early("e1", 3)];
    expect(back(waits, blocked)).toEqual(["-60.00"]);
  });

  it("gives back of what is left after discounts and limits", () => {
    const off = unchecked<ChargeInput>({
      id: "off",
      name: "off",
      chargeType: "usage",
      pricing: { model: "discount", percent: "10" },
    });
    const half = { successRate: 80, remedy: { percent: 50 } };
    const total = (more: Partial<UsageChargeInput>) =>
      amountsOf(
        seller([guaranteed(half, more), off, fee("fee", "3")]).bill(JANUARY, attempts(10, 7)),
      );
    expect(total({})).toContainEqual(["outcome: guarantee of 80 %", "-31.50"]);
    expect(total({ minimum: "100" })).toContainEqual(["outcome: guarantee of 80 %", "-50.00"]);
    expect(total({ maximum: "20" })).toContainEqual(["outcome: guarantee of 80 %", "-10.00"]);
  });

  it("is not made good by a minimum commitment", () => {
    const charge = guaranteed({ successRate: 80, remedy: { waive: true } });
    const { bill } = seller([charge], { minimumCommitment: "100" });
    expect(amountsOf(bill(JANUARY, attempts(10, 7)))).toEqual([
      ["outcome", "70.00"],
      ["Minimum commitment of 100.00", "30.00"],
      ["outcome: guarantee of 80 %", "-70.00"],
    ]);
  });

  it("never gives back more than the charge bills, also where its price changes inside the period", () => {
    const charge = guaranteed(
      { successRate: 80, remedy: { waive: true } },
      { minimum: "50", proration: { method: "days", of: ["limits"] } },
    );
    const { bill, subscription } = seller([charge]);
    const changes = [
      {
        effectiveDate: "2026-01-16",
        overrides: { outcome: { model: "per-unit" as const, unitPrice: "1" } },
      },
    ];
    const changed = bill(JANUARY, attempts(58, 4), {
      subscription: { ...subscription, changes },
    });
    expect(changed.lines.filter(({ kind }) => kind === "guarantee").length).toBeGreaterThan(0);
    expect(totalOf([changed.total])).toBeGreaterThanOrEqual(0n);
  });
});

describe("a guarantee of a month that is billed again", () => {
  const charge = guaranteed({ successRate: 80, remedy: { percent: 50 } });
  const { bill } = seller([charge, fee("fee", "3")]);
  const kept = attempts(10, 8);
  const january = bill(JANUARY, kept);
  const reversed = [...kept, signal("s1", 40, { reverses: "e0" })];
  const rerate = (usage: readonly Happening[]) => [{ period: JANUARY, usage }];
  const february = bill(FEBRUARY, [], { previous: [january], rerate: rerate(reversed) });

  it("is missed by a reversal, and given back then", () => {
    expect(january.total).toBe("83.00");
    expect(amountsOf(february)).toEqual([
      ["fee", "3.00"],
      ["outcome: adjustment", "-10.00"],
      ["outcome: guarantee of 80 %", "-35.00"],
    ]);
    expect(february.lines[2]?.servicePeriod).toEqual(JANUARY);
  });

  it("is not given back twice", () => {
    const previous = [january, february];
    expect(amountsOf(bill(MARCH, [], { previous, rerate: rerate(reversed) }))).toEqual([
      ["fee", "3.00"],
    ]);
  });

  it("follows what is reversed after that", () => {
    const more = [...reversed, signal("s2", 70, { reverses: "e1" })];
    const march = bill(MARCH, [], { previous: [january, february], rerate: rerate(more) });
    // 60 are billed and 30 given back: of 70 and 35.
    expect(adjustmentsIn(march).map(({ kind, amount, key }) => [kind, amount, key])).toEqual([
      ["adjustment", "-10.00", "usage:outcome@2026-01-01"],
      ["adjustment", "5.00", "guarantee:outcome@2026-01-01"],
    ]);
  });

  it("is owed again when the guarantee turns out to be kept", () => {
    const more = [...reversed, signal("s2", 70, { confirms: "e0" })];
    const again = seller([
      guaranteed(
        { successRate: 80, remedy: { percent: 50 } },
        { outcome: { confirm: { assumedAfter: "PT1H" }, billOn: "occurred" } },
      ),
    ]);
    const first = again.bill(JANUARY, kept);
    const second = again.bill(FEBRUARY, [], { previous: [first], rerate: rerate(reversed) });
    const third = again.bill(MARCH, [], { previous: [first, second], rerate: rerate(more) });
    expect([first.total, second.total, third.total]).toEqual(["80.00", "-45.00", "45.00"]);
  });

  it("stays as it was billed where the usage is not given again", () => {
    const missed = bill(JANUARY, attempts(10, 7));
    expect(missed.total).toBe("38.00");
    const again = bill(FEBRUARY, [], { previous: [missed], rerate: [{ period: JANUARY }] });
    expect(amountsOf(again)).toEqual([["fee", "3.00"]]);
    const more = { previous: [january, february], rerate: [{ period: JANUARY }], asOf: on(95) };
    expect(amountsOf(bill(MARCH, [], more))).toEqual([["fee", "3.00"]]);
  });
});

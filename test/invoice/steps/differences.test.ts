/** What is due less what was billed, key by key, and why. */
import type { InvoiceLine, RatePlanInput, SubscriptionInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  keyText,
  type LineKey,
  type PricedLine,
} from "../../../src/invoice/document/priced-line.js";
import type { BilledKey } from "../../../src/invoice/history/history.js";
import { differences } from "../../../src/invoice/steps/differences.js";
import type { DocumentPricing } from "../../../src/invoice/steps/document-step.js";
import { exact } from "../../../src/money/decimal.js";
import { sum } from "../../../src/money/fraction.js";
import { amountStep, quantityStep } from "../../../src/pricing/step.js";
import type { Interval } from "../../../src/time/interval.js";
import { planOf, unchecked } from "../../support/plans.js";
import {
  between,
  day,
  documentPricing,
  JUNE,
  keyOf,
  lineOf,
  shown,
} from "../../support/step-input.js";
import { timelineOf } from "../../support/timelines.js";

interface Billed {
  readonly document?: string;
  readonly period?: Interval;
  readonly line?: Partial<InvoiceLine>;
  readonly shares?: readonly (readonly [LineKey, string])[];
}

/** What documents have billed under a key. */
function billed(key: LineKey, ...amounts: readonly (readonly [string, Billed?])[]): BilledKey {
  const lines = amounts.map(([amount, more = {}]) => {
    const { document = "s1:1", period = JUNE, line, shares = [] } = more;
    return {
      line: unchecked<InvoiceLine>({ kind: key.kind, description: "As billed", ...line }),
      key,
      amount: exact(amount),
      period,
      shares: shares.map(([of, share]) => ({ key: of, amount: exact(share) })),
      document: unchecked<BilledKey["lines"][number]["document"]>({ idempotencyKey: document }),
    };
  });
  return { key, lines, amount: sum(lines.map(({ amount }) => amount)) };
}

/** The lines that bring what was billed to what is due; `over` may be due no longer. */
function adjusted(
  due: readonly PricedLine[],
  before: readonly BilledKey[],
  { over = [], ...more }: Partial<DocumentPricing> & { readonly over?: readonly LineKey[] } = {},
) {
  const pricing = documentPricing({
    due,
    mayBeOver: new Set(over.map((key) => keyText(key))),
    ...more,
  });
  const known = new Map(before.map((each) => [keyText(each.key), each]));
  const history = { ...pricing.history, billed: known };
  return differences({ ...pricing, history }).lines;
}

const calls = keyOf("usage", "calls");
const base = keyOf("recurring", "base");

describe("what was never billed", () => {
  it("is billed as it is due, several lines of a key among them", () => {
    const due = [lineOf(calls, "5"), lineOf(base, "10"), lineOf(calls, "7")];
    expect(adjusted(due, [])).toEqual([due[0], due[2], due[1]]);
    expect(adjusted([], [], { over: [calls] })).toEqual([]);
  });
});

describe("what was billed and is due as before", () => {
  it("needs no line", () => {
    expect(adjusted([lineOf(base, "10")], [billed(base, ["12"], ["-2"])])).toEqual([]);
    expect(adjusted([lineOf(calls, "5"), lineOf(calls, "7")], [billed(calls, ["12"])])).toEqual([]);
    expect(adjusted([], [billed(base, ["10"], ["-10"])], { over: [base] })).toEqual([]);
  });
});

describe("an adjustment", () => {
  it("brings what was billed to what is due, and names the documents that billed it", () => {
    const line = { ...lineOf(calls, "30"), terms: unchecked<PricedLine["terms"]>({ of: "today" }) };
    const before = billed(
      calls,
      ["40", { document: "s1:1" }],
      ["2.5", { document: "s1:2" }],
      ["0", { document: "s1:2" }],
    );
    const lines = adjusted([line], [before]);
    expect(lines).toMatchObject([{ terms: { of: "today" } }]);
    expect(shown(lines)).toMatchObject([
      {
        key: "usage:calls@2026-06-01",
        kind: "adjustment",
        chargeId: "calls",
        description: "calls: adjustment",
        period: JUNE,
        amount: "-12.50",
        exactAmount: "-12.5",
        appliedTo: [],
        adjustment: { billed: "42.50", due: "30.00", invoices: ["s1:1", "s1:2"] },
        steps: [
          { of: "amount", kind: "due", value: "30", text: "due: 30.00" },
          { of: "amount", kind: "billed", value: "-42.5", text: "billed before: 42.50" },
        ],
      },
    ]);
  });

  it("says what was taken back at the price at which it was billed", () => {
    const reversal = (text: string) => amountStep("reversal", exact("-1"), text);
    const steps = [
      quantityStep("reversal", exact("-1"), "1 taken back"),
      reversal("1 × 3"),
      amountStep("units", exact("4"), "4 × 1"),
      reversal("1 × 2"),
    ];
    const [line] = shown(adjusted([{ ...lineOf(calls, "3"), steps }], [billed(calls, ["1"])]));
    expect(line?.steps[0]?.text).toBe("due: 3.00; 1 × 3; 1 × 2");
  });

  it("takes back what is due no longer, and has no terms", () => {
    const lines = adjusted([], [billed(base, ["10"])], { over: [base, calls] });
    expect(lines).toMatchObject([{ terms: null }]);
    expect(shown(lines)).toMatchObject([
      {
        description: "As billed: adjustment",
        period: JUNE,
        amount: "-10.00",
        adjustment: { billed: "10.00", due: "0.00" },
        steps: [{ value: "0", text: "due: 0.00" }, { value: "-10" }],
      },
    ]);
    const again = billed(base, ["10", { line: { kind: "adjustment" } }]);
    expect(adjusted([], [again], { over: [base] })).toMatchObject([{ description: "As billed" }]);
    expect(adjusted([lineOf(base, "12")], [again])).toMatchObject([
      { description: "base: adjustment" },
    ]);
  });

  it("moves what a discount took off one line to another, also where that is nothing in all", () => {
    const off = keyOf("discount", "off");
    const due = [
      lineOf(off, "-10", {
        shares: [
          [calls, "-4"],
          [base, "-6"],
        ],
      }),
    ];
    const before = billed(
      off,
      ["-6", { shares: [[base, "-6"]] }],
      ["-4", { shares: [[base, "-4"]] }],
    );
    expect(shown(adjusted(due, [before]))).toMatchObject([
      {
        amount: "0.00",
        appliedTo: [
          { key: "usage:calls@2026-06-01", amount: "-4.00" },
          { key: "recurring:base@2026-06-01", amount: "4.00" },
        ],
      },
    ]);
    const same = billed(off, [
      "-10",
      {
        shares: [
          [base, "-6"],
          [calls, "-4"],
        ],
      },
    ]);
    expect(adjusted(due, [same])).toEqual([]);
  });
});

describe("the time of an adjustment", () => {
  const half = between("2026-06-01", "2026-06-16");
  const of = (key: LineKey, due: Interval, before: Interval) =>
    adjusted([{ ...lineOf(key, "1"), period: due }], [billed(key, ["5", { period: before }])])[0]
      ?.period;

  it("is that of a fee which is due no longer, or since", () => {
    expect(of(base, half, JUNE)).toEqual(between("2026-06-16", "2026-07-01"));
    expect(of(base, JUNE, half)).toEqual(between("2026-06-16", "2026-07-01"));
  });

  it("is all of a fee that costs something else, and all of what is due of usage", () => {
    expect(of(base, JUNE, between("2026-05-01", "2026-07-01"))).toEqual(JUNE);
    expect(of(calls, half, JUNE)).toEqual(half);
  });
});

describe("the causes of an adjustment", () => {
  const plans: readonly RatePlanInput[] = [planOf([])];
  const pause = (effectiveDate: string) => ({ effectiveDate, status: "paused" as const });
  const resume = (effectiveDate: string) => ({ effectiveDate, status: "active" as const });
  const causes = (
    key: LineKey,
    {
      life = {},
      due = true,
      period = JUNE,
      late,
    }: {
      readonly life?: Partial<SubscriptionInput>;
      readonly due?: boolean;
      readonly period?: Interval;
      readonly late?: readonly string[];
    } = {},
  ) =>
    shown(
      adjusted(due ? [{ ...lineOf(key, "1"), period }] : [], [billed(key, ["5", { period }])], {
        over: [key],
        timeline: timelineOf(plans, life),
        lateEventIds: new Map(late && [[keyText({ ...key, group: null }), late]]),
      }),
    )[0]?.adjustment?.causes;
  const change = (date: string) => ({ kind: "change", date, eventIds: [] });
  const rerating = [{ kind: "re-rating", date: null, eventIds: [] }];

  it("are the changes in its time, and the end of the subscription", () => {
    const changes = [pause("2026-06-11"), resume("2026-06-21")];
    const both = [change("2026-06-11"), change("2026-06-21")];
    expect(causes(base, { life: { changes } })).toEqual(both);
    expect(causes(base, { life: { endDate: "2026-06-25" } })).toEqual([change("2026-06-25")]);
    expect(causes(keyOf("minimum", "calls"), { life: { changes } })).toEqual(both);
    // Not one that begins when it ends.
    expect(causes(base, { life: { changes: [pause("2026-07-01")] } })).toEqual(rerating);
  });

  it("are the one that it begins with only where it is due no longer, and once", () => {
    const life = { startDate: "2026-05-01", changes: [pause("2026-06-01")], endDate: "2026-07-01" };
    expect(causes(keyOf("minimum", "calls"), { life })).toEqual(rerating);
    expect(causes(keyOf("minimum", "calls"), { life, due: false })).toEqual([change("2026-06-01")]);
    const ended = { startDate: "2026-05-01", endDate: "2026-06-01" };
    expect(causes(base, { life: ended, due: false })).toEqual([change("2026-06-01")]);
  });

  it("of usage are events that became known, else the changes, else usage without events", () => {
    const life = { changes: [pause("2026-06-11"), resume("2026-06-12")] };
    const late = ["e1", "e2"];
    const usage = (eventIds: readonly string[]) => [{ kind: "usage", date: null, eventIds }];
    expect(causes(calls, { life, late })).toEqual(usage(late));
    expect(causes({ ...calls, group: { agent: "a" } }, { late })).toEqual(usage(late));
    expect(causes(calls, { life })).toEqual([change("2026-06-11"), change("2026-06-12")]);
    expect(causes(calls)).toEqual(usage([]));
  });

  it("of a fee are the last change before it, where there is none in its time", () => {
    const JULY = between("2026-07-01", "2026-08-01");
    const life = { changes: [pause("2026-06-11"), resume("2026-06-21"), pause("2026-09-01")] };
    const july = { start: JULY.start };
    const of = (kind: "recurring" | "one-time" | "minimum") =>
      causes(keyOf(kind, "x", july), { life, period: JULY });
    expect(of("recurring")).toEqual([change("2026-06-21")]);
    expect(of("one-time")).toEqual([change("2026-06-21")]);
    expect(of("minimum")).toEqual(rerating);
    const ended = { changes: life.changes.slice(0, 2), endDate: "2026-06-25" };
    expect(causes(keyOf("recurring", "x", july), { life: ended, period: JULY })).toEqual([
      change("2026-06-25"),
    ]);
    // The start of the life is no change of it.
    expect(causes(base)).toEqual(rerating);
    expect(causes(base, { due: false })).toEqual(rerating);
  });

  it("of something due from the date of a change on are that change", () => {
    const from = between("2026-06-11", "2026-07-01");
    const own = keyOf("recurring", "x", { start: day("2026-06-11") });
    const life = { changes: [pause("2026-06-05"), resume("2026-06-11")] };
    expect(causes(own, { life, period: from })).toEqual([change("2026-06-11")]);
  });
});

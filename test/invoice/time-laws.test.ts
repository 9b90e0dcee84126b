/** Laws of billed time: however a cycle is cut, its parts add up to it; whatever was billed, due − billed is the rest. */
import fc from "fast-check";
import {
  billingPeriodAt,
  billingPeriods,
  type ChargeInput,
  type Invoice,
  invoice,
  type Period,
  type ProrationMethod,
  type RatePlanInput,
  type RoundingMode,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  subtract,
  sum,
  ZERO,
} from "../../src/money/fraction.js";
import { roundToIncrement } from "../../src/money/rounding.js";
import { planOf, productOf, totalOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const zones = fc.constantFrom(
  "UTC",
  "America/New_York",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Europe/London",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
);
const methods = fc.constantFrom<ProrationMethod[]>(
  "days",
  "seconds",
  "30E/360",
  "fixed-days",
  "none",
);
const modes = fc.constantFrom<RoundingMode[]>(
  "half-away-from-zero",
  "half-toward-zero",
  "half-even",
  "half-odd",
  "half-ceiling",
  "half-floor",
  "up",
  "down",
  "ceiling",
  "floor",
);
const cycles = fc.constantFrom<RatePlanInput["billingCycle"][]>(
  "monthly",
  "weekly",
  "quarterly",
  "annual",
  { every: 10, unit: "day" },
);
/** A fee of cents and parts of cents. */
const amounts = fc
  .integer({ min: 0, max: 9_999_999 })
  .map((digits) => `${Math.floor(digits / 1_000)}.${String(digits % 1_000).padStart(3, "0")}`);

const DAY = 86_400_000;

/** A start, and moments after it: midnights of UTC, or any. */
const moments = fc
  .record({
    start: fc.integer({ min: Date.UTC(2011, 10, 1), max: Date.UTC(2028, 0, 1) }),
    civil: fc.boolean(),
    // Dense within a few days, and anywhere within a year.
    after: fc.uniqueArray(
      fc.oneof(fc.integer({ min: 1, max: 20 * DAY }), fc.integer({ min: 1, max: 366 * DAY })),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ start, civil, after }) => {
    const write = (instant: number) =>
      civil ? new Date(instant).toISOString().slice(0, 10) : new Date(instant).toISOString();
    const first = write(start);
    const cuts = [...new Set(after.map((distance) => write(start + distance)))];
    return { startDate: first, cuts: cuts.filter((cut) => cut > first).sort() };
  });

/** One fee whether there are 1 or 2 seats: a change of seats cuts it and changes nothing of what it costs. */
function feeOf(amount: string, proration: ProrationMethod, timing: string): ChargeInput {
  return {
    id: "fee",
    name: "fee",
    chargeType: "recurring",
    unitOfMeasure: "@seat",
    billingTiming: timing as "in-advance",
    proration,
    pricing: { model: "stairstep", tiers: [{ upTo: 10, flatFee: amount }, { flatFee: "1" }] },
  };
}

interface Case {
  readonly amount: string;
  readonly method: ProrationMethod;
  readonly mode: RoundingMode;
  readonly zone: string;
  readonly cycle: RatePlanInput["billingCycle"];
  readonly anchor: "anniversary" | "calendar";
  readonly time: { readonly startDate: string; readonly cuts: readonly string[] };
}

const cases: fc.Arbitrary<Case> = fc.record({
  amount: amounts,
  method: methods,
  mode: modes,
  zone: zones,
  cycle: cycles,
  anchor: fc.constantFrom("anniversary" as const, "calendar" as const),
  time: moments,
});

function seller({ amount, method, mode, zone, cycle, anchor, time }: Case, timing: string) {
  const catalog = productOf(
    planOf([feeOf(amount, method, timing)], { billingCycle: cycle, effectiveDate: "2000-01-01" }),
  );
  const product = { ...catalog, effectiveDate: "2000-01-01" };
  const subscription = (cuts: readonly string[]): SubscriptionInput => ({
    id: "s1",
    customerId: "acme",
    ratePlanId: "starter",
    startDate: time.startDate,
    timeZone: zone,
    billingAnchor: anchor,
    quantities: { fee: 1 },
    changes: cuts.map((effectiveDate, index) => ({
      effectiveDate,
      quantities: { fee: index % 2 === 0 ? 2 : 1 },
    })),
  });
  const bill = (cuts: readonly string[], period: Period, previous: readonly Invoice[] = []) =>
    invoice({
      catalog: product,
      subscription: subscription(cuts),
      period,
      usage: {},
      previous,
      policy: { rounding: { mode } },
    });
  const [first, second] = billingPeriods(subscription([]), { catalog: product, limit: 2 });
  if (first === undefined || second === undefined) throw new Error("unreachable: no period");
  const isIn = (date: string, index: number) =>
    billingPeriodAt(subscription([]), date, { catalog: product })?.index === index;
  return { bill, first, second, isIn };
}

/** A line's steps add up to its amount, exactly. */
function addsUp({ lines }: Invoice): boolean {
  return lines.every(({ steps, amount }) => {
    const values = steps.filter(({ of }) => of === "amount").map(({ value }) => fractionOf(value));
    return compare(values.reduce(add, ZERO), exact(amount)) === 0;
  });
}

function fractionOf(text: string): Fraction {
  const [top = "0", bottom] = text.split("/");
  return bottom === undefined ? exact(top) : fraction(BigInt(top), BigInt(bottom));
}

const periodOf = ({ start, end }: Period): Period => ({ start, end });

describe("a fee that is cut", () => {
  it("in arrears adds up to the undivided fee, whatever the method, zone, cycle and rounding", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { bill, first, second } = seller(one, "in-arrears");
        for (const period of [first, second].map(periodOf)) {
          const whole = bill([], period);
          const cut = bill(one.time.cuts, period);
          expect(cut.total).toBe(whole.total);
          expect(addsUp(whole)).toBe(true);
          expect(addsUp(cut)).toBe(true);
          const pieces = cut.lines.map(({ servicePeriod: { start, end } }) => [start, end]);
          // They tile where every moment counts; by days, a piece of no day is left out.
          if (one.method === "seconds") {
            expect([pieces[0]?.[0], ...pieces.map(([, end]) => end)]).toEqual([
              ...pieces.map(([start]) => start),
              period.end,
            ]);
          }
        }
      }),
      tries(30),
    );
  });

  it("in advance: what was billed, the credits and the charges instead add up to the undivided fee", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { bill, first, isIn } = seller(one, "in-advance");
        const opening = bill([], { start: first.start, end: first.start });
        // Changes in the period itself, so that the next one is billed undivided.
        const cuts = one.time.cuts.filter((cut) => isIn(cut, first.index));
        const regular = bill(cuts, periodOf(first), [opening]);
        const own = regular.lines.filter(({ servicePeriod }) => servicePeriod.start !== first.end);
        expect(totalOf(own.map(({ amount }) => amount))).toBe(0n);
        expect(addsUp(regular)).toBe(true);
        // Billed at once instead, from change to change.
        const invoices = [opening];
        for (const [index, cut] of cuts.entries()) {
          if (cut === first.start) continue;
          const day = { start: cut, end: cut };
          invoices.push(bill(cuts.slice(0, index + 1), day, invoices));
        }
        expect(totalOf(invoices.map(({ total }) => total))).toBe(totalOf([opening.total]));
      }),
      tries(25),
    );
  });

  it("is as large as its exact part, to the rounding of two amounts", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { bill, first } = seller(one, "in-arrears");
        for (const line of bill(one.time.cuts, periodOf(first)).lines) {
          const off = subtract(exact(line.amount), fractionOf(line.exactAmount));
          const cent = fraction(1n, 100n);
          expect(compare(off, cent) <= 0 && compare(subtract(ZERO, cent), off) <= 0).toBe(true);
        }
      }),
      tries(13),
    );
  });

  it("and paused for no time of its own is rounded as a whole, as if what is left had been billed at once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 29 }),
        fc.integer({ min: 1, max: 28 }),
        amounts,
        modes,
        (from, length, amount, mode) => {
          const to = Math.min(from + length, 30);
          const day = (number: number) => `2026-06-${String(number).padStart(2, "0")}`;
          const charge: ChargeInput = {
            id: "fee",
            name: "fee",
            chargeType: "recurring",
            pricing: { model: "flat", amount },
          };
          const period = { start: "2026-06-01", end: "2026-07-01" };
          const bill = (changes: SubscriptionInput["changes"], charges = [charge]) =>
            invoice({
              catalog: productOf(planOf(charges)),
              subscription: {
                id: "s1",
                customerId: "acme",
                ratePlanId: "starter",
                startDate: "2026-06-01",
                ...(changes === undefined ? {} : { changes }),
              },
              period,
              usage: {},
              policy: { rounding: { mode } },
            });
          if (from === to) return;
          const paused = bill([
            { effectiveDate: day(from), status: "paused" },
            { effectiveDate: day(to), status: "active" },
          ]);
          const billed = sum(paused.lines.map((line) => exact(line.exactAmount)));
          expect(formatExact(roundToIncrement(billed, exact("0.01"), mode))).toBe(
            formatExact(exact(paused.total)),
          );
          expect(isZero(exact(paused.total)) || paused.unbilled.length === 1).toBe(true);
        },
      ),
      tries(25),
    );
  });
});

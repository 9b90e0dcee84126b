/** What usage draws from a fee that has paid for it, and what goes beyond it. */
import { type ChargeInput, type Drawdown, parseCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import { drawDown, drawnIn } from "../../../src/invoice/steps/drawdown.js";
import type { DrawdownPricing, PeriodPricing } from "../../../src/invoice/steps/period-step.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import { fee, perUnit, unchecked } from "../../support/plans.js";
import {
  between,
  day,
  JUNE,
  keyOf,
  lineOf,
  periodPricing,
  segmentOf,
  shown,
} from "../../support/step-input.js";

const QUARTER = between("2026-04-01", "2026-07-01");

/** A fee for a quarter of which June is the last month, as June finds it. */
function reserve(
  drawdown: Drawdown = {},
  {
    paid = "0",
    used = "0",
    ...more
  }: Partial<Omit<DrawdownPricing, "paid" | "used">> & {
    readonly paid?: string;
    readonly used?: string;
  } = {},
): DrawdownPricing {
  const charge = fee("reserve", "100", {
    name: "Reserve",
    billingTiming: "in-advance",
    drawdown,
  } as Partial<ChargeInput>);
  return {
    charge: unchecked(parseCharge(charge)),
    cycle: QUARTER,
    held: QUARTER,
    stretches: [QUARTER],
    paid: exact(paid),
    used: exact(used),
    ...more,
  };
}

const PAID = { paid: "100" };
const [calls, pages] = [keyOf("usage", "calls"), keyOf("usage", "pages")];
const segments = [
  segmentOf(perUnit("calls", "1")),
  segmentOf(perUnit("pages", "1")),
  segmentOf(fee("base", "30")),
];

function drawn(
  drawdown: DrawdownPricing,
  all: readonly PricedLine[],
  more: Partial<PeriodPricing> = {},
) {
  const pricing = periodPricing({ segments, drawdowns: [drawdown], ...more });
  return shown(drawDown(pricing, { all, segmentOf: new Map() }).lines);
}

function brief(...args: Parameters<typeof drawn>): readonly string[] {
  return drawn(...args).map(({ kind, amount, appliedTo }) => {
    const shares = appliedTo.map((share) => `${share.amount} of ${share.key.split(/[:@]/)[1]}`);
    return [`${kind} ${amount}`, ...shares].join(", ");
  });
}

describe("usage that a fee has paid for", () => {
  it("is drawn from it by a line that says what is left", () => {
    expect(drawn(reserve({}, { paid: "100", used: "25" }), [lineOf(calls, "40.5")])).toMatchObject([
      {
        key: "drawdown:reserve@2026-06-01",
        chargeId: "reserve",
        group: null,
        description: "Reserve: drawn",
        period: JUNE,
        amount: "-40.50",
        exactAmount: "-40.5",
        appliedTo: [{ key: "usage:calls@2026-06-01", amount: "-40.50" }],
        steps: [{ kind: "drawdown", value: "-40.5", text: "40.50 of 100.00 paid; 34.50 left" }],
      },
    ]);
  });

  it("is billed beyond it, at the factor of its price", () => {
    const beyond = drawn(reserve({ overageFactor: "1.5" }, { paid: "100", used: "80" }), [
      lineOf(calls, "40"),
      lineOf(pages, "10"),
    ]);
    // 20 are left; 30 go beyond, and cost 15 more. In proportion to 40 and 10.
    expect(beyond).toMatchObject([
      {
        amount: "-20.00",
        appliedTo: [{ amount: "-16.00" }, { amount: "-4.00" }],
        steps: [{ text: "20.00 of 100.00 paid; 0.00 left" }],
      },
      {
        key: "overage:reserve@2026-06-01",
        description: "Reserve: overage",
        amount: "15.00",
        exactAmount: "15",
        appliedTo: [{ amount: "12.00" }, { amount: "3.00" }],
        steps: [
          {
            kind: "overage",
            value: "15",
            text: "30.00 beyond 100.00 paid, at 1.5 times its price",
          },
        ],
      },
    ]);
    // At its own price, where nothing is said.
    expect(brief(reserve({}, { paid: "100", used: "80" }), [lineOf(calls, "50")])).toEqual([
      "drawdown -20.00, -20.00 of calls",
    ]);
  });

  it("is drawn by each charge as far as its own maximum leaves something of it", () => {
    const lines = [
      lineOf(calls, "60"),
      lineOf(keyOf("maximum", "calls"), "-40"),
      lineOf(pages, "20"),
    ];
    expect(brief(reserve({}, PAID), lines)).toEqual([
      "drawdown -40.00, -20.00 of calls, -20.00 of pages",
    ]);
    // 10 are left; 30 go beyond, and cost 15 more.
    const beyond = reserve({ overageFactor: "1.5" }, { paid: "100", used: "90" });
    expect(brief(beyond, lines)).toEqual([
      "drawdown -10.00, -5.00 of calls, -5.00 of pages",
      "overage 15.00, 7.50 of calls, 7.50 of pages",
    ]);
  });

  it("goes back by each charge, less what its own minimum makes up for", () => {
    const lines = [
      lineOf(calls, "-60"),
      lineOf(keyOf("minimum", "calls"), "40"),
      lineOf(pages, "-20"),
    ];
    expect(brief(reserve({}, { paid: "100", used: "70" }), lines)).toEqual([
      "drawdown 40.00, 20.00 of calls, 20.00 of pages",
    ]);
  });

  it("costs more by as much as all of its cycle does, rounded as a whole", () => {
    // 1.01 at 1.5 times are 1.515, so 1.52: 0.51 more than they cost. 2.02 are 3.03: 1.01 more.
    const paid = { paid: "100", used: "101.01" };
    expect(brief(reserve({ overageFactor: "1.5" }, paid), [lineOf(calls, "1.01")])).toEqual([
      "overage 0.50, 0.50 of calls",
    ]);
  });

  it("is drawn once for each fee", () => {
    const two = [reserve({}, PAID), reserve({ appliesTo: { charges: ["pages"] } }, PAID)];
    const pricing = { drawdowns: two };
    expect(brief(two[0] ?? reserve(), [lineOf(calls, "5"), lineOf(pages, "2")], pricing)).toEqual([
      "drawdown -7.00, -5.00 of calls, -2.00 of pages",
      "drawdown -2.00, -2.00 of pages",
    ]);
  });

  it("is given back to the fee as it is taken back, and what was beyond it first", () => {
    expect(brief(reserve({}, { paid: "100", used: "50" }), [lineOf(calls, "-10")])).toEqual([
      "drawdown 10.00, 10.00 of calls",
    ]);
    const over = reserve({ overageFactor: "2" }, { paid: "100", used: "105" });
    expect(brief(over, [lineOf(calls, "-10")])).toEqual([
      "drawdown 5.00, 5.00 of calls",
      "overage -5.00, -5.00 of calls",
    ]);
    // Less than nothing draws nothing.
    expect(brief(reserve({}, PAID), [lineOf(calls, "-10")])).toEqual([]);
  });

  it("falls to what has come to something in the same direction", () => {
    const lines = [lineOf(calls, "60"), lineOf(pages, "-10")];
    expect(brief(reserve({}, PAID), lines)).toEqual(["drawdown -50.00, -50.00 of calls"]);
    const less = [lineOf(calls, "-60"), lineOf(pages, "10")];
    expect(brief(reserve({}, { paid: "100", used: "80" }), less)).toEqual([
      "drawdown 50.00, 50.00 of calls",
    ]);
    // A cent of 1000 and 1: all of it to the first.
    const one = [lineOf(calls, "1000"), lineOf(pages, "1")];
    expect(brief(reserve({}, { paid: "0.01" }), one)).toEqual(["drawdown -0.01, -0.01 of calls"]);
  });

  it("falls to nothing where more has been paid for what was used before", () => {
    const before = [lineOf(keyOf("recurring", "reserve"), "30")];
    expect(brief(reserve({}, { paid: "100", used: "110" }), [], { before })).toEqual([
      "drawdown -10.00",
    ]);
  });
});

describe("the time of what is drawn", () => {
  it("is that in which the fee is held, of the period", () => {
    const held = between("2026-06-11", "2026-06-21");
    const part = reserve({}, { paid: "100", held, stretches: [held] });
    const later = lineOf(keyOf("usage", "calls", { start: day("2026-06-11") }), "5");
    expect(drawn(part, [later])).toMatchObject([
      { key: "drawdown:reserve@2026-06-11", period: held },
    ]);
  });
});

describe("what draws from a fee", () => {
  const facts = (
    drawdown: DrawdownPricing,
    all: readonly PricedLine[],
    more: Partial<PeriodPricing> = {},
  ) => {
    const { paid, used } = drawnIn(drawdown, periodPricing({ segments, ...more }), all);
    return { paid: formatExact(paid), used: formatExact(used) };
  };
  const used = (drawdown: DrawdownPricing, ...all: readonly PricedLine[]) =>
    facts(drawdown, all).used;

  it("is usage of all charges, or of those that it names", () => {
    const lines = [
      lineOf(calls, "5"),
      lineOf(pages, "7"),
      lineOf(keyOf("recurring", "base"), "30"),
    ];
    expect(used(reserve(), ...lines)).toBe("12");
    expect(used(reserve({ appliesTo: { charges: ["pages"] } }), ...lines)).toBe("7");
    // Of no charge, or of one that is not billed with it.
    const strangers = [lineOf(keyOf("usage", "x"), "5"), lineOf(keyOf("coupon", null), "-5")];
    expect(used(reserve(), ...strangers)).toBe("0");
  });

  it("is net of discounts, and with limits; what follows from it does not count", () => {
    const lines = [
      lineOf(calls, "50"),
      lineOf(keyOf("discount", "off"), "-10", { shares: [[calls, "-10"]] }),
      lineOf(keyOf("minimum", "calls"), "3"),
      lineOf(keyOf("drawdown", "reserve"), "-43", { shares: [[calls, "-43"]] }),
      lineOf(keyOf("overage", "reserve"), "2", { shares: [[calls, "2"]] }),
      lineOf(keyOf("maximum-spend", null), "-1", { shares: [[calls, "-1"]] }),
      lineOf(keyOf("guarantee", "calls"), "-4"),
    ];
    expect(used(reserve({}, { used: "100" }), ...lines)).toBe("143");
  });

  it("is of the time that the fee is billed for; what began before its cycle is drawn as it is billed", () => {
    const at = (start: string) => lineOf(keyOf("usage", "calls", { start: day(start) }), "5");
    const stretches = [between("2026-04-01", "2026-05-01"), between("2026-06-11", "2026-06-21")];
    const paused = reserve({}, { stretches });
    expect(used(paused, at("2026-06-10"))).toBe("0");
    expect(used(paused, at("2026-06-11"))).toBe("5");
    expect(used(paused, at("2026-06-21"))).toBe("0");
    expect(used(paused, at("2026-04-15"))).toBe("5");
    expect(used(paused, at("2026-03-01"))).toBe("5");
  });

  it("has what the fees of its cycle come to", () => {
    const feeAt = (start: string, kind: "recurring" | "discount" = "recurring", id = "reserve") =>
      lineOf(keyOf(kind, id, { start: day(start) }), "50");
    const paid = (before: readonly PricedLine[], all: readonly PricedLine[] = []) =>
      facts(reserve({}, { paid: "100" }), all, { before }).paid;
    expect(paid([feeAt("2026-04-01")], [feeAt("2026-06-01")])).toBe("200");
    expect(paid([feeAt("2026-07-01"), feeAt("2026-03-01")])).toBe("100");
    expect(paid([feeAt("2026-04-01", "discount"), feeAt("2026-04-01", "recurring", "base")])).toBe(
      "100",
    );
  });
});

import fc from "fast-check";
import {
  type EventInput,
  invoice,
  summarizeUsage,
  type UsageChargeInput,
  type UsageInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { exact, isProblem, readDecimal } from "../../src/money/decimal.js";
import { exactSums, millionthsOf } from "../../src/money/exact-sums.js";
import { compare, formatExact } from "../../src/money/fraction.js";
import {
  eventOf,
  issuesOf,
  JANUARY,
  mixedEvents,
  perUnit,
  requestOf,
  summarizeOptions,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

describe("numbers that are added up as integers", () => {
  const decimals = fc.oneof(
    fc.integer(),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.tuple(fc.maxSafeInteger(), fc.constantFrom(1, 10, 1e3, 1e6, 1e7)).map(([n, by]) => n / by),
    fc.tuple(fc.integer(), fc.nat(9_999_999)).map(([n, rest]) => `${n}.${rest}`),
    fc.string({ unit: fc.constantFrom(..."0123456789.-e"), maxLength: 18 }),
    fc.bigInt(),
  );

  it("LAW: are millionths of what they are read as, or are not taken", () => {
    fc.assert(
      fc.property(decimals, (input) => {
        const millionths = millionthsOf(input);
        if (Number.isNaN(millionths)) return;
        const read = readDecimal(input);
        expect(isProblem(read)).toBe(false);
        if (isProblem(read)) return;
        const { numerator, denominator } = read;
        expect(BigInt(millionths) * denominator).toBe(numerator * 1_000_000n);
      }),
      tries(2_500),
    );
  });

  it("LAW: add up exactly, also beyond what a number holds", () => {
    const large = fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 });
    const steps = fc.array(fc.tuple(fc.nat(2), fc.oneof(large, fc.constant(10 ** 15 - 1))), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const sums = exactSums(3);
        const expected = [0n, 0n, 0n];
        for (const [slot, amount] of all) {
          sums.add(slot, amount);
          expected[slot] = (expected[slot] ?? 0n) + BigInt(amount);
        }
        for (const [slot, total] of expected.entries()) {
          const wanted = { numerator: total, denominator: 1_000_000n };
          expect(compare(sums.total(slot), wanted)).toBe(0);
        }
      }),
    );
  });

  it("take what is plain, and no number of seven decimals", () => {
    expect([1, 0.1, -2.25, "3.50", "-0.000001", 7n].map(millionthsOf)).toEqual([
      ...[1_000_000, 100_000, -2_250_000, 3_500_000, -1, 7_000_000],
    ]);
    for (const other of [1e-7, 1e12, "1e3", "", ".5", "5.", "+1", "0.0000001", null, Number.NaN]) {
      expect(millionthsOf(other)).toBeNaN();
    }
  });
});

/** Whatever has an id passes; and a filter is no matter for numbers alone. */
const ALL = { where: { not: { field: "properties.never", exists: true } } };

describe("a sum of plain events", () => {
  it("LAW: is what the general way comes to: with a filter that all events pass", () => {
    fc.assert(
      fc.property(summarizeOptions, mixedEvents(JANUARY), (options, events) => {
        const given = unchecked<EventInput[]>(events);
        const policy = { deduplicate: false };
        const charge = perUnit("outcome", "1", { unitOfMeasure: "@outcome" });
        const [plain, filtered] = [charge, { ...charge, filter: ALL }].map((each) =>
          summarizeUsage(given, { ...options, charge: each, policy }),
        );
        const { fingerprint: _one, ...expected } = filtered ?? {};
        const { fingerprint: _other, ...found } = plain ?? {};
        expect(found).toEqual(expected);
      }),
      tries(150),
    );
  });

  it("is exact where quantities have thirty digits, and where sums leave the safe integers", () => {
    // 400 × 999,999,999 + 0.000001, and 10^30 + 10^-30: what does not fit goes the general way.
    const quantities = [...Array.from({ length: 400 }, () => 999_999_999), "0.000001"];
    const huge = [`1${"0".repeat(30)}`, `0.${"0".repeat(29)}1`];
    const events = [...quantities, ...huge].map((quantity, n) => ({
      id: String(n),
      customerId: "acme",
      unitOfMeasure: "@outcome",
      timestamp: "2026-01-05T09:00:00Z",
      quantity,
    }));
    const { quantity } = summarizeUsage(events, {
      charge: perUnit("outcome", "1"),
      policy: { deduplicate: false },
    });
    const expected = "1000000000000000000399999999600.000001000000000000000000000001";
    expect(quantity).toBe(formatExact(exact(expected)));
  });
});

describe("a document from plain events", () => {
  const outcome = perUnit("outcome", "1.25", { unitOfMeasure: "@outcome" });
  const user = perUnit("user", "3", { unitOfMeasure: "@user", aggregation: "count" });
  const bill = (usage: unknown, charges: readonly UsageChargeInput[], deduplicate = true) =>
    invoice(
      requestOf({
        charges,
        period: JANUARY,
        usage: unchecked<UsageInput>(usage),
        asOf: "2026-02-03",
        policy: { deduplicate },
      }),
    );

  it("LAW: is what the general way comes to: with filters that all events pass", () => {
    fc.assert(
      fc.property(mixedEvents(JANUARY), fc.boolean(), fc.boolean(), (events, deduplicate, both) => {
        const charges = both ? [outcome, user] : [outcome];
        const [plain, filtered] = [charges, charges.map((each) => ({ ...each, filter: ALL }))].map(
          (each) => {
            const { lines, usage, warnings, total } = bill(events, each, deduplicate);
            const billed = lines.map(({ quantity, amount }) => [quantity, amount]);
            return { billed, usage, warnings, total };
          },
        );
        expect(plain).toEqual(filtered);
      }),
      tries(150),
    );
  });

  it("counts of each id the event that wins, whichever came first, on both sides of a period's end", () => {
    const early = eventOf({ id: "a", quantity: 5, timestamp: "2026-01-31T23:59:59Z" });
    const late = eventOf({ id: "a", quantity: 7, timestamp: "2026-02-01T00:00:00Z" });
    const other = eventOf({ id: "b", quantity: 2, timestamp: "2026-01-10T00:00:00Z" });
    for (const events of [
      [early, late, other],
      [late, other, early],
    ]) {
      const { lines, usage } = bill(events, [outcome]);
      // (5 + 2) × 1.25
      expect(lines.map(({ quantity, amount }) => [quantity, amount])).toEqual([["7", "8.75"]]);
      expect(usage.counts).toMatchObject({ matched: 2, conflict: 1, "outside-period": 0 });
    }
  });

  it("takes what a generator gives as it was then, also where it gives one object again and again", () => {
    function* reused() {
      const event = { ...eventOf(), id: "", quantity: 0 };
      for (const [id, quantity] of [
        ["a", 1],
        ["b", 2],
        ["a", 1],
      ] as const) {
        yield Object.assign(event, { id, quantity });
      }
    }
    const { lines, usage } = bill(reused(), [outcome]);
    expect(lines.map(({ quantity }) => quantity)).toEqual(["3"]);
    expect(usage.counts).toMatchObject({ matched: 2, duplicate: 1, conflict: 0 });
  });

  it("refuses events that are no events any more when they are looked at again", () => {
    let looks = 0;
    const changing = Object.defineProperty({ ...eventOf({ id: "a" }) }, "timestamp", {
      enumerable: true,
      get: () => {
        looks += 1;
        return looks === 1 ? "2026-01-05T09:00:00Z" : 7;
      },
    });
    expect(issuesOf(() => bill([changing, eventOf({ id: "a" })], [outcome]))).toEqual([
      "not_plain_data ",
    ]);
  });
});

import fc from "fast-check";
import {
  type ChargeInput,
  compareAmounts,
  type Invoice,
  type InvoiceLine,
  type InvoiceRequest,
  invoice,
  rate,
  type Step,
  sumAmounts,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { termsOf } from "../support/documents.js";
import {
  frozen,
  inTwoOrders,
  mixedEvents,
  type PlanCase,
  parsedCase,
  planCases,
  requestFor,
  stored,
  thawed,
  totalOf,
  unchecked,
  units,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const DECIMALS: Readonly<Record<string, number>> = { USD: 2, JPY: 0, KWD: 3, CHF: 2, CLF: 4 };

/** Cases with usage that may be below zero, so that both forms of `negativeUsage` are met. */
const cases: fc.Arbitrary<PlanCase> = fc
  .tuple(planCases(), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }))
  .map(([one, signs]) => ({
    ...one,
    usage: Object.fromEntries(
      Object.entries(one.usage).map(([id, quantity], index) => [
        id,
        signs[index] && quantity !== "0" ? `-${quantity}` : quantity,
      ]),
    ),
  }));

/** A case with a mixed list of events of its period, in two orders. */
const casesWithEvents = planCases().chain((one) =>
  inTwoOrders(mixedEvents(one.period)).map(([events, shuffled]) => ({ one, events, shuffled })),
);

/** The same with everything parsed, for laws that ask for several invoices of a case. */
const parsedWithEvents = casesWithEvents.map(({ one, ...events }) => ({
  ...events,
  one: parsedCase(one),
}));

const bills = new Map<string, Invoice>();

/** A case with its bill. Laws are tried on the same cases as long as the seed is the same: each is billed once. */
function withBill(one: PlanCase): { readonly one: PlanCase; readonly bill: Invoice } {
  const text = JSON.stringify(one);
  const bill = bills.get(text) ?? invoice(requestFor(parsedCase(one)));
  bills.set(text, bill);
  return { one, bill };
}

const billed = cases.map(withBill);

function withEvents(one: PlanCase, events: readonly unknown[]): InvoiceRequest {
  return requestFor(one, unchecked<UsageEventInput[]>(events));
}

/** What was taken off each line, by its key. */
function takenOff(bill: Invoice): ReadonlyMap<string, bigint> {
  const shares = new Map<string, bigint>();
  for (const { key, amount } of bill.lines.flatMap((line) => line.appliedTo)) {
    shares.set(key, (shares.get(key) ?? 0n) + units(amount));
  }
  return shares;
}

/** An exact amount (`"1.5"` or `"10/3"`) as numerator and denominator. */
function fractionOf(exact: string): readonly [bigint, bigint] {
  const [numerator = "0", denominator = "1"] = exact.split("/");
  const decimals = numerator.split(".")[1]?.length ?? 0;
  return [BigInt(numerator.replace(".", "")), BigInt(denominator) * 10n ** BigInt(decimals)];
}

/** Rounds an exact amount to so many decimals, half away from zero: as units of the last one. */
function halfAwayFromZero(exact: string, decimals: number): bigint {
  const [numerator, denominator] = fractionOf(exact);
  const scaled = 2n * numerator * 10n ** BigInt(decimals);
  const away = numerator < 0n ? -denominator : denominator;
  return (scaled + away) / (2n * denominator);
}

function partsOf(of: Step["of"], { steps }: InvoiceLine): readonly string[] {
  return steps.filter((step) => step.of === of).map(({ value }) => value);
}

describe("LAWS of an invoice", () => {
  it("its total is the sum of its lines, and so is its subtotal", () => {
    fc.assert(
      fc.property(billed, ({ bill: { lines, subtotal, total } }) => {
        expect(units(total)).toBe(totalOf(lines.map(({ amount }) => amount)));
        expect(subtotal).toBe(total);
      }),
    );
  });

  it("it is a credit note exactly when its total is negative", () => {
    fc.assert(
      fc.property(billed, ({ bill: { kind, total } }) => {
        expect(kind === "credit-note").toBe(units(total) < 0n);
      }),
    );
  });

  it("all its amounts have the decimals of the currency", () => {
    fc.assert(
      fc.property(
        billed,
        ({ bill: { currency, lines, subtotal, discounts, creditsApplied, taxes, total } }) => {
          const decimals = DECIMALS[currency];
          const form = decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`);
          const amounts = lines.flatMap(({ amount, appliedTo }) => [
            amount,
            ...appliedTo.map((share) => share.amount),
          ]);
          for (const amount of [...amounts, subtotal, discounts, creditsApplied, taxes, total]) {
            expect(amount).toMatch(form);
            expect(amount).not.toMatch(/^-[0.]*$/);
          }
        },
      ),
    );
  });

  it("all its amounts are on the grid of a cash increment, where there is one", () => {
    const inCash = planCases({ increments: true }).map(withBill);
    fc.assert(
      fc.property(inCash, ({ bill: { policy, lines, total } }) => {
        expect(policy.rounding.increment).toBe("0.05");
        for (const amount of [...lines.map((line) => line.amount), total]) {
          expect(units(amount) % 5n).toBe(0n);
        }
      }),
    );
  });

  it("its rated lines are their exact amounts, rounded half away from zero unless told otherwise", () => {
    const plain = cases.map(
      (one): PlanCase => ({ ...one, policy: { ...one.policy, rounding: {} } }),
    );
    fc.assert(
      fc.property(plain.map(withBill), ({ bill: { currency, lines } }) => {
        for (const { amount, exactAmount, terms } of lines) {
          if (terms === null) continue;
          expect(units(amount)).toBe(halfAwayFromZero(exactAmount, DECIMALS[currency] ?? 0));
        }
      }),
    );
  });

  it("its rated lines are less than a unit from their exact amounts, and their sum is rounded once", () => {
    const together = cases.map(
      (one): PlanCase => ({ ...one, policy: { ...one.policy, rounding: { scope: "invoice" } } }),
    );
    fc.assert(
      fc.property(together.map(withBill), ({ bill: { currency, lines } }) => {
        const decimals = DECIMALS[currency] ?? 0;
        const rated = lines.filter(({ terms }) => terms !== null);
        for (const { amount, exactAmount } of rated) {
          const [numerator, denominator] = fractionOf(exactAmount);
          const off = units(amount) * denominator - numerator * 10n ** BigInt(decimals);
          expect(off < denominator && -off < denominator).toBe(true);
        }
        const exactSum = sumAmounts(rated.map(({ exactAmount }) => exactAmount));
        const billed = totalOf(rated.map(({ amount }) => amount));
        expect(billed).toBe(halfAwayFromZero(exactSum, decimals));
      }),
    );
  });

  it("no line is below zero but what takes off, and usage below zero where that is allowed", () => {
    fc.assert(
      fc.property(billed, ({ bill: { lines, policy } }) => {
        for (const { kind, amount, quantity } of lines) {
          if (kind === "discount" || kind === "maximum") expect(units(amount)).toBeLessThan(0n);
          else if (quantity.startsWith("-")) expect(policy.negativeUsage).toBe("allow");
          else expect(units(amount)).toBeGreaterThanOrEqual(0n);
        }
      }),
    );
  });

  it("what a discount takes off the lines adds up to its own", () => {
    fc.assert(
      fc.property(billed, ({ bill: { lines } }) => {
        for (const { kind, amount, appliedTo } of lines) {
          expect(appliedTo.length > 0).toBe(kind === "discount");
          if (kind !== "discount") continue;
          expect(totalOf(appliedTo.map((share) => share.amount))).toBe(units(amount));
          for (const share of appliedTo) expect(units(share.amount)).toBeLessThan(0n);
        }
      }),
    );
  });

  it("discounts never take more off a line than was billed", () => {
    fc.assert(
      fc.property(billed, ({ bill }) => {
        const shares = takenOff(bill);
        const billed = new Map(bill.lines.map((line) => [line.key, line]));
        for (const [key, share] of shares) {
          const line = billed.get(key);
          expect(line?.terms).not.toBeNull();
          expect(units(line?.amount ?? "0") + share).toBeGreaterThanOrEqual(0n);
        }
      }),
    );
  });

  it("a discount takes something only off what it names", () => {
    fc.assert(
      fc.property(billed, ({ bill, one: { plan } }) => {
        const lines = new Map(bill.lines.map((line) => [line.key, line]));
        for (const { kind, chargeId, appliedTo } of bill.lines) {
          if (kind !== "discount") continue;
          const discount = plan.charges.find(({ id }) => id === chargeId);
          const pricing = discount?.pricing;
          if (pricing?.model !== "discount") throw new Error("a discount line without a discount");
          const target = pricing.appliesTo ?? { chargeTypes: [discount?.chargeType ?? "usage"] };
          for (const { key } of appliedTo) {
            const line = lines.get(key);
            const { charges, chargeTypes, units: names } = target === "all" ? {} : target;
            expect(charges ?? [line?.chargeId]).toContain(line?.chargeId);
            expect(chargeTypes ?? [line?.kind]).toContain(line?.kind);
            expect(names ?? [line?.unitOfMeasure]).toContain(line?.unitOfMeasure);
          }
        }
      }),
    );
  });

  it("each charge comes to no less than its minimum and no more than its maximum", () => {
    fc.assert(
      fc.property(billed, ({ bill, one: { plan } }) => {
        const shares = takenOff(bill);
        const decimals = DECIMALS[bill.currency] ?? 0;
        for (const { id, minimum, maximum } of plan.charges) {
          const own = bill.lines.filter(
            ({ chargeId, kind }) => chargeId === id && kind !== "discount",
          );
          const off = own.reduce((sum, { key }) => sum + (shares.get(key) ?? 0n), 0n);
          const net = totalOf(own.map(({ amount }) => amount)) + off;
          const bounds = [minimum, maximum].map((bound) =>
            bound === undefined ? undefined : fractionOf(String(bound)),
          );
          // Bounds are rounded to money as every amount is: a unit at most.
          const unit = 10n ** BigInt(decimals);
          const [least, most] = bounds;
          if (least !== undefined) expect((net + 1n) * least[1]).toBeGreaterThan(least[0] * unit);
          if (most !== undefined) expect((net - 1n) * most[1]).toBeLessThan(most[0] * unit);
        }
      }),
    );
  });

  it("it comes to no less than the plan's minimum commitment", () => {
    fc.assert(
      fc.property(
        billed,
        ({
          bill: { total, currency },
          one: {
            plan: { minimumCommitment },
          },
        }) => {
          if (minimumCommitment === undefined) return;
          const [numerator, denominator] = fractionOf(String(minimumCommitment));
          const unit = 10n ** BigInt(DECIMALS[currency] ?? 0);
          expect((units(total) + 1n) * denominator).toBeGreaterThan(numerator * unit);
        },
      ),
    );
  });

  it("its lines have keys of their own", () => {
    fc.assert(
      fc.property(billed, ({ bill: { lines } }) => {
        expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
      }),
    );
  });

  it("its steps add up to quantities and amounts", () => {
    fc.assert(
      fc.property(billed, ({ bill: { lines } }) => {
        for (const line of lines) {
          expect(compareAmounts(sumAmounts(partsOf("amount", line)), line.amount)).toBe(0);
          const quantities = partsOf("quantity", line);
          const counted = quantities.length > 0 || line.quantity === "0";
          expect(compareAmounts(counted ? sumAmounts(quantities) : "1", line.quantity)).toBe(0);
        }
      }),
    );
  });

  it("its tiers add up to quantities and exact amounts", () => {
    fc.assert(
      fc.property(billed, ({ bill: { lines } }) => {
        for (const { tiers, quantity, exactAmount } of lines) {
          if (tiers.length === 0) continue;
          expect(sumAmounts(tiers.map((tier) => tier.quantity))).toSatisfy(
            (sum: string) => compareAmounts(sum, quantity) === 0,
          );
          expect(sumAmounts(tiers.map((tier) => tier.amount))).toSatisfy(
            (sum: string) => compareAmounts(sum, exactAmount) === 0,
          );
        }
      }),
    );
  });

  it("a unit price is shown only where it multiplies to the exact amount", () => {
    fc.assert(
      fc.property(billed, ({ bill: { lines } }) => {
        for (const { unitPrice, quantity, exactAmount } of lines) {
          if (unitPrice === null) continue;
          const [price, quantityOf, amount] = [unitPrice, quantity, exactAmount].map(fractionOf);
          if (!price || !quantityOf || !amount) throw new Error("three fractions");
          expect(price[0] * quantityOf[0] * amount[1]).toBe(amount[0] * price[1] * quantityOf[1]);
        }
      }),
    );
  });

  it("its terms, rated again, give the same exact amount", () => {
    fc.assert(
      fc.property(billed, ({ bill }) => {
        const { lines, currency, policy } = bill;
        for (const line of lines) {
          if (line.terms === null) continue;
          const metered = line.steps.find(({ kind }) => kind === "metered")?.value ?? "0";
          const { ratePlanId, ...terms } = termsOf(bill, line) ?? {};
          expect(ratePlanId).toBe(bill.ratePlanId);
          const charge = { ...terms, id: "again", name: "again", currency };
          const again = rate(unchecked<ChargeInput>(stored(charge)), metered, policy);
          expect([again.exactAmount, again.quantity]).toEqual([line.exactAmount, line.quantity]);
        }
      }),
    );
  });

  it("it is the same however often it is asked for, and from stored data", () => {
    fc.assert(
      fc.property(billed, ({ bill, one }) => {
        expect(invoice(requestFor(one))).toEqual(bill);
        expect(JSON.stringify(invoice(stored(requestFor(one))))).toBe(JSON.stringify(bill));
      }),
      tries(25),
    );
  });

  it("it is frozen, and survives JSON and structuredClone", () => {
    fc.assert(
      fc.property(billed, ({ bill }) => {
        expect(thawed(bill)).toEqual([]);
        expect(stored(bill)).toEqual(bill);
        expect(structuredClone(bill)).toEqual(bill);
      }),
    );
  });

  it("what it is made of is never changed", () => {
    fc.assert(
      fc.property(casesWithEvents, ({ one, events }) => {
        const expected = invoice(withEvents(one, events));
        const request = frozen(withEvents(one, events));
        expect(invoice(request)).toEqual(expected);
        expect(thawed(request)).toEqual([]);
      }),
      tries(30),
    );
  });

  it("the order of the events changes nothing, not even its fingerprint", () => {
    fc.assert(
      fc.property(parsedWithEvents, ({ one, events, shuffled }) => {
        expect(invoice(withEvents(one, shuffled))).toEqual(invoice(withEvents(one, events)));
      }),
      tries(60),
    );
  });

  it("events that come twice change no amount", () => {
    fc.assert(
      fc.property(parsedWithEvents, ({ one, events, shuffled }) => {
        const twice = invoice(withEvents(one, [...events, ...shuffled]));
        expect(twice.lines).toEqual(invoice(withEvents(one, events)).lines);
      }),
    );
  });

  it("every event given is counted once in its report", () => {
    fc.assert(
      fc.property(parsedWithEvents, ({ one, events }) => {
        const { counts } = invoice(withEvents(one, events)).usage;
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(events.length);
      }),
    );
  });
});

/** Coupons and credits over whole lives: changes dated back, withdrawn and late, plans, pauses, cycles of their own. */
import fc from "fast-check";
import { applyPostings, type CreditGrant, parseCreditGrant } from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import { lives, WIDE } from "../support/lives.js";
import { totalOf, units } from "../support/plans.js";
import { tries } from "../support/tries.js";

/** The same requests with a coupon for every billing period, and a tax. */
function withCoupon(percent: number) {
  const coupons = [{ id: "all", percent, from: "2020-01-01" }];
  const taxes = [{ id: "vat", percent: 20, inclusive: true }];
  return (asked: unknown) =>
    typeof asked === "object" && asked !== null && "period" in asked && "usage" in asked
      ? { ...asked, coupons, taxes }
      : asked;
}

describe("a coupon of 100 percent on any life", () => {
  it("leaves nothing to pay on any document, whatever is corrected later", () => {
    fc.assert(
      fc.property(
        lives(WIDE),
        fc.constantFrom("always" as const, "needed" as const),
        (life, rerate) => {
          for (const document of bill(life, { rerate, rewrite: withCoupon(100) })) {
            expect([document.total, document.taxes]).toEqual(["0.00", "0.00"]);
            expect(units(document.subtotal)).toBe(-units(document.discounts));
          }
        },
      ),
      tries(20),
    );
  });

  it("of less, takes its part of what all documents bill, but for a rounding on each of them", () => {
    fc.assert(
      fc.property(lives(WIDE), (life) => {
        const plain = bill(life, { rerate: "needed" });
        const half = bill(life, { rerate: "needed", rewrite: withCoupon(50) });
        const [whole, paid] = [plain, half].map((all) => totalOf(all.map(({ total }) => total)));
        const lines = half.reduce((count, document) => count + document.lines.length, 0);
        const off = Number((whole ?? 0n) - 2n * (paid ?? 0n));
        expect(Math.abs(off)).toBeLessThanOrEqual(2 * lines);
      }),
      tries(20),
    );
  });
});

describe("a grant larger than all that is billed on any life", () => {
  const before = { id: "all", unit: "USD", amount: "1000000000", grantedAt: "2020-01-01" };

  it("pays for every document, gets back what is corrected, and holds the rest", () => {
    fc.assert(
      fc.property(lives(WIDE), fc.constantFrom("before-tax", "after-tax"), (life, applied) => {
        const taxes = [{ id: "vat", percent: 20 }];
        let credits: readonly CreditGrant[] = [parseCreditGrant(before)];
        const policy = { credits: { applied } };
        const rewrite = (asked: unknown) => {
          if (typeof asked !== "object" || asked === null || !("previous" in asked)) return asked;
          // A correction is taxed at the rates on record.
          return { ...asked, credits, policy, ...("period" in asked ? { taxes } : {}) };
        };
        const documents = bill(life, {
          rerate: "needed",
          rewrite,
          seen: ({ postings }) => {
            credits = applyPostings(credits, postings);
          },
        });
        // The last may be a correction, after which nobody has asked.
        const last = documents.at(-1);
        if (last?.scope === "correction") credits = applyPostings(credits, last.postings);
        for (const { total } of documents) expect(total).toBe("0.00");
        const all = [...documents].flatMap(({ subtotal, taxes: tax }) => [subtotal, tax]);
        const [left] = credits;
        const rest = units(Number(left?.balance ?? left?.amount).toFixed(2));
        expect(totalOf(all)).toBe(units("1000000000.00") - rest);
      }),
      tries(20),
    );
  });
});

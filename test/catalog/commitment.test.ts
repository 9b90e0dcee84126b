/** Commitments over a term and prepaid ones, as they are written; and what is wrong with them. */
import { type PricingIssueCode, parseRatePlan, safeParseRatePlan } from "rateplan";
import { describe, expect, it } from "vitest";

const calls = {
  id: "calls",
  name: "Calls",
  chargeType: "usage",
  unitOfMeasure: "call",
  pricing: { model: "per-unit", unitPrice: 1 },
} as const;
const paid = {
  id: "paid",
  name: "Paid",
  chargeType: "recurring",
  billingTiming: "in-advance",
  billingCycle: "annual",
  pricing: { model: "flat", amount: 1200 },
  drawdown: { overageFactor: 1.5 },
} as const;
const plan = {
  id: "basic",
  name: "Basic",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  charges: [calls, paid],
} as const;

describe("commitments of a plan", () => {
  it("come out with decimals as texts, the fee undivided", () => {
    const parsed = parseRatePlan({ ...plan, minimumCommitment: { amount: 100.5, term: "annual" } });
    expect(parsed.minimumCommitment).toEqual({ amount: "100.5", term: "annual" });
    expect(parsed.charges[1]).toMatchObject({
      drawdown: { overageFactor: "1.5" },
      proration: { method: "none" },
    });
    expect(parseRatePlan(parsed)).toEqual(parsed);
  });

  it("over a term of one billing cycle are those of a billing cycle", () => {
    const minimumCommitment = { amount: 100, term: { every: 1, unit: "month" } } as const;
    expect(parseRatePlan({ ...plan, minimumCommitment }).minimumCommitment).toBe("100");
  });

  it.each<{
    readonly title: string;
    readonly more: object;
    readonly issues: readonly (readonly [PricingIssueCode, string])[];
  }>([
    {
      title: "a term that is no multiple of the billing cycle",
      more: { minimumCommitment: { amount: 1, term: "weekly" } },
      issues: [["cycle_mismatch", "minimumCommitment.term"]],
    },
    {
      title: "a term of a part of it",
      more: { billingCycle: "annual", minimumCommitment: { amount: 1, term: "monthly" } },
      issues: [["cycle_mismatch", "minimumCommitment.term"]],
    },
    {
      title: "a minimum of a year above twelve maximums of a month",
      more: { minimumCommitment: { amount: "1200.01", term: "annual" }, maximumSpend: 100 },
      issues: [["minimum_above_maximum", "minimumCommitment.amount"]],
    },
    {
      title: "a negative amount",
      more: { minimumCommitment: { amount: -1, term: "annual" } },
      issues: [["negative_price", "minimumCommitment.amount"]],
    },
    {
      title: "a misspelt key",
      more: { minimumCommitment: { amount: 1, terms: "annual" } },
      issues: [
        ["missing", "minimumCommitment.term"],
        ["unknown_key", "minimumCommitment.terms"],
      ],
    },
    {
      title: "a factor below 0",
      more: { charges: [calls, { ...paid, drawdown: { overageFactor: -1 } }] },
      issues: [["out_of_range", "charges.1.drawdown.overageFactor"]],
    },
    {
      title: "a misspelt key of a drawdown",
      more: { charges: [calls, { ...paid, drawdown: { overagefactor: 1 } }] },
      issues: [["unknown_key", "charges.1.drawdown.overagefactor"]],
    },
    {
      title: "a fee in arrears",
      more: { charges: [calls, { ...paid, billingTiming: "in-arrears" }] },
      issues: [["field_not_allowed", "charges.1.drawdown"]],
    },
    {
      title: "usage",
      more: { charges: [{ ...calls, drawdown: {} }] },
      issues: [["field_not_allowed", "charges.0.drawdown"]],
    },
    {
      title: "a fee that is prorated",
      more: { charges: [calls, { ...paid, proration: "days" }] },
      issues: [["field_not_allowed", "charges.1.proration"]],
    },
    {
      title: "a fee of a part of a billing cycle",
      more: { charges: [calls, { ...paid, billingCycle: { every: 2, unit: "week" } }] },
      issues: [
        ["cycle_mismatch", "charges.1.billingCycle"],
        ["cycle_mismatch", "charges.1.billingCycle"],
      ],
    },
    {
      title: "what is no usage charge of the plan",
      more: {
        charges: [calls, { ...paid, drawdown: { appliesTo: { charges: ["call", "paid"] } } }],
      },
      issues: [
        ["unknown_charge", "charges.1.drawdown.appliesTo.charges.0"],
        ["unknown_charge", "charges.1.drawdown.appliesTo.charges.1"],
      ],
    },
    {
      title: "two fees for one usage charge",
      more: { charges: [calls, paid, { ...paid, id: "more" }] },
      issues: [["field_not_allowed", "charges.2.drawdown"]],
    },
  ])("are refused: $title", ({ more, issues }) => {
    const result = safeParseRatePlan({ ...plan, ...more });
    expect(result.ok || result.issues.map(({ code, path }) => [code, path.join(".")])).toEqual(
      issues,
    );
  });

  it("takes one fee after another for the same usage", () => {
    const charges = [
      calls,
      { ...paid, endDate: "2027-01-01" },
      { ...paid, id: "next", effectiveDate: "2027-01-01" },
    ];
    expect(safeParseRatePlan({ ...plan, charges }).ok).toBe(true);
  });
});

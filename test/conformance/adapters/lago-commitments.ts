import { type Line, type RatePlanInput, simulate } from "rateplan";
import { type Check, skip, type Translation } from "../adapter.js";
import { field, type Json, type JsonObject, optionalText, record, text } from "../vector.js";
import { CENT, fromCents, IN_CENTS, inCents, lagoCharge, POLICY } from "./lago-charges.js";

const DAY = 86_400_000;
const SECOND = 1_000;

/** The fee that brings a charge to its minimum. */
export const chargeMinimum: Translation = {
  area: "commitments",
  run({ input, expected }) {
    if (!coversWholePeriod(input)) return skip("not yet: proration");
    const charge = lagoCharge(
      "dynamic",
      {},
      { currency: CENT, minimum: text(input, "minAmountCents") },
    );
    const { lines } = simulate(charge, text(input, "usedAmountCents"), { policy: IN_CENTS });
    const trueUp = lineOf("minimum", lines);
    if (field(expected, "amountCents") === null) {
      return [{ what: "no true-up fee", expected: null, actual: trueUp?.amount ?? null }];
    }
    return checksOf(expected, {
      amountCents: trueUp?.amount ?? "0",
      preciseAmountCents: trueUp?.exactAmount ?? "0",
      unitAmountCents: trueUp?.amount ?? "0",
      units: trueUp?.quantity ?? "0",
    });
  },
};

/** The same on an invoice. Its tax is no part of what is compared. */
export const chargeMinimumOnInvoice: Translation = {
  area: "commitments",
  run({ input, expected }) {
    const isPart = ["subscriptionStart", "terminatedAt"].some((name) => name in input);
    if (isPart) return skip("not yet: proration");
    const terms = record(input, "charge");
    const minimum = fromCents(text(input, "minAmountCents"));
    const charge = lagoCharge(text(terms, "model"), terms, { minimum });
    const { amount, lines } = simulate(charge, text(input, "units"), { policy: POLICY });
    return checksOf(expected, {
      feesAmountCents: inCents(amount),
      chargeAmountCents: inCents(lineOf("usage", lines)?.amount ?? "0"),
      trueUpAmountCents: inCents(lineOf("minimum", lines)?.amount ?? "0"),
    });
  },
};

/** The fee that brings a plan, its own fee and its usage, to its minimum commitment. */
export const planMinimum: Translation = {
  area: "commitments",
  run({ input, expected }) {
    if (!daysAgree(input, "activeDays")) return skip("not yet: proration");
    const plan = planOf(input, { minimumCommitment: text(input, "commitmentAmountCents") });
    const usage = { dynamic: text(input, "usageFeesCents") };
    const { lines } = simulate(plan, usage, { policy: IN_CENTS });
    const trueUp = lineOf("minimum-commitment", lines);
    return checksOf(expected, { trueUpAmountCents: trueUp?.amount ?? "0" });
  },
};

/** The fee of a plan, for a part of a period or for all of it. */
export const planFee: Translation = {
  area: "proration",
  run({ input, expected }) {
    if (!daysAgree(input, "billedDays")) return skip("not yet: proration");
    const { amount, lines } = simulate(planOf(input), {}, { policy: IN_CENTS });
    return checksOf(expected, {
      amountCents: amount,
      preciseAmountCents: lineOf("recurring", lines)?.exactAmount ?? "0",
    });
  },
};

/** A plan with its fee, and usage that is priced already. */
function planOf(input: JsonObject, more: Partial<RatePlanInput> = {}): RatePlanInput {
  return {
    id: "plan",
    name: "plan",
    currency: CENT,
    billingCycle: "monthly",
    effectiveDate: "2020-01-01",
    charges: [
      {
        id: "fee",
        name: "fee",
        chargeType: "recurring",
        pricing: { model: "flat", amount: text(input, "planAmountCents") },
      },
      lagoCharge("dynamic", {}, { currency: CENT }),
    ],
    ...more,
  };
}

function daysAgree(input: JsonObject, days: "activeDays" | "billedDays"): boolean {
  return text(input, days) === text(input, "periodDays");
}

/** Whether a case is about a whole period: Lago's periods end with their last second. */
function coversWholePeriod(input: JsonObject): boolean {
  const duration = optionalText(input, "periodDurationDays");
  if (duration === undefined) return true;
  const [from, to] = [text(input, "periodFrom"), text(input, "periodTo")];
  return Date.parse(to) + SECOND - Date.parse(from) >= Number(duration) * DAY;
}

function lineOf(kind: Line["kind"], lines: readonly Line[]): Line | undefined {
  return lines.find((line) => line.kind === kind);
}

/** Compares what the case states of it. */
function checksOf(expected: Json, actual: Readonly<Record<string, string>>): readonly Check[] {
  return Object.entries(actual).flatMap(([what, value]) => {
    const stated = optionalText(expected, what);
    return stated === undefined ? [] : [{ what, expected: stated, actual: value }];
  });
}

import {
  type BillingPolicyInput,
  compareAmounts,
  type Invoice,
  rate,
  sumAmounts,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { openingOf } from "../billed-in-advance.js";
import { negative } from "../one-document.js";
import {
  field,
  type Json,
  type JsonObject,
  list,
  optionalText,
  text,
  type Vector,
} from "../vector.js";
import { eventsOf, fromCents, IN_CENTS, inCents, lagoCharge, POLICY } from "./charges.js";
import {
  amountOf,
  billingOf,
  billPeriod,
  checksOf,
  endingAt,
  localDay,
  periodOf,
  planTerms,
  planWith,
  startOf,
  withDigitsOf,
} from "./subscription.js";
import { taxAt } from "./taxes.js";

/** A precise credit is stored with so many decimals. */
const STORED_DIGITS = 12;

/**
 * What is given back of a fee in advance when the subscription ends. Lago rounds the credit, and we round what is due:
 * it cuts its precise credits off, so what is due rounds up.
 */
export const terminationCredit: Translation = {
  area: "corrections",
  run({ input, expected }) {
    const { first, last } = endEarly(input, IN_CENTS);
    const precise = optionalText(expected, "itemPreciseAmountCents");
    const checks = [
      ...checksOf(expected, {
        subTotalExclTaxCents: negative(amountOf("adjustment", last.lines)),
        taxesAmountCents: negative(last.taxes),
        totalAmountCents: negative(last.total),
      }),
      ...checksOf(field(expected, "originalInvoice") ?? null, {
        feesCents: first.subtotal,
        taxesCents: first.taxes,
        totalCents: first.total,
      }),
      ...settledChecks(expected, negative(last.total)),
    ];
    if (precise === undefined) return checks;
    const policy = { ...withDigitsOf(precise, STORED_DIGITS), rounding: { mode: "up" as const } };
    const actual = amountOf("adjustment", endEarly(input, policy).last.lines);
    return [...checks, { what: "itemPreciseAmountCents", expected: `-${precise}`, actual }];
  },
};

/** How much of it is refunded, and how much credited, depends on payments; together they are all of it. */
function settledChecks(expected: Json, total: string): readonly Check[] {
  const parts = ["creditAmountCents", "refundAmountCents"].map((key) =>
    optionalText(expected, key),
  );
  const stated = parts.filter((part) => part !== undefined);
  if (stated.length === 0) return [];
  return [{ what: "credited and refunded", expected: sumAmounts(stated), actual: total }];
}

/** The opening invoice, and that of the part of the first period up to the end. Today's price is another one then. */
function endEarly(
  input: JsonObject,
  policy: BillingPolicyInput,
): { readonly first: Invoice; readonly last: Invoice } {
  const lastDay = localDay(text(input, "terminatedAt"), input);
  const sold = planWith({ ...planTerms(input), inAdvance: true });
  const start = startOf(input) ?? periodOf(billingOf(input, LONG_AGO, [sold]), lastDay.start).start;
  const taxes = taxAt(optionalText(input, "taxRate"));
  const running = { ...billingOf(input, start, [sold], policy), taxes };
  const first = openingOf(running);
  const repriced = planWith({ ...planTerms(input), inAdvance: true, amount: "0" });
  const ended = endingAt({ ...billingOf(input, start, [repriced], policy), taxes }, lastDay.end);
  const last = billPeriod(ended, periodOf(ended, lastDay.start), {}, [first]);
  return { first, last };
}

const LONG_AGO = "2000-01-01";

/**
 * Usage that is billed when it passes a threshold, and taken off what the period comes to. When to bill is the caller's
 * to say; such an invoice is over what the usage comes to so far, less what was billed of it.
 */
export const progressiveBilling: Translation = { area: "in-advance", run: billProgressively };

function billProgressively({ input, expected }: Vector): readonly Check[] {
  const used = list(input, "events").map((event) => ({
    timestamp: firstMoment(text(event, "at")),
    quantity: text(event, "units"),
  }));
  const charge = lagoCharge("standard", { amount: text(input, "unitAmount") });
  const soFar = (count: number) =>
    inCents(rate(charge, summarizeUsage(eventsOf(used.slice(0, count)), { charge })).amount);
  const thresholds = list(input, "thresholdsCents").map(String);
  const billed: string[] = [];
  for (const index of used.keys()) {
    const [before, after] = [soFar(index), soFar(index + 1)];
    const passes = thresholds.some(
      (each) => compareAmounts(before, each) < 0 && compareAmounts(after, each) >= 0,
    );
    if (passes) billed.push(sumAmounts([after, ...takenBack(billed)]));
  }
  const fees = inCents(lastInvoice(input, charge, eventsOf(used)).total);
  const stated = field(expected, "finalInvoice");
  const checks = checksOf(stated ?? null, {
    feesAmountCents: fees,
    progressiveBillingCreditCents: sumAmounts(["0", ...billed]),
    totalAmountCents: sumAmounts([fees, ...takenBack(billed)]),
  });
  if (field(expected, "progressiveInvoicesTotalCents") === undefined) return checks;
  const invoices = list(expected, "progressiveInvoicesTotalCents");
  return [...checks, { what: "progressiveInvoicesTotalCents", expected: invoices, actual: billed }];
}

function takenBack(amounts: readonly string[]): readonly string[] {
  return amounts.map((amount) => `-${amount}`);
}

function firstMoment(day: string): string {
  return day.includes("T") ? day : `${day}T00:00:00Z`;
}

/** The invoice of the period, or of its part up to a termination or an upgrade: the fee in arrears, and all usage. */
function lastInvoice(
  input: JsonObject,
  charge: UsageChargeInput,
  usage: readonly UsageEventInput[],
): Invoice {
  const at = (name: string) => {
    const stated = optionalText(input, name);
    return stated === undefined ? undefined : localDay(stated, input);
  };
  const day = String(usage[0]?.timestamp ?? LONG_AGO);
  const plan = planWith({
    interval: optionalText(input, "interval") ?? "monthly",
    amount: fromCents(text(input, "planAmountCents")),
    currency: "EUR",
    inAdvance: false,
    charges: [charge],
  });
  const running = billingOf(input, startOf(input) ?? LONG_AGO, [plan], POLICY);
  const end = at("terminatedAt")?.end ?? at("upgradedAt")?.start;
  const billing = end === undefined ? running : endingAt(running, end);
  return billPeriod(billing, periodOf(billing, day), usage);
}

import {
  type BillingPolicyInput,
  billingPeriods,
  type ChargeInput,
  type Invoice,
  type InvoiceLine,
  invoice,
  isPricingError,
  type Period,
  type ProductInput,
  type ProrationInput,
  type RatePlanInput,
  type RecurringChargeInput,
  type SubscriptionInput,
  sumAmounts,
  type UsageInput,
  upcoming,
} from "rateplan";
import type { Check } from "../adapter.js";
import { lastTrialDay } from "../billed-in-advance.js";
import type { Json, JsonObject } from "../vector.js";
import { cycleOf } from "./cycles.js";

/** A subscription, and everything that its invoices follow from besides. */
export interface Subject {
  readonly catalog: ProductInput;
  readonly subscription: SubscriptionInput;
  readonly policy?: BillingPolicyInput;
}

/** Before everything that a case is about. */
const LONG_AGO = "1900-01-01";

export function catalogOf(ratePlans: readonly RatePlanInput[]): ProductInput {
  return {
    id: "product",
    name: "Product",
    agentType: "service",
    effectiveDate: LONG_AGO,
    ratePlans,
  };
}

export function planOf(
  id: string,
  billingPeriod: string,
  charges: readonly ChargeInput[],
  currency = "USD",
): RatePlanInput {
  const billingCycle = cycleOf(billingPeriod);
  return { id, name: id, currency, billingCycle, effectiveDate: LONG_AGO, charges };
}

/** A recurring price. */
export function fee(
  amount: string,
  more: Partial<
    Pick<RecurringChargeInput, "id" | "billingTiming" | "proration" | "revisions">
  > = {},
): RecurringChargeInput {
  return {
    id: "fee",
    name: "Fee",
    chargeType: "recurring",
    ...more,
    pricing: { model: "flat", amount },
  };
}

/** Days of a month are counted as so many, or, with 0, as they are. */
export function prorationOf(fixedDays: string): ProrationInput {
  return fixedDays === "0" ? "days" : { method: "fixed-days", daysPerMonth: Number(fixedDays) };
}

/**
 * The invoices that are due up to a date, one after the other: the opening one, and that of each period that has ended.
 * Kill Bill bills in advance what begins on the date too, and so does the invoice of the period that ends on it.
 */
export function invoicesUntil(
  subject: Subject,
  date: string,
  usageOf: (period: Period) => UsageInput = () => [],
): readonly Invoice[] {
  const { catalog, subscription, policy = {} } = subject;
  const invoices: Invoice[] = [];
  const ended = billingPeriods(subscription, { catalog, policy, until: date, limit: 10_000 });
  for (const { start, end } of [...openingOf(subject), ...ended].sort(byEnd)) {
    if (end > date) continue;
    const period = { start, end };
    invoices.push(invoice({ ...subject, period, usage: usageOf(period), previous: invoices }));
  }
  return invoices;
}

/** The opening's moment, where fees are billed in advance. */
function openingOf(subject: Subject): readonly Period[] {
  const asOf = lastTrialDay(subject.subscription) ?? LONG_AGO;
  const { period } = upcoming({ ...subject, usage: [], asOf });
  return period.start === period.end ? [period] : [];
}

function byEnd(a: Period, b: Period): number {
  return a.end < b.end ? -1 : Number(a.end > b.end);
}

export function linesOf(invoices: readonly Invoice[]): readonly InvoiceLine[] {
  return invoices.flatMap(({ lines }) => lines);
}

export function totalOf(invoices: readonly Invoice[]): string {
  return sumAmounts(invoices.map(({ total }) => total));
}

export function amountOf(lines: readonly InvoiceLine[]): string {
  return sumAmounts(lines.map(({ amount }) => amount));
}

/** Only what corrects earlier invoices. */
export function corrections({ lines }: Invoice): readonly InvoiceLine[] {
  return lines.filter(({ kind }) => kind === "adjustment");
}

/** Compares what the engine states, of something that has no facts where it does not exist. */
export function compareStated(
  what: string,
  stated: Json | undefined,
  facts: ReadonlyMap<string, Json | undefined>,
): readonly Check[] {
  return Object.entries((stated ?? {}) as JsonObject).map(([name, value]) => {
    if (facts.size > 0 && !facts.has(name)) {
      throw new Error(`a fact that the adapter does not know: ${name}`);
    }
    return { what: `${what}: ${name}`, expected: value, actual: facts.get(name) };
  });
}

/** The codes of the issues with which something is refused; nothing where it is not. */
export function refusal(attempt: () => unknown): readonly string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues.map(({ code }) => code);
  }
}

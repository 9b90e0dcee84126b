import {
  type BillingPeriod,
  type BillingPolicyInput,
  billingPeriodAt,
  type ChargeInput,
  eachBillingPeriod,
  type Invoice,
  type InvoiceLine,
  invoice,
  type LineKind,
  type NamedCycle,
  type Period,
  type RatePlanInput,
  type RecurringChargeInput,
  sumAmounts,
  type UsageInput,
} from "rateplan";
import type { Check } from "../adapter.js";
import {
  type Billing,
  openingOf,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import { choice, flag, type Json, type JsonObject, optionalText, text } from "../vector.js";
import { CENT, IN_CENTS, lagoCharge } from "./charges.js";

const CYCLES: Readonly<Record<string, NamedCycle>> = {
  weekly: "weekly",
  monthly: "monthly",
  quarterly: "quarterly",
  semiannual: "semi-annual",
  yearly: "annual",
};

export function cycleOf(interval: string): NamedCycle {
  const cycle = CYCLES[interval];
  if (cycle === undefined)
    throw new Error(`an interval that the adapter does not know: ${interval}`);
  return cycle;
}

/**
 * The day that an instant lies on for the customer. Lago counts whole days, and its last days belong to their period:
 * `end` is the same said half-open.
 */
export function localDay(at: string, input: JsonObject = {}): Period {
  const zone = optionalText(input, "timezone");
  const timeZone = zone === undefined ? {} : { timeZone: zone };
  const day = billingPeriodAt(subscriptionOf("1990-01-01", timeZone), at, {
    billingCycle: "daily",
  });
  if (day === undefined) throw new Error(`no day: ${at}`);
  return { start: day.start, end: day.end };
}

/** Under which names cases say when the subscription started; the first that there is. */
const STARTS = [
  "start",
  "startedAt",
  "subscriptionStart",
  "subscriptionAt",
  "anchor",
  "periodFrom",
];

/** The first day of the subscription, where the case says it. */
export function startOf(input: JsonObject): string | undefined {
  const stated = STARTS.map((name) => optionalText(input, name)).find((each) => each !== undefined);
  return stated === undefined ? undefined : localDay(stated, input).start;
}

/** What a plan of Lago's is made of, as far as cases state it. */
export interface PlanTerms {
  readonly id?: string;
  readonly interval: string;
  readonly amount: string;
  readonly currency?: string;
  readonly inAdvance: boolean;
  readonly charges?: readonly ChargeInput[];
  readonly commitment?: string;
}

/** The fee of a plan, and usage that is priced already. */
export function planWith(terms: PlanTerms): RatePlanInput {
  const { id = "plan", interval, amount, currency = CENT, inAdvance, charges, commitment } = terms;
  const fee: RecurringChargeInput = {
    id: "fee",
    name: "fee",
    chargeType: "recurring",
    billingTiming: inAdvance ? "in-advance" : "in-arrears",
    pricing: { model: "flat", amount },
  };
  const others = charges ?? [lagoCharge("dynamic", {}, { currency })];
  const plan = planOf(id, currency, cycleOf(interval), [fee, ...others]);
  return commitment === undefined ? plan : { ...plan, minimumCommitment: commitment };
}

/** The plan that a case states, and its fee. */
export function planTerms(input: JsonObject): PlanTerms {
  return {
    interval: text(input, "interval"),
    amount: text(input, "planAmountCents"),
    inAdvance: flag(input, "payInAdvance"),
  };
}

/**
 * A subscription to the first of some plans. Periods are those of the calendar, or are counted from a date that a trial
 * does not move; a trial begins with the subscription.
 */
export function billingOf(
  input: JsonObject,
  start: string,
  plans: readonly RatePlanInput[],
  policy: BillingPolicyInput = IN_CENTS,
): Billing {
  const [first] = plans;
  // One that an upgrade began has the anniversary of the first one.
  const anchor = optionalText(input, "anchor") ?? optionalText(input, "subscriptionAt") ?? start;
  const isAnniversary = choice(input, "billingTime", { anniversary: true, calendar: false }, false);
  const trialDays = Number(optionalText(input, "trialDays") ?? "0");
  const subscription = subscriptionOf(start, {
    ratePlanId: first?.id ?? "plan",
    billingAnchor: isAnniversary ? localDay(anchor, input).start : "calendar",
    trialDays,
  });
  return { catalog: productOf(...plans), subscription, policy };
}

/** The same until a date. */
export function endingAt(billing: Billing, endDate: string): Billing {
  return { ...billing, subscription: { ...billing.subscription, endDate } };
}

/** The billing period that contains a date. */
export function periodOf({ catalog, subscription, policy }: Billing, at: string): BillingPeriod {
  const period = billingPeriodAt(subscription, at, { catalog, policy });
  if (period === undefined) throw new Error(`no billing period at ${at}`);
  return period;
}

/** The invoice of a billing period. */
export function billPeriod(
  billing: Billing,
  { start, end }: Period,
  usage: UsageInput = {},
  previous: readonly Invoice[] = [],
): Invoice {
  return invoice({ ...billing, period: { start, end }, usage, previous });
}

/** Every invoice of fees in advance before the billing period that contains a date; usage is none. */
export function invoicesBefore(billing: Billing, at: string): readonly Invoice[] {
  const { catalog, subscription, policy } = billing;
  const until = periodOf(billing, at).start;
  const invoices = [openingOf(billing)];
  for (const period of eachBillingPeriod(subscription, { catalog, policy, until })) {
    invoices.push(billPeriod(billing, period, {}, invoices));
  }
  return invoices;
}

/** The sum of the lines of a kind. */
export function amountOf(kind: LineKind, lines: readonly InvoiceLine[]): string {
  return sumAmounts(lines.filter((line) => line.kind === kind).map(({ amount }) => amount));
}

/** The same currency with the digits of a stated amount, as many as can be relied on. */
export function withDigitsOf(stated: string, most: number): BillingPolicyInput {
  const digits = Math.min(stated.split(".")[1]?.length ?? 0, most);
  return { ...IN_CENTS, currencies: { [CENT]: digits } };
}

/** Compares what the case states of it. */
export function checksOf(
  expected: Json,
  actual: Readonly<Record<string, string>>,
): readonly Check[] {
  return Object.entries(actual).flatMap(([what, value]) => {
    const stated = optionalText(expected, what);
    return stated === undefined ? [] : [{ what, expected: stated, actual: value }];
  });
}

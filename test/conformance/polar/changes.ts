import {
  type BillingCycle,
  billingPeriodAt,
  type ChargeInput,
  type Invoice,
  type InvoiceLine,
  type ProrationMethod,
  type RatePlanInput,
  type SubscriptionChange,
  sumAmounts,
} from "rateplan";
import { type Check, skip, type Translation } from "../adapter.js";
import {
  type Billing,
  cycleBetween,
  instantText,
  invoiceAt,
  isBefore,
  openingOf,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import { isStated, type Json, list, optionalText, record, text } from "../vector.js";
import { CENTS, POLICY } from "./cents.js";

/** A fee of so many cents in advance, by the second. The engine has no line for a free plan: it has no fee. */
export function feesOf(
  id: string,
  cents: string,
  proration: ProrationMethod = "seconds",
): readonly ChargeInput[] {
  if (/^0*$/.test(cents)) return [];
  const pricing = { model: "flat", amount: cents } as const;
  return [
    { id, name: id, chargeType: "recurring", billingTiming: "in-advance", proration, pricing },
  ];
}

/** The intervals of the engine. */
export const INTERVALS: Readonly<Record<string, BillingCycle>> = {
  day: "daily",
  week: "weekly",
  month: "monthly",
  year: "annual",
};

export function planId(index: number): string {
  return index === 0 ? "plan" : `plan-${index}`;
}

/** A plan of the engine: its interval and what it charges. */
interface PlanFacts {
  readonly cycle: BillingCycle;
  readonly charges: readonly ChargeInput[];
}

/** A subscription that goes from plan to plan. */
function chainOf(
  start: string,
  plans: readonly PlanFacts[],
  changes: readonly SubscriptionChange[],
): Billing {
  const ratePlans = plans.map(
    ({ cycle, charges }, index): RatePlanInput => planOf(planId(index), CENTS, cycle, charges),
  );
  return {
    catalog: productOf(...ratePlans),
    subscription: subscriptionOf(start, { changes }),
    policy: POLICY,
  };
}

/** The opening invoice, if there are fees, and one for each change, each with what is known when it takes effect. */
export function invoicesOf(
  start: string,
  plans: readonly PlanFacts[],
  changes: readonly SubscriptionChange[],
): readonly Invoice[] {
  const isFree = plans[0]?.charges.length === 0;
  const opening = isFree ? [] : [openingOf(chainOf(start, plans, []))];
  const invoices = [...opening];
  for (const [index, { effectiveDate }] of changes.entries()) {
    const known = chainOf(start, plans, changes.slice(0, index + 1));
    invoices.push(invoiceAt(known, effectiveDate, invoices));
  }
  return invoices;
}

/** What a change makes due: an invoice on a boundary also has the fees of a period that begins later. */
function linesOfChange({ lines }: Invoice, at: string): readonly InvoiceLine[] {
  return lines.filter(({ servicePeriod }) => !isBefore(at, servicePeriod.start));
}

/** What a change credits and what it charges, neither with a sign. */
function sidesOf(lines: readonly InvoiceLine[]) {
  const amounts = (isCredit: boolean) =>
    lines.filter(({ kind }) => (kind === "adjustment") === isCredit).map(({ amount }) => amount);
  return {
    creditCents: magnitude(sumAmounts(["0", ...amounts(true)])),
    debitCents: sumAmounts(["0", ...amounts(false)]),
  };
}

function magnitude(amount: string): string {
  return amount.replace("-", "");
}

export function sideChecks(expected: Json, change: Invoice, at: string): readonly Check[] {
  const count = optionalText(expected, "lines");
  const lines = linesOfChange(change, at);
  return [
    ...Object.entries(sidesOf(lines)).flatMap(([what, actual]): readonly Check[] => {
      const stated = optionalText(expected, what);
      return stated === undefined ? [] : [{ what, expected: stated, actual }];
    }),
    ...(count === undefined
      ? []
      : [{ what: "lines", expected: count, actual: String(lines.length) }]),
  ];
}

export function changeTo(index: number, effectiveDate: string): SubscriptionChange {
  return { effectiveDate, ratePlanId: planId(index) };
}

export function datesOf(input: Json, key: string): readonly [string, string] {
  const [start, end] = list(input, key).map(String);
  if (start === undefined || end === undefined) throw new Error(`expected two dates in ${key}`);
  return [start, end];
}

/** From one plan to another, by the second; a change of interval starts a new cycle. */
export const planChange: Translation = {
  area: "changes",
  run({ input, expected }) {
    const [start, plans] = changedPlans(input);
    const at = text(input, "updateAt");
    const change = invoicesOf(start, plans, [changeTo(1, at)]).at(-1);
    if (change === undefined) return skip("input shape");
    return sideChecks(expected, change, at);
  },
};

/** The plans with their interval, or with the billing period that the change falls in. */
function changedPlans(input: Json): readonly [string, readonly PlanFacts[]] {
  if (!isStated(input, "period")) {
    const plans = ["old", "new"].map((name): PlanFacts => {
      const plan = record(input, name);
      const cycle = INTERVALS[text(plan, "interval")];
      if (cycle === undefined) throw new Error(`unknown interval in ${name}`);
      return { cycle, charges: feesOf(name, text(plan, "cents")) };
    });
    return [text(input, "cycleStart"), plans];
  }
  return [datesOf(input, "period")[0], samePeriodPlans(input, "period", "seconds")];
}

export function cycleOf(input: Json, key: string): BillingCycle {
  const cycle = cycleBetween(...datesOf(input, key));
  if (cycle === undefined) throw new Error(`no time in ${key}`);
  return cycle;
}

function samePeriodPlans(
  input: Json,
  key: string,
  proration: ProrationMethod,
): readonly PlanFacts[] {
  const cycle = cycleOf(input, key);
  return ["old", "new"].map((name) => ({
    cycle,
    charges: feesOf(name, text(input, `${name}Cents`), proration),
  }));
}

/** A change that begins a new cycle and credits nothing. */
export const resetCycle: Translation = {
  area: "changes",
  run({ input, expected }) {
    const [start] = datesOf(input, "period");
    const plans = samePeriodPlans(input, "period", "none");
    const at = text(input, "updateAt");
    const changes = [{ ...changeTo(1, at), billingAnchor: at }];
    const change = invoicesOf(start, plans, changes).at(-1);
    if (change === undefined) return skip("input shape");
    const { catalog, subscription, policy } = chainOf(start, plans, changes);
    const period = billingPeriodAt(subscription, at, { catalog, policy });
    return [
      ...sideChecks(expected, change, at),
      {
        what: "credit",
        expected: "0",
        actual: sidesOf(linesOfChange(change, at)).creditCents,
      },
      {
        what: "period",
        expected: ["newPeriodStart", "newPeriodEnd"].map((key) => instantText(text(expected, key))),
        actual: period && [instantText(period.start), instantText(period.end)],
      },
    ];
  },
};

/** One change after another within a period: each credits what the one before charged. */
export const changeChain: Translation = {
  area: "changes",
  run({ input, expected }) {
    const cycle = cycleOf(input, "cycle");
    const plans = list(input, "plansCents").map((cents, index) => ({
      cycle,
      charges: feesOf(planId(index), String(cents)),
    }));
    const changes = list(input, "updates").map((at, index) => changeTo(index + 1, String(at)));
    const invoices = invoicesOf(datesOf(input, "cycle")[0], plans, changes);
    const entries = invoices.slice(-changes.length).flatMap(({ lines }) => lines.map(entryOf));
    return [{ what: "entries", expected: list(expected, "entries"), actual: entries }];
  },
};

function entryOf({ kind, amount }: InvoiceLine): Json {
  return [kind === "adjustment" ? "credit" : "debit", magnitude(amount)];
}

import {
  type BillingTiming,
  billingPeriodAt,
  type ChargeInput,
  type Invoice,
  type InvoiceLine,
  type NamedCycle,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import {
  type Billing,
  cycleBetween,
  invoiceAt,
  isBefore,
  linesBefore,
  openingOf,
  planOf,
  productOf,
  sameDate,
  subscriptionOf,
} from "../billed-in-advance.js";
import { field, isStated, type Json, list, optionalText, text, type Vector } from "../vector.js";

const CURRENCY = "MONEY";
const CENTS = "2";

/** A fee of a plan; the same id on two plans is one that continues. */
export function feeOf(
  id: string,
  amount: string,
  billingTiming: BillingTiming = "in-advance",
): ChargeInput {
  const pricing = { model: "flat", amount } as const;
  return { id, name: id, chargeType: "recurring", billingTiming, pricing };
}

export function usageOf(id: string, unitPrice: string): ChargeInput {
  const pricing = { model: "per-unit", unitPrice } as const;
  return { id, name: id, chargeType: "usage", unitOfMeasure: id, pricing };
}

/** A subscription that changes from one plan to another, with a billing period from its start. */
export function changeOfPlan(
  [start, end]: readonly [string, string],
  changeDate: string,
  before: readonly ChargeInput[],
  after: readonly ChargeInput[],
  decimals = CENTS,
): { readonly before: Billing; readonly after: Billing } | undefined {
  const cycle = cycleBetween(start, end);
  if (cycle === undefined) return undefined;
  const catalog = productOf(
    planOf("plan", CURRENCY, cycle, before),
    planOf("next", CURRENCY, cycle, after),
  );
  const subscription = subscriptionOf(start);
  const changes = [{ effectiveDate: changeDate, ratePlanId: "next" }];
  const policy = { currencies: { [CURRENCY]: Number(decimals) } };
  return {
    before: { catalog, subscription, policy },
    after: { catalog, subscription: { ...subscription, changes }, policy },
  };
}

/** The components of a case as fees of both plans: matched on both, removed on the old, added on the new. */
function componentsOf(input: Json) {
  const all = ["matched", "removed", "added"].flatMap((kind) =>
    (!isStated(input, kind) ? [] : list(input, kind)).map((component, index) => ({
      component,
      id: `${kind}-${index}`,
      from: optionalText(component, kind === "removed" ? "amount" : "from"),
      to: optionalText(component, kind === "added" ? "amount" : "to"),
    })),
  );
  const chargeOf = (id: string, amount: string | undefined) => {
    if (amount === undefined) return [];
    return [amount === "usage" ? usageOf(id, "1") : feeOf(id, amount)];
  };
  return {
    cadences: all.flatMap(({ component }) => optionalText(component, "cadence") ?? []),
    before: all.flatMap(({ id, from }) => chargeOf(id, from)),
    after: all.flatMap(({ id, to }) => chargeOf(id, to)),
  };
}

/** What a change of plan makes due at once, of fees in advance. */
export function planChange({ input, expected }: Vector): readonly Check[] | Skip {
  const [start, end, at] = [
    text(input, "periodStart"),
    text(input, "periodEnd"),
    text(input, "changeDate"),
  ] as const;
  const { before, after, cadences } = componentsOf(input);
  // A price by the year in a period of a month: the engine bills so many of its nominal 365 days.
  if (cadences.some((cadence) => cadence !== cadenceOf(start, end))) {
    return skip("engine convention");
  }
  const decimals = optionalText(input, "currency precision") ?? CENTS;
  const change = changeOfPlan([start, end], at, before, after, decimals);
  if (change === undefined) return skip("input shape");
  const lines = linesBefore(invoiceOfChange(change, start, at, [...before, ...after]), end);
  const minor = (amount: string) => `${amount}e-${decimals}`;
  return changeChecks(expected, lines, sameDate(start, at), minor);
}

/** Without fees before the change there is no opening invoice; without any, nothing is due before the period is over. */
function invoiceOfChange(
  { before, after }: { readonly before: Billing; readonly after: Billing },
  start: string,
  at: string,
  charges: readonly ChargeInput[],
): Invoice {
  if (!charges.some(isFee)) return invoiceAt(after, start, []);
  const { catalog } = before;
  if (catalog.ratePlans[0]?.charges.some(isFee) === true) {
    return invoiceAt(after, at, [openingOf(before)]);
  }
  return sameDate(start, at) ? openingOf(after) : invoiceAt(after, at, []);
}

function isFee({ chargeType }: ChargeInput): boolean {
  return chargeType === "recurring";
}

const CADENCES: readonly (readonly [string, NamedCycle])[] = [
  ["weekly", "weekly"],
  ["monthly", "monthly"],
  ["quarterly", "quarterly"],
  ["semiannual", "semi-annual"],
  ["annual", "annual"],
];

/** The cadence of a billing period: the shortest that is not over before it. */
function cadenceOf(start: string, end: string): string | undefined {
  const found = CADENCES.find(([, billingCycle]) => {
    const first = billingPeriodAt(subscriptionOf(start), 0, { billingCycle });
    return first !== undefined && !isBefore(first.end, end);
  });
  return found?.[0];
}

/**
 * Credits are adjustments of what was billed, charges are lines for the rest of the period. Where nothing of the old
 * price is left, the adjustment says what was billed and what is due in its place.
 */
function changeChecks(
  expected: Json,
  lines: readonly InvoiceLine[],
  fromStart: boolean,
  minor: (amount: string) => string,
): readonly Check[] {
  const adjustments = lines.filter(({ kind }) => kind === "adjustment");
  const charged = lines.filter(({ kind }) => kind !== "adjustment").map(({ amount }) => amount);
  const figures = adjustments.flatMap(({ adjustment }) => adjustment ?? []);
  const credits = fromStart
    ? figures.map(({ billed }) => `-${billed}`)
    : adjustments.map(({ amount }) => amount);
  const charges = fromStart ? [...figures.map(({ due }) => due), ...charged] : charged;
  const sums = {
    credit: credits,
    charge: charges,
    net: [...credits, ...charges],
    netCents: [...credits, ...charges],
  };
  const lists = { creditsCents: credits, chargesCents: charges };
  const count = optionalText(expected, "lines");
  return [
    ...Object.entries(sums).flatMap(([what, amounts]): readonly Check[] => {
      const stated = optionalText(expected, what);
      if (stated === undefined) return [];
      return [{ what, expected: minor(stated), actual: sumAmounts(["0", ...amounts]) }];
    }),
    ...Object.entries(lists).flatMap(([what, actual]): readonly Check[] => {
      if (field(expected, what) === undefined) return [];
      const stated = list(expected, what).map((amount) => minor(String(amount)));
      return [{ what, expected: stated, actual }];
    }),
    ...(count === undefined
      ? []
      : [{ what: "lines", expected: count, actual: String(lines.length) }]),
  ];
}

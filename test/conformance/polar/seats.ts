import {
  billingPeriodAt,
  type ChargeInput,
  type DiscountPricing,
  type Invoice,
  type RecurringChargeInput,
  type SubscriptionInput,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import {
  type Billing,
  invoiceAt,
  openingOf,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import { field, isStated, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { CENTS, POLICY } from "./cents.js";
import { changeTo, cycleOf, datesOf, feesOf, invoicesOf, planId, sideChecks } from "./changes.js";

/** A discount of a plan. Each plan has its own, as in the engine, also where both take off the same. */
function discountOf(id: string, pricing: Pick<DiscountPricing, "percent" | "amount">): ChargeInput {
  return {
    id,
    name: id,
    chargeType: "recurring",
    proration: "seconds",
    pricing: { model: "discount", appliesTo: "all", ...pricing },
  };
}

/** `"25%"`, or an amount in the currency, of which our unit is a cent. */
function writtenDiscount(id: string, written: string | undefined): readonly ChargeInput[] {
  if (written === undefined) return [];
  const [percent, sign] = written.split("%");
  return [
    discountOf(id, sign === undefined ? { amount: `${written}e2` } : { percent: percent ?? "" }),
  ];
}

/** A change of plan where a plan has a discount: what is credited and what is charged are less by it. */
export const discountedChange: Translation = {
  area: "changes",
  run({ input, expected }) {
    const [start] = datesOf(input, "cycle");
    const cycle = cycleOf(input, "cycle");
    const plans = ["old", "new"].map((name) => ({
      cycle,
      charges: [
        ...feesOf(name, text(input, `${name}Cents`)),
        ...writtenDiscount(`${name}-discount`, optionalText(input, `${name}Discount`)),
      ],
    }));
    const at = text(input, "updateAt");
    const change = invoicesOf(start, plans, [changeTo(1, at)]).at(-1);
    return change === undefined ? skip("input shape") : sideChecks(expected, change, at);
  },
};

const START = "2025-06-01";

/** A cycle of days, and the day of it on which the rest is a decimal factor of it: half of it is left after 5 of 10. */
function restOf(factor: string): { readonly days: number; readonly at: string } {
  const [, decimals = ""] = factor.split(".");
  const days = Math.max(10 ** decimals.length, 2);
  const rest = Number(sumAmounts([`${factor}e${decimals.length}`]));
  const day = billingPeriodAt(subscriptionOf(START), days - rest, { billingCycle: "daily" });
  if (day === undefined) throw new Error(`no day for ${factor}`);
  return { days, at: day.start };
}

/** A fixed discount over two charges, before and after a change of both. */
export const discountOverTwo: Translation = {
  area: "changes",
  run({ input, expected }) {
    const { days, at } = restOf(text(input, "factor"));
    const amount = text(input, "fixedDiscountCents");
    const plans = ["old", "new"].map((name) => ({
      cycle: { every: days, unit: "day" } as const,
      charges: [
        ...list(input, name).flatMap((cents, index) => feesOf(`${name}-${index}`, String(cents))),
        discountOf(`${name}-discount`, { amount }),
      ],
    }));
    const change = invoicesOf(START, plans, [changeTo(1, at)]).at(-1);
    if (change === undefined) return skip("input shape");
    const credits = change.lines.filter(({ kind }) => kind === "adjustment");
    return [
      {
        what: "credits together",
        expected: sumAmounts(list(expected, "creditCents").map((cents) => `-${String(cents)}`)),
        actual: sumAmounts(["0", ...credits.map((line) => line.amount)]),
      },
      {
        what: "debits",
        expected: list(expected, "debitCents"),
        actual: list(input, "new").map((_, index) => netOf(change, `new-${index}`)),
      },
    ];
  },
};

/** What a charge comes to on an invoice, less what discounts take off it. */
function netOf({ lines }: Invoice, chargeId: string): string {
  const line = lines.find((each) => each.chargeId === chargeId);
  const shares = lines.flatMap(({ appliedTo }) => appliedTo).filter(({ key }) => key === line?.key);
  return sumAmounts([line?.amount ?? "0", ...shares.map(({ amount }) => amount)]);
}

const SEATS = "seats";

/** So many cents to twelve decimals: what is no whole number of cents is seen. */
const EXACT_CENTS = { ...POLICY, currencies: { [CENTS]: 12 } };

function seatFee(cents: string): RecurringChargeInput {
  return {
    id: SEATS,
    name: SEATS,
    chargeType: "recurring",
    billingTiming: "in-advance",
    proration: "seconds",
    unitOfMeasure: "@seat",
    pricing: { model: "per-unit", unitPrice: cents },
  };
}

/**
 * Another number of seats, at the price that holds, and another price from the next cycle on. The engine cuts what it
 * bills for the change to whole cents, where it rounds elsewhere: not so a case where it comes to whole cents.
 */
export const seatChange: Translation = { area: "changes", run: changeSeats };

function changeSeats({ input, expected }: Vector): readonly Check[] | Skip {
  const before = optionalText(input, "oldPerSeatCents") ?? text(input, "perUnitCents");
  const after = optionalText(input, "nextPerSeatCents") ?? before;
  const from = optionalText(input, "oldSeats") ?? text(input, "from");
  const to = optionalText(input, "newSeats") ?? text(input, "to");
  const hasPeriod = isStated(input, "period");
  const start = hasPeriod ? datesOf(input, "period")[0] : text(input, "cycleStart");
  const cycle = hasPeriod ? cycleOf(input, "period") : "monthly";
  const at = text(input, "updateAt");
  const plans = [before, after].map((cents, index) =>
    planOf(planId(index), CENTS, cycle, [seatFee(cents)]),
  );
  const subscription = subscriptionOf(start, { quantities: { [SEATS]: from } });
  const changes: SubscriptionInput["changes"] = [
    { effectiveDate: at, quantities: { [SEATS]: to } },
    { ...changeTo(1, at), takesEffect: "at-period-end" },
  ];
  const billing: Billing = { catalog: productOf(...plans), subscription, policy: EXACT_CENTS };
  const changed: Billing = { ...billing, subscription: { ...subscription, changes } };
  const opening = openingOf(billing);
  const change = invoiceAt(changed, at, [opening]);
  if (!/^-?\d+(\.0*)?$/.test(change.total)) return skip("engine quirk");
  const end = billingPeriodAt(subscription, 0, { billingCycle: cycle })?.end ?? at;
  const next = invoiceAt(changed, end, [opening, change]);
  return seatChecks(expected, change, next);
}

function seatChecks(expected: Json, change: Invoice, next: Invoice): readonly Check[] {
  const nextCents = optionalText(expected, "nextCycleCents");
  const isCredit =
    optionalText(expected, "direction") === "credit" ||
    field(expected, "creditCents") !== undefined;
  const stated = ["prorationCents", "creditCents", "debitCents"].flatMap(
    (name) => optionalText(expected, name) ?? [],
  );
  return [
    ...stated.map((cents) => ({
      what: "change",
      expected: isCredit ? `-${cents}` : cents,
      actual: change.total,
    })),
    ...(nextCents === undefined
      ? []
      : [{ what: "next cycle", expected: nextCents, actual: next.total }]),
  ];
}

/**
 * Another number of seats beside a fixed fee, under one fixed discount. The engine bills what the seats come to more,
 * each time less their share of the discount; the fixed fee, whose share shrinks, it leaves as it was until the next
 * cycle. With us an amount follows from what is due in all; without the fee, both are the same.
 */
export const discountedSeats: Translation = { area: "changes", run: changeDiscountedSeats };

function changeDiscountedSeats({ input, expected }: Vector): readonly Check[] | Skip {
  if (text(input, "fixedCents") !== "0") return skip("engine convention");
  const { days, at } = restOf(text(input, "factor"));
  const plan = planOf("plan", CENTS, { every: days, unit: "day" }, [
    seatFee(text(input, "perSeatCents")),
    discountOf("discount", { amount: text(input, "fixedDiscountCents") }),
  ]);
  const subscription = subscriptionOf(START, { quantities: { [SEATS]: text(input, "from") } });
  const changes = [{ effectiveDate: at, quantities: { [SEATS]: text(input, "to") } }];
  const billing: Billing = { catalog: productOf(plan), subscription, policy: EXACT_CENTS };
  const changed = { ...billing, subscription: { ...subscription, changes } };
  const change = invoiceAt(changed, at, [openingOf(billing)]);
  return seatChecks(expected, change, change);
}

import {
  type BillingPeriod,
  billingPeriodAt,
  eachBillingPeriod,
  invoice,
  type ProrationInput,
  type Subscription,
} from "rateplan";
import { type Check, type Skip, skip, type Translations } from "../adapter.js";
import { choice, field, type Json, optionalText, text, type Vector } from "../vector.js";
import {
  catalogOf,
  fee,
  invoicesUntil,
  planOf,
  prorationOf,
  refusal,
  type Subject,
  totalOf,
} from "./billing.js";
import { anchorOf, cycleOf, datesOnly, IN_ADVANCE, isMisclamped } from "./cycles.js";

/** Kill Bill: parts of billing periods. */
export const prorations: Translations = {
  "recurring-in-advance-proration": { area: "proration", run: numberOfCycles },
  "proration-leading": { area: "proration", run: leading },
  "proration-trailing": { area: "proration", run: trailing },
  "prorated recurring item": { area: "proration", run: recurringItem },
};

/** The engine's fractions have nine decimals: a fee of 1 in a currency of as many is a number of billing cycles. */
const CYCLES = { currencies: { CYCLES: 9 } };

/** All that is billed in advance up to a date, as a number of cycles. */
function numberOfCycles({ input, expected }: Vector): readonly Check[] | Skip {
  const billingPeriod = text(input, "billingPeriod");
  const [startDate, target] = [text(input, "startDate"), text(input, "targetDate")];
  const subscription = subscriptionOf(input, startDate, optionalText(input, "endDate"));
  const billingTiming = choice(input, "billingMode", IN_ADVANCE)
    ? "in-advance"
    : ("in-arrears" as const);
  const subject: Subject = {
    catalog: catalogOf([planOf("plan", billingPeriod, [fee("1", { billingTiming })], "CYCLES")]),
    subscription,
    policy: CYCLES,
  };
  if (field(expected, "error") !== undefined) {
    const period = { start: startDate, end: target };
    const codes = refusal(() => invoice({ ...subject, period, usage: [] }));
    return [{ what: "refused", expected: true, actual: codes.includes("end_before_start") }];
  }
  for (const period of eachBillingPeriod(subscription, { billingCycle: cycleOf(billingPeriod) })) {
    if (period.start > target) break;
    if (isMisclamped(period, billingPeriod)) return skip("engine quirk");
  }
  return [
    {
      what: "number of billing cycles",
      expected: text(expected, "numberOfBillingCycles"),
      actual: totalOf(invoicesUntil(subject, target)),
    },
  ];
}

/** From the start to the first billing day, of the cycle that ends there. */
function leading({ input, expected }: Vector): readonly Check[] {
  const [startDate, next] = [text(input, "startDate"), text(input, "nextBillingCycleDate")];
  const subscription = datesOnly({ startDate, billingAnchor: next, endDate: next });
  return [
    {
      what: "fraction",
      expected: text(expected, "fraction"),
      actual: partOfFee(input, subscription, "1", "CYCLES"),
    },
  ];
}

/** From the last billing day to the end, of the cycle that begins there. */
function trailing({ input, expected }: Vector): readonly Check[] | Skip {
  const startDate = text(input, "previousBillThroughDate");
  const subscription = datesOnly({ startDate, endDate: text(input, "endDate") });
  const billingPeriod = text(input, "billingPeriod");
  const billingCycle = cycleOf(billingPeriod);
  // Several cycles in units of the first one: it is no fraction, and ours are periods of their own.
  if (billingPeriodAt(subscription, 1, { billingCycle }) !== undefined) {
    return skip("engine convention");
  }
  return [
    {
      what: "fraction",
      expected: text(expected, "fraction"),
      actual: partOfFee(input, subscription, "1", "CYCLES"),
    },
  ];
}

/** One item: what is billed for a part of a cycle, or what a cycle billed in advance gives back for it. */
function recurringItem({ input, expected }: Vector): readonly Check[] | Skip {
  const [start, end] = [text(input, "itemStart"), text(input, "itemEnd")];
  const [price, currency] = [text(input, "price"), text(input, "currency")];
  const billingPeriod = text(input, "billingPeriod");
  const subscription = subscriptionOf(input, start, end);
  const part = billingPeriodAt(subscription, 0, { billingCycle: cycleOf(billingPeriod) });
  if (part === undefined || part.end !== end) throw new Error("an item is a part of one cycle");
  if (isMisclamped(part, billingPeriod)) return skip("engine quirk");
  const isRepair = choice(input, "itemType", { REPAIR_ADJ: true, RECURRING: false });
  const actual = isRepair
    ? repaired(input, part, price, currency)
    : partOfFee(input, subscription, price, currency);
  return [{ what: "amount", expected: text(expected, "amount"), actual }];
}

/** What a subscription of one period bills in arrears. */
function partOfFee(
  input: Json,
  subscription: Subscription,
  amount: string,
  currency: string,
): string {
  const subject = feeOnly(input, subscription, fee(amount, partsAs(input)), currency);
  return totalOf(invoicesUntil(subject, subscription.endDate ?? ""));
}

/** What of a cycle that was billed in advance is due back when it is cut short, or interrupted. */
function repaired(input: Json, part: BillingPeriod, price: string, currency: string): string {
  const { start, end, cycle } = part;
  const charge = fee(price, { ...partsAs(input), billingTiming: "in-advance" });
  const subscription = subscriptionOf(input, cycle.start, undefined);
  const subject = feeOnly(input, subscription, charge, currency);
  const previous = invoicesUntil(subject, cycle.start);
  const isCut = end === cycle.end;
  const changes = isCut
    ? [{ effectiveDate: start, status: "canceled" } as const]
    : [
        { effectiveDate: start, status: "paused" } as const,
        { effectiveDate: end, status: "active" } as const,
      ];
  const period = { start: isCut ? cycle.start : start, end: start };
  const now = { ...subject, subscription: { ...subscription, changes }, previous };
  return invoice({ ...now, period, usage: [] }).total;
}

function feeOnly(
  input: Json,
  subscription: Subscription,
  charge: ReturnType<typeof fee>,
  currency: string,
): Subject {
  const plan = planOf("plan", text(input, "billingPeriod"), [charge], currency);
  return { catalog: catalogOf([plan]), subscription, policy: CYCLES };
}

function partsAs(input: Json): { readonly proration: ProrationInput } {
  return { proration: prorationOf(optionalText(input, "prorationFixedDays") ?? "0") };
}

function subscriptionOf(input: Json, startDate: string, endDate: string | undefined): Subscription {
  const anchor = anchorOf(startDate, text(input, "billingPeriod"), text(input, "billCycleDay"));
  return datesOnly({
    startDate,
    billingAnchor: anchor,
    ...(endDate === undefined ? {} : { endDate }),
  });
}

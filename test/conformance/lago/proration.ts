import {
  type BillingPolicyInput,
  billingPeriodAt,
  type Invoice,
  rateAmount,
  simulate,
  upcoming,
} from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import {
  type Billing,
  invoiceAt,
  isBefore,
  lastTrialDay,
  linesBefore,
  openingOf,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import { flag, type Json, type JsonObject, optionalText, record, text } from "../vector.js";
import { CENT, IN_CENTS, lagoCharge } from "./charges.js";
import {
  amountOf,
  billingOf,
  billPeriod,
  checksOf,
  cycleOf,
  endingAt,
  invoicesBefore,
  localDay,
  periodOf,
  planTerms,
  planWith,
  startOf,
  withDigitsOf,
} from "./subscription.js";

/** Lago's precise amounts are binary floating point: so many of their decimals can be relied on. */
const PRECISE_DIGITS = 9;

/** The fee of a plan, for a part of a period or for all of it. */
export const planFee: Translation = {
  area: "proration",
  run: ({ input, expected }) => {
    const start = startOf(input);
    if (start === undefined) return wholeFee(input, expected);
    const billing = untilItsEnd(billingOf(input, start, [planOfAmount(input)]), input);
    const period = periodOf(billing, optionalText(input, "periodFrom") ?? start);
    // An anniversary on the 31st: 30 September is the last day of Lago's period, and the first one of its next period.
    const lastDay = optionalText(input, "periodTo");
    if (
      lastDay !== undefined &&
      !flag(input, "upgraded") &&
      localDay(lastDay, input).end !== period.end
    ) {
      return skip("engine convention");
    }
    return feeChecks(input, expected, (amount, policy) => {
      const { catalog } = billingOf(input, start, [planOfAmount(input, amount)]);
      return billPeriod({ ...billing, catalog, policy }, period);
    });
  },
};

function planOfAmount(input: JsonObject, amount = text(input, "planAmountCents")) {
  return planWith({ ...planTerms(input), inAdvance: false, amount });
}

/** A case that does not say when: it is about a whole period. */
function wholeFee(input: JsonObject, expected: Json): readonly Check[] | Skip {
  if (text(input, "billedDays") !== text(input, "periodDays")) return skip("input shape");
  const precise = optionalText(expected, "preciseAmountCents");
  const feeIn = (policy: BillingPolicyInput) =>
    simulate(planOfAmount(input), {}, { policy }).amount;
  return [
    { what: "amountCents", expected: text(expected, "amountCents"), actual: feeIn(IN_CENTS) },
    ...(precise === undefined ? [] : [preciseCheck(precise, feeIn)]),
  ];
}

/** The day of a termination is still billed; that of an upgrade belongs to the new plan. */
function untilItsEnd(billing: Billing, input: JsonObject): Billing {
  const isTerminated = flag(input, "terminated");
  const at =
    optionalText(input, "terminatedAt") ??
    (isTerminated ? optionalText(input, "periodTo") : undefined);
  if (at === undefined) return billing;
  const day = localDay(at, input);
  return endingAt(billing, flag(input, "upgraded") ? day.start : day.end);
}

/** A fee; its exact amount; and at a price of 1 for each day of the period, its days. */
function feeChecks(
  input: JsonObject,
  expected: Json,
  bill: (amount: string, policy: BillingPolicyInput) => Invoice,
): readonly Check[] {
  const feeAt = (amount: string, policy: BillingPolicyInput) =>
    amountOf("recurring", bill(amount, policy).lines);
  const amount = text(input, "planAmountCents");
  const precise = optionalText(expected, "preciseAmountCents");
  return [
    {
      what: "amountCents",
      expected: text(expected, "amountCents"),
      actual: feeAt(amount, IN_CENTS),
    },
    {
      what: "billedDays",
      expected: text(input, "billedDays"),
      actual: feeAt(text(input, "periodDays"), IN_CENTS),
    },
    ...(precise === undefined ? [] : [preciseCheck(precise, (policy) => feeAt(amount, policy))]),
  ];
}

/** A precise amount, against the same in a currency with its digits. */
export function preciseCheck(
  stated: string,
  actual: (policy: BillingPolicyInput) => string,
): Check {
  const policy = withDigitsOf(stated, PRECISE_DIGITS);
  const itself = lagoCharge("standard", { amount: "1" }, { currency: CENT });
  return {
    what: "preciseAmountCents",
    expected: rateAmount(itself, stated, policy),
    actual: actual(policy),
  };
}

/** A fee in advance that falls due at the end of the trial. A change of plan leaves the trial as it is. */
export const trialFee: Translation = {
  area: "proration",
  run: ({ input, expected }) => {
    const start = startOf(input);
    if (start === undefined) return skip("input shape");
    const upgradeAt = optionalText(input, "upgradeAt");
    const changes =
      upgradeAt === undefined
        ? {}
        : {
            changes: [{ effectiveDate: localDay(upgradeAt, input).start, ratePlanId: "new" }],
          };
    return feeChecks(input, expected, (amount, policy) => {
      const [plan, next] = ["plan", "new"].map((id) =>
        planWith({ ...planTerms(input), id, amount }),
      );
      const billing = billingOf(
        input,
        start,
        [plan, next].filter((each) => each !== undefined),
        policy,
      );
      const subscription = { ...billing.subscription, ...changes };
      const lastDay = lastTrialDay(subscription);
      if (lastDay === undefined) return openingOf(billing);
      return upcoming({
        ...billing,
        subscription,
        usage: {},
        asOf: lastDay,
      });
    });
  },
};

/**
 * A change of plan: what is left of the fee that was billed in advance is credited, and the new fee billed. Lago counts
 * the new plan's periods from the start of the subscription; so the running period ends where it would have, and where
 * the new plan's goes on, its first fee is on two invoices: up to there, and from there on.
 */
export const planChange: Translation = {
  area: "changes",
  run: ({ input, expected }) => {
    const start = startOf(input);
    if (start === undefined) return skip("input shape");
    const plans = (["from", "to"] as const).map((id) => {
      const terms = record(input, id);
      return planWith({ ...planTerms(terms), id });
    });
    const before = billingOf(input, start, plans);
    const at = localDay(text(input, "upgradeAt"), input).start;
    const changes = [{ effectiveDate: at, ratePlanId: "to" }];
    const billing = { ...before, subscription: { ...before.subscription, changes } };
    const paid = flag(record(input, "from"), "payInAdvance") ? invoicesBefore(before, at) : [];
    const change = invoiceAt(billing, at, paid);
    const running = periodOf(billing, at);
    const rest = isBefore(running.start, at)
      ? [billPeriod(billing, running, {}, [...paid, change])]
      : [];
    const ofNew = billingPeriodAt(before.subscription, at, {
      billingCycle: cycleOf(text(record(input, "to"), "interval")),
    });
    const lines = [change, ...rest].flatMap((bill) =>
      linesBefore(bill, ofNew?.end ?? at).filter(
        ({ kind, terms }) =>
          kind === "adjustment" || (terms !== null && bill.basis.terms[terms]?.ratePlanId === "to"),
      ),
    );
    const credit = optionalText(expected, "creditNoteCents");
    return [
      ...checksOf(expected, { feesAmountCents: amountOf("recurring", lines) }),
      ...(credit === undefined
        ? []
        : [
            {
              what: "creditNoteCents",
              expected: `-${credit}`,
              actual: amountOf("adjustment", lines),
            },
          ]),
    ];
  },
};

const SECOND = 1_000;
/** More days than any stretch that is counted. */
const MOST_DAYS = 1_000;

/**
 * The days of a stretch of time: what it costs at a price of 1 a day. Its last second belongs to it; where it ends with
 * the first moment of a day, that day does.
 */
export const daysInPeriod: Translation = {
  area: "calendar",
  run({ input, expected }) {
    const [from, to] = [text(input, "from"), text(input, "to")];
    const timeZone = text(input, "timezone");
    const ofItsDay = subscriptionOf(to, { timeZone, billingAnchor: "calendar" });
    const last = billingPeriodAt(ofItsDay, to, { billingCycle: "daily" });
    const next = new Date(Date.parse(to) + SECOND).toISOString();
    const endDate = last?.start === last?.cycle.start ? (last?.end ?? next) : next;
    const subscription = subscriptionOf(from, { timeZone, billingAnchor: "calendar", endDate });
    const plan = planOf("plan", CENT, { every: MOST_DAYS, unit: "day" }, [
      {
        id: "fee",
        name: "fee",
        chargeType: "recurring",
        proration: "days",
        pricing: { model: "flat", amount: MOST_DAYS },
      },
    ]);
    const billing = { catalog: productOf(plan), subscription, policy: IN_CENTS };
    const { total } = billPeriod(billing, periodOf(billing, from));
    return [{ what: "days", expected: text(expected, "days"), actual: total }];
  },
};

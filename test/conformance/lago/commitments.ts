import {
  type BillingPolicyInput,
  type Invoice,
  type Line,
  simulate,
  sumAmounts,
  type UsageChargeInput,
  type UsageInput,
} from "rateplan";
import { type Check, skip, type Translation } from "../adapter.js";
import {
  type Billing,
  openingOf,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import {
  field,
  flag,
  type Json,
  type JsonObject,
  list,
  optionalText,
  record,
  text,
} from "../vector.js";
import {
  CENT,
  eventsOf,
  fromCents,
  IN_CENTS,
  inCents,
  isZero,
  lagoCharge,
  POLICY,
} from "./charges.js";
import { preciseCheck } from "./proration.js";
import {
  billingOf,
  billPeriod,
  checksOf,
  endingAt,
  invoicesBefore,
  localDay,
  periodOf,
  planTerms,
  planWith,
  startOf,
} from "./subscription.js";

/** A minimum is for a whole period; for a part of one it is scaled by days, and the usage is not. */
const MINIMUM_BY_DAYS = { method: "days", of: ["limits"] } as const;

/** The fee that brings a charge to its minimum, in a period of so many days or in a part of it. */
export const chargeMinimum: Translation = {
  area: "commitments",
  run({ input, expected }) {
    const trueUpIn = (policy: BillingPolicyInput) => lineOf("minimum", billPart(input, policy));
    const trueUp = trueUpIn(IN_CENTS);
    if (field(expected, "amountCents") === null) {
      return [{ what: "no true-up fee", expected: null, actual: trueUp?.amount ?? null }];
    }
    const precise = optionalText(expected, "preciseAmountCents");
    return [
      ...checksOf(expected, {
        amountCents: trueUp?.amount ?? "0",
        unitAmountCents: trueUp?.amount ?? "0",
        units: trueUp?.quantity ?? "0",
      }),
      ...(precise === undefined
        ? []
        : [preciseCheck(precise, (policy) => trueUpIn(policy)?.amount ?? "0")]),
    ];
  },
};

/** What is due from `periodFrom` to `periodTo` of a period that takes so many days; of the whole, where none are said. */
function billPart(input: JsonObject, policy: BillingPolicyInput): readonly Line[] {
  const charge = lagoCharge(
    "dynamic",
    {},
    { currency: CENT, minimum: text(input, "minAmountCents"), proration: MINIMUM_BY_DAYS },
  );
  const usage = { dynamic: text(input, "usedAmountCents") };
  const days = optionalText(input, "periodDurationDays");
  if (days === undefined) return simulate(charge, usage, { policy }).lines;
  const start = localDay(text(input, "periodFrom")).start;
  const plan = planOf("plan", CENT, { every: Number(days), unit: "day" }, [charge]);
  const endDate = localDay(text(input, "periodTo")).end;
  const subscription = subscriptionOf(start, { endDate });
  const billing = { catalog: productOf(plan), subscription, policy };
  return billPeriod(billing, periodOf(billing, start), usage).lines;
}

/** The same on an invoice: where the subscription ends in the period, on that of its last part. Without its taxes. */
export const chargeMinimumOnInvoice: Translation = {
  area: "commitments",
  run({ input, expected }) {
    const start = startOf(input);
    if (start !== undefined && "terminatedAt" in input)
      return onLastInvoice(input, start, expected);
    const { amount, lines } = simulate(minimumCharge(input), text(input, "units"), {
      policy: POLICY,
    });
    return checksOf(expected, {
      feesAmountCents: inCents(amount),
      chargeAmountCents: inCents(lineOf("usage", lines)?.amount ?? "0"),
      trueUpAmountCents: inCents(lineOf("minimum", lines)?.amount ?? "0"),
    });
  },
};

/** What the last part of a period bills, and gives back of the fee that was paid for all of it. */
function onLastInvoice(input: JsonObject, start: string, expected: Json): readonly Check[] {
  const terms = field(input, "plan") === undefined ? {} : record(input, "plan");
  const plan = planWith({
    interval: optionalText(terms, "interval") ?? "monthly",
    amount: fromCents(optionalText(terms, "amountCents") ?? "0"),
    currency: "EUR",
    inAdvance: flag(terms, "payInAdvance"),
    charges: [minimumCharge(input)],
  });
  const running = billingOf(input, start, [plan], POLICY);
  const lastDay = localDay(text(input, "terminatedAt"), input);
  const paid = flag(terms, "payInAdvance") ? invoicesBefore(running, lastDay.start) : [];
  const ended = endingAt(running, lastDay.end);
  const usage = usageOf(input, lastDay.start);
  const { lines } = billPeriod(ended, periodOf(ended, lastDay.start), usage, paid);
  const amounts = (kind: Line["kind"]) =>
    lines.filter((line) => line.kind === kind).map(({ amount }) => inCents(amount));
  const [used, trueUp] = [amounts("usage"), amounts("minimum")];
  const credit = optionalText(field(expected, "creditNote"), "subTotalExclTaxCents");
  const usageFees = field(expected, "usageFeesCents");
  return [
    ...checksOf(field(expected, "terminationInvoice") ?? expected, {
      usageFeeCents: sumAmounts(used),
      trueUpFeeCents: sumAmounts(trueUp),
      feesAmountCents: sumAmounts([...used, ...trueUp]),
    }),
    ...(Array.isArray(usageFees)
      ? [
          {
            what: "usageFeesCents",
            expected: usageFees.filter((fee) => !isZero(String(fee))),
            actual: used,
          },
        ]
      : []),
    ...(credit === undefined
      ? []
      : [
          {
            what: "credit note without taxes",
            expected: `-${credit}`,
            actual: sumAmounts(amounts("adjustment")),
          },
        ]),
  ];
}

/** A charge of a case with its minimum; one charge has all filters, and the minimum is for them together. */
function minimumCharge(input: JsonObject): UsageChargeInput {
  const minimum = fromCents(text(input, "minAmountCents"));
  const more = { minimum, proration: MINIMUM_BY_DAYS };
  if (field(input, "filters") === undefined) {
    const terms = record(input, "charge");
    return lagoCharge(text(terms, "model"), terms, more);
  }
  const filters = list(input, "filters");
  const fields = [...new Set(filters.flatMap((filter) => Object.keys(matchOf(filter))))];
  return {
    ...lagoCharge("dynamic", {}, more),
    groupBy: { fields },
    pricing: {
      model: "matrix",
      dimensions: fields,
      prices: filters.map((filter) => ({
        when: matchOf(filter),
        unitPrice: text(filter, "amount"),
      })),
      default: optionalText(input, "defaultAmount") ?? "0",
    },
  };
}

/** The properties that events must have for a filter. */
function matchOf(filter: Json): Readonly<Record<string, string>> {
  const { amount: _price, units: _quantity, ...match } = record({ filter }, "filter");
  return Object.fromEntries(
    Object.entries(match).map(([name, value]) => [`properties.${name}`, String(value)]),
  );
}

function usageOf(input: JsonObject, day: string): UsageInput {
  const timestamp = `${day}T00:00:00Z`;
  if (field(input, "filters") === undefined) {
    return eventsOf([{ timestamp, quantity: text(input, "units") }]);
  }
  return eventsOf(
    list(input, "filters").map((each) => {
      const { amount: _price, units: _quantity, ...properties } = record({ each }, "each");
      return { timestamp, quantity: text(each, "units"), properties };
    }),
  );
}

/** The fee that brings a plan, its own fee and its usage, to its minimum commitment. */
export const planMinimum: Translation = {
  area: "commitments",
  run({ input, expected }) {
    const commitment = text(input, "commitmentAmountCents");
    const plan = planWith({ ...planTerms(input), commitment });
    const usage = { dynamic: text(input, "usageFeesCents") };
    const start = startOf(input);
    if (start === undefined && text(input, "activeDays") !== text(input, "periodDays")) {
      return skip("input shape");
    }
    const lines =
      start === undefined
        ? simulate(plan, usage, { policy: IN_CENTS }).lines
        : firstInvoice(billingOf(input, start, [plan]), input, usage).lines;
    const trueUp = lineOf("minimum-commitment", lines);
    return checksOf(expected, { trueUpAmountCents: trueUp?.amount ?? "0" });
  },
};

/** The invoice of the first period. A fee in advance is on the opening invoice, and counts. */
function firstInvoice(billing: Billing, input: JsonObject, usage: UsageInput): Invoice {
  const last = optionalText(input, "terminatedAt");
  const ended = last === undefined ? billing : endingAt(billing, localDay(last, input).end);
  const { startDate } = billing.subscription;
  const paid = planTerms(input).inAdvance ? [openingOf(billing)] : [];
  return billPeriod(ended, periodOf(ended, startDate), usage, paid);
}

function lineOf(kind: Line["kind"], lines: readonly Line[]): Line | undefined {
  return lines.find((line) => line.kind === kind);
}

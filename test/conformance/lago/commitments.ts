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
import { documentOf, negative } from "../one-document.js";
import {
  field,
  flag,
  isStated,
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
import { taxAt } from "./taxes.js";

/** A minimum is for a whole period; for a part of one it is scaled by days, and the usage is not. */
const MINIMUM_BY_DAYS = { method: "days", of: ["limits"] } as const;

/** The fee that brings a charge to its minimum, in a period of so many days or in a part of it. */
export const chargeMinimum: Translation = {
  area: "commitments",
  run({ input, expected }) {
    const trueUpIn = (policy: BillingPolicyInput) => lineOf("minimum", billPart(input, policy));
    const trueUp = trueUpIn(IN_CENTS);
    // No fee is stated as one without an amount, or as nothing at all.
    if ((field(expected, "amountCents") ?? null) === null) {
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

/** The same on an invoice, with its taxes: where the subscription ends in the period, on that of its last part. */
export const chargeMinimumOnInvoice: Translation = {
  area: "commitments",
  run({ input, expected }) {
    const start = startOf(input);
    if (start !== undefined && isStated(input, "terminatedAt"))
      return onLastInvoice(input, start, expected);
    const charge = minimumCharge(input);
    const { subtotal, taxes, total, lines } = documentOf({
      currency: "EUR",
      charges: [charge],
      usage: { [charge.id]: text(input, "units") },
      taxes: taxAt(optionalText(input, "taxRate")),
      policy: POLICY,
    });
    return checksOf(expected, {
      feesAmountCents: inCents(subtotal),
      chargeAmountCents: inCents(lineOf("usage", lines)?.amount ?? "0"),
      trueUpAmountCents: inCents(lineOf("minimum", lines)?.amount ?? "0"),
      taxesAmountCents: inCents(taxes),
      totalAmountCents: inCents(total),
    });
  },
};

/** The engine writes a credit note beside the invoice, and rounds taxes on each. */
const TAX_BY_LINE = { ...POLICY, taxes: { rounding: "line" } } as const;

/** What the last part of a period bills, and gives back of the fee that was paid for all of it. */
function onLastInvoice(input: JsonObject, start: string, expected: Json): readonly Check[] {
  const terms = !isStated(input, "plan") ? {} : record(input, "plan");
  const charge = minimumCharge(input);
  const plan = planWith({
    interval: optionalText(terms, "interval") ?? "monthly",
    amount: fromCents(optionalText(terms, "amountCents") ?? "0"),
    currency: "EUR",
    inAdvance: flag(terms, "payInAdvance"),
    charges: [charge],
  });
  const taxes = taxAt(optionalText(input, "taxRate"));
  const running = { ...billingOf(input, start, [plan], TAX_BY_LINE), taxes };
  const lastDay = localDay(text(input, "terminatedAt"), input);
  const paid = flag(terms, "payInAdvance") ? invoicesBefore(running, lastDay.start) : [];
  const ended = endingAt(running, lastDay.end);
  const usage = usageOf(input, lastDay.start);
  const { lines } = billPeriod(ended, periodOf(ended, lastDay.start), usage, paid);
  const own = (kind: Line["kind"]) => lines.filter((line) => line.kind === kind);
  const sum = (amounts: readonly string[]) => inCents(sumAmounts(["0.00", ...amounts]));
  const billed = (...kinds: readonly Line["kind"][]) =>
    sum(kinds.flatMap(own).map(({ amount }) => amount));
  const taxOn = (...kinds: readonly Line["kind"][]) => {
    const keys = kinds.flatMap(own).map(({ key }) => key);
    const shares = own("tax").flatMap(({ appliedTo }) => appliedTo);
    return sum(shares.filter(({ key }) => keys.includes(key)).map(({ amount }) => amount));
  };
  const fees = billed("usage", "minimum");
  const tax = taxOn("usage", "minimum");
  const credit = negative(sumAmounts([billed("adjustment"), taxOn("adjustment")]));
  // Where the fee that was paid is not stated, the credit for it is the source's.
  const credited = !isStated(input, "plan")
    ? (optionalText(expected, "creditNotesAmountCents") ?? "0")
    : credit;
  const usageFees = field(expected, "usageFeesCents");
  const total = sumAmounts([fees, tax, negative(credited)]);
  return [
    ...checksOf(field(expected, "terminationInvoice") ?? expected, {
      usageFeeCents: billed("usage"),
      usageTaxCents: taxOn("usage"),
      trueUpFeeCents: billed("minimum"),
      trueUpTaxCents: taxOn("minimum"),
      feesAmountCents: fees,
      taxesAmountCents: tax,
      totalBeforeCreditsCents: sumAmounts([fees, tax]),
      creditNotesAmountCents: credited,
      totalCents: total,
      totalAmountCents: total,
    }),
    ...checksOf(field(expected, "creditNote") ?? null, {
      subTotalExclTaxCents: negative(billed("adjustment")),
      taxesAmountCents: negative(taxOn("adjustment")),
      totalAmountCents: credit,
    }),
    ...checksOf(expected, { firstInvoiceTotalCents: inCents(paid[0]?.total ?? "0") }),
    ...(Array.isArray(usageFees)
      ? [
          {
            what: "usageFeesCents",
            expected: usageFees.filter((fee) => !isZero(String(fee))),
            actual: own("usage").map(({ amount }) => inCents(amount)),
          },
        ]
      : []),
  ];
}

/** A charge of a case with its minimum; one charge has all filters, and the minimum is for them together. */
function minimumCharge(input: JsonObject): UsageChargeInput {
  const minimum = fromCents(text(input, "minAmountCents"));
  const more = { minimum, proration: MINIMUM_BY_DAYS };
  if (!isStated(input, "filters")) {
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
  if (!isStated(input, "filters")) {
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

import type { ChargeInput, InvoiceLine, Revision, UsageChargeInput } from "rateplan";
import type { Check, Translations } from "../adapter.js";
import { type Json, list, optionalText, record, text, type Vector } from "../vector.js";
import {
  amountOf,
  catalogOf,
  fee,
  invoicesUntil,
  linesOf,
  planOf,
  type Subject,
} from "./billing.js";
import { chargesOf, readBlocks } from "./blocks.js";
import { anchorOf, datesOnly } from "./cycles.js";

/** Kill Bill: versions of the catalog, and usage over a change of plan. */
export const versions: Translations = {
  "grandfathering: effectiveDateForExistingSubscriptions": { area: "changes", run: recurring },
  "grandfathering with mid-period price change": { area: "changes", run: recurring },
  "grandfathering for usage": { area: "changes", run: usage },
  "plan change for usage in arrears": { area: "changes", run: usageOverChange },
};

/**
 * Versions of a charge after the first as its revisions: at once for those who come onto the plan, later, if ever, for
 * those who are on it. A version that begins inside a period splits it.
 */
function revisionsOf<P>(input: Json, pricingOf: (version: Json) => P): readonly Revision<P>[] {
  return list(input, "versions")
    .slice(1)
    .flatMap((version) => {
      const split = { pricing: pricingOf(version), withinPeriod: "split" } as const;
      const existing = optionalText(version, "effectiveForExisting");
      return [
        { ...split, effectiveDate: text(version, "effective"), appliesTo: "new" } as const,
        ...(existing === undefined ? [] : [{ ...split, effectiveDate: existing }]),
      ];
    });
}

function subscribed(input: Json, charge: ChargeInput): Subject {
  const startDate = text(input, "subscriptionStart");
  const billingAnchor = anchorOf(startDate, "MONTHLY", text(input, "billCycleDay"));
  return {
    catalog: catalogOf([planOf("plan", "MONTHLY", [charge])]),
    subscription: datesOnly({ startDate, billingAnchor }),
  };
}

/** Items in advance, until the last that the engine states has begun. */
function recurring({ input, expected }: Vector): readonly Check[] {
  const priceOf = (version?: Json) => text(version, "price");
  const pricingOf = (version: Json) => ({ model: "flat", amount: priceOf(version) }) as const;
  const charge = fee(priceOf(list(input, "versions")[0]), {
    billingTiming: "in-advance",
    revisions: revisionsOf(input, pricingOf),
  });
  const items = list(expected, "items");
  const last = text(items.at(-1), "start");
  const lines = linesOf(invoicesUntil(subscribed(input, charge), last));
  return compareItems(
    items,
    lines.filter(({ servicePeriod }) => servicePeriod.start <= last),
  );
}

/** The same usage in every month. */
function usage({ input, expected }: Vector): readonly Check[] {
  const chargeOf = (version?: Json): UsageChargeInput => {
    const [charge, ...others] = chargesOf("unit", readBlocks(list(version, "tiers")));
    if (charge === undefined || others.length > 0) throw new Error("a version is one charge");
    return charge;
  };
  const charge: UsageChargeInput = {
    ...chargeOf(list(input, "versions")[0]),
    revisions: revisionsOf(input, (version) => chargeOf(version).pricing),
  };
  const items = list(expected, "items");
  const quantity = text(input, "usagePerMonth");
  const end = text(items.at(-1), "end");
  const invoices = invoicesUntil(subscribed(input, charge), end, () => quantity);
  return compareItems(items, linesOf(invoices));
}

/** The usage before the change by the prices of one plan, that from it on by those of the other. */
function usageOverChange({ input, expected }: Vector): readonly Check[] {
  const plans = Object.entries(record(input, "plans"));
  const [[ratePlanId = ""] = [], [next = ""] = []] = plans;
  const items = list(expected, "items");
  const startDate = text(items[0], "start");
  const subject: Subject = {
    catalog: catalogOf(
      plans.map(([id, tiers]) =>
        planOf(id, "MONTHLY", chargesOf("unit", readBlocks(tiers as readonly Json[]))),
      ),
    ),
    subscription: {
      ...datesOnly({
        startDate,
        billingAnchor: anchorOf(startDate, "MONTHLY", text(input, "billCycleDay")),
      }),
      ratePlanId,
      changes: [{ effectiveDate: text(input, "changeDate"), ratePlanId: next }],
    },
  };
  const events = list(input, "usage").map((entry, index) => ({
    id: `${index}`,
    customerId: subject.subscription.customerId,
    unitOfMeasure: "unit",
    timestamp: `${text(entry, "date")}T00:00:00Z`,
    quantity: text(entry, "quantity"),
  }));
  const invoices = invoicesUntil(subject, text(items.at(-1), "end"), () => events);
  return compareItems(items, linesOf(invoices));
}

function compareItems(items: readonly Json[], lines: readonly InvoiceLine[]): readonly Check[] {
  const starts = [...new Set(lines.map(({ servicePeriod }) => servicePeriod.start))];
  return [
    { what: "items", expected: items.length, actual: starts.length },
    ...items.map((item, index) => {
      const own = lines.filter(({ servicePeriod }) => servicePeriod.start === starts[index]);
      return {
        what: `item ${index + 1}`,
        expected: [text(item, "start"), text(item, "end"), text(item, "amount")],
        actual: [starts[index] ?? "", own[0]?.servicePeriod.end ?? "", amountOf(own)],
      };
    }),
  ];
}

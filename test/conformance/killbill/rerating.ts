import {
  billingPeriodAt,
  type Invoice,
  type InvoiceLine,
  invoice,
  type Period,
  sumAmounts,
  type UsageChargeInput,
} from "rateplan";
import type { Check, Translations } from "../adapter.js";
import { type Json, list, optionalText, record, text, type Vector } from "../vector.js";
import { amountOf, catalogOf, planOf } from "./billing.js";
import { readBlocks, tierCharges, tierItems, totalOf } from "./blocks.js";
import { capacityOfRecords } from "./capacity.js";
import { usageCharge } from "./charges.js";
import { anchorOf, datesOnly } from "./cycles.js";
import { usagePeriod } from "./usage.js";

/** Kill Bill: usage of periods that were billed already, for what is due less what was billed. */
export const reratings: Translations = {
  "graduated, incremental (already billed subtracted per tier)": {
    area: "corrections",
    run: incremental,
  },
  "rounding/incremental": { area: "rounding", run: leftAfterRounding },
};

/** A period that was billed, and what its usage was taken for then and now: quantities by charge id. */
interface Rerating {
  readonly period: Period;
  readonly billed: Readonly<Record<string, string>>;
  readonly due: Readonly<Record<string, string>>;
}

const START = "2026-01-01";
const MONTH: Period = { start: START, end: "2026-02-01" };

/** What the invoice of the period after them bills for earlier ones: corrections, and lines that were not there. */
function leftToBill(
  charges: readonly UsageChargeInput[],
  periods: readonly Rerating[],
  { billCycleDay = "1", currency = "USD" } = {},
): readonly InvoiceLine[] {
  const startDate = periods[0]?.period.start ?? START;
  const billingAnchor = anchorOf(startDate, "MONTHLY", billCycleDay);
  const subscription = datesOnly({ startDate, billingAnchor });
  const own = charges.map((charge) => ({ ...charge, currency }));
  const subject = { catalog: catalogOf([planOf("plan", "MONTHLY", own, currency)]), subscription };
  const previous: Invoice[] = [];
  for (const { period, billed } of periods) {
    previous.push(invoice({ ...subject, period, usage: billed, previous }));
  }
  const over = periods.at(-1)?.period.end ?? START;
  const next = billingPeriodAt(subscription, over, { billingCycle: "monthly" });
  if (next === undefined) throw new Error("a subscription runs on");
  const { start, end } = next;
  const rerate = periods.map(({ period, due }) => ({ period, usage: due }));
  const { lines } = invoice({ ...subject, period: { start, end }, usage: [], previous, rerate });
  return lines.filter(({ servicePeriod }) => servicePeriod.start < start);
}

/** An amount as so many units at a price of 1. */
const AMOUNT = usageCharge({ model: "per-unit", unitPrice: "1" }, { id: "amount" });

/** Nothing is left to bill when the rounded amount is what was billed already. */
function leftAfterRounding({ input, expected }: Vector): readonly Check[] {
  const blocks = readBlocks(list(input, "tiers"));
  const due = totalOf(tierItems(blocks, text(input, "quantity"), "ALL_TIERS"));
  const rerating = {
    period: MONTH,
    billed: { amount: text(input, "alreadyBilled") },
    due: { amount: due },
  };
  const currency = optionalText(input, "currency") ?? "USD";
  const left = leftToBill([AMOUNT], [rerating], { currency });
  return [{ what: "items", expected: text(expected, "itemsToBill"), actual: `${left.length}` }];
}

/** More usage of a period: for each tier of each unit what is due now and was not billed. */
function incremental({ input, expected }: Vector): readonly Check[] {
  const units = Object.entries(record(input, "units"));
  const chargesAt = (price?: string) =>
    units.flatMap(([unit, usage]) => {
      const blocks = readBlocks(list(usage, "tiers"));
      const priced = price === undefined ? blocks : blocks.map((block) => ({ ...block, price }));
      return tierCharges(priced).map((charge, index) => ({
        ...charge,
        id: idOf(unit, `${index + 1}`),
      }));
    });
  const quantitiesOf = (quantityOf: (usage: Json) => string) =>
    Object.fromEntries(
      units.flatMap(([unit, usage]) =>
        list(usage, "tiers").map((_, index) => [idOf(unit, `${index + 1}`), quantityOf(usage)]),
      ),
    );
  const rerating = {
    period: MONTH,
    billed: quantitiesOf((usage) =>
      sumAmounts(Object.values(record(usage, "alreadyBilledByTier")).map(String)),
    ),
    due: quantitiesOf((usage) => text(usage, "quantity")),
  };
  const [left, blocks] = [undefined, "1"].map((price) => leftToBill(chargesAt(price), [rerating]));
  const of = (lines: readonly InvoiceLine[] | undefined, id: string) =>
    amountOf((lines ?? []).filter(({ chargeId }) => chargeId === id));
  return [
    { what: "amount", expected: text(expected, "amount"), actual: amountOf(left ?? []) },
    ...list(expected, "details").flatMap((detail) => {
      const [unit, tier] = [text(detail, "unit"), text(detail, "tier")];
      const what = `${unit}, tier ${tier}`;
      return [
        { what, expected: text(detail, "amount"), actual: of(left, idOf(unit, tier)) },
        {
          what: `${what}: quantity`,
          expected: text(detail, "quantity"),
          actual: of(blocks, idOf(unit, tier)),
        },
      ];
    }),
  ];
}

function idOf(unit: string, tier: string): string {
  return `${unit} ${tier}`;
}

/** Capacity of periods that were billed already. */
export function capacityLeft({ input, expected }: Vector): readonly Check[] {
  const billCycleDay = text(input, "billCycleDay");
  const tiers = list(input, "tiers");
  const reratings = list(input, "alreadyBilled").map((item) => {
    const period = { start: text(item, "start"), end: text(item, "end") };
    const counted = usagePeriod(period.start, period.end, billCycleDay);
    const { amount } = capacityOfRecords(tiers, list(input, "usage"), counted);
    return { period, billed: { amount: text(item, "amount") }, due: { amount } };
  });
  const left = leftToBill([AMOUNT], reratings, { billCycleDay });
  const items = list(expected, "items");
  return [
    { what: "items", expected: items.length, actual: left.length },
    ...items.map((item, index) => ({
      what: `item ${index + 1}`,
      expected: [text(item, "start"), text(item, "end"), text(item, "amount")],
      actual: [
        left[index]?.servicePeriod.start ?? "",
        left[index]?.servicePeriod.end ?? "",
        left[index]?.amount ?? "",
      ],
    })),
  ];
}

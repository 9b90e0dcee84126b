import { sumAmounts } from "rateplan";
import type { Check, Translation } from "../adapter.js";
import {
  field,
  flag,
  type Json,
  list,
  optionalText,
  record,
  text,
  type Vector,
} from "../vector.js";
import { type Amounts, bill } from "./bill.js";
import { sumTotals, type Totals, totalsOf } from "./totals.js";

/**
 * Several invoices over one period. Each is over what the usage so far comes to, less what earlier ones have billed of
 * it; a line that was deleted has billed nothing. What a maximum takes off is compared as a part of the total.
 */
export const severalInvoices: Translation = { area: "in-advance", run: compareInvoices };

function compareInvoices({ input, expected }: Vector): readonly Check[] {
  const runs = list(input, "invoices");
  const invoices = list(expected, "invoices");
  return invoices.flatMap((invoice, index) => {
    const of = `invoice ${index + 1}`;
    const billed = list(invoice, "lines").map((line) => {
      const key = text(line, "key");
      const before = sumTotals(
        invoices.slice(0, index).flatMap((each, place) => {
          const isDeleted = optionalText(runs[place], "thenLineDeleted") === key;
          return isDeleted ? [] : totalsIn(each, key);
        }),
      );
      return { key, before, soFar: sumTotals([before, ...totalsIn(invoice, key)]) };
    });
    const due = (key: string) => dueFor(input, key, index);
    return [
      ...billed.flatMap(({ key, soFar }) => {
        const hasMaximum = field(priceOf(input, key), "maximumAmount") !== undefined;
        return (hasMaximum ? TOTAL : PARTS).map((part) => ({
          what: `${part} of ${key} up to ${of}`,
          expected: soFar[part],
          actual: due(key)[part],
        }));
      }),
      {
        what: `total of ${of}`,
        expected: totalsOf(record(invoice, "totals")).total,
        actual: sumAmounts(
          billed.flatMap(({ key, before }) => [due(key).total, `-${before.total}`]),
        ),
      },
    ];
  });
}

const TOTAL = ["total"] as const;
const PARTS = ["amount", "charges", "total"] as const;

function totalsIn(invoice: Json, key: string): readonly Totals[] {
  const own = list(invoice, "lines").filter((line) => text(line, "key") === key);
  return own.map((line) => totalsOf(field(line, "totals")));
}

/** What the usage up to an invoice comes to; only the last one closes the period. */
function dueFor(input: Json, key: string, index: number): Amounts {
  const upToHere = list(input, "invoices").slice(0, index + 1);
  const used = upToHere.map((run) => optionalText(record(run, "usage"), key) ?? "0");
  const terms = {
    currency: text(input, "currency"),
    price: priceOf(input, key),
    percentage: undefined,
    freeUnits: undefined,
    closing: flag(upToHere.at(-1), "final"),
  };
  return bill(terms, sumAmounts(used));
}

function priceOf(input: Json, key: string): Json {
  return record(record(input, "lines"), key);
}

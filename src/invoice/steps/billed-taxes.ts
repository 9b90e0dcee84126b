import type { TaxRate } from "../../account/tax-rate.js";
import { compareTexts } from "../../data/compare-texts.js";
import { groupBy } from "../../data/group-by.js";
import { once } from "../../data/recent.js";
import { add, type Fraction, sum, ZERO } from "../../money/fraction.js";
import type { InvoiceLine } from "../document/line.js";
import { keyText, type LineKey } from "../document/priced-line.js";
import type { BilledLine, History } from "../history/history.js";
import { netByKey } from "./document-step.js";

/** What tells rates apart on one document: a tax may be charged at the rate of today and, on what is corrected, at another. */
export const rateText = once(({ id, percent = "0", inclusive, compound, marker }: TaxRate) => {
  const flags = [marker, inclusive === true && "inclusive", compound === true && "compound"];
  return [id, `${percent}%`, ...flags.filter((flag) => typeof flag === "string")].join(" ");
});

/** The order of taxes: those that are charged on others come after them. */
export function compareRates(a: TaxRate, b: TaxRate): number {
  return (
    Number(a.compound === true) - Number(b.compound === true) ||
    compareTexts(rateText(a), rateText(b))
  );
}

type BilledTaxLine = Extract<InvoiceLine, { readonly kind: "tax" }>;

/** The rate that a line was charged at. */
export function rateOfLine({ taxId: id, tax }: BilledTaxLine): TaxRate {
  const { name, percent, inclusive, compound, marker } = tax;
  return {
    id,
    name,
    ...(marker === null ? { percent } : { percent, marker }),
    ...(inclusive ? { inclusive } : {}),
    ...(compound ? { compound } : {}),
  };
}

/** What earlier documents have charged of a tax on what is billed under a key, and on how much. */
export interface BilledTax {
  /** With the taxes that it is charged on. */
  readonly taxed: Fraction;
  readonly amount: Fraction;
}

const NOTHING: BilledTax = { taxed: ZERO, amount: ZERO };

/** What one document has billed under a key before taxes, and the taxes that it has charged on that. */
interface TaxedOnce {
  readonly document: string;
  readonly net: Fraction;
  readonly charged: ReadonlyMap<string, ChargedRate>;
  /** What was taken out of the prices, as they hold taxes. */
  readonly included: Fraction;
}

interface ChargedRate {
  readonly rate: TaxRate;
  readonly amount: Fraction;
}

/** What was charged under a key before. Of what was billed at other rates, nothing counts. */
export interface BilledTaxes {
  of(rate: TaxRate, key: LineKey): BilledTax;
  /** What was taken out of the prices, as they held some of these taxes. */
  includedOf(rates: readonly TaxRate[], key: LineKey): Fraction;
}

/** Finds what earlier documents have charged. */
export function billedTaxes(history: History): BilledTaxes {
  let byKey: ReadonlyMap<string, readonly TaxedOnce[]> | undefined;
  const under = (key: LineKey) => {
    const name = keyText(key);
    if (!history.billed.has(name)) return [];
    byKey ??= taxedByKey(history);
    return byKey.get(name) ?? [];
  };
  return {
    of(rate, key) {
      const text = rateText(rate);
      let { taxed, amount } = NOTHING;
      for (const { net, charged } of under(key)) {
        const own = charged.get(text);
        if (own === undefined) continue;
        const isOnTaxes = rate.compound === true && rate.inclusive !== true;
        taxed = sum([taxed, net, ...(isOnTaxes ? chargedBefore(rate, charged) : [])]);
        amount = add(amount, own.amount);
      }
      return { taxed, amount };
    },
    includedOf(rates, key) {
      const own = under(key).filter(({ charged }) =>
        rates.some((rate) => charged.has(rateText(rate))),
      );
      return sum(own.map(({ included }) => included));
    },
  };
}

function chargedBefore(
  rate: TaxRate,
  charged: ReadonlyMap<string, ChargedRate>,
): readonly Fraction[] {
  return [...charged.values()]
    .filter((each) => compareRates(each.rate, rate) < 0)
    .map(({ amount }) => amount);
}

function taxedByKey({ billed, settled }: History): ReadonlyMap<string, readonly TaxedOnce[]> {
  const lines = [...[...billed.values()].flatMap((each) => each.lines), ...settled];
  const found = new Map<string, TaxedOnce[]>();
  const byDocument = [...groupBy(lines, ({ document }) => document.sequence)];
  for (const [, own] of byDocument.sort(([a], [b]) => a - b)) {
    const [{ document }] = own;
    const before = own
      .filter(({ line }) => isBeforeTax(line))
      .map(({ key, amount, shares }) => ({ key, amount, appliedTo: shares }));
    const charged = chargedByKey(own, found);
    const included = includedByKey(own);
    for (const [name, { amount }] of netByKey(before)) {
      const entry = {
        document: document.idempotencyKey,
        net: amount,
        charged: charged.get(name) ?? new Map<string, ChargedRate>(),
        included: included.get(name)?.amount ?? ZERO,
      };
      const entries = found.get(name);
      if (entries === undefined) found.set(name, [entry]);
      else entries.push(entry);
    }
  }
  return found;
}

/** Whether a line is part of what taxes are charged on. */
function isBeforeTax(line: InvoiceLine): boolean {
  if (line.kind === "tax" || line.kind === "included-tax" || line.kind === "carried") return false;
  return !("credit" in line) || line.credit.timing === "before-tax";
}

function includedByKey(lines: readonly BilledLine[]) {
  const included = lines.filter(({ line }) => line.kind === "included-tax");
  return netByKey(included.map(({ key, amount, shares }) => ({ key, amount, appliedTo: shares })));
}

/** The taxes of a document by what they are charged on. What is credited by choice is taxed as it was billed, if only by nothing. */
function chargedByKey(
  lines: readonly BilledLine[],
  before: ReadonlyMap<string, readonly TaxedOnce[]>,
): ReadonlyMap<string, ReadonlyMap<string, ChargedRate>> {
  const charged = new Map<string, Map<string, ChargedRate>>();
  const put = (name: string, { rate, amount }: ChargedRate) => {
    const own = charged.get(name) ?? new Map<string, ChargedRate>();
    const text = rateText(rate);
    charged.set(name, own.set(text, { rate, amount: add(own.get(text)?.amount ?? ZERO, amount) }));
  };
  for (const { line, shares } of lines) {
    for (const { key, amount } of shares) {
      const name = keyText(key);
      if (line.kind === "tax") put(name, { rate: rateOfLine(line), amount });
      if (line.kind !== "concession") continue;
      const { invoice } = line.concession;
      const billed = before.get(name)?.find(({ document }) => document === invoice);
      for (const { rate } of billed?.charged.values() ?? []) put(name, { rate, amount: ZERO });
    }
  }
  return charged;
}

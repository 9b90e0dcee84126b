/** What earlier documents have billed, by hand: their lines as they are read, and the accounts that these come to. */
import type { Invoice, InvoiceLine, LineKind } from "rateplan";
import { groupBy } from "../../src/data/group-by.js";
import { isOfDocument, keyText, type LineKey } from "../../src/invoice/document/priced-line.js";
import type { Parts } from "../../src/invoice/history/account-parts.js";
import type { BilledKey, BilledLine, History } from "../../src/invoice/history/history.js";
import { type LineAccount, lineAccounts } from "../../src/invoice/history/line-accounts.js";
import type { AmountRounding } from "../../src/money/amount-rounding.js";
import { exact } from "../../src/money/decimal.js";
import { formatExact, fraction, sum } from "../../src/money/fraction.js";
import type { Interval } from "../../src/time/interval.js";
import { days } from "./closed-parts.js";
import { unchecked } from "./plans.js";

export const CENTS: AmountRounding = {
  decimals: 2,
  increment: fraction(1n, 100n),
  mode: "half-even",
};
const january = days("01-01", "02-01");

/** A line of a document: under which key, how much, and what of it is of which other lines. */
export interface Entry {
  readonly key: LineKey;
  readonly amount: string;
  /** The key's kind, unless it is an adjustment. */
  readonly kind?: LineKind;
  readonly period?: Interval;
  readonly shares?: readonly (readonly [key: LineKey, amount: string])[];
  /** More of the line: the tax, the grant, what is credited by choice. */
  readonly more?: object;
}

/** The key of what is billed of a charge, from January on unless said otherwise. */
export function keyOf(
  kind: LineKind,
  chargeId: string | null,
  start: number = january.start,
): LineKey {
  return { kind, chargeId, start, group: null };
}

export function billed(key: LineKey, amount: string, period: Interval = january): Entry {
  return { key, amount, period };
}

export function adjusted(key: LineKey, amount: string): Entry {
  return { ...billed(key, amount), kind: "adjustment" };
}

/** What another line takes off a line, or adds to it. */
export function on(key: LineKey, kind: LineKind, amount: string): Entry {
  const more = { tax: { taxId: "vat", tax: { percent: "19" } }, credit: { grantId: "g1" } };
  const own = kind === "tax" || kind === "credit" ? more[kind] : {};
  return { key: keyOf(kind, null), amount, shares: [[key, amount]], more: own };
}

/** Amounts by their kinds. */
export function amountsOf(parts: Parts): { readonly [kind: string]: string } {
  return Object.fromEntries(
    [...parts.values()].map((each) => [each.kind, formatExact(each.amount)]),
  );
}

/** Each account: which document opened it, of which charge it is, what was billed, and what was credited of it. */
export function accountsOf(...documents: readonly (readonly Entry[])[]) {
  const written = ({ document, key, billed: all, given }: LineAccount) => [
    `${document.idempotencyKey} ${key.chargeId}`,
    amountsOf(all),
    ...(given.size === 0 ? [] : [amountsOf(given)]),
  ];
  return lineAccounts(ledgerOf(...documents), CENTS).map(written);
}

/** What documents have billed, each a list of lines; their keys are `d0`, `d1` … */
export function ledgerOf(...documents: readonly (readonly Entry[])[]): History {
  const all = documents.map((entries, index) => {
    const lines = entries.map((entry) => unchecked<InvoiceLine>(lineOf(entry)));
    const document = unchecked<Invoice>({ idempotencyKey: `d${index}`, lines });
    const read = entries.map(
      ({ key, amount, period, shares = [] }, place): BilledLine => ({
        line: lines[place] ?? unchecked({}),
        key,
        amount: exact(amount),
        period: period ?? january,
        shares: shares.map(([of, share]) => ({ key: of, amount: exact(share) })),
        document,
      }),
    );
    return { document, read };
  });
  const lines = all.flatMap(({ read }) => read);
  const groups = groupBy(
    lines.filter(({ key }) => !isOfDocument(key)),
    ({ key }) => keyText(key),
  );
  return unchecked<History>({
    documents: all.map(({ document }) => ({ document })),
    billed: new Map([...groups].map(([name, own]) => [name, billedKey(own)])),
    settled: lines.filter(({ key }) => isOfDocument(key)),
  });
}

function lineOf({ key, kind = key.kind, amount, shares = [], more }: Entry): object {
  const appliedTo = shares.map(([of, share]) => ({ key: keyText(of), amount: share }));
  return { key: keyText(key), kind, chargeId: key.chargeId, amount, appliedTo, ...more };
}

function billedKey(lines: readonly BilledLine[]): BilledKey {
  const key = lines[0]?.key ?? unchecked<LineKey>({});
  return { key, lines, amount: sum(lines.map(({ amount }) => amount)) };
}

/** Lines of earlier documents as they are read, by hand: what documents have billed, without the documents. */
import type { Invoice, InvoiceLine, LineKind } from "rateplan";
import { groupBy } from "../../src/data/group-by.js";
import { isOfDocument, keyText, type LineKey } from "../../src/invoice/document/priced-line.js";
import type { BilledKey, BilledLine, History } from "../../src/invoice/history/history.js";
import { exact } from "../../src/money/decimal.js";
import { sum } from "../../src/money/fraction.js";
import type { Interval } from "../../src/time/interval.js";
import { unchecked } from "./plans.js";

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

/** What documents have billed, each a list of lines; their keys are `d0`, `d1` … */
export function ledgerOf(...documents: readonly (readonly Entry[])[]): History {
  const all = documents.map((entries, index) => {
    const lines = entries.map((entry) => unchecked<InvoiceLine>(lineOf(entry)));
    const document = unchecked<Invoice>({ idempotencyKey: `d${index}`, lines });
    const billed = entries.map(
      ({ key, amount, period, shares = [] }, place): BilledLine => ({
        line: lines[place] ?? unchecked({}),
        key,
        amount: exact(amount),
        period: period ?? { start: key.start, end: key.start + 1 },
        shares: shares.map(([of, share]) => ({ key: of, amount: exact(share) })),
        document,
      }),
    );
    return { document, billed };
  });
  const lines = all.flatMap(({ billed }) => billed);
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

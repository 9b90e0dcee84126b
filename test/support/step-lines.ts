/** Lines, histories and pricings as the steps of a bill see them, for tests of one step by itself. */
import type { InvoiceLine } from "rateplan";
import { groupBy } from "../../src/data/group-by.js";
import type { LineKind } from "../../src/invoice/document/line.js";
import {
  type AppliedShare,
  amountLine,
  keyText,
  type LineKey,
  type PricedLine,
} from "../../src/invoice/document/priced-line.js";
import { type BilledLine, type History, segmentName } from "../../src/invoice/history/history.js";
import type { DocumentPricing } from "../../src/invoice/steps/document-step.js";
import type { PeriodPricing } from "../../src/invoice/steps/period-step.js";
import type { AmountRounding } from "../../src/money/amount-rounding.js";
import { exact } from "../../src/money/decimal.js";
import { type Fraction, formatExact, fraction } from "../../src/money/fraction.js";
import type { Instant } from "../../src/time/instant.js";
import type { Interval } from "../../src/time/interval.js";
import { UTC } from "../../src/time/zone.js";
import { unchecked } from "./plans.js";
import { documentPricing as documentOfJune, periodPricing as periodOfJune } from "./step-input.js";

/** When a day of January 2026 begins: 0 is the last of December, 32 the first of February. */
export function day(number: number): Instant {
  return Date.UTC(2026, 0, number);
}

export function days(from: number, until: number): Interval {
  return { start: day(from), end: day(until) };
}

/** The billing period and the document of {@link periodPricing} and {@link documentPricing}. */
export const JANUARY: Interval = days(1, 32);

export const CENTS: AmountRounding = {
  decimals: 2,
  increment: fraction(1n, 100n),
  mode: "half-away-from-zero",
};

/** Of cash: to 0.05. */
export const NICKELS: AmountRounding = { ...CENTS, increment: fraction(5n, 100n) };

/** A key of January. */
export function keyOf(
  kind: LineKind,
  chargeId: string | null,
  more: Partial<LineKey> = {},
): LineKey {
  return { kind, chargeId, start: JANUARY.start, group: null, ...more };
}

/** A line of an amount alone, named like its charge. */
export function lineOf(key: LineKey, amount: string, more: Partial<PricedLine> = {}): PricedLine {
  const [exactAmount, description] = [exact(amount), key.chargeId ?? key.kind];
  const steps = unchecked<PricedLine["steps"]>([]);
  const bare = { key, description, period: JANUARY, exactAmount, amount: exactAmount, steps };
  return { ...amountLine(bare), ...more };
}

/** What of a line falls to a key; in units, too, where it is no money. */
export function shareOf(key: LineKey, amount: string, quantity?: string): AppliedShare {
  const money = { key, amount: exact(amount) };
  return quantity === undefined ? money : { ...money, quantity: exact(quantity) };
}

/** A line of an earlier document, of the kind of its key unless it says otherwise. */
export function billedLine(
  key: LineKey,
  amount: string,
  { line = {}, ...more }: Partial<Omit<BilledLine, "line">> & { readonly line?: object } = {},
): BilledLine {
  return {
    line: unchecked<InvoiceLine>({ kind: key.kind, description: key.kind, ...line }),
    key,
    amount: exact(amount),
    period: JANUARY,
    shares: [],
    document: unchecked<BilledLine["document"]>({ idempotencyKey: "earlier" }),
    ...more,
  };
}

/** What earlier documents have billed under keys, and for themselves as a whole. */
export function historyOf(
  billed: readonly BilledLine[],
  settled: readonly BilledLine[] = [],
): History {
  const byKey = [...groupBy(billed, ({ key }) => keyText(key))].map(
    ([name, lines]) => [name, { key: lines[0].key, lines }] as const,
  );
  const all = new Map(byKey);
  const bySegment = groupBy(all.values(), ({ key }) => segmentName(key.chargeId, key.start));
  return unchecked<History>({ billed: all, bySegment, settled });
}

/** A document of January, that knows all of it. */
export function documentPricing(more: Partial<DocumentPricing> = {}): DocumentPricing {
  return documentOfJune({
    period: JANUARY,
    history: historyOf([]),
    timeline: unchecked<DocumentPricing["timeline"]>({ zone: UTC }),
    rounding: CENTS,
    moment: JANUARY.end,
    documentKey: "this",
    ...more,
  });
}

/** What is billed of January when it is over. */
export function periodPricing(more: Partial<PeriodPricing> = {}): PeriodPricing {
  return periodOfJune({ period: JANUARY, rounding: CENTS, ...more });
}

/** Shares as a reader sees them: whose, and how much; with units, where they have some. */
export function written(shares: readonly AppliedShare[]): readonly (readonly string[])[] {
  return shares.map(({ key: { chargeId, kind }, amount, quantity }) => [
    chargeId ?? kind,
    formatExact(amount),
    ...(quantity === undefined ? [] : [formatExact(quantity)]),
  ]);
}

/** The steps of a line as a reader sees them: their kind, value and text. */
export function stepsOf({ steps }: PricedLine): readonly (readonly string[])[] {
  return steps.map(({ kind, value, text }) => [kind, formatExact(value), text]);
}

/** A value with its fractions as text: equal ones may be written in several ways. */
export function shown(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(shown);
  if ("numerator" in value) return formatExact(unchecked<Fraction>(value));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shown(each)]));
}
